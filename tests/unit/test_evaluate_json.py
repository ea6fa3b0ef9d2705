"""`tianbao evaluate`: the document, its names, and what is printed."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from sheets_templates import catalog
from tests.small_scheme import rule, small_scheme
from validators.evaluate_json import DocumentError, evaluate_document
from validators.scheme.tables import Choice, Field, Table

SCHEME = small_scheme()
DAY = date(2025, 7, 12)


def run(document: dict[str, Any], day: date = DAY, scheme: Any = SCHEME) -> dict[str, Any]:
    found = evaluate_document(scheme, document, day)
    json.dumps(found)  # all of it is JSON
    return found


def one(row: dict[str, Any], day: date = DAY, **parts: Any) -> dict[str, Any]:
    return run({"tables": {"project": [row]}, **parts}, day)["records"][0]


def status(record: dict[str, Any], rule_id: str) -> dict[str, Any]:
    return next(item for item in record["statuses"] if item["rule"] == rule_id)


# what is printed --------------------------------------------------------------------------------------------------


def test_the_whole_contract() -> None:
    found = run({"tables": {"project": [{"项目名称": "甲", "签约日期": "2025-03-31", "选址类型": "自建"}]}})
    assert set(found) == {"records", "units", "targets", "obligations", "reconciliations"}
    record = found["records"][0]
    assert (record["table"], record["key"], record["stage"]) == ("project", "甲", "签约")
    assert status(record, "K-5") == {
        "rule": "K-5",
        "status": "逾期12天(原则上)",
        "deadline": "2025-06-30",
        "days": -12,
        "reason": "自建项目签约(2025-03-31)后3个月内开工，应于2025-06-30前；依据 二(一)1",
    }
    assert {
        "code": "rule.incomplete",
        "severity": "必改",
        "field": "包保领导",
        "message": "缺项:包保领导、行业",
        "rule": "K-10",
    } in record["findings"]


def test_what_does_not_apply_is_printed() -> None:
    record = one({"签约日期": "2025-03-31", "选址类型": "自建"})
    assert status(record, "K-4")["status"] == "不适用"
    assert status(record, "K-4")["days"] is None and status(record, "K-4")["deadline"] is None


def test_derived_values_are_statuses() -> None:
    record = one({"总投资": "10000", "行业": "机械"})
    assert status(record, "K-2")["status"] == "大" and status(record, "K-1")["status"] == "机械专班"


def test_figures_are_numbers() -> None:
    """13 of 14 would be 92.9; here 1 of 3 is 33.3, and two are short."""
    rows = [{"项目名称": "甲", "总投资": "10000", "投产日期": "2025-05-01"}, {"项目名称": "乙", "总投资": "9999"}]
    [target] = run({"tables": {"project": rows}})["targets"]
    shown = {key: target[key] for key in ("rule", "status", "done", "target", "ratio", "gap")}
    assert shown == {"rule": "K-21", "status": "进行中", "done": 1, "target": 3, "ratio": 33.3, "gap": 2}
    [late] = run({"tables": {"project": rows}}, date(2026, 1, 1))["targets"]
    assert late["status"] == "未达标"


def test_a_frozen_figure_counts_after_the_period() -> None:
    document = {
        "tables": {"project": [{"项目名称": "甲", "总投资": "10000", "投产日期": "2025-05-01"}]},
        "frozen": [{"rule": "K-21", "unit": "", "period": "2025-12-31", "value": "3"}],
    }
    assert run(document, date(2026, 1, 1))["targets"][0]["status"] == "已达标"
    assert run(document)["targets"][0]["done"] == 1


# names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["project", "项目库", "项目"])
def test_tables_by_any_name(name: str) -> None:
    assert run({"tables": {name: [{"name": "甲"}]}})["records"][0]["table"] == "project"


@pytest.mark.parametrize("name", ["started", "开工日期", "开工", "节点·开工日期", "节点开工日期", "开工 日期"])
def test_fields_by_any_name(name: str) -> None:
    record = one({"签约": "2025-03-31", "选址类型": "自建", name: "2025-06-30"})
    assert status(record, "K-5")["status"] == "按期完成"


@pytest.mark.parametrize(
    ("title", "cell", "tier"),
    [
        ("总投资(亿元)", "1", "大"),
        ("总投资（亿元）", 0.9999, "小"),
        ("总投资(万元)", "10000", "大"),
        ("总投资(元)", "99999999", "小"),
        ("总投资(元)", "100000000", "大"),
        ("总投资", 10000, "大"),
    ],
)
def test_units_in_titles(title: str, cell: Any, tier: str) -> None:
    """Money is 万元 inside, whatever the title says; 0.99亿 never becomes 1."""
    assert status(one({title: cell}), "K-2")["status"] == tier


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ([], "要有 tables"),
        ({"table": {}}, "要有 tables"),
        ({"tables": {}, "hisory": []}, "不认识“hisory”；是不是“history”"),
        ({"tables": {"项目表格": []}}, "没有“项目表格”这张表"),
        ({"tables": {"项目库": {}}}, "要是一个列表"),
        ({"tables": {"项目库": ["甲"]}}, "第1行要是一个对象"),
        ({"tables": {"项目库": [{"签约时期": "2025-03-31"}]}}, "没有“签约时期”这一栏；是不是“签约日期”"),
        ({"tables": {"项目库": [{"天气": "晴"}]}}, "有项目名称、属地"),
        ({"tables": {"项目库": [{"项目名称": "甲"}]}, "history": [{"table": "project"}]}, "history 第1项读不懂"),
        (
            {
                "tables": {"项目库": [{"项目名称": "甲"}]},
                "history": [{"table": "project", "key": "乙", "field": "签约", "at": "2025-01-01"}],
            },
            "history 里的“乙”不在表“项目库”里；有甲",
        ),
        ({"tables": {}, "calendar": {"国庆": "放假日"}}, "calendar 要写成"),
        ({"tables": {}, "calendar": {"2025-10-01": "过节"}}, "不认识“过节”"),
        ({"tables": {}, "submissions": [{"unit": "甲镇"}]}, "少了"),
    ],
)
def test_a_document_that_cannot_be_understood(document: Any, told: str) -> None:
    """It is said what is known."""
    with pytest.raises(DocumentError, match=told.replace("(", r"\(")):
        evaluate_document(SCHEME, document, DAY)


# keys, units, families --------------------------------------------------------------------------------------------


def test_rows_keep_a_key_of_their_own() -> None:
    rows = [{"项目名称": "甲"}, {"项目名称": "甲"}, {"签约": "2025-03-31"}, {"key": "X1", "项目名称": "乙"}]
    assert [item["key"] for item in run({"tables": {"project": rows}})["records"]] == ["甲", "甲#2", "项目库3", "X1"]


def test_a_key_that_another_row_was_given_is_not_taken_twice() -> None:
    rows = [{"项目名称": "甲"}, {"项目名称": "甲#2"}, *[{"项目名称": "甲"}] * 2, {}, {"项目名称": "项目库5"}]
    keys = [item["key"] for item in run({"tables": {"project": rows}})["records"]]
    assert keys == ["甲", "甲#2", "甲#3", "甲#4", "项目库5", "项目库5#2"]


def test_a_key_or_unit_that_is_null_is_none() -> None:
    record = one({"项目名称": "甲", "key": None, "unit": None, "属地": "甲镇"})
    assert (record["key"], record["unit"]) == ("甲", "甲镇")


def test_a_title_given_twice_over_counts_where_it_is_filled_in() -> None:
    record = one({"项目名称": "甲", "签约日期": "2025-03-31", "签约": "", "选址类型": "自建"})
    assert record["stage"] == "签约"


def test_units_by_name_alias_or_place() -> None:
    rows = [{"填报单位": "甲"}, {"unit": "B"}, {"属地": "甲镇"}, {}]
    assert [item["unit"] for item in run({"tables": {"project": rows}})["records"]] == ["甲镇", "乙镇", "甲镇", ""]


def test_a_drop_down_may_name_the_unit_where_no_field_of_its_own_does() -> None:
    """所在县市区 of one place; several places are no guess."""
    places = tuple(Choice(value=word) for word in ("市区", "乙镇", "甲镇"))
    fields = (
        Field(name="name", title="名称"),
        Field(name="industry", title="行业", type="choice", choices="trades"),
        Field(name="place", title="所在地", type="choices", choices="places"),
    )
    plant = Table(name="plant", title="厂", name_field="name", fields=fields)
    lists = {"places": places, "trades": (Choice(value="机械"),)}
    made = small_scheme({**rule("K-1"), "table": "plant"}, tables=(plant,)).model_copy(
        update={"choices": lists, "nodes": ()}
    )
    rows = [
        {"名称": "一", "行业": "机械", "所在地": "乙镇"},
        {"名称": "二", "所在地": "市区"},
        {"名称": "三", "所在地": "乙镇、甲镇"},
        {"名称": "四", "所在地": "乙镇", "填报单位": "甲镇"},
    ]
    found = run({"tables": {"厂": rows}}, scheme=made)["records"]
    assert [item["unit"] for item in found] == ["乙镇", "", "", "甲镇"]


def test_a_child_finds_its_parent_by_name() -> None:
    """A problem of a terminated project is over; its own unit need not be written."""
    problem = {"项目名称": "甲", "问题": "消防", "提出日期": "2025-06-01"}
    for ended, word in ((None, "逾期未销号"), ("2025-06-05", "已终止")):
        parent = {"项目名称": "甲", "填报单位": "甲镇", "终止日期": ended}
        found = run({"tables": {"project": [parent], "problem": [problem]}})["records"]
        assert status(found[1], "K-16")["status"] == word
        assert found[1]["unit"] == "甲镇"


def test_a_name_in_two_units_is_no_guess() -> None:
    """Two projects of one name: a child without a unit belongs to neither."""
    parents = [{"项目名称": "甲", "填报单位": unit, "终止日期": "2025-06-05"} for unit in ("甲镇", "乙镇")]
    problem = {"项目名称": "甲", "问题": "消防", "提出日期": "2025-06-01"}
    found = run({"tables": {"project": parents, "problem": [problem, {**problem, "填报单位": "乙镇"}]}})["records"]
    assert [status(item, "K-16")["status"] for item in found[2:]] == ["逾期未销号", "已终止"]


# history, duties, calendar ----------------------------------------------------------------------------------------


def test_history_becomes_facts() -> None:
    """A plan moved after it had passed: on time by the new one, and the move is told (T-18)."""
    row = {"项目名称": "甲", "竣工计划": "2025-09-30"}
    moved = {"table": "项目库", "key": "甲", "field": "竣工计划", "old": "2025-08-31", "new": "2025-09-30"}
    record = one(row, date(2025, 9, 2), history=[{**moved, "at": "2025-09-02"}])
    told = status(record, "K-8")
    assert told["status"] == "正常" and "计划变更1次，原计划2025-08-31" in told["reason"]
    assert "计划变更" not in status(one(row, date(2025, 9, 2)), "K-8")["reason"]


def test_a_changed_condition_keeps_what_was_overdue() -> None:
    change = {"table": "project", "key": "甲", "field": "选址类型", "old": "厂房", "new": "自建", "at": "2025-04-10"}
    row = {"项目名称": "甲", "签约": "2025-03-01", "选址类型": "自建"}
    record = one(row, date(2025, 4, 20), history=[change])
    assert status(record, "K-5")["deadline"] == "2025-06-01"
    assert "曾逾期8天" in status(record, "K-4")["reason"]


def test_history_in_any_order() -> None:
    changes = [
        {"table": "project", "key": "甲", "field": "竣工计划", "old": old, "new": new, "at": at}
        for old, new, at in (("2025-09-30", "2025-10-31", "2025-06-02"), ("2025-08-31", "2025-09-30", "2025-05-02"))
    ]
    record = one({"项目名称": "甲", "竣工计划": "2025-10-31"}, history=changes)
    assert "计划变更2次，原计划2025-08-31" in status(record, "K-8")["reason"]


def test_duties_are_listed_and_reports_count() -> None:
    document: dict[str, Any] = {
        "tables": {"project": [{"项目名称": "甲", "填报单位": "甲镇", "签约": "2025-01-05", "开工": "2025-05-10"}]}
    }
    duties = {item["period"]: item for item in run(document)["obligations"]}
    assert duties["2025-05"]["status"] == "逾期未报" and duties["2025-05"]["unit"] == "甲镇"
    assert duties["2025-05"]["days"] == -42 and duties["2025-07"]["status"] == "未到期"
    assert status(run(document)["records"][0], "K-20")["status"] == "逾期未报"
    reported = {"项目名称": "甲", "月份": "2025-05"}
    document["tables"]["monthly"] = [reported, {**reported, "月份": "2025-06"}]
    again = {item["period"]: item["status"] for item in run(document)["obligations"]}
    assert again["2025-05"] == again["2025-06"] == "已报"


def test_the_calendar_of_the_document_counts() -> None:
    row = {"受理日期": "2025-09-26"}
    assert status(one(row), "K-6")["deadline"] is None  # signed for the future: 数据异常 on that day
    later = date(2025, 9, 29)
    assert status(one(row, later), "K-6")["deadline"] == "2025-09-30"
    closed = {"2025-09-28": "放假日", "2025-09-29": "放假日"}
    assert status(one(row, later, calendar=closed), "K-6")["deadline"] == "2025-10-10"


def test_dates_after_today_reach_the_rules() -> None:
    record = one({"签约": "2025-08-01", "选址类型": "自建"})
    assert status(record, "K-5")["status"] == "数据异常"


def test_the_bundled_scheme_takes_titles_of_other_ledgers() -> None:
    """DESIGN §4: `evaluate` accepts any title with its unit."""
    rows = [{"项目名称": "甲", "总投资(亿元)": "1.2", "签约": "2025-03-31", "选址类型": "独立选址"}]
    found = evaluate_document(catalog.load("tianjiaan"), {"tables": {"项目库": rows}}, DAY)["records"][0]
    assert status(found, "T-10")["status"] == "逾期12天(原则上)" and found["stage"] == "签约"


@pytest.mark.parametrize(
    "cell", ["2025.3.31", "２０２５年３月３１日", {"value": 45747, "format": "yyyy-mm-dd"}, {"date": "2025-03-31"}]
)
def test_cells_as_typed(cell: Any) -> None:
    """The parsers that read books read the document."""
    assert status(one({"签约": cell, "选址类型": "自建"}), "K-5")["deadline"] == "2025-06-30"


@pytest.mark.parametrize(
    ("row", "severity", "stage"),
    [
        ({"签约": "2025-13-31"}, "必改", ""),  # cannot be read: not stored, and it is said
        ({"签约": "2025-03-31", "总投资": "2000万"}, None, "签约"),
        ({"签约": "2025-03"}, "必改", ""),  # an actual date is a day
        ({"竣工计划": "2025-09"}, None, ""),  # a plan may be a month
    ],
)
def test_cells_that_cannot_be_read_are_findings(row: dict[str, Any], severity: str | None, stage: str) -> None:
    record = one(row)
    told = [item for item in record["findings"] if item["code"].startswith("cell.") and item["severity"] == "必改"]
    assert [item["severity"] for item in told] == ([severity] if severity else [])
    assert record["stage"] == stage
    if told:
        assert told[0]["field"] == "签约日期" and row["签约"] in told[0]["message"]


def test_one_rule_alone() -> None:
    """A scheme with a single rule prints that rule and nothing else."""
    found = run({"tables": {"project": [{"签约": "2025-03-31"}]}}, scheme=small_scheme(rule("K-5")))
    assert [item["rule"] for item in found["records"][0]["statuses"]] == ["K-5"]


@pytest.mark.parametrize("word", ["交（竣）工验收日期", "交(竣)工验收日期", "交（竣)工验收日期", "所在县（市、区）"])
def test_a_title_and_its_alias_may_differ_in_the_width_of_their_brackets_only(word: str) -> None:
    made = catalog.load("quanzhou")
    told = run(
        {"tables": {"项目库": [{"项目名称": "甲", word: "晋江市" if "县" in word else "2025-05-01"}]}}, DAY, made
    )
    assert len(told["records"]) == 1
