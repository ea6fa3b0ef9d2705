"""Rows that we append to an entry tab: the opening of a month.

They can only be written by the place of columns as these were read, and a person may move a column just before (law L1);
so the batch begins with guards (`guards.py`). A book whose columns have no marks yet gets them first; the next reading
tells whether they are where they belong.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sync.backends.google.grid import FIELD_MARK
from sync.backends.google.guards import column_mark, columns_unmoved, fences, taken_off
from sync.backends.google.seen import SeenTab
from sync.book import CellText

Json = dict[str, Any]
NewRow = dict[int, CellText]  # column → what is put there

MARKED_FIRST = "要开新行的栏目先做好标识，下一轮开行"


def can_open(tab: SeenTab, rows: Sequence[NewRow]) -> bool:
    """Whether all columns that are to be written carry their marks, and so do those right of all of ours."""
    return not tab.unfenced and all(column in tab.guards for row in rows for column in row)


def open_requests(tab: SeenTab, rows: Sequence[NewRow]) -> list[Json]:
    """The rows behind the last one with data, provided that the columns are where they were read."""
    requests = columns_unmoved(tab.sheet, tab.marks)
    data = [{"values": [_value(row.get(at)) for at in range(1, max(row) + 1)]} for row in rows]
    requests.append({"appendCells": {"sheetId": tab.sheet, "rows": data, "fields": "userEnteredValue"}})
    return requests


def mark_requests(tab: SeenTab, rows: Sequence[NewRow]) -> list[Json]:
    """Marks for the columns that have none; those that were found elsewhere go."""
    requests = taken_off(tab.strays) + fences(tab.sheet, tab.unfenced)
    for column in sorted({column for row in rows for column in row} - tab.guards.keys()):
        requests.append({"createDeveloperMetadata": {"developerMetadata": _mark(tab, column)}})
    return requests


def _mark(tab: SeenTab, column: int) -> Json:
    return column_mark(FIELD_MARK, tab.mark(column), tab.sheet, column)


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
