"""Rules about units: whom and which periods `when` means, indicators by kind of unit, and figures held against the whole."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.rules.kit import Judged, judge, scheme, table
from validators.rules import parse_rule
from validators.scheme.check_rules import check_rules
from validators.scheme.models import Unit

KINDS = (("01", "甲镇", "镇"), ("02", "乙镇", "镇"), ("03", "园区", "园区"))
FIGURES = table(
    "figure",
    "月报",
    """
    why 事由 text
    unit_name 单位 township
    month 月份 month
    done 完成投资 number
    plan 计划投资 number
    """,
    filler="office",
)
PROJECT = table("project", "项目", "name 项目名称 text\nsigned 签约日期 date_actual\nstarted 开工日期 date_actual")
RULES = """
- id: K
  kind: score
  period: month
  terms:
    - {name: 工业, when: 单位类型 = '园区', measure: {table: figure, value: 完成投资, period: 月份, by: 单位}, formula: 值 * 2}
    - {name: 招商, when: 单位类型 = '镇', measure: {table: figure, value: 完成投资, period: 月份, by: 单位}, formula: 值}
- id: W
  kind: score
  period: month
  when: 单位 != '乙镇' 且 月(期末) = 5
  terms: [{name: 投资, measure: {table: figure, value: 完成投资, period: 月份, by: 单位}}]
- id: T
  kind: score
  period: month
  terms:
    - name: 完成率
      measure: {table: figure, value: 完成投资, period: 月份, by: 单位, of: {table: figure, value: 计划投资, period: 月份, by: 单位}}
      formula: 如果(值 >= 全部, 10, 0)
- {id: R, kind: rank, period: month, when: 单位类型 = '镇', by: {table: figure, value: 完成投资, period: 月份, by: 单位}}
- {id: V, kind: variance, period: month, when: 单位类型 = '镇', at_least: 1, gather: {table: figure, value: 完成投资, period: 月份, by: 单位},
   gather_expected: {fixed: {甲镇: 10, 园区: 10}}}
- {id: Q, kind: rank, period: quarter, by: {table: project, date: 开工日期}, bottom: [{n: 1, flag: 末位}]}
- {id: P, kind: variance, period: quarter, at_least: 1, flag: 落后, gather: {table: project, where: 有(开工日期), date: 签约日期},
   gather_expected: {table: project, date: 签约日期}}
- {id: Z, kind: variance, period: month, at_least: 1, flag: 挂零, blank: zero, gather: {table: figure, value: 完成投资, period: 月份, by: 单位},
   gather_expected: {fixed: {甲镇: 10, 乙镇: 10}}}
