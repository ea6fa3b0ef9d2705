"""What shared rules look at: rows of all tables, submissions, roster, extensions, frozen values; and typed rows.

Rows are `TypedRow`s, the same that record rules judge, so that values derived there can be used here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from validators.expression_types import PARENT
from validators.findings import Finding
from validators.grants import Grants
from validators.owner import Owners, owners
from validators.rows import Record
from validators.rules.context import Ctx, TypedRow
from validators.scheme.tables import Table
from validators.status import Flag, Status
from validators.values import DATE_TYPES, LIST_TYPES, NUMBER_TYPES, last_day, split_list

if TYPE_CHECKING:
    from validators.scheme.models import Scheme

SHANGHAI = timezone(timedelta(hours=8))
_NOBODY: Owners = {}


# typed values ----------------------------------------------------------------


_TEXT, _NUMBER, _DATE, _PLAN, _LIST = range(1, 6)
_DATED = frozenset({_DATE, _PLAN})
_kinds: dict[int, tuple[Table, frozenset[str], tuple[tuple[str, int], ...]]] = {}


def _kinds_of(table: Table) -> tuple[frozenset[str], tuple[tuple[str, int], ...]]:
    """Names of the fields, and those whose value is more than its text with its kind; worked out once per table."""
    found = _kinds.get(id(table))
    if found is None or found[0] is not table:
        if len(_kinds) > 500:
            _kinds.clear()
        kinds = [(item.name, _kind(item.type)) for item in table.fields]
        typed = tuple((name, kind) for name, kind in kinds if kind != _TEXT)
        found = _kinds[id(table)] = (table, frozenset(name for name, _ in kinds), typed)
    return found[1:]


def _kind(field_type: str) -> int:
    if field_type in DATE_TYPES:
        return _PLAN if field_type == "date_plan" else _DATE
    if field_type in NUMBER_TYPES or field_type == "year":
        return _NUMBER
    return _LIST if field_type in LIST_TYPES else _TEXT


def typed_row(table: Table, values: Mapping[str, str]) -> dict[str, Any]:
    """Canonical texts → Decimal, date, str or list of str by field name; blank and unknown fields are left out.

    A date written as a month or a year is its last day, and `<name>@` tells its precision ("month", "year").
    """
    row: dict[str, Any] = {}
    _fill(row, table, values)
    return row


def _fill(row: dict[str, Any], table: Table, values: Mapping[str, str]) -> date:
    """Put typed values on a row that has none yet; the latest of its dates, plans left out (date.min when it has none).

    Most values are texts and go over in one step; only the others are looked at one by one.
    """
    (names, typed), latest = _kinds_of(table), date.min
    if values.keys() <= names and all(values.values()):
        row.update(values)
    else:
        row.update((name, text) for name, text in values.items() if text and name in names)
    for name, kind in typed:
        text = row.get(name)
        if text is None:
            continue
        if kind in _DATED:
            day = row[name] = last_day(text)
            if day > latest and kind == _DATE:
                latest = day
            if len(text) < 10:
                row[name + "@"] = "month" if len(text) == 7 else "year"
        else:
            row[name] = Decimal(text) if kind == _NUMBER else split_list(text)
    return latest


def build_row(table: Table, record: Record, owned: Owners = _NOBODY) -> TypedRow:
    """A record as rules see it, not yet tied to its relatives. `owned`: what rows of each unit say of it."""
    row = TypedRow(record.table, record.id, record.unit, record.values, record.facts)
    row.latest = _fill(row, table, record.values)
    if record.unit in owned:
        row.update(owned[record.unit])
    if record.kept:
        row.cannot_read([name for name in record.kept if not record.values.get(name)])
    return row


# facts -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Submission:
    """A report that came: whose, for which rule and period, and when: the earliest possible time, None where nobody
    knows, which is in time. `nil`: it was declared that there is nothing to report, which is a report (B-29)."""

    rule: str
    unit: str
    period: str
    at: datetime | None
    record: str = ""
    nil: bool = False


@dataclass(frozen=True, slots=True)
class Membership:
    """A unit's time on the roster; None = open."""

    unit: str
    since: date | None = None
    until: date | None = None


@dataclass(slots=True)
class Facts:
    """All that is known to the shared rules on a day. `rows`: table → rows; `updates`: table → (unit, day, row's id) of
    changes.

    `grants`: extensions and exemptions; `frozen`: (rule, unit, period) → value as it stood when the period was closed.
    """

    rows: dict[str, list[TypedRow]] = field(default_factory=dict)
    submissions: list[Submission] = field(default_factory=list)
    roster: list[Membership] = field(default_factory=list)
    updates: dict[str, list[tuple[str, date, str]]] = field(default_factory=dict)
    grants: Grants = field(default_factory=Grants)
    frozen: dict[tuple[str, str, str], str] = field(default_factory=dict)
    begun: date | None = None  # the office took up this work on that day; nothing was owed before
    # what rules found that others take, while nothing puts other values on the rows; a copy has its own
    memo: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(
        cls,
        scheme: Scheme,
        records: Iterable[Record],
        *,
        parents: Mapping[str, str] | None = None,
        submissions: Iterable[Mapping[str, str]] = (),
        roster: Iterable[Mapping[str, str | None]] = (),
        frozen: Iterable[Mapping[str, str]] = (),
        history: Iterable[Mapping[str, str]] = (),
    ) -> Facts:
        """Facts from records and from the plain mappings of `evaluate` (DESIGN §9); units by code, name or alias.

        `parents`: record id → id of its parent; where none is given a child is linked by the parent's name in
        the same unit.
        """
        code = unit_finder(scheme)
        facts = cls(rows=link_rows(scheme, records, parents))
        facts.submissions = [_submission(item, code) for item in submissions]
        facts.roster = [
            Membership(code(item["unit"] or ""), _day(item.get("from")), _day(item.get("to"))) for item in roster
        ]
        facts.frozen = {
            (item["rule"], code(item.get("unit", "")), item.get("period", "")): str(item["value"]) for item in frozen
        }
        facts.updates = _updates(facts.rows, history)
        return facts

    def table(self, name: str) -> Sequence[TypedRow]:
        return self.rows.get(name, ())


