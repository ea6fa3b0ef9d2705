"""Opening a store: made when new, migrated when old, refused when newer, and never half-made."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from sync.errors import StoreError
from sync.store import open_store
from sync.store.connect import Database
from sync.store.models import HEAD, metadata
from sync.store.schema import configuration
from sync.store.store import SqlStore
from tests.contract.store_samples import BOOK, SCHEME, a_book, a_record, do_run


def test_a_new_store_is_made_and_keeps_what_it_was_told(store_url: str) -> None:
    """What one opening saves, the next one finds."""
    first = open_store(store_url)
    first.save_book(a_book(name="安成镇.xlsx"))
    first.close()
    second = open_store(store_url, create=False)
    assert [item.name for item in second.books(SCHEME)] == ["安成镇.xlsx"]
    second.close()


def test_without_create_an_empty_database_is_refused(store_url: str) -> None:
    """A command that only looks never makes a database by the way; the message is for people."""
    with pytest.raises(StoreError, match="中心库还没有建立") as caught:
        open_store(store_url, create=False)
    assert "tianbao init" in caught.value.hint


def test_without_create_no_file_appears(tmp_path: Path) -> None:
    """A mistyped path stays a mistyped path."""
    with pytest.raises(StoreError):
        open_store(f"sqlite:///{tmp_path}/absent.db", create=False)
    assert not list(tmp_path.iterdir())


def test_a_store_of_a_newer_program_is_refused_untouched(store_url: str) -> None:
    """An old program must not write into a new database, whatever it was asked."""
    open_store(store_url).close()
    database = Database(store_url)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for create in (True, False):
        with pytest.raises(StoreError, match="9999") as caught:
            open_store(store_url, create=create)
    assert not caught.value.transient
    with database.read() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    database.close()


def test_the_constant_names_the_newest_migration() -> None:
    """Opening compares with a constant, to import no alembic; it must be the true head."""
    from alembic.script import ScriptDirectory

    assert ScriptDirectory.from_config(configuration()).get_heads() == [HEAD]


def test_migrations_and_metadata_make_the_same_tables(store_url: str) -> None:
    """A migrated database and a new one cannot be told apart."""
    from alembic import command
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    database, config = Database(store_url), configuration()
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    database.close()
    store = open_store(store_url, create=False)
    assert isinstance(store, SqlStore)
    do_run(store, upserts=[a_record("P1")])
    assert [item.id for item in store.records(SCHEME)] == ["P1"]
    store.close()


def test_an_old_store_is_migrated_at_opening(store_url: str) -> None:
    """A database that stands at the beginning of the migrations is brought to the head."""
    database = Database(store_url)
    with database.write() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    database.close()
    store = open_store(store_url)
    assert store.books(SCHEME) == []
    store.close()


def test_a_store_in_use_is_migrated_with_all_it_knows(store_url: str) -> None:
    """From the first tables to the newest: what stood there stands there, and the new verbs work."""
    from alembic import command

    database, config = Database(store_url), configuration()
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text("INSERT INTO book (id, scheme, name) VALUES ('plan:001', 'plan', '安成镇.xlsx')"))
    database.close()
    store = open_store(store_url)
    assert [item.name for item in store.books(SCHEME)] == ["安成镇.xlsx"]
    assert store.rulings(SCHEME) == [] and store.closings(SCHEME) == [] and store.sent(SCHEME) == []
    store.close()


def test_two_processes_open_a_new_store_at_once(store_url: str) -> None:
    """The service and a command may start together; one makes the tables, both work."""
    code = f"from sync.store import open_store; s = open_store({store_url!r}); s.setting('x'); s.close()"
    both = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]


@pytest.mark.parametrize("url", ["nonsense", "mysql://host/db", "sqlite:////proc/none/a.db"])
def test_an_address_that_cannot_be_used_says_so(url: str) -> None:
    """Whatever the driver raises, people read Chinese."""
    with pytest.raises(StoreError, match=r"数据库地址无法使用|中心库暂时无法读写"):
        open_store(url)


def test_foreign_exceptions_become_ours(store: SqlStore) -> None:
    """Nothing above the store ever catches SQLAlchemy's or a driver's exceptions."""
    with store.db.write() as connection:
        connection.execute(text("DROP TABLE book"))
    with pytest.raises(StoreError, match="中心库暂时无法读写"):
        store.book(BOOK)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda file: file.write_bytes(b"PK" * 4000), "用备份恢复"),
        (lambda file: file.write_bytes(file.read_bytes()[:100] + bytes(20_000)), "用备份恢复"),
        (lambda file: (file.unlink(), file.mkdir()), "打不开数据库文件"),
    ],
    ids=["another file", "a damaged one", "a folder"],
)
def test_what_sqlite_refuses_is_told_in_chinese(tmp_path: Path, spoil: Callable[[Path], object], told: str) -> None:
    file = tmp_path / "tianbao.db"
    open_store(f"sqlite:///{file}").close()
    for more in tmp_path.glob("tianbao.db-*"):
        more.unlink()
    spoil(file)
    with pytest.raises(StoreError, match=told):
        open_store(f"sqlite:///{file}").books(SCHEME)
