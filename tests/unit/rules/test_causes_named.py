"""What cannot be judged says why: the blank cell behind it, a hole of the scheme, a divisor of nought. Nobody is asked for
what no column is called, or for what cannot exist."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.rules.kit import Judged, judge, scheme, table
from validators.scheme.check_rules import check_rules

PROJECT = table(
    "project",
    "项目库",
    """
    name 项目名称 text
    signed 签约日期 date_actual
    started 开工日期 date_actual
    finish 计划竣工 date_plan
    month 月份 month
    done 完成 money_wan
    plan 年度计划 money_wan
    total 总投资 money_wan
    trade 行业 text
    """,
)
RULES = """
- {id: V, kind: variance, table: project, actual: 完成, goal: 年度计划, pace: {by: month}, at: 月份, points_into: 序时差, ratio_into: 序时比}
- {id: VB, kind: bands, table: project, value: 序时差, bands: [{name: 红, range: 不满0}, {name: 绿, range: 0以上}], into: 灯}
- {id: D, kind: bands, table: project, value: 完成 / 年度计划, bands: [{name: 低, range: 不满1}, {name: 高, range: 1以上}]}
- {id: S, kind: score, table: project, terms: [{name: v, value: 完成 / 年度计划}]}
- {id: R, kind: reach, table: project, amount: 完成, day: 开工日期, goal: 年度计划, from: 签约日期, n: 6}
- {id: E, kind: elapsed, table: project, from: 签约日期, to: 开工日期, n: 3, unit: 月, late_into: 逾期}
- {id: EB, kind: bands, table: project, value: 逾期, bands: [{name: 准时, range: "[0, 0]"}, {name: 迟, range: 1以上}]}
- {id: T, kind: tier, table: project, value: 总投资, into: 规模档, bands: [{name: 小, high: 5000}, {name: 大, low: 5000}]}
- {id: L, kind: elapsed, table: project, from: 签约日期, to: 开工日期, limits: {by: [规模档], rows: {大: 6}}, unit: 月}
- {id: C, kind: variance, table: project, actual: 完成, goal: 年度计划, pace: {by: curve, curve: quarters}, at: 月份, points_into: 曲线差}
- {id: P, kind: variance, table: project, actual: 完成, goal: 年度计划, pace: {by: span, start: 开工日期, finish: 计划竣工}, ratio_into: 工期比}
- {id: K, kind: lookup, table: project, lookup: trades, by: [行业], into: 专班}
"""
LOOKUPS: dict[str, Any] = {
    "quarters": {"title": "序时", "rows": {"3": "10", "6": "40", "9": "70", "12": "100"}},
    "trades": {"title": "专班", "rows": {"食品": "食品专班"}},
}
MADE = scheme([PROJECT], RULES, lookups=LOOKUPS)


def told(day: str = "2025-08-10", **row: Any) -> Judged:
    return judge(MADE, day, {"项目库": [{"项目名称": "甲", **row}]})


FIGURES = {"月份": "2025-06", "完成": 5, "年度计划": 10}


@pytest.mark.parametrize("rule", ["VB", "D", "S"])
def test_over_nought_there_is_no_ratio_and_nothing_is_asked(rule: str) -> None:
    found = told(**{**FIGURES, "年度计划": 0}).entry("甲", rule)
    assert (found["status"], "除数是0" in found["reason"]) == ("不适用", True), found


def test_a_goal_of_nought_is_not_reached_in_time() -> None:
    found = told(签约日期="2025-03-01", 年度计划=0).entry("甲", "R")
    assert (found["status"], "应达到的数是0" in found["reason"]) == ("不适用", True)


def test_the_column_behind_a_derived_value_is_named() -> None:
    assert "缺完成，补填" in told(月份="2025-06", 年度计划=10).entry("甲", "VB")["reason"]
    assert "缺月份，补填" in told(完成=5, 年度计划=10).entry("甲", "VB")["reason"]
    assert "缺总投资，补填" in told(签约日期="2025-03-01").entry("甲", "L")["reason"]


@pytest.mark.parametrize(
    ("row", "status", "why"),
    [
        ({}, "不适用", "未启动"),
        ({"开工日期": "2025-03-01"}, "不适用", "数据异常"),
    ],
)
def test_a_value_that_cannot_exist_is_not_asked_for(row: dict[str, Any], status: str, why: str) -> None:
    found = told(**row).entry("甲", "EB")
    assert found["status"] == status and "补填" not in found["reason"]
    assert "没有逾期" in found["reason"] and why in found["reason"]


def test_a_hole_of_the_curve_is_the_schemes_own() -> None:
    found = told(**{**FIGURES, "月份": "2025-05"})
    assert found.status("甲", "C") == "映射未配置" and "5月" in found.entry("甲", "C")["reason"]
    assert told(**FIGURES).status("甲", "C") == "50.0%"
    assert [i["severity"] for i in found.record("甲")["findings"] if i["rule"] == "C"] == ["提示"]


@pytest.mark.parametrize(("month", "value"), [("2", "五"), ("13", "5"), ("二", "5"), ("2", "NaN")])
def test_a_curve_that_is_no_curve_is_refused(month: str, value: str) -> None:
    rows = {**LOOKUPS, "quarters": {"title": "序时", "rows": {month: value}}}
    problems = [text for _, text in check_rules(scheme([PROJECT], RULES, lookups=rows), frozenset())]
    assert len(problems) == 1 and "序时" in problems[0]


def test_a_span_names_its_days() -> None:
    assert "缺开工日期、计划竣工，补填" in told(**FIGURES).entry("甲", "P")["reason"]
    found = told(**FIGURES, 开工日期="2025-05-01", 计划竣工="2025-04-01").entry("甲", "P")
    assert found["status"] == "数据异常" and "计划竣工(2025-04-01)早于开工日期(2025-05-01)" in found["reason"]


@pytest.mark.parametrize(("rule", "row"), [("K", {"行业": "旅游"}), ("L", {"签约日期": "2025-03-01", "总投资": 100})])
def test_a_gap_of_the_scheme_is_pointed_out_and_asks_nothing_of_the_clerk(rule: str, row: dict[str, Any]) -> None:
    found = told(**row)
    assert found.status("甲", rule) == "映射未配置"
    assert [i["severity"] for i in found.record("甲")["findings"] if i["rule"] == rule] == ["提示"]


TWO = scheme(
    [PROJECT],
    """
    - {id: A, kind: tier, table: project, when: 行业 = '食品', value: 总投资, into: 档, bands: [{name: 小, high: 5000}, {name: 大, low: 5000}]}
    - {id: B, kind: tier, table: project, when: 行业 = '旅游', value: 年度计划, into: 档, bands: [{name: 小, high: 500}, {name: 大, low: 500}]}
    - {id: E, kind: elapsed, table: project, when: 档 = '大', from: 签约日期, to: 开工日期, n: 30}
    """,
)


def test_of_several_rules_that_derive_one_value_the_one_that_waits_is_named() -> None:
    rows = [
        {"项目名称": "甲", "行业": "食品", "签约日期": "2025-03-01", "年度计划": 1},
        {"项目名称": "乙", "行业": "旅游", "签约日期": "2025-03-01", "总投资": 1},
    ]
    found = judge(TWO, "2025-08-10", {"项目库": rows})
    assert "缺总投资，" in found.entry("甲", "E")["reason"]
    assert "缺年度计划，" in found.entry("乙", "E")["reason"]


def test_what_hangs_on_a_gap_of_the_scheme_asks_nothing_of_the_clerk() -> None:
    made = scheme(
        [PROJECT],
        """
        - {id: K, kind: lookup, table: project, lookup: rates, by: [行业], into: 标准, number: true}
        - {id: B, kind: bands, table: project, value: 完成 / 标准, bands: [{name: 低, range: 不满1}, {name: 高, range: 1以上}]}
        """,
        lookups={"rates": {"title": "标准", "rows": {"食品": "5"}}},
    )
    found = judge(made, "2025-08-10", {"项目库": [{"项目名称": "甲", "行业": "旅游", "完成": 5}]}).entry("甲", "B")
    assert found["status"] == "待补条件"
    assert "没有标准" in found["reason"] and "映射未配置" in found["reason"] and "补填" not in found["reason"]
