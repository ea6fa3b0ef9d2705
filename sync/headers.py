"""Where the header of a tab stands and which column holds which field, when no marks tell it.

Real ledgers have title and signature rows above, one to five header rows with merged groups, units in brackets and
the same title twice in different groups. The block of rows under which most fields are recognised is the header.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from sync.book import ColumnShape, TableShape
from validators.cells import squeeze
from validators.findings import Finding, Severity
from validators.headers import header_key, match_headers
from validators.rawcell import MARK, RawCell
from validators.rowkinds import classify_row

MAX_DEPTH = 5
_WORDED = frozenset(
    {
        "project_name", "company", "person", "township", "industry", "choice", "choices", "stage", "yesno", "photo",
        "long_text",
    }
)  # fmt: skip

Grid = Mapping[int, Mapping[int, RawCell]]  # row → column → cell
Texts = Mapping[int, Mapping[int, str]]
Box = tuple[int, int, int, int]  # first row, first column, last row, last column


@dataclass(slots=True)
class Header:
    """A header found: its rows, and what was recognised under it. Columns are 1-based."""

    first_row: int = 0
    last_row: int = 0
    columns: dict[str, int] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)  # field → header text as it stands
    groups: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    twice: dict[str, list[int]] = field(default_factory=dict)


def find_header(grid: Grid, merges: Sequence[Box], table: TableShape) -> Header | None:
    """The header of `table` within `grid`, or None when too few of its fields are recognised to be sure."""
    texts = spread(grid, merges)
    keys = _keys(table)
    rows = sorted(texts)
    blocks = [(first, last) for at, first in enumerate(rows) for last in rows[at : at + MAX_DEPTH]]
    # of equal ones the flattest, then the topmost: a header printed again further down is not the header
    scored = [(_score(texts, first, last, keys), first - last, -first, last) for first, last in blocks]
    best = max(scored, default=(0, 0, 0, 0))
    found = match_block(texts, -best[2], best[3], table) if best[0] else Header()
    return found if len(found.columns) >= _enough(table) else None


def _enough(table: TableShape) -> int:
    """How many fields must be recognised before a row is believed to be the header. An office's own ledger may hold
    six of a hundred."""
    count = len(table.columns)
    return min(2, count) if count < 4 else max(3, min(count // 4, 4))


def spread(grid: Grid, merges: Iterable[Box]) -> dict[int, dict[int, str]]:
    """Texts of the grid, horizontally merged ones repeated; typed cells are no headers and left out."""
    texts = {row: {c: raw for c, raw in cells.items() if raw[:1] != MARK} for row, cells in grid.items()}
    for top, left, _, right in merges:
        text = texts.get(top, {}).get(left)
        if text is not None and right - left < 200:
            texts[top].update(dict.fromkeys(range(left, right + 1), text))
    return {row: cells for row, cells in texts.items() if cells}


@lru_cache(maxsize=64)
def _keys(table: TableShape) -> frozenset[str]:
    return frozenset(key for column in table.columns for key in map(header_key, column.titles) if key)


def _score(texts: Texts, first: int, last: int, keys: frozenset[str]) -> int:
    """How many columns of the block end in a text that is some field's title."""
    leaves = {column: text for row in range(first, last + 1) for column, text in texts.get(row, {}).items()}
    if first != last and not any(header_key(text) in keys for text in texts[last].values()):
        return 0  # the last row adds nothing: it is data
    return sum(len(text) < 200 and header_key(text) in keys for text in leaves.values())


def match_block(texts: Texts, first: int, last: int, table: TableShape) -> Header:
    """What is recognised when rows first…last are taken as the header."""
    found = Header(first, last)
    stacks = _stacks(texts, first, last)
    own = {squeeze(title): name for name, title in table.answers}
    fields = {squeeze(title) for column in table.columns for title in column.titles}
    for column, stack in stacks.items():
        title = squeeze(stack[-1])
        if title in own and title not in fields:
            found.answers.setdefault(own[title], column)
    headers = [
        (column, "/".join(stack[:-1]) if len(stack) < 3 else stack[-2], stack[-1])
        for column, stack in sorted(stacks.items())
        if column not in found.answers.values() and len(stack[-1]) < 200
    ]
    match = match_headers(headers, table.columns)
    found.columns, found.units = dict(match.columns), dict(match.units)
    for name, column in found.columns.items():
        found.headers[name] = stacks[column][-1]
        found.groups[name] = "/".join(stacks[column][:-1])
    _find_twice(found, stacks, match.leftovers)
    return found


