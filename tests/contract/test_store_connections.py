"""Connections: what waits for the disk, what is of one instant, and what happens when the server was started anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from sync.errors import LeaseLost, StoreError
from sync.store import connect, open_store
from sync.store.base import Decision, RunCommit
from sync.store.bulk import FEW, upsert
from sync.store.connect import Database
from sync.store.decisions import COLUMNS
from sync.store.models import decision
from sync.store.owed import Closing, Ruling
from sync.store.store import SqlStore
from tests.contract.conftest import new_postgres
from tests.contract.store_samples import BOOK, NOW, SCHEME, a_book, a_run, leased

DELAY = text("SHOW synchronous_commit")


@pytest.fixture
def database(postgres_server: str) -> Database:
    url = new_postgres(postgres_server)
    open_store(url).close()
    return Database(url)


@pytest.mark.postgres
def test_only_what_the_books_still_say_need_not_wait_for_the_disk(database: Database) -> None:
    """PostgreSQL waits as its administrator set it, but for what a run can read again."""
    with database.write() as connection:
        assert connection.execute(DELAY).scalar() == "on"
    with database.write(redo=True) as connection:
        assert connection.execute(DELAY).scalar() == "off"
    database.close()


def test_sqlite_waits_for_the_disk_in_the_same_cases(tmp_path: Path) -> None:
    """FULL for what people say, NORMAL for a run, whatever the connection did before; and the database is not harmed."""
    database = Database(f"sqlite:///{tmp_path}/a.db")
    for redo, level in ((False, 2), (True, 1), (False, 2)):
        with database.write(redo=redo) as connection:
            assert connection.execute(text("PRAGMA synchronous")).scalar() == level
    database.close()


def test_what_people_say_waits_and_what_runs_say_does_not(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each verb that writes, by who speaks through it."""
    lease, scheme = leased(store), leased(store, f"scheme:{SCHEME}")
    kinds, write = [], store.db.write
    monkeypatch.setattr(store.db, "write", lambda **how: kinds.append(how.get("redo", False)) or write(**how))
    by_people = [
        lambda: store.save_decision(Decision("d", "withdrawal", SCHEME, BOOK, "P1", {}, NOW)),
        lambda: store.save_ruling(Ruling("1", "nil", SCHEME, "001", at=NOW)),
        lambda: store.close_period(scheme, Closing(SCHEME, "2025-06", date(2025, 7, 1)), NOW),
        lambda: store.save_user({"name": "a", "role": "reader"}),
        lambda: store.save_setting("a", "b"),
        lambda: store.add_event("login", NOW, "a", {}),
        lambda: store.want([BOOK]),
        lambda: store.save_book(a_book()),
        lambda: store.next_record_numbers(SCHEME, 1),
    ]
    by_runs = [
        lambda: store.save_book(a_book(), lease, NOW),
        lambda: store.save_run(a_run()),
        lambda: store.save_judgements(scheme, [], NOW),
        lambda: store.commit(lease, RunCommit(a_run(), a_book()), NOW),
    ]
    for acts, redo in ((by_people, False), (by_runs, True)):
        for act in acts:
            act()
            assert kinds == [redo]
            kinds.clear()


@pytest.mark.postgres
def test_a_view_is_of_one_instant(database: Database) -> None:
    """What another commits meanwhile is not seen half."""
    look = text("SELECT count(*) FROM setting")
    with database.view() as connection:
        assert connection.execute(look).scalar() == 0
        with database.write() as other:
            other.execute(text("INSERT INTO setting (name, value) VALUES ('a', 'b')"))
        assert connection.execute(look).scalar() == 0
    with database.read() as connection:
        assert connection.execute(look).scalar() == 1
    database.close()


@pytest.mark.postgres
def test_a_server_started_anew_is_met_with_a_new_connection(
    postgres_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that lay idle is tried before it is used."""
    monkeypatch.setattr(connect, "IDLE_SECONDS", 0.0)
    url = new_postgres(postgres_server)
    store, killer = open_store(url), Database(url)
    store.save_setting("a", "b")
    with killer.write() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))
    assert store.setting("a") == "b"
    store.close()
    killer.close()


def test_a_number_granted_twice_is_still_one_lease(store: SqlStore) -> None:
    """A server that lost its last grants in a power cut grants a number again; the first holder has lost it."""
    first = leased(store)
    with store.db.write() as connection:
        connection.execute(text("DELETE FROM lease"))
    second = leased(store)
    assert (second.number, second.name) == (first.number, first.name)
    for act in (lambda: store.check(first, NOW), lambda: store.renew(first, 60, NOW)):
        with pytest.raises(LeaseLost):
            act()
    with pytest.raises(LeaseLost):
        store.save_book(a_book(), first, NOW)
    store.release(first)
    store.check(second, NOW)
    store.check(replace(second), NOW)


@pytest.mark.parametrize("count", [2, FEW + 2])
def test_of_two_rows_with_one_key_the_last_counts(store: SqlStore, count: int) -> None:
    """By every road that rows take."""
    rows = [
        (f"d{n % (count - 1)}", "withdrawal", SCHEME, BOOK, "P1", "", NOW, "open", 0.0, "", f"note {n}")
        for n in range(count)
    ]
    with store.db.write() as connection:
        upsert(connection, decision, COLUMNS, rows)
    assert {item.id: item.note for item in store.decisions(SCHEME)}["d0"] == f"note {count - 1}"


def test_what_a_person_decided_is_waited_for(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run's commit in which a person's decision is carried out cannot be had again from the books."""
    kinds, write = [], store.db.write
    monkeypatch.setattr(store.db, "write", lambda **how: kinds.append(how.get("redo", False)) or write(**how))
    decided = Decision("gone:P1", "withdrawal", SCHEME, BOOK, "P1", {}, NOW, "applied", NOW, "张三")
    for decisions in ([], [replace(decided, by="")], [decided]):
        lease = leased(store)
        kinds.clear()
        store.commit(lease, RunCommit(a_run(), a_book(), decisions=decisions), NOW)
        assert kinds == [not any(item.by for item in decisions)]
        store.release(lease)


def test_a_store_that_is_only_looked_at_is_written_by_nobody(store: SqlStore, store_url: str) -> None:
    """What a look would note is seen by itself alone; what it does not keep in memory is refused by the database."""
    store.save_setting("seen", "before")
    looked = open_store(store_url, reading=True)
    try:
        looked.save_setting("seen", "by me")
        assert looked.setting("seen") == "by me" and store.setting("seen") == "before"
        for write in (lambda: looked.save_user({"name": "someone", "role": "admin"}), looked.try_writing):
            with pytest.raises(StoreError):
                write()
    finally:
        looked.close()
    assert store.users() == []
