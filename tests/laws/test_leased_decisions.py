"""Whoever changes what is known of a book holds its lease (law L5): a person's decision too, and the register."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from sync.decide import decide
from sync.engine import sync_round
from sync.errors import SyncError
from sync.store.base import BookState, Lease
from tests.laws.four_projects import A, fill, names, rounds, waiting
from tests.laws.world import World


@pytest.fixture
def watched(office: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """An office in which a book's row is saved under its lease, or the test fails."""
    store, save = office.store, office.store.save_book

    def saved(book: BookState, lease: Lease | None = None, now: float = 0.0) -> None:
        assert lease is not None and lease.name == f"book:{book.id}"
        save(book, lease, now)

    monkeypatch.setattr(store, "save_book", saved)
    yield office


def two_files(world: World) -> str:
    folder = world.place / "books"
    shutil.copy(folder / "甲镇.xlsx", folder / "甲镇 - 副本.xlsx")
    rounds(world)
    (decision,) = waiting(world, "two_files")
    return decision.id


def held(world: World) -> str:
    fill(world, [A])
    rounds(world)
    (decision,) = waiting(world, "held_run")
    return decision.id


@pytest.mark.parametrize("kind", [held, two_files])
def test_a_book_is_never_saved_without_its_lease(watched: World, kind: object) -> None:
    """Renamed, held, decided, let go again: each under the lease."""
    decision = kind(watched)  # type: ignore[operator]
    decide(watched.parts, decision, True, by="审核人", choice="甲镇 - 副本.xlsx")
    (watched.place / "books" / "乙镇.xlsx").rename(watched.place / "books" / "乙镇(1).xlsx")
    rounds(watched)
    assert watched.store.book("laws:a").held == ""  # type: ignore[union-attr]
    assert watched.store.book("laws:b").name == "乙镇(1).xlsx"  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", [held, two_files])
def test_a_decision_waits_for_a_book_in_hand_and_says_so(watched: World, kind: object) -> None:
    """Asked while a worker has the book: tried for some seconds, then refused with what to do; nothing is decided."""
    decision = kind(watched)  # type: ignore[operator]
    lease = watched.store.acquire("book:laws:a", "另一个", 60, watched.clock.now())
    began = watched.clock.now()
    with pytest.raises(SyncError, match="这本表正在同步") as refused:
        decide(watched.parts, decision, True, by="审核人", choice="甲镇.xlsx")
    assert watched.clock.now() - began == pytest.approx(watched.parts.limits.lease_patience, abs=0.5)
    assert "再办一次" in refused.value.hint
    assert watched.store.decision(decision).state == "open"  # type: ignore[union-attr]
    assert lease is not None
    watched.store.release(lease)
    decide(watched.parts, decision, True, by="审核人", choice="甲镇.xlsx")
    assert watched.store.decision(decision).state == "applied"  # type: ignore[union-attr]


def test_a_decision_is_done_once_the_worker_lets_go(watched: World) -> None:
    """A few seconds of waiting are nothing to the person who pressed."""
    decision = held(watched)
    assert watched.store.acquire("book:laws:a", "另一个", 3, watched.clock.now()) is not None
    decide(watched.parts, decision, True, by="审核人")
    assert watched.store.book("laws:a").held == ""  # type: ignore[union-attr]


def test_a_renamed_file_of_a_book_in_hand_is_taken_in_the_next_round(watched: World) -> None:
    """The register does not touch a row that another worker is about to save; it says so and comes back."""
    lease = watched.store.acquire("book:laws:a", "另一个", 60, watched.clock.now())
    assert lease is not None
    (watched.place / "books" / "甲镇.xlsx").rename(watched.place / "books" / "甲镇(1).xlsx")
    report = sync_round(watched.parts)
    assert any("另一个同步正在处理这本表" in note for note in report.notes)
    assert watched.store.book("laws:a").name == "甲镇.xlsx"  # type: ignore[union-attr]
    watched.store.release(lease)
    rounds(watched)
    assert watched.store.book("laws:a").name == "甲镇(1).xlsx"  # type: ignore[union-attr]


def test_a_file_left_aside_and_touched_again_is_asked_about_again(watched: World) -> None:
    """Otherwise the book would be held by a question that is closed."""
    decision = two_files(watched)
    decide(watched.parts, decision, True, by="审核人", choice="甲镇.xlsx")
    rounds(watched)
    assert not waiting(watched, "two_files")
    copy = watched.place / "books" / "甲镇 - 副本.xlsx"
    shutil.copy(watched.place / "books" / "甲镇.xlsx", copy)
    copy.write_bytes(copy.read_bytes() + b"\0")
    rounds(watched)
    assert [item.id for item in waiting(watched, "two_files")] == [decision]


def test_what_was_decided_while_the_register_looked_stays_decided(
    watched: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A choice made in the middle of a round is not overwritten by what the round saw before it."""
    decision = two_files(watched)
    acquire = watched.store.acquire
    told: list[str] = []

    def once(name: str, owner: str, seconds: float, now: float) -> Lease | None:
        if not told and name == "book:laws:b":
            told.append(name)
            decide(watched.parts, decision, True, by="审核人", choice="甲镇.xlsx")
        return acquire(name, owner, seconds, now)

    monkeypatch.setattr(watched.store, "acquire", once)
    (watched.place / "books" / "乙镇.xlsx").rename(watched.place / "books" / "乙镇(1).xlsx")
    rounds(watched, 3)
    assert told and not waiting(watched, "two_files")
    assert names(watched) == {"甲项目", "乙项目", "丙项目", "丁项目"}
