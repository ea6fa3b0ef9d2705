"""Columns of ours that people broke, laid down anew: only where they were read, under a header where that was read."""

from __future__ import annotations

from typing import Any

from sync.backends.google.grid import HEADER_MARK
from sync.backends.google.guards import columns_unmoved, fences, floors, row_mark, rows_unmoved
from sync.backends.google.seen import Repair, Seen, SeenTab

Json = dict[str, Any]


def adrift(seen: Seen) -> list[SeenTab]:
    """Tabs to whose header something must be written, and that lack marks: the header's, of rows below it, or of columns
    right of ours where something must be written by the place of a column."""
    placed = {item.title for item in seen.repairs} | {item.title for item in seen.lost if item.blank}
    titles = placed | {item.title for item in seen.lost}
    return [
        tab
        for tab in seen.tabs
        if (tab.title in titles and (not tab.anchor or tab.unfloored)) or (tab.title in placed and tab.unfenced)
    ]


def anchored(tab: SeenTab) -> list[Json]:
    """The mark of the header row, for a book that has none where it belongs, and those of columns right of ours and of rows
    below the header; the next reading tells whether they are there now. A header's mark on another row goes."""
    marked = fences(tab.sheet, tab.unfenced) + floors(tab.sheet, tab.unfloored)
    if tab.anchor:
        return marked
    lookup = {"metadataKey": HEADER_MARK, "metadataValue": tab.header_mark}
    return [
        {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}},
        {"createDeveloperMetadata": {"developerMetadata": _header(tab)}},
        *marked,
    ]


def held(tab: SeenTab) -> list[Json]:
    """Requests that are refused when the header row is not where it was read, or is gone."""
    return rows_unmoved(tab.sheet, tab.row_marks)


def all_held(tab: SeenTab) -> list[Json]:
    """And also when one of our columns is not where it was read."""
    return held(tab) + columns_unmoved(tab.sheet, tab.marks)


def mended(seen: Seen) -> list[Json]:
    """All columns that are to be laid down anew, or none of them."""
    titles = {item.title for item in seen.repairs}
    guards = [request for tab in seen.tabs if tab.title in titles for request in all_held(tab)]
    return guards + [request for item in seen.repairs for request in _laid_down(item)]


def _header(tab: SeenTab) -> Json:
    return row_mark(HEADER_MARK, tab.header_mark, tab.sheet, tab.header_row)


def _laid_down(repair: Repair) -> list[Json]:
    """The formula at the head, nothing below."""
    at = repair.column
    box = {"sheetId": repair.sheet, "startRowIndex": repair.row - 1, "endRowIndex": repair.row + repair.below,
           "startColumnIndex": at - 1, "endColumnIndex": at}  # fmt: skip
    head = [{"values": [{"userEnteredValue": {"formulaValue": repair.formula}}]}]
    return [{"updateCells": {"range": box, "rows": head, "fields": "userEnteredValue"}}]
