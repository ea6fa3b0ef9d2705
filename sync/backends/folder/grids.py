"""A stranger's ledger → its tabs as grids: everything that stands there, nothing understood yet.

Runs in a reader process like all looking into strangers' files; what it gives travels as JSON.
"""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from typing import Any

from lxml import etree

from sync.backends.folder.package import Limits, Trouble
from sync.backends.folder.sniff import kind_of
from sync.backends.folder.tabs import Sheet, box_of
from sync.backends.folder.workbook import MARKS_TAB, Tab, Workbook
from sync.backends.folder.xls import XlsSheet
from sync.ledger.grid import Grid, Ledger

_ROW = re.compile(rb"<(?:[\w.-]+:)?row\s[^>]*>")
_COLUMN = re.compile(rb"<(?:[\w.-]+:)?col\s[^>]*>")
_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
_LOOKED_INTO = 40_000_000  # bytes of a sheet part in which hidden rows are looked for


def read_grids(data: bytes, name: str, limits: Limits) -> Ledger:
    """All tabs of an .xlsx, .xls or .ods. Never raises because of what the file holds: `problem` says what is wrong."""
    ledger = Ledger(name)
    try:
        if len(data) > limits.file_bytes:
            raise Trouble("book.too_large", reason="file", size=len(data))
        _read(data, ledger, limits)
    except Trouble as trouble:
        return unread(name, trouble.code, **trouble.params)
    except MemoryError:
        return unread(name, "book.bomb")
    except (zipfile.BadZipFile, zlib.error, etree.LxmlError, ValueError, EOFError, OSError, RecursionError):
        return unread(name, "book.damaged")
    return ledger


def unread(name: str, code: str, **params: Any) -> Ledger:
    """A ledger of which nothing was read, and why; the sentences about books speak to clerks, these to who imports."""
    from validators.messages import sentence

    own = {"book.foreign": "ledger.foreign", "book.damaged": "ledger.damaged"}.get(code, code)
    return Ledger(name, problem=sentence(own, {"name": name, **params}))


def _read(data: bytes, ledger: Ledger, limits: Limits) -> None:
    kind = kind_of(data, ledger.name)
    if kind == "xlsx":
        book = Workbook(data, limits)
        for tab in book.tabs:
            sheet = Sheet(tab.title, tab.state, lambda tab=tab: book.sheet(tab))  # type: ignore[misc]
            grid = _grid(sheet)
            _note_hidden(book, tab, grid)
            ledger.grids.append(grid)
        return
    from sync.backends.folder.legacy import legacy_sheets

    ledger.grids = [_grid(sheet) for sheet in legacy_sheets(data, kind, limits)]
    if kind == "ods":
        from sync.backends.folder.odsmarks import OdsMarks, ods_marks

        known = ods_marks(data, limits)
        for grid in ledger.grids:
            marks = known.get(grid.title, OdsMarks(grid.title))
            grid.merges, grid.hidden_columns = marks.merges, marks.hidden_columns
            grid.hidden_rows = marks.hidden_rows & grid.cells.keys()


def _grid(sheet: Sheet) -> Grid:
    grid = Grid(sheet.title, sheet.state)
    if sheet.title.strip().lower() == MARKS_TAB:
        return grid
    rows = sheet.open()
    grid.cells = {row: dict(cells) for row, cells in rows.rows()}
    grid.merges = [box for box in map(box_of, rows.merges) if box is not None]
    if isinstance(rows, XlsSheet):
        grid.hidden_rows, grid.hidden_columns = rows.hidden_rows & grid.cells.keys(), rows.hidden_columns
    return grid


def _note_hidden(book: Workbook, tab: Tab, grid: Grid) -> None:
    """Hidden rows and columns are read like others, but told: nobody saw them on the screen."""
    if book.package.size(tab.part) > _LOOKED_INTO:
        return
    with book.package.open(tab.part) as stream:
        part = stream.read()
    for tag in _ROW.findall(part):
        if _HIDDEN.search(tag) and (row := _number(tag, b"r")) in grid.cells:
            grid.hidden_rows.add(row)
    for tag in _COLUMN.findall(part):
        if _HIDDEN.search(tag):
            first, last = _number(tag, b"min"), _number(tag, b"max")
            grid.hidden_columns.update(range(first, min(last, first + 400) + 1))


def _number(tag: bytes, name: bytes) -> int:
    found = re.search(rb"""\s%s\s*=\s*["'](\d{1,7})["']""" % name, tag)
    return int(found[1]) if found else 0


# on the way from a reader process ------------------------------------------------------------------------------------


def encode_grids(ledger: Ledger) -> bytes:
    grids = [[grid.title, grid.state, [[row, list(cells.items())] for row, cells in grid.cells.items()], grid.merges,
              sorted(grid.hidden_rows), sorted(grid.hidden_columns)] for grid in ledger.grids]  # fmt: skip
    body = [ledger.name, ledger.problem, grids]
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def decode_grids(body: bytes) -> Ledger:
    """The ledger again. ValueError, TypeError or KeyError when the bytes are none."""
    name, problem, grids = json.loads(body)
    return Ledger(str(name), [_grid_in(item) for item in grids], str(problem))


def _grid_in(data: list[Any]) -> Grid:
    title, state, rows, merges, hidden_rows, hidden_columns = data
    cells = {int(row): {int(column): str(raw) for column, raw in items} for row, items in rows}
    boxes = [(int(a), int(b), int(c), int(d)) for a, b, c, d in merges]
    return Grid(str(title), str(state), cells, boxes, set(map(int, hidden_rows)), set(map(int, hidden_columns)))
