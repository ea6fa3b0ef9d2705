"""After a scheme's last day its books are read-only in effect: what is entered later is told and not taken (C-S10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.remind import reminders
from app.wiring import make_parts
from sync.closed import close_period
from sync.rulings import RulingError, declare_nil, exempt, extend
from tests.duties.kit import SCHEME, World, at
from tests.duties.test_remind import desk
from validators.calendar import default_calendar
from validators.rules import parse_rule
from validators.scheme.tables import Field

OPEN = {"id": "E-1", "kind": "window", "title": "报送总结", "last": "2025-06-30", "filing": True}
RUNS = {"id": "E-2", "kind": "elapsed", "title": "签约到竣工", "table": "project", "from": "签约日期", "to": "开工日期",
        "n": 30, "unit": "日"}  # fmt: skip
ENDING = SCHEME.model_copy(
    update={"ends": parse_rule(OPEN).last, "rules": (*SCHEME.rules, *map(parse_rule, (OPEN, RUNS)))}
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    found = World(f"sqlite:///{tmp_path / 'store.db'}", scheme=ENDING)
    found.round()
    found.save(
        "a",
        "2025-06-10 10:00",
        lambda book: book.clerk_insert("project", 1, ["未开工", "a2", "9", "独立选址", "2025-06-01", ""]),
    )
    found.round("2025-06-10 10:05")
    yield found
    found.close()


def values(world: World) -> dict[str, str]:
    return {
        item.values["code"]: item.values.get("total", "") for item in world.store.records(SCHEME.id, tables=["project"])
    }


def shown(world: World, row: int, name: str = "check") -> str:
    return world.books["a"].tabs["project"][row].shown.get(name, "")


def statuses(world: World) -> Any:
    return {
        (item.kind, item.key): [(s.rule, s.code, s.deadline, s.next_change) for s in item.statuses]
        for item in world.store.judgements(SCHEME.id)
    }


def test_what_is_entered_later_is_told_and_not_taken(world: World) -> None:
    world.round("2025-07-01 09:00")  # looked at, and found as it was
    before = values(world)
    world.save("a", "2025-07-03 10:00", lambda book: book.clerk_edit("project", 0, 2, "777"))
    world.save(
        "a", "2025-07-03 10:01", lambda book: book.clerk_insert("project", 2, ["新来的", "a3", "5", "独立选址", "", ""])
    )
    world.round("2025-07-03 10:05")
    assert values(world) == before
    assert "方案已于2025-06-30到期" in shown(world, 0) and "后来改的没有采用" in shown(world, 0)
    assert "到期后加的，没有采用" in shown(world, 2)
    assert "到期" not in shown(world, 1), "a row that nobody touched says what it said"
    assert any(
        "项目库第2行、项目库第4行" in item.params.get("rows", "") for item in world.store.book_findings("laws:a")
    )
    assert shown(world, 0, "id"), "the row keeps its number"
    assert len(world.store.revisions(book="laws:a")) == 2

    world.save("a", "2025-07-04 10:00", lambda book: book.clerk_edit("project", 0, 2, "100"))
    world.save("a", "2025-07-04 10:01", lambda book: book.clerk_delete("project", 2))
    world.round("2025-07-04 10:05")
    assert "到期" not in shown(world, 0) and world.store.book_findings("laws:a") == []


def test_rows_taken_out_later_stay(world: World) -> None:
    world.round("2025-07-01 09:00")
    before = values(world)
    world.save("a", "2025-07-03 10:00", lambda book: book.clerk_delete("project", 1))
    world.save("a", "2025-07-03 10:00", lambda book: book.clerk_delete("project", 0))
    world.round("2025-07-03 10:05")
    assert values(world) == before
    assert world.store.decisions(SCHEME.id) == [], "nobody is asked whether they withdrew"
    assert [item.code for item in world.store.book_findings("laws:a")] == ["book.ended_gone"]


def test_what_was_saved_in_time_is_taken_though_it_is_read_later(world: World) -> None:
    world.save("a", "2025-06-30 17:00", lambda book: book.clerk_edit("project", 0, 2, "555"))
    world.round("2025-07-02 09:00")  # the service stood still meanwhile
    assert values(world)["a1"] == "555"


def test_statuses_stand_as_on_the_day_after_the_end_and_nothing_is_due_any_more(world: World) -> None:
    world.round("2025-07-01 00:10")
    world.round("2025-07-01 09:00")
    frozen = statuses(world)
    (filing,) = [s for s in world.store.judgements(SCHEME.id, keys=["E-1"])[0].statuses if s.rule == "E-1"]
    said = world.say.word(filing, world.clock.today())
    assert said == "逾期1天"
    running = next(
        codes for (_, _), codes in frozen.items() if any(c[0] == "E-2" and c[1] in ("ok", "soon") for c in codes)
    )
    assert all(code[3] is None for code in running), "its deadline comes after the end: it will never be overdue"
    for day in ("2025-07-02", "2025-08-15", "2026-01-05"):
        world.round(f"{day} 09:00")
        assert statuses(world) == frozen, day
        assert world.store.due(SCHEME.id, world.clock.today()) == []
        assert world.say.word(filing, world.clock.today()) == "逾期1天"


def test_up_to_the_last_day_all_goes_on(world: World) -> None:
    world.save("a", "2025-06-30 20:00", lambda book: book.clerk_edit("project", 0, 2, "321"))
    world.round("2025-06-30 20:05")
    assert values(world)["a1"] == "321"


def test_a_column_that_comes_into_the_scheme_later_makes_no_row_a_late_one(world: World) -> None:
    """books upgrade after the end: every row has one cell more, and says what it said."""
    world.round("2025-07-01 09:00")
    before = values(world)
    project, *others = ENDING.tables
    remark = Field(name="remark", title="附注", owner="unit")
    wider = ENDING.model_copy(
        update={"tables": (project.model_copy(update={"fields": (*project.fields, remark)}), *others)}
    )
    world.parts = make_parts(wider, world.store, world.backend, world.clock, default_calendar())
    world.round("2025-07-03 09:00")
    assert all(not item.code.startswith("book.ended") for item in world.store.book_findings("laws:a"))
    assert all("到期" not in shown(world, row) for row in (0, 1))
    world.save("a", "2025-07-04 10:00", lambda book: book.clerk_edit("project", 0, 2, "777"))
    world.round("2025-07-04 10:05")
    assert "后来改的没有采用" in shown(world, 0) and "到期" not in shown(world, 1)
    assert values(world) == before


def test_nothing_can_be_granted_or_declared_any_more_but_what_was_owed_can_be_forgiven(world: World) -> None:
    world.round("2025-07-01 09:00")
    with pytest.raises(RulingError, match="方案已于2025-06-30到期，只看不改，延了期也报不进来"):
        extend(world.parts, "a", "D-2", "2025-06", date(2025, 8, 1), by="某某", why="雪灾")
    with pytest.raises(RulingError, match="不能再报"):
        declare_nil(world.parts, "a", "D-2", "2025-06", by="某某")
    assert exempt(world.parts, "a", "D-2", "2025-05", by="某某", why="停产").stands
    world.clock.at = at("2025-06-30 18:00")
    assert declare_nil(world.parts, "b", "D-2", "2025-06", by="某某").stands, "on the last day all goes on"


def test_no_duty_of_a_period_after_the_end_is_owed_and_the_last_period_can_be_closed(world: World) -> None:
    """The end of June is the end: July is nobody's duty. What was not due on the last day will never be: 6月 closes."""
    world.round("2025-07-20 09:00")
    periods = {j.key.split("|")[2] for j in world.store.judgements(SCHEME.id, kind="obligation")}
    assert "2025-06" in periods and not {period for period in periods if period > "2025-06"}
    assert close_period(world.parts, "2025-06", by="某某").number > 0


def test_nobody_is_reminded_of_what_is_not_taken_any_more(world: World) -> None:
    world.round("2025-06-30 09:00")
    assert reminders(desk(world))
    world.round("2025-07-05 09:00")
    assert reminders(desk(world)) == []
