"""The whole store as one file, and back: SQLite by its online backup, PostgreSQL by its own tools.

The copy is of one instant, whoever writes meanwhile. Leases are ended in it: who held them is not there to go on.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import URL, make_url

from sync.errors import StoreError
from sync.store.connect import Database, mapped
from sync.store.models import HEAD

MANUAL_DUMP = "pg_dump --format=custom --no-owner --file=tianbao.pgdump"
_END_LEASES = "UPDATE lease SET until = 0"


def kind_of(url: str) -> str:
    """sqlite | postgresql"""
    return "sqlite" if make_url(url).get_backend_name() == "sqlite" else "postgresql"


def without_password(url: str) -> str:
    """The address as it may be kept in a file that goes elsewhere, also where the password stands behind a `?`."""
    if not url:
        return url
    return make_url(url).difference_update_query(["password"])._replace(password=None).render_as_string()


def copy_out(url: str, target: Path) -> None:
    """Write the store at `url` to the file `target`, which is not there yet. StoreError says what to do."""
    if kind_of(url) == "sqlite":
        _copy_sqlite(Path(str(make_url(url).database)), target)
    else:
        _run(make_url(url), ["pg_dump", "--format=custom", "--no-owner", f"--file={target}"],
             f"请安装 PostgreSQL 的客户端程序（postgresql-client，版本不低于服务器），或自己运行：{MANUAL_DUMP} 库名")  # fmt: skip


def copy_in(url: str, source: Path) -> None:
    """Put a file of `copy_out` in the place of the store at `url`. PostgreSQL: the database there must be empty of our
    tables. StoreError where it cannot be."""
    if kind_of(url) == "sqlite":
        shutil.copyfile(source, str(make_url(url).database))
        return
    if not is_empty(url):
        raise StoreError("这个 PostgreSQL 库里已经有填报的表，没有恢复。", "新建一个空库，用 --database 指明它。")
    target = make_url(url)
    _run(target, ["pg_restore", "--no-owner", "--single-transaction", "--exit-on-error",
                  f"--dbname={target.database}", str(source)],
         "请安装 PostgreSQL 的客户端程序（postgresql-client，版本不低于服务器），再恢复一次。")  # fmt: skip
    database = Database(url)
    try:
        with database.write() as connection:
            connection.execute(text(_END_LEASES))
    finally:
        database.close()


def is_empty(url: str) -> bool:
    """Whether no tables of ours are in a PostgreSQL database. StoreError when it cannot be asked."""
    from sqlalchemy import inspect

    database = Database(url)
    try:
        with database.read() as connection:
            return not inspect(connection).has_table("alembic_version")
    finally:
        database.close()


def knows(revision: str) -> bool:
    """Whether this program can open, or bring up to date, tables of that revision."""
    from alembic.script import ScriptDirectory

    from sync.store.schema import configuration

    known = ScriptDirectory.from_config(configuration()).walk_revisions()
    return revision == HEAD or revision in {script.revision for script in known}


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.is_file():
        raise StoreError("中心库还没有建立，没有可备份的。", "请先运行 tianbao init 建立工作区。")
    with mapped(), closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.execute("PRAGMA busy_timeout=30000")
        live.backup(copy)  # in one step: writers wait in their log, readers not at all
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
        copy.execute(_END_LEASES)
        copy.commit()
        (told,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    if told != "ok":
        target.unlink()
        raise StoreError(f"中心库读出来有损坏：{told}", "不要覆盖原来的备份；用上一个备份恢复，或请人修复数据库。")


def _run(url: URL, command: Sequence[str], missing: str) -> None:
    """A program of PostgreSQL, told where to go by the environment: a password in a command line is seen by everybody."""
    if shutil.which(command[0]) is None:
        raise StoreError(f"这台机器上没有 {command[0]}。", missing)
    place = {"PGHOST": url.host or str(url.query.get("host", "")), "PGPORT": str(url.port or url.query.get("port", "")),
             "PGUSER": url.username, "PGPASSWORD": url.password, "PGDATABASE": url.database}  # fmt: skip
    environment = {**os.environ, **{name: str(value) for name, value in place.items() if value}}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if done.returncode:
        told = (done.stderr.strip().splitlines() or [f"退出码{done.returncode}"])[-1]
        raise StoreError(f"{command[0]} 没有成功：{told}", missing)
