"""`variance`: what was reached against what was planned, promised or due by now (序时进度).

Compared exactly, shown to one decimal. Without a threshold (`at_least: null`) the share is shown and nothing is judged;
without an expectation there is nothing to compare with, and that is said (B-42).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Literal, NamedTuple

from pydantic import Field as F
from pydantic import model_validator

from validators.exact import NO_RATIO, as_decimal, enough, plain, rounded
from validators.facts import Facts, SharedJudge, Verdict
from validators.findings import Finding
from validators.obligations import LISTED, listed_periods
from validators.periods import Period, PeriodKind
from validators.rules import codes
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow, severity_of
from validators.rules.deadlines import applies
from validators.rules.elapsed import unmapped
from validators.rules.measures import (
    WHOLE,
    Measure,
    Settled,
    Values,
    days_of,
    earliest,
    is_over,
    period_texts,
    period_verdict,
    still_open,
    subject_names,
    turn_of,
)
from validators.rules.pace import Pace, months_over
from validators.rules.unit_scope import UnitScope
from validators.status import UNSETTLED, Flag, Status, provisional

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
    closed: bool = F(False, description="of units: the latest period that is over is judged, not the one that runs")
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
        return _Gathered(self, env) if self.gather is not None else None

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


@dataclass(frozen=True, slots=True)
class Figures:
    """What is compared: reached, expected by now, and the whole plan where there is one."""

    actual: Fraction
    expected: Fraction
    goal: Fraction | None = None

    def ratio(self) -> Fraction | None:
        """Reached over the whole plan, or over the expected; None over nought (B-54)."""
        whole = self.expected if self.goal is None else self.goal
        return self.actual / whole if whole else None

    def points(self) -> Fraction | None:
        """Percentage points ahead (negative: behind)."""
        whole = self.expected if self.goal is None else self.goal
        return (self.actual - self.expected) / whole * 100 if whole else None

    def behind(self, at_least: Decimal) -> bool:
        return self.actual < Fraction(at_least) * self.expected


def month_end(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1) - _ONE_DAY


def figures_inputs(found: Figures) -> dict[str, Any]:
    """The figures as JSON texts: exact amounts, shares to one decimal."""
    inputs = {"done": plain(as_decimal(found.actual)), "expected": _amount(found.expected)}
    ratio, points = found.ratio(), found.points()
    inputs["ratio"] = NO_RATIO if ratio is None else rounded(ratio * 100)
    if found.goal is not None:
        inputs["goal"] = plain(as_decimal(found.goal))
        if found.goal:
            inputs["pace"] = rounded(found.expected / found.goal * 100)
    if points is not None:
        inputs["points"] = rounded(abs(points))
    inputs["short"] = _amount(max(found.expected - found.actual, Fraction(0)))
    return inputs


def _amount(value: Fraction) -> str:
    return plain(Decimal(rounded(value, 4)))


def judge_figures(rule: Variance, found: Figures, change: date | None, **more: Any) -> Status:
    """measured, on_pace or behind."""
    inputs = {**figures_inputs(found), **more}
    if inputs["ratio"] == NO_RATIO:
        return Status(rule.id, codes.MEASURED, None, None, change, {**inputs, "word": NO_RATIO})
    if rule.at_least is None:
        return Status(rule.id, codes.MEASURED, None, None, change, inputs)
    if not found.behind(rule.at_least):
        return Status(rule.id, codes.ON_PACE, None, None, change, inputs)
    inputs |= _telling(found, rule.at_least)
    return Status(rule.id, codes.BEHIND, None, None, change, {**inputs, "what": rule.below.format_map(_Blank(inputs))})


def _telling(found: Figures, at_least: Decimal) -> dict[str, str]:
    """Figures of who is behind with so many digits that they say so: not 差0.0个百分点, not 50.0% of at least 50 %."""
    more: dict[str, str] = {}
    points, ratio = found.points(), found.ratio()
    if points is not None and points < 0:
        more["points"] = enough(abs(points), lambda shown: shown > 0)
    if ratio is not None and found.goal is None:
        more["ratio"] = enough(ratio * 100, lambda shown: shown < at_least * 100)
    return more


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def _flags(rule: Variance, status: Status) -> tuple[Flag, ...]:
    if status.code != codes.BEHIND or not rule.flag or status.inputs.get(UNSETTLED):
        return ()
    section = f"；依据 {rule.section}" if rule.section else ""
    return (Flag(rule.id, rule.flag, f"{status.inputs['what']}{section}"),)


# rows -----------------------------------------------------------------------------------------------------------------


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
        return Outcome(status, findings, _flags(rule, status), derived)

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


def _seen(measure: Measure) -> Measure:
    """Rows of the period itself: cumulative figures of last month are no report of this month."""
    if not (measure.table and (measure.date or measure.period)):
        return measure
    return measure.model_copy(update={"span": "period", "value": "", "take": "sum", "of": None})


def _figures_of(env: Env, rule: Variance) -> Callable[[TypedRow], tuple[date, date] | None] | None:
    """The days for which the row's figures stand."""
    if not rule.at:
        return None
    known = env.names(rule.table).get(rule.at)
    is_date = known is None or known[1] == "date"
    return days_of(env, rule.table, rule.at if is_date else "", "" if is_date else rule.at)


