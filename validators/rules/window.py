"""`window`: fixed days of the calendar — a phase of the scheme, a thing to be filed by a day, a day by which rows are done.

The first and the last day belong to it. Months of a policy are written as their days: 2021年1月-2月 is 01-01 to 02-28.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, ClassVar, Literal

from pydantic import Field as F
from pydantic import model_validator

from validators.facts import Facts, SharedJudge, Verdict
from validators.rules import codes
from validators.rules.anchors import Anchor
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.deadlines import Term, applies, asked_again, judge_term, unreadable, wrong_ahead
from validators.scheme.base import Model
from validators.status import Status

_ONE_DAY = timedelta(days=1)


class Phase(Model):
    """One phase of a scheme's calendar; first and last day belong to it."""

    name: str = F(description="what the phase is called")
    first: date = F(description="its first day")
    last: date = F(description="its last day")


class Window(RuleBase):
    """Three uses, told apart by what is written.

    `phases`: the day's phase is told of the scheme (`outside` between and after them).
    `done` with `table`: every row must reach that date by `last` (正常, 临期, 逾期N天, 按期完成, 逾期完成N天).
    Neither: one window of the scheme. 未启动 before `first`, `running` in it; afterwards 已结束. Where something has to be
    filed by `last` (`filing`, or `evidence` rows) it is 按期完成 from the day it was filed, also ahead of `first`, and after
    `last` 逾期完成N天, 逾期N天. `each_unit` asks every unit.
    """

    kind: Literal["window"] = "window"
    first: date | None = F(None, description="first day; blank = since ever")
    last: date | None = F(None, description="last day, which is still in time")
    lead: int = F(0, description="days of 临期 before the last day")
    phases: tuple[Phase, ...] = F((), description="the scheme's phases, in order; only the day's one is told")
    outside: str = F("", description="with phases: what is said on a day of no phase, e.g. 已结束")
    running: str = F("", description="word inside the window instead of 进行中, e.g. the name of the phase")
    done: Anchor = F("", description="with a table: actual date that must not be after `last`")
    filing: bool = F(False, description="a submission for this rule (`submissions`) must come by `last`")
    evidence: str = F("", description="table whose rows show that it was done")
    evidence_when: str = F("", description="condition on those rows")
    evidence_date: str = F("", description="their date; without one a row counts from the day it was first read")
    each_unit: bool = F(False, description="every unit must file; otherwise once for the scheme")

    clocked: ClassVar[bool] = True

    @model_validator(mode="after")
    def _one_way(self) -> Window:
        if self.phases and (self.last or self.done or self.filing or self.evidence):
            raise ValueError("写 phases（各阶段），或写 first、last（一段时间），二者选一")
        if not self.phases and self.last is None:
            raise ValueError("要写 last（最后一天）")
        if self.first and self.last and self.first > self.last:
            raise ValueError("first 晚于 last")
        if self.when and not self.table:
            raise ValueError("整个方案的时间段不写 when；哪些行算交了写 evidence_when")
        if bool(self.done) != bool(self.table):
            raise ValueError("逐行判断要同时写 table 和 done（实际日期）；整个方案的时间段两个都不写")
        for phase in self.phases:
            if phase.first > phase.last:
                raise ValueError(f"阶段“{phase.name}”的 first 晚于 last")
        return self

    def reads(self) -> frozenset[str]:
        return frozenset(name for name in (self.table, self.evidence) if name)

    def scope(self) -> Literal["record", "family", "shared"]:
        return "record" if self.done else "shared"

    def details(self) -> dict[str, Any]:
        return {"limit": f"{self.last.isoformat()}前"} if self.last else {}

    # rows ------------------------------------------------------------------------------------------------------------

    def compile(self, env: Env) -> Judge | None:
        if not self.done:
            return None
        done = env.date(self.done, self.table)
        check = applies(env, self, env.condition(self.when, self.table))
        term, wrong = self._term(), wrong_ahead(env, self, self.done)

        unread = unreadable(env, self, self.done)

        def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
            if row.unread and (outcome := unread(row)) is not None:
                return (check(row) if check is not None else None) or outcome
            day, today = done(row), ctx.today
            if day is not None and day > today:
                if (outcome := wrong(row, today)) is not None:
                    return outcome
                return asked_again(judged(row, None, today), day)  # planned or worked out: it has not come
            return judged(row, day, today)

        def judged(row: TypedRow, day: date | None, today: date) -> Outcome | None:
            if check is not None and (outcome := check(row)) is not None:
                return outcome
            if day is None and self.first is not None and today < self.first:
                return Outcome(Status(self.id, codes.NOT_STARTED, None, None, self.first))
            return Outcome(judge_term(self.id, term, day, today, {}))

        return judge

    def _term(self) -> Term:
        assert self.last is not None
        return Term(self.last, self.last - timedelta(days=self.lead) if self.lead else self.last + _ONE_DAY)

    # the scheme or its units -------------------------------------------------------------------------------------------

    def compile_shared(self, env: Env) -> SharedJudge | None:
        if self.done:
            return None
        if self.phases:
            return lambda _facts, ctx: [Verdict("scheme", self.id, statuses=[self._phase(ctx.today)])]
        came = _Came(self, env)
        units = [unit.code for unit in env.scheme.units] if self.each_unit else [""]

        def judge(facts: Facts, ctx: Ctx) -> list[Verdict]:
            arrivals = came(facts, ctx.today)
            return [
                Verdict(
                    "unit" if unit else "scheme", unit or self.id, unit=unit, statuses=[self._one(unit, arrivals, ctx)]
                )
                for unit in units
            ]

        return judge

    def _phase(self, today: date) -> Status:
        current = next((item for item in self.phases if item.first <= today <= item.last), None)
        turns = [day for item in self.phases for day in (item.first, item.last + _ONE_DAY) if day > today]
        change = min(turns, default=None)
        if current is None and not self.outside:
            return Status(self.id, codes.ENDED if change is None else codes.NOT_STARTED, next_change=change)
        name = current.name if current is not None else self.outside
        return Status(self.id, codes.VALUE, next_change=change, inputs={"value": name})

    def _one(self, unit: str, arrivals: Mapping[str, date | None], ctx: Ctx) -> Status:
        assert self.last is not None
        today = ctx.today
        asked = self.filing or bool(self.evidence)
        if asked and unit in arrivals:
            return judge_term(self.id, self._term(), arrivals[unit] or self.last, today, {})
        if self.first is not None and today < self.first:
            return Status(self.id, codes.NOT_STARTED, None, None, self.first)
        if today > self.last and not asked:
            return Status(self.id, codes.ENDED, self.last)
        status = judge_term(self.id, self._term(), None, today, {})
        if status.code != codes.OK:
            return status
        inputs = {"word": self.running} if self.running else {}
        return Status(self.id, codes.IN_WINDOW, self.last, None, status.next_change, inputs)


