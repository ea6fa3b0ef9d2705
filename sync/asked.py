"""Who asked for a book to be synced: the run that does it says so, rather than that it came by itself.

A note is never taken away: it holds until the book is read after it. So workers that do the books need not write it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from sync.store.base import BookState, Store

MANUAL = "manual"  # trigger of such a run, followed by a colon and who asked


def note_asked(store: Store, scheme: str, book_ids: Iterable[str], by: str, now: float) -> None:
    """Ask for these books in somebody's name. Survives any kill, as the asking does."""
    ids = list(book_ids)
    noted = _noted(store, scheme) | dict.fromkeys(ids, (by, now))
    store.save_setting(_name(scheme), json.dumps(noted, ensure_ascii=False))
    store.want(ids)


def trigger_of(store: Store, book: BookState, trigger: str) -> str:
    """The trigger of a run over a book that is wanted: `manual:<who>` when a person has asked since it was last read; else,
    as the system itself wants to read it again, the one given."""
    by, at = _noted(store, book.scheme).get(book.id, ("", 0.0))
    return f"{MANUAL}:{by}" if by and at >= book.last_read else trigger


def _noted(store: Store, scheme: str) -> dict[str, tuple[str, float]]:
    """Book → who asked last, and when (POSIX seconds)."""
    found: dict[str, tuple[str, float]] = json.loads(store.setting(_name(scheme)) or "{}")
    return found


def _name(scheme: str) -> str:
    return f"asked:{scheme}"
