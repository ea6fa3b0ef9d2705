"""Requests that work on the contents of a range: duplicates out, texts cut into columns, rows shuffled, series filled on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise

from sync.backends.google.emulator.a1 import Box
from sync.backends.google.emulator.batch import Batch, is_rows, request
from sync.backends.google.emulator.cells import BLANK, Cell, Json, Value
from sync.backends.google.emulator.errors import bad
from sync.backends.google.emulator.formats import DATE_TYPES, number_format
from sync.backends.google.emulator.formula import Formula, carried
from sync.backends.google.emulator.requests_cells import arrange
from sync.backends.google.emulator.sheet import Sheet
from sync.backends.google.emulator.values import write_row

_DELIMITERS = {"COMMA": ",", "SEMICOLON": ";", "PERIOD": ".", "SPACE": " "}


@request("deleteDuplicates")
def _delete_duplicates(batch: Batch, body: Json) -> Json:
    """Of equal rows the first stays. Letter case, format and formula make no difference (DeleteDuplicatesRequest)."""
    sheet, box = batch.sheet_and_box(body.get("range"))
    batch.guard(sheet, box)
    columns = _compared(body, box)
    seen: set[tuple[object, ...]] = set()
    kept: list[int] = []
    gone: list[int] = []
    for row in range(box.top, box.bottom):
        key = tuple(_same(batch.book.reader.value(sheet.id, row, column)) for column in columns)
        blank = not any(key)
        (gone if key in seen and not blank else kept).append(row)
        seen.add(key)
    arrange(batch, sheet, box, kept + gone)
    for row in range(box.bottom - len(gone), box.bottom):
        sheet.set_cells(row, dict.fromkeys(range(box.left, box.right), BLANK))
    return {"deleteDuplicates": {"duplicatesRemovedCount": len(gone)} if gone else {}}


def _compared(body: Json, box: Box) -> list[int]:
    found: list[int] = []
    for lines in body.get("comparisonColumns") or []:
        if is_rows(lines.get("dimension")):
            raise bad("comparisonColumns must be columns")
        found += range(int(lines.get("startIndex") or 0), int(lines.get("endIndex") or box.right))
    if any(not box.left <= column < box.right for column in found):
        raise bad("comparisonColumns must lie in the range")
    return found or list(range(box.left, box.right))


def _same(value: Value) -> tuple[str, object] | None:
    if value is None:
        return None
    return type(value).__name__, value.casefold() if isinstance(value, str) else value


@request("textToColumns")
def _text_to_columns(batch: Batch, body: Json) -> Json:
    """Texts are cut at a delimiter; the pieces are read as typed, from their own column on."""
    sheet, box = batch.sheet_and_box(body.get("source"))
    if box.width != 1:
        raise bad("The source must span exactly one column.")
    shown = {row: batch.book.reader.shown(sheet.id, row, box.left) for row in range(box.top, box.bottom)}
    sign = _delimiter(body, shown.values())
    pieces = {row: [part.strip() for part in text.split(sign)] for row, text in shown.items() if sign in text}
    width = max(map(len, pieces.values()), default=1)
    sheet.size(columns=max(sheet.column_count, box.left + width))
    batch.guard(sheet, Box(box.top, box.left, box.bottom, box.left + width))
    for row, parts in pieces.items():
        write_row(batch.book, sheet, row, box.left, list(parts), "USER_ENTERED")
    return {}


def _delimiter(body: Json, texts: Iterable[str]) -> str:
    kind = str(body.get("delimiterType") or "")
    if kind == "AUTODETECT":
        whole = "\n".join(texts)
        return max(_DELIMITERS.values(), key=whole.count)
    sign = str(body.get("delimiter") or "") if kind == "CUSTOM" else _DELIMITERS.get(kind, "")
    if not sign:
        raise bad("delimiterType is required, and a delimiter where it is CUSTOM")
    return sign


@request("randomizeRange")
def _randomize(batch: Batch, body: Json) -> Json:
    sheet, box = batch.sheet_and_box(body.get("range"))
    batch.guard(sheet, box)
    order = list(range(box.top, box.bottom))
    batch.random.shuffle(order)
    arrange(batch, sheet, box, order)
    return {}


# series -----------------------------------------------------------------------------------------------------------


@request("autoFill")
def _auto_fill(batch: Batch, body: Json) -> Json:
    """Down or to the right, up or to the left: numbers and dates go on by their step, formulas are carried, texts repeat."""
    if body.get("useAlternateSeries"):
        raise bad("useAlternateSeries is not supported by this emulator")
    sheet, source, box, rows = _filled(batch, body)
    batch.guard(sheet, box)
    first, last = (source.top, source.bottom) if rows else (source.left, source.right)
    for across in range(*((box.left, box.right) if rows else (box.top, box.bottom))):
        model = [sheet.cell(*((at, across) if rows else (across, at))) for at in range(first, last)]
        go_on = _series(model)
        for at in range(*((box.top, box.bottom) if rows else (box.left, box.right))):
            row, column = (at, across) if rows else (across, at)
            old = model[(at - first) % len(model)]
            by = at - (first + (at - first) % len(model))
            sheet.set_cells(row, {column: go_on(old, at - first, (by, 0) if rows else (0, by))})
    return {}


def _filled(batch: Batch, body: Json) -> tuple[Sheet, Box, Box, bool]:
    """Sheet, what is the model, what is filled, whether rows are filled."""
    given = body.get("sourceAndDestination")
    if given is None:
        sheet, box = batch.sheet_and_box(body.get("range"))
        value = batch.book.reader.value
        cells = [(r, c) for r in range(box.top, box.bottom) for c in range(box.left, box.right)]
        held = [(r, c) for r, c in cells if value(sheet.id, r, c) is not None]
        if not held:
            raise bad("There is nothing in the range to fill on from.")
        down, across = max(r for r, _ in held) + 1, max(c for _, c in held) + 1
        rows = down < box.bottom
        source = Box(box.top, box.left, down, box.right) if rows else Box(box.top, box.left, box.bottom, across)
        rest = Box(down, box.left, box.bottom, box.right) if rows else Box(box.top, across, box.bottom, box.right)
        return sheet, source, rest, rows
    sheet, source = batch.sheet_and_box(given.get("source"))
    rows, length = is_rows(given.get("dimension")), int(given.get("fillLength") or 0)
    limit = sheet.row_count if rows else sheet.column_count
    first, last = (source.top, source.bottom) if rows else (source.left, source.right)
    start, end = (last, last + length) if length > 0 else (first + length, first)
    if length == 0 or start < 0 or end > limit:
        raise bad(f"fillLength[{length}] leads outside the grid[{limit}], or nowhere")
    box = source._replace(top=start, bottom=end) if rows else source._replace(left=start, right=end)
    return sheet, source, box, rows


def _series(model: list[Cell]) -> Callable[[Cell, int, tuple[int, int]], Cell]:
    """How a line of cells goes on: from the model cell, the distance from the first one and the way from the model."""
    numbers = [cell.entered for cell in model if isinstance(cell.entered, float) and not isinstance(cell.entered, bool)]
    steps = {round(b - a, 9) for a, b in pairwise(numbers)}
    date = len(model) == 1 and bool(numbers) and number_format(model[0].look).get("type") in DATE_TYPES
    step = 1.0 if date else steps.pop() if len(numbers) == len(model) and len(steps) == 1 else None

    def go_on(old: Cell, distance: int, way: tuple[int, int]) -> Cell:
        if isinstance(old.entered, Formula):
            return old._replace(entered=carried(old.entered, *way), note="")
        if step is not None:
            return old._replace(entered=numbers[0] + step * distance, note="")
        counted = re.fullmatch(r"(.*?)(\d+)", old.entered) if isinstance(old.entered, str) and len(model) == 1 else None
        if counted:
            return old._replace(entered=f"{counted[1]}{int(counted[2]) + distance:0{len(counted[2])}d}", note="")
        return old._replace(note="")

    return go_on
