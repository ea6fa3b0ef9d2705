"""What was reported stays reported while its row is missing, as late as it was; a nil report came on the day, and at the
hour, at which it was declared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from sync.clock import ZONE
from sync.decide import decide, open_decisions
from sync.duties import nil_of
from sync.rulings import declare_nil
from sync.shared import judge_shared
from sync.store.owed import Ruling
from tests.duties.kit import SCHEME, World, at
from validators.rules import parse_rule

RULES = (
    {"id": "D-4", "kind": "cadence", "title": "单位月报", "period": "month", "evidence": "monthly", "evidence_period": "month",
     "nil": "零报告", "due_hour": "15:00"},
    {"id": "D-5", "kind": "target", "title": "进展条数", "table": "monthly", "goal": 9},
)  # fmt: skip
WITH_UNITS = SCHEME.model_copy(update={"rules": (*SCHEME.rules, *(parse_rule(item) for item in RULES))})


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    found = World(f"sqlite:///{tmp_path}/tianbao.db", scheme=WITH_UNITS)
    found.round()
    yield found
    found.close()


def gone(world: World, *rows: int, when: str = "2025-07-20 09:00") -> None:
    """The rows of 甲项目's months are deleted, and a round sees it."""

    def delete(book: object) -> None:
        for row in rows:
            book.clerk_delete("monthly", row)  # type: ignore[attr-defined]

    world.save("a", when, delete)
    world.round(when)
    assert [item.state for item in world.store.records(SCHEME.id, states=("missing",))] == ["missing"] * len(rows)


# rows that vanished ----------------------------------------------------------------------------------------------------


def test_a_late_report_whose_row_vanished_stays_as_late_as_it_was(world: World) -> None:
    """Of the unit that covers its projects, and of the unit that reports itself."""
    world.round("2025-07-04 08:00")  # known to have been without it then
    world.report("a", "2025-07-05 10:00", "2025-06")
    world.round("2025-07-05 10:05")
    before = [world.status(rule, "a", "2025-06") for rule in ("D-1", "D-4")]
    assert [item.code for item in before] == ["reported_late"] * 2
    assert [item.done for item in before] == [date(2025, 7, 4)] * 2
    gone(world, 0)
    assert [world.status(rule, "a", "2025-06") for rule in ("D-1", "D-4")] == before


def test_a_row_of_a_month_that_nobody_reported_stays_nothing(world: World) -> None:
    """An empty row that vanished was no report: its condition holds for what is gone too."""
    world.report("a", "2025-06-20 10:00", "2025-06", done="")
    world.save("a", "2025-06-20 10:01", lambda book: book.clerk_edit("monthly", 0, 4, "否"))
    world.round("2025-06-20 10:05")
    gone(world, 0)
    assert world.word("D-1", "a", "2025-06") == "逾期未报"


def test_all_rows_that_vanished_count_not_only_one_of_them(world: World) -> None:
    world.save(
        "a", "2025-06-10 09:00",
        lambda book: book.clerk_insert("project", 1, ["丙项目", "a2", "7", "独立选址", "2025-01-03", "2025-01-05"]),
    )  # fmt: skip
    world.report("a", "2025-06-20 10:00", "2025-06")
    world.save(
        "a", "2025-06-20 10:01", lambda book: book.clerk_insert("monthly", 1, ["丙项目", "2025-06", "", "7", ""])
    )
    world.round("2025-06-20 10:05")
    assert world.status("D-1", "a", "2025-06").inputs["covered"] == 2
    world.save("a", "2025-06-25 09:00", lambda book: book.clerk_delete("monthly", 1))
    world.round("2025-06-25 09:00")
    world.save("a", "2025-06-26 09:00", lambda book: book.clerk_delete("monthly", 0))
    world.round("2025-06-26 09:00")
    waiting = [item.kind for item in open_decisions(world.parts)]
    if "held_run" in waiting:  # the last row of a table: a person says that it may go
        decide(world.parts, next(d.id for d in open_decisions(world.parts) if d.kind == "held_run"), True, by="王")
        world.round("2025-06-26 09:10")
    assert len(world.store.records(SCHEME.id, states=("missing",))) == 2
    status = world.status("D-1", "a", "2025-06")
    assert (status.code, status.inputs["covered"], status.inputs["due"]) == ("reported", 2, 2)


