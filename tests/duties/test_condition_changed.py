"""A project that changes 选址类型 gets the other limit from the same signing date, and what it had missed stays known (B-21):
through reading, store, the day's pass, another scheme version and explain, not in the engine alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.wiring import make_parts
from tests.duties.kit import SCHEME, World
from validators.calendar import default_calendar
from validators.rules import parse_rule


def limit(rule: str, site: str, months: int) -> Any:
    return parse_rule(
        {"id": rule, "kind": "elapsed", "title": f"{site}签约到开工", "table": "project", "from": "签约日期", "to": "开工日期",
         "n": months, "unit": "月", "when": f"选址类型 = '{site}'", "section": "二(一)1"}
    )  # fmt: skip


def _dated(table: Any) -> Any:
    fields = tuple(item.model_copy(update={"dated": item.name == "site"}) for item in table.fields)
    return table.model_copy(update={"fields": fields})


CHANGING = SCHEME.model_copy(
    update={
        "tables": tuple(_dated(table) for table in SCHEME.tables),
        "rules": (limit("L-1", "标准化厂房", 1), limit("L-2", "独立选址", 6)),
    }
)
SITE, STARTED = 3, 5


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """甲项目: a standard workshop, signed on 3 January, due on 3 February, not begun; read since January."""
    found = World(f"sqlite:///{tmp_path / 'store.db'}", "2025-01-10 09:00", CHANGING)
    found.books["a"].tabs["project"][0].cells[SITE:] = ["标准化厂房", "2025-01-03", ""]
    found.round()
    found.round("2025-02-15 09:00")
    yield found
    found.close()


def told(world: World) -> str:
    return world.books["a"].tabs["project"][0].shown["status"]


def statuses(world: World) -> dict[str, Any]:
    (record,) = world.store.records(SCHEME.id, tables=["project"], book="laws:a")
    (found,) = world.store.judgements(SCHEME.id, kind="record", keys=[record.id])
    return {item.rule: item for item in found.statuses}


def change(world: World, day: str = "2025-02-20", site: str = "独立选址") -> None:
    world.save("a", f"{day} 10:00", lambda book: book.clerk_edit("project", 0, SITE, site))
    world.round(f"{day} 10:10")


EVER = "曾逾期16天(至2025-02-19，当时选址类型为标准化厂房)"


def test_the_new_limit_runs_from_the_same_day_and_the_missed_one_stays_known(world: World) -> None:
    assert statuses(world)["L-1"].code == "overdue"
    change(world)
    found = statuses(world)
    assert (found["L-1"].code, found["L-2"].code, found["L-2"].deadline) == ("not_applicable", "ok", date(2025, 7, 3))
    assert EVER in world.say.reason(found["L-1"], date(2025, 2, 20))
    assert EVER in told(world), "the clerk's own row says so"


def test_it_stays_through_days_edits_a_move_and_another_scheme_version(world: World) -> None:
    change(world)
    world.round("2025-06-28 09:00")
    assert EVER in told(world), "the day's pass"
    world.save("a", "2025-06-28 10:00", lambda book: book.clerk_edit("project", 0, 2, "200"))
    world.save(
        "a", "2025-06-28 10:01", lambda book: book.clerk_insert("project", 0, ["另一个", "a9", "1", "独立选址", "", ""])
    )
    world.round("2025-06-28 10:10")
    assert EVER in world.books["a"].tabs["project"][1].shown["status"], "an edit, and the row moved down"
    other = CHANGING.model_copy(update={"version": "2"})
    world.parts = make_parts(other, world.store, world.backend, world.clock, default_calendar())
    world.round("2025-06-29 09:00")
    assert EVER in world.books["a"].tabs["project"][1].shown["status"], "all rows judged anew"


def test_a_change_before_the_limit_passed_leaves_no_mark(tmp_path: Path) -> None:
    world = World(f"sqlite:///{tmp_path / 'store.db'}", "2025-01-10 09:00", CHANGING)
    world.books["a"].tabs["project"][0].cells[SITE:] = ["标准化厂房", "2025-01-03", ""]
    world.round()
    change(world, "2025-01-20")
    world.round("2025-03-01 09:00")
    assert "曾逾期" not in told(world) and statuses(world)["L-1"].code == "not_applicable"
    world.close()


def test_changed_back_it_is_overdue_under_the_first_limit_and_done_late(world: World) -> None:
    change(world)
    change(world, "2025-03-01", "标准化厂房")
    assert statuses(world)["L-1"].code == "overdue"
    world.save("a", "2025-03-02 10:00", lambda book: book.clerk_edit("project", 0, STARTED, "2025-03-02"))
    world.round("2025-03-02 10:10")
    assert statuses(world)["L-1"].code == "done_late"


def test_done_late_and_changed_afterwards_it_is_in_time_now_and_was_overdue(world: World) -> None:
    """The other type makes it 按期完成; the days it was late under the one it had do not go away."""
    world.save("a", "2025-02-18 10:00", lambda book: book.clerk_edit("project", 0, STARTED, "2025-02-18"))
    world.round("2025-02-18 10:10")
    assert statuses(world)["L-1"].code == "done_late"
    change(world)
    assert statuses(world)["L-2"].code == "done"
    assert "曾逾期15天(至2025-02-18，当时选址类型为标准化厂房)" in told(world)


def test_begun_and_changed_in_one_save_it_is_done_in_time_now_and_was_overdue(world: World) -> None:
    world.save("a", "2025-02-20 09:59", lambda book: book.clerk_edit("project", 0, STARTED, "2025-02-18"))
    change(world)
    found = statuses(world)
    assert found["L-2"].code == "done"
    assert "曾逾期15天(至2025-02-18" in told(world)


def test_as_of_a_day_before_the_change_nothing_of_it_is_known(world: World) -> None:
    change(world)
    world.clock.as_of = date(2025, 2, 10)
    world.store.want(["laws:a"])
    other = CHANGING.model_copy(update={"version": "3"})
    world.parts = make_parts(other, world.store, world.backend, world.clock, default_calendar())
    world.round()
    assert "ever" not in statuses(world)["L-1"].inputs
