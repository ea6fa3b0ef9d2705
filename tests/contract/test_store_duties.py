"""Rulings on duties, reports that came, closed periods: kept whole on both databases, and final where they must be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from sync.errors import LeaseLost, StoreError
from sync.store.owed import Closing, Frozen, Ruling, Sent
from sync.store.store import SqlStore
from tests.contract.store_samples import NOW, SCHEME, dump, leased, said
from validators.status import Flag, Status

GIVEN = Ruling(
    "R1", "extension", SCHEME, "001", "T-4", "2025-06", "P1", until=date(2025, 7, 10), by="张三", why="停电", at=NOW
)
SCHEMES_LEASE = f"scheme:{SCHEME}"


def frozen(key: str = "T-2||2025-06", code: str = "met", **more: str) -> Frozen:
    values = {"closing": "2025-06", "kind": "target", "rule": "T-2", "unit": "", "period": "2025-06", **more}
    statuses = [Status("T-2", code, date(2025, 6, 30), None, None, {"done": "7", "target": "14"})]
    return Frozen(key=key, statuses=statuses, flags=[Flag("T-2", "落后", "少7个")], **values)


def closing(period: str = "2025-06", *items: Frozen) -> Closing:
    return Closing(SCHEME, period, date(2025, 7, 8), "王", "通报用", NOW, items)


def test_a_ruling_comes_back_whole(store: SqlStore) -> None:
    """Every entry, by id and by kind; those of another scheme stay there."""
    exempt = Ruling("R2", "exemption", SCHEME, "001", since=date(2025, 7, 1), until=date(2025, 9, 30), at=NOW + 1)
    other = replace(GIVEN, id="R3", scheme="other")
    for item in (exempt, GIVEN, other):
        store.save_ruling(item)
    assert store.ruling("R1") == GIVEN
    assert store.ruling("none") is None
    assert store.rulings(SCHEME) == [GIVEN, exempt]
    assert store.rulings(SCHEME, kind="exemption") == [exempt]


def test_a_withdrawn_ruling_is_kept_and_no_longer_stands(store: SqlStore) -> None:
    """Nothing is deleted: who withdrew it and why can be read."""
    store.save_ruling(GIVEN)
    gone = replace(GIVEN, withdrawn=NOW + 5, withdrawn_by="李四", withdrawn_why="写错了单位")
    store.save_ruling(gone)
    assert store.rulings(SCHEME) == []
    assert store.rulings(SCHEME, withdrawn=True) == [gone]
    assert not gone.stands


def test_a_ruling_marks_what_must_be_judged_again(store: SqlStore) -> None:
    store.save_ruling(GIVEN, dirty={"T-4", "T-5"})
    assert set(store.dirty(SCHEME)) == {"T-4", "T-5"}


def test_the_first_that_is_known_of_a_report_stays(store: SqlStore) -> None:
    """Written with the judgements that saw it; told again later, or twice at once, it changes nothing."""
    first = Sent("T-4", "001", "2025-06", at=NOW, seen=NOW + 9)
    lease = leased(store, SCHEMES_LEASE)
    store.save_judgements(lease, [said("x", kind="obligation")], NOW, sent=[first, replace(first, at=NOW + 1)])
    more = [replace(first, at=NOW + 500), replace(first, period="2025-07", record="P1")]
    store.save_judgements(lease, [], NOW, sent=more)
    assert store.sent(SCHEME) == [first, more[1]]
    assert store.sent("other") == []


def test_a_report_is_remembered_only_with_its_judgements(store: SqlStore) -> None:
    """Without the lease neither is written."""
    lease = leased(store, SCHEMES_LEASE)
    store.release(lease)
    before = dump(store)
    with pytest.raises(LeaseLost):
        store.save_judgements(lease, [], NOW, sent=[Sent("T-4", "001", "2025-06")])
    assert dump(store) == before


def test_a_closed_period_holds_what_it_froze(store: SqlStore) -> None:
    items = [frozen(f"T-2|{n:03}|2025-06", unit=f"{n:03}") for n in range(30)]  # more than a handful: PostgreSQL copies
    number = store.close_period(leased(store, SCHEMES_LEASE), closing("2025-06", *items), NOW, dirty=["T-2"])
    assert number == 30
    assert store.frozen(SCHEME) == store.frozen(SCHEME, closing="2025-06") == items
    assert store.closings(SCHEME) == [closing()]
    assert set(store.dirty(SCHEME)) == {"T-2"}
    assert store.frozen(SCHEME, closing="2025-05") == store.frozen("other") == []
    assert store.frozen(SCHEME, rules=["T-2"]) == items
    assert store.frozen(SCHEME, rules=["T-3"]) == store.frozen(SCHEME, rules=[]) == []


def test_a_period_is_closed_once(store: SqlStore) -> None:
    """The second closing is refused and changes nothing, whatever it brings."""
    lease = leased(store, SCHEMES_LEASE)
    store.close_period(lease, closing("2025-06", frozen()), NOW)
    before = dump(store)
    with pytest.raises(StoreError, match="已经关过"):
        store.close_period(lease, closing("2025-06", frozen("T-9||2025-06")), NOW + 1, dirty=["T-9"])
    assert dump(store) == before


def test_what_is_frozen_keeps_its_first_value(store: SqlStore) -> None:
    """Closing the half-year after its months freezes only what the months did not."""
    lease = leased(store, SCHEMES_LEASE)
    store.close_period(lease, closing("2025-06", frozen()), NOW)
    again, new = frozen(code="missed", closing="2025H1"), frozen("T-2||2025H1", closing="2025H1", period="2025H1")
    assert store.close_period(lease, closing("2025H1", again, new), NOW + 1) == 1
    assert store.frozen(SCHEME) == [frozen(), new]


def test_closing_needs_the_lease(store: SqlStore) -> None:
    lease = leased(store, SCHEMES_LEASE)
    store.release(lease)
    before = dump(store)
    with pytest.raises(LeaseLost):
        store.close_period(lease, closing("2025-06", frozen()), NOW)
    assert dump(store) == before


def test_no_verb_reopens_or_deletes(store: SqlStore) -> None:
    """A closed period never changes (law L6): the store offers no way to."""
    verbs = {name for name in dir(store) if not name.startswith("_")}
    assert not {name for name in verbs if name.startswith(("delete", "remove", "reopen", "unclose"))}
