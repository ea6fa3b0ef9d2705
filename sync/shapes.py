"""Scheme → BookShape: what readers must know of a book, small enough to travel to a reader process."""

from __future__ import annotations

from sync.book import BookShape, ColumnShape, TableShape
from validators.scheme.models import Scheme
from validators.scheme.tables import MECHANISM, Table


def book_shape(scheme: Scheme, role: str = "unit") -> BookShape:
    """The shape of the books of one role: "unit", "commission" or a department's code."""
    return BookShape(
        scheme=scheme.id,
        version=scheme.version,
        tables=tuple(_table_shape(scheme, table) for table in scheme.tables_of(role)),
        units=tuple((unit.code, (unit.name, *unit.aliases)) for unit in scheme.units),
        role=role,
    )


def book_shapes(scheme: Scheme) -> dict[str, BookShape]:
    """Shapes of all roles that fill a table, the townships' first."""
    roles = dict.fromkeys(["unit", *scheme.roles()])
    return {role: book_shape(scheme, role) for role in roles if scheme.tables_of(role)}


def _table_shape(scheme: Scheme, table: Table) -> TableShape:
    shown = table.answers or tuple(column.name for column in scheme.answers)
    return TableShape(
        name=table.name,
        title=table.title,
        columns=tuple(
            ColumnShape(field.name, (field.title, *field.aliases), field.group, field.unit, field.type)
            for field in table.fields
        ),
        answers=tuple(
            (column.name, column.title) for column in scheme.answers if column.name in shown or column.name in MECHANISM
        ),
    )
