"""Rules over many rows that lack a derived value name the cells behind it, as a row's own rules do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.rules.kit import Judged, judge, scheme, table

PROJECT = table(
    "project",
    "项目库",
    """
    name 项目名称 text
    code 代码 text
    total 总投资 money_wan
    done 完成 money_wan
    plan 年度计划 money_wan
    month 月份 month
    result 评价结果 text
    """,
)
LIST = table("list", "清单", "code 代码 text\nsize 规模 text", filler="office")
MADE = scheme(
    [PROJECT, LIST],
    """
    - {id: T, kind: tier, table: project, value: 总投资, into: 规模档, bands: [{name: 小, high: 5000}, {name: 大, low: 5000}]}
    - {id: V, kind: variance, table: project, actual: 完成, goal: 年度计划, pace: {by: month}, at: 月份, ratio_into: 完成率}
    - {id: M, kind: cadence, table: project, subject: record, period: month, due_day: 5, when: 规模档 = '大', start: 2025-06-01}
    - {id: N, kind: cadence, table: project, coverage: all, period: month, due_day: 5, when: 规模档 = '大', start: 2025-06-01}
    - {id: O, kind: cadence, table: project, subject: record, period: month, due_day: 5, when: 完成率 > 50, start: 2025-06-01}
    - {id: H, kind: reconcile, table: project, right: list, keys: [[代码]], when: 规模档 = '大'}
    - {id: Q, kind: consequence, table: project, subject: [项目名称], result: 评价结果, when: 规模档 = '大', flags: {差: [约谈]}}
    """,
    lookups={},
)


def told(**row: Any) -> Judged:
    return judge(MADE, "2025-08-10", {"项目库": [{"项目名称": "甲", "unit": "甲镇", "代码": "1", **row}], "清单": []})


@pytest.mark.parametrize("rule", ["M", "N", "H", "Q"])
def test_the_column_behind_the_derived_value_is_asked_for(rule: str) -> None:
    found = told(评价结果="差").entry("甲", rule)
    assert (found["status"], "缺总投资" in found["reason"]) == ("待补条件", True), found
    assert "规模档" not in found["reason"]


def test_the_unit_that_must_cover_its_rows_is_told_the_column() -> None:
    owed = [item for item in told().found["obligations"] if item["rule"] == "N" and item["unit"] == "甲镇"]
    assert owed and all("缺总投资" in str(item) and "规模档" not in str(item) for item in owed)


def test_a_value_that_cannot_be_there_makes_nobody_owe() -> None:
    """Nought planned: there is no 完成率, and nothing to wait for."""
    figures = {"完成": 5, "月份": "2025-06"}
    assert told(**figures, 年度计划=0).status("甲", "O") is None
    assert "缺年度计划" in told(**figures).entry("甲", "O")["reason"]
    assert told(**figures, 年度计划=6).status("甲", "O") == "逾期未报"
