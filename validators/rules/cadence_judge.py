"""`cadence` at work: all duties of one rule on a day — of units, of rows, of units that must cover their rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from validators.exact import percent
from validators.expression_types import UNKNOWN
from validators.facts import Facts, Membership, Verdict, unit_finder
from validators.grants import Grant
from validators.obligations import LEADS, LISTED, Arrival, Due, by_unit, exempt, judge_duty, liable, merged
from validators.periods import Period, works
from validators.rules import codes
from validators.rules.cadence_scope import Scope
from validators.rules.context import Ctx, Env, TypedRow
from validators.rules.due_days import DueDays
from validators.rules.ended import gone, is_over
from validators.rules.evidence import Arrivals, Evidence
from validators.rules.subjects import named_units
from validators.rules.unseen import amongs, unseen_of
from validators.status import Status

if TYPE_CHECKING:
    from validators.rules.cadence import Cadence
    from validators.scheme.models import Scheme


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
    granted: bool = False  # whether anything was granted to anybody
    special: bool = False  # whether there is more to any arrival than when it came


class CadenceJudge:
    """The rule compiled: calling it judges all duties on a day."""

    def __init__(self, rule: Cadence, env: Env) -> None:
        self.rule = rule
        self.rhythm = rule.rhythm(env.scheme.year_from)
        self.dues = DueDays(rule, env)
        self.scheme = env.scheme
        self.scope = Scope(env, rule, whole=self._whole)
        self.evidence = Evidence(rule, env)
        leads = env.scheme.conventions.leads
        self.lead = rule.lead if rule.lead is not None else leads.get(rule.period, LEADS[rule.period])
        self.start = rule.start or env.scheme.effective_from
        self.end = rule.end or env.scheme.effective_to
        self.responsible = self.evidence.responsible
        self.units = named_units(env.scheme, rule.units) if rule.units else None  # None: every unit
        self.departments = _departments(env.scheme, rule)
        self.since = env.date(rule.since, rule.table) if rule.since else _never
        self.until = env.date(rule.until, rule.table) if rule.until else _never
        self.bounds = env.reads((rule.since, rule.until), rule.table)
        self.unseen = unseen_of(env, *amongs((rule.since, rule.until)))
        self.tables = {item.name: item for item in env.scheme.tables}

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        arrivals = self.evidence.arrivals(facts, ctx.today)
        start = self.start or self._first_known(facts, arrivals)
        if facts.begun is not None:
            start = max(start or facts.begun, facts.begun)
        keep = ctx.keeping(self.rule.period, self.rule.keep or LISTED[self.rule.period], self.scheme.year_from)
        periods = self.rhythm.listed(start, self.end, ctx.today, keep)
        day = _Day(
            facts,
            ctx,
            periods,
            arrivals,
            self._owing(facts, periods),
            events=self.dues.events(facts, ctx.today),
            granted=bool(facts.grants),
            special=arrivals.special,
        )
        if self.rule.subject == "record":
            return self._by_record(day)
        if self.rule.coverage == "all":
            return self._by_coverage(day)
        return self._by_unit(day)

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        """The next day on which something that is dated ahead will count."""
        days = [self.evidence.ahead(facts, ctx.today), self.dues.ahead(facts, ctx.today)]
        if not self._whole:
            days += [self.scope.ahead(row, ctx.today) for row in facts.table(self.rule.table)]
        return min((day for day in days if day is not None), default=None)

    @property
    def _whole(self) -> bool:
        """Whether the duty is that of a unit, whatever rows it has."""
        return self.rule.subject != "record" and self.rule.coverage == "one"

    # subjects ------------------------------------------------------------------------------------------------

    def _by_unit(self, day: _Day) -> list[Verdict]:
        verdicts = []
        periods = [period for period in day.periods if self.scope.wanted(period, day.ctx)]
        for owed in self._units(day.facts):
            for period in periods:
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
            verdicts += self._summary(row, [status for _, status in statuses])
        return verdicts

    def _summary(self, row: TypedRow, statuses: list[Status]) -> list[Verdict]:
        """What the row is told: what it still owes; else that a blank leaves open whether it owes anything."""
        summary = merged(self.rule.id, statuses, self.rule.uncovered)
        if summary is None:
            summary = next((item for item in reversed(statuses) if item.code == codes.PENDING), None)
        return [Verdict("record", row.id, row.table, row.unit, statuses=[summary])] if summary is not None else []

    def _by_coverage(self, day: _Day) -> list[Verdict]:
        """One duty per unit and period that is done when every row is covered; uncovered rows are told."""
        tally: dict[tuple[str, str], list[tuple[TypedRow, Status]]] = defaultdict(list)
        verdicts = []
        for row in day.facts.table(self.rule.table):
            statuses = self._row_statuses(day, row)
            for period, status in statuses:
                tally[self._answerable(row), period.text].append((row, status))
            verdicts += self._summary(row, [status for _, status in statuses])
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
        pending = [status for _, status in rows if status.code == codes.PENDING]
        if not owing and pending:  # whether anything is owed, a blank leaves open: that is no leave
            return Status(self.rule.id, codes.PENDING, None, None, None, {**pending[0].inputs, "pending": len(pending)})
        if not owing:
            return exempt(
                self.rule.id, period, "nothing", period.next().first if day.ctx.today <= period.last else None
            )
        missing = [row.id for row, status in owing if status.code not in {codes.REPORTED, codes.REPORTED_LATE}]
        done = len(owing) - len(missing)
        inputs: dict[str, Any] = {"covered": done, "due": len(owing)}
        inputs["ratio"] = percent(Decimal(done), Decimal(len(owing)))
        if pending:
            inputs["pending"] = len(pending)
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
        unread = self._unread(row)
        entered = not self.rule.since or member.since is not None or bool(unread)
        over = gone(self.tables, self.tables[row.table], row)
        answerable = self._answerable(row)
        unit = day.owing.get(answerable, {})
        found = []
        for period in day.periods:
            owes = liable(period, member, self.rule.entry_counts)
            on_roster = unit.get(period.text, True)
            if owes is False or on_roster is False or is_over(over, period.last):
                continue
            truth, cells = self.scope.holds(row, period, day.ctx)
            if truth is False:
                continue
            if truth is UNKNOWN and owes is None:
                continue  # the period of entry is not owed in any case
            if not entered and (truth is True or self.bounds.isdisjoint(self.scope.missing(cells))):
                continue  # nothing is owed before the entry, unless the condition itself asks for its day
            if truth is UNKNOWN:
                pending = day.ctx.settle(row, self.scope.pending(cells, period))
                if pending.code == codes.PENDING:  # else the value it waits for cannot be there: nothing is owed
                    found.append((period, pending))
                continue
            key = (row.id, period.text)
            if unread and key not in day.arrivals:
                found.append((period, self.scope.lacking(unread, period)))
                continue
            found.append((period, self._status(day, period, answerable, key, owes and on_roster, row.id)))
        return found

    def _unread(self, row: TypedRow) -> list[str]:
        """Cells that nobody could read and that would say from when, or until when, the row owes anything."""
        own = sorted(self.bounds & row.unread) if row.unread else []
        return own + (self.unseen(row) if self.unseen is not None else [])

    def _units(self, facts: Facts) -> list[_Owed]:
        if self.rule.subject == "responsible":
            return [_Owed(self.responsible, (None,))]
        if self.rule.subject == "departments":
            return [_Owed(code, (None,)) for code in self.departments]
        roster = by_unit(facts.roster)
        wanted = self.units
        return [
            _Owed(unit.code, roster.get(unit.code) or [Membership(unit.code, unit.valid_from, unit.valid_to)])
            for unit in self.scheme.units
            if wanted is None or unit.code in wanted
        ]

    def _answerable(self, row: TypedRow) -> str:
        return self.evidence.debtor(row.unit)

    # one duty ------------------------------------------------------------------------------------------------

    def _status(
        self, day: _Day, period: Period, unit: str, key: tuple[str, str], owes: bool | None, record: str = ""
    ) -> Status:
        """`owes` None: the period in which the unit or the row came in. Who owes nothing is never late: a report in time is
        one, a later one changes nothing; and of rows that make up a coverage it is not counted (B-52)."""
        arrivals = day.arrivals
        arrived = key in arrivals
        free = exempt(self.rule.id, period, "entry") if owes is None else None
        if free is None and day.granted:
            grant = day.facts.grants.exemption(self.rule.id, unit, period)
            free = exempt(self.rule.id, period, "exempted", grant=grant) if grant is not None else None
        covers = bool(record) and self.rule.coverage == "all" and self.rule.subject != "record"
        if free is not None and (not arrived or (owes is None and covers)):
            return free
        due = self._due(day, period, unit, record)
        special = self._special(day, key, due) if day.special else ()
        made = (period.text, due, arrived, arrivals.get(key), special)
        status = day.made.get(made)
        if status is None:
            status = day.made[made] = self._make(day, period, due, key, arrived)
        return free if free is not None and status.code == codes.REPORTED_LATE else status

    def _special(self, day: _Day, key: tuple[str, str], due: Due | None) -> tuple[Any, ...]:
        """What else of an arrival its status depends on: parts that are wanted, a nil report, a correction."""
        arrivals = day.arrivals
        return arrivals.absent.get(key, ()), key in arrivals.nil, self._mended(day, key, due)

    def _mended(self, day: _Day, key: tuple[str, str], due: Due | None) -> date | None:
        """The day after the last one in time on which the report was corrected, if it was."""
        mended = day.arrivals.mended.get(key)
        return mended if mended is not None and due is not None and due.day < mended <= day.ctx.today else None

    def _make(self, day: _Day, period: Period, due: Due | None, key: tuple[str, str], arrived: bool) -> Status:
        arrival, (absent, nil, mended) = day.arrivals.get(key), self._special(day, key, due)
        idle = self.rule.skip_idle and not works(period, day.ctx.calendar)
        if idle and not arrived:
            return exempt(self.rule.id, period, "idle")
        if due is None:
            return self._waiting(period, arrival, arrived)
        inputs: dict[str, Any] = {"absent": list(absent)} if absent and not arrived else {}
        if nil:
            inputs["nil"] = True
        if mended is not None:
            inputs["mended"] = mended.isoformat()
        status = judge_duty(
            self.rule.id,
            period,
            due,
            day.ctx.today,
            arrived=arrived,
            arrival=_day(arrival),
            after_hour=arrived and arrival is not None and self.evidence.after_hour(arrival),
            inputs=inputs,
        )
        return exempt(self.rule.id, period, "idle") if idle and status.code == codes.REPORTED_LATE else status

    def _waiting(self, period: Period, arrival: Arrival, arrived: bool) -> Status:
        """The limit has not begun to run: what came is in time, nothing is due."""
        inputs: dict[str, Any] = {"period": period.text, "label": period.label}
        if arrived:
            return Status(self.rule.id, codes.REPORTED, None, _day(arrival), None, inputs)
        return Status(self.rule.id, codes.NOT_DUE, None, None, None, {**inputs, "waits": True})

    def _due(self, day: _Day, period: Period, unit: str, record: str = "") -> Due | None:
        """The last day in time, None while it is not known; an extension is the unit's, or the row's, own."""
        grant = day.facts.grants.extension(self.rule.id, unit, period.text, record) if day.granted else None
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


def _departments(scheme: Scheme, rule: Cadence) -> list[str]:
    """Codes of the departments that owe, each once; a word for several stands for all of them."""
    code = unit_finder(scheme)
    groups: dict[str, list[str]] = defaultdict(list)
    for item in scheme.departments:
        groups[item.group].append(item.code)
    words = rule.departments or rule.responsible
    return list(dict.fromkeys(one for word in words for one in (groups.get(word.strip()) or [code(word)])))


def _best(answers: Sequence[bool | None]) -> bool | None:
    """Owed under any membership; else the period of entry under any; else not owed."""
    return True if True in answers else (None if None in answers else False)


def _day(arrival: Arrival) -> date | None:
    """The day of an arrival whose hour may be known."""
    return arrival.date() if isinstance(arrival, datetime) else arrival


def _never(cells: Any) -> None:
    """No date."""
    return None


def _own_due(status: Status) -> Due:
    day = status.deadline or date.min
    return Due(day, day)
