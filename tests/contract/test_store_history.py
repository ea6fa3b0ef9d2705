"""Revisions: a new record's first revision is kept short and told in full; chains of both forms are verified."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from alembic import command
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json
from sqlalchemy import text

from sync.store import open_store
from sync.store.base import Revision
from sync.store.connect import Database
from sync.store.fresh import Fresh
from sync.store.history import Head, chain_is_whole, chained
from sync.store.schema import configuration
from sync.store.store import SqlStore
from tests.contract.store_samples import BOOK, NOW, SCHEME, a_record, created, do_run

VALUES = {"name": "示范园", "total": "12000", "note": '他说"[1,2]"'}


def told(changes: Any, store: SqlStore, record: str) -> dict[str, list[str]]:
    do_run(store, record, upserts=[a_record(record, values=VALUES)], revisions=[Revision(record, "created", changes)])
    (line,) = store.revisions(record=record)
    found: dict[str, list[str]] = line["changes"]
    return found


def test_a_first_revision_reads_the_same_however_it_was_given(store: SqlStore) -> None:
    """By field from nothing to its text: as a view of the values, or spelt out."""
    spelt = {name: ["", value] for name, value in VALUES.items()}
    assert told(Fresh(VALUES), store, "P1") == told(spelt, store, "P2") == spelt
    assert told(Fresh({}), store, "P3") == {}
    assert store.verify_chain(BOOK)


def test_a_view_of_new_values_is_a_mapping_like_any_other() -> None:
    """Whoever reads a revision before it is stored sees old and new text."""
    assert Fresh(VALUES) == {name: ["", value] for name, value in VALUES.items()}
    assert list(Fresh(VALUES)) == list(VALUES) and len(Fresh(VALUES)) == 3
    assert repr(Fresh({"a": "1"})) == "Fresh({'a': '1'})"


def test_a_first_revision_stays_when_the_record_changes(store: SqlStore) -> None:
    """What is shared while a run is written is not shared afterwards."""
    values = dict(VALUES)
    do_run(store, upserts=[a_record("P1", values=values)], revisions=[Revision("P1", "created", Fresh(values))])
    do_run(store, "r2", upserts=[a_record("P1", values={"name": "新名"}, digest="2")],
           revisions=[Revision("P1", "changed", {"name": ["示范园", "新名"]})])  # fmt: skip
    assert [line["changes"]["name"] for line in store.revisions(record="P1")] == [["示范园", "新名"], ["", "示范园"]]
    assert store.verify_chain(BOOK)


TEXT = st.text(max_size=6)
REVISIONS = st.builds(
    Revision,
    TEXT,
    st.sampled_from(["created", "changed", "missing"]),
    st.one_of(st.dictionaries(TEXT, st.lists(TEXT, min_size=2, max_size=2)), st.dictionaries(TEXT, TEXT).map(Fresh)),
    TEXT,
)


@given(st.lists(REVISIONS, min_size=1, max_size=4), st.data())
def test_any_change_of_a_kept_revision_breaks_the_chain(items: list[Revision], data: st.DataObject) -> None:
    """Whichever column of whichever line is another, also when a neighbour's text moves over the border."""
    rows, head = chained(Head(), BOOK, items, "r1", (NOW, NOW - 1, NOW))
    assert chain_is_whole(head, rows)
    at = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.sampled_from(range(len(rows[at]))))
    old = rows[at][column]
    line = [*rows[at][:column], old + "\n" if isinstance(old, str) else old + 1, *rows[at][column + 1 :]]
    assert not chain_is_whole(head, [*rows[:at], line, *rows[at + 1 :]])
    assert not chain_is_whole(head, rows[:-1])


@pytest.fixture
def old_store(store_url: str) -> Database:
    """A database at the second migration, with a record under its keys and two revisions chained in the first form."""
    database, config = Database(store_url), configuration()
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        last = ""
        for seq, (kind, changes) in enumerate(
            [("created", '{"name":["","甲"]}'), ("changed", '{"name":["甲","乙"]}')], 1
        ):
            line = (BOOK, seq, "P1", kind, changes, "项目库!7", "", "", f"r{seq}", NOW, NOW - 60.0, NOW)
            last = sha256(last.encode() + to_json(line)).hexdigest()
            names = "book, seq, record, kind, changes, place, actor, actor_sure, run, at, seen_after, seen_by, hash"
            marks = ", ".join(f":{name.strip()}" for name in names.split(","))
            values = dict(zip(names.split(", "), (*line, last), strict=True))
            connection.execute(text(f"INSERT INTO revision ({names}) VALUES ({marks})"), values)
        connection.execute(
            text(
                "INSERT INTO book (id, scheme, unit, chain_length, chain_head) VALUES (:id, :scheme, '001', 2, :head)"
            ),
            {"id": BOOK, "scheme": SCHEME, "head": last},
        )
        connection.execute(
            text(
                "INSERT INTO record (id, scheme, book, unit, tbl, digest, keys, key1, state, cells, vals) "
                "VALUES ('P1', :scheme, :book, '001', 'projects', 'd', :keys, '340', 'live', :cells, :cells)"
            ),
            {"scheme": SCHEME, "book": BOOK, "keys": "340\x1f", "cells": '{"name":"乙"}'},
        )
    return database


def test_a_store_of_the_first_form_goes_on(old_store: Database, store_url: str) -> None:
    """Records, keys and revisions are all there after the migration, and new revisions continue the old chain."""
    old_store.close()
    store = open_store(store_url)
    assert isinstance(store, SqlStore)
    assert [(r.id, r.values, r.keys) for r in store.records(SCHEME)] == [("P1", {"name": "乙"}, ("340",))]
    assert store.known_rows(BOOK)["projects"][0].keys == ("340",)
    do_run(store, "r3", upserts=[a_record("P2")], revisions=created("P2"))
    assert [line["changes"]["name"] for line in store.revisions(book=BOOK)] == [
        ["", "项目P2"],
        ["甲", "乙"],
        ["", "甲"],
    ]
    assert store.verify_chain(BOOK)
    with store.db.write() as connection:
        connection.execute(text("UPDATE revision SET changes = '{}' WHERE seq = 1"))
    assert not store.verify_chain(BOOK)
    store.close()
