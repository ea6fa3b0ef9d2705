"""A changed scheme tried on what is stored, as of a day: who would read another status or flag. Nothing is stored.

Both schemes judge the same records on the same day. Cells of fields whose definition has changed are read again from
the raw cells that are kept beside the values; the rest is taken as it was accepted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from app.wiring import Office
from sync.judge import judge, link_parents
from sync.parts import Parts
from sync.shared import judge_now
from sync.store.base import StoredRecord
from validators.evaluate import Evaluator
from validators.findings import Finding
from validators.render import field_title, finding_text
from validators.rows import RawRow
from validators.rules import codes
from validators.scheme.models import Scheme
from validators.scheme.tables import Field, Table
from validators.speak import Speaker, speaker
from validators.status import Status
from validators.validate import RowValidator

NOTHING = "（没有）"
_SILENT = frozenset({"", codes.NOT_APPLICABLE, codes.NOT_STARTED})
_SUBJECTS = {"scheme": "全部单位", "participant": "企业和人员", "obligation": "填报任务", "target": "目标"}


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that would read differently. `what`: status, deadline, flag, stage, check."""

    what: str
    kind: str  # record, unit, obligation …
    key: str
    name: str
    unit: str
    table: str
    rule: str
    title: str
    old: str
    new: str


@dataclass(slots=True)
class Rehearsal:
    """All moves, and how many subjects were judged."""

    as_of: date
    records: int
    subjects: int
    moves: list[Move] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)  # tables that are gone → their rows


class _View:
    """The store as it is, with the records as the changed scheme reads them."""

    def __init__(self, store: Any, records: Mapping[str, StoredRecord], gone: set[str]) -> None:
        self._store, self._records, self._gone = store, records, gone

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def records(self, scheme: str, **wanted: Any) -> list[StoredRecord]:
        tables = set(wanted.pop("tables", ()))
        found = self._store.records(scheme, **wanted)
        known = [self._records.get(item.id, item) for item in found if item.table not in self._gone]
        return [item for item in known if not tables or item.table in tables]


def rehearse(office: Office, old: Scheme, new: Scheme) -> Rehearsal:
    """Judge everything stored under both schemes as of the office's day, and tell the differences."""
    scheme_id, today = office.scheme.id, office.clock.today()
    records = office.parts.store.records(scheme_id)
    now = _Side(office, old.model_copy(update={"id": scheme_id}), office.scheme, records)
    then = _Side(office, new.model_copy(update={"id": scheme_id}), office.scheme, records)
    done = Rehearsal(today, len(records), 0, left_out=dict(then.left_out))
    before, after = now.told(today), then.told(today)
    done.subjects = len({*before, *after})
    for subject in [*before, *(key for key in after if key not in before)]:
        done.moves += _moves(subject, before.get(subject), after.get(subject), now, then)
    rank = {"status": 0, "flag": 1, "stage": 2, "check": 3, "deadline": 4}
    done.moves.sort(key=lambda item: (rank[item.what], item.rule, item.unit, item.name, item.key))
    return done


@dataclass(slots=True)
class _Told:
    """What is said of one subject."""

    name: str = ""
    unit: str = ""
    table: str = ""
    stage: str = ""
    statuses: dict[str, Status] = field(default_factory=dict)
    flags: set[tuple[str, str]] = field(default_factory=set)
    checks: dict[tuple[str, str], str] = field(default_factory=dict)


