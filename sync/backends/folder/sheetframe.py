"""The frame of a sheet part: where its data begin and end, its rows and cells as ranges of bytes.

A sheet is not parsed and written again, because no library gives a clerk's book back unchanged. Inside
`<sheetData>` no raw "<" can stand in text or attributes, and parts with comments, CDATA or processing
instructions there are refused; so start tags can be found by searching bytes. Between the rows, and between the cells
of a row, nothing else may stand: an element of another prefix may be a row to every reader. The head (up to
`<sheetData>`) is read with expat, which knows comments and DTDs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple
from xml.parsers import expat

from sync.backends.folder.cellxml import attribute, column_number
from sync.backends.folder.zippatch import MEMBER_LIMIT, Refused

_ATTRIBUTES = rb"""[^>"']*(?:(?:"[^"]*"|'[^']*')[^>"']*)*"""
_MERGE = re.compile(rb"<(?:[^\s<>/:]+:)?mergeCell(?=[\s/>])")
_FORMULA = re.compile(rb"<(?:[^\s<>/:]+:)?f(?=\s)")
_REFERENCE, _RANGE, _KIND = attribute(b"r"), attribute(b"ref"), attribute(b"t")
_LETTERS = re.compile(rb"([A-Z]{1,3})\d*")
_BOX = re.compile(rb"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")
_STRANGE = "工作表里行的写法少见，系统认不准行号，不能安全写回；请用 WPS 或 Excel 打开后重新保存"
_CHUNK = 1 << 14

Box = tuple[int, int, int, int]  # first row, first column, last row, last column


class Cell(NamedTuple):
    """A `<c>` found in a row: 1-based column, its bytes' range, the end of its start tag."""

    column: int
    start: int
    end: int
    tag: int


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
    sheet.merges = [_box(part, found.start()) for found in _MERGE.finditer(part, sheet.end)]
    if _holds(sheet, b"array") or _holds(sheet, b"dataTable"):
        formulas = _FORMULA.finditer(part, sheet.start, sheet.end)
        sheet.arrays = [_box(part, found.start()) for found in formulas if _fills(part, found.start())]
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
    try:
        for position in range(0, len(part), _CHUNK):
            parser.Parse(part[position : position + _CHUNK], False)
    except StopIteration:
        return sheet
    except (expat.ExpatError, KeyError, ValueError):
        pass
    raise Refused("工作表结构读不懂，不能写回；请用 WPS 或 Excel 打开后另存为 .xlsx")


def value(pattern: re.Pattern[bytes], part: bytes, at: int) -> bytes:
    """An attribute of the tag that begins there; b"" when it has none."""
    found = pattern.match(part, at)
    return found[found.lastindex or 0] if found else b""


def _fills(part: bytes, at: int) -> bool:
    return value(_KIND, part, at) in (b"array", b"dataTable")


def _box(part: bytes, at: int) -> Box:
    found = _BOX.fullmatch(value(_RANGE, part, at))
    if found is None:
        raise Refused("工作表里合并单元格或数组公式的范围读不懂，不能安全写回；请用 WPS 或 Excel 打开后重新保存")
    left, top = column_number(found[1].decode()), int(found[2])
    return top, left, int(found[4] or top), column_number(found[3].decode()) if found[3] else left


def each_row(sheet: Sheet) -> Iterator[Row]:
    """The rows one after the other, for who needs only the first."""
    part, prefix = sheet.part, sheet.prefix
    pattern = re.compile(rb'<%srow(?=[\s/>])(?: r="(\d+)")?(%s)>' % (prefix, _ATTRIBUTES))
    opening, closing = b"<%srow" % prefix, b"</%srow" % prefix
    usual, ending = closing + b">", re.compile(rb"(?:</%srow\s*>)?\s*" % prefix)
    before, stop = 0, sheet.start
    while (at := part.find(opening, stop, sheet.end)) >= 0:
        match = pattern.match(part, at, sheet.end)
        between = part[stop:at]
        if match is None or (between != usual and not ending.fullmatch(between)):
            raise Refused(_STRANGE)
        named = match[1] or value(_REFERENCE, part, at)
        if named and not named.isdigit():
            raise Refused(_STRANGE)
        number = int(named) if named else before + 1
        closed = match[2].endswith(b"/")
        end = match.end() if closed else part.find(closing, match.end(), sheet.end)
        if number <= before or end < 0:
            raise Refused("工作表的行顺序不正常，不能安全写回；请用 WPS 或 Excel 打开后重新保存")
        yield Row(number, match.start(), match.end(), end, closed)
        before, stop = number, end
    if not sheet.closed and not ending.fullmatch(part, stop, sheet.end):
        raise Refused(_STRANGE)


def cells_of(sheet: Sheet, row: Row) -> list[Cell]:
    """All cells of a row in column order."""
    part = sheet.part
    closing = b"</%sc>" % sheet.prefix
    pattern = re.compile(rb'<%sc(?=[\s/>])(?: r="([A-Z]+)\d+")?(%s)>' % (sheet.prefix, _ATTRIBUTES))
    found: list[Cell] = []
    before, stop = 0, row.start
    for match in pattern.finditer(part, row.start, row.end):
        at, tag = match.span()
        letters = match[1] or _letters(row, value(_REFERENCE, part, at))
        column = column_number(letters.decode()) if letters else before + 1
        end = tag if match[2].endswith(b"/") else part.find(closing, tag, row.end) + len(closing)
        if column <= before or end < tag or at < stop:
            raise Refused(f"第 {row.number} 行的单元格顺序不正常，不能安全写回；请用 WPS 或 Excel 打开后重新保存")
        if at > stop and not part[stop:at].isspace():
            raise Refused(_strange_in(row))
        found.append(Cell(column, at, end, tag))
        before, stop = column, end
    if stop < row.end and not part[stop : row.end].isspace():
        raise Refused(_strange_in(row))
    return found


def _letters(row: Row, reference: bytes) -> bytes:
    """The column a cell names; b"" when it names none."""
    found = _LETTERS.fullmatch(reference)
    if reference and found is None:
        raise Refused(_strange_in(row))
    return found[1] if found else b""


def _strange_in(row: Row) -> str:
    return f"第 {row.number} 行的写法少见，系统认不准单元格，不能安全写回；请用 WPS 或 Excel 打开后重新保存"
