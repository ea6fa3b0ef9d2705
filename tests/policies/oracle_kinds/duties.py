"""Periodic duties of units that come and go, with extensions, exemptions and reports sent again (docs/operators.md, B-9, B-29,
B-51, B-78).

Where the text leaves something open, the reading taken here:

- A unit owes a period that it is there for on its first day, the one in which it goes included, as a row does that has an
  `until`; the one in which it comes is 免报, or owed with `entry_counts`; others are not spoken of.
- Days are told in the unit of the limit (B-7); the days of 临期 are calendar days.
- Who is free and reports in time all the same has reported; late he is never.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from tests.policies.oracle_east.kit import Said, duty
from tests.policies.oracle_kinds.kit import Period, Rule, period
from tests.policies.statutory import DAY, is_workday, month_end, plus_workdays, workdays

LEADS = {"week": 1, "month": 3, "quarter": 3}
Stay = tuple[date | None, date | None]


class Given(NamedTuple):
    """What is known of one unit and one rule. `until`: extensions by period; `free`: exempted periods; `away`: absences."""

    stays: Sequence[Stay]
    sent: dict[str, list[date]]
    until: dict[str, date]
    free: set[str]
    away: Sequence[Stay]


def due(rule: Rule, span: Period) -> date:
    later = span
    for _ in range(rule.get("due_offset", 0)):
        later = period(rule["period"], later.last + DAY)
    day = later.last
    if rule.get("due_day"):
        if rule["period"] == "week":
            day = later.first + (rule["due_day"] - 1) * DAY
        else:  # of a quarter its last month, of a later one the first
            month = later.first if rule.get("due_offset") else later.last
            day = month.replace(day=min(rule["due_day"], month_end(month.year, month.month).day))
    for _ in range(rule.get("due_n", 0)):
        day = plus_workdays(day, 1) if rule.get("due_unit") == "工作日" else day + DAY
    step = {"next_workday": DAY, "previous_workday": -DAY}.get(rule.get("roll", "none"))
    while step is not None and not is_workday(day):
        day += step
    return day


def said(rule: Rule, span: Period, given: Given, today: date) -> Said | None:
    if not rule["start"] <= span.last or span.first > today:
        return None
    here = [stay for stay in given.stays if _from(stay) <= span.last and span.first <= _to(stay)]
    if not here:
        return None
    came = min((day for day in given.sent.get(span.name, ()) if day <= today), default=None)
    last = given.until.get(span.name, due(rule, span))
    told = _standing(rule, last, came, today)
    owed = rule.get("entry_counts") or any(_from(stay) <= span.first for stay in here)
    idle = not any(is_workday(span.first + n * DAY) for n in range((span.last - span.first).days + 1))
    excused = span.name in given.free or any(_from(s) <= span.first and span.last <= _to(s) for s in given.away)
    if owed and not idle and not excused:
        return told
    return told if told.status == "已报" else Said("免报")


def _standing(rule: Rule, last: date, came: date | None, today: date) -> Said:
    lead = rule.get("lead", LEADS[rule["period"]])
    if rule.get("due_unit") != "工作日":
        return duty(last, came, today, lead)
    if came is not None:
        late = workdays(last, came)
        words = f"逾期补报{late}个工作日" if late else "逾期补报(不足1个工作日)"
        return Said("已报" if came <= last else words, last)
    if today > last:
        return Said("逾期未报", last, -workdays(last, today))
    return Said("临期" if (last - today).days <= lead else "未到期", last, workdays(today, last))


def _from(stay: Stay) -> date:
    return stay[0] or date.min


def _to(stay: Stay) -> date:
    return stay[1] or date.max
