"""`planned`: planned against actual date of one or several nodes, with the plan's history.

A planned month means its last day. Moving a plan never hides the first one: the number of changes and the original
plan come from the history facts and are shown beside the status.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar, Literal

from pydantic import Field as F
from pydantic import model_validator

from validators.rules import codes
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.deadlines import Term, applies, judge_term, lead_of, plain, soon_from
from validators.scheme.base import Model
from validators.status import Status

_URGENCY = {code: position for position, code in enumerate(codes.URGENCY)}
_LAST = date.max


class Pair(Model):
    """One node: its planned and its actual date."""

    planned: str
    actual: str
    title: str = ""
    when: str = ""  # the node belongs to this row only when true


class Planned(RuleBase):
    """One pair by `planned` and `actual`, or several in `nodes`; of several the most urgent one is shown."""

    kind: Literal["planned"] = "planned"
    planned: str = ""
    actual: str = ""
    nodes: tuple[Pair, ...] = ()
    lead: int | None = F(None, description="days of 临期, instead of the scheme's for planned dates")
    late: Literal["overdue", "should_have_started"] = F("overdue", description="what a passed plan is called")

    clocked: ClassVar[bool] = True

    @model_validator(mode="after")
    def _one_way(self) -> Planned:
        if bool(self.nodes) == bool(self.planned and self.actual):
            raise ValueError("写 planned 和 actual 一对，或写 nodes，二者选一")
        return self

    def pairs(self) -> tuple[Pair, ...]:
        return self.nodes or (Pair(planned=self.planned, actual=self.actual),)

    def compile(self, env: Env) -> Judge:
        check = applies(env, self, env.condition(self.when, self.table))
        judges = [_pair(env, self, pair) for pair in self.pairs()]
        not_started = plain(self.id, codes.NOT_STARTED)

        def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
            found = [status for look in judges if (status := look(row, ctx.today)) is not None]
            if not found:
                return not_started
            if check is not None and found[0].code != codes.BROKEN and (outcome := check(row)) is not None:
                return outcome
            worst = found[0] if len(found) == 1 else _worst(found)
            return Outcome(worst)

        return judge


def _worst(found: list[Status]) -> Status:
    chosen = min(found, key=lambda item: (_URGENCY[item.code], item.deadline or _LAST))
    soonest = min((item.next_change for item in found if item.next_change), default=None)
    if soonest == chosen.next_change:
        return chosen
    return Status(chosen.rule, chosen.code, chosen.deadline, chosen.done, soonest, chosen.inputs)


def _pair(env: Env, rule: Planned, pair: Pair) -> Callable[[TypedRow, date], Status | None]:
    plan = env.getter(pair.planned, rule.table, "date")
    actual = env.getter(pair.actual, rule.table, "date")
    lead, calendar = lead_of(env, "planned", rule.lead), env.calendar
    name, node = env.name(pair.planned, rule.table), pair.title or env.label(pair.actual, rule.table)
    condition = env.condition(pair.when, rule.table)
    late = rule.late

    def look(row: TypedRow, today: date) -> Status | None:
        due, done = plan(row), actual(row)
        if due is None and done is None:
            return None
        if condition is not None and condition.fn(row) is not True:
            return None
        inputs: dict[str, Any] = {"node": node}
        if done is not None and done > today:
            return Status(
                rule.id, codes.BROKEN, due, None, done, {**inputs, "problem": "future", "day": done.isoformat()}
            )
        if due is None:
            return Status(rule.id, codes.NOT_APPLICABLE, None, done, None, {**inputs, "problem": "no_plan"})
        inputs |= plan_changes(row, name)
        status = judge_term(rule.id, Term(due, soon_from(calendar, due, lead, "日")), done, today, inputs)
        if late == codes.OVERDUE or status.code != codes.OVERDUE:
            return status
        return Status(rule.id, late, status.deadline, None, None, inputs)

    return look


def plan_changes(row: TypedRow, name: str) -> dict[str, Any]:
    """{"changes": n, "first": original plan} when the plan was ever moved, else {}."""
    log = row.facts.get("plans", {}).get(name) if row.facts else None
    return {"changes": log["changes"], "first": log["first"]} if log and log["changes"] else {}
