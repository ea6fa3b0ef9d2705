"""How many remote calls a run made: law L9 is kept by numbers that somebody can read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sync.backends.base import Backend
from sync.store.base import Run


@contextmanager
def counted(backend: Backend, run: Run) -> Iterator[None]:
    """Add the calls of this block to the run's counts, as calls_read and so on. One thread has one book in hand."""
    tally = getattr(backend, "tally", None)
    if tally is None:
        yield
        return
    before: dict[str, int] = tally()
    try:
        yield
    finally:
        for kind, number in tally().items():
            if made := number - before.get(kind, 0):
                run.counts[f"calls_{kind}"] = made
