"""`integrity`: what must be true of a row whatever its stage: order of nodes, counts, formats, no future actual dates,
plans that are as precise as the policy wants.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Literal

from pydantic import Field as F

from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.messages import invalid_code, remembered
from validators.scheme.base import Model

Fault = tuple[str, str]  # what a person reads, name of the field


class Check(Model):
    """`test` false (not unknown) is a fault called `text`; `fields` are marked, the first one is named."""

    test: str
    text: str
    fields: tuple[str, ...] = ()
    when: str = ""


class Integrity(RuleBase):
    """校验错误:… (a notice when the severity is 提示) for every check that fails."""

    kind: Literal["integrity"] = "integrity"
    checks: tuple[Check, ...] = F((), description="conditions that must not be false")
    ordered: tuple[tuple[str, ...], ...] = F(
        (), description="lists of dates none of which may be before an earlier one"
    )
    ordered_text: str = F("节点顺序", description="what a wrong order is called")
    to_day: tuple[str, ...] = F((), description="dates that must be given to the day: a month is not enough")
    to_day_text: str = F("需细化到日", description="what a date without its day is called")
    not_future: tuple[str, ...] = F((), description="dates that must not be after today; `*` = all actual dates")

    def traces(self) -> frozenset[str]:
        return super().traces() | ({self.table} if "*" in self.not_future else set())

    def compile(self, env: Env) -> Judge:
        condition = env.condition(self.when, self.table)
        test = condition.fn if condition else None
        finders = [_checker(env, self.table, item) for item in self.checks]
        finders += [_order(env, self.table, names, self.ordered_text) for names in self.ordered]
        finders += [_precise(env, self.table, name, self.to_day_text) for name in self.to_day]
        future = _future_fields(env, self)
        plans = any(item.type == "date_plan" and item.name in future for item in env.scheme.table(self.table).fields)
        make = remembered(self, invalid_code(self))

        def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
            if test is not None and test(row) is not True:
                return None
            faults = [fault for find in finders if (fault := find(row)) is not None]
            late = _late(row, future, ctx.today) if row.latest > ctx.today or plans else []
            if not faults and not late:
                return None
            faults += [(f"{env.title(name, self.table)}晚于今天", name) for _, name in late]
            texts, fields = (tuple(dict.fromkeys(parts)) for parts in zip(*faults, strict=True))  # each said once
            outcome = make(texts, fields)
            return _until(outcome, [day for day, _ in late])

        return judge


def _late(row: TypedRow, names: list[str], today: date) -> list[tuple[date, str]]:
    return [(day, name) for name in names if (day := row.get(name)) is not None and day > today]


def _until(outcome: Outcome, days: list[date]) -> Outcome:
    if not days:
        return outcome
    return Outcome(outcome.status, outcome.findings, next_change=min(days))


def _checker(env: Env, table: str, check: Check) -> Callable[[TypedRow], Fault | None]:
    condition, when = env.condition(check.test, table), env.condition(check.when, table)
    assert condition is not None, check.text
    names = check.fields or tuple(name for name in sorted(condition.expression.reads) if "." not in name)
    fault = (check.text, env.name(names[0], table) if names else "")
    test = condition.fn
    if when is None:
        return lambda row: fault if test(row) is False else None
    applies = when.fn
    return lambda row: fault if applies(row) is True and test(row) is False else None


def _order(env: Env, table: str, names: tuple[str, ...], text: str) -> Callable[[TypedRow], Fault | None]:
    """The first filled date that is before the filled one that should precede it."""
    getters = [(env.getter(name, table, "date"), env.name(name, table)) for name in names]

    def find(row: TypedRow) -> Fault | None:
        filled = [(day, name) for get, name in getters if (day := get(row)) is not None]
        return next(((text, second[1]) for first, second in pairwise(filled) if second[0] < first[0]), None)

    return find


def _precise(env: Env, table: str, text: str, said: str) -> Callable[[TypedRow], Fault | None]:
    """A date of which only the month or the year was written."""
    name = env.own(text, table)
    mark, fault = f"{name}@", (said, name)
    return lambda row: fault if mark in row else None


def _future_fields(env: Env, rule: Integrity) -> list[str]:
    if "*" in rule.not_future:
        return [item.name for item in env.scheme.table(rule.table).fields if item.type == "date_actual"]
    return [env.name(name, rule.table) for name in rule.not_future]
