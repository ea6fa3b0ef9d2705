"""What pairing needs of a book's records, in a narrow form beside the wide one: rows of a book's `pairing`, read in order.

The first row holds all records of the book, each further one what a later commit changed; all are written in the
transaction that writes the records, and nowhere else are records written. A row names the length the book's chain of
revisions had after it: where the newest row and the book disagree (a program that knew nothing of `pairing` wrote
meanwhile), or where there is no row (a store of earlier days), the records themselves are asked, and the next commit
begins the rows anew. So it does after ROWS commits, from the records too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text

from sync.store.base import RecordState
from sync.store.bulk import insert
from sync.store.models import pairing
from sync.store.packing import pack, plain, unpack
from validators.rawcell import SEP

Facts = tuple[str, RecordState, str, str]  # table, state, digest, keys as stored
COLUMNS = ("book", "seq", "chain", "body")
ROWS = 32

_SCAN = text("SELECT id, tbl, state, digest, keys FROM record WHERE book = :book")
_ANY = text("SELECT 1 FROM record WHERE book = :book LIMIT 1")
_CLEAR = text("DELETE FROM pairing WHERE book = :book")
_READ = text("""
    SELECT 0, chain_length, layout FROM book WHERE id = :book
    UNION ALL SELECT seq, chain, body FROM pairing WHERE book = :book
""")


def joined(keys: Iterable[str]) -> str:
    """Natural keys as stored: each ends with U+001F, so that ("",) and () differ."""
    return plain("".join([key + SEP for key in keys]))


def has_records(connection: Connection, book: str) -> bool:
    return connection.execute(_ANY, {"book": book}).first() is not None


def scan(connection: Connection, book: str) -> dict[str, Facts]:
    """From the records themselves."""
    return {row[0]: tuple(row[1:]) for row in connection.execute(_SCAN, {"book": book})}


def read(connection: Connection, book: str) -> tuple[str, dict[str, Facts]]:
    """The book's layout as stored, and id → facts of its records."""
    rows = sorted(connection.execute(_READ, {"book": book}).all())
    if not rows or rows[0][0]:  # no such book
        return "", scan(connection, book)
    (_, length, layout), *kept = rows
    if not kept or kept[-1][1] != length or kept[-1][0] != len(kept):
        return layout, scan(connection, book)
    found: dict[str, Facts] = {}
    for _, _, body in kept:
        _apply(found, unpack(body, ()))
    return layout, found


def note(
    connection: Connection,
    book: str,
    before: int,
    length: int,
    facts: Mapping[str, Facts],
    states: Mapping[str, RecordState],
    *,
    first: bool,
) -> None:
    """What a commit wrote. `before`: how many rows stand and are right, 0 = none; `length`: of the chain after it;
    `first`: the book had no record, so that the given ones are all."""
    if not before or before >= ROWS:
        found = dict(facts) if first else scan(connection, book)
        if first:
            _move(found, states)
        connection.execute(_CLEAR, {"book": book})
        insert(connection, pairing, COLUMNS, [(book, 1, length, _body(found, {}))])
    else:
        insert(connection, pairing, COLUMNS, [(book, before + 1, length, _body(facts, states))])


def _body(facts: Mapping[str, Facts], states: Mapping[str, RecordState]) -> str:
    """JSON: [[table, state, ids, digests, keys], …, states by id]."""
    groups: dict[tuple[str, str], tuple[list[str], list[str], list[str]]] = {}
    for record, (table, state, digest, keys) in facts.items():
        ids, digests, joins = groups.setdefault((table, state), ([], [], []))
        ids.append(record)
        digests.append(digest)
        joins.append(keys)
    return pack([*((*head, *lists) for head, lists in groups.items()), dict(states)])


def _apply(found: dict[str, Facts], body: Sequence[Any]) -> None:
    *groups, states = body or ({},)
    for table, state, ids, digests, keys in groups:
        many = len(ids)
        found.update(zip(ids, zip([table] * many, [state] * many, digests, keys, strict=True), strict=True))
    _move(found, states)


def _move(found: dict[str, Facts], states: Mapping[str, RecordState]) -> None:
    """A state of a record that is not the book's is nothing to it."""
    for record, state in states.items():
        if record in found:
            table, _, digest, keys = found[record]
            found[record] = (table, state, digest, keys)
