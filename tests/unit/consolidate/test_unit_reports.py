"""Reports about units, and reports that count by what rules derive, on a bundled scheme with many of both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from sheets_templates import catalog
from tests.unit.consolidate.summary_district import District, open_district, rows_of
from validators.scheme.load import SchemeErrors, load_scheme

STARTED = {"start_actual": "2025-04-10", "investor_kind": "民企", "sector": "制造业"}
DONE = {**STARTED, "finish_actual": "2025-05-01", "installed_date": "2025-05-02", "accepted_date": "2025-05-03"}
PROJECTS = {
    "350582": [
        {"project_name": "甲", "total_investment": "12000", **STARTED},
        {"project_name": "乙", "total_investment": "30000", "sector": "交通", "investor_kind": "政府", "linear": "是", "study_start": "2025-02-01"},
        {"project_name": "丙", "total_investment": "20000", **DONE, "production_actual": "2025-06-01"},
    ],
    "350581": [
        {"project_name": "丁", "original": "老厂", "added_investment": "15000", "upgrading": "是", "sector": "制造业", "investor_kind": "外资"},
        {"project_name": "戊", "total_investment": "9000", "intention_date": "2025-03-01", "sector": "服务业", "investor_kind": "民企"},
    ],
}  # fmt: skip
STEPS = [
    {"project": "乙", "step": "用地报批", "submit_plan": "2025-03-01", "submit_actual": "2025-03-01",
     "approve_plan": "2025-04-01", "submit_unit": "晋江市", "approve_unit": "市国土局"},
    {"project": "乙", "step": "施工许可", "submit_plan": "2025-09-01", "approve_plan": "2025-10-01",
     "submit_unit": "晋江市", "approve_unit": "市住建局"},
]  # fmt: skip
RATED = [
    {"half": "2025H1", "unit": "晋江市", "goal": "4", "done": "3", "deduction": "1"},
    {"half": "2025H1", "unit": "石狮市", "goal": "4", "done": "6", "outstanding": "是", "bonus": "2"},
]


@pytest.fixture
def city(tmp_path: Path) -> Iterator[District]:
    made = open_district(tmp_path, date(2025, 7, 10), "quanzhou")
    made.fill("350582", {"project": PROJECTS["350582"], "approval": STEPS})
    made.fill("350581", {"project": PROJECTS["350581"]})
    made.fill("xnb", {"assessment": RATED})
    yield made
    made.parts.store.close()


def table(book: Workbook, tab: str, first: str) -> dict[str, list[object]]:
    return {str(row[0]): row[1:] for row in rows_of(book, tab, first)}


def test_groups_by_sector_and_by_investor_add_up_to_the_batches(city: District) -> None:
    """甲 开工, 乙 签约, 丙 投产, 丁 增资, 戊 谋划: five batches, whatever they are grouped by."""
    book = city.book()
    totals = [table(book, tab, first)["合计"] for tab, first in (("分行业", "行业"), ("分投资主体", "投资主体"))]
    assert [row[1] for row in totals] == [5, 5]
    assert totals[0][3:8] == totals[1][3:8] == [1, 1, 1, 1, 1]
    assert table(book, "分行业", "行业")["制造业"][:2] == ["市经信委", 3]
    assert table(book, "分批次", "批次")["合计"][1] == 5


def test_what_a_library_says_of_a_row_can_be_asked_for(city: District) -> None:
    """在建重点: 甲 alone; 丙 was finished, the others have not started."""
    assert [row[2] for row in rows_of(city.book(), "市在建重点")] == ["甲"]


def test_units_are_listed_with_what_the_named_rules_say_of_them(city: District) -> None:
    found = {str(row[1]): row[2:] for row in rows_of(city.book(), "单位考核标识")}
    assert set(found) == {"晋江市", "石狮市", "市国土局", "市住建局"}
    assert found["晋江市"][:3] == ["-1分", "未完成任务指标", "逾期0项"]
    assert found["晋江市"][3] == "绩效扣分"
    assert found["石狮市"][3:5] == ["绩效加分", "2025年上半年成绩突出；依据 ¶25(七)"]
    assert found["市国土局"][2] == "逾期1项"


def test_an_overdue_step_stands_in_the_list_of_its_office(city: District) -> None:
    rows = rows_of(city.book(), "责任倒追")
    assert [(row[2], row[3], row[8]) for row in rows] == [("乙", "用地报批", "市国土局")]


@pytest.mark.parametrize(("columns", "told"), [("", "columns"), ("columns: [T-99]", "T-99")])
def test_a_report_about_units_names_rules(tmp_path: Path, columns: str, told: str) -> None:
    for file in catalog.find("quanzhou").glob("*.yaml"):
        (tmp_path / file.name).write_text(file.read_text("utf-8"), "utf-8")
    text = f"reports:\n  - id: X\n    title: 单位\n    kind: units\n    {columns}\n"
    (tmp_path / "reports.yaml").write_text(text, "utf-8")
    with pytest.raises(SchemeErrors, match=told):
        load_scheme(tmp_path)
