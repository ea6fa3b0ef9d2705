"""A round in which nobody saved anything: a thousand books, none opened."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from bench import child
from bench.books import Size
from bench.lines import Line
from bench.options import Options

ROUNDS = 9


def run(options: Options) -> list[Line]:
    """Sync a folder of small books once, then rounds with nothing to do."""
    size = Size(options.few(1_000), 2)
    found = child.run("bench.measures.idle:idle_task", books=size.books, rows=size.rows)
    took, opened = found["seconds"], found["opened"]
    good = took <= 0.2 and not opened and not options.quick
    return [
        Line(f"idle round, {size.books:,} books", f"{took * 1000:.0f} ms, {opened} files opened", target="≤ 200 ms, no file opened",
             good=None if options.quick else good, note=f"median of {ROUNDS}; processor {found['cpu'] * 1000:.0f} ms",
             figures=found)
    ]  # fmt: skip


def idle_task(books: int, rows: int) -> dict[str, Any]:
    """Median seconds of an idle round, and how many books were opened in all of them."""
    from bench.office import office, workspace
    from sync.engine import sync_round

    size = Size(books, rows)
    opened: list[str] = []
    with workspace(size) as place, office(place, size.books) as work:
        folder = str(place / "books") + os.sep
        first = sync_round(work.parts)
        if first.failures:
            raise RuntimeError(str(first.failures))
        sync_round(work.parts)
        watching = True
        sys.addaudithook(
            lambda event, told: (
                opened.append(str(told[0]))
                if watching and event == "open" and str(told[0]).startswith(folder)
                else None
            )
        )
        took, cpu = [], []
        for _ in range(ROUNDS):
            start, used = time.perf_counter(), time.process_time()
            report = sync_round(work.parts)
            took.append(time.perf_counter() - start)
            cpu.append(time.process_time() - used)
            if report.runs or report.skipped != size.books:
                raise RuntimeError("the idle round was not idle")
        watching = False
    return {"seconds": sorted(took)[ROUNDS // 2], "cpu": sorted(cpu)[ROUNDS // 2], "opened": len(opened)}
