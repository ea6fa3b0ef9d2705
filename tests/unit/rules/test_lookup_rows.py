"""`lookup` into a list that somebody fills in: the latest entry that held on a day of the row."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from tests.unit.rules.kit import Judged, judge, scheme, table
from validators.calendar import Calendar
from validators.document import read_document
from validators.evaluate import Evaluator
from validators.facts import Facts
from validators.rules import parse_rule

PROJECT = table(
    "project", "项目", "name 项目名称 text\ncompany 企业 company\ncode 信用代码 text\napplied 申请日期 date"
)
GRADES = table(
    "grade", "等级", "company 企业 company\ncode 信用代码 text\nissued 公布日期 date\ngrade 等级 text\nvoid 作废 yesno",
    filler="office",
)  # fmt: skip
MADE = scheme(
    [PROJECT, GRADES],
    """
    - {id: L, kind: lookup, table: project, when: 有(申请日期), list_table: grade, list_when: 为空(作废) 或 作废 = 否,
       list_date: 公布日期, value: 等级, key: [{left: [信用代码]}, {left: [企业]}], at: 申请日期, into: 亩均等级, required: true}
    - {id: F, kind: consequence, table: project, result: 亩均等级, flags: {C: [不供地], D: [不供地]}}
    """,
)
LIST = [
    {"key": "g1", "企业": "甲厂", "信用代码": "001", "公布日期": "2020-06-01", "等级": "B"},
    {"key": "g2", "企业": "甲厂", "信用代码": "001", "公布日期": "2021-06-01", "等级": "D"},
    {"key": "g3", "企业": "乙厂", "公布日期": "2021-06-01", "等级": "C"},
    {"key": "g4", "企业": "丙厂", "公布日期": "2021-06-01", "等级": "C", "作废": "是"},
]


def run(day: str, cells: dict[str, Any], entries: list[dict[str, Any]] = LIST) -> Judged:
    return judge(MADE, day, {"项目": [{"项目名称": "P", **cells}], "等级": entries})


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"信用代码": "001", "申请日期": "2021-05-31"}, "B"),  # the newer grade was not out yet
        ({"信用代码": "001", "申请日期": "2021-06-01"}, "D"),
        ({"信用代码": "001", "申请日期": "2020-05-31"}, "待补条件"),
        ({"企业": "乙厂", "申请日期": "2021-07-01"}, "C"),  # by name where there is no code
        ({"企业": "丙厂", "申请日期": "2021-07-01"}, "待补条件"),
        ({"企业": "丁厂", "申请日期": "2021-07-01"}, "待补条件"),
        ({"信用代码": "001", "企业": "乙厂", "申请日期": "2021-07-01"}, "D"),  # the code is trusted more
        ({"信用代码": "001"}, None),  # nothing was applied for
    ],
)
def test_the_latest_entry_of_the_day_counts(cells: dict[str, str], said: str | None) -> None:
    assert run("2021-12-31", cells).status("P", "L") == said


def test_the_value_can_be_named_by_rules_over_many_rows() -> None:
    late, early = ({"信用代码": "001", "申请日期": day} for day in ("2021-06-01", "2021-05-31"))
    assert [item["flag"] for item in run("2021-12-31", late).record("P")["flags"]] == ["不供地"]
    assert run("2021-12-31", early).record("P")["flags"] == []


def test_an_application_dated_ahead_looks_into_the_list_of_today() -> None:
    ahead = {"信用代码": "001", "申请日期": "2021-09-01"}
    assert run("2021-05-01", ahead).status("P", "L") == "B"
    assert run("2021-06-01", ahead).status("P", "L") == "D"
    assert "2021-06-01起" in run("2021-06-01", ahead).entry("P", "L")["reason"]


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_list_makes_no_difference(seed: int) -> None:
    entries = [*LIST, {**LIST[1], "key": "g5", "等级": "A"}]
    random.Random(seed).shuffle(entries)
    assert run("2021-12-31", {"信用代码": "001", "申请日期": "2021-06-01"}, entries).status("P", "L") == "A"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"lookup": "m"},
        {"lookup": "m", "by": ["x"], "list_table": "y", "key": [{"left": ["z"]}], "value": "v"},
        {"list_table": "y", "key": [{"left": ["z"]}]},
        {"list_table": "y", "value": "v"},
    ],
)
def test_one_way_to_look_up(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        parse_rule({"id": "L", "kind": "lookup", "title": "L", "table": "project", "into": "w", **wrong})


def test_both_the_look_up_and_what_hangs_on_it_are_asked_again_on_the_day_an_entry_holds() -> None:
    """Nothing else moves on that day: the grade was filled in beforehand with the day of its publication."""
    day = date(2021, 5, 1)
    rows = [{"项目名称": "P", "信用代码": "001", "申请日期": "2021-09-01"}]
    read = read_document(MADE, {"tables": {"项目": rows, "等级": LIST}}, day)
    verdicts = Evaluator(MADE, Calendar()).shared(Facts.of(MADE, read.records.values(), parents=read.parents), day)
    turns = {item.key: item.statuses[0].next_change for item in verdicts if item.kind == "turn"}
    assert turns == {"L": date(2021, 6, 1), "F": date(2021, 6, 1)}
