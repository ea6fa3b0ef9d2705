"""Books as JSON answers: fields of default value left out, colours in 8 bits, grid data only where asked for."""

from __future__ import annotations

from collections.abc import Sequence

from sync.backends.google.emulator.a1 import Box, grid_range
from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.cells import Cell, Json, extended
from sync.backends.google.emulator.colours import SPREADSHEET_THEME, styled
from sync.backends.google.emulator.formats import default_pattern
from sync.backends.google.emulator.formula import Formula
from sync.backends.google.emulator.masks import Mask, apply_mask, inner, wants
from sync.backends.google.emulator.resources_over import (
    filter_json,
    groups_of,
    laid_json,
    metadata_json,
    protected_json,
    rule_json,
)
from sync.backends.google.emulator.sheet import Row, Sheet

WIDTH, HEIGHT = 100, 21
_DEFAULT_LOOK: Json = styled({
    "backgroundColor": {"red": 1, "green": 1, "blue": 1},
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {}, "fontFamily": "arial,sans,sans-serif", "fontSize": 10,
        "bold": False, "italic": False, "strikethrough": False, "underline": False,
    },
})  # fmt: skip


def book_json(
    book: Book, user: str, mask: Mask | None = None, ranges: Sequence[tuple[Sheet, Box]] = (), *, data: bool = False
) -> Json:
    """A spreadsheets.get answer. `data`: with the cells of `ranges`, or of every sheet when there are none."""
    asked = {id(sheet): [box for other, box in ranges if other is sheet] for sheet, _ in ranges}
    found: Json = {
        "spreadsheetId": book.id,
        "properties": {**book.properties, "defaultFormat": _DEFAULT_LOOK, "spreadsheetTheme": SPREADSHEET_THEME},
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{book.id}/edit",
    }
    if book.named:
        found["namedRanges"] = [
            {"namedRangeId": key, "name": item["name"], "range": grid_range(item["sheet"], item["rect"])}
            for key, item in book.named.items()
        ]
    if wants(mask, "developerMetadata"):
        own = [metadata_json(key, item) for key, item in book.shown_metadata().items() if "sheet" not in item]
        found |= {"developerMetadata": own} if own else {}
    found = dict(apply_mask(found, mask))
    if wants(mask, "sheets"):
        sheets = [
            _sheet_json(book, sheet, user, inner(mask, "sheets"), asked.get(id(sheet), []), data=data)
            for sheet in book.sheets
            if not ranges or id(sheet) in asked
        ]
        found |= {"sheets": sheets} if sheets else {}
    return found


def _sheet_json(book: Book, sheet: Sheet, user: str, mask: Mask | None, boxes: list[Box], *, data: bool) -> Json:
    found: Json = {"properties": sheet_properties(book, sheet)}
    if sheet.merges:
        found["merges"] = [_box_range(sheet, box) for box in sheet.merges]
    if sheet.conditional and wants(mask, "conditionalFormats"):
        found["conditionalFormats"] = [rule_json(book, sheet, rule) for rule in sheet.conditional]
    for name, rows in (("rowGroups", True), ("columnGroups", False)):
        if groups := groups_of(sheet, rows):
            found[name] = groups
    if sheet.filter is not None:
        rest = {name: value for name, value in sheet.filter.items() if name != "rect"}
        found["basicFilter"] = {"range": grid_range(sheet.id, sheet.filter["rect"]), **filter_json(rest)}
    for key, item in sheet.laid.items():
        if wants(mask, item.kind):
            found.setdefault(item.kind, []).append(laid_json(sheet, key, item))
    protected = [
        protected_json(book, key, item, user) for key, item in book.protected.items() if item["sheet"] == sheet.id
    ]
    if protected:
        found["protectedRanges"] = protected
    own = [
        metadata_json(key, item)
        for key, item in book.shown_metadata().items()
        if item.get("sheet") == sheet.id and "dimension" not in item
    ]
    if own:
        found["developerMetadata"] = own
    found = dict(apply_mask(found, mask))
    if data and wants(mask, "data"):
        whole = boxes or [Box(0, 0, sheet.row_count, sheet.column_count)]
        found["data"] = [grid_data(book, sheet, box, inner(mask, "data")) for box in whole]
    return found


