"""What only the scheme changzhou says: limits the text leaves open, who leads, projects that are over, who has which book."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sheets_templates import catalog
from validators.evaluate_json import evaluate_document

SCHEME = catalog.load("changzhou")
DAY = date(2025, 7, 1)


def judged(row: dict[str, Any], day: date = DAY, **tables: list[dict[str, Any]]) -> dict[str, Any]:
    document = {"tables": {"亿元项目库": [{"项目名称": "P", "填报单位": "新北区", **row}], **tables}}
    found: dict[str, Any] = evaluate_document(SCHEME, document, day)
    return found


def words(row: dict[str, Any], day: date = DAY) -> dict[str, str]:
    return {item["rule"]: item["status"] for item in judged(row, day)["records"][0]["statuses"]}


def test_what_the_text_leaves_open_is_shown_and_never_judged() -> None:
    """“及时”“定期” and “不及预期” have no number: days and shares, whatever the dates."""
    unset = {rule.id for rule in SCHEME.rules if rule.kind in ("elapsed", "stale", "closure") and rule.n is None}
    assert unset == {"Z-1", "Z-7.b", "Z-8.b", "Z-9.b", "Z-11", "Z-15.c", "Z-18.b"}
    assert {rule.id for rule in SCHEME.rules if rule.kind == "variance" and rule.at_least is None} == {"Z-24", "Z-24.b"}
    assert {rule.id for rule in SCHEME.rules if rule.kind == "target" and rule.goal is None} == {
        "Z-18.d",
        "Z-20.b",
        "Z-32",
    }
    said = words({"签约": "2010-01-01"})
    assert said["Z-1"] == "未入库5660天"
    assert said["Z-7.b"] == "签约未立项5660天"


@pytest.mark.parametrize("rule", ["Z-18", "Z-20"])
def test_what_is_only_strived_for_says_so(rule: str) -> None:
    found = next(item for item in judged({}, date(2026, 1, 1))["targets"] if item["rule"] == rule)
    assert found["status"] == "未达标(力争)" and "力争" in found["reason"]
    modality = next(item.modality for item in SCHEME.rules if item.id == rule)
    assert modality == "力争"


def test_a_row_with_nothing_but_a_name_is_asked_for_nothing_by_the_rules() -> None:
    """No clock runs and no report is owed before a project is signed or approved."""
    found = judged({"类型": "新招引", "总投资(亿元)": "1", "产业": "氢能"})
    row = found["records"][0]
    assert {item["rule"] for item in row["findings"] if item["rule"]} == set()
    assert row["stage"] == "储备"
    assert not [item for item in row["statuses"] if item["days"] is not None]
    owed = {item["rule"] for item in found["obligations"] if item["status"] not in ("免报", "未到期")}
    assert owed == {"Z-5", "Z-10", "Z-13", "Z-14", "Z-14.b"}


@pytest.mark.parametrize(
    ("day", "lead"),
    [("2025-01-09", None), ("2025-01-10", "市商务局"), ("2025-03-05", "市发改委"), ("2025-11-20", "市工信局")],
)
def test_the_lead_changes_on_the_day_of_the_node(day: str, lead: str | None) -> None:
    row = {"签约": "2025-01-10", "立项": "2025-03-05", "开工": "2025-05-01", "竣工": "2025-11-20"}
    assert words(row, date.fromisoformat(day)).get("Z-M1") == lead


def test_a_project_that_is_over_owes_nothing_more() -> None:
    """From the day it ended no clock runs, nobody visits it, and it is asked for nothing."""
    row = {
        "立项": "2025-03-05",
        "开工计划": "2025-05-01",
        "层级": "省重大",
        "开工": "2025-05-01",
        "终止日期": "2025-06-01",
    }
    found = judged({**row, "投产计划": "2025-06-30"})
    said = {item["rule"]: item["status"] for item in found["records"][0]["statuses"]}
    assert said["Z-1.b"] == "已终止" and said["Z-3.b"] == "已终止"
    assert not {"Z-2", "Z-17", "Z-28"} & set(said)
    weeks = {
        item["period"]: item["status"]
        for item in found["obligations"]
        if item["rule"] == "Z-12" and item["unit"] == "新北区"
    }
    assert weeks["2025-W21"] == "逾期未报" and weeks["2025-W26"] == "免报"


def test_a_row_that_was_only_opened_is_no_report_and_asks_for_nothing() -> None:
    """The system opens the month's row; the seven figures are asked for once somebody begins."""

    def figures(**cells: str) -> tuple[str, list[str]]:
        rows = [{"key": "M", "填报单位": "新北区", "项目": "P", "月份": "2025-05", **cells}]
        found = judged({"竣工": "2025-04-01"}, date(2025, 6, 30), 生产经营月报=rows)
        duty = next(
            item
            for item in found["obligations"]
            if (item["rule"], item["unit"], item["period"]) == ("Z-23", "新北区", "2025-05")
        )
        row = next(item for item in found["records"] if item["key"] == "M")
        return duty["status"], [item["status"] for item in row["statuses"] if item["rule"] == "Z-23.b"]

    assert figures() == ("逾期未报", [])
    assert figures(产值="700") == ("已报", ["缺项:订单、产能利用率、开票销售、税收、利润、用电"])


def test_each_office_has_the_lists_it_answers_for() -> None:
    owners = {table.name: table.filler for table in SCHEME.tables}
    assert {name for name, owner in owners.items() if owner == "commission"} == {
        "level_list",
        "city_dispatch",
        "followup",
        "directory",
    }
    assert (owners["training"], owners["fai"], owners["listing"]) == ("swj", "tj", "jr")
    assert {name for name, owner in owners.items() if owner == "gxj"} == {"newscale", "evaluation", "policy"}
    assert {name for name, owner in owners.items() if owner == "sj"} == {"gongai", "platform", "archive"}
    assert all(
        field.owner == table.filler or field.owner == "system" for table in SCHEME.tables for field in table.fields
    )


def test_the_five_districts_the_city_and_the_zone_report() -> None:
    assert [unit.name for unit in SCHEME.units] == [
        "溧阳市",
        "金坛区",
        "武进区",
        "新北区",
        "天宁区",
        "钟楼区",
        "常州经开区",
    ]
    assert [unit.region for unit in SCHEME.units][:-1] == [unit.code for unit in SCHEME.units][:-1]
