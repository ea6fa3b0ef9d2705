"""Judging what spans rows, tables and books, and when it must be judged again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

from validators.compiled import Compiled, SharedRule, ahead_of, stopped
from validators.evaluate_held import Held
from validators.excuses import excused_on
from validators.facts import Facts, Verdict
from validators.fields_read import ALL, looked_at
from validators.hanging_shared import SharedHanging
from validators.periods import period_of
from validators.rules import codes
from validators.rules.context import Ctx, TypedRow
from validators.rules.ended import earlier
from validators.status import Status
from validators.then import Rewound, Then

_NONE: frozenset[str] = frozenset()


class SharedRules:
    """The shared rules of a compiled scheme at work."""

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled
        self.scheme, self.calendar = compiled.scheme, compiled.calendar
        self._shared, self._excuses = compiled.shared, compiled.excuses
        self._hanging = SharedHanging(compiled)
        deriving = {
            name: [(r.rule, r.judge) for r in items if r.rule.derives()] for name, items in compiled.records.items()
        }
        self._then = Then(compiled.scheme, deriving)
        looked = looked_at(compiled)
        self._read = {rule: columns for rule, (columns, _) in looked.items()}
        self._taken = {rule: ("", *sorted(taken)) for rule, (_, taken) in looked.items()}

    def judge(self, facts: Facts, today: date, rules: Iterable[str] | None = None) -> list[Verdict]:
        """What the shared rules (those named, or all) say of records, units, periods, targets and participants."""
        today = self.scheme.counting(today)
        wanted = self.ids() if rules is None else set(rules)
        needed = {name for item in self._shared if item.rule.id in wanted for name in item.needs}
        ctx = Ctx(today, self.calendar)
        chosen = [item for item in self._shared if item.rule.id in wanted | needed]
        tables = sorted({name for item in chosen for name in item.tables})
        ahead = self._compiled.derive({name: facts.table(name) for name in tables}, ctx)
        excused = excused_on(
            {name: self._excuses[name] for name in wanted | needed if name in self._excuses}, facts, ctx
        )
        ctx.excused, ctx.settle = excused.rows, self._hanging.on(ctx)
        ctx.then = Rewound(self._then, ctx)
        later = {name: [row for row in facts.table(name) if row.latest > today] for name in ahead}
        verdicts: list[Verdict] = []
        own: dict[str, date | None] = {}
        facts.memo.clear()
        for item in chosen:  # those that put values on rows come before those that look at them
            if item.listed:
                facts.memo.clear()  # it looks at past days by the lists of its own
            held = replace(ctx, past=self._past(item, chosen, facts, ctx)) if item.listed else ctx
            said = excused.lifted(item.rule.id, item.judge(facts, held))
            if item.listed or any(rule.derives() for rule in self._compiled.versions[item.rule.id]):
                facts.memo.clear()
            own[item.rule.id] = earlier(ahead_of(item, facts, ctx), excused.ahead.get(item.rule.id))
            if item.rule.id in wanted:
                _settle(said, facts, ctx)
                verdicts += said
                others = [own.get(name) for name in item.needs]
                derived = [ahead[name].get(rule) for name in item.tables for rule in self._taken[item.rule.id]]
                coming = [self._coming(item, name, rows, today) for name, rows in later.items() if rows]
                verdicts += _turn(item.rule.id, [own[item.rule.id], *others, *derived, *coming])
        if self.scheme.ends is not None:
            for verdict in verdicts:
                verdict.statuses = [stopped(self.scheme, status) for status in verdict.statuses]
        return verdicts

    def _coming(self, item: SharedRule, table: str, rows: list[TypedRow], today: date) -> date | None:
        """The next day on which an actual date that the rule reads will have come."""
        if table not in item.tables:
            return None
        read = self._read[item.rule.id].get(table, _NONE)
        return self._compiled.coming(table, rows, today, None if read == ALL else read)

    def _past(self, item: SharedRule, chosen: list[SharedRule], facts: Facts, ctx: Ctx) -> Held:
        return Held(self._compiled, item, [other for other in chosen if other.rule.id in item.needs], facts, ctx)

    def ids(self) -> set[str]:
        """Ids of the rules that span books."""
        return {item.rule.id for item in self._shared}

    def reading(self, table: str, columns: Collection[str] | None = None) -> set[str]:
        """Ids of the rules that must be judged again when a record of the table changes: comes, goes, or reads otherwise
        in these columns only."""
        if columns is None:
            return {item.rule.id for item in self._shared if table in item.tables}
        return {rule for rule, read in self._read.items() if _meet(read.get(table, _NONE), columns)}

    def tables(self, rules: Iterable[str] | None = None) -> set[str]:
        """Tables whose records the shared rules (those named, or all) look at."""
        wanted = None if rules is None else set(rules)
        return {name for item in self._shared if wanted is None or item.rule.id in wanted for name in item.tables}

    def turned(self, since: date | None, today: date) -> set[str]:
        """Ids of shared rules that may speak of new subjects because the day moved on from `since` to `today`: a new
        period has begun, or a condition looks at 今天. What is already spoken of carries its own next_change."""
        since, today = (self.scheme.counting(since) if since is not None else None), self.scheme.counting(today)
        found, year_from = set(), self.scheme.year_from
        for item in self._shared:
            turned = since is None or any(
                period_of(since, kind, year_from) != period_of(today, kind, year_from) for kind in item.turns
            )
            if turned or (item.timely and since != today):
                found.add(item.rule.id)
        return found


def _settle(verdicts: Iterable[Verdict], facts: Facts, ctx: Ctx) -> None:
    """Put the cause in the place of a derived value for which what is said of a row waits."""
    waiting = [
        said for said in verdicts if said.kind == "record" and any(s.code == codes.PENDING for s in said.statuses)
    ]
    for table in {said.table for said in waiting}:
        rows = {row.id: row for row in facts.table(table)}
        for said in waiting:
            if said.table == table and (row := rows.get(said.key)) is not None:
                said.statuses = [ctx.settle(row, status) for status in said.statuses]


def _meet(read: frozenset[str], changed: Collection[str]) -> bool:
    return read == ALL or not read.isdisjoint(changed)


def _turn(rule: str, days: Iterable[date | None]) -> list[Verdict]:
    """When the rule must be asked again although nothing it says carries that day: a value that other rules derive, or
    a row dated ahead, will count then."""
    ahead: date | None = None
    for day in days:
        ahead = earlier(ahead, day)
    if ahead is None:
        return []
    return [Verdict("turn", rule, statuses=[Status(rule, codes.NOT_APPLICABLE, next_change=ahead)])]
