"""Whether a spreadsheet's columns stood where a batch took them to be: asked in the answer to that very batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sync.backends.google.grid import first_row, quoted
from validators.rawcell import show

Json = dict[str, Any]

LOOK_FIELDS = (
    "replies,updatedSpreadsheet(sheets(properties(sheetId,title),"
    "data(startRow,startColumn,rowData(values(effectiveValue,userEnteredValue(formulaValue))))))"
)


@dataclass(frozen=True, slots=True)
class Expected:
    """An entry tab as a batch means to leave it: column → mark in the mark row, of all columns that it named."""

    title: str
    sheet: int
    mark_row: int
    header_row: int
    marks: Mapping[int, str]

    @property
    def look(self) -> str:
        return quoted(self.title, f"1:{self.header_row}")


def moved(found: Json, expected: Sequence[Expected]) -> dict[int, dict[int, str]]:
    """Sheet → column → who stands there instead (a mark, or the text of a header), for every column that a batch named
    and did not meet. {} = everything was where it was read."""
    sheets = {
        int(sheet.get("properties", {}).get("sheetId", 0)): sheet.get("data", ())
        for sheet in found.get("updatedSpreadsheet", {}).get("sheets", ())
    }
    result = {}
    for tab in expected:
        blocks = sheets.get(tab.sheet, ())
        missed = _missed(tab, blocks[0]) if blocks else dict.fromkeys(tab.marks, "")
        if missed:
            result[tab.sheet] = missed
    return result


def _missed(tab: Expected, block: Json) -> dict[int, str]:
    rows = block.get("rowData", ())
    marks = _texts(rows, tab.mark_row)
    if all(marks.get(column) == mark for column, mark in tab.marks.items()):
        return {}
    at, lines = 0, [_texts(rows, number) for number in range(1, tab.header_row + 1)]
    for number, line in enumerate(lines):
        at = number if any(text.startswith("tb:") for text in line.values()) else at
    now, heads = lines[at], lines[-1]
    found = {column: now.get(column, "") or heads.get(column, "") for column in tab.marks}
    return {column: who for column, who in found.items() if who != tab.marks[column] or at != tab.mark_row - 1}


def _texts(rows: Sequence[Json], number: int) -> dict[int, str]:
    """Column → text of a row, counted from 1."""
    if number > len(rows):
        return {}
    return {column: show(raw) for column, raw in first_row({"rowData": [rows[number - 1]]}).items()}