class _Side:
    """One scheme over the stored records."""

    def __init__(self, office: Office, scheme: Scheme, stored: Scheme, records: Sequence[StoredRecord]) -> None:
        self.scheme, self.office = scheme, office
        names = {table.name for table in scheme.tables}
        self.left_out: dict[str, int] = defaultdict(int)
        for item in records:
            if item.table not in names:
                self.left_out[_title(stored, item.table)] += 1
        self.say: Speaker = speaker(scheme, office.calendar)
        self.findings: dict[str, list[Finding]] = {}
        self.records = self._reread(stored, [item for item in records if item.table in names])
        view = _View(office.parts.store, {item.id: item for item in self.records}, set(_gone(stored, names)))
        self.parts: Parts = replace(
            office.parts, scheme=scheme, evaluator=Evaluator(scheme, office.calendar), validators={}, store=view,
            versions=office.parts.versions,
        )  # fmt: skip

    def _reread(self, stored: Scheme, records: Sequence[StoredRecord]) -> list[StoredRecord]:
        """Records with the values of changed fields read anew, renamed fields under their new names."""
        by_table: dict[str, list[StoredRecord]] = defaultdict(list)
        for item in records:
            by_table[item.table].append(item)
        found: list[StoredRecord] = []
        for name, items in by_table.items():
            table, was = self.scheme.table(name), stored.table(name)
            names = renamed(was, table)
            fresh = [item for item in table.fields if _differs(stored, was, self.scheme, item, names)]
            found += self._read_table(table, items, names, fresh) if fresh or names else items
        return found

    def _read_table(
        self, table: Table, items: list[StoredRecord], names: Mapping[str, str], fresh: list[Field]
    ) -> list[StoredRecord]:
        """`names`: new name → old name of renamed fields."""
        validator, today = RowValidator(self.scheme, table), self.office.clock.today()
        rows = []
        for item in items:
            cells = tuple(item.cells.get(names.get(part.name, part.name), "") for part in table.fields)
            rows.append(RawRow(table.title, 0, cells))
        wanted = {part.name for part in fresh}
        read: list[Any] = [None] * len(items)
        by_unit: dict[str, list[int]] = defaultdict(list)
        for position, item in enumerate(items):
            by_unit[item.unit].append(position)
        for unit, places in by_unit.items():
            result = validator.validate([rows[p] for p in places], today=today, unit=unit)
            for place, row in zip(places, result.rows, strict=True):
                read[place] = row
        known = {part.name for part in table.fields}
        back = {old: new for new, old in names.items()}
        found = []
        for item, row in zip(items, read, strict=True):
            values = {back.get(name, name): value for name, value in item.values.items()}
            values = {name: value for name, value in values.items() if name in known and name not in wanted}
            values |= {name: value for name, value in row.values.items() if name in wanted}
            kept = tuple(name for name in (back.get(n, n) for n in item.kept) if name in known and name not in wanted)
            self.findings[item.id] = [part for part in row.findings if part.field in wanted]
            found.append(replace(item, values=values, kept=kept, facts=_facts(item.facts, back)))
        return found

    def told(self, today: date) -> dict[tuple[str, str], _Told]:
        """Subject → what is said of it."""
        found: dict[tuple[str, str], _Told] = {}
        books: dict[str, list[StoredRecord]] = defaultdict(list)
        for item in self.records:
            books[item.book].append(item)
        for items in books.values():
            link_parents(self.parts, items)
            family = {item.id: item for item in items}
            for judged in judge(self.parts, items, family, self.findings, today):
                told = found[("record", judged.key)] = self._of_record(family[judged.key])
                told.stage = judged.stage
                self._take(told, judged.statuses, judged.flags, judged.findings)
        for verdict in judge_now(self.parts, self.parts.evaluator.shared_rules())[0]:
            told = found.setdefault((verdict.kind, verdict.key), _Told())
            told.name = told.name or verdict.name or self._subject(verdict.kind, verdict.key, verdict.period)
            told.unit = told.unit or self._unit(verdict.unit)
            self._take(told, verdict.statuses, verdict.flags, verdict.findings)
        return found

    def _take(self, told: _Told, statuses: Iterable[Status], flags: Iterable[Any], findings: Iterable[Finding]) -> None:
        told.statuses |= {item.rule: item for item in statuses}
        told.flags |= {(item.rule, item.flag) for item in flags}
        table = next((item for item in self.scheme.tables if item.name == told.table), None)
        told.checks |= {(item.rule, item.field): finding_text(self.say, table, item) for item in findings}

    def _of_record(self, item: StoredRecord) -> _Told:
        return _Told(item.name or item.id, self._unit(item.unit), item.table)

    def _unit(self, code: str) -> str:
        if not code:
            return ""
        unit = self.scheme.unit(code)
        if unit is not None:
            return unit.name
        heads = (item.name for item in self.scheme.departments if code in (item.code, "commission" * item.commission))
        return next(heads, code)

    def _subject(self, kind: str, key: str, period: str) -> str:
        if kind == "unit":
            return self._unit(key)
        return f"{_SUBJECTS.get(kind, kind)} {period}".strip()


