"""Sheets whose rows are chosen by a condition of the texts: who is in, who is not, and the figures below."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from app.wiring import make_parts
from sheets_templates import catalog
from sync.backends.memory import MemoryBackend, MemoryBook
from sync.clock import FixedClock
from sync.consolidate.gather import gather
from sync.consolidate.reports import report_block
from sync.engine import sync_round
from sync.store import open_store
from tests.duties.kit import at
from validators.calendar import default_calendar
from validators.scheme.models import Scheme

Rows = list[dict[str, str]]


def shown(tmp_path: Path, scheme_id: str, on: str, report: str, unit: str, projects: Rows) -> list[list[str]]:
    """The rows of a report, with the row below them where there is one, from one unit's projects."""
    scheme = catalog.load(scheme_id)
    books = {item.code: _book(scheme, item.code, projects if item.code == unit else []) for item in scheme.units}
    store = open_store(f"sqlite:///{tmp_path}/t.db")
    clock = FixedClock(as_of=date.fromisoformat(on), at=at(f"{on} 09:00"))
    parts = make_parts(scheme, store, MemoryBackend(books), clock, default_calendar())
    assert not sync_round(parts).failures
    block = report_block(gather(parts), next(item for item in scheme.reports if item.id == report))
    store.close()
    rows = [*block.rows, *([block.totals] if block.totals else [])]
    return [[getattr(cell, "text", None) or str(cell or "") for cell in row] for row in rows]


def _book(scheme: Scheme, code: str, projects: Rows) -> MemoryBook:
    tabs = {}
    for table in scheme.tables_of("unit"):
        titles = [field.title for field in table.fields]
        rows = projects if table.name == "project" else []
        tabs[table.name] = [{"cells": [row.get(title, "") for title in titles]} for row in rows]
    return MemoryBook(tabs, scheme=scheme.id, version=scheme.version, unit=code, role="unit")


def test_above_scale_is_that_of_manufacturing_projects_in_production_this_year(tmp_path: Path) -> None:
    """T-R4: 「当年制造业投产项目的升规情况」, as T-38 counts it."""
    valid = {"总投资": "20000", "行业": "专用设备制造业", "联合验收日期": "2024-03-01", "联合验收结果": "合格"}
    projects = [
        {**valid, "项目名称": "一号厂", "投产实际日期": "2025-04-01", "实际升规日期": "2025-08-01"},
        {**valid, "项目名称": "二号厂", "投产实际日期": "2025-04-01"},
        {**valid, "项目名称": "去年投产", "投产实际日期": "2024-04-01", "实际升规日期": "2024-08-01"},
        {**valid, "项目名称": "次年升规", "投产实际日期": "2025-12-01", "实际升规日期": "2026-01-05"},
        {**valid, "项目名称": "批发市场", "行业": "批发业", "投产实际日期": "2025-04-01", "实际升规日期": "2025-05-01"},
    ]
    rows = shown(tmp_path, "tianjiaan", "2026-01-10", "T-R4", "340403101", projects)
    assert [row[:3] for row in rows] == [["安成镇", "3", "1"], ["合计", "3", "1"]]
    assert {row[3][:5] for row in rows} == {"0.333"}


def test_projects_that_left_are_not_listed_as_under_construction(tmp_path: Path) -> None:
    """Q-7 after the city's consent (B-31); an application alone changes nothing."""
    begun = {"行业": "制造业", "投资主体": "民企", "总投资": "20000", "开工实际日期": "2025-04-10"}
    asked = {**begun, "退出申请日期": "2025-06-10", "退出理由": "放弃"}
    projects = [
        {**asked, "项目名称": "退出的厂", "市政府同意退出日期": "2025-07-02"},
        {**asked, "项目名称": "申请中的厂"},
        {**begun, "项目名称": "在建的厂"},
    ]
    rows = shown(tmp_path, "quanzhou", "2025-08-01", "Q-7", "350582", projects)
    assert [row[2] for row in rows] == ["申请中的厂", "在建的厂"]
