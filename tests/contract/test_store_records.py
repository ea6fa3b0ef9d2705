"""Records: what matching is given, what can be asked for, and numbers nobody gets twice."""

from __future__ import annotations

import threading

from sync.store.base import KnownRow
from sync.store.store import SqlStore
from tests.contract.store_samples import BOOK, NOW, SCHEME, a_book, a_record, do_run


def ids(store: SqlStore, **narrowed: object) -> list[str]:
    return [item.id for item in store.records(SCHEME, **narrowed)]  # type: ignore[arg-type]


def test_known_rows_come_in_the_order_of_the_last_reading(store: SqlStore) -> None:
    """By table, with the row each stood in; those without a row come last."""
    rows = {"projects": [[9, "P1"], [7, "P2"]], "monthly": [[12, "P4"]]}
    layout = {"tabs": [{"table": table, "rows": lines} for table, lines in rows.items()]}
    records = [a_record("P1", keys=("340", "")), a_record("P2"), a_record("P3"), a_record("P4", table="monthly")]
    do_run(store, book=a_book(layout=layout), upserts=records, states=[("P3", "missing")])
    assert store.known_rows(BOOK) == {
        "projects": [
            KnownRow("P2", "d-P2", (), 7, "live"),
            KnownRow("P1", "d-P1", ("340", ""), 9, "live"),
            KnownRow("P3", "d-P3", (), 0, "missing"),
        ],
        "monthly": [KnownRow("P4", "d-P4", (), 12, "live")],
    }
    assert store.known_rows("nobody's") == {}


def test_a_record_comes_back_whole(store: SqlStore) -> None:
    """Every field of it."""
    record = a_record(
        "P1", keys=("k1", "", "k3", "k4"), kept=("total",), facts={"plans": 2, "dates": ["2025-03"]}, parent="P0",
        scheme_version="1", parser_version="2", first_seen=NOW, changed_at=NOW + 1, book=BOOK, name="示范园",
    )  # fmt: skip
    do_run(store, upserts=[record])
    assert store.records(SCHEME) == [record]


def test_records_can_be_narrowed(store: SqlStore) -> None:
    """By book, table, id and state; unless asked otherwise those that count, which are also the ones whose withdrawal
    nobody has confirmed (law L3). No ids are no records, not all."""
    do_run(
        store, upserts=[a_record("P1"), a_record("P2", table="monthly"), a_record("P3")], states=[("P3", "withdrawn")]
    )
    do_run(store, "r2", a_book("plan:002"), upserts=[a_record("P4", unit="002")])
    assert ids(store) == ["P1", "P2", "P4"]
    assert ids(store, book=BOOK) == ["P1", "P2"]
    assert ids(store, tables=["projects"]) == ["P1", "P4"]
    assert ids(store, ids=["P3", "P4", "P9"]) == ["P4"]
    assert ids(store, ids=[]) == []
    assert ids(store, states=["live", "withdrawn"], book=BOOK) == ["P1", "P2", "P3"]
    assert store.records("another") == []
    do_run(store, "r3", states=[("P1", "missing")])
    assert ids(store, book=BOOK) == ["P1", "P2"] and ids(store, states=["live"], book=BOOK) == ["P2"]
    assert [item.state for item in store.records(SCHEME, ids=["P1"])] == ["missing"]


def test_a_long_list_of_ids_is_no_trouble(store: SqlStore) -> None:
    """More ids than any database takes as parameters."""
    do_run(store, upserts=[a_record("P1")])
    assert ids(store, ids=[f"P{n}" for n in range(70_000)]) == ["P1"]


def test_numbers_are_given_once(store: SqlStore) -> None:
    """One row of numbers for all schemes, so that an id is its record's own in the whole store."""
    assert list(store.next_record_numbers(SCHEME, 3)) == [1, 2, 3]
    assert list(store.next_record_numbers("another", 2)) == [4, 5]
    assert list(store.next_record_numbers(SCHEME, 0)) == []


def test_numbers_are_given_once_to_many_threads(store: SqlStore) -> None:
    """Eight threads ask at once."""
    given: list[int] = []
    ask = lambda: given.extend(n for _ in range(10) for n in store.next_record_numbers(SCHEME, 3))  # noqa: E731
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == list(range(1, 241))
