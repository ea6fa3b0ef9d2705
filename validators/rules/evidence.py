"""What counts as a report that came: submissions, rows of a table, changes of a table; for `cadence`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from validators.expression_types import PARENT
from validators.facts import Facts, Submission, unit_finder
from validators.obligations import Arrival, as_moment, note
from validators.periods import Period
from validators.rules.context import DateGetter, Env, TypedRow
from validators.rules.versions import versions_of
from validators.values import first_day

if TYPE_CHECKING:
    from validators.rules.base import RuleBase
    from validators.rules.cadence import Cadence
    from validators.scheme.tables import Field

COMMISSION = "commission"  # whose book a row of the leading department stands in
Subject = tuple[str, str]  # (unit or row id, period)
_DAY = len("2025-06-30")
_PERIOD_TYPES = frozenset({"period", "week", "ten_days", "half_month", "month", "quarter", "half", "year"})


class Arrivals(dict[Subject, Arrival]):
    """When the reports came. `absent`: parts that are still wanted of reports of which others have come; `nil`: reports
    that there is nothing to report; `mended`: the last day on which something that had been reported was changed."""

    def __init__(self) -> None:
        super().__init__()
        self.absent: dict[Subject, tuple[str, ...]] = {}
        self.nil: set[Subject] = set()
        self.mended: dict[Subject, date] = {}

    @property
    def special(self) -> bool:
        """Whether there is more to any of them than when it came."""
        return bool(self.absent or self.nil or self.mended)


def sent_key(rules: Iterable[RuleBase], rule: RuleBase) -> str:
    """Under what a row's history keeps when it first was what the duty asks for (`sent`): the duty's id, and for a
    version that asks for something else than the oldest one also the day from which that is asked."""
    versions = versions_of(rules, rule.id)
    first = next((item for item in versions if _asked(item) == _asked(rule)), rule)
    return rule.id if first is versions[0] else f"{rule.id}@{first.effective_from}"


def _asked(rule: RuleBase) -> tuple[Any, ...]:
    return tuple(getattr(rule, name, "") for name in ("evidence", "evidence_when", "due_hour"))


class Evidence:
    """The evidence of one cadence rule. Subjects are rows when the duty is about rows, else units."""

    def __init__(self, rule: Cadence, env: Env) -> None:
        self.rule = rule
        self.rhythm = rule.rhythm(env.scheme.year_from)
        self.hour = time.fromisoformat(rule.due_hour.zfill(5)) if rule.due_hour else None
        self.names = env.scheme.table(rule.table).name_field if rule.table else ""
        self.when = env.condition(rule.evidence_when, rule.evidence) if rule.evidence else None
        self.period, self.link, self.unit = (
            env.own(text, rule.evidence) if text and rule.evidence else ""
            for text in (rule.evidence_period, rule.evidence_link, rule.evidence_unit)
        )
        self.day = _day_of(env, rule.evidence_date, rule.evidence) if rule.evidence_date and rule.evidence else None
        if self.period:
            _check_kind(env.scheme.table(rule.evidence).field(self.period), rule.period)
        self.part = env.getter(rule.evidence_part, rule.evidence) if rule.evidence_part else None
        self.by_row = rule.subject == "record" or rule.coverage == "all"
        self.code = unit_finder(env.scheme)
        self.commission = next((item.code for item in env.scheme.departments if item.commission), COMMISSION)
        self.sent = sent_key(env.scheme.rules, rule)
        self.responsible = self.code(rule.responsible[0]) if rule.responsible else ""

    def arrivals(self, facts: Facts, today: date) -> Arrivals:
        """Everything that came until `today`, the earliest where there are several."""
        arrivals = Arrivals()
        for item in facts.submissions:
            if item.rule == self.rule.id and (item.at is None or item.at.date() <= today):
                self._submitted(arrivals, item)
        if self.period or self.day is not None:
            self._rows(facts, today, arrivals)
        if self.rule.updates:
            self._updates(facts, today, arrivals)
        return arrivals

    def _submitted(self, arrivals: Arrivals, item: Submission) -> None:
        period = self.rhythm.named(item.period)
        key = item.record if self.by_row else self.debtor(item.unit), period.text if period else item.period
        at = item.at.replace(tzinfo=None) if item.at is not None else None
        note(arrivals, key, at if at is None or self.hour is not None else at.date())
        if item.nil:
            arrivals.nil.add(key)

    def ahead(self, facts: Facts, today: date) -> date | None:
        """The next day on which something that is dated ahead will have come."""
        days = [item.at.date() for item in facts.submissions if item.rule == self.rule.id and item.at is not None]
        if self.day is not None:
            days += [day for row in facts.table(self.rule.evidence) if (day := self.day(row)) is not None]
        return min((day for day in days if day > today), default=None)

    def after_hour(self, arrival: date) -> bool:
        """Whether a report that came on its last day came too late on it."""
        return self.hour is not None and isinstance(arrival, datetime) and arrival.time() > self.hour

    def _rows(self, facts: Facts, today: date, arrivals: Arrivals) -> None:
        rule = self.rule
        names = _ids_by_name(facts, rule.table, self.names) if self.by_row and self.link else {}
        pieces: dict[Subject, dict[str, Arrival]] = defaultdict(dict)
        counted: dict[Subject, list[Arrival]] = defaultdict(list)
        for row in facts.table(rule.evidence):
            if self.when is not None and self.when.fn(row) is not True:
                continue
            day = self.day(row) if self.day is not None else None
            period = self._period(row, day)
            if period is None or (day is not None and day > today):
                continue
            subject = self._subject(row, names) if self.by_row else self.debtor(self._reporter(row))
            if not subject:
                continue
            key, arrival = (subject, period.text), day or self._written(row, today)
            self._mended(arrivals, key, row)
            if rule.times > 1:
                counted[key].append(arrival)
            elif self.part is None:
                note(arrivals, key, arrival)
            else:
                for part in self._parts(row):
                    note(pieces[key], part, arrival)
        for key, found in pieces.items():
            self._whole(arrivals, key, found)
        for key, days in counted.items():
            self._often(arrivals, key, days)

    def _often(self, arrivals: Arrivals, key: Subject, days: list[Arrival]) -> None:
        """A report that must come several times came with the last of them that was wanted."""
        if len(days) < self.rule.times:
            if key not in arrivals:  # nobody has declared the whole of it
                arrivals.absent[key] = (f"{self.rule.times - len(days)}次",)
            return
        known = sorted((day for day in days if day is not None), key=as_moment)
        unknown = len(days) - len(known)  # in time, and so the first
        note(arrivals, key, known[self.rule.times - unknown - 1] if unknown < self.rule.times else None)

    def _written(self, row: TypedRow, today: date) -> Arrival:
        """When a person can first have written the report, by the earliest end of that time; None when nobody knows or
        it was after today. A row the system opened and nobody had filled in then was no report yet."""
        text, _ = self._first(row)
        if not text:
            return None
        if self.hour is not None and len(text) > _DAY:
            at = datetime.fromisoformat(text)
            return at if at.date() <= today else None
        day = first_day(text[:_DAY])
        return day if day <= today else None

    def _first(self, row: TypedRow) -> tuple[str, str]:
        """Earliest time of the report, and the day of the reading that first had it; "" = not known."""
        own = row.facts.get("sent", {}).get(self.sent)
        if own is not None:
            return own[0], own[1]
        return row.facts.get("filled", ""), row.facts.get("read", "")

    def _mended(self, arrivals: Arrivals, key: Subject, row: TypedRow) -> None:
        """On time first and corrected later keeps both facts: a later change is told beside the arrival."""
        changed, read = row.facts.get("changed", ""), self._first(row)[1]
        made = row.facts.get("altered", changed)  # by the earliest end too: it may be read long after it was made
        if read and changed > read and made:
            arrivals.mended[key] = max(first_day(made), arrivals.mended.get(key, date.min))

    def _period(self, row: TypedRow, day: date | None) -> Period | None:
        """The period the row names; where it names none, the one into which its day falls."""
        named = self.rhythm.named(row.texts.get(self.period)) if self.period else None
        return named if named is not None or day is None else self.rhythm.of(day)

    def _parts(self, row: TypedRow) -> Iterable[str]:
        value = self.part(row) if self.part is not None else None
        return () if value is None else value if isinstance(value, list | tuple) else (str(value),)

    def _whole(self, arrivals: Arrivals, key: Subject, found: Mapping[str, Arrival]) -> None:
        """A report in parts came with the last of them."""
        absent = tuple(part for part in self.rule.evidence_parts if part not in found)
        if absent:
            arrivals.absent[key] = absent
            return
        days = [day for part in self.rule.evidence_parts if (day := found[part]) is not None]
        note(arrivals, key, max(days, default=None))

    def debtor(self, unit: str) -> str:
        """Who has reported: the unit, or the department that answers for the whole, whoever wrote it down. Where
        departments report for themselves, the commission's book, which goes by its role, is that of its department."""
        if self.rule.subject == "responsible":
            return self.responsible
        return self.commission if unit == COMMISSION and self.rule.subject == "departments" else unit

    def _reporter(self, row: TypedRow) -> str:
        """Whose report the row is: of whom it names, else of whose book it stands in."""
        return self.code(row.texts.get(self.unit, "")) if self.unit else row.unit

    def _subject(self, row: TypedRow, names: Mapping[tuple[str, str], str]) -> str:
        """Id of the row the evidence speaks of."""
        if row.table == self.rule.table:
            return row.id
        if self.link:
            name = row.texts.get(self.link, "")
            unit = self.code(row.texts.get(self.unit, "")) or row.unit
            return names.get((unit, name)) or names.get(("", name), "")
        parent = row.get(PARENT + self.rule.table)
        return parent.id if parent is not None else ""

    def _updates(self, facts: Facts, today: date, arrivals: Arrivals) -> None:
        """Changes of rows: of any row of the unit, or of the very row that owes."""
        table = self.rule.evidence or self.rule.table
        subjects: dict[str, str] = {}
        if self.by_row:
            names = _ids_by_name(facts, self.rule.table, self.names) if self.link else {}
            subjects = {row.id: self._subject(row, names) for row in facts.table(table)}
        for unit, day, row_id in facts.updates.get(table, ()):
            subject = subjects.get(row_id, "") if self.by_row else self.debtor(unit)
            if day <= today and (subject or not self.by_row):
                note(arrivals, (subject, self.rhythm.of(day).text), day)


