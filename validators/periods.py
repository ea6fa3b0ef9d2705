"""Periods of reporting: day, ISO week, 旬, half month, month, quarter, half-year, year; their texts, neighbours and due days.

Texts are those of records (`values.py`): 2025-06-10, 2025-W24, 2025-06上旬, 2025-06上半月, 2025-06, 2025Q2, 2025H1, 2025.

A reporting year may begin in another month than January (`year_from`: 12 → 2025年度 is December 2024 to November 2025).
Quarters, halves and years move with it, under the texts they have always had; months and what is shorter stay as they
are. It has the number of the calendar year in which most of its months lie, of two halves the later one. A text alone
does not tell where its year begins: the scheme does, so whoever reads one has to say.
"""

from __future__ import annotations

import calendar as _calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from validators.calendar import Calendar, Deadline, add_months

PeriodKind = Literal["day", "week", "ten_days", "half_month", "month", "quarter", "half", "year"]
# parts of a month: kind → the word of each and the day on which it begins
_PARTS: dict[PeriodKind, tuple[tuple[str, int], ...]] = {
    "ten_days": (("上旬", 1), ("中旬", 11), ("下旬", 21)),
    "half_month": (("上半月", 1), ("下半月", 16)),
}
_ORDINALS = "零一二三四"
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One period. Orders by its first day; `first` and `last` are both inside."""

    first: date
    last: date
    kind: PeriodKind
    text: str
    year_from: int = field(default=1, compare=False, repr=False)  # month in which the reporting year begins

    def next(self) -> Period:
        """The adjacent period of the same kind, across year ends too."""
        return period_of(self.last + _ONE_DAY, self.kind, self.year_from)

    def previous(self) -> Period:
        return period_of(self.first - _ONE_DAY, self.kind, self.year_from)

    def year(self) -> Period:
        """The reporting year in which it ends."""
        return period_of(self.last, "year", self.year_from)

    def shift(self, n: int) -> Period:
        """The period n places on (negative: back)."""
        found = self
        for _ in range(abs(n)):
            found = found.next() if n > 0 else found.previous()
        return found

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def label(self) -> str:
        """How a person names it: 2025年6月, 2025年第24周, 2025年第二季度, 2025年上半年; of a reporting year of its own
        2025年度, 2025年度第二季度."""
        return _LABELS[self.kind](self)


@lru_cache(maxsize=100_000)
def period_of(day: date, kind: PeriodKind, year_from: int = 1) -> Period:
    """The period of that kind in which the day falls. ValueError for an unknown kind."""
    found = _of_calendar(day, kind)
    if year_from == 1:
        return found
    if kind not in _YEARLY:
        return replace(found, year_from=year_from)
    ahead = _ahead(year_from)
    return _moved(_of_calendar(_months_on(day, ahead), kind), -ahead, year_from)


def _of_calendar(day: date, kind: PeriodKind) -> Period:
    if kind == "day":
        return Period(day, day, kind, day.isoformat())
    if kind == "week":
        return _week(day)
    if kind in _PARTS:
        return _part_of_month(day, kind)
    length = _MONTHS.get(kind)
    if length is None:
        raise ValueError(f"不认识的周期“{kind}”，可用：day、week、ten_days、half_month、month、quarter、half、year")
    first = date(day.year, (day.month - 1) // length * length + 1, 1)
    return Period(first, _end_of_months(first, length), kind, _month_text(first, kind))


_OF_WORD: dict[str, tuple[PeriodKind, int]] = {
    word: (kind, begins) for kind, parts in _PARTS.items() for word, begins in parts
}
_YEARLY = frozenset({"quarter", "half", "year"})  # what begins with the reporting year


def _ahead(year_from: int) -> int:
    """By how many months the reporting year's number runs ahead of the calendar's: December 2024 stands for January
    2025, and where it begins in April, April for January."""
    return 13 - year_from if year_from > 6 else 1 - year_from


def in_year(day: date, year_from: int) -> date:
    """The day of the calendar year that has the same place in it as a day in its reporting year."""
    return day if year_from == 1 else _months_on(day, _ahead(year_from))


def _months_on(day: date, months: int) -> date:
    """The first of the month so many months on; the calendar's own month at either end of time."""
    try:
        return add_months(day.replace(day=1), months)
    except (ValueError, OverflowError):
        return day


