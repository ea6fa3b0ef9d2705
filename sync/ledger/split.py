"""Several tables on one tab: each becomes a grid of its own, so that none is passed over in silence.

Below each other: a table begins where a header stands that says other words than the one before, with rows of content
between the two. Beside each other: one table in two halves, to save paper; the same header stands twice in a row.
The first keeps the tab's title, the others say at which row or column they begin. Rows and columns keep their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise

from sync.headers import column_letters
from sync.ledger.grid import Grid, is_text
from sync.ledger.heads import MAX_DEPTH, SERIAL
from validators.headers import header_key
from validators.rawcell import show
from validators.rowkinds import classify_row, looks_like_header

_FEWEST = 3  # titles in a row that may be a header
_ABOVE = frozenset({"title", "section", "sign", "unit", "note"})


def split_tables(grid: Grid, keys: Collection[str], names: Collection[str] = ()) -> list[Grid]:
    """The tables of a tab from top to bottom; the tab itself where it holds one. `keys`: as in `find_header`; `names`:
    those that title the name of a row, which no table has twice."""
    starts = _starts(grid, keys)
    parts = [grid]
    if len(starts) > 1:
        bounds = [min(grid.cells), *starts[1:], max(grid.cells) + 1]
        parts = [_part(grid, first, end - 1, number) for number, (first, end) in enumerate(pairwise(bounds))]
    return [half for part in parts for half in _halves(part, keys, names)]


def is_half(title: str, of: str) -> bool:
    """Whether a grid is the other half of a table."""
    return re.fullmatch(rf"{re.escape(of)}（第[A-Z]+列起）", title) is not None


def _halves(grid: Grid, keys: Collection[str], names: Collection[str]) -> list[Grid]:
    for row in sorted(grid.cells):
        said = _titles(grid, row, keys)
        columns = sorted(said)
        named = [column for column in columns if said[column] in names]
        if len(named) > 1 and len({said[column] for column in named}) == 1:
            starts = _half_starts(grid, said, columns, named)
            if starts:
                bounds = [1, *starts, max(max(cells, default=0) for cells in grid.cells.values()) + 1]
                return [_columns(grid, first, end - 1) for first, end in pairwise(bounds)]
        if said:
            break
    return [grid]


def _half_starts(grid: Grid, said: dict[int, str], columns: list[int], named: list[int]) -> list[int]:
    """The first columns of the further halves: where the words begin again, after an empty column or with numbers of
    their own. [] where the two names are one project's (备案名称, 入库名称)."""
    first = said[columns[0]]
    starts = [column for column in columns[1:] if said[column] == first] if first != said[named[0]] else named[1:]
    if len(starts) != len(named) - 1:
        return []
    own = {said[column] for column in columns if column < starts[0]}
    used = {column for cells in grid.cells.values() for column, raw in cells.items() if raw}
    again = all(said[column] in own for column in columns)
    apart = all(start - 1 not in used for start in starts)
    return starts if again and (apart or first in SERIAL) else []


def _columns(grid: Grid, first: int, last: int) -> Grid:
    cells = {
        row: {column: raw for column, raw in cells.items() if first <= column <= last}
        for row, cells in grid.cells.items()
    }
    return Grid(
        f"{grid.title}（第{column_letters(first)}列起）" if first > 1 else grid.title,
        grid.state,
        {row: found for row, found in cells.items() if found},
        [box for box in grid.merges if first <= box[1] and box[3] <= last],
        grid.hidden_rows,
        grid.hidden_columns,
    )


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