def _day_of(env: Env, text: str, table: str) -> DateGetter:
    """The day of a report, of a field or by a formula; one that lies ahead is told too: the report has not come yet."""
    with env.counting(False):
        return env.getter(text, table, "date")


def _check_kind(field: Field, kind: str) -> None:
    """ValueError where what a column holds can never name a period of the duty's kind."""
    if field.type in _PERIOD_TYPES and field.type != kind:
        wanted = "写成 type: text，加 pattern" if kind == "day" else f"应是 type: {kind}"
        raise ValueError(
            f"“{field.title}”这一列是 type: {field.type}，对不上每期（{kind}）的报告；{wanted}，或改用 evidence_date"
        )


def _ids_by_name(facts: Facts, table: str, field: str) -> dict[tuple[str, str], str]:
    """(unit, name) → id of the table's rows; also ("", name) where the name stands in one unit only."""
    found: dict[tuple[str, str], str] = {}
    seen: dict[str, int] = {}
    standing = {(row.unit, row.texts.get(field, "")) for row in facts.table(table) if not row.gone}
    for row in facts.table(table):
        name = row.texts.get(field, "")
        if name and not (row.gone and (row.unit, name) in standing):
            seen[name] = seen.get(name, 0) + 1
            found[row.unit, name] = min(row.id, found.get((row.unit, name), row.id))
            found["", name] = row.id
    return {key: value for key, value in found.items() if key[0] or seen[key[1]] == 1}
