"""Splicing our texts into the bytes of a sheet part: only the `<c>` elements of our cells change.

Cells in the usual forms are found all at once and rewritten there; every other form goes the careful way, cell by
cell, and what may not be touched blocks that cell alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from sync.backends.folder import quickcells
from sync.backends.folder.cellxml import (
    SharedStrings,
    attribute,
    cell_xml,
    clean,
    column_letters,
    content_xml,
    current,
    decode_text,
    reads_so,
)
from sync.backends.folder.sheetframe import Box, Cell, Row, Sheet, cells_of, value
from sync.backends.folder.zippatch import Refused
from sync.book import CellText

_start = itemgetter(0)  # of a span
_MANY = 50  # cells; for fewer a look through the whole sheet does not pay


class Span(NamedTuple):
    """Old bytes `start:end` of a part and what stands there instead; an insertion has start == end."""

    start: int
    end: int
    text: bytes


class Blocked(NamedTuple):
    """A cell we may not write, and why, in Chinese."""

    cell: CellText
    reason: str


class Splice(NamedTuple):
    """The spans that lead to the new part, the cells written, and those that could not be."""

    spans: list[Span]
    written: list[CellText]
    blocked: list[Blocked]


@dataclass(slots=True)
class _Job:
    """One call: the sheet, what may stand in the way, and what has been done so far."""

    sheet: Sheet
    shared: SharedStrings
    only_blank: Collection[int]
    merges: list[Box]
    arrays: list[Box]
    plain: quickcells.Plain
    done: Splice
    bodies: dict[str, bytes] = field(default_factory=dict)  # text → what follows a cell's head: statuses repeat


def nothing_shared(index: int) -> str:
    """Shared strings of a part that has none."""
    raise Refused("文件缺少共享文字表，可能已损坏；请用 WPS 或 Excel 打开后重新保存")


def plan_splice(
    sheet: Sheet,
    cells: Sequence[CellText],
    shared: SharedStrings = nothing_shared,
    only_blank: Collection[int] = (),
) -> Splice:
    """What brings these texts into the sheet. A cell that may not be written costs only that cell (law L8).

    `shared` gives the text of a shared string by index; it is asked only for our own cells. `only_blank`: columns of
    the clerk's, in which nothing that stands there is ever replaced (law L1).
    """
    wanted: dict[int, dict[int, CellText]] = {}
    for cell in cells:
        wanted.setdefault(cell.row, {})[cell.column] = cell  # the last one wins
    done = Splice([], [], [])
    if not wanted:
        return done
    known = {row.number: row for row in sheet.rows}
    low, high = min(wanted), max(wanted)
    job = _Job(
        sheet, shared, only_blank, _between(sheet.merges, low, high), _between(sheet.arrays, low, high),
        _plain_cells(sheet, wanted, known) if len(cells) >= _MANY else {}, done,
    )  # fmt: skip
    for number in sorted(wanted):
        here = [cell for _, cell in sorted(wanted[number].items())]
        if job.merges or job.arrays:
            here = _allowed(job, here)
        if number in known:
            _splice_row(job, known[number], here)
        else:
            _insert_row(job, number, here)
    if sheet.closed and done.spans:
        _open_sheet_data(sheet, done)
    return done


def _between(boxes: list[Box], low: int, high: int) -> list[Box]:
    return [box for box in boxes if box[0] <= high and box[2] >= low]


def _plain_cells(sheet: Sheet, wanted: dict[int, dict[int, CellText]], known: dict[int, Row]) -> quickcells.Plain:
    standing = [known[number] for number in wanted if number in known]
    if not standing:
        return {}
    start, end = min(row.start for row in standing), max(row.end for row in standing)
    return quickcells.plain_cells(sheet, wanted, set().union(*wanted.values()), start, end)


def apply(part: bytes, spans: Sequence[Span]) -> bytes:
    """The part with exactly these spans (ascending, not overlapping) replaced."""
    pieces: list[bytes] = []
    position = 0
    for start, end, text in spans:
        pieces += (part[position:start], text)
        position = end
    pieces.append(part[position:])
    return b"".join(pieces)


# ------------------------------------------------------------------------------------------------------- splicing


def _allowed(job: _Job, cells: list[CellText]) -> list[CellText]:
    free = []
    for cell in cells:
        if any(_inside(box, cell) and (cell.row, cell.column) != box[:2] for box in job.merges):
            job.done.blocked.append(Blocked(cell, f"{where(cell)} 在合并单元格里，请取消合并"))
        elif any(_inside(box, cell) for box in job.arrays):  # it holds no <f> itself, yet is not free
            job.done.blocked.append(Blocked(cell, f"{where(cell)} 是数组公式的结果，请把该公式移到别处"))
        else:
            free.append(cell)
    return free


def _inside(box: Box, cell: CellText) -> bool:
    top, left, bottom, right = box
    return top <= cell.row <= bottom and left <= cell.column <= right


def where(cell: CellText) -> str:
    """项目库!F12"""
    return f"{cell.tab}!{column_letters(cell.column)}{cell.row}"


def _splice_row(job: _Job, row: Row, wanted: list[CellText]) -> None:
    """Replace or insert the wanted cells of one existing row."""
    plain = job.plain.get(row.number, {})
    spans: list[Span] = []
    created: list[CellText] = []
    scanned: dict[int, Cell] | None = None
    for cell in wanted:
        match = plain.get(cell.column)
        if match is not None and row.start <= match.start() and match.end() <= row.end:
            span = _rewrite(job, match, cell)
        else:
            if scanned is None:
                scanned = {item.column: item for item in cells_of(job.sheet, row)}
            found = scanned.get(cell.column)
            if found is not None:
                span = _replace(job, found, cell)
            else:
                span = _create(job.sheet, row, cell, scanned)
                created += [cell] if span else []
        if span is not None:
            spans.append(span)
            job.done.written.append(cell)
    spans.sort(key=_start)  # new cells at the same place stay in column order
    job.done.spans.extend(_row_tag(job.sheet, row, created, spans) if created else spans)


def _rewrite(job: _Job, match: re.Match[bytes], cell: CellText) -> Span | None:
    """A plain cell, which may be replaced unless it is the clerk's and not blank."""
    text = cell.text
    if match[quickcells.EMPTY] is not None:
        if not text:
            return None
    elif _says(match, cell, job.shared):
        return None
    elif cell.column in job.only_blank and current(match[0], job.shared)[0]:
        job.done.blocked.append(Blocked(cell, f"{where(cell)} 已有填报人的内容，系统不改"))
        return None
    body = None if cell.number else job.bodies.get(text)
    if body is None:
        body = content_xml(job.sheet.prefix, text, cell.number)
        if not cell.number:
            job.bodies[text] = body
    if body == b"/>" and match[quickcells.EMPTY] is not None:
        return None
    start, end = match.span()
    return Span(start, end, match[quickcells.HEAD] + body)


