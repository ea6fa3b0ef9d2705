"""cadence: a periodic duty. Who owes it, for which periods, until when, and what counts as done."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field as F
from pydantic import model_validator

from validators.exact import percent
from validators.expression_types import TODAY, UNKNOWN
from validators.expressions import Expression, compile_expression
from validators.facts import Facts, Membership, SharedJudge, Verdict
from validators.grants import Grant
from validators.obligations import (
    LEADS,
    LISTED,
    Arrival,
    Due,
    by_unit,
    exempt,
    judge_duty,
    liable,
    merged,
    told_of_duty,
)
from validators.periods import Period, PeriodKind, parse_period, works
from validators.rhythm import EPOCH, Rhythm
from validators.rules import codes
from validators.rules.anchors import Anchor
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, TypedRow
from validators.rules.due_days import DueDays
from validators.rules.evidence import Arrivals, Evidence
from validators.scheme.base import Model
from validators.status import Status

_HOUR = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")
PERIOD_FIRST, PERIOD_LAST = "期初", "期末"


class DueEvent(Model):
    """Rows that say on which day something happened in a period, e.g. when the statistics network was opened."""

    table: str = F(description="table of the events")
    period: str = F(description="its field that names the period of the duty")
    date: str = F(description="its date field")
    when: str = F("", description="condition on its rows")


class Cadence(RuleBase):
    """A duty once per period.

    Subjects. `subject: unit` – every unit of the scheme; `responsible` – the first of `responsible` (a department);
    `record` – every row of `table` for which `when` holds on the period's last day (names 期初 and 期末 stand for the
    period's days). `coverage: all` with `unit` or `responsible` asks for every such row: 完成率 of the unit, and each
    uncovered row gets `uncovered` as its word. A row of which `when` cannot be told is 待补条件 and not counted.

    Evidence, any of: a submission (rule, unit, period; whoever sent it where one department answers); a row of `evidence`
    whose `evidence_period` is the period or whose `evidence_date` falls into it, for which `evidence_when` holds (with
    both fields the first names the period and the second is the day it came); with `updates`, any change of a row
    of `table` in the period. Rows belong to a subject by parent, or by `evidence_link` naming the subject's row. With
    `evidence_parts` a report is complete when each part has come, one by one or together, and came with the last of them.

    Due: the period's last day, or `due_day` (of the month, or weekday 1–7) of the period `due_offset` later, plus
    `due_n` `due_unit`, rolled by `roll`. With `due_event` that day is the one an event of the period fell on (开网后3日内),
    and nothing is due before it is known. `due_dates` names exceptions: a first period, a holiday.

    With `every` n periods make one, counted from `start` (every 3 days, every second week).
    """

    kind: Literal["cadence"] = "cadence"
    period: PeriodKind = F(description="how often: day, week, ten_days, month, quarter, half, year")
    every: int = F(1, ge=1, le=366, description="so many periods make one: 2 with week = every second week")
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
    evidence_part: str = F("", description="field that names which part of the report the row is, also several")
    evidence_parts: tuple[str, ...] = F((), description="parts that must all come, e.g. [谋划, 签约, 开工, 竣工]")
    bulletin: bool = F(False, description="making the period's bulletin (tianbao bulletin) is the report")
    updates: bool = F(False, description="any change of a row of `table` (or `evidence`) counts as the report")
    nil: str = F(
        "", description="word of the act by which nothing to report is declared, e.g. 本月无变化; '' = no such act"
    )
    due_day: int = F(0, description="day of the month, or weekday 1 to 7; 0 = the period's last day")
    due_offset: int = F(0, description="how many periods later the day is: 1 = next month")
    due_n: int = F(0, description="units added after that day")
    due_unit: Literal["日", "工作日"] = F("日", description="unit of `due_n`")
    roll: Literal["none", "next_workday", "previous_workday"] = F(
        "none", description="where a due day on a day off moves: 顺延 or 遇休息日提前"
    )
    due_days: tuple[int, ...] = F((), description="旬报: days of the month for 上旬, 中旬 and 下旬, e.g. [9, 19, 28]")
    due_dates: dict[str, date] = F({}, description="period → last day in time, where it is another than usual")
    due_event: DueEvent | None = F(None, description="event of the period from which `due_n` is counted")
    due_hour: str = F("", description="hour of the last day from which a report is late, e.g. '15:00'")
    lead: int | None = F(None, description="days of 临期; None = the scheme's leads by period")
    skip_idle: bool = F(True, description="a period without a working day is 免报")
    start: date | None = F(None, description="first day of duty; None = the scheme's effective_from")
    end: date | None = F(None, description="last day of duty; None = the scheme's effective_to")
    keep: int = F(0, description="how many periods back are listed; 0 = what is usual for the period")

    @model_validator(mode="after")
    def _sound(self) -> Cadence:
        if self.due_days and (self.period != "ten_days" or len(self.due_days) != 3 or self.every != 1):
            raise ValueError("due_days 用于旬报（period: ten_days），写三个日子，如 [9, 19, 28]")
        if self.due_event is not None and (self.due_day or self.due_offset or self.due_days):
            raise ValueError("写了 due_event，就只用 due_n、due_unit，不写 due_day、due_days、due_offset")
        if bool(self.evidence_part) != bool(self.evidence_parts):
            raise ValueError("evidence_part（哪一列写明是哪一部分）和 evidence_parts（有哪几部分）成对写")
        if self.due_hour and _HOUR.fullmatch(self.due_hour) is None:
            raise ValueError(f"“{self.due_hour}”不是钟点，写成 '15:00'，要加引号")
        if self.nil and (self.subject == "record" or self.coverage == "all"):
            raise ValueError("nil（零报告）用于一个单位报一次的；每行一报的，在行里设“本月无变化”这样的列")
        for text in self.due_dates:
            if parse_period(text).text != text:
                raise ValueError(f"due_dates 里的“{text}”请写成“{parse_period(text).text}”")
        return self

    def rhythm(self) -> Rhythm:
        """Which periods the duty has."""
        return Rhythm(self.period, self.every, self.start or EPOCH)

    def reads(self) -> frozenset[str]:
        event = self.due_event.table if self.due_event is not None else ""
        return frozenset(name for name in (self.table, self.evidence, event) if name)

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared"

    def compile_shared(self, env: Env) -> SharedJudge:
        return _Judge(self, env)

    def told(self, status: Status) -> list[str]:
        """What is special: about the last day, what came, and why nothing is owed."""
        inputs = status.inputs
        found = [f"应在{self.due_hour}前"] if inputs.get("hour") else []
        if inputs.get("absent"):
            found.append(f"还差{'、'.join(inputs['absent'])}")
        if inputs.get("waits"):
            found.append("等待起算日")
        return [*found, *told_of_duty(inputs, self.nil)]


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
    dues: dict[Any, Due | None] = field(default_factory=dict)
    events: Mapping[str, date] = field(default_factory=dict)  # period → day from which the limit runs


class _Judge:
    """The rule compiled: calling it judges all duties on a day."""

    def __init__(self, rule: Cadence, env: Env) -> None:
        self.rule = rule
        self.rhythm = rule.rhythm()
        self.dues = DueDays(rule, env)
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
        if facts.begun is not None:
            start = max(start or facts.begun, facts.begun)
        keep = self.rule.keep or LISTED[self.rule.period]
        periods = self.rhythm.listed(start, self.end, ctx.today, keep)
        day = _Day(
            facts, ctx, periods, arrivals, self._owing(facts, periods), events=self.dues.events(facts, ctx.today)
        )
        if self.rule.subject == "record":
            return self._by_record(day)
        if self.rule.coverage == "all":
            return self._by_coverage(day)
        return self._by_unit(day)

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        """The next day on which something that is dated ahead will count."""
        days = self.evidence.ahead(facts, ctx.today), self.dues.ahead(facts, ctx.today)
        return min((day for day in days if day is not None), default=None)

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
                    covered = self._of_unit(day, period, owed.unit, tally.get((owed.unit, period.text), []), owes)
                    verdicts.append(self._obligation(owed.unit, period, covered))
        return verdicts

    def _owing(self, facts: Facts, periods: list[Period]) -> dict[str, dict[str, bool | None]]:
        """Which periods the units on a dated roster owe; a unit may leave and come back."""
        found: dict[str, dict[str, bool | None]] = {}
        for unit, members in by_unit(facts.roster).items():
            answers = {p.text: [liable(p, item, self.rule.entry_counts) for item in members] for p in periods}
            found[unit] = {text: _best(given) for text, given in answers.items()}
        return found

    def _of_unit(
        self, day: _Day, period: Period, unit: str, rows: list[tuple[TypedRow, Status]], owes: bool | None
    ) -> Status:
        """The duty of a unit that must cover all its rows."""
        if owes is None:
            return exempt(self.rule.id, period, "entry")
        grant = day.facts.grants.exemption(self.rule.id, unit, period)
        if grant is not None:
            return exempt(self.rule.id, period, "exempted", grant=grant)
        return self._covered(day, period, unit, rows)

    def _covered(self, day: _Day, period: Period, unit: str, rows: list[tuple[TypedRow, Status]]) -> Status:
        owing = [(row, status) for row, status in rows if status.code not in {codes.EXEMPT, codes.PENDING}]
        if not owing:
            return exempt(
                self.rule.id, period, "nothing", period.next().first if day.ctx.today <= period.last else None
            )
        missing = [row.id for row, status in owing if status.code not in {codes.REPORTED, codes.REPORTED_LATE}]
        done = len(owing) - len(missing)
        inputs = {"covered": done, "due": len(owing), "ratio": percent(Decimal(done), Decimal(len(owing)))}
        if missing:
            inputs["missing"] = sorted(missing)[:50]
        mended = [status.inputs["mended"] for _, status in owing if "mended" in status.inputs]
        if mended and not missing:
            inputs["mended"] = max(mended)
        days = [status.done for _, status in owing if status.done is not None]
        own = self._due(day, period, unit)
        if own is None:
            return self._waiting(period, None if missing else max(days, default=None), not missing)
        due = max((own, *(_own_due(status) for _, status in owing)), key=lambda item: item.day)
        return judge_duty(
            self.rule.id,
            period,
            due,
            day.ctx.today,
            arrived=not missing,
            arrival=max(days, default=None),
            after_hour=any(status.inputs.get("hour") for _, status in owing),
            inputs=inputs,
        )

    def _row_statuses(self, day: _Day, row: TypedRow) -> list[tuple[Period, Status]]:
        member = Membership(row.unit, self.since(row), self.until(row))
        answerable = self._answerable(row)
        unit = day.owing.get(answerable, {})
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
            key = (row.id, period.text)
            found.append((period, self._status(day, period, answerable, key, owes and on_roster, row.id)))
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

    def _status(
        self, day: _Day, period: Period, unit: str, key: tuple[str, str], owes: bool | None, record: str = ""
    ) -> Status:
        arrived = key in day.arrivals
        if not arrived and owes is None:
            return exempt(self.rule.id, period, "entry")
        grant = None if arrived else day.facts.grants.exemption(self.rule.id, unit, period)
        if grant is not None:
            return exempt(self.rule.id, period, "exempted", grant=grant)
        due = self._due(day, period, unit, record)
        made = (period.text, due, arrived, *self._about(day, key, due))
        status = day.made.get(made)
        if status is None:
            status = day.made[made] = self._make(day, period, due, key, arrived)
        return status

    def _about(self, day: _Day, key: tuple[str, str], due: Due | None) -> tuple[Any, ...]:
        """Everything of an arrival that its status depends on."""
        arrivals = day.arrivals
        return arrivals.get(key), arrivals.absent.get(key, ()), key in arrivals.nil, self._mended(day, key, due)

    def _mended(self, day: _Day, key: tuple[str, str], due: Due | None) -> date | None:
        """The day after the last one in time on which the report was corrected, if it was."""
        mended = day.arrivals.mended.get(key)
        return mended if mended is not None and due is not None and due.day < mended <= day.ctx.today else None

    def _make(self, day: _Day, period: Period, due: Due | None, key: tuple[str, str], arrived: bool) -> Status:
        arrival, absent, nil, mended = self._about(day, key, due)
        if not arrived and self.rule.skip_idle and not works(period, day.ctx.calendar):
            return exempt(self.rule.id, period, "idle")
        if due is None:
            return self._waiting(period, arrival, arrived)
        inputs: dict[str, Any] = {"absent": list(absent)} if absent and not arrived else {}
        if nil:
            inputs["nil"] = True
        if mended is not None:
            inputs["mended"] = mended.isoformat()
        return judge_duty(
            self.rule.id,
            period,
            due,
            day.ctx.today,
            arrived=arrived,
            arrival=_day(arrival),
            after_hour=arrived and arrival is not None and self.evidence.after_hour(arrival),
            inputs=inputs,
        )

    def _waiting(self, period: Period, arrival: Arrival, arrived: bool) -> Status:
        """The limit has not begun to run: what came is in time, nothing is due."""
        inputs: dict[str, Any] = {"period": period.text, "label": period.label}
        if arrived:
            return Status(self.rule.id, codes.REPORTED, None, _day(arrival), None, inputs)
        return Status(self.rule.id, codes.NOT_DUE, None, None, None, {**inputs, "waits": True})

    def _due(self, day: _Day, period: Period, unit: str, record: str = "") -> Due | None:
        """The last day in time, None while it is not known; an extension is the unit's, or the row's, own."""
        grant = day.facts.grants.extension(self.rule.id, unit, period.text, record)
        key = (period.text, grant)
        if key not in day.dues:
            day.dues[key] = self._last_day(day, period, grant)
        return day.dues[key]

    def _last_day(self, day: _Day, period: Period, grant: Grant | None) -> Due | None:
        found, lead = self.dues.last(period, day.events, day.ctx.calendar), timedelta(days=self.lead)
        usual = found and Due(found.day, found.day - lead, found.provisional)
        if grant is None or grant.until is None or (found is not None and grant.until <= found.day):
            return usual or None
        return Due(grant.until, grant.until - lead, grant=grant, was=found.day if found is not None else None)

    def _obligation(self, unit: str, period: Period, status: Status, row: TypedRow | None = None) -> Verdict:
        record = row.id if row is not None else ""
        key = "|".join((self.rule.id, unit, period.text, record)).rstrip("|")
        return Verdict("obligation", key, "", unit, period.text, record, statuses=[status])

    def _first_known(self, facts: Facts, arrivals: Arrivals) -> date | None:
        """Where nothing says when the duty begins, it begins with the first thing that is known."""
        days = [period.first for _, text in arrivals if (period := self.rhythm.named(text))]
        days += [item.since for item in facts.roster if item.since]
        days += [day for row in facts.table(self.rule.table) if (day := self.since(row)) is not None]
        return min(days, default=None)


def _best(answers: Sequence[bool | None]) -> bool | None:
    """Owed under any membership; else the period of entry under any; else not owed."""
    return True if True in answers else (None if None in answers else False)


def _day(arrival: Arrival) -> date | None:
    """The day of an arrival whose hour may be known."""
    return arrival.date() if isinstance(arrival, datetime) else arrival


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
