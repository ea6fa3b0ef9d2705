"""Grid data of a spreadsheet → raw cells, as the readers of all backends take them. Nothing is converted on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sync.backends.folder.tabs import Sheet
from validators import rawcell
from validators.numberformats import date_class, shown_unit
from validators.rawcell import Format, RawCell
from validators.sheet_formulas import letters

Json = dict[str, Any]
Cells = dict[int, RawCell]

# one read brings values, the class of their format, and the formulas (ours are checked, pictures recognised)
FIELDS = (
    "properties(title,locale,timeZone),developerMetadata(metadataId,metadataKey),"
    "sheets(properties(sheetId,title,hidden,gridProperties(rowCount,columnCount)),merges,"
    "data(startRow,startColumn,columnMetadata(developerMetadata(metadataId,metadataKey,metadataValue)),"
    "rowMetadata(developerMetadata(metadataId,metadataKey,metadataValue)),"
    "rowData(values(effectiveValue,effectiveFormat(numberFormat(type,pattern)),userEnteredValue(formulaValue)))))"
)
FIELD_MARK = "tianbao.field"  # key of the metadata on columns of the clerk's part that we fill when a month is opened
COLUMN_MARK = "tianbao.column"  # that on each of our columns, laid down with the template
FENCE_MARK = (
    "tianbao.fence"  # that on columns right of all of ours and rows below the header: no deletion goes unnoticed
)
HEADER_MARK = "tianbao.header"  # that on the header row of an entry tab
OURS = "=ARRAYFORMULA(IF(ROW("  # how formulas of ours begin
# a number in a text cell is a number all the same: nothing the sheet joins to a key tells the two apart
_FORMATS: dict[str, Format] = {"DATE": "d", "DATE_TIME": "d", "TIME": "d", "PERCENT": "%", "TEXT": ""}
_ERRORS = {
    "REF": "#REF!", "NAME": "#NAME?", "VALUE": "#VALUE!", "DIVIDE_BY_ZERO": "#DIV/0!", "N_A": "#N/A", "NUM": "#NUM!",
    "NULL_VALUE": "#NULL!",
}  # fmt: skip


@dataclass(slots=True)
class Tab:
    """One sheet as read. `rows`: row → column → cell, 1-based; `formulas`: (row, column) → formula text; `marks`: (column,
    id, key, value) of the metadata FIELD_MARK, COLUMN_MARK, FENCE_MARK; `row_marks`: (row, id, key, value) of HEADER_MARK,
    FENCE_MARK."""

    id: int
    title: str
    hidden: bool
    row_count: int
    column_count: int
    rows: dict[int, Cells] = field(default_factory=dict)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[str] = field(default_factory=list)
    marks: list[tuple[int, int, str, str]] = field(default_factory=list)
    row_marks: list[tuple[int, int, str, str]] = field(default_factory=list)

    def text(self, row: int, column: int) -> str:
        """What stands in a cell, as text."""
        return rawcell.show(self.rows.get(row, {}).get(column, ""))

    def as_sheet(self) -> Sheet:
        """The tab for the readers: without what our formulas show, which is beside a row whatever it is."""
        ours = {column: row for (row, column), text in self.formulas.items() if text.startswith(OURS)}
        rows = [(number, _without(cells, number, ours)) for number, cells in sorted(self.rows.items())]
        return Sheet(self.title, "hidden" if self.hidden else "visible", lambda: _Rows(rows, self.merges))


def _without(cells: Cells, row: int, ours: dict[int, int]) -> Cells:
    if not any(column in cells and row > top for column, top in ours.items()):
        return cells
    return {column: cell for column, cell in cells.items() if row <= ours.get(column, row)}


class _Rows:
    """The rows of a tab, again and again."""

    def __init__(self, rows: list[tuple[int, Cells]], merges: list[str]) -> None:
        self._rows, self.merges = [(number, cells) for number, cells in rows if cells], merges
        self.blank_rows = self.far_cells = 0

    def rows(self) -> Iterator[tuple[int, Cells]]:
        return iter(self._rows)


def tabs_of(book: Json) -> list[Tab]:
    """All sheets of a spreadsheets.get answer."""
    return [_tab(sheet) for sheet in book.get("sheets", ())]


def _tab(sheet: Json) -> Tab:
    properties = sheet.get("properties", {})
    grid = properties.get("gridProperties", {})
    tab = Tab(
        int(properties.get("sheetId", 0)), str(properties.get("title", "")), bool(properties.get("hidden")),
        int(grid.get("rowCount", 0)), int(grid.get("columnCount", 0)),
    )  # fmt: skip
    for block in sheet.get("data", ()):
        _fill(tab, block)
    tab.merges = [_a1(merge) for merge in sheet.get("merges", ())]
    return tab


def _fill(tab: Tab, block: Json) -> None:
    top, left = int(block.get("startRow", 0)) + 1, int(block.get("startColumn", 0)) + 1
    for column, meta in enumerate(block.get("columnMetadata", ()), left):
        for item in meta.get("developerMetadata", ()):
            if (key := item.get("metadataKey")) in (FIELD_MARK, COLUMN_MARK, FENCE_MARK):
                tab.marks.append((column, int(item["metadataId"]), key, str(item.get("metadataValue", ""))))
    for row, meta in enumerate(block.get("rowMetadata", ()), top):
        for item in meta.get("developerMetadata", ()):
            if (key := item.get("metadataKey")) in (HEADER_MARK, FENCE_MARK):
                tab.row_marks.append((row, int(item["metadataId"]), key, str(item.get("metadataValue", ""))))
    for row, line in enumerate(block.get("rowData", ()), top):
        cells: Cells = {}
        for column, data in enumerate(line.get("values", ()), left):
            if not data:
                continue
            raw = raw_cell(data)
            if raw:
                cells[column] = raw
            formula = data.get("userEnteredValue", {}).get("formulaValue")
            if formula:
                tab.formulas[row, column] = str(formula)
        if cells:
            tab.rows[row] = cells


def raw_cell(data: Json) -> RawCell:
    """A cell with its type and the class of its number format; digits as far as a sheet distinguishes them."""
    value = data.get("effectiveValue")
    if not value:
        formula = str(data.get("userEnteredValue", {}).get("formulaValue", ""))
        return rawcell.picture() if formula.upper().startswith("=IMAGE(") else ""
    if "stringValue" in value:
        return rawcell.text(str(value["stringValue"]))
    if "numberValue" in value:
        look = data.get("effectiveFormat", {}).get("numberFormat", {})
        return rawcell.number(digits(value["numberValue"]), class_of(look.get("type", ""), look.get("pattern", "")))
    if "boolValue" in value:
        return rawcell.boolean(bool(value["boolValue"]))
    found = value.get("errorValue", {})
    if found.get("type") == "LOADING":
        return rawcell.uncalculated()
    return rawcell.error(_ERRORS.get(str(found.get("type")), "#ERROR!"))


def class_of(kind: str, pattern: str) -> Format:
    """The unit that a pattern shows is part of what the sheet itself joins to a key: no two of them share an answer."""
    if kind not in _FORMATS:
        return shown_unit(pattern)
    found = _FORMATS[kind]
    return date_class(pattern) if found == "d" and pattern else found


def digits(value: float) -> str:
    """A number's digits, 15 of them: what the sheet itself tells apart when it joins cells to a key."""
    return f"{float(value):.15g}"


