"""序时进度: how much of a plan is due by a day — months of the year, days of it, the scheme's own curve, or a project's
own span. Exact shares; a month counts when it is over.
"""

from __future__ import annotations

import calendar as _calendar
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from pydantic import Field as F
from pydantic import model_validator

from validators.periods import Period, parse_period, period_of
from validators.rules.context import Cells, Env
from validators.scheme.base import Model

if TYPE_CHECKING:
    from validators.scheme.models import Lookup

_MONTHS = frozenset(map(str, range(1, 13)))
Share = Callable[[Cells, date], Fraction | None]


class Pace(Model):
    """`month`: whole months over twelve (1月底 1/12). `day`: days of the year passed. `curve`: a lookup of the scheme from
    month number to percent ("6": "45"); a month without an entry is 映射未配置. `span`: days passed between two dates of the
    row.
    """

    by: Literal["month", "day", "curve", "span"] = F("month", description="how the share due is found, see above")
    curve: str = F("", description="name of the lookup, for `curve`")
    start: str = F("", description="date field or formula of the first day, for `span`")
    finish: str = F("", description="date field or formula of the last day, for `span`")

    @model_validator(mode="after")
    def _complete(self) -> Pace:
        if (self.by == "curve") != bool(self.curve):
            raise ValueError("by: curve 要写 curve（方案里对照表的名称），别的不写")
        if (self.by == "span") != bool(self.start and self.finish):
            raise ValueError("by: span 要写 start 和 finish（起止日期），别的不写")
        return self

    def compile(self, env: Env, table: str) -> Share:
        """The share due of a row by a day; None where it cannot be told."""
        if self.by == "span":
            start, finish = env.getter(self.start, table, "date"), env.getter(self.finish, table, "date")
            return lambda cells, day: _between(start(cells), finish(cells), day)
        year_from = env.scheme.year_from
        if self.by == "day":
            return lambda _cells, day: _days_over(period_of(day, "year", year_from), day)
        if self.by == "month":
            return lambda _cells, day: Fraction(months_over(day, year_from), 12)
        shares = _curve(env.scheme.lookups[self.curve])

        def by_curve(_cells: Cells, day: date) -> Fraction | None:
            months = months_over(day, year_from)
            return shares.get(months, Fraction(0) if months == 0 else None)

        return by_curve


def months_over(day: date, year_from: int = 1) -> int:
    """How many months of the reporting year are over at the end of the day."""
    last = _calendar.monthrange(day.year, day.month)[1]
    month = (day.month - year_from) % 12 + 1
    return month if day.day == last else month - 1


def _days_over(year: Period, day: date) -> Fraction:
    return Fraction((day - year.first).days + 1, (year.last - year.first).days + 1)


def _curve(table: Lookup) -> dict[int, Fraction]:
    """Month → share due. ValueError where a row is no month, or its value no percentage."""
    found: dict[int, Fraction] = {}
    for month, value in table.rows.items():
        if month not in _MONTHS:
            raise ValueError(f"对照表“{table.title}”是序时曲线，左边写月份1到12，现在有“{month}”")
        try:
            share = Decimal(str(value).strip().removesuffix("%").removesuffix("％"))
        except InvalidOperation:
            share = Decimal("NaN")
        if not share.is_finite():
            raise ValueError(f"对照表“{table.title}”里{month}月应完成的百分比要写数，如 45，现在是“{value}”")
        found[int(month)] = Fraction(share) / 100
    return found


def _between(start: date | None, finish: date | None, day: date) -> Fraction | None:
    """The start day is not counted, the last day is; nothing is due before the start, all of it after the finish."""
    if start is None or finish is None or finish < start:
        return None
    if day <= start:
        return Fraction(0)
    return min(Fraction((day - start).days, max((finish - start).days, 1)), Fraction(1))


def figures_days(text: str | None, year_from: int) -> tuple[date, date] | None:
    """First and last day of the period for which figures stand: 2025-06, 2025Q2, 2025-01~2025-06, 2025-06-15."""
    if not text:
        return None
    head, _, tail = text.partition("~")
    try:
        return parse_period(head, year_from).first, parse_period(tail or head, year_from).last
    except ValueError:
        return None
