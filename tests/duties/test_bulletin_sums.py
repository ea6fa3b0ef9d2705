"""T-11 / T-R1 of the policy matrix: the monthly bulletin has one row per township, and its sums are those of the rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from app.wiring import make_parts
from sheets_templates import catalog
from sync.backends.memory import MemoryBackend, MemoryBook
from sync.clock import FixedClock
from sync.consolidate.period_tables import period_tables
from sync.engine import sync_round
from sync.store import open_store
from tests.duties.kit import at
from validators.calendar import default_calendar
from validators.periods import parse_period

SCHEME = catalog.load("tianjiaan")
# township, signed, started: 10 signed, 6 started, 1 that had to start within three months and has not
PROJECTS = [
    ("安成镇", "2025-01-10", "2025-02-01"), ("安成镇", "2025-02-10", "2025-03-01"), ("安成镇", "2025-03-20", ""),
    ("安成镇", "2025-05-20", ""), ("曹庵镇", "2025-01-15", "2025-04-01"), ("曹庵镇", "2025-04-20", "2025-05-01"),
    ("曹庵镇", "2025-06-01", ""), ("三和镇", "2025-02-11", "2025-03-03"), ("三和镇", "2025-03-12", "2025-06-01"),
    ("三和镇", "2025-06-10", ""),
]  # fmt: skip


def test_one_row_for_each_township_with_the_sums_below(tmp_path: Path) -> None:
    titles = [item.title for item in SCHEME.table("project").fields]
    books = {}
    for unit in SCHEME.units:
        own = [(n, p) for n, p in enumerate(PROJECTS) if p[0] == unit.name]
        rows = []
        for n, (_, signed, started) in own:
            cells = {"项目名称": f"项目{n}号厂", "签约日期": signed, "开工实际日期": started, "选址类型": "独立选址"}
            rows.append({"cells": [cells.get(title, "") for title in titles]})
        tabs = {table.name: rows if table.name == "project" else [] for table in SCHEME.tables_of("unit")}
        books[unit.code] = MemoryBook(tabs, scheme=SCHEME.id, version=SCHEME.version, unit=unit.code)
    store = open_store(f"sqlite:///{tmp_path}/t.db")
    clock = FixedClock(as_of=date(2025, 6, 30), at=at("2025-06-30 09:00"))
    parts = make_parts(SCHEME, store, MemoryBackend(books), clock, default_calendar())
    try:
        assert not sync_round(parts).failures
        found = period_tables(parts, parse_period("2025-06"), "2025-06")
        table = next(f.statuses[0].inputs for f in found if f.key == "T-R1")
    finally:
        store.close()
    columns = [table["heads"].index(head) for head in ("签约项目", "已开工", "逾期(独立)")]
    figures = [[row[0], *(row[n] for n in columns)] for row in table["rows"] if row[columns[0]] != "0"]
    assert sorted(figures[:-1]) == [["三和镇", "3", "2", "0"], ["安成镇", "4", "2", "1"], ["曹庵镇", "3", "2", "0"]]
    assert figures[-1] == ["合计", "10", "6", "1"]
