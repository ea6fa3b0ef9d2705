"""Quota as a budget (law L9): calls are spread so that Google never has to refuse one.

A call takes a place in every bucket that counts it: its identity's and its project's, for reads or for writes. A bucket
never lets more than its limit through within a window a little longer than Google's minute.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable

WINDOW = 61.0  # seconds; Google counts 60, and calls take differently long to arrive
PATIENCE = 0.02  # added to every wait, so that the place is free when we wake


class Bucket:
    """At most `limit` calls within the window. Not safe by itself: `Pace` holds the lock."""

    def __init__(self, limit: int, window: float = WINDOW) -> None:
        self.limit, self.window = max(limit, 1), window
        self._taken: deque[float] = deque()
        self._closed_until = 0.0

    def wait(self, now: float) -> float:
        """Seconds until a place is free; 0 = now."""
        while self._taken and self._taken[0] <= now - self.window:
            self._taken.popleft()
        full = self._taken[-self.limit] + self.window - now if len(self._taken) >= self.limit else 0.0
        return max(full, self._closed_until - now, 0.0)

    def take(self, now: float) -> None:
        self._taken.append(now)

    def close(self, until: float) -> None:
        """Nothing passes before this time: Google has refused a call."""
        self._closed_until = max(self._closed_until, until)

    def load(self, now: float) -> float:
        """Share of the limit taken in the window."""
        self.wait(now)
        return len(self._taken) / self.limit


class Pace:
    """Buckets by name, shared by all threads."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._clock, self._sleep = clock, sleep
        self._buckets: dict[str, Bucket] = {}
        self._lock = threading.Lock()
        self.waited = 0.0  # seconds, altogether

    def bucket(self, name: str, limit: int) -> str:
        """Make a bucket known; its name."""
        with self._lock:
            self._buckets.setdefault(name, Bucket(limit))
        return name

    def take(self, names: Iterable[str], deadline: float) -> bool:
        """Wait for a place in all of these buckets and take it; False when that would be after the deadline."""
        chosen = [self._buckets[name] for name in names]
        while True:
            with self._lock:
                now = self._clock()
                wait = max((bucket.wait(now) for bucket in chosen), default=0.0)
                if wait <= 0:
                    for bucket in chosen:
                        bucket.take(now)
                    return True
            if now + wait > deadline:
                return False
            self.waited += wait
            self._sleep(wait + PATIENCE)

    def wait_of(self, names: Iterable[str]) -> float:
        """How long a call that counts in these buckets would wait now."""
        with self._lock:
            now = self._clock()
            return max((self._buckets[name].wait(now) for name in names), default=0.0)

    def load_of(self, name: str) -> float:
        with self._lock:
            return self._buckets[name].load(self._clock())

    def close(self, name: str, seconds: float) -> None:
        """Google refused a call: nothing more through this bucket for a while."""
        with self._lock:
            self._buckets[name].close(self._clock() + seconds)
