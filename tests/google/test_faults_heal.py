"""Faults at every call of a cycle: the next cycles heal everything, nothing is lost and nothing misplaced."""

from __future__ import annotations

import contextlib

import pytest

from sync.engine import sync_round
from sync.errors import SyncError
from tests.google.office import Office

ROWS = {
    "a": {
        "project": [{"name": "甲项目", "site": "独立选址", "sign": "2025-03-01"}, {"name": "乙项目", "total": "待定"}]
    }
}
FAULTS = [
    {"code": 429}, {"code": 500}, {"code": 502, "html": True}, {"code": 503, "commit": True}, {"code": 400}, {"code": 403},
    {"code": 404}, {"action": "drop"}, {"action": "drop", "commit": True}, {"action": "half"},
]  # fmt: skip


def cycle(office: Office) -> None:
    """One poll, as the scheduler runs it: what the place says is noted and the next poll goes on."""
    with contextlib.suppress(SyncError):
        sync_round(office.parts)
    office.clock.advance(120)


@pytest.mark.parametrize("times", [1, 9])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda item: "-".join(str(value) for value in item.values()))
@pytest.mark.parametrize("at", range(5))
def test_whatever_fails_the_next_cycles_heal_it(server, at, fault, times):
    """`at` calls of the first cycles pass, then one or several fail: listing, reading, writing, opening a month."""
    office = Office(server, units=[("a", "甲镇")], rows=ROWS, tries=3)
    office.world.faults.add(**fault, skip=at, times=times)
    for _ in range(4):
        cycle(office)
    office.world.faults.clear()
    office.clock.advance(3600)
    for _ in range(4):
        cycle(office)
    assert [text.partition("\n")[0] for text in office.column("a", "@check")] == ["✓ 通过", "✓ 通过", "", "", "", ""]
    assert office.column("a", "name") == ["甲项目", "乙项目", "", "", "", ""]
    assert [name for name in office.column("a", "project", "monthly") if name] == ["甲项目", "乙项目"]
    live = office.parts.store.records("laws")
    assert sorted(record.values.get("name", "") for record in live if record.table == "project") == ["乙项目", "甲项目"]
    office.world.account.reset()
    cycle(office)
    assert office.world.account.count(kind="read") == office.world.account.count(kind="write") == 0
