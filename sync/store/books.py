"""Books: what is known of each between runs, and whether somebody asked for a resync."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Executable, Integer, Select, bindparam, case, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from sync.store.base import BookState, Lease, UnreadLayout
from sync.store.bulk import among
from sync.store.connect import Database
from sync.store.leases import hold
from sync.store.models import book as books
from sync.store.packing import pack, plain, unpack, unpack_findings
from validators.findings import Finding

_TEXTS = (
    "id",
    "scheme",
    "unit",
    "role",
    "key",
    "name",
    "token",
    "fingerprint",
    "shown",
    "pending",
    "problem",
    "held",
    "versions",
)
_TIMES = ("file_time", "first_seen", "last_read", "last_ok", "pending_since")
_LIGHT = (*_TEXTS, *_TIMES, "counts", "judged", "answered", "want_number", "done_number")


def write(connection: Connection, book: BookState, now: float, **more: Any) -> None:
    """Inserts or replaces what is known of a book, and columns of the row that are not BookState's (`more`).

    A resync asked for after `book` was loaded stays asked for: `wanted=False` answers only the requests counted in
    `book.want_number` (law L4: nothing that was asked for is lost).
    """
    values: dict[str, Any] = {name: plain(getattr(book, name)) for name in _TEXTS}
    values |= {name: float(getattr(book, name)) for name in _TIMES}
    values["first_seen"] = values["first_seen"] or now
    values["counts"] = pack(book.counts)
    if not isinstance(book.layout, UnreadLayout):
        values["layout"] = pack(book.layout)
    values |= more
    given = {f"new_{name}": value for name, value in values.items()}
    given |= {"new_answered": book.answered, "new_wanted": int(book.wanted), "seen": book.want_number}
    connection.execute(_upsert(connection.dialect.name, tuple(values), bool(book.wanted)), given)


@lru_cache(maxsize=16)
def _upsert(dialect: str, names: tuple[str, ...], wanted: bool) -> Executable:
    """The statement of `write`, made once: to make it costs more than to carry it out."""
    new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(books)
    statement = insert.values(**new, want_number=bindparam("new_wanted"), done_number=0, judged=0, answered=0)
    changed: dict[str, Any] = {name: statement.excluded[name] for name in names if name not in ("id", "first_seen")}
    changed["first_seen"] = case((books.c.first_seen > 0, books.c.first_seen), else_=statement.excluded.first_seen)
    answered, seen = bindparam("new_answered", type_=Integer), bindparam("seen", type_=Integer)
    changed["answered"] = case((books.c.answered < answered, answered), else_=books.c.answered)
    if wanted:
        open_request = books.c.want_number > books.c.done_number
        changed["want_number"] = case((open_request, books.c.want_number), else_=books.c.done_number + 1)
    else:
        changed["done_number"] = case((books.c.done_number < seen, seen), else_=books.c.done_number)
    whole: Executable = statement.on_conflict_do_update(index_elements=["id"], set_=changed)
    return whole


def owe(connection: Connection, ids: Iterable[str]) -> None:
    """What these books ought to show may have changed. Sorted, so that two writers lock the rows in one order."""
    for book_id in sorted(ids):
        connection.execute(update(books).where(books.c.id == book_id).values(judged=books.c.judged + 1))


class Books:
    """Verbs about books."""

    db: Database

    def books(self, scheme: str, *, layout: bool = True) -> list[BookState]:
        """All books of a scheme, by unit. `layout=False` leaves layouts unread: for rounds that only look at tokens."""
        query = _query(layout).where(books.c.scheme == scheme).order_by(books.c.unit, books.c.id)
        with self.db.read() as connection:
            return [_book_of(row, layout) for row in connection.execute(query)]

    def book(self, book_id: str) -> BookState | None:
        with self.db.read() as connection:
            row = connection.execute(_query(True).where(books.c.id == plain(book_id))).first()
        return _book_of(row, True) if row else None

    def save_book(self, book: BookState, lease: Lease | None = None, now: float = 0.0) -> None:
        """Keeps what is known of a book; with a lease, as a run does, only while it holds (LeaseLost)."""
        with self.db.write(redo=lease is not None) as connection:
            if lease is not None:
                hold(connection, lease, now)
            write(connection, book, now)

    def enter_books(self, new: Iterable[BookState]) -> None:
        """Keeps books that are not known yet, all in one transaction; what is known of the others stays as it is."""
        rows = [
            {name: plain(getattr(book, name)) for name in _TEXTS}
            | {name: float(getattr(book, name)) for name in _TIMES}
            for book in new
        ]
        if not rows:
            return
        with self.db.write(redo=True) as connection:
            insert = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(books)
            connection.execute(insert.on_conflict_do_nothing(index_elements=["id"]), rows)

    def want(self, book_ids: Iterable[str]) -> None:
        """Asks for a resync. Survives any kill and any run that began before."""
        with self.db.write() as connection:
            connection.execute(
                update(books)
                .where(among(connection, books.c.id, book_ids))
                .values(want_number=func.coalesce(books.c.want_number, 0) + 1)
            )

    def judged(self, book_id: str) -> int:
        """How often what the book ought to show may have changed so far."""
        with self.db.read() as connection:
            return int(connection.execute(select(books.c.judged).where(books.c.id == book_id)).scalar() or 0)

    def book_findings(self, book_id: str) -> list[Finding]:
        """Findings about the book and its tabs, as of the last run that said something about them."""
        with self.db.read() as connection:
            text = connection.execute(select(books.c.findings).where(books.c.id == book_id)).scalar()
        return unpack_findings(unpack(text or "", []))


def _query(layout: bool) -> Select[Any]:
    columns = [books.c[name] for name in _LIGHT]
    return select(*columns, books.c.layout) if layout else select(*columns)


def _book_of(row: Sequence[Any], layout: bool) -> BookState:
    values = dict(zip(_LIGHT, row, strict=False))
    done = values.pop("done_number")
    values["counts"] = unpack(values["counts"], {})
    values["wanted"] = values["want_number"] > done
    values["layout"] = unpack(row[-1], {}) if layout else UnreadLayout()
    return BookState(**values)
