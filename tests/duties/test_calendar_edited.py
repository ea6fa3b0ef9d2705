"""The office enters a year's days off: what was reckoned by weekends is reckoned anew, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.wiring import make_parts
from sync.engine import sync_round
from sync.judge import judge_due
from sync.nightly import new_day
from sync.parts import Parts
from sync.recount import gone_wrong, recount
from tests.duties.kit import SCHEME, World
from validators.calendar import Calendar
from validators.rules import parse_rule

WORKDAYS = {"id": "W-1", "kind": "elapsed", "title": "签约到开工", "table": "project", "from": "签约日期", "to": "开工日期",
            "n": 10, "unit": "工作日"}  # fmt: skip
REPORT = {"id": "W-2", "kind": "cadence", "title": "月报", "table": "project", "period": "month", "subject": "unit", "updates": True,
          "due_day": 1, "due_offset": 1, "roll": "next_workday"}  # fmt: skip
COUNTED = SCHEME.model_copy(update={"rules": (*SCHEME.rules, *map(parse_rule, (WORKDAYS, REPORT)))})
NEW_YEAR = Calendar(dict.fromkeys((date(2040, 1, 2), date(2040, 1, 3), date(2040, 1, 4)), "放假"))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    found = World(f"sqlite:///{tmp_path / 'store.db'}", "2039-12-28 09:00", COUNTED)
    found.books["a"].tabs["project"][0].cells[4:6] = ["2039-12-26", ""]
    found.round()
    yield found
    found.close()


def deadlines(world: World) -> dict[str, tuple[Any, Any]]:
    return {
        item.book: next((s.deadline, s.inputs.get("provisional")) for s in item.statuses if s.rule == "W-1")
        for item in world.store.judgements(SCHEME.id, kind="record")
        if item.table == "project"
    }


def enter(world: World, calendar: Calendar) -> None:
    world.parts = make_parts(COUNTED, world.store, world.backend, world.clock, calendar)


def test_an_edit_is_judged_at_the_next_round_without_reading_and_marks_only_what_it_moves(world: World) -> None:
    before, judged = deadlines(world), {code: world.store.judged(f"laws:{code}") for code in "ab"}
    read = world.store.book("laws:a").last_read  # type: ignore[union-attr]
    enter(world, NEW_YEAR)
    world.round("2039-12-28 10:00")
    after = deadlines(world)
    assert before["laws:a"] == (date(2040, 1, 9), True)
    assert after["laws:a"][0] == date(2040, 1, 12), "three days off lie between"
    assert after["laws:b"] == before["laws:b"]
    assert world.store.judged("laws:a") > judged["a"] and world.store.judged("laws:b") == judged["b"]
    assert world.store.book("laws:a").last_read == read  # type: ignore[union-attr]
    assert "2040-01-12" in world.books["a"].tabs["project"][0].shown["status"]
    assert not recount(world.parts), "twice is the same as once"


def test_incremental_equals_full(world: World) -> None:
    enter(world, NEW_YEAR)
    world.round("2039-12-28 10:00")
    known = {(j.kind, j.key): (list(j.statuses), j.next_change) for j in world.store.judgements(SCHEME.id)}
    world.store.want([f"laws:{code}" for code in "ab"])
    world.round("2039-12-28 10:10")
    assert known == {(j.kind, j.key): (list(j.statuses), j.next_change) for j in world.store.judgements(SCHEME.id)}


def test_a_table_edited_while_the_service_stood_still_counts_from_the_days_pass_on(world: World) -> None:
    enter(world, NEW_YEAR)
    world.clock.at += 86400
    new_day(world.parts)
    assert deadlines(world)["laws:a"][0] == date(2040, 1, 12)


def test_the_due_day_of_a_duty_rolls_with_the_new_days_off(world: World) -> None:
    assert world.status("W-2", "a", "2039-12").deadline == date(2040, 1, 2)  # 1 January 2040 is a Sunday
    enter(world, NEW_YEAR)
    world.round("2039-12-28 10:00")
    assert world.status("W-2", "a", "2039-12").deadline == date(2040, 1, 5)


def test_a_busy_book_is_judged_in_the_next_round(world: World) -> None:
    enter(world, NEW_YEAR)
    lease = world.store.acquire("book:laws:a", "somebody else", 300, world.clock.at)
    assert lease is not None
    recount(world.parts)
    assert deadlines(world)["laws:a"][0] == date(2040, 1, 9)
    world.store.release(lease)
    world.round("2039-12-28 10:10")
    assert deadlines(world)["laws:a"][0] == date(2040, 1, 12)


def test_a_book_that_goes_wrong_stops_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """L8: the others are judged by the new days off, and their rows are read and answered as ever."""

    def only_b(parts: Parts, book_id: str, ids: Iterable[str]) -> Any:
        if book_id == "laws:a":
            raise RuntimeError("a bug of ours")
        return judge_due(parts, book_id, ids)

    monkeypatch.setattr("sync.recount.judge_due", only_b)
    world.books["b"].tabs["project"][0].cells[4:6] = ["2039-12-26", ""]
    world.books["b"].clerk_edit("project", 0, 2, "200")
    world.round("2039-12-28 09:30")
    enter(world, NEW_YEAR)
    world.round("2039-12-28 10:00")
    assert deadlines(world)["laws:b"][0] == date(2040, 1, 12)
    monkeypatch.undo()
    world.round("2039-12-28 10:10")
    assert deadlines(world)["laws:a"][0] == date(2040, 1, 12)


def test_a_book_that_keeps_going_wrong_is_tried_ever_more_seldom_while_the_others_are_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: dict[str, list[int]] = {}
    start = world.clock.at

    def only_b(parts: Parts, book_id: str, ids: Iterable[str]) -> Any:
        tried.setdefault(book_id, []).append(round((parts.clock.now() - start) / 60))
        if book_id == "laws:a":
            raise RuntimeError("a bug of ours")
        return judge_due(parts, book_id, ids)

    monkeypatch.setattr("sync.recount.judge_due", only_b)
    enter(world, NEW_YEAR)
    for minutes in range(0, 241, 5):
        world.clock.at = start + minutes * 60
        world.round()
    assert tried == {"laws:a": [0, 5, 15, 35, 75, 135, 195], "laws:b": [0]}
    (wrong,) = gone_wrong(world.parts)
    assert (wrong.book, wrong.tries, wrong.since, wrong.again) == ("laws:a", 7, start, start + 255 * 60)
    assert deadlines(world)["laws:a"][0] == date(2040, 1, 9), "as it was"
    (told,) = sync_round(world.parts).notes
    assert "甲镇" in told and "乙" not in told and "放假安排改了" in told

    monkeypatch.undo()
    world.clock.at = start + 255 * 60
    world.round()
    assert gone_wrong(world.parts) == [] and sync_round(world.parts).notes == []
    assert deadlines(world)["laws:a"][0] == date(2040, 1, 12)
    assert not recount(world.parts)


def test_yet_another_table_is_tried_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What went wrong with one calendar says nothing of the next."""

    def never(parts: Parts, book_id: str, ids: Iterable[str]) -> Any:
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr("sync.recount.judge_due", never)
    enter(world, NEW_YEAR)
    world.round()
    assert {item.book for item in gone_wrong(world.parts)} == {"laws:a", "laws:b"}
    monkeypatch.undo()
    enter(world, Calendar(dict.fromkeys((date(2040, 1, 2), date(2040, 1, 3)), "放假")))
    world.round()
    assert gone_wrong(world.parts) == []
    assert deadlines(world)["laws:a"][0] == date(2040, 1, 11)


def test_a_new_office_is_no_change_of_the_calendar(tmp_path: Path) -> None:
    """Nothing of ours stands in books that were never read: its first round answers none of them twice."""
    found = World(f"sqlite:///{tmp_path}/tianbao.db")
    assert not recount(found.parts) and not recount(found.parts)
    found.close()
