"""`horizon`: plans that reach far enough, and not too far — three rolling years, a plan for each month until completion,
a start within ten years.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field as F
from pydantic import model_validator

from validators.periods import Period, PeriodKind, period_of, periods_between, try_period
from validators.rules import codes
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, DateGetter, Env, Judge, Outcome, TypedRow
from validators.rules.messages import invalid_code, message

_TOLD = 6  # periods named one by one in a message
_MOST = 240  # periods looked at; a plan of twenty years by months


class Horizon(RuleBase):
    """With `rows` or `fields`: a plan for each period is wanted, 缺项:2024年计划 for each that is absent.

    The periods are `count` of them from the one of `base` on (no base: from today's, so that they roll), or those from
    `base` to `until`. A plan is there when a row of the child table `rows` has the period and `present` holds, or when
    the field that `fields` names for the period is filled in.

    With `date`: its year must not be more than `most` years after this year (`over`), nor less than `least` (`under`).
    """

    kind: Literal["horizon"] = "horizon"
    rows: str = F("", description="child table with a row for each period")
    period: str = F("", description="its field that holds the period")
    present: str = F("", description="condition on the row for the plan to be there, e.g. 有(计划投资, 计划形象进度)")
    fields: dict[str, str] = F(
        {}, description="instead of rows: period → field of the row itself, e.g. '2024': 2024年计划"
    )
    unit: PeriodKind = F("year", description="kind of the periods")
    count: int = F(0, description="how many periods, the first one included")
    base: str = F("", description="date or formula whose period is the first; blank = today's")
    until: str = F("", description="date or formula whose period is the last, instead of count")
    text: str = F("{period}年计划", description="what is missing; {period} is the period as 2024 or 2025-11")
    date: str = F("", description="date or formula that is held against this year")
    most: int | None = F(None, description="years it may be ahead at most; null = no bound")
    least: int | None = F(None, description="years it must be ahead at least; null = no bound")
    over: str = F("", description="what is said beyond `most`, e.g. 超出10年")
    under: str = F("", description="what is said short of `least`")

    asks: ClassVar[bool] = True

    @model_validator(mode="after")
    def _one_way(self) -> Horizon:
        ways = [bool(self.rows), bool(self.fields), bool(self.date)]
        if sum(ways) != 1:
            raise ValueError("写 rows（子表逐期一行）、fields（本行逐期一列）或 date（年限），三者选一")
        if self.date:
            if (self.most is None) == bool(self.over) or (self.least is None) == bool(self.under):
                raise ValueError("most 与 over 成对写，least 与 under 成对写")
            return self
        if bool(self.count) == bool(self.until):
            raise ValueError("写 count（几期）或 until（到哪个日期），二者选一")
        if self.rows and not self.period:
            raise ValueError("写了 rows 要写 period（子表里填周期的列）")
        return self

    def reads(self) -> frozenset[str]:
        return frozenset(name for name in (self.table, self.rows) if name)

    def children(self) -> frozenset[str]:
        return super().children() | frozenset({self.rows} if self.rows else ())

    def compile(self, env: Env) -> Judge:
        with env.counting(True):  # a start that lies ahead asks for no plans yet (B-58)
            condition = env.condition(self.when, self.table)
        look = _bound(env, self) if self.date else _plans(env, self)
        if condition is None:
            return look
        test = condition.fn
        return lambda row, ctx: look(row, ctx) if test(row) is True else None


# plans for each period ----------------------------------------------------------------------------------------------


def _plans(env: Env, rule: Horizon) -> Judge:
    spans, there = _spans(env, rule), _there(env, rule)
    made: dict[tuple[str, ...], Outcome] = {}
    names = {text: env.own(field, rule.table) for text, field in rule.fields.items()}
    reads = env.reads((rule.period,), rule.rows) if rule.rows else frozenset[str]()
    present = env.condition(rule.present, rule.rows) if rule.rows else None
    reads |= present.expression.reads if present is not None else frozenset[str]()

    def doubtful(row: TypedRow) -> bool:
        """A plan whose period nobody could read may be the one that seems to be absent."""
        return any(reads & child.unread for child in row.children.get(rule.rows, ())) if rule.rows else False

    def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
        periods = list(spans(row, ctx.today))
        change = period_of(ctx.today, rule.unit, env.scheme.year_from).next().first if not rule.base else None
        found = there(row) if periods else set()
        absent = tuple(period.text for period in periods if period.text not in found)
        if not absent or doubtful(row):
            return Outcome(next_change=change) if change is not None else None
        if absent not in made:
            fields = [names[text] for text in absent if text in names]
            made[absent] = message(rule, codes.INCOMPLETE, _what(rule, absent), fields)
        return replace(made[absent], next_change=change)

    return judge


def _what(rule: Horizon, absent: tuple[str, ...]) -> list[str]:
    texts = [rule.text.format(period=text) for text in absent]
    return texts if len(texts) <= _TOLD else [*texts[: _TOLD - 1], f"{texts[-1]}等{len(texts)}期"]


def _spans(env: Env, rule: Horizon) -> Callable[[TypedRow, date], Iterator[Period]]:
    """The periods wanted of a row on a day; none where the first or the last is not known."""
    base = env.getter(rule.base, rule.table, "date") if rule.base else None
    until = env.getter(rule.until, rule.table, "date") if rule.until else None
    year_from = env.scheme.year_from

    def spans(row: TypedRow, today: date) -> Iterator[Period]:
        first = base(row) if base is not None else today
        last = until(row) if until is not None else None
        if first is None or (until is not None and last is None):
            return
        head = period_of(first, rule.unit, year_from)
        tail = head.shift(rule.count - 1) if last is None else period_of(last, rule.unit, year_from)
        for number, period in enumerate(periods_between(head.first, tail.first, rule.unit, year_from)):
            if number >= _MOST:
                return
            yield period

    return spans


def _there(env: Env, rule: Horizon) -> Callable[[TypedRow], set[str]]:
    """Texts of the periods for which a row has a plan."""
    if rule.fields:
        own = [(text, env.own(field, rule.table)) for text, field in rule.fields.items()]
        return lambda row: {text for text, name in own if row.get(name) is not None or name in row.unread}
    year_from = env.scheme.year_from
    name, present = env.own(rule.period, rule.rows), env.condition(rule.present, rule.rows)

    def there(row: TypedRow) -> set[str]:
        return {
            period.text
            for child in row.children.get(rule.rows, ())
            if (period := try_period(child.texts.get(name), rule.unit, year_from)) is not None
            and (present is None or present.fn(child) is True)
        }

    return there


# a bound in years -----------------------------------------------------------------------------------------------------


def _bound(env: Env, rule: Horizon) -> Judge:
    get: DateGetter = env.getter(rule.date, rule.table, "date")
    name = env.name(rule.date, rule.table)
    fields = (name,) if name else ()
    code = invalid_code(rule)
    over = message(rule, code, (rule.over,), fields) if rule.over else None
    under = message(rule, code, (rule.under,), fields) if rule.under else None

    def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
        day = get(row)
        if day is None:
            return None
        ahead = day.year - ctx.today.year
        change = date(ctx.today.year + 1, 1, 1)
        if over is not None and rule.most is not None and ahead > rule.most:
            return replace(over, next_change=change)
        if under is not None and rule.least is not None and ahead < rule.least:
            return under
        return Outcome(next_change=change) if under is not None else None

    return judge
