"""Another statutory calendar: what was judged by the old one is judged again from the store, no book is read.

Which calendar the stored judgements rest on is kept beside them, so that it does not matter when the table was edited,
by which process it is noticed, or whether one is killed half-way. Only what reads differently is stored.
"""

from __future__ import annotations

import logging

from sync.judge import judge_due
from sync.parts import Parts
from sync.shared import try_shared
from sync.store.base import BookState, Judgement

LOG = logging.getLogger("tianbao.sync")


def recount(parts: Parts) -> bool:
    """Judge again where the calendar is another one than last time. True when it was done: texts may count otherwise."""
    name, digest = f"calendar:{parts.scheme.id}", parts.evaluator.calendar.digest()
    if parts.store.setting(name) == digest:
        return False
    books = [book for book in parts.store.books(parts.scheme.id, layout=False) if book.last_ok]
    done = [_book(parts, book) for book in books]
    if try_shared(parts, parts.evaluator.shared_rules()) is not None and all(done):
        parts.store.save_setting(name, digest)  # else somebody is at work on a book: the next round completes it
    return bool(books)


def _book(parts: Parts, book: BookState) -> bool:
    """Judge a book's records again; False when somebody else is at work on it, or it went wrong (L8): then later."""
    lease = parts.store.acquire(f"book:{book.id}", parts.owner, parts.limits.lease_seconds, parts.clock.now())
    if lease is None:
        return False
    try:
        before = {item.key: item for item in parts.store.judgements(parts.scheme.id, book=book.id, kind="record")}
        fresh = judge_due(parts, book.id, before)
        changed = [item for item in fresh if _told(item) != _told(before[item.key])]
        if changed:
            parts.store.save_judgements(lease, changed, parts.clock.now())
        return True
    except Exception:
        LOG.exception("book %s by another calendar", book.id)
        return False
    finally:
        parts.store.release(lease)


def _told(item: Judgement) -> tuple[object, ...]:
    return item.stage, list(item.statuses), list(item.flags), list(item.findings), item.next_change
