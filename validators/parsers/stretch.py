"""A stretch of time as somebody wrote it, and its first and last day."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from validators.parsers.base import NOTHING


class Shape(NamedTuple):
    """A stretch of time as written. `part`: 上旬 中旬 下旬 初 中, Q1…Q4, H1 H2; `end`: 底/末, the last day is meant."""

    year: int = 0
    month: int = 0
    day: int = 0
    part: str = ""
    end: bool = False
    before: bool = False  # …前
    about: bool = False  # …左右
    planned: bool = False  # 预计, 计划, 拟 …
    told: tuple[str, ...] = ()  # codes of what was inferred
    dropped: str = ""  # words beside the date that were left out
    words: str = ""  # the weekday that was written beside it


class Fault(NamedTuple):
    """Why a text is no date: the code of its sentence below `cell.date.`, and the parameters."""

    code: str
    params: Mapping[str, Any] = NOTHING


def last_of(year: int, month: int) -> int:
    """The last day of a month."""
    return calendar.monthrange(year, month)[1]


_TEN_DAYS = {"上旬": 10, "中旬": 20, "中": 15}


def bounds(shape: Shape) -> tuple[date, date]:
    """First and last day of a shape whose year is known and whose numbers are possible."""
    year, month = shape.year, shape.month
    if shape.day:
        return date(year, month, shape.day), date(year, month, shape.day)
    if month:
        last = _TEN_DAYS.get(shape.part, last_of(year, month))
        first = {"中旬": 11, "下旬": 21, "中": 15}.get(shape.part, 1)
        return date(year, month, last if shape.end else first), date(year, month, last)
    if shape.part[:1] in ("Q", "H") and shape.part[1:]:
        length = 3 if shape.part[0] == "Q" else 6
        end = int(shape.part[1]) * length
        return date(year, end - length + 1, 1), date(year, end, last_of(year, end))
    return date(year, 1, 1), date(year, 12, 31)
