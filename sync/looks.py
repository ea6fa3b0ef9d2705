"""When a book was last seen unchanged, so that the time of a value is known even where its book is rarely saved (law L6).

A book that nobody touches is not read. Without a mark the next value in it could be as old as the last reading, months
ago, and nobody would ever be late. The mark is one small line for all books, written now and then, not every round.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sync.book import BookRef
from sync.parts import Parts
from sync.store.base import BookState

EVERY = 900.0  # seconds between two marks: so much earlier than they were values may be taken for, in a clerk's favour
_BEHIND = 180.0  # a place may tell of a change that much after it was made


def note_looks(parts: Parts, books: Iterable[BookState], refs: Mapping[str, BookRef], at: float) -> None:
    """Mark the books that the place, listed at `at`, shows as they were read."""
    before = _load(parts)
    if 0 <= at - before.at < EVERY:
        return
    but = {}
    for book in books:
        ref = refs.get(book.id)
        same = ref is not None and bool(ref.token) and ref.token == book.token and not book.problem and not book.held
        if not same:
            but[book.id] = before.seen(book.id)
    text = json.dumps({"at": at, "but": but}, sort_keys=True)
    parts.store.save_setting(_name(parts), text)


def last_seen_without(parts: Parts, book: BookState, file_time: float) -> float:
    """The last time at which the book certainly did not say yet what it says now; 0.0 before its first reading.

    `file_time`: when the file that is read now was saved, by its own account. It may have been saved on a machine that
    was not connected: then it is as old as that, whatever was seen here meanwhile.
    """
    read = float(book.layout.get("read_at", 0))
    if not read:
        return 0.0
    seen = _load(parts).seen(book.id) - _BEHIND
    if file_time:
        seen = min(seen, file_time)
    return max(read, seen)


class _Mark(NamedTuple):
    """At `at` all books were as they had been read, but some, each with the last time of which that is known."""

    at: float = 0.0
    but: Mapping[str, float] = {}

    def seen(self, book_id: str) -> float:
        return self.but.get(book_id, self.at)


def _load(parts: Parts) -> _Mark:
    text = parts.store.setting(_name(parts))
    return _Mark(**json.loads(text)) if text else _Mark()


def _name(parts: Parts) -> str:
    return f"seen:{parts.scheme.id}"
