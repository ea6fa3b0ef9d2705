"""Time, injected everywhere. "Today" is a day in Asia/Shanghai, or the day the operator names with --as-of."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(slots=True)
class Clock:
    """The real clock. `as_of` fixes today; the time of day stays real, so that audit times are true."""

    as_of: date | None = None

    def now(self) -> float:
        return time.time()

    def today(self) -> date:
        return self.as_of or local(self.now()).date()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass(slots=True)
class FixedClock(Clock):
    """A clock that stands still until told otherwise: tests, rehearsals."""

    at: float = 0.0

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


def local(at: float) -> datetime:
    """POSIX seconds → local time of the office."""
    return datetime.fromtimestamp(at, ZONE)


def stamp(at: float) -> str:
    """The way times are shown to people: 2026-11-22 09:05."""
    return local(at).strftime("%Y-%m-%d %H:%M")
