"""Upgrading the books from the page: `tianbao books upgrade` in a process of its own, with how far it is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.aside import run_aside
from app.desk import Desk
from app.workspace import book_owners


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The last one. `books`: as `tianbao books upgrade --json` prints them."""

    by: str
    at: float
    dry_run: bool
    running: bool = True
    problem: str = ""
    books: list[dict[str, Any]] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many books there are of each state."""
        found: dict[str, int] = {}
        for item in self.books:
            found[item["state"]] = found.get(item["state"], 0) + 1
        return found


class Upgrading:
    """One at a time; what became of the books stands in the audit as well."""

    def __init__(self, desk: Desk, start: Callable[[Callable[[], None]], None] | None = None) -> None:
        self._desk = desk
        self._start = start or _in_background
        self._lock = threading.Lock()
        self.last: Upgrade | None = None

    def begin(self, by: str, *, dry_run: bool) -> bool:
        """Begin; False while another one is under way."""
        with self._lock:
            if self.last is not None and self.last.running:
                return False
            self.last = Upgrade(by, self._desk.office.clock.now(), dry_run)
        self._desk.live.bump()
        self._start(self._run)
        return True

    def done(self) -> tuple[int, int]:
        """How many books have been changed, of how many: none are while it is only tried."""
        last, office = self.last, self._desk.office
        whole = len(book_owners(office.scheme))
        if last is None or last.dry_run:
            return 0, whole
        events = office.store.events(limit=whole + 200)
        return sum(item["kind"] == "upgrade" and item["at"] >= last.at for item in events), whole

    def _run(self) -> None:
        last, office = self.last, self._desk.office
        assert last is not None
        day = office.clock.as_of.isoformat() if office.clock.as_of else ""
        said = run_aside(
            office.settings, day, "books", "upgrade", "--by", last.by, *(["--dry-run"] if last.dry_run else [])
        )
        self.last = Upgrade(last.by, last.at, last.dry_run, False, said.problem, said.document.get("books", []))
        self._desk.live.bump()
        self._desk.wake()


def _in_background(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="upgrade", daemon=True).start()
