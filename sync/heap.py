"""Less garbage collection while books go through: their rows hold no cycles and are gone with the book.

Python looks for cycles after every few hundred new objects; on a book's tens of thousands of cells that is a sixth of
the whole time, and finds nothing.
"""

from __future__ import annotations

import gc
import threading
from types import TracebackType

SELDOM = (400_000, 10, 100)


class _Sweeps:
    """Collections are rare while anybody is inside; as before once the last one has left."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._before = gc.get_threshold()

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._before = gc.get_threshold()
                gc.set_threshold(*SELDOM)
            self._inside += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                gc.set_threshold(*self._before)


fewer_sweeps = _Sweeps()
