"""The consolidated book as a spreadsheet: every tab of ours rewritten whole, all in one batch, nothing ever locked.

Tabs keep their ids, so that links to them hold; those of people stay as they are. Whoever has sorted or filtered sees
the new order at once and loses nothing: it is output. Charts are not drawn here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sync.consolidate.looks import TINTS
from sync.consolidate.sheets import Block, Book, Cell, Col, Kind, Marked, Section, Tab, grouped
from validators.scheme.colours import Look

Json = dict[str, Any]

MARK = "tianbao.consolidated"  # metadata on the spreadsheet and on each tab of ours
FIELDS = (
    "properties(locale,timeZone),developerMetadata(metadataKey),sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),"
    "basicFilter(range),developerMetadata(metadataKey),data(rowData(values(effectiveValue))))"
)
LIMIT = 50_000  # characters of a cell
_EPOCH = date(1899, 12, 30)
_FORMATS: dict[Kind, Json] = {
    "int": {"type": "NUMBER", "pattern": "0"},
    "signed": {"type": "NUMBER", "pattern": "+0;-0;0"},
    "wan": {"type": "NUMBER", "pattern": "#,##0.##"},
    "yi": {"type": "NUMBER", "pattern": "#,##0.00"},
    "percent": {"type": "PERCENT", "pattern": "0.0%"},
    "date": {"type": "DATE", "pattern": "yyyy-mm-dd"},
    "text": {"type": "TEXT"}, "long": {"type": "TEXT"}, "centre": {"type": "TEXT"},
}  # fmt: skip
_LEFT, _RIGHT = ("text", "long"), ("wan", "yi", "number")


def consolidated_requests(book: Book, standing: Json) -> list[Json]:
    """Requests of one batchUpdate. `standing`: what the spreadsheet is now, read with FIELDS."""
    sheets = standing.get("sheets", ())
    known = {str(sheet["properties"]["title"]): sheet for sheet in sheets}
    taken = {int(sheet["properties"].get("sheetId", 0)) for sheet in sheets}
    fresh = (number for number in range(420_001, 10**9) if number not in taken)
    requests: list[Json] = [
        {"updateSpreadsheetProperties": {
            "properties": {"locale": "zh_CN", "timeZone": "Asia/Shanghai"}, "fields": "locale,timeZone",
        }}
    ]  # fmt: skip
    if not _ours(standing):
        mark = {"metadataKey": MARK, "visibility": "DOCUMENT", "location": {"spreadsheet": True}}
        requests.append({"createDeveloperMetadata": {"developerMetadata": mark}})
    for index, tab in enumerate(book.tabs):
        title = tab.title if _may_write(known.get(tab.title)) else f"{tab.title}（系统）"
        old = known.get(title)
        sheet = int(old["properties"].get("sheetId", 0)) if old else next(fresh)
        requests += _tab(tab, book.stamp, sheet, old, title, index)
    wanted = {tab.title for tab in book.tabs} | {f"{tab.title}（系统）" for tab in book.tabs}
    for title, sheet in known.items():
        if title not in wanted and (_ours(sheet) or _first(sheet)):
            requests.append({"deleteSheet": {"sheetId": int(sheet["properties"].get("sheetId", 0))}})
    return requests


def _ours(sheet: Json) -> bool:
    return any(item.get("metadataKey") == MARK for item in sheet.get("developerMetadata", ()))


def _blank(sheet: Json) -> bool:
    return not any(block.get("rowData") for block in sheet.get("data", ()))


def _first(sheet: Json) -> bool:
    """The blank tab with which every spreadsheet begins. Another blank one somebody added: it may hold a chart, or be
    filled tomorrow."""
    return int(sheet["properties"].get("sheetId", 0)) == 0 and _blank(sheet)


def _may_write(sheet: Json | None) -> bool:
    """A tab of the same name that people filled is theirs."""
    return sheet is None or _ours(sheet) or _blank(sheet)


# one tab ----------------------------------------------------------------------------------------------------------


def _tab(tab: Tab, stamp: str, sheet: int, old: Json | None, title: str, index: int) -> list[Json]:
    paper = Paper(sheet, tab.frozen)
    _write(paper, tab, stamp)
    frozen = paper.frozen if 0 < paper.frozen < paper.row else 0
    columns = tab.frozen if 0 < tab.frozen < paper.width else 0
    grid = {
        "rowCount": paper.row + 1,
        "columnCount": paper.width,
        "frozenRowCount": frozen,
        "frozenColumnCount": columns,
    }
    found: list[Json] = []
    if old is None or not _ours(old):
        mark = {"metadataKey": MARK, "visibility": "DOCUMENT", "location": {"sheetId": sheet}}
        if old is None:
            found.append({"addSheet": {"properties": {"sheetId": sheet, "title": title, "index": index}}})
        found.append({"createDeveloperMetadata": {"developerMetadata": mark}})
    whole = {"sheetId": sheet}
    if old is not None:
        found += [{"unmergeCells": {"range": whole}}, {"clearBasicFilter": {"sheetId": sheet}}]
    properties = {"sheetId": sheet, "gridProperties": grid}
    fields = ",".join(f"gridProperties.{name}" for name in grid)
    found.append({"updateSheetProperties": {"properties": properties, "fields": fields}})
    found.append({"repeatCell": {"range": whole, "cell": {}, "fields": "userEnteredValue,userEnteredFormat"}})
    return found + paper.requests()


class Paper:
    """Rows as they come, with what is to be done to them."""

    def __init__(self, sheet: int, edge: int = 0) -> None:
        self.sheet, self.edge = sheet, edge  # edge: frozen columns
        self.row, self.width, self.frozen = 0, 1, 0
        self._rows: list[list[Json]] = []
        self._merges: list[Json] = []
        self._later: list[Json] = []
        self._areas: list[tuple[int, int, int, Json]] = []  # top, bottom, column, the look of its plain cells

    def line(self, cells: Sequence[Json], *, merge: int = 0) -> None:
        """A row; `merge` columns of it become one cell."""
        self._rows.append(list(cells))
        if merge > 1 and not 0 < self.edge < merge:  # nothing is merged across the edge of what is frozen
            box = self.box(self.row, 0, self.row + 1, merge)
            self._merges.append({"mergeCells": {"range": box, "mergeType": "MERGE_ALL"}})
        self.width = max(self.width, len(cells), merge)
        self.row += 1

    def box(self, top: int, left: int, bottom: int, right: int) -> Json:
        return {
            "sheetId": self.sheet, "startRowIndex": top, "endRowIndex": bottom, "startColumnIndex": left,
            "endColumnIndex": right,
        }  # fmt: skip

    def area(self, top: int, columns: Sequence[Col]) -> None:
        """From row `top` down to here: each column's own look, said once and not in every cell."""
        self._areas += [(top, self.row, at, _plain(column.kind)) for at, column in enumerate(columns)]

    def later(self, request: Json) -> None:
        self._later.append(request)

    def requests(self) -> list[Json]:
        start = {"sheetId": self.sheet, "rowIndex": 0, "columnIndex": 0}
        rows = [{"values": [_only(cell, "userEnteredValue") for cell in row]} for row in self._rows]
        found: list[Json] = [{"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}}]
        known: dict[tuple[int, int], Json] = {}
        for top, bottom, column, look in self._areas:
            cell = {"range": self.box(top, column, bottom, column + 1), "cell": {"userEnteredFormat": look}}
            found.append({"repeatCell": {**cell, "fields": "userEnteredFormat"}})
            known |= dict.fromkeys(((row, column) for row in range(top, bottom)), look)
        return [*found, *self._special(known), *self._merges, *self._later]

    def _special(self, known: dict[tuple[int, int], Json]) -> Iterator[Json]:
        """Looks of single cells: one request for all that stand below each other."""
        for column in range(self.width):
            run: list[Json] = []
            for row in range(self.row + 1):
                cells = self._rows[row] if row < self.row else []
                look = cells[column].get("userEnteredFormat") if column < len(cells) else None
                if look and look != known.get((row, column)):
                    run.append({"values": [{"userEnteredFormat": look}]})
                elif run:
                    start = {"sheetId": self.sheet, "rowIndex": row - len(run), "columnIndex": column}
                    yield {"updateCells": {"start": start, "rows": run, "fields": "userEnteredFormat"}}
                    run = []


def _write(paper: Paper, tab: Tab, stamp: str) -> None:
    wide = max([*(len(block.columns) for block in tab.blocks), 4])
    head = min(wide, 8)
    paper.line([_text(tab.heading, {"textFormat": {"bold": True, "fontSize": 16}})], merge=head)
    told = f"数据截止：{stamp}" + (f"　单位：{tab.unit}" if tab.unit else "")
    for text in (told, *tab.notes):
        paper.line([_text(text, {"textFormat": {"foregroundColor": _colour("#595959")}})], merge=head)
    for card in tab.cards:
        look = {"textFormat": {"bold": True, "fontSize": 14}, "horizontalAlignment": "LEFT"}
        paper.line([_text(card.label), _cell(card.value, card.kind, look), _text(card.hint)])
    for block in tab.blocks:
        _block(paper, tab, block)
    for index, column in _widest(tab).items():
        lines = {"sheetId": paper.sheet, "dimension": "COLUMNS", "startIndex": index, "endIndex": index + 1}
        size = {"pixelSize": max(round(column.width * 7) + 8, 24)}
        paper.later({"updateDimensionProperties": {"range": lines, "properties": size, "fields": "pixelSize"}})


def _widest(tab: Tab) -> dict[int, Col]:
    found: dict[int, Col] = {}
    for block in tab.blocks:
        for index, column in enumerate(block.columns):
            if index not in found or found[index].width < column.width:
                found[index] = column
    return found


def _block(paper: Paper, tab: Tab, block: Block) -> None:
    bold = {"textFormat": {"bold": True}}
    if not tab.filter:
        paper.line([])
    if block.heading:
        paper.line([_text(block.heading, {"textFormat": {"bold": True, "fontSize": 12}})])
    if block.note:
        paper.line([_text(block.note)])
    if grouped(block):
        paper.line(list(_groups(block.columns)))
    head = paper.row
    paper.line([
        _text(column.title, {**bold, "backgroundColor": _colour(TINTS[column.tint if column.group else 0][1]),
                             "wrapStrategy": "WRAP", "horizontalAlignment": "CENTER"})
        for column in block.columns
    ])  # fmt: skip
    first = paper.row
    for row in block.rows:
        if isinstance(row, Section):
            paper.line([_text(row.text, bold)], merge=len(block.columns))
        else:
            paper.line([_cell(value, column.kind) for value, column in zip(row, block.columns, strict=True)])
    if block.rows:
        paper.area(first, block.columns)
    else:
        paper.line([_text(block.empty)])
    if tab.filter:
        paper.frozen = head + 1
        area = paper.box(head, 0, max(paper.row, head + 2), len(block.columns))
        paper.later({"setBasicFilter": {"filter": {"range": area}}})
    if block.totals is not None:
        paper.line([_cell(value, column.kind, bold) for value, column in zip(block.totals, block.columns, strict=True)])


def _groups(columns: Sequence[Col]) -> Iterator[Json]:
    before = ""
    for column in columns:
        fill = {"backgroundColor": _colour(TINTS[column.tint][0]), "textFormat": {"bold": True}}
        yield _text(column.group if column.group != before else "", fill if column.group else {})
        before = column.group


# cells ------------------------------------------------------------------------------------------------------------


def _only(cell: Json, name: str) -> Json:
    return {name: cell[name]} if name in cell else {}


def _plain(kind: Kind) -> Json:
    """How a column of a kind looks."""
    return {**_placed(kind), **({"numberFormat": _FORMATS[kind]} if kind in _FORMATS else {})}


def _text(value: str, look: Json | None = None) -> Json:
    """A text, never a formula (law L7)."""
    found: Json = {"userEnteredValue": {"stringValue": value[:LIMIT]}} if value else {}
    return {**found, "userEnteredFormat": look} if look else found


def _cell(value: Cell, kind: Kind, more: Json | None = None) -> Json:
    if value is None or value == "":
        return {"userEnteredFormat": more} if more else {}
    if isinstance(value, Marked):
        return _text(value.text, {**_painted(value.look), **_placed("centre"), **(more or {})})
    look = {**_placed(kind), **(more or {})}
    if isinstance(value, date):
        days = (date(value.year, value.month, value.day) - _EPOCH).days
        return {
            "userEnteredValue": {"numberValue": days},
            "userEnteredFormat": {**look, "numberFormat": _FORMATS["date"]},
        }
    if isinstance(value, int | float | Decimal):
        form = {} if kind in ("text", "long", "centre", "number") else {"numberFormat": _FORMATS[kind]}
        return {"userEnteredValue": {"numberValue": float(value)}, "userEnteredFormat": {**look, **form}}
    return _text(str(value), {**look, "numberFormat": _FORMATS["text"]})


def _placed(kind: Kind) -> Json:
    align = "LEFT" if kind in _LEFT else "RIGHT" if kind in _RIGHT else "CENTER"
    return {"horizontalAlignment": align, **({"wrapStrategy": "WRAP"} if kind in ("text", "long", "centre") else {})}


def _painted(look: Look) -> Json:
    found: Json = {"backgroundColor": _colour(look.fill)} if look.fill else {}
    return {**found, "textFormat": {"foregroundColor": _colour(look.font)}} if look.font else found


def _colour(hexes: str) -> Json:
    parts = [int(hexes.lstrip("#")[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    return dict(zip(("red", "green", "blue"), parts, strict=True))
