"""Requests that write, order, merge and check cells."""

from __future__ import annotations

from typing import Any

from sync.backends.google.emulator.a1 import Box
from sync.backends.google.emulator.batch import Batch, needed_mask, request
from sync.backends.google.emulator.cell_data import changed_cell, check_fields
from sync.backends.google.emulator.cells import BLANK, Cell, Err, Json, Value
from sync.backends.google.emulator.conditions import VALIDATION, check_condition
from sync.backends.google.emulator.errors import bad
from sync.backends.google.emulator.formula import Formula, carried
from sync.backends.google.emulator.sheet import Sheet


@request("updateCells")
def _update_cells(batch: Batch, body: Json) -> Json:
    """Masked fields of a range, or from a start cell on. Cells of the range that the rows do not cover are cleared."""
    mask = needed_mask(body, "CellData")
    check_fields(mask)
    given = [list(row.get("values") or []) for row in body.get("rows") or []]
    if body.get("start") is not None:
        sheet, box = _from_start(batch, body["start"], given)
        covered_only = True
    else:
        sheet, box = batch.sheet_and_box(body.get("range"))
        _check_room(given, box, box)
        covered_only = False
    batch.guard(sheet, box)
    values_only = mask is not None and list(mask) == ["userEnteredValue"]
    for row in range(box.top, box.bottom):
        values = given[row - box.top] if row - box.top < len(given) else []
        if values_only and not values and row >= len(sheet.rows):
            break  # nothing there, nothing to clear
        right = box.left + len(values) if covered_only else box.right
        cells: dict[int, Cell] = {}
        for column in range(box.left, right):
            data = values[column - box.left] if column - box.left < len(values) else {}
            old = sheet.cell(row, column)
            if data or not values_only or old.entered is not None:
                cells[column] = changed_cell(batch.book, old, data or {}, mask)
        sheet.set_cells(row, cells)
    return {}


def _from_start(batch: Batch, start: Json, given: list[list[Any]]) -> tuple[Sheet, Box]:
    top, left = int(start.get("rowIndex", 0)), int(start.get("columnIndex", 0))
    sheet = batch.book.sheet(int(start.get("sheetId", 0)))
    box = Box(top, left, top + len(given), left + max(map(len, given), default=0))
    for name, at, limit in (("row", top, sheet.row_count), ("column", left, sheet.column_count)):
        if at < 0:
            raise bad(f"GridCoordinate.{name}Index must be >= 0")
        if at >= limit:
            raise bad(f"GridCoordinate.{name}Index[{at}] is after last {name} in grid[{limit}]")
    _check_room(given, box, Box(top, left, sheet.row_count, sheet.column_count))
    return sheet, box


def _check_room(given: list[list[Any]], box: Box, room: Box) -> None:
    """400 for rows and columns that lie behind the range they are meant for."""
    bottom, right = box.top + len(given), box.left + max(map(len, given), default=0)
    for line, end, last in (("row", bottom, room.bottom), ("column", right, room.right)):
        if end > last:
            raise bad(f"Attempting to write {line}: {end}, beyond the last requested {line} of: {last}")


@request("repeatCell")
def _repeat_cell(batch: Batch, body: Json) -> Json:
    mask = needed_mask(body, "CellData")
    check_fields(mask)
    sheet, box = batch.sheet_and_box(body.get("range"))
    batch.guard(sheet, box)
    data = body.get("cell") or {}
    made: dict[int, Cell] = {}  # equal cells become one and the same
    for row in range(box.top, box.bottom):
        cells: dict[int, Cell] = {}
        for column in range(box.left, box.right):
            old = sheet.cell(row, column)
            cell = made.get(id(old)) or made.setdefault(id(old), changed_cell(batch.book, old, data, mask))
            if isinstance(cell.entered, Formula) and "userEnteredValue" in data:
                cell = cell._replace(entered=carried(cell.entered, row - box.top, column - box.left))
            cells[column] = cell
        sheet.set_cells(row, cells)
    return {}


@request("appendCells")
def _append_cells(batch: Batch, body: Json) -> Json:
    """New cells behind the last row with data, in the first columns; rows are added where they do not fit."""
    mask = needed_mask(body, "CellData")
    check_fields(mask)
    sheet = batch.book.sheet(int(body.get("sheetId", 0)))
    given = [list(row.get("values") or []) for row in body.get("rows") or []]
    top = batch.book.reader.last_data_row(sheet.id)
    width = max(map(len, given), default=0)
    sheet.size(max(sheet.row_count, top + len(given)), max(sheet.column_count, width))
    batch.guard(sheet, Box(top, 0, top + len(given), width))
    for index, values in enumerate(given):
        row = top + index
        sheet.set_cells(
            row, {c: changed_cell(batch.book, sheet.cell(row, c), data or {}, mask) for c, data in enumerate(values)}
        )
    return {}


# ordering ---------------------------------------------------------------------------------------------------------

_RANK = {float: 0, str: 1, bool: 2}


def _order_key(value: Value) -> tuple[int, Any]:
    if isinstance(value, Err):
        return 3, value.number
    if value is None:
        return 4, 0
    return _RANK[type(value)], value.casefold() if isinstance(value, str) else value


