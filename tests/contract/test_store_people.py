"""Decisions, runs, users, events and settings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sync.store.base import Decision
from sync.store.store import SqlStore
from tests.contract.store_samples import BOOK, NOW, SCHEME, a_run, do_run


def asked(**more: object) -> Decision:
    values = {"data": {"name": "示范园", "rows": [1, 2]}, "opened": NOW, **more}
    return Decision("gone:P1", "withdrawal", SCHEME, BOOK, "P1", **values)  # type: ignore[arg-type]


def test_a_decision_comes_back_whole(store: SqlStore) -> None:
    """By id, and among those of its state."""
    closed = asked(state="applied", closed=NOW + 5, by="王", note="同意")
    store.save_decision(asked())
    assert store.decisions(SCHEME) == [asked()]
    store.save_decision(closed)
    assert store.decision("gone:P1") == closed
    assert store.decisions(SCHEME) == []
    assert store.decisions(SCHEME, state="applied") == store.decisions(SCHEME, state="") == [closed]
    assert store.decision("nobody's") is None


@pytest.mark.parametrize(
    ("before", "run_says", "after"),
    [
        ("", "open", "open"),
        ("", "void", ""),  # nobody was asked: nothing to void
        ("open", "open", "open"),
        ("open", "void", "void"),
        ("rejected", "open", "rejected"),  # a person has answered: not asked again by the same cause
        ("applied", "open", "applied"),
        ("applied", "void", "void"),  # the cause is gone …
        ("void", "open", "open"),  # … and comes again
    ],
)
def test_a_run_respects_what_people_decided(store: SqlStore, before: str, run_says: str, after: str) -> None:
    """A question is asked once for one cause."""
    if before:
        store.save_decision(asked(state=before))
    do_run(store, decisions=[asked(state=run_says, opened=NOW + 50)])
    found = store.decision("gone:P1")
    assert (found.state if found else "") == after


def test_an_open_question_keeps_its_first_hour_and_its_words(store: SqlStore) -> None:
    """Asked again, or voided without data, it still says since when and about what."""
    store.save_decision(asked())
    do_run(store, decisions=[asked(opened=NOW + 50, data={"name": "新名"})])
    assert store.decision("gone:P1") == asked(data={"name": "新名"})
    do_run(store, "r2", decisions=[asked(opened=NOW + 60, data={}, state="void", closed=NOW + 60)])
    assert store.decision("gone:P1") == asked(data={"name": "新名"}, state="void", closed=NOW + 60)


def test_runs_come_newest_first(store: SqlStore) -> None:
    """Of a scheme or of one book, a few at a time; a run saved again is replaced."""
    for number, book in enumerate([BOOK, "plan:002", BOOK]):
        store.save_run(a_run(f"r{number}", book, started=NOW + number))
    done = replace(a_run("r2", started=NOW + 2), outcome="done", counts={"rows": 3}, finished=NOW + 9, message="完成")
    store.save_run(done)
    assert [item.id for item in store.runs(SCHEME)] == ["r2", "r1", "r0"]
    assert store.runs(SCHEME, book=BOOK, limit=1) == [done]
    assert store.run("r2") == done
    assert store.run("r9") is None


def test_users_are_kept_and_changed_by_entry(store: SqlStore) -> None:
    """A change of one entry leaves the others; entries of the page's own come back too."""
    store.save_user({"name": "admin", "display": "管理员", "role": "admin", "password_hash": "x", "created": NOW})
    store.save_user({"name": "admin", "must_change": True, "lang": "zh"})
    expected = {
        "name": "admin", "display": "管理员", "role": "admin", "unit": "", "password_hash": "x", "active": True,
        "created": NOW, "must_change": True, "lang": "zh",
    }  # fmt: skip
    assert store.user("admin") == expected
    store.save_user({"name": "aa", "active": False})
    assert [(item["name"], item["active"]) for item in store.users()] == [("aa", False), ("admin", True)]
    assert store.user("nobody") is None


def test_events_come_newest_first(store: SqlStore) -> None:
    """Who did what when."""
    store.add_event("sign_in", NOW, "admin", {})
    store.add_event("decide", NOW + 1, "王", {"id": "gone:P1"})
    assert store.events() == [
        {"kind": "decide", "at": NOW + 1, "actor": "王", "data": {"id": "gone:P1"}},
        {"kind": "sign_in", "at": NOW, "actor": "admin", "data": {}},
    ]
    assert [item["kind"] for item in store.events(limit=1)] == ["decide"]


def test_settings_are_texts(store: SqlStore) -> None:
    """Never saved is "", saved again is replaced."""
    assert store.setting("secret") == ""
    store.save_setting("secret", "一")
    store.save_setting("secret", "二")
    assert store.setting("secret") == "二"
