"""`tier`: bands on a value → a derived value; or a minimum → 校验错误:不足1亿元."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field as F
from pydantic import model_validator

from validators.rules import codes
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, Getter, Judge, Outcome, TypedRow
from validators.rules.messages import invalid_code, remembered
from validators.scheme.base import Model
from validators.status import Status


class Band(Model):
    """`name` for values from `low` (None = no bound) to `high`. Bounds are formulas: 1亿元, 30%, 100."""

    name: str
    low: str | None = None
    high: str | None = None


class Tier(RuleBase):
    """With `bands`, the band is a derived value called `into`; no band fits or bounds are unset: no value."""

    kind: Literal["tier"] = "tier"
    value: str = F(description="number field or formula")
    bands: tuple[Band, ...] = F((), description="bands, each with a name and bounds")
    inclusive: Literal["low", "high"] = F("low", description="which end belongs to the band (以上 includes: low)")
    into: str = F("", description="name of the derived value")
    minimum: str = F("", description="smallest value allowed, e.g. 1亿元")
    text: str = F("", description="what falling short is called, e.g. 不足1亿元")

    rank: ClassVar[int] = 10

    @model_validator(mode="after")
    def _one_way(self) -> Tier:
        if bool(self.bands and self.into) == bool(self.minimum and self.text):
            raise ValueError("写 bands 和 into（分档），或写 minimum 和 text（门槛），二者选一")
        return self

    def derives(self) -> tuple[tuple[str, str], ...]:
        return ((self.into, "text"),) if self.into else ()

    def compile(self, env: Env) -> Judge:
        get = env.getter(self.value, self.table)
        condition = env.condition(self.when, self.table)
        look = self._bands(env, get) if self.bands else self._minimum(env, get)
        if condition is None:
            return look
        return lambda row, ctx: look(row, ctx) if condition.fn(row) is True else None

    def _minimum(self, env: Env, get: Getter) -> Judge:
        least = _bound(env, self.table, self.minimum)
        name = env.name(self.value, self.table)
        fault = remembered(self, invalid_code(self))((self.text,), (name,) if name else ())
        return lambda row, ctx: fault if least is not None and (v := get(row)) is not None and v < least else None

    def _bands(self, env: Env, get: Getter) -> Judge:
        env.derive(self.table, self.into)
        bounds = [(b.name, _bound(env, self.table, b.low), _bound(env, self.table, b.high)) for b in self.bands]
        bounds = [item for item in bounds if item[1] is not None or item[2] is not None]
        made = {
            name: Outcome(Status(self.id, codes.VALUE, inputs={"value": name}), derived={self.into: name})
            for name, _, _ in bounds
        }
        low_in = self.inclusive == "low"

        def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
            value = get(row)
            if value is None:
                return None
            return next((made[name] for name, low, high in bounds if _within(value, low, high, low_in)), None)

        return judge


def _within(value: Decimal, low: Decimal | None, high: Decimal | None, low_in: bool) -> bool:
    above = low is None or value > low or (low_in and value == low)
    return above and (high is None or value < high or (not low_in and value == high))


def _bound(env: Env, table: str, text: str | None) -> Decimal | None:
    if not text:
        return None
    value = env.expression(text, table, "number").fn({})
    if not isinstance(value, Decimal):
        raise ValueError(f"界限“{text}”应是一个固定的数")
    return value