@request("sortRange")
def _sort_range(batch: Batch, body: Json) -> Json:
    """Rows of a range by one or more columns; blanks come last in either direction. Metadata goes with its row."""
    sheet, box = batch.sheet_and_box(body.get("range"))
    batch.guard(sheet, box)
    if any(merge.meets(box) for merge in sheet.merges):
        raise bad("You can't sort a range that contains merged cells.")
    reader = batch.book.reader
    order = list(range(box.top, box.bottom))
    for spec in reversed(body.get("sortSpecs") or []):
        column = int(spec.get("dimensionIndex", 0))
        if not box.left <= column < box.right:
            raise bad("The sort column must be within the range.")
        falling = spec.get("sortOrder") == "DESCENDING"
        keys = {row: _order_key(reader.value(sheet.id, row, column)) for row in order}
        blank = [row for row in order if keys[row][0] == 4]
        filled = sorted((row for row in order if keys[row][0] != 4), key=keys.__getitem__, reverse=falling)
        order = filled + blank
    arrange(batch, sheet, box, order)
    return {}


def arrange(batch: Batch, sheet: Sheet, box: Box, order: list[int]) -> None:
    """Cells of a box get a new order of rows; formulas in them are carried, metadata of the rows follows."""
    old = [dict(sheet.rows[row]) if row < len(sheet.rows) else {} for row in range(box.bottom)]
    for place, source in zip(range(box.top, box.bottom), order, strict=True):
        if place == source:
            continue
        cells: dict[int, Cell] = {}
        for column in range(box.left, box.right):
            cell = old[source].get(column, BLANK)
            if isinstance(cell.entered, Formula):
                cell = cell._replace(entered=carried(cell.entered, place - source))
            cells[column] = cell
        sheet.set_cells(place, cells)
    places = {source: place for place, source in zip(range(box.top, box.bottom), order, strict=True)}
    for key, item in batch.book.metadata.items():
        if item.get("sheet") == sheet.id and item.get("dimension") == "ROWS" and item["end"] == item["start"] + 1:
            now = places[item["start"]] if item["start"] in places else int(item["start"])
            batch.book.metadata[key] = {**item, "start": now, "end": now + 1}


# merging and checking ---------------------------------------------------------------------------------------------


@request("mergeCells")
def _merge_cells(batch: Batch, body: Json) -> Json:
    sheet, box = batch.sheet_and_box(body.get("range"))
    batch.guard(sheet, box)
    kind = body.get("mergeType") or "MERGE_ALL"
    if kind == "MERGE_ALL":
        boxes = [box]
    elif kind == "MERGE_ROWS":
        boxes = [Box(row, box.left, row + 1, box.right) for row in range(box.top, box.bottom)]
    elif kind == "MERGE_COLUMNS":
        boxes = [Box(box.top, column, box.bottom, column + 1) for column in range(box.left, box.right)]
    else:
        raise bad(f"Invalid value at 'mergeType': {kind}")
    for old in sheet.merges:
        if old.meets(box) and not contains(box, old):
            raise bad("You must select all cells in a merged range to merge or unmerge them.")
    for piece in boxes:
        refuse_across_frozen(sheet, piece)
    sheet.merges = [old for old in sheet.merges if not old.meets(box)]
    for piece in boxes:
        if piece.height * piece.width > 1:
            sheet.merges.append(piece)
            _keep_first(sheet, piece)
    return {}


def refuse_across_frozen(sheet: Sheet, box: Box) -> None:
    """A merged cell lies wholly inside or wholly outside what is frozen."""
    rows, columns = (int(sheet.grid.get(name) or 0) for name in ("frozenRowCount", "frozenColumnCount"))
    if box.top < rows < box.bottom or box.left < columns < box.right:
        raise bad("You can't merge frozen and non-frozen rows or columns.")


def contains(outer: Box, box: Box) -> bool:
    return outer.top <= box.top and box.bottom <= outer.bottom and outer.left <= box.left and box.right <= outer.right


def _keep_first(sheet: Sheet, box: Box) -> None:
    """Of a merged range only the first cell keeps its value."""
    for row in range(box.top, min(box.bottom, len(sheet.rows))):
        cells = {}
        for column in range(box.left, box.right):
            cell = sheet.cell(row, column)
            if (row, column) != (box.top, box.left) and cell.entered is not None:
                cells[column] = cell._replace(entered=None)
        sheet.set_cells(row, cells)


@request("unmergeCells")
def _unmerge_cells(batch: Batch, body: Json) -> Json:
    """Every merge in the range; "the range must not partially span any merge" (UnmergeCellsRequest)."""
    sheet, box = batch.sheet_and_box(body.get("range"))
    batch.guard(sheet, box)
    if any(old.meets(box) and not contains(box, old) for old in sheet.merges):
        raise bad("You must select all cells in a merged range to merge or unmerge them.")
    sheet.merges = [old for old in sheet.merges if not old.meets(box)]
    return {}


@request("setDataValidation")
def _set_validation(batch: Batch, body: Json) -> Json:
    sheet, box = batch.sheet_and_box(body.get("range"))
    batch.guard(sheet, box)
    rule = body.get("rule") or None
    if rule is not None:
        check_condition(rule.get("condition") or {}, VALIDATION)
    made: dict[int, Cell] = {}
    for row in range(box.top, box.bottom):
        cells = {}
        for column in range(box.left, box.right):
            old = sheet.cell(row, column)
            cells[column] = made.get(id(old)) or made.setdefault(id(old), old._replace(rule=rule))
        sheet.set_cells(row, cells)
    return {}
