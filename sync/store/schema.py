"""Is the database there, and is it of our age? Creates, migrates or refuses. Alembic is imported only to migrate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from sync.errors import StoreError
from sync.store.connect import Database
from sync.store.models import HEAD, metadata

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_420_115  # advisory lock of PostgreSQL: one process migrates, the others wait


def prepare(database: Database, *, create: bool) -> None:
    """Brings the tables to HEAD (create=True) or only checks. StoreError in Chinese when it cannot be used."""
    if not create and database.absent():
        raise _not_ready(None)  # looking must not make an empty file
    with database.read() as connection:
        version = _version(connection)
    if version == HEAD:
        return
    if version is not None:
        _refuse_newer(version)
    if not create:
        raise _not_ready(version)
    with database.write() as connection:
        if not database.sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        version = _version(connection)  # another process may have been first
        if version is None:
            _create(connection)
        elif version != HEAD:
            _migrate(connection)


def _version(connection: Connection) -> str | None:
    """Revision of the tables; None where there are none, "" before the first migration."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _not_ready(version: str | None) -> StoreError:
    if version is None:
        return _final("中心库还没有建立。", "请先运行 tianbao init 建立工作区。")
    return _final(
        f"中心库的版本是 {version or '空'}，程序需要 {HEAD}。", "请用本程序同步或启动一次服务，库会自动升级。"
    )


def _refuse_newer(version: str) -> None:
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()}
    if version and version not in known:
        raise _final(
            f"中心库由更新版本的填报程序建立（{version}），本程序只认识到 {HEAD}，未作任何改动。",
            "请升级本程序后再打开；不要用旧程序写新库。",
        )


def _final(message: str, hint: str) -> StoreError:
    error = StoreError(message, hint)
    error.transient = False  # trying again changes nothing
    return error


def _create(connection: Connection) -> None:
    """A new database gets its tables at once: the same as all migrations, in a hundredth of the time."""
    metadata.create_all(connection)
    connection.execute(
        text(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
            "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
    )
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def configuration() -> Any:
    """Alembic's configuration, without an alembic.ini on disk."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _migrate(connection: Connection) -> None:
    from alembic import command

    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
