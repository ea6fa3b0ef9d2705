"""What is done to 甲镇's four projects in the fixture `office`, and what can be seen of it."""

from __future__ import annotations

from sync.decide import open_decisions
from sync.engine import Report, sync_round
from sync.store.base import Decision
from tests.laws.clerk import GridRow
from tests.laws.world import World

A, B, C, D = (
    ["甲项目", "N-1", "12000", "独立选址", "2025-03-31", "", ""],
    ["乙项目", "N-2", "15000", "标准化厂房", "2025-05-01", "", ""],
    ["丙项目", "N-3", "18000", "独立选址", "2025-04-15", "", ""],
    ["丁项目", "N-4", "21000", "独立选址", "2025-04-20", "", ""],
)


def fill(world: World, rows: list[list[str]]) -> None:
    grids = world.drivers["a"].load()
    old = {row.cells[0]: row.shown for row in grids["project"]}
    grids["project"] = [GridRow(list(cells), dict(old.get(cells[0], {}))) for cells in rows]
    world.drivers["a"].save(grids)


def rounds(world: World, count: int = 2) -> Report:
    report = Report()
    for _ in range(count):
        world.clock.at += 10
        report = sync_round(world.parts)
    return report


def names(world: World, state: str = "live") -> set[str]:
    found = world.store.records("laws", book="laws:a", tables=["project"], states=(state,))  # type: ignore[arg-type]
    return {record.values["name"] for record in found}


def records_of(world: World, unit: str) -> dict[str, dict[str, str]]:
    return {record.id: record.values for record in world.store.records("laws", book=f"laws:{unit}", states=("live",))}


def texts(world: World) -> dict[str, dict[str, str]]:
    return {row.cells[0]: row.shown for row in world.drivers["a"].load()["project"]}


def waiting(world: World, kind: str) -> list[Decision]:
    return [item for item in open_decisions(world.parts) if item.kind == kind]
