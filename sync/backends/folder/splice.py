"""Splicing our texts into the bytes of a sheet part: only the `<c>` elements of our cells change.

A sheet is not parsed and written again, because no library gives a clerk's book back unchanged. Inside
`<sheetData>` no raw "<" can stand in text or attributes, and parts with comments, CDATA or processing
instructions there are refused; so start tags can be found by searching bytes. The head (up to `<sheetData>`) is
read with expat, which knows comments and DTDs.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple
from xml.parsers import expat

from sync.backends.folder.cellxml import (
    SharedStrings,
    cell_xml,
    clean,
    column_letters,
    column_number,
    current,
    reads_so,
)
from sync.backends.folder.zippatch import MEMBER_LIMIT, Refused
from sync.book import CellText

_ATTRIBUTES = rb"""[^>"']*(?:(?:"[^"]*"|'[^']*')[^>"']*)*"""
_MERGE = re.compile(rb"""<(?:[\w.-]+:)?mergeCell\s[^>]*?\bref\s*=\s*["']([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?["']""")
_ARRAY = re.compile(
    rb"""<(?:[\w.-]+:)?f(?=\s)(?=[^>]*?\st\s*=\s*["'](?:array|dataTable)["'])"""
    rb"""[^>]*?\sref\s*=\s*["']\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?["']"""
)
_CHUNK = 1 << 14


class Span(NamedTuple):
    """Old bytes `start:end` of a part and what stands there instead; an insertion has start == end."""

    start: int
    end: int
    text: bytes


Box = tuple[int, int, int, int]  # first row, first column, last row, last column


class Blocked(NamedTuple):
    """A cell we may not write, and why, in Chinese."""

    cell: CellText
    reason: str


class Splice(NamedTuple):
    """The new part, the spans that lead to it, the cells written, and those that could not be."""

    part: bytes
    spans: list[Span]
    written: list[CellText]
    blocked: list[Blocked]


class Cell(NamedTuple):
    """A `<c>` found in a row: 1-based column, its bytes' range."""

    column: int
    start: int
    end: int


@dataclass(slots=True)
class Row:
    """A `<row>`: number, range of its start tag, range of its content (end of tag … `</row>`)."""

    number: int
    tag: int
    start: int
    end: int
    closed: bool  # <row …/>


@dataclass(slots=True)
class Sheet:
    """The frame of a sheet part: where its data begin and end, column styles, tag prefix, merges, and the ranges that
    array formulas and data tables fill with their results."""

    part: bytes
    prefix: bytes = b""
    tag: int = 0  # of <sheetData
    start: int = 0  # after <sheetData>
    end: int = 0  # of </sheetData>
    closed: bool = False  # <sheetData/>
    columns: list[tuple[int, int, bytes]] = field(default_factory=list)
    merges: list[Box] = field(default_factory=list)
    arrays: list[Box] = field(default_factory=list)
    only_blank: Collection[int] = ()  # columns in which nothing that stands there may be replaced

    def column_style(self, column: int) -> bytes:
        return next((style for low, high, style in self.columns if low <= column <= high), b"")

    def covered(self, row: int, column: int) -> bool:
        """Whether a merge hides this cell (its first cell is visible and may be written)."""
        return any(
            top <= row <= bottom and left <= column <= right and (row, column) != (top, left)
            for top, left, bottom, right in self.merges
        )

    def computed(self, row: int, column: int) -> bool:
        """Whether the cell is a result of an array formula: it holds no `<f>` itself, yet is not free."""
        return any(top <= row <= bottom and left <= column <= right for top, left, bottom, right in self.arrays)


def nothing_shared(index: int) -> str:
    """Shared strings of a part that has none."""
    raise Refused("文件缺少共享文字表，可能已损坏；请用 WPS 或 Excel 打开后重新保存")


def splice_cells(
    part: bytes, cells: Sequence[CellText], shared: SharedStrings = nothing_shared
) -> tuple[bytes, list[Span]]:
    """The part with our texts in it, and the spans that changed. `Refused` when any of the cells may not be written.

    `shared` gives the text of a shared string by index; it is asked only for our own cells.
    """
    result = plan_splice(part, cells, shared)
    if result.blocked:
        raise Refused("；".join(item.reason for item in result.blocked[:3]))
    return result.part, result.spans


def plan_splice(
    part: bytes,
    cells: Sequence[CellText],
    shared: SharedStrings = nothing_shared,
    only_blank: Collection[int] = (),
) -> Splice:
    """Like `splice_cells`, but a cell that may not be written costs only that cell (law L8).

    `only_blank`: columns of the clerk's, in which nothing that stands there is ever replaced (law L1).
    """
    sheet = frame(part)
    sheet.only_blank = only_blank
    standing = rows(sheet)
    known = {row.number: row for row in standing}
    done = Splice(part, [], [], [])
    last_wins = {(cell.row, cell.column): cell for cell in cells}
    for number, group in groupby(sorted(last_wins.items(), key=itemgetter(0)), key=lambda item: item[0][0]):
        wanted = _allowed(sheet, (cell for _, cell in group), done.blocked)
        if number in known:
            _splice_row(sheet, known[number], wanted, shared, done)
        else:
            _insert_row(sheet, standing, number, wanted, done)
    if sheet.closed and done.spans:
        _open_sheet_data(sheet, done)
    return done._replace(part=apply(part, done.spans))


def apply(part: bytes, spans: Sequence[Span]) -> bytes:
    """The part with exactly these spans (ascending, not overlapping) replaced."""
    pieces: list[bytes] = []
    position = 0
    for start, end, text in spans:
        pieces += (part[position:start], text)
        position = end
    pieces.append(part[position:])
    return b"".join(pieces)


# ------------------------------------------------------------------------------------------------ frame and rows


def frame(part: bytes) -> Sheet:
    """Find `<sheetData>` and what matters around it. `Refused` for parts that must not be spliced."""
    if len(part) > MEMBER_LIMIT:
        raise Refused("工作表数据超过 200 MB，不能写回；请删除多余的空白格式行")
    sheet = _read_head(part)
    opening = re.compile(rb"<%ssheetData(?=[\s/>])%s>" % (sheet.prefix, _ATTRIBUTES)).match(part, sheet.tag)
    if opening is None:
        raise Refused("工作表结构读不懂，不能写回；请用 WPS 或 Excel 打开后另存为 .xlsx")
    sheet.start = sheet.end = opening.end()
    sheet.closed = opening[0].endswith(b"/>")
    if not sheet.closed:
        sheet.end = part.find(b"</%ssheetData" % sheet.prefix, sheet.start)
    if sheet.end < 0 or part.find(b"<!", sheet.start, sheet.end) >= 0 or part.find(b"<?", sheet.start, sheet.end) >= 0:
        raise Refused("工作表数据里有注释或特殊标记，不能安全写回；请用 WPS 或 Excel 打开后另存为 .xlsx")
    sheet.merges = [_box(found) for found in _MERGE.finditer(part, sheet.end)]
    if part.find(b"array", sheet.start, sheet.end) >= 0 or part.find(b"dataTable", sheet.start, sheet.end) >= 0:
        sheet.arrays = [_box(found) for found in _ARRAY.finditer(part, sheet.start, sheet.end)]
    return sheet


def _read_head(part: bytes) -> Sheet:
    """Prefix, place of `<sheetData>` and column styles, by a real parser: comments and DTDs are no riddle to it."""
    sheet = Sheet(part, tag=-1)
    parser = expat.ParserCreate()

    def started(name: str, attributes: dict[str, str]) -> None:
        prefix, _, local = name.rpartition(":")
        if local == "col" and attributes.get("style"):
            low, high = int(attributes["min"]), int(attributes["max"])
            sheet.columns.append((low, high, attributes["style"].encode()))
        elif local == "sheetData":
            sheet.prefix = f"{prefix}:".encode() if prefix else b""
            sheet.tag = parser.CurrentByteIndex
            raise StopIteration

    def doctype(*_: object) -> None:
        raise Refused("工作表里有 DTD 声明，不能写回；请用 WPS 或 Excel 打开后另存为 .xlsx")

    def declared(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower().replace("_", "-") not in ("utf-8", "utf8"):
            raise Refused("工作表不是 UTF-8 编码，不能写回；请用 WPS 或 Excel 打开后另存为 .xlsx")

    parser.StartElementHandler = started
    parser.StartDoctypeDeclHandler = doctype
    parser.XmlDeclHandler = declared
    if part[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in part[:4]:
        declared("", "utf-16", 0)
    try:
        for position in range(0, len(part), _CHUNK):
            parser.Parse(part[position : position + _CHUNK], False)
    except StopIteration:
        return sheet
    except (expat.ExpatError, KeyError, ValueError):
        pass
    raise Refused("工作表结构读不懂，不能写回；请用 WPS 或 Excel 打开后另存为 .xlsx")


def _box(found: re.Match[bytes]) -> Box:
    left, top = column_number(found[1].decode()), int(found[2])
    return top, left, int(found[4] or top), column_number(found[3].decode()) if found[3] else left


def rows(sheet: Sheet) -> list[Row]:
    """All rows in order. `Refused` when they are not in ascending order: then places cannot be trusted."""
    return list(each_row(sheet))


def each_row(sheet: Sheet) -> Iterator[Row]:
    """The rows one after the other, for who needs only the first."""
    part, prefix = sheet.part, sheet.prefix
    pattern = re.compile(rb'<%srow(?=[\s/>])(?: r="(\d+)")?(%s)>' % (prefix, _ATTRIBUTES))
    late = re.compile(rb"""\sr\s*=\s*["'](\d+)["']""")
    opening, closing = b"<%srow" % prefix, b"</%srow" % prefix
    before, stop = 0, sheet.start
    while (at := part.find(opening, stop, sheet.end)) >= 0:
        match = pattern.match(part, at, sheet.end)
        if match is None:  # another element whose name begins so
            stop = at + len(opening)
            continue
        named = match[1] or ((other := late.search(match[2])) and other[1])
        number = int(named) if named else before + 1
        closed = match[2].endswith(b"/")
        end = match.end() if closed else part.find(closing, match.end(), sheet.end)
        if number <= before or end < 0:
            raise Refused("工作表的行顺序不正常，不能安全写回；请用 WPS 或 Excel 打开后重新保存")
        yield Row(number, match.start(), match.end(), end, closed)
        before, stop = number, end


def cells_of(sheet: Sheet, row: Row) -> list[Cell]:
    """All cells of a row in column order."""
    part = sheet.part
    closing = b"</%sc>" % sheet.prefix
    pattern = re.compile(rb'<%sc(?=[\s/>])(?: r="([A-Z]+)\d+")?(%s)>' % (sheet.prefix, _ATTRIBUTES))
    late = re.compile(rb"""\sr\s*=\s*["']([A-Z]+)\d+["']""")
    found: list[Cell] = []
    before, stop = 0, row.start
    for match in pattern.finditer(part, row.start, row.end):
        named = match[1] or ((other := late.search(match[2])) and other[1])
        column = column_number(named.decode()) if named else before + 1
        end = match.end() if match[2].endswith(b"/") else part.find(closing, match.end(), row.end) + len(closing)
        if column <= before or end < match.end() or match.start() < stop:
            raise Refused(f"第 {row.number} 行的单元格顺序不正常，不能安全写回；请用 WPS 或 Excel 打开后重新保存")
        found.append(Cell(column, match.start(), end))
        before, stop = column, end
    return found


# ------------------------------------------------------------------------------------------------------- splicing


def _allowed(sheet: Sheet, cells: Iterable[CellText], blocked: list[Blocked]) -> list[CellText]:
    free = []
    for cell in cells:
        if sheet.merges and sheet.covered(cell.row, cell.column):
            blocked.append(Blocked(cell, f"{where(cell)} 在合并单元格里，请取消合并"))
        elif sheet.arrays and sheet.computed(cell.row, cell.column):
            blocked.append(Blocked(cell, f"{where(cell)} 是数组公式的结果，请把该公式移到别处"))
        else:
            free.append(cell)
    return free


def where(cell: CellText) -> str:
    """项目库!F12"""
    return f"{cell.tab}!{column_letters(cell.column)}{cell.row}"


def _splice_row(sheet: Sheet, row: Row, wanted: list[CellText], shared: SharedStrings, done: Splice) -> None:
    """Replace or insert the wanted cells of one existing row."""
    new: list[tuple[int, int, Span]] = []
    created: list[CellText] = []
    scanned: list[Cell] | None = None
    for cell in wanted:
        found = _quick(sheet, row, cell)
        if found is None:
            scanned = cells_of(sheet, row) if scanned is None else scanned
            found = next((item for item in scanned if item.column == cell.column), None)
        if found is not None:
            span = _replace(sheet, found, cell, shared, done.blocked)
        else:
            span = _create(sheet, row, cell, scanned or [])
            created += [cell] if span else []
        if span is not None:
            new.append((span.start, cell.column, span))
            done.written.append(cell)
    spans = [span for _, _, span in sorted(new)]
    if created:
        spans = _row_tag(sheet, row, created, spans)
    done.spans.extend(spans)


def _quick(sheet: Sheet, row: Row, cell: CellText) -> Cell | None:
    """Nearly every writer puts `r` first: then the cell is found without looking at its neighbours."""
    head = b'<%sc r="%s%d"' % (sheet.prefix, column_letters(cell.column).encode(), cell.row)
    start = sheet.part.find(head, row.start, row.end)
    if start < 0 or sheet.part.find(head, start + 1, row.end) >= 0:
        return None  # a cell that stands there twice is found out the careful way
    close = sheet.part.find(b">", start + len(head))
    if b"=" in (tail := sheet.part[start + len(head) : close]) and tail.count(b'"') % 2:
        return None  # a ">" inside an attribute: take the careful way
    if sheet.part[close - 1] == 0x2F:
        return Cell(cell.column, start, close + 1)
    closing = b"</%sc>" % sheet.prefix
    end = sheet.part.find(closing, close, row.end)
    return Cell(cell.column, start, end + len(closing)) if end >= 0 else None


_OFF_LIMITS = re.compile(rb"<(?:[\w.-]+:)?(f|extLst)[\s/>]")
_METADATA = re.compile(rb"\s(?:cm|vm)\s*=")
_STYLE = re.compile(rb"""\ss\s*=\s*["'](\d+)["']""")


def _replace(sheet: Sheet, found: Cell, cell: CellText, shared: SharedStrings, blocked: list[Blocked]) -> Span | None:
    old = sheet.part[found.start : found.end]
    tag = old[: old.find(b">") + 1]
    if forbidden := _OFF_LIMITS.search(old):
        what = "有公式，请清除该单元格的内容" if forbidden[1] == b"f" else "带有扩展内容，请清除该单元格"
        blocked.append(Blocked(cell, f"{where(cell)} {what}"))
        return None
    if _METADATA.search(tag):
        blocked.append(Blocked(cell, f"{where(cell)} 是动态数组或单元格图片，请清除该单元格的内容"))
        return None
    if reads_so(old, cell.text, cell.number, shared):
        return None
    if cell.column in sheet.only_blank and current(old, shared)[0]:
        blocked.append(Blocked(cell, f"{where(cell)} 已有填报人的内容，系统不改"))
        return None
    style = _STYLE.search(tag)
    reference = f"{column_letters(cell.column)}{cell.row}".encode()
    text = cell_xml(sheet.prefix, reference, style[1] if style else b"", cell.text, cell.number)
    return Span(found.start, found.end, text)


def _create(sheet: Sheet, row: Row, cell: CellText, neighbours: list[Cell]) -> Span | None:
    """A cell that does not stand in the sheet yet, in column order. Blank text needs no cell."""
    if not clean(cell.text):
        return None
    place = next((item.start for item in neighbours if item.column > cell.column), row.end)
    text = _new_cell(sheet, cell, row_style(sheet, row))
    return Span(place, place, text)


def _new_cell(sheet: Sheet, cell: CellText, style: bytes = b"") -> bytes:
    reference = f"{column_letters(cell.column)}{cell.row}".encode()
    return cell_xml(sheet.prefix, reference, style or sheet.column_style(cell.column), cell.text, cell.number)


def row_style(sheet: Sheet, row: Row) -> bytes:
    """The row's own format, if it has one (`customFormat`)."""
    tag = sheet.part[row.tag : row.start]
    if not re.search(rb"""\scustomFormat\s*=\s*["'](?:1|true)["']""", tag):
        return b""
    style = _STYLE.search(tag)
    return style[1] if style else b""


def _row_tag(sheet: Sheet, row: Row, created: list[CellText], spans: list[Span]) -> list[Span]:
    """Widen `spans` only if a new cell lies outside; open `<row …/>`."""
    before: list[Span] = []
    tag = sheet.part[row.tag : row.start]
    found = re.search(rb"""\sspans\s*=\s*["'](\d+):(\d+)["']""", tag)
    if found:
        low = min(int(found[1]), created[0].column)
        high = max(int(found[2]), created[-1].column)
        if (low, high) != (int(found[1]), int(found[2])):
            before = [Span(row.tag + found.start(1), row.tag + found.end(2), b"%d:%d" % (low, high))]
    if row.closed:
        body = b"".join(span.text for span in spans)
        return [*before, Span(row.start - 2, row.start, b">%s</%srow>" % (body, sheet.prefix))]
    return before + spans


def _insert_row(sheet: Sheet, standing: list[Row], number: int, wanted: list[CellText], done: Splice) -> None:
    """A row that does not stand in the sheet yet; no other row moves."""
    wanted = [cell for cell in wanted if clean(cell.text)]
    if not wanted:
        return
    after = bisect_right(standing, number, key=lambda row: row.number)
    place = standing[after].tag if after < len(standing) else sheet.end
    body = b"".join(_new_cell(sheet, cell) for cell in wanted)
    done.spans.append(Span(place, place, b'<%srow r="%d">%s</%srow>' % (sheet.prefix, number, body, sheet.prefix)))
    done.written.extend(wanted)


def _open_sheet_data(sheet: Sheet, done: Splice) -> None:
    body = b"".join(span.text for span in done.spans)
    done.spans[:] = [Span(sheet.start - 2, sheet.start, b">%s</%ssheetData>" % (body, sheet.prefix))]
