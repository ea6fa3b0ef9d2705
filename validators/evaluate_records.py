"""Judging records: each by its own rules, with its parent and its children beside it, then with the others of its family."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from validators.compiled import Compiled, ahead_of, forget, stopped
from validators.evaluate_past import Past
from validators.expression_types import CALENDAR, PARENT, TODAY
from validators.facts import Facts, Verdict, build_row, link_rows
from validators.findings import Finding
from validators.hanging import Hanging
from validators.hanging_above import HangingAbove
from validators.owner import owners
from validators.rows import Record
from validators.rules import codes
from validators.rules.context import STAGE_NAME, Ctx, Judge, Outcome, TypedRow
from validators.rules.ended import earlier, ended_on, turn_on
from validators.status import Flag, Status, with_excuse

if TYPE_CHECKING:
    from validators.scheme.tables import Table

_ONE_DAY = timedelta(days=1)


@dataclass(slots=True)
class RecordResult:
    """What a record's own rules (and those of its family) say of it."""

    stage: str = ""
    statuses: list[Status] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    next_change: date | None = None
    derived: dict[str, Any] = field(default_factory=dict)
    excused: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def soonest(self, day: date | None) -> None:
        """Note a day on which something may read differently."""
        if day is not None and (self.next_change is None or day < self.next_change):
            self.next_change = day


@dataclass(slots=True)
class Related:
    """The records beside those that are judged: parents by child, children by parent."""

    records: Mapping[str, Record] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)
    children: Mapping[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, records: Mapping[str, Record], parents: Mapping[str, str]) -> Related:
        """`parents`: id of a record → id of its parent."""
        children: dict[str, list[str]] = defaultdict(list)
        for child, parent in parents.items():
            children[parent].append(child)
        return cls(records, parents, children)


_SILENT = 2  # for `clocked`: once the record is terminated nothing is said, not even that
_Parent = tuple[TypedRow | None, date | None]  # the row above, and when what is derived on it may be otherwise
_Plain = tuple[str, Judge, bool, int]  # the first four of a rule; bare tuples are taken apart faster


