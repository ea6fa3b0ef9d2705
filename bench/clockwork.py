"""Clocks: wall and processor time of phases; memory of a family of processes."""

from __future__ import annotations

import os
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
    """Peak memory in MB while a block runs: of this process, of the largest of its living children, of all together
    (their peaks added up, which is a little too much). The kernel keeps the peaks: a thread that samples would take
    the interpreter's lock from the work that is measured."""

    def __init__(self) -> None:
        self.main = self.child = self.total = 0.0

    def __enter__(self) -> Memory:
        Path("/proc/self/clear_refs").write_text("5")  # proc(5): the peak begins anew
        return self

    def __exit__(self, *_: object) -> None:
        children = [_peak(pid) for pid in _children(os.getpid())]
        self.main, self.child = _peak(os.getpid()), max(children, default=0.0)
        self.total = self.main + sum(children)


def _peak(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    line = next((line for line in status.splitlines() if line.startswith("VmHWM")), "VmHWM: 0 kB")
    return int(line.split()[1]) / 1000
