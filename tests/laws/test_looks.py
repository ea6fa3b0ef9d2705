"""Since when a value can stand in a book: a look at a book that is as it was read counts, and no other (law L6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sync.book import BookRef
from sync.engine import sync_round
from sync.looks import last_seen_without, note_looks
from tests.laws.world import World

LATER = 5000.0  # seconds
BEHIND = 180.0  # so late a place may tell of a change


def seen_after_a_look(office: World, at: float, **otherwise: Any) -> float:
    """When the book was last seen as it was read, after a look at it; `otherwise`: how it was found then."""
    book = office.store.book("laws:a")
    assert book is not None
    ref = BookRef(book.key, book.name, book.token)
    note_looks(office.parts, [replace(book, **otherwise)], {book.id: ref}, at)
    return last_seen_without(office.parts, book, 0.0)


def test_a_look_counts_a_little_before_it_was_taken(office: World) -> None:
    at = office.clock.now() + LATER
    assert seen_after_a_look(office, at) == at - BEHIND


@pytest.mark.parametrize("otherwise", [{"held": "held:x"}, {"problem": "book.damaged"}, {"token": "another"}], ids=str)
def test_a_book_that_was_not_taken_has_not_been_seen(office: World, otherwise: dict[str, Any]) -> None:
    now = office.clock.now()
    assert seen_after_a_look(office, now + LATER, **otherwise) <= now


def test_a_listing_that_takes_long_is_as_old_as_its_beginning(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What changed while the place was asked may not be in its answer."""
    office.clock.at += LATER
    began, listed = office.clock.now(), office.parts.backend.list

    def slowly() -> list[BookRef]:
        found = listed()
        office.clock.at += LATER
        return found

    monkeypatch.setattr(office.parts.backend, "list", slowly)
    sync_round(office.parts)
    book = office.store.book("laws:a")
    assert book is not None and last_seen_without(office.parts, book, 0.0) == began - BEHIND
