"""Who asked for a book to be synced: the run that does it says so, rather than that it came by itself."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sync.store.base import Store

MANUAL = "manual"  # trigger of such a run, followed by a colon and who asked


def note_asked(store: Store, scheme: str, book_ids: Iterable[str], by: str) -> None:
    """Ask for these books in somebody's name. Survives any kill, as the asking does."""
    ids = list(book_ids)
    store.save_setting(_name(scheme), json.dumps(_noted(store, scheme) | dict.fromkeys(ids, by), ensure_ascii=False))
    store.want(ids)


def trigger_of(store: Store, scheme: str, book_id: str, trigger: str) -> str:
    """The trigger of a run over a book that is wanted: `manual:<who>` when a person asked, told once; else as given."""
    noted = _noted(store, scheme)
    by = noted.pop(book_id, "")
    if not by:
        return trigger  # the system itself wants to read it again
    store.save_setting(_name(scheme), json.dumps(noted, ensure_ascii=False))
    return f"{MANUAL}:{by}"


def _noted(store: Store, scheme: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(store.setting(_name(scheme)) or "{}")
    return found


def _name(scheme: str) -> str:
    return f"asked:{scheme}"
