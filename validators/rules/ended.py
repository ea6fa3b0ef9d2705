"""When a row is over: its own termination, or that of the row above it, unless it has come back since (B-31)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from validators.expression_types import PARENT

if TYPE_CHECKING:
    from validators.rules.context import TypedRow
    from validators.scheme.tables import Table


class Gone(NamedTuple):
    """The days on which a row is over: from `since` on, until the day before `back` where it has come back."""

    since: date
    back: date | None = None

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.since <= day and (self.back is None or day < self.back)


def gone(tables: Mapping[str, Table], model: Table, row: TypedRow) -> tuple[Gone, ...]:
    """When the row, or its parent, is over: up to two stretches of days, which may overlap. A scheme says by which fields
    (`Table.ended`, `Table.resumed`)."""
    own = _of(model, row)
    if not model.parent:
        return own
    owner = tables[model.parent]
    parent = row.get(PARENT + owner.name)
    return own if parent is None else own + _of(owner, parent)


def is_over(stretches: tuple[Gone, ...], day: date) -> bool:
    return any(day in stretch for stretch in stretches)


def _of(model: Table, row: Mapping[str, Any]) -> tuple[Gone, ...]:
    since: date | None = row.get(model.ended) if model.ended else None
    if since is None:
        return ()
    back: date | None = row.get(model.resumed) if model.resumed else None
    return (Gone(since, back if back is not None and back > since else None),)


def ended_on(tables: Mapping[str, Table], model: Table, row: TypedRow, today: date) -> date | None:
    """The day from which the row is over, today or on a day to come; None for one that is not, or has come back."""
    left = [item.since for item in gone(tables, model, row) if item.back is None or item.back > today]
    return min(left, default=None)


def turn_on(tables: Mapping[str, Table], model: Table, row: TypedRow, today: date) -> date | None:
    """The next day on which the row is over, or comes back."""
    days = (day for item in gone(tables, model, row) for day in item if day is not None and day > today)
    return min(days, default=None)


def earlier(known: date | None, day: date | None) -> date | None:
    if day is None:
        return known
    return day if known is None or day < known else known
