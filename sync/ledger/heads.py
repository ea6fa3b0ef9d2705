"""The header of a ledger: one to five rows with merges, somewhere under titles and signatures.

A block of rows is scored by what stands lowest in each of its columns: titles of fields count most, words that
headers are made of count a little, numbers and long texts count against it. Then rows of group titles above join it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from sync.ledger.grid import Grid, is_text
from validators.cells import squeeze
from validators.headers import header_key, parse_header
from validators.rowkinds import classify_row, looks_like_header
from validators.units import is_unit_row, says_units_only, sheet_unit, units_said

HEAD_ROWS, MAX_DEPTH, LONGEST = 40, 5, 160
MOST_WORDS = 3  # cells of a row below the header that may be a note
PLAIN = 12  # characters; a longer text that is no known title is somebody's words
ENOUGH = 5  # a field's title and two more words that stand in headers, or two titles
_ABOVE = frozenset({"title", "sign", "unit", "note"})
_NO_GROUP = ("单位:", "tb:")  # the sheet's unit; the hidden marks of a book of ours
SERIAL = frozenset({"序号", "顺序号", "行号", "编码序号"})
_NUMBER = re.compile(r"[-\d,.%]+")
_WAY = re.compile(r"\([年月日/.\-]+\)")


@dataclass(frozen=True, slots=True)
class Head:
    """One column's header. `group`: what stands above it, joined with /; `unit` of the column or its group."""

    column: int
    title: str
    group: str = ""
    unit: str = ""
    period: str = ""

    @property
    def shown(self) -> str:
        """As a person would call it."""
        return "/".join("".join(part.split()) for part in (self.group, self.title) if part)

    @property
    def serial(self) -> bool:
        return header_key(self.title) in SERIAL


@dataclass(slots=True)
class Header:
    """Rows `first`…`last` and the columns under them; `unit`: money unit of the sheet's 单位 row, "" = none. `said`: units
    that any text outside the header names, with what it says it of; `titles`: texts above."""

    first: int
    last: int
    heads: dict[int, Head] = field(default_factory=dict)
    unit: str = ""
    said: list[tuple[str, str]] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)

    def units_of(self, title: str) -> list[str]:
        """Money units that hold for a column that names none itself; two where the ledger says two things."""
        key = header_key(title)
        named = [unit for of, unit in self.said if of and (of in key or key in of)]
        named = named or [unit for of, unit in self.said if "投资" in of and "投资" in key]
        said = [*named, *(unit for of, unit in self.said if not of)]
        return list(dict.fromkeys([*([self.unit] if self.unit else []), *said]))

    @property
    def rows(self) -> str:
        """3, or 3至5."""
        return str(self.first) if self.first == self.last else f"{self.first}至{self.last}"


Texts = dict[int, dict[int, str]]  # row → column → text, horizontally merged ones repeated


def find_header(grid: Grid, keys: Collection[str], today: date | None = None, file: str = "") -> Header | None:
    """The header of a tab, None when it has none. `keys`: `header_key` of every title and alias that may be meant;
    `today` gives the year of headers that name a month only; `file`: the ledger's name."""
    texts, lefts = _spread(grid)
    rows = sorted(texts)
    blocks = [(first, last) for at, first in enumerate(rows) for last in rows[at : at + MAX_DEPTH]]
    scored = [(_score(grid, texts, lefts, block, keys), block[0] - block[1], -block[0]) for block in blocks]
    best = max(scored, default=(0, 0, 0))
    if best[0] < ENOUGH:
        return None
    first = -best[2]
    last = first - best[1]
    last = max([last, *(box[2] for box in grid.merges if first <= box[0] <= last and box[2] - last < MAX_DEPTH)])
    last += _only_units(texts, first, last)
    first = _upwards(grid, texts, first)
    above = _texts_outside(grid, first)
    header = Header(first, last, unit=sheet_unit(above), titles=above)
    header.said = _said(grid, above, last, file)
    for column, stack in _stacks(texts, first, last).items():
        header.heads[column] = _head(column, stack, today)
    return header


def _spread(grid: Grid) -> tuple[Texts, dict[tuple[int, int], int]]:
    """Texts of the head, and of each merged cell the column of its first (one text counts once)."""
    rows = [row for row in sorted(grid.cells) if row < min(grid.cells) + HEAD_ROWS]
    texts: Texts = {row: {c: raw for c, raw in grid.cells[row].items() if is_text(raw) and raw.strip()} for row in rows}
    lefts: dict[tuple[int, int], int] = {}
    for top, left, _, right in grid.merges:
        text = texts.get(top, {}).get(left)
        if text is not None and right - left < 200:
            texts[top].update(dict.fromkeys(range(left, right + 1), text))
            lefts.update(((top, column), left) for column in range(left, right + 1))
    return {row: cells for row, cells in texts.items() if cells}, lefts


def _score(
    grid: Grid, texts: Texts, lefts: Mapping[tuple[int, int], int], block: tuple[int, int], keys: Collection[str]
) -> int:
    leaves: dict[int, tuple[int, str]] = {}
    score = 0
    for row in range(block[0], block[1] + 1):
        typed = [raw for raw in grid.cells.get(row, {}).values() if not is_text(raw)]
        score -= 2 * len(typed)
        leaves.update((column, (row, text)) for column, text in texts.get(row, {}).items())
    seen = set()
    for column, (row, text) in leaves.items():
        place = (row, lefts.get((row, column), column))
        if place not in seen:
            seen.add(place)
            score += _worth(text, keys)
    return score


