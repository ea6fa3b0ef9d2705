"""`required`: what must be filled in at a stage, on a condition, or from some time before a planned date on."""

from __future__ import annotations

import pytest

from tests.unit.rules.kit import Judged, judge, scheme, table

PROJECT = table(
    "project",
    "项目",
    """
    name 项目名称 text
    leader 包保领导 person
    liaison 联络员 person
    power 用电需求 text
    needs_gas 用气 yesno
    gas 用气需求 text
    started 开工日期 date_actual
    finish_plan 竣工计划 date_plan
    trained 培训日期 date_actual
    """,
)


def seen(rule: str, day: str = "2025-06-01", **row: str) -> Judged:
    made = scheme([PROJECT], f"- {{id: R, kind: required, table: project, {rule}}}")
    return judge(made, day, {"项目": [{"项目名称": "P", **row}]})


def test_blank_fields_are_named_together_and_one_by_one() -> None:
    assert seen("fields: [包保领导, 联络员]").status("P", "R") == "缺项:包保领导、联络员"
    assert seen("fields: [包保领导, 联络员]", 包保领导="张三").status("P", "R") == "缺项:联络员"
    assert seen("fields: [包保领导, 联络员]", 包保领导="张三", 联络员="李四").status("P", "R") is None


def test_a_finding_names_the_fields_that_are_marked() -> None:
    found = seen("fields: [leader, 联络员]").record("P")["findings"]
    assert [(item["severity"], item["field"], item["message"]) for item in found] == [
        ("必改", "包保领导", "缺项:包保领导、联络员")
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({}, None),
        ({"开工日期": "2025-04-01"}, "缺项:用电需求"),
        ({"开工日期": "2025-04-01", "用电需求": "不需要"}, None),
    ],
)
def test_only_when_the_condition_holds(row: dict[str, str], said: str | None) -> None:
    assert seen("fields: [用电需求], when: 有(开工日期)", **row).status("P", "R") == said


def test_an_unknown_condition_asks_for_nothing() -> None:
    assert seen("fields: [用电需求], when: 开工日期 <= 2025-05-01").status("P", "R") is None


@pytest.mark.parametrize(
    ("gas", "said"), [("是", "缺项:用电需求、燃气"), ("否", "缺项:用电需求"), ("", "缺项:用电需求")]
)
def test_a_field_with_a_condition_and_a_title_of_its_own(gas: str, said: str) -> None:
    rule = "fields: [用电需求, {field: 用气需求, when: 用气 = 是, title: 燃气}]"
    assert seen(rule, 用气=gas).status("P", "R") == said


@pytest.mark.parametrize(
    ("day", "plan", "said"),
    [
        ("2025-08-30", "2025-09-30", None),
        ("2025-08-31", "2025-09-30", "缺项:培训日期"),
        ("2025-10-01", "2025-09-30", "缺项:培训日期"),
        ("2025-08-31", "", None),
    ],
)
def test_only_from_some_time_before_a_planned_date(day: str, plan: str, said: str | None) -> None:
    rule = "fields: [培训日期], window: {before: 竣工计划, n: 30, unit: 日}"
    assert seen(rule, day, 竣工计划=plan).status("P", "R") == said


def test_a_month_before_the_end_of_march_is_the_end_of_february() -> None:
    rule = "fields: [培训日期], window: {before: 竣工计划, n: 1, unit: 月}"
    assert seen(rule, "2024-02-28", 竣工计划="2024-03-31").status("P", "R") is None
    assert seen(rule, "2024-02-29", 竣工计划="2024-03-31").status("P", "R") == "缺项:培训日期"


def test_a_word_of_the_scheme_instead_of_the_list() -> None:
    found = seen("fields: [培训日期], text: 未培训, severity: 提示")
    assert found.status("P", "R") == "未培训"
    assert [(item["severity"], item["message"]) for item in found.record("P")["findings"]] == [
        ("提示", "培训日期：未培训")
    ]


def test_a_soft_rule_only_hints() -> None:
    found = seen("fields: [联络员], modality: 原则上").record("P")["findings"]
    assert found[0]["severity"] == "提示"
