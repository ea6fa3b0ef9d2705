"""One book in which five of five hundred rows were changed by another program: from the save to the answer in the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench import child
from bench.books import Size
from bench.clockwork import timed
from bench.lines import Line
from bench.options import Options

TURNS = 5


def run(options: Options) -> list[Line]:
    """Edit and sync several times; the median counts."""
    size = Size(options.few(20), 500)
    found = child.run("bench.measures.edit:edit_task", books=size.books, rows=size.rows)
    took, rows = found["seconds"], found["validated"]
    return [
        Line("one edited book (5 of 500 rows) to the answer in the file", f"{took * 1000:.0f} ms, {rows} rows validated",
             target="≤ 500 ms, 5 rows", good=took <= 0.5 and rows == 5,
             note=f"median of {TURNS}; processor {found['cpu'] * 1000:.0f} ms, reader included; quiet time not counted", figures=found)
    ]  # fmt: skip


def edit_task(books: int, rows: int) -> dict[str, Any]:
    """Median seconds of a round after five rows of one book were changed with openpyxl."""
    from bench.office import office, workspace
    from sync.engine import sync_round

    size = Size(books, rows)
    with workspace(size) as place, office(place, size.books) as work:
        sync_round(work.parts)
        path = sorted((place / "books").iterdir())[0]
        took, cpu, validated = [], [], []
        for turn in range(TURNS + 1):
            _change(path, turn)
            with timed() as taken:
                report = sync_round(work.parts)
            took.append(taken.wall)
            cpu.append(taken.cpu)
            run_, outcome = report.runs[0], next(iter(report.outcomes.values()))
            if len(report.runs) != 1 or outcome.kind != "done":
                raise RuntimeError(f"{report.failures} {outcome}")
            validated.append(run_.counts["validated"])
    took, cpu = took[1:], cpu[1:]  # the first save by another program also rewrites its looks
    return {"seconds": sorted(took)[TURNS // 2], "cpu": sorted(cpu)[TURNS // 2], "validated": max(validated[1:])}


def _change(path: Path, turn: int) -> None:
    """A clerk's save: other figures in five rows."""
    import warnings

    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path)
        sheet = book["项目库"]
        column = next(c.column for row in sheet.iter_rows(max_row=8) for c in row if c.value == "tb:project.staff")
        for row in range(100, 150, 10):
            sheet.cell(row, column).value = 1000 + turn
        temporary = path.with_name("." + path.name)
        book.save(temporary)
    temporary.replace(path)
