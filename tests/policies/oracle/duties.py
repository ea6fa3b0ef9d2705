"""Reports that fall due period after period, of 田家庵区: who owes what, and how it stands (matrix B-29, B-51, B-52, B-78).

A project owes a period that begins on or after the day it came in and at whose end it is still there; the period itself in
which it came in is 免报. Late by the day of what was done, not of the row.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from tests.policies.statutory import DAY, is_workday, month_end

Row = dict[str, Any]
LEADS = {
    "week": 1,
    "month": 3,
    "quarter": 3,
    "year": 30,
}  # 0.6 for months; DESIGN §9 for quarters; a week its last two days
FIRST = date(2025, 1, 1)  # the scheme's first day


class Period(NamedTuple):
    name: str
    first: date
    last: date


def months(until: date, first: date = FIRST) -> Iterator[Period]:
    day = first
    while day <= until:
        last = month_end(day.year, day.month)
        yield Period(f"{day.year}-{day.month:02d}", day, last)
        day = last + DAY


def quarters(until: date, first: date = FIRST) -> Iterator[Period]:
    day = first
    while day <= until:
        last = month_end(day.year, day.month + 2)
        yield Period(f"{day.year}Q{(day.month + 2) // 3}", day, last)
        day = last + DAY


def weeks(until: date, count: int) -> Iterator[Period]:
    """The last so many weeks and the one that runs, Monday to Sunday, named as ISO names them."""
    monday = until - timedelta(until.weekday()) - 7 * count * DAY
    while monday <= until:
        year, week, _ = monday.isocalendar()
        yield Period(f"{year}-W{week:02d}", monday, monday + 6 * DAY)
        monday += 7 * DAY


def owes(row: Row, period: Period, since: date | None, over: date | None) -> bool:
    """In from the first day of the period on, and not over by its last."""
    entered = max((day for day in (since, row.get("入库日期")) if day), default=None)
    if entered is None or entered > period.first:
        return False
    return all(end is None or end > period.last for end in (over, row.get("终止日期")))


def standing(kind: str, period: Period, today: date, reported: list[date | None]) -> str:
    """The word for a duty of several rows; one day of a report for each that owes, None for none."""
    if not reported:
        return "免报"
    if kind == "week" and not any(
        is_workday(period.first + n * DAY) for n in range(7)
    ):  # who reports all the same, has
        return "已报" if any(day and day <= period.last for day in reported) else "免报"
    if all(reported):
        late = max(day for day in reported if day) - period.last
        return f"逾期补报{late.days}天" if late > timedelta(0) else "已报"
    left = (period.last - today).days
    return "逾期未报" if left < 0 else "临期" if left <= LEADS[kind] else "未到期"


def first_report(rows: list[Row], project: str, period: Period, column: str, day: str, today: date) -> date | None:
    """When the project was reported for the period first; what is dated ahead of today has not come."""
    found = [row.get(day, period.first) for row in rows if row["项目"] == project and row[column] == period.name]
    return min((item for item in found if item <= today), default=None)
