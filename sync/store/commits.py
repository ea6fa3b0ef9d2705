"""What one run changes, in one transaction: a sequence of named steps, between which tests act, kill or fail (L4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from sync.errors import StoreError
from sync.store import books, decisions, history, judgements, pairing, records, runs
from sync.store.base import Lease, RunCommit
from sync.store.connect import Database
from sync.store.leases import Stand, hold_book
from sync.store.packing import pack, pack_findings


@dataclass(slots=True)
class Work:
    """A commit and what its steps hand on."""

    lease: Lease
    commit: RunCommit
    now: float
    texts: dict[int, str]  # id of a record's values → their packed text: its row and its first revision share it
    stand: Stand = field(default_factory=Stand)  # where the book's histories stood before
    head: history.Head = field(default_factory=history.Head)  # where its chain stands afterwards
    lines: list[tuple[Any, ...]] = field(default_factory=list)  # revisions, as stored
    first: bool = False  # the book had no record
    facts: dict[str, pairing.Facts] = field(default_factory=dict)  # of the records written


def _lease(connection: Connection, work: Work) -> None:
    if not work.lease.name.endswith(work.commit.book.id):
        raise StoreError(f"租约 {work.lease.name} 不是 {work.commit.book.id} 这本表的，未写入任何内容。")
    work.stand = hold_book(connection, work.lease, work.now, work.commit.book.id)


def _book(connection: Connection, work: Work) -> None:
    commit, before = work.commit, history.Head(work.stand.length, work.stand.head)
    times = (float(work.now), float(commit.seen_after), float(commit.seen_by))
    chained = history.chained(before, commit.book.id, commit.revisions, commit.run.id, times, work.texts)
    work.lines, work.head = chained
    more: dict[str, Any] = {"chain_length": work.head.length, "chain_head": work.head.hash}
    if commit.book_findings is not None:
        more["findings"] = pack(pack_findings(commit.book_findings))
    books.write(connection, commit.book, work.now, **more)
    if commit.answer:
        books.owe(connection, [commit.book.id])


def _records(connection: Connection, work: Work) -> None:
    book = work.commit.book
    work.first = not work.stand.pairing and not pairing.has_records(connection, book.id)
    work.facts = records.write(connection, work.commit.upserts, book.scheme, book.id, work.now, work.texts)


def _states(connection: Connection, work: Work) -> None:
    records.set_states(connection, work.commit.states, work.commit.book.id)


def _revisions(connection: Connection, work: Work) -> None:
    history.append(connection, work.lines)


def _pairing(connection: Connection, work: Work) -> None:
    commit = work.commit
    if commit.upserts or commit.states or commit.revisions:
        before, states = work.stand.pairing, dict(commit.states)
        pairing.note(connection, commit.book.id, before, work.head.length, work.facts, states, first=work.first)


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
    ("pairing", _pairing),
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
        work = Work(lease, commit, now, {id(item.values): pack(item.values) for item in commit.upserts})
        by_people = any(decision.by for decision in commit.decisions)
        with self.db.write(redo=not by_people) as connection:
            for name, act in STEPS:
                act(connection, work)
                self.step(name)
