"""`closure`: the life of a matter — raised, due, done, verified (销号). Lateness is judged by the day it was done."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar, Literal

from pydantic import Field as F
from pydantic import field_validator

from validators.calendar import Unit
from validators.rules import codes
from validators.rules.anchors import Anchor
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.deadlines import (
    applies,
    asked_again,
    no_start_or_backwards,
    not_before,
    plain,
    sound_limit,
    unreadable,
    unsure,
    wrong_ahead,
)
from validators.rules.timing import Dated
from validators.status import Status


class Closure(Dated, RuleBase):
    """未办 until `begun` (where there is such a field), 办理中, 待核验 once done, 已销号 once verified.

    Due is `due`, or `raised` + n units; without either the days are shown and nothing is overdue. A refused
    verification (`reopened` true) opens the matter again under the same due date. A `raised` that lies ahead because it is
    planned or worked out is 未启动 until its day; only an actual date after today is 数据异常, and what was verified though
    nobody said when it was done.
    """

    kind: Literal["closure"] = "closure"
    raised: Anchor = F(description="date the matter was raised")
    done: Anchor = F(description="date it was done; lateness goes by it")
    verified: Anchor = F("", description="date it was verified (销号); without such a field done is closed")
    begun: Anchor = F("", description="date somebody took it up; blank = 未办")
    due: Anchor = F("", description="date by which it is due")
    n: int | None = F(None, description="limit from `raised` where no due date is filled in; null = no limit")
    unit: Unit = F("日", description="unit of `n`")
    early: Literal["broken", "done"] = F(
        "broken", description="`done` before `raised`: 数据异常, or it was done in time"
    )
    reopened: str = F("", description="condition: verification was refused")

    clocked: ClassVar[bool] = True

    @field_validator("n", mode="before")
    @classmethod
    def _whole(cls, value: Any) -> Any:
        return sound_limit(value)

    def derives(self) -> tuple[tuple[str, str], ...]:
        return self.dated()

    def compile(self, env: Env) -> Judge:
        for name, kind in self.dated():
            env.derive(self.table, name, kind)
        raised, done = env.date(self.raised, self.table), env.date(self.done, self.table)
        verified, begun, due = (
            env.date(anchor, self.table) if anchor else None for anchor in (self.verified, self.begun, self.due)
        )
        check = applies(env, self, env.condition(self.when, self.table))
        reopened = env.condition(self.reopened, self.table)
        not_started, names = plain(self.id, codes.NOT_STARTED), env.fields(self.raised, self.table)
        wrong = wrong_ahead(env, self, self.raised, self.done, *([self.verified] if self.verified else []))
        unread = unreadable(env, self, self.raised, self.done, self.due, self.verified)
        assumed = unsure(env, self.table, self.due)
        closing = env.label(self.verified, self.table) if self.verified else ""

        def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
            if row.unread and (outcome := unread(row)) is not None:
                return (check(row) if check is not None else None) or outcome
            start, end = raised(row), done(row)
            if start is None and end is None:
                return not_started
            seen = verified(row) if verified is not None else None
            if any(day is not None and day > ctx.today for day in (start, end, seen)):
                if (outcome := wrong(row, ctx.today)) is not None:
                    return outcome
                if end is not None and end > ctx.today:  # planned or worked out: it has not come
                    return asked_again(judged(row, start, None, ctx), end)
                if seen is not None and seen > ctx.today:
                    return asked_again(judged(row, start, end, ctx), seen)
            return judged(row, start, end, ctx)

        def judged(row: TypedRow, start: date | None, end: date | None, ctx: Ctx) -> Outcome | None:
            if start is None or (end is not None and end < start and self.early == "broken"):
                return no_start_or_backwards(self.id, start, end, names) or not_started
            if check is not None and (outcome := check(row)) is not None:
                return outcome if start <= ctx.today else not_before(self.id, start)
            closed = verified(row) if verified is not None else end
            # verified without a day of completion is neither closed nor overdue: a cell is missing
            if end is None and closed is not None and closed <= ctx.today:
                return plain(self.id, codes.BROKEN, problem="no_end", node=closing, to=closed.isoformat())
            if reopened is not None and reopened.fn(row) is True:
                end = None
            last = due(row) if due is not None else None
            doubt = last is not None and assumed(None, last)
            if last is None and self.n is not None:
                added = env.calendar.add(start, self.n, self.unit)
                last, doubt = added.day, added.provisional
            inputs = {"from": start.isoformat(), **({"provisional": True} if doubt else {})}
            if start > ctx.today and end is None:
                status = Status(self.id, codes.NOT_STARTED, last, None, start, inputs)
                return self.known(status, ctx.today, ctx.calendar, self.unit)
            if closed is not None and closed > ctx.today:
                closed = None
            waits = begun is not None and begun(row) is None
            status = _status(self.id, inputs, last, end, closed if end else None, waits, ctx.today)
            return self.known(status, ctx.today, ctx.calendar, self.unit)

        return judge


def _status(
    rule: str,
    inputs: dict[str, Any],
    due: date | None,
    done: date | None,
    closed: date | None,
    waits: bool,
    today: date,
) -> Status:
    if done is not None:
        return Status(rule, codes.CLOSED if closed else codes.TO_VERIFY, due, done, None, inputs)
    if due is not None and today > due:
        return Status(rule, codes.NOT_CLOSED, due, None, None, inputs)
    turn = due + timedelta(days=1) if due is not None else None
    return Status(rule, codes.OPEN if waits else codes.HANDLING, due, None, turn, inputs)
