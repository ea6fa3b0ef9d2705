"""`precondition`: what had to be there before something was done."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.unit.rules.kit import judge, scheme, table
from validators.rules import parse_rule

PROJECT = table(
    "project",
    "项目",
    """
    name 项目名称 text
    applies 安评适用 yesno
    review 安评日期 date_actual
    promise 企业承诺 yesno
    safe 安全条件 yesno
    fitted 装修日期 date_actual
    installed 安装日期 date_actual
    started 开工日期 date_actual
    result 验收结果 text
    """,
)
MADE = scheme(
    [PROJECT],
    """
    - {id: G, kind: precondition, table: project, action: 开工日期, conditions: [{label: 安评, by: 安评日期, when: 安评适用 = 是}]}
    - id: H
      kind: precondition
      table: project
      action: {earliest: [装修日期, 安装日期]}
      conditions:
        - {label: 企业承诺, test: 企业承诺 = 是}
        - {label: 安全条件, test: 安全条件 = 是, fields: [safe]}
      unless: 验收结果 = '合格'
    - {id: W, kind: precondition, table: project, when: 验收结果 = '容缺', conditions: [{label: 承诺书, test: 企业承诺 = 是}]}
    """,
)


def status(rule: str, day: str = "2025-08-01", **row: str) -> str | None:
    return judge(MADE, day, {"项目": [{"项目名称": "P", **row}]}).status("P", rule)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({}, None),  # nothing done, nothing to check
        ({"开工日期": "2025-04-20", "安评适用": "是"}, "前置不满足:安评"),
        ({"开工日期": "2025-04-20", "安评适用": "是", "安评日期": "2025-04-20"}, "正常"),
        ({"开工日期": "2025-04-20", "安评适用": "是", "安评日期": "2025-04-21"}, "前置不满足:安评"),
        ({"开工日期": "2025-04-20", "安评适用": "否"}, "正常"),
        ({"开工日期": "2025-04-20"}, "正常"),  # not known to apply: asked elsewhere
        ({"开工日期": "2025-08-02", "安评适用": "是"}, None),  # a date in the future has not happened
    ],
)
def test_a_date_that_had_to_come_first(row: dict[str, str], said: str | None) -> None:
    assert status("G", **row) == said


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"安装日期": "2025-07-05", "企业承诺": "是", "安全条件": "是"}, "正常"),
        ({"安装日期": "2025-07-05", "企业承诺": "否", "安全条件": "否"}, "前置不满足:企业承诺、安全条件"),
        # what is plainly not met comes first; a blank cell beside it is asked for, alone it is not met
        ({"安装日期": "2025-07-05", "企业承诺": "否"}, "前置不满足:企业承诺"),
        ({"安装日期": "2025-07-05", "企业承诺": "是"}, "前置不满足:安全条件"),
        ({"装修日期": "2025-07-01"}, "前置不满足:企业承诺、安全条件"),
        # once the later node has passed nobody asks any more
        ({"安装日期": "2025-07-05", "企业承诺": "否", "验收结果": "合格"}, "不适用"),
        ({"安装日期": "2025-07-05", "企业承诺": "否", "验收结果": "不合格"}, "前置不满足:企业承诺"),
    ],
)
def test_conditions_and_the_end_of_the_gate(row: dict[str, str], said: str) -> None:
    assert status("H", **row) == said


def test_a_blank_cell_beside_a_failed_condition_is_asked_for() -> None:
    rows = {"项目": [{"项目名称": "P", "安装日期": "2025-07-05", "企业承诺": "否"}]}
    told = judge(MADE, "2025-08-01", rows).messages("P")
    assert [text for text in told if "安全条件" in text] == ["缺项:安全条件"]


def test_a_gate_without_an_action_asks_when_its_condition_holds() -> None:
    assert status("W", 验收结果="容缺", 企业承诺="否") == "前置不满足:承诺书"
    assert status("W", 验收结果="容缺", 企业承诺="是") == "正常"
    assert status("W", 验收结果="合格", 企业承诺="否") is None


def test_a_condition_says_by_what_it_is_met() -> None:
    with pytest.raises(ValidationError, match="by（日期）或 test（条件）"):
        parse_rule({"id": "G", "kind": "precondition", "title": "x", "conditions": [{"label": "安评"}]})
