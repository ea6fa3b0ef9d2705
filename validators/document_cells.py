"""Cells of an `evaluate` document → canonical texts, by the very readers that read books."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from validators.columns import Column, Told
from validators.fieldreader import FieldReader, column_contexts
from validators.parsers.lines import from_json

if TYPE_CHECKING:
    from validators.scheme.models import Scheme
    from validators.scheme.tables import Field, Table


class CellReader:
    """Reads cells as typed for the fields of one scheme on one day."""

    def __init__(self, scheme: Scheme, day: date) -> None:
        self.scheme, self._shared = scheme, column_contexts(scheme, day)
        self._readers: dict[tuple[str, str], FieldReader] = {}

    def read(self, table: Table, item: Field, cell: Any, measure: str) -> str:
        """Canonical text of one cell, "" for blank and unreadable ones."""
        return self.pile(table, item, measure).read([cell])[0][0]

    def pile(self, table: Table, item: Field, measure: str) -> Pile:
        """A column of the document, ready to read. `measure`: the unit in the column's title. Dates after today pass: the
        rules say 数据异常 themselves."""
        reader = self._readers.get((table.name, item.name))
        if reader is None:
            reader = self._readers[table.name, item.name] = FieldReader(self.scheme, table, item)
        return Pile(item.name, reader.opened(self._shared, measure))


@dataclass(slots=True)
class Pile:
    """Cells of one column and the places of their rows, read at one stroke, as a book's columns are."""

    name: str  # of the field
    column: Column
    cells: list[Any] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    def put(self, row: int, cell: Any) -> None:
        self.rows.append(row)
        self.cells.append(cell)

    def read(self, cells: Sequence[Any]) -> tuple[list[str], dict[int, list[Told]]]:
        """Canonical texts, "" for blank and unreadable cells; what is wrong by position."""
        told: dict[int, list[Told]] = defaultdict(list)
        return self.column.texts([from_json(cell) for cell in cells], told), told
