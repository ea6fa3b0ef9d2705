"""Requests that copy and move blocks of cells."""

from __future__ import annotations

from collections.abc import Iterator

from sync.backends.google.emulator.a1 import Box, Rect
from sync.backends.google.emulator.batch import Batch, request
from sync.backends.google.emulator.cells import BLANK, Cell, Err, Json, Value
from sync.backends.google.emulator.errors import bad
from sync.backends.google.emulator.formula import Formula, carried
from sync.backends.google.emulator.requests_cells import contains
from sync.backends.google.emulator.sheet import Sheet


@request("copyPaste")
def _copy_paste(batch: Batch, body: Json) -> Json:
    """Repeated as often as the destination holds the source, at least once."""
    source, taken = batch.sheet_and_box(body.get("source"))
    target, rect = batch.sheet_and_rect(body.get("destination"))
    asked = target.box(rect)
    turned = body.get("pasteOrientation") == "TRANSPOSE"
    height, width = (taken.width, taken.height) if turned else (taken.height, taken.width)
    high = max(asked.height // height, 1) * height
    wide = max(asked.width // width, 1) * width
    box = Box(asked.top, asked.left, asked.top + high, asked.left + wide)
    target.size(max(target.row_count, box.bottom), max(target.column_count, box.right))
    batch.guard(target, box)
    kind = str(body.get("pasteType") or "PASTE_NORMAL")
    if kind == "PASTE_CONDITIONAL_FORMATTING":
        _paste_rules(source, taken, target, box)
        return {}
    paste_block(batch, source, taken, target, box, kind, turned=turned)
    if kind in ("PASTE_NORMAL", "PASTE_NO_BORDERS") and not turned:
        _paste_merges(source, taken, target, box)
    return {}


def _repeated(part: Box, taken: Box, box: Box) -> Iterator[Box]:
    """Where a part of the source comes to lie, as often as the box holds the source."""
    for top in range(box.top, box.bottom, taken.height):
        for left in range(box.left, box.right, taken.width):
            down, across = top - taken.top, left - taken.left
            yield Box(part.top + down, part.left + across, part.bottom + down, part.right + across)


def _paste_merges(source: Sheet, taken: Box, target: Sheet, box: Box) -> None:
    """ "Values, formulas, formats, and merges" (PasteType); what was merged under them is taken apart."""
    inside = [old for old in source.merges if contains(taken, old)]
    made = [new for old in inside for new in _repeated(old, taken, box)]
    target.merges = [old for old in target.merges if not old.meets(box) or old in made] + [
        new for new in made if new not in target.merges
    ]


def _paste_rules(source: Sheet, taken: Box, target: Sheet, box: Box) -> None:
    """Rules that hold for the source hold for the target too; on another sheet they are rules of their own."""
    kept = []
    for rule in source.conditional:
        parts = [cut for rect in rule["_ranges"] if (cut := _crossing(source.box(rect), taken)) is not None]
        more = [Rect(*new) for part in parts for new in _repeated(part, taken, box)]
        if target is source:
            kept.append({**rule, "_ranges": [*rule["_ranges"], *more]})
        elif more:
            target.conditional.append({**rule, "_ranges": more})
    if target is source:
        source.conditional = kept


def _crossing(one: Box, other: Box) -> Box | None:
    if not one.meets(other):
        return None
    return Box(
        max(one.top, other.top), max(one.left, other.left), min(one.bottom, other.bottom), min(one.right, other.right)
    )


def paste_block(
    batch: Batch, source: Sheet, taken: Box, target: Sheet, box: Box, kind: str, *, turned: bool = False
) -> None:
    """Paste a block over a box, repeating it; `turned`: rows become columns."""
    reader = batch.book.reader
    block = [[source.cell(r, c) for c in range(taken.left, taken.right)] for r in range(taken.top, taken.bottom)]
    values = [
        [reader.value(source.id, r, c) for c in range(taken.left, taken.right)] for r in range(taken.top, taken.bottom)
    ]
    for row in range(box.top, box.bottom):
        cells: dict[int, Cell] = {}
        for column in range(box.left, box.right):
            down, across = (column - box.left, row - box.top) if turned else (row - box.top, column - box.left)
            i, j = down % taken.height, across % taken.width
            new = block[i][j]
            if isinstance(new.entered, Formula):
                by = row - (taken.top + i), column - (taken.left + j)
                new = new._replace(entered=carried(new.entered, *by))
            cells[column] = _pasted(target.cell(row, column), new, values[i][j], kind)
        target.set_cells(row, cells)


def _pasted(old: Cell, new: Cell, value: Value, kind: str) -> Cell:
    plain = None if isinstance(value, Err) else value
    if kind == "PASTE_VALUES":
        return old._replace(entered=plain)
    if kind == "PASTE_FORMAT":
        return old._replace(look=new.look, rule=new.rule)
    if kind == "PASTE_FORMULA":
        return old._replace(entered=new.entered)
    if kind == "PASTE_DATA_VALIDATION":
        return old._replace(rule=new.rule)
    if kind == "PASTE_NO_BORDERS":
        borders = {name: look for name, look in (old.look or {}).items() if name == "borders"}
        bare = {name: look for name, look in (new.look or {}).items() if name != "borders"}
        new = new._replace(look={**bare, **borders} or None)
    if kind in ("PASTE_NORMAL", "PASTE_NO_BORDERS"):
        return new if new.entered is not None or value is None else new._replace(entered=plain)
    raise bad(f"pasteType {kind} is not supported")


@request("cutPaste")
def _cut_paste(batch: Batch, body: Json) -> Json:
    source, taken = batch.sheet_and_box(body.get("source"))
    place = body.get("destination") or {}
    target = batch.book.sheet(int(place.get("sheetId", 0)))
    top, left = int(place.get("rowIndex", 0)), int(place.get("columnIndex", 0))
    box = Box(top, left, top + taken.height, left + taken.width)
    target.size(max(target.row_count, box.bottom), max(target.column_count, box.right))
    batch.guard(source, taken)
    batch.guard(target, box)
    block = [[source.cell(r, c) for c in range(taken.left, taken.right)] for r in range(taken.top, taken.bottom)]
    for row in range(taken.top, taken.bottom):
        source.set_cells(row, dict.fromkeys(range(taken.left, taken.right), BLANK))
    for index, cells in enumerate(block):
        target.set_cells(top + index, {left + j: cell for j, cell in enumerate(cells)})
    return {}
