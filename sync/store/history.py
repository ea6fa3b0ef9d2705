"""Revisions: append-only, and chained per book, so that a change behind our back shows (laws L3, L6).

The hash of a revision is SHA-256 over the previous hash, the JSON of everything the revision says but its changes, and
the text of the changes as kept. (Until the chain's second form the changes were inside that JSON; such hashes bear no
mark and are still verified.) The newest hash and the number of revisions are kept on the book's row: a lost tail shows
as well as a changed line.

Changes are kept as JSON, field → [old, new]; of a new record as field → text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from pydantic_core import to_json
from sqlalchemy import Connection, select

from sync.store.base import Revision
from sync.store.bulk import insert
from sync.store.connect import Database
from sync.store.fresh import Fresh
from sync.store.models import book as books
from sync.store.models import revision as revisions
from sync.store.models import status_history
from sync.store.packing import pack, plain, unpack

NOTHING: Mapping[int, str] = {}
COLUMNS = (
    "book", "seq", "record", "kind", "changes", "place", "actor", "actor_sure", "run", "at", "seen_after", "seen_by",
    "hash",
)  # fmt: skip


FORM = "2:"  # in front of a hash of the chain's second form


class Head(NamedTuple):
    """Where a chain stands: how many revisions, hash of the newest ("" for none)."""

    length: int = 0
    hash: str = ""


def link(previous: str, line: Sequence[Any]) -> str:
    """Hash of a revision: `line` is its columns from book to seen_by, as stored.

    No JSON here holds a line break, and a hash has one length: two different revisions never hash the same bytes.
    """
    book, seq, record, kind, changes, *rest = line
    said = to_json((book, seq, record, kind, *rest))
    return FORM + sha256(b"%b%b\n%b" % (previous.encode(), said, changes.encode())).hexdigest()


def _first_form(previous: str, line: Sequence[Any]) -> str:
    return sha256(previous.encode() + to_json(line)).hexdigest()


def chained(
    head: Head,
    book: str,
    items: Iterable[Revision],
    run: str,
    times: tuple[float, float, float],
    texts: Mapping[int, str] = NOTHING,
) -> tuple[list[tuple[Any, ...]], Head]:
    """Rows to insert after `head`, and the new head. `times`: at, seen_after, seen_by. `texts`: id of a dict of values → its
    packed text, where a record of the same run has needed it already."""
    seq, last = head
    rows = []
    for item in items:
        seq += 1
        changes, place, actor = _packed(item.changes, texts), plain(item.where), plain(item.actor)
        line = (book, seq, item.record, item.kind, changes, place, actor, item.actor_sure, run, *times)
        last = link(last, line)
        rows.append((*line, last))
    return rows, Head(seq, last)


def _packed(changes: Mapping[str, Sequence[str]], texts: Mapping[int, str]) -> str:
    if isinstance(changes, Fresh):
        known = texts.get(id(changes.texts))
        return pack(changes.texts) if known is None else known
    return pack(changes)


def chain_is_whole(head: Head, rows: Iterable[Sequence[Any]]) -> bool:
    """True when the rows (in order of seq, columns as stored) are exactly the chain that ends in `head`."""
    last, count = "", 0
    for row in rows:
        count += 1
        *line, stored = row
        last = (link if stored.startswith(FORM) else _first_form)(last, line)
        if line[1] != count or stored != last:
            return False
    return Head(count, last) == head


def append(connection: Connection, lines: Sequence[tuple[Any, ...]]) -> None:
    """What `chained` gave; the transaction holds the book's lease and writes the new head to the book's row."""
    insert(connection, revisions, COLUMNS, lines)


def _head(connection: Connection, book: str) -> Head:
    found = connection.execute(select(books.c.chain_length, books.c.chain_head).where(books.c.id == book)).first()
    return Head(*found) if found else Head()


class History:
    """Verbs about the past."""

    db: Database

    def revisions(self, *, record: str = "", book: str = "", limit: int = 200) -> list[dict[str, Any]]:
        """Newest first. Each: record, kind, changes (field → [old, new]), where, actor, actor_sure, run, at,
        seen_after, seen_by, book, seq, hash."""
        query = select(*(revisions.c[name] for name in COLUMNS)).limit(limit)
        if record:
            query = query.where(revisions.c.record == plain(record))
        if book:
            query = query.where(revisions.c.book == plain(book))
        query = query.order_by(revisions.c.at.desc(), revisions.c.seq.desc())
        with self.db.read() as connection:
            rows = connection.execute(query).mappings().all()
        return [_revision_of(dict(row)) for row in rows]

    def status_history(self, kind: str, key: str, *, scheme: str = "") -> list[dict[str, Any]]:
        """Oldest first. Each: scheme, kind, key, rule, old, new (codes, "" = none), at, day (in the office)."""
        table = status_history
        query = select(*(column for column in table.c if column.name != "id"))
        query = query.where(table.c.kind == kind, table.c.key == key).order_by(table.c.id)
        if scheme:
            query = query.where(table.c.scheme == scheme)
        with self.db.read() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def verify_chain(self, book_id: str) -> bool:
        """False when any revision of the book was changed, added, removed or moved other than by a run."""
        query = select(*(revisions.c[name] for name in COLUMNS)).where(revisions.c.book == book_id)
        with self.db.view() as connection:
            head = _head(connection, book_id)
            with connection.execution_options(yield_per=1000).execute(query.order_by(revisions.c.seq)) as rows:
                return chain_is_whole(head, rows)


def _revision_of(row: dict[str, Any]) -> dict[str, Any]:
    changes = unpack(row["changes"], {})
    row["changes"] = {name: ["", said] if isinstance(said, str) else said for name, said in changes.items()}
    row["where"] = row.pop("place")
    return row
