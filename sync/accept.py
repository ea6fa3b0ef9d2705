"""Matched rows → records, revisions and decisions: what a run would change, as values.

One bad cell costs that cell (L8): its last accepted value stays in the record, marked as kept (L3).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from sync.book import TabSnapshot
from sync.clock import local
from sync.keys import key_maker, normal
from sync.looks import last_seen_without
from sync.matching import Notice, Pair
from sync.parts import PARSER_VERSION, Parts
from sync.shuffled import Moves, find_moves
from sync.store.base import BookState, Decision, RecordState, Revision, Run, StoredRecord
from sync.store.fresh import Fresh
from validators.findings import Finding
from validators.history import fold
from validators.rows import RawRow
from validators.scheme.tables import Table
from validators.validate import ValidRow

if TYPE_CHECKING:
    from sync.collect import Reading


@dataclass(slots=True)
class Acceptance:
    """`ids`: (table, row number) → record id for all rows of the book; `findings`: record id → of its cells."""

    upserts: list[StoredRecord] = field(default_factory=list)
    states: list[tuple[str, RecordState]] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    gone: list[StoredRecord] = field(default_factory=list)
    ids: dict[tuple[str, int], str] = field(default_factory=dict)
    findings: dict[str, list[Finding]] = field(default_factory=dict)
    fresh: bool = False  # nothing of this book was known before
    counts: dict[str, int] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)  # records that belong to another parent now
    moves: dict[str, Moves] = field(default_factory=dict)  # table → contents that changed places in some columns
    live: dict[str, StoredRecord] = field(default_factory=dict)  # all live records of the book as they will be
    since: datetime | None = None  # the last reading without these values: they may be as old as that (law L6)


def accept_rows(parts: Parts, book: BookState, reading: Reading, run: Run) -> Acceptance:
    """Validate the changed rows of all tables, parents before children."""
    result = Acceptance(fresh=not book.last_ok)
    run.counts["_after"] = int(last_seen_without(parts, book, reading.snapshot.file_time))
    result.since = _last_read(parts, run.counts["_after"])
    force = book.rows_under != parts.versions
    names = own_names(parts, book, reading)
    if names != book.layout.get("own_names", {}):
        force_children = {t.name for t in parts.scheme.tables if t.parent}
    else:
        force_children = set()
    remeasured = _remeasured(book, reading)
    for table, tab, matching in sorted(reading.tabs, key=lambda item: bool(item[0].parent)):
        anew = force or table.name in force_children or table.name in remeasured
        late = reading.late.get(table.name, set())
        changed = [p for p in matching.pairs if _is_changed(p, anew) and p.row.row not in late]
        _accept_table(parts, book, table, tab, changed, names, result)
        for pair in matching.pairs:
            if pair.known is not None or pair.row.row in late:
                result.ids[table.name, pair.row.row] = pair.known.id if pair.known is not None else ""
        _missing(parts, table, [item.id for item in matching.missing], result)
        result.decisions += _asked(parts, book, table, matching.notices, result)
        result.counts["rows"] = result.counts.get("rows", 0) + len(matching.pairs)
        result.counts["validated"] = result.counts.get("validated", 0) + len(changed)
    return result


def _last_read(parts: Parts, at: float) -> datetime | None:
    """When the book was last seen without what it says now; None before the first reading, and where today is named to
    be earlier."""
    seen = local(at) if at else None
    return seen if seen is not None and seen.date() <= parts.clock.today() else None


def _remeasured(book: BookState, reading: Reading) -> set[str]:
    """Tables in which the same cells now mean something else: a header names another unit than before, or there is a
    column where there was none, whose blanks now count."""
    before = {tab["table"]: tab for tab in book.layout.get("tabs", ()) if "units" in tab}
    found = set()
    for table, tab, _ in reading.tabs:
        if (old := before.get(table.name)) and (
            old["units"] != tab.units or tab.columns.keys() - old.get("columns", tab.columns).keys()
        ):
            found.add(table.name)
    return found


def _is_changed(pair: Pair, force: bool) -> bool:
    return force or pair.known is None or pair.known.digest != pair.digest or pair.known.state != "live"


def own_names(parts: Parts, book: BookState, reading: Reading) -> dict[str, list[str]]:
    """Names of the unit's own records per table, as they stand now: what drop-downs of child tables offer."""
    names: dict[str, list[str]] = {}
    for table, _, matching in reading.tabs:
        if table.name_field and any(t.parent == table.name for t in parts.scheme.tables):
            index = table.index(table.name_field)
            names[table.name] = sorted({p.row.cells[index] for p in matching.pairs if p.row.cells[index]})
    return names


