"""`escalate`: a matter goes one level higher — on a condition, on a ladder of orders with limits of their own (蓝→黄→红),
or because the same bad result came again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field as F
from pydantic import model_validator

from validators.calendar import Roll, Unit
from validators.expression_types import UNKNOWN
from validators.facts import SharedJudge
from validators.periods import PeriodKind
from validators.rules import codes
from validators.rules.anchors import Anchor
from validators.rules.base import PERIOD_KINDS, OfRows, RuleBase
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.deadlines import applies, plain, unreadable
from validators.rules.measures import Measure
from validators.rules.repeated import RepeatedRows, RepeatedUnits
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

    `steps`, from `start` until `stop`: the first order is in force from `start` (what ends before it has none); when its
    limit has passed, or the next one was issued, the next is in force. A limit runs from the day of issue, else from the
    last day of the limit before. `into` derives the name of the order in force (of a suggestion: what is suggested), for
    conditions and `streak`.

    `levels`: the rows of `table` have a `result` in each `period`; the level of the highest `n` that was reached is said
    of the row's parent (`of: parent`), its unit, or whom `by` names. `counting: consecutive` counts adjacent bad periods
    up to the latest one, `year` all of the latest one's year. Periods at whose end a row was over do not count; of a parent
    that is over 已终止 is said.

    Of units and departments by what other rules say of them: `levels` with `measures`, and `bad_when`, a condition on
    them, for each period of the kind `per` — the last place, missing reports, a score below 60. A period counts once it
    is over, what is measured of it is settled (no report of it is still to come), and the condition can be told:
    首个(红牌数, 0) > 0 where nothing measured means none.
    """

    kind: Literal["escalate"] = "escalate"
    suggest: str = F("", description="condition for the suggestion, e.g. 个数(涉及部门) >= 3 且 协调难度 = '大'")
    manual: str = F("", description="condition that a person ticked it, e.g. 提请调度 = 是")
    name: str = F("", description="what is suggested, e.g. 建议提请专题调度")
    start: Anchor = F("", description="day from which the first step is in force")
    stop: Anchor = F("", description="actual date that ends the matter")
    steps: tuple[Step, ...] = F((), description="orders of the ladder, the mildest first")
    into: str = F("", description="name of the derived text: the order in force, or what is suggested")
    levels: tuple[Level, ...] = F((), description="what follows a repeated bad result, the mildest first")
    period: str = F("", description="field that holds the period, with levels")
    measures: dict[str, Measure] = F({}, description="instead of a table: name → number of each unit, for bad_when")
    bad_when: str = F("", description="condition on the measures: the period is bad, e.g. 末位 = 1 且 得分 < 60")
    per: PeriodKind | None = F(None, description="kind of period, with measures")
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
        rows, units = (self.table, self.period, self.result, self.bad), (self.measures, self.bad_when, self.per)
        if self.levels and not (all(units) and not any(rows)) and not (all(rows) and not any(units)):
            raise ValueError(
                "写了 levels 要写 table、period、result 和 bad（看行），或写 measures、bad_when 和 per（看单位），二者选一"
            )
        if self.measures and self.when:
            raise ValueError("看单位的（measures）不写 when，条件都写在 bad_when 里")
        if self.into and self.levels:
            raise ValueError("into 与 steps 或 name 一起写；累次升级到哪一级，别的规则用 rule、codes、values 数")
        if any(units) and not self.levels:
            raise ValueError("measures、bad_when、per 与 levels 一起写")
        if [level.n for level in self.levels] != sorted({level.n for level in self.levels}):
            raise ValueError("levels 的 n 要从小到大，不能重复")
        return self

    def reads(self) -> frozenset[str]:
        found = frozenset({self.table} if self.table else ())
        return found.union(*(measure.tables() for measure in self.measures.values()))

    def uses(self) -> frozenset[str]:
        return frozenset(name for measure in self.measures.values() for name in measure.rules())

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared" if self.levels else "record"

    def turns(self, scheme: Scheme) -> frozenset[PeriodKind]:
        """Rows of periods that have not begun do not count; when one begins, they do."""
        if not self.levels:
            return frozenset()
        if self.per is not None:
            return frozenset({self.per})
        fields = scheme.table(self.table).fields
        return PERIOD_KINDS & {item.type for item in fields if self.period in (item.name, item.title)}

    def excusable(self, scheme: Scheme) -> frozenset[str]:
        """With levels it speaks of rows where these are the parents of the rows it counts."""
        if not self.levels:
            return super().excusable(scheme)
        return frozenset({scheme.table(self.table).parent} - {""} if self.of_rows() else ())

    def of_rows(self) -> OfRows:
        return "periods" if self.levels and self.table and self.of == "parent" and not self.by else ""

    def derives(self) -> tuple[tuple[str, str], ...]:
        return ((self.into, "text"),) if self.into else ()

    def derived(self, name: str) -> dict[str, str]:
        return {self.into: name} if self.into else {}

    def compile(self, env: Env) -> Judge | None:
        if self.levels:
            return None
        if self.into:
            env.derive(self.table, self.into)
        return _ladder(env, self) if self.steps else _suggestion(env, self)

    def compile_shared(self, env: Env) -> SharedJudge | None:
        if not self.levels:
            return None
        return RepeatedUnits(self, env) if self.measures else RepeatedRows(self, env)

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
    unread = unreadable(env, rule, rule.stop)
    made = rule.derived(rule.name)
    by_rule = Outcome(Status(rule.id, codes.ESCALATED, inputs={"value": rule.name}), derived=made)
    by_hand = Outcome(Status(rule.id, codes.ESCALATED, inputs={"value": rule.name, "manual": True}), derived=made)

    def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
        end = stop(row) if stop is not None else None
        if end is not None and end <= ctx.today:
            return None
        if check is not None and (outcome := check(row)) is not None:
            return outcome if outcome.status is not None and outcome.status.code == codes.PENDING else None
        if manual is not None and manual.fn(row) is True:
            return by_hand if end is None else _until(by_hand, end)
        truth = suggest.fn(row) if suggest is not None else False
        if truth is True and row.unread and (waiting := unread(row)) is not None:
            return waiting
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
    unread = unreadable(env, rule, rule.start, rule.stop, *(step.issued for step in rule.steps))

    def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
        if row.unread and (waiting := unread(row)) is not None:
            return (check(row) if check is not None else None) or waiting
        first, end = start(row), stop(row)
        if first is None:
            return not_started
        if check is not None and (outcome := check(row)) is not None:
            return outcome
        if first > ctx.today:
            return Outcome(Status(rule.id, codes.NOT_STARTED, None, None, first))
        over = end is not None and end <= ctx.today
        days = [get(row) for get in issued]
        if end is not None and end < first and not any(day is not None and day <= ctx.today for day in days):
            return not_started  # done in time: no order was ever in force
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
    status = Status(rule.id, codes.ESCALATED, rung.deadline, None, change, inputs)
    return Outcome(status, (), flags, rule.derived(step.name))
