"""The engine's door: a scheme compiled once, then records, families and shared facts judged on any day.

Pure: the same scheme, calendar, records with their history facts and day give the same results, in whatever order
the records come. Rules run by rank, so that what one derives (tier, lookup, stage) can be used by those after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from validators.evaluate_past import Past
from validators.expression_types import CALENDAR, PARENT, TODAY
from validators.expressions import Expression
from validators.facts import Facts, SharedJudge, Verdict, build_row, link_rows
from validators.findings import Finding
from validators.periods import PeriodKind, period_of
from validators.rows import Record
from validators.rules import codes
from validators.rules.base import RuleBase
from validators.rules.context import STAGE_NAME, Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.in_force import in_force_rules
from validators.rules.order import in_order, says
from validators.rules.versions import Term, compile_record, compile_shared, newest, terms_of, versions_of
from validators.status import Flag, Status

if TYPE_CHECKING:
    from validators.calendar import Calendar
    from validators.scheme.models import Scheme
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


class _Rule(NamedTuple):
    """A record rule compiled. `timely`: it looks at 今天 and must be asked again every day."""

    id: str
    judge: Judge
    timely: bool
    clocked: bool
    rule: RuleBase


_Plain = tuple[str, Judge, bool, bool]  # the first four of a rule; bare tuples are taken apart faster


@dataclass(frozen=True, slots=True)
class _Shared:
    """A rule over many rows compiled, with the tables it looks at."""

    rule: RuleBase
    judge: SharedJudge
    timely: bool
    tables: frozenset[str]
    turns: frozenset[PeriodKind] = frozenset()  # kinds of period at whose turn it is asked again
    needs: frozenset[str] = frozenset()  # shared rules that put values on the rows it looks at


class Evaluator:
    """A scheme compiled with a calendar. ExpressionError or ValueError when a rule cannot be compiled."""

    def __init__(self, scheme: Scheme, calendar: Calendar) -> None:
        self.scheme = scheme
        self.calendar = calendar
        self.rules: dict[str, RuleBase] = newest(scheme.rules)
        self._versions = {name: versions_of(scheme.rules, name) for name in self.rules}
        self._tables: dict[str, Table] = {table.name: table for table in scheme.tables}
        self._records: dict[str, list[_Rule]] = defaultdict(list)
        self._families: dict[str, list[_Shared]] = defaultdict(list)
        self._shared: list[_Shared] = []
        self._wanted = _wanted_children(scheme.rules)
        self._daily: set[str] = set()  # derived values that may be others tomorrow, because a formula looks at 今天
        env = Env(_until_end(scheme), calendar)
        for name in dict.fromkeys(rule.id for rule in in_order(scheme.rules)):
            self._compile(env, self.rules[name])
        for implied in in_force_rules(scheme):
            env.timely, judge = False, implied.compile(env)
            self._records[implied.table].append(_Rule(implied.id, judge, env.timely, False, implied))
        self._past = Past(scheme, {name: [(r.rule, r.judge) for r in rules] for name, rules in self._records.items()})
        self._judges = {
            name: [(r.id, r.judge, r.timely, r.clocked) for r in rules] for name, rules in self._records.items()
        }
        self._scopes = self._opening_scopes(env)

    def _compile(self, env: Env, rule: RuleBase) -> None:
        env.timely = False
        scope = rule.scope()
        if scope == "record":
            judge = compile_record(env, self._versions[rule.id])
            if judge is not None:
                self._records[rule.table].append(_Rule(rule.id, judge, env.timely, rule.clocked, rule))
            if env.timely or self._looks_daily(rule):
                self._daily |= {name for name, _ in rule.derives()}
            return
        shared = compile_shared(env, self._versions[rule.id])
        if shared is None:
            return
        tables, turns = self._tables_of(rule), self._turns_of(rule)
        needs = [item for item in self._shared if item.rule.derives() and item.rule.table in tables]
        tables = tables.union(*(item.tables for item in needs))
        turns = turns.union(*(item.turns for item in needs))
        timely = env.timely or any(item.timely for item in needs) or self._looks_daily(rule)
        made = _Shared(rule, shared, timely, tables, turns, frozenset(item.rule.id for item in needs))
        if scope == "family":
            self._families[rule.table].append(made)
        else:
            self._shared.append(made)

    def _looks_daily(self, rule: RuleBase, through: frozenset[str] = frozenset()) -> bool:
        """Whether a rule names a value that changes with the day, itself or through the rules whose results it takes."""
        versions = self._versions[rule.id]
        if self._daily and any(says(item, self._daily) for item in versions):
            return True
        used = {name for item in versions for name in item.uses()} - through - {rule.id}
        return any(self._looks_daily(self.rules[name], through | {rule.id}) for name in used if name in self.rules)

    def _turns_of(self, rule: RuleBase, through: frozenset[str] = frozenset()) -> frozenset[PeriodKind]:
        """Kinds of period whose turn matters to a rule, also through the rules whose results it takes."""
        versions = self._versions[rule.id]
        found = {kind for item in versions for kind in item.turns(self.scheme)}
        for name in {name for item in versions for name in item.uses()} - through - {rule.id}:
            if name in self.rules:
                found |= self._turns_of(self.rules[name], through | {rule.id})
        return frozenset(found)

    def _tables_of(self, rule: RuleBase, through: frozenset[str] = frozenset()) -> frozenset[str]:
        """Tables a rule looks at, also through the rules whose results it takes; with a child table its parent, which
        conditions may name, and with a parent the children from which its values are derived."""
        versions = self._versions[rule.id]
        reads = {name for item in versions for name in item.reads()}
        for name in {name for item in versions for name in item.uses()} - through - {rule.id}:
            if name in self.rules:
                reads |= self._tables_of(self.rules[name], through | {rule.id})
        for name in tuple(reads):
            reads |= self._wanted.get(name, frozenset())
        return frozenset(reads | {self._tables[name].parent for name in reads if self._tables[name].parent})

    # records -----------------------------------------------------------------------------------------------------

    def records(self, table: str, records: Sequence[Record], today: date, related: Related) -> list[RecordResult]:
        """Judge records of one table, in their order. After the scheme's end all stands as on the day after it."""
        today = self.scheme.counting(today)
        model, ctx = self._tables[table], Ctx(today, self.calendar)
        rules = self._judges.get(table, ())
        parents: dict[str, TypedRow | None] = {}
        wanted = self._wanted.get(table)
        results = []
        for record in records:
            row = build_row(model, record)
            if model.parent:
                self._tie(model, row, related, parents)
            ahead = self._gather(row, wanted, related, ctx) if wanted else None
            results.append(self._judge(model, rules, row, ctx))
            results[-1].soonest(ahead)
        if table in self._families:
            self._judge_families(model, records, results, ctx, related)
        if self.scheme.ends is not None:
            for result in results:
                self._stop(result)
        return results

    def _stop(self, result: RecordResult) -> None:
        """Nothing changes by time alone after the day after the end."""
        result.statuses = [self._stopped(status) for status in result.statuses]
        if result.next_change is not None and result.next_change != self.scheme.counting(result.next_change):
            result.next_change = None

    def _stopped(self, status: Status) -> Status:
        day = status.next_change
        return status if day is None or day == self.scheme.counting(day) else replace(status, next_change=None)

    def relatives(self, table: str) -> frozenset[str]:
        """Tables whose rows of the same book must all be known to judge any record of this one, parents left out."""
        wanted = self._wanted.get(table, frozenset())
        return wanted | {table} if table in self._families else wanted

    def _tie(self, model: Table, row: TypedRow, related: Related, built: dict[str, TypedRow | None]) -> None:
        """Put the parent's row beside its child, each parent built once."""
        key = related.parents.get(row.id, "")
        if key not in built:
            record = related.records.get(key)
            built[key] = build_row(self._tables[model.parent], record) if record is not None else None
        parent = built[key]
        if parent is not None:
            row[PARENT + model.parent] = parent

    def _gather(self, row: TypedRow, wanted: frozenset[str], related: Related, ctx: Ctx) -> date | None:
        """Put the rows of its child tables beside their parent, with what they derive; the next day on which that may
        be otherwise."""
        found: dict[str, list[TypedRow]] = {name: [] for name in wanted}
        for key in sorted(related.children.get(row.id, ())):
            record = related.records.get(key)
            if record is not None and record.table in found:
                child = build_row(self._tables[record.table], record)
                child[PARENT + row.table] = row
                found[record.table].append(child)
        ahead: date | None = None
        for name, rows in found.items():
            ahead = _earlier(ahead, self._derive(name, rows, ctx))
        row.children = found
        return ahead

    def _judge(self, model: Table, rules: Sequence[_Plain], row: TypedRow, ctx: Ctx) -> RecordResult:
        today = row[TODAY] = ctx.today
        row[CALENDAR] = self.calendar
        result = RecordResult()
        ended = _ended(self._tables, model, row)
        over = ended is not None and ended <= today
        change = ended if ended is not None and not over else None
        statuses = result.statuses
        for name, judge, timely, clocked in rules:
            if clocked and over:
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
                change = _earlier(change, outcome.next_change)
                _take(result, row, outcome)
        result.next_change, result.derived = change, row.derived
        if result.excused:
            _excuse(result)
        if not over and row.facts and "dated" in row.facts:
            self._past.mark(model, row, statuses, ctx)
        return result

    def _judge_families(
        self, model: Table, records: Sequence[Record], results: list[RecordResult], ctx: Ctx, related: Related
    ) -> None:
        """Rules that compare rows of one parent with each other: all members take part, only `records` are told."""
        members = {record.id: record for record in records}
        parents = {related.parents.get(record.id, "") for record in records}
        names = [name for parent in parents - {""} for name in related.children.get(parent, ())]
        if "" in parents:  # rows whose parent is not known are one family by its name
            names += [name for name in related.records if name not in related.parents]
        for name in names:
            record = related.records.get(name)
            if record is not None and record.table == model.name:
                members.setdefault(name, record)
        owners = {related.parents.get(name, "") for name in members} - {""}
        wanted = [*members.values(), *(related.records[name] for name in owners if name in related.records)]
        facts = Facts(rows=link_rows(self.scheme, wanted, related.parents))
        places = {record.id: result for record, result in zip(records, results, strict=True)}
        rows = {row.id: row for row in facts.table(model.name)}
        for item in self._families[model.name]:
            for verdict in item.judge(facts, ctx):
                result = places.get(verdict.key)
                if result is not None and verdict.kind == "record":
                    _add(result, rows[verdict.key], verdict)
            ahead = ctx.today + _ONE_DAY if item.timely else _ahead(item, facts, ctx)
            for result in results if ahead is not None else ():
                result.soonest(ahead)

    # shared ------------------------------------------------------------------------------------------------------

    def shared(self, facts: Facts, today: date, rules: Iterable[str] | None = None) -> list[Verdict]:
        """What the shared rules (those named, or all) say of records, units, periods, targets and participants."""
        today = self.scheme.counting(today)
        wanted = self.shared_rules() if rules is None else set(rules)
        needed = {name for item in self._shared if item.rule.id in wanted for name in item.needs}
        ctx = Ctx(today, self.calendar)
        chosen = [item for item in self._shared if item.rule.id in wanted | needed]
        ahead: dict[str, date | None] = {}
        for name in sorted({name for item in chosen for name in item.tables}, key=self._depth, reverse=True):
            ahead[name] = self._derive(name, facts.table(name), ctx)
        verdicts: list[Verdict] = []
        own: dict[str, date | None] = {}
        for item in chosen:  # those that put values on rows come before those that look at them
            said = item.judge(facts, ctx)
            own[item.rule.id] = _ahead(item, facts, ctx)
            if item.rule.id in wanted:
                verdicts += said
                others = [ahead[name] for name in item.tables] + [own.get(name) for name in item.needs]
                verdicts += _turn(item.rule.id, [own[item.rule.id], *others])
        if self.scheme.ends is not None:
            for verdict in verdicts:
                verdict.statuses = [self._stopped(status) for status in verdict.statuses]
        return verdicts

    def _depth(self, table: str) -> int:
        """How many tables stand above it: children derive first, since parents may look at what they derive."""
        parent = self._tables[table].parent
        return self._depth(parent) + 1 if parent else 0

    def _derive(self, table: str, rows: Iterable[TypedRow], ctx: Ctx) -> date | None:
        """Put derived values and the stage on rows, for conditions of shared rules; the next day on which time alone may
        give others."""
        ahead: date | None = None
        rules = [i for i in self._records.get(table, ()) if i.rule.derives()]
        model = self._tables[table]
        for row in rows:
            for name in row.derived:
                row.pop(name, None)
            row.derived.clear()
            row[TODAY], row[CALENDAR] = ctx.today, self.calendar
            ended = _ended(self._tables, model, row)
            over = ended is not None and ended <= ctx.today
            if ended is not None and not over:
                ahead = _earlier(ahead, ended)
            for item in rules:
                if over and item.rule.clocked:
                    continue
                outcome = item.judge(row, ctx)
                if outcome is None:
                    continue
                ahead = _earlier(ahead, outcome.next_change)
                if outcome.status is not None:  # also one that derives nothing yet
                    ahead = _earlier(ahead, outcome.status.next_change)
                if outcome.derived:
                    row.update(outcome.derived)
                    row.derived.update(outcome.derived)
        return ahead

    def shared_rules(self) -> set[str]:
        """Ids of the rules that span books."""
        return {item.rule.id for item in self._shared}

    def shared_rules_reading(self, table: str) -> set[str]:
        """Ids of the rules that must be judged again when a record of the table changes."""
        return {item.rule.id for item in self._shared if table in item.tables}

    def shared_tables(self, rules: Iterable[str] | None = None) -> set[str]:
        """Tables whose records the shared rules (those named, or all) look at."""
        wanted = None if rules is None else set(rules)
        return {name for item in self._shared if wanted is None or item.rule.id in wanted for name in item.tables}

    def shared_turns(self, since: date | None, today: date) -> set[str]:
        """Ids of shared rules that may speak of new subjects because the day moved on from `since` to `today`: a new
        period has begun, or a condition looks at 今天. What is already spoken of carries its own next_change."""
        since, today = (self.scheme.counting(since) if since is not None else None), self.scheme.counting(today)
        found = set()
        for item in self._shared:
            turned = since is None or any(period_of(since, kind) != period_of(today, kind) for kind in item.turns)
            if turned or (item.timely and since != today):
                found.add(item.rule.id)
        return found

    # opening a period ----------------------------------------------------------------------------------------------

    def in_scope(self, child_table: str, parent_table: str, values: Mapping[str, str], today: date) -> bool:
        """Whether a parent with these values owes a row of the child table now: its cadence rules say which. Where no
        rule says, all do. A parent of which it cannot be told does; one that is over does not."""
        model = self._tables[parent_table]
        row = build_row(model, Record("", parent_table, "", dict(values)))
        ended = _ended(self._tables, model, row)
        if ended is not None and ended <= today:
            return False
        scopes = self._scopes.get((child_table, parent_table), [])
        if not scopes:
            return True
        self._derive(parent_table, [row], Ctx(today, self.calendar))
        return any(scope(row, today) for scope in scopes)

    def _opening_scopes(self, env: Env) -> dict[tuple[str, str], list[Callable[[TypedRow, date], bool]]]:
        found: dict[tuple[str, str], list[Callable[[TypedRow, date], bool]]] = defaultdict(list)
        for term in (term for item in self._shared for term in terms_of(self._versions[item.rule.id])):
            rule = term.rule
            child = self._tables.get(getattr(rule, "evidence", ""))
            if rule.kind != "cadence" or child is None or child.periodic is None or child.parent != rule.table:
                continue
            if getattr(rule, "period", "") == child.periodic.kind:
                found[child.name, rule.table].append(_scope(env, term))
        return dict(found)