class RecordJudge:
    """The record rules of a compiled scheme at work."""

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled
        self.scheme, self.calendar = compiled.scheme, compiled.calendar
        self._owned = owners(compiled.scheme)
        rules = compiled.records
        self._past = Past(self.scheme, {name: [(r.rule, r.judge) for r in items] for name, items in rules.items()})
        self._judges = {
            name: [(r.id, r.judge, r.timely, _SILENT if r.silent else r.clocked) for r in items]
            for name, items in rules.items()
        }

        self._hanging = {name: found for name in rules if (found := self._hangs(name)).rules}
        self._above = {
            name: HangingAbove(compiled, name, [r.id for r in rules.get(name, ())]) for name in compiled.above
        }

    def _hangs(self, table: str) -> Hanging:
        """Which rules of a table wait for what others derive."""
        judged = [item.id for item in self._compiled.records[table]]
        versions = [(name, self._compiled.versions.get(name, ())) for name in judged]
        return Hanging(self._compiled.tables[table], versions)

    def records(self, table: str, records: Sequence[Record], today: date, related: Related) -> list[RecordResult]:
        """Judge records of one table, in their order. After the scheme's end all stands as on the day after it."""
        today = self.scheme.counting(today)
        model, ctx = self._compiled.tables[table], Ctx(today, self.calendar)
        rules = self._judges.get(table, ())
        parents: dict[str, _Parent] = {}
        wanted = self._compiled.wanted.get(table)
        results = []
        for record in records:
            row = build_row(model, record, self._owned)
            above = self._tie(model, row, related, parents, ctx) if model.parent else None
            ahead = self._gather(row, wanted, related, ctx) if wanted else None
            results.append(self._judge(model, rules, row, ctx))
            results[-1].soonest(ahead)
            results[-1].soonest(above)
        if table in self._compiled.families:
            self._judge_families(model, records, results, ctx, related)
            for result in results:
                if result.excused:
                    _excuse(result)
        if self.scheme.ends is not None:
            for result in results:
                self._stop(result)
        return results

    def _stop(self, result: RecordResult) -> None:
        """Nothing changes by time alone after the day after the end."""
        result.statuses = [stopped(self.scheme, status) for status in result.statuses]
        if result.next_change is not None and result.next_change != self.scheme.counting(result.next_change):
            result.next_change = None

    def _tie(self, model: Table, row: TypedRow, related: Related, built: dict[str, _Parent], ctx: Ctx) -> date | None:
        """Put the parent's row beside its child, each parent built once, with what is derived on it where a rule of the
        child looks at that; the next day on which that may be otherwise."""
        key = related.parents.get(row.id, "")
        if key not in built:
            record = related.records.get(key)
            found = build_row(self._compiled.tables[model.parent], record, self._owned) if record is not None else None
            built[key] = found, None if found is None else self._above_ahead(model, found, related, ctx)
        parent, ahead = built[key]
        if parent is not None:
            row[PARENT + model.parent] = parent
        return ahead

    def _above_ahead(self, model: Table, parent: TypedRow, related: Related, ctx: Ctx) -> date | None:
        """Derive on the parent what rules of its children look at; the next day on which it may be otherwise to them."""
        coming = self._compiled.coming(model.parent, (parent,), ctx.today)
        derive = model.name in self._compiled.above
        return earlier(coming, self._derive_above(parent, related, ctx) if derive else None)

    def _derive_above(self, parent: TypedRow, related: Related, ctx: Ctx) -> date | None:
        """Derive on the parent of a row, with the rows below it that its rules look at."""
        wanted = self._compiled.wanted.get(parent.table, frozenset())
        parent.children = self._children(parent, wanted, related)
        return self._derive({parent.table: [parent], **parent.children}, ctx)

    def _gather(self, row: TypedRow, wanted: frozenset[str], related: Related, ctx: Ctx) -> date | None:
        """Put the rows of its child tables beside their parent, with what they derive; the next day on which that may
        be otherwise."""
        found = row.children = self._children(row, wanted, related)
        ahead: date | None = None
        for name, rows in found.items():
            ahead = earlier(ahead, self._compiled.coming(name, rows, ctx.today))
        if self._compiled.above.isdisjoint(found):
            return earlier(ahead, self._derive(found, ctx))
        ahead = earlier(ahead, self._derive({row.table: [row], **found}, ctx))
        forget(row)  # it is judged by its own rules in their order
        return ahead

    def _children(self, row: TypedRow, wanted: frozenset[str], related: Related) -> dict[str, list[TypedRow]]:
        """The rows below it, by table, tied to it."""
        found: dict[str, list[TypedRow]] = {name: [] for name in wanted}
        for key in sorted(related.children.get(row.id, ())) if wanted else ():
            record = related.records.get(key)
            if record is not None and record.table in found:
                child = build_row(self._compiled.tables[record.table], record, self._owned)
                child[PARENT + row.table] = row
                found[record.table].append(child)
        return found

    def _derive(self, rows: Mapping[str, Sequence[TypedRow]], ctx: Ctx) -> date | None:
        """Derive on the rows of a family; the next day on which that may be otherwise."""
        ahead: date | None = None
        for days in self._compiled.derive(rows, ctx).values():
            ahead = earlier(ahead, min(days.values(), default=None))
        return ahead

    def _judge(self, model: Table, rules: Sequence[_Plain], row: TypedRow, ctx: Ctx) -> RecordResult:
        today = row[TODAY] = ctx.today
        row[CALENDAR] = self.calendar
        result = RecordResult()
        ended = ended_on(self._compiled.tables, model, row, today)
        over = ended is not None and ended <= today
        change = turn_on(self._compiled.tables, model, row, today) if ended is not None else None
        if row.latest > today:  # what lies ahead counts on its day (B-58)
            change = earlier(change, self._compiled.coming(model.name, (row,), today))
        statuses = result.statuses
        for name, judge, timely, clocked in rules:
            if over and clocked:
                if clocked == _SILENT:
                    continue
                statuses.append(Status(name, codes.TERMINATED, None, None, None, {"ended": str(ended)}))
                continue
            if timely:
                change = today + _ONE_DAY
            outcome = judge(row, ctx)
            if outcome is None:
                continue
            status = outcome.status
            if status is not None:
                statuses.append(status)
                day = status.next_change
                if day is not None and (change is None or day < change):
                    change = day
            if outcome.more:
                change = earlier(change, outcome.next_change)
                _take(result, row, outcome)
        result.next_change, result.derived = change, row.derived
        if result.excused:
            _excuse(result)
        hanging = self._hanging.get(model.name)
        if hanging is not None:
            hanging.settle(row, statuses)
        above = self._above.get(model.name)
        if above is not None:
            above.settle(row, statuses, ctx)
        if not over and row.facts and "dated" in row.facts:
            self._past.mark(model, row, statuses, ctx)
        return result

    def _judge_families(
        self, model: Table, records: Sequence[Record], results: list[RecordResult], ctx: Ctx, related: Related
    ) -> None:
        """Rules that compare rows of one parent with each other: all members take part, only `records` are told."""
        members = {record.id: record for record in records}
        parents = {related.parents.get(record.id, "") for record in records}
        above = model.name in self._compiled.above
        names = [name for parent in parents - {""} for name in related.children.get(parent, ())]
        if "" in parents:  # rows whose parent is not known are one family by its name
            names += [name for name in related.records if name not in related.parents]
        for name in names:
            record = related.records.get(name)
            if record is not None and record.table == model.name:
                members.setdefault(name, record)
        owners = {related.parents.get(name, "") for name in members} - {""}
        wanted = [*members.values(), *(related.records[name] for name in owners if name in related.records)]
        if above:
            wanted += self._beside(model, owners, related)
        facts = Facts(rows=link_rows(self.scheme, wanted, related.parents))
        places = {record.id: result for record, result in zip(records, results, strict=True)}
        rows = {row.id: row for row in facts.table(model.name)}
        coming = self._compiled.coming(model.name, rows.values(), ctx.today)
        for row in rows.values():
            row[TODAY] = ctx.today
        if above:
            self._derive(facts.rows, ctx)  # when that may be otherwise, the rows' own rules have told
        for item in self._compiled.families[model.name]:
            for verdict in item.judge(facts, ctx):
                result = places.get(verdict.key)
                if result is not None and verdict.kind == "record":
                    _add(result, rows[verdict.key], verdict)
            ahead = ctx.today + _ONE_DAY if item.timely else earlier(ahead_of(item, facts, ctx), coming)
            for result in results if ahead is not None else ():
                result.soonest(ahead)

    def _beside(self, model: Table, owners: Iterable[str], related: Related) -> list[Record]:
        """Rows of other tables below the owners, of which these derive something."""
        wanted = self._compiled.wanted.get(model.parent, frozenset()) - {model.name}
        keys = (key for owner in owners for key in related.children.get(owner, ()))
        found = (related.records[key] for key in keys if key in related.records)
        return [record for record in found if record.table in wanted]


