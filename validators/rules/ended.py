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


def gone(tables: Mapping[str, Table], model: Table, row: TypedRow) -> Gone | None:
    """When the row, or its parent, is over; a scheme says by which fields (`Table.ended`, `Table.resumed`)."""
    own = _of(model, row)
    if not model.parent:
        return own
    owner = tables[model.parent]
    parent = row.get(PARENT + owner.name)
    above = _of(owner, parent) if parent is not None else None
    if own is None or above is None:
        return own or above
    return min(own, above, key=lambda item: (item.back is not None, item.since))  # who is gone for good, goes first


def _of(model: Table, row: Mapping[str, Any]) -> Gone | None:
    since: date | None = row.get(model.ended) if model.ended else None
    if since is None:
        return None
    back: date | None = row.get(model.resumed) if model.resumed else None
    return Gone(since, back if back is not None and back > since else None)


def ended_on(tables: Mapping[str, Table], model: Table, row: TypedRow, today: date) -> date | None:
    """The day from which the row is over, today or on a day to come; None for one that is not, or has come back."""
    found = gone(tables, model, row)
    return None if found is None or (found.back is not None and found.back <= today) else found.since


def turn_on(tables: Mapping[str, Table], model: Table, row: TypedRow, today: date) -> date | None:
    """The next day on which the row is over, or comes back."""
    found = gone(tables, model, row)
    return min((day for day in found or () if day is not None and day > today), default=None)


def earlier(known: date | None, day: date | None) -> date | None:
    if day is None:
        return known
    return day if known is None or day < known else known
