"""Many rows at once, by the fastest way each database has.

SQLite: one executemany of tuples. PostgreSQL: COPY, straight into the table for new rows, through a temporary
table for rows that may be there. A handful of rows goes in one statement there: COPY has a price of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    JSON,
    BindParameter,
    Boolean,
    ColumnElement,
    Connection,
    Double,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    cast,
    func,
    select,
)

from sync.store.packing import pack

FEW = 12
_TYPES: dict[type, str] = {Text: "text", String: "text", Integer: "int4", Double: "float8", Boolean: "bool"}


def insert(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows known to be new. A row that is there already is an error and undoes the transaction."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_insert_sql(table, columns, "?"), list(rows))
    elif len(rows) > FEW:
        _copy(connection, table, table.name, columns, rows)
    else:
        connection.exec_driver_sql(_insert_sql(table, columns, "%s", len(rows)), tuple(chain.from_iterable(rows)))


def upsert(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows that may be there: the primary key decides, every other given column is replaced. Of two rows with one key
    the last counts."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"{_insert_sql(table, columns, '?')} {_on_conflict(table, columns)}", list(rows))
        return
    if len(rows) > 1:  # one statement of PostgreSQL may not touch a row twice
        key = itemgetter(*(columns.index(column.name) for column in table.primary_key))
        rows = list({key(row): row for row in rows}.values())
    if len(rows) > FEW:
        _upsert_many(connection, table, columns, rows)
    else:
        sql = f"{_insert_sql(table, columns, '%s', len(rows))} {_on_conflict(table, columns)}"
        connection.exec_driver_sql(sql, tuple(chain.from_iterable(rows)))


def _upsert_many(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]
) -> None:
    temporary = f"incoming_{table.name}"
    connection.exec_driver_sql(
        f"CREATE TEMP TABLE IF NOT EXISTS {temporary} (LIKE {table.name} INCLUDING DEFAULTS) ON COMMIT DELETE ROWS"
    )
    _copy(connection, table, temporary, columns, rows)
    names = ", ".join(columns)
    source = f"SELECT {names} FROM {temporary}"  # noqa: S608 - names are ours
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) {source} {_on_conflict(table, columns)}")
    connection.exec_driver_sql(f"TRUNCATE {temporary}")


def _copy(
    connection: Connection, table: Table, target: str, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]
) -> None:
    """In the binary form, in which text goes as it is. `target` has the columns of `table`."""
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {target} ({', '.join(columns)}) FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(_types(table, columns))
        write = copy.write_row
        for row in rows:
            write(row)


@lru_cache(maxsize=64)
def _types(table: Table, columns: tuple[str, ...]) -> list[str]:
    return [_TYPES[type(table.c[name].type)] for name in columns]


@lru_cache(maxsize=256)
def _insert_sql(table: Table, columns: tuple[str, ...], mark: str, count: int = 1) -> str:
    row = f"({', '.join([mark] * len(columns))})"
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES {', '.join([row] * count)}"  # noqa: S608 - names are ours


@lru_cache(maxsize=64)
def _on_conflict(table: Table, columns: tuple[str, ...]) -> str:
    keys = [column.name for column in table.primary_key]
    sets = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in keys)
    return f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {sets}"


def among(connection: Connection, column: ColumnElement[str], values: Iterable[str]) -> ColumnElement[bool]:
    """`column IN (values)` with one parameter, whatever their number: no limit of variables, one cached statement."""
    return in_list(connection.dialect.name, column, bindparam(None, as_list(values), type_=Text))


def in_list(dialect: str, column: ColumnElement[str], listed: BindParameter[str]) -> ColumnElement[bool]:
    """For a statement that is made once: `listed` is given what `as_list` says."""
    if dialect == "postgresql":
        item = func.json_array_elements_text(cast(listed, JSON)).column_valued("value")
        return column == func.any(func.array(select(item).scalar_subquery()))
    each = func.json_each(listed).table_valued("value")
    return column.in_(select(each.c.value))


def as_list(values: Iterable[str]) -> str:
    return pack(list(values)) or "[]"
