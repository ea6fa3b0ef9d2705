"""Requests that put in, take out, move, size, fold and hide rows and columns."""

from __future__ import annotations

from unicodedata import east_asian_width

from sync.backends.google.emulator.batch import Batch, band, is_rows, lines_of, lines_within, needed_mask, request
from sync.backends.google.emulator.cells import Cell, Json
from sync.backends.google.emulator.errors import bad
from sync.backends.google.emulator.masks import wants, write_masked
from sync.backends.google.emulator.requests_structure import protected_whole
from sync.backends.google.emulator.resources import HEIGHT
from sync.backends.google.emulator.resources_over import groups_of
from sync.backends.google.emulator.sheet import Sheet


@request("insertDimension")
def _insert(batch: Batch, body: Json) -> Json:
    sheet, start, end, rows = lines_of(batch, body)
    limit = sheet.row_count if rows else sheet.column_count
    if body.get("inheritFromBefore") and start == 0:
        raise bad("inheritFromBefore cannot be true if inserting at the start")
    if start > limit:
        raise bad(f"range.startIndex is larger than current grid size ({limit})")
    if start == limit and not body.get("inheritFromBefore"):
        raise bad(f"range.startIndex must be less than the grid size ({limit}) if inheritFromBefore is false.")
    _guard_insert(batch, sheet, start, rows)
    batch.book.insert_lines(sheet, start, end - start, rows=rows)
    _inherit(sheet, start, end, rows, before=bool(body.get("inheritFromBefore")))
    return {}


def _guard_insert(batch: Batch, sheet: Sheet, start: int, rows: bool) -> None:
    """New lines may not be put into the middle of what is protected."""
    limit = sheet.row_count if rows else sheet.column_count
    if 0 < start < limit:
        before, behind = band(sheet, start - 1, start, rows), band(sheet, start, start + 1, rows)
        for item in batch.book.protected.values():
            if item["sheet"] == sheet.id:
                box = sheet.box(item["rect"])
                if box.meets(before) and box.meets(behind):
                    batch.guard(sheet, box)
    elif start == 0 and protected_whole(batch, sheet):
        batch.guard(sheet, band(sheet, 0, 1, rows))


def _inherit(sheet: Sheet, start: int, end: int, rows: bool, *, before: bool) -> None:
    """New lines look like their neighbour: formats and checks, not contents."""
    model = start - 1 if before else end
    if rows:
        pattern = sheet.rows[model] if 0 <= model < len(sheet.rows) else {}
        looks = {column: _bare(cell) for column, cell in pattern.items()}
        for row in range(start, end):
            sheet.set_cells(row, looks)
        return
    for index in range(len(sheet.rows)):
        cell = sheet.cell(index, model)
        if not cell.empty:
            sheet.set_cells(index, dict.fromkeys(range(start, end), _bare(cell)))


def _bare(cell: Cell) -> Cell:
    return Cell(None, cell.look, "", cell.rule)


@request("deleteDimension")
def _delete(batch: Batch, body: Json) -> Json:
    sheet, start, end, rows = lines_of(batch, body)
    limit, line = (sheet.row_count, "row") if rows else (sheet.column_count, "column")
    if end > limit:
        raise bad(
            f"Cannot delete a {line} that doesn't exist. "
            f"Tried to delete {line} index {end - 1} but there are only {limit} {line}s."
        )
    frozen = int(sheet.grid.get("frozenRowCount" if rows else "frozenColumnCount") or 0)
    if start <= frozen and end == limit:
        raise bad(f"Sorry, it is not possible to delete all non-frozen {line}s.")
    batch.guard(sheet, band(sheet, start, end, rows))
    batch.book.delete_lines(sheet, start, end - start, rows=rows)
    return {}


@request("moveDimension")
def _move(batch: Batch, body: Json) -> Json:
    sheet, start, end, rows = lines_of(batch, body)
    batch.guard(sheet, band(sheet, start, end, rows))
    _guard_insert(batch, sheet, int(body.get("destinationIndex", 0)), rows)
    batch.book.move_lines(sheet, start, end, int(body.get("destinationIndex", 0)), rows=rows)
    return {}


@request("appendDimension")
def _append(batch: Batch, body: Json) -> Json:
    sheet = batch.book.sheet(int(body.get("sheetId", 0)))
    rows, length = is_rows(body.get("dimension")), int(body.get("length", 0))
    if length < 1:
        raise bad("length must be at least 1")
    if rows:
        sheet.size(rows=sheet.row_count + length)
    else:
        sheet.size(columns=sheet.column_count + length)
    return {}