def _accept_table(
    parts: Parts,
    book: BookState,
    table: Table,
    tab: TabSnapshot,
    changed: list[Pair],
    own: dict[str, list[str]],
    result: Acceptance,
) -> None:
    if not changed:
        return
    now = parts.clock.now()
    old = _old_records(parts, changed)
    result.moves[table.name] = find_moves(table, _edited(changed, old))
    validated = _validated(parts, book, table, tab, changed, old, own)
    numbers = iter(parts.store.next_record_numbers(parts.scheme.id, sum(p.known is None for p in changed)))
    keys_of, names = key_maker(table), [item.name for item in table.fields]
    for pair, row in zip(changed, validated, strict=True):
        before = old.get(pair.known.id) if pair.known else None
        same = before is not None and before.state == "live" and before.digest == pair.digest
        record_id = pair.known.id if pair.known else f"P{next(numbers):06d}"
        values = dict(row.values)
        last = before.values if before is not None else {}
        values |= {name: last[name] for name in row.unread if name in last}
        record = StoredRecord(
            record_id, table.name, book.unit, pair.digest, _cells(names, pair.row), values,
            keys=keys_of(pair.row), kept=row.unread, scheme_version=parts.scheme.version, parser_version=PARSER_VERSION,
            first_seen=before.first_seen if before else now, book=book.id,
            changed_at=before.changed_at if same and before else now,
            name=values.get(table.name_field, "") if table.name_field else "",
        )  # fmt: skip
        _add(parts, table, record, before, pair.row, row.findings, result)


def _validated(
    parts: Parts,
    book: BookState,
    table: Table,
    tab: TabSnapshot,
    changed: list[Pair],
    old: dict[str, StoredRecord],
    own: dict[str, list[str]],
) -> list[ValidRow]:
    """The rows as understood. A row read anew for another reason than its content keeps the day on which it was
    filled in, so that `3月底` stays in the year it meant."""
    by_day: dict[date, list[int]] = defaultdict(list)
    for index, pair in enumerate(changed):
        before = old.get(pair.known.id) if pair.known else None
        same = before is not None and before.digest == pair.digest
        by_day[_filled_on(parts, before.changed_at if same and before else 0.0)].append(index)
    rows: dict[int, ValidRow] = {}
    for day, indexes in by_day.items():
        found = parts.validators[table.name].validate(
            [changed[index].row for index in indexes], today=day, own=own, unit=book.unit, units=tab.units
        )
        rows.update(zip(indexes, found.rows, strict=True))
    return [rows[index] for index in range(len(changed))]


def _filled_on(parts: Parts, at: float) -> date:
    """The day of filling: when the content was first seen, today for new content."""
    today = parts.clock.today()
    return min(local(at).date(), today) if at else today


def _add(
    parts: Parts,
    table: Table,
    record: StoredRecord,
    before: StoredRecord | None,
    row: RawRow,
    findings: list[Finding],
    result: Acceptance,
) -> None:
    """Put one accepted record with its history and revision into the result."""
    old_values = before.values if before else {}
    record.facts = fold(
        parts.scheme,
        table,
        before.facts if before else {},
        old_values,
        record.values,
        parts.clock.today(),
        result.since,
    )
    changed = changes(old_values, record.values)
    if before is None:
        result.revisions.append(Revision(record.id, "created", changed, f"{row.tab}!{row.row}"))
    elif before.state != "live":
        result.revisions.append(Revision(record.id, "restored", changed, f"{row.tab}!{row.row}"))
        result.decisions.append(_void_withdrawal(parts, record))
    elif changed:
        result.revisions.append(Revision(record.id, "changed", changed, f"{row.tab}!{row.row}"))
    result.upserts.append(record)
    result.ids[table.name, row.row] = record.id
    result.findings[record.id] = findings


def changes(old: dict[str, str], new: dict[str, str]) -> Mapping[str, Sequence[str]]:
    """Field → old and new text, of the fields that read differently."""
    if not old:
        return Fresh(new)
    return {
        name: [old.get(name, ""), new.get(name, "")] for name in {*old, *new} if old.get(name, "") != new.get(name, "")
    }


def _edited(changed: list[Pair], old: dict[str, StoredRecord]) -> Iterator[tuple[StoredRecord, Sequence[str]]]:
    """Live records whose rows read differently now, each with its cells."""
    for pair in changed:
        before = old.get(pair.known.id) if pair.known else None
        if before is not None and before.state == "live" and before.digest != pair.digest:
            yield before, pair.row.cells


