"""Measures of record rules: how many rows have one of some statuses, of past periods as they stood then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from validators.facts import Facts
from validators.periods import Period
from validators.rules.context import Ctx, Env, Outcome, TypedRow
from validators.rules.ended import gone, is_over, turn_on
from validators.rules.measures import Measure, Values, earliest
from validators.rules.order import derived_on, texts_of
from validators.rules.subjects import subjects_of
from validators.rules.versions import compile_record
from validators.status import Status

if TYPE_CHECKING:
    from validators.rules.base import RuleBase


_Counts = dict[date, dict[str, Fraction]]  # day → subject → number


class Counted:
    """Rows to which a record rule gives one of some statuses: of a period that is over as of its last day, by what the row
    was then; of the one that runs, and without periods, today."""

    def __init__(self, env: Env, model: Measure, source: Sequence[RuleBase]) -> None:
        timely, env.timely = env.timely, False
        above, env.above = env.above, False
        judge, self.table = compile_record(env, source), source[-1].table
        if judge is None:
            raise ValueError(f"规则“{model.rule}”没有可取的结果")
        self.key = model.rule, model.codes, model.values, model.where, model.value, model.by, id(env.scheme)
        self.scheme = env.scheme  # what its id stands for
        self.judge, self.tables = judge, {table.name: table for table in env.scheme.tables}
        self.wanted, self.values = frozenset(model.codes), frozenset(model.values)
        self.where = env.condition(model.where, self.table)
        self.value = env.getter(model.value, self.table, "number") if model.value else None
        self.subjects = subjects_of(env, self.table, model.by)
        self.derived = derived_named(env, self.table, (*source, model))
        self.steady = not (env.timely or self.derived)  # a row stands as it is but for its own days and statuses
        env.timely = timely or env.timely
        self.above, env.above = env.above, above or env.above

    def __call__(self, facts: Facts, ctx: Ctx, periods: Sequence[Period]) -> Values:
        days = {period.text: min(period.last, ctx.today) for period in periods if period.first <= ctx.today}
        days = days if periods else {"": ctx.today}
        memo = facts.memo
        new = sorted({day for day in days.values() if (self.key, ctx.held, day) not in memo})
        counted = self._on(new, facts, ctx) if new else {}
        for day in new:
            memo[self.key, ctx.held, day] = counted.get(day, {})
        found: Values = {}
        for text, day in days.items():
            found.update(((subject, text), number) for subject, number in memo[self.key, ctx.held, day].items())
        return found

    def _on(self, days: Sequence[date], facts: Facts, ctx: Ctx) -> _Counts:
        found: _Counts = defaultdict(lambda: defaultdict(Fraction))
        for row, outcome in self._judged(facts, ctx) if ctx.today in days else ():
            self._count(found, [ctx.today], row, outcome)
        over = [day for day in days if day < ctx.today]
        if over and ctx.past is None:
            self._past(found, over, facts, ctx)
        for day in over if ctx.past is not None else ():  # each by the lists of its own last day
            self._past(found, [day], ctx.facts_on(facts, day), ctx)
        return found

    def _count(self, found: _Counts, days: Sequence[date], row: TypedRow, outcome: Outcome | None) -> None:
        number = Decimal(1) if self.value is None else self.value(row)
        if number is None:
            return
        status = outcome.status if outcome is not None else None
        hit = status is not None and status.code in self.wanted and says_one_of(status, self.values)
        for subject in self.subjects(row):
            for day in days:
                found[day][subject] += Fraction(number) if hit else 0

    def _judged(self, facts: Facts, ctx: Ctx) -> Iterator[tuple[TypedRow, Outcome | None]]:
        for row in facts.table(self.table):
            if self._counts(row, ctx.today):
                yield row, self.judge(row, ctx)

    def _counts(self, row: TypedRow, day: date) -> bool:
        over = gone(self.tables, self.tables[self.table], row)
        return not is_over(over, day) and (self.where is None or self.where.fn(row) is True)

    def _past(self, found: _Counts, days: Sequence[date], facts: Facts, ctx: Ctx) -> None:
        """Count the rows as they were on past days, the oldest first. A row is judged again only on a day from which on
        it may be judged otherwise: most have been done with for long, or not begun."""
        if ctx.then is None:
            return
        contexts = [Ctx(day, ctx.calendar) for day in days]
        for row in facts.table(self.table):
            turns = ctx.then.turning(row)
            there, until, stood = False, date.min, list[date]()
            last: tuple[TypedRow, Outcome | None] | None = None
            for then_ctx in contexts:
                day = then_ctx.today
                there = there or ctx.then.there(row, day)
                if not there:
                    continue
                if day >= until:
                    if last is not None:
                        self._count(found, stood, *last)
                    same = self.steady and not any(turn > day for turn in turns)
                    was = row if same else ctx.then(row, day, self.derived, above=self.above)
                    last = (was, self.judge(was, then_ctx)) if self._counts(was, day) else None
                    until = self._stands(last, row, turns, day)
                    stood = []
                stood.append(day)
            if last is not None:
                self._count(found, stood, *last)

    def _stands(
        self, judged: tuple[TypedRow, Outcome | None] | None, row: TypedRow, turns: Sequence[date], day: date
    ) -> date:
        """The next day on which the row may be judged otherwise than on this one."""
        if not self.steady:
            return day
        outcome = judged[1] if judged is not None else None
        status = outcome.status if outcome is not None else None
        days = [turn for turn in turns if turn > day]
        days += [item for item in (outcome and outcome.next_change, status and status.next_change) if item]
        turn = turn_on(self.tables, self.tables[self.table], row, day)
        days += [turn] if turn is not None else []
        return min(days, default=date.max)

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        key = "ahead", self.key, ctx.today, ctx.held
        if key not in facts.memo:
            found = [outcome for _, outcome in self._judged(facts, ctx) if outcome is not None]
            days = [outcome.next_change for outcome in found]
            facts.memo[key] = earliest(*days, *(item.status.next_change for item in found if item.status is not None))
        day: date | None = facts.memo[key]
        return day


def derived_named(env: Env, table: str, models: Iterable[Any]) -> frozenset[str]:
    """Names of derived values of the table, or of those above and below it, that a measure or the rules it counts by
    name."""
    below = (item.name for item in env.scheme.tables if item.parent == table)
    made = derived_on(env.scheme, table, env.scheme.table(table).parent, *below)
    said = "\n".join(text for model in models for text in texts_of(model.model_dump()))
    return frozenset(name for name in made if name in said)


def says_one_of(status: Status, words: frozenset[str]) -> bool:
    """Whether a status says one of some words (levels, bands, grades, what a place brings); True where none are asked
    for."""
    if not words:
        return True
    won = status.inputs.get("won")
    said = [status.inputs.get("grade", status.inputs.get("value", ""))] if won is None else won
    return not words.isdisjoint(map(str, said))
