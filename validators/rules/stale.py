"""`stale`: days since something was last touched, or since an event nobody followed up. `n: null` shows the days only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import ClassVar, Literal

from pydantic import Field as F
from pydantic import model_validator

from validators.rules import codes
from validators.rules.anchors import Anchor
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.deadlines import Memo, applies, plain, unreadable
from validators.rules.ended import earlier
from validators.status import Status
from validators.values import first_day


class Stale(RuleBase):
    """N天未更新 when more than n days have passed.

    Counted from `since` (a date of the row); or, with `touched`, from the last change of any of these fields as the
    history knows it, or of the whole row with `touched: ["*"]`. `until` filled in ends the question.
    """

    kind: Literal["stale"] = "stale"
    since: Anchor = F("", description="date from which it is counted")
    touched: tuple[str, ...] = F((), description="fields whose last change counts; `*` = the whole row")
    until: Anchor = F("", description="date of what was waited for")
    n: int | None = F(None, description="days after which it is said; null = days shown, nothing said")
    word: str = F("{n}未更新", description="what is said, {n} = the days: {n}未推送")
    fresh_text: str = F("", description="what is shown until then, e.g. 停留{n}; blank = the days")

    clocked: ClassVar[bool] = True

    @model_validator(mode="after")
    def _one_way(self) -> Stale:
        if not self.since and not self.touched:
            raise ValueError("写 since（从哪个日期算）或 touched（看哪些列的最近改动）")
        return self

    def traces(self) -> frozenset[str]:
        return frozenset({self.table} if "*" in self.touched else ())

    def compile(self, env: Env) -> Judge:
        since = env.date(self.since, self.table) if self.since else None
        until = env.date(self.until, self.table) if self.until else None
        names = [name if name == "*" else env.name(name, self.table) for name in self.touched]
        check = applies(env, self, env.condition(self.when, self.table))
        not_started, memo = plain(self.id, codes.NOT_STARTED), Memo()

        unread = unreadable(env, self, self.since, self.until)

        def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
            if row.unread and (outcome := unread(row)) is not None:
                return (check(row) if check is not None else None) or outcome
            days = [since(row) if since is not None else None, last_touched(row, names)]
            start = max((day for day in days if day is not None), default=None)
            if start is None or start > ctx.today:
                return not_started if start is None else Outcome(not_started.status, next_change=start)
            end = until(row) if until is not None else None
            if end is not None and end <= ctx.today:
                return None
            if check is not None and (outcome := check(row)) is not None:
                return outcome
            found = memo.of(ctx.today)
            if start not in found:
                found[start] = Outcome(self._status(start, ctx.today))
            return found[start] if end is None else _until(found[start], end)

        return judge

    def _status(self, start: date, today: date) -> Status:
        inputs = {"from": start.isoformat()}
        if self.n is None:
            return Status(self.id, codes.FRESH, None, None, None, inputs)
        turns = start + timedelta(days=self.n + 1)
        if today >= turns:
            return Status(self.id, codes.STALE, None, None, None, inputs)
        return Status(self.id, codes.FRESH, None, None, turns, inputs)


def _until(outcome: Outcome, end: date) -> Outcome:
    """The same until a day ahead on which what is waited for is there."""
    status = outcome.status
    assert status is not None
    return Outcome(replace(status, next_change=earlier(status.next_change, end)))


def last_touched(row: TypedRow, names: list[str]) -> date | None:
    """The last day on which one of the fields changed, from the history facts."""
    if not names or not row.facts:
        return None
    touched = row.facts.get("touched", {})
    texts = [row.facts.get("changed", "") if name == "*" else touched.get(name, "") for name in names]
    return max((first_day(text) for text in texts if text), default=None)
