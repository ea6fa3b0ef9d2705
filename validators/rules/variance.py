"""`variance`: what was reached against what was planned, promised or due by now (序时进度).

Compared exactly, shown to one decimal. Without a threshold (`at_least: null`) the share is shown and nothing is judged;
without an expectation there is nothing to compare with, and that is said (B-42).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Literal

from pydantic import Field as F
from pydantic import model_validator

from validators.exact import NO_RATIO, as_decimal, plain
from validators.facts import SharedJudge
from validators.findings import Finding
from validators.periods import PeriodKind
from validators.rules import codes
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow, severity_of
from validators.rules.deadlines import applies
from validators.rules.elapsed import unmapped
from validators.rules.measured import days_of
from validators.rules.measures import Measure
from validators.rules.pace import Pace, months_over
from validators.rules.variance_figures import Figures, flags_of, judge_figures, month_end
from validators.rules.variance_units import Gathered
from validators.status import Status, provisional

_ONE_DAY = timedelta(days=1)


class Variance(RuleBase):
    """`actual` against `expected`, or against the share of `goal` that is due by the day of the figures (`pace`).

    With both `expected` and `goal` the expected amount is the project's own plan and points are of the goal. The day of
    the figures is that of `at` (a period or date field), else today. Behind when actual < `at_least` × expected; then
    `below` is said and `flag` is put on the row. `points_into` derives the lead in percentage points (negative: behind),
    `ratio_into` actual over expected in percent — for `bands`, `lights`, `score`; `said_into` the words of `below`, only
    when behind, for rules that ask what follows from it.

    Of whole units: `gather` (and `goals` or `gather_expected`) measure what all their rows come to in each `period`; the
    latest period that has figures is judged, for the unit, department or scheme that the measure names. Of a period that is
    over and of whose figures something is still to come (a report that is not due yet) it is told as 暂计, without a flag.
    """

    kind: Literal["variance"] = "variance"
    actual: str = F("", description="number field or formula: what was reached")
    expected: str = F("", description="number field or formula: what should have been reached by then")
    goal: str = F("", description="number field or formula: the whole plan, of which `pace` says the share due")
    pace: Pace | None = F(None, description="which share of the goal is due by a day")
    at: str = F("", description="field of the row with the period or date of the figures; blank = today")
    gather: Measure | None = F(None, description="instead of actual: measured of many rows")
    gather_expected: Measure | None = F(None, description="instead of expected")
    goals: Measure | None = F(None, description="instead of goal")
    period: PeriodKind | None = F(None, description="kind of period for `gather`")
    closed: bool = F(
        False,
        description="of units: the latest period that is over is judged, from its last day on, not the one that runs",
    )
    blank: Literal["ask", "zero"] = F(
        "ask", description="of units: nothing gathered is not known, or nought (counted rows always are nought)"
    )
    at_least: Decimal | None = F(None, description="smallest share of the expected that is in order; null = shown only")
    below: str = F("落后序时{points}个百分点", description="what is said when behind: {points} {ratio} {pace} {short}")
    flag: str = F("", description="考核标识 when behind, e.g. 产出不及预期")
    points_into: str = F("", description="name of the derived number: percentage points ahead")
    ratio_into: str = F("", description="name of the derived number: percent of the expected")
    said_into: str = F("", description="name of the derived text: what is said when behind")
    measure: str = F("", description="unit of the amounts in explanations, e.g. 万元")

    clocked: ClassVar[bool] = True
    rank: ClassVar[int] = 34

    @model_validator(mode="after")
    def _one_way(self) -> Variance:
        if bool(self.actual) == bool(self.gather):
            raise ValueError("写 actual（本行的数）或 gather（多行合计），二者选一")
        single, many = bool(self.expected or self.goal), bool(self.gather_expected or self.goals)
        if self.actual and (not single or many or self.period):
            raise ValueError("写了 actual 要写 expected（应完成）或 goal（目标），不写 gather_expected、goals、period")
        if self.gather and (not many or single or self.at or self.points_into or self.ratio_into or self.said_into):
            raise ValueError(
                "写了 gather 要写 gather_expected 或 goals，不写 expected、goal、at、points_into、ratio_into、said_into"
            )
        if self.blank == "zero" and self.gather is None:
            raise ValueError("blank: zero（没有行的算0）与 gather 一起写")
        if self.closed and (self.gather is None or self.period is None):
            raise ValueError("closed（看已经过完的一期）与 gather、period 一起写")
        if (self.goal or self.goals) and not (self.expected or self.gather_expected) and self.pace is None:
            raise ValueError("有目标没有应完成数时，要写 pace（序时怎么算）")
        return self

    def reads(self) -> frozenset[str]:
        found = frozenset({self.table} if self.table else ())
        for item in (self.gather, self.gather_expected, self.goals):
            found |= item.tables() if item is not None else frozenset()
        return found

    def uses(self) -> frozenset[str]:
        items = (self.gather, self.gather_expected, self.goals)
        return frozenset(name for item in items if item is not None for name in item.rules())

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared" if self.gather is not None else "record"

    def derives(self) -> tuple[tuple[str, str], ...]:
        found = [(name, "number") for name in (self.points_into, self.ratio_into) if name]
        return tuple(found + ([(self.said_into, "text")] if self.said_into else []))

    def compile(self, env: Env) -> Judge | None:
        if self.gather is not None:
            return None
        for name, kind in self.derives():
            env.derive(self.table, name, kind)
        return _Row(self, env)

    def compile_shared(self, env: Env) -> SharedJudge | None:
        return Gathered(self, env) if self.gather is not None else None

    def told(self, status: Status) -> list[str]:
        """完成54000/120000万元，45.0%，序时50.0%."""
        inputs = status.inputs
        if "done" not in inputs:
            return []
        whole = inputs.get("goal") or inputs.get("expected") or NO_RATIO
        found = [f"完成{inputs['done']}/{whole}{self.measure}"]
        if inputs.get("ratio", NO_RATIO) != NO_RATIO:
            found.append(f"{inputs['ratio']}%")
        if "pace" in inputs:
            found.append(f"序时{inputs['pace']}%")
        if "now" in inputs:
            found.append(f"按期末冻结数，现为{inputs['now']}")
        return [*found, *provisional(status)]


class _Row:
    """One row's own figures, compiled."""

    def __init__(self, rule: Variance, env: Env) -> None:
        self.rule, self.year_from = rule, env.scheme.year_from
        self.check = applies(env, rule, env.condition(rule.when, rule.table))
        texts = {"actual": rule.actual, "expected": rule.expected, "goal": rule.goal}
        self.get = {name: env.getter(text, rule.table, "number") for name, text in texts.items() if text}
        self.asked = [(text, env.expression(text, rule.table, "number").missing) for text in texts.values() if text]
        self.days = _figures_of(env, rule)
        self.share = rule.pace.compile(env, rule.table) if rule.pace is not None else None
        self.titles = {name: env.title(name, rule.table) for _, missing in self.asked for name in missing({})}
        spans = (rule.pace.start, rule.pace.finish) if rule.pace is not None and rule.pace.by == "span" else ()
        self.span = [env.expression(text, rule.table, "date").missing for text in spans]
        self.ends = [(env.title(text, rule.table), env.getter(text, rule.table, "date")) for text in spans]
        self.titles |= {name: env.title(name, rule.table) for missing in self.span for name in missing({})}
        if rule.at:
            self.titles[rule.at] = env.title(rule.at, rule.table)
        self.field = env.name(rule.actual, rule.table)
        self.severity = severity_of(rule)

    def __call__(self, row: TypedRow, ctx: Ctx) -> Outcome | None:
        if self.check is not None and (outcome := self.check(row)) is not None:
            return outcome
        days = self.days(row) if self.days is not None else (ctx.today, ctx.today)
        if days is not None and days[0] > ctx.today:
            return Outcome(next_change=days[0])  # figures of a period that has not begun are a plan, not a report
        day = None if days is None else min(days[1], ctx.today)  # what is carried over is not yet behind
        values = {name: get(row) for name, get in self.get.items()}
        if day is None or None in values.values():
            return self._pending(row, values, day)
        found = self._figures(row, values, day)
        if found is None:
            return self._no_share(row, day)
        runs = self.days is None or (days is not None and ctx.today < days[1])
        return self._outcome(found, self._turn(day) if runs else None)

    def _figures(self, row: TypedRow, values: dict[str, Any], day: date) -> Figures | None:
        actual = Fraction(values["actual"])
        goal = Fraction(values["goal"]) if "goal" in values else None
        if "expected" in values:
            return Figures(actual, Fraction(values["expected"]), goal)
        share = self.share(row, day) if self.share is not None else None
        return None if share is None or goal is None else Figures(actual, goal * share, goal)

    def _outcome(self, found: Figures, change: date | None) -> Outcome:
        rule = self.rule
        status = judge_figures(rule, found, change)
        findings: tuple[Finding, ...] = ()
        if status.code == codes.BEHIND:
            params = {
                "what": [status.inputs["what"]],
                "fields": [self.field] if self.field else [],
                "title": rule.title,
            }
            findings = (Finding("rule.behind", self.severity, rule.table, "", self.field, "", params, rule.id),)
        derived: dict[str, Any] = {}
        points = found.points()
        if rule.points_into and points is not None:
            derived[rule.points_into] = as_decimal(points)
        if rule.ratio_into and found.expected:
            derived[rule.ratio_into] = as_decimal(found.actual / found.expected * 100)
        if rule.said_into and status.code == codes.BEHIND:
            derived[rule.said_into] = status.inputs["what"]
        return Outcome(status, findings, flags_of(rule, status), derived)

    def _pending(self, row: TypedRow, values: dict[str, Any], day: date | None) -> Outcome | None:
        """待补条件 with what is blank; nothing where the row has no figures of this kind at all."""
        if all(value is None for value in values.values()):
            return None
        names = list(dict.fromkeys(name for _, missing in self.asked for name in missing(row)))
        if values.get("actual") is not None and "goal" in values and values["goal"] is None:
            return Outcome(
                Status(
                    self.rule.id, codes.UNSET, inputs={"done": plain(values["actual"]), "measure": self.rule.measure}
                )
            )
        if day is None and self.rule.at:
            names.append(self.rule.at)
        missing = [self.titles.get(name, name) for name in names]
        return Outcome(Status(self.rule.id, codes.PENDING, inputs={"missing": missing, "fields": names}))

    def _no_share(self, row: TypedRow, day: date) -> Outcome:
        """Why it cannot be told how much is due: a hole in the curve, or the days of the span."""
        pace, rule = self.rule.pace, self.rule
        assert pace is not None
        if pace.by == "curve":
            months = months_over(day, self.year_from)
            return unmapped(rule, f"{months}月" if self.year_from == 1 else f"年度第{months}个月")
        blank = [name for missing in self.span for name in missing(row)]
        if blank:
            missing = [self.titles.get(name, name) for name in blank]
            return Outcome(Status(rule.id, codes.PENDING, inputs={"missing": missing, "fields": blank}))
        first, last = (f"{title}({get(row)})" for title, get in self.ends)
        return Outcome(Status(rule.id, codes.BROKEN, inputs={"problem": f"{last}早于{first}"}))

    def _turn(self, today: date) -> date | None:
        """The day on which more is due, where that depends on the day."""
        if self.rule.pace is None or "expected" in self.get:
            return None
        if self.rule.pace.by in ("day", "span"):
            return today + _ONE_DAY
        end = month_end(today)
        return end if end > today else month_end(today + _ONE_DAY)


def _figures_of(env: Env, rule: Variance) -> Callable[[TypedRow], tuple[date, date] | None] | None:
    """The days for which the row's figures stand."""
    if not rule.at:
        return None
    known = env.names(rule.table).get(rule.at)
    is_date = known is None or known[1] == "date"
    return days_of(env, rule.table, rule.at if is_date else "", "" if is_date else rule.at)
