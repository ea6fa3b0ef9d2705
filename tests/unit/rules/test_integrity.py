"""`integrity`: what must be true of a row at any stage."""

from __future__ import annotations

import pytest

from tests.unit.rules.kit import Judged, judge, scheme, table

PROJECT = table(
    "project",
    "项目",
    """
    name 项目名称 text
    leader 包保领导 person
    total 总投资 money_wan
    done 完成投资 money_wan
    start_plan 开工计划 date_plan
    finish_plan 竣工计划 date_plan
    product_plan 投产计划 date_plan
    signed 签约日期 date_actual
    started 开工日期 date_actual
    """,
)


def seen(rule: str, day: str = "2025-06-01", **row: str) -> Judged:
    made = scheme([PROJECT], f"- {{id: I, kind: integrity, table: project, {rule}}}")
    return judge(made, day, {"项目": [{"项目名称": "P", **row}]})


LEADER = "checks: [{test: 个数(包保领导) = 1, text: 包保领导应为1名}]"


@pytest.mark.parametrize(("leader", "said"), [("张三", None), ("张三、李四", "校验错误:包保领导应为1名"), ("", None)])
def test_a_check_that_fails_is_told_and_one_that_cannot_be_told_is_not(leader: str, said: str | None) -> None:
    assert seen(LEADER, 包保领导=leader).status("P", "I") == said


def test_the_first_field_of_a_check_is_marked() -> None:
    rule = "checks: [{test: 完成投资 <= 总投资, text: 完成投资超过总投资, fields: [done, total]}]"
    found = seen(rule, 完成投资="200", 总投资="100").record("P")["findings"]
    assert [(item["field"], item["message"]) for item in found] == [("完成投资", "校验错误:完成投资超过总投资")]
    assert seen(rule, 完成投资="100", 总投资="100").record("P")["findings"] == []


def test_a_check_may_have_a_condition() -> None:
    rule = "checks: [{test: 有(开工日期), when: 有(完成投资), text: 有投资却没有开工}]"
    assert seen(rule).status("P", "I") is None
    assert seen(rule, 完成投资="5").status("P", "I") == "校验错误:有投资却没有开工"


@pytest.mark.parametrize(
    ("plans", "said"),
    [
        (("2025-03-01", "2025-09-01", "2025-10-01"), None),
        (("2025-03-01", "2025-03-01", "2025-03-01"), None),
        (("2025-03-01", "2025-10-01", "2025-09-01"), "校验错误:节点顺序"),
        (("2025-03-01", "", "2025-02-28"), "校验错误:节点顺序"),  # a blank one in between hides nothing
        (("", "", "2025-02-28"), None),
        (("2024-02-29", "2024-02", "2024"), None),  # a month and a year mean their last day
        (("2024-03", "2024-03-15", ""), "校验错误:节点顺序"),
    ],
)
def test_dates_in_order(plans: tuple[str, str, str], said: str | None) -> None:
    row = dict(zip(("开工计划", "竣工计划", "投产计划"), plans, strict=True))
    assert seen("ordered: [[开工计划, 竣工计划, 投产计划]]", **row).status("P", "I") == said


@pytest.mark.parametrize(
    ("severity", "said"), [("必改", "校验错误:分段顺序"), ("须说明", "校验错误:分段顺序"), ("提示", "分段顺序")]
)
def test_a_hint_is_not_called_an_error(severity: str, said: str) -> None:
    row = {"签约日期": "2025-03-02", "开工日期": "2025-03-01"}
    found = seen(f"ordered: [[签约日期, 开工日期]], ordered_text: 分段顺序, severity: {severity}", **row)
    assert found.status("P", "I") == said
    assert found.record("P")["findings"][0]["severity"] == severity


def test_an_actual_date_is_not_after_today() -> None:
    rule = 'not_future: ["*"]'
    assert seen(rule, "2025-06-01", 签约日期="2025-06-01", 开工计划="2026-01-01").status("P", "I") is None
    told = seen(rule, "2025-05-31", 签约日期="2025-06-01", 开工日期="2025-06-02").status("P", "I")
    assert told == "校验错误:签约日期晚于今天、开工日期晚于今天"
    assert seen("not_future: [开工日期]", "2025-05-31", 签约日期="2025-06-01").status("P", "I") is None


@pytest.mark.parametrize(
    ("plan", "said"),
    [("2025-03-15", None), ("2025-03", "校验错误:需细化到日"), ("", None)],
)
def test_a_plan_that_must_name_its_day(plan: str, said: str | None) -> None:
    assert seen("to_day: [开工计划, 竣工计划]", 竣工计划=plan).status("P", "I") == said


def test_a_plan_without_its_day_is_marked_and_said_in_the_schemes_words() -> None:
    found = seen("to_day: [竣工计划], to_day_text: 要写到哪一天", 竣工计划="2025-09").record("P")["findings"]
    assert [(item["field"], item["severity"]) for item in found] == [("竣工计划", "必改")]
    assert "要写到哪一天" in found[0]["message"]


def test_the_same_fault_in_two_places_is_said_once() -> None:
    rule = "ordered: [[开工计划, 竣工计划], [签约日期, 开工日期]], ordered_text: 节点顺序"
    row = {"开工计划": "2025-05-02", "竣工计划": "2025-05-01", "签约日期": "2025-05-02", "开工日期": "2025-05-01"}
    found = seen(rule, **row)
    assert found.status("P", "I") == "校验错误:节点顺序"
    assert [item["message"] for item in found.record("P")["findings"]] == ["竣工计划：校验错误:节点顺序"]
