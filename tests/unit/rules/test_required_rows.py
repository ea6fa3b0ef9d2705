"""`required`: rows that must be there below a row — one, one of a kind, or one for each value of a list."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.unit.rules.kit import Judged, judge, scheme, table
from validators.rules import parse_rule
from validators.scheme.tables import Choice

PROJECT = table("project", "项目", "name 项目名称 text\nplan 投产计划 date_plan\nchart 网络图 text")
STEP = table(
    "step",
    "审批",
    "project 项目名称 text\nkind 环节 text\ndue 计划日期 date_plan\nperson 责任人 person",
    parent="project",
    parent_field="project",
)


def seen(rule: str, day: str = "2025-06-01", steps: list[dict[str, str]] = [], **row: str) -> Judged:  # noqa: B006
    made = scheme(
        [PROJECT, STEP],
        f"- {{id: R, kind: required, table: project, {rule}}}",
        choices={"kinds": tuple(Choice(value=word) for word in ("立项", "用地", "许可"))},
    )
    rows = {
        "项目": [{"项目名称": "P", "unit": "甲镇", **row}, {"项目名称": "Q", "unit": "甲镇"}],
        "审批": [{"unit": "甲镇", "项目名称": "P", **step} for step in steps],
    }
    return judge(made, day, rows)


def test_a_row_is_wanted_below_each_row() -> None:
    rule = "fields: [{rows: step, title: 审批倒排}]"
    assert seen(rule).status("P", "R") == "缺项:审批倒排"
    found = seen(rule, steps=[{"环节": "立项"}])
    assert found.status("P", "R") is None
    assert found.status("Q", "R") == "缺项:审批倒排"


def test_only_rows_for_which_the_condition_holds_count() -> None:
    rule = "fields: [{rows: step, where: 有(计划日期), title: 排了计划的环节}]"
    assert seen(rule, steps=[{"环节": "立项"}]).status("P", "R") == "缺项:排了计划的环节"
    assert seen(rule, steps=[{"环节": "立项", "计划日期": "2025-07-01"}]).status("P", "R") is None


def test_a_row_for_each_value_of_a_list() -> None:
    rule = 'fields: [{rows: step, each: kinds, field: 环节, title: "{value}倒排"}, 网络图]'
    assert seen(rule, steps=[{"环节": "用地"}]).status("P", "R") == "缺项:立项倒排、许可倒排、网络图"
    whole = [{"环节": word} for word in ("立项", "用地", "许可")]
    assert seen(rule, steps=whole, 网络图="有").status("P", "R") is None


@pytest.mark.parametrize(("day", "said"), [("2025-05-31", None), ("2025-06-01", "缺项:审批倒排")])
def test_rows_too_are_wanted_only_from_some_time_before_a_date(day: str, said: str | None) -> None:
    rule = "fields: [{rows: step, title: 审批倒排}], window: {before: 投产计划, n: 6, unit: 月}"
    assert seen(rule, day, 投产计划="2025-12-01").status("P", "R") == said


def test_a_finding_about_rows_marks_no_cell() -> None:
    found = seen("fields: [{rows: step, title: 审批倒排}, 网络图]").record("P")["findings"]
    assert [(item["field"], item["message"]) for item in found] == [("网络图", "缺项:审批倒排、网络图")]


@pytest.mark.parametrize(
    "need",
    [{}, {"rows": "step"}, {"rows": "step", "each": "kinds", "title": "x"}, {"field": "chart", "where": "有(x)"}],
)
def test_what_is_wanted_is_written_in_one_way(need: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        parse_rule({"id": "R", "kind": "required", "title": "x", "table": "project", "fields": [need]})
