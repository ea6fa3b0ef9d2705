"""Records: rows understood, as kept. Reading for matching, for judging and for people; writing inside a run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any

from sqlalchemy import Connection, Select, Text, bindparam, select, text, update

from sync.errors import StoreError
from sync.store import pairing
from sync.store.base import COUNTING, KnownRow, RecordState, StoredRecord
from sync.store.bulk import FEW, among, as_list, in_list, insert, upsert
from sync.store.connect import Database
from sync.store.models import record as records
from sync.store.packing import pack, plain, unpack
from validators.rawcell import SEP

COLUMNS = (
    "id", "scheme", "book", "unit", "tbl", "name", "digest", "keys", "parent", "state", "cells",
    "vals", "kept", "facts", "scheme_version", "parser_version", "first_seen", "changed_at",
)  # fmt: skip
FIELDS = (
    "id", "tbl", "unit", "digest", "cells", "vals", "keys", "kept", "facts", "parent", "state", "scheme_version",
    "parser_version", "first_seen", "changed_at", "book", "name",
)  # fmt: skip
_SELECT = tuple(records.c[name] for name in FIELDS)

_Row = tuple[Any, ...]
_SAME_BOOK = "record.book = excluded.book"
_FIRST = ("first_seen", "CASE WHEN record.first_seen > 0 THEN record.first_seen ELSE excluded.first_seen END")
_NEXT = text("""
    INSERT INTO counter (name, value) VALUES (:name, :count)
    ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value RETURNING value
""")


def write(
    connection: Connection,
    items: Sequence[StoredRecord],
    scheme: str,
    book: str,
    now: float,
    texts: Mapping[int, str],
) -> dict[str, pairing.Facts]:
    """Inserts new records and replaces known ones, which keep their `first_seen`. A record of another book is refused:
    that book has its own lease. `texts`: id of a record's values → their packed text. Returns what pairing needs."""
    if not items:
        return {}
    rows = {item.id: _row_of(item, scheme, book, now, texts[id(item.values)]) for item in items}
    fresh, seen = _apart(connection, list(rows.values()))
    insert(connection, records, COLUMNS, fresh)
    if upsert(connection, records, COLUMNS, seen, where=_SAME_BOOK, keep=_FIRST) < len(seen):
        raise StoreError(f"记录 {_foreign(connection, rows, book)} 属于另一本表，本次运行未写入任何内容。")
    return {item[0]: (item[4], item[9], item[6], item[7]) for item in rows.values()}


def _apart(connection: Connection, rows: list[_Row]) -> tuple[list[_Row], list[_Row]]:
    """Rows to insert, and rows that may be there. To know which costs a question, which many rows for PostgreSQL are
    worth."""
    if connection.dialect.name == "sqlite" or len(rows) <= FEW:
        return [], rows
    known = {record for record, _ in _owners(connection, [row[0] for row in rows])}
    return [row for row in rows if row[0] not in known], [row for row in rows if row[0] in known]


def _foreign(connection: Connection, ids: Iterable[str], book: str) -> str:
    return next((record for record, owner in _owners(connection, ids) if owner != book), "")


def _owners(connection: Connection, ids: Iterable[str]) -> list[tuple[str, str]]:
    found = connection.execute(_owners_query(connection.dialect.name), {"ids": as_list(ids)})
    return [(record, owner) for record, owner in found]


@lru_cache(maxsize=2)
def _owners_query(dialect: str) -> Select[Any]:
    wanted = in_list(dialect, records.c.id, bindparam("ids", type_=Text))
    return select(records.c.id, records.c.book).where(wanted)


def _row_of(item: StoredRecord, scheme: str, book: str, now: float, values: str) -> _Row:
    return (
        item.id, scheme, book, item.unit, item.table, plain(item.name), item.digest, pairing.joined(item.keys),
        item.parent, item.state, pack(item.cells), values, _join(item.kept), pack(item.facts),
        item.scheme_version, item.parser_version, float(item.first_seen or now), float(item.changed_at or now),
    )  # fmt: skip


