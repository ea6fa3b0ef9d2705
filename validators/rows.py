"""A row as found in a sheet, and a row as understood."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from validators.rawcell import SEP, RawCell


@dataclass(slots=True)
class RawRow:
    """One data row of an entry tab, its cells in the order of the table's fields.

    `cells[i]` belongs to `table.fields[i]`; a field whose column was not found is "". `shown` holds what stands in
    our answer columns (by answer name) so that we write only differences. `row` is the 1-based row in the tab.
    """

    tab: str
    row: int
    cells: tuple[RawCell, ...]
    id: str = ""  # 编号 as it stands in the row, "" when none
    shown: dict[str, str] = field(default_factory=dict)

    def digest(self) -> str:
        """Hash of the clerk's content; our own columns do not take part."""
        return digest(self.cells)


def digest(cells: tuple[RawCell, ...]) -> str:
    """16-byte BLAKE2b of the joined cells, hex. U+001F separates; it stands in no text (rawcell.text strips it)."""
    return blake2b((SEP + SEP).join(cells).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@dataclass(slots=True)
class Record:
    """One row understood.

    `values`: field name → canonical text (see `values.py`); a blank field is absent. `kept`: names of fields whose
    cell could not be read now: `values` holds the last accepted value (law L3), or nothing where there never was one.
    `facts`: small history facts folded at acceptance (first plan, number of plan changes, dated condition values, ever
    overdue …).
    """

    id: str
    table: str
    unit: str  # code of the unit whose book holds the row
    values: dict[str, str]
    kept: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    tab: str = ""
    row: int = 0
