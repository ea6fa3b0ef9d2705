"""Whatever is found by counting working days into a year without its notice says so, whichever way the rule says it."""

from __future__ import annotations

import pytest

from tests.unit.rules.kit import Rows, judge, scheme, table

MATTER = table(
    "matter", "事项",
    "name 事项 text\ngiven 交办日期 date_actual\ndone 办结日期 date_actual\nchecked 销号日期 date_actual\nwhole 总投资 money_wan",
)  # fmt: skip
MONEY = table("money", "到资", "what 凭证 text\nof 事项 text\nday 到资日期 date_actual\nsum 金额 money_wan", parent="matter", parent_field="of")  # fmt: skip
WAYS = {
    "closure n": "kind: closure, raised: 交办日期, done: 办结日期, n: 5, unit: 工作日",
    "closure due": "kind: closure, raised: 交办日期, done: 办结日期, due: 交办日期 + 5个工作日",
    "elapsed n": "kind: elapsed, from: 交办日期, to: 办结日期, n: 5, unit: 工作日",
    "elapsed due": "kind: elapsed, from: 交办日期, to: 办结日期, due: 交办日期 + 5个工作日",
    "elapsed due chosen": "kind: elapsed, from: 交办日期, to: 办结日期, due: '如果(总投资 > 5, 加工作日(交办日期, 5), 交办日期 + 5个工作日)'",
    "elapsed from": "kind: elapsed, from: 交办日期 + 5个工作日, to: 办结日期, n: 1, unit: 日",
    "elapsed from latest": "kind: elapsed, from: {latest: [交办日期 + 5个工作日, 交办日期]}, to: 办结日期, n: 1, unit: 日",
    "reach due": "kind: reach, rows: money, amount: 金额, day: 到资日期, goal: 总投资, due: 交办日期 + 5个工作日",
    "reach n": "kind: reach, rows: money, amount: 金额, day: 到资日期, goal: 总投资, from: 交办日期, n: 5, unit: 工作日",
    "reach from": "kind: reach, rows: money, amount: 金额, day: 到资日期, goal: 总投资, from: 交办日期 + 5个工作日, n: 1, unit: 日",
}
MADE = scheme(
    [MATTER, MONEY], "\n".join(f"- {{id: R{n}, table: matter, {text}}}" for n, text in enumerate(WAYS.values()))
)
PLAIN = scheme(
    [MATTER], "- {id: R, kind: closure, table: matter, raised: 交办日期, done: 办结日期, due: 交办日期 + 7日}"
)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("given", "today", "told"),
    [
        ("2026-03-02", "2026-03-03", False),
        ("2026-12-29", "2026-12-30", True),  # across the turn of the year
        ("2027-03-01", "2027-03-02", True),
        ("2027-03-01", "2027-03-22", True),  # late by then
    ],
)
def test_assumed_days_are_told(way: str, given: str, today: str, told: bool) -> None:
    rows: dict[str, Rows] = {"事项": [{"事项": "甲", "填报单位": "甲镇", "交办日期": given, "总投资": 10}]}
    entry = judge(MADE, today, rows).entry("甲", f"R{[*WAYS].index(way)}")
    assert ("暂按周末推算" in entry["reason"]) is told, entry


def test_natural_days_are_sure_in_any_year() -> None:
    rows: dict[str, Rows] = {"事项": [{"事项": "甲", "填报单位": "甲镇", "交办日期": "2027-03-01"}]}
    assert "暂按" not in judge(PLAIN, "2027-03-02", rows).entry("甲", "R")["reason"]
