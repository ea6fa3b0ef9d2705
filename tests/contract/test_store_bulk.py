"""Many rows at once, in whatever blocks: all arrive, each counts once, the last word holds."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from sync.errors import StoreError
from sync.store import connect, open_store
from sync.store.bulk import BLOCKS, insert, upsert
from sync.store.connect import Database
from sync.store.models import setting
from sync.store.store import SqlStore

COLUMNS = ("name", "value")
SIZES = sorted({0, 1, 2, *(size + more for size in BLOCKS for more in (-1, 0, 1)), sum(BLOCKS), 3 * BLOCKS[0] + 13})


def _rows(count: int, word: str = "v") -> list[tuple[str, str]]:
    return [(f"n{number:04d}", f"{word}{number}") for number in range(count)]


def _stored(store: SqlStore) -> dict[str, str]:
    with store.db.read() as connection:
        return dict(connection.execute(select(setting.c.name, setting.c.value).where(setting.c.name.like("n%"))).all())  # type: ignore[arg-type]


@pytest.mark.parametrize("count", SIZES)
def test_all_rows_of_any_number_arrive(store: SqlStore, count: int) -> None:
    with store.db.write() as connection:
        insert(connection, setting, COLUMNS, _rows(count))
    assert _stored(store) == dict(_rows(count))


@pytest.mark.parametrize("count", SIZES)
def test_known_rows_are_replaced_and_counted(store: SqlStore, count: int) -> None:
    """Half of them are known; where a condition leaves some as they are, those are not counted."""
    with store.db.write() as connection:
        insert(connection, setting, COLUMNS, _rows(count // 2))
        assert upsert(connection, setting, COLUMNS, _rows(count, "w")) == count
        left = "setting.name >= 'n0001'"
        assert upsert(connection, setting, COLUMNS, _rows(count, "x"), where=left) == max(0, count - 1)
    wanted = dict(_rows(count, "x")) | ({"n0000": "w0"} if count else {})
    assert _stored(store) == wanted


@pytest.mark.parametrize("apart", [1, BLOCKS[0] - 1, BLOCKS[0], 2 * BLOCKS[0]])
def test_of_two_rows_with_one_key_the_last_counts(store: SqlStore, apart: int) -> None:
    rows = [("n0000", "first"), *_rows(apart)[1:], ("n0000", "last")]
    with store.db.write() as connection:
        upsert(connection, setting, COLUMNS, rows)
    assert _stored(store)["n0000"] == "last"


def test_a_row_that_is_there_undoes_all(store: SqlStore) -> None:
    with store.db.write() as connection:
        insert(connection, setting, COLUMNS, [("n0070", "old")])
    with pytest.raises(StoreError), store.db.write() as connection:
        insert(connection, setting, COLUMNS, _rows(100))
    assert _stored(store) == {"n0070": "old"}


# SQLite's writers ------------------------------------------------------------------------------------------------


def test_writers_of_one_process_follow_each_other(tmp_path: Path) -> None:
    """Many threads, each reading what it then writes: none fails, none overwrites another's."""
    url = f"sqlite:///{tmp_path}/a.db"
    open_store(url).close()
    database, failed = Database(url), []

    def count_up() -> None:
        try:
            for _ in range(25):
                with database.write(redo=True) as connection:
                    now = connection.execute(select(setting.c.value).where(setting.c.name == "n")).scalar() or "0"
                    upsert(connection, setting, COLUMNS, [("n", str(int(now) + 1))])
        except StoreError as error:
            failed.append(error)

    threads = [threading.Thread(target=count_up) for _ in range(8)]
    for item in threads:
        item.start()
    for item in threads:
        item.join()
    with database.read() as connection:
        assert (connection.execute(select(setting.c.value)).scalar(), failed) == ("200", [])
    database.close()


def test_a_writer_that_never_gets_its_turn_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one's work stands; and the turn is free again afterwards."""
    url = f"sqlite:///{tmp_path}/a.db"
    open_store(url).close()
    monkeypatch.setattr(connect, "BUSY_SECONDS", 0.2)
    database = Database(url)
    with database.write() as first:
        insert(first, setting, COLUMNS, [("n1", "first")])
        with pytest.raises(StoreError, match="一直被别的程序占用"), database.write() as second:
            insert(second, setting, COLUMNS, [("n2", "second")])
    with database.write() as third:
        insert(third, setting, COLUMNS, [("n3", "third")])
    with database.read() as connection:
        assert set(connection.execute(select(setting.c.name)).scalars()) >= {"n1", "n3"}
    database.close()
