"""`rank`: places by a measure, in groups, with ties and exemptions — and what the first and the last get, if they also
meet a condition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field as F
from pydantic import model_validator

from validators.facts import SharedJudge
from validators.periods import PeriodKind
from validators.rules.base import OfRows, RuleBase
from validators.rules.context import Env
from validators.rules.measures import (
    Measure,
)  # fmt: skip
from validators.rules.places import Prize
from validators.rules.rank_rows import RankedRows
from validators.rules.rank_units import RankedUnits
from validators.status import Status, provisional

if TYPE_CHECKING:
    from validators.scheme.models import Scheme


class Rank(RuleBase):
    """Subjects of the measure `by` in order of their figures, per group and period; the latest period with figures is told.

    Equal figures share a place: 1, 1, 3 (`share`) or 1, 1, 2 (`dense`); further figures may set them apart (`then`). Who
    is exempt or has no figure is — and takes no place from anybody. Of units `when` says who is ranked in which periods
    (单位, 单位类型, 期初, 期末). With `table` its rows are ranked by `value`, and what
    they get can be put on them for rules that look for repetition (`won_into`). Who gets something as one
    of the first gets nothing as one of the last, however small the group. A row whose group is blank has no place. What is
    not known of a condition gives no flag. Nor does a period that is over and for which something of one of the group is
    still to come: its places are told as 暂计, as are those of the period that runs.
    """

    kind: Literal["rank"] = "rank"
    by: Measure | None = F(None, description="figure of units and departments, e.g. {rule: S-1}")
    value: str = F("", description="with a table: number field or formula of the row")
    also: dict[str, Measure] = F({}, description="name → further number for conditions, e.g. 完成率")
    order: Literal["desc", "asc"] = F("desc", description="desc: the largest figure is the first")
    ties: Literal["share", "dense"] = F("share", description="places after a tie: 1, 1, 3 or 1, 1, 2")
    then: tuple[str, ...] = F(
        (),
        description="what sets apart those with the same figure, the larger one first: names of `also`, with a table number "
        "fields or formulas of the row",
    )
    groups: dict[str, tuple[str, ...]] = F(
        {}, description="group → units by name or code; the others are ranked together"
    )
    group: Literal["", "kind", "above"] = F(
        "",
        description="kind: units are ranked within their kind (镇, 街道 …); above: among those of the same unit above "
        "(`parent` in units)",
    )
    group_by: str = F("", description="with a table: field or formula of the group")
    exempt: tuple[str, ...] = F((), description="units by name or code that are not ranked")
    exempt_when: str = F(
        "", description="condition of not being ranked; may name 值 and the numbers of `also`, or fields of the row"
    )
    top: tuple[Prize, ...] = F((), description="what the first get")
    bottom: tuple[Prize, ...] = F((), description="what the last get")
    period: PeriodKind | None = F(None, description="kind of period in which units are ranked")
    closed: bool = F(
        False, description="the latest period that is over is told, from its last day on, not the one that runs"
    )
    blank: Literal["ask", "zero"] = F(
        "ask",
        description="of units: no figure is no place, or nought (how many rows a unit has always is a figure; of rows that "
        "name it in a column, `by`, write zero)",
    )
    measure: str = F("", description="unit of the figure in explanations, e.g. 分")
    into: str = F("", description="with a table: name of the derived place of a row, for other rules over many rows")
    won_into: str = F(
        "",
        description="with a table: name of the derived text of what its place brings the row (a flag of top or bottom, else "
        "—), for streak and escalate: 连续2个月后10位",
    )

    rank: ClassVar[int] = 80

    @model_validator(mode="after")
    def _one_way(self) -> Rank:
        if self.closed and self.period is None:
            raise ValueError("写了 closed 要写 period")
        if bool(self.by) == bool(self.table and self.value):
            raise ValueError("写 by（给单位排名的数），或写 table 和 value（给行排名），二者选一")
        if self.table and (self.groups or self.group or self.exempt or self.period or self.also):
            raise ValueError("给行排名只用 group_by 和 exempt_when")
        if self.blank == "zero" and self.by is None:
            raise ValueError("blank: zero（没有数的算0）用于给单位排名（by）")
        if (self.into or self.won_into) and not self.table:
            raise ValueError("into、won_into 与 table 一起写；单位的名次别的规则用 rule: 本规则编号 来取")
        if not self.table and (unknown := sorted(set(self.then) - set(self.also))):
            raise ValueError(f"then 里的“{'、'.join(unknown)}”要写在 also 里")
        if self.group_by and not self.table:
            raise ValueError("group_by 与 table 一起写；单位分组用 groups 或 group")
        return self

    def reads(self) -> frozenset[str]:
        found = frozenset({self.table} if self.table else ())
        return found.union(*(item.tables() for item in self._measures()))

    def uses(self) -> frozenset[str]:
        return frozenset(name for item in self._measures() for name in item.rules())

    def _measures(self) -> list[Measure]:
        return [*([self.by] if self.by is not None else []), *self.also.values()]

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared"

    def of_rows(self) -> OfRows:
        return "today" if self.table else ""

    def derives(self) -> tuple[tuple[str, str], ...]:
        pairs = ((self.into, "number"), (self.won_into, "text"))
        return tuple(pair for pair in pairs if pair[0])

    def excusable(self, scheme: Scheme) -> frozenset[str]:
        return frozenset({self.table} if self.table else ())

    def compile_shared(self, env: Env) -> SharedJudge:
        return RankedRows(self, env) if self.table else RankedUnits(self, env)

    def told(self, status: Status) -> list[str]:
        """93.5分，甲组第2名/共8个，较上期升1位."""
        inputs = status.inputs
        found = [f"{inputs['figure']}{self.measure}"] if inputs.get("figure") else []
        if inputs.get("apart"):
            found.append(f"相同的按{'、'.join(inputs['apart'])}排")
        if inputs.get("count"):
            found.append(f"{inputs.get('group', '')}共{inputs['count']}个")
        change = inputs.get("change")
        if change is not None:
            found.append(f"较上期{'升' if change > 0 else '降'}{abs(change)}位" if change else "与上期持平")
        if inputs.get("why"):
            found.append(str(inputs["why"]))
        return [*found, *provisional(status)]
