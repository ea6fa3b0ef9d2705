"""Several tables below each other on one tab: each becomes a grid of its own, so that none is passed over in silence.

A table begins where a header stands that says other words than the one before, with rows of content between the two.
The first keeps the tab's title, the others say at which row they begin. Rows keep their numbers.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from sync.ledger.grid import Grid, is_text
from sync.ledger.heads import MAX_DEPTH
from validators.headers import header_key
from validators.rawcell import show
from validators.rowkinds import classify_row, looks_like_header

_FEWEST = 3  # titles in a row that may be a header
_ABOVE = frozenset({"title", "section", "sign", "unit", "note"})


def split_tables(grid: Grid, keys: Collection[str]) -> list[Grid]:
    """The tables of a tab from top to bottom; the tab itself where it holds one. `keys`: as in `find_header`."""
    starts = _starts(grid, keys)
    if len(starts) < 2:
        return [grid]
    bounds = [min(grid.cells), *starts[1:], max(grid.cells) + 1]
    return [_part(grid, first, end - 1, number) for number, (first, end) in enumerate(pairwise(bounds))]


def _starts(grid: Grid, keys: Collection[str]) -> list[int]:
    """The first row of each table, its own title included."""
    found: list[int] = []
    words: dict[int, set[str]] = {}
    last = content = 0
    for row in sorted(grid.cells):
        mine = _titles(grid, row, keys)
        if not mine:
            content += bool(found)
            continue
        same = sum(key in words.get(column, ()) for column, key in mine.items())
        if found and (same * 5 >= len(mine) * 4 or (not content and row - last < MAX_DEPTH)):
            if not content:  # a further row of the same header; else it is printed again
                for column, key in mine.items():
                    words.setdefault(column, set()).add(key)
            last = row
            continue
        words, last, content = {column: {key} for column, key in mine.items()}, row, 0
        found.append(_top(grid, row))
    return found


def _titles(grid: Grid, row: int, keys: Collection[str]) -> dict[int, str]:
    """What a row says by column, when it can be a header: texts only, most of them titles, two at least asked for."""
    cells = {column: raw for column, raw in grid.cells[row].items() if raw}
    if len(cells) < _FEWEST or not all(map(is_text, cells.values())):
        return {}
    said = {column: header_key(raw) for column, raw in cells.items()}
    titles = sum(key in keys or looks_like_header(key) for key in said.values())
    known = sum(key in keys for key in said.values())
    return said if titles * 2 > len(said) and known >= 2 else {}


def _top(grid: Grid, row: int) -> int:
    """Titles and signatures right above a header belong to its table."""
    first = row
    for above in range(row - 1, max(row - MAX_DEPTH, 0), -1):
        texts = [show(raw) for raw in grid.cells.get(above, {}).values() if raw]
        if texts and classify_row([*texts, ""]) not in _ABOVE:
            break
        first = above if texts else first
    return first


def _part(grid: Grid, first: int, last: int, number: int) -> Grid:
    return Grid(
        f"{grid.title}（第{first}行起）" if number else grid.title,
        grid.state,
        {row: cells for row, cells in grid.cells.items() if first <= row <= last},
        [box for box in grid.merges if first <= box[0] and box[2] <= last],
        {row for row in grid.hidden_rows if first <= row <= last},
        grid.hidden_columns,
    )
