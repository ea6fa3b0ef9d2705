"""Anchors among the rows of a child table, limits in tables of two dimensions, and checks of rules that take results."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.rules.kit import Judged, Rows, judge, scheme, table
from validators.rules.elapsed import patterns
from validators.scheme.check_rules import check_rules

PROJECTS = table(
    "project", "项目",
    """
    name 项目名称 project_name
    kind 类型 text
    park 园区 text
    total 总投资 money_wan
    signed 签约日期 date_actual
    started 开工日期 date_actual
    finished 竣工日期 date_actual
    produced 投产日期 date_actual
    opened 开业日期 date_actual
    """,
)  # fmt: skip
FUNDS = table(
    "fund", "资金下达", "project 项目 text\nday 下达日期 date_actual\nkind 类别 text",
    parent="project", parent_field="project", name_field="",
)  # fmt: skip
MADE = scheme(
    [PROJECTS, FUNDS],
    """
    - {id: FUND, kind: elapsed, table: project, from: {rows: fund, date: 下达日期, where: 类别 = '中央预算内'}, to: 开工日期, n: 30}
    - {id: LAST, kind: elapsed, table: project, from: {rows: fund, date: 下达日期, take: last}, to: 开工日期, n: 10}
    - {id: QUARTER, kind: elapsed, table: project, from: 季末(签约日期), to: 开工日期, n: 10, orphan: ignore, early: done}
    - {id: NODE, kind: elapsed, table: project, when: "类型 属于 ['工业', '服务业', '基础设施']", from: 开工日期, n: 12, unit: 月,
       to: "如果(类型 = '工业', 投产日期, 如果(类型 = '服务业', 开业日期, 竣工日期))"}
    - id: GRID
      kind: elapsed
      table: project
      from: 签约日期
      to: 开工日期
      unit: 月
      limits:
        by: [园区, 投资档]
        rows: {经开区|大: 6, 经开区|*: 4, "*|大": 5, 高新区|小: null}
    - {id: TIER, kind: tier, table: project, value: 总投资, into: 投资档, bands: [{name: 小, high: 5亿元}, {name: 大, low: 5亿元}]}
    """,
)


def run(day: str, funds: Rows = [], **cells: Any) -> Judged:  # noqa: B006 - read only
    tied = [{"项目": "甲", "unit": "甲镇", **item} for item in funds]
    return judge(MADE, day, {"项目": [{"项目名称": "甲", "unit": "甲镇", **cells}], "资金下达": tied})


PAID = [
    {"下达日期": "2025-03-20", "类别": "中央预算内"},
    {"下达日期": "2025-03-10", "类别": "中央预算内"},
    {"下达日期": "2025-03-01", "类别": "地方"},
]


def test_a_clock_may_start_with_an_event_among_child_rows() -> None:
    found = run("2025-04-10", PAID)
    assert (found.status("甲", "FUND"), found.entry("甲", "FUND")["deadline"]) == ("逾期1天", "2025-04-09")
    assert found.entry("甲", "LAST")["deadline"] == "2025-03-30"
    assert run("2025-04-10").status("甲", "FUND") == "未启动"
    assert run("2025-04-10", PAID[2:]).status("甲", "FUND") == "未启动"


def test_a_limit_may_run_from_the_end_of_the_quarter() -> None:
    assert run("2025-04-01", 签约日期="2025-02-10").entry("甲", "QUARTER")["deadline"] == "2025-04-10"
    assert run("2025-04-11", 签约日期="2025-02-10").status("甲", "QUARTER") == "逾期1天"
    assert run("2025-04-11", 签约日期="2025-02-10", 开工日期="2025-03-01").status("甲", "QUARTER") == "按期完成"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"类型": "工业", "投产日期": "2026-01-10"}, "按期完成"),
        ({"类型": "工业", "竣工日期": "2025-12-01"}, "逾期1天"),
        ({"类型": "服务业", "开业日期": "2026-01-11"}, "逾期完成1天"),
        ({"类型": "基础设施", "竣工日期": "2025-12-01"}, "按期完成"),
        ({"竣工日期": "2025-12-01"}, "待补条件"),
        ({"类型": "农业", "竣工日期": "2025-12-01"}, "不适用"),
    ],
)
def test_the_milestone_itself_may_hang_on_an_attribute(cells: dict[str, str], expected: str) -> None:
    assert run("2026-01-11", 开工日期="2025-01-10", **cells).status("甲", "NODE") == expected


@pytest.mark.parametrize(
    ("park", "total", "deadline", "status"),
    [
        ("经开区", 60000, "2025-07-31", "正常"),
        ("经开区", 10000, "2025-05-31", "正常"),
        ("化工园", 60000, "2025-06-30", "正常"),
        ("化工园", 10000, None, "映射未配置"),
        ("高新区", 10000, None, "29天"),
        ("高新区", 50000, "2025-06-30", "正常"),
        ("", 50000, None, "待补条件"),
    ],
)
def test_limits_in_two_dimensions(park: str, total: int, deadline: str | None, status: str) -> None:
    """Bands include their lower end: 5亿元 is 大. null shows days, what no row names is told."""
    found = run("2025-03-01", 签约日期="2025-01-31", 园区=park, 总投资=total)
    assert (found.entry("甲", "GRID")["deadline"], found.status("甲", "GRID")) == (deadline, status)


@given(st.lists(st.sampled_from("甲乙丙"), min_size=1, max_size=4))
def test_the_exact_key_comes_first_and_the_widest_last(values: list[str]) -> None:
    found = patterns(tuple(values))
    assert found[0] == "|".join(values)
    assert found[-1] == "|".join("*" * len(values))
    assert [key.split("|").count("*") for key in found] == sorted(key.split("|").count("*") for key in found)


def problems(rules: str) -> list[str]:
    return [message for _, message in check_rules(scheme([PROJECTS, FUNDS], rules), frozenset())]


def test_rules_are_checked_by_rank_not_by_place() -> None:
    ok = """
    - {id: C, kind: target, table: project, where: 投资档 = '大', goal: 1}
    - {id: T, kind: tier, table: project, value: 总投资, into: 投资档, bands: [{name: 大, low: 5亿元}]}
    """
    assert problems(ok) == []


def test_rules_that_take_results_in_a_circle_are_refused() -> None:
    circle = """
    - {id: A, kind: score, terms: [{name: b, measure: {rule: B}}]}
    - {id: B, kind: score, terms: [{name: a, measure: {rule: A}}]}
    """
    found = problems(circle)
    assert found and all("绕回了自己" in message for message in found)
    assert problems("- {id: A, kind: score, terms: [{name: b, measure: {rule: A}}]}") != []


def test_a_rule_that_does_not_exist_or_gives_nothing_is_refused() -> None:
    assert "没有编号为“X”的规则" in problems("- {id: A, kind: score, terms: [{name: b, measure: {rule: X}}]}")[0]
    rows = """
    - {id: E, kind: elapsed, table: project, from: 签约日期, to: 开工日期, n: 3}
    - {id: A, kind: score, terms: [{name: b, measure: {rule: E}}]}
    """
    assert "要写 codes" in problems(rows)[0]
