"""Writing our texts back: ours (splice, verify) against openpyxl and excelize; every foreign byte kept or not."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
import warnings
import zipfile
from pathlib import Path
from typing import Any

from bench.books import filled_books
from bench.lines import Line, skipped
from bench.options import Options
from bench.venvs import NoPeer, ask

COLUMNS = 3


def run(options: Options) -> list[Line]:
    """Three answer columns in all rows of a book of 500 rows, several books."""
    books = filled_books(options.size)[: options.few(10)]
    with tempfile.TemporaryDirectory() as place:
        paths = [Path(shutil.copy(path, Path(place) / f"{number}.xlsx")) for number, path in enumerate(books)]
        tab, cells = _cells(paths[0])
        ours = _ours(paths, tab, cells)
        lines = [_against("openpyxl", ours, _openpyxl(paths, tab, cells), 10, options)]
        body = {"books": [str(p) for p in paths], "tab": tab, "cells": cells}
        (Path(place) / "cells.json").write_text(json.dumps(body, ensure_ascii=False), "utf-8")
        try:
            found = ask("excelize", ("excelize",), "excelize_write", str(Path(place) / "cells.json"))
            lines.append(_against("excelize", ours, found["seconds"] / found["books"], 5, options))
        except NoPeer as error:
            lines.append(skipped("write-back against excelize", str(error), "≥ 5 ×"))
    return lines


def _against(name: str, ours: float, theirs: float, times: int, options: Options) -> Line:
    ratio = theirs / ours
    return Line(f"write-back against {name}", f"{ours * 1000:.0f} ms a book", f"{theirs * 1000:.0f} ms", f"{ratio:.1f} ×",
                f"≥ {times} ×, foreign bytes kept", None if options.quick else ratio >= times,
                f"processor time, file read and written by all; {COLUMNS} columns of all rows; ours verified: all other members byte for byte", {"ours": ours})  # fmt: skip


def _cells(path: Path) -> tuple[str, list[tuple[int, int, str]]]:
    """The tab, and (row, column, text) to write."""
    from sync.backends.folder.package import Limits
    from sync.backends.folder.workbook import Workbook

    book = Workbook(path.read_bytes(), Limits())
    tab = next(item for item in book.tabs if item.title == "项目库")
    columns, cells, start = [], [], 0
    for number, row in book.sheet(tab).rows():
        if not columns:
            columns = [
                at for at, text in row.items() if text in {f"tb:project.@{n}" for n in ("check", "status", "stage")}
            ]
            start = number + 2
        elif number > start:
            cells += [(number, at, f"还有{number}处要改：开工实际日期") for at in columns[:COLUMNS]]
    return tab.title, cells


def _ours(paths: list[Path], tab: str, cells: list[tuple[int, int, str]]) -> float:
    """Seconds a book, and the proof that nothing else changed."""
    from sync.backends.folder.patch import plan_patch
    from sync.book import BookAnswer, CellText

    answer = BookAnswer("", [CellText(tab, row, column, text) for row, column, text in cells])
    out = [path.with_suffix(".ours.xlsx") for path in paths]
    start = time.process_time()
    for path, new in zip(paths, out, strict=True):
        new.write_bytes(plan_patch(path.read_bytes(), answer).data)
    took = (time.process_time() - start) / len(paths)
    for path, new in zip(paths, out, strict=True):
        _only_sheets_differ(path, new)
    return took


def _only_sheets_differ(path: Path, made: Path) -> None:
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made) as new:
        differ = [i.filename for i in old.infolist() if old.read(i) != new.read(i.filename)]
    if not differ or any("worksheets/" not in name for name in differ):
        raise RuntimeError(f"{path.name}: {differ} differ")


def _openpyxl(paths: list[Path], tab: str, cells: list[tuple[int, int, str]]) -> float:
    import openpyxl

    few: list[Any] = paths[: max(len(paths) // 3, 1)]
    start = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path in few:
            book = openpyxl.load_workbook(path)
            sheet = book[tab]
            for row, column, text in cells:
                sheet.cell(row, column).value = text
            book.save(f"{path}.out.xlsx")
    return (time.process_time() - start) / len(few)
