"""A store that is only looked at: what a look would note stays in memory and goes with it.

Lists, explanations and rehearsals (`--dry-run`) pass through the same code as a real round, which takes leases, enters
books it meets for the first time and notes files nobody knows. Here they see what they noted, and nobody else does.
Whatever else would be written is refused by the database, which is open for reading only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from sync.store.base import BookState, Decision, Lease
from sync.store.store import SqlStore


class LookStore(SqlStore):
    """The store at `url`, opened for reading only. StoreError where it is absent or of another age: nothing is made."""

    def __init__(self, url: str) -> None:
        super().__init__(url, create=False, reading=True)
        self._settings: dict[str, str] = {}
        self._books: dict[str, BookState] = {}
        self._decisions: dict[str, Decision] = {}

    # leases: nobody is kept from work by somebody who only looks, and nobody's lease is ended

    def acquire(self, name: str, owner: str, seconds: float, now: float) -> Lease | None:
        return Lease(name, owner, 0, now + seconds)

    def renew(self, lease: Lease, seconds: float, now: float) -> Lease:
        return replace(lease, until=now + seconds)

    def check(self, lease: Lease, now: float) -> None:
        """It holds as long as the look lasts."""

    def release(self, lease: Lease) -> None:
        """Nobody waits for it."""

    def free_leases(self, is_dead: Callable[[str], bool], now: float) -> int:
        return 0

    # what is noted on the way

    def setting(self, name: str) -> str:
        found = self._settings.get(name)
        return super().setting(name) if found is None else found

    def save_setting(self, name: str, value: str) -> None:
        self._settings[name] = value

    def books(self, scheme: str, *, layout: bool = True) -> list[BookState]:
        found = {book.id: book for book in super().books(scheme, layout=layout)}
        found |= {key: deepcopy(book) for key, book in self._books.items() if book.scheme == scheme}
        return [found[key] for key in sorted(found)]

    def book(self, book_id: str) -> BookState | None:
        noted = self._books.get(book_id)
        return deepcopy(noted) if noted is not None else super().book(book_id)

    def save_book(self, book: BookState, lease: Lease | None = None, now: float = 0.0) -> None:
        self._books[book.id] = deepcopy(book)

    def enter_books(self, new: Iterable[BookState]) -> None:
        for book in new:
            if self.book(book.id) is None:
                self._books[book.id] = deepcopy(book)

    def want(self, book_ids: Iterable[str]) -> None:
        """Nothing is asked of anybody."""

    def decisions(self, scheme: str, *, state: str = "open") -> list[Decision]:
        kept = [item for item in super().decisions(scheme, state=state) if item.id not in self._decisions]
        noted = [item for item in self._decisions.values() if item.scheme == scheme and state in ("", item.state)]
        return sorted([*kept, *noted], key=lambda item: (item.opened, item.id))

    def decision(self, decision_id: str) -> Decision | None:
        return self._decisions.get(decision_id) or super().decision(decision_id)

    def save_decision(self, decision: Decision) -> None:
        self._decisions[decision.id] = decision

    def add_event(self, kind: str, at: float, actor: str, data: Mapping[str, Any]) -> None:
        """The audit tells of what was done."""
