"""What one run changes, in one transaction: a sequence of named steps, between which tests act, kill or fail (L4)."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from sync.errors import StoreError
from sync.store import books, decisions, history, judgements, records, runs
from sync.store.base import Lease, RunCommit
from sync.store.connect import Database
from sync.store.leases import hold
from sync.store.packing import pack, pack_findings


def _lease(connection: Connection, lease: Lease, commit: RunCommit, now: float) -> None:
    if not lease.name.endswith(commit.book.id):
        raise StoreError(f"租约 {lease.name} 不是 {commit.book.id} 这本表的，未写入任何内容。")
    hold(connection, lease, now)


def _book(connection: Connection, _lease: Lease, commit: RunCommit, now: float) -> None:
    findings = None if commit.book_findings is None else pack(pack_findings(commit.book_findings))
    books.write(connection, commit.book, now, findings=findings)
    if commit.answer:
        books.owe(connection, [commit.book.id])


def _records(connection: Connection, _lease: Lease, commit: RunCommit, now: float) -> None:
    records.write(connection, commit.upserts, commit.book.scheme, commit.book.id, now)


def _states(connection: Connection, _lease: Lease, commit: RunCommit, _now: float) -> None:
    records.set_states(connection, commit.states, commit.book.id)


def _revisions(connection: Connection, _lease: Lease, commit: RunCommit, now: float) -> None:
    times = (now, commit.seen_after, commit.seen_by)
    history.append(connection, commit.book.id, commit.revisions, commit.run.id, times)


def _judgements(connection: Connection, _lease: Lease, commit: RunCommit, now: float) -> None:
    judgements.write(connection, commit.book.scheme, commit.judgements, now)


def _decisions(connection: Connection, _lease: Lease, commit: RunCommit, _now: float) -> None:
    for decision in commit.decisions:
        decisions.write_from_run(connection, decision)


def _dirty(connection: Connection, _lease: Lease, commit: RunCommit, _now: float) -> None:
    judgements.mark(connection, commit.book.scheme, commit.dirty)


def _run(connection: Connection, _lease: Lease, commit: RunCommit, _now: float) -> None:
    runs.write(connection, commit.run)


Step = Callable[[Connection, Lease, RunCommit, float], None]
STEPS: tuple[tuple[str, Step], ...] = (
    ("lease", _lease),
    ("book", _book),
    ("records", _records),
    ("states", _states),
    ("revisions", _revisions),
    ("judgements", _judgements),
    ("decisions", _decisions),
    ("dirty", _dirty),
    ("run", _run),
)


def _no_step(name: str) -> None:
    """Called after each step of a commit with its name."""


class Commits:
    """The verb that ends a run."""

    db: Database
    step: Callable[[str], None] = staticmethod(_no_step)

    def commit(self, lease: Lease, commit: RunCommit, now: float) -> None:
        """Applies everything or nothing. LeaseLost when the lease is not held at the instant of writing."""
        with self.db.write() as connection:
            for name, act in STEPS:
                act(connection, lease, commit, now)
                self.step(name)
