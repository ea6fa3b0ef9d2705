"""When a row is over: its own termination, or that of the row above it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from validators.expression_types import PARENT

if TYPE_CHECKING:
    from validators.rules.context import TypedRow
    from validators.scheme.tables import Table


def ended_on(tables: Mapping[str, Table], model: Table, row: TypedRow) -> date | None:
    """The day on which the row, or its parent, was terminated; a scheme says by which field (`Table.ended`)."""
    day: date | None = row.get(model.ended) if model.ended else None
    if model.parent:
        owner = tables[model.parent]
        parent = row.get(PARENT + owner.name)
        if owner.ended and parent is not None:
            return earlier(day, parent.get(owner.ended))
    return day


def earlier(known: date | None, day: date | None) -> date | None:
    if day is None:
        return known
    return day if known is None or day < known else known
