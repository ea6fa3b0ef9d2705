"""The chain of revisions: any tampering shows (law L3), and an honest chain always stands."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from sync.store.base import Revision
from sync.store.history import COLUMNS, Head, chain_is_whole, chained
from validators.rawcell import MARK

TEXT = st.text(max_size=6)
REVISIONS = st.lists(
    st.builds(
        Revision,
        record=st.sampled_from(["P1", "P2", "P3"]),
        kind=st.sampled_from(["created", "changed", "missing", "withdrawn", "restored"]),
        changes=st.dictionaries(TEXT, st.lists(TEXT, min_size=2, max_size=2), max_size=3),
        where=TEXT,
        actor=TEXT,
    ),
    min_size=1,
    max_size=8,
)
TIMES = st.tuples(*[st.floats(0, 2e9)] * 3)


def chain(items: list[Revision], times: tuple[float, float, float] = (3.0, 1.0, 2.0)) -> tuple[list[Any], Head]:
    return chained(Head(), "book", items, "run", times)


@given(items=REVISIONS, times=TIMES, cut=st.integers(0, 8))
def test_an_honest_chain_is_whole(items: list[Revision], times: tuple[float, float, float], cut: int) -> None:
    """However the revisions were spread over runs."""
    first, head = chain(items[:cut], times)
    second, head = chained(head, "book", items[cut:], "run", times)
    assert chain_is_whole(head, first + second)
    assert head.length == len(items)


@given(items=REVISIONS, line=st.integers(0, 7), column=st.integers(0, len(COLUMNS) - 1), text=TEXT)
def test_a_changed_column_shows(items: list[Revision], line: int, column: int, text: str) -> None:
    """Every column of every revision is under the hash."""
    rows, head = chain(items)
    old = list(rows[line % len(rows)])
    new = [*old[:column], old[column] + 1 if isinstance(old[column], int | float) else text, *old[column + 1 :]]
    assume(new != old)
    rows[line % len(rows)] = tuple(new)
    assert not chain_is_whole(head, rows)


@given(items=REVISIONS, line=st.integers(0, 7))
def test_a_removed_or_repeated_revision_shows(items: list[Revision], line: int) -> None:
    """At the front, in the middle, and at the end, where no later hash would miss it."""
    rows, head = chain(items)
    at = line % len(rows)
    assert not chain_is_whole(head, rows[:at] + rows[at + 1 :])
    assert not chain_is_whole(head, [*rows[: at + 1], *rows[at:]])


@given(items=REVISIONS, one=st.integers(0, 7), two=st.integers(0, 7))
def test_revisions_in_another_order_show(items: list[Revision], one: int, two: int) -> None:
    """Even when they are renumbered."""
    one, two = one % len(items), two % len(items)
    assume(one != two)
    rows, head = chain(items)
    rows[one], rows[two] = rows[two], rows[one]
    assert not chain_is_whole(head, rows)
    renumbered = [(row[0], seq, *row[2:]) for seq, row in enumerate(rows, 1)]
    assert not chain_is_whole(head, renumbered)


@given(items=REVISIONS, more=REVISIONS)
def test_revisions_added_without_a_run_show(items: list[Revision], more: list[Revision]) -> None:
    """Even with correct hashes: the book's own row says how far the chain goes."""
    rows, head = chain(items)
    extra, _ = chained(head, "book", more, "forged", (3.0, 1.0, 2.0))
    assert not chain_is_whole(head, rows + extra)


def test_changes_are_kept_as_json_that_people_can_read() -> None:
    """The audit can be read without us: plain JSON, Chinese as Chinese, typed cells escaped."""
    rows, _ = chain([Revision("P1", "changed", {"总投资": ["", f"{MARK}n5"]})])
    text = rows[0][COLUMNS.index("changes")]
    assert "总投资" in text
    assert json.loads(text) == {"总投资": ["", "\x01n5"]}
