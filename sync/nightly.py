"""A new day: judge only what is due, then render every book again; a book is written at most once, where it differs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from sync.answers import answer_book
from sync.book import BookRef
from sync.days import day_done, judged_ahead, last_day_done, note_day
from sync.engine import Report, judge_books, kept_apart
from sync.judge import due_records
from sync.parts import Parts
from sync.recount import recount
from sync.register import register
from sync.shared import judge_apart, turned_rules
from sync.store.base import BookState, Lease


def new_day(parts: Parts) -> Report:
    """Evaluate what the day changes and answer it. Safe to repeat: the second pass finds nothing to do."""
    report = Report()
    recount(parts)
    put_right = judged_ahead(parts)
    note_day(parts)
    due = _judged_records(parts) if put_right else due_records(parts)
    shared = parts.evaluator.shared_rules() if put_right else turned_rules(parts, last_day_done(parts))
    found = register(parts)
    report.notes += found.notes
    judge_books(parts, due, report)
    report.notes += judge_apart(parts, shared)[1]
    for book in found.books:
        ref = found.refs.get(book.id)
        if ref is None or not book.last_ok or ref.token != book.token:
            continue  # a changed book is read by the next poll, which answers it too
        _answer(parts, book.id, ref, report)
    day_done(parts)
    return report


def _judged_records(parts: Parts) -> dict[str, list[str]]:
    """Book → all its records. The system's date ran ahead and was put right (or somebody named a day to come): what was
    judged by a day that has not come yet is judged again, for nothing says which it was."""
    judged: dict[str, list[str]] = defaultdict(list)
    for item in parts.store.judgements(parts.scheme.id, kind="record"):
        judged[item.book].append(item.key)
    return judged


def _answer(parts: Parts, book_id: str, ref: BookRef, report: Report) -> None:
    with _held(parts, book_id, report) as (book, lease):
        if book is not None and lease is not None:
            report.outcomes[book_id] = answer_book(parts, book, ref, lease, again=True)


@contextmanager
def _held(parts: Parts, book_id: str, report: Report) -> Iterator[tuple[BookState | None, Lease | None]]:
    """The book and its lease; (None, None) when somebody else is at work on it."""
    lease = parts.store.acquire(f"book:{book_id}", parts.owner, parts.limits.lease_seconds, parts.clock.now())
    if lease is None:
        yield None, None
        return
    try:
        book = parts.store.book(book_id)
        with kept_apart(parts, report, book or BookState(book_id, parts.scheme.id, book_id.partition(":")[2])):
            yield book, lease
    finally:
        parts.store.release(lease)