class _Came:
    """What came for a window, by unit ("" for the scheme): its earliest day, None where nobody knows since when."""

    def __init__(self, rule: Window, env: Env) -> None:
        self.rule = rule
        self.when = env.condition(rule.evidence_when, rule.evidence) if rule.evidence else None
        self.day: Callable[[TypedRow], date | None] | None = None
        if rule.evidence and rule.evidence_date:
            self.day = env.getter(rule.evidence_date, rule.evidence, "date")

    def __call__(self, facts: Facts, today: date) -> dict[str, date | None]:
        found: dict[str, date | None] = {}
        for item in facts.submissions:
            came = item.at.date() if item.at is not None else None
            if item.rule == self.rule.id and (came is None or came <= today):
                self._note(found, item.unit, came)
        for row in facts.table(self.rule.evidence) if self.rule.evidence else ():
            if self.when is not None and self.when.fn(row) is not True:
                continue
            day = self.day(row) if self.day is not None else first_seen(row)
            if (self.day is None or day is not None) and (day is None or day <= today):
                self._note(found, row.unit, day)
        return found

    def _note(self, found: dict[str, date | None], unit: str, day: date | None) -> None:
        key = unit if self.rule.each_unit else ""
        known = found.get(key, day)
        found[key] = None if day is None or known is None else min(known, day)


def first_seen(row: TypedRow) -> date | None:
    """The day on which the row can first have been written, by the earliest end of that time; None when nobody knows."""
    from validators.facts import moment

    if row.facts and "filled" in row.facts:
        return moment(row.facts["filled"]).date() if row.facts["filled"] else None
    seen = row.facts.get("first_seen") if row.facts else None
    return moment(seen).date() if seen else None
