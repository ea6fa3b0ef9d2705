"""Functions of the condition language: name → what it takes, what it gives, how it is computed.

All but 为空, 有 and 首个 are strict: one unknown argument makes the result unknown.
"""

from __future__ import annotations

import calendar as _calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Function:
    """`takes`: types by position, the last repeated when `many`; "*" any, "number" also money and percent.

    `gives` "=" is the type of the (last) argument. `lazy` functions see UNKNOWN themselves.
    """

    takes: tuple[str, ...]
    gives: str
    call: Callable[..., Any]
    example: str
    many: bool = False
    lazy: bool = False


def _days(start: date, end: date) -> Decimal:
    return Decimal((end - start).days)


def _month_end(day: date) -> date:
    return day.replace(day=_calendar.monthrange(day.year, day.month)[1])


def _round(value: Decimal, digits: Decimal) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-int(digits)), rounding=ROUND_HALF_UP)


def _count(*conditions: bool) -> Decimal:
    return Decimal(sum(conditions))


_YEAR = Function(("date",), "number", lambda day: Decimal(day.year), "年(投产日期)")
_MONTH = Function(("date",), "number", lambda day: Decimal(day.month), "月(投产日期)")
_QUARTER = Function(("date",), "number", lambda day: Decimal((day.month + 2) // 3), "季度(投产日期)")
_DAYS = Function(("date", "date"), "number", _days, "天数(签约日期, 开工日期)")
_MAX = Function(("ordered",), "=", lambda *values: max(values), "最大(甲, 乙)", many=True)
_MIN = Function(("ordered",), "=", lambda *values: min(values), "最小(甲, 乙)", many=True)
_LENGTH = Function(("sized",), "number", lambda value: Decimal(len(value)), "长度(项目名称)")
_CONTAINS = Function(("sized", "text"), "bool", lambda whole, part: part in whole, "包含(行业, '制造')")

FUNCTIONS: dict[str, Function] = {
    "年": _YEAR,
    "year": _YEAR,
    "月": _MONTH,
    "month": _MONTH,
    "日": Function(("date",), "number", lambda day: Decimal(day.day), "日(签约日期)"),
    "季度": _QUARTER,
    "quarter": _QUARTER,
    "天数": _DAYS,
    "days": _DAYS,
    "月末": Function(("date",), "date", _month_end, "月末(签约日期)"),
    "最大": _MAX,
    "max": _MAX,
    "最晚": _MAX,
    "最小": _MIN,
    "min": _MIN,
    "最早": _MIN,
    "长度": _LENGTH,
    "个数": _LENGTH,
    "len": _LENGTH,
    "包含": _CONTAINS,
    "contains": _CONTAINS,
    "开头是": Function(("text", "text"), "bool", lambda whole, part: whole.startswith(part), "开头是(编码, 'C')"),
    "计数": Function(("bool",), "number", _count, "计数(能评完成, 环评完成)", many=True),
    "绝对值": Function(("number",), "=", abs, "绝对值(甲 - 乙)"),
    "四舍五入": Function(("number", "number"), "number", _round, "四舍五入(完成/计划, 2)"),
}
PRESENCE = {"有": True, "has": True, "已填": True, "为空": False, "blank": False, "未填": False}
FIRST = frozenset({"首个", "coalesce"})
