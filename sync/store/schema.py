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
    with database.read() as connection:
        version = _version(connection)
    if version == HEAD:
        return
    if not create:
        raise StoreError(_refusal(version), "请先运行 tianbao init，或用当前程序打开一次以升级。")
    with database.write() as connection:
        if not database.sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        version = _version(connection)  # another process may have been first
        if version == "":
            _create(connection)
        elif version != HEAD:
            _migrate(connection, version)


def _version(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _refusal(version: str) -> str:
    return f"中心库的版本是 {version}，程序需要 {HEAD}。" if version else "中心库还没有建立。"


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


def _migrate(connection: Connection, version: str) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    config = configuration()
    if version not in {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}:
        error = StoreError(
            f"中心库由更新版本的填报程序建立（{version}），本程序只认识到 {HEAD}，未作任何改动。",
            "请升级本程序后再打开；不要用旧程序写新库。",
        )
        error.transient = False
        raise error
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
