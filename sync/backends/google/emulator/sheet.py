"""One tab: its properties, its rows of cells, and what lies over them (merges, formats by rule, filters)."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sync.backends.google.emulator.a1 import Box, Rect
from sync.backends.google.emulator.cells import BLANK, Cell
from sync.backends.google.emulator.errors import ApiError, bad
from sync.backends.google.emulator.formula import Formula

Json = dict[str, Any]


class Row(dict[int, Cell]):
    """Cells by column. `owner` is the version of the sheet that may change it in place.

    Most rows of a template hold formats and nothing else, and most edits touch one row: what a row holds is worked out
    once and kept with it, through all copies of the sheet.
    """

    __slots__ = ("_filled", "_spilling", "kept", "owner")

    def __init__(self, cells: Mapping[int, Cell] | Iterable[tuple[int, Cell]] = (), owner: object = None) -> None:
        super().__init__(cells)
        self.owner = owner
        self._filled: frozenset[int] | None = None
        self._spilling: tuple[int, ...] = ()
        self.kept: dict[Any, Any] = {}  # answers made from these cells alone

    def _look(self) -> frozenset[int]:
        self._filled = frozenset(column for column, cell in self.items() if cell.entered is not None)
        formulas = ((column, self[column].entered) for column in sorted(self._filled))
        self._spilling = tuple(c for c, found in formulas if isinstance(found, Formula) and found.spills[0])
        return self._filled

    @property
    def filled(self) -> frozenset[int]:
        """Columns in which something was entered."""
        return self._look() if self._filled is None else self._filled

    @property
    def spilling(self) -> tuple[int, ...]:
        """Columns with a formula that may fill more cells than its own."""
        if self._filled is None:
            self._look()
        return self._spilling

    def changed(self) -> None:
        """Cells were replaced in place."""
        self._filled = None
        if self.kept:
            self.kept = {}


_NO_ROW = Row()


ROWS, COLUMNS = 1000, 26  # of a new sheet
COLUMN_LIMIT = 18_278
CELL_COUNT_LIMIT = 10_000_000


def too_many_cells() -> ApiError:
    return bad(
        f"This action would increase the number of cells in the workbook above the limit of {CELL_COUNT_LIMIT} cells."
    )


class Laid(NamedTuple):
    """A thing over the cells: bandedRanges, filterViews, charts or slicers. `rect`: its range, or the cell it is at."""

    kind: str
    rect: Rect
    body: Json


class Sheet:
    """Rows are shared by copies until one of them writes there, so that `copy` costs next to nothing."""

    def __init__(self, sheet_id: int, title: str, rows: int = ROWS, columns: int = COLUMNS) -> None:
        self.id, self.title = sheet_id, title
        self.row_count, self.column_count = rows, columns
        self.properties: Json = {}  # hidden, tabColor …
        self.grid: Json = {}  # frozenRowCount, frozenColumnCount, hideGridlines …
        self.rows: list[Row] = []
        self._version = object()
        self.facts: dict[str, Any] = {}  # worked out from rows and size; another one as soon as these change
        self.row_meta: dict[int, Json] = {}
        self.column_meta: dict[int, Json] = {}
        self.merges: list[Box] = []
        self.conditional: list[Json] = []  # as given, ranges as Rects under "_ranges"
        self.filter: Json | None = None
        self.groups: list[Json] = []
        self.laid: dict[int, Laid] = {}  # by id

    def copy(self) -> Sheet:
        """Another sheet of the same content; changing either leaves the other alone."""
        twin = copy.copy(self)
        self._version, twin._version = object(), object()
        twin.properties, twin.grid = dict(self.properties), dict(self.grid)
        twin.rows = list(self.rows)
        twin.row_meta, twin.column_meta = dict(self.row_meta), dict(self.column_meta)
        twin.merges, twin.conditional = list(self.merges), list(self.conditional)
        twin.groups, twin.laid = list(self.groups), dict(self.laid)
        return twin

    def changed(self) -> None:
        """Rows or size are others than before."""
        self.facts = {}

    # cells --------------------------------------------------------------------------------------------------------

    def row(self, index: int) -> Row:
        """The cells of a row, not to be changed."""
        return self.rows[index] if index < len(self.rows) else _NO_ROW

    def cell(self, row: int, column: int) -> Cell:
        return self.rows[row].get(column, BLANK) if row < len(self.rows) else BLANK

    def set_cells(self, row: int, cells: Mapping[int, Cell]) -> None:
        """Replace cells of a row; empty ones go."""
        if not cells:
            return
        while len(self.rows) <= row:
            self.rows.append(Row(owner=self._version))
        own = self.rows[row]
        if own.owner is not self._version:
            own = self.rows[row] = Row(own, self._version)
        for column, cell in cells.items():
            if not cell.empty:
                own[column] = cell
            else:
                own.pop(column, None)
        own.changed()
        self.changed()

    def size(self, rows: int | None = None, columns: int | None = None) -> None:
        """Give the grid another size; what lies outside is lost."""
        rows = self.row_count if rows is None else rows
        columns = self.column_count if columns is None else columns
        if rows < 1 or columns < 1:
            raise bad("Invalid value: a sheet needs at least one row and one column")
        if columns > COLUMN_LIMIT or rows * columns > CELL_COUNT_LIMIT:
            raise too_many_cells()
        if columns < self.column_count:
            self.rows = [Row((c, cell) for c, cell in row.items() if c < columns) for row in self.rows]
        del self.rows[rows:]
        self.row_count, self.column_count = rows, columns
        self.changed()

    def used_rows(self) -> int:
        """Rows down to the last one in which something was entered."""
        if "used" not in self.facts:
            filled = (index + 1 for index in range(len(self.rows) - 1, -1, -1) if self.rows[index].filled)
            self.facts["used"] = next(filled, 0)
        return int(self.facts["used"])

    def box(self, rect: Rect) -> Box:
        return rect.within(self.row_count, self.column_count)

    # lines --------------------------------------------------------------------------------------------------------

    def insert_rows(self, at: int, count: int) -> None:
        if at < len(self.rows):
            self.rows[at:at] = [Row() for _ in range(count)]
        self.row_meta = _shifted(self.row_meta, at, count)
        self.row_count += count
        self.changed()

    def insert_columns(self, at: int, count: int) -> None:
        self.rows = [Row(((c + count if c >= at else c), cell) for c, cell in row.items()) for row in self.rows]
        self.column_meta = _shifted(self.column_meta, at, count)
        self.column_count += count
        self.changed()

    def delete_rows(self, at: int, count: int) -> None:
        del self.rows[at : at + count]
        self.row_meta = _shifted(self.row_meta, at + count, -count, gone=range(at, at + count))
        self.row_count -= count
        self.changed()

    def delete_columns(self, at: int, count: int) -> None:
        end = at + count
        self.rows = [
            Row(((c - count if c >= end else c), cell) for c, cell in row.items() if not at <= c < end)
            for row in self.rows
        ]
        self.column_meta = _shifted(self.column_meta, end, -count, gone=range(at, end))
        self.column_count -= count
        self.changed()

    def order_rows(self, order: Iterable[int], start: int) -> None:
        """Rows from `start` on become those named, in that order."""
        named = list(order)
        while len(self.rows) < start + len(named):
            self.rows.append(Row())
        self.rows[start : start + len(named)] = [self.rows[index] for index in named]
        while self.rows and not self.rows[-1]:
            self.rows.pop()
        self.changed()

    def order_columns(self, place: Mapping[int, int]) -> None:
        """Every column goes to its place."""
        self.rows = [Row((place[c], cell) for c, cell in row.items()) for row in self.rows]
        self.column_meta = {place[i]: meta for i, meta in self.column_meta.items()}
        self.changed()


def _shifted(meta: dict[int, Json], at: int, by: int, gone: Iterable[int] = ()) -> dict[int, Json]:
    lost = set(gone)
    return {(i + by if i >= at else i): value for i, value in meta.items() if i not in lost}
