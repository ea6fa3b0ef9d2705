"""Rules with versions in a running office: the day a version begins is judged by the day's pass, reading nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from sync.closed import close_period
from sync.judge import judge_due
from sync.shared import judge_now
from tests.duties.kit import SCHEME, World
from validators.rules import parse_rule

TURN = date(2025, 7, 16)
MORE = {"effective_from": TURN.isoformat()}
WANTS = {
    "id": "V-1",
    "kind": "required",
    "title": "要填的",
    "table": "project",
    "fields": ["总投资"],
    "section": "旧一",
}
REPORT = {"id": "V-2", "kind": "cadence", "title": "月报", "table": "project", "period": "month", "subject": "unit", "updates": True,
          "due_day": 5, "due_offset": 1}  # fmt: skip
GOAL = {"id": "V-3", "kind": "target", "title": "年度目标", "table": "project", "where": "有(开工日期)", "date_field": "开工日期",
        "until": "2025-12-31", "goal": 1, "measure": "个"}  # fmt: skip
LATER = {"id": "V-4", "kind": "required", "title": "新的", "table": "project", "fields": ["内部编码"], **MORE}
RULES = (WANTS, WANTS | MORE | {"fields": ["总投资", "内部编码"], "section": "新一"}, REPORT, REPORT | MORE | {"due_day": 10},
         GOAL, GOAL | MORE | {"goal": 3}, LATER)  # fmt: skip
VERSIONED = SCHEME.model_copy(update={"rules": tuple(parse_rule(item) for item in RULES), "reports": ()})


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    found = World(f"sqlite:///{tmp_path / 'store.db'}", "2025-06-02 09:00", VERSIONED)
    found.books["a"].tabs["project"][0].cells[1:3] = ["", ""]
    found.round()
    yield found
    found.close()


def stored(world: World, kind: str) -> dict[str, Any]:
    return {
        j.key: [(s.rule, s.code, s.deadline, s.inputs) for s in j.statuses]
        for j in world.store.judgements(SCHEME.id, kind=kind)
    }


def full(world: World) -> tuple[dict[str, Any], dict[str, Any]]:
    """Everything judged from nothing, on the day it is."""
    records = {}
    for code in "ab":
        ids = [item.id for item in world.store.records(SCHEME.id, book=f"laws:{code}")]
        for item in judge_due(world.parts, f"laws:{code}", ids):
            records[item.key] = [(s.rule, s.code, s.deadline, s.inputs) for s in item.statuses]
    shared: dict[str, Any] = {}
    for verdict in judge_now(world.parts, world.parts.evaluator.shared_rules())[0]:
        if verdict.kind == "obligation":
            shared[verdict.key] = [(s.rule, s.code, s.deadline, s.inputs) for s in verdict.statuses]
    return records, shared


def test_every_days_pass_equals_a_full_one_across_the_turn(world: World) -> None:
    day = date(2025, 7, 10)
    while day < date(2025, 8, 14):
        world.round(f"{day} 09:00")
        records, duties = full(world)
        assert stored(world, "record") == records, day
        assert {key: said for key, said in stored(world, "obligation").items() if said} == duties, day
        day += timedelta(days=1)
    assert world.status("V-2", "a", "2025-06").deadline == date(2025, 7, 5)
    assert world.status("V-2", "a", "2025-07").deadline == date(2025, 8, 10)
    assert world.status("V-2", "a", "2025-07").inputs["version"] == "2025-07-16"


def target(world: World) -> str:
    (found,) = [s for j in world.store.judgements(SCHEME.id, kind="target") for s in j.statuses]
    return str(found.inputs["target"])


def test_row_and_target_turn_on_the_day_without_a_reading(world: World) -> None:
    world.round("2025-07-15 09:00")
    read = world.store.book("laws:a").last_read  # type: ignore[union-attr]
    said = world.books["a"].tabs["project"][0].shown["check"]
    assert "总投资" in said and "内部编码" not in said
    assert target(world) == "1"
    world.round("2025-07-16 09:00")
    assert "内部编码" in world.books["a"].tabs["project"][0].shown["check"]
    assert target(world) == "3"
    assert "（2025-07-16起执行的版本）" in world.reason("V-2", "a", "2025-07")
    assert world.store.book("laws:a").last_read == read  # type: ignore[union-attr]


def test_a_closed_period_keeps_the_version_it_was_closed_under(world: World) -> None:
    world.round("2025-07-08 09:00")
    close_period(world.parts, "2025-06", by="测试")
    world.round("2025-08-20 09:00")
    frozen = world.status("V-2", "a", "2025-06")
    assert frozen.deadline == date(2025, 7, 5) and frozen.inputs["version"] == ""
