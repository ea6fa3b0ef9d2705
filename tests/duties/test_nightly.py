"""The pass over a new day: what it answers, what it leaves to others, and what it remembers when it is cut short."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.wiring import make_parts
from sync import nightly
from sync.days import is_done, last_day_done
from sync.nightly import new_day
from tests.duties.kit import SCHEME, World, at
from validators.calendar import Calendar

NEXT = "2025-06-03 01:00"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    found = World(f"sqlite:///{tmp_path}/tianbao.db")
    found.round()
    found.round("2025-06-02 09:05")
    found.clock.at = at(NEXT)
    yield found
    found.close()


def test_every_book_that_is_as_it_was_read_is_answered(world: World) -> None:
    report = new_day(world.parts)
    assert set(report.outcomes) == {"laws:a", "laws:b"}
    assert is_done(world.parts)


def test_a_book_that_changed_since_is_left_to_the_next_poll(world: World) -> None:
    """Its rows are not those that were judged: nothing of ours is put beside them."""
    world.save("a", NEXT, lambda book: book.clerk_edit("project", 0, 0, "甲项目二期"))
    shown = [dict(row.shown) for row in world.books["a"].tabs["project"]]
    report = new_day(world.parts)
    assert set(report.outcomes) == {"laws:b"}
    assert [dict(row.shown) for row in world.books["a"].tabs["project"]] == shown


def test_a_book_that_is_gone_or_was_never_read_stops_nobody(tmp_path: Path, world: World) -> None:
    del world.backend.books["b"]
    report = new_day(world.parts)
    assert set(report.outcomes) == {"laws:a"} and not report.failures
    fresh = World(f"sqlite:///{tmp_path}/fresh.db")
    try:
        report = new_day(fresh.parts)
        assert (report.outcomes, report.failures) == ({}, {})
    finally:
        fresh.close()


def test_a_book_somebody_else_is_at_work_on_is_left_to_him(world: World) -> None:
    lease = world.store.acquire("book:laws:a", "somebody else", 300, world.clock.at)
    assert lease is not None
    report = new_day(world.parts)
    assert set(report.outcomes) == {"laws:b"} and not report.failures
    world.store.release(lease)
    assert set(new_day(world.parts).outcomes) == {"laws:a", "laws:b"}


def test_the_pass_holds_no_book_when_it_is_over(world: World) -> None:
    new_day(world.parts)
    for name in ("book:laws:a", "book:laws:b", f"scheme:{SCHEME.id}"):
        assert world.store.acquire(name, "somebody else", 300, world.clock.at) is not None, name


def test_the_day_is_noted_before_anything_is_judged_by_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pass that is cut short counts as not done, and that something may be judged by this day is known."""

    def cut(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(nightly, "judge_books", cut)
    with pytest.raises(KeyboardInterrupt):
        new_day(world.parts)
    assert world.store.setting(f"furthest:{SCHEME.id}") == "2025-06-03"
    assert str(last_day_done(world.parts)) == "2025-06-02"


def test_people_are_told_what_the_register_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    original = nightly.register

    def noting(parts: Any) -> Any:
        found = original(parts)
        found.notes.append("甲镇有两个文件")
        return found

    monkeypatch.setattr(nightly, "register", noting)
    assert "甲镇有两个文件" in new_day(world.parts).notes


def test_a_bug_with_one_book_keeps_no_other_from_its_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    original = nightly.answer_book

    def broken(parts: Any, book: Any, *more: Any, **named: Any) -> Any:
        if book.id == "laws:a":
            raise ZeroDivisionError
        return original(parts, book, *more, **named)

    monkeypatch.setattr(nightly, "answer_book", broken)
    report = new_day(world.parts)
    assert set(report.outcomes) == {"laws:b"} and set(report.failures) == {"laws:a"}


def test_texts_are_rendered_again_though_no_status_has_changed(world: World) -> None:
    """What counts days reads otherwise on another day: the months that 甲项目 has not reported."""
    world.clock.at = at("2025-07-03 01:00")
    new_day(world.parts)
    before = [dict(row.shown) for row in world.books["a"].tabs["project"]]
    world.clock.at = at("2025-07-04 01:00")
    new_day(world.parts)
    after = [dict(row.shown) for row in world.books["a"].tabs["project"]]
    assert before != after


def test_a_book_that_could_not_be_read_is_given_no_answer(tmp_path: Path) -> None:
    """Its token is known, its rows are not."""
    office = World(f"sqlite:///{tmp_path}/unread.db")
    try:
        office.books["b"].tabs = {"foreign": []}
        office.round()
        assert office.store.book("laws:b").token == str(office.books["b"].revision)  # type: ignore[union-attr]
        office.clock.at = at(NEXT)
        assert set(new_day(office.parts).outcomes) == {"laws:a"}
    finally:
        office.close()


def test_what_a_file_refused_is_tried_once_a_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    original = nightly.answer_book

    def listening(*given: Any, **named: Any) -> Any:
        asked.append(named)
        return original(*given, **named)

    monkeypatch.setattr(nightly, "answer_book", listening)
    new_day(world.parts)
    assert asked == [{"again": True}] * 2


def test_what_spans_books_is_judged_by_the_new_day(world: World) -> None:
    assert world.word("D-1", "a", "2025-06") == "未到期"
    world.clock.at = at("2025-07-01 01:00")
    new_day(world.parts)
    assert world.word("D-1", "a", "2025-06") == "逾期未报"


def test_a_day_that_was_not_there_yet_leaves_nothing_behind(world: World) -> None:
    """The date ran ahead by three months and was put right: rows, duties and targets are as on the right day."""

    def told() -> dict[tuple[str, str], Any]:
        found = world.store.judgements(SCHEME.id)
        spoken = (j for j in found if j.statuses or j.findings)
        return {(j.kind, j.key): (list(j.statuses), list(j.findings), j.next_change) for j in spoken}

    for column, text in ((4, "2025-06-01"), (5, "")):  # to begin by 1 September: overdue then, and due on no later day
        world.save("a", NEXT, lambda book, c=column, s=text: book.clerk_edit("project", 0, c, s))
    world.round(NEXT)
    before = told()
    world.clock.at = at("2025-09-03 01:00")
    new_day(world.parts)
    assert told() != before
    world.clock.at = at(NEXT)
    new_day(world.parts)
    assert told() == before


def test_another_calendar_counts_from_the_days_pass_on(world: World) -> None:
    """No poll comes between: the pass itself judges by it."""
    other = Calendar({date(2040, 1, 2): "放假"})
    world.parts = make_parts(SCHEME, world.store, world.backend, world.clock, other)
    new_day(world.parts)
    assert world.store.setting(f"calendar:{SCHEME.id}") == other.digest()
