"""The same bad result again: of rows in their periods, or of units by what other rules say of them; for `escalate`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from validators.exact import as_decimal
from validators.expression_types import PARENT, UNKNOWN
from validators.expressions import compile_expression
from validators.facts import Facts, Verdict
from validators.obligations import LISTED, listed_periods
from validators.periods import Period, adjacent, try_period
from validators.rules import codes
from validators.rules.context import Ctx, Env, TypedRow
from validators.rules.ended import ended_on, gone, is_over, turn_on
from validators.rules.measures import Values, earliest, period_verdict, still_open
from validators.rules.subjects import WHOLE, subject_names, subjects_of
from validators.status import Status

if TYPE_CHECKING:
    from validators.rules.escalate import Escalate, Level


class _Levels:
    """What both ways share: the level that the bad periods of a subject come to."""

    rule: Escalate
    names: dict[str, str]

    def each_period(
        self,
        results: Mapping[str, Mapping[Period, bool]],
        open_: Iterable[tuple[str, str]],
        owners: Mapping[str, TypedRow],
    ) -> Iterator[Verdict]:
        """For rules that count them: of every period whether its own result reached a level, and which are still open.
        What is said of a row counts for its unit."""
        for key, periods in results.items():
            for period in periods:
                until = {other: bad for other, bad in periods.items() if other <= period}
                level = self._level(len(_bad_periods(until, self.rule.counting))) if periods[period] else None
                code, inputs = (codes.MEASURED, {}) if level is None else (codes.ESCALATED, {"value": level.name})
                told = period_verdict(self.rule.id, key, period.text, Status(self.rule.id, code, inputs=inputs))
                owner = owners.get(key)
                yield told if owner is None else replace(told, unit=owner.unit, record=owner.id)
        for key, text in sorted(open_):
            yield period_verdict(self.rule.id, key, text, Status(self.rule.id, codes.RUNNING))

    def told(self, results: Mapping[str, Mapping[Period, bool]], owners: Mapping[str, TypedRow]) -> list[Verdict]:
        return [
            self._verdict(key, level, bad, owners.get(key))
            for key, periods in results.items()
            if (bad := _bad_periods(periods, self.rule.counting)) and (level := self._level(len(bad))) is not None
        ]

    def _level(self, count: int) -> Level | None:
        reached = [level for level in self.rule.levels if level.n <= count]
        return reached[-1] if reached else None

    def _verdict(self, key: str, level: Level, bad: list[Period], owner: TypedRow | None) -> Verdict:
        labels = [period.label for period in bad]
        inputs: dict[str, Any] = {"value": level.name, "periods": [period.text for period in bad], "labels": labels}
        if level.to:
            inputs["to"] = level.to
        why = "、".join(labels) + ("、".join(self.rule.bad) or f"：{self.rule.title}")
        flags = list(self.rule.flags_of(level.flag, why))
        status = Status(self.rule.id, codes.ESCALATED, inputs=inputs)
        if owner is not None:
            return Verdict("record", key, owner.table, owner.unit, statuses=[status], flags=flags)
        kind = "unit" if key in self.names else "participant"
        name = self.names.get(key, key)
        return Verdict(
            kind, key, self.rule.table, key if kind == "unit" else "", name=name, statuses=[status], flags=flags
        )


class RepeatedRows(_Levels):
    """Repeated bad results of rows, compiled: calling it gives the level of each subject."""

    def __init__(self, rule: Escalate, env: Env) -> None:
        self.rule, self.year_from = rule, env.scheme.year_from
        self.period = env.own(rule.period, rule.table)
        self.result = env.getter(rule.result, rule.table, "text")
        self.condition = env.condition(rule.when, rule.table)
        self.model = env.scheme.table(rule.table)
        self.parent = self.model.parent if rule.of_rows() else ""
        self.tables = {table.name: table for table in env.scheme.tables}
        self.subjects = subjects_of(env, rule.table, rule.by)
        self.names = subject_names(env.scheme)

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        results: dict[str, dict[Period, bool]] = defaultdict(dict)
        owners: dict[str, TypedRow] = {}
        for row in facts.table(self.rule.table):
            found, period = self.result(row), try_period(row.texts.get(self.period), year_from=self.year_from)
            if found is None or period is None or period.first > ctx.today:
                continue
            if self.condition is not None and self.condition.fn(row) is not True:
                continue
            if is_over(gone(self.tables, self.model, row), min(period.last, ctx.today)):
                continue
            for key in self._keys(row, owners):
                results[key][period] = results[key].get(period, False) or found in self.rule.bad
        told = [self._ended(item, owners, ctx.today) for item in self.told(results, owners)]
        return [*told, *self.each_period(results, (), owners)] if ctx.back is not None else told

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        """When a row, or the one above it, is over."""
        rows = facts.table(self.rule.table)
        return earliest(*(turn_on(self.tables, self.model, row, ctx.today) for row in rows))

    def _ended(self, told: Verdict, owners: Mapping[str, TypedRow], today: date) -> Verdict:
        """As rules of single rows: of a row that is over no level is said any more. What it came to before counts."""
        owner = owners.get(told.key)
        ended = None if owner is None else ended_on(self.tables, self.tables[owner.table], owner, today)
        if ended is None or ended > today:
            return told
        return replace(told, statuses=[Status(self.rule.id, codes.TERMINATED, inputs={"ended": str(ended)})], flags=[])

    def _keys(self, row: TypedRow, owners: dict[str, TypedRow]) -> Sequence[str]:
        if not self.parent:
            return self.subjects(row)
        owner = row.get(PARENT + self.parent)
        if owner is None:
            return ()
        owners[owner.id] = owner
        return (owner.id,)


class RepeatedUnits(_Levels):
    """Periods that are bad for a unit by what other rules say of it, compiled."""

    def __init__(self, rule: Escalate, env: Env) -> None:
        self.rule, self.year_from = rule, env.scheme.year_from
        self.measures = {name: measure.compile(env) for name, measure in rule.measures.items()}
        self.bad = compile_expression(rule.bad_when, {name: (name, "number") for name in rule.measures}, wanted="bool")
        self.names = subject_names(env.scheme)
        scheme = env.scheme
        self.start = scheme.starts()
        self.end = scheme.effective_to

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        listed = self._periods(ctx)
        periods = [period for period in listed if period.last < ctx.today]
        if not periods:
            return []
        found = {name: gather(facts, ctx, periods) for name, gather in self.measures.items()}
        unsettled = {key for values in found.values() for key in still_open(values)}
        results: dict[str, dict[Period, bool]] = defaultdict(dict)
        for subject in dict.fromkeys(sorted({subject for values in found.values() for subject, _ in values} - {WHOLE})):
            for period in periods:
                if (subject, period.text) in unsettled:
                    continue  # over, and not yet due: how it ends is not known
                truth = self.bad.fn(_cells(found, subject, period.text))
                if truth is not UNKNOWN:
                    results[subject][period] = truth
        if ctx.back is None:
            return self.told(results, {})
        running = {(subject, period.text) for period in listed if period.last >= ctx.today for subject in results}
        open_ = {(subject, text) for subject, text in unsettled if subject != WHOLE}
        return [*self.told(results, {}), *self.each_period(results, open_ | running, {})]

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        """What the measures look at may count differently from then on."""
        return earliest(*(gather.ahead(facts, ctx) for gather in self.measures.values()))

    def _periods(self, ctx: Ctx) -> list[Period]:
        kind = self.rule.per
        assert kind is not None
        usual = max(LISTED[kind], *(level.n for level in self.rule.levels))
        keep = ctx.keeping(kind, usual, self.year_from)
        if ctx.back is not None:
            keep += max(level.n for level in self.rule.levels)  # the first of those asked for may be the last of a run
        return listed_periods(kind, self.start, self.end, ctx.today, keep, self.year_from)


def _cells(found: Mapping[str, Values], subject: str, text: str) -> dict[str, Decimal]:
    numbers = ((name, values.get((subject, text))) for name, values in found.items())
    return {name: as_decimal(number) for name, number in numbers if number is not None}


def _bad_periods(periods: Mapping[Period, bool], counting: str) -> list[Period]:
    """Bad periods that count: the adjacent ones up to the latest, or all of the latest one's year."""
    ordered = sorted(periods)
    if counting == "year":
        year = ordered[-1].year()
        return [period for period in ordered if periods[period] and period.last in year]
    found: list[Period] = []
    for period in reversed(ordered):
        if not periods[period] or (found and not adjacent(period, found[-1])):
            break
        found.append(period)
    return found[::-1]
