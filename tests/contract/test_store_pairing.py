"""The narrow form of what pairing needs never disagrees with the records, whatever touches them and whatever fails."""

from __future__ import annotations

import contextlib

import pytest
from alembic import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from sync.errors import StoreError
from sync.store import open_store, pairing
from sync.store.base import Decision, Revision, RunCommit
from sync.store.commits import STEPS
from sync.store.connect import Database
from sync.store.schema import configuration
from sync.store.store import SqlStore
from tests.contract.store_samples import BOOK, NOW, SCHEME, a_book, a_record, a_run, created, do_run, leased

OTHER = "plan:002"
ROWS = text("SELECT seq FROM pairing WHERE book = :book ORDER BY seq")


def rows(store: SqlStore, book: str = BOOK) -> list[int]:
    with store.db.read() as connection:
        return list(connection.execute(ROWS, {"book": book}).scalars())


def agrees(store: SqlStore, book: str) -> None:
    """The narrow rows, taken alone, say what the records say."""
    with store.db.read() as connection:
        truth = pairing.scan(connection, book)
        assert pairing.read(connection, book)[1] == truth
    given = {row.id: (table, row.state, row.digest) for table, each in store.known_rows(book).items() for row in each}
    assert given == {record: facts[:3] for record, facts in truth.items()}


