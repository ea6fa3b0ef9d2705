"""`score`: base, terms with caps and weights, bonuses, entered points, projects' scores summed to the unit."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.unit.rules.kit import Judged, Rows, judge, scheme, table
from validators.calendar import Calendar
from validators.rules import parse_rule
from validators.rules.context import Env
from validators.rules.points import Adder
from validators.rules.score import Score

PROJECTS = table(
    "project", "项目",
    """
    name 项目名称 project_name
    month 月份 month
    done 累计完成 money_wan
    goal 年度计划 money_wan
    weight 权重 number
    started 开工日期 date_actual
    bonus 加分 number
    major 是否重大 yesno
    due 开工计划日期 date_plan
    """,
)  # fmt: skip
POINTS = table(
    "points",
    "加减分",
    "unit_name 单位 township\nmonth 月份 month\npoints 分值 number\nwhy 事由 text",
    filler="office",
    name_field="why",
)
ROWS = scheme(
    [PROJECTS, POINTS],
    """
    - id: S
      kind: score
      table: project
      base: 60
      cap: 100
      terms:
        - {name: 投资进度, value: 累计完成 / 年度计划, formula: "最小(值, 1) * 30"}
        - {name: 重大项目, value: 5, when: 是否重大 = 是, blank: zero}
        - {name: 奖励, value: 加分, cap: 10, floor: -5, blank: skip}
      into: 得分
      grade_into: 等次
      grades: [{name: 优秀, range: 95以上}, {name: 良好, range: "[80, 95)"}, {name: 一般, range: "[60, 80)"}]
      flags: {优秀: 通报表扬}
    - {id: USE, kind: integrity, table: project, checks: [{test: 得分 >= 80 或 等次 = '一般', text: 不应出现, fields: [累计完成]}]}
    """,
)


def row(**cells: Any) -> Judged:
    return judge(ROWS, "2025-06-30", {"项目": [{"项目名称": "甲", "unit": "甲镇", "是否重大": "否", **cells}]})


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"累计完成": 50, "年度计划": 100}, "75分"),
        ({"累计完成": 100, "年度计划": 100}, "90分"),
        ({"累计完成": 200, "年度计划": 100}, "90分"),
        ({"累计完成": 100, "年度计划": 300}, "70分"),
        ({"累计完成": 1, "年度计划": 3, "加分": 3}, "73分"),
        ({"累计完成": 50, "年度计划": 100, "加分": 25}, "85分"),
        ({"累计完成": 50, "年度计划": 100, "加分": -25}, "70分"),
        ({"累计完成": 100, "年度计划": 100, "加分": 10, "是否重大": "是"}, "100分"),
        ({"累计完成": 50}, "待补条件"),
        ({"累计完成": 50, "年度计划": 0}, "不适用"),
    ],
)
def test_a_row_is_scored_by_base_terms_caps_and_floors(cells: Any, expected: str) -> None:
    assert row(**cells).status("甲", "S") == expected


def test_the_reason_lists_the_parts_and_what_held_them() -> None:
    reason = row(累计完成=50, 年度计划=100, 加分=25, 是否重大="是").entry("甲", "S")["reason"]
    assert reason == "S，基本分60，投资进度15，重大项目5，奖励10(封顶)，良好"
    assert row(累计完成=50, 年度计划=100).entry("甲", "S")["reason"] == "S，基本分60，投资进度15，一般，未计奖励"


def test_what_is_blank_is_asked_for_by_its_own_name() -> None:
    assert "缺年度计划" in row(累计完成=50).entry("甲", "S")["reason"]


@pytest.mark.parametrize(("text", "why"), [("", "S-1 50分，差"), ("退出{value}%", "S-1 退出50%，差")])
def test_why_of_a_flag_says_the_figure_as_the_rule_does(text: str, why: str) -> None:
    row = table("row", "台账", "name 名称 text\nn 数 number")
    rule = f"""
