"""Tabs of a book → TabSnapshots: which tab is which table, which column which field, which rows are records.

Columns are found by their hidden mark, then by title and aliases; what is lost costs one finding, the rest is read.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, Protocol

from sync.backends.folder.package import Limits, Trouble
from sync.backends.folder.rawsheet import COLUMNS, Cells
from sync.backends.folder.workbook import MARKS_TAB, Marks, TabMark
from sync.book import BookShape, TableShape, TabSnapshot
from sync.headers import (
    FEW,
    Box,
    Header,
    column_findings,
    column_letters,
    find_header,
    match_block,
    money_units,
    row_kind,
    spread,
    surely_data,
    takes_numbers,
)
from validators.cells import squeeze
from validators.findings import Finding, Severity
from validators.headers import header_key, parse_header
from validators.rawcell import MARK, RawCell, show
from validators.rows import RawRow
from validators.units import sheet_unit

HEAD_ROWS = 30  # marks and headers stand within the first rows
GHOSTS = 5_000  # blank formatted rows worth a word
SURE = 4  # of so many marked columns none has its title any more: then the header is gone, not renamed
_ASIDE = frozenset({"section", "title", "note", "sign", "unit"})  # labels; nobody is surprised at 合计 or a header
_MARK_CELL = re.compile(r"^tb:([a-z][a-z0-9_]*)\.(@?[a-z][a-z0-9_]*)$")
_UNIT_CELL = re.compile(r"(?:填报|报送|填表|上报)(?:单位|部门)\s*(?:[(（][^)）]*[)）])?\s*[:：]?\s*(.*)", re.DOTALL)
_NEXT_LABEL = re.compile(r"\s{2,}|填报人|审核人|填表人|联系电话|填报日期|填报时间|单位[:：]")
_REF = re.compile(r"^\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?$")


class Rows(Protocol):
    """A readable sheet; the counts are complete once `rows()` has been exhausted."""

    merges: list[str]
    blank_rows: int
    far_cells: int

    def rows(self) -> Iterator[tuple[int, Cells]]: ...


@dataclass(frozen=True, slots=True)
class Sheet:
    """A tab that can be opened for reading, more than once."""

    title: str
    state: str
    open: Callable[[], Rows]


@dataclass(slots=True)
class Place:
    """How a tab is laid out: where its marks, header and columns are. Without a `header_row` it cannot be read."""

    table: TableShape
    header_row: int
    mark_row: int = 0
    columns: dict[str, int] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    match: Header = field(default_factory=Header)
    twice: dict[str, list[int]] = field(default_factory=dict)
    banner: str = ""


def read_tabs(sheets: Sequence[Sheet], marks: Marks, shape: BookShape, limits: Limits) -> tuple[list[TabSnapshot], str]:
    """The entry tabs of a book in tab order, and what stands in its 填报单位 cell ("" = nothing found)."""
    taken: dict[str, TabSnapshot] = {}
    result: list[TabSnapshot] = []
    headless: dict[str, str] = {}
    written = ""
    skipped = {*marks.own.values(), MARKS_TAB}
    for sheet in sorted(sheets, key=lambda item: not _listed(item, marks)):
        if sheet.title in skipped:
            continue
        reading = _TabReading(sheet, marks, shape, limits)
        place = reading.find()
        if place is None:  # nothing tells what it is but its title: marks and header are gone
            headless |= {item.table: sheet.title for item in marks.tabs if item.title == sheet.title}
            continue
        if not place.header_row:
            headless.setdefault(place.table.name, sheet.title)
            continue
        if place.table.name in taken:
            first = taken[place.table.name]
            params = {"title": place.table.title, "used": first.title, "other": sheet.title}
            first.findings.append(Finding("sheet.tab_twice", Severity.MUST, place.table.name, params=params))
            continue
        tab = reading.read(place)
        taken[place.table.name] = tab
        result.append(tab)
        written = written or reading.unit_text()
    _tell_lost_tabs(result, marks, shape, headless)
    order = {sheet.title: position for position, sheet in enumerate(sheets)}
    return sorted(result, key=lambda tab: order.get(tab.title, 0)), written


def _listed(sheet: Sheet, marks: Marks) -> bool:
    return any(item.title == sheet.title for item in marks.tabs)


def _tell_lost_tabs(tabs: list[TabSnapshot], marks: Marks, shape: BookShape, headless: Mapping[str, str]) -> None:
    """A marked book in which a table's tab or its header is gone: told on the first tab there is (a book without any
    is unread)."""
    found = {tab.table for tab in tabs}
    known = {table.name for table in shape.tables}
    for item in marks.tabs:
        if tabs and item.table in known and item.table not in found:
            code = "sheet.header_lost" if item.table in headless else "sheet.tab_lost"
            finding = Finding(code, Severity.MUST, item.table, params={"tab": headless.get(item.table, item.title)})
            tabs[0].findings.append(finding)


class _TabReading:
    """One tab on its way from rows of cells to a TabSnapshot."""

    def __init__(self, sheet: Sheet, marks: Marks, shape: BookShape, limits: Limits) -> None:
        self._sheet, self._marks, self._shape, self._limits = sheet, marks, shape, limits
        self._head: dict[int, Cells] = {}
        self._rest: Iterator[tuple[int, Cells]] = iter(())
        self._rows = sheet.open()
        self._aside: list[str] = []  # rows of a book of ours that were taken for labels, as people would call them

    def find(self) -> Place | None:
        """The tab's layout, or None for a tab of nobody's concern (of which no more than the head was read)."""
        stream = self._rows.rows()
        for number, cells in stream:
            if number > HEAD_ROWS:
                self._rest = chain([(number, cells)], stream)
                break
            self._head[number] = cells
        place = self._by_marks()
        if place is None:
            place = self._by_titles()
        return place

    def read(self, place: Place) -> TabSnapshot:
        """All rows below the header."""
        tab = TabSnapshot(self._sheet.title, place.table.name, place.header_row)
        tab.columns, tab.answer_columns = place.columns, place.answers
        tab.headers = dict(place.match.headers)
        tab.mark_row, tab.banner_cell = place.mark_row, place.banner
        tab.units = money_units(
            place.match, place.table, sheet_unit(self._texts_above(place.match.first_row or place.header_row))
        )
        tab.banner = self._text_at(place.banner)
        self._read_rows(tab, place)
        self._tell(tab, place)
        return tab

    def unit_text(self) -> str:
        """What the 填报单位 cell says, "" when there is none."""
        for _, cells in sorted(self._head.items()):
            texts = [(column, cell) for column, cell in sorted(cells.items()) if cell[0] != MARK]
            for position, (_, text) in enumerate(texts):
                found = _UNIT_CELL.search(text)
                if found:
                    own = _NEXT_LABEL.split(found[1].strip())[0].strip()
                    following = texts[position + 1][1] if position + 1 < len(texts) else ""
                    return own or _NEXT_LABEL.split(following)[0].strip()
        return ""

    # layout ---------------------------------------------------------------------------------------------------

    def _by_marks(self) -> Place | None:
        found = _mark_row(self._head, {table.name for table in self._shape.tables})
        if found is None:
            return None
        mark_row, table_name = found
        table = next(item for item in self._shape.tables if item.name == table_name)
        place = Place(table, 0, mark_row)
        for column, cell in sorted(self._head[mark_row].items()):
            match = _MARK_CELL.match(cell)
            if match and match[1] == table_name:
                _put(place, match[2], column)
        declared = next((item for item in self._marks.tabs if item.table == table_name), None)
        place.match = self._header_below(place, declared)
        place.header_row = place.match.last_row
        if not place.header_row:
            return place
        self._fill_by_title(place)
        place.banner = _moved(declared, mark_row)
        return place

    def _header_below(self, place: Place, declared: TabMark | None) -> Header:
        """The header under the mark row: the row whose texts agree best with the marks, else where it was made."""
        own = {column: name for name, column in place.columns.items()}
        titles = {item.name: {header_key(title) for title in item.titles} for item in place.table.columns}
        best, best_score = 0, 0
        for row in range(place.mark_row + 1, place.mark_row + 8):
            cells = self._head.get(row, {})
            score = sum(header_key(cells.get(column, "")) in titles[name] for column, name in own.items())
            if score > best_score:
                best, best_score = row, score
            if score == len(own):  # no row agrees better; those below hold data
                break
        if not best and len(own) >= SURE:
            return Header()  # the row is gone: what stands in its place is somebody's record
        if not best:
            offset = declared.header_row - declared.mark_row if declared else 1
            best = place.mark_row + max(offset, 1)
        texts = spread({row: self._head[row] for row in range(place.mark_row + 1, best + 1) if row in self._head}, ())
        match = match_block(texts, place.mark_row + 1, best, place.table)
        match.headers = {name: texts.get(best, {}).get(column, "") for name, column in place.columns.items()}
        match.groups = {name: _group_above(texts, column, best) for name, column in place.columns.items()}
        match.units = {name: _unit_of(match.headers[name], match.groups[name]) for name in place.columns}
        return match

    def _fill_by_title(self, place: Place) -> None:
        """Fields whose mark is gone are taken from an unmarked column with their title."""
        used = {*place.columns.values(), *place.answers.values()}
        by_title = place.match.columns
        for name, column in by_title.items():
            if name not in place.columns and column not in used:
                place.columns[name] = column
                place.match.headers[name] = self._head.get(place.header_row, {}).get(column, "")
        for name, column in place.match.answers.items():
            if name not in place.answers and column not in used:
                place.answers[name] = column
        place.match.columns = place.columns

    def _by_titles(self) -> Place | None:
        """A tab without marks: the table of its title, else the one whose fields are best recognised in it."""
        if self._sheet.state == "veryHidden" or (self._marks.tabs and not self._wanted()):
            return None
        merges = [box for box in map(box_of, self._all_merges()) if box is not None]
        named = self._wanted()
        tables = [table for table in self._shape.tables if table.name == named] or list(self._shape.tables)
        matches = [(find_header(self._head, merges, table), table) for table in tables]
        known = [(match, table) for match, table in matches if match is not None]
        if not known:
            return None
        match, table = max(known, key=lambda item: (len(item[0].columns), -len(item[1].columns)))
        return Place(table, match.last_row, 0, match.columns, match.answers, match, match.twice)

    def _wanted(self) -> str:
        """The table this tab should be by its title, "" when the title says nothing."""
        for item in self._marks.tabs:
            if item.title == self._sheet.title:
                return item.table
        title = squeeze(self._sheet.title)
        return next((table.name for table in self._shape.tables if squeeze(table.title) == title), "")

    def _all_merges(self) -> list[str]:
        """Merges stand behind the rows; a second look costs less than keeping every row."""
        again = self._sheet.open()
        for _ in again.rows():
            pass
        return again.merges

    # rows -----------------------------------------------------------------------------------------------------

    def _read_rows(self, tab: TabSnapshot, place: Place) -> None:
        fields = [place.columns.get(column.name, 0) for column in place.table.columns]
        answers = list(place.answers.items())
        beside = {column for name, column in answers if name != "id"}
        header = self._head.get(place.header_row, {})
        left = min(place.columns.values(), default=1)
        first = next((item for item in place.table.columns if place.columns.get(item.name) == left), None)
        numbers = takes_numbers(first, show(header.get(left, "")))
        maybe: list[RawRow] = []
        head = ((row, cells) for row, cells in sorted(self._head.items()))
        for row, cells in chain(head, self._rest):
            if row <= place.header_row or row == place.mark_row:
                continue
            get = cells.get
            values = tuple([get(column, "") for column in fields])
            shown = {name: _shown(cells[column]) for name, column in answers if column in cells}
            kind = _kind(cells, beside, header, left, numbers) if any(values) else "blank"
            if kind == "blank" and not shown:
                continue
            raw = RawRow(tab.title, row, values, shown.get("id", "").strip(), shown)
            if kind in ("data", "blank", "maybe"):
                tab.rows.append(raw)
                if kind == "maybe":
                    maybe.append(raw)
            elif kind in ("total", "subtotal", "section") or shown:
                tab.totals.append(raw)
            if kind in _ASIDE and place.mark_row:
                self._aside.append(f"第{row}行“{_first_text(cells, beside)}”")
        self._settle(tab, maybe)

    def _settle(self, tab: TabSnapshot, maybe: Sequence[RawRow]) -> None:
        """A lone text is a section where its cell is merged over its neighbours, else somebody's first cell."""
        wide = {box[0] for box in map(box_of, self._rows.merges if maybe else ()) if box and box[3] - box[1] >= 2}
        sections = {row.row for row in maybe if row.row in wide}
        if sections:
            tab.totals.extend(row for row in tab.rows if row.row in sections)
            tab.rows = [row for row in tab.rows if row.row not in sections]

    def _texts_above(self, row: int) -> list[str]:
        return [cell for number in sorted(self._head) if number < row for cell in self._head[number].values()]

    def _text_at(self, address: str) -> str:
        box = box_of(address)
        return show(self._head.get(box[0], {}).get(box[1], "")) if box else ""

    # findings -------------------------------------------------------------------------------------------------

    def _tell(self, tab: TabSnapshot, place: Place) -> None:
        marked = bool(place.mark_row)
        tab.findings += column_findings(tab.title, place.table, tab.columns, tab.headers, marked, place.twice)
        merged = self._merged_data(tab, place)
        if merged:
            self._note(tab, "sheet.merged_cells", Severity.MUST, count=len(merged), ranges="、".join(merged[:3]))
        if self._aside:
            self._note(tab, "sheet.rows_aside", Severity.HINT, count=len(self._aside), rows="、".join(self._aside[:3]))
        if self._rows.blank_rows > GHOSTS:
            self._note(tab, "sheet.ghost_rows", Severity.HINT, count=self._rows.blank_rows)
        if self._rows.far_cells:
            count, limit = self._rows.far_cells, self._limits.columns
            self._note(tab, "sheet.far_cells", Severity.HINT, count=count, limit=limit)

    def _merged_data(self, tab: TabSnapshot, place: Place) -> list[str]:
        """Merges over cells of records; those of sections and totals do no harm."""
        ours = {*place.columns.values()}
        data = [row.row for row in tab.rows]
        found = []
        for ref in self._rows.merges:
            box = box_of(ref)
            if box is None or box[0] <= place.header_row:
                continue
            touches = bisect_left(data, box[0]) < bisect_right(data, box[2])
            if touches and any(box[1] <= column <= box[3] for column in ours):
                found.append(ref)
        return found

    def _note(self, tab: TabSnapshot, code: str, severity: Severity, name: str = "", **params: Any) -> None:
        tab.findings.append(Finding(code, severity, tab.table, field=name, params={"tab": tab.title, **params}))


