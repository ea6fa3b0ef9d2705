"""A ledger's cell → what a clerk would have typed into the unit's book: amounts in the column's unit, dates as dates.

What is written reads back as exactly the value that was understood, or it is carried as it stands and told.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from validators import rawcell
from validators.cells import tidy
from validators.fieldreader import MEASURED, MONEY_UNITS, FieldReader, column_contexts
from validators.parsers.base import ParsedCell
from validators.parsers.lines import told
from validators.rawcell import RawCell, decode, show
from validators.scheme.models import Scheme
from validators.scheme.tables import Field, Table
from validators.values import DATE_TYPES, NUMBER_TYPES

_PER_WAN = {
    "万元": Decimal(1), "亿元": Decimal(10_000), "元": Decimal("0.0001"), "千元": Decimal("0.1"),
    "百万元": Decimal(100), "千万元": Decimal(1_000),
}  # fmt: skip


class Understood(NamedTuple):
    """`raw`: the cell to be written ("" = nothing); `value`: canonical text, "" when it was not understood; `note`:
    what a person should know, "" when all is well; `sure`: False where it stands as typed because nobody knows."""

    raw: RawCell
    value: str = ""
    note: str = ""
    sure: bool = True


class Typist:
    """Understands cells for the fields of one table on one day."""

    def __init__(self, scheme: Scheme, table: Table, today: date) -> None:
        self._scheme, self._table = scheme, table
        self._shared = column_contexts(scheme, today)
        self._readers: dict[str, FieldReader] = {}
        self.today = today

    def read(self, item: Field, raw: RawCell, unit: str) -> ParsedCell:
        """The cell as this field's reader understands it in a column with that unit."""
        reader = self._readers.get(item.name)
        if reader is None:
            reader = self._readers[item.name] = FieldReader(self._scheme, self._table, item)
        return reader.read(raw, reader.context(self._shared, unit))

    def cell(self, item: Field, raw: RawCell, unit: str) -> Understood:
        """What to type for a ledger's cell whose column is filled in with `unit` ("" = nobody says)."""
        parsed = self.read(item, raw, unit)
        if not parsed.value:
            blank = parsed.kind == "ok" or not show(raw).strip()
            return Understood("") if blank else self._as_it_stands(item, raw, unit, parsed)
        written = typed(item, parsed.value)
        again = self.read(item, written, column_unit(item))
        if again.value != parsed.value:
            return self._as_it_stands(item, raw, unit, parsed)
        note = "" if parsed.kind == "ok" else told(parsed, raw, item.type)
        return Understood(written, parsed.value, note)

    def _as_it_stands(self, item: Field, raw: RawCell, unit: str, parsed: ParsedCell) -> Understood:
        text = tidy(show(raw))
        own = column_unit(item)
        if item.type in MEASURED and unit and own and unit != own and text[-1:].isdigit():
            text += unit  # else the reader would take it for the column's own unit
        note = told(parsed, raw, item.type) or f"“{text}”没有把握，照原样带入"
        return Understood(self._carried(item, raw, text, parsed), parsed.value, note, sure=False)

    def _carried(self, item: Field, raw: RawCell, text: str, parsed: ParsedCell) -> RawCell:
        """The text, unless only the number shows what is wrong: of a code of 18 digits a sheet has cut the last three,
        and what is left would be taken for a code as soon as it is text."""
        written, (kind, digits, fmt) = rawcell.text(text), decode(raw)
        if kind != "number" or fmt or self.read(item, written, column_unit(item)).code == parsed.code:
            return written
        return rawcell.number(digits)


def column_unit(item: Field) -> str:
    """The unit in the header of the field's column in our books."""
    return item.unit or {"money_wan": "万元", "money_yi": "亿元"}.get(item.type, "")


def typed(item: Field, value: str) -> RawCell:
    """A canonical value as a clerk's cell: numbers as numbers, whole days as dates, the rest as text."""
    if item.type.startswith("money"):
        unit = column_unit(item)
        return rawcell.number(_digits(Decimal(value) / _PER_WAN[unit if unit in MONEY_UNITS else "万元"]))
    if item.type in NUMBER_TYPES:
        return rawcell.number(_digits(Decimal(value)))
    if item.type in DATE_TYPES and len(value) == 10:
        return rawcell.from_date(date.fromisoformat(value))
    return rawcell.text(value)


def _digits(value: Decimal) -> str:
    return f"{value.normalize():f}" if value else "0"
