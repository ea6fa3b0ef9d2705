"""Runs: one pass over one book, for people who ask what happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from sync.store.base import Run
from sync.store.bulk import upsert
from sync.store.connect import Database
from sync.store.models import run as runs
from sync.store.packing import pack, plain, unpack

COLUMNS = ("id", "book", "scheme", "trigger", "started", "finished", "outcome", "counts", "message")
_SELECT = tuple(runs.c[name] for name in COLUMNS)


def write(connection: Connection, run: Run) -> None:
    row = (
        run.id, run.book, run.scheme, run.trigger, float(run.started), float(run.finished), run.outcome,
        pack(run.counts), plain(run.message),
    )  # fmt: skip
    upsert(connection, runs, COLUMNS, [row])


def _run_of(row: Sequence[Any]) -> Run:
    values = dict(zip(COLUMNS, row, strict=True))
    values["counts"] = unpack(values["counts"], {})
    return Run(**values)


class Runs:
    """Verbs about runs."""

    db: Database

    def runs(self, scheme: str, *, book: str = "", limit: int = 50) -> list[Run]:
        """Newest first."""
        query = select(*_SELECT).where(runs.c.scheme == scheme)
        if book:
            query = query.where(runs.c.book == book)
        with self.db.read() as connection:
            found = connection.execute(query.order_by(runs.c.started.desc(), runs.c.id.desc()).limit(limit))
            return [_run_of(row) for row in found]

    def run(self, run_id: str) -> Run | None:
        with self.db.read() as connection:
            row = connection.execute(select(*_SELECT).where(runs.c.id == plain(run_id))).first()
        return _run_of(row) if row else None

    def save_run(self, run: Run) -> None:
        """Inserts or replaces."""
        with self.db.write(redo=True) as connection:
            write(connection, run)
