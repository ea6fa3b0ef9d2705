"""A tab of a ledger as it stands: cells, merges, what is hidden. Small values that travel from a reader process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from validators.rawcell import MARK, RawCell, show

Box = tuple[int, int, int, int]  # first row, first column, last row, last column; 1-based


@dataclass(slots=True)
class Grid:
    """Cells by row and column (1-based), blank ones absent. `state`: visible | hidden | veryHidden."""

    title: str
    state: str = "visible"
    cells: dict[int, dict[int, RawCell]] = field(default_factory=dict)
    merges: list[Box] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def at(self, row: int, column: int) -> RawCell:
        return self.cells.get(row, {}).get(column, "")

    def text(self, row: int, column: int) -> str:
        return show(self.at(row, column))

    def tall(self, below: int) -> Iterator[Box]:
        """Merges over several rows that begin under a row."""
        return (box for box in self.merges if box[0] > below and box[2] > box[0])


@dataclass(slots=True)
class Ledger:
    """A ledger file. `problem`: why it could not be read, in Chinese; "" when it was."""

    name: str
    grids: list[Grid] = field(default_factory=list)
    problem: str = ""

    def grid(self, title: str) -> Grid | None:
        return next((grid for grid in self.grids if grid.title.strip() == title.strip()), None)


def is_text(raw: RawCell) -> bool:
    return bool(raw) and raw[0] != MARK
