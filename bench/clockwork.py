"""Clocks: wall and processor time of phases; memory of a family of processes."""

from __future__ import annotations

import os
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Phases:
    """Wall seconds by phase."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - start


@dataclass(slots=True)
class Taken:
    """What a piece of work took: seconds on the wall, of processors (children included once they have ended)."""

    wall: float = 0.0
    cpu: float = 0.0


@contextmanager
def timed() -> Iterator[Taken]:
    """Measure a block."""
    taken = Taken()
    wall, cpu = time.perf_counter(), _cpu()
    try:
        yield taken
    finally:
        taken.wall, taken.cpu = time.perf_counter() - wall, _cpu() - cpu


def _cpu() -> float:
    """Processor seconds of this process and of all that it started, those still running included."""
    mine = os.times()
    living = sum(_cpu_of(pid) for pid in _children(os.getpid()))
    return mine.user + mine.system + mine.children_user + mine.children_system + living


def _cpu_of(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += [int(child), *_children(int(child))]
    except OSError:
        return found
    return found


class Memory:
    """Peak memory in MB while a block runs: of this process, and of the largest of its children (resident)."""

    def __init__(self, every: float = 0.05) -> None:
        self._every = every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.main = self.child = self.total = 0.0

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(self._every):
            main = _resident(os.getpid())
            children = [_resident(pid) for pid in _children(os.getpid())]
            self.main = max(self.main, main)
            self.child = max([self.child, *children])
            self.total = max(self.total, main + sum(children))


def _resident(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, IndexError):
        return 0.0
