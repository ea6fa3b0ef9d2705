"""A duty hangs on what a row was at the end of the period, also where that is a value which rules derive."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.rules.kit import Judged, judge, scheme, table

PROJECT = table(
    "project",
    "项目库",
    """
    name 项目名称 text
    site 选址类型 text dated
    size 总投资 money_wan dated
    started 开工日期 date_actual
    done 投产日期 date_actual
    due 计划投产 date_plan
    """,
)
MADE = scheme(
    [PROJECT],
    """
    - id: Z
      kind: stage_entry
      table: project
      otherwise: 前期
      stages: [{name: 在建, when: 有(开工日期)}, {name: 投产, when: 有(投产日期)}]
    - {id: T, kind: tier, table: project, value: 总投资, into: 规模档, bands: [{name: 小, high: 5000}, {name: 大, low: 5000}]}
    - {id: W, kind: planned, table: project, planned: 计划投产, actual: 投产日期, late_into: 逾期天数}
    - {id: M, kind: cadence, table: project, subject: record, period: month, due_day: 5, when: 当前阶段 = '在建', start: 2025-03-01}
    - {id: B, kind: cadence, table: project, subject: record, period: month, due_day: 5, when: 规模档 = '大', start: 2025-03-01}
    - {id: U, kind: cadence, table: project, coverage: all, period: month, due_day: 5, when: 当前阶段 = '在建', start: 2025-03-01}
    - {id: L, kind: cadence, table: project, subject: record, period: month, due_day: 5, when: 逾期天数 > 0, start: 2025-03-01}
    """,
)


def owed(rule: str, day: str = "2025-08-10", history: Any = None, **row: Any) -> list[str]:
    """Periods that the row (or its unit) owes."""
    rows = [{"项目名称": "甲", "unit": "甲镇", **row}]
    parts = {"history": history} if history else {}
    found: Judged = judge(MADE, day, {"项目库": rows}, **parts)
    mine = [item for item in found.found["obligations"] if item["rule"] == rule and item["unit"] == "甲镇"]
    return sorted(item["period"] for item in mine if item["status"] not in {"免报", "不适用"})


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, []),
        ({"开工日期": "2025-05-31"}, ["2025-05", "2025-06", "2025-07", "2025-08"]),
        ({"开工日期": "2025-06-01"}, ["2025-06", "2025-07", "2025-08"]),
        ({"开工日期": "2025-01-01", "投产日期": "2025-06-30"}, ["2025-03", "2025-04", "2025-05"]),
        ({"开工日期": "2025-01-01", "投产日期": "2025-07-01"}, ["2025-03", "2025-04", "2025-05", "2025-06"]),
        ({"开工日期": "2025-01-01", "投产日期": "2025-08-20"}, ["2025-03", "2025-04", "2025-05", "2025-06", "2025-07", "2025-08"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("rule", ["M", "U"])
def test_the_stage_is_that_of_the_end_of_each_month(rule: str, row: dict[str, str], expected: list[str]) -> None:
    assert owed(rule, **row) == expected


def test_a_tier_of_a_dated_amount_is_that_of_the_month() -> None:
    change = {"table": "project", "key": "甲", "field": "总投资", "old": 100, "new": 6000, "at": "2025-06-15"}
    assert owed("B", 总投资=6000, history=[change]) == ["2025-06", "2025-07", "2025-08"]
    assert owed("B", 总投资=6000) == ["2025-03", "2025-04", "2025-05", "2025-06", "2025-07", "2025-08"]


def test_who_was_late_at_the_end_of_a_month_owes_for_it() -> None:
    late = {"计划投产": "2025-04-30", "投产日期": "2025-06-10"}
    assert owed("L", **late) == ["2025-05", "2025-06", "2025-07", "2025-08"]
    assert owed("L", **{**late, "计划投产": "2025-04-29"})[0] == "2025-04"