def test_what_a_person_agreed_to_withdraw_is_no_report_any_more(world: World) -> None:
    world.report("a", "2025-06-20 10:00", "2025-06")
    world.round("2025-06-20 10:05")
    gone(world, 0)
    assert world.word("D-4", "a", "2025-06") == "已报"
    decide(world.parts, next(d.id for d in open_decisions(world.parts) if d.kind == "withdrawal"), True, by="王")
    world.round("2025-07-20 09:10")
    assert [world.word(rule, "a", "2025-06") for rule in ("D-1", "D-4")] == ["逾期未报"] * 2


def test_a_row_that_vanished_covers_its_own_project_and_no_other(world: World) -> None:
    """The report of 甲项目 is none of 丙项目's."""
    world.report("a", "2025-06-20 10:00", "2025-06")
    world.round("2025-06-20 10:05")
    gone(world, 0, when="2025-06-21 09:00")
    cells = ["丙项目", "a2", "7", "独立选址", "2025-01-03", "2025-01-05"]
    world.save("a", "2025-06-22 09:00", lambda book: book.clerk_insert("project", 1, cells))
    world.round("2025-06-22 09:05")
    status = world.status("D-1", "a", "2025-06")
    assert (status.inputs["covered"], status.inputs["due"]) == (1, 2)


def test_a_row_that_vanished_counts_until_it_has_withdrawn(world: World) -> None:
    """As a report, and by what counts rows: nothing is deleted by absence (law L3)."""
    world.report("a", "2025-06-20 10:00", "2025-06")
    world.round("2025-06-20 10:05")
    assert world.status("D-5", "", "").inputs["done"] == "1"
    gone(world, 0)
    assert world.word("D-4", "a", "2025-06") == "已报"
    assert world.status("D-5", "", "").inputs["done"] == "1"
    decide(world.parts, next(d.id for d in open_decisions(world.parts) if d.kind == "withdrawal"), True, by="王")
    judge_shared(world.parts, {"D-1", "D-4", "D-5"})
    assert world.status("D-5", "", "").inputs["done"] == "0"


# nil reports -----------------------------------------------------------------------------------------------------------


def declared(world: World, when: str, period: str = "2025-07") -> tuple[str, date | None, bool]:
    world.round(when)
    declare_nil(world.parts, "a", "D-4", period, by="王五")
    status = world.status("D-4", "a", period)
    return status.code, status.done, bool(status.inputs.get("nil"))


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("2025-07-31 14:59", "reported"), ("2025-07-31 15:01", "reported_late"), ("2025-08-01 00:10", "reported_late"),
        ("2025-07-31 00:10", "reported"),
    ],
)  # fmt: skip
def test_a_nil_report_came_at_the_hour_at_which_it_was_declared(world: World, when: str, code: str) -> None:
    """The office's own hour and day: ten past midnight is that day, whatever it is in Greenwich."""
    assert declared(world, when) == (code, date.fromisoformat(when[:10]), True)


def test_a_nil_report_declared_with_another_day_named_came_on_that_day(world: World) -> None:
    """`--as-of 2025-08-05`, while the clock on the wall still shows July: late by the day that counted as today; and the
    other way round it is in time."""
    world.round("2025-07-31 10:00")
    world.clock.as_of = date(2025, 8, 5)
    declare_nil(world.parts, "a", "D-4", "2025-07", by="王五")
    status = world.status("D-4", "a", "2025-07")
    assert (status.code, status.done) == ("reported_late", date(2025, 8, 5))
    world.clock.as_of = None
    world.clock.at = at("2025-08-20 16:00")
    world.clock.as_of = date(2025, 7, 31)
    declare_nil(world.parts, "b", "D-4", "2025-07", by="王五")
    status = world.status("D-4", "b", "2025-07")
    assert (status.code, status.done) == ("reported", date(2025, 7, 31)), "from the beginning of the named day"


def ruling(when: str, since: date | None) -> Ruling:
    return Ruling("r1", "nil", SCHEME.id, "a", "D-4", "2025-07", record="P1", by="王五", at=at(when), since=since)


@pytest.mark.parametrize(
    ("since", "came"),
    [
        (None, "2025-07-31T00:30:00"),  # declared by an older version, which did not keep the day
        (date(2025, 7, 31), "2025-07-31T00:30:00"),
        (date(2025, 7, 30), "2025-07-30T00:00:00"),
        (date(2025, 8, 5), "2025-08-05T00:00:00"),
    ],
)
def test_the_day_of_a_nil_report(since: date | None, came: str) -> None:
    found = nil_of(ruling("2025-07-31 00:30", since))
    assert found.at == datetime.fromisoformat(came).replace(tzinfo=ZONE)
    assert (found.rule, found.unit, found.period, found.record, found.nil) == ("D-4", "a", "2025-07", "P1", True)