@request("updateDimensionProperties")
def _update_lines(batch: Batch, body: Json) -> Json:
    mask = needed_mask(body, "DimensionProperties")
    sheet, start, end, rows = lines_within(batch, body)
    meta = sheet.row_meta if rows else sheet.column_meta
    for index in range(start, end):
        meta[index] = write_masked(meta.get(index, {}), body.get("properties") or {}, mask)
    return {}


@request("autoResizeDimensions")
def _auto_resize(batch: Batch, body: Json) -> Json:
    """As wide as the longest text, by the width that was recorded for a long row of A; rows get their usual height."""
    sheet, start, end, rows = lines_within(batch, {"range": body.get("dimensions")})
    meta = sheet.row_meta if rows else sheet.column_meta
    for index in range(start, end):
        width = 0 if rows else _width(batch, sheet, index)
        if width or rows:
            meta[index] = {**meta.get(index, {}), "pixelSize": width or HEIGHT}
    return {}


def _width(batch: Batch, sheet: Sheet, column: int) -> int:
    """Of what a column shows; 0 when that is nothing."""
    texts = (batch.book.reader.shown(sheet.id, row, column) for row in range(len(sheet.rows)))
    longest = max((sum(1 + (east_asian_width(char) in "WF") for char in text) for text in texts), default=0)
    return longest and int(21 + 8.467 * longest)


@request("addDimensionGroup")
def _add_group(batch: Batch, body: Json) -> Json:
    sheet, start, end, rows = lines_within(batch, body)
    lines = {"sheetId": sheet.id, "dimension": "ROWS" if rows else "COLUMNS", "startIndex": start, "endIndex": end}
    depth = 1 + max((item["depth"] for item in sheet.groups if _inside(lines, item["range"])), default=0)
    sheet.groups.append({"range": lines, "depth": depth})
    sheet.grid.setdefault("rowGroupControlAfter" if rows else "columnGroupControlAfter", True)
    return {"addDimensionGroup": {"dimensionGroups": groups_of(sheet, rows)}}


@request("deleteDimensionGroup")
def _delete_group(batch: Batch, body: Json) -> Json:
    sheet, start, end, rows = lines_within(batch, body)
    lines = {"sheetId": sheet.id, "dimension": "ROWS" if rows else "COLUMNS", "startIndex": start, "endIndex": end}
    if not any(item["range"] == lines for item in sheet.groups):
        raise bad("The group to delete does not exist.")
    sheet.groups = [item for item in sheet.groups if item["range"] != lines]
    left = groups_of(sheet, rows)
    return {"deleteDimensionGroup": {"dimensionGroups": left} if left else {}}


def _inside(lines: Json, other: Json) -> bool:
    return bool(
        lines["dimension"] == other["dimension"]
        and other["startIndex"] <= lines["startIndex"]
        and lines["endIndex"] <= other["endIndex"]
    )


@request("updateDimensionGroup")
def _update_group(batch: Batch, body: Json) -> Json:
    """Fold or unfold: "the range and depth of the group should specify a valid group" (UpdateDimensionGroupRequest)."""
    mask, given = needed_mask(body, "DimensionGroup"), body.get("dimensionGroup") or {}
    sheet, start, end, rows = lines_of(batch, given)
    lines = {"sheetId": sheet.id, "dimension": "ROWS" if rows else "COLUMNS", "startIndex": start, "endIndex": end}
    found = [item for item in sheet.groups if item["range"] == lines and item["depth"] == int(given.get("depth") or 0)]
    if not found:
        raise bad("The group to update does not exist.")
    if wants(mask, "collapsed"):
        folded = bool(given.get("collapsed"))
        new = {**_unfolded(found[0]), **({"collapsed": True} if folded else {})}
        sheet.groups = [new if item is found[0] else item for item in sheet.groups]
        meta = sheet.row_meta if rows else sheet.column_meta
        for index in range(start, end):
            meta[index] = write_masked(
                meta.get(index, {}), {"hiddenByUser": True} if folded else {}, {"hiddenByUser": {}}
            )
    return {}


def _unfolded(item: Json) -> Json:
    """A group unfolded."""
    return {name: value for name, value in item.items() if name != "collapsed"}
