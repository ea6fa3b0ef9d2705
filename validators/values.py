"""Canonical texts of typed values and their Python meaning.

A record carries canonical text, because it is exact, hashable and goes through JSON unharmed:

    date, date_plan, date_actual   "2025-03-15" | "2025-03" | "2025"   (as precise as it was written)
    period                         "2025-03~2026-06"
    month                          "2025-06" | "2025-01~2025-06"
    quarter / week / year          "2025Q2" / "2025-W24" / "2025"
    money_wan, money_yi, number    Decimal text, money always in 万元: "12000", "0.5"
    pct_invest, pct_progress       percent points: "52"
    integer                        "14"
    yesno                          "是" | "否"
    person, phone, choices         several joined with "、"
    everything else                the cleaned text
"""

from __future__ import annotations

import calendar
import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

DATE_TYPES = frozenset({"date", "date_plan", "date_actual"})
NUMBER_TYPES = frozenset({"money_wan", "money_yi", "number", "integer", "pct_invest", "pct_progress"})
LIST_TYPES = frozenset({"person", "phone", "choices"})
LIST_SEPARATORS = re.compile(r"[、,;/|\n+&]|\s+")  # between the values of a `choices` cell as people write it, folded

_DATE = re.compile(r"^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$")


@lru_cache(maxsize=100_000)
def first_day(text: str) -> date:
    """First day of a canonical date text. ValueError when it is none."""
    return _bounds(text)[0]


@lru_cache(maxsize=100_000)
def last_day(text: str) -> date:
    """Last day of a canonical date text; for a day, the day itself. As a deadline, a month means its last day."""
    return _bounds(text)[1]


def precision(text: str) -> str:
    """How precise the text is: day, month or year."""
    return {4: "year", 7: "month", 10: "day"}[len(text)]


def _bounds(text: str) -> tuple[date, date]:
    match = _DATE.match(text)
    if not match:
        raise ValueError(f"not a canonical date: {text!r}")
    year, month, day = int(match[1]), match[2], match[3]
    if day:
        exact = date(year, int(month), int(day))
        return exact, exact
    if month:
        return date(year, int(month), 1), date(year, int(month), calendar.monthrange(year, int(month))[1])
    return date(year, 1, 1), date(year, 12, 31)


def to_decimal(text: str) -> Decimal:
    return Decimal(text)


def split_list(text: str) -> list[str]:
    """The items of a canonical list value."""
    return [item for item in text.split("、") if item]
