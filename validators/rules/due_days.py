"""The last day on which a report is in time, in all the ways policies name it; for `cadence`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from validators.calendar import Calendar, Deadline
from validators.facts import Facts
from validators.periods import Period, due_day
from validators.rules.context import Env

if TYPE_CHECKING:
    from validators.rules.cadence import Cadence


class DueDays:
    """The due days of one cadence rule."""

    def __init__(self, rule: Cadence, env: Env) -> None:
        self.rule = rule
        self.rhythm = rule.rhythm(env.scheme.year_from)
        event = rule.due_event
        self.when = env.condition(event.when, event.table) if event is not None else None
        self.period = env.own(event.period, event.table) if event is not None else ""
        self.date = env.getter(event.date, event.table, "date") if event is not None else None

    def events(self, facts: Facts, today: date) -> dict[str, date]:
        """Period → day of its event, the earliest where several are entered; days after today have not come."""
        event, found = self.rule.due_event, dict[str, date]()
        if event is None or self.date is None:
            return found
        for row in facts.table(event.table):
            day, period = self.date(row), self.rhythm.named(row.texts.get(self.period))
            if (
                period is None
                or day is None
                or day > today
                or (self.when is not None and self.when.fn(row) is not True)
            ):
                continue
            found[period.text] = min(day, found.get(period.text, day))
        return found

    def ahead(self, facts: Facts, today: date) -> date | None:
        """The next day on which an event that is dated ahead will have happened."""
        if self.rule.due_event is None or self.date is None:
            return None
        days = (self.date(row) for row in facts.table(self.rule.due_event.table))
        return min((day for day in days if day is not None and day > today), default=None)

    def last(self, period: Period, events: Mapping[str, date], calendar: Calendar) -> Deadline | None:
        """The last day in time; None while the event from which it counts is not known."""
        rule = self.rule
        named = rule.due_dates.get(period.text)
        if named is not None:
            return Deadline(named)
        if rule.due_event is not None:
            day = events.get(period.text)
            if day is None:
                return None
            added = calendar.add(day, rule.due_n, rule.due_unit)
            rolled = calendar.roll(added.day, rule.roll)
            return Deadline(rolled.day, added.provisional or rolled.provisional)
        return due_day(
            period,
            calendar,
            day=self._day(period),
            month=rule.due_month,
            offset=rule.due_offset,
            n=rule.due_n,
            unit=rule.due_unit,
            roll=rule.roll,
        )

    def _day(self, period: Period) -> int:
        """The day counted inside the period: of 旬报 and 半月报 the day of the month that was named for it."""
        days, first = self.rule.due_days, period.first.day
        if not days:
            return self.rule.due_day
        return max(days[first // (30 // len(days))] - first + 1, 1)  # 旬 begin on 1, 11, 21, half months on 1, 16
