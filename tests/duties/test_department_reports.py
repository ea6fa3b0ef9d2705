"""Sheets of the policy matrix made from the books of the commission and the departments: T-R2, T-R3, T-R6, T-R7, T-R9,
T-R10 with T-E8, T-R12, T-41, T-X1, T-X3. Their rows and sums are those of the rows that were filled in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.wiring import make_parts
from sheets_templates import catalog
from sync.backends.memory import MemoryBackend, MemoryBook
from sync.clock import FixedClock
from sync.consolidate.gather import Gathered, gather
from sync.consolidate.reports import report_block
from sync.consolidate.sheets import Block, Marked
from sync.engine import sync_round
from sync.store import open_store
from tests.duties.kit import at
from validators.calendar import default_calendar

SCHEME = catalog.load("tianjiaan")
VALID = {"总投资": "12000", "行业": "专用设备制造业", "签约日期": "2025-03-01"}
STARTED = {**VALID, "开工实际日期": "2025-04-01"}
TEAMS = ("装备制造专班", "新能源专班", "新材料专班")
MATTER = {"承办单位": "区住建局", "交办日期": "2025-06-03"}
CLOSED = {**MATTER, "办结日期": "2025-06-10", "销号日期": "2025-06-12"}
BUILT = {"建成日期": "2024-01-01", "投资强度标准": "300", "达产标准": "450", "纳税标准": "15"}
RATED = {"季度": "2025Q1", "结果": "一般", "进度": "90", "效益": "90", "安全": "90", "质量": "90", "环保": "90"}

Rows = dict[str, list[dict[str, str]]]
BOOKS: dict[str, Rows] = {
    "340403101": {
        "project": [
            {**STARTED, "项目名称": f"在建{n}号厂", "用工需求": "20" if n == 3 else "", "产业专班": TEAMS[n % 3]}
            for n in range(10)
        ]
    },
    "340403102": {"project": [{**VALID, "项目名称": "未开工的厂", "用工需求": "0", "产业专班": TEAMS[0]}]},
    "commission": {
        "site_check": [
            {"月份": "2025-06", "项目": f"在建{n}号厂", "属地": "安成镇", "核查日期": "2025-06-18"} for n in range(9)
        ],
        "dispatch": [
            {
                "周次": "2025-W26",
                "项目": "在建0号厂",
                "属地": "安成镇",
                "调度日期": "2025-06-25",
                "堵点难点": "用电不足",
            },
            {"周次": "2025-W26", "项目": "在建1号厂", "属地": "安成镇", "调度日期": "2025-06-25", "堵点难点": "无"},
        ],
        "filed_list": [{"项目名称": f"在建{n}号厂", "属地": "安成镇", "备案日期": "2025-04-02"} for n in range(6)],
        "signing": [{"项目名称": f"在建{n}号厂", "属地": "安成镇", "签约日期": "2025-03-01"} for n in range(2)],
        "liaison_rating": [
            {"年度": "2025", "联络员": "王五", "属地": "安成镇", "评价结果": "优秀"},
            {"年度": "2025", "联络员": "赵六", "属地": "安成镇", "评价结果": "合格"},
        ],
        "evaluation": [
            {**RATED, "项目": f"在建{n}号厂", "属地": "安成镇", "参建单位": firm, "角色": role}
            for n in range(2)
            for firm, role in (("甲建设有限公司", "施工"), ("乙监理有限公司", "监理"))
        ],
    },
    "tcj": {
        "signing": [
            {"项目名称": "在建0号厂", "属地": "安成镇", "签约日期": "2025-03-05"},
            {"项目名称": "在建1号厂", "属地": "安成镇", "签约日期": "2025-03-01"},
        ]
    },
    "zone": {
        "factory": [
            {**BUILT, "厂房名称": "F1", "园区": "经开区南区", "建筑面积": "10000"},
            {**BUILT, "厂房名称": "F2", "园区": "经开区北区", "建筑面积": "5000"},
        ],
        "factory_use": [
            {"厂房名称": "F1", "月份": "2025-06", "已用面积": "6000"},
            {"厂房名称": "F2", "月份": "2025-06", "已用面积": "1500"},
        ],
    },
    "dcs": {
        "matter": [
            *({**CLOSED, "事项编号": f"A{n}", "事项内容": f"已销{n}"} for n in range(7)),
            {**MATTER, "事项编号": "B1", "事项内容": "在办一"},
            {**MATTER, "事项编号": "B2", "事项内容": "在办二", "承办单位": "区住房和城乡建设局"},
            {**MATTER, "事项编号": "C1", "事项内容": "过了限办", "限办日期": "2025-06-15"},
            {**MATTER, "事项编号": "D1", "事项内容": "别家的", "承办单位": "安成镇"},
        ]
    },
}


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gathered]:
    owners = {**{unit.code: "unit" for unit in SCHEME.units}, **{r: r for r in SCHEME.roles() if r != "unit"}}
    books = {code: _book(code, role) for code, role in owners.items()}
    folder: Path = tmp_path_factory.mktemp("store")
    store = open_store(f"sqlite:///{folder}/t.db")
    clock = FixedClock(as_of=date(2025, 7, 1), at=at("2025-07-01 09:00"))
    parts = make_parts(SCHEME, store, MemoryBackend(books), clock, default_calendar())
    assert not sync_round(parts).failures
    yield gather(parts)
    store.close()


def _book(code: str, role: str) -> MemoryBook:
    tabs: dict[str, list[dict[str, Any]]] = {}
    for table in SCHEME.tables_of(role):
        titles = [item.title for item in table.fields]
        rows = BOOKS.get(code, {}).get(table.name, [])
        assert all(set(row) <= set(titles) for row in rows), table.title
        tabs[table.name] = [{"cells": [row.get(title, "") for title in titles]} for row in rows]
    return MemoryBook(tabs, scheme=SCHEME.id, version=SCHEME.version, unit=code, role=role)


def block(gathered: Gathered, report: str) -> Block:
    return report_block(gathered, next(item for item in SCHEME.reports if item.id == report))


def columns(made: Block, *titles: str, totals: bool = False) -> list[list[str]]:
    """Some columns of all rows, as text, the totals last where they are asked for."""
    places = [[column.title for column in made.columns].index(title) for title in titles]
    rows = [*made.rows, *([made.totals] if totals and made.totals else [])]
    return [[_text(row[place]) for place in places] for row in rows]  # type: ignore[index]


def _text(cell: Any) -> str:
    return cell.text if isinstance(cell, Marked) else "" if cell is None else str(cell)


def test_use_of_factories_and_the_share_of_all_their_space(gathered: Gathered) -> None:
    """T-R2: 6000 of 10000 and 1500 of 5000 are 7500 of 15000, not the mean of both shares."""
    rows = columns(block(gathered, "T-R2"), "厂房名称", "已用面积（㎡）", "空置面积（㎡）", "使用率", totals=True)
    assert sorted(rows[:-1]) == [["F1", "6000", "4000", "0.6"], ["F2", "1500", "3500", "0.3"]]
    assert rows[-1][1:] == ["7500", "7500", "0.5"]


def test_teams_of_the_meeting_sheet_add_up_to_all_projects(gathered: Gathered) -> None:
    rows = columns(block(gathered, "T-R3"), "对应产业专班", "项目数", "已开工", totals=True)
    assert {name for name, *_ in rows[:-1]} == set(TEAMS)
    assert [sum(int(row[n]) for row in rows[:-1]) for n in (1, 2)] == [11, 10]
    assert rows[-1][1:] == ["11", "10"]


def test_a_row_with_a_blocker_and_one_without(gathered: Gathered) -> None:
    assert columns(block(gathered, "T-R6"), "项目", "堵点难点") == [["在建0号厂", "用电不足"]]


def test_projects_that_were_not_dispatched_are_listed(gathered: Gathered) -> None:
    said = dict(columns(block(gathered, "T-R6.b"), "项目名称", "每周调度"))
    assert len(said) == 11 and set(said.values()) == {"逾期未报"}  # two of them in weeks before


def test_ten_under_construction_and_one_that_was_not_checked(gathered: Gathered) -> None:
    rows = columns(block(gathered, "T-R7"), "填报单位", "在建项目", totals=True)
    assert rows == [["安成镇", "10"], ["合计", "10"]]
    unseen = [
        key for key, item in gathered.judged.items() for s in item.statuses
        if s.rule == "T-17" and s.inputs["periods"][-1] == "2025-06"
    ]  # fmt: skip
    assert [gathered.names[key] for key in unseen] == ["在建9号厂"]


def test_what_is_filed_and_what_is_not(gathered: Gathered) -> None:
    rows = columns(block(gathered, "T-R9.b"), "填报单位", "应备案", "一致", "漏入库(未备案)", "清单未报", totals=True)
    assert rows == [["安成镇", "10", "6", "4", "0"], ["曹庵镇", "1", "0", "0", "1"], ["合计", "11", "6", "4", "1"]]


def test_matters_of_a_unit_under_all_its_names(gathered: Gathered) -> None:
    """T-E8: 10 matters, 7 closed, 1 late; 区住房和城乡建设局 is 区住建局."""
    made = block(gathered, "T-R10")
    rows = columns(made, "承办单位", "交办事项", "已销号", "办理中", "逾期未销号", "销号率", totals=True)
    assert ["区住建局", "10", "7", "2", "1", "0.7"] in rows
    assert ["安成镇", "1", "0", "1", "0", "0"] in rows
    assert rows[-1][1:5] == ["11", "7", "3", "1"]
    assert len(columns(block(gathered, "T-R10.b"), "事项编号")) == 4


def test_the_list_of_the_labour_office_has_the_need(gathered: Gathered) -> None:
    assert columns(block(gathered, "T-41"), "项目名称", "用工需求（人）") == [["在建3号厂", "20"]]


def test_liaisons_that_are_praised(gathered: Gathered) -> None:
    assert columns(block(gathered, "T-R12"), "联络员", "考核标识") == [["王五", "优先推荐、通报表扬"]]


def test_the_export_to_the_city_has_a_row_for_each_unit_and_project(gathered: Gathered) -> None:
    rows = columns(block(gathered, "T-X3"), "季度", "项目", "参建单位", "角色")
    assert len(rows) == len({tuple(row) for row in rows}) == 4
    assert {row[0] for row in rows} == {"2025Q1"}


def test_two_offices_that_wrote_differently_are_both_told_and_neither_is_overwritten(gathered: Gathered) -> None:
    rows = columns(block(gathered, "T-X1"), "项目名称", "签约日期", "签约项目库两家一致")
    assert sorted(rows) == [
        ["在建0号厂", "2025-03-01", "字段不一致"],
        ["在建0号厂", "2025-03-05", "字段不一致"],
        ["在建1号厂", "2025-03-01", "一致"],
        ["在建1号厂", "2025-03-01", "一致"],
    ]
