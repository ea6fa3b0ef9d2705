"""The emulator's time. It can be stopped, set and moved, so that quota minutes and token lives pass when told to."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


class EmulatorClock:
    """Real time until `set` stops it. `sleep` on a stopped clock moves it, for clients that share it."""

    def __init__(self, at: float | None = None) -> None:
        self._at = at
        self._lock = threading.Lock()

    def now(self) -> float:
        return time.time() if self._at is None else self._at

    def set(self, at: float | None) -> None:
        """Stop the clock at this moment; None lets it run again."""
        self._at = at

    def advance(self, seconds: float) -> None:
        """Move a clock; a running one is stopped there."""
        with self._lock:
            self._at = self.now() + seconds

    def sleep(self, seconds: float) -> None:
        if self._at is None:
            time.sleep(seconds)
        else:
            self.advance(seconds)

    def today(self, zone: str) -> date:
        """The day in a spreadsheet's own time zone, as TODAY() says it."""
        return datetime.fromtimestamp(
            self.now(), ZoneInfo(zone if not zone.startswith("GMT") else f"Etc/GMT{_turned(zone)}")
        ).date()

    def stamp(self, at: float | None = None) -> str:
        """RFC 3339 as Drive writes it: 2026-11-22T01:05:00.000Z."""
        return stamp(self.now() if at is None else at)


def _turned(zone: str) -> str:
    """GMT+08:00 as the names of zones have it: Etc/GMT-8."""
    hours = int(zone[3:6])
    return f"{-hours:+d}" if hours else ""


def stamp(at: float) -> str:
    moment = datetime.fromtimestamp(at, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
