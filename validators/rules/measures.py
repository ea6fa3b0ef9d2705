"""Measures: a number for each subject and period, gathered from rows of a table or taken from another rule.

What scores, ranks and comparisons with a plan have in common. Exact fractions; a subject of which nothing is known has
no number, which is not the same as nought.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field as F
from pydantic import model_validator

from validators.expression_types import PARENT
from validators.facts import Facts, Verdict, unit_finder
from validators.periods import Period
from validators.rules.context import Ctx, Env, Getter, Outcome, TypedRow
from validators.rules.pace import figures_day
from validators.scheme.base import Model
from validators.status import Status

if TYPE_CHECKING:
    from validators.rules.base import RuleBase
    from validators.scheme.models import Scheme

Values = dict[tuple[str, str], Fraction]  # (subject, text of the period or "") → number
Gather = Callable[[Facts, Ctx, Sequence[Period]], Values]
WHOLE = "@scheme"  # the subject of what is gathered for the scheme as a whole


class Measure(Model):
    """A number per subject and period.

    From rows: `value` of the rows of `table` for which `where` holds, put together as `take` says; no value counts rows.
    Rows belong to a period by `date` or `period`; without either all rows count for every period. Dates after today do
    not count. From a rule: `rule`, with `codes` the rows that a record rule gives one of these statuses, else the figure
    a shared rule tells (`pick`). Fixed: `fixed`, by unit code or name. `of` divides by another measure (no ratio over
    nought).
    """

    table: str = F("", description="table whose rows are measured")
    value: str = F("", description="number field or formula; blank = rows are counted")
    where: str = F("", description="condition on the rows that count")
    date: str = F("", description="date field that puts a row into a period")
    period: str = F("", description="field of the row's period: 2025-06, 2025Q2 …")
    span: Literal["period", "year", "all"] = F(
        "period", description="rows of the period; of its year up to its end; all up to its end"
    )
    take: Literal["sum", "last", "mean", "max", "min"] = F(
        "sum", description="last: of each parent (or subject) the latest row, for cumulative figures"
    )
    by: str = F(
        "", description="field that names the subject, also several names; blank = the row's unit; 全部 = the scheme"
    )
    of: Measure | None = F(None, description="what it is divided by")
    rule: str = F("", description="id of another rule whose result is taken")
    codes: tuple[str, ...] = F((), description="with a record rule: statuses whose rows are counted")
    pick: str = F("", description="with a shared rule: its figure by name (done, ratio, gap …); blank = its own")
    fixed: dict[str, Decimal | None] = F({}, description="unit → number, e.g. goals; null = not set")

    @model_validator(mode="after")
    def _one_way(self) -> Measure:
        if (self.rule and self.fixed) or (bool(self.rule or self.fixed) == bool(self.table)):
            raise ValueError("写 table（从行里取）、rule（取另一条规则的结果）或 fixed（固定的数），三者选一")
        if self.date and self.period:
            raise ValueError("date 和 period 只写一个")
        if self.take == "last" and not (self.date or self.period):
            raise ValueError("take: last 要写 date 或 period，才知道哪一行最新")
        return self

    def tables(self) -> frozenset[str]:
        """Tables whose rows are read."""
        own = frozenset({self.table} if self.table else ())
        return own | (self.of.tables() if self.of is not None else frozenset())

    def rules(self) -> frozenset[str]:
        """Rules whose results are taken."""
        own = frozenset({self.rule} if self.rule else ())
        return own | (self.of.rules() if self.of is not None else frozenset())

    def compile(self, env: Env) -> Gather:
        """The measure as a closure over facts, a day and periods (none: what holds on that day, under "")."""
        gather = self._source(env)
        if self.of is None:
            return gather
        of = self.of.compile(env)

        def divide(facts: Facts, ctx: Ctx, periods: Sequence[Period]) -> Values:
            above, below = gather(facts, ctx, periods), of(facts, ctx, periods)
            return {key: value / whole for key, value in above.items() if (whole := below.get(key))}

        return divide

    def _source(self, env: Env) -> Gather:
        if self.fixed:
            return _fixed(env, self.fixed)
        return _of_rule(env, self) if self.rule else _Rows(self, env)


def period_texts(periods: Sequence[Period]) -> list[str]:
    return [period.text for period in periods] or [""]


def _fixed(env: Env, fixed: Mapping[str, Decimal | None]) -> Gather:
    code = unit_finder(env.scheme)
    numbers = {WHOLE if word == "全部" else code(word): Fraction(n) for word, n in fixed.items() if n is not None}
    return lambda _facts, _ctx, periods: {
        (unit, text): number for unit, number in numbers.items() for text in period_texts(periods)
    }


# rows -----------------------------------------------------------------------------------------------------------------


class _Rows:
    """A measure over the rows of a table, compiled."""

    def __init__(self, model: Measure, env: Env) -> None:
        self.model = model
        self.where = env.condition(model.where, model.table)
        self.value = env.getter(model.value, model.table, "number") if model.value else None
        self.day = day_of(env, model.table, model.date, model.period)
        self.subjects = subjects_of(env, model.table, model.by)

    def __call__(self, facts: Facts, ctx: Ctx, periods: Sequence[Period]) -> Values:
        groups: dict[tuple[str, str], list[tuple[TypedRow, date | None, Decimal]]] = defaultdict(list)
        spans = [(period.text, *self._span(period, ctx.today)) for period in periods]
        spans = spans or [("", date.min, ctx.today)]
        for row in facts.table(self.model.table):
            if self.where is not None and self.where.fn(row) is not True:
                continue
            number = Decimal(1) if self.value is None else self.value(row)
            day = self.day(row) if self.day is not None else None
            if number is None or (self.day is not None and day is None):
                continue
            for text, first, last in spans:
                if day is None or first <= day <= last:
                    for subject in self.subjects(row):
                        groups[subject, text].append((row, day, number))
        return {key: self._take(rows) for key, rows in groups.items()}

    def _span(self, period: Period, today: date) -> tuple[date, date]:
        last = min(period.last, today)
        if self.model.span == "period":
            return period.first, last
        return (date(period.last.year, 1, 1) if self.model.span == "year" else date.min), last

    def _take(self, rows: list[tuple[TypedRow, date | None, Decimal]]) -> Fraction:
        numbers = [Fraction(number) for _, _, number in rows]
        take = self.model.take
        if take == "last":
            return sum((Fraction(item[2]) for item in _latest(rows)), Fraction(0))
        if take == "mean":
            return sum(numbers, Fraction(0)) / len(numbers)
        if take == "sum":
            return sum(numbers, Fraction(0))
        return max(numbers) if take == "max" else min(numbers)


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


def day_of(env: Env, table: str, day: str, period: str) -> Callable[[TypedRow], date | None] | None:
    """The day by which a row belongs to a period: its date, or the last day of its own period."""
    if day:
        return env.getter(day, table, "date")
    if not period:
        return None
    name = env.own(period, table)
    return lambda row: figures_day(row.texts.get(name))


def subjects_of(env: Env, table: str, by: str) -> Callable[[TypedRow], Sequence[str]]:
    """Who a row counts for: its unit, or those a field names — codes of units and departments where they are known."""
    if not by:
        return lambda row: (row.unit,) if row.unit else ()
    if by == "全部":
        return lambda _row: (WHOLE,)
    get: Getter = env.getter(by, table)
    code = unit_finder(env.scheme)

    def named(row: TypedRow) -> Sequence[str]:
        value = get(row)
        if value is None:
            return ()
        names = value if isinstance(value, list | tuple) else [value]
        return tuple(dict.fromkeys(code(str(name)) for name in names))

    return named


def subject_names(scheme: Scheme) -> dict[str, str]:
    """Code → name of every department and unit."""
    return {**{item.code: item.name for item in scheme.departments}, **{item.code: item.name for item in scheme.units}}


# results of other rules -------------------------------------------------------------------------------------------------


def _of_rule(env: Env, model: Measure) -> Gather:
    source = next((rule for rule in env.scheme.rules if rule.id == model.rule), None)
    if source is None:
        raise ValueError(f"没有编号为“{model.rule}”的规则")
    if model.rule in env.sources:
        raise ValueError(f"规则{'、'.join(f'“{name}”' for name in env.sources)}互相取结果，绕回了自己")
    env.sources.append(model.rule)
    try:
        return _compiled(env, model, source)
    finally:
        env.sources.remove(model.rule)


def _compiled(env: Env, model: Measure, source: RuleBase) -> Gather:
    if source.scope() == "record":
        if not model.codes:
            raise ValueError(f"规则“{model.rule}”逐行判断，要写 codes（数哪几种状态）")
        return _counted(env, model, source)
    shared = source.compile_shared(env)
    if shared is None:
        raise ValueError(f"规则“{model.rule}”没有可取的结果")

    def taken(facts: Facts, ctx: Ctx, periods: Sequence[Period]) -> Values:
        wanted = set(period_texts(periods))
        found: Values = {}
        for verdict in shared(facts, ctx):
            for status in verdict.statuses if verdict.kind != "record" else ():
                number = figure(status, model.pick)
                for text in {verdict.period or status.inputs.get("period", ""), ""} & wanted:
                    if number is not None:
                        found[_subject(verdict), text] = number
        return found

    return taken


def _subject(verdict: Verdict) -> str:
    if verdict.unit:
        return verdict.unit
    return WHOLE if verdict.kind in ("scheme", "target", "reconciliation") else verdict.key


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


def _counted(env: Env, model: Measure, source: Any) -> Gather:
    """Rows to which a record rule gives one of the statuses, today."""
    judge = source.compile(env)
    wanted, where = frozenset(model.codes), env.condition(model.where, source.table)
    value = env.getter(model.value, source.table, "number") if model.value else None
    subjects = subjects_of(env, source.table, model.by)
    ended = env.scheme.table(source.table).ended

    def counted(facts: Facts, ctx: Ctx, periods: Sequence[Period]) -> Values:
        current = [period.text for period in periods if ctx.today in period] or ([""] if not periods else [])
        found: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        for row in facts.table(source.table):
            over = row.get(ended) if ended else None
            if (over is not None and over <= ctx.today) or (where is not None and where.fn(row) is not True):
                continue
            outcome: Outcome | None = judge(row, ctx)
            hit = outcome is not None and outcome.status is not None and outcome.status.code in wanted
            number = Decimal(1) if value is None else value(row)
            for subject in subjects(row) if number is not None else ():
                for text in current:
                    found[subject, text] += Fraction(number) if hit else 0
        return dict(found)

    return counted
