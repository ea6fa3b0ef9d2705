"""One watchman for all readers of a pool: what has not answered in its time is struck.

A timer for each question would be a thread each time, and the book at work waits for it to start.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic


class Watchman:
    """`seconds` for each question, from its start."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._change = threading.Condition()
        self._due: dict[object, tuple[float, Callable[[], None]]] = {}  # in the order in which they fall due
        self._awake = self._asleep = self._over = False

    @contextmanager
    def over(self, strike: Callable[[], None]) -> Iterator[None]:
        """Watch over the block: `strike` is called, from another thread, when it takes too long."""
        mark = object()
        with self._change:
            self._due[mark] = monotonic() + self._seconds, strike
            if not self._awake:
                self._awake = True
                threading.Thread(target=self._watch, name="watchman", daemon=True).start()
            elif self._asleep:  # else it looks again before this one falls due: all have the same time
                self._change.notify()
        try:
            yield
        finally:
            with self._change:
                self._due.pop(mark, None)

    def close(self) -> None:
        """Its thread ends once nothing is at work any more."""
        with self._change:
            self._over = True
            self._change.notify()

    def _watch(self) -> None:
        with self._change:
            while self._due or not self._over:
                self._wait()
                self._strike()
            self._awake = False

    def _wait(self) -> None:
        first = next(iter(self._due.values()), None)
        self._asleep = first is None
        self._change.wait(None if first is None else max(0.0, first[0] - monotonic()))
        self._asleep = False

    def _strike(self) -> None:
        now = monotonic()
        for mark in [mark for mark, (end, _) in self._due.items() if end <= now]:
            self._due.pop(mark)[1]()
