"""The one door to the database: engine, transactions, and foreign exceptions turned into ours.

A transaction that writes says so at its start: on SQLite it begins IMMEDIATE, so that two writers queue instead
of failing half-way; readers never wait (WAL).

How long a power cut may reach back: what people decide, and numbers that may stand in a book before the next instant,
are on the disk when the verb returns (PostgreSQL: as its administrator set it; SQLite: WAL and FULL). What a run says
can be read from the books again (`redo`), so the disk is not waited for: the last second may be lost. Nothing is ever
half there, and nothing stands without what stood before it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from sync.errors import StoreError

BUSY_SECONDS = 30
IDLE_SECONDS = 2.0
WAL_BYTES = 64 << 20  # a page changed by many runs is written home once
PAGE = 16384  # a record is some 3,000 bytes: small pages spill nearly every one


class Database:
    """An engine with two kinds of transaction. Safe to share between threads; not between forked processes."""

    def __init__(self, url: str, *, reading: bool = False) -> None:
        self.engine = _engine(url, reading)
        self.sqlite = self.engine.dialect.name == "sqlite"
        self._turn = Lock()

    def absent(self) -> bool:
        """An SQLite file that is not there; opening it would make it."""
        return self.sqlite and (place := _file_of(self.engine.url)) is not None and not place.exists()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """For one question; nothing may be written in it. The database is asked once, without BEGIN and COMMIT."""
        with mapped(), self.engine.connect() as connection:
            plain: dict[str, Any] = {"tianbao_plain": True} if self.sqlite else {"isolation_level": "AUTOCOMMIT"}
            yield connection.execution_options(**plain)

    @contextmanager
    def view(self) -> Iterator[Connection]:
        """For questions whose answers must be of one instant, or that are read bit by bit."""
        # elsewhere than on SQLite a statement sees what was committed before it, not before its transaction
        options = {} if self.sqlite else {"isolation_level": "REPEATABLE READ"}
        with mapped(), self.engine.connect() as bare:
            connection = bare.execution_options(**options)
            with connection.begin():
                yield connection

    @contextmanager
    def write(self, *, redo: bool = False) -> Iterator[Connection]:
        """All or nothing, and on the disk when it returns. `redo`: a power cut may cost it, for it can be had again from
        the books."""
        with self._in_turn(), mapped(), self.engine.connect() as bare:
            connection = bare.execution_options(tianbao_write=True, tianbao_durable=not redo)
            with connection.begin():
                if not (self.sqlite or redo):
                    connection.exec_driver_sql("SET LOCAL synchronous_commit TO DEFAULT")
                yield connection

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Writers of this process pass SQLite on to each other at once. Left to itself it asks again at growing
        intervals of up to 100 ms; of other processes it still does."""
        mine = self.sqlite and self._turn.acquire(timeout=BUSY_SECONDS)  # in vain: SQLite then says what is the matter
        try:
            yield
        finally:
            if mine:
                self._turn.release()

    @contextmanager
    def single(self) -> Iterator[Connection]:
        """For one statement that is a transaction by itself, of the kind `redo`: PostgreSQL is asked once, not thrice."""
        if self.sqlite:
            with self.write(redo=True) as connection:
                yield connection
            return
        with mapped(), self.engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

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


_SQLITE_WORDS = {
    "disk is full": "磁盘已满",
    "disk I/O error": "磁盘读写出错",
    "readonly database": "没有写数据库文件的权限",
    "database is locked": "数据库一直被别的程序占用",
    "unable to open database file": "打不开数据库文件",
    "malformed": "数据库文件已损坏，请用备份恢复",
    "not a database": "这个文件不是数据库，请用备份恢复",
}


def _reason(error: Exception) -> str:
    origin = getattr(error, "orig", None) or error
    told = (str(origin).strip().splitlines() or [type(origin).__name__])[0]
    return next((words for sign, words in _SQLITE_WORDS.items() if sign in told), told)


def _file_of(url: URL) -> Path | None:
    """The file of an SQLite database; None where it lives in memory."""
    place = url.database
    if place in (None, "", ":memory:"):
        return None
    return Path(str(place).removeprefix("file:").partition("?")[0]) if url.query.get("uri") else Path(str(place))


def _to_look_at(target: URL) -> URL:
    """The database's address where nothing can be written beside it. SQLite needs two small files there to read while
    others write; where it cannot make them, nobody else writes, and the file is read as it lies."""
    file = _file_of(target)
    if file is None or not file.exists() or _writable(file.parent):
        return target
    log = file.with_name(f"{file.name}-wal")
    still = "&immutable=1" if not log.exists() or not log.stat().st_size else ""
    return target.set(database=f"file:{quote(str(file.resolve()))}?mode=ro{still}", query={"uri": "true"})


def _writable(directory: Path) -> bool:
    """Whether files can be made here; a file system mounted for reading refuses the administrator too."""
    return os.access(directory, os.W_OK | os.X_OK)


def _engine(url: str, reading: bool) -> Engine:
    try:
        target = make_url(url)
        if target.drivername in ("postgresql", "postgres"):
            target = target.set(drivername="postgresql+psycopg")
        if target.get_backend_name() != "sqlite":
            return _watched(create_engine(target, pool_size=5, max_overflow=20), reading)
        if reading:
            target = _to_look_at(target)
        memory = target.database in (None, "", ":memory:")
        arguments: dict[str, Any] = (
            {"poolclass": StaticPool} if memory else {"pool_size": 5, "max_overflow": 40, "pool_use_lifo": True}
        )
        engine = create_engine(target, connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS}, **arguments)
    except (SQLAlchemyError, ImportError) as error:
        raise StoreError(f"数据库地址无法使用：{_reason(error)}", "请检查 tianbao.toml 中的 database。") from error
    event.listen(engine, "connect", _prepare_to_read if reading else _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _watched(engine: Engine, reading: bool) -> Engine:
    """A connection that lay idle for a while is tried before use: the server may have been started anew."""

    def prepare(connection: Any, _record: object) -> None:
        connection.autocommit = True
        connection.execute("SET synchronous_commit = off")  # every writing transaction says what it wants, see `write`
        if reading:
            connection.execute("SET default_transaction_read_only = on")
        connection.autocommit = False

    def given_back(_connection: Any, record: Any) -> None:
        record.info["used"] = monotonic()

    def taken(connection: Any, record: Any, _proxy: object) -> None:
        if monotonic() - record.info.get("used", monotonic()) > IDLE_SECONDS and not _alive(connection):
            raise DisconnectionError  # the pool opens another

    event.listen(engine, "connect", prepare)
    event.listen(engine, "checkin", given_back)
    event.listen(engine, "checkout", taken)
    return engine


def _alive(connection: Any) -> bool:
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except Exception as error:
        if type(error).__module__.partition(".")[0] != "psycopg":
            raise
        return False
    return True


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    connection.execute(f"PRAGMA page_size={PAGE}")  # of a new database; an old one keeps its own
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA cache_size=-16000")
    connection.execute(f"PRAGMA wal_autocheckpoint={WAL_BYTES // PAGE}")
    connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def _prepare_to_read(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA query_only=ON")
    connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if "tianbao_plain" in options:
        return
    if "tianbao_durable" in options:
        level = "FULL" if options["tianbao_durable"] else "NORMAL"
        if connection.info.get("synchronous") != level:
            connection.exec_driver_sql(f"PRAGMA synchronous={level}")
            connection.info["synchronous"] = level
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("tianbao_write") else "BEGIN")
