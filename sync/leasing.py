"""Work on one book's row under its lease: whoever changes what is known of a book holds it (law L5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sync.parts import Parts
from sync.store.base import BookState, Lease

PAUSE = 0.2  # seconds between two tries for a lease that somebody else holds


@contextmanager
def book_lease(parts: Parts, book_id: str, patience: float = 0.0) -> Iterator[Lease | None]:
    """The book's lease for the length of a block, tried for `patience` seconds; None while somebody else keeps it."""
    lease = _acquire(parts, book_id, patience)
    try:
        yield lease
    finally:
        if lease is not None:
            parts.store.release(lease)


def revise_book(parts: Parts, book_id: str, change: Callable[[BookState], bool]) -> BookState | None:
    """Change the book as it stands in the store now, under its lease; saved when `change` says that it did.

    None, and nothing changed, while somebody else has the book in hand or when there is no such book.
    """
    with book_lease(parts, book_id) as lease:
        book = parts.store.book(book_id) if lease is not None else None
        if book is not None and change(book):
            parts.store.save_book(book, lease, parts.clock.now())
        return book


def _acquire(parts: Parts, book_id: str, patience: float) -> Lease | None:
    waited = 0.0
    while True:
        now = parts.clock.now()
        lease = parts.store.acquire(f"book:{book_id}", parts.owner, parts.limits.lease_seconds, now)
        if lease is not None or waited >= patience:
            return lease
        parts.clock.sleep(PAUSE)
        waited += PAUSE
