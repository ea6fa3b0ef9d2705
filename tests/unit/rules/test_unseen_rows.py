"""A day picked among child rows: one whose cell nobody could read may hold it, so nobody is accused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.rules.kit import Judged, Rows, judge, scheme, table

PROJECT = table("project", "项目库", "name 项目名称 text\nsigned 签约日期 date_actual\nkind 类别 text")
PAID = table(
    "paid", "资金拨付", "what 凭证 text\nof 项目 text\nday 拨付日期 date_actual\nof_kind 性质 text\nsum 金额 money_wan",
    parent="project", parent_field="of",
)  # fmt: skip
FIRST = "{rows: paid, date: 拨付日期, take: first}"
LARGE = "{rows: paid, date: 拨付日期, where: 金额 >= 100}"
MADE = scheme(
    [PROJECT, PAID],
    f"""
    - {{id: E, kind: elapsed, table: project, from: 签约日期, to: {FIRST}, n: 30, late_into: 迟}}
    - {{id: W, kind: elapsed, table: project, from: 签约日期, to: {LARGE}, n: 30}}
    - {{id: G, kind: elapsed, table: project, from: {FIRST}, to: 签约日期, n: 30, when: 类别 = '甲类'}}
    - {{id: C, kind: closure, table: project, raised: 签约日期, done: {FIRST}, n: 10}}
    - {{id: S, kind: stale, table: project, since: {{rows: paid, date: 拨付日期, take: last}}, n: 30}}
    - {{id: L, kind: escalate, table: project, start: 签约日期, stop: {FIRST}, steps: [{{name: 蓝单, n: 10, flag: 蓝牌}}, {{name: 红单, flag: 红牌}}]}}
    - {{id: J, kind: cadence, table: project, subject: record, period: month, since: {FIRST}, updates: true, start: 2025-01-01}}
    - {{id: P, kind: score, period: month, closed: true, each: unit, terms: [{{name: 逾期, measure: {{rule: E, codes: [overdue]}}, blank: zero}}]}}
    """,
)


def on(day: str, *paid: dict[str, Any], **project: Any) -> Judged:
    rows: Rows = [{"凭证": str(n), "项目": "P", "填报单位": "甲镇", **row} for n, row in enumerate(paid)]
    return judge(
        MADE,
        day,
        {"项目库": [{"项目名称": "P", "填报单位": "甲镇", "签约日期": "2025-01-06", **project}], "资金拨付": rows},
    )


BAD = {"拨付日期": "2025年13月1日", "金额": 200}


@pytest.mark.parametrize("rule", ["E", "W", "C", "S", "L"])
def test_what_hangs_on_a_row_that_cannot_be_read_waits(rule: str) -> None:
    found = on("2025-08-01", BAD)
    assert found.status("P", rule) == "待补条件" and "缺资金拨付的拨付日期" in found.entry("P", rule)["reason"]
    assert found.flags("P") == [] and any("拨付日期" in text for text in found.messages("0"))


def test_where_all_can_be_read_it_is_as_before() -> None:
    late = on("2025-08-01", {"拨付日期": "2025-07-01", "金额": 200})
    assert late.status("P", "E") == "逾期完成146天" and late.status("P", "L") != "待补条件"
    assert on("2025-08-01").status("P", "E") == "逾期177天" and on("2025-08-01").flags("P") == ["红牌"]


@pytest.mark.parametrize(
    ("money", "said"), [(200, "待补条件"), (50, "逾期177天"), ("", "逾期177天"), ("若干", "待补条件")]
)
def test_a_row_that_is_not_meant_does_not_matter(money: Any, said: str) -> None:
    assert on("2025-08-01", {**BAD, "金额": money}).status("P", "W") == said


def test_a_condition_that_cannot_be_read_is_waited_for_too() -> None:
    row = {"拨付日期": "2025-01-10", "金额": "若干"}
    found = on("2025-08-01", row)
    assert found.status("P", "W") == "待补条件" and "缺资金拨付的金额" in found.entry("P", "W")["reason"]
    assert found.status("P", "E") == "按期完成", "here the sum does not matter"


def test_a_rule_that_does_not_apply_does_not_wait() -> None:
    assert on("2025-08-01", BAD, 类别="乙类").status("P", "G") == "不适用"
    assert on("2025-08-01", BAD, 类别="甲类").status("P", "G") == "待补条件"


def test_duties_and_counts_of_months_wait_with_it() -> None:
    found = on("2025-08-01", BAD)
    owed = {item["status"] for item in found.found["obligations"] if item["rule"] == "J"}
    assert owed == {"待补条件"} and found.unit("甲镇", "P") == "0分"
    assert on("2025-08-01").unit("甲镇", "P") == "1分"
