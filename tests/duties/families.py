"""An office whose rules look at rows beside a row: projects with visits, problems and payments, two units, one clock."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from sync.backends.memory import MemoryRow
from sync.judge import as_record
from tests.duties.kit import BASE, SCHEME, World
from validators.evaluate import Related
from validators.rules import parse_rule
from validators.scheme.tables import Field, Table


def child(name: str, title: str, *fields: tuple[str, str, str]) -> Table:
    """A table of rows under projects, found by what stands in them."""
    own = tuple(Field(name=key, title=said, type=kind) for key, said, kind in fields)
    named = Field(name="project", title="项目名称", type="project_name")
    return Table(
        name=name, title=title, parent="project", parent_field="project", name_field="project",
        keys=(("project", fields[0][0]),), fields=(named, *own), rows=12,
    )  # fmt: skip


VISIT = child("visit", "走访", ("on", "走访日期", "date_actual"))
PROBLEM = child("problem", "问题", ("what", "问题", "text"), ("raised", "提出日期", "date_actual"), ("mended", "整改日期", "date_actual"))  # fmt: skip
PAYMENT = child("payment", "拨付", ("month", "月份", "month"), ("done", "累计拨付", "money_wan"), ("asked", "申请日期", "date_actual"), ("paid", "拨付日期", "date_actual"), ("explanation", "情况说明", "text"))  # fmt: skip

RULES: tuple[dict[str, Any], ...] = (
    {"id": "F-1", "kind": "elapsed", "title": "走访后30日内开工", "table": "project",
     "from": {"rows": "visit", "date": "走访日期", "take": "last"}, "to": "开工日期", "n": 30, "lead": 0, "early": "done"},
    {"id": "F-2", "kind": "elapsed", "title": "问题10日内整改", "table": "problem", "from": "提出日期", "to": "整改日期", "n": 10,
     "lead": 0, "when": "项目库.选址类型 = '独立选址'"},
    {"id": "F-3", "kind": "elapsed", "title": "20日内拨付", "table": "payment", "from": "申请日期", "to": "拨付日期", "n": 20, "lead": 0},
    {"id": "F-4", "kind": "series", "title": "累计不降", "table": "payment", "period": "月份", "rising": ["累计拨付"]},
)  # fmt: skip
WITH_ROWS = SCHEME.model_copy(
    update={
        "tables": (*BASE.tables, VISIT, PROBLEM, PAYMENT),
        "rules": tuple(parse_rule(item) for item in RULES),
        "reports": (),
    }
)
START = date(2025, 6, 2)


def opened(place: Path, rows: dict[str, list[list[str]]]) -> World:
    """The office on the first day; besides 甲项目 of unit a, whose site is 独立选址, these rows of its book."""
    world = World(f"sqlite:///{place}/tianbao.db", f"{START} 09:00", WITH_ROWS)
    for book in world.books.values():
        book.tabs |= {"visit": [], "problem": [], "payment": []}
    for table, cells in rows.items():
        world.books["a"].tabs[table] = [MemoryRow(list(row)) for row in cells]
    world.round()
    return world


def said(world: World, table: str) -> list[tuple[str, tuple[str, ...]]]:
    """Code of every status and the codes of the findings, row by row as they stand in the book."""
    records = {item.id: item for item in world.store.records(SCHEME.id, book="laws:a", tables=[table])}
    judged = {item.key: item for item in world.store.judgements(SCHEME.id, book="laws:a", kind="record")}
    rows = sorted(records, key=lambda key: sorted(records[key].values.items()))
    return [
        (",".join(s.code for s in judged[key].statuses), tuple(f.code for f in judged[key].findings)) for key in rows
    ]


def stored(world: World) -> dict[str, Any]:
    """What the store says of every record that is there."""
    live = [item.id for item in world.store.records(SCHEME.id)]
    found = world.store.judgements(SCHEME.id, kind="record", keys=live)
    return {item.key: (item.stage, list(item.statuses), list(item.flags), list(item.findings)) for item in found}


def judged_whole(world: World) -> dict[str, Any]:
    """Every record of the store judged on the day, with every other beside it: no choice of what is due, or of what
    has to be known for that."""
    items = world.store.records(SCHEME.id)
    records = {item.id: as_record(item) for item in items}
    related = Related.of(records, {item.id: item.parent for item in items if item.parent})
    found = {}
    for table in WITH_ROWS.tables:
        own = [record for record in records.values() if record.table == table.name]
        results = world.parts.evaluator.records(table.name, own, world.clock.today(), related)
        found |= {r.id: (one.stage, one.statuses, one.flags, one.findings) for r, one in zip(own, results, strict=True)}
    return found


MAY = {
    "project": [["甲项目", "a1", "100", "独立选址", "2025-01-03", ""]],
    "visit": [["甲项目", "2025-04-01"], ["甲项目", "2025-05-20"]],
    "problem": [["甲项目", "缺电", "2025-05-28", ""]],
    "payment": [
        ["甲项目", "2025-04", "90", "2025-04-01", "2025-04-02", ""],
        ["甲项目", "2025-05", "70", "2025-05-25", "", ""],
    ],
}