# units ----------------------------------------------------------------------------------------------------------------


class _Measured(NamedTuple):
    """What was measured of all subjects and periods. `seen`: of what there are figures of the period itself; `open_`: of
    what something is still to come."""

    done: Values
    seen: Values
    expected: Values
    goals: Values
    open_: set[tuple[str, str]]


class _Gathered:
    """Figures of units, departments or the scheme, compiled."""

    def __init__(self, rule: Variance, env: Env) -> None:
        assert rule.gather is not None
        self.rule = rule
        self.env = env
        self.actual = rule.gather.compile(env)
        self.seen = _seen(rule.gather).compile(env)
        self.expected = rule.gather_expected.compile(env) if rule.gather_expected is not None else None
        self.goals = rule.goals.compile(env) if rule.goals is not None else None
        self.share = rule.pace.compile(env, rule.table) if rule.pace is not None else None
        self.names = subject_names(env.scheme)
        self.scope = UnitScope(env, rule.when, periods=rule.period is not None)
        self.nought = rule.blank == "zero" or rule.gather.counted()
        self.start = env.scheme.starts()

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        periods = self._periods(ctx)
        done, seen = self._about(self.actual(facts, ctx, periods), periods), self.seen(facts, ctx, periods)
        expected = self._about(self.expected(facts, ctx, periods), periods) if self.expected is not None else {}
        goals = self._about(self.goals(facts, ctx, periods), periods) if self.goals is not None else {}
        if self.nought:
            done, seen = self._with_noughts(done, seen, {*expected, *goals}, periods, ctx.today)
        open_ = still_open(done) | still_open(expected) | still_open(goals)
        measured = _Measured(done, seen, expected, goals, open_)
        verdicts = []
        for subject in dict.fromkeys(name for name, _ in (*done, *expected, *goals, *sorted(open_))):
            status = self._subject(subject, facts, ctx, periods, measured)
            if status is not None:
                verdicts.append(self._verdict(subject, status))
            if ctx.back is not None:
                verdicts += self._each_period(subject, facts, ctx, periods, measured)
        return verdicts

    def _each_period(
        self, subject: str, facts: Facts, ctx: Ctx, periods: Sequence[Period], measured: _Measured
    ) -> Iterator[Verdict]:
        """The figures of every period, for rules that take them; also that some are still to come."""
        for text in period_texts(periods):
            key = subject, text
            if key in measured.done and key in measured.seen:
                yield period_verdict(
                    self.rule.id, subject, text, self._at(subject, text, facts, ctx, periods, measured)
                )
            elif key in measured.open_:
                status = self._unset(text, "done")
                status.inputs[UNSETTLED] = True
                yield period_verdict(self.rule.id, subject, text, status)

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        """Rows dated ahead will count then."""
        measures = [item for item in (self.actual, self.expected, self.goals) if item is not None]
        turn = turn_of(self.rule, ctx.today, self.env.scheme.year_from)
        return earliest(turn, *(item.ahead(facts, ctx) for item in measures))

    def _with_noughts(
        self, done: Values, seen: Values, keys: set[tuple[str, str]], periods: Sequence[Period], today: date
    ) -> tuple[Values, Values]:
        """With noughts where something was expected and nothing came: of periods that are over, and of one that runs as
        soon as anybody has something in it."""
        told = {text for _, text in seen} | {period.text for period in periods if period.last < today} | {""}
        noughts = dict.fromkeys((key for key in keys if key[1] in told), Fraction(0))
        return Settled({**noughts, **done}, still_open(done)), {**noughts, **seen}

    def _about(self, values: Values, periods: Sequence[Period]) -> Values:
        """Figures of those, and of the periods, that the rule is about."""
        if self.scope.condition is None:
            return values
        known = {period.text: period for period in periods}

        def about(key: tuple[str, str]) -> bool:
            return self.scope(key[0], known.get(key[1]))

        return Settled(
            {key: number for key, number in values.items() if about(key)}, set(filter(about, still_open(values)))
        )

    def _periods(self, ctx: Ctx) -> list[Period]:
        kind = self.rule.period
        if kind is None:
            return []
        year_from = self.env.scheme.year_from
        keep = ctx.keeping(kind, LISTED[kind], year_from)
        return listed_periods(kind, self.start, self.env.scheme.effective_to, ctx.today, keep, year_from)

    def _subject(
        self, subject: str, facts: Facts, ctx: Ctx, periods: Sequence[Period], measured: _Measured
    ) -> Status | None:
        done, seen, goals = measured.done, measured.seen, measured.goals
        texts = period_texts(periods)
        if self.rule.closed:
            texts = [period.text for period in periods if period.last <= ctx.today]
        latest = next((text for text in reversed(texts) if (subject, text) in done and (subject, text) in seen), None)
        if latest is None and not texts:
            return None
        if latest is None:
            return None if not goals.get((subject, texts[-1])) else self._unset(texts[-1], "done")
        return self._at(subject, latest, facts, ctx, periods, measured)

    def _at(
        self, subject: str, latest: str, facts: Facts, ctx: Ctx, periods: Sequence[Period], measured: _Measured
    ) -> Status:
        """What the figures of one period say."""
        done, expected, goals = measured.done, measured.expected, measured.goals
        period = next((item for item in periods if item.text == latest), None)
        day = min(period.last, ctx.today) if period is not None else ctx.today
        goal = goals.get((subject, latest))
        due = expected.get((subject, latest))
        if due is None and goal is not None and self.share is not None:
            share = self.share({}, day)
            due = None if share is None else goal * share
        if due is None:
            return self._unset(latest, "goal", plain(as_decimal(done[subject, latest])))
        actual, more = self._frozen(facts, subject, period, done[subject, latest], ctx)
        if period is not None:
            more |= {"period": period.text, "label": period.label}
            if "frozen" not in more and (subject, latest) in measured.open_ and is_over(self.rule, period, ctx.today):
                more[UNSETTLED] = True
        change = ctx.today + _ONE_DAY if period is None or ctx.today < period.last else None
        return judge_figures(self.rule, Figures(actual, due, goal), change, **more)

    def _frozen(
        self, facts: Facts, subject: str, period: Period | None, done: Fraction, ctx: Ctx
    ) -> tuple[Fraction, dict[str, Any]]:
        """What counts for a closed period is the value frozen then; today's is told beside it."""
        text = facts.frozen.get((self.rule.id, subject, period.text)) if period is not None else None
        if text is None or period is None or ctx.today <= period.last:
            return done, {}
        frozen = Fraction(Decimal(text.partition("/")[0].strip()))
        more: dict[str, Any] = {"frozen": True}
        if frozen != done:
            more["now"] = plain(as_decimal(done))
        return frozen, more

    def _unset(self, period: str, what: str, done: str = "") -> Status:
        if what == "goal":
            return Status(self.rule.id, codes.UNSET, inputs={"period": period, "done": done})
        return Status(self.rule.id, codes.PENDING, inputs={"period": period, "missing": ["完成数"], "fields": []})

    def _verdict(self, subject: str, status: Status) -> Verdict:
        flags = list(_flags(self.rule, status))
        period = str(status.inputs.get("period", ""))
        if subject == WHOLE:
            return Verdict("scheme", self.rule.id, self.rule.table, "", period, statuses=[status], flags=flags)
        kind = "unit" if subject in self.names else "participant"
        unit = subject if subject in self.names else ""
        return Verdict(
            kind,
            subject,
            self.rule.table,
            unit,
            period,
            name=self.names.get(subject, ""),
            statuses=[status],
            flags=flags,
        )