def only_narrow(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("records were read")

    monkeypatch.setattr(pairing, "scan", refuse)


def test_records_are_not_read_to_pair_rows(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a first run, after a change and after a withdrawal; the answer is the same as from the records."""
    do_run(store, upserts=[a_record(f"P{n}", keys=(f"k{n}", "")) for n in range(30)])
    do_run(store, "r2", upserts=[a_record("P3", digest="new"), a_record("Q1", table="monthly")])
    do_run(store, "r3", states=[("P4", "missing"), ("P5", "withdrawn"), ("P4", "live"), ("nobody", "missing")])
    agrees(store, BOOK)
    wanted = store.known_rows(BOOK)
    only_narrow(store, monkeypatch)
    assert store.known_rows(BOOK) == wanted
    assert {row.id: row.state for row in wanted["projects"]}["P4"] == "live"


def test_the_rows_stay_few(store: SqlStore) -> None:
    """After so many commits they begin anew, from the records."""
    do_run(store, upserts=[a_record("P0"), a_record("P1")])
    most = 0
    for number in range(2 * pairing.ROWS + 3):
        do_run(store, f"r{number}", upserts=[a_record("P1", digest=str(number))])
        most = max(most, len(rows(store)))
    assert most == pairing.ROWS and len(rows(store)) < pairing.ROWS
    agrees(store, BOOK)


def test_what_is_absent_is_asked_of_the_records_and_made_by_the_next_commit(store: SqlStore) -> None:
    """As in a store of earlier days."""
    do_run(store, upserts=[a_record("P1"), a_record("P2")])
    with store.db.write() as connection:
        connection.execute(text("DELETE FROM pairing"))
    assert len(store.known_rows(BOOK)["projects"]) == 2
    do_run(store, "r2", states=[("P2", "missing")])
    assert rows(store) == [1]
    agrees(store, BOOK)


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE book SET chain_length = chain_length + 1",
        "DELETE FROM pairing WHERE seq = 1",
        "DELETE FROM pairing WHERE seq = 2",
    ],
)
def test_what_disagrees_with_the_book_is_not_believed(store: SqlStore, harm: str) -> None:
    """A program of earlier days that still ran wrote records and revisions, and no narrow row; or rows are lost."""
    do_run(store, upserts=[a_record("P1")], revisions=created("P1"))
    do_run(store, "r2", upserts=[a_record("P2")], revisions=created("P2"))
    with store.db.write() as connection:
        connection.execute(text(harm))
        connection.execute(text("UPDATE record SET digest = 'changed behind our back'"))
    assert {row.digest for row in store.known_rows(BOOK)["projects"]} == {"changed behind our back"}
    do_run(store, "r3", upserts=[a_record("P3")], revisions=created("P3"))  # nor built upon
    agrees(store, BOOK)


@pytest.mark.parametrize("step", [name for name, _ in STEPS])
def test_a_failure_after_any_step_leaves_them_in_step(store: SqlStore, step: str) -> None:
    """Records and narrow rows stand or fall together."""
    do_run(store, upserts=[a_record("P1"), a_record("P2")], revisions=created("P1", "P2"))

    def fail(name: str) -> None:
        if name == step:
            raise ZeroDivisionError

    store.step = fail
    commit = RunCommit(a_run("r2"), a_book(), [a_record("P1", digest="x"), a_record("P3")], [("P2", "missing")])
    with pytest.raises(ZeroDivisionError):
        store.commit(leased(store), commit, NOW)
    agrees(store, BOOK)


IDS = st.sampled_from(["P1", "P2", "P3", "P4", "P5"])
STATES = st.sampled_from(["live", "missing", "withdrawn"])
KEYS = st.lists(st.text(st.characters(codec=None, exclude_characters="\x1f"), max_size=3), max_size=2).map(tuple)
RECORDS = st.builds(
    lambda i, table, digest, keys, state: a_record(i, table=table, digest=digest, keys=keys, state=state),
    IDS, st.sampled_from(["projects", "monthly"]), st.text("ab", max_size=3), KEYS, STATES,
)  # fmt: skip
STEPS_OR_NONE = st.sampled_from([None, None, None, *(name for name, _ in STEPS)])
COMMITS = st.tuples(
    st.sampled_from([BOOK, OTHER]),
    st.lists(RECORDS, max_size=3),
    st.lists(st.tuples(IDS, STATES), max_size=3),
    st.lists(st.builds(Revision, IDS, st.just("changed")), max_size=2),
    st.booleans(),
    STEPS_OR_NONE,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(commits=st.lists(COMMITS, max_size=8), few=st.integers(1, 4))
def test_no_history_makes_them_disagree(store: SqlStore, monkeypatch: pytest.MonkeyPatch, commits, few: int) -> None:  # type: ignore[no-untyped-def]
    """Random runs over two books: records new, changed, moved between states, refused as another book's, decisions of
    people carried out, failures at any step, and every so many commits a new beginning."""
    monkeypatch.setattr(pairing, "ROWS", few)
    now = NOW
    for number, (name, upserts, states, revisions, decided, step) in enumerate(commits):
        now += 100

        def fail(at: str, step: str | None = step) -> None:
            if at == step:
                raise ZeroDivisionError

        store.step = fail
        book = store.book(name) or a_book(name)
        decisions = [Decision(f"d{number}", "withdrawal", SCHEME, name, "P1", {}, now, "applied", now, "张三")]
        commit = RunCommit(
            a_run(f"r{number}", name), book, upserts, states, revisions, decisions=decisions if decided else []
        )
        lease = leased(store, f"book:{name}", now)
        with contextlib.suppress(ZeroDivisionError, StoreError):
            store.commit(lease, commit, now)
        store.release(lease)
        agrees(store, BOOK)
        agrees(store, OTHER)
    store.step = lambda name: None


def test_a_store_of_earlier_days_gets_them(store_url: str) -> None:
    """Opened by this program, an old store pairs as before, and its next commits write the narrow rows."""
    database, config = Database(store_url), configuration()
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        connection.execute(text(f"INSERT INTO book (id, scheme, unit) VALUES ('{BOOK}', '{SCHEME}', '001')"))
        for record, state in (("P1", "live"), ("P2", "missing")):
            connection.execute(
                text("INSERT INTO record (id, scheme, book, tbl, digest, state) VALUES (:id, :s, :b, 'projects', 'd', :t)"),
                {"id": record, "s": SCHEME, "b": BOOK, "t": state},
            )  # fmt: skip
    database.close()
    store = open_store(store_url)
    assert isinstance(store, SqlStore)
    assert [(row.id, row.state) for row in store.known_rows(BOOK)["projects"]] == [("P1", "live"), ("P2", "missing")]
    do_run(store, upserts=[a_record("P3")], revisions=created("P3"))
    assert rows(store) == [1] and len(store.known_rows(BOOK)["projects"]) == 3
    agrees(store, BOOK)
    assert store.verify_chain(BOOK)
    store.close()
