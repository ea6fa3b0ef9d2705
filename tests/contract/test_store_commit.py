"""A run's commit: all or nothing, at every step, by exception or by death of the process (law L4)."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from sync.errors import StoreError
from sync.store import open_store
from sync.store.base import Decision, Revision, RunCommit
from sync.store.commits import STEPS
from sync.store.store import SqlStore
from tests.contract.store_samples import (
    BOOK,
    NOW,
    SCHEME,
    a_book,
    a_record,
    a_run,
    created,
    do_run,
    dump,
    leased,
    said,
    wrong,
)

NAMES = [name for name, _ in STEPS]


def first_run(store: SqlStore) -> None:
    """Two records, judged; one question open."""
    do_run(
        store,
        upserts=[a_record("P1"), a_record("P2")],
        revisions=created("P1", "P2"),
        judgements=[said("P1"), said("P2")],
        decisions=[Decision("gone:P0", "withdrawal", SCHEME, BOOK, "P0", {}, NOW)],
    )


def second_run() -> RunCommit:
    """Touches every table a run can touch."""
    return RunCommit(
        a_run("r2"),
        a_book(token="t2", layout={"tabs": []}, counts={"rows": 2}),
        upserts=[a_record("P1", digest="new"), a_record("P3")],
        states=[("P2", "missing")],
        revisions=[Revision("P1", "changed", {"total": ["1", "2"]}), *created("P3"), Revision("P2", "missing")],
        judgements=[said("P1", "overdue", findings=[wrong()]), said("P3")],
        book_findings=[wrong("")],
        decisions=[Decision("gone:P2", "withdrawal", SCHEME, BOOK, "P2", {"name": "二"}, NOW)],
        dirty={"T-2"},
        seen_after=NOW - 60,
        seen_by=NOW,
    )


def test_a_commit_applies_everything(store: SqlStore) -> None:
    """Records, states, revisions, judgements, history, findings, decisions, marks, run and book: all of it stands."""
    first_run(store)
    store.commit(leased(store), second_run(), NOW)
    live = store.records(SCHEME, states=["live"])
    assert {r.id: r.digest for r in live} == {"P1": "new", "P3": "d-P3"}
    assert [r.id for r in store.records(SCHEME, states=["missing"])] == ["P2"]
    assert [(line["record"], line["kind"]) for line in store.revisions(book=BOOK, limit=3)] == [
        ("P2", "missing"),
        ("P3", "created"),
        ("P1", "changed"),
    ]
    assert [(h["rule"], h["old"], h["new"]) for h in store.status_history("record", "P1")] == [("T-1", "ok", "overdue")]
    assert store.book_findings(BOOK) == [wrong("")]
    assert {item.id for item in store.decisions(SCHEME)} == {"gone:P0", "gone:P2"}
    assert store.dirty(SCHEME) == {"T-2"}
    assert {item.id for item in store.runs(SCHEME)} == {"r1", "r2"}
    kept = store.book(BOOK)
    assert kept is not None and (kept.token, kept.counts) == ("t2", {"rows": 2})
    assert store.verify_chain(BOOK)


@pytest.mark.parametrize("step", NAMES)
def test_a_failure_after_any_step_changes_nothing(store: SqlStore, step: str) -> None:
    """Whatever breaks inside a commit, the store is as before, and the same commit works when tried again."""
    first_run(store)
    before, lease = dump(store), leased(store)

    def fail(name: str) -> None:
        if name == step:
            raise RuntimeError(step)

    store.step = fail
    with pytest.raises(RuntimeError, match=step):
        store.commit(lease, second_run(), NOW)
    assert dump(store) == before
    store.step = lambda name: None
    store.commit(lease, second_run(), NOW)
    assert store.verify_chain(BOOK)


VICTIM = """
import os, signal, sys
sys.path.insert(0, sys.argv[3])
from tests.contract.store_samples import NOW, leased
from tests.contract.test_store_commit import second_run
from sync.store import open_store
store = open_store(sys.argv[1])
store.step = lambda name: os.kill(os.getpid(), signal.SIGKILL) if name == sys.argv[2] else None
store.commit(leased(store), second_run(), NOW)
"""


@pytest.mark.parametrize("step", ["records", "judgements", "run"])
def test_a_process_killed_inside_a_commit_changes_nothing(store: SqlStore, store_url: str, step: str) -> None:
    """kill -9 between two steps: the store is valid and as before; after the lease the next worker goes on."""
    first_run(store)
    before = dump(store)
    here = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", VICTIM, store_url, step, here], check=False, capture_output=True, timeout=60
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert dump(store) == before
    assert store.acquire(f"book:{BOOK}", "next", 60, NOW + 59) is None
    store.commit(leased(store, now=NOW + 60), second_run(), NOW + 61)
    assert store.verify_chain(BOOK)


def test_a_database_error_inside_a_commit_changes_nothing(store: SqlStore) -> None:
    """The database itself may refuse a row half-way."""
    first_run(store)
    before = dump(store)
    commit = second_run()
    commit.run.finished = "not a number"  # type: ignore[assignment]
    with pytest.raises((StoreError, ValueError)):
        store.commit(leased(store), commit, NOW)
    assert dump(store) == before


def test_a_record_of_another_book_is_refused(store: SqlStore) -> None:
    """A book's lease is no right over the records of another book."""
    do_run(store, upserts=[a_record("P1")])
    before = dump(store)
    with pytest.raises(StoreError, match="P1"):
        do_run(store, "r2", a_book("plan:002"), upserts=[a_record("P1", unit="002")])
    do_run(store, "r3", store.book(BOOK), NOW + 100)  # an empty run
    assert dump(store)["record"] == before["record"]


