"""Functions of the condition language: name → what it takes, what it gives, how it is computed.

All but 为空, 有 and 首个 are strict: one unknown argument makes the result unknown.
"""

from __future__ import annotations

import calendar as _calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from validators.calendar import Calendar, add_months
from validators.expression_types import UNKNOWN
from validators.periods import parse_period


@dataclass(frozen=True, slots=True)
class Function:
    """`takes`: types by position, the last repeated when `many`; "*" any, "number" also money and percent.

    `gives` "=" is the type of the (last) argument. `lazy` functions see UNKNOWN themselves; those `of_calendar` are
    given the statutory calendar before their arguments, those `of_year` the month in which the reporting year begins.
    """

    takes: tuple[str, ...]
    gives: str
    call: Callable[..., Any]
    example: str
    many: bool = False
    lazy: bool = False
    of_calendar: bool = False
    of_year: bool = False  # asks in which month the reporting year begins
    workdays: bool = False  # counts working days


def _days(start: date, end: date) -> Decimal:
    return Decimal((end - start).days)


def _month_end(day: date) -> date:
    return day.replace(day=_calendar.monthrange(day.year, day.month)[1])


def _span_end(day: date, months: int) -> date:
    """Last day of the quarter, half-year or year the day lies in."""
    last = (day.month - 1) // months * months + months
    return _month_end(day.replace(month=last, day=1))


def _span_start(day: date, months: int) -> date:
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def _period_end(text: str, year_from: int = 1) -> Any:
    return _of_period(text, "last", year_from)


def _period_start(text: str, year_from: int = 1) -> Any:
    return _of_period(text, "first", year_from)


def _of_period(text: str, end: str, year_from: int) -> Any:
    """First or last day of a period's text; unknown where the text names none."""
    try:
        named = text.rpartition("~")[2] if end == "last" else text.partition("~")[0]
        return getattr(parse_period(named, year_from), end)
    except ValueError:
        return UNKNOWN


def _adding(unit: str) -> Callable[[Calendar, date, Decimal], date]:
    """A day moved by a number that is worked out, where `+ 30日` can only say one that is written down."""
    return lambda calendar, day, n: calendar.add(day, int(n), unit).day


def _workdays(calendar: Calendar, start: date, end: date) -> Decimal:
    return Decimal(calendar.workdays_between(start, end))


def _full_months(start: date, end: date) -> Decimal:
    """How many months are over: 01-31 to 02-28 is one, since the month's end stands for the day it has not."""
    if end < start:
        return -_full_months(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return Decimal(months if add_months(start, months) <= end else months - 1)


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
    "季末": Function(("date",), "date", lambda day: _span_end(day, 3), "季末(签约日期)"),
    "半年末": Function(("date",), "date", lambda day: _span_end(day, 6), "半年末(签约日期)"),
    "年末": Function(("date",), "date", lambda day: _span_end(day, 12), "年末(签约日期)"),
    "月初": Function(("date",), "date", lambda day: day.replace(day=1), "月初(签约日期)"),
    "季初": Function(("date",), "date", lambda day: _span_start(day, 3), "季初(签约日期)"),
    "年初": Function(("date",), "date", lambda day: _span_start(day, 12), "年初(签约日期)"),
    "期初": Function(("text",), "date", _period_start, "期初(报告期)", of_year=True),
    "期末": Function(("text",), "date", _period_end, "期末(报告期)", of_year=True),
    "加日": Function(("date", "number"), "date", _adding("日"), "加日(签约日期, 顺延天数)", of_calendar=True),
    "加月": Function(("date", "number"), "date", _adding("月"), "加月(签约日期, 约定月数)", of_calendar=True),
    "加工作日": Function(
        ("date", "number"), "date", _adding("工作日"), "加工作日(受理日期, 5)", of_calendar=True, workdays=True
    ),
    "工作日数": Function(
        ("date", "date"), "number", _workdays, "工作日数(受理日期, 办结日期)", of_calendar=True, workdays=True
    ),
    "月数": Function(("date", "date"), "number", _full_months, "月数(签约日期, 今天)"),
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
    "向下取整": Function(("number",), "=", lambda value: value.to_integral_value(ROUND_FLOOR), "向下取整(差额)"),
    "向上取整": Function(("number",), "=", lambda value: value.to_integral_value(ROUND_CEILING), "向上取整(差额)"),
    "四舍五入": Function(("number", "number"), "number", _round, "四舍五入(完成/计划, 2)"),
}
PRESENCE = {"有": True, "has": True, "已填": True, "为空": False, "blank": False, "未填": False}
FIRST = frozenset({"首个", "coalesce"})
