"""Rows about a period that was over before the project was: what was found of that period stands.

A project that is terminated in September had its red light in May; the count of the year keeps it. The row itself says
已终止, as all rows of the project do.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from validators.rules.base import PERIOD_KINDS
from validators.rules.pace import figures_days

if TYPE_CHECKING:
    from validators.rules.context import TypedRow
    from validators.scheme.models import Scheme

_DAY = timedelta(days=1)


class Lived:
    """Of the tables whose rows stand for a period of their own: those with one column for it."""

    def __init__(self, scheme: Scheme) -> None:
        self.year_from = scheme.year_from
        columns = {
            table.name: [item.name for item in table.fields if item.type in PERIOD_KINDS] for table in scheme.tables
        }
        self.column = {table: names[0] for table, names in columns.items() if len(names) == 1}

    def until(self, table: str, row: TypedRow, ended: date) -> date | None:
        """The last day before the end, by which the row is still judged; None for a row that was not over by then."""
        name = self.column.get(table)
        days = figures_days(row.texts.get(name), self.year_from) if name is not None else None
        return ended - _DAY if days is not None and days[1] < ended else None
