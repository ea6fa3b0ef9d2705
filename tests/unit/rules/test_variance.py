"""`variance`: reached against planned, promised, or due by now; of rows and of whole units."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.unit.rules.kit import Judged, Rows, judge, scheme, table
from validators.exact import as_decimal, rounded
from validators.rules import parse_rule
from validators.scheme.models import Department

MONTHS = table(
    "monthly", "月度进展",
    """
    name 项目名称 project_name
    month 月份 month
    dept 责任单位 choices
    plan 计划投资 money_wan
    done 完成投资 money_wan
    sum_done 累计完成 money_wan
    sum_plan 累计计划 money_wan
    goal 年度计划 money_wan
    start 开工计划日期 date_plan
    finish 竣工计划日期 date_plan
    """,
)  # fmt: skip
ROWS = scheme(
    [MONTHS],
    """
    - {id: C-40, kind: variance, table: monthly, actual: 完成投资, expected: 计划投资}
    - {id: Z-24, kind: variance, table: monthly, actual: 完成投资, expected: 计划投资, at_least: 0.8, below: 产出不及预期, flag: 产出不及预期}
    - {id: C-25, kind: variance, table: monthly, actual: 完成投资, expected: 计划投资, at_least: 1, below: 未履约}
    - {id: PACE, kind: variance, table: monthly, actual: 累计完成, goal: 年度计划, pace: {by: month}, at: 月份, at_least: 1,
       points_into: 领先百分点, ratio_into: 完成序时比}
    - {id: OWN, kind: variance, table: monthly, actual: 累计完成, expected: 累计计划, goal: 年度计划, at: 月份, at_least: 1}
    - {id: CURVE, kind: variance, table: monthly, actual: 累计完成, goal: 年度计划, pace: {by: curve, curve: curve}, at: 月份, at_least: 1}
    - {id: SPAN, kind: variance, table: monthly, actual: 累计完成, goal: 年度计划, at_least: 1,
       pace: {by: span, start: 开工计划日期, finish: 竣工计划日期}}
    - {id: ASK, kind: integrity, table: monthly, checks: [{test: 领先百分点 > -10, text: 落后10个百分点以上, fields: [累计完成]}]}
    """,
    lookups={"curve": {"rows": {"3": "10", "6": "40", "9": "70", "12": "100"}}},
)


def row(**cells: Any) -> Judged:
    return on("2025-07-01", **cells)


def on(day: str, **cells: Any) -> Judged:
    return judge(ROWS, day, {"月度进展": [{"项目名称": "甲", "unit": "甲镇", **cells}]})


@pytest.mark.parametrize(
    ("done", "plan", "share", "expectation", "promise"),
    [
        (1500, 2000, "75.0%", "产出不及预期", "未履约"),
        (700, 1000, "70.0%", "产出不及预期", "未履约"),
        (800, 1000, "80.0%", "80.0%", "未履约"),
        ("799.9999", 1000, "80.0%", "产出不及预期", "未履约"),
        (1000, 1000, "100.0%", "100.0%", "100.0%"),
        (1290, 1000, "129.0%", "129.0%", "129.0%"),
        (0, 1000, "0.0%", "产出不及预期", "未履约"),
        (5, 0, "—", "—", "—"),
    ],
)
def test_reached_against_planned(done: Any, plan: int, share: str, expectation: str, promise: str) -> None:
    """The threshold is compared exactly: 79.99999 % shows as 80.0% and is still behind."""
    found = row(完成投资=done, 计划投资=plan)
    assert [found.status("甲", rule) for rule in ("C-40", "Z-24", "C-25")] == [share, expectation, promise]
    assert found.flags("甲") == (["产出不及预期"] if expectation == "产出不及预期" else [])


def test_without_an_expectation_there_is_nothing_to_compare_with() -> None:
    found = row(完成投资=700)
    assert found.status("甲", "Z-24") == "待补条件"
    assert "缺计划投资" in found.entry("甲", "Z-24")["reason"]
    assert row().status("甲", "Z-24") is None


@pytest.mark.parametrize(
    ("month", "done", "expected"),
    [
        ("2025-06", 54000, "落后序时5.0个百分点"),
        ("2025-06", 60000, "50.0%"),
        ("2025-01", 10000, "8.3%"),
        ("2025-01", "9999.9999", "落后序时0.0000001个百分点"),
        ("2025Q2", 54000, "落后序时5.0个百分点"),
        ("2025-01~2025-06", 54000, "落后序时5.0个百分点"),
    ],
)
def test_the_share_of_the_year_that_is_due_by_the_month(month: str, done: Any, expected: str) -> None:
    """1/12 of 120000 is exactly 10000: a third is never rounded before it is compared."""
    if month == "2025Q2":
        month = "2025-06"
    assert row(月份=month, 累计完成=done, 年度计划=120000).status("甲", "PACE") == expected


def test_the_reason_tells_amounts_and_shares() -> None:
    found = row(月份="2025-06", 累计完成=54000, 年度计划=120000)
    assert found.entry("甲", "PACE")["reason"] == "PACE，完成54000/120000，45.0%，序时50.0%"


def test_a_month_that_still_runs_is_held_against_the_months_that_are_over() -> None:
    cells = {"月份": "2025-06", "累计完成": 50000, "年度计划": 120000}
    assert on("2025-06-29", **cells).status("甲", "PACE") == "41.7%"
    assert on("2025-06-30", **cells).status("甲", "PACE") == "落后序时8.3个百分点"


def test_no_goal_is_neither_nought_nor_all() -> None:
    assert row(月份="2025-06", 累计完成=1).status("甲", "PACE") == "目标未设定"
    assert row(月份="2025-06", 累计完成=1, 年度计划=0).status("甲", "PACE") == "—"


@pytest.mark.parametrize(
    ("rule", "cells", "expected"),
    [
        ("OWN", {"累计计划": 30000, "累计完成": 30000}, "25.0%"),
        ("OWN", {"累计计划": 36000, "累计完成": 30000}, "落后序时5.0个百分点"),
        ("CURVE", {"累计完成": 48000}, "40.0%"),
        ("CURVE", {"累计完成": 36000}, "落后序时10.0个百分点"),
        (
            "SPAN",
            {"累计完成": 59000, "开工计划日期": "2025-01-01", "竣工计划日期": "2025-12-31"},
            "落后序时0.6个百分点",
        ),
        ("SPAN", {"累计完成": 0, "开工计划日期": "2025-08-01", "竣工计划日期": "2025-12-31"}, "0.0%"),
        (
            "SPAN",
            {"累计完成": 119000, "开工计划日期": "2024-08-01", "竣工计划日期": "2025-06-30"},
            "落后序时0.8个百分点",
        ),
        ("SPAN", {"累计完成": 0, "开工计划日期": "2025-08-01"}, "待补条件"),
    ],
)
def test_what_is_due_may_be_a_plan_a_curve_or_a_span(rule: str, cells: Any, expected: str) -> None:
    assert row(月份="2025-06", 年度计划=120000, **cells).status("甲", rule) == expected


def test_what_is_said_when_behind_can_be_asked_by_other_rules() -> None:
    """Derived only when behind: neither in order, nor without a threshold."""
    rules = """
    - {id: V, kind: variance, table: monthly, actual: 完成投资, expected: 计划投资, MORE below: 不及预期, said_into: 产出情况}
    - {id: ASK, kind: required, table: monthly, when: 有(产出情况), fields: [责任单位]}
    """

    def asked(more: str, done: int) -> str | None:
        made = scheme([MONTHS], rules.replace("MORE", more))
        cells = {"项目名称": "甲", "unit": "甲镇", "计划投资": 1000, "完成投资": done}
        return judge(made, "2025-07-01", {"月度进展": [cells]}).status("甲", "ASK")

    assert asked("at_least: 0.8,", 700) == "缺项:责任单位"
    assert asked("at_least: 0.8,", 800) is None
    assert asked("", 700) is None


def test_the_lead_in_points_can_be_asked_by_other_rules() -> None:
    assert row(月份="2025-06", 累计完成=48000, 年度计划=120000).status("甲", "ASK") == "校验错误:落后10个百分点以上"
    assert row(月份="2025-06", 累计完成=48001, 年度计划=120000).status("甲", "ASK") is None


GOALS = table("goal", "年度目标", "dept 责任单位 text\namount 年度目标 money_wan", filler="office")
UNITS = scheme(
    [MONTHS, GOALS],
    """
    - {id: N-E2, kind: variance, table: monthly, period: month, pace: {by: month}, at_least: 1, flag: 落后序时,
       gather: {table: monthly, value: 累计完成, period: 月份, span: year, take: last, by: 责任单位},
       goals: {table: goal, value: 年度目标, by: 责任单位}}
    - {id: SUM, kind: variance, table: monthly, period: month, pace: {by: month}, at_least: 1,
       gather: {table: monthly, value: 完成投资, period: 月份, span: year, by: 全部}, goals: {fixed: {全部: 240000}}}
    - {id: X4, kind: variance, table: monthly, at_least: 0.9,
       gather: {table: monthly, value: 累计完成}, gather_expected: {fixed: {甲镇: 60000, 乙镇: null}}}
    """,
    departments=(Department(code="d1", name="县工信局", aliases=("工信局",)), Department(code="d2", name="县商务局")),
    year=2022,
)


def units(day: str, rows: Rows, **parts: Any) -> Judged:
    goals = [{"责任单位": "县工信局", "年度目标": 120000}, {"责任单位": "县商务局", "年度目标": 60000}]
    return judge(UNITS, day, {"月度进展": rows, "年度目标": goals}, **parts)


def month(text: str, dept: str, total: int, done: int = 0, unit: str = "甲镇") -> dict[str, Any]:
    return {
        "项目名称": f"{dept}{text}",
        "月份": text,
        "责任单位": dept,
        "累计完成": total,
        "完成投资": done,
        "unit": unit,
    }


def test_a_department_behind_the_proportionate_progress_of_its_goal() -> None:
    found = units("2022-06-30", [month("2022-05", "县工信局", 50000), month("2022-06", "工信局", 54000)])
    assert found.unit("县工信局", "N-E2") == "落后序时5.0个百分点"
    assert found.unit_flags("县工信局") == ["落后序时"]
    assert units("2022-06-30", [month("2022-06", "县工信局", 60000)]).unit("县工信局", "N-E2") == "50.0%"


def test_the_latest_month_with_figures_is_judged_at_its_own_pace() -> None:
    """In August the figures of June are held against June; none of July have come."""
    found = units("2022-08-15", [month("2022-06", "县工信局", 54000)])
    assert found.unit("县工信局", "N-E2") == "落后序时5.0个百分点"
    assert found.unit_reason("县工信局", "N-E2") == "2022年6月，N-E2，完成54000/120000，45.0%，序时50.0%"


def test_a_joint_row_counts_for_each_department_and_once_for_all() -> None:
    rows = [month("2022-06", "县工信局、县商务局", 54000, done=54000)]
    found = units("2022-06-30", rows)
    assert (found.unit("县工信局", "N-E2"), found.unit("县商务局", "N-E2")) == ("落后序时5.0个百分点", "90.0%")
    assert found.unit("SUM", "SUM") == "落后序时27.5个百分点"


def test_no_goal_of_a_unit_is_said() -> None:
    rows = [month("2022-06", "县农业局", 1), month("2022-06", "县工信局", 60000)]
    assert units("2022-06-30", rows).unit("县农业局", "N-E2") == "目标未设定"


def test_a_frozen_value_stays_and_todays_is_told_beside_it() -> None:
    frozen = [{"rule": "N-E2", "unit": "县工信局", "period": "2022-06", "value": "54000"}]
    found = units("2022-07-15", [month("2022-06", "县工信局", 60000)], frozen=frozen)
    assert found.unit("县工信局", "N-E2") == "落后序时5.0个百分点"
    assert found.unit_reason("县工信局", "N-E2").endswith("按期末冻结数，现为60000")


def test_units_against_fixed_figures() -> None:
    rows = [month("2022-06", "县工信局", 50000), month("2022-06", "县商务局", 9000, unit="乙镇")]
    found = units("2022-06-30", rows)
    assert found.unit("甲镇", "X4") == "落后序时16.7个百分点"
    assert found.unit("乙镇", "X4") == "目标未设定"


@given(st.integers(0, 10**9 - 1), st.integers(1, 10**9 - 1), st.integers(1, 12))  # a cell holds no more
def test_the_verdict_is_that_of_exact_fractions(done: int, goal: int, months: int) -> None:
    said = row(月份=f"2024-{months:02d}", 累计完成=done, 年度计划=goal).status("甲", "PACE")
    behind = Fraction(done) < Fraction(goal * months, 12)
    assert (said or "").startswith("落后序时") == behind


@given(st.fractions(max_denominator=10**6))
def test_numbers_from_fractions_are_exact_where_they_can_be(value: Fraction) -> None:
    found = as_decimal(value)
    denominator = value.denominator
    while denominator % 2 == 0:
        denominator //= 2
    while denominator % 5 == 0:
        denominator //= 5
    if denominator == 1:
        assert Fraction(found) == value
    else:
        assert abs(Fraction(found) - value) <= abs(value) / 10**27
    assert abs(Fraction(Decimal(rounded(value, 1))) - value) <= Fraction(1, 20)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"actual": "a"},
        {"actual": "a", "goal": "b"},
        {"actual": "a", "expected": "b", "gather": {"table": "t"}},
        {"gather": {"table": "t"}},
        {"gather": {"table": "t"}, "goals": {"fixed": {"x": 1}}},
        {"gather": {"table": "t"}, "gather_expected": {"fixed": {"x": 1}}, "points_into": "y"},
        {"actual": "a", "goal": "b", "pace": {"by": "curve"}},
        {"actual": "a", "goal": "b", "pace": {"by": "span", "start": "x"}},
        {"gather": {"table": "t", "rule": "r"}, "gather_expected": {"fixed": {"x": 1}}},
        {"gather": {"table": "t", "take": "last"}, "gather_expected": {"fixed": {"x": 1}}},
    ],
)
def test_a_comparison_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        parse_rule({"id": "V", "kind": "variance", "title": "V", "table": "monthly", **wrong})


YEARS = table("goal", "年度目标", "dept 责任单位 text\nyear 年度 year\namount 年度目标 money_wan", filler="office")
BY_YEAR = scheme(
    [MONTHS, YEARS],
    """
    - {id: E, kind: variance, table: monthly, period: month, pace: {by: month}, at_least: 1,
       gather: {table: monthly, value: 累计完成, period: 月份, by: 责任单位},
       goals: {table: goal, value: 年度目标, period: 年度, span: whole, by: 责任单位}}
    """,
    departments=(Department(code="d1", name="县工信局"),),
)


@pytest.mark.parametrize(
    ("text", "day", "wanted"),
    [
        ("2022-12", "2022-12-31", "100.0%"),
        ("2022-12", "2023-01-10", "100.0%"),
        ("2022-06", "2022-06-15", "100.0%"),
        ("2023-01", "2023-01-31", "10.0%"),
        ("2021-12", "2022-01-10", "目标未设定"),
    ],
)
def test_a_goal_of_a_year_counts_in_each_of_its_months_and_in_no_other(text: str, day: str, wanted: str) -> None:
    goals = [{"责任单位": "县工信局", "年度": year, "年度目标": goal} for year, goal in ((2022, 6000), (2023, 60000))]
    found = judge(BY_YEAR, day, {"月度进展": [month(text, "县工信局", 6000)], "年度目标": goals})
    assert found.unit("县工信局", "E") == wanted
