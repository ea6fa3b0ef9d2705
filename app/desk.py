"""The desk: one office at work as pages, API and scheduler share it, and what can be asked of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from app.live import Live
from app.wiring import Office
from sync.book import BookRef
from sync.errors import SyncError
from sync.store.base import BookState


def _nobody() -> None:
    """Nobody to wake: another process syncs, or none does."""


@dataclass(slots=True)
class Desk:
    """An office, what is going on in it, and a way to wake whoever syncs."""

    office: Office
    live: Live
    wake: Callable[[], None] = field(default=_nobody)
    _kept: dict[str, tuple[str, Any]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, office: Office) -> Desk:
        return cls(office, Live(office.clock.now))

    def version(self) -> str:
        """Changes whenever there may be something new to show, whoever made it: this process, another, or the day."""
        store, scheme = self.office.store, self.office.scheme.id
        last = store.runs(scheme, limit=1)
        run = f"{last[0].id}{last[0].outcome}" if last else ""
        ruled = store.setting(f"ruled:{scheme}")
        return f"{self.live.version}.{run}.{ruled}.{store.setting(f'day:{scheme}')}.{self.office.clock.today():%m%d}"

    def kept(self, name: str, make: Callable[[], Any]) -> Any:
        """What costs a pass over everything is made once for each version."""
        version = self.version()
        with self._lock:
            found = self._kept.get(name)
            if found is None or found[0] != version:
                found = self._kept[name] = (version, make())
            return found[1]

    def book_id(self, code: str) -> str:
        return f"{self.office.scheme.id}:{code}"

    def book(self, code: str) -> BookState:
        """A unit's book. SyncError when the scheme has no such unit."""
        found = self.office.store.book(self.book_id(code))
        if found is None:
            if not self._known(code):
                raise UnknownBook(f"没有“{code}”这个单位")
            return BookState(self.book_id(code), self.office.scheme.id, code, self._role(code))
        return found

    def resync(self, codes: Iterable[str], by: str) -> int:
        """Ask for these books (all when none is named) to be synced; survives any kill. How many there were: a book
        without a file is read when its file comes."""
        from sync.asked import note_asked
        from sync.register import ensure_books

        named = set(codes)
        books = [item for item in ensure_books(self.office.parts) if item.key and (not named or item.unit in named)]
        note_asked(self.office.store, self.office.scheme.id, [item.id for item in books], by, self.office.clock.now())
        data = {"books": sorted(item.unit for item in books) if named else "all"}
        self.office.store.add_event("resync", self.office.clock.now(), by, data)
        self.live.asked = by
        self.live.bump()
        self.wake()
        return len(books)

    def file(self, book: BookState) -> BookRef | None:
        """The file that counts as the book now, as last listed; None when it is not there."""
        present = self.live.present
        if present is None:
            return BookRef(book.key, book.name) if book.key else None
        return present.get(book.key)

    def name(self, code: str) -> str:
        """What people call a unit, or whoever fills a book."""
        scheme = self.office.scheme
        unit = scheme.unit(code)
        if unit is not None:
            return unit.name
        if code == "commission":
            return next((item.name for item in scheme.departments if item.commission), "主管部门")
        return next((item.name for item in scheme.departments if item.code == code), code)

    def filler(self, code: str) -> str:
        """The code under which somebody's book is kept: the department that runs a scheme fills `commission`."""
        runs = any(item.code == code and item.commission for item in self.office.scheme.departments)
        return "commission" if runs and "commission" in self.office.parts.shapes else code

    def _known(self, code: str) -> bool:
        return self.office.scheme.unit(code) is not None or code in self.office.parts.shapes

    def _role(self, code: str) -> str:
        return "unit" if self.office.scheme.unit(code) is not None else code


class UnknownBook(SyncError):
    """没有这本表。"""

    hint = "请从总览里选择单位。"
