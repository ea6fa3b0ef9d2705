"""Repeated results count once they are settled; limits are whole; figures and names are as people read them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.unit.rules.kit import judge, scheme, table
from validators.rules import parse_rule

PROJECT = table(
    "project",
    "项目库",
    """
    name 项目名称 text
    signed 签约日期 date_actual
    started 开工日期 date_actual
    checked 核查日期 date_actual
    due 限办日期 date
    yellow 黄单日期 date_actual
    done 完成 money_wan
    plan 计划 money_wan
    """,
)
DUTIES = scheme(
    [PROJECT],
    """
    - {id: M, kind: cadence, period: month, due_day: 5, due_offset: 1, keep: 12, start: 2025-01-01}
    - {id: E, kind: escalate, measures: {缺: {rule: M, codes: [missing]}}, bad_when: "首个(缺, 0) > 0", per: month, levels: [{n: 2, name: 约谈}]}
    """,
)


@pytest.mark.parametrize("day", ["2025-04-30", "2025-05-01", "2025-05-03", "2025-05-05", "2025-05-06", "2025-06-01"])
def test_a_month_that_is_over_but_not_yet_due_does_not_break_a_row_of_bad_ones(day: str) -> None:
    assert judge(DUTIES, day).unit("甲镇", "E") == "约谈"


def test_one_that_was_reported_does() -> None:
    sent = [{"rule": "M", "unit": "甲镇", "period": "2025-04", "at": "2025-05-02"}]
    assert judge(DUTIES, "2025-05-03", submissions=sent).unit("甲镇", "E") is None
    assert judge(DUTIES, "2025-05-03", submissions=sent).unit("乙镇", "E") == "约谈"


MADE = scheme(
    [PROJECT, table("other", "名单", "name 项目名称 text\nunit_name 属地 township")],
    """
    - {id: L, kind: escalate, table: project, start: 限办日期 + 1日, stop: 核查日期, steps: [{name: 蓝单, n: 2}, {name: 黄单, issued: 黄单日期}]}
    - {id: A, kind: elapsed, table: project, from: 签约日期 + 1年, to: 核查日期, n: 30}
    - {id: Q, kind: elapsed, table: project, from: 季末(签约日期), to: "首个(核查日期, 开工日期)", n: 30}
    - {id: B, kind: bands, table: project, value: 完成 / 计划 * 100, bands: [{name: 中, range: 不满90}, {name: 优, range: 90以上}]}
    - {id: V, kind: variance, table: project, actual: 完成, expected: 计划, at_least: 0.5, below: "未过半，差{points}个百分点，完成{ratio}%"}
    - {id: T, kind: target, table: project, where: 有(开工日期), of_where: 有(签约日期), goal: "0.55", measure: "%"}
    """,
)


def entry(rule: str, **row: Any) -> dict[str, Any]:
    return judge(MADE, "2025-06-10", {"项目库": [{"项目名称": "甲", **row}]}).entry("甲", rule)


def test_what_is_done_in_time_never_was_under_an_order() -> None:
    assert entry("L", 限办日期="2025-06-01", 核查日期="2025-05-30")["status"] == "未启动"
    assert entry("L", 限办日期="2025-06-01", 核查日期="2025-06-01")["status"] == "未启动"
    assert entry("L", 限办日期="2025-06-01", 核查日期="2025-06-02")["status"] == "已销号"
    assert entry("L", 限办日期="2025-06-01", 黄单日期="2025-05-20", 核查日期="2025-05-30")["status"] == "已销号"


def test_dates_that_are_worked_out_have_words() -> None:
    assert "签约满1年(2026-01-31)后30日内核查" in entry("A", 签约日期="2025-01-31")["reason"]
    assert "签约当季末(2025-03-31)后30日内核查或开工" in entry("Q", 签约日期="2025-01-31")["reason"]


def test_a_rounded_figure_does_not_contradict_what_is_said_of_it() -> None:
    found = entry("B", 完成=89997, 计划=100000)
    assert found["status"] == "中" and "89.997" in found["reason"]
    assert "99.5" in entry("B", 完成=99.5, 计划=100)["reason"]
    assert entry("V", 完成=49999, 计划=100000)["status"] == "未过半，差50.0个百分点，完成49.999%"


def test_what_is_counted_lacks_pieces_not_percent() -> None:
    rows = [
        {"项目名称": str(n), "签约日期": "2025-01-01", **({"开工日期": "2025-02-01"} if n else {})} for n in range(2)
    ]
    reason = judge(MADE, "2025-06-10", {"项目库": rows}).found["targets"][0]["reason"]
    assert "差1%" not in reason and "50.0%" in reason


@pytest.mark.parametrize("n", [1.5, "1.5", -3, "-3"])
@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "elapsed", "from": "a", "to": "b"},
        {"kind": "closure", "raised": "a", "done": "b"},
        {"kind": "sync", "trigger": "a", "companion": "b"},
        {"kind": "reach", "amount": "a", "day": "b", "goal": "1", "from": "c"},
    ],
)
def test_a_limit_is_whole_and_runs_forward(rule: dict[str, Any], n: Any) -> None:
    with pytest.raises((ValidationError, ValueError), match="期限"):
        parse_rule({"id": "X", "title": "X", "table": "project", **rule, "n": n})


def test_so_is_one_in_a_table() -> None:
    rule = {"id": "X", "title": "X", "table": "project", "kind": "elapsed", "from": "a", "to": "b"}
    with pytest.raises((ValidationError, ValueError), match="期限"):
        parse_rule({**rule, "limits": {"by": ["c"], "rows": {"甲": 1.5}}})


LISTS = scheme(
    [PROJECT, table("other", "名单", "name 项目名称 text\nplace 属地 township")],
    """
    - {id: R, kind: reconcile, table: project, right: other, keys: [[项目名称]], expect: left, tell: left, delivered: {left: [填报单位], right: [属地]}}
    """,
)


def test_a_list_that_has_not_come_is_no_part_of_the_share() -> None:
    rows = [{"项目名称": "甲", "填报单位": "甲镇"}, {"项目名称": "乙", "填报单位": "乙镇"}]
    found = judge(LISTS, "2025-06-10", {"项目库": rows, "名单": [{"项目名称": "甲", "属地": "甲镇"}]}).reconciled("R")
    assert found["counts"]["清单未报"] == 1 and found["counts"]["应有"] == 2
    assert found["statuses"][0]["status"] == "100.0%"