- {id: S, kind: score, period: month, terms: [{name: 开工率, measure: {table: project, where: 有(开工日期), of: {table: project}}, formula: 值 * 100}]}
"""
MADE = scheme([FIGURES, PROJECT], RULES, units=tuple(Unit(code=c, name=n, kind=k) for c, n, k in KINDS), year=2025)


def told(figures: dict[str, int], projects: Any = (), day: str = "2025-05-31", month: str = "2025-05") -> Judged:
    rows = [
        {"事由": name, "单位": name, "月份": month, "完成投资": done, "计划投资": 10} for name, done in figures.items()
    ]
    return judge(MADE, day, {"月报": rows, "项目": list(projects)})


ALL = {"甲镇": 9, "乙镇": 4, "园区": 20}


def test_each_kind_of_unit_has_its_own_indicators() -> None:
    found = told(ALL)
    assert [found.unit(name, "K") for name in ALL] == ["9分", "4分", "40分"]


@pytest.mark.parametrize(
    ("rule", "expected"), [("W", ["9分", None, "20分"]), ("R", ["第1名", "第2名", None]), ("V", ["落后序时10.0个百分点", "目标未设定", None])]
)  # fmt: skip
def test_a_rule_of_units_is_about_whom_it_says(rule: str, expected: list[str | None]) -> None:
    found = told(ALL)
    assert [found.unit(name, rule) for name in ALL] == expected


def test_a_rule_of_units_is_about_the_periods_it_says() -> None:
    assert told(ALL, day="2025-06-30", month="2025-06").unit("甲镇", "W") is None


def test_held_against_the_whole_is_sum_over_sum() -> None:
    """33 of 30: all together 110 %, whatever the mean of the single ratios is."""
    assert [told(ALL).unit(name, "T") for name in ALL] == ["0分", "0分", "10分"]
    even = told({"甲镇": 11, "乙镇": 11, "园区": 11})
    assert [even.unit(name, "T") for name in ALL] == ["10分"] * 3
    assert "全部1.1" in even.unit_reason("甲镇", "T")


def project(name: str, unit: str, signed: str, started: str | None = None) -> dict[str, Any]:
    return {"项目名称": name, "unit": unit, "签约日期": signed, "开工日期": started}


def test_no_row_counted_is_nought_in_a_ranking() -> None:
    rows = [project("A", "甲镇", "2025-04-01", "2025-05-01"), project("B", "乙镇", "2025-04-01")]
    found = told({}, rows)
    assert [found.unit(name, "Q") for name in ALL] == ["第1名", "第2名", "第2名"]
    assert ["末位" in found.unit_flags(name) for name in ALL] == [False, True, True]


def test_before_anything_is_counted_in_a_period_the_one_before_is_told() -> None:
    rows = [project("A", "甲镇", "2025-01-01", "2025-02-01")]
    assert "第一季度" in told({}, rows, day="2025-04-10").unit_reason("乙镇", "Q")


def test_none_of_what_was_expected_is_nought() -> None:
    """Of two signed in the first quarter both are started, of one signed in the second none is."""
    rows = [project("A", "甲镇", "2025-01-01", "2025-02-01"), project("B", "甲镇", "2025-02-01", "2025-03-01")]
    rows.append(project("C", "甲镇", "2025-04-02"))
    assert "落后" not in told({}, rows[:2], day="2025-06-30").unit_flags("甲镇")
    assert "落后" in told({}, rows, day="2025-07-01").unit_flags("甲镇")


@pytest.mark.parametrize(("day", "flags"), [("2025-05-31", []), ("2025-06-01", ["挂零"])])
def test_a_unit_that_reported_nothing_counts_as_nought_where_the_rule_says_so(day: str, flags: list[str]) -> None:
    found = told({"乙镇": 10}, day=day, month="2025-04")
    assert found.unit_flags("乙镇") == flags, "May is over on the first of June"


def test_a_share_of_counted_rows_may_be_nought() -> None:
    rows = [project("A", "甲镇", "2025-01-01", "2025-02-01"), project("B", "乙镇", "2025-01-01")]
    found = told({}, rows)
    assert [found.unit(name, "S") for name in ALL] == ["100分", "0分", None]


NONSENSE = "胡说八道 > 3"


@pytest.mark.parametrize("rule", list(MADE.rules), ids=lambda rule: rule.id)
def test_a_condition_that_means_nothing_is_found(rule: Any) -> None:
    wrong = rule.model_copy(update={"when": NONSENSE})
    made = MADE.model_copy(update={"rules": tuple(wrong if item is rule else item for item in MADE.rules)})
    assert any("胡说八道" in text for _, text in check_rules(made, frozenset()))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"kind": "target", "table": "project", "goal": 1}, "目标不写 when"),
        ({"kind": "window", "last": "2025-06-30"}, "整个方案的时间段不写 when"),
    ],
)
def test_a_condition_nobody_would_look_at_is_refused(rule: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_rule({"id": "X", "title": "X", "when": "有(开工日期)", **rule})


def test_a_stage_and_a_lifted_status_are_about_the_rows_they_say() -> None:
    fields = "name 步骤 text\nproject 项目名称 project_name\ndue 计划 date_plan\ndone 完成 date_actual"
    steps = table("step", "步骤", fields, parent="project", parent_field="project")
    made = scheme(
        [PROJECT, steps],
        """
        - {id: E, kind: stage_entry, table: project, when: 有(签约日期), otherwise: 前期, stages: [{name: 开工, when: 有(开工日期)}]}
        - {id: L, kind: planned, table: step, planned: 计划, actual: 完成}
        - {id: W, kind: worst, table: project, child: step, of: L, when: 有(签约日期)}
        """,
    )
    rows = [{"项目名称": "甲", "签约日期": "2025-01-01"}, {"项目名称": "乙"}]
    late = [{"步骤": f"{name}1", "项目名称": name, "计划": "2025-02-01"} for name in ("甲", "乙")]
    found = judge(made, "2025-05-31", {"项目": rows, "步骤": late})
    assert (found.status("甲", "E"), found.status("乙", "E")) == ("前期", "不适用")
    assert found.status("乙", "W") is None
