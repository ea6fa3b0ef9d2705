"""Small values for the contract of the store."""

from __future__ import annotations

import re
from typing import Any

from sync.store.base import BookState, Judgement, Lease, Revision, Run, RunCommit, StoredRecord
from sync.store.store import SqlStore
from validators.findings import Finding, Severity
from validators.status import Status

SCHEME, BOOK = "plan", "plan:001"
NOW = 1_760_000_000.0


def a_book(book_id: str = BOOK, **more: Any) -> BookState:
    return BookState(book_id, more.pop("scheme", SCHEME), more.pop("unit", book_id[-3:]), **more)


def a_record(record_id: str, **more: Any) -> StoredRecord:
    values = more.pop("values", {"name": f"项目{record_id}", "total": "12000"})
    defaults = {"table": "projects", "unit": "001", "digest": f"d-{record_id}", "cells": dict(values)}
    return StoredRecord(id=record_id, values=values, **{**defaults, **more})


def created(*ids: str) -> list[Revision]:
    return [Revision(i, "created", {"name": ["", f"项目{i}"]}, f"项目库!B{n}") for n, i in enumerate(ids, 7)]


def said(key: str, code: str = "ok", **more: Any) -> Judgement:
    defaults = {"kind": "record", "table": "projects", "book": BOOK, "statuses": [Status("T-1", code)]}
    return Judgement(key=key, **{**defaults, **more})


def wrong(field: str = "total", severity: Severity = Severity.MUST) -> Finding:
    return Finding("cell.money.bad", severity, "projects", "P1", field, "两千万", {"wanted": "数字"})


def a_run(run_id: str = "r1", book: str = BOOK, **more: Any) -> Run:
    return Run(run_id, book, more.pop("scheme", SCHEME), "poll", more.pop("started", NOW), **more)


def leased(store: SqlStore, name: str = f"book:{BOOK}", now: float = NOW) -> Lease:
    lease = store.acquire(name, "tester", 60, now)
    assert lease is not None
    return lease


def do_run(
    store: SqlStore, run_id: str = "r1", book: BookState | None = None, now: float = NOW, **changes: Any
) -> None:
    """One whole run over one book: lease, commit, release."""
    book = book or store.book(BOOK) or a_book()
    lease = leased(store, f"book:{book.id}", now)
    store.commit(lease, RunCommit(a_run(run_id, book.id, started=now, scheme=book.scheme), book, **changes), now)
    store.release(lease)


def dump(store: SqlStore) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in the database, to compare before and after. Leases are another matter."""
    from sync.store.models import metadata

    with store.db.read() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(table.select())), key=repr)
            for table in metadata.sorted_tables
            if table.name != "lease"
        }


def drawn(text: str) -> list[dict[str, str]]:
    """Rows of a small table: | a | b | …, the first line names the columns."""
    lines = [[cell.strip() for cell in line.strip(" |").split("|")] for line in text.strip().splitlines()]
    body = [line for line in lines[1:] if not re.fullmatch(r"[-: ]*", "".join(line))]
    return [dict(zip(lines[0], line, strict=True)) for line in body]
