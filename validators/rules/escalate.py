"""`escalate`: a matter goes one level higher — on a condition, on a ladder of orders with limits of their own (蓝→黄→红),
or because the same bad result came again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field as F
from pydantic import model_validator

from validators.calendar import Roll, Unit
from validators.expression_types import PARENT, UNKNOWN
from validators.facts import Facts, SharedJudge, Verdict
from validators.periods import Period, PeriodKind, adjacent, try_period
from validators.rules import codes
from validators.rules.anchors import Anchor
from validators.rules.base import PERIOD_KINDS, RuleBase
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.deadlines import applies, plain
from validators.rules.measures import subject_names, subjects_of
from validators.scheme.base import Model
from validators.status import Flag, Status

if TYPE_CHECKING:
    from validators.scheme.models import Scheme

_ONE_DAY = timedelta(days=1)


class Step(Model):
    """One order of the ladder, and how long it leaves before the next."""

    name: str = F(description="what is said while it is in force, e.g. 黄色督办单")
    n: int | None = F(None, description="its own limit; null = none, the last one")
    unit: Unit = F("日", description="unit of its limit")
    roll: Roll = F("none", description="where a last day on a day off moves: none, next_workday, previous_workday")
    issued: Anchor = F("", description="date on which it was really issued: its limit runs from there")
    to: str = F("", description="who it goes to, e.g. 分管副县长")
    flag: str = F("", description="考核标识 while it is in force")


class Level(Model):
    """What follows when the bad result has come `n` times."""

    n: int = F(ge=1, description="how many bad periods")
    name: str = F(description="what follows, e.g. 约谈主要负责人")
    to: str = F("", description="who it goes to")
    flag: str = F("", description="考核标识")


class Escalate(RuleBase):
    """Three uses, told apart by what is written.

    `suggest` (a condition; blank = the policy names no threshold) or `manual` (somebody ticked it): `name` is said until
    `stop`.

    `steps`, from `start` until `stop`: the first order is in force from `start`; when its limit has passed, or the next
    one was issued, the next is in force. A limit runs from the day of issue, else from the last day of the limit before.

    `levels`: the rows of `table` have a `result` in each `period`; the level of the highest `n` that was reached is said
    of the row's parent (`of: parent`), its unit, or whom `by` names. `counting: consecutive` counts adjacent bad periods
    up to the latest one, `year` all of the latest one's year.
    """

    kind: Literal["escalate"] = "escalate"
    suggest: str = F("", description="condition for the suggestion, e.g. 个数(涉及部门) >= 3 且 协调难度 = '大'")
    manual: str = F("", description="condition that a person ticked it, e.g. 提请调度 = 是")
    name: str = F("", description="what is suggested, e.g. 建议提请专题调度")
    start: Anchor = F("", description="day from which the first step is in force")
    stop: Anchor = F("", description="actual date that ends the matter")
    steps: tuple[Step, ...] = F((), description="orders of the ladder, the mildest first")
    levels: tuple[Level, ...] = F((), description="what follows a repeated bad result, the mildest first")
    period: str = F("", description="field that holds the period, with levels")
    result: str = F("", description="field or derived value that holds the result")
    bad: tuple[str, ...] = F((), description="results that count")
    counting: Literal["consecutive", "year"] = F("consecutive", description="which bad periods count together")
    of: Literal["parent", "unit"] = F("parent", description="subject of the levels; parent: the row the rows belong to")
    by: str = F("", description="field that names the subject instead")

    clocked: ClassVar[bool] = True
    rank: ClassVar[int] = 70

    @model_validator(mode="after")
    def _one_way(self) -> Escalate:
        ways = [bool(self.name), bool(self.steps), bool(self.levels)]
        if sum(ways) != 1:
            raise ValueError("写 name（建议）、steps（督办阶梯）或 levels（累次升级），三者选一")
        if self.name and not (self.suggest or self.manual):
            raise ValueError("写了 name 要写 suggest（条件）或 manual（人工勾选），至少一个")
        if self.steps and (not self.start or not self.stop):
            raise ValueError("写了 steps 要写 start（从哪天起）和 stop（哪天了结）")
        if any(step.n is None for step in self.steps[:-1]):
            raise ValueError("除最后一级外，每一级都要写 n（本级期限）")
        if self.levels and not (self.period and self.result and self.bad):
            raise ValueError("写了 levels 要写 period、result 和 bad")
        if [level.n for level in self.levels] != sorted({level.n for level in self.levels}):
            raise ValueError("levels 的 n 要从小到大，不能重复")
        return self

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared" if self.levels else "record"

    def turns(self, scheme: Scheme) -> frozenset[PeriodKind]:
        """Rows of periods that have not begun do not count; when one begins, they do."""
        if not self.levels:
            return frozenset()
        fields = scheme.table(self.table).fields
        return PERIOD_KINDS & {item.type for item in fields if self.period in (item.name, item.title)}

    def compile(self, env: Env) -> Judge | None:
        if self.levels:
            return None
        return _ladder(env, self) if self.steps else _suggestion(env, self)

    def compile_shared(self, env: Env) -> SharedJudge | None:
        return _Levels(self, env) if self.levels else None

    def told(self, status: Status) -> list[str]:
        """送分管副县长，逾期升为红色督办单; 2025年5月、2025年6月."""
        inputs = status.inputs
        found = [f"送{inputs['to']}"] if inputs.get("to") else []
        if inputs.get("next"):
            found.append(f"逾期升为{inputs['next']}")
        if inputs.get("labels"):
            found.append("、".join(inputs["labels"]))
        return found

    def flags_of(self, flag: str, why: str) -> tuple[Flag, ...]:
        section = f"；依据 {self.section}" if self.section else ""
        return (Flag(self.id, flag, f"{why}{section}"),) if flag else ()


# on a condition -------------------------------------------------------------------------------------------------------


def _suggestion(env: Env, rule: Escalate) -> Judge:
    check = applies(env, rule, env.condition(rule.when, rule.table))
    suggest, manual = env.condition(rule.suggest, rule.table), env.condition(rule.manual, rule.table)
    stop = env.date(rule.stop, rule.table) if rule.stop else None
    by_rule = Outcome(Status(rule.id, codes.ESCALATED, inputs={"value": rule.name}))
    by_hand = Outcome(Status(rule.id, codes.ESCALATED, inputs={"value": rule.name, "manual": True}))

    def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
        end = stop(row) if stop is not None else None
        if end is not None and end <= ctx.today:
            return None
        if check is not None and (outcome := check(row)) is not None:
            return outcome if outcome.status is not None and outcome.status.code == codes.PENDING else None
        if manual is not None and manual.fn(row) is True:
            return by_hand if end is None else _until(by_hand, end)
        truth = suggest.fn(row) if suggest is not None else False
        if truth is UNKNOWN and suggest is not None:
            names = suggest.missing(row)
            missing = [env.title(name, rule.table) for name in names]
            return plain(rule.id, codes.PENDING, missing=missing, fields=list(names))
        if truth is not True:
            return None
        return by_rule if end is None else _until(by_rule, end)

    return judge


def _until(outcome: Outcome, day: date) -> Outcome:
    """The same until a day on which it ends."""
    assert outcome.status is not None
    return replace(outcome, status=replace(outcome.status, next_change=day))


# a ladder -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Rung:
    """Where a matter stands on the ladder: which step, until when, and the day it came into force."""

    position: int
    deadline: date | None
    provisional: bool


def _ladder(env: Env, rule: Escalate) -> Judge:
    start, stop = env.date(rule.start, rule.table), env.date(rule.stop, rule.table)
    check = applies(env, rule, env.condition(rule.when, rule.table))
    issued = [env.date(step.issued, rule.table) if step.issued else _never for step in rule.steps]
    not_started = plain(rule.id, codes.NOT_STARTED)

    def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
        first, end = start(row), stop(row)
        if first is None:
            return not_started
        if check is not None and (outcome := check(row)) is not None:
            return outcome
        if first > ctx.today:
            return Outcome(Status(rule.id, codes.NOT_STARTED, None, None, first))
        over = end is not None and end <= ctx.today
        days = [get(row) for get in issued]
        rung = _climb(env, rule, first, days, end if over and end is not None else ctx.today)
        if over and end is not None:
            step = rule.steps[rung.position]
            return Outcome(Status(rule.id, codes.CLOSED, rung.deadline, end, None, {"value": step.name}))
        return _in_force(rule, rung, _turn(rung, [*days, end], ctx.today))

    return judge


def _never(_row: Any) -> date | None:
    return None


def _climb(env: Env, rule: Escalate, first: date, issued: Sequence[date | None], day: date) -> _Rung:
    """The step in force on a day."""
    base, provisional = first, False
    for position, step in enumerate(rule.steps):
        started = issued[position]
        if started is not None and started <= day:
            base = started
        if step.n is None:
            return _Rung(position, None, provisional)
        added = env.calendar.add(base, step.n, step.unit)
        rolled = env.calendar.roll(added.day, step.roll)
        provisional = provisional or added.provisional or rolled.provisional
        after = issued[position + 1] if position + 1 < len(issued) else None
        last = position + 1 == len(rule.steps)
        if last or (day <= rolled.day and not (after is not None and after <= day)):
            return _Rung(position, rolled.day, provisional)
        base = rolled.day
    raise AssertionError("a ladder has a last step")


def _turn(rung: _Rung, issued: Sequence[date | None], today: date) -> date | None:
    days = [day for day in issued if day is not None and day > today]
    if rung.deadline is not None and rung.deadline >= today:
        days.append(rung.deadline + _ONE_DAY)
    return min(days, default=None)


def _in_force(rule: Escalate, rung: _Rung, change: date | None) -> Outcome:
    step = rule.steps[rung.position]
    inputs: dict[str, Any] = {"value": step.name, "step": rung.position + 1}
    if step.to:
        inputs["to"] = step.to
    if rung.position + 1 < len(rule.steps):
        inputs["next"] = rule.steps[rung.position + 1].name
    if rung.provisional:
        inputs["provisional"] = True
    flags = rule.flags_of(step.flag, f"{rule.title}：{step.name}")
    return Outcome(Status(rule.id, codes.ESCALATED, rung.deadline, None, change, inputs), (), flags)


# again and again --------------------------------------------------------------------------------------------------------


class _Levels:
    """Repeated bad results, compiled: calling it gives the level of each subject."""

    def __init__(self, rule: Escalate, env: Env) -> None:
        self.rule = rule
        self.period = env.own(rule.period, rule.table)
        self.result = env.getter(rule.result, rule.table, "text")
        self.condition = env.condition(rule.when, rule.table)
        self.parent = env.scheme.table(rule.table).parent if rule.of == "parent" and not rule.by else ""
        self.subjects = subjects_of(env, rule.table, rule.by)
        self.names = subject_names(env.scheme)

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        results: dict[str, dict[Period, bool]] = defaultdict(dict)
        owners: dict[str, TypedRow] = {}
        for row in facts.table(self.rule.table):
            found, period = self.result(row), try_period(row.texts.get(self.period))
            if found is None or period is None or period.first > ctx.today:
                continue
            if self.condition is not None and self.condition.fn(row) is not True:
                continue
            for key in self._keys(row, owners):
                results[key][period] = results[key].get(period, False) or found in self.rule.bad
        return [
            self._verdict(key, level, bad, owners.get(key))
            for key, periods in results.items()
            if (bad := _bad_periods(periods, self.rule.counting)) and (level := self._level(len(bad))) is not None
        ]

    def _keys(self, row: TypedRow, owners: dict[str, TypedRow]) -> Sequence[str]:
        if not self.parent:
            return self.subjects(row)
        owner = row.get(PARENT + self.parent)
        if owner is None:
            return ()
        owners[owner.id] = owner
        return (owner.id,)

    def _level(self, count: int) -> Level | None:
        reached = [level for level in self.rule.levels if level.n <= count]
        return reached[-1] if reached else None

    def _verdict(self, key: str, level: Level, bad: list[Period], owner: TypedRow | None) -> Verdict:
        labels = [period.label for period in bad]
        inputs: dict[str, Any] = {"value": level.name, "periods": [period.text for period in bad], "labels": labels}
        if level.to:
            inputs["to"] = level.to
        flags = list(self.rule.flags_of(level.flag, f"{'、'.join(labels)}{'、'.join(self.rule.bad)}"))
        status = Status(self.rule.id, codes.ESCALATED, inputs=inputs)
        if owner is not None:
            return Verdict("record", key, owner.table, owner.unit, statuses=[status], flags=flags)
        kind = "unit" if key in self.names else "participant"
        name = self.names.get(key, key)
        return Verdict(
            kind, key, self.rule.table, key if kind == "unit" else "", name=name, statuses=[status], flags=flags
        )


def _bad_periods(periods: Mapping[Period, bool], counting: str) -> list[Period]:
    """Bad periods that count: the adjacent ones up to the latest, or all of the latest one's year."""
    ordered = sorted(periods)
    if counting == "year":
        year = ordered[-1].last.year
        return [period for period in ordered if periods[period] and period.last.year == year]
    found: list[Period] = []
    for period in reversed(ordered):
        if not periods[period] or (found and not adjacent(period, found[-1])):
            break
        found.append(period)
    return found[::-1]
