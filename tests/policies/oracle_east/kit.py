"""What the oracles of 泉州, 南陵 and 常州 share: a row on a day, periods counted anew, status words, drawing.

Nothing here looks at the engine: days and months are those of `statutory`, the words are those of the matrix 0.5. An
oracle says of a subject `Said(status, deadline, days)`, or None where the rule must keep silent.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, NamedTuple

from tests.policies.statutory import DAY, plus_months

Row = dict[str, Any]


class OnADay:
    """A row on a day. An actual date after today has not happened (B-58). `actual`: what a node is called → its title."""

    actual: ClassVar[Mapping[str, str]] = {}

    def __init__(self, row: Row, today: date) -> None:
        self.row, self.today = row, today

    def get(self, title: str) -> Any:
        return self.row.get(title)

    def did(self, title: str) -> date | None:
        day = self.row.get(self.actual.get(title, title))
        return day if day is not None and day <= self.today else None


# periods ----------------------------------------------------------------------------------------------------------


class Period(NamedTuple):
    name: str
    first: date
    last: date


def period(kind: str, day: date) -> Period:
    """The week (ISO), month, quarter, half-year or year that holds a day, named as the engine names it."""
    if kind == "week":
        first = day - day.weekday() * DAY
        year, number, _ = day.isocalendar()
        return Period(f"{year}-W{number:02d}", first, first + 6 * DAY)
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12}[kind]
    number = (day.month - 1) // months
    first = date(day.year, number * months + 1, 1)
    last = plus_months(first, months) - DAY
    name = {
        "month": f"{day:%Y-%m}",
        "quarter": f"{day.year}Q{number + 1}",
        "half": f"{day.year}H{number + 1}",
        "year": f"{day.year}",
    }[kind]
    return Period(name, first, last)


def periods(kind: str, start: date, until: date) -> list[Period]:
    """All periods from the one that holds `start` to the one that holds `until`."""
    found = [period(kind, start)]
    while found[-1].last < until:
        found.append(period(kind, found[-1].last + DAY))
    return found


# what is said -----------------------------------------------------------------------------------------------------


class Said(NamedTuple):
    status: str
    deadline: date | None = None
    days: int | None = None


BROKEN, NOT_STARTED, ENDED, NOT_APPLICABLE = Said("数据异常"), Said("未启动"), Said("已终止"), Said("不适用")


def running(last: date, today: date, lead: int) -> Said:
    """A clock that runs: 正常 until `lead` days are left, 临期 to the last day itself (B-1), then overdue by days."""
    left = (last - today).days
    if left < 0:
        return Said(f"逾期{-left}天", last, left)
    return Said("临期" if left <= lead else "正常", last, left)


def stopped(last: date, done: date) -> Said:
    late = (done - last).days
    return Said("按期完成" if late <= 0 else f"逾期完成{late}天", last)


def worst_done(pairs: list[tuple[date, date]]) -> Said:
    """Of several nodes that are done (plan, actual): the latest after its plan, else the one planned first."""
    return stopped(*max(pairs, key=lambda pair: (max((pair[1] - pair[0]).days, 0), -pair[0].toordinal())))


def duty(due: date, came: date | None, today: date, lead: int) -> Said:
    """A periodic duty: what came by its last day is 已报, later 逾期补报; without it 未到期, 临期, 逾期未报."""
    if came is not None and came <= today:
        late = (came - due).days
        return Said("已报" if late <= 0 else f"逾期补报{late}天", due)
    left = (due - today).days
    return Said("逾期未报" if left < 0 else "临期" if left <= lead else "未到期", due, left)


# drawing ----------------------------------------------------------------------------------------------------------

EDGES = [
    date.fromisoformat(word)
    for word in [
        "2024-01-30",
        "2024-01-31",
        "2024-02-28",
        "2024-02-29",
        "2024-03-01",
        "2024-06-30",
        "2024-07-01",
        "2024-08-31",
        "2024-09-30",
        "2024-12-30",
        "2024-12-31",
        "2025-01-01",
        "2025-01-26",
        "2025-01-30",
        "2025-01-31",
        "2025-02-08",
        "2025-02-28",
        "2025-03-01",
        "2025-03-28",
        "2025-03-30",
        "2025-03-31",
        "2025-04-01",
        "2025-04-27",
        "2025-04-30",
        "2025-05-31",
        "2025-06-28",
        "2025-06-29",
        "2025-06-30",
        "2025-07-01",
        "2025-08-31",
        "2025-09-28",
        "2025-09-30",
        "2025-10-01",
        "2025-10-08",
        "2025-10-11",
        "2025-11-30",
        "2025-12-28",
        "2025-12-29",
        "2025-12-31",
        "2026-01-01",
        "2026-01-04",
        "2026-01-31",
        "2026-02-14",
        "2026-02-15",
        "2026-02-22",
        "2026-02-23",
        "2026-02-28",
        "2026-03-01",
        "2026-06-30",
        "2026-12-31",
        "2027-01-01",
        "2027-02-28",
        "2027-12-31",
        "2028-01-31",
        "2028-02-28",
        "2028-02-29",
        "2028-03-01",
    ]
]


class Draw(random.Random):
    """Days that lie at edges more often than not, and cells as clerks type them."""

    today = date(2025, 12, 31)

    def about(self) -> date:
        """A day at an edge, near today, or anywhere in four years."""
        return self.choice(
            [
                self.choice(EDGES),
                self.choice(EDGES) + self.randint(-2, 2) * DAY,
                self.today + self.randint(-9, 9) * DAY,
                self.today + self.choice([-1, 0, 0, 1]) * DAY,
                self.today - self.randint(0, 900) * DAY,
            ]
        )

    def past(self) -> date:
        day = self.about()
        return day if day <= self.today else self.today - (day - self.today)

    def after(self, day: date) -> date:
        return day + self.choice([0, 0, 1, 2, 6, 7, 8, 27, 28, 29, 30, 31, 59, 60, 61, 89, 90, 91, 365]) * DAY

    def maybe(self, chance: float) -> bool:
        return self.random() < chance


def typed(row: dict[str, Any]) -> dict[str, str]:
    """A drawn row as it is filled in."""
    return {title: str(value) for title, value in row.items()}
