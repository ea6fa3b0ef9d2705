"""What only the scheme cihu says: the text has hardly a number, names hardly anybody, and ends in January 2022."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sheets_templates import catalog
from validators.evaluate_json import evaluate_document

SCHEME = catalog.load("cihu")
DAY = date(2021, 7, 1)


def judged(row: dict[str, Any], day: date = DAY, **tables: list[dict[str, Any]]) -> dict[str, Any]:
    document = {"tables": {"项目库": [{"项目名称": "P", "填报单位": "新慈集团", **row}], **tables}}
    found: dict[str, Any] = evaluate_document(SCHEME, document, day)
    return found


def words(row: dict[str, Any], day: date = DAY, **tables: list[dict[str, Any]]) -> dict[str, str]:
    return {item["rule"]: item["status"] for item in judged(row, day, **tables)["records"][0]["statuses"]}


def test_the_only_numbers_are_those_of_the_text() -> None:
    """All by standard land, no new illegal building; goals that are counted in full. Everything else is null."""
    goals = {rule.id: rule.goal for rule in SCHEME.rules if rule.kind == "target" and rule.goal is not None}
    assert goals == {"C-2.b": 1, "C-18.c": 1, "C-22.b": 1, "C-23": 1, "C-33": 0}
    assert not [rule.id for rule in SCHEME.rules if rule.kind in ("elapsed", "closure", "stale") and rule.n is not None]
    shares = {rule.id for rule in SCHEME.rules if rule.kind == "variance" and rule.at_least is not None}
    assert shares == {"C-30"}
    assert not [band for rule in SCHEME.rules if rule.kind == "tier" for band in rule.bands if band.low or band.high]


def test_a_row_with_nothing_but_a_name_is_asked_for_little() -> None:
    """No clock runs; only the leader who answers for it is asked for."""
    found = judged({})["records"][0]
    assert {item["rule"] for item in found["findings"] if item["rule"]} == {"C-5"}
    assert not [item for item in found["statuses"] if item["days"] is not None]


def test_what_is_not_needed_is_not_asked_for() -> None:
    row = {"签约": "2021-03-01", "开工计划": "2021-12-31", "包保领导": "张三"}
    assert words(row)["C-10"] == "缺项:审批办理时限、规划选址办理时限、用地办理时限、环评办理时限、能评办理时限"
    given = {**row, "不涉及的手续": "规划选址、用地、能评"}
    assert words(given)["C-10"] == "缺项:审批办理时限、环评办理时限"
    assert "C-10" not in words({**row, "开工": "2021-06-01"})


def test_after_its_end_a_project_is_left_alone() -> None:
    row = {
        "签约": "2021-01-01",
        "环评计划": "2021-02-01",
        "开工计划": "2021-03-01",
        "重点": "是",
        "终止日期": "2021-05-01",
    }
    said = words(row)
    assert said["C-7"] == said["C-11"] == said["C-19"] == "已终止"
    assert not [item for item in judged(row)["records"][0]["findings"] if item["severity"] == "必改"]
    assert words(row, date(2021, 4, 30))["C-11"] == "应开未开"


@pytest.mark.parametrize(
    ("applied", "upgrade", "flags"),
    [
        ("2021-07-19", "否", []),
        ("2021-07-20", "否", ["不再新增供地"]),
        ("2021-07-20", "是", []),
        ("2021-07-20", "", []),
    ],
)
def test_the_grade_of_the_day_of_application_decides(applied: str, upgrade: str, flags: list[str]) -> None:
    """By credit code first: the firm changed its name."""
    code = "91340500MA2TB0015A"
    grades = [
        {"年度": "2020", "企业": "旧名", "信用代码": code, "等级": "A", "公布日期": "2020-07-01"},
        {"年度": "2021", "企业": "旧名", "信用代码": code, "等级": "C", "公布日期": "2021-07-20"},
    ]
    row = {"企业": "新名", "信用代码": code, "供地申请日期": applied, "转型升级": upgrade}
    found = judged(row, date(2021, 8, 1), 亩均等级=grades)["records"][0]
    assert [item["flag"] for item in found["flags"]] == flags


def test_a_carrier_that_was_struck_off_owes_nothing_more() -> None:
    carriers = [{"key": "K", "载体": "花山创业园", "列入日期": "2021-06-01", "撤销日期": "2021-06-20"}]
    owed = [
        item for item in judged({}, date(2021, 6, 25), 控违载体名单=carriers)["obligations"] if item["rule"] == "C-31"
    ]
    days = [item["period"] for item in owed if item["status"] == "逾期未报"]
    assert days
    assert max(days) == "2021-06-19"


def test_who_fills_what() -> None:
    """Four groups as the text is addressed; tables of those whom it names."""
    assert [unit.name for unit in SCHEME.units] == ["各部、局", "各指挥部", "新慈集团", "有关单位"]
    filler = {table.name: table.filler for table in SCHEME.tables if table.filler != "unit"}
    assert {name for name, who in filler.items() if who == "zszb"} == {"lead", "outbound"}
    assert {name for name, who in filler.items() if who == "zgk"} == {"parcel", "promise", "idle"}
    assert {name for name, who in filler.items() if who == "jmfz"} == {"grade"}
    assert {name for name, who in filler.items() if who == "kwzt"} == {"carrier", "patrol"}
