"""`escalate`: suggestions, ladders of orders with limits of their own, repeated bad results."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.unit.rules.kit import Judged, Rows, judge, scheme, table
from validators.rules import parse_rule

MATTERS = table(
    "matter", "事项",
    """
    name 事项 text
    depts 涉及部门 choices
    hard 协调难度 text
    asked 提请调度 yesno
    due 限办日期 date
    blue 蓝单日期 date
    yellow 黄单日期 date
    red 红单日期 date
    done 办结日期 date_actual
    """,
)  # fmt: skip
MADE = scheme(
    [MATTERS],
    """
    - {id: N-15, kind: escalate, table: matter, suggest: "个数(涉及部门) >= 3 且 协调难度 = '大'", manual: 提请调度 = 是,
       name: 建议提请专题调度, stop: 办结日期}
    - {id: HAND, kind: escalate, table: matter, manual: 提请调度 = 是, name: 提请调度, stop: 办结日期}
    - id: LADDER
      kind: escalate
      table: matter
      start: 限办日期 + 1日
      stop: 办结日期
      steps:
        - {name: 蓝色督办单, n: 5, unit: 工作日, issued: 蓝单日期, to: 承办单位负责人}
        - {name: 黄色督办单, n: 10, unit: 日, issued: 黄单日期, to: 分管副县长, flag: 黄牌}
        - {name: 红色督办单, issued: 红单日期, to: 县长, flag: 红牌}
      section: 五(二)
    """,
)


def run(day: str, **cells: Any) -> Judged:
    return judge(MADE, day, {"事项": [{"事项": "甲", **cells}]})


@pytest.mark.parametrize(
    ("cells", "by_rule", "by_hand"),
    [
        ({"涉及部门": "甲局、乙局、丙局、丁局", "协调难度": "大"}, "建议提请专题调度", None),
        ({"涉及部门": "甲局、乙局", "协调难度": "大"}, None, None),
        ({"涉及部门": "甲局、乙局、丙局", "协调难度": "小"}, None, None),
        ({"涉及部门": "甲局、乙局、丙局"}, "待补条件", None),
        ({"涉及部门": "甲局", "提请调度": "是"}, "建议提请专题调度", "提请调度"),
        ({"涉及部门": "甲局、乙局、丙局", "协调难度": "大", "办结日期": "2025-01-01"}, None, None),
    ],
)
def test_many_departments_and_great_difficulty_suggest_the_higher_level(
    cells: Any, by_rule: str | None, by_hand: str | None
) -> None:
    """Where the policy names no threshold, only a person's tick counts."""
    found = run("2025-06-01", **cells)
    assert (found.status("甲", "N-15"), found.status("甲", "HAND")) == (by_rule, by_hand)


@pytest.mark.parametrize(
    ("day", "cells", "expected", "deadline", "flags"),
    [
        ("2025-06-13", {}, "未启动", None, []),
        ("2025-06-14", {}, "蓝色督办单", "2025-06-20", []),
        ("2025-06-20", {}, "蓝色督办单", "2025-06-20", []),
        ("2025-06-21", {}, "黄色督办单", "2025-06-30", ["黄牌"]),
        ("2025-06-30", {}, "黄色督办单", "2025-06-30", ["黄牌"]),
        ("2025-07-01", {}, "红色督办单", None, ["红牌"]),
        ("2025-06-21", {"蓝单日期": "2025-06-17"}, "蓝色督办单", "2025-06-24", []),
        ("2025-06-17", {"黄单日期": "2025-06-17"}, "黄色督办单", "2025-06-27", ["黄牌"]),
        ("2025-07-03", {"黄单日期": "2025-06-25"}, "黄色督办单", "2025-07-05", ["黄牌"]),
        ("2025-07-06", {"黄单日期": "2025-06-25"}, "红色督办单", None, ["红牌"]),
        ("2025-06-22", {"红单日期": "2025-06-22"}, "红色督办单", None, ["红牌"]),
        ("2025-07-01", {"办结日期": "2025-06-19"}, "已销号", "2025-06-20", []),
        ("2025-06-18", {"办结日期": "2025-06-19"}, "蓝色督办单", "2025-06-20", []),
    ],
)
def test_each_order_has_a_limit_of_its_own(
    day: str, cells: Any, expected: str, deadline: str | None, flags: list[str]
) -> None:
    """Due on Fri 2025-06-13; the blue order is in force from Sat 06-14, five working days end on 06-20."""
    found = run(day, 限办日期="2025-06-13", **cells)
    assert found.status("甲", "LADDER") == expected
    assert found.entry("甲", "LADDER")["deadline"] == deadline
    assert found.flags("甲") == flags


def test_the_reason_says_to_whom_and_what_comes_next() -> None:
    reason = run("2025-06-16", 限办日期="2025-06-13").entry("甲", "LADDER")["reason"]
    assert reason == "LADDER，应于2025-06-20前，送承办单位负责人，逾期升为黄色督办单；依据 五(二)"


