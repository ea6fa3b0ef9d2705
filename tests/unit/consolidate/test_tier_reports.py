"""Statistics by investment tier, in bands and from a bound up, and lists that offices filter, on a bundled scheme."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.unit.consolidate.summary_district import District, open_district, rows_of

CODE = "2504-320411-89-01-00000{n}"
SIZES = {"甲": "10000", "乙": "99900", "丙": "100000", "丁": "299900", "戊": "300000", "己": "500000", "庚": "1000000"}
PROJECTS = [
    {
        "project_name": name,
        "project_type": "技改" if name in "乙丁" else "新招引",
        "total_investment": size,
        "industry": "氢能" if name in "甲丙己" else "其他",
        "level": "市重大" if name == "丙" else "一般",
        "uscc": "91340403MA00AB124C",
        "projcode": CODE.format(n=number),
        "sign_date": "2025-01-10",
        "approve_date": "2025-02-10",
        **({"start_actual": "2025-07-02"} if name in "甲丙" else {}),
    }
    for number, (name, size) in enumerate(SIZES.items())
]
DEMANDS = [
    {"project": "甲", "factor": "用地", "amount": "30", "unit_name": "亩", "state": "协调中"},
    {"project": "乙", "factor": "用地", "amount": "50.5", "unit_name": "亩", "state": "已保障"},
    {"project": "乙", "factor": "用工", "amount": "120", "unit_name": "人"},
]
COUNTED = [{"project_name": "甲", "projcode": CODE.format(n=0), "total_investment": "10000"}]


@pytest.fixture
def city(tmp_path: Path) -> Iterator[District]:
    made = open_district(tmp_path, date(2025, 7, 10), "changzhou")
    made.fill("320411", {"project": PROJECTS[:4], "demand": DEMANDS})
    made.fill("320412", {"project": PROJECTS[4:]})
    made.fill("tj", {"fai": COUNTED})
    yield made
    made.parts.store.close()


def table(book: Workbook, tab: str, first: str) -> dict[str, list[object]]:
    return {str(row[0]): row[1:] for row in rows_of(book, tab, first)}


def test_bands_come_to_the_total_and_what_is_counted_from_a_bound_up_to_the_bands_above(city: District) -> None:
    """1–10: 2, 10–30: 2, 30–50, 50–100, 100 and more: 1 each; from 10 up: the last four together."""
    book = city.book()
    bands = {name: row[0] for name, row in table(book, "月调度分档", "投资规模分档").items()}
    whole = bands.pop("合计")
    assert bands == {"1亿元档": 2, "10亿元档": 2, "30亿元档": 1, "50亿元档": 1, "100亿元档": 1}
    assert whole == sum(bands.values()) == len(SIZES)
    up = table(book, "月调度分区", "填报单位")["合计"]
    assert up[2:7] == [7, 5, 3, 2, 1]
    assert up[3] == whole - bands["1亿元档"]


def test_the_same_projects_by_type(city: District) -> None:
    rows = rows_of(city.book(), "月调度分类型", "项目类型")
    assert sum(int(str(row[2])) for row in rows if row[0] == "技改") == 2
    assert sum(int(str(row[2])) for row in rows if row[0] == "新招引") == 5


def test_industry_and_size_are_what_policies_are_sent_by(city: District) -> None:
    """氢能 and 10亿元 or more: 丙 and 己, each with the code of its enterprise."""
    rows = [row for row in rows_of(city.book(), "政策推送名单") if row[1] == "氢能" and row[2] != "1亿元档"]
    assert {row[5] for row in rows} == {"丙", "己"}
    assert {row[7] for row in rows} == {"91340403MA00AB124C"}
    assert table(city.book(), "产业规模分布", "产业")["氢能"][2] == 2


def test_demands_are_added_up_by_factor(city: District) -> None:
    found = {(row[0], row[1]): row[2:] for row in rows_of(city.book(), "要素汇总", "要素")}
    assert found["用地", "亩"][:2] == [2, 80.5]
    assert found["用工", "人"][:2] == [1, 120]


def test_started_projects_beside_the_statistics(city: District) -> None:
    """甲 is counted, 丙 is not; nobody else has started."""
    found = table(city.book(), "比对分区", "填报单位")
    assert found["新北区"][:3] == [2, 1, 1]
    assert "武进区" not in found


def test_each_lead_has_its_list(city: District) -> None:
    assert rows_of(city.book(), "招引签约跟踪")[0][0] == "没有"
    assert {row[2] for row in rows_of(city.book(), "项目建设跟踪")} == set(SIZES)
