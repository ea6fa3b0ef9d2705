"""Who is late is known from what the service saw and when — and never because the service was away (law L6)."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.duties.kit import World, at


def test_reported_in_time(world: World) -> None:
    world.round()
    world.report("a", "2025-06-29 16:00", "2025-06")
    world.round("2025-06-29 16:05")
    assert world.word("D-1", "a", "2025-06") == "已报"
    world.round("2025-07-04 09:00")
    assert world.word("D-1", "a", "2025-06") == "已报"
    assert world.word("D-1", "b", "2025-06") == "逾期未报"


def test_a_book_that_is_rarely_saved_is_late_when_it_is_late(world: World) -> None:
    """Not read since the 2nd, because nothing changed — but looked at on the 1st of July and found as it was."""
    world.round()
    world.round("2025-07-01 10:00")
    world.report("a", "2025-07-05 11:00", "2025-06")
    world.round("2025-07-05 11:01")
    assert world.word("D-1", "a", "2025-06") == "逾期补报1天"  # it may have been written at any time since the 1st
    assert world.status("D-1", "a", "2025-06").done == date(2025, 7, 1)


def test_our_outage_makes_nobody_late(world: World) -> None:
    """Saved on the last day, read after a week in which the service was away."""
    world.round("2025-06-28 17:00")
    world.report("a", "2025-06-30 22:00", "2025-06")
    world.round("2025-07-07 09:00")
    assert world.word("D-1", "a", "2025-06") == "已报"


def test_a_machine_that_was_not_connected_makes_nobody_late(world: World) -> None:
    """Saved in time on the clerk's machine, and come here after we had looked: the file's own time counts."""
    world.round()
    world.round("2025-07-01 10:00")
    world.report("a", "2025-06-30 22:00", "2025-06")
    world.round("2025-07-02 10:00")
    assert world.word("D-1", "a", "2025-06") == "已报"


def test_a_note_in_time_is_no_report(world: World) -> None:
    """What the duty asks for came later; the row stood there before."""
    world.round()
    world.report("a", "2025-06-29 16:00", "2025-06", done="")
    world.round("2025-06-29 16:05")
    assert world.word("D-1", "a", "2025-06") == "临期"
    world.round("2025-07-03 08:00")
    world.save("a", "2025-07-03 10:00", lambda book: book.clerk_edit("monthly", 0, 3, "50"))
    world.round("2025-07-03 10:05")
    assert world.word("D-1", "a", "2025-06") == "逾期补报3天"


def test_corrected_after_the_last_day_keeps_both_facts(world: World) -> None:
    world.round()
    world.report("a", "2025-06-29 16:00", "2025-06")
    world.round("2025-06-29 16:05")
    world.round("2025-07-08 08:00")
    world.save("a", "2025-07-08 10:00", lambda book: book.clerk_edit("monthly", 0, 3, "60"))
    world.round("2025-07-08 10:05")
    assert world.word("D-1", "a", "2025-06") == "已报"
    assert "2025-07-08更正" in world.reason("D-1", "a", "2025-06")


def test_a_correction_made_in_time_and_read_after_an_outage_is_no_late_one(world: World) -> None:
    """Corrected before the last day while the service was away: nothing is said of a correction."""
    world.round()
    world.report("a", "2025-06-10 10:00", "2025-06")
    world.round("2025-06-10 10:05")
    world.save("a", "2025-06-20 10:00", lambda book: book.clerk_edit("monthly", 0, 3, "60"))
    world.round("2025-07-08 09:00")
    assert world.word("D-1", "a", "2025-06") == "已报"
    assert "更正" not in world.reason("D-1", "a", "2025-06")


def test_a_report_whose_row_vanished_stays_until_a_person_says(world: World) -> None:
    world.round()
    world.report("a", "2025-06-29 16:00", "2025-06")
    world.round("2025-06-29 16:05")
    world.save("a", "2025-07-02 09:00", lambda book: book.clerk_delete("monthly", 0))
    world.round("2025-07-02 09:01")
    assert world.word("D-1", "a", "2025-06") == "已报"


def test_a_change_stays_known_when_its_row_is_gone(world: World) -> None:
    """The library was updated in June; that the project left in July does not undo it."""
    from sync.decide import decide, open_decisions

    world.save("a", "2025-06-02 09:30", lambda book: book.clerk_insert("project", 1, ["丙项目", "a2", "7", "", "", ""]))
    world.round("2025-06-02 09:31")
    assert world.word("D-2", "a", "2025-06") == "已报"
    world.save("a", "2025-07-02 09:00", lambda book: book.clerk_delete("project", 1))
    world.round("2025-07-02 09:01")
    decide(world.parts, next(d.id for d in open_decisions(world.parts) if d.kind == "withdrawal"), True, by="王")
    world.round("2025-07-03 09:01")
    assert world.word("D-2", "a", "2025-06") == "已报"


def test_the_mark_of_a_look_is_written_now_and_then(world: World) -> None:
    """An idle poll writes nothing; once in a quarter of an hour it leaves one line."""
    world.round()
    name = "seen:laws"
    first = world.store.setting(name)
    for minute in range(5, 15):
        world.round(f"2025-06-02 09:{minute:02}")
    assert world.store.setting(name) == first
    world.round("2025-06-02 09:16")
    assert world.store.setting(name) != first


@settings(max_examples=12, deadline=None)
@given(saved=st.integers(0, 27), outage=st.tuples(st.integers(0, 27), st.integers(1, 20)), every=st.integers(1, 9))
def test_whenever_the_service_was_away_a_report_in_time_is_in_time(
    saved: int, outage: tuple[int, int], every: int
) -> None:
    """Rounds every few days, none while it was away, a clerk who saves before the last day is over."""
    first = date(2025, 6, 3)
    down = {first + timedelta(days=outage[0] + n) for n in range(outage[1])}
    with tempfile.TemporaryDirectory() as place:
        world = World(f"sqlite:///{Path(place)}/t.db")
        try:
            world.round()
            for n in range(50):
                day = first + timedelta(days=n)
                if n == saved:
                    world.report("a", f"{day} 21:00", "2025-06")
                if n % every == 0 and day not in down:
                    world.round(f"{day} 22:00")
            world.round("2025-07-25 08:00")
            assert world.word("D-1", "a", "2025-06") == "已报"
        finally:
            world.close()


@pytest.mark.parametrize("days", [1, 2, 9])
def test_with_the_service_there_a_late_report_is_late(world: World, days: int) -> None:
    """The other side: looked at every evening, nobody is in time who was not."""
    world.round()
    saved = date(2025, 6, 30) + timedelta(days=days)
    day = date(2025, 6, 20)
    while day < saved:
        world.round(f"{day} 23:50")
        day += timedelta(days=1)
    world.round(f"{saved} 08:00")
    world.report("a", f"{saved} 09:00", "2025-06")
    world.round(f"{saved} 09:10")
    assert world.word("D-1", "a", "2025-06") == f"逾期补报{days}天"
    assert world.clock.at == at(f"{saved} 09:10")
