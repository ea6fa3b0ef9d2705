"""`precondition`: a node may be reached only when its conditions hold.

The value is kept: what somebody did was done. It is said that it does not fit, and whoever counts it names the same
conditions. Once a later node has passed (`unless`) the gate is not applied any more.

A date that is blank has not happened, so its condition is not met. A `test` on a blank cell cannot be told: beside a
condition that has plainly failed it only asks for the cell, alone it counts as not met (never the lenient reading).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field as F
from pydantic import model_validator

from validators.expression_types import UNKNOWN
from validators.rules import codes
from validators.rules.anchors import Anchor
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.deadlines import plain
from validators.rules.messages import remembered
from validators.scheme.base import Model


class Gate(Model):
    """One condition. `by`: a date that must not be after the action; `test`: an expression that must be true."""

    label: str = F(description="what a person reads after 前置不满足:")
    by: str = ""
    test: str = ""
    when: str = F("", description="asked only when true")
    fields: tuple[str, ...] = F((), description="fields to be marked, default the one of `by`")

    @model_validator(mode="after")
    def _something(self) -> Gate:
        if not (self.by or self.test):
            raise ValueError("每个条件要写 by（日期）或 test（条件）")
        return self


class Precondition(RuleBase):
    """前置不满足:X、Y when the action is filled in and conditions are not met."""

    kind: Literal["precondition"] = "precondition"
    action: Anchor = F("", description="date of what was done; blank = nothing to check. Without it `when` decides")
    conditions: tuple[Gate, ...] = F(description="what must hold before the action")
    unless: str = F("", description="the gate is not applied when true")

    asks: ClassVar[bool] = True

    def compile(self, env: Env) -> Judge:
        action = env.date(self.action, self.table) if self.action else None
        condition, unless = env.condition(self.when, self.table), env.condition(self.unless, self.table)
        test, passed = condition.fn if condition else None, unless.fn if unless else None
        gates = [(gate.label, _marked(env, self.table, gate), _gate(env, self.table, gate)) for gate in self.conditions]
        make, ask = remembered(self, codes.BLOCKED), remembered(self, codes.INCOMPLETE)
        fine, not_applied = plain(self.id, codes.OK), plain(self.id, codes.NOT_APPLICABLE)

        def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
            day = action(row) if action is not None else None
            if (action is not None and day is None) or (test is not None and test(row) is not True):
                return None
            if day is not None and day > ctx.today:
                return Outcome(next_change=day)  # not yet done; that it is dated in the future is said elsewhere
            if passed is not None and passed(row) is True:
                return not_applied
            answers = [(label, field, holds(row, day)) for label, field, holds in gates]
            if row.unread and (unread := [item for item in answers if item[1] in row.unread and item[2] is not True]):
                answers = [item for item in answers if item not in unread]
                if all(answer is True for _, _, answer in answers):
                    return _waiting(self.id, [(env.title(field, self.table), field) for _, field, _ in unread])
            failed = [(label, field) for label, field, answer in answers if answer is False]
            untold = [(label, field) for label, field, answer in answers if answer is None]
            if not failed:
                return make(*_said(untold)) if untold else fine
            blocked = make(*_said(failed))
            asked = [(env.title(field, self.table), field) for _, field in untold if field]
            if not asked:
                return blocked
            return Outcome(blocked.status, blocked.findings + ask(*_said(asked)).findings)

        return judge


def _waiting(rule: str, unread: list[tuple[str, str]]) -> Outcome:
    """What nobody could read is neither met nor not."""
    titles, names = _said(unread)
    return plain(rule, codes.PENDING, missing=list(titles), fields=list(names))


def _said(items: list[tuple[str, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Labels, and the names of the fields that are marked, each once."""
    return tuple(item[0] for item in items), tuple(dict.fromkeys(item[1] for item in items if item[1]))


def _marked(env: Env, table: str, gate: Gate) -> str:
    name = next(iter(gate.fields), gate.by)
    return env.name(name, table) if name else ""


def _gate(env: Env, table: str, gate: Gate) -> Callable[[TypedRow, date | None], bool | None]:
    """Whether the condition holds; None where a blank cell leaves it open."""
    when, test = env.condition(gate.when, table), env.condition(gate.test, table)
    get = env.getter(gate.by, table, "date") if gate.by else None

    def holds(row: TypedRow, day: date | None) -> bool | None:
        if when is not None and when.fn(row) is not True:
            return True
        if get is not None:
            done = get(row)
            if done is None or (day is not None and done > day):
                return False
        truth = test.fn(row) if test is not None else True
        return None if truth is UNKNOWN else truth is True

    return holds