def test_states_of_another_books_records_are_left_alone(store: SqlStore) -> None:
    """A run speaks for its own book only."""
    do_run(store, upserts=[a_record("P1")])
    do_run(store, "r2", a_book("plan:002"), states=[("P1", "missing")])
    assert [item.state for item in store.records(SCHEME, ids=["P1"])] == ["live"]


def test_book_findings_stay_until_a_run_speaks_of_them(store: SqlStore) -> None:
    """None leaves them, an empty list clears them."""
    do_run(store, book_findings=[wrong(""), wrong("name")])
    do_run(store, "r2")
    assert len(store.book_findings(BOOK)) == 2
    do_run(store, "r3", book_findings=[])
    assert store.book_findings(BOOK) == []


def test_times_of_a_value_are_the_reading_interval(store: SqlStore) -> None:
    """A revision says between which two instants the value came to be (law L6), by which run, and where it stood."""
    do_run(store, upserts=[a_record("P1")], revisions=created("P1"), seen_after=NOW - 300, seen_by=NOW - 20)
    (line,) = store.revisions(record="P1")
    assert (line["seen_after"], line["seen_by"], line["at"]) == (NOW - 300, NOW - 20, NOW)
    assert (line["run"], line["where"], line["changes"]) == ("r1", "项目库!B7", {"name": ["", "项目P1"]})


KEYS = st.text(st.characters(codec=None, exclude_characters="\x1f"), max_size=5)  # no cell text holds U+001F
TEXTS = st.text(st.characters(codec=None), max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.dictionaries(TEXTS, TEXTS, max_size=4), keys=st.lists(KEYS, max_size=3))
def test_any_text_of_a_cell_comes_back_as_it_was(store: SqlStore, cells: dict[str, str], keys: list[str]) -> None:
    """Marks, emoji, NUL, lone surrogates of broken files: cells and values are kept exactly."""
    record = a_record("P1", cells=cells, values=cells, facts={"first": cells}, keys=tuple(keys))
    book = store.book(BOOK) or a_book()
    lease = leased(store)
    store.commit(
        lease, RunCommit(a_run(), book, [record], revisions=[Revision("P1", "changed", {"a": ["", *cells]})]), NOW
    )
    store.release(lease)
    (kept,) = store.records(SCHEME)
    assert (kept.cells, kept.values, kept.facts) == (cells, cells, {"first": cells})
    assert len(kept.keys) == len(keys)
    assert store.revisions(record="P1", limit=1)[0]["changes"] == {"a": ["", *cells]}
    assert store.verify_chain(BOOK)


def test_many_rows_go_the_same_way_as_few(store: SqlStore) -> None:
    """Above a handful the rows take another road (COPY); what arrives is the same."""
    ids = [f"P{n:03}" for n in range(60)]
    nasty = "制表\t换行\n反斜\\N\\."
    do_run(
        store,
        upserts=[a_record(i, name=nasty) for i in ids],
        revisions=created(*ids),
        judgements=[said(i) for i in ids],
    )
    do_run(
        store,
        "r2",
        upserts=[a_record(i, digest="2", name=nasty) for i in ids],
        judgements=[said(i, "soon") for i in ids],
    )
    found = store.records(SCHEME)
    assert [item.id for item in found] == ids
    assert {(item.digest, item.name) for item in found} == {("2", nasty)}
    assert {j.statuses[0].code for j in store.judgements(SCHEME)} == {"soon"}
    assert len(store.status_history("record", "P059")) == 1
    assert store.verify_chain(BOOK)