def _kind(cells: Cells, beside: set[int], header: Cells, left: int, numbers: bool) -> str:
    """The kind of a row by its cells other than our answers; labels may stand in columns of nobody's.

    `left` is the first column of the clerk's, `numbers` whether it takes bare numbers.
    """
    if len(cells) >= FEW + len(beside):
        first = [column for column in islice(cells, 4 + len(beside)) if column not in beside][:4]
        if surely_data([cells[column] for column in first], header.get(first[0], "")):
            return "data"
    columns = [column for column in sorted(cells) if column not in beside]
    texts = [show(cells[column]) for column in columns]
    return row_kind(
        texts, [header.get(column, "") for column in columns], columns[0] <= left, numbers and columns[0] == left
    )


def _first_text(cells: Cells, beside: set[int]) -> str:
    return next((show(cells[column])[:20] for column in sorted(cells) if column not in beside), "")


def _shown(raw: RawCell) -> str:
    return show(raw) if raw[0] == MARK else raw


def _mark_row(head: Mapping[int, Cells], tables: set[str]) -> tuple[int, str] | None:
    """The row with the most marks of a table of ours, and that table."""
    best, best_count = None, 0
    for row, cells in head.items():
        counts: dict[str, int] = {}
        for cell in cells.values():
            match = _MARK_CELL.match(cell) if cell.startswith("tb:") else None
            if match and match[1] in tables:
                counts[match[1]] = counts.get(match[1], 0) + 1
        for table, count in counts.items():
            if count > best_count:
                best, best_count = (row, table), count
    return best


