"""The one door to the database: engine, transactions, and foreign exceptions turned into ours.

A transaction that writes says so at its start: on SQLite it begins IMMEDIATE, so that two writers queue instead
of failing half-way; readers never wait (WAL).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from sync.errors import StoreError

BUSY_SECONDS = 30
PAGE = 16384  # a record is some 3,000 bytes: small pages spill nearly every one


class Database:
    """An engine with two kinds of transaction. Safe to share between threads; not between forked processes."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self.sqlite = self.engine.dialect.name == "sqlite"

    def absent(self) -> bool:
        """An SQLite file that is not there; opening it would make it."""
        place = self.engine.url.database
        return self.sqlite and place not in (None, "", ":memory:") and not Path(str(place)).exists()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view; nothing may be written in it."""
        with mapped(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Connection]:
        """All or nothing. `durable`: on the disk when it returns, even where a power cut may cost the last second."""
        with mapped(), self.engine.connect() as bare:
            connection = bare.execution_options(tianbao_write=True, tianbao_durable=durable)
            with connection.begin():
                yield connection

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def mapped() -> Iterator[None]:
    """Foreign exceptions become StoreError here and nowhere else. Our own pass through."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise StoreError(f"中心库暂时无法读写：{_reason(error)}") from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] == "psycopg":  # COPY speaks to the driver itself
            raise StoreError(f"中心库暂时无法读写：{_reason(error)}") from error
        raise


def _reason(error: Exception) -> str:
    origin = getattr(error, "orig", None) or error
    return (str(origin).strip().splitlines() or [type(origin).__name__])[0]


def _engine(url: str) -> Engine:
    try:
        target = make_url(url)
        if target.drivername in ("postgresql", "postgres"):
            target = target.set(drivername="postgresql+psycopg")
        if target.get_backend_name() != "sqlite":
            return create_engine(target, pool_pre_ping=True, pool_size=5, max_overflow=20)
        memory = target.database in (None, "", ":memory:")
        arguments: dict[str, Any] = {"poolclass": StaticPool} if memory else {"pool_size": 5, "max_overflow": 40}
        engine = create_engine(target, connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS}, **arguments)
    except (SQLAlchemyError, ImportError) as error:
        raise StoreError(f"数据库地址无法使用：{_reason(error)}", "请检查 tianbao.toml 中的 database。") from error
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    connection.execute(f"PRAGMA page_size={PAGE}")  # of a new database; an old one keeps its own
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA cache_size=-16000")
    connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if "tianbao_durable" in options:
        connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if options['tianbao_durable'] else 'NORMAL'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("tianbao_write") else "BEGIN")
