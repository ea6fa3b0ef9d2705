"""`planned`: planned against actual date of one or several nodes, with the plan's history.

A planned month means its last day. Moving a plan never hides the first one: the number of changes and the original
plan come from the history facts and are shown beside the status.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar, Literal

from pydantic import Field as F
from pydantic import model_validator

from validators.rules import codes
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.deadlines import Memo, Term, applies, judge_term, lead_of, plain, soon_from, unreadable
from validators.rules.timing import Dated
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


class Planned(Dated, RuleBase):
    """One pair by `planned` and `actual`, or several in `nodes`; of several the most urgent one is shown.

    `deadline_into` and `late_into` tell of the node that is shown.

    `inputs`: the node, and how often and from which day its plan was moved; `moved` tells the same of other nodes.
    """

    kind: Literal["planned"] = "planned"
    planned: str = F("", description="planned date of the one node")
    actual: str = F("", description="its actual date")
    nodes: tuple[Pair, ...] = F((), description="several nodes instead of one")
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

    def derives(self) -> tuple[tuple[str, str], ...]:
        return self.dated()

    def compile(self, env: Env) -> Judge:
        judge = self._compile(env)
        for name, kind in self.dated():
            env.derive(self.table, name, kind)
        if not self.dated():
            return judge

        def known(row: TypedRow, ctx: Ctx) -> Outcome | None:
            outcome = judge(row, ctx)
            if outcome is None or outcome.status is None:
                return outcome
            return self.known(outcome.status, ctx.today, ctx.calendar, "日")

        return known

    def _compile(self, env: Env) -> Judge:
        check = applies(env, self, env.condition(self.when, self.table))
        reads = env.reads((text for pair in self.pairs() for text in (pair.planned, pair.actual)), self.table)
        judges = [_pair(env, self, number, pair) for number, pair in enumerate(self.pairs())]
        memo = Memo()
        not_started = plain(self.id, codes.NOT_STARTED)
        actuals = [env.getter(pair.actual, self.table, "date") for pair in self.pairs()]
        dates = [env.getter(pair.planned, self.table, "date") for pair in self.pairs()] + actuals

        def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
            today = ctx.today
            excused = check(row) if check is not None else None
            if excused is not None and not any((day := get(row)) is not None and day > today for get in actuals):
                there = any(get(row) is not None for get in dates) or not reads.isdisjoint(row.unread)
                return excused if there else not_started
            known = memo.of(today)
            found = [outcome for look in judges if (outcome := look(row, today, known)) is not None]
            if not found:
                return not_started
            return found[0] if len(found) == 1 else _worst(found)

        return judge


def _worst(found: list[Outcome]) -> Outcome:
    """The most urgent of several nodes, with the first day on which any of them can change."""
    chosen, first, rank, soonest, moved = found[0], _status(found[0]), 1_000, None, False
    for outcome in found:
        status = _status(outcome)
        change, urgency = status.next_change, _URGENCY[status.code]
        if change is not None and (soonest is None or change < soonest):
            soonest = change
        if urgency < rank or (urgency == rank and (status.deadline or _LAST) < (first.deadline or _LAST)):
            chosen, first, rank = outcome, status, urgency
        moved = moved or "changes" in status.inputs
    others = (
        [item.inputs for item in map(_status, found) if item is not first and item.inputs.get("changes")]
        if moved
        else []
    )
    if soonest == first.next_change and not others:
        return chosen
    inputs = first.inputs
    if others:
        inputs = {**inputs, "moved": [{key: item[key] for key in ("node", "changes", "first")} for item in others]}
    return Outcome(Status(first.rule, first.code, first.deadline, first.done, soonest, inputs))


def _status(outcome: Outcome) -> Status:
    assert outcome.status is not None  # a node always has one
    return outcome.status


def _pair(
    env: Env, rule: Planned, number: int, pair: Pair
) -> Callable[[TypedRow, date, dict[Any, Outcome]], Outcome | None]:
    """Judges one node; `known` holds the day's outcomes of the rule."""
    plan = env.getter(pair.planned, rule.table, "date")
    actual = env.getter(pair.actual, rule.table, "date")
    name = env.name(pair.planned, rule.table)
    condition = env.condition(pair.when, rule.table)
    test = condition.fn if condition is not None else None
    measure, unread = _measure(env, rule, pair), unreadable(env, rule, pair.planned, pair.actual)

    node = pair.title or env.label(pair.actual, rule.table)

    def named(waiting: Outcome) -> Outcome:
        status = _status(waiting)
        return Outcome(replace(status, inputs={"node": node, **status.inputs}))

    def look(row: TypedRow, today: date, known: dict[Any, Outcome]) -> Outcome | None:
        due, done = plan(row), actual(row)
        waiting = unread(row) if row.unread else None
        if due is None and done is None and waiting is None:
            return None
        if test is not None and test(row) is not True:
            return None
        if waiting is not None:
            return named(waiting)
        moved = plan_changes(row, name) if row.facts else None
        if moved:
            return Outcome(measure(due, done, today, moved))
        outcome = known.get((number, due, done))
        if outcome is None:
            outcome = known[number, due, done] = Outcome(measure(due, done, today, {}))
        return outcome

    return look


def _measure(
    env: Env, rule: Planned, pair: Pair
) -> Callable[[date | None, date | None, date, Mapping[str, Any]], Status]:
    """What one node's two dates say on a day."""
    lead, calendar = lead_of(env, "planned", rule.lead), env.calendar
    node, late = pair.title or env.label(pair.actual, rule.table), rule.late

    def measure(due: date | None, done: date | None, today: date, moved: Mapping[str, Any]) -> Status:
        inputs: dict[str, Any] = {"node": node}
        if done is not None and done > today:
            return Status(
                rule.id, codes.BROKEN, due, None, done, {**inputs, "problem": "future", "day": done.isoformat()}
            )
        if due is None:
            return Status(rule.id, codes.NOT_APPLICABLE, None, done, None, {**inputs, "problem": "no_plan"})
        inputs |= moved
        status = judge_term(rule.id, Term(due, soon_from(calendar, due, lead, "日")), done, today, inputs)
        if late == codes.OVERDUE or status.code != codes.OVERDUE:
            return status
        return Status(rule.id, late, status.deadline, None, None, inputs)

    return measure


def plan_changes(row: TypedRow, name: str) -> dict[str, Any]:
    """{"changes": n, "first": original plan} when the plan was ever moved, else {}."""
    log = row.facts.get("plans", {}).get(name) if row.facts else None
    return {"changes": log["changes"], "first": log["first"]} if log and log["changes"] else {}
