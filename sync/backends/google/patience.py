"""How often and how long to wait before another try, and when a book is left alone for a while."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from sync.backends.google.failures import BookResting
from sync.clock import local


@dataclass(slots=True)
class Backoff:
    """min(2^n + a random second, longest) before try n + 1; at most `tries` tries."""

    tries: int = 5
    longest: float = 64.0
    chance: random.Random = field(default_factory=random.SystemRandom)

    def wait(self, failures: int, asked: float | None = None) -> float:
        """Seconds to wait after so many failures (1 = the first), at least what Google asked for."""
        grown = min(2.0 ** (failures - 1) + self.chance.random(), self.longest)
        return max(grown, asked or 0.0)


@dataclass(slots=True)
class _State:
    failures: int = 0
    until: float = 0.0


class Breaker:
    """Books that failed several times in a row rest, longer each time; one good call and all is forgotten."""

    def __init__(
        self, clock: Callable[[], float], *, after: int = 3, first: float = 60.0, longest: float = 1800.0
    ) -> None:
        self._clock, self._after, self._first, self._longest = clock, after, first, longest
        self._states: dict[str, _State] = {}
        self._lock = threading.Lock()

    def check(self, book: str, name: str) -> None:
        """BookResting while the book is to be left alone."""
        with self._lock:
            state = self._states.get(book)
            if state is None or state.until <= self._clock():
                return
            until = state.until
        raise BookResting(f"《{name}》连续出错，{local(until):%H:%M} 以后再试")

    def failed(self, book: str) -> None:
        with self._lock:
            state = self._states.setdefault(book, _State())
            state.failures += 1
            if state.failures >= self._after:
                rest = min(self._first * 2 ** (state.failures - self._after), self._longest)
                state.until = self._clock() + rest

    def worked(self, book: str) -> None:
        with self._lock:
            self._states.pop(book, None)

    def resting(self) -> dict[str, float]:
        """Books that rest now, with the time until when."""
        now = self._clock()
        with self._lock:
            return {book: state.until for book, state in self._states.items() if state.until > now}
