"""What a machine or an address line may ask for: names that no database can hold find nothing, and break nothing."""

from __future__ import annotations

import pytest

from sync.store.store import SqlStore


@pytest.mark.parametrize("name", ["a\x00b", "\ud800", "\udfff\ud800", "\\u0000", 'a"b', "a\nb", "", "x" * 70_000])
def test_nothing_is_found(store: SqlStore, name: str) -> None:
    assert store.records("s", ids=[name]) == []
    assert store.judgements("s", keys=[name]) == []
    assert store.ruling(name) is None and store.decision(name) is None
    assert store.run(name) is None and store.book(name) is None and store.user(name) is None
    assert store.setting(name) == "" and store.revisions(record=name) == []
    store.want([name])


def test_a_name_with_something_in_it_is_not_another_persons(store: SqlStore) -> None:
    """Tries to sign in are counted by name: no second spelling may stand for the same person."""
    store.save_user({"name": "admin", "role": "admin", "password_hash": "x"})
    assert store.user("admin") is not None
    assert store.user("ad\x00min") is None and store.user("admin\ud800") is None