@given(st.integers(0, 80))
def test_a_ladder_is_only_climbed(days: int) -> None:
    names = ["未启动", "蓝色督办单", "黄色督办单", "红色督办单"]
    start = date(2025, 9, 20)
    said = [
        run((start + timedelta(days=n)).isoformat(), 限办日期="2025-09-25").status("甲", "LADDER") or ""
        for n in (days, days + 1)
    ]
    assert names.index(said[0]) <= names.index(said[1]) <= names.index(said[0]) + 1


PROJECTS = table("project", "项目", "name 项目名称 project_name")
LIGHTS = table(
    "light", "月度亮灯", "project 项目 text\nmonth 月份 month\ngap 进度差 number\ndept 责任单位 choices",
    parent="project", parent_field="project", name_field="",
)  # fmt: skip
AGAIN = scheme(
    [PROJECTS, LIGHTS],
    """
    - {id: B, kind: bands, table: light, value: 进度差, into: 灯, bands: [{name: 绿灯, range: 0以上}, {name: 黄灯, range: "[-10, 0)"},
       {name: 红灯, range: 低于-10}]}
    - {id: R1, kind: escalate, table: light, period: 月份, result: 灯, bad: [黄灯, 红灯],
       levels: [{n: 2, name: 约谈分管负责人, flag: 约谈}, {n: 3, name: 约谈主要负责人, to: 县政府, flag: 约谈}]}
    - {id: R2, kind: escalate, table: light, period: 月份, result: 灯, bad: [红灯], counting: year, of: unit,
       levels: [{n: 1, name: 通报}, {n: 2, name: 问责}]}
    - {id: R3, kind: escalate, table: light, period: 月份, result: 灯, bad: [红灯], by: 责任单位, levels: [{n: 1, name: 提醒}]}
    """,
)


def again(*gaps: tuple[str, int], day: str = "2025-12-31", **more: Any) -> Judged:
    rows: Rows = [{"项目": "甲", "月份": text, "进度差": gap, "unit": "甲镇", **more} for text, gap in gaps]
    return judge(AGAIN, day, {"项目": [{"项目名称": "甲", "unit": "甲镇"}], "月度亮灯": rows})


@pytest.mark.parametrize(
    ("gaps", "expected"),
    [
        ([("2025-05", -5)], None),
        ([("2025-05", -5), ("2025-06", -5)], "约谈分管负责人"),
        ([("2025-05", -5), ("2025-06", -50)], "约谈分管负责人"),
        ([("2025-05", -5), ("2025-07", -5)], None),
        ([("2025-05", -5), ("2025-06", -5), ("2025-07", 1)], None),
        ([("2025-05", -5), ("2025-06", -5), ("2025-07", -5)], "约谈主要负责人"),
        ([("2024-12", -5), ("2025-01", -5)], "约谈分管负责人"),
        ([("2025-11", -5), ("2025-12", -5), ("2026-01", -5)], "约谈分管负责人"),
    ],
)
def test_adjacent_bad_months_call_for_talks_at_higher_levels(gaps: Any, expected: str | None) -> None:
    found = again(*gaps)
    assert found.status("甲", "R1") == expected
    assert found.flags("甲") == (["约谈"] if expected else [])


def test_the_reason_names_the_months_and_the_level() -> None:
    found = again(("2025-05", -5), ("2025-06", -5), ("2025-07", -5))
    assert found.entry("甲", "R1")["reason"] == "R1，送县政府，2025年5月、2025年6月、2025年7月"


def test_all_bad_months_of_the_year_may_count_for_the_unit() -> None:
    assert again(("2024-12", -50), ("2025-02", -50)).unit("甲镇", "R2") == "通报"
    assert again(("2025-01", -50), ("2025-02", 5), ("2025-05", -50)).unit("甲镇", "R2") == "问责"


def test_a_joint_row_counts_for_every_department_it_names() -> None:
    found = again(("2025-01", -50), 责任单位="工信局、商务局")
    assert (found.unit("工信局", "R3"), found.unit("商务局", "R3")) == ("提醒", "提醒")


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"name": "x"},
        {"name": "x", "manual": "a", "steps": [{"name": "蓝"}], "start": "b", "stop": "c"},
        {"steps": [{"name": "蓝"}]},
        {"steps": [{"name": "蓝"}, {"name": "黄"}], "start": "b", "stop": "c"},
        {"levels": [{"n": 2, "name": "x"}]},
        {"levels": [{"n": 3, "name": "x"}, {"n": 2, "name": "y"}], "period": "a", "result": "b", "bad": ["c"]},
    ],
)
def test_an_escalation_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        parse_rule({"id": "E", "kind": "escalate", "title": "E", "table": "matter", **wrong})
