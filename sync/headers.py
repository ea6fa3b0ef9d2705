"""Where the header of a tab stands and which column holds which field, when no marks tell it.

Real ledgers have title and signature rows above, one to five header rows with merged groups, units in brackets and
the same title twice in different groups. The block of rows under which most fields are recognised is the header.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

from sync.book import ColumnShape, TableShape
from validators.rawcell import MARK, RawCell

MAX_DEPTH = 5
_BRACKETS = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]")
_UNIT = re.compile(r"(万元|亿元|千元|百万元|元|亩|公顷|平方米|㎡|m2|%|个|家|人|天|吨|公里)$")
_MONEY = re.compile(r"百万元|千万元|万元|亿元|千元|元")
_NOISE = re.compile(r"[\s*★☆■:：,，、。.;；\"“”'_\-—/|()\[\]【】〔〕]+")
_UNIT_ROW = re.compile(r"(?:金额|计量|货币)?单位\s*[:：]\s*([^\s:：]+)")

Grid = Mapping[int, Mapping[int, RawCell]]  # row → column → cell


class Label(NamedTuple):
    """A header text taken apart: what it is called, and the unit it names ("" = none)."""

    name: str
    unit: str


@lru_cache(maxsize=8192)
def label(text: str) -> Label:
    """Comparable name and unit of a header text: width, stars, spaces, line breaks and brackets do not count."""
    wide = normalize("NFKC", text).strip()
    unit = ""
    for inner in _BRACKETS.findall(wide):
        money = _UNIT.search(inner.strip().removeprefix("单位").strip(" :"))
        unit = unit or (money[1] if money else "")
    tail = re.search(r"[:：]\s*(万元|亿元|元|亩|%)$", wide)
    unit = unit or (tail[1] if tail else "")
    bare = _BRACKETS.sub(_keep_meaning, wide[: tail.start()] if tail else wide)
    return Label(_NOISE.sub("", bare).lower(), unit)


def _keep_meaning(match: re.Match[str]) -> str:
    """A bracket that only names a unit or an instruction is dropped; others belong to the name."""
    inner = match[1].strip()
    return "" if _UNIT.search(inner) or len(inner) > 6 or not inner else inner


def sheet_unit(texts: Sequence[str]) -> str:
    """The money unit of a `单位：万元、亩` row, "" when there is none."""
    for text in texts:
        for found in _UNIT_ROW.findall(normalize("NFKC", text)):
            money = _MONEY.search(found)
            if money:
                return money[0]
    return ""


@dataclass(slots=True)
class HeaderMatch:
    """A header found: its last row, and what was recognised under it. Columns are 1-based."""

    first_row: int = 0
    last_row: int = 0
    columns: dict[str, int] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    twice: dict[str, list[int]] = field(default_factory=dict)

    @property
    def score(self) -> int:
        return len(self.columns)


def find_header(grid: Grid, merges: Sequence[tuple[int, int, int, int]], table: TableShape) -> HeaderMatch | None:
    """The header of `table` within `grid`, or None when too few of its fields are recognised to be sure.

    `merges` are (first row, first column, last row, last column).
    """
    filled = spread(grid, merges)
    rows = sorted(filled)
    best: HeaderMatch | None = None
    for position, first in enumerate(rows):
        for last in rows[position : position + MAX_DEPTH]:
            found = match_block(filled, first, last, table)
            if best is None or found.score > best.score:
                best = found
    enough = min(3, len(table.columns)) if len(table.columns) < 8 else max(3, len(table.columns) // 4)
    return best if best is not None and best.score >= enough else None


def spread(grid: Grid, merges: Sequence[tuple[int, int, int, int]]) -> dict[int, dict[int, str]]:
    """Texts of the grid with horizontally merged cells repeated; typed cells are no headers and left out."""
    texts = {row: {c: raw for c, raw in cells.items() if raw[:1] != MARK} for row, cells in grid.items()}
    for top, left, _, right in merges:
        text = texts.get(top, {}).get(left)
        if text is not None and right - left < 200:
            texts[top].update(dict.fromkeys(range(left, right + 1), text))
    return {row: cells for row, cells in texts.items() if cells}


def match_block(texts: Mapping[int, Mapping[int, str]], first: int, last: int, table: TableShape) -> HeaderMatch:
    """What is recognised when rows first…last are taken as the header."""
    found = HeaderMatch(first, last)
    names = _by_name(table)
    answers = {label(title).name: name for name, title in table.answers}
    stacks = _stacks(texts, first, last)
    for column in sorted(stacks):
        stack = stacks[column]
        name = _recognise(stack, names)
        if name is None:
            answer = answers.get(label(stack[-1]).name)
            if answer is not None:
                found.answers.setdefault(answer, column)
        elif name in found.columns:
            found.twice.setdefault(name, [found.columns[name]]).append(column)
        else:
            found.columns[name] = column
            found.headers[name] = stack[-1]
            found.groups[name] = "/".join(stack[:-1])
    return found


def _stacks(texts: Mapping[int, Mapping[int, str]], first: int, last: int) -> dict[int, list[str]]:
    """Per column the header texts from top to bottom, equal neighbours once."""
    stacks: dict[int, list[str]] = {}
    for row in range(first, last + 1):
        for column, text in texts.get(row, {}).items():
            stack = stacks.setdefault(column, [])
            if text.strip() and (not stack or stack[-1] != text):
                stack.append(text)
    return {column: stack for column, stack in stacks.items() if stack}


@lru_cache(maxsize=64)
def _by_name(table: TableShape) -> dict[str, tuple[ColumnShape, ...]]:
    names: dict[str, tuple[ColumnShape, ...]] = {}
    for column in table.columns:
        for title in dict.fromkeys(label(title).name for title in column.titles):
            if title:
                names[title] = (*names.get(title, ()), column)
    return names


def _recognise(stack: Sequence[str], names: Mapping[str, tuple[ColumnShape, ...]]) -> str | None:
    """The field a column's header texts name: by title within its group, by title alone, by group and title."""
    groups = [label(text).name for text in stack[:-1]]
    for key in _spellings(label(stack[-1]).name, groups):
        candidates = names.get(key, ())
        if len(candidates) == 1:
            return candidates[0].name
        for candidate in candidates:
            if candidate.group and label(candidate.group).name in groups:
                return candidate.name
        ungrouped = [item for item in candidates if not item.group]
        if len(ungrouped) == 1 and not groups:
            return ungrouped[0].name
    return None


