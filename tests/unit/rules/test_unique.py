"""`unique`: the same key twice, and where the other one is."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.rules.kit import judge, scheme, table
from validators.calendar import default_calendar
from validators.evaluate import Evaluator
from validators.facts import Facts
from validators.rows import Record
from validators.rules.context import GONE

PROJECT = table("project", "项目", "name 项目名称 text\ncode 统一代码 text\nphase 期次 text\nended 终止日期 date")


def told(rule: str, rows: list[dict[str, str]]) -> dict[str, list[str]]:
    made = scheme([PROJECT], f"- {{id: U, kind: unique, table: project, {rule}}}")
    found = judge(made, "2025-06-01", {"项目": rows})
    return {item["key"]: [f["message"] for f in item["findings"]] for item in found.found["records"]}


def test_a_row_that_is_gone_from_its_book_is_repeated_by_nobody() -> None:
    """It still counts, but who stands there alone has nothing to correct."""
    made = scheme([PROJECT], "- {id: U, kind: unique, table: project, fields: [统一代码]}")
    rows = [Record(key, "project", unit, {"name": key, "code": "X-1"}) for key, unit in (("甲", "01"), ("乙", "02"))]
    facts = Facts.of(made, rows)
    evaluator = Evaluator(made, default_calendar())
    assert len(evaluator.shared(facts, date(2025, 6, 1))) == 2
    facts.rows["project"][0].facts = {GONE: True}
    assert evaluator.shared(facts, date(2025, 6, 1)) == []


ROWS = [
    {"key": "a", "项目名称": "甲项目", "unit": "甲镇", "统一代码": "2404-AB"},
    {"key": "b", "项目名称": "乙项目", "unit": "甲镇", "统一代码": " 2404-ab "},
    {"key": "c", "项目名称": "丙项目", "unit": "乙镇", "统一代码": "２４０４-AB"},
    {"key": "d", "项目名称": "丁项目", "unit": "乙镇", "统一代码": "2404-CD"},
    {"key": "e", "项目名称": "戊项目", "unit": "乙镇"},
    {"key": "f", "项目名称": "己项目", "unit": "乙镇"},
]


@pytest.mark.parametrize(
    ("within", "faulty"), [("all", {"a", "b", "c"}), ("unit", {"a", "b"}), ("others", {"a", "b", "c"})]
)
def test_the_same_key_in_one_unit_or_across_units(within: str, faulty: set[str]) -> None:
    """Full-width forms, case and blanks make no difference; a blank key is nobody's double."""
    found = told(f"fields: [统一代码], within: {within}", ROWS)
    assert {key for key, messages in found.items() if messages} == faulty


def test_each_row_is_told_where_the_other_is() -> None:
    found = told("fields: [统一代码]", ROWS)
    assert found["a"] == ["校验错误:统一代码与本单位“乙项目”、乙镇“丙项目”重复"]
    assert found["c"] == ["校验错误:统一代码与甲镇“甲项目”、甲镇“乙项目”重复"]
    assert told("fields: [统一代码], within: others", ROWS)["a"] == ["校验错误:统一代码与乙镇“丙项目”重复"]


def test_many_doubles_are_not_all_named() -> None:
    rows = [{"key": f"k{n}", "项目名称": f"项目{n}", "unit": "甲镇", "统一代码": "X"} for n in range(9)]
    assert told("fields: [统一代码]", rows)["k0"][0].endswith("另有5行重复")


def test_several_fields_make_one_key_and_a_condition_leaves_rows_out() -> None:
    rows = [
        {"key": "a", "项目名称": "甲", "统一代码": "X", "期次": "1"},
        {"key": "b", "项目名称": "甲", "统一代码": "X", "期次": "2"},
        {"key": "c", "项目名称": "甲", "统一代码": "X", "期次": "2", "终止日期": "2025-01-01"},
    ]
    assert [key for key, messages in told("fields: [统一代码, 期次]", rows).items() if messages] == ["b", "c"]
    assert not any(told("fields: [统一代码, 期次], when: 为空(终止日期)", rows).values())


def test_a_softer_rule_only_hints() -> None:
    made = scheme([PROJECT], "- {id: U, kind: unique, table: project, fields: [统一代码], severity: 提示}")
    found = judge(made, "2025-06-01", {"项目": ROWS}).record("a")["findings"]
    assert [(item["severity"], item["field"]) for item in found] == [("提示", "统一代码")]


def test_an_unknown_field_is_told_when_the_scheme_loads() -> None:
    made = scheme([PROJECT], "- {id: U, kind: unique, table: project, fields: [统一代玛]}")
    with pytest.raises(ValueError, match="是不是“统一代码”"):
        judge(made, "2025-06-01")
