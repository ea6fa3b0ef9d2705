"""Many rows at once, by the fastest way each database has.

SQLite: statements of many rows. PostgreSQL: COPY, straight into the table for new rows, through a temporary
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

from sync.store.packing import pack, plain

FEW = 12
BLOCKS = (64, 8, 1)  # rows to a statement of SQLite, which takes 32,766 values
_TYPES: dict[type, str] = {Text: "text", String: "text", Integer: "int4", Double: "float8", Boolean: "bool"}


def insert(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows known to be new. A row that is there already is an error and undoes the transaction."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        _in_blocks(connection, table, columns, rows)
    elif len(rows) > FEW:
        _copy(connection, table, table.name, columns, rows)
    else:
        _at_once(connection, _insert_sql(table, columns, len(rows)), rows)


def upsert(
    connection: Connection,
    table: Table,
    columns: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
    *,
    where: str = "",
    keep: tuple[str, str] = ("", ""),
) -> int:
    """Rows that may be there: the primary key decides, every other given column is replaced. Of two rows with one key
    the last counts. `where`: which known rows are replaced; `keep`: a column, and what it becomes instead. Both in SQL,
    `excluded` being the new row. Returns how many rows were inserted or replaced."""
    if not rows:
        return 0
    ending = _on_conflict(table, columns, where, keep)
    if connection.dialect.name == "sqlite":
        return _in_blocks(connection, table, columns, rows, ending)
    if len(rows) > 1:  # one statement of PostgreSQL may not touch a row twice
        key = itemgetter(*(columns.index(column.name) for column in table.primary_key))
        rows = list({key(row): row for row in rows}.values())
    if len(rows) > FEW:
        return _upsert_many(connection, table, columns, rows, ending)
    return _at_once(connection, f"{_insert_sql(table, columns, len(rows))} {ending}", rows)


def _in_blocks(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]], ending: str = ""
) -> int:
    """Some rows to a statement. executemany would give up the interpreter's lock at each row, and where other books are
    at work each time wait some milliseconds for it while holding the database. Few sizes: statements stay prepared."""
    cursor = connection.connection.cursor()
    at = done = 0
    for size in BLOCKS:
        sql = f"{_insert_sql(table, columns, size, '?')} {ending}"
        while len(rows) - at >= size:
            done += cursor.execute(sql, tuple(chain.from_iterable(rows[at : at + size]))).rowcount
            at += size
    return done


def _at_once(connection: Connection, sql: str, rows: Iterable[tuple[Any, ...]]) -> int:
    """By the driver itself, as `_copy`: to take a statement of a hundred marks apart each time costs as much as to
    carry it out."""
    from psycopg import RawCursor

    with RawCursor(connection.connection.driver_connection) as cursor:  # type: ignore[arg-type]
        cursor.execute(sql, tuple(chain.from_iterable(rows)))
        return cursor.rowcount


def _upsert_many(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]], ending: str
) -> int:
    temporary = f"incoming_{table.name}"
    connection.exec_driver_sql(
        f"CREATE TEMP TABLE IF NOT EXISTS {temporary} (LIKE {table.name} INCLUDING DEFAULTS) ON COMMIT DELETE ROWS"
    )
    _copy(connection, table, temporary, columns, rows)
    names = ", ".join(columns)
    source = f"SELECT {names} FROM {temporary}"  # noqa: S608 - names are ours
    done = connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) {source} {ending}").rowcount
    connection.exec_driver_sql(f"TRUNCATE {temporary}")
    return done


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
def _insert_sql(table: Table, columns: tuple[str, ...], count: int, mark: str = "") -> str:
    """For so many rows, with the marks of PostgreSQL ($1, $2 …) or with `mark`."""
    width = len(columns)
    marks = [mark or f"${at}" for at in range(1, width * count + 1)]
    rows = (", ".join(marks[at : at + width]) for at in range(0, width * count, width))
    values = ", ".join(f"({row})" for row in rows)
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES {values}"  # noqa: S608 - names are ours


@lru_cache(maxsize=64)
def _on_conflict(table: Table, columns: tuple[str, ...], where: str, keep: tuple[str, str]) -> str:
    keys, (kept, value) = [column.name for column in table.primary_key], keep
    sets = ", ".join(
        f"{name} = {value}" if name == kept else f"{name} = excluded.{name}" for name in columns if name not in keys
    )
    return f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {sets}" + (f" WHERE {where}" if where else "")


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
    """JSON; what no database can hold is left out of each, as of what is stored."""
    return pack([plain(value) for value in values]) or "[]"