def _find_twice(found: Header, stacks: Mapping[int, Sequence[str]], leftovers: Iterable[int]) -> None:
    """Columns left over that read exactly like one already taken."""
    taken = {tuple(map(squeeze, stacks[column])): name for name, column in found.columns.items()}
    for column in leftovers:
        name = taken.get(tuple(map(squeeze, stacks[column])))
        if name is not None:
            found.twice.setdefault(name, [found.columns[name]]).append(column)


def _stacks(texts: Texts, first: int, last: int) -> dict[int, list[str]]:
    """Per column the header texts from top to bottom, equal neighbours once."""
    stacks: dict[int, list[str]] = {}
    for row in range(first, last + 1):
        for column, text in texts.get(row, {}).items():
            stack = stacks.setdefault(column, [])
            if text.strip() and (not stack or stack[-1] != text):
                stack.append(text)
    return {column: stack for column, stack in stacks.items() if stack}


def money_units(found: Header, table: TableShape, of_sheet: str) -> dict[str, str]:
    """Unit word of each field: from its column or group, for money else from the sheet; absent when nobody says."""
    units = {name: unit for name, unit in found.units.items() if unit}
    for column in table.columns:
        if of_sheet and column.type.startswith("money") and column.name in found.columns:
            units.setdefault(column.name, of_sheet)
    return units


# what is to be said of the columns ---------------------------------------------------------------------------


def column_findings(
    tab: str,
    table: TableShape,
    columns: Mapping[str, int],
    headers: Mapping[str, str],
    marked: bool,
    twice: Mapping[str, Sequence[int]],
) -> list[Finding]:
    """Columns lost, renamed under their hidden mark, or there twice. `headers`: field → header text as it stands."""
    found = []
    spellings = {column.name: {header_key(title) for title in column.titles} for column in table.columns}
    for column in table.columns:
        name, params = column.name, {"tab": tab, "title": column.titles[0]}
        if name not in columns:
            found.append(Finding("sheet.column_lost", Severity.MUST, table.name, field=name, params=params))
            continue
        header = headers.get(name, "")
        key = header_key(header)
        if marked and key and key not in spellings[name]:
            of_another = any(key in keys for other, keys in spellings.items() if other != name)
            severity = Severity.MUST if of_another else Severity.HINT
            params |= {"header": header, "column": column_letters(columns[name])}
            found.append(Finding("sheet.column_renamed", severity, table.name, field=name, params=params))
        if name in twice:
            places = sorted({*twice[name], columns[name]})
            params = {"tab": tab, "title": column.titles[0], "used": column_letters(columns[name])}
            params["columns"] = "、".join(map(column_letters, places))
            found.append(Finding("sheet.column_twice", Severity.MUST, table.name, field=name, params=params))
    return found


