"""Days as the policies count them, written without the engine: working days by the State Council's notices, months by
article 202 of the Civil Code, weeks from Monday to Sunday (matrix 0.7, B-1 to B-9, B-51)."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

DAY = timedelta(days=1)
# Notices of the State Council of 2021 and 2024 to 2026: `first/last` of days off, then the weekend days worked instead.
_OFF = """2021-01-01/03 2021-02-11/17 2021-04-03/05 2021-05-01/05 2021-06-12/14 2021-09-19/21 2021-10-01/07
2022-01-01/03 2022-01-31 2022-02-01/06
2024-01-01 2024-02-10/17 2024-04-04/06 2024-05-01/05 2024-06-10 2024-09-15/17 2024-10-01/07
2025-01-01 2025-01-28/31 2025-02-01/04 2025-04-04/06 2025-05-01/05 2025-05-31 2025-06-01/02 2025-10-01/08
2026-01-01/03 2026-02-15/23 2026-04-04/06 2026-05-01/05 2026-06-19/21 2026-09-25/27 2026-10-01/07"""
_ON = """2021-02-07 2021-02-20 2021-04-25 2021-05-08 2021-09-18 2021-09-26 2021-10-09 2022-01-29 2022-01-30
2024-02-04 2024-02-18 2024-04-07 2024-04-28 2024-05-11 2024-09-14 2024-09-29 2024-10-12
2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11
2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10"""


def days_in(text: str) -> Iterator[date]:
    """Days written one after the other, a stretch within a month as `first/last`."""
    for word in text.split():
        first, _, last = word.partition("/")
        day = date.fromisoformat(first)
        yield from (day.replace(day=number) for number in range(day.day, int(last or day.day) + 1))


OFF, ON = frozenset(days_in(_OFF)), frozenset(days_in(_ON))
KNOWN_UNTIL = date(2026, 12, 31)  # later years have no notice yet: Monday to Friday, marked 暂按周末推算 (B-6)


def is_workday(day: date) -> bool:
    return day in ON or (day not in OFF and day.weekday() < 5)


def workdays(after: date, until: date) -> int:
    """Working days strictly after the one, up to and with the other."""
    return sum(is_workday(after + n * DAY) for n in range(1, (until - after).days + 1))


def plus_workdays(start: date, n: int) -> date:
    while n:
        start += DAY
        n -= is_workday(start)
    return start


def plus_months(start: date, n: int) -> date:
    """The same day-number, or the last day of a month that has none (B-3), always from the original day (B-4)."""
    year, month = start.year + (start.month - 1 + n) // 12, (start.month - 1 + n) % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
