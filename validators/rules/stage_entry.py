"""`stage_entry`: where a project stands, from the evidence in its row. Of several stages that fit the latest wins.

An actual date after today has not happened and is no evidence (B-58); on that day the row is judged again. A cell that
nobody could read is neither there nor blank: where a later stage hangs on it, the stage is not known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar, Literal

from pydantic import Field as F

from validators.expression_types import UNKNOWN
from validators.rules import codes
from validators.rules.base import RuleBase
from validators.rules.context import STAGE_NAME, Condition, Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.deadlines import applies
from validators.scheme.base import Model
from validators.status import Status


class Step(Model):
    """One of several parallel items that are counted: done 3 of 7."""

    done: str = F(description="condition: the item is finished")
    unless: str = F("", description="condition: the item does not apply and is not counted")


class Stage(Model):
    """A stage and the condition of being in it (或 for any-of, 且 for all-of)."""

    name: str
    when: str
    id: str = F("", description="id in the policy matrix; statuses carry it")
    progress: tuple[Step, ...] = F((), description="items counted while in this stage")


class StageEntry(RuleBase):
    """Stages in order, earliest first. `track` names a parallel track: it does not set 当前阶段 but a derived value.

    A condition that a blank cell leaves open does not hold: what is not filled in has not happened. Where the stages are
    grades by several columns (制造业5亿元以上、其他10亿元以上的A级), `blank: ask` is right: 待补条件 as long as a later one may
    hold.
    """

    kind: Literal["stage_entry"] = "stage_entry"
    stages: tuple[Stage, ...] = F(description="stages in order, the earliest first; the latest that fits wins")
    otherwise: str = F("", description="shown when no stage fits, e.g. 未入阶段")
    track: str = F("", description="name of the derived value of a parallel track; empty = 当前阶段")
    blank: Literal["ignore", "ask"] = F(
        "ignore", description="a condition that a blank cell leaves open: it does not hold, or the cell is asked for"
    )

    rank: ClassVar[int] = 30

    def derives(self) -> tuple[tuple[str, str], ...]:
        return ((self.track or STAGE_NAME, "text"),)

    def compile(self, env: Env) -> Judge:
        for name, kind in self.derives():
            env.derive(self.table, name, kind)
        tests = [(_fn(env, self.table, stage.when), stage, _steps(env, self.table, stage)) for stage in self.stages]
        tests.reverse()
        dates = _actual_dates(env, self.table, tests)
        made: dict[tuple[str, str], Outcome] = {}
        otherwise = self._outcome(self.id, self.otherwise, "") if self.otherwise else None

        def find(row: TypedRow) -> Outcome | None:
            for condition, stage, steps in tests:
                truth = condition.fn(row)
                if truth is UNKNOWN and row.unread and (unread := condition.expression.reads & row.unread):
                    return self._unknown(env, sorted(unread))
                if truth is UNKNOWN and self.blank == "ask" and (names := condition.missing(row)):
                    return self._unknown(env, list(names))
                if truth is True:
                    progress = _progress(row, steps) if steps else ""
                    key = (stage.name, progress)
                    if key not in made:
                        made[key] = self._outcome(stage.id or self.id, stage.name, progress)
                    return made[key]
            return otherwise

        check = applies(env, self, env.condition(self.when, self.table))

        def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
            if check is not None and (outcome := check(row)) is not None:
                return outcome
            today = ctx.today
            if row.latest <= today:
                return find(row)
            ahead = {name: day for name in dates if (day := row.get(name)) is not None and day > today}
            if not ahead:
                return find(row)
            past = _without(row, ahead)
            return _again(find(past), min(ahead.values()))

        return judge

    def _unknown(self, env: Env, names: list[str]) -> Outcome:
        """A later stage hangs on cells that nobody could read, or that are asked for: the project may well be there."""
        missing = [env.title(name, self.table) for name in names]
        return Outcome(Status(self.id, codes.PENDING, inputs={"missing": missing, "fields": names}))

    def _outcome(self, rule: str, name: str, progress: str) -> Outcome:
        inputs = {"value": name, "progress": progress} if progress else {"value": name}
        return Outcome(
            Status(rule, codes.STAGE, inputs=inputs),
            derived={self.track or STAGE_NAME: name},
            stage="" if self.track else name,
        )


def _actual_dates(env: Env, table: str, tests: list[Any]) -> list[str]:
    """Fields of actual dates that the stages look at, and of the day on which the row is over."""
    model = env.scheme.table(table)
    actual = {item.name for item in model.fields if item.type == "date_actual" or item.name == model.ended}
    return sorted({name for condition, _, _ in tests for name in condition.expression.reads} & actual)


def _without(row: TypedRow, names: Iterable[str]) -> TypedRow:
    """The row without some of its cells."""
    copy = TypedRow(row.table, row.id, row.unit, row.texts, row.facts)
    copy.update(row)
    copy.unread = row.unread
    for name in names:
        del copy[name]
    return copy


def _again(outcome: Outcome | None, day: date) -> Outcome:
    if outcome is None:
        return Outcome(next_change=day)
    return replace(outcome, next_change=day)


def _fn(env: Env, table: str, text: str) -> Condition:
    condition = env.condition(text, table)
    if condition is None:
        raise ValueError("阶段要写进入条件 when")
    return condition


def _steps(env: Env, table: str, stage: Stage) -> list[tuple[Condition, Condition | None]]:
    return [(_fn(env, table, step.done), env.condition(step.unless, table)) for step in stage.progress]


def _progress(row: TypedRow, steps: list[tuple[Condition, Condition | None]]) -> str:
    counted = [done for done, unless in steps if unless is None or unless.fn(row) is not True]
    return f"{sum(done.fn(row) is True for done in counted)}/{len(counted)}"
