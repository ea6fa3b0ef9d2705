"""Dated values of a row as they were on a day: what the history facts keep of fields marked `dated`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from validators.facts import typed_row
from validators.rules.context import TypedRow
from validators.scheme.tables import Table
from validators.values import first_day

Logs = Mapping[str, Sequence[Sequence[str]]]  # field → [[since, value], …], since "" = since the first reading


def values_on(dated: Logs, day: date) -> dict[str, Any]:
    """The value of each dated field on a day; before its first entry the first one holds."""
    values = {}
    for name, log in dated.items():
        known = [text for since, text in log if not since or first_day(since) <= day]
        values[name] = known[-1] if known else log[0][1]
    return values


def next_change(row: TypedRow, names: Iterable[str], today: date) -> date | None:
    """The next day on which a named field that is dated has another value."""
    logs = row.facts.get("dated", {}) if row.facts else {}
    days = (first_day(since) for name in names for since, _ in logs.get(name, ()) if since)
    return min((day for day in days if day > today), default=None)


def cells_on(row: TypedRow, table: Table, names: Iterable[str], day: date) -> Mapping[str, Any]:
    """The row's cells with those of the named fields that are dated as they were on the day."""
    logs = {name: log for name, log in row.facts.get("dated", {}).items() if name in names}
    if not logs:
        return row
    cells = {name: value for name, value in row.items() if name.rstrip("@") not in logs}
    return cells | typed_row(table, values_on(logs, day))
