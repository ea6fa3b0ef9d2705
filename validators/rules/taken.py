"""Measures taken of other rules: the figures they tell, or how many of their subjects have one of some statuses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from validators.facts import Facts, SharedJudge, Verdict
from validators.periods import Period, try_period
from validators.rules.codes import WORDS
from validators.rules.context import Ctx, Env, Outcome, TypedRow
from validators.rules.ended import gone, is_over, turn_on
from validators.rules.measures import WHOLE, Gather, Measure, Settled, Values, earliest, subjects_of, together
from validators.rules.order import derived_on, texts_of
from validators.rules.versions import compile_record, compile_shared, versions_of
from validators.scheme.wording import nearest
from validators.status import UNSETTLED, Status

if TYPE_CHECKING:
    from validators.rules.base import OfRows, RuleBase


def of_rule(env: Env, model: Measure) -> Gather:
    source = versions_of(env.scheme.rules, model.rule)
    if not source:
        raise ValueError(f"没有编号为“{model.rule}”的规则")
    if model.rule in env.sources:
        raise ValueError(f"规则{'、'.join(f'“{name}”' for name in env.sources)}互相取结果，绕回了自己")
    _check_codes(model.codes)
    env.sources.append(model.rule)
    try:
        return _compiled(env, model, source)
    finally:
        env.sources.remove(model.rule)


def _check_codes(codes: Sequence[str]) -> None:
    """ValueError for what is no code of a status: its word, a slip."""
    for code in codes:
        if code not in WORDS:
            said = next((f"“{word}”写成 {known}" for known, word in WORDS.items() if word == code), "")
            raise ValueError(f"codes 里的“{code}”不是状态的代码{f'；{said}' if said else nearest(code, WORDS)}")


def _compiled(env: Env, model: Measure, source: Sequence[RuleBase]) -> Gather:
    if source[-1].scope() == "record":
        if not model.codes:
            raise ValueError(f"规则“{model.rule}”逐行判断，要写 codes（数哪几种状态）")
        return _Counted(env, model, source)
    shared = _source(env, model.rule, source)
    if shared is None:
        raise ValueError(f"规则“{model.rule}”没有可取的结果")
    return _Taken(shared, model, of_rows=source[-1].of_rows())


def _source(env: Env, name: str, source: Sequence[RuleBase]) -> SharedJudge | None:
    """A rule as a source of others, compiled once: what it finds is found once too."""
    key = name, id(env.scheme)
    if key not in env.taken:
        timely, env.timely = env.timely, False
        env.taken[key] = env.scheme, compile_shared(env, source), env.timely
        env.timely = timely
    _, judge, looks = env.taken[key]
    env.timely = env.timely or looks
    return judge


# how a duty, a target or a row of which these are said will stand in the end, is not settled
_UNSETTLED = frozenset(
    {
        "not_due",
        "soon",
        "running",
        "exempt",
        "pending",
        "not_started",
        "not_applicable",
        "waiting",
        "ok",
        "handling",
        "open",
    }
)


# of these the end is still to come; the others will never have one
_OPEN = frozenset({"not_due", "soon", "running", "ok", "handling", "open"})


class _Taken:
    """Figures that a shared rule tells, or how many of its subjects have one of some statuses."""

    def __init__(self, shared: SharedJudge, model: Measure, *, of_rows: OfRows) -> None:
        # what is said of rows beside what is told of units is no more than a copy, unless the rule is about rows
        self.skipped = frozenset({"turn"} if of_rows and model.codes else {"turn", "record"})
        self.shared, self.pick, self.take, self.codes = shared, model.pick, model.take, frozenset(model.codes)
        self.values = frozenset(model.values)

    def __call__(self, facts: Facts, ctx: Ctx, periods: Sequence[Period]) -> Values:
        looking = (
            replace(ctx, back=min(ctx.back or periods[0].first, periods[0].first))
            if periods
            else replace(ctx, back=None)
        )
        told: dict[tuple[str, str], dict[str, Fraction]] = defaultdict(dict)  # (subject, period) → part → number
        open_: set[tuple[str, str]] = set()
        for verdict in self._said(facts, looking):
            for status in verdict.statuses if verdict.kind not in self.skipped else ():
                number = self._number(status)
                text = verdict.period or str(status.inputs.get("period", ""))
                if (number is None and self.codes and status.code in _OPEN) or status.inputs.get(UNSETTLED):
                    open_.update((_subject(verdict), wanted) for wanted in _holding(text, periods))
                if number is not None:
                    part = f"{text}|{_counted(verdict)}" if self.codes else text
                    for wanted in _holding(text, periods):
                        told[_subject(verdict), wanted][part] = number
        take = "sum" if self.codes else self.take if periods else "last"
        return Settled(
            {key: together(take, [parts[name] for name in sorted(parts)]) for key, parts in told.items()}, open_
        )

    def _said(self, facts: Facts, ctx: Ctx) -> Sequence[Verdict]:
        key = id(self.shared), ctx.today, ctx.back, ctx.held
        if key not in facts.memo:
            facts.memo[key] = self.shared(facts, ctx)
        found: Sequence[Verdict] = facts.memo[key]
        return found

    def _number(self, status: Status) -> Fraction | None:
        if not self.codes:
            return figure(status, self.pick)
        if status.code in self.codes:
            return Fraction(_says(status, self.values))
        return None if status.code in _UNSETTLED else Fraction(0)

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        key = "ahead", id(self.shared), ctx.today, ctx.back, ctx.held
        if key not in facts.memo:
            own = getattr(self.shared, "ahead", None)
            days = [status.next_change for verdict in self._said(facts, ctx) for status in verdict.statuses]
            facts.memo[key] = earliest(own(facts, ctx) if own is not None else None, *days)
        found: date | None = facts.memo[key]
        return found


def _holding(text: str, periods: Sequence[Period]) -> list[str]:
    """Texts of the periods to which something told of a period belongs: that one, and longer ones in which its last day
    lies. The week that begins in June and ends in July is one of July."""
    if not periods:
        return [""]
    own = try_period(text, year_from=periods[0].year_from)
    if own is None:
        return [period.text for period in periods if period.text == text]
    return [
        period.text
        for period in periods
        if own.last in period and (own.first >= period.first or own.last - own.first < period.last - period.first)
    ]


def _counted(verdict: Verdict) -> str:
    """What is counted once in a period: the subject itself, which may be told of twice, or one of its duties."""
    return verdict.record or ("" if verdict.kind in ("unit", "participant", "scheme", "score") else verdict.key)


def _subject(verdict: Verdict) -> str:
    if verdict.unit:
        return verdict.unit
    return WHOLE if verdict.kind in ("scheme", "target", "reconciliation") else verdict.key


def _says(status: Status, words: frozenset[str]) -> bool:
    """Whether a status says one of some words (levels, bands, grades, what a place brings); True where none are asked
    for."""
    if not words:
        return True
    won = status.inputs.get("won")
    said = [status.inputs.get("grade", status.inputs.get("value", ""))] if won is None else won
    return not words.isdisjoint(map(str, said))


def figure(status: Status, pick: str) -> Fraction | None:
    """A figure of a status as an exact number; without a name the one its rule is about."""
    inputs: Mapping[str, Any] = status.inputs
    if pick in ("", "ratio") and "exact" not in inputs:
        done, target = _number(inputs.get("done")), _number(inputs.get("target"))
        if done is not None and target:
            return done / target * (100 if pick else 1)
        if pick:
            return _number(inputs.get(pick))
    return _number(inputs.get(pick or ("exact" if "exact" in inputs else "done")))


def _number(value: Any) -> Fraction | None:
    try:
        return None if value is None else Fraction(Decimal(str(value)))
    except (InvalidOperation, ValueError):
        return None


_Counts = dict[date, dict[str, Fraction]]  # day → subject → number


class _Counted:
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
        hit = status is not None and status.code in self.wanted and _says(status, self.values)
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