def _until_end(scheme: Scheme) -> Scheme:
    """The scheme as rules see it: no duty, target or ranking of a period that begins after the scheme's last day."""
    days = [day for day in (scheme.effective_to, scheme.ends) if day is not None]
    return scheme.model_copy(update={"effective_to": min(days)}) if scheme.ends is not None else scheme


def _ahead(item: _Shared, facts: Facts, ctx: Ctx) -> date | None:
    """The next day on which a row that is dated ahead will count for the rule."""
    own = getattr(item.judge, "ahead", None)
    found: date | None = own(facts, ctx) if own is not None else None
    return found


def _turn(rule: str, days: Iterable[date | None]) -> list[Verdict]:
    """When the rule must be asked again although nothing it says carries that day: a value that other rules derive, or
    a row dated ahead, will count then."""
    ahead: date | None = None
    for day in days:
        ahead = _earlier(ahead, day)
    if ahead is None:
        return []
    return [Verdict("turn", rule, statuses=[Status(rule, codes.NOT_APPLICABLE, next_change=ahead)])]


def _scope(env: Env, term: Term) -> Callable[[TypedRow, date], bool]:
    from validators.rules.cadence import PERIOD_FIRST, PERIOD_LAST, scope_of

    rule = term.rule
    condition: Expression | None = scope_of(env, rule.when, rule.table)
    anchor, kind = getattr(rule, "until", ""), getattr(rule, "period", "month")
    until = env.date(anchor, rule.table) if anchor else None

    def owes(row: TypedRow, day: date) -> bool:
        period = period_of(day, kind)
        if day not in term:
            return False
        if until is not None and (last := until(row)) is not None and last < period.first:
            return False
        if condition is None:
            return True
        cells = {**row, PERIOD_FIRST: period.first, PERIOD_LAST: period.last, TODAY: day}
        return condition.fn(cells) is not False

    return owes


def _ended(tables: Mapping[str, Table], model: Table, row: TypedRow) -> date | None:
    """The day on which the row, or its parent, was terminated; a scheme says by which field (`Table.ended`)."""
    day: date | None = row.get(model.ended) if model.ended else None
    if model.parent:
        owner = tables[model.parent]
        parent = row.get(PARENT + owner.name)
        if owner.ended and parent is not None:
            return _earlier(day, parent.get(owner.ended))
    return day


def _earlier(known: date | None, day: date | None) -> date | None:
    if day is None:
        return known
    return day if known is None or day < known else known


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
        replace(item, inputs={**item.inputs, "excused": dict(taken[item.rule])}) if item.rule in taken else item
        for item in result.statuses
    ]


def _wanted_children(rules: Iterable[RuleBase]) -> dict[str, frozenset[str]]:
    """Table → child tables that record rules of it look at."""
    found: dict[str, frozenset[str]] = {}
    for rule in rules:
        if rule.children():
            found[rule.table] = found.get(rule.table, frozenset()) | rule.children()
    return found


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