def _box_range(sheet: Sheet, box: Box) -> Json:
    from sync.backends.google.emulator.a1 import Rect

    return grid_range(sheet.id, Rect(*box))


def sheet_properties(book: Book, sheet: Sheet) -> Json:
    """SheetProperties; sheetId and index are written even when they are 0."""
    grid = {"rowCount": sheet.row_count, "columnCount": sheet.column_count, **sheet.grid}
    return {
        "sheetId": sheet.id,
        "title": sheet.title,
        "index": book.sheets.index(sheet),
        "sheetType": "GRID",
        "gridProperties": {name: value for name, value in grid.items() if value},
        **{name: value for name, value in sheet.properties.items() if value},
    }


def grid_data(book: Book, sheet: Sheet, box: Box, mask: Mask | None) -> Json:
    """GridData of a box through a mask: rows and cells behind the last one with anything in it are left out."""
    found: Json = {}
    if box.top and wants(mask, "startRow"):
        found["startRow"] = box.top
    if box.left and wants(mask, "startColumn"):
        found["startColumn"] = box.left
    if wants(mask, "rowData"):
        rows = _row_data(book, sheet, box, inner(mask, "rowData", "values"))
        if rows:
            found["rowData"] = rows
    for name, lines, meta, size in (
        ("rowMetadata", range(box.top, box.bottom), sheet.row_meta, HEIGHT),
        ("columnMetadata", range(box.left, box.right), sheet.column_meta, WIDTH),
    ):
        if wants(mask, name):
            dimension = "ROWS" if name == "rowMetadata" else "COLUMNS"
            own = _metadata_of_lines(book, sheet, dimension)
            told = [{"pixelSize": size, **meta.get(at, {}), **own.get(at, {})} for at in lines]
            found[name] = apply_mask(told, inner(mask, name))
    return found


def _metadata_of_lines(book: Book, sheet: Sheet, dimension: str) -> dict[int, Json]:
    """Row or column → what it bears, for those that bear anything."""
    found: dict[int, Json] = {}
    for key, item in book.shown_metadata().items():
        if item.get("sheet") == sheet.id and item.get("dimension") == dimension:
            found.setdefault(item["start"], {"developerMetadata": []})["developerMetadata"].append(
                metadata_json(key, item)
            )
    return found


def _row_data(book: Book, sheet: Sheet, box: Box, mask: Mask | None) -> list[Json]:
    writer = _CellWriter(book, sheet, mask)
    last_data = book.reader.last_data_row(sheet.id)
    bottom = min(box.bottom, max(len(sheet.rows), last_data))
    rows = [_row_json(writer, sheet.row(row), row, box, filled=row < last_data) for row in range(box.top, bottom)]
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _row_json(writer: _CellWriter, own: Row, row: int, box: Box, *, filled: bool) -> Json:
    """RowData. What needs no computing is the same until somebody changes the row: made once."""
    key = (writer.signature, box.left, box.right, filled)
    if not own and not (filled and writer.spilled != set()):
        return {}
    if key not in own.kept:
        shown = [c for c, cell in own.items() if box.left <= c < box.right and writer.shows(cell)]
        later = [c for c in shown if filled and writer.computed(own[c], c)]
        fixed = {c: writer.cell(row, c) for c in shown if c not in later}
        own.kept[key] = fixed, _values(fixed, box.left), later
    fixed, whole, later = own.kept[key]
    if not filled or not (later or writer.spilled):
        return dict(whole)
    across = range(box.left, box.right) if writer.spilled is None else writer.spilled
    found = {c: data for c in {*later, *across} if box.left <= c < box.right and (data := writer.cell(row, c))}
    return _values({**fixed, **found}, box.left)