def _spellings(name: str, groups: Sequence[str]) -> list[str]:
    """The name as it stands, with its group before it, and without the year that changes every January."""
    undated = re.sub(r"^(?:20\d\d年度?|本年度?|当年)", "", name)
    wanted = [name, *(group + name for group in groups)]
    if undated != name and undated:
        wanted += [f"年度{undated}", f"年{undated}", f"本年{undated}", f"本年度{undated}", undated]
    return wanted


def money_units(match: HeaderMatch, table: TableShape, of_sheet: str) -> dict[str, str]:
    """Unit word of each money field: from its column, its group, the sheet; absent when nobody says."""
    units: dict[str, str] = {}
    for column in table.columns:
        if column.name not in match.columns:
            continue
        own = label(match.headers.get(column.name, "")).unit or label(match.groups.get(column.name, "")).unit
        if column.type.startswith("money"):
            own = own or of_sheet
        if own:
            units[column.name] = own
    return units


# kinds of rows ----------------------------------------------------------------------------------------------

_TOTAL = re.compile(r"^(?:总合计|总计|合计|小计|累计|共计)(?:[:：(]|$)|^(?:合计|总计|小计)\d")
_SECTION = re.compile(r"^\(?[一二三四五六七八九十]{1,3}(?:[、.)])")
_NOTE = re.compile(r"^(?:注|备注|说明|填报说明|填表说明)\s*[:：]|^注\d?[:：]|^\*注")
_SIGN = re.compile(r"(?:填报单位|填报人|审核人|填表人|负责人|制表人|报送部门|联系电话)\s*(?:\([^)]*\))?\s*[:：]")


def row_kind(cells: Sequence[RawCell]) -> str:
    """ "data", "total", "section", "note", "sign" or "blank" for the clerk's cells of a row below the header."""
    filled = [cell for cell in cells if cell]
    if not filled:
        return "blank"
    texts = [normalize("NFKC", cell).strip() for cell in filled[:3] if cell[0] != MARK]
    if any(_TOTAL.match(re.sub(r"\s+", "", text)) for text in texts):
        return "total"
    words = [cell for cell in filled if cell[0] != MARK]
    if texts and len(words) == 1:
        if _SECTION.match(texts[0]):
            return "section"
        if _NOTE.match(texts[0]) and len(filled) == 1:
            return "note"
    if texts and len(filled) <= 4 and _SIGN.search(texts[0]):
        return "sign"
    return "data"