def _moved(period: Period, months: int, year_from: int) -> Period:
    """A calendar's period under the same text where its reporting year has it."""
    first = _months_on(period.first, months)
    last = _end_of_months(first, _MONTHS[period.kind])
    return Period(first, last, period.kind, period.text, year_from)


_MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_WEEK = re.compile(r"^(\d{4})-?W(\d{1,2})$", re.IGNORECASE)
_PART = re.compile(r"^(\d{4})-?([QH])(\d)$", re.IGNORECASE)
_NUMBERS = re.compile(r"^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})|(上旬|中旬|下旬|上半月|下半月))?)?$")


@lru_cache(maxsize=100_000)
def parse_period(text: str, year_from: int = 1) -> Period:
    """The period of a canonical text. ValueError when it names none."""
    try:
        found = _parse(text.strip())
    except ValueError:
        found = None
    if found is None:
        raise ValueError(f"“{text}”不是周期，写成 2025-06、2025-W24、2025Q2、2025H1 或 2025")
    if year_from == 1:
        return found
    moves = found.kind in _YEARLY
    return _moved(found, -_ahead(year_from), year_from) if moves else replace(found, year_from=year_from)


def try_period(text: str | None, kind: PeriodKind | None = None, year_from: int = 1) -> Period | None:
    """The period, or None when the text is blank, names none, or names one of another kind."""
    if not text:
        return None
    try:
        found = parse_period(text, year_from)
    except ValueError:
        return None
    return found if kind is None or found.kind == kind else None


def place_of(text: str) -> tuple[date, str]:
    """Where a period's text stands among others of its kind: as texts 中旬 would come after 下旬. What names no period
    comes first, what names several stands where they begin."""
    found = try_period(text.partition("~")[0])
    return (found.first if found is not None else date.min), text


def _parse(text: str) -> Period | None:
    if match := _WEEK.match(text):
        return _week(date.fromisocalendar(int(match[1]), int(match[2]), 1))
    if match := _PART.match(text):
        kind: PeriodKind = "quarter" if match[2].upper() == "Q" else "half"
        length = _MONTHS[kind]
        return _of_calendar(date(int(match[1]), (int(match[3]) - 1) * length + 1, 1), kind) if int(match[3]) else None
    if not (match := _NUMBERS.match(text)):
        return None
    year, month, day, part = match.groups()
    if day:
        return _of_calendar(date(int(year), int(month), int(day)), "day")
    if part:
        kind, begins = _OF_WORD[part]
        return _part_of_month(date(int(year), int(month), begins), kind)
    return _of_calendar(date(int(year), int(month or 1), 1), "month" if month else "year")


def periods_between(first: date, last: date, kind: PeriodKind, year_from: int = 1) -> Iterator[Period]:
    """Periods of that kind from the one holding `first` to the one holding `last`, oldest first."""
    found = period_of(first, kind, year_from)
    while found.first <= last:
        yield found
        if found.last >= date(9999, 12, 1):
            return
        found = found.next()


def adjacent(earlier: Period, later: Period) -> bool:
    """Whether `later` follows `earlier` directly: 2025Q4 and 2026Q1 do."""
    return earlier.kind == later.kind and earlier.last + _ONE_DAY == later.first


def works(period: Period, calendar: Calendar) -> bool:
    """Whether there is a working day in the period (2026-02-16…22 has none)."""
    return calendar.has_workday(period.first, period.last)


