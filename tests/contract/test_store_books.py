"""Books between runs: what is kept, and that a request for a resync is never lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.errors import LeaseLost
from sync.store.base import BookState, RunCommit
from sync.store.store import SqlStore
from tests.contract.store_samples import BOOK, NOW, SCHEME, a_book, a_record, a_run, created, do_run, leased

FULL = BookState(
    BOOK, SCHEME, "001", "unit", "安成镇.xlsx", "安成镇 6月.xlsx", "12-34", "f" * 32, 1.5, 2.5, 3.5, 4.5, False,
    {"tabs": [{"table": "projects", "rows": [[7, "P1", "d", "✓ 通过", "09:05"]]}]}, "shown", "open in WPS", 5.5,
    "book.damaged", {"rows": 3, "必改": 1}, "held:1",
)  # fmt: skip


def loaded(store: SqlStore, book_id: str = BOOK) -> BookState:
    found = store.book(book_id)
    assert found is not None
    return found


def test_every_word_about_a_book_is_kept(store: SqlStore) -> None:
    """What is saved comes back the same, one by one and in the list."""
    store.save_book(FULL)
    assert store.book(BOOK) == FULL
    assert store.books(SCHEME) == [FULL]
    assert store.book("nobody's") is None
    assert store.books("another") == []


def test_books_come_by_unit(store: SqlStore) -> None:
    """In the order people look for them."""
    for number in ("003", "001", "002"):
        store.save_book(a_book(f"plan:{number}"))
    assert [item.unit for item in store.books(SCHEME)] == ["001", "002", "003"]


def test_a_quick_look_leaves_layouts_alone(store: SqlStore) -> None:
    """A round over a thousand books reads no layout, and saving such a state does not wipe the stored one."""
    store.save_book(FULL)
    (light,) = store.books(SCHEME, layout=False)
    assert light.layout == {}
    store.save_book(replace(light, token="new"))
    assert store.book(BOOK) == replace(FULL, token="new")


def test_first_seen_is_kept(store: SqlStore) -> None:
    """A later state cannot move the day a book was first seen."""
    store.save_book(a_book(), now=NOW)
    store.save_book(a_book(), now=NOW + 9)
    assert loaded(store).first_seen == NOW


def test_saving_under_a_lease_needs_the_lease(store: SqlStore) -> None:
    """An expired lease saves nothing."""
    lease = leased(store)
    store.save_book(a_book(token="t1"), lease, NOW + 59)
    with pytest.raises(LeaseLost):
        store.save_book(a_book(token="t2"), lease, NOW + 60)
    assert loaded(store).token == "t1"


def test_a_wish_is_fulfilled_by_the_next_run(store: SqlStore) -> None:
    """Asked for, then run: no longer wanted."""
    store.save_book(a_book())
    store.want([BOOK, "nobody's"])
    assert loaded(store).wanted
    do_run(store, book=replace(loaded(store), wanted=False))
    assert not loaded(store).wanted


def test_a_wish_made_during_a_run_is_not_lost(store: SqlStore) -> None:
    """The run that began before cannot have read what the person means."""
    store.save_book(a_book())
    store.want([BOOK])
    state = loaded(store)
    store.want([BOOK])
    do_run(store, book=replace(state, wanted=False))
    assert loaded(store).wanted
    do_run(store, "r2", replace(loaded(store), wanted=False))
    assert not loaded(store).wanted


def test_a_wish_can_be_saved_with_the_book(store: SqlStore) -> None:
    """A new book, or a state changed to wanted, is a wish too."""
    store.save_book(a_book(wanted=True))
    assert loaded(store).wanted
    store.save_book(replace(loaded(store), wanted=False))
    assert not loaded(store).wanted
    store.save_book(replace(loaded(store), wanted=True))
    assert loaded(store).wanted


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(["want", "load", "done", "token"]), max_size=14))
def test_no_order_of_acts_loses_a_wish(store: SqlStore, acts: list[str]) -> None:
    """A wish is gone only after a run that loaded the book after the wish was made."""
    store.save_book(replace(loaded(store), wanted=False) if store.book(BOOK) else a_book())
    state, open_wishes, seen = loaded(store), 0, 0
    for act in acts:
        if act == "want":
            store.want([BOOK])
            open_wishes += 1
        elif act == "load":
            state, seen = loaded(store), open_wishes
        elif act == "token":
            store.save_book(replace(loaded(store), token="t"))
        else:
            store.save_book(replace(state, wanted=False))
            open_wishes, seen = open_wishes - seen, 0
        assert loaded(store).wanted == bool(open_wishes)


def test_saving_a_book_never_breaks_its_chain(store: SqlStore) -> None:
    """A state loaded long ago knows nothing of newer revisions, and needs not."""
    old = a_book()
    do_run(store, upserts=[a_record("P1")], revisions=created("P1"))
    store.save_book(old)
    lease = leased(store)
    store.commit(lease, RunCommit(a_run("r2"), old, [a_record("P2")], revisions=created("P2")), NOW)
    assert store.verify_chain(BOOK)
    assert [line["seq"] for line in store.revisions(book=BOOK)] == [2, 1]


def test_books_nobody_knew_are_entered_and_no_other_is_touched(store: SqlStore) -> None:
    """Whoever comes second leaves what the first has entered, and perhaps read, as it is."""
    store.save_book(a_book(token="7", last_ok=5.0, layout={"tabs": []}))
    new = [a_book(token="", name="别的"), BookState("laws2:b", SCHEME, "b", "unit", key="乙镇.xlsx", first_seen=3.0)]
    store.enter_books(new)
    store.enter_books(new)
    store.enter_books([])
    known = {item.id: item for item in store.books(SCHEME)}
    assert set(known) == {BOOK, "laws2:b"}
    assert (known[BOOK].token, known[BOOK].last_ok, known[BOOK].layout) == ("7", 5.0, {"tabs": []})
    entered = known["laws2:b"]
    assert (entered.key, entered.first_seen, entered.wanted, entered.owed) == ("乙镇.xlsx", 3.0, False, False)
    assert (entered.layout, entered.counts) == ({}, {})