def test_first_seen_stays_and_changed_at_moves(store: SqlStore) -> None:
    """A record remembers when it was first understood."""
    do_run(store, upserts=[a_record("P1")])
    do_run(store, "r2", None, NOW + 500, upserts=[a_record("P1", digest="2")])
    (kept,) = store.records(SCHEME)
    assert (kept.first_seen, kept.changed_at) == (NOW, NOW + 500)


def test_tampering_behind_our_back_shows(store: SqlStore) -> None:
    """A value changed, a line removed, the newest line removed: each breaks the chain of its book only."""
    for book in (BOOK, "plan:002"):
        do_run(store, book, a_book(book), upserts=[a_record(f"P{book[-1]}")], revisions=created(f"P{book[-1]}") * 3)
    acts = [
        "UPDATE revision SET changes = '{}' WHERE seq = 2 AND book = :book",
        "UPDATE revision SET at = at - 1 WHERE seq = 3 AND book = :book",
        "DELETE FROM revision WHERE seq = 2 AND book = :book",
        "DELETE FROM revision WHERE seq = 3 AND book = :book",
    ]
    for act in acts:
        with pytest.raises(ZeroDivisionError), store.db.write() as connection:
            connection.execute(text(act), {"book": BOOK})
            from sync.store import history

            rows = connection.execute(
                text(f"SELECT {', '.join(history.COLUMNS)} FROM revision WHERE book = :book ORDER BY seq"),
                {"book": BOOK},
            )
            assert not history.chain_is_whole(history._head(connection, BOOK), rows.all())
            raise ZeroDivisionError  # undo
    assert store.verify_chain(BOOK) and store.verify_chain("plan:002")
    with store.db.write() as connection:
        connection.execute(text(acts[0]), {"book": BOOK})
    assert not store.verify_chain(BOOK) and store.verify_chain("plan:002")


def test_an_open_store_survives_the_others_commits(store: SqlStore, store_url: str) -> None:
    """Two processes' stores see each other's runs at once."""
    other = open_store(store_url)
    do_run(store, upserts=[a_record("P1")], judgements=[said("P1", next_change=date(2025, 6, 1))])
    assert [item.id for item in other.records(SCHEME)] == ["P1"]
    assert other.due(SCHEME, date(2025, 6, 1)) == [(BOOK, "record", "P1")]
    other.close()


DecisionState = Literal["open", "applied", "rejected", "void"]


def question(state: DecisionState = "open", name: str = "一", at: float = NOW, **more: Any) -> Decision:
    return Decision("gone:P1", "withdrawal", SCHEME, BOOK, "P1", {"name": name} if name else {}, at, state, **more)


def test_a_run_asks_once_and_withdraws_only_what_was_asked(store: SqlStore) -> None:
    """Asked again it keeps the time of the first asking; void it keeps what it was about; nobody hears of what was
    never asked."""
    do_run(store, decisions=[question("void", at=NOW)])
    assert store.decisions(SCHEME, state="") == []
    do_run(store, "r2", decisions=[question()])
    do_run(store, "r3", decisions=[question(name="二", at=NOW + 50)])
    (asked,) = store.decisions(SCHEME)
    assert (asked.opened, asked.data) == (NOW, {"name": "二"})
    do_run(store, "r4", decisions=[question("void", name="", at=NOW + 90, closed=NOW + 90)])
    (void,) = store.decisions(SCHEME, state="void")
    assert (void.opened, void.data) == (NOW, {"name": "二"})


@pytest.mark.parametrize("state", ["applied", "rejected"])
def test_what_a_person_has_decided_no_run_asks_again(store: SqlStore, state: DecisionState) -> None:
    """Until its cause is gone: then it may be asked anew."""
    decided = question(state, closed=NOW + 5, by="张三", note="问过了")
    store.save_decision(decided)
    do_run(store, decisions=[question(at=NOW + 9)])
    assert store.decisions(SCHEME, state="") == [decided]
    do_run(store, "r2", decisions=[question("void", at=NOW + 20)])
    do_run(store, "r3", decisions=[question(at=NOW + 30)])
    assert [item.opened for item in store.decisions(SCHEME)] == [NOW + 30]


@pytest.mark.parametrize("answer", [True, False])
def test_a_commit_that_changes_what_is_shown_leaves_its_answer_owed(store: SqlStore, answer: bool) -> None:
    """A worker killed between commit and write-back owes it still."""
    do_run(store, upserts=[a_record("P1")], answer=answer)
    book = store.book(BOOK)
    assert book is not None and book.owed == answer
