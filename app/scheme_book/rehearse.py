"""A changed scheme tried on what is stored, as of a day: who would read another status or flag. Nothing is stored.

Both schemes judge the same records on the same day. Where cells may be read otherwise, all are read again from the raw
cells that are kept beside the values (`reread`); else they are taken as they were accepted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from app.scheme_book.reread import reread
from app.wiring import Office
from sync.judge import judge, link_parents
from sync.parts import Parts
from sync.shared import judge_now
from sync.store.base import StoredRecord
from validators.evaluate import Evaluator
from validators.findings import Finding
from validators.render import field_title, finding_text
from validators.rules import codes
from validators.scheme.models import Scheme
from validators.speak import Speaker, speaker
from validators.status import Status

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
        read = reread(replace(office.parts, scheme=stored), scheme, records)
        self.records, self.findings = read.records, read.findings
        view = _View(office.parts.store, {item.id: item for item in self.records}, set(_gone(stored, names)))
        self.parts: Parts = replace(
            office.parts, scheme=scheme, evaluator=Evaluator(scheme, office.calendar), validators={}, store=view,
            versions=office.parts.versions,
        )  # fmt: skip

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