def _take(result: RecordResult, row: TypedRow, outcome: Outcome) -> None:
    """Findings get the row's id and what stands in the cell; derived values go onto the row for later rules."""
    for item in outcome.findings:
        result.findings.append(_about(row, item))
    result.flags += outcome.flags
    if outcome.derived:
        row.update(outcome.derived)
        row.derived.update(outcome.derived)
    if outcome.excused:
        result.excused.update(outcome.excused)
    if outcome.stage:
        result.stage = row[STAGE_NAME] = outcome.stage


def _excuse(result: RecordResult) -> None:
    """What a person accepted as an excuse switches flags and findings off; the status stays and carries the log."""
    taken = result.excused
    result.flags = [item for item in result.flags if item.rule not in taken]
    result.findings = [item for item in result.findings if item.rule not in taken]
    result.statuses[:] = [
        with_excuse(item, taken[item.rule]) if item.rule in taken else item for item in result.statuses
    ]


def _about(row: TypedRow, item: Finding) -> Finding:
    """The finding about this row. Written out: `replace` would cost more than the rule."""
    value = item.value or row.texts.get(item.field, "")
    return Finding(item.code, item.severity, item.table, row.id, item.field, value, item.params, item.rule)


def _add(result: RecordResult, row: TypedRow, verdict: Verdict) -> None:
    result.statuses += verdict.statuses
    result.flags += verdict.flags
    result.findings += [_about(row, item) for item in verdict.findings]
    for status in verdict.statuses:
        result.soonest(status.next_change)
