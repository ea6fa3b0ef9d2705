"""Whose book a row stands in, as conditions name it: 填报单位 = '甲镇', 单位类型 = '园区'.

Both stand in the row like 今天, so that a limit or a threshold may hang on who reports: 园区的2个月、乡镇的3个月.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from validators.scheme.models import Scheme

UNIT, UNIT_KIND = "填报单位", "单位类型"
PERIOD_FIRST, PERIOD_LAST = (
    "期初",
    "期末",
)  # in what is counted by periods: the first and the last day of the one in question
OWNER_NAMES: Final = {UNIT: (UNIT, "text"), UNIT_KIND: (UNIT_KIND, "text")}
PERIOD_NAMES: Final = {name: (name, "date") for name in (PERIOD_FIRST, PERIOD_LAST)}
Owners = Mapping[str, Mapping[str, str]]  # code of a unit or department → what its rows say of it


def owners(scheme: Scheme) -> Owners:
    """Cells of the rows of each unit and department; a unit without a kind, and a department, leave 单位类型 blank."""
    found: dict[str, dict[str, str]] = {item.code: {UNIT: item.name} for item in scheme.departments}
    for unit in scheme.units:
        found[unit.code] = {UNIT: unit.name} | ({UNIT_KIND: unit.kind} if unit.kind else {})
    return found
