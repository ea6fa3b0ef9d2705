"""The frame of a sheet part: where its data begin and end, its rows and cells as ranges of bytes.

A sheet is not parsed and written again, because no library gives a clerk's book back unchanged. Inside
`<sheetData>` no raw "<" can stand in text or attributes, and parts with comments, CDATA or processing
instructions there are refused; so start tags can be found by searching bytes. The head (up to `<sheetData>`) is
read with expat, which knows comments and DTDs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple
from xml.parsers import expat

from sync.backends.folder.cellxml import column_number
from sync.backends.folder.zippatch import MEMBER_LIMIT, Refused

_ATTRIBUTES = rb"""[^>"']*(?:(?:"[^"]*"|'[^']*')[^>"']*)*"""
_MERGE = re.compile(rb"""<(?:[\w.-]+:)?mergeCell\s[^>]*?\bref\s*=\s*["']([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?["']""")
_ARRAY = re.compile(
    rb"""<(?:[\w.-]+:)?f(?=\s)(?=[^>]*?\st\s*=\s*["'](?:array|dataTable)["'])"""
    rb"""[^>]*?\sref\s*=\s*["']\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?["']"""
)
_CHUNK = 1 << 14

Box = tuple[int, int, int, int]  # first row, first column, last row, last column


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


@dataclass
class Sheet:
    """The frame of a sheet part: where its data begin and end, column styles, tag prefix, merges, and the ranges that
    array formulas and data tables fill with their results. `rows` are looked for once, by whoever asks first."""

    part: bytes
    prefix: bytes = b""
    tag: int = 0  # of <sheetData
    start: int = 0  # after <sheetData>
    end: int = 0  # of </sheetData>
    closed: bool = False  # <sheetData/>
    columns: list[tuple[int, int, bytes]] = field(default_factory=list)
    merges: list[Box] = field(default_factory=list)
    arrays: list[Box] = field(default_factory=list)

    @cached_property
    def rows(self) -> list[Row]:
        """All rows in order. `Refused` when they are not in ascending order: then places cannot be trusted."""
        return list(each_row(self))

    def column_style(self, column: int) -> bytes:
        return next((style for low, high, style in self.columns if low <= column <= high), b"")


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
    if sheet.end < 0 or _holds(sheet, b"<!") or _holds(sheet, b"<?"):
        raise Refused("工作表数据里有注释或特殊标记，不能安全写回；请用 WPS 或 Excel 打开后另存为 .xlsx")
    sheet.merges = [_box(found) for found in _MERGE.finditer(part, sheet.end)]
    if _holds(sheet, b"array") or _holds(sheet, b"dataTable"):
        sheet.arrays = [_box(found) for found in _ARRAY.finditer(part, sheet.start, sheet.end)]
    return sheet


def _holds(sheet: Sheet, mark: bytes) -> bool:
    """Whether the data hold these bytes; a search for the last one alone, which is rare, costs next to nothing."""
    part, start, end = sheet.part, sheet.start, sheet.end
    return part.find(mark[-1:], start, end) >= 0 and part.find(mark, start, end) >= 0


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