def set_states(connection: Connection, states: Iterable[tuple[str, RecordState]], book: str) -> None:
    """Moves records of this book to other states, the last said of each; ids of other books are left alone."""
    by_state: dict[RecordState, list[str]] = {}
    for record_id, state in dict(states).items():
        by_state.setdefault(state, []).append(record_id)
    for state, ids in by_state.items():
        where = among(connection, records.c.id, ids) & (records.c.book == book)
        connection.execute(update(records).where(where).values(state=state))


def record_of(row: Sequence[Any]) -> StoredRecord:
    """From a row that begins with FIELDS."""
    record_id, table, unit, digest, cells, values, keys, kept, facts, *rest = row[: len(FIELDS)]
    return StoredRecord(
        record_id, table, unit, digest, unpack(cells, {}), unpack(values, {}), _split(keys), _split(kept),
        unpack(facts, {}), *rest,
    )  # fmt: skip


def _join(texts: Iterable[str]) -> str:
    """Each text ends with U+001F, so that ("",) and () differ."""
    return "".join([item + SEP for item in texts])


def _split(joined: str) -> tuple[str, ...]:
    return tuple(joined[:-1].split(SEP)) if joined else ()


class Records:
    """Verbs about records."""

    db: Database

    def known_rows(self, book_id: str) -> dict[str, list[KnownRow]]:
        """table → what matching needs, in the order of the last reading; records without a row (0) come last."""
        with self.db.read() as connection:
            layout, facts = pairing.read(connection, book_id)
        if not facts:
            return {}
        place = _places(unpack(layout, {})).get
        tables, states, digests, keys = zip(*facts.values(), strict=True)
        rows = map(KnownRow, facts, digests, map(_split, keys), map(place, facts, repeat(0)), states)
        found: defaultdict[str, list[KnownRow]] = defaultdict(list)
        for table, row in zip(tables, rows, strict=True):
            found[table].append(row)
        for items in found.values():
            items.sort(key=_place_and_id)
        return dict(found)

    def records(
        self,
        scheme: str,
        *,
        book: str = "",
        tables: Iterable[str] = (),
        ids: Iterable[str] | None = None,
        states: Iterable[RecordState] = COUNTING,
    ) -> list[StoredRecord]:
        """In order of id: those that count, unless other states are asked for. `ids=None` means all; an empty
        collection means none."""
        with self.db.read() as connection:
            query = select(*_SELECT).where(records.c.scheme == scheme, records.c.state.in_(sorted(states)))
            query = _narrow(connection, query, book, list(tables), ids)
            return [record_of(row) for row in connection.execute(query.order_by(records.c.id))]

    def next_record_numbers(self, scheme: str, count: int) -> range:
        """`count` numbers never given before, in any scheme, so that a record's id is its own in the whole store.

        Durable before it returns: a number must not be given twice even after a power cut, for the first one may
        already stand in a book.
        """
        with self.db.write() as connection:
            last = int(connection.execute(_NEXT, {"name": "record", "count": count}).scalar_one())
        return range(last - count + 1, last + 1)


def _narrow(
    connection: Connection, query: Select[Any], book: str, tables: list[str], ids: Iterable[str] | None
) -> Select[Any]:
    if book:
        query = query.where(records.c.book == book)
    if tables:
        query = query.where(records.c.tbl.in_(tables))
    if ids is not None:
        query = query.where(among(connection, records.c.id, ids))
    return query


def _place_and_id(item: KnownRow) -> tuple[int, str]:
    return item[3] or 1 << 30, item[0]


def _places(layout: dict[str, Any]) -> dict[str, int]:
    """record id → row, from the layout's `tabs[*].rows[*] = [row, id, …]`."""
    return {line[1]: line[0] for tab in layout.get("tabs", ()) for line in tab.get("rows", ())}
