"""The rhythm of a duty: every period of a kind, or every n-th — each 3 days, each double week — counted from a first day.

Pure. A span of several periods is a `Period` too: it has its neighbours, its first and last day, and a text (that of its
first period), so that whatever works with periods works with spans.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from validators.obligations import listed_periods
from validators.periods import Period, PeriodKind, period_of, try_period

EPOCH = date(2024, 1, 1)  # a Monday: where nothing says from when to count, double weeks are the same everywhere


@dataclass(frozen=True, slots=True, order=True)
class Span(Period):
    """`every` adjacent periods as one, counted from the period in which `anchor` lies."""

    every: int = 1
    anchor: date = EPOCH

    def next(self) -> Span:
        return self._of(self.last.toordinal() + 1)

    def previous(self) -> Span:
        return self._of(self.first.toordinal() - 1)

    def _of(self, day: int) -> Span:
        return span_of(date.fromordinal(day), self.kind, self.every, self.anchor, self.year_from)

    @property
    def label(self) -> str:
        """2025年第23周至2025年第24周."""
        ends = (period_of(day, self.kind, self.year_from).label for day in (self.first, self.last))
        return "至".join(ends)


def span_of(day: date, kind: PeriodKind, every: int, anchor: date = EPOCH, year_from: int = 1) -> Span:
    """The span in which the day falls."""
    count = _ORDINAL[kind]
    single = period_of(day, kind, year_from)
    behind = (count(single.first) - count(period_of(anchor, kind, year_from).first)) % every
    first = single.shift(-behind)
    last = first.shift(every - 1)
    return Span(first.first, last.last, kind, first.text, year_from, every, anchor)


def _tenths(day: date) -> int:
    return (day.year * 12 + day.month) * 3 + min((day.day - 1) // 10, 2)


_ORDINAL: dict[str, Callable[[date], int]] = {
    "day": lambda day: day.toordinal(),
    "week": lambda day: (day.toordinal() - day.weekday()) // 7,
    "ten_days": _tenths,
    "half_month": lambda day: (day.year * 12 + day.month) * 2 + (day.day > 15),
    "month": lambda day: day.year * 12 + day.month,
    "quarter": lambda day: day.year * 4 + (day.month - 1) // 3,
    "half": lambda day: day.year * 2 + (day.month - 1) // 6,
    "year": lambda day: day.year,
}


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Which periods a duty has."""

    kind: PeriodKind
    every: int = 1
    anchor: date = EPOCH
    year_from: int = 1  # month in which the reporting year begins

    def of(self, day: date) -> Period:
        """The period, or span of periods, in which the day falls."""
        if self.every == 1:
            return period_of(day, self.kind, self.year_from)
        return span_of(day, self.kind, self.every, self.anchor, self.year_from)

    def named(self, text: str | None) -> Period | None:
        """The period a text names; any period of a span names the span."""
        found = try_period(text, self.kind, self.year_from)
        return found if found is None or self.every == 1 else self.of(found.first)

    def listed(self, start: date | None, end: date | None, today: date, keep: int) -> list[Period]:
        """Periods that may be owed today, oldest first, the current one last."""
        if self.every == 1:
            return listed_periods(self.kind, start, end, today, keep, self.year_from)
        found = [self.of(min(today, end) if end else today)]
        while len(found) <= keep and (start is None or found[-1].first > start) and found[-1].first > date(1990, 1, 1):
            found.append(found[-1].previous())
        first = start or date.min
        return [item for item in reversed(found) if item.last >= first and item.first <= today]
