"""Rows that we put into an entry tab: the opening of a month.

They are written by columns as these were read, and a person may move a column just before. So each row is marked as it is
made; where the columns turn out to have been moved, what we wrote is taken back, in the rows that carry the mark and in no
other (law L1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sync.backends.google.grid import first_row
from sync.backends.google.reading import SeenTab
from sync.book import CellText

Json = dict[str, Any]
NewRow = dict[int, CellText]  # column → what is put there

OPENED_MARK = "tianbao.opened"  # metadata on a row that we have just put there
MOVED = "写回时有人移动了栏目，新开的行已收回，下一轮再写"


def open_requests(tab: SeenTab, rows: Mapping[str, NewRow]) -> list[Json]:
    """Mark → row, put behind the last row that was read; whatever stands there by now is moved down."""
    top = min(cell.row for row in rows.values() for cell in row.values()) - 1
    lines = {"sheetId": tab.sheet, "dimension": "ROWS", "startIndex": top, "endIndex": top + len(rows)}
    start = {"sheetId": tab.sheet, "rowIndex": top, "columnIndex": 0}
    data = [{"values": [_value(row.get(at)) for at in range(1, max(row) + 1)]} for row in rows.values()]
    requests: list[Json] = [
        {"insertDimension": {"range": lines, "inheritFromBefore": True}},
        {"updateCells": {"start": start, "rows": data, "fields": "userEnteredValue"}},
    ]
    for at, mark in enumerate(rows, top):
        place = {"dimensionRange": {**lines, "startIndex": at, "endIndex": at + 1}}
        made = {"metadataKey": OPENED_MARK, "metadataValue": mark, "visibility": "DOCUMENT", "location": place}
        requests.append({"createDeveloperMetadata": {"developerMetadata": made}})
    return requests


def _value(cell: CellText | None) -> Json:
    """A number where one is meant, else a text, never a formula (law L7)."""
    if cell is None or not cell.text:
        return {}
    if cell.number:
        try:
            return {"userEnteredValue": {"numberValue": float(cell.text)}}
        except ValueError:
            pass
    return {"userEnteredValue": {"stringValue": cell.text}}


def columns_stand(found: Json, tab: SeenTab) -> bool:
    """Whether the columns right after our write are where they were read: the last of the tab's ranges that came back."""
    for sheet in found.get("updatedSpreadsheet", {}).get("sheets", ()):
        blocks = sheet.get("data", ())
        if int(sheet.get("properties", {}).get("sheetId", 0)) == tab.sheet and blocks:
            return first_row(blocks[-1]) == tab.marks
    return False


def unmark_requests(marks: Iterable[str]) -> list[Json]:
    """With the book's next answer the marks go, of which a sheet can hold only some thousand. One whose row was deleted
    meanwhile may have that answer refused: then it is given once more without."""
    return [{"deleteDeveloperMetadata": {"dataFilter": _filter(mark)}} for mark in marks]


def taken_back(rows: Mapping[str, Sequence[int]]) -> list[Json]:
    """Mark → columns that were written, as blanks for `values.batchUpdateByDataFilter`; the other cells stay."""
    return [
        {
            "dataFilter": _filter(mark),
            "majorDimension": "ROWS",
            "values": [["" if at in columns else None for at in range(1, max(columns) + 1)]],
        }
        for mark, columns in rows.items()
    ]


def _filter(mark: str) -> Json:
    return {"developerMetadataLookup": {"metadataKey": OPENED_MARK, "metadataValue": mark}}
