"""A start that is planned or worked out may lie ahead; only an actual date after today is wrong."""

from __future__ import annotations

import pytest

from tests.unit.rules.kit import judge, scheme, table

PROJECT = table(
    "project",
    "项目库",
    """
    name 项目名称 text
    signed 签约日期 date_actual
    started 开工日期 date_actual
    plan 计划开工 date_plan
    filed 报备日期 date_actual
    checked 核查日期 date_actual
    """,
)
MADE = scheme(
    [PROJECT],
    """
    - {id: Q, kind: elapsed, table: project, from: 季末(签约日期), to: 报备日期, n: 10, unit: 工作日, orphan: ignore, early: done}
    - {id: Y, kind: elapsed, table: project, from: 签约日期 + 1年, to: 核查日期, n: 30}
    - {id: P, kind: elapsed, table: project, from: 计划开工, to: 开工日期, n: 3, unit: 月, deadline_into: 最晚开工}
    - {id: W, kind: elapsed, table: project, from: 最晚开工, to: 核查日期, n: 1, unit: 月}
    - {id: C, kind: closure, table: project, raised: 季末(签约日期), done: 报备日期, n: 10, unit: 工作日}
    - {id: CE, kind: closure, table: project, raised: 季末(签约日期), done: 报备日期, n: 10, unit: 工作日, early: done}
    - {id: S, kind: sync, table: project, trigger: 季末(签约日期), companion: 报备日期, n: 10, unit: 工作日}
    - {id: R, kind: reach, table: project, amount: 0, day: 报备日期, goal: 1, from: 季末(签约日期), n: 1, unit: 月}
    - {id: T, kind: elapsed, table: project, from: 签约日期, to: 计划开工, n: 1, unit: 月}
    """,
)


def said(day: str, rule: str, **row: str) -> tuple[str, str | None]:
    found = judge(MADE, day, {"项目库": [{"项目名称": "甲", **row}]}).entry("甲", rule)
    return found["status"], found["deadline"]


SIGNED = {"签约日期": "2025-01-31"}


@pytest.mark.parametrize(
    ("rule", "word", "deadline"),
    [
        ("Q", "未启动", "2025-04-15"),
        ("Y", "未启动", "2026-03-02"),
        ("C", "未启动", "2025-04-15"),
        ("S", "待触发", "2025-04-15"),
        ("R", "未启动", "2025-04-30"),
    ],
)
def test_nothing_runs_before_a_computed_start_and_the_last_day_is_known(rule: str, word: str, deadline: str) -> None:
    assert said("2025-03-10", rule, **SIGNED) == (word, deadline)


def test_nor_before_a_planned_one_or_one_that_another_rule_worked_out() -> None:
    row = {"计划开工": "2025-06"}
    assert said("2025-03-10", "P", **row) == ("未启动", "2025-09-30")
    assert said("2025-03-10", "W", **row) == ("未启动", "2025-10-30")


def test_from_that_day_on_it_runs() -> None:
    assert said("2025-03-31", "Q", **SIGNED) == ("正常", "2025-04-15")
    assert said("2025-04-16", "Q", **SIGNED) == ("逾期1个工作日", "2025-04-15")


@pytest.mark.parametrize("rule", ["Q", "Y", "C", "S"])
def test_an_actual_date_after_today_is_wrong_all_the_same_also_inside_a_formula(rule: str) -> None:
    assert said("2025-03-10", rule, 签约日期="2025-03-11")[0] == "数据异常"
    found = judge(MADE, "2025-03-10", {"项目库": [{"项目名称": "甲", "签约日期": "2025-03-11"}]}).entry("甲", rule)
    assert "2025-03-11" in found["reason"]


def test_an_actual_end_after_today_is_wrong_too() -> None:
    assert said("2025-03-10", "Q", **SIGNED, 报备日期="2025-03-11")[0] == "数据异常"


@pytest.mark.parametrize(("rule", "word"), [("Q", "按期完成"), ("C", "数据异常"), ("CE", "已销号"), ("S", "同步")])
def test_done_before_a_computed_start_is_as_the_rule_has_it(rule: str, word: str) -> None:
    assert said("2025-03-10", rule, **SIGNED, 报备日期="2025-03-03")[0] == word


def test_an_end_that_is_only_planned_has_not_come() -> None:
    assert said("2025-02-10", "T", **SIGNED, 计划开工="2025-06")[0] == "正常"
    assert said("2025-03-10", "T", **SIGNED, 计划开工="2025-06")[0] == "逾期10天"
