from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.consolidate.summary_district import District, open_district
from validators.findings import Finding, Severity

PROJECTS = {
    "a": [
        {"name": "甲一", "total": "12000", "site": "独立选址", "sign": "2025-01-10", "start": "2025-03-01", "made": "2025-06-01"},
        {"name": "甲二", "total": "20000.5", "site": "独立选址", "sign": "2025-02-01", "loan": "3000"},
        {"name": "甲三", "total": "!见附件", "site": "标准化厂房", "sign": "2025-06-20"},
    ],
    "b": [
        {"name": "乙一", "total": "30000", "site": "标准化厂房", "sign": "2025-04-12"},
        {"name": "乙二", "total": "15000", "sign": "2025-04-20", "ended": "2025-06-01"},
    ],
    "c": [
        {"name": "丙一", "total": "10000", "site": "独立选址", "sign": "2025-02-01", "start": "2025-04-20"},
        {"name": '=HYPERLINK("http://example.com","点我")', "total": "10000", "site": "独立选址", "sign": "2025-03-01", "loan": "500"},
    ],
}  # fmt: skip


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    """Three towns with projects, one without; one cell that could not be read."""
    made = open_district(tmp_path)
    wrong = Finding("cell.reference", Severity.MUST, "project", "", "total", "见附件")
    explain = Finding("rule.notice", Severity.EXPLAIN, "project", "", "total", "10000", {"what": ["数额偏小"]})
    made.fill(
        "a",
        {"project": PROJECTS["a"], "monthly": [{"project": "甲一", "month": "2025-06", "done": "500"}]},
        {"甲三": [wrong]},
    )
    made.fill(
        "b",
        {"project": PROJECTS["b"], "problem": [{"project": "乙一", "content": "用电容量不足", "raised": "2025-06-01"}]},
    )
    made.fill("c", {"project": PROJECTS["c"]}, {"丙一": [explain]})
    yield made
    made.parts.store.close()
