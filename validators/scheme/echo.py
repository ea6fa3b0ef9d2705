"""Which fields make up a row's echo (内容标识): the text by which a spreadsheet can tell that a row changed.

The template's conditional format joins these very cells in this very order, so both sides ask here.
"""

from __future__ import annotations

from validators.scheme.tables import Table

SEPARATOR = "|"
LEFT_OUT = frozenset({"long_text", "photo"})  # too long to join, or not a text in a cell


def echo_fields(table: Table) -> tuple[str, ...]:
    """Names of the fields whose cells are joined with `SEPARATOR`, in the table's order."""
    return tuple(field.name for field in table.fields if field.type not in LEFT_OUT)
