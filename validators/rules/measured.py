"""Measures gathered from the rows of a table: which rows belong to which period and subject, and how they are put together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from validators.exact import total
from validators.expression_types import PARENT
from validators.facts import Facts
from validators.owner import PERIOD_FIRST, PERIOD_LAST, PERIOD_NAMES
from validators.periods import Period
from validators.rules.context import Ctx, Env, TypedRow
from validators.rules.measures import Measure, Settled, Values, together
from validators.rules.order import derived_on
from validators.rules.pace import figures_days
from validators.rules.subjects import counted_above, subjects_of


class RowsMeasured:
    """A measure over the rows of a table, compiled."""

    def __init__(self, model: Measure, env: Env) -> None:
        self.model = model
        with env.within_periods(model.table):
            self.where = env.condition(model.where, model.table)
            self.value = env.getter(model.value, model.table, "number") if model.value else None
            reads = env.expression(model.value, model.table, "number").reads if model.value else frozenset[str]()
        self.derived = not reads.isdisjoint(derived_on(env.scheme, model.table))
        asked = reads | (self.where.expression.reads if self.where is not None else frozenset())
        self.each_period = not asked.isdisjoint(PERIOD_NAMES)  # what is counted hangs on the period itself
        self.days = days_of(env, model.table, model.date, model.period)
        self.subjects = subjects_of(env, model.table, model.by)
        if model.to:
            self.subjects = counted_above(env.scheme, self.subjects)

    def __call__(self, facts: Facts, ctx: Ctx, periods: Sequence[Period]) -> Values:
        if (ctx.past is None and not self.each_period) or not periods:
            return self._of(facts, ctx, periods)
        left: dict[tuple[str, str], int] = {}
        found = Settled({}, set(), left)
        for period in periods:  # each by the lists of its own last day
            values = self._of(ctx.facts_on(facts, period.last), ctx, [period])
            found.update(values)
            left |= values.left
        return found

    def _of(self, facts: Facts, ctx: Ctx, periods: Sequence[Period]) -> Settled:
        groups: dict[tuple[str, str], list[tuple[TypedRow, date | None, Decimal]]] = defaultdict(list)
        left: dict[tuple[str, str], int] = defaultdict(int)
        spans = [(period.text, *self._span(period, ctx.today)) for period in periods]
        spans = spans or [("", date.min, ctx.today)]
        whole = self.model.span == "whole" and self.days is not None and bool(periods)
        for row in facts.table(self.model.table):
            if self.each_period and periods:
                row[PERIOD_FIRST], row[PERIOD_LAST] = periods[0].first, periods[0].last
            if self.where is not None and self.where.fn(row) is not True:
                continue
            number = Decimal(1) if self.value is None else self.value(row)
            day = self._day(row, ctx.today)
            if (number is None and not self.derived) or (self.days is not None and day is None):
                continue
            own = self.days(row) if whole and self.days is not None else None
            texts = [text for text, first, last in spans if _belongs(own, day, first, last)]
            for subject in self.subjects(row) if texts else ():
                for text in texts:
                    if number is None:
                        left[subject, text] += 1
                    else:
                        groups[subject, text].append((row, day, number))
        return Settled({key: self._take(rows) for key, rows in groups.items()}, set(), left)

    def _day(self, row: TypedRow, today: date) -> date | None:
        """The day a row counts for: the last of its period, of one that still runs today; None for one that is ahead."""
        days = self.days(row) if self.days is not None else None
        if days is None or days[0] > today:
            return None
        return min(days[1], today)

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        if self.days is None:
            return None
        found = (self.days(row) for row in facts.table(self.model.table))
        return min((days[0] for days in found if days is not None and days[0] > ctx.today), default=None)

    def _span(self, period: Period, today: date) -> tuple[date, date]:
        last = min(period.last, today)
        if self.model.span in ("period", "whole"):
            return period.first, last
        return (period.year().first if self.model.span == "year" else date.min), last

    def _take(self, rows: list[tuple[TypedRow, date | None, Decimal]]) -> Fraction:
        take = self.model.take
        if take == "last":
            return total(item[2] for item in _latest(rows))
        numbers = [number for _, _, number in rows]
        return total(numbers) if take == "sum" else together(take, [Fraction(number) for number in numbers])


def _belongs(own: tuple[date, date] | None, day: date | None, first: date, last: date) -> bool:
    """A row with a period of its own belongs to what lies within it, others by their day."""
    if own is not None:
        return own[0] <= first and last <= own[1]
    return day is None or first <= day <= last


def _latest(
    rows: Iterable[tuple[TypedRow, date | None, Decimal]],
) -> Iterable[tuple[TypedRow, date | None, Decimal]]:
    """The latest row of each owner."""
    newest: dict[str, tuple[TypedRow, date | None, Decimal]] = {}
    for item in rows:
        row, day, _ = item
        owner = next(
            (row[name].id for name in row if name.startswith(PARENT) and isinstance(row[name], TypedRow)), row.unit
        )
        known = newest.get(owner)
        if known is None or (day or date.min, row.id) > (known[1] or date.min, known[0].id):
            newest[owner] = item
    return newest.values()


def days_of(env: Env, table: str, day: str, period: str) -> Callable[[TypedRow], tuple[date, date] | None] | None:
    """First and last day for which a row stands: its date, or its own period."""
    if day:
        get = env.getter(day, table, "date")
        return lambda row: (found, found) if (found := get(row)) is not None else None
    if not period:
        return None
    name = env.own(period, table)
    year_from = env.scheme.year_from
    return lambda row: figures_days(row.texts.get(name), year_from)
