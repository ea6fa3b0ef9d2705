"""`score`: points by a formula that is data — base, terms with caps, floors and weights, bonuses, what people enter.

Exact throughout, rounded for the eye only. A closed period keeps the value frozen for it; today's is told beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar, Literal

from pydantic import Field as F
from pydantic import field_validator, model_validator

from validators.exact import plain
from validators.facts import SharedJudge
from validators.periods import PeriodKind
from validators.rules.bands import NamedRange, single_flags
from validators.rules.base import RuleBase
from validators.rules.context import Env, Judge
from validators.rules.measures import (
    Measure,
)  # fmt: skip
from validators.rules.points import Term, Veto
from validators.rules.score_rows import score_rows
from validators.rules.score_units import ScoredUnits
from validators.status import Status, provisional


class Score(RuleBase):
    """`base` plus all terms, kept between `floor` and `cap`.

    With `table` every row is scored: `into` derives the points, `grade_into` the grade. Without it units and departments
    are scored in each `period` by the measures of the terms; `each: unit` scores every unit of the scheme, also one of
    which nothing was measured. `grades` name ranges of the total and give the flags of `flags`.

    Of a period that is over and for which something is still to come (a report that is not due yet) the points are told
    as 暂计, and give no flag. So are those of the period that runs, whose flags are those of the day: `closed` waits.
    """

    kind: Literal["score"] = "score"
    base: Decimal = F(Decimal(0), description="points everybody has: 基本分")
    terms: tuple[Term, ...] = F(min_length=1, description="what is added: parts, bonuses, deductions")
    cap: Decimal | None = F(None, description="most points in all")
    floor: Decimal | None = F(None, description="fewest points in all")
    text: str = F("", description="said instead of {value}分, e.g. 逾期{value}项")
    digits: int = F(2, ge=0, le=6, description="decimals shown")
    grades: tuple[NamedRange, ...] = F(
        (), description="grades by ranges of the total, e.g. {name: 优秀, range: 90以上}"
    )
    vetoes: tuple[Veto, ...] = F((), description="what keeps the grade down, one after the other")
    flags: dict[str, tuple[str, ...]] = F({}, description="grade → 考核标识")
    into: str = F("", description="name of the derived points of a row")
    grade_into: str = F("", description="name of the derived grade of a row")
    period: PeriodKind | None = F(None, description="kind of period in which units are scored")
    each: Literal["found", "unit"] = F("found", description="who is scored: whoever was measured, or every unit")
    group: Literal["", "kind", "above"] = F(
        "",
        description="of units: 最高、最低 … are those of the units of the same kind, or (above) of the same unit above "
        "(`parent` in units)",
    )
    groups: dict[str, tuple[str, ...]] = F({}, description="instead: group → units by name or code")
    closed: bool = F(
        False, description="a subject shows the latest period that is over, from its last day on, not the one that runs"
    )

    clocked: ClassVar[bool] = True
    rank: ClassVar[int] = 46

    @field_validator("flags", mode="before")
    @classmethod
    def _single(cls, value: Any) -> Any:
        return single_flags(value)

    @model_validator(mode="after")
    def _one_way(self) -> Score:
        for term in self.terms:
            if bool(term.value) == bool(term.measure) or bool(term.value) != bool(self.table):
                raise ValueError(f"“{term.name}”：逐行打分（写了 table）的用 value，给单位打分的用 measure")
        if self.table and (self.period or self.each != "found"):
            raise ValueError("逐行打分不写 period、each")
        if self.closed and not self.period:
            raise ValueError("写了 closed 要写 period")
        if not self.table and (self.into or self.grade_into):
            raise ValueError("给单位打分不写 into、grade_into；别的规则用 rule: 本规则编号 来取")
        grades = {grade.name for grade in self.grades}
        if set(self.flags) - grades:
            raise ValueError("flags 里的等次要在 grades 里")
        for veto in self.vetoes:
            if bool(veto.value) == bool(veto.measure) or bool(veto.value) != bool(self.table):
                raise ValueError(f"“{veto.name}”：逐行打分（写了 table）的用 value，给单位打分的用 measure")
            if wrong := sorted({*veto.becomes, *veto.becomes.values()} - grades - {"*"}):
                raise ValueError(f"“{veto.name}”：becomes 里的“{'、'.join(wrong)}”不在 grades 里")
        if self.table and (self.group or self.groups):
            raise ValueError("逐行打分不写 group、groups")
        if len({term.name for term in self.terms}) != len(self.terms):
            raise ValueError("terms 的 name 不能重复")
        return self

    def reads(self) -> frozenset[str]:
        found = frozenset({self.table} if self.table else ())
        return found.union(*(measure.tables() for measure in self._measures()))

    def uses(self) -> frozenset[str]:
        return frozenset(name for measure in self._measures() for name in measure.rules())

    def _measures(self) -> list[Measure]:
        given = [*(term.measure for term in self.terms), *(veto.measure for veto in self.vetoes)]
        return [measure for measure in given if measure is not None]

    def scope(self) -> Literal["record", "family", "shared"]:
        return "record" if self.table else "shared"

    def derives(self) -> tuple[tuple[str, str], ...]:
        pairs = ((self.into, "number"), (self.grade_into, "text"))
        return tuple(pair for pair in pairs if pair[0])

    def compile(self, env: Env) -> Judge | None:
        if not self.table:
            return None
        judge = score_rows(env, self)
        for name, kind in self.derives():
            env.derive(self.table, name, kind)
        return judge

    def compile_shared(self, env: Env) -> SharedJudge | None:
        return ScoredUnits(self, env) if not self.table else None

    def told(self, status: Status) -> list[str]:
        """基本分60，投资完成38.5，加分5(封顶)."""
        inputs = status.inputs
        parts: Sequence[Mapping[str, str]] = inputs.get("parts", ())
        found = [f"基本分{plain(self.base)}"] if self.base and parts else []
        found += [f"{part['name']}{part['points']}{part.get('note', '')}" for part in parts]
        if inputs.get("grade"):
            found.append(str(inputs.get("graded", inputs["grade"])))
        if inputs.get("vetoed"):
            found.append(f"{'、'.join(inputs['vetoed'])}，由{inputs['graded']}改为{inputs['grade']}")
        if inputs.get("left_out"):
            found.append(f"未计{'、'.join(inputs['left_out'])}")
        found += provisional(status)
        if "now" in inputs:
            found.append(f"按期末冻结数，现为{inputs['now']}")
        return ["，".join(found)] if found else []
