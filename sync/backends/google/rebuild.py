"""Columns and the tab of ours that people deleted, laid down anew without touching anything of theirs.

One batch does all of it or nothing. A column is put in behind the last one that was read, and what is written stands in
the very column that this batch has put in, wherever people move theirs meanwhile; a batch that would meet another header
row is refused (`guards.py`), and the next round begins anew. So is one that would put in a column which has come back by
itself, with an older version of the book: its mark has the id that the new one would get. Nothing half done is left behind;
a blank column that bears our mark, as interrupted rebuilds of earlier versions left them, is made use of.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sync.backends.google.colours import FIELDS, Colours, Laid, brought_back
from sync.backends.google.failures import RequestRefused
from sync.backends.google.grid import COLUMN_MARK
from sync.backends.google.guards import column_mark, taken_off
from sync.backends.google.mending import all_held, held
from sync.backends.google.seen import Lost, Seen
from sync.backends.google.status import no_answers, turn
from sync.backends.google.transport import Transport
from sync.book import BookRef
from validators.sheet_formulas import (
    KEY,
    STATUS_COLUMNS,
    STATUS_MARK,
    STATUS_TAB,
    display_formula,
    key_formula,
    mark_number,
)

Json = dict[str, Any]

ROWS = 50  # of a new tab of answers; it grows as needed
HIDDEN = frozenset({KEY, "problems"})  # what they hold is for formulas and colours to look at
_FILL, _HEAD_FILL = (0.949, 0.949, 0.949), (0.851, 0.851, 0.851)


@dataclass(frozen=True, slots=True)
class Back:
    """A column that comes back, and where it will be, counted from 1. `number`: id of the mark that it bears already, 0 =
    it has still to be put in."""

    lost: Lost
    name: str
    title: str
    at: int
    number: int

    @property
    def mark(self) -> Json:
        return column_mark(COLUMN_MARK, f"tb:{self.lost.table}.@{self.name}", self.lost.sheet, self.at)


def rebuild(transport: Transport, ref: BookRef, seen: Seen, editors: Sequence[str], colours: Colours | None) -> str:
    """Bring back what is lost; what to tell people. The book must be read anew afterwards, whatever came of it."""
    back = [item for lost in seen.lost for item in _places(lost)]
    requests = turn(seen.generation)
    requests += _status_tab(editors) if seen.status is None else []
    requests += _columns(seen, back)
    if back and colours is not None:
        requests += _coloured(transport, ref, seen, back, colours)
    try:
        transport.update_book(ref.key, ref.name, requests, repeatable=True, fields="replies")
    except RequestRefused:
        if not back:
            raise
        return "系统的答复列被删去了，正要补建时有人移动了行列，下一轮再补"
    parts = ["答复页"] if seen.status is None else []
    parts += [f"《{lost.title}》的“{'”“'.join(title for _, title in lost.answers)}”" for lost in seen.lost]
    return f"系统的{'、'.join(parts)}被删去了，已补建{'在最右边' if back else ''}，下一轮再答复"


def _places(lost: Lost) -> list[Back]:
    """Blank columns of ours where there are any; the others behind all columns that were read."""
    found, last = [], lost.column_count
    for name, title in lost.answers:
        at, number = lost.blank.get(name, (0, 0))
        last += not number
        found.append(Back(lost, name, title, at or last, number))
    return found


def _columns(seen: Seen, back: Sequence[Back]) -> list[Json]:
    """Guards, then the columns with everything of ours on them. Answers to keys that stood for another set of columns,
    should people move some just now, are taken back until the next round."""
    guarded = {lost.title: all_held if _by_place(lost) else held for lost in seen.lost}
    keys = {item.lost.title: item.at for item in back if item.name == KEY}
    requests = [request for tab in seen.tabs if tab.title in guarded for request in guarded[tab.title](tab)]
    marks = {tab.title: tab.marks for tab in seen.tabs}
    for lost in seen.lost:
        fresh = [item for item in back if item.lost is lost and not item.number]
        requests += _put_in(lost, fresh, marks[lost.title])
    for item in back:
        requests += _filled(item, item.lost.key or keys.get(item.lost.title, 0))
    if seen.status is not None and any(item.name == KEY for item in back):
        requests.append(no_answers(seen.status.id))
    return requests


def _by_place(lost: Lost) -> bool:
    """Whether columns that stand are named: blank ones that are filled, fields that are coloured by 问题字段."""
    return bool(lost.blank) or any(name == "problems" for name, _ in lost.answers)


def _coloured(transport: Transport, ref: BookRef, seen: Seen, back: Sequence[Back], colours: Colours) -> list[Json]:
    """Conditional formats that went with these columns; what there is of them is asked only now that it matters."""
    found = transport.get_book(ref.key, ref.name, FIELDS)
    standing = {int(item["properties"].get("sheetId", 0)): item for item in found.get("sheets", ())}
    requests = []
    for lost in seen.lost:
        tab = next(tab for tab in seen.tabs if tab.title == lost.title)
        mine = [item for item in back if item.lost is lost]
        answers = {**tab.answers, **{item.name: item.at for item in mine}}
        laid = Laid(lost.table, lost.sheet, lost.mark_row, lost.header_row, lost.row_count, tab.columns, answers)
        rules = standing.get(lost.sheet, {}).get("conditionalFormats", ())
        requests += brought_back(colours(laid), rules, {item.at for item in mine})
    return requests


def _put_in(lost: Lost, fresh: Sequence[Back], marks: Sequence[tuple[int, int, str, str]]) -> list[Json]:
    """New columns with their marks; older marks that were read, on columns that people have made their own, go."""
    if not fresh:
        return []
    values = {str(item.mark["metadataValue"]) for item in fresh}
    older = [number for _, number, key, value in marks if key == COLUMN_MARK and value in values]
    taken = {number for _, number, _, _ in marks} - {*older}
    first, end = fresh[0].at - 1, fresh[-1].at
    place = {"sheetId": lost.sheet, "dimension": "COLUMNS", "startIndex": first, "endIndex": end}
    box = {"sheetId": lost.sheet, "startColumnIndex": first, "endColumnIndex": end}
    requests = taken_off(older)
    requests += [
        {"insertDimension": {"range": place, "inheritFromBefore": True}},  # only so may it be done at the end
        {"repeatCell": {"range": box, "cell": {}, "fields": "userEnteredFormat"}},
        {"setDataValidation": {"range": box}},
    ]
    return requests + [{"createDeveloperMetadata": {"developerMetadata": _numbered(item, taken)}} for item in fresh]


def _numbered(item: Back, taken: Collection[int]) -> Json:
    """Its mark with the id that it always gets, unless a mark of another column that was read has that."""
    number = mark_number(item.lost.sheet, item.mark["metadataValue"])
    return item.mark if number in taken else {**item.mark, "metadataId": number}


def _filled(item: Back, key: int) -> list[Json]:
    """Mark, formula, width and colours, and out of sight what nobody needs to see."""
    lost, at = item.lost, item.at - 1
    place = {"sheetId": lost.sheet, "dimension": "COLUMNS", "startIndex": at, "endIndex": at + 1}
    wide = {"pixelSize": 260 if item.name == "check" else 110, "hiddenByUser": item.name in HIDDEN}
    box = {"sheetId": lost.sheet, "startColumnIndex": at, "endColumnIndex": at + 1}
    head = {**box, "startRowIndex": lost.header_row - 1, "endRowIndex": lost.header_row}
    return [
        _put(item, lost.mark_row, {"stringValue": item.mark["metadataValue"]}),
        _put(item, lost.header_row, {"formulaValue": _formula(item, key)}),
        {"updateDimensionProperties": {"range": place, "properties": wide, "fields": "pixelSize,hiddenByUser"}},
        _painted({**box, "startRowIndex": lost.header_row}, _FILL, bold=False),
        _painted(head, _HEAD_FILL, bold=True),
    ]


def _painted(box: Json, fill: tuple[float, float, float], *, bold: bool) -> Json:
    look = {
        "backgroundColor": dict(zip(("red", "green", "blue"), fill, strict=True)), "wrapStrategy": "WRAP",
        "verticalAlignment": "MIDDLE" if bold else "TOP", "horizontalAlignment": "CENTER" if bold else "LEFT",
        "textFormat": {"bold": bold, "fontSize": 10 if bold else 9},
    }  # fmt: skip
    return {"repeatCell": {"range": box, "cell": {"userEnteredFormat": look}, "fields": "userEnteredFormat"}}


def _put(item: Back, row: int, value: Json) -> Json:
    start = {"sheetId": item.lost.sheet, "rowIndex": row - 1, "columnIndex": item.at - 1}
    return {"updateCells": {"start": start, "rows": [{"values": [{"userEnteredValue": value}]}],
                            "fields": "userEnteredValue"}}  # fmt: skip


def _formula(item: Back, key: int) -> str:
    lost = item.lost
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
