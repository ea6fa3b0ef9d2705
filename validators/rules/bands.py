"""`bands`: a number falls into a named band — 进度差在 [-10, 0) 的亮黄灯. Each end says whether it belongs.

What no band covers, and what two bands claim at once, the policy has not settled: 未规定, for the commission to decide.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Literal

from pydantic import Field as F
from pydantic import field_validator

from validators.exact import plain, rounded
from validators.expression_types import UNKNOWN
from validators.rules import codes
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.deadlines import applies
from validators.rules.deadlines import plain as plain_outcome
from validators.rules.ranges import Range, covering, parse_range
from validators.scheme.base import Model
from validators.status import Flag, Status


class NamedRange(Model):
    """A band: its name and its range, e.g. {name: 黄灯, range: "[-10, 0)"}."""

    name: str = F(description="what the band is called, e.g. 黄灯")
    range: str = F(description="[0, 10)、(-∞, -20]、>= 60、10以上、不满10; 方括号含本数，圆括号不含")


class Bands(RuleBase):
    """The band of `value` is shown, derived as `into`, and gives the flags of `flags`.

    Bands may leave gaps and may overlap as the policy's text does: there `uncovered` is said and derived, and no flag is
    given. A blank in `value` is 待补条件, and names the column behind a derived value; a share over nought, and a derived
    value that cannot be there (nothing has begun, its rule does not apply), is 不适用 with the reason.
    """

    kind: Literal["bands"] = "bands"
    value: str = F(description="number field or formula, e.g. what a `variance` rule derives")
    bands: tuple[NamedRange, ...] = F(min_length=1, description="bands with their ranges, in any order")
    into: str = F("", description="name of the derived band, for `lights`, `streak` and conditions")
    uncovered: str = F("未规定", description="word where no band, or more than one, holds the value")
    flags: dict[str, tuple[str, ...]] = F({}, description="band → 考核标识, e.g. {红灯: [红牌]}")
    measure: str = F("", description="unit of the value in explanations, e.g. 个百分点")

    clocked: ClassVar[bool] = True
    rank: ClassVar[int] = 36

    @field_validator("flags", mode="before")
    @classmethod
    def _single(cls, value: Any) -> Any:
        return single_flags(value)

    def derives(self) -> tuple[tuple[str, str], ...]:
        return ((self.into, "text"),) if self.into else ()

    def ranges(self, env: Env) -> list[tuple[str, Range]]:
        """The bands with their bounds read. ValueError when one is no range."""
        return [(band.name, parse_range(band.range, lambda text: number(env, text, self.table))) for band in self.bands]

    def compile(self, env: Env) -> Judge:
        for name, kind in self.derives():
            env.derive(self.table, name, kind)
        check = applies(env, self, env.condition(self.when, self.table))
        expression, ranges = env.expression(self.value, self.table, "number"), self.ranges(env)
        unknown = set(self.flags) - {name for name, _ in ranges}
        if unknown:
            raise ValueError(f"flags 里的“{'、'.join(sorted(unknown))}”不是 bands 里的名称")
        nothing = plain_outcome(self.id, codes.NOT_APPLICABLE, over_zero=True)

        def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
            if check is not None and (outcome := check(row)) is not None:
                return outcome
            value = expression.fn(row)
            if value is not UNKNOWN:
                return self.outcome(ranges, value)
            names = expression.missing(row)
            if not names:
                return nothing
            missing = [env.title(name, self.table) for name in names]
            return plain_outcome(self.id, codes.PENDING, missing=missing, fields=list(names))

        return judge

    def outcome(self, ranges: list[tuple[str, Range]], value: Decimal) -> Outcome:
        """The band of a value, with what it derives and its flags."""
        names = list(dict.fromkeys(covering(ranges, value)))
        inputs: dict[str, Any] = {"figure": shown_in(ranges, value, names)}
        if len(names) != 1:
            inputs |= {"word": self.uncovered, "between": names}
            derived = {self.into: self.uncovered} if self.into else {}
            return Outcome(Status(self.id, codes.UNCOVERED, inputs=inputs), derived=derived)
        name = names[0]
        flags = tuple(Flag(self.id, text, self._why(name, inputs)) for text in self.flags.get(name, ()))
        derived = {self.into: name} if self.into else {}
        return Outcome(Status(self.id, codes.VALUE, inputs={"value": name, **inputs}), (), flags, derived)

    def _why(self, name: str, inputs: dict[str, Any]) -> str:
        band = next(item.range for item in self.bands if item.name == name)
        section = f"；依据 {self.section}" if self.section else ""
        return f"{self.title}{inputs['figure']}{self.measure}，在{band}{section}"

    def told(self, status: Status) -> list[str]:
        inputs = status.inputs
        if "figure" not in inputs:
            return []
        found = [f"{inputs['figure']}{self.measure}"]
        if inputs.get("between"):
            found.append(f"同时落在{'、'.join(inputs['between'])}两档以上")
        elif status.code == codes.UNCOVERED:
            found.append("不在任何一档里")
        return found


def single_flags(value: Any) -> Any:
    """A flag written as one text is a list of one."""
    if not isinstance(value, dict):
        return value
    return {name: (item,) if isinstance(item, str) else item for name, item in value.items()}


def number(env: Env, text: str, table: str) -> Decimal:
    """A bound as a fixed number: 10, -2.5, 1亿元, 30%."""
    value = env.expression(text, table, "number").fn({})
    if not isinstance(value, Decimal):
        raise ValueError(f"界限“{text}”应是一个固定的数")
    return value


def shown_in(ranges: list[tuple[str, Range]], value: Decimal, names: list[str]) -> str:
    """The value as people read it, with so many digits that it lies in its band as shown: 89.997 is not 90 where 90 is
    another band."""
    text = eye(value)
    for digits in range(3, 13):
        if list(dict.fromkeys(covering(ranges, Decimal(text)))) == names:
            break
        text = rounded(value, digits)
    return text


def eye(value: Decimal) -> str:
    """A number as people read it: exact where it is short, else to two decimals."""
    text = plain(value)
    return text if len(text.partition(".")[2]) <= 2 else rounded(value, 2)
