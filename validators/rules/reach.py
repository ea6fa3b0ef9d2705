"""`reach`: a milestone that is an amount — 签约后6个月内到资达到25%. The day is the one on which the sum came that far."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Literal

from pydantic import Field as F
from pydantic import field_validator, model_validator

from validators.calendar import Roll, Unit
from validators.exact import percent, plain
from validators.rules import codes
from validators.rules.anchors import Anchor
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, DateGetter, Env, Judge, Outcome, TypedRow
from validators.rules.deadlines import Term, applies, judge_term, lead_of, soon_from, sound_limit, unreadable, unsure
from validators.rules.deadlines import plain as plain_outcome
from validators.rules.elapsed import limit_words
from validators.rules.measured import days_of
from validators.rules.timing import Dated
from validators.status import Status


class Reach(Dated, RuleBase):
    """The amounts of the child table `rows` (or the row's own `amount` as of `day`) must come to `goal`.

    Amounts are added in the order of their days, or with `cumulative` each row already holds the sum; what falls short
    again, because money went back, is not reached any more. A row of a month counts with the month's last day. With
    `from` and n units there is a limit (正常, 临期, 逾期N天, 按期完成, 逾期完成N天); with `due` a day of its own; with
    neither the share is shown. A goal of nought is 不适用: it was not reached, and nothing is owed. `into` derives the day
    on which the goal was reached, as an anchor for other clocks.
    """

    kind: Literal["reach"] = "reach"
    rows: str = F("", description="child table with the amounts; blank = the row itself")
    amount: str = F(description="number field or formula of the amount")
    day: str = F("", description="its date")
    period: str = F("", description="its period field, instead of a date")
    where: str = F("", description="condition on the rows that count")
    cumulative: bool = F(False, description="the amount is the sum so far")
    goal: str = F(description="number field or formula of the row: 25% * 总投资")
    from_: Anchor = F("", alias="from", description="date field or formula that starts the clock")
    n: int | None = F(None, description="limit in units after `from`; null = the share is shown only")
    unit: Unit = F("月", description="unit of the limit")
    roll: Roll = F("none", description="where a last day on a day off moves: none, next_workday, previous_workday")
    due: Anchor = F("", description="date by which it must be reached, instead of from and n")
    lead: int | None = F(None, description="days of 临期, instead of the scheme's")
    into: str = F("", description="name of the derived date")
    measure: str = F("", description="unit of the amounts in explanations, e.g. 万元")

    clocked: ClassVar[bool] = True
    rank: ClassVar[int] = 33

    @field_validator("n", mode="before")
    @classmethod
    def _whole(cls, value: Any) -> Any:
        return sound_limit(value)

    @model_validator(mode="after")
    def _one_way(self) -> Reach:
        if bool(self.day) == bool(self.period):
            raise ValueError("写 day（日期列）或 period（周期列），二者选一，才知道哪天达到")
        if self.n is not None and not self.from_:
            raise ValueError("写了 n 要写 from（从哪天起算）")
        if self.due and (self.from_ or self.n is not None):
            raise ValueError("写 due（截止日期），或写 from 和 n，二者选一")
        return self

    def reads(self) -> frozenset[str]:
        return frozenset(name for name in (self.table, self.rows) if name)

    def children(self) -> frozenset[str]:
        return super().children() | frozenset({self.rows} if self.rows else ())

    def derives(self) -> tuple[tuple[str, str], ...]:
        return (*(((self.into, "date"),) if self.into else ()), *self.dated())

    def details(self) -> dict[str, Any]:
        return {"limit": limit_words(self.n, self.unit)} if self.n is not None else {}

    def compile(self, env: Env) -> Judge:
        goal, amounts = env.getter(self.goal, self.table, "number"), _Amounts(self, env)
        term = _Terms(self, env)
        own = () if self.rows else (self.amount, self.day)
        unread = unreadable(env, self, self.from_, self.due, *own)
        check = applies(env, self, env.condition(self.when, self.table))
        wanted = env.expression(self.goal, self.table, "number")
        zero = plain_outcome(self.id, codes.NOT_APPLICABLE, zero_goal=True)
        for name, kind in self.derives():
            env.derive(self.table, name, kind)

        def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
            if check is not None and (outcome := check(row)) is not None:
                return outcome
            if row.unread and (found := unread(row)) is not None:
                return found
            whole = goal(row)
            if whole is None:
                names = wanted.missing(row)
                missing = [env.title(name, self.table) for name in names]
                return plain_outcome(self.id, codes.PENDING, missing=missing, fields=list(names))
            if not whole and term.judges:
                return zero
            total, reached, ahead = amounts.until(row, whole, ctx.today)
            if reached is None and (unseen := amounts.unread(row)):
                missing = [env.title(name, self.rows) for name in unseen]
                return plain_outcome(self.id, codes.PENDING, missing=missing, fields=unseen)
            status = term.status(
                row, reached, ctx.today, {"sum": plain(total), "goal": plain(whole), "ratio": percent(total, whole)}
            )
            derived = {self.into: reached} if self.into and reached is not None else {}
            known = self.known(status, ctx.today, ctx.calendar, self.unit)
            change = min((day for day in (ahead, known.next_change) if day is not None), default=None)
            return Outcome(status, derived={**derived, **known.derived}, next_change=change)

        return judge

    def told(self, status: Status) -> list[str]:
        inputs = status.inputs
        if "sum" not in inputs:
            return []
        return [f"累计{inputs['sum']}/应达{inputs['goal']}{self.measure}"]


class _Amounts:
    """The amounts of a row in the order of their days, compiled."""

    def __init__(self, rule: Reach, env: Env) -> None:
        table = rule.rows or rule.table
        self.rule = rule
        self.amount = env.getter(rule.amount, table, "number")
        self.where = env.condition(rule.where, table)
        days = days_of(env, table, rule.day, rule.period)
        assert days is not None
        self.day: Callable[[TypedRow], tuple[date, date] | None] = days
        texts = (rule.amount, rule.day, rule.period)
        where = self.where.expression.reads if self.where is not None else frozenset[str]()
        self.reads = env.reads(texts, table) | where

    def unread(self, row: TypedRow) -> list[str]:
        """What could not be read in the rows that are added up, while they may come to the goal."""
        if not self.rule.rows:
            return []
        found = [
            self.reads & item.unread
            for item in row.children.get(self.rule.rows, ())
            if item.unread and (self.where is None or self.where.fn(item) is not False)
        ]
        return sorted(frozenset[str]().union(*found))

    def until(self, row: TypedRow, goal: Decimal, today: date) -> tuple[Decimal, date | None, date | None]:
        """The sum so far, the day on which it came to the goal, and the next day on which an amount begins to count."""
        rows = row.children.get(self.rule.rows, ()) if self.rule.rows else (row,)
        dated = [
            (_clipped(*days, today), item.id, number)
            for item in rows
            if (self.where is None or self.where.fn(item) is True)
            and (number := self.amount(item)) is not None
            and (days := self.day(item)) is not None
        ]
        total, reached = Decimal(0), None
        ahead = min((item[0] for item in dated if item[0] > today), default=None)
        sums: dict[date, Decimal] = {}  # day → the sum at its end
        for day, _, number in sorted(item for item in dated if item[0] <= today):
            total = sums[day] = number if self.rule.cumulative else total + number
        for day, found in sums.items():
            if found < goal:
                reached = None  # what came is gone again: 退回、冲减
            elif reached is None:
                reached = day
        return total, reached, ahead


def _clipped(first: date, last: date, today: date) -> date:
    """The day an amount counts from: the last of its period, of one that still runs today, of one to come its first."""
    return first if first > today else min(last, today)


class _Terms:
    """The deadline of a row, compiled."""

    def __init__(self, rule: Reach, env: Env) -> None:
        self.rule = rule
        self.calendar = env.calendar
        self.start: DateGetter | None = env.date(rule.from_, rule.table) if rule.from_ else None
        self.due: DateGetter | None = env.date(rule.due, rule.table) if rule.due else None
        self.unit = "日" if rule.due else rule.unit
        self.assumed = unsure(env, rule.table, rule.from_, rule.due)
        self.lead = lead_of(env, "planned" if rule.due else rule.unit, rule.lead)

    @property
    def judges(self) -> bool:
        """Whether there is a limit at all."""
        return self.due is not None or (self.start is not None and self.rule.n is not None)

    def status(self, row: TypedRow, reached: date | None, today: date, inputs: dict[str, Any]) -> Status:
        rule = self.rule
        if not self.judges:
            return Status(rule.id, codes.MEASURED, None, reached, None, {**inputs, **self._ratio(inputs)})
        if self.due is not None:
            last = self.due(row)
            if last is None:
                return Status(rule.id, codes.NOT_STARTED, inputs=inputs)
            doubt = self.assumed(None, last)
        else:
            assert self.start is not None and rule.n is not None
            start = self.start(row)
            if start is None:
                return Status(rule.id, codes.NOT_STARTED, inputs=inputs)
            inputs["from"] = start.isoformat()
            added = self.calendar.add(start, rule.n, rule.unit)
            rolled = self.calendar.roll(added.day, rule.roll)
            last, doubt = rolled.day, added.provisional or rolled.provisional or self.assumed(None, start)
            if start > today:
                inputs |= {"provisional": True} if doubt else {}
                return Status(rule.id, codes.NOT_STARTED, last, None, start, inputs)
        soon = soon_from(self.calendar, last, self.lead, self.unit)
        return judge_term(rule.id, Term(last, soon, doubt), reached, today, inputs)

    @staticmethod
    def _ratio(inputs: dict[str, Any]) -> dict[str, str]:
        return {"word": inputs["ratio"]} if inputs["ratio"] == "—" else {}
