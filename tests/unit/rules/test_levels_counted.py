"""One level of a ladder counted alone: 每发一次红单扣2分, 约谈一次扣5分、诫勉一次扣10分; and the order in force as a value."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.rules.kit import Judged, Rows, judge, scheme, table
from validators.scheme.check_rules import check_rules

MATTER = table("matter", "事项", "name 事项 text\ngiven 交办日期 date_actual\ndone 办结日期 date_actual")
FIGURES = table("figures", "数据", "name 事由 text\nmonth 月份 month\ngrade 结果 text")


def counted(measure: str, formula: str) -> str:
    return f"each: unit, terms: [{{name: 数, measure: {measure}, formula: {formula}, blank: zero}}]"


LADDER = """
- {id: L, kind: escalate, table: matter, start: 交办日期, stop: 办结日期, into: 督办,
   steps: [{name: 蓝单, n: 10}, {name: 黄单, n: 10}, {name: 红单}]}
"""
TEXT = f"""
{LADDER}
- {{id: R, kind: score, period: month, closed: true, {counted("{rule: L, codes: [escalated], values: [红单]}", "-2 * 值")}}}
- {{id: Y, kind: score, period: month, closed: true, {counted("{rule: L, codes: [escalated], values: [黄单, 红单]}", "-1 * 值")}}}
- {{id: A, kind: score, period: month, closed: true, {counted("{rule: L, codes: [escalated, closed], values: [红单]}", "值")}}}
- {{id: I, kind: integrity, table: matter, checks: [{{test: "首个(督办, '') != '红单'", text: 已发红单}}]}}
- {{id: G, kind: score, period: month, base: 100, terms: [{{name: 差, measure: {{table: figures, where: 结果 = '差', period: 月份}}, formula: -50 * 值}}],
   grades: [{{name: 好, range: 80以上}}, {{name: 差, range: 不满80}}]}}
- {{id: E, kind: escalate, per: month, measures: {{分: {{rule: G}}}}, bad_when: 分 < 80, levels: [{{n: 1, name: 提醒}}, {{n: 2, name: 约谈}}]}}
- {{id: O, kind: score, period: year, {counted("{rule: E, codes: [escalated], values: [约谈]}", "-5 * 值")}}}
- {{id: D, kind: score, period: year, {counted("{rule: G, codes: [scored], values: [差]}", "-1 * 值")}}}
"""
MADE = scheme([MATTER, FIGURES], TEXT, effective_from=date(2025, 1, 1))


def matters(day: str, *rows: str) -> Judged:
    """Rows as 交办日期, with / and 办结日期 where done."""
    made = [row.split("/") for row in rows]
    given: Rows = [
        {"事项": str(n), "填报单位": "甲镇", "交办日期": item[0], **({"办结日期": item[1]} if item[1:] else {})}
        for n, item in enumerate(made)
    ]
    return judge(MADE, day, {"事项": given})


def test_one_step_of_a_ladder_counts_alone_as_it_was_at_the_end_of_the_month() -> None:
    found = matters("2025-02-03", "2025-01-01", "2025-01-15", "2025-01-25")  # red, yellow and blue on January 31
    assert (found.unit("甲镇", "R"), found.unit("甲镇", "Y")) == ("-2分", "-2分")
    later = matters("2025-03-03", "2025-01-01", "2025-01-15", "2025-01-25")
    assert (later.unit("甲镇", "R"), later.unit("甲镇", "Y")) == ("-6分", "-3分")
    assert later.unit("乙镇", "R") == "0分"


def test_a_matter_that_came_to_a_step_counts_when_it_is_done_too() -> None:
    found = matters("2025-02-03", "2025-01-01/2025-01-29", "2025-01-01/2025-01-15")
    assert (found.unit("甲镇", "R"), found.unit("甲镇", "A")) == ("0分", "1分")


def test_the_order_in_force_is_a_value_for_conditions() -> None:
    found = matters("2025-02-03", "2025-01-01", "2025-01-15", "2025-01-01/2025-01-29")
    assert found.messages("0") == ["督办：校验错误:已发红单"]
    assert found.messages("1") == [] and found.messages("2") == []


@pytest.mark.parametrize(
    ("months", "score", "bad"), [("差", "0分", "-1分"), ("差差", "-5分", "-2分"), ("差好差差差", "-10分", "-4分")]
)
def test_one_level_of_repeated_results_counts_alone(months: str, score: str, bad: str) -> None:
    rows: Rows = [
        {"事由": str(n), "月份": f"2025-{n:02}", "结果": word, "填报单位": "甲镇"} for n, word in enumerate(months, 1)
    ]
    found = judge(MADE, f"2025-{len(months) + 1:02}-03", {"数据": rows})
    assert found.unit("甲镇", "O") == score and found.unit("甲镇", "D") == bad


@pytest.mark.parametrize(
    ("measure", "told"),
    [
        ("{rule: L, codes: [escalated], values: [红单]}", ""),
        ("{rule: L, codes: [escalated], values: [红丹]}", "规则“L”不会是“红丹”；是不是“红单”？"),
        ("{rule: E, codes: [escalated], values: [谈话]}", "规则“E”不会是“谈话”"),
        ("{rule: X, codes: [overdue], values: [红单]}", "规则“X”（elapsed）不分级、不分档，不写 values"),
    ],
)
def test_a_level_that_there_is_not_is_a_mistake(measure: str, told: str) -> None:
    more = f"""
- {{id: X, kind: elapsed, table: matter, from: 交办日期, to: 办结日期, n: 1}}
- {{id: N, kind: score, {counted(measure, "值")}}}
    """
    made = scheme([MATTER, FIGURES], TEXT + more)
    found = [text for _, text in check_rules(made, frozenset())]
    assert [told in text for text in found] == ([True] if told else [])


def test_levels_are_counted_among_statuses() -> None:
    with pytest.raises(ValueError, match="values"):
        scheme([MATTER], LADDER + "- {id: N, kind: score, terms: [{name: x, measure: {rule: L, values: [红单]}}]}")
