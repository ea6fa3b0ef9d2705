"""Requests that shift cells of a range aside, paste texts, draw borders, trim."""

from __future__ import annotations

import csv
import io

from sync.backends.google.emulator.a1 import Box
from sync.backends.google.emulator.batch import Batch, is_rows, request
from sync.backends.google.emulator.cells import BLANK, Cell, Json
from sync.backends.google.emulator.colours import settled
from sync.backends.google.emulator.errors import bad
from sync.backends.google.emulator.sheet import Sheet
from sync.backends.google.emulator.values import write_row

_WIDTHS = {"SOLID_MEDIUM": 2, "SOLID_THICK": 3, "DOUBLE": 3}  # "determined by the style" (Border)
_SIDES = ("top", "bottom", "left", "right")


def _shifted_part(batch: Batch, body: Json) -> tuple[Sheet, Box, bool, Box]:
    """Sheet, range, whether rows shift, and all cells that move or go."""
    sheet, box = batch.sheet_and_box(body.get("range"))
    rows = is_rows(body.get("shiftDimension"))
    part = (
        Box(box.top, box.left, sheet.row_count, box.right)
        if rows
        else Box(box.top, box.left, box.bottom, sheet.column_count)
    )
    batch.guard(sheet, part)
    if any(merge.meets(part) for merge in sheet.merges):
        raise bad("You can't shift a range that contains merged cells.")
    return sheet, box, rows, part


def _shift(sheet: Sheet, part: Box, by: int, *, rows: bool) -> None:
    """Every cell of the part goes so many places on; what leaves the grid is lost, what nothing comes to is blank."""
    height = min(part.bottom, len(sheet.rows) + max(by, 0) if rows else part.bottom)
    old = {
        (row, column): cell
        for row in range(part.top, min(part.bottom, len(sheet.rows)))
        for column, cell in sheet.rows[row].items()
        if part.left <= column < part.right
    }
    for row in range(part.top, height):
        source = (row - by, 0) if rows else (row, by)
        cells = {c: old.get((source[0], c - source[1]), BLANK) for c in range(part.left, part.right)}
        if row < len(sheet.rows) or any(not cell.empty for cell in cells.values()):
            sheet.set_cells(row, cells)


@request("insertRange")
def _insert_range(batch: Batch, body: Json) -> Json:
    """Blank cells; those that stood there are shifted down or to the right, in these columns or rows alone."""
    sheet, box, rows, part = _shifted_part(batch, body)
    by = box.height if rows else box.width
    last = max(
        (row for row in range(len(sheet.rows)) if any(box.left <= c < box.right for c in sheet.rows[row].filled)),
        default=-1,
    )
    if rows and last + by >= sheet.row_count:
        sheet.size(rows=last + by + 1)
        part = part._replace(bottom=sheet.row_count)
    _shift(sheet, part, by, rows=rows)
    return {}


@request("deleteRange")
def _delete_range(batch: Batch, body: Json) -> Json:
    """The cells behind come up, or to the left."""
    sheet, box, rows, part = _shifted_part(batch, body)
    _shift(sheet, part, -(box.height if rows else box.width), rows=rows)
    return {}


@request("updateBorders")
def _update_borders(batch: Batch, body: Json) -> Json:
    sheet, box = batch.sheet_and_box(body.get("range"))
    batch.guard(sheet, box)
    for row in range(box.top, box.bottom):
        cells = {}
        for column in range(box.left, box.right):
            edges = {
                "top": "top" if row == box.top else "innerHorizontal",
                "bottom": "bottom" if row == box.bottom - 1 else "innerHorizontal",
                "left": "left" if column == box.left else "innerVertical",
                "right": "right" if column == box.right - 1 else "innerVertical",
            }
            cells[column] = _bordered(
                sheet.cell(row, column), {side: body[edges[side]] for side in _SIDES if edges[side] in body}
            )
        sheet.set_cells(row, cells)
    return {}


def _bordered(cell: Cell, given: Json) -> Cell:
    borders = {**((cell.look or {}).get("borders") or {})}
    for side, border in given.items():
        borders.pop(side, None)
        if border and border.get("style") not in (None, "NONE"):
            borders[side] = {**settled(border, {}), "width": _WIDTHS.get(border.get("style"), 1)}
    look = {name: value for name, value in (cell.look or {}).items() if name != "borders"}
    look |= {"borders": borders} if borders else {}
    return cell._replace(look=look or None)


@request("pasteData")
def _paste_data(batch: Batch, body: Json) -> Json:
    """Lines of text, cut at a delimiter, as if typed."""
    place, sign = body.get("coordinate") or {}, str(body.get("delimiter") or "")
    if body.get("html") or len(sign) != 1:
        raise bad("pasteData: only data with a delimiter of one character is supported")
    sheet = batch.book.sheet(int(place.get("sheetId", 0)))
    top, left = int(place.get("rowIndex", 0)), int(place.get("columnIndex", 0))
    rows = list(csv.reader(io.StringIO(str(body.get("data") or "")), delimiter=sign))
    width = max(map(len, rows), default=0)
    sheet.size(max(sheet.row_count, top + len(rows)), max(sheet.column_count, left + width))
    batch.guard(sheet, Box(top, left, top + len(rows), left + width))
    for index, row in enumerate(rows):
        write_row(batch.book, sheet, top + index, left, row, "USER_ENTERED")
    return {}


@request("trimWhitespace")
def _trim(batch: Batch, body: Json) -> Json:
    sheet, box = batch.sheet_and_box(body.get("range"))
    batch.guard(sheet, box)
    changed = 0
    for row in range(box.top, min(box.bottom, len(sheet.rows))):
        cells = {}
        for column, cell in sheet.rows[row].items():
            if box.left <= column < box.right and isinstance(cell.entered, str):
                trimmed = " ".join(cell.entered.split())
                if trimmed != cell.entered:
                    cells[column] = cell._replace(entered=trimmed or None)
        changed += len(cells)
        sheet.set_cells(row, cells)
    return {"trimWhitespace": {"cellsChangedCount": changed} if changed else {}}
