"""Records → judgements: which families are judged again, and with what beside them.

A family is a record with its children (a project with its monthly rows and problems). A change in one member judges
all of it again; findings of cells that were not read again are taken over from the last judgement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from types import MappingProxyType

from sync.accept import Acceptance
from sync.granted import NodeGrants, known_of, node_grants
from sync.keys import normal
from sync.parts import Parts
from sync.store.base import BookState, Judgement, StoredRecord
from validators.causes import faulty_fields, settled, settled_statuses
from validators.evaluate import Related
from validators.findings import Finding
from validators.rows import Record


def judge_families(parts: Parts, book: BookState, acceptance: Acceptance) -> list[Judgement]:
    """Judge every family of the book that the accepted rows touch."""
    records = {} if acceptance.fresh else _counting(parts, book.id)
    for item in acceptance.gone:
        if item.state == "missing":
            records[item.id] = item
        else:
            records.pop(item.id, None)
    before = {item.id: item.parent for item in records.values()}
    records.update((item.id, item) for item in acceptance.upserts)
    acceptance.live = {key: item for key, item in records.items() if item.state == "live"}
    link_parents(parts, records.values())
    acceptance.moved = {i for i, r in records.items() if before.get(i) != r.parent}
    touched = {item.id for item in acceptance.upserts} | acceptance.moved
    acceptance.upserts += [records[i] for i in touched - {item.id for item in acceptance.upserts}]
    roots = {_root(records[i]) for i in touched} | {_root(item) for item in acceptance.gone}
    if book.rows_under != parts.versions:  # other rules: they look at what is gone from the book too
        roots |= {_root(item) for item in records.values() if item.state != "live"}
    chosen = [item for item in records.values() if _root(item) in roots]
    known = _cell_findings(parts, [item.id for item in chosen if item.id not in acceptance.findings])
    return judge(parts, chosen, records, {**known, **acceptance.findings}, parts.clock.today())


def judge_without(parts: Parts, gone: StoredRecord) -> tuple[list[StoredRecord], list[Judgement]]:
    """The family of a record that has withdrawn, judged without it; and the records that have lost it as their parent."""
    records = _counting(parts, gone.book)
    records.pop(gone.id, None)
    before = {item.id: item.parent for item in records.values()}
    link_parents(parts, records.values())
    moved = [item for item in records.values() if item.parent != before[item.id]]
    roots = {_root(gone), *map(_root, moved)}
    chosen = [item for item in records.values() if _root(item) in roots]
    known = _cell_findings(parts, [item.id for item in chosen])
    return moved, judge(parts, chosen, records, known, parts.clock.today())


def judge_back(parts: Parts, record: StoredRecord) -> list[Judgement]:
    """A record that has its former values again. What stands below it is judged when the book is read, which is next."""
    records = _counting(parts, record.book) | {record.id: record}
    return judge(parts, [record], records, {}, parts.clock.today())


def due_records(parts: Parts) -> dict[str, list[str]]:
    """Book → its records on which something can be different today."""
    due: dict[str, list[str]] = defaultdict(list)
    for book_id, kind, key in parts.store.due(parts.scheme.id, parts.clock.today()):
        if kind == "record":
            due[book_id].append(key)
    return due


def judge_due(parts: Parts, book_id: str, ids: Iterable[str]) -> list[Judgement]:
    """Judge records of one book again because a day has come, or more is known of them; and those below them that look at
    what rules derive on them."""
    wanted = sorted(_with_below(parts, book_id, set(ids)))
    chosen = [item for item in parts.store.records(parts.scheme.id, ids=wanted) if item.book == book_id]
    records = _beside(parts, book_id, chosen)
    return judge(parts, chosen, records, _cell_findings(parts, wanted), parts.clock.today())


def _with_below(parts: Parts, book_id: str, ids: set[str]) -> set[str]:
    tables = parts.evaluator.looks_above()
    if not tables:
        return ids
    below = parts.store.records(parts.scheme.id, book=book_id, tables=sorted(tables))
    return ids | {item.id for item in below if item.parent in ids}


def _beside(parts: Parts, book_id: str, chosen: list[StoredRecord]) -> dict[str, StoredRecord]:
    """The records with what their rules look at: parents, and whole tables of the book only where a rule needs them.
    So a day's judging costs in proportion to what is due, not to the books in which it lies."""
    found = {item.id: item for item in chosen}
    tables = set().union(*(parts.evaluator.relatives(item.table) for item in chosen))
    if tables:
        found |= {item.id: item for item in parts.store.records(parts.scheme.id, book=book_id, tables=tables)}
    parents = {item.parent for item in found.values() if item.parent} - found.keys()
    if parents:
        found |= {item.id: item for item in parts.store.records(parts.scheme.id, ids=sorted(parents))}
    return found


def judge(
    parts: Parts,
    chosen: list[StoredRecord],
    records: dict[str, StoredRecord],
    findings: dict[str, list[Finding]],
    today: date,
) -> list[Judgement]:
    """Judge the chosen records; `records` holds their families too."""
    grants = node_grants(parts)
    related = Related.of({item.id: as_record(item, grants) for item in records.values()}, _parents(records))
    by_table: dict[str, list[StoredRecord]] = defaultdict(list)
    for item in chosen:
        by_table[item.table].append(item)
    judgements = []
    for table, items in by_table.items():
        results = parts.evaluator.records(table, [as_record(item, grants) for item in items], today, related)
        titles = {field.name: field.title for field in parts.scheme.table(table).fields}
        for item, result in zip(items, results, strict=True):
            cells = findings.get(item.id, ())
            faulty = faulty_fields(cells)
            statuses = settled_statuses(faulty, result.statuses, titles)
            judgements.append(
                Judgement(
                    "record", item.id, table, item.book, result.stage, statuses, result.flags,
                    [*cells, *settled(faulty, result.findings)], result.next_change,
                )
            )  # fmt: skip
    return judgements


def link_parents(parts: Parts, records: Iterable[StoredRecord]) -> None:
    """Give each child row the id of the record it names, by name within the book."""
    items = sorted(records, key=lambda item: item.state != "live")  # of two of one name, the one that stands there
    names: dict[str, dict[str, str]] = defaultdict(dict)
    parent_tables = {table.parent for table in parts.scheme.tables if table.parent}
    for item in items:
        name = parts.scheme.table(item.table).name_field if item.table in parent_tables else ""
        if name and item.values.get(name):
            names[item.table].setdefault(normal(item.values[name]), item.id)
    for table in parts.scheme.tables:
        if table.parent:
            for item in items:
                if item.table == table.name:
                    item.parent = names[table.parent].get(normal(item.values.get(table.parent_field, "")), "")


def as_record(item: StoredRecord, grants: NodeGrants = MappingProxyType({})) -> Record:
    return Record(item.id, item.table, item.unit, item.values, item.kept, known_of(item, grants))


def _parents(records: dict[str, StoredRecord]) -> dict[str, str]:
    return {item.id: item.parent for item in records.values() if item.parent}


def _root(item: StoredRecord) -> str:
    return item.parent or item.id


def _counting(parts: Parts, book_id: str) -> dict[str, StoredRecord]:
    return {item.id: item for item in parts.store.records(parts.scheme.id, book=book_id)}


def _cell_findings(parts: Parts, ids: list[str]) -> dict[str, list[Finding]]:
    if not ids:
        return {}
    found = parts.store.judgements(parts.scheme.id, kind="record", keys=ids)
    return {item.key: [f for f in item.findings if not f.rule] for item in found}
