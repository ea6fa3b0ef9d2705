"""What only the scheme quanzhou says: limits the text leaves open, projects that are over, and who has which book."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sheets_templates import catalog
from validators.evaluate_json import evaluate_document
from validators.rules import codes

SCHEME = catalog.load("quanzhou")
DAY = date(2025, 7, 1)


def judged(row: dict[str, Any], day: date = DAY, **tables: list[dict[str, Any]]) -> dict[str, Any]:
    document = {"tables": {"项目库": [{"项目名称": "P", "填报单位": "晋江市", **row}], **tables}}
    found: dict[str, Any] = evaluate_document(SCHEME, document, day)
    return found


def words(row: dict[str, Any], day: date = DAY) -> dict[str, str]:
    return {item["rule"]: item["status"] for item in judged(row, day)["records"][0]["statuses"]}


def test_what_the_text_leaves_open_is_shown_and_never_judged() -> None:
    """“定期”“早日”“及时” and the amounts of bonus have no number: days and shares, whatever the dates."""
    unset = {rule.id for rule in SCHEME.rules if rule.kind in ("stale", "closure") and rule.n is None}
    assert unset == {"Q-14", "Q-30", "Q-30.b", "Q-29"}
    said = words({"意向日期": "2010-01-01", "增补申请日期": "2010-01-01"})
    assert said["Q-30.b"] == "停留5660天"
    assert said["Q-14"] == "5660天"
    goals = {rule.id for rule in SCHEME.rules if rule.kind == "target" and rule.goal is None}
    assert goals == {"Q-1.b", "Q-8.b", "Q-17.b", "Q-18.b", "Q-21.b", "Q-X3.c"}
    assert codes.WORDS[codes.UNSET] in {item["status"] for item in judged({})["targets"]}


def test_a_row_with_nothing_but_a_name_is_asked_for_little() -> None:
    """No clock runs; a person in charge and the investment are asked for."""
    found = judged({})["records"][0]
    asked = {item["rule"] for item in found["findings"] if item["rule"]}
    assert asked == {"Q-13.c", "Q-28"}
    assert found["stage"] == "未入阶段"
    assert not [item for item in found["statuses"] if item["days"] is not None]


def test_after_the_governments_consent_nothing_runs_and_nothing_is_asked() -> None:
    gone = {
        "可研开始": "2025-01-01",
        "征地搬迁计划": "2025-02-01",
        "合同竣工": "2025-03-01",
        "退出申请日期": "2025-05-01",
    }
    row = {**gone, "退出理由": "放弃", "市政府同意退出日期": "2025-06-01"}
    found = judged(row)["records"][0]
    said = {item["rule"]: item["status"] for item in found["statuses"]}
    assert said["Q-6"] == said["Q-11"] == said["Q-30"] == said["Q-15"] == "已终止"
    assert said["Q-1"] == "已退出"
    assert not [item for item in found["findings"] if item["severity"] == "必改" and item["rule"]]
    before = words(row, date(2025, 5, 31))
    assert before["Q-15"] == "退出待批"
    assert before["Q-6"].startswith("逾期")


@pytest.mark.parametrize("day", ["2025-06-27", "2025-06-28"])
def test_the_day_28_does_not_move_for_a_weekend(day: str) -> None:
    """28 June 2025 is a Saturday."""
    due = [item for item in judged({}, date.fromisoformat(day))["obligations"] if item["rule"] == "Q-23"]
    june = [item for item in due if item["period"] == "2025-06"]
    assert {(item["status"], item["deadline"]) for item in june} == {("临期", "2025-06-28")}
    assert {item["unit"] for item in june} == {unit.name for unit in SCHEME.units}


def test_who_reports_what() -> None:
    """Counties and zones: 11 and 2; 金门 is not among them. 市直部门 report their own projects, no county's channel."""
    kinds = [unit.kind for unit in SCHEME.units]
    assert (sum(kind in ("区", "县", "县级市") for kind in kinds), kinds.count("开发区")) == (11, 2)
    assert all(unit.region == unit.code for unit in SCHEME.units if unit.code.isdigit())
    assert {"commission", "fgw", "jxw", "xnb"} == set(catalog.roles(SCHEME)) - {"unit"}
    by_rule = {rule.id: rule for rule in SCHEME.rules}
    areas = {unit.code for unit in SCHEME.units if unit.kind != "市直部门"}
    assert areas < set(by_rule["Q-21"].units)
    assert areas < set(by_rule["Q-22"].units)
    assert by_rule["Q-23"].units == ()


def test_every_batch_has_its_units_and_its_channel() -> None:
    batches = [item.value for item in SCHEME.choices["batches"]]
    assert batches == list(SCHEME.lookups["batch_units"].rows) == list(SCHEME.lookups["channel"].rows)
    assert [len(SCHEME.lookups["batch_units"].rows[name]) for name in batches] == [22, 30, 18, 5, 7]


def test_lookups_name_departments_that_are_known() -> None:
    known = {word for item in (*SCHEME.departments, *SCHEME.units) for word in (item.name, *item.aliases)}
    for name in ("sector_lead", "investor_lead", "batch_units", "channel"):
        for value in SCHEME.lookups[name].rows.values():
            assert set([value] if isinstance(value, str) else value) <= known, (name, value)
