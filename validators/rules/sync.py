"""`sync`: a companion action goes along with a trigger — 开工后同步签订设备采购合同.

“同步” has no number, so the tolerance is data, and the next main node is a hard stop. Earlier than the trigger is in step.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar, Literal

from pydantic import Field as F
from pydantic import field_validator

from validators.calendar import Deadline, Unit
from validators.rules import codes
from validators.rules.anchors import Anchor
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.deadlines import Memo, applies, asked_again, plain, sound_limit, unreadable, wrong_ahead
from validators.status import Status


class Sync(RuleBase):
    """待触发 until the trigger (also one that lies ahead because it is planned or worked out); 同步 when the companion came
    by the deadline; else 待同步, then 未同步."""

    kind: Literal["sync"] = "sync"
    trigger: Anchor = F(description="date that starts it")
    companion: Anchor = F(description="date that must go along with it")
    n: int | None = F(None, description="tolerance; null = only the hard stop judges")
    unit: Unit = F("日", description="unit of the tolerance")
    stop: Anchor = F("", description="actual date of the next main node: later than it is out of step")

    clocked: ClassVar[bool] = True

    @field_validator("n", mode="before")
    @classmethod
    def _whole(cls, value: Any) -> Any:
        return sound_limit(value)

    def compile(self, env: Env) -> Judge:
        trigger, companion = env.date(self.trigger, self.table), env.date(self.companion, self.table)
        stop = env.date(self.stop, self.table) if self.stop else None
        check = applies(env, self, env.condition(self.when, self.table))
        waiting, rule, n, memo = plain(self.id, codes.WAITING), self.id, self.n, Memo()
        wrong = wrong_ahead(env, self, self.trigger, self.companion)
        unread = unreadable(env, self, self.trigger, self.companion, self.stop)
        halts_at = env.label(self.stop, self.table) if self.stop else ""

        def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
            if row.unread and (outcome := unread(row)) is not None:
                return (check(row) if check is not None else None) or outcome
            start = trigger(row)
            if start is None:
                return waiting
            done, halt, today = companion(row), stop(row) if stop is not None else None, ctx.today
            if start > today or (done is not None and done > today):
                if (outcome := wrong(row, today)) is not None:
                    return outcome
                if done is not None and done > today:  # planned or worked out: it has not come
                    return asked_again(judged(row, start, None, halt, today), done)
            return judged(row, start, done, halt, today)

        def backwards(start: date, done: date | None, halt: date | None, today: date) -> Outcome | None:
            """The next main node lies before the trigger and the companion did not come by then: no day is the last one."""
            if halt is None or halt >= start or start > today or (done is not None and done <= halt):
                return None
            days = {"from": start.isoformat(), "to": halt.isoformat(), "node": halts_at}
            return plain(rule, codes.BROKEN, problem="backwards", **days)

        def judged(row: TypedRow, start: date, done: date | None, halt: date | None, today: date) -> Outcome:
            if check is not None and (outcome := check(row)) is not None:
                return outcome
            found = memo.of(today)
            outcome = found.get((start, done, halt))
            if outcome is None:
                last = None if n is None else env.calendar.add(start, n, self.unit)
                outcome = backwards(start, done, halt, today) or _outcome(rule, start, done, last, halt, today)
                found[start, done, halt] = outcome
            return outcome

        return judge


def _outcome(
    rule: str, start: date, done: date | None, last: Deadline | None, halt: date | None, today: date
) -> Outcome:
    """The status; a stop dated after today is not reached yet, and on its day the question is asked again. One before the
    trigger sets no last day: what came by then is earlier than the trigger, in step."""
    if halt is not None and halt < start <= today:
        return Outcome(_status(rule, start, done, last, None, today))
    if halt is not None and halt > today:
        return Outcome(_status(rule, start, done, last, None, today), next_change=halt)
    return Outcome(_status(rule, start, done, last, halt, today))


def _status(rule: str, start: date, done: date | None, term: Deadline | None, halt: date | None, today: date) -> Status:
    last = term.day if term is not None else None
    if start > today and done is None:
        return Status(rule, codes.WAITING, last, None, start, {"from": start.isoformat()})
    due = min(filter(None, (last, halt)), default=None)
    inputs: dict[str, Any] = {"from": start.isoformat()}
    if term is not None and term.provisional:
        inputs["provisional"] = True
    if halt is not None and halt == due:
        inputs["stop"] = halt.isoformat()
    if done is not None:
        code = codes.SYNCED if due is None or done <= due else codes.UNSYNCED
        return Status(rule, code, due, done, None, inputs)
    if (halt is not None and today >= halt) or (last is not None and today > last):
        return Status(rule, codes.UNSYNCED, due, None, None, inputs)
    turns = [day for day in (halt, last + timedelta(days=1) if last else None) if day is not None]
    return Status(rule, codes.TO_SYNC, due, None, min(turns, default=None), inputs)
