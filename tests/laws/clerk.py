"""A clerk who edits, sorts, copies, inserts, deletes and saves: pure acts on a grid of rows, chosen by a seed.

Rows are what stands below the header: the clerk's cells in field order, and what our columns show. `ours=False` acts
leave our columns where they are, as when somebody sorts or copies a range without them.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from validators import rawcell
from validators.rawcell import RawCell


@dataclass(slots=True)
class GridRow:
    """One row as it stands in a tab."""

    cells: list[RawCell]
    shown: dict[str, str] = field(default_factory=dict)

    def copy(self) -> GridRow:
        return GridRow(list(self.cells), dict(self.shown))

    @property
    def blank(self) -> bool:
        return not any(self.cells)


Grid = list[GridRow]
Act = Callable[[random.Random, Grid], None]

NAMES = [f"{word}项目" for word in ("甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸")]
VALUES: dict[str, list[RawCell]] = {
    "name": [*NAMES, "", " 甲 项目", "1、乙项目"],
    "code": ["", "N-1", "N-2", "N-3", "N-4", "007"],
    "total": ["12000", "1.2亿元", rawcell.number("15000"), "2000万", "待定", "见附件", "", rawcell.error("#REF!")],
    "site": ["标准化厂房", "独立选址", "", "独立", "租赁"],
    "sign": ["2025-03-01", "2025.3.31", "2025年4月", "2025-13-01", "", "同上", "2025-3-15 00:00:00"],
    "start": ["", "2025-06-30", "2025-05-01", "2025年6月底", "下个月", "2025-01-01"],
    "project": [*NAMES[:4], ""],
    "month": ["2025-06", "2025-05", "6月"],
    "last_done": ["", "100"],
    "done": ["", "100", "200", "3千万", "0"],
    "unchanged": ["", "是", "√", "否"],
    "explanation": ["", "", "设备到货推迟"],
}


def seed_rows(rng: random.Random, names: list[str], count: int) -> Grid:
    """`count` different projects."""
    chosen = rng.sample(NAMES, count)
    rows = []
    for name in chosen:
        cells = [rng.choice(VALUES[field_name]) for field_name in names]
        cells[0] = name
        rows.append(GridRow(cells))
    return rows


def edit(names: list[str], system: set[int]) -> Act:
    """Type a value, fine or foul, into one of the clerk's cells."""

    def act(rng: random.Random, grid: Grid) -> None:
        own = [at for at in range(len(names)) if at not in system]
        at = rng.choice(own)
        row = rng.randrange(len(grid) + 1)
        if row == len(grid):
            grid.append(GridRow([""] * len(names)))
        grid[row].cells[at] = rng.choice(VALUES[names[at]])

    return act


def insert(rng: random.Random, grid: Grid) -> None:
    width = len(grid[0].cells) if grid else 0
    if width:
        grid.insert(rng.randrange(len(grid) + 1), GridRow([""] * width))


def delete(rng: random.Random, grid: Grid) -> None:
    if grid:
        del grid[rng.randrange(len(grid))]


def copy_row(rng: random.Random, grid: Grid) -> None:
    """Copy a whole row, our columns with it, over another or as a new one."""
    if grid:
        made = rng.choice(grid).copy()
        _put(rng, grid, made)


def copy_cells(rng: random.Random, grid: Grid) -> None:
    """Copy only the clerk's cells over another row."""
    if grid:
        source, target = rng.choice(grid), rng.choice(grid)
        target.cells = list(source.cells)


def _put(rng: random.Random, grid: Grid, row: GridRow) -> None:
    if rng.random() < 0.5:
        grid[rng.randrange(len(grid))] = row
    else:
        grid.insert(rng.randrange(len(grid) + 1), row)


def sort_all(rng: random.Random, grid: Grid) -> None:
    if grid:
        at = rng.randrange(len(grid[0].cells))
        grid.sort(key=lambda row: (row.cells[at] == "", row.cells[at]), reverse=rng.random() < 0.5)


def sort_without_ours(rng: random.Random, grid: Grid) -> None:
    shown = [row.shown for row in grid]
    sort_all(rng, grid)
    for row, texts in zip(grid, shown, strict=True):
        row.shown = texts


def clear(rng: random.Random, grid: Grid) -> None:
    """Blank a row's own cells; our texts stay behind."""
    if grid:
        row = rng.choice(grid)
        row.cells = [""] * len(row.cells)


def type_over_ours(rng: random.Random, grid: Grid) -> None:
    if grid:
        row = rng.choice(grid)
        name = rng.choice(["id", "check", "status", "echo", "problems", "updated"])
        row.shown[name] = rng.choice(["", "我写的", "P000001", "正常"])


def rename(rng: random.Random, grid: Grid) -> None:
    """Give a project another name, everything else as it was."""
    if grid:
        rng.choice(grid).cells[0] = rng.choice(NAMES)


def acts_for(names: list[str], system: set[int]) -> list[tuple[Act, int]]:
    """Acts with their weights."""
    return [
        (edit(names, system), 8), (insert, 2), (delete, 2), (copy_row, 2), (copy_cells, 1), (sort_all, 2),
        (sort_without_ours, 1), (clear, 1), (type_over_ours, 1), (rename, 1),
    ]  # fmt: skip