def _values(cells: dict[int, Json], left: int) -> Json:
    last = max(cells, default=-1)
    return {"values": [cells.get(c, {}) for c in range(left, last + 1)]} if cells else {}


class _CellWriter:
    """CellData of one sheet, only the fields that are wanted."""

    def __init__(self, book: Book, sheet: Sheet, mask: Mask | None) -> None:
        self.book, self.sheet, self.mask, self.reader = book, sheet, mask, book.reader
        self.entered = wants(mask, "userEnteredValue")
        self.effective = wants(mask, "effectiveValue")
        self.formatted = wants(mask, "formattedValue")
        self.look = wants(mask, "userEnteredFormat")
        self.full_look = wants(mask, "effectiveFormat")
        self.form_only = list(inner(mask, "effectiveFormat") or ()) == ["numberFormat"]
        self.note = wants(mask, "note")
        self.rule = wants(mask, "dataValidation")
        self.spilled = book.reader.spill_columns(sheet.id)
        self.signature = f"{mask}{book.locale}{self.spilled}"

    def computed(self, cell: Cell, column: int) -> bool:
        """Whether what the cell holds is worked out: a formula, or what one beside it may spill."""
        blank = cell.entered is None and (self.spilled is None or column in self.spilled)
        return blank or isinstance(cell.entered, Formula)

    def shows(self, cell: Cell) -> bool:
        """Whether a cell has anything of what is wanted, a spilled value apart."""
        if cell.entered is not None or (self.note and cell.note) or (self.rule and cell.rule):
            return True
        if self.form_only and not self.look:
            return bool(cell.look and "numberFormat" in cell.look)
        return bool((self.look or self.full_look) and cell.look)

    def cell(self, row: int, column: int) -> Json:
        cell = self.sheet.cell(row, column)
        value = self.reader.value(self.sheet.id, row, column)
        if value is None and cell.empty:
            return {}
        found: Json = {}
        if self.entered and cell.entered is not None:
            found["userEnteredValue"] = entered_json(self.book, cell)
        if self.effective and value is not None:
            found["effectiveValue"] = extended(value)
        if self.formatted and value is not None:
            found["formattedValue"] = self.reader.shown(self.sheet.id, row, column)
        if self.look and cell.look:
            found["userEnteredFormat"] = _look(cell.look, self.book.locale)
        if self.form_only:
            form = (cell.look or {}).get("numberFormat")
            if form:
                found["effectiveFormat"] = {
                    "numberFormat": _look({"numberFormat": form}, self.book.locale)["numberFormat"]
                }
        elif self.full_look and (cell.look or value is not None):
            found["effectiveFormat"] = _full_look(cell.look, self.book.locale)
        if self.note and cell.note:
            found["note"] = cell.note
        if self.rule and cell.rule:
            found["dataValidation"] = cell.rule
        return dict(apply_mask(found, self.mask)) if found and self.mask else found


def entered_json(book: Book, cell: Cell) -> Json:
    if isinstance(cell.entered, Formula):
        return {"formulaValue": book.formula_text(cell.entered)}
    return extended(cell.entered)


def _look(look: Json, locale: str) -> Json:
    form = look.get("numberFormat")
    if form and not form.get("pattern") and form.get("type") != "TEXT":
        look = {**look, "numberFormat": {**form, "pattern": default_pattern(form.get("type", ""), locale)}}
    found: Json = styled(look)
    return found


def _full_look(look: Json | None, locale: str) -> Json:
    """What the cell is shown with: the sheet's default and the cell's own look over it."""
    found = dict(_DEFAULT_LOOK)
    for name, value in _look(look or {}, locale).items():
        found[name] = (
            {**found[name], **value} if isinstance(value, dict) and name in ("padding", "textFormat") else value
        )
    return found