def column_letters(column: int) -> str:
    """1 → "A", 28 → "AB"."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


# kinds of rows ----------------------------------------------------------------------------------------------

_SUSPECT = re.compile(
    r"[合总小共分]\s*计|汇\s*总|^\W?[注备说填例]|[:：]|^\W?[一二三四五六七八九十第IⅠⅡⅢⅣⅤVX]{1,4}[、.，．:）)部批类章是]|"
    r"^[A-H一二三四五六七八九十IVX]{1,3}$"
)
_ORDINAL = re.compile(r"[(（]?[一二三四五六七八九十]{1,3}[、.．)）]|第[一二三四五六七八九十]{1,3}[部批类章]")
_PLAIN_DATE = re.compile(r"\d{2,4}[-./]\d{1,2}(?:[-./]\d{1,2})?(?:\s|$)")
_BARE_ORDINAL = re.compile(r"[一二三四五六七八九十]{1,3}|[A-H]|[IVX]{1,4}")
_ONE, _TWO = frozenset({f"{MARK}n1", "1", "(1)", "（1）", "甲"}), frozenset({f"{MARK}n2", "2", "(2)", "（2）", "乙"})
FEW = 5  # a row with at least so many filled cells and no suspect label is data without a closer look


def surely_data(cells: Sequence[RawCell], title: str) -> bool:
    """Whether a row with `FEW` or more filled cells is data at first sight: the first four of them are no labels.

    `title` is the header text above the first. A closer look costs as much as reading the row.
    """
    if cells[0] in _ONE and cells[1] in _TWO:  # 1 2 3 … are the numbers of the columns
        return False
    return cells[0] != title and not any(cell[0] != MARK and _suspect(cell) for cell in cells)


def takes_numbers(column: ColumnShape | None, header: str) -> bool:
    """Whether a bare number can be meant as the content of a column (a code, a sum, a day); under 序号, and where names
    and words are wanted, it is the number of a line that somebody wrote ahead. None: a column of nobody's."""
    return column is not None and column.type not in _WORDED and header_key(header) != "序号"


def row_kind(texts: Sequence[str], titles: Sequence[str], leftmost: bool, numbers: bool = False) -> str:
    """The kind of a row below the header: data, blank, total, subtotal, section, note, sign, title, header.

    `texts` are its filled cells left to right as a person sees them, without our answers; `titles` the header texts
    above the same cells; `leftmost` whether the first of them stands in the table's first column, `numbers` whether
    that one takes bare numbers. Kinds are taken over only where no clerk's row can be meant: a lost row is worse than a
    message too many. "maybe" is a lone text that is a section only when its cell is merged over its neighbours.
    """
    spaced = [*texts] if leftmost and not (numbers and len(texts) == 1) else ["", *texts]
    kind = classify_row(spaced if len(spaced) > 1 else [*spaced, ""])
    return _CAREFUL[kind](texts, titles) if kind in _CAREFUL else kind


@lru_cache(maxsize=20_000)
def _suspect(text: str) -> bool:
    return len(text) < 60 and _SUSPECT.search(text) is not None


def _careful_header(filled: Sequence[str], titles: Sequence[str]) -> str:
    """A header printed again must repeat the very texts above; 甲 乙 1 2 3 counts too."""
    pairs = zip(filled, titles, strict=False)
    same = sum(bool(text) and header_key(text) == header_key(title) for text, title in pairs)
    numbers = sum(text.strip("()（）甲乙丙丁").isdigit() or text in "甲乙丙丁" for text in filled)
    return "header" if same * 2 >= len(filled) or numbers == len(filled) else "data"


def _careful_sign(filled: Sequence[str], titles: Sequence[str]) -> str:
    """`负责人：…` inside an explanation is no signature row; one that begins the row is.

    A lone `2025-03-01` under a header is somebody's first cell; reports are dated 2025年3月1日.
    """
    if len(filled) == 1 and titles and titles[0] and _PLAIN_DATE.match(filled[0]):
        return "data"
    return "sign" if classify_row(filled[:1]) in ("sign", "unit") and len(filled) <= 8 else "data"


def _careful_section(filled: Sequence[str], titles: Sequence[str]) -> str:
    if _ORDINAL.match(filled[0]):
        return "section"
    if len(filled) > 1 and _BARE_ORDINAL.fullmatch(filled[0]) and (not titles[0] or header_key(titles[0]) == "序号"):
        return "section"  # 一, 工业项目: under 序号 no clerk counts projects so
    return "maybe" if len(filled) == 1 else "data"


def _careful_note(filled: Sequence[str], titles: Sequence[str]) -> str:
    return "note" if len(filled) == 1 else "data"


_CAREFUL = {
    "header": _careful_header,
    "sign": _careful_sign,
    "unit": _careful_sign,
    "section": _careful_section,
    "title": _careful_section,
    "note": _careful_note,
}
