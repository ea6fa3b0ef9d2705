"""Another statutory calendar: what was judged by the old one is judged again from the store, no book is read.

Which calendar the stored judgements rest on is kept beside them, so that it does not matter when the table was edited,
by which process it is noticed, or whether one is killed half-way. Only what reads differently is stored. A book that is
busy is judged in the next round; one that goes wrong is tried ever more seldom, and people are told of it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from sync.clock import stamp
from sync.judge import judge_due
from sync.parts import Parts
from sync.shared import try_shared
from sync.store.base import Judgement
from validators.messages import sentence

LOG = logging.getLogger("tianbao.sync")
FIRST_PAUSE, LONGEST_PAUSE = 300.0, 3600.0  # seconds before a book that went wrong is tried again
NOT_RECOUNTED = "book.not_recounted"
_NAMED = 8  # books that are named in the message


@dataclass(slots=True)
class Waiting:
    """A book that still stands by the old calendar. `tries`: how often it went wrong; 0 = it was only busy."""

    book: str
    tries: int = 0
    since: float = 0.0
    again: float = 0.0  # not tried before


@dataclass(slots=True)
class _Progress:
    """How far the change to a calendar has come. `left` None: not begun."""

    left: list[Waiting] | None = None
    shared: bool = False  # the rules that span books are done


def recount(parts: Parts) -> bool:
    """Judge again where the calendar is another one than last time. True when it was done: texts may count otherwise."""
    digest = parts.evaluator.calendar.digest()
    if parts.store.setting(_done_name(parts)) == digest:
        return False
    now, state = parts.clock.now(), _load(parts, digest)
    shown = state.left is not None
    if state.left is None:
        state.left = [Waiting(b.id) for b in parts.store.books(parts.scheme.id, layout=False) if b.last_ok]
        shown = bool(state.left)  # nothing of ours stands in books that were never read
    before = len(state.left), state.shared
    tried = [_book(parts, item) if item.again <= now else item for item in state.left]
    state.left = [item for item in tried if item is not None]
    state.shared = state.shared or try_shared(parts, parts.evaluator.shared_rules()) is not None
    _save(parts, digest, state)
    return shown and before != (len(state.left), state.shared)


def gone_wrong(parts: Parts) -> list[Waiting]:
    """Books that could not be judged by the calendar that holds now: for those who look after the system."""
    return [item for item in _load(parts, parts.evaluator.calendar.digest()).left or () if item.tries]


def recount_words(wrong: Sequence[Waiting], name: Callable[[str], str]) -> dict[str, str]:
    """Parameters of the sentence NOT_RECOUNTED about all of them; `name`: what people call the filler of a book."""
    names = "、".join(name(item.book) for item in wrong[:_NAMED])
    return {
        "name": f"{names} 等{len(wrong)}本" if len(wrong) > _NAMED else names,
        "since": stamp(min(item.since for item in wrong)),
        "tries": str(max(item.tries for item in wrong)),
        "again": stamp(min(item.again for item in wrong)),
    }


def not_recounted(parts: Parts) -> list[str]:
    """What people are told at the end of a round; nothing when all went well."""
    if not (wrong := gone_wrong(parts)):
        return []
    units = {book.id: parts.called(book.unit) for book in parts.store.books(parts.scheme.id, layout=False)}
    return [sentence(NOT_RECOUNTED, recount_words(wrong, lambda book: units.get(book, book)))]


def _book(parts: Parts, item: Waiting) -> Waiting | None:
    """Judge a book's records again; what is left to do when somebody else is at work on it, or it went wrong (L8)."""
    now = parts.clock.now()
    lease = parts.store.acquire(f"book:{item.book}", parts.owner, parts.limits.lease_seconds, now)
    if lease is None:
        return item
    try:
        before = {one.key: one for one in parts.store.judgements(parts.scheme.id, book=item.book, kind="record")}
        fresh = judge_due(parts, item.book, before)
        changed = [one for one in fresh if one.key not in before or _told(one) != _told(before[one.key])]
        if changed:
            parts.store.save_judgements(lease, changed, parts.clock.now())
        return None
    except Exception:
        LOG.exception("book %s by another calendar", item.book)
        pause = min(FIRST_PAUSE * 2**item.tries, LONGEST_PAUSE)
        return Waiting(item.book, item.tries + 1, item.since or now, now + pause)
    finally:
        parts.store.release(lease)


def _told(item: Judgement) -> tuple[object, ...]:
    return item.stage, list(item.statuses), list(item.flags), list(item.findings), item.next_change


# what is remembered between rounds ------------------------------------------------------------------------------


def _done_name(parts: Parts) -> str:
    return f"calendar:{parts.scheme.id}"


def _left_name(parts: Parts) -> str:
    return f"recount:{parts.scheme.id}"


def _load(parts: Parts, digest: str) -> _Progress:
    """How far the change to this calendar, under this scheme, has come; not begun where another one was in hand."""
    found = json.loads(parts.store.setting(_left_name(parts)) or "{}")
    if found.get("of") != [digest, parts.versions]:
        return _Progress()
    return _Progress([Waiting(**item) for item in found["left"]], found["shared"])


def _save(parts: Parts, digest: str, state: _Progress) -> None:
    if state.shared and not state.left:
        parts.store.save_setting(_done_name(parts), digest)
        parts.store.save_setting(_left_name(parts), "")
        return
    left = [asdict(item) for item in state.left or ()]
    body = {"of": [digest, parts.versions], "left": left, "shared": state.shared}
    parts.store.save_setting(_left_name(parts), json.dumps(body))