def _a1(merge: Json) -> str:
    top, left = int(merge.get("startRowIndex", 0)) + 1, int(merge.get("startColumnIndex", 0)) + 1
    return f"{letters(left)}{top}:{letters(int(merge['endColumnIndex']))}{int(merge['endRowIndex'])}"


def quoted(title: str, rest: str = "") -> str:
    """A range on a tab, its title quoted whatever it is called."""
    escaped = title.replace("'", "''")
    return f"'{escaped}'!{rest}" if rest else f"'{escaped}'"


def keys_in(blocks: Sequence[Json]) -> dict[int, str]:
    """Row → key, of a one-column range that came back with a write."""
    found: dict[int, str] = {}
    for block in blocks:
        for row, line in enumerate(block.get("rowData", ()), int(block.get("startRow", 0)) + 1):
            for data in line.get("values", ())[:1]:
                text = data.get("effectiveValue", {}).get("stringValue")
                if text:
                    found[row] = str(text)
    return found


def first_row(block: Json) -> Cells:
    """Column → cell of a one-row range that came back with a write."""
    left = int(block.get("startColumn", 0)) + 1
    rows = block.get("rowData") or [{}]
    values = rows[0].get("values", ())
    return {column: raw for column, data in enumerate(values, left) if (raw := raw_cell(data))}
