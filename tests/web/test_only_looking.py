"""Commands that only look leave every byte of the workspace as it was, also where nothing can be written."""

from __future__ import annotations

import sqlite3
from hashlib import sha256
from pathlib import Path

import pytest

from app.settings import Settings
from app.wiring import load_scheme
from app.workspace import book_name
from sync.errors import StoreError
from sync.store import open_store
from tests.commands import Said, tianbao
from tests.web.conftest import DAY, MINE, OTHER, save_cell

LOOKS = [
    ["decide", "list"],
    ["decide", "list", "--json"],
    ["explain", "P000001"],
    ["duty", "list"],
    ["duty", "rulings"],
    ["extend", "list"],
    ["period", "list"],
    ["remind"],
    ["bulletin", "--period", "2025-06", "--json"],
    ["books", "list"],
    ["books", "upgrade", "--dry-run"],
    ["sync", "--dry-run"],
    ["scheme", "diff", "tianjiaan"],
    ["user", "list"],
    ["doctor"],
]
NAMED = [pytest.param(words, id=" ".join(words)) for words in LOOKS]


def standing(place: Path) -> dict[str, tuple[int, str]]:
    """Every file with the time of its last writing and its digest."""
    files = (file for file in place.rglob("*") if file.is_file())
    return {
        str(file.relative_to(place)): (file.stat().st_mtime_ns, sha256(file.read_bytes()).hexdigest()) for file in files
    }


def say(words: list[str], settings: Settings) -> Said:
    return tianbao(*words, "-w", settings.workspace, "--as-of", DAY)


@pytest.mark.parametrize("words", NAMED)
def test_a_look_writes_nothing(words: list[str], settings: Settings) -> None:
    """Not even when a book waits to be read and a new file lies beside it."""
    scheme, folder = load_scheme(settings), settings.path(settings.books)
    mine, other = (folder / book_name(scheme, code) for code in (MINE, OTHER))
    save_cell(mine, "项目库", "项目名称", "又一个项目")
    (other.parent / "副本.xlsx").write_bytes(other.read_bytes())
    before = standing(settings.workspace)
    done = say(words, settings)
    assert done.code in (0, 1), done.told
    assert standing(settings.workspace) == before


@pytest.mark.parametrize("words", NAMED)
def test_a_look_needs_no_place_to_write_to(
    words: list[str], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a disk mounted for reading; the administrator runs these tests, so that is only said."""
    monkeypatch.setattr("sync.store.connect._writable", lambda directory: False)
    done = say(words, settings)
    assert done.code in (0, 1), done.told
    assert not list(settings.workspace.glob("tianbao.db-*"))


def test_what_only_looks_cannot_write(settings: Settings) -> None:
    """What a look does not keep in memory is refused by the database."""
    store = open_store(settings.database_url, reading=True)
    try:
        store.save_setting("seen", "by me")
        assert store.setting("seen") == "by me"  # as a real round would see it
        with pytest.raises(StoreError):
            store.save_user({"name": "someone"})
    finally:
        store.close()
    with sqlite3.connect(settings.workspace / "tianbao.db") as database:
        assert database.execute("SELECT count(*) FROM setting WHERE name = 'seen'").fetchone() == (0,)


def test_a_look_makes_no_database(settings: Settings) -> None:
    """A workspace without one is told what to do; exit code 3."""
    for file in settings.workspace.glob("tianbao.db*"):
        file.unlink()
    done = say(["user", "list"], settings)
    assert done.code == 3 and "中心库还没有建立" in done.err and not (settings.workspace / "tianbao.db").exists()


def test_doctor_says_that_the_database_cannot_be_written(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """It tries without leaving anything, and says what happened."""

    def refuse(store: object) -> None:
        raise StoreError("没有写数据库文件的权限")

    monkeypatch.setattr("sync.store.people.People.try_writing", refuse)
    done = say(["doctor"], settings)
    assert done.code == 1 and "没有写数据库文件的权限" in done.told
