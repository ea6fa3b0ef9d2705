"""Judging a day against a deadline, and the outcomes that come before any deadline is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from validators.expression_types import UNKNOWN
from validators.expressions import value_of as cell
from validators.rules import codes
from validators.rules.anchors import Among, Anchor
from validators.rules.context import Cells, Condition, Env, Outcome, TypedRow
from validators.status import Status

if TYPE_CHECKING:
    from validators.calendar import Calendar
    from validators.rules.base import RuleBase


def sound_limit(n: Any) -> Any:
    """A limit as it may be written: whole units, forward. ValueError for a part of a unit, which would be cut, and for a
    limit that runs backwards."""
    try:
        number = Decimal(str(n)) if n is not None and not isinstance(n, bool) else Decimal(0)
    except InvalidOperation:
        return n  # a formula
    if number != number.to_integral_value():
        raise ValueError(f"期限写整数，不能是 {n}；半个月写成 n: 15、unit: 日")
    if number < 0:
        raise ValueError(f"期限不能是负数（{n}）；要在某天以前办，把那一天写成截止的日期")
    return n


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


def unsure(env: Env, table: str, *anchors: Anchor) -> Callable[[date | None, date], bool]:
    """Whether one of some days that were found by counting working days, from the first to the last, lies in a year without
    its notice: it is 暂按周末推算."""
    if not any(env.by_workdays(anchor, table) for anchor in anchors if anchor):
        return lambda _first, _last: False
    known = env.calendar.known
    return lambda first, last: not all(known(year) for year in range((first or last).year, last.year + 1))


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


def _days_ahead(env: Env, anchor: Anchor, table: str) -> Callable[[TypedRow, date], list[date]]:
    """Actual dates after today in the cells that an anchor looks at."""
    if isinstance(anchor, Among):
        own, rows = _days_ahead(env, anchor.date, anchor.rows), anchor.rows
        return lambda row, today: [day for child in row.children.get(rows, ()) for day in own(child, today)]
    texts = (anchor,) if isinstance(anchor, str) else anchor.names()
    reads = sorted(frozenset[str]().union(*(env.expression(text, table, "date").reads for text in texts)))
    names = [name for name in reads if env.field_type(name, table) == "date_actual"]
    return lambda row, today: [day for name in names if (day := cell(row, name)) is not None and day > today]


def wrong_ahead(env: Env, rule: RuleBase, *anchors: Anchor) -> Callable[[TypedRow, date], Outcome | None]:
    """数据异常 for a row where a cell that one of the anchors looks at holds an actual date after today. Only such a cell
    is wrong: a day that was planned, or worked out from sound cells (季末, 签约日期 + 1年), may lie ahead."""
    looks = [_days_ahead(env, anchor, rule.table) for anchor in anchors]

    def wrong(row: TypedRow, today: date) -> Outcome | None:
        days = [day for look in looks for day in look(row, today)]
        if not days:
            return None
        inputs = {"problem": "future", "day": max(days).isoformat()}
        return Outcome(Status(rule.id, codes.BROKEN, None, None, min(days), inputs))

    return wrong


def unreadable(env: Env, rule: RuleBase, *anchors: Anchor) -> Callable[[TypedRow], Outcome | None]:
    """待补条件 for a row of which a cell that one of the anchors looks at could not be read: it is not blank, and what it
    should say is not known. To be asked only of rows with such cells (`row.unread`)."""
    reads = sorted(env.reads(anchors, rule.table))
    titles = {name: env.title(name, rule.table) for name in reads}

    def waiting(row: TypedRow) -> Outcome | None:
        names = [name for name in reads if name in row.unread]
        return plain(rule.id, codes.PENDING, missing=[titles[n] for n in names], fields=names) if names else None

    return waiting


def not_before(rule: str, start: date, deadline: date | None = None) -> Outcome:
    """未启动 until a start that lies ahead."""
    return Outcome(Status(rule, codes.NOT_STARTED, deadline, None, start, {"from": start.isoformat()}))


def asked_again(outcome: Outcome | None, day: date) -> Outcome | None:
    """The outcome, to be asked for again on a day at the latest."""
    if outcome is None:
        return Outcome(next_change=day)
    return replace(outcome, next_change=min(day, outcome.next_change or day))


def no_start_or_backwards(rule: str, start: date | None, end: date | None, names: Sequence[str] = ()) -> Outcome | None:
    """数据异常: an end without a start, an end before its start. `names`: fields of the start, so that it can be told
    whether its cell is blank or could not be read."""
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