def _worth(text: str, keys: Collection[str]) -> int:
    if len(text) > LONGEST or _NUMBER.fullmatch(squeeze(text)):
        return -2
    if header_key(text) in keys or header_key(text) in SERIAL:
        return 3
    return 1 if looks_like_header(text) else -(len(text) > PLAIN)


def _upwards(grid: Grid, texts: Texts, first: int) -> int:
    """Rows of group titles above the block belong to it; titles over the whole table, units and signatures do not."""
    for row in range(first - 1, max(first - MAX_DEPTH, 0), -1):
        cells = grid.cells.get(row, {})
        if not cells or not all(map(is_text, cells.values())) or not _groups(texts, row, first, [*cells.values()]):
            break
        first = row
    return first


def _groups(texts: Texts, row: int, below: int, shown: list[str]) -> bool:
    widths = Counter(texts.get(row, {}).values())
    widest = max(widths.values(), default=0)
    if not 1 < widest < 0.8 * len(texts.get(below, {})) and len(shown) < 2:
        return False  # one text over everything, or over nothing but itself
    said = [squeeze(text) for text in (*shown, "".join(shown))]  # 计量单位 | 亿元
    if widest >= 0.8 * len(texts.get(below, {})) or any(map(_of_sheet, said)):
        return False
    return len(shown) == 1 or classify_row([*shown, ""]) not in _ABOVE


def _of_sheet(text: str) -> bool:
    return text.startswith(_NO_GROUP) or is_unit_row(text)


def _stacks(texts: Texts, first: int, last: int) -> dict[int, list[str]]:
    """Per column its texts from top to bottom, equal neighbours once; an unmerged group title reaches to the next."""
    stacks: dict[int, list[str]] = {}
    leaves = {column: max(r for r in range(first, last + 1) if column in texts.get(r, {}))
              for row in range(first, last + 1) for column in texts.get(row, {})}  # fmt: skip
    for row in range(first, last + 1):
        for column in sorted(leaves):
            text = texts.get(row, {}).get(column) or _from_left(texts, leaves, row, column, first)
            stack = stacks.setdefault(column, [])
            if text and (not stack or stack[-1] != text):
                stack.append(text)
    return {column: stack for column, stack in stacks.items() if stack}


def _from_left(texts: Texts, leaves: Mapping[int, int], row: int, column: int, first: int) -> str:
    """The group title to the left, where nobody merged it: its own column has a title further down, as ours has."""
    if row >= leaves[column] or any(column in texts.get(above, {}) for above in range(first, row)):
        return ""
    left = max((at for at in texts.get(row, {}) if at < column), default=0)
    return texts[row][left] if left and leaves.get(left, row) > row else ""


def _head(column: int, stack: list[str], today: date | None) -> Head:
    lowest = squeeze(stack[-1])
    if len(stack) > 1 and says_units_only(lowest):
        stack = [*stack[:-2], f"{stack[-2]}（{lowest.strip('()')}）"]  # 总投资 over 亿元
    elif (
        len(stack) > 1
        and re.fullmatch(r"\([^()]{1,6}\)", lowest)
        and (parse_header(f"x{stack[-1]}").unit or _WAY.fullmatch(lowest))
    ):
        stack = [*stack[:-2], stack[-2] + stack[-1]]  # 总投资 over （亿元）
    title, group = stack[-1], "/".join(text.strip() for text in stack[:-1])
    parts = parse_header(title, today)
    above = parse_header(stack[-2], today) if len(stack) > 1 else None
    return Head(column, title, group, parts.unit or (above.unit if above else ""),
                parts.period or (above.period if above else ""))  # fmt: skip


def _only_units(texts: Texts, first: int, last: int) -> int:
    """1 where the row below the header says nothing but units and ways of writing: （亿元） | （年月日）."""
    below = {column: squeeze(text) for column, text in texts.get(last + 1, {}).items()}
    titled = {column for row in range(first, last + 1) for column in texts.get(row, {})}
    if not any(map(says_units_only, below.values())) or not below.keys() <= titled:
        return 0
    return int(all(says_units_only(text) or _WAY.fullmatch(text) for text in below.values()))


def _said(grid: Grid, above: list[str], last: int, file: str) -> list[tuple[str, str]]:
    """Units named outside the header: above it, in notes and lines of their own below, by the tab and by the file."""
    found = [pair for text in above for pair in units_said(text, title=True)]
    for row, cells in grid.cells.items():
        if row > last and len(cells) <= MOST_WORDS and all(map(is_text, cells.values())):
            shown = ["".join(cells.values()), *cells.values()]
            found += next((pairs for text in shown if (pairs := units_said(text))), [])
    for name in (grid.title, file.rpartition(".")[0]):
        found += units_said(name, title=True)
    return list(dict.fromkeys(found))


def _texts_outside(grid: Grid, first: int) -> list[str]:
    return [raw for row in sorted(grid.cells) if row < first for raw in grid.cells[row].values() if is_text(raw)]
