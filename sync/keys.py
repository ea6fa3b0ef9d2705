"""Natural keys of a row, from its raw cells: what people would call the same project."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from validators.rawcell import show
from validators.rows import RawRow
from validators.scheme.tables import Table

_NOISE = re.compile(r"[\s\u200b\u00ad\ufeff]+")
_PARENTS = "\x1e"


def normal(text: str) -> str:
    """Full-width, case, spaces and line breaks do not make another project."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def key_maker(table: Table) -> Callable[[RawRow], tuple[str, ...]]:
    """A function from a row to its keys, one text per key of the table, "" where a part is blank."""
    positions = [tuple(table.index(name) for name in key) for key in table.keys]

    def keys(row: RawRow) -> tuple[str, ...]:
        return tuple(_join([row.cells[i] for i in key]) for key in positions)

    return keys


def _join(cells: Sequence[str]) -> str:
    parts = [normal(show(cell)) for cell in cells]
    return _PARENTS.join(parts) if all(parts) else ""
