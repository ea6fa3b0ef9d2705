"""The system's date was wrong by a year, or somebody asked what a day to come would say: put right, all reads as before.

Evaluation is a function of what is known and of today (law L6); what was judged by a day that has not come is no part
of what is known.
"""

from __future__ import annotations

import pytest

from sync.days import is_done, last_day_done
from sync.engine import sync_round
from sync.nightly import new_day
from tests.laws.four_projects import A, B, C, D, fill, rounds, texts
from tests.laws.world import World


def a_day(world: World, days: float) -> None:
    """Some days later or earlier: whatever is due happens."""
    world.clock.at += days * 86400
    new_day(world.parts)
    sync_round(world.parts)


def told(world: World) -> dict[str, dict[str, str]]:
    return {name: {k: v for k, v in row.items() if k != "updated"} for name, row in texts(world).items()}


@pytest.mark.parametrize("days", [1, 40, 365])
def test_a_day_to_come_leaves_nothing_behind(office: World, days: int) -> None:
    fill(office, [A, B, C, D])
    rounds(office)
    new_day(office.parts)
    before, statuses = told(office), office.store.judgements("laws", kind="record")
    a_day(office, days)
    if days > 1:
        assert told(office) != before
    a_day(office, -days)
    assert told(office) == before
    assert office.store.judgements("laws", kind="record") == statuses
    assert last_day_done(office.parts) == office.clock.today()
    for unit in office.drivers:
        office.check_answers(unit)


def test_a_row_filled_in_while_the_date_was_wrong_is_judged_by_the_right_one(office: World) -> None:
    a_day(office, 365)
    fill(office, [A, B, C, [*D[:4], "2025-06-19", "", ""]])
    rounds(office)
    assert "逾期" in texts(office)["丁项目"]["status"]
    a_day(office, -365)
    assert "逾期" not in texts(office)["丁项目"]["status"]


def test_one_unit_looked_at_on_a_day_to_come_is_put_right_the_same_day(office: World) -> None:
    """`tianbao sync --unit 甲镇 --as-of …` does no day's pass; the next one of today notices all the same."""
    fill(office, [A, B, C, D])
    rounds(office)
    new_day(office.parts)
    before = told(office)
    assert is_done(office.parts)
    office.clock.at += 365 * 86400
    sync_round(office.parts, "command", ["a"])
    office.clock.at -= 365 * 86400
    assert not is_done(office.parts)
    new_day(office.parts)
    sync_round(office.parts)
    assert told(office) == before and is_done(office.parts)
    office.check_answers("a")


def test_a_book_read_before_the_days_pass_is_shown_as_of_today(office: World) -> None:
    """Saved five minutes after midnight, or synced by name day after day: rows nobody touched count from today too."""
    fill(office, [A, B, C, D])
    rounds(office)
    new_day(office.parts)
    office.clock.at += 100 * 86400
    fill(office, [[*A[:6], "补一句"], B, C, D])
    rounds(office)
    office.check_answers("a")
    assert not any("还有-" in row.get("status", "") for row in texts(office).values())


def test_a_day_that_has_passed_leaves_nothing_behind_either(office: World) -> None:
    fill(office, [A, B, C, D])
    rounds(office)
    new_day(office.parts)
    before = told(office)
    a_day(office, -365)
    assert told(office) != before
    a_day(office, 365)
    assert told(office) == before


def test_a_lease_taken_while_the_clock_ran_ahead_blocks_nobody(office: World) -> None:
    """A worker died then; a year is not waited for."""
    office.clock.at += 365 * 86400
    dead = office.store.acquire("book:laws:a", "dead", 300, office.clock.now())
    assert dead is not None
    office.clock.at -= 365 * 86400
    fill(office, [A, B, C, [*D[:6], "补一句"]])
    report = rounds(office, 1)
    assert not report.notes and report.outcomes["laws:a"].kind in ("done", "nothing")
