"""What one run changes, in one transaction: a sequence of named steps, between which tests act, kill or fail (L4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from sync.errors import StoreError
from sync.store import books, decisions, history, judgements, records, runs
from sync.store.base import Lease, RunCommit
from sync.store.connect import Database
from sync.store.leases import hold
from sync.store.packing import pack, pack_findings, pack_texts

NO_HISTORY = history.Head()


@dataclass(slots=True)
class Work:
    """A commit and what its steps hand on. `texts`: id of a record's values → their packed text, which the record's
    row and its first revision share; `head`: where the book's chain of revisions stands."""

    lease: Lease
    commit: RunCommit
    now: float
    texts: dict[int, str]
    head: history.Head = NO_HISTORY


def _lease(connection: Connection, work: Work) -> None:
    if not work.lease.name.endswith(work.commit.book.id):
        raise StoreError(f"租约 {work.lease.name} 不是 {work.commit.book.id} 这本表的，未写入任何内容。")
    hold(connection, work.lease, work.now)


def _book(connection: Connection, work: Work) -> None:
    said, book = work.commit.book_findings, work.commit.book
    findings = None if said is None else pack(pack_findings(said))
    work.head = history.Head(*books.write(connection, book, work.now, findings=findings))
    if work.commit.answer:
        books.owe(connection, [book.id])


def _records(connection: Connection, work: Work) -> None:
    book = work.commit.book
    records.write(connection, work.commit.upserts, book.scheme, book.id, work.now, work.texts)


def _states(connection: Connection, work: Work) -> None:
    records.set_states(connection, work.commit.states, work.commit.book.id)


def _revisions(connection: Connection, work: Work) -> None:
    commit = work.commit
    times = (work.now, commit.seen_after, commit.seen_by)
    history.append(connection, commit.book.id, commit.revisions, commit.run.id, times, work.head, work.texts)


def _judgements(connection: Connection, work: Work) -> None:
    judgements.write(connection, work.commit.book.scheme, work.commit.judgements, work.now)


def _decisions(connection: Connection, work: Work) -> None:
    for decision in work.commit.decisions:
        decisions.write_from_run(connection, decision)


def _dirty(connection: Connection, work: Work) -> None:
    judgements.mark(connection, work.commit.book.scheme, work.commit.dirty)


def _run(connection: Connection, work: Work) -> None:
    runs.write(connection, work.commit.run)


Step = Callable[[Connection, Work], None]
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
        work = Work(lease, commit, now, {id(item.values): pack_texts(item.values) for item in commit.upserts})
        by_people = any(decision.by for decision in commit.decisions)
        with self.db.write(redo=not by_people) as connection:
            for name, act in STEPS:
                act(connection, work)
                self.step(name)
