"""Judging a day against a deadline, and the outcomes that come before any deadline is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from validators.expression_types import UNKNOWN
from validators.rules import codes
from validators.rules.context import Cells, Condition, Env, Outcome
from validators.status import Status

if TYPE_CHECKING:
    from validators.calendar import Calendar
    from validators.rules.base import RuleBase

_MEMO_LIMIT = 10_000
_LEAD_OF_UNIT = {"年": "year", "同年": "year"}


def lead_of(env: Env, unit: str, own: int | None) -> int:
    """Days before a deadline from which 临期 is shown: the rule's own, else the scheme's for that unit."""
    if own is not None:
        return own
    return env.scheme.conventions.leads.get(_LEAD_OF_UNIT.get(unit, unit), 0)


def soon_from(calendar: Calendar, deadline: date, lead: int, unit: str) -> date:
    """The first day on which what remains is not more than the lead."""
    if unit == "工作日":
        return calendar.add(deadline, -lead, unit).day
    return deadline - timedelta(days=min(lead, (deadline - date.min).days))


@dataclass(frozen=True, slots=True)
class Term:
    """A deadline with the day from which it is near. Provisional: an unpublished year took part in finding it."""

    deadline: date
    soon: date
    provisional: bool = False


def judge_term(rule: str, term: Term, done: date | None, today: date, inputs: dict[str, Any]) -> Status:
    """ok, soon, overdue, done or done_late; the deadline itself is in time (民法典 1259)."""
    if term.provisional:
        inputs = {**inputs, "provisional": True}
    if done is not None:
        code = codes.DONE if done <= term.deadline else codes.DONE_LATE
        return Status(rule, code, term.deadline, done, None, inputs)
    if today > term.deadline:
        return Status(rule, codes.OVERDUE, term.deadline, None, None, inputs)
    if today >= term.soon:
        return Status(rule, codes.SOON, term.deadline, None, term.deadline + timedelta(days=1), inputs)
    return Status(rule, codes.OK, term.deadline, None, term.soon, inputs)


class Memo:
    """Outcomes of one rule on one day by what they depend on; records share dates, so most look-ups hit."""

    __slots__ = ("found", "today")

    def __init__(self) -> None:
        self.today: date | None = None
        self.found: dict[Any, Outcome] = {}

    def of(self, today: date) -> dict[Any, Outcome]:
        """The day's outcomes, empty on a new day and when there are too many."""
        if today != self.today or len(self.found) > _MEMO_LIMIT:
            self.today = today
            self.found = {}
        return self.found


def plain(rule: str, code: str, **inputs: Any) -> Outcome:
    """An outcome that is nothing but a code."""
    return Outcome(Status(rule, code, None, None, None, inputs))


def future_or_backwards(
    rule: str, start: date | None, end: date | None, today: date, names: Sequence[str] = ()
) -> Outcome | None:
    """数据异常: an actual date after today, an end without a start, an end before its start. `names`: fields of the
    start, so that it can be told whether its cell is blank or could not be read."""
    late = [day for day in (start, end) if day is not None and day > today]
    if late:
        status = Status(rule, codes.BROKEN, None, None, max(late), {"problem": "future", "day": max(late).isoformat()})
        return Outcome(status)
    if end is None:
        return None
    if start is None:
        return plain(rule, codes.BROKEN, problem="no_start", to=end.isoformat(), start=list(names))
    if end < start:
        return plain(rule, codes.BROKEN, problem="backwards", **{"from": start.isoformat(), "to": end.isoformat()})
    return None


def applies(env: Env, rule: RuleBase, condition: Condition | None) -> Callable[[Cells], Outcome | None] | None:
    """A closure that gives 待补条件 or 不适用, or None when the rule applies; None when it always does."""
    if condition is None:
        return None
    test, not_applicable = condition.fn, plain(rule.id, codes.NOT_APPLICABLE)
    pending: dict[tuple[str, ...], Outcome] = {}

    def check(cells: Cells) -> Outcome | None:
        truth = test(cells)
        if truth is True:
            return None
        if truth is not UNKNOWN:
            return not_applicable
        names = condition.missing(cells)
        if names not in pending:
            titles = [env.title(name, rule.table) for name in names]
            pending[names] = plain(rule.id, codes.PENDING, missing=titles, fields=list(names))
        return pending[names]

    return check