- {{id: S-1, title: "S-1 ", kind: score, table: row, text: "{text}", terms: [{{name: 数, value: 数}}],
    grades: [{{name: 差, range: 30以上}}], flags: {{差: [过高]}}}}
"""
    found = judge(scheme([row], rule), "2025-04-01", {"台账": [{"unit": "甲镇", "名称": "厂", "数": 50}]})
    assert found.record("厂")["flags"][0]["reason"].startswith(why)


def test_grades_give_flags_and_both_can_be_asked() -> None:
    found = row(累计完成=100, 年度计划=100, 加分=5)
    assert found.flags("甲") == ["通报表扬"]
    assert found.messages("甲") == []
    assert row(累计完成=50, 年度计划=100).flags("甲") == []


UNITS = scheme(
    [PROJECTS, POINTS],
    """
    - {id: P, kind: score, table: project, into: 项目得分, terms: [{name: 完成率, value: 累计完成 / 年度计划, formula: 值 * 100, cap: 100}]}
    - {id: LATE, kind: planned, table: project, planned: 开工计划日期, actual: 开工日期}
    - id: U
      kind: score
      period: month
      base: 10
      floor: 0
      terms:
        - {name: 项目得分, measure: {table: project, value: 项目得分 * 权重, period: 月份, take: sum}}
        - {name: 新开工, measure: {table: project, date: 开工日期}, formula: 值 * 2, cap: 10, blank: zero}
        - {name: 加减分, measure: {table: points, value: 分值, period: 月份, by: 单位}, floor: -20, cap: 5, blank: zero}
    - id: Q
      kind: score
      period: quarter
      each: unit
      terms:
        - {name: 一季度开工, measure: {table: project, date: 开工日期}, when: 季度(期末) = 1, blank: zero}
        - {name: 其他季度投资, measure: {table: project, value: 累计完成, period: 月份, take: last}, when: 季度(期末) != 1, formula: 值 / 1000,
           blank: zero}
    - id: N
      kind: score
      terms: [{name: 逾期个数, measure: {rule: LATE, codes: [overdue]}, formula: 10 - 2 * 值, floor: 0}]
    - id: R
      kind: score
      terms: [{name: 完成率, measure: {table: project, value: 累计完成, of: {table: project, value: 年度计划}}, formula: 值 * 100}]
    - id: T
      kind: score
      terms: [{name: 月均, measure: {rule: U}}]
    """,
    year=2025,
)


def project(name: str, unit: str = "甲镇", **more: Any) -> dict[str, Any]:
    return {"项目名称": name, "unit": unit, "月份": "2025-05", "累计完成": 50, "年度计划": 100, "权重": "0.5", **more}


def units(projects: Rows, points: Rows = [], day: str = "2025-06-10", **parts: Any) -> Judged:  # noqa: B006 - read only
    return judge(UNITS, day, {"项目": projects, "加减分": points}, **parts)


def test_scores_of_projects_are_weighted_and_summed_to_the_unit() -> None:
    rows = [
        project("A"),
        project("B", 累计完成=100, 权重="0.3"),
        project("C", 累计完成=10, 权重="0.2"),
        project("D", "乙镇"),
    ]
    found = units(rows)
    assert found.unit("甲镇", "U") == "67分"  # 10 + 25 + 30 + 2
    assert found.unit("乙镇", "U") == "35分"
    assert found.unit("丙街道", "U") is None


def test_bonuses_are_per_case_and_capped() -> None:
    rows = [project(f"P{n}", 开工日期="2025-05-20", 权重=0) for n in range(8)]
    assert units(rows).unit("甲镇", "U") == "20分"
    assert "新开工10(封顶)" in units(rows).unit_reason("甲镇", "U")


@pytest.mark.parametrize(("points", "expected"), [([3], "38分"), ([3, 4], "40分"), ([-30], "15分"), ([-3, -1], "31分")])
def test_entered_points_count_between_their_bounds(points: list[int], expected: str) -> None:
    entered = [{"单位": "甲镇", "月份": "2025-05", "分值": n, "事由": f"事由{i}"} for i, n in enumerate(points)]
    assert units([project("A")], entered).unit("甲镇", "U") == expected


def test_another_months_points_do_not_count() -> None:
    entered = [{"单位": "甲镇", "月份": "2025-04", "分值": 5, "事由": "x"}]
    assert units([project("A")], entered).unit("甲镇", "U") == "35分"


def test_the_set_of_terms_may_hang_on_the_quarter() -> None:
    rows = [project("A", 开工日期="2025-02-01", 月份="2025-05", 累计完成=3000)]
    assert units(rows, day="2025-03-31").unit("甲镇", "Q") == "1分"
    assert units(rows, day="2025-06-30").unit("甲镇", "Q") == "3分"
    assert units(rows, day="2025-06-30").unit("丙街道", "Q") == "0分"


def test_rows_that_a_rule_calls_overdue_can_be_counted() -> None:
    rows = [
        project("A", 开工计划日期="2025-06-01"),
        project("B", 开工计划日期="2025-06-01", 开工日期="2025-06-05"),
        project("C", "乙镇"),
    ]
    found = units(rows)
    assert (found.unit("甲镇", "N"), found.unit("乙镇", "N")) == ("8分", "10分")


def test_a_ratio_of_sums_is_not_the_mean_of_ratios() -> None:
    rows = [project("A", 累计完成=1, 年度计划=1), project("B", 累计完成=0, 年度计划=2)]
    assert units(rows).unit("甲镇", "R") == "33.33分"


def test_a_unit_of_which_a_term_is_unknown_has_no_score() -> None:
    entered = [{"单位": "丁街道", "月份": "2025-05", "分值": 5, "事由": "x"}]
    assert units([], entered).unit("丁街道", "U") == "待补条件"


def test_a_closed_period_keeps_its_frozen_value() -> None:
    frozen = [{"rule": "U", "unit": "甲镇", "period": "2025-05", "value": "33"}]
    found = units([project("A")], frozen=frozen)
    assert found.unit("甲镇", "U") == "33分"
    assert "按期末冻结数，现为35" in found.unit_reason("甲镇", "U")
    assert units([project("A")], day="2025-05-31", frozen=frozen).unit("甲镇", "U") == "35分"


def test_the_whole_may_be_scored_too() -> None:
    made = scheme(
        [PROJECTS],
        "- {id: W, kind: score, terms: [{name: 完成, measure: {table: project, value: 累计完成, by: 全部}, formula: 值 / 10}]}",
    )
    found = judge(made, "2025-06-10", {"项目": [project("A"), project("B", "乙镇", 累计完成=75)]})
    assert found.unit("W", "W") == "12.5分"


def test_one_score_may_be_a_term_of_another() -> None:
    assert units([project("A")]).unit("甲镇", "T") == "35分"


_NUMBERS = st.decimals(-1000, 1000, places=2, allow_nan=False)


@given(st.lists(_NUMBERS, min_size=1, max_size=5), _NUMBERS, _NUMBERS)
def test_a_total_stays_between_its_bounds_and_is_the_exact_sum(
    values: list[Decimal], one: Decimal, other: Decimal
) -> None:
    floor, cap = sorted((one, other))
    terms = [{"name": f"t{n}", "value": "权重", "weight": "0.1"} for n in range(len(values))]
    rule = parse_rule(
        {"id": "S", "kind": "score", "title": "S", "table": "project", "floor": floor, "cap": cap, "terms": terms}
    )
    assert isinstance(rule, Score)
    adder = Adder(rule, Env(ROWS, Calendar()))
    sheet = adder.sheet()
    for position, value in enumerate(values):
        adder.add(sheet, position, Fraction(value))
    exact = sum(values, Decimal(0)) / 10
    assert sheet.total == Fraction(exact)
    assert Decimal(adder.status(sheet).inputs["exact"]) == min(max(exact, floor), cap)


@pytest.mark.parametrize(
    "wrong",
    [
        {"terms": []},
        {"terms": [{"name": "a"}]},
        {"terms": [{"name": "a", "value": "b"}]},
        {"table": "project", "terms": [{"name": "a", "measure": {"table": "t"}}]},
        {"table": "project", "period": "month", "terms": [{"name": "a", "value": "b"}]},
        {"into": "x", "terms": [{"name": "a", "measure": {"table": "t"}}]},
        {"table": "project", "terms": [{"name": "a", "value": "b"}], "flags": {"优秀": "x"}},
        {"table": "project", "terms": [{"name": "a", "value": "b"}, {"name": "a", "value": "c"}]},
    ],
)
def test_a_score_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        parse_rule({"id": "S", "kind": "score", "title": "S", **wrong})


@pytest.mark.parametrize(("text", "said"), [("", "2分"), ("text: '逾期{value}项'", "逾期2项")])
def test_a_count_in_the_schemes_own_words(text: str, said: str) -> None:
    """A score is any sum: what is overdue, counted for whoever is named."""
    rule = f"""
    - id: LATE
      kind: score
      {text}
      terms: [{{name: 逾期, measure: {{rule: PLAN, codes: [overdue], by: 单位}}}}]
    - {{id: PLAN, kind: elapsed, table: points, from: 月份日, to: 办结日, n: 1, unit: 日}}
    """
    points = table(
        "points", "加减分", "why 事由 text\nunit_name 单位 township\nday 月份日 date_actual\ndone 办结日 date_actual"
    )
    rows = [{"事由": f"甲{n}", "单位": "甲镇", "月份日": "2025-06-01"} for n in range(2)]
    found = judge(scheme([points], rule), "2025-06-30", {"加减分": rows})
    assert found.unit("甲镇", "LATE") == said


@pytest.mark.parametrize(
    ("since", "until", "scored"),
    [
        ("2020-01-01", None, "0分"),
        ("2020-01-01", "2024-12-31", None),
        ("2025-05-01", None, "0分"),
        ("2025-07-01", None, None),
    ],
)
def test_every_unit_means_every_unit_that_there_was(since: str, until: str | None, scored: str | None) -> None:
    roster = [{"unit": "丙街道", "from": since, "to": until}]
    found = units([project("A")], day="2025-06-30", roster=roster)
    assert found.unit("丙街道", "Q") == scored
    assert found.unit("丁街道", "Q") == "0分"


def test_a_unit_that_left_shows_the_last_quarter_in_which_it_was_there() -> None:
    roster = [{"unit": "丙街道", "from": "2020-01-01", "to": "2025-03-31"}]
    found = units([project("A")], day="2025-06-30", roster=roster)
    assert "2025年第一季度" in found.unit_reason("丙街道", "Q")


def test_a_closed_period_keeps_the_frozen_value_of_a_unit_of_which_nothing_is_left() -> None:
    """All its rows are gone: nothing is measured of it any more."""
    frozen = [{"rule": "U", "unit": "甲镇", "period": "2025-05", "value": "33"}]
    assert units([], frozen=frozen).unit("甲镇", "U") == "33分"


@pytest.mark.parametrize(("blank", "said"), [("ask", "待补条件"), ("zero", "60分"), ("skip", "60分")])
def test_a_term_whose_condition_is_not_known_makes_no_points(blank: str, said: str) -> None:
    """10 - 值 would make ten of nought."""
    term = f"{{name: 扣分, value: 加分, formula: 10 - 值, when: 是否重大 = 是, blank: {blank}}}"
    made = scheme([PROJECTS, POINTS], f"- {{id: S, kind: score, table: project, base: 60, terms: [{term}]}}")
    cells = {"项目名称": "甲", "unit": "甲镇", "加分": 1}
    assert judge(made, "2025-06-30", {"项目": [cells]}).status("甲", "S") == said
