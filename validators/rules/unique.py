"""unique: the same key twice, in one unit or across units; each of the rows is told where the other is."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Literal

from pydantic import Field as F

from validators.facts import Facts, SharedJudge, Verdict
from validators.findings import Finding, Severity
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, TypedRow, severity_of
from validators.rules.participants import normal

if TYPE_CHECKING:
    from validators.scheme.models import Scheme

_TOLD = 3  # other places named in one message


class Unique(RuleBase):
    """Rows of `table` (for which `when` holds) must differ in `fields`. A blank part makes no key.

    Full-width forms, case and blanks make no difference. A row that is gone from its book is repeated by nobody.
    `within: others` tells only of rows in other units, so that it can stand beside a stricter rule for the unit's own rows.
    """

    kind: Literal["unique"] = "unique"
    fields: tuple[str, ...] = F(description="fields by name or title that together make the key")
    within: Literal["unit", "all", "others"] = F("all", description="unit: same unit; others: other units only")
    severity: Severity | None = F(Severity.MUST, description="of its findings")

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared"

    def excusable(self, scheme: Scheme) -> frozenset[str]:
        return frozenset({self.table})

    def compile_shared(self, env: Env) -> SharedJudge:
        names = [env.own(text, self.table) for text in self.fields]
        condition = env.condition(self.when, self.table)
        units = {unit.code: unit.name for unit in env.scheme.units}
        titles = "、".join(env.title(name, self.table) for name in names)
        shown = env.scheme.table(self.table).name_field
        severity = severity_of(self)

        def judge(facts: Facts, ctx: Ctx) -> list[Verdict]:
            groups: dict[tuple[str, ...], list[TypedRow]] = defaultdict(list)
            for row in sorted(facts.table(self.table), key=lambda row: row.id):
                key = tuple(normal(row.texts.get(name, "")) for name in names)
                if not row.gone and "" not in key and (condition is None or condition.fn(row) is True):
                    groups[key].append(row)
            return [
                Verdict("record", row.id, self.table, row.unit, findings=[finding(row, others)])
                for rows in groups.values()
                if len(rows) > 1
                for row in rows
                if (others := self._others(row, rows))
            ]

        def finding(row: TypedRow, others: list[TypedRow]) -> Finding:
            places = [_place(other, row, units, shown) for other in others[:_TOLD]]
            if len(others) > _TOLD:
                places.append(f"另有{len(others) - _TOLD}行")
            what = [f"{titles}与{'、'.join(places)}重复"]
            params = {"what": what, "fields": list(names), "title": self.title, "others": [o.id for o in others[:50]]}
            value = row.texts.get(names[0], "")
            return Finding("rule.duplicate", severity, self.table, row.id, names[0], value, params, self.id)

        return judge

    def _others(self, row: TypedRow, rows: list[TypedRow]) -> list[TypedRow]:
        return [
            other
            for other in rows
            if other is not row and (self.within == "all" or (other.unit == row.unit) == (self.within == "unit"))
        ]


def _place(other: TypedRow, row: TypedRow, units: dict[str, str], shown: str) -> str:
    name = f"“{other.texts.get(shown) or other.id}”"
    if other.unit == row.unit:
        return f"本单位{name}"
    return f"{units.get(other.unit, other.unit)}{name}"
