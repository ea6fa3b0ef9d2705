"""`required`: what must be filled in at a stage, on a condition, or from some time before a planned date on."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.rules.kit import Judged, judge, scheme, table
from validators.calendar import default_calendar
from validators.evaluate import Evaluator, Related
from validators.rows import Record

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


@pytest.mark.parametrize(
    ("day", "said"), [("2025-03-30", None), ("2025-03-31", "缺项:用电需求"), ("2025-04-01", "缺项:用电需求")]
)
def test_what_lies_ahead_has_not_happened_and_asks_for_nothing(day: str, said: str | None) -> None:
    assert seen("fields: [用电需求], when: 有(开工日期)", day, 开工日期="2025-03-31").status("P", "R") == said


def test_what_lies_ahead_ends_no_question() -> None:
    rule = "fields: [用电需求], when: 为空(开工日期)"
    assert seen(rule, "2025-03-30", 开工日期="2025-03-31").status("P", "R") == "缺项:用电需求"
    assert seen(rule, "2025-03-31", 开工日期="2025-03-31").status("P", "R") is None


def test_a_wanted_date_that_lies_ahead_is_filled_in() -> None:
    assert seen("fields: [培训日期]", "2025-03-30", 培训日期="2025-03-31").status("P", "R") is None


TASK = table(
    "task", "任务", "name 任务 text\ndone 办结日期 date_actual\nnote 说明 text", parent="project", parent_field="name"
)
CHILDREN = scheme(
    [PROJECT, TASK],
    """
    - {id: OWN, kind: required, table: project, fields: [用电需求], when: 有(开工日期)}
    - {id: BELOW, kind: required, table: project, fields: [{rows: task, where: 有(办结日期), title: 办结的任务}]}
    - {id: ABOVE, kind: required, table: task, fields: [说明], when: 有(项目.开工日期)}
    """,
)


@pytest.mark.parametrize(
    ("table_name", "project", "task", "day"),
    [
        ("project", {"started": "2025-07-05"}, {}, date(2025, 7, 5)),
        ("project", {}, {"done": "2025-07-06"}, date(2025, 7, 6)),
        ("task", {"started": "2025-07-07"}, {}, date(2025, 7, 7)),
        ("task", {}, {"done": "2025-07-08"}, date(2025, 7, 8)),
        ("project", {"started": "2025-06-29"}, {}, None),
    ],
    ids=["own", "below", "above", "own of the child", "past"],
)
def test_the_row_is_judged_again_on_the_day(
    table_name: str, project: dict[str, str], task: dict[str, str], day: date | None
) -> None:
    """What is kept until its next change must not outlive the day on which something happens."""
    records = {
        "P": Record("P", "project", "01", {"name": "P", **project}),
        "T": Record("T", "task", "01", {"name": "P", **task}),
    }
    related = Related.of(records, {"T": "P"})
    mine = [record for record in records.values() if record.table == table_name]
    [result] = Evaluator(CHILDREN, default_calendar()).records(table_name, mine, date(2025, 6, 30), related)
    assert result.next_change == day