def _says(match: re.Match[bytes], cell: CellText, shared: SharedStrings) -> bool:
    """Whether a cell that is not empty already says what we would write."""
    inline = match[quickcells.INLINE]
    if inline and match[quickcells.TYPE] == b"inlineStr" and not cell.number:
        return decode_text(inline) == clean(cell.text)
    return reads_so(match[0], cell.text, cell.number, shared)


_OFF_LIMITS = re.compile(rb"<(?:[\w.-]+:)?(f|extLst)[\s/>]")
_METADATA = re.compile(rb"\s(?:cm|vm)\s*=")
_STYLE, _SPANS, _CUSTOM = attribute(b"s"), attribute(b"spans"), attribute(b"customFormat")
_REACH = re.compile(rb"(\d+):(\d+)")


def _replace(job: _Job, found: Cell, cell: CellText) -> Span | None:
    """A cell of any form."""
    old = job.sheet.part[found.start : found.end]
    tag = old[: found.tag - found.start]
    if forbidden := _OFF_LIMITS.search(old):
        what = "有公式，请清除该单元格的内容" if forbidden[1] == b"f" else "带有扩展内容，请清除该单元格"
        job.done.blocked.append(Blocked(cell, f"{where(cell)} {what}"))
        return None
    if _METADATA.search(tag):
        job.done.blocked.append(Blocked(cell, f"{where(cell)} 是动态数组或单元格图片，请清除该单元格的内容"))
        return None
    if reads_so(old, cell.text, cell.number, job.shared):
        return None
    if cell.column in job.only_blank and current(old, job.shared)[0]:
        job.done.blocked.append(Blocked(cell, f"{where(cell)} 已有填报人的内容，系统不改"))
        return None
    reference = f"{column_letters(cell.column)}{cell.row}".encode()
    text = cell_xml(job.sheet.prefix, reference, style_of(old, 0), cell.text, cell.number)
    return Span(found.start, found.end, text)


