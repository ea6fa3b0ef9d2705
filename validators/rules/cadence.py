"""cadence: a periodic duty. Who owes it, for which periods, until when, and what counts as done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field as F

from validators.exact import percent
from validators.expression_types import TODAY, UNKNOWN
from validators.expressions import Expression, compile_expression
from validators.facts import Facts, Membership, SharedJudge, Verdict
from validators.obligations import (
    LEADS,
    LISTED,
    Due,
    by_unit,
    exempt,
    judge_duty,
    liable,
    listed_periods,
    merged,
)
from validators.periods import Period, PeriodKind, due_day, try_period, works
from validators.rules import codes
from validators.rules.anchors import Anchor
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, TypedRow
from validators.rules.evidence import Arrivals, Evidence
from validators.status import Status

if TYPE_CHECKING:
    pass

PERIOD_FIRST, PERIOD_LAST = "期初", "期末"


class Cadence(RuleBase):
    """A duty once per period.

    Subjects. `subject: unit` – every unit of the scheme; `responsible` – the first of `responsible` (a department);
    `record` – every row of `table` for which `when` holds on the period's last day (names 期初 and 期末 stand for the
    period's days). `coverage: all` with `unit` or `responsible` asks for every such row: 完成率 of the unit, and each
    uncovered row gets `uncovered` as its word. A row of which `when` cannot be told is 待补条件 and not counted.

    Evidence, any of: a submission (rule, unit, period; whoever sent it where one department answers); a row of `evidence` whose `evidence_period` is the period
    or whose `evidence_date` falls into it, for which `evidence_when` holds; with `updates`, any change of a row
    of `table` in the period. Rows belong to a subject by parent, or by `evidence_link` naming the subject's row.

    Due: the period's last day, or `due_day` (of the month, or weekday 1–7) of the period `due_offset` later, plus
    `due_n` `due_unit`, rolled by `roll`.
    """

    kind: Literal["cadence"] = "cadence"
    period: PeriodKind = F(description="how often: day, week, ten_days, month, quarter, half, year")
    subject: Literal["unit", "record", "responsible"] = F(
        "unit", description="who owes: every unit, every row of `table`, or the first of `responsible`"
    )
    coverage: Literal["one", "all"] = F("one", description="one report for the unit, or one for each row in scope")
    uncovered: str = F("", description="word for a row without evidence when coverage is all, e.g. 本月未核查")
    units: tuple[str, ...] = F((), description="codes of the units that owe; () = all")
    since: Anchor = F("", description="date of a row of `table`: its entry; the period of entry is 免报")
    until: Anchor = F("", description="date of a row of `table`: from the period after it nothing is owed")
    entry_counts: bool = F(False, description="the period of entry is owed too")
    evidence: str = F("", description="table whose rows are the reports")
    evidence_period: str = F("", description="field of `evidence` that names the period")
    evidence_date: str = F("", description="date field of `evidence` that falls into the period")
    evidence_link: str = F("", description="field that names the subject's row; '' = its parent")
    evidence_unit: str = F("", description="field that holds the subject's unit, where names repeat")
    evidence_when: str = F("", description="condition: the row is a report")
    updates: bool = F(False, description="any change of a row of `table` (or `evidence`) counts as the report")
    due_day: int = F(0, description="day of the month, or weekday 1 to 7; 0 = the period's last day")
    due_offset: int = F(0, description="how many periods later the day is: 1 = next month")
    due_n: int = F(0, description="units added after that day")
    due_unit: Literal["日", "工作日"] = F("日", description="unit of `due_n`")
    roll: Literal["none", "next_workday", "previous_workday"] = F(
        "none", description="where a due day on a day off moves: 顺延 or 遇休息日提前"
    )
    lead: int | None = F(None, description="days of 临期; None = the scheme's leads by period")
    skip_idle: bool = F(True, description="a period without a working day is 免报")
    start: date | None = F(None, description="first day of duty; None = the scheme's effective_from")
    end: date | None = F(None, description="last day of duty; None = the scheme's effective_to")
    keep: int = F(0, description="how many periods back are listed; 0 = what is usual for the period")

    def reads(self) -> frozenset[str]:
        return frozenset(name for name in (self.table, self.evidence) if name)

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared"

    def compile_shared(self, env: Env) -> SharedJudge:
        return _Judge(self, env)


@dataclass(frozen=True, slots=True)
class _Owed:
    """One unit or department that answers, and when it is on the roster."""

    unit: str
    members: Sequence[Membership | None]


@dataclass(frozen=True, slots=True)
class _Day:
    """What one judging looks at, and statuses already made: rows share periods and days, so most are alike."""

    facts: Facts
    ctx: Ctx
    periods: list[Period]
    arrivals: Arrivals
    owing: Mapping[str, Mapping[str, bool | None]]  # unit → period → whether the unit owes it (as `liable`)
    made: dict[Any, Status] = field(default_factory=dict)
    dues: dict[Any, Due] = field(default_factory=dict)


class _Judge:
    """The rule compiled: calling it judges all duties on a day."""

    def __init__(self, rule: Cadence, env: Env) -> None:
        self.rule = rule
        self.scheme = env.scheme
        self.when = scope_of(env, rule.when, rule.table)
        self.timely = self.when is not None and bool(self.when.reads & {PERIOD_FIRST, PERIOD_LAST, TODAY})
        self.evidence = Evidence(rule, env)
        leads = env.scheme.conventions.leads
        self.lead = rule.lead if rule.lead is not None else leads.get(rule.period, LEADS[rule.period])
        self.start = rule.start or env.scheme.effective_from
        self.end = rule.end or env.scheme.effective_to
        self.responsible = self.evidence.responsible
        self.since = env.date(rule.since, rule.table) if rule.since else _never
        self.until = env.date(rule.until, rule.table) if rule.until else _never
        self.title = env.title

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        arrivals = self.evidence.arrivals(facts, ctx.today)
        start = self.start or self._first_known(facts, arrivals)
        keep = self.rule.keep or LISTED[self.rule.period]
        periods = listed_periods(self.rule.period, start, self.end, ctx.today, keep)
        day = _Day(facts, ctx, periods, arrivals, self._owing(facts, periods))
        if self.rule.subject == "record":
            return self._by_record(day)
        if self.rule.coverage == "all":
            return self._by_coverage(day)
        return self._by_unit(day)

    # subjects ------------------------------------------------------------------------------------------------

    def _by_unit(self, day: _Day) -> list[Verdict]:
        verdicts = []
        for owed in self._units(day.facts):
            for period in day.periods:
                key = (owed.unit, period.text)
                owes = _best([liable(period, item, self.rule.entry_counts) for item in owed.members])
                if owes is not False:
                    verdicts.append(
                        self._obligation(owed.unit, period, self._status(day, period, owed.unit, key, owes))
                    )
        return verdicts

    def _by_record(self, day: _Day) -> list[Verdict]:
        verdicts = []
        for row in day.facts.table(self.rule.table):
            statuses = self._row_statuses(day, row)
            verdicts += [self._obligation(row.unit, period, status, row) for period, status in statuses]
            summary = merged(self.rule.id, [status for _, status in statuses], self.rule.uncovered)
            if summary is not None:
                verdicts.append(Verdict("record", row.id, row.table, row.unit, statuses=[summary]))
        return verdicts

    def _by_coverage(self, day: _Day) -> list[Verdict]:
        """One duty per unit and period that is done when every row is covered; uncovered rows are told."""
        tally: dict[tuple[str, str], list[tuple[TypedRow, Status]]] = defaultdict(list)
        verdicts = []
        for row in day.facts.table(self.rule.table):
            statuses = self._row_statuses(day, row)
            for period, status in statuses:
                tally[self._answerable(row), period.text].append((row, status))
            summary = merged(self.rule.id, [status for _, status in statuses], self.rule.uncovered)
            if summary is not None:
                verdicts.append(Verdict("record", row.id, row.table, row.unit, statuses=[summary]))
        for owed in self._units(day.facts):
            for period in day.periods:
                owes = day.owing.get(owed.unit, {}).get(period.text, True)
                if owes is not False:
                    rows = tally.get((owed.unit, period.text), [])
                    covered = self._covered(day, period, rows) if owes else exempt(self.rule.id, period, "entry")
                    verdicts.append(self._obligation(owed.unit, period, covered))
        return verdicts

    def _owing(self, facts: Facts, periods: list[Period]) -> dict[str, dict[str, bool | None]]:
        """Which periods the units on a dated roster owe; a unit may leave and come back."""
        found: dict[str, dict[str, bool | None]] = {}
        for unit, members in by_unit(facts.roster).items():
            answers = {p.text: [liable(p, item, self.rule.entry_counts) for item in members] for p in periods}
            found[unit] = {text: _best(given) for text, given in answers.items()}
        return found

    def _covered(self, day: _Day, period: Period, rows: list[tuple[TypedRow, Status]]) -> Status:
        owing = [(row, status) for row, status in rows if status.code not in {codes.EXEMPT, codes.PENDING}]
        if not owing:
            return exempt(
                self.rule.id, period, "nothing", period.next().first if day.ctx.today <= period.last else None
            )
        missing = [row.id for row, status in owing if status.code not in {codes.REPORTED, codes.REPORTED_LATE}]
        done = len(owing) - len(missing)
        inputs = {"covered": done, "due": len(owing), "ratio": percent(Decimal(done), Decimal(len(owing)))}
        if missing:
            inputs["missing"] = missing[:50]
        days = [status.done for _, status in owing if status.done is not None]
        due = max((self._due(day, period), *(_own_due(status) for _, status in owing)), key=lambda item: item.day)
        return judge_duty(
            self.rule.id,
            period,
            due,
            day.ctx.today,
            arrived=not missing,
            arrival=max(days, default=None),
            inputs=inputs,
        )

    def _row_statuses(self, day: _Day, row: TypedRow) -> list[tuple[Period, Status]]:
        member = Membership(row.unit, self.since(row), self.until(row))
        unit = day.owing.get(self._answerable(row), {})
        found = []
        for period in day.periods:
            owes = liable(period, member, self.rule.entry_counts)
            on_roster = unit.get(period.text, True)
            if owes is False or on_roster is False:
                continue
            truth = self._in_scope(row, period, day.ctx)
            if truth is False:
                continue
            if truth is UNKNOWN:
                found.append((period, self._pending(row, period)))
                continue
            found.append((period, self._status(day, period, row.unit, (row.id, period.text), owes and on_roster)))
        return found

    def _in_scope(self, row: TypedRow, period: Period, ctx: Ctx) -> Any:
        """Whether the row is in scope on the period's last day. The period stands in the row while it is asked."""
        if self.when is None:
            return True
        if not self.timely:
            return self.when.fn(row)
        row[PERIOD_FIRST], row[PERIOD_LAST], row[TODAY] = period.first, period.last, ctx.today
        return self.when.fn(row)

    def _pending(self, row: TypedRow, period: Period) -> Status:
        assert self.when is not None
        missing = [name for name in self.when.missing(row) if name not in {PERIOD_FIRST, PERIOD_LAST, TODAY}]
        titles = [self.title(name, self.rule.table) for name in missing]
        inputs = {"period": period.text, "label": period.label, "fields": missing, "missing": titles}
        return Status(self.rule.id, codes.PENDING, None, None, None, inputs)

    def _units(self, facts: Facts) -> list[_Owed]:
        if self.rule.subject == "responsible":
            return [_Owed(self.responsible, (None,))]
        roster = by_unit(facts.roster)
        wanted = self.rule.units
        return [
            _Owed(unit.code, roster.get(unit.code) or [Membership(unit.code, unit.valid_from, unit.valid_to)])
            for unit in self.scheme.units
            if not wanted or unit.code in wanted
        ]

    def _answerable(self, row: TypedRow) -> str:
        return self.responsible if self.rule.subject == "responsible" else row.unit

    # one duty ------------------------------------------------------------------------------------------------

    def _status(self, day: _Day, period: Period, unit: str, key: tuple[str, str], owes: bool | None) -> Status:
        if key in day.arrivals:
            return self._made(day, period, unit, arrived=True, arrival=day.arrivals[key])
        if owes is None:
            return exempt(self.rule.id, period, "entry")
        if day.facts.exemptions and (self.rule.id, unit, period.text) in day.facts.exemptions:
            return exempt(self.rule.id, period, "exempted")
        return self._made(day, period, unit, arrived=False, arrival=None)

    def _made(self, day: _Day, period: Period, unit: str, *, arrived: bool, arrival: date | None) -> Status:
        due = self._due(day, period, unit)
        key = (period.text, due, arrived, arrival)
        status = day.made.get(key)
        if status is None:
            if not arrived and self.rule.skip_idle and not works(period, day.ctx.calendar):
                status = exempt(self.rule.id, period, "idle")
            else:
                status = judge_duty(self.rule.id, period, due, day.ctx.today, arrived=arrived, arrival=arrival)
            day.made[key] = status
        return status

    def _due(self, day: _Day, period: Period, unit: str = "") -> Due:
        """The last day in time; an extension is the unit's own."""
        extended = day.facts.extensions.get((self.rule.id, unit, period.text)) if day.facts.extensions else None
        key = (period.text, extended)
        if key not in day.dues:
            day.dues[key] = self._last_day(day, period, extended)
        return day.dues[key]

    def _last_day(self, day: _Day, period: Period, extended: date | None) -> Due:
        rule = self.rule
        found = due_day(
            period,
            day.ctx.calendar,
            day=rule.due_day,
            offset=rule.due_offset,
            n=rule.due_n,
            unit=rule.due_unit,
            roll=rule.roll,
        )
        last = extended or found.day
        return Due(last, last - timedelta(days=self.lead), found.provisional and extended is None)

    def _obligation(self, unit: str, period: Period, status: Status, row: TypedRow | None = None) -> Verdict:
        record = row.id if row is not None else ""
        key = "|".join((self.rule.id, unit, period.text, record)).rstrip("|")
        return Verdict("obligation", key, "", unit, period.text, record, statuses=[status])

    def _first_known(self, facts: Facts, arrivals: Arrivals) -> date | None:
        """Where nothing says when the duty begins, it begins with the first thing that is known."""
        days = [period.first for _, text in arrivals if (period := try_period(text, self.rule.period))]
        days += [item.since for item in facts.roster if item.since]
        days += [day for row in facts.table(self.rule.table) if (day := self.since(row)) is not None]
        return min(days, default=None)


def _best(answers: Sequence[bool | None]) -> bool | None:
    """Owed under any membership; else the period of entry under any; else not owed."""
    return True if True in answers else (None if None in answers else False)


def _never(cells: Any) -> None:
    """No date."""
    return None


def scope_of(env: Env, text: str, table: str) -> Expression | None:
    """The scope's condition, which may name the period's first and last day."""
    if not text:
        return None
    names = {**env.names(table), PERIOD_FIRST: (PERIOD_FIRST, "date"), PERIOD_LAST: (PERIOD_LAST, "date")}
    return compile_expression(text, names, wanted="bool")


def _own_due(status: Status) -> Due:
    day = status.deadline or date.min
    return Due(day, day)
