"""What moves a deadline beside its limit: seasons that do not count, days that were granted; and what rules after it
may know of it: the deadline itself, and by how much it was missed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field as F
from pydantic import field_validator

from validators.calendar import Calendar
from validators.rules import codes
from validators.rules.context import Cells, Env, Outcome
from validators.scheme.base import Model
from validators.status import Status

_ONE_DAY = timedelta(days=1)
_SEASON = re.compile(r"(\d{1,2})-(\d{1,2})\s*[~～至]\s*(\d{1,2})-(\d{1,2})")
_LONGEST = 366 * 50  # days beyond which a clock that hardly ever runs is given up

Season = tuple[tuple[int, int], tuple[int, int]]  # (month, day) of its first and last day; it may span the year's end


class _Last(Model):
    """Parameters that few policies need: they stand behind those of the kind, in workbooks and in the reference."""

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        for base in (Movable, Dated) if cls.__module__ != __name__ else ():
            for name in base.model_fields if issubclass(cls, base) else ():
                cls.model_fields[name] = cls.model_fields.pop(name)


class Dated(_Last):
    """Names under which a deadline and its lateness are known to other rules of the row."""

    deadline_into: str = F("", description="name of the derived date: the deadline, for clocks and bands after it")
    late_into: str = F(
        "",
        description="name of the derived number: how late it is (or was done), in the rule's unit for 工作日, else in "
        "days; 0 in time. For bands: 逾期30日以内 …",
    )

    def dated(self) -> tuple[tuple[str, str], ...]:
        """What it derives."""
        return tuple(pair for pair in ((self.deadline_into, "date"), (self.late_into, "number")) if pair[0])

    def known(self, status: Status, today: date, calendar: Calendar, unit: str) -> Outcome:
        """The outcome with what other rules may know of it. A count that goes on is asked for again tomorrow."""
        nameless = not (self.deadline_into or self.late_into)
        if nameless or status.deadline is None or status.code == codes.BROKEN:
            return Outcome(status)
        derived: dict[str, Any] = {self.deadline_into: status.deadline} if self.deadline_into else {}
        running = status.done is None and today > status.deadline
        if self.late_into:
            days = calendar.distance(status.deadline, status.done or today, unit)
            derived[self.late_into] = Decimal(max(days, 0))
        return Outcome(status, derived=derived, next_change=today + _ONE_DAY if running and self.late_into else None)


class Movable(_Last):
    """What moves a deadline: 冬歇期不计入工期, 经批准顺延."""

    pauses: tuple[str, ...] = F(
        (), description='seasons of every year that do not count, both days included: ["11-15~03-15"]'
    )
    extend: str = F("", description="number field or formula: units granted beyond the limit; blank or unknown = none")
    extend_unit: Literal["日", "工作日", "月"] = F("日", description="unit of `extend`")

    @field_validator("pauses")
    @classmethod
    def _sound(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        seasons = [season(text) for text in value]
        year = [date(2024, 1, 1) + timedelta(days=n) for n in range(366)]
        if seasons and all(is_paused(day, seasons) for day in year):
            raise ValueError("pauses 把全年都除去了，期限永远不会到")
        return value


def season(text: str) -> Season:
    """First and last day of a season written 11-15~03-15. ValueError when it is none."""
    found = _SEASON.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"“{text}”不是一段日子，写成 11-15~03-15（月-日~月-日，含头含尾，可以跨年）")
    first, last = (int(found[1]), int(found[2])), (int(found[3]), int(found[4]))
    for month, day in (first, last):
        try:
            date(2024, month, day)
        except ValueError:
            raise ValueError(f"“{text}”里没有{month}月{day}日") from None
    return first, last


def is_paused(day: date, seasons: Sequence[Season]) -> bool:
    """Whether the day lies in one of the seasons."""
    own = (day.month, day.day)
    return any(a <= own <= b if a <= b else own >= a or own <= b for a, b in seasons)


@dataclass(frozen=True, slots=True)
class Moved:
    """A deadline moved, and by what: for the explanation."""

    day: date
    paused: int = 0  # days by which the seasons moved it
    granted: int = 0  # units granted
    provisional: bool = False

    def inputs(self) -> dict[str, Any]:
        found: dict[str, Any] = {"paused": self.paused} if self.paused else {}
        return {**found, "granted": self.granted} if self.granted else found


def mover(env: Env, rule: Any, unit: str) -> Callable[[date, date, int], Moved]:
    """Moves the day on which a limit from `start` ends, given the units granted."""
    seasons, calendar, extend_unit = [season(text) for text in rule.pauses], env.calendar, rule.extend_unit

    def move(start: date, day: date, granted: int) -> Moved:
        counted = without_pauses(calendar, start, day, unit, seasons) if seasons else day
        if not granted:
            return Moved(counted, (counted - day).days)
        added = calendar.add(counted, granted, extend_unit)
        return Moved(added.day, (counted - day).days, granted, added.provisional)

    return move


def without_pauses(calendar: Calendar, start: date, day: date, unit: str, seasons: Sequence[Season]) -> date:
    """The day by which as many days that count have passed since `start` as there are days until `day`."""
    workdays = unit == "工作日"
    left = calendar.distance(start, day, unit)
    found = start
    for _ in range(_LONGEST):
        if left <= 0:
            return found
        found += _ONE_DAY
        if not is_paused(found, seasons) and (not workdays or calendar.is_workday(found)):
            left -= 1
    return found


def granted_by(env: Env, rule: Any) -> Callable[[Cells], int] | None:
    """How many units a row was granted; None when the rule grants none."""
    if not rule.extend:
        return None
    get = env.getter(rule.extend, rule.table, "number")
    return lambda cells: max(int(value), 0) if (value := get(cells)) is not None else 0


def told_of_moves(rule: Any, status: Status) -> list[str]:
    """冬歇期(11-15~03-15)不计，后延20天; 批准顺延30日."""
    found = []
    if status.inputs.get("paused"):
        found.append(f"{'、'.join(rule.pauses)}不计入，后延{status.inputs['paused']}天")
    if status.inputs.get("granted"):
        measure = "个" if rule.extend_unit in {"月", "工作日"} else ""
        found.append(f"顺延{status.inputs['granted']}{measure}{rule.extend_unit}")
    return found