def _moves(subject: tuple[str, str], old: _Told | None, new: _Told | None, now: _Side, then: _Side) -> list[Move]:
    before, after = old or _Told(), new or _Told()
    known = new or old or _Told()
    today = now.office.clock.today()
    table = _title(then.scheme if new else now.scheme, known.table)

    def move(what: str, rule: str, title: str, a: str, b: str) -> Move:
        return Move(what, *subject, known.name, known.unit, table, rule, title, a or NOTHING, b or NOTHING)

    found = []
    for rule in dict.fromkeys([*before.statuses, *after.statuses]):
        a, b = before.statuses.get(rule), after.statuses.get(rule)
        if (a.code if a else "") in _SILENT and (b.code if b else "") in _SILENT:
            continue
        said = [side.say.word(item, today) if item else "" for side, item in ((now, a), (then, b))]
        title = _rule_title(then.scheme, rule) or _rule_title(now.scheme, rule)
        if not a or not b or a.code != b.code or (a.deadline == b.deadline and said[0] != said[1]):
            found.append(move("status", rule, title, _dated(said[0], a), _dated(said[1], b)))
        elif a.deadline != b.deadline:
            found.append(move("deadline", rule, title, _dated(said[0], a), _dated(said[1], b)))
    for rule, flag in sorted(before.flags ^ after.flags):
        there = (rule, flag) in before.flags
        title = _rule_title(now.scheme if there else then.scheme, rule)
        found.append(move("flag", rule, title, flag if there else "", "" if there else flag))
    if before.stage != after.stage:
        found.append(move("stage", "", "当前阶段", before.stage, after.stage))
    for key in dict.fromkeys([*before.checks, *after.checks]):
        a_text, b_text = before.checks.get(key, ""), after.checks.get(key, "")
        if a_text != b_text:
            title = field_title(then.scheme.table(known.table), key[1]) if new and known.table and key[1] else "校验"
            found.append(move("check", key[0], title, a_text, b_text))
    return found


def _dated(word: str, status: Status | None) -> str:
    if status is None or not word:
        return word
    return f"{word}（{status.deadline.isoformat()}）" if status.deadline else word


def _rule_title(scheme: Scheme, rule: str) -> str:
    return next((item.title for item in scheme.rules if item.id == rule), "")


def _title(scheme: Scheme, table: str) -> str:
    return next((item.title for item in scheme.tables if item.name == table), table)


def _gone(stored: Scheme, names: set[str]) -> Iterable[str]:
    return (table.name for table in stored.tables if table.name not in names)


def renamed(was: Table, now: Table) -> dict[str, str]:
    """New name → old name of columns that were given another English name: the same title, or the old one as alias."""
    old = {item.name for item in was.fields}
    new = {item.name for item in now.fields}
    found: dict[str, str] = {}
    for item in now.fields:
        if item.name in old:
            continue
        words = {item.title, *item.aliases}
        matches = [part.name for part in was.fields if part.name not in new and part.title in words]
        if len(matches) == 1 and matches[0] not in found.values():
            found[item.name] = matches[0]
    return found


_READING = ("type", "unit", "required", "choices", "strict", "minimum", "maximum", "pattern", "max_length", "at_most",
            "precision")  # fmt: skip


def _differs(stored: Scheme, was: Table, scheme: Scheme, item: Field, names: Mapping[str, str]) -> bool:
    """Whether the cells of a column would be read differently."""
    old = next((part for part in was.fields if part.name == names.get(item.name, item.name)), None)
    if old is None or any(getattr(old, key) != getattr(item, key) for key in _READING):
        return True
    if item.type == "township" or item.choices == "@units":
        return stored.units != scheme.units
    return bool(item.choices) and stored.choices.get(item.choices) != scheme.choices.get(item.choices)


def _facts(facts: Mapping[str, Any], back: Mapping[str, str]) -> dict[str, Any]:
    """History facts under the new names of renamed fields."""
    if not back:
        return dict(facts)
    return {
        key: {back.get(name, name): part for name, part in value.items()} if isinstance(value, dict) else value
        for key, value in facts.items()
    }