def link_rows(
    scheme: Scheme, records: Iterable[Record], parents: Mapping[str, str] | None = None
) -> dict[str, list[TypedRow]]:
    """Records as rows by table, children tied to their parents (`@<table>`) and parents to their children."""
    tables, owned = {table.name: table for table in scheme.tables}, owners(scheme)
    rows: dict[str, list[TypedRow]] = defaultdict(list)
    by_id: dict[str, TypedRow] = {}
    for item in records:
        row = build_row(tables[item.table], item, owned)
        rows[item.table].append(row)
        by_id[item.id] = row
    for table in scheme.tables:
        if table.parent:
            _link(tables[table.parent], table, rows, by_id, parents or {})
    return dict(rows)


def _link(
    owner: Table,
    table: Table,
    rows: Mapping[str, list[TypedRow]],
    by_id: Mapping[str, TypedRow],
    parents: Mapping[str, str],
) -> None:
    names = {
        (row.unit, row.texts.get(owner.name_field, "")): row
        for row in sorted(rows.get(owner.name, ()), key=_id, reverse=True)
    }
    children: dict[str, list[TypedRow]] = defaultdict(list)
    for row in rows.get(table.name, ()):
        given = parents.get(row.id)
        found = by_id.get(given) if given else names.get((row.unit, row.texts.get(table.parent_field, "")))
        if found is not None:
            row[PARENT + owner.name] = found
            children[found.id].append(row)
    for row in rows.get(owner.name, ()):
        row.children = {**row.children, table.name: children.get(row.id, [])}


def _id(row: TypedRow) -> str:
    return row.id


def unit_finder(scheme: Scheme) -> Callable[[str], str]:
    """Code of a unit or department by code, name or alias; an unknown word stays as it is."""
    codes: dict[str, str] = {}
    for unit in scheme.units:
        codes |= dict.fromkeys((*unit.aliases, unit.name, unit.code), unit.code)
    for department in scheme.departments:
        for word in (*department.aliases, department.name, department.code):
            codes.setdefault(word, department.code)
    return lambda word: codes.get(word.strip(), word.strip())


def moment(text: str | float | int | date) -> datetime:
    """A time from POSIX seconds, a datetime or a date text; what has no zone is Shanghai's."""
    if isinstance(text, int | float):
        return datetime.fromtimestamp(text, SHANGHAI)
    if isinstance(text, datetime):
        found = text
    elif isinstance(text, date):
        found = datetime(text.year, text.month, text.day)
    else:
        found = datetime.fromisoformat(text.strip().replace("/", "-"))
    return found.replace(tzinfo=SHANGHAI) if found.tzinfo is None else found.astimezone(SHANGHAI)


def _submission(item: Mapping[str, str], code: Callable[[str], str]) -> Submission:
    period, at = str(item.get("period", "")), moment(item["at"])
    record, nil = item.get("record", item.get("key", "")), bool(item.get("nil"))
    return Submission(item["rule"], code(item.get("unit", "")), period, at, record, nil)


def _day(text: str | None) -> date | None:
    return last_day(text) if text else None


def _updates(
    rows: Mapping[str, list[TypedRow]], history: Iterable[Mapping[str, str]]
) -> dict[str, list[tuple[str, date, str]]]:
    updates: dict[str, list[tuple[str, date, str]]] = defaultdict(list)
    units = {(table, row.id): row.unit for table, items in rows.items() for row in items}
    for item in history:
        table = item.get("table", "")
        unit = units.get((table, item.get("key", "")), item.get("unit", ""))
        updates[table].append((unit, moment(item["at"]).date(), item.get("key", "")))
    for table, items in rows.items():
        for row in items:
            days = [
                *row.facts.get("updates", ()),
                *(row.facts[n] for n in ("first_seen", "updated") if row.facts.get(n)),
            ]
            updates[table] += [(row.unit, moment(day).date(), row.id) for day in days]
    return dict(updates)


# what comes out --------------------------------------------------------------


@dataclass(slots=True)
class Verdict:
    """What shared rules say of one subject.

    kind "record" (key = id), "obligation" (key = rule|unit|period|record), "target" (key = rule|unit|period), "unit"
    (key = code), "participant" (key = code or name of a company or person), "scheme". `unit`, `period` and
    `record` tell which, for those who list them.
    """

    kind: str
    key: str
    table: str = ""
    unit: str = ""
    period: str = ""
    record: str = ""
    name: str = ""  # of a participant, as a person writes it
    statuses: list[Status] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


SharedJudge = Callable[[Facts, Ctx], list[Verdict]]
