"""A day that hangs on a condition waits for the cell of the condition; it is not a day that is still to come."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.rules.kit import Judged, judge, scheme, table

PROJECT = table(
    "project",
    "项目",
    """
    name 项目名称 text
    kind 类别 text
    signed 签约日期 date_actual
    started 开工日期 date_actual
    paid 到资 money_wan
    total 总投资 money_wan
    paid_on 到资日期 date_actual
    """,
)
DAY = "\"如果(类别 = '急', 签约日期 + 1日, 签约日期 + 5日)\""
MADE = scheme(
    [PROJECT],
    f"""
    - {{id: C, kind: closure, table: project, raised: 签约日期, done: 开工日期, due: {DAY}}}
    - {{id: CN, kind: closure, table: project, raised: 签约日期, done: 开工日期, due: {DAY}, n: 30}}
    - {{id: R, kind: reach, table: project, amount: 到资, day: 到资日期, goal: 总投资 * 25%, due: {DAY}}}
    - {{id: E, kind: elapsed, table: project, from: {DAY}, to: 开工日期, n: 5}}
    - {{id: S, kind: sync, table: project, trigger: {DAY}, companion: 开工日期, n: 5}}
    - {{id: T, kind: stale, table: project, since: {DAY}, n: 5}}
    - {{id: L, kind: escalate, table: project, start: {DAY}, stop: 开工日期, steps: [{{name: 红单}}]}}
    - {{id: W, kind: elapsed, table: project, when: 总投资 > 100, from: {DAY}, to: 开工日期, n: 5}}
    """,
)
RULES = ["C", "CN", "R", "E", "S", "T", "L"]


def seen(**row: Any) -> Judged:
    return judge(MADE, "2025-06-30", {"项目": [{"项目名称": "甲", "到资": 1, "总投资": 100, **row}]})


@pytest.mark.parametrize("rule", RULES)
def test_the_cell_of_the_condition_is_asked_for(rule: str) -> None:
    found = seen(签约日期="2025-01-10").entry("甲", rule)
    assert (found["status"], "缺类别" in found["reason"]) == ("待补条件", True), found


@pytest.mark.parametrize("rule", RULES)
def test_and_nothing_is_asked_before_anything_has_begun(rule: str) -> None:
    found = seen()
    assert rule not in {"E", "S", "T", "L"} or found.status("甲", rule) != "待补条件"
    assert "缺类别" not in str(found.record("甲"))


@pytest.mark.parametrize("rule", RULES)
def test_with_it_the_rule_judges(rule: str) -> None:
    assert seen(签约日期="2025-01-10", 类别="急").status("甲", rule) not in {None, "待补条件", "未启动"}


def test_what_is_done_is_done_and_what_does_not_apply_does_not() -> None:
    assert seen(签约日期="2025-01-10", 开工日期="2025-02-01").status("甲", "C") == "已销号"
    assert seen(签约日期="2025-01-10").status("甲", "W") == "未启动"


def test_what_is_known_by_another_day_is_not_left_open() -> None:
    """In the library by its approval, whatever the day of the event would have been."""
    library = table(
        "lib", "项目", "name 项目名称 text\nkind 类别 text\nsigned 签约日期 date_actual\nok 批准日期 date_actual"
    )
    made = scheme(
        [library], f"- {{id: M, kind: membership, table: lib, into: 库状态, entered: {DAY}, approved: 批准日期}}"
    )
    row = {"项目名称": "甲", "签约日期": "2025-01-10"}
    assert judge(made, "2025-06-30", {"项目": [{**row, "批准日期": "2025-02-01"}]}).status("甲", "M") == "在库"
    assert judge(made, "2025-06-30", {"项目": [row]}).status("甲", "M") == "待补条件"