def _old_records(parts: Parts, changed: list[Pair]) -> dict[str, StoredRecord]:
    ids = [pair.known.id for pair in changed if pair.known]
    if not ids:
        return {}
    found = parts.store.records(parts.scheme.id, ids=ids, states=("live", "missing", "withdrawn"))
    return {item.id: item for item in found}


def _cells(names: list[str], row: RawRow) -> dict[str, str]:
    return {name: cell for name, cell in zip(names, row.cells, strict=True) if cell}


# people must be told --------------------------------------------------------------------------------------------


def _missing(parts: Parts, table: Table, ids: list[str], result: Acceptance) -> None:
    """Rows that are gone: nothing is deleted by absence; withdrawal waits for a person (L3)."""
    if not ids:
        return
    result.decisions += _void_about(parts, {*ids})
    refused = _refused_copies(parts, {*ids})
    for record in parts.store.records(parts.scheme.id, ids=ids, states=("live",)):
        record.state = "withdrawn" if record.id in refused else "missing"
        result.states.append((record.id, record.state))
        result.revisions.append(Revision(record.id, record.state))
        result.gone.append(record)
        if record.state == "missing":
            result.decisions.append(withdrawal_of(parts, table, record))


def _refused_copies(parts: Parts, ids: set[str]) -> set[str]:
    """Rows of which a person said that they were copied by mistake and must be deleted: to delete them is no question.
    What has been changed since is no copy any more."""
    rejected = parts.store.decisions(parts.scheme.id, state="rejected")
    said = {item.data.get("record", ""): item.closed for item in rejected if item.kind == "copied_row"}
    return {record for record in ids & said.keys() if not _touched_since(parts, record, said[record])}


def _touched_since(parts: Parts, record: str, at: float) -> bool:
    last = next(iter(parts.store.revisions(record=record, limit=1)), None)
    return last is None or last["at"] > at


def _void_about(parts: Parts, gone: set[str]) -> list[Decision]:
    """Questions about a row that is not there any more: a copy that was deleted again need not be decided upon."""
    return [
        replace(item, state="void", closed=parts.clock.now(), note="该行已不在表里")
        for item in parts.store.decisions(parts.scheme.id)
        if item.kind in _KINDS.values() and item.data.get("record") in gone
    ]


def withdrawal_of(parts: Parts, table: Table, record: StoredRecord) -> Decision:
    """The question whether a record whose row is gone has withdrawn."""
    name = record.values.get(table.name_field, "") if table.name_field else ""
    data = {"name": name, "table": table.title, "values": record.values}
    return Decision(
        withdrawal_id(record.id), "withdrawal", parts.scheme.id, record.book, record.id, data, parts.clock.now()
    )


def withdrawal_id(record: str) -> str:
    """The decision about a record whose row is gone."""
    return f"gone:{record}"


def _void_withdrawal(parts: Parts, record: StoredRecord) -> Decision:
    return Decision(
        withdrawal_id(record.id), "withdrawal", parts.scheme.id, record.book, record.id, {}, parts.clock.now(),
        state="void", closed=parts.clock.now(), note="该行又出现在表里",
    )  # fmt: skip


_KINDS = {
    "copied_row": "copied_row",
    "reused_row": "reused_row",
    "renamed": "renamed",
    "same_key": "duplicate_record",
}


def _asked(
    parts: Parts, book: BookState, table: Table, notices: Sequence[Notice], result: Acceptance
) -> Iterator[Decision]:
    """The questions about rows. Of a copied row that gets a name of its own before anybody has decided (the ordinary way
    to add a project) one question is enough: it is asked under the new name."""
    copies = {}
    if any(notice.kind == "renamed" for notice in notices):
        copies = {i.data.get("record"): i for i in parts.store.decisions(parts.scheme.id) if i.kind == "copied_row"}
    for notice in notices:
        asked = _decision_of(parts, book, table, notice, result)
        copy = copies.get(notice.other) if notice.kind == "renamed" else None
        yield asked if copy is None else replace(copy, data={**copy.data, "name": asked.data["name"]})


def _decision_of(parts: Parts, book: BookState, table: Table, notice: Notice, result: Acceptance) -> Decision:
    name_at = table.index(table.name_field) if table.name_field else -1
    name = notice.row.cells[name_at] if name_at >= 0 else ""
    record = result.ids.get((table.name, notice.row.row), "")
    data = {"name": normal(name) and name, "table": table.title, "where": f"{notice.row.tab}!{notice.row.row}",
            "record": record, "other": notice.other}  # fmt: skip
    kind = _KINDS.get(notice.kind, notice.kind)
    return Decision(
        f"{kind}:{record or notice.row.digest()[:12]}:{notice.other}", kind, parts.scheme.id, book.id,
        record or name, data, parts.clock.now(),
    )  # fmt: skip
