"""`membership`: libraries entered by events, approvals or lists, and left only with consent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.unit.rules.kit import Judged, judge, scheme, table
from validators.rules import parse_rule

PROJECTS = table(
    "project", "项目",
    """
    name 项目名称 project_name
    total 总投资 money_wan
    started 开工日期 date_actual
    passed 竣工验收通过日期 date_actual
    applied 增补申请日期 date
    approved 增补批准日期 date
    leave 退出申请日期 date
    consent 同意退出日期 date
    finish_plan 竣工计划日期 date_plan
    """,
    ended="consent",
)  # fmt: skip
KEYS = table("key_list", "年度重点名单", "title 名称 text\nyear 年度 year\nkind 类别 text", filler="office")
MADE = scheme(
    [PROJECTS, KEYS],
    """
    - {id: Z-22, kind: membership, table: project, entered: 竣工验收通过日期, into: 培育库, since_into: 入培育库日期}
    - {id: Q-15, kind: membership, table: project, entered: 开工日期, enter: 总投资 >= 1亿元, applied: 增补申请日期,
       approved: 增补批准日期, exit_applied: 退出申请日期, exit_approved: 同意退出日期, into: 库状态}
    - {id: Q-27, kind: membership, table: project, list_table: key_list, list_when: 类别 = '重点', list_period: 年度,
       key: {left: [项目名称], right: [名称]}, into: 是否重点, words: {member: 重点, outside: 一般}}
    - {id: T-KEY, kind: target, table: project, where: 是否重点 = '在库', goal: 1, until: 2025-12-31}
    - {id: STALE, kind: stale, table: project, since: 增补申请日期, until: 增补批准日期, n: 30, word: "{n}未处理"}
    - {id: CLOCK, kind: planned, table: project, planned: 竣工计划日期, actual: 竣工验收通过日期}
    - {id: ASK, kind: required, table: project, when: "培育库 属于 ['在库', '退出待批']", fields: [总投资]}
    - {id: AGE, kind: elapsed, table: project, from: 入培育库日期, to: 同意退出日期}
    """,
)


def run(day: str, cells: dict[str, Any], **parts: Any) -> Judged:
    rows = {"项目": [{"项目名称": "甲", "unit": "甲镇", **cells}], **parts.pop("tables", {})}
    return judge(MADE, day, rows, **parts)


PASSED = {"竣工验收通过日期": "2025-05-20"}


@pytest.mark.parametrize(
    ("day", "cells", "expected"),
    [
        ("2025-05-19", PASSED, "未入库"),
        ("2025-05-20", PASSED, "在库"),
        ("2026-05-20", PASSED, "在库"),
        ("2025-05-20", {}, "未入库"),
    ],
)
def test_a_passed_acceptance_brings_it_in_without_anybody_entering_it(day: str, cells: Any, expected: str) -> None:
    assert run(day, cells).status("甲", "Z-22") == expected


def test_the_day_of_entry_is_told_and_can_start_a_clock() -> None:
    found = run("2025-06-20", PASSED)
    assert found.entry("甲", "Z-22")["reason"] == "Z-22，2025-05-20起"
    assert found.status("甲", "AGE") == "31天"


def test_other_rules_may_ask_for_the_state() -> None:
    assert run("2025-06-20", PASSED).status("甲", "ASK") == "缺项:总投资"
    assert run("2025-05-10", {}).status("甲", "ASK") is None


def test_emptying_the_date_asks_a_person_and_deletes_nothing() -> None:
    emptied = [
        {"table": "项目", "key": "甲", "field": "竣工验收通过日期", "old": "2025-05-20", "new": "", "at": "2025-06-01"}
    ]
    assert run("2025-06-02", {}, history=emptied).status("甲", "Z-22") == "待确认"
    assert run("2025-06-02", PASSED).status("甲", "Z-22") == "在库"


BIG = {"总投资": 20000}
IN = {**BIG, "开工日期": "2025-04-10"}


@pytest.mark.parametrize(
    ("day", "cells", "expected"),
    [
        ("2025-04-10", IN, "在库"),
        ("2025-04-10", {**IN, "总投资": 10000}, "在库"),
        ("2025-04-10", {**IN, "总投资": 9999}, "未入库"),
        ("2025-04-10", {"开工日期": "2025-04-10"}, "待补条件"),
        ("2025-05-01", {**BIG, "增补申请日期": "2025-05-01"}, "增补待批"),
        ("2025-06-01", {**BIG, "增补申请日期": "2025-05-01", "增补批准日期": "2025-05-20"}, "在库"),
        ("2025-05-19", {**BIG, "增补申请日期": "2025-05-01", "增补批准日期": "2025-05-20"}, "增补待批"),
        ("2025-06-09", {**IN, "退出申请日期": "2025-06-10"}, "在库"),
        ("2025-06-10", {**IN, "退出申请日期": "2025-06-10"}, "退出待批"),
        ("2025-07-01", {**IN, "退出申请日期": "2025-06-10", "同意退出日期": "2025-07-02"}, "退出待批"),
        ("2025-07-02", {**IN, "退出申请日期": "2025-06-10", "同意退出日期": "2025-07-02"}, "已退出"),
        ("2025-07-02", {**IN, "同意退出日期": "2025-07-02"}, "已退出"),
        ("2025-08-01", {**BIG, "同意退出日期": "2025-07-02", "增补批准日期": "2025-08-01"}, "在库"),
    ],
)
def test_entry_by_event_or_approval_and_exit_only_with_consent(day: str, cells: Any, expected: str) -> None:
    assert run(day, cells).status("甲", "Q-15") == expected


def test_clocks_run_until_consent_and_stop_with_it() -> None:
    cells = {**IN, "竣工计划日期": "2025-06-20", "退出申请日期": "2025-06-10"}
    assert run("2025-06-22", cells).status("甲", "CLOCK") == "逾期2天"
    assert run("2025-07-02", {**cells, "同意退出日期": "2025-07-02"}).status("甲", "CLOCK") == "已终止"


def test_an_application_nobody_decides_grows_stale() -> None:
    cells = {**BIG, "增补申请日期": "2025-05-01"}
    assert run("2025-06-02", cells).status("甲", "STALE") == "32天未处理"


@pytest.mark.parametrize(
    ("day", "listed", "expected", "counted"),
    [
        ("2025-06-01", [("甲", 2025, "重点")], "重点", "已达标"),
        ("2025-06-01", [("甲", 2024, "重点")], "一般", "进行中"),
        ("2024-06-01", [("甲", 2024, "重点")], "重点", "已达标"),
        ("2025-06-01", [("甲", 2025, "预备")], "一般", "进行中"),
        ("2025-06-01", [], "一般", "进行中"),
    ],
)
def test_a_yearly_list_decides_whatever_the_size(day: str, listed: Any, expected: str, counted: str) -> None:
    names = [{"名称": name, "年度": year, "类别": kind} for name, year, kind in listed]
    found = run(day, {"总投资": 120000}, tables={"年度重点名单": names})
    assert found.status("甲", "Q-27") == expected
    assert found.found["targets"][0]["status"] == counted


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(0, 400), st.integers(1, 400))
def test_in_between_entry_and_consent_it_is_always_in(start: date, stay: int, later: int) -> None:
    out = start + timedelta(days=stay + 1)
    cells = {"总投资": 20000, "开工日期": start.isoformat(), "同意退出日期": out.isoformat()}
    for day, expected in (
        (start, "在库"),
        (out - timedelta(days=1), "在库"),
        (out, "已退出"),
        (out + timedelta(days=later), "已退出"),
    ):
        assert run(day.isoformat(), cells).status("甲", "Q-15") == expected


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"applied": "x"},
        {"entered": "x", "exit_applied": "y"},
        {"entered": "x", "list_table": "y", "key": {"left": ["z"]}},
        {"list_table": "y"},
        {"list_table": "y", "key": {"left": ["z"]}, "since_into": "w"},
    ],
)
def test_a_library_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        parse_rule({"id": "M", "kind": "membership", "title": "M", "table": "project", **wrong})


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2025-02-19", "在库"), ("2025-02-20", "已退出"), ("2025-02-27", "已退出"), ("2025-02-28", "在库")],
)
def test_entered_once_by_approval_out_and_entered_again_by_the_event(day: str, expected: str) -> None:
    cells = {
        "增补申请日期": "2024-03-16",
        "增补批准日期": "2024-04-14",
        "同意退出日期": "2025-02-20",
        "开工日期": "2025-02-28",
    }
    assert run(day, {"总投资": "20000", **cells}).status("甲", "Q-15") == expected
