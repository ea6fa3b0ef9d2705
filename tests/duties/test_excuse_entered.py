"""An excuse that is entered, or whose time is over, has the shared rules that it switches off judged again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.judge import as_record
from tests.duties.families import WITH_ROWS, child
from tests.duties.kit import SCHEME, World
from validators.facts import Facts
from validators.rules import parse_rule

REASON = child("reason", "说明", ("why", "原因", "text"), ("accepted", "认定", "yesno"), ("until", "有效期", "date"))
RULES: tuple[dict[str, Any], ...] = (
    {"id": "X-1", "kind": "consequence", "title": "挂牌", "table": "project", "result": "选址类型", "flags": {"独立选址": ["黄牌"]}},
    {"id": "X-2", "kind": "reconcile", "title": "有拨付", "table": "project", "right": "payment",
     "keys": [{"left": ["项目名称"], "right": ["项目名称"]}], "expect": "left", "tell": "left", "missing": "没有拨付", "keyless": False},
    {"id": "X-3", "kind": "excuse", "title": "说明", "table": "project", "of": ["X-1", "X-2"], "rows": "reason",
     "why": "原因", "accepted": "认定", "until": "有效期"},
)  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    rules = tuple(parse_rule(item) for item in RULES)
    made = WITH_ROWS.model_copy(update={"tables": (*WITH_ROWS.tables, REASON), "rules": rules})
    found = World(f"sqlite:///{tmp_path}/tianbao.db", "2025-06-02 09:00", made)
    for book in found.books.values():
        book.tabs |= {"visit": [], "problem": [], "payment": [], "reason": []}
    found.round()
    yield found
    found.close()


def of_record(world: World, unit: str) -> tuple[list[str], list[str], list[bool]]:
    """Flags, findings and whether each status says that it was explained, of the unit's project by shared rules."""
    (record,) = world.store.records(SCHEME.id, book=f"laws:{unit}", tables=["project"])
    (judged,) = world.store.judgements(SCHEME.id, kind="shared", keys=[record.id])
    statuses = sorted(judged.statuses, key=lambda item: item.rule)
    return (
        [item.flag for item in judged.flags],
        [item.rule for item in judged.findings],
        ["excused" in item.inputs for item in statuses],
    )


def whole(world: World) -> dict[str, Any]:
    """The same of all projects, judged from nothing."""
    items = world.store.records(SCHEME.id)
    parents = {item.id: item.parent for item in items if item.parent}
    facts = Facts.of(world.parts.scheme, map(as_record, items), parents=parents)
    found: dict[str, Any] = defaultdict(lambda: (set(), set()))
    for verdict in world.parts.evaluator.shared(facts, world.clock.today()):
        if verdict.kind == "record":
            found[verdict.key][0].update(flag.flag for flag in verdict.flags)
            found[verdict.key][1].update(item.rule for item in verdict.findings)
    return dict(found)


def agrees(world: World) -> bool:
    judged = world.store.judgements(SCHEME.id, kind="shared")
    said = {j.key: ({f.flag for f in j.flags}, {f.rule for f in j.findings}) for j in judged if j.statuses or j.flags}
    return said == {key: parts for key, parts in whole(world).items() if key in said}


def test_it_is_switched_off_when_the_excuse_comes_and_on_again_when_its_time_is_over(world: World) -> None:
    assert of_record(world, "a") == (["黄牌"], ["X-2"], [False])
    row = ["甲项目", "台风", "是", "2025-06-10"]
    world.save("a", "2025-06-03 10:00", lambda book: book.clerk_insert("reason", 0, row))
    world.round("2025-06-03 10:00")
    assert of_record(world, "a") == ([], [], [True]) and agrees(world)
    assert of_record(world, "b") == (["黄牌"], ["X-2"], [False])
    world.round("2025-06-10 10:00")
    assert of_record(world, "a") == ([], [], [True])
    world.round("2025-06-11 10:00")
    assert of_record(world, "a") == (["黄牌"], ["X-2"], [False]) and agrees(world)
    world.save("a", "2025-06-11 11:00", lambda book: book.clerk_edit("reason", 0, 3, "2025-06-20"))
    world.round("2025-06-11 11:00")
    assert of_record(world, "a") == ([], [], [True]) and agrees(world)


def test_a_refused_excuse_switches_nothing_off(world: World) -> None:
    world.save("a", "2025-06-03 10:00", lambda book: book.clerk_insert("reason", 0, ["甲项目", "台风", "否", ""]))
    world.round("2025-06-03 10:00")
    assert of_record(world, "a") == (["黄牌"], ["X-2"], [False]) and agrees(world)