def _create(sheet: Sheet, row: Row, cell: CellText, neighbours: dict[int, Cell]) -> Span | None:
    """A cell that does not stand in the sheet yet, in column order. Blank text needs no cell."""
    if not clean(cell.text):
        return None
    place = next((item.start for column, item in neighbours.items() if column > cell.column), row.end)
    text = _new_cell(sheet, cell, row_style(sheet, row))
    return Span(place, place, text)


def _new_cell(sheet: Sheet, cell: CellText, style: bytes = b"") -> bytes:
    reference = f"{column_letters(cell.column)}{cell.row}".encode()
    return cell_xml(sheet.prefix, reference, style or sheet.column_style(cell.column), cell.text, cell.number)


def row_style(sheet: Sheet, row: Row) -> bytes:
    """The row's own format, if it has one (`customFormat`)."""
    return style_of(sheet.part, row.tag) if value(_CUSTOM, sheet.part, row.tag) in (b"1", b"true") else b""


def style_of(part: bytes, at: int) -> bytes:
    """The number of the style that the tag at this place names; b"" when it names none."""
    style = value(_STYLE, part, at)
    return style if style.isdigit() else b""


def _row_tag(sheet: Sheet, row: Row, created: list[CellText], spans: list[Span]) -> list[Span]:
    """Widen `spans` only if a new cell lies outside; open `<row …/>`."""
    before: list[Span] = []
    named = _SPANS.match(sheet.part, row.tag)
    found = named and _REACH.fullmatch(sheet.part, *named.span(named.lastindex or 0))
    if found:
        low = min(int(found[1]), created[0].column)
        high = max(int(found[2]), created[-1].column)
        if (low, high) != (int(found[1]), int(found[2])):
            before = [Span(*found.span(), b"%d:%d" % (low, high))]
    if row.closed:
        body = b"".join(span.text for span in spans)
        return [*before, Span(row.start - 2, row.start, b">%s</%srow>" % (body, sheet.prefix))]
    return before + spans


def _insert_row(job: _Job, number: int, wanted: list[CellText]) -> None:
    """A row that does not stand in the sheet yet; no other row moves."""
    wanted = [cell for cell in wanted if clean(cell.text)]
    if not wanted:
        return
    sheet, standing = job.sheet, job.sheet.rows
    after = bisect_right(standing, number, key=lambda row: row.number)
    place = standing[after].tag if after < len(standing) else sheet.end
    body = b"".join(_new_cell(sheet, cell) for cell in wanted)
    job.done.spans.append(Span(place, place, b'<%srow r="%d">%s</%srow>' % (sheet.prefix, number, body, sheet.prefix)))
    job.done.written.extend(wanted)


def _open_sheet_data(sheet: Sheet, done: Splice) -> None:
    body = b"".join(span.text for span in done.spans)
    done.spans[:] = [Span(sheet.start - 2, sheet.start, b">%s</%ssheetData>" % (body, sheet.prefix))]
