"""Cells of an `evaluate` document → canonical texts, by the very parsers that read books."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from validators.findings import Finding
from validators.values import DATE_TYPES, NUMBER_TYPES

if TYPE_CHECKING:
    from validators.scheme.models import Scheme
    from validators.scheme.tables import Field, Table

_MEASURES = {"亿元": Decimal(10000), "千元": Decimal("0.1"), "元": Decimal("0.0001"), "百万元": Decimal(100)}


class CellReader:
    """Reads cells as typed for the fields of one scheme on one day."""

    def __init__(self, scheme: Scheme, day: date) -> None:
        self.scheme, self.day = scheme, day

    def read(self, table: Table, item: Field, cell: Any, measure: str) -> tuple[str, Finding | None]:
        """Canonical text ("" for blank and unreadable cells) and what is wrong, if anything. `measure`: the unit in
        the column's title. Dates after today pass: the rules say 数据异常 themselves."""
        text = _plain(cell)
        if not text:
            return "", None
        if item.type in NUMBER_TYPES:
            try:
                value = Decimal(text.replace(",", "")) * _MEASURES.get(measure, Decimal(1))
            except InvalidOperation:
                return text, None
            return format(value.normalize(), "f"), None
        if item.type in DATE_TYPES:
            text = "-".join(part.zfill(2) for part in text.replace("/", "-").replace(".", "-").split("-"))
        return text, None


def _plain(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, dict):
        cell = cell.get("date", cell.get("value", ""))
    return str(cell).strip()
