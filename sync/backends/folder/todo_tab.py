"""Our own tab 待改清单: its lines are replaced whole; title, notes and header stay as they are.

Looks come from the prepared rows that stand there, so that no style need be added to the book.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sync.backends.folder.cellxml import SharedStrings, cell_xml, column_letters
from sync.backends.folder.own_places import find_todo_header, row_texts
from sync.backends.folder.splice import Row, Sheet, Span, cells_of, frame, rows
from sync.book import TodoLine

COLUMNS = 6
NOTHING = "✓ 目前没有要改的地方"
_STYLE = re.compile(rb"""\ss\s*=\s*["'](\d+)["']""")
_DIMENSION = re.compile(rb"""<(?:[\w.-]+:)?dimension\s[^>]*?\bref\s*=\s*["']([^"']*)["']""")
_FILTER = re.compile(rb"""<(?:[\w.-]+:)?autoFilter\s[^>]*?\bref\s*=\s*["']([A-Z]+)(\d+):([A-Z]+)(\d+)["']""")
_FILTERED = re.compile(rb"<(?:[\w.-]+:)?filterColumn[\s/>]")


def todo_rows(lines: Sequence[TodoLine]) -> list[tuple[str, ...]]:
    """The texts that stand in the tab, one tuple of six per line; one sentence when there is nothing to do."""
    found = [(line.where, line.who, line.field, line.severity, line.value, line.wanted) for line in lines]
    return found or [(NOTHING, *[""] * (COLUMNS - 1))]


def replace_lines(part: bytes, lines: Sequence[TodoLine], shared: SharedStrings) -> list[Span]:
    """Spans that make the tab show these lines; none when it shows them already, or has no header of ours."""
    sheet = frame(part)
    if sheet.closed:
        return []
    standing = rows(sheet)
    header = find_todo_header(sheet, standing, shared)
    if header is None:
        return []
    wanted = todo_rows(lines)
    below = [row for row in standing if row.number > header.number]
    if _texts(sheet, below, shared) == wanted:
        return []
    body, last = _body(sheet, header, below, wanted)
    start = below[0].tag if below else sheet.end
    before, after = _references(part, sheet, header.number, last)
    return [*before, Span(start, sheet.end, body), *after]


def _texts(sheet: Sheet, below: Sequence[Row], shared: SharedStrings) -> list[tuple[str, ...]]:
    """What stands below the header, up to the last row with a text."""
    found = []
    for row in below:
        texts = row_texts(sheet, row, shared)
        found.append(tuple(texts.get(column, "") for column in range(1, COLUMNS + 1)))
    while found and not any(found[-1]):
        found.pop()
    return found


def _body(sheet: Sheet, header: Row, below: Sequence[Row], wanted: Sequence[tuple[str, ...]]) -> tuple[bytes, int]:
    """Rows with our lines, then blank ones with the prepared look where rows stood before. Second: last row."""
    styles = _styles(sheet, below)
    first = header.number + 1
    last = max(header.number + len(wanted) + 1, max((row.number for row in below), default=0))
    blank = ("",) * COLUMNS
    out = []
    for number in range(first, last + 1):
        texts = wanted[number - first] if number - first < len(wanted) else blank
        cells = b"".join(
            cell_xml(sheet.prefix, f"{column_letters(column)}{number}".encode(), style, text)
            for column, (style, text) in enumerate(zip(styles, texts, strict=True), 1)
            if style or text
        )
        out.append(b'<%srow r="%d">%s</%srow>' % (sheet.prefix, number, cells, sheet.prefix))
    return b"".join(out), last


def _styles(sheet: Sheet, below: Sequence[Row]) -> list[bytes]:
    """Style numbers of the first prepared row, else of the columns."""
    found = [sheet.column_style(column) for column in range(1, COLUMNS + 1)]
    for cell in cells_of(sheet, below[0]) if below else []:
        style = _STYLE.search(sheet.part, cell.start, sheet.part.find(b">", cell.start))
        if style and cell.column <= COLUMNS:
            found[cell.column - 1] = style[1]
    return found


def _references(part: bytes, sheet: Sheet, header: int, last: int) -> tuple[list[Span], list[Span]]:
    """Spans before and after the data that must follow them: the declared dimension, the filter's reach."""
    before, after = [], []
    dimension = _DIMENSION.search(part, 0, sheet.tag)
    if dimension:
        reach = b"A1:%s%d" % (column_letters(COLUMNS).encode(), last)
        before = [Span(dimension.start(1), dimension.end(1), reach)]
    found = _FILTER.search(part, sheet.end)
    if found and int(found[2]) == header and int(found[4]) < last and not _FILTERED.search(part, sheet.end):
        after = [Span(found.start(4), found.end(4), b"%d" % last)]
    return before, after


def standing_lines(part: bytes, shared: SharedStrings) -> list[tuple[str, ...]]:
    """What the tab shows now, for tests and diagnosis."""
    sheet = frame(part)
    standing = rows(sheet)
    header = find_todo_header(sheet, standing, shared)
    return _texts(sheet, [row for row in standing if header and row.number > header.number], shared)
