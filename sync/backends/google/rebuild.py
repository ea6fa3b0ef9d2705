"""Columns and the tab of ours that people deleted, laid down anew without touching anything of theirs.

A column is added behind the last one and marked by metadata in one batch; only when the answer to that batch proves that
the marked column is the added one (nobody changed the number of columns meanwhile) is it filled, by a second batch that
is refused when the column or the header row is elsewhere by then (`guards.py`). What was refused stays blank, and the next
round begins anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sync.backends.google.failures import RequestRefused
from sync.backends.google.grid import COLUMN_MARK, quoted
from sync.backends.google.guards import column_mark, unmoved
from sync.backends.google.mending import held
from sync.backends.google.reading import Lost, Seen
from sync.backends.google.status import turn
from sync.backends.google.transport import Transport
from sync.book import BookRef
from validators.sheet_formulas import KEY, STATUS_COLUMNS, STATUS_MARK, STATUS_TAB, display_formula, key_formula

Json = dict[str, Any]

WIDTHS = "replies,updatedSpreadsheet(sheets(properties(sheetId,gridProperties(columnCount))))"
ROWS = 50  # of a new tab of answers; it grows as needed
HIDDEN = frozenset({KEY, "problems"})  # what they hold is for formulas and colours to look at
_FILL, _HEAD_FILL = (0.949, 0.949, 0.949), (0.851, 0.851, 0.851)


@dataclass(frozen=True, slots=True)
class Added:
    """A column to come: its mark, and where it will be, counted from 0."""

    lost: Lost
    name: str
    title: str
    at: int

    @property
    def mark(self) -> str:
        return f"tb:{self.lost.table}.@{self.name}"

    @property
    def filter(self) -> Json:
        return {"developerMetadataLookup": {"metadataKey": COLUMN_MARK, "metadataValue": self.mark}}


def rebuild(transport: Transport, ref: BookRef, seen: Seen, editors: Sequence[str]) -> str:
    """Bring back what is lost; what to tell people. The book must be read anew afterwards, whatever came of it."""
    added = [
        Added(lost, name, title, lost.column_count + index)
        for lost in seen.lost
        for index, (name, title) in enumerate(lost.answers)
    ]
    requests = turn(seen.generation)
    requests += _status_tab(editors) if seen.status is None else []
    for item in added:
        requests += _add(item)
    look = [quoted(lost.title, "A1") for lost in seen.lost]
    found = transport.update_book(
        ref.key, ref.name, requests, repeatable=True, look=look, fields=WIDTHS if look else "replies"
    )
    parts = ["答复页"] if seen.status is None else []
    if added:
        if not _behind_all(found, seen.lost):
            withdraw = [{"deleteDeveloperMetadata": {"dataFilter": item.filter}} for item in added]
            transport.update_book(ref.key, ref.name, withdraw, repeatable=True, fields="replies")
            return "系统的答复列被删去了，正要补建时有人增减了列，下一轮再补"
        try:
            transport.update_book(ref.key, ref.name, _filled(seen, added, found), repeatable=True, fields="replies")
        except RequestRefused:  # rows or columns were moved meanwhile: better blank than a person's cells written over
            return "系统的答复列被删去了，正要补建时有人移动了行列，下一轮再补"
        parts += [f"《{lost.title}》的“{'”“'.join(title for _, title in lost.answers)}”" for lost in seen.lost]
    return f"系统的{'、'.join(parts)}被删去了，已补建{'在最右边' if added else ''}，下一轮再答复"


def _add(item: Added) -> list[Json]:
    """One more column at the end, with its mark; an older mark that nobody can vouch for goes."""
    mark = column_mark(COLUMN_MARK, item.mark, item.lost.sheet, item.at + 1)
    return [
        {"deleteDeveloperMetadata": {"dataFilter": item.filter}},
        {"appendDimension": {"sheetId": item.lost.sheet, "dimension": "COLUMNS", "length": 1}},
        {"createDeveloperMetadata": {"developerMetadata": mark}},
    ]


def _filled(seen: Seen, added: Sequence[Added], found: Json) -> list[Json]:
    """Marks, formulas, widths and colours, and out of sight what nobody needs to see; all or nothing of it."""
    created = [
        item["createDeveloperMetadata"]["developerMetadata"]
        for item in found.get("replies", ())
        if "createDeveloperMetadata" in item
    ]
    ids = {str(item.get("metadataValue")): int(item["metadataId"]) for item in created}
    tabs = [tab for tab in seen.tabs if any(item.lost.title == tab.title for item in added)]
    requests = [request for tab in tabs for request in held(tab)]
    for item in added:
        sheet, lost = item.lost.sheet, item.lost
        place = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": item.at, "endIndex": item.at + 1}
        mark = column_mark(COLUMN_MARK, item.mark, sheet, item.at + 1)
        wide = {"pixelSize": 260 if item.name == "check" else 110, "hiddenByUser": item.name in HIDDEN}
        box = {"sheetId": sheet, "startColumnIndex": item.at, "endColumnIndex": item.at + 1}
        head = {**box, "startRowIndex": lost.header_row - 1, "endRowIndex": lost.header_row}
        requests += [
            *unmoved(mark, ids[item.mark]),
            _put(item, lost.mark_row, {"stringValue": item.mark}),
            _put(item, lost.header_row, {"formulaValue": _formula(item)}),
            {"updateDimensionProperties": {"range": place, "properties": wide, "fields": "pixelSize,hiddenByUser"}},
            _painted({**box, "startRowIndex": lost.header_row}, _FILL, bold=False),
            _painted(head, _HEAD_FILL, bold=True),
        ]
    return requests


def _painted(box: Json, fill: tuple[float, float, float], *, bold: bool) -> Json:
    look = {
        "backgroundColor": dict(zip(("red", "green", "blue"), fill, strict=True)), "wrapStrategy": "WRAP",
        "verticalAlignment": "MIDDLE" if bold else "TOP", "horizontalAlignment": "CENTER" if bold else "LEFT",
        "textFormat": {"bold": bold, "fontSize": 10 if bold else 9},
    }  # fmt: skip
    return {"repeatCell": {"range": box, "cell": {"userEnteredFormat": look}, "fields": "userEnteredFormat"}}


def _behind_all(found: Json, losses: Sequence[Lost]) -> bool:
    """Whether every sheet has just as many columns as it had when it was read, and those that were added."""
    counts = {
        int(sheet["properties"].get("sheetId", 0)): int(sheet["properties"]["gridProperties"]["columnCount"])
        for sheet in found.get("updatedSpreadsheet", {}).get("sheets", ())
    }
    return all(counts.get(lost.sheet) == lost.column_count + len(lost.answers) for lost in losses)


def _put(item: Added, row: int, value: Json) -> Json:
    start = {"sheetId": item.lost.sheet, "rowIndex": row - 1, "columnIndex": item.at}
    return {"updateCells": {"start": start, "rows": [{"values": [{"userEnteredValue": value}]}],
                            "fields": "userEnteredValue"}}  # fmt: skip


def _formula(item: Added) -> str:
    lost = item.lost
    key = lost.key or next((lost.column_count + at for at, (name, _) in enumerate(lost.answers, 1) if name == KEY), 0)
    if item.name == KEY:
        return key_formula(lost.table, item.title, lost.header_row, lost.fields)
    return display_formula(item.name, item.title, lost.header_row, key)


def _status_tab(editors: Sequence[str]) -> list[Json]:
    """The tab of answers, still without any: hidden, protected, found by its title."""
    sheet = 410_999
    grid = {"rowCount": ROWS, "columnCount": len(STATUS_COLUMNS)}
    properties = {"sheetId": sheet, "title": STATUS_TAB, "hidden": True, "gridProperties": grid}
    rows = [[STATUS_MARK], list(STATUS_COLUMNS)]
    data = [{"values": [{"userEnteredValue": {"stringValue": text}} for text in row]} for row in rows]
    start = {"sheetId": sheet, "rowIndex": 0, "columnIndex": 0}
    guard = {"range": {"sheetId": sheet}, "description": "系统答复（勿改）", "editors": {"users": list(editors)}}
    return [
        {"addSheet": {"properties": properties}},
        {"updateCells": {"start": start, "rows": data, "fields": "userEnteredValue"}},
        {"addProtectedRange": {"protectedRange": guard}},
    ]