def due_day(
    period: Period,
    calendar: Calendar,
    *,
    day: int = 0,
    month: int = 0,
    offset: int = 0,
    n: int = 0,
    unit: str = "日",
    roll: str = "none",
) -> Deadline:
    """The last day on which a report for `period` is in time.

    `offset` moves to a later period first (次月: 1). `day` 0 is that period's last day; else the day counted inside
    it: the day of the month, clamped to the month's end, or for weeks the weekday 1 to 7. Of what is longer (quarters,
    halves, years, several weeks in one) it is the last month or week of the period itself (每季度25日前), the first of a
    later one (季后10日内); `month` names another month of quarters, halves and years, -1 for the last. Then n units are
    added, counted after that day (5个工作日内), and a day off is rolled.
    """
    target = period.shift(offset)
    base = _day_in(target, day, month or (1 if offset > 0 else -1)) if day else target.last
    added = calendar.add(base, n, unit) if n else Deadline(base)
    rolled = calendar.roll(added.day, roll)
    return Deadline(rolled.day, added.provisional or rolled.provisional)


def _day_in(period: Period, day: int, month: int) -> date:
    end = period.first if month > 0 else period.last
    part = period_of(end, period.kind, period.year_from)  # of a span one of its periods
    if period.kind in {"day", "week", *_PARTS}:
        return min(part.first + timedelta(days=day - 1), part.last)
    first = add_months(part.first, month - 1) if month > 0 else add_months(part.last.replace(day=1), month + 1)
    return first.replace(day=min(day, _calendar.monthrange(first.year, first.month)[1]))


def _week(day: date) -> Period:
    monday = day - timedelta(days=day.weekday()) if day > date.min + timedelta(days=6) else day
    year, week, _ = day.isocalendar()
    return Period(
        monday, min(monday, date.max - timedelta(days=6)) + timedelta(days=6), "week", f"{year:04d}-W{week:02d}"
    )


def _part_of_month(day: date, kind: PeriodKind) -> Period:
    word, begins = max((item for item in _PARTS[kind] if item[1] <= day.day), key=lambda item: item[1])
    after = [other for _, other in _PARTS[kind] if other > begins]
    last = day.replace(day=min(after) - 1) if after else _end_of_months(day, 1)
    return Period(day.replace(day=begins), last, kind, f"{day.year:04d}-{day.month:02d}{word}")


def _end_of_months(first: date, months: int) -> date:
    month = add_months(first.replace(day=1), months - 1)
    return month.replace(day=_calendar.monthrange(month.year, month.month)[1])


def _month_text(first: date, kind: str) -> str:
    if kind == "month":
        return f"{first.year:04d}-{first.month:02d}"
    if kind == "year":
        return f"{first.year:04d}"
    letter, length = ("Q", 3) if kind == "quarter" else ("H", 6)
    return f"{first.year:04d}{letter}{(first.month - 1) // length + 1}"


def _label_of_part(period: Period) -> str:
    year, part = f"{period.text[:4]}年{'' if period.year_from == 1 else '度'}", int(period.text[-1])
    if period.kind == "half":
        return f"{year}{'上' if part == 1 else '下'}半年"
    return f"{year}第{_ORDINALS[part]}季度"


_LABELS: dict[str, Callable[[Period], str]] = {
    "day": lambda p: f"{p.first.year}年{p.first.month}月{p.first.day}日",
    "week": lambda p: f"{p.text[:4]}年第{int(p.text[-2:])}周",
    "ten_days": lambda p: f"{p.first.year}年{p.first.month}月{p.text[7:]}",
    "half_month": lambda p: f"{p.first.year}年{p.first.month}月{p.text[7:]}",
    "month": lambda p: f"{p.first.year}年{p.first.month}月",
    "quarter": _label_of_part,
    "half": _label_of_part,
    "year": lambda p: f"{p.text}年{'' if p.year_from == 1 else '度'}",
}
