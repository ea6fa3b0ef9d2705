"""Rows counted by their status in a period that is over: as they stood on its last day, whatever became of them since."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.rules.kit import Judged, judge, scheme, table
from validators.scheme.tables import Periodic

PROJECT = table(
    "project",
    "项目库",
    "name 项目名称 text\nsigned 签约日期 date_actual\nstarted 开工日期 date_actual\nstopped 终止日期 date_actual\n"
    "land 用地 text dated\namount 总投资 money_wan",
    ended="stopped",
)
VISIT = table(
    "visit", "走访", "why 事由 text\nof 项目 text\nday 走访日期 date_actual", parent="project", parent_field="of"
)
OVERDUE = "measure: {rule: G, codes: [overdue]}, formula: -2 * 值, blank: zero"
MADE = scheme(
    [PROJECT, VISIT],
    f"""
    - {{id: G, kind: elapsed, table: project, from: 签约日期, to: 开工日期, n: 1, unit: 月, when: 用地 != '独立选址'}}
    - {{id: S, kind: score, period: month, closed: true, base: 100, each: unit, terms: [{{name: 逾期, {OVERDUE}}}]}}
    - {{id: R, kind: score, period: month, base: 100, each: unit, terms: [{{name: 逾期, {OVERDUE}}}]}}
    - {{id: E, kind: escalate, per: month, measures: {{逾期: {{rule: G, codes: [overdue]}}}}, bad_when: 逾期 > 0, levels: [{{n: 1, name: 提醒}}, {{n: 3, name: 约谈}}]}}
    - {{id: D, kind: tier, table: project, value: 总投资, into: 档, bands: [{{name: 小, high: "5000"}}, {{name: 大, low: "5000"}}]}}
    - {{id: W, kind: score, period: month, closed: true, each: unit, terms: [{{name: 大项目逾期, measure: {{rule: G, codes: [overdue], where: 档 = '大', value: 总投资}}, blank: zero}}]}}
    - {{id: K, kind: total, table: project, rows: visit, day: 走访日期, into: 走访次数}}
    - {{id: N, kind: required, table: project, fields: [用地], when: 走访次数 = 0}}
    - {{id: M, kind: score, period: month, closed: true, each: unit, terms: [{{name: 缺项, measure: {{rule: N, codes: [incomplete]}}, blank: zero}}]}}
    """,
)


def on(day: str, *visits: str, **row: Any) -> Judged:
    project = {"项目名称": "P", "用地": "园区", "填报单位": "甲镇", **row}
    seen = [{"事由": str(n), "项目": "P", "走访日期": v, "填报单位": "甲镇"} for n, v in enumerate(visits)]
    return judge(MADE, day, {"项目库": [project], "走访": seen})


@pytest.mark.parametrize(
    ("day", "score"),
    [
        ("2025-02-28", "98分"),
        ("2025-03-31", "98分"),
        ("2025-04-01", "98分"),
        ("2025-04-29", "98分"),
        ("2025-04-30", "98分"),
    ],
)
def test_what_was_overdue_at_the_end_of_a_month_is_counted_when_the_month_is_over(day: str, score: str) -> None:
    assert on(day, 签约日期="2025-01-10").unit("甲镇", "S") == score


def test_what_was_done_since_was_overdue_then() -> None:
    done = {"签约日期": "2025-01-10", "开工日期": "2025-04-02"}
    assert on("2025-04-10", **done).unit("甲镇", "S") == "98分"
    assert on("2025-04-10", **done).unit("甲镇", "R") == "100分"
    assert on("2025-05-10", **done).unit("甲镇", "S") == "100分"


def test_what_came_later_was_not_there() -> None:
    assert on("2025-04-20", 签约日期="2025-03-05").unit("甲镇", "S") == "100分"
    assert on("2025-04-20", 签约日期="2025-03-05").unit("甲镇", "R") == "98分"


def test_what_was_ended_since_counts_as_long_as_it_ran() -> None:
    row = {"签约日期": "2025-01-10", "终止日期": "2025-04-02"}
    assert on("2025-04-10", **row).unit("甲镇", "S") == "98分"
    assert on("2025-04-10", **row).unit("甲镇", "R") == "100分"
    assert on("2025-05-10", **row).unit("甲镇", "S") == "100分"


def test_repeated_months_go_one_level_higher() -> None:
    assert on("2025-03-01", 签约日期="2025-01-10").unit("甲镇", "E") == "提醒"
    assert on("2025-05-01", 签约日期="2025-01-10").unit("甲镇", "E") == "约谈"
    assert on("2025-06-02", 签约日期="2025-01-10", 开工日期="2025-05-04").unit("甲镇", "E") is None


def test_conditions_on_derived_values_and_the_numbers_of_the_rows() -> None:
    assert on("2025-04-01", 签约日期="2025-01-10", 总投资=6000).unit("甲镇", "W") == "6000分"
    assert on("2025-04-01", 签约日期="2025-01-10", 总投资=600).unit("甲镇", "W") == "0分"


def test_rows_below_it_that_came_later_were_not_there() -> None:
    row = {"签约日期": "2025-01-10", "用地": ""}
    assert on("2025-04-15", **row).unit("甲镇", "M") == "1分"
    assert on("2025-04-15", "2025-03-20", **row).unit("甲镇", "M") == "0分"
    assert on("2025-04-15", "2025-04-05", **row).unit("甲镇", "M") == "1分"


REPORT = table(
    "report",
    "月报",
    "month 月份 month\nof 项目 text",
    parent="project",
    parent_field="of",
    periodic=Periodic(kind="month", field="month"),
)
REPORTS = scheme(
    [PROJECT, REPORT],
    """
    - {id: K, kind: total, table: project, rows: report, into: 月报数}
    - {id: N, kind: required, table: project, fields: [用地], when: 月报数 = 0}
    - {id: M, kind: score, period: month, closed: true, each: unit, terms: [{name: 缺项, measure: {rule: N, codes: [incomplete]}, blank: zero}]}
    """,
)  # fmt: skip


@pytest.mark.parametrize(
    ("read", "score"), [(None, "1分"), ("2025-03-30", "1分"), ("2025-03-31", "1分"), ("2025-04-01", "0分")]
)
def test_a_row_without_dates_was_there_from_the_day_it_was_read(read: str | None, score: str) -> None:
    """Where nothing tells since when there is a row, it was always there."""
    seen = {"table": "项目库", "key": "P", "field": "项目名称", "old": "", "new": "P", "at": read}
    rows = {"项目库": [{"项目名称": "P", "用地": "", "填报单位": "甲镇"}]}
    assert judge(MADE, "2025-04-15", rows, history=[seen] if read else []).unit("甲镇", "M") == score


@pytest.mark.parametrize(("month", "score"), [("2025年3月", "0分"), ("2025年4月", "1分")])
def test_a_report_of_a_later_month_was_not_there(month: str, score: str) -> None:
    project = {"项目名称": "P", "用地": "", "签约日期": "2025-01-10", "填报单位": "甲镇"}
    rows = {"项目库": [project], "月报": [{"月份": month, "项目": "P", "填报单位": "甲镇"}]}
    assert judge(REPORTS, "2025-04-15", rows).unit("甲镇", "M") == score


DAYS = st.dates(date(2024, 12, 1), date(2025, 5, 31))


@given(DAYS, st.none() | DAYS, st.none() | DAYS, st.sampled_from([date(2025, 4, 30), date(2025, 5, 31)]))
def test_a_past_month_is_what_was_said_on_its_last_day(
    signed: date, started: date | None, stopped: date | None, end: date
) -> None:
    """What was known then: dates that came later were not written."""
    everything = {"签约日期": signed, "开工日期": started, "终止日期": stopped}
    known = {name: str(day) for name, day in everything.items() if day is not None and day <= end}
    known_now = {name: str(day) for name, day in everything.items() if day is not None}
    then = on(str(end), **known)
    now = on(str(end + timedelta(days=20)), **known_now)
    assert now.unit("甲镇", "S") == then.unit("甲镇", "R")
