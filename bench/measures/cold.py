"""Cold sync of a folder against the floor on the same files: one core, then two; memory of the service and its readers."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import child
from bench.books import Size, filled_books, scheme_dir
from bench.clockwork import Memory, Phases, timed
from bench.lines import Line, rate
from bench.options import Options


def run(options: Options) -> list[Line]:
    """Floor and ours in turn, each in a process of its own on the same core; then, twice, two workers on two cores."""
    size = options.size
    filled_books(size)
    sizes = {"books": size.books, "rows": size.rows}
    floor = child.run("bench.measures.cold:floor_task", cores=1, **sizes)
    one = child.run("bench.measures.cold:sync_task", cores=1, workers=1, **sizes)
    again = child.run("bench.measures.cold:floor_task", cores=1, **sizes)
    floor = {**floor, **{key: (floor[key] + again[key]) / 2 for key in ("wall", "cpu")}}
    two = child.run("bench.measures.cold:sync_task", cores=2, workers=2, **sizes)
    more = child.run("bench.measures.cold:sync_task", cores=2, workers=2, **sizes)
    two = {**two, **{key: (two[key] + more[key]) / 2 for key in ("wall", "cpu", "own")}}
    return [_against(one, floor, size), _wall(one, floor, size), _two(one, two), _memory(two)]


def _against(one: dict[str, Any], floor: dict[str, Any], size: Size) -> Line:
    ratio = one["cpu"] / floor["cpu"]
    return Line(
        f"cold sync, {size.books} books, one core (processor seconds)", f"{one['cpu']:.1f} s", f"{floor['cpu']:.1f} s",
        f"{ratio:.2f} ×", "≤ 2 × floor", ratio <= 2, _phases(one), {"ours": one, "floor": floor},
    )  # fmt: skip


def _wall(one: dict[str, Any], floor: dict[str, Any], size: Size) -> Line:
    ratio = one["wall"] / floor["wall"]
    ours = f"{one['wall']:.1f} s ({rate(size.total, one['wall'])})"
    return Line("cold sync, one core (wall)", ours, f"{floor['wall']:.1f} s", f"{ratio:.2f} ×", "≤ 2 × floor", ratio <= 2,
                "disk and neighbours included; floor: " + _phases(floor))  # fmt: skip


def _two(one: dict[str, Any], two: dict[str, Any]) -> Line:
    ratio = one["wall"] / two["wall"]
    return Line("cold sync, two workers on two cores", f"{two['wall']:.1f} s", f"{one['wall']:.1f} s on one core",
                f"{ratio:.2f} ×", "≥ 1.6 × faster", ratio >= 1.6,
                f"the service itself has {two['own'] / two['cpu']:.0%} of the work, its readers the rest: at best "
                f"{two['cpu'] / two['own']:.1f} ×; load {os.getloadavg()[0]:.0f} of others makes it less",
                {"two": two})  # fmt: skip


def _memory(two: dict[str, Any]) -> Line:
    ours = f"{two['main']:.0f} MB + readers {two['readers']:.0f} MB"
    return Line("memory of that cold sync", ours, target="≤ 300 MB", good=two["main"] <= 300,
                note=f"service alone is judged; all together {two['total']:.0f} MB")  # fmt: skip


def _phases(found: dict[str, Any]) -> str:
    whole = sum(found["phases"].values()) or 1
    return ", ".join(f"{name} {seconds / whole:.0%}" for name, seconds in found["phases"].items())


def floor_task(books: int, rows: int) -> dict[str, Any]:
    """The floor over all books, in this process."""
    from bench.floor import choices_of, run_floor
    from bench.office import workspace
    from sheets_templates import catalog

    size = Size(books, rows)
    scheme = catalog.load(scheme_dir(size.books))
    with workspace(size) as place, tempfile.TemporaryDirectory() as database:
        with timed() as taken:
            for floor in run_floor(sorted((place / "books").iterdir()), scheme.table("project"), choices_of(scheme),
                                   Path(database) / "floor.db"):  # fmt: skip
                done = floor
        told = sum(done.errors.values())
    return {"wall": taken.wall, "cpu": taken.cpu, "phases": dict(done.phases.seconds), "rows": done.rows, "told": told}


def sync_task(books: int, rows: int, workers: int) -> dict[str, Any]:
    """One cold sync by the real engine over folder and SQLite."""
    from bench.office import office, workspace
    from sync.engine import sync_round

    size = Size(books, rows)
    with workspace(size) as place, office(place, size.books, workers=workers) as work:
        phases = _watch_steps(work.parts) if workers == 1 else Phases()
        own = time.process_time()
        with Memory() as memory, timed() as taken:
            report = sync_round(work.parts)
        own = time.process_time() - own
        done = sum(outcome.kind == "done" for outcome in report.outcomes.values())
        if report.failures or report.notes or done != size.books:
            raise RuntimeError(f"{done} of {size.books} answered: {report.failures} {report.notes[:3]}")
    return {"wall": taken.wall, "cpu": taken.cpu, "phases": dict(phases.seconds), "own": own, "main": memory.main,
            "readers": memory.child, "total": memory.total, "rows": sum(r.counts["rows"] for r in report.runs)}  # fmt: skip


def _watch_steps(parts: Any) -> Phases:
    """Wall seconds between the named steps of the pipeline."""
    phases, last = Phases(), ["look for books", time.perf_counter()]

    def step(name: str) -> None:
        now = time.perf_counter()
        phases.seconds[last[0]] += now - last[1]  # type: ignore[index, operator]
        last[:] = [name, now]

    parts.step = step
    return phases
