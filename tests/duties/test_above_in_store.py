"""Monthly rows look at what rules derive on their project: judged again when that is otherwise, for whatever reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from sync.judge import judge_due
from sync.rulings import extend
from tests.duties.kit import SCHEME, World
from validators.rules import parse_rule

RULES = (
    {"id": "N-1", "kind": "elapsed", "title": "签约到开工", "table": "project", "from": "签约日期", "to": "开工日期",
     "n": 7, "unit": "月", "section": "二(一)", "deadline_into": "开工期限", "late_into": "误期"},
    {"id": "N-2", "kind": "tier", "title": "档次", "table": "project", "value": "总投资", "into": "档次",
     "bands": [{"name": "一般", "high": "10000"}, {"name": "重大", "low": "10000"}]},
    {"id": "M-1", "kind": "integrity", "title": "重大项目", "table": "monthly", "checks": [
        {"test": "项目.档次 != '重大'", "text": "重大的"},
        {"test": "首个(项目.误期, 0) <= 0", "text": "误期的"},
        {"test": "项目.当前阶段 != '开工'", "text": "开工的"}]},
    {"id": "M-2", "kind": "elapsed", "title": "开工前报完", "table": "monthly", "from": "项目.开工期限", "to": "今天", "n": 0,
     "when": "项目.档次 = '重大'"},
)  # fmt: skip
ABOVE = SCHEME.model_copy(update={"rules": (*SCHEME.rules, *(parse_rule(item) for item in RULES))})


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """甲项目, signed on 3 January 2025 and not begun, is due on 3 August; its row of June is there."""
    found = World(f"sqlite:///{tmp_path / 'store.db'}", start="2025-07-20 09:00", scheme=ABOVE)
    found.save("a", "2025-07-20 08:00", lambda book: book.clerk_edit("project", 0, 5, ""))
    found.report("a", "2025-07-20 08:30", "2025-06")
    found.round("2025-07-20 09:00")
    yield found
    found.close()


def record(world: World, table: str) -> str:
    return next(r.id for r in world.store.records(SCHEME.id, tables=[table]) if r.unit == "a")


def told(world: World) -> list[str]:
    """What is wrong with the row of June."""
    (judged,) = world.store.judgements(SCHEME.id, kind="record", keys=[record(world, "monthly")])
    return [str(word) for item in judged.findings if item.rule == "M-1" for word in item.params["what"]]


def test_an_edit_of_the_project_judges_its_rows_again(world: World) -> None:
    assert told(world) == []
    world.save("a", "2025-07-20 10:00", lambda book: book.clerk_edit("project", 0, 2, "20000"))
    world.round("2025-07-20 10:05")
    assert [text for text in told(world) if "重大的" in text]


def test_a_day_that_comes_judges_them_again(world: World) -> None:
    world.round("2025-08-03 09:00")
    assert told(world) == []
    world.round("2025-08-04 09:00")
    assert [text for text in told(world) if "误期的" in text]


def test_a_later_day_granted_to_the_project_judges_them_at_once(world: World) -> None:
    world.round("2025-08-10 09:00")
    assert told(world)
    extend(world.parts, "", "N-1", "", date(2025, 9, 30), by="张三", why="雪灾", record=record(world, "project"))
    assert told(world) == []


def test_judged_when_due_is_judged_on_every_day(world: World) -> None:
    world.save("a", "2025-07-20 10:00", lambda book: book.clerk_edit("project", 0, 5, "2025-08-20"))
    day = date(2025, 7, 21)
    while day <= date(2025, 8, 25):
        world.round(f"{day} 09:00")
        ids = [item.id for item in world.store.records(SCHEME.id) if item.unit == "a"]
        fresh = {item.key: _said(item) for item in judge_due(world.parts, "laws:a", ids)}
        kept = {item.key: _said(item) for item in world.store.judgements(SCHEME.id, kind="record", keys=ids)}
        assert kept == fresh, day
        day += timedelta(days=1)


def _said(item: Any) -> Any:
    rules = [(said.rule, said.code, said.deadline) for said in item.statuses]
    return item.stage, rules, [(said.rule, said.code, said.field) for said in item.findings]
