"""`total`: what the rows below a row come to — how often, how much in all, on the average, the latest — as a value of
the row itself, for bands, tiers, limits and conditions: 累计到位资金, 申请延期的次数, 最近一次调度的结论.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Literal

from pydantic import Field as F
from pydantic import model_validator

from validators.exact import as_decimal, plain, rounded
from validators.expression_types import UNKNOWN
from validators.rules import codes
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.measured import days_of
from validators.status import Status

_Day = Callable[[TypedRow], tuple[date, date] | None]
_Known = tuple[date, str, Any]  # the day a row counts for, its id, its value
_ANY = frozenset({"number", "date", "text"})
_GIVEN: dict[str, frozenset[str]] = {
    **dict.fromkeys(("sum", "mean"), frozenset({"number"})),
    **dict.fromkeys(("max", "min"), frozenset({"number", "date"})),
    **dict.fromkeys(("first", "last"), _ANY),
}


class Total(RuleBase):
    """Of the rows of the child table `rows` for which `where` holds; a row with a blank `value` takes no part.

    `sum` and `mean` of numbers; `max` and `min` of numbers or dates; `first` and `last` of anything, by the day of the
    row; without `value` rows are counted. Rows dated after today do not count yet; of a period that still runs they do.
    No row: a count and a sum are 0, the others have no value. `where` may name fields of the row itself by its table's
    name: 年(日期) = 年(今天) 且 日期 >= 项目.签约日期.
    """

    kind: Literal["total"] = "total"
    rows: str = F(description="child table of `table`, in the same book")
    value: str = F("", description="field or formula of its rows; blank = rows are counted")
    where: str = F("", description="condition on the rows that count")
    day: str = F("", description="their date field or formula; rows after today do not count yet")
    period: str = F("", description="their period field, instead of a date")
    gives: Literal["number", "date", "text"] = F("number", description="what the value is")
    take: Literal["sum", "mean", "max", "min", "first", "last"] = F("sum", description="how one value is made of many")
    into: str = F(description="name of the derived value")
    measure: str = F("", description="unit of the value in explanations, e.g. 万元、次")

    rank: ClassVar[int] = 8

    @model_validator(mode="after")
    def _one_way(self) -> Total:
        if self.day and self.period:
            raise ValueError("day 和 period 只写一个")
        if self.take in ("first", "last") and not (self.day or self.period):
            raise ValueError(f"take: {self.take} 要写 day 或 period，才知道先后")
        if self.take != "sum" and not self.value:
            raise ValueError("数行数不写 take；取平均、最大、最小、最早、最近的要写 value")
        if self.gives not in _GIVEN[self.take]:
            raise ValueError(
                f"take: {self.take} 不能用于 gives: {self.gives}；日期取 max、min、first、last，文字取 first、last"
            )
        return self

    def reads(self) -> frozenset[str]:
        return frozenset({self.table, self.rows})

    def children(self) -> frozenset[str]:
        return super().children() | {self.rows}

    def derives(self) -> tuple[tuple[str, str], ...]:
        return ((self.into, self.gives),)

    def compile(self, env: Env) -> Judge:
        if env.scheme.table(self.rows).parent != self.table:
            raise ValueError(f"“{self.rows}”不是“{self.table}”的下级表")
        env.derive(self.table, self.into, self.gives)
        get = env.expression(self.value, self.rows, self.gives).fn if self.value else _one
        where, check = env.condition(self.where, self.rows), env.condition(self.when, self.table)
        days: _Day | None = days_of(env, self.rows, self.day, self.period)

        def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
            if check is not None and check.fn(row) is not True:
                return None
            known: list[_Known] = []
            ahead: date | None = None
            for child in row.children.get(self.rows, ()):
                if (where is not None and where.fn(child) is not True) or (value := get(child)) is UNKNOWN:
                    continue
                span = days(child) if days is not None else (date.min, date.max)
                if span is None:
                    continue
                if span[0] > ctx.today:
                    ahead = span[0] if ahead is None else min(ahead, span[0])
                else:
                    known.append((span[1], child.id, value))
            return self._outcome(known, ahead)

        return judge

    def _outcome(self, known: Sequence[_Known], ahead: date | None) -> Outcome:
        value = _taken(self.take, known)
        if value is None:
            return Outcome(Status(self.id, codes.VALUE, inputs={"value": "—", "rows": 0}), next_change=ahead)
        inputs = {"value": _eye(value) + (self.measure if self.gives == "number" else ""), "rows": len(known)}
        return Outcome(Status(self.id, codes.VALUE, inputs=inputs), derived={self.into: value}, next_change=ahead)

    def told(self, status: Status) -> list[str]:
        return [f"{status.inputs['rows']}行"] if self.value and "rows" in status.inputs else []


def _one(_row: TypedRow) -> Decimal:
    return Decimal(1)


def _taken(take: str, known: Sequence[_Known]) -> Any:
    """One value of many; None where there is none."""
    values = [value for _, _, value in known]
    if take == "sum":
        return sum(values, Decimal(0))
    if not values:
        return None
    if take == "mean":
        return as_decimal(sum(map(Fraction, values), Fraction(0)) / len(values))
    if take in ("max", "min"):
        return max(values) if take == "max" else min(values)
    choose = min if take == "first" else max
    return choose(known, key=lambda item: item[:2])[2]


def _eye(value: Any) -> str:
    """As people read it: numbers exact where they are short."""
    if isinstance(value, Decimal):
        text = plain(value)
        return text if len(text.partition(".")[2]) <= 2 else rounded(value, 2)
    return value.isoformat() if isinstance(value, date) else str(value)
