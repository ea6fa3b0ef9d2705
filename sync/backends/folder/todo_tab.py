"""Our own tab 待改清单: its lines are replaced whole; title, notes and header stay as they are.

Looks come from the rows and columns that stand there, so that no style need be added to the book. The filter keeps
its reach: its hidden defined name would have to follow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import ceil

from sync.backends.folder.cellxml import SharedStrings, column_letters, content_xml, head_xml
from sync.backends.folder.own_places import Place, find_todo_header, row_texts
from sync.backends.folder.sheetframe import Row, Sheet, cells_of
from sync.backends.folder.splice import Span, style_of
from sync.book import TodoLine

TITLES = {
    "序号": "number",
    "位置": "where",
    "项目": "who",
    "栏目": "field",
    "程度": "severity",
    "现在填的是": "value",
    "请这样改": "wanted",
}
NOTHING = "✓ 目前没有要改的地方"
_COL = re.compile(rb"<(?:[\w.-]+:)?col\s[^>]*>")
_ATTRIBUTE = re.compile(rb"""\s(\w+)\s*=\s*["']([^"']*)["']""")
_DIMENSION = re.compile(rb"""<(?:[\w.-]+:)?dimension\s[^>]*?\bref\s*=\s*["']([^"']*)["']""")
_BROAD_ONES = re.compile("[\u2e80-\U0010ffff“”‘’…—]")
_BROAD, _NARROW = 2.05, 1.05

Texts = dict[int, str]  # column → text, blanks left out


def replace_lines(sheet: Sheet, lines: Sequence[TodoLine], shared: SharedStrings) -> list[Span]:
    """Spans that make the tab show these lines; none when it shows them already, or has no header of ours."""
    standing = sheet.rows
    found = find_todo_header(sheet, standing, TITLES, shared)
    if found is None:
        return []
    header, columns = found
    below = [row for row in standing if row.number > header.number]
    wanted = _texts(lines, columns)
    if standing_texts(sheet, below, shared) == wanted:
        return []
    body, last = _body(sheet, header, below, wanted)
    start = below[0].tag if below else sheet.end
    return [*_dimension(sheet, last, max(columns.values())), Span(start, sheet.end, body)]


def formula_in_the_way(sheet: Sheet, shared: SharedStrings) -> Place | None:
    """A formula somebody put below the header: to remove it would leave it in the book's list of formulas, and Excel
    would call the file damaged."""
    part = sheet.part
    formula = re.compile(rb"<%sf[\s/>]" % sheet.prefix)
    if not formula.search(part, sheet.start, sheet.end):
        return None
    standing = sheet.rows
    found = find_todo_header(sheet, standing, TITLES, shared)
    for row in standing if found else ():
        if found and row.number > found[0].number and formula.search(part, row.start, row.end):
            cells = cells_of(sheet, row)
            return next(Place(row.number, cell.column) for cell in cells if formula.search(part, cell.start, cell.end))
    return None


def _texts(lines: Sequence[TodoLine], columns: Mapping[str, int]) -> list[Texts]:
    """The texts of each line by column; one sentence when there is nothing to do."""
    if not lines:
        return [{columns["where"]: NOTHING}]
    places = [(columns[name], at) for at, name in enumerate(TodoLine._fields)]
    found = []
    for number, line in enumerate(lines, 1):
        texts = {column: text for column, at in places if (text := line[at])}
        texts[columns["number"]] = str(number)
        found.append(texts)
    return found


def standing_texts(sheet: Sheet, below: Sequence[Row], shared: SharedStrings) -> list[Texts]:
    """What stands in these rows, up to the last one with a text."""
    found = [row_texts(sheet, row, shared) for row in below]
    while found and not found[-1]:
        found.pop()
    return found


def _body(sheet: Sheet, header: Row, below: Sequence[Row], wanted: Sequence[Texts]) -> tuple[bytes, int]:
    """Rows with our lines, then blank ones with the prepared look where rows stood before. Second: last row."""
    styles, widths = _row_styles(sheet, below), _widths(sheet.part)
    first = header.number + 1
    last = max(header.number + len(wanted), max((row.number for row in below), default=0))
    used = sorted({*styles, *(column for texts in wanted for column in texts)})
    looks = {column: styles.get(column) or sheet.column_style(column) for column in used}
    wide = {column: width for low, high, width in reversed(widths) for column in used if low <= column <= high}
    names = [(column, column_letters(column).encode(), style) for column, style in looks.items()]
    bodies: dict[str, bytes] = {}  # names and titles repeat
    out = []
    for number in range(first, last + 1):
        texts = wanted[number - first] if number - first < len(wanted) else {}
        cells = []
        for column, letters, style in names:
            text = texts.get(column, "")
            if not (text or column in styles):
                continue
            if (body := bodies.get(text)) is None:
                body = bodies[text] = content_xml(sheet.prefix, text)
            cells.append(head_xml(sheet.prefix, b"%s%d" % (letters, number), style) + body)
        height = b' ht="%d" customHeight="1"' % _height(texts, wide) if texts else b""
        out.append(b'<%srow r="%d"%s>%s</%srow>' % (sheet.prefix, number, height, b"".join(cells), sheet.prefix))
    return b"".join(out), last


def _widths(part: bytes) -> list[tuple[int, int, float]]:
    """(first column, last column, width in characters) as the tab has them now."""
    found = []
    for tag in _COL.findall(part, 0, part.find(b"sheetData")):
        words = dict(_ATTRIBUTE.findall(tag))
        if {b"min", b"max", b"width"} <= words.keys():
            found.append((int(words[b"min"]), int(words[b"max"]), float(words[b"width"])))
    return found


def _height(texts: Texts, widths: Mapping[int, float]) -> int:
    """Points in which every text of the line is seen whole: not all programs make rows grow by themselves."""
    lines = 1
    for column, text in texts.items():
        width = widths.get(column, 0)
        if width > 2 and (len(text) * _BROAD > width - 1 or "\n" in text):
            lines = max(lines, sum(ceil(max(_wide(part), 1) / (width - 1)) for part in text.split("\n")))
    return min(5 + 15 * lines, 400)


def _wide(text: str) -> float:
    """Width in characters of the column's measure; a Chinese one takes two."""
    broad = 0 if text.isascii() else len(_BROAD_ONES.findall(text))
    return broad * _BROAD + (len(text) - broad) * _NARROW


def _row_styles(sheet: Sheet, below: Sequence[Row]) -> dict[int, bytes]:
    """Column → style number of the first row that stands below the header."""
    found = {}
    for cell in cells_of(sheet, below[0]) if below else []:
        if style := style_of(sheet.part, cell.start):
            found[cell.column] = style
    return found


def _dimension(sheet: Sheet, last: int, columns: int) -> list[Span]:
    """The declared dimension follows: some readers believe it."""
    found = _DIMENSION.search(sheet.part, 0, sheet.tag)
    reach = b"A1:%s%d" % (column_letters(columns).encode(), last)
    return [Span(found.start(1), found.end(1), reach)] if found and found[1] != reach else []
