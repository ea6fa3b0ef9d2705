"""Cells of an `evaluate` document → canonical texts, by the very readers that read books."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from validators.fieldreader import FieldReader, column_contexts
from validators.findings import Finding
from validators.parsers.lines import from_json

if TYPE_CHECKING:
    from validators.scheme.models import Scheme
    from validators.scheme.tables import Field, Table


class CellReader:
    """Reads cells as typed for the fields of one scheme on one day."""

    def __init__(self, scheme: Scheme, day: date) -> None:
        self.scheme, self._shared = scheme, column_contexts(scheme, day)
        self._readers: dict[tuple[str, str], FieldReader] = {}

    def read(self, table: Table, item: Field, cell: Any, measure: str) -> tuple[str, Finding | None]:
        """Canonical text ("" for blank and unreadable cells) and what is wrong, if anything. `measure`: the unit in
        the column's title. Dates after today pass: the rules say 数据异常 themselves."""
        reader = self._readers.get((table.name, item.name))
        if reader is None:
            reader = self._readers[table.name, item.name] = FieldReader(self.scheme, table, item)
        raw = from_json(cell)
        parsed = reader.read(raw, reader.context(self._shared, measure))
        if parsed.kind == "ok":
            return parsed.value, None
        told = reader.told(parsed, raw)
        return told.value, told.finding
