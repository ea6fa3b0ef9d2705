"""Working days, months and roll rules, counted as the law counts: the start day is not counted, the last day is.

Holidays come from the published arrangements and from a table an office may edit. A year in neither is reckoned by
weekends only, and whatever touches it is provisional: 暂按周末推算. Nothing here raises for any year.
"""

from __future__ import annotations

import calendar as _calendar
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import MAXYEAR, MINYEAR, date, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Literal, NamedTuple

from validators import calendar_data

Unit = Literal["日", "工作日", "周", "月", "年", "同年"]
Roll = Literal["none", "next_workday", "previous_workday"]
UNITS: tuple[str, ...] = ("日", "工作日", "周", "月", "年", "同年")
PROVISIONAL_NOTE = "暂按周末推算，待放假通知公布后自动重算"
_KINDS: dict[str, bool] = dict.fromkeys(
    ("workday", "work", "工作日", "调休上班", "上班", "上班日", "补班", "班"), True
) | dict.fromkeys(
    ("holiday", "off", "rest", "休息日", "节假日", "放假", "放假日", "休息", "调休", "休", "法定节假日"), False
)
_ONE_DAY = timedelta(days=1)


class Deadline(NamedTuple):
    """The last day that is still in time; provisional when an unpublished year took part in finding it."""

    day: date
    provisional: bool = False


class Calendar:
    """Workdays of a country with 调休. `overrides`: day → "workday" | "holiday" or a Chinese word for it.

    A year of which the overrides name any day counts as known: an office enters a notice whole.
    """

    def __init__(self, overrides: Mapping[date, str] | None = None) -> None:
        self._exceptions = dict(calendar_data.exceptions())
        self._exceptions.update({day: _is_work(day, kind) for day, kind in (overrides or {}).items()})
        self._known = calendar_data.known_years() | {day.year for day in overrides or {}}
        self._digest = ""
        self._years: dict[int, tuple[int, ...]] = {}
        self._added: dict[tuple[date, int], Deadline] = {}

    def digest(self) -> str:
        """16 hex digits that change whenever a day or a known year does: judgements rest on it."""
        if not self._digest:
            days = [f"{day.isoformat()}{int(work)}" for day, work in sorted(self._exceptions.items())]
            body = " ".join([*days, *map(str, sorted(self._known))])
            self._digest = blake2b(body.encode(), digest_size=8).hexdigest()
        return self._digest

    def known(self, year: int) -> bool:
        """Whether the arrangement of that year is published or entered."""
        return year in self._known

    def is_workday(self, day: date) -> bool:
        """Whether people work on that day; Monday to Friday where nothing else is known."""
        exception = self._exceptions.get(day)
        return day.weekday() < 5 if exception is None else exception

    def add(self, start: date, n: int, unit: str) -> Deadline:
        """The day n units after `start`, which is not counted; n may be negative (counting back).

        Months and years keep the day of the month or fall on the month's end (民法典 202); 同年 is 31 December
        of the start's year whatever n is. ValueError for an unknown unit.
        """
        if unit == "工作日":
            return self._add_workdays(start, n)
        if unit in {"日", "周"}:
            return Deadline(_shift(start, n * 7 if unit == "周" else n))
        if unit in {"月", "年"}:
            return Deadline(add_months(start, n * 12 if unit == "年" else n))
        if unit == "同年":
            return Deadline(date(start.year, 12, 31))
        raise ValueError(f"不认识的期限单位“{unit}”，可用：{'、'.join(UNITS)}")

    def workdays_between(self, after: date, until: date) -> int:
        """Working days strictly after `after` up to and including `until`; negative when `until` is earlier."""
        if until < after:
            return -self.workdays_between(until, after)
        return self._count_until(until) - self._count_until(after) + self._whole_years(after.year, until.year)

    def distance(self, start: date, end: date, unit: str) -> int:
        """How far apart in the rule's own unit (B-7): working days for 工作日, calendar days for all others."""
        return self.workdays_between(start, end) if unit == "工作日" else (end - start).days

    def has_workday(self, first: date, last: date) -> bool:
        """Whether anybody works between two days, both included."""
        return self.workdays_between(_shift(first, -1), last) > 0

    def roll(self, day: date, rule: str = "none") -> Deadline:
        """A due day moved off a day off: next_workday (顺延), previous_workday (遇休息日提前) or none."""
        if rule == "none":
            return Deadline(day)
        if rule not in {"next_workday", "previous_workday"}:
            raise ValueError(f"不认识的顺延规则“{rule}”，可用：none、next_workday、previous_workday")
        step = 1 if rule == "next_workday" else -1
        moved, unsure = day, not self.known(day.year)
        while not self.is_workday(moved) and date.min < moved < date.max:
            moved += _ONE_DAY * step
            unsure = unsure or not self.known(moved.year)
        return Deadline(moved, unsure)

    def _add_workdays(self, start: date, n: int) -> Deadline:
        key = (start, n)
        found = self._added.get(key)
        if found is None:
            if len(self._added) > 200_000:
                self._added.clear()
            found = self._added[key] = self._forward(start, n) if n >= 0 else self._backward(start, -n)
        return found

    def _forward(self, start: date, n: int) -> Deadline:
        if n == 0:
            return Deadline(start)
        year, left, unsure = start.year, n, False
        position = bisect_right(self._workdays(year), start.toordinal())
        while year <= MAXYEAR:
            days = self._workdays(year)
            unsure = unsure or not self.known(year)
            if left <= len(days) - position:
                return Deadline(date.fromordinal(days[position + left - 1]), unsure)
            left -= len(days) - position
            year, position = year + 1, 0
        return Deadline(date.max, True)

    def _backward(self, start: date, n: int) -> Deadline:
        year, left, unsure = start.year, n, False
        position = bisect_left(self._workdays(year), start.toordinal())
        while year >= MINYEAR:
            unsure = unsure or not self.known(year)
            if left <= position:
                return Deadline(date.fromordinal(self._workdays(year)[position - left]), unsure)
            left -= position
            year -= 1
            position = len(self._workdays(year)) if year >= MINYEAR else 0
        return Deadline(date.min, True)

    def _workdays(self, year: int) -> tuple[int, ...]:
        """Ordinals of the year's working days, in order."""
        found = self._years.get(year)
        if found is None:
            first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
            found = tuple(day for day in range(first, last + 1) if self.is_workday(date.fromordinal(day)))
            self._years[year] = found
        return found

    def _count_until(self, day: date) -> int:
        return bisect_right(self._workdays(day.year), day.toordinal())

    def _whole_years(self, first: int, last: int) -> int:
        return sum(len(self._workdays(year)) for year in range(first, last))


@lru_cache(maxsize=1)
def default_calendar() -> Calendar:
    """The published arrangements without any office's own table."""
    return Calendar()


@lru_cache(maxsize=200_000)
def add_months(start: date, months: int) -> date:
    """Same day n months on, clamped to the month's end, always from the original anchor (01-31 + 2 = 03-31)."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    if year < MINYEAR:
        return date.min
    if year > MAXYEAR:
        return date.max
    return date(year, month + 1, min(start.day, _calendar.monthrange(year, month + 1)[1]))


def _shift(start: date, days: int) -> date:
    ordinal = start.toordinal() + days
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))


def _is_work(day: date, kind: str) -> bool:
    try:
        return _KINDS[kind.strip()]
    except KeyError:
        raise ValueError(f"节假日表 {day.isoformat()}：不认识“{kind}”，请写“放假日”或“上班日”") from None