def _put(place: Place, name: str, column: int) -> None:
    """Note a marked column; a copied column keeps its mark, so the first one holds and the others are told."""
    if name.startswith("@"):
        place.answers.setdefault(name[1:], column)
    elif any(item.name == name for item in place.table.columns):
        if name in place.columns:
            place.twice.setdefault(name, [place.columns[name]]).append(column)
        else:
            place.columns[name] = column


def _unit_of(header: str, group: str) -> str:
    return parse_header(header).unit or (parse_header(group).unit if group else "")


def _group_above(texts: Mapping[int, Mapping[int, str]], column: int, header_row: int) -> str:
    """Text of the group over a column: of a merged group only the first cell holds it."""
    for row in range(header_row - 1, header_row - 3, -1):
        candidates = [left for left in texts.get(row, {}) if left <= column]
        if candidates:
            return texts[row][max(candidates)]
    return ""


def _moved(declared: TabMark | None, mark_row: int) -> str:
    """The banner cell, moved as far as the mark row has moved since the book was made."""
    if declared is None:
        return ""
    box = box_of(declared.banner)
    if box is None:
        return ""
    return f"{column_letters(box[1])}{max(box[0] + mark_row - declared.mark_row, 1)}"


def box_of(ref: str) -> Box | None:
    """(first row, first column, last row, last column) of an A1 range; None when it is none."""
    match = _REF.match(ref)
    if not match:
        return None
    try:
        top, left = int(match[2]), COLUMNS[match[1]]
        return (top, left, int(match[4]), COLUMNS[match[3]]) if match[3] else (top, left, top, left)
    except Trouble:
        return None
