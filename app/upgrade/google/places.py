"""Where the columns of the new scheme come to stand on an entry tab of a spreadsheet: each at the scheme's place.

The service rewrites every reference when a column is inserted, so there a new column need not stand on the right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.upgrade.survey import Key, laid_out, marks_of, places_of
from sheets_templates.addresses import letters
from sheets_templates.plan import Column, EntryTab
from sync.backends.google.upgrade.reading import StandingTab
from sync.book import TabSnapshot
from validators.scheme.models import Scheme
from validators.scheme.tables import Table


@dataclass(slots=True)
class Layout:
    """`then`: column as read → column after the insertions; `places`: columns that stand, as read; `fresh`: new ones, as
    they will stand; `dropped`: column as read → mark of a field that is no more; `bare`: columns, as read, that are ours by
    their metadata while the mark is not in its row: a row that was moved just then has displaced it."""

    laid: EntryTab
    table: Table
    snapshot: TabSnapshot
    standing: StandingTab
    then: dict[int, int]
    places: dict[Key, int]
    wanted: dict[Key, Column]
    fresh: list[int]
    dropped: dict[int, str]
    marks: dict[int, str]
    bare: set[int] = field(default_factory=set)

    def text(self, row: int, column: int) -> str:
        """What stands in a cell now; columns as read."""
        return self.standing.grid.text(row, column)

    def left_of(self, column: int) -> str:
        """The title of what stands left of a new column, "" where nothing of ours does."""
        return self.laid.columns[column - 2].title if column > 1 else ""


def lay_out(
    scheme: Scheme, table: Table, base: EntryTab, snapshot: TabSnapshot, standing: StandingTab
) -> Layout:  # fmt: skip
    """`base`: the template's tab."""
    wanted = {(column.tone == "ours", column.name): column for column in base.columns}
    known = {column.mark: key for key, column in wanted.items()}
    marks = marks_of(table, snapshot, standing.grid)
    places = places_of(table, snapshot, standing.grid, marks, wanted)
    bare = set()
    for at, mark in standing.marks.items():
        key = known.get(mark)
        if key is not None and at not in marks and places.setdefault(key, at) == at:
            bare.add(at)
    dropped = {at: mark for at, mark in marks.items() if at not in places.values() and mark not in known}
    order = _in_order(standing.tab.column_count, places, list(wanted))
    final = {key: at for at, key in enumerate(order, 1) if isinstance(key, tuple)}
    then = {key: at for at, key in enumerate(order, 1) if isinstance(key, int)}
    then |= {at: final[key] for key, at in places.items()}
    columns = {at: wanted[key] for key, at in final.items()}
    laid = laid_out(scheme, table, base, snapshot, columns, _moved_cell(snapshot.banner_cell, then))
    rows = standing.tab.row_count
    return Layout(
        replace(laid, last_row=rows, reach=rows),
        table,
        snapshot,
        standing,
        then,
        places,
        wanted,
        sorted(final[key] for key in wanted if key not in places),
        dropped,
        marks,
        bare,
    )


def _in_order(count: int, places: dict[Key, int], wanted: Sequence[Key]) -> list[Key | int]:
    """The columns of a sheet from left to right as they will be: ours by key, others by where they stand."""
    by_place = {at: key for key, at in places.items()}
    order: list[Key | int] = [by_place.get(at, at) for at in range(1, max([count, *by_place]) + 1)]
    for number, key in enumerate(wanted):
        if key in places:
            continue
        before = next((item for item in reversed(wanted[:number]) if item in order), None)
        behind = next((item for item in wanted[number:] if item in order), None)
        at = order.index(before) + 1 if before is not None else order.index(behind) if behind is not None else 0
        order.insert(at, key)
    return order


def _moved_cell(cell: str, then: dict[int, int]) -> str:
    """The address of a cell after the insertions."""
    column = cell.rstrip("0123456789")
    number = 0
    for char in column:
        number = number * 26 + ord(char) - 64
    return f"{letters(then.get(number, number))}{cell[len(column) :]}" if column else cell
