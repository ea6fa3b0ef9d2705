"""期初 and 期末 in what is counted: days that fall into a month, windows that roll with the period."""

from __future__ import annotations

import pytest

from tests.unit.rules.kit import judge, scheme, table
from validators.scheme.check import check

TRIP = table("trip", "外出", "where 去向 text\nout 出发日期 date_actual\nback 返回日期 date_actual")
DAYS = "最大(0, 天数(最晚(出发日期, 期初), 最早(返回日期, 期末)) + 1)"
SPLIT = f"""
- {{id: S-1, kind: score, period: month, closed: true,
    terms: [{{name: 天数, measure: {{table: trip, value: "{DAYS}", date: 出发日期, span: all}}}}]}}
"""
ROLLING = """
- {id: S-1, kind: score, period: quarter, closed: true,
    terms: [{name: 次数, measure: {table: trip, where: 出发日期 > 期末 - 12个月, date: 出发日期, span: all}}]}
"""


@pytest.mark.parametrize(
    ("day", "points"),
    [
        ("2025-03-06", "4分"),  # 25, 26, 27, 28 February
        ("2025-04-01", "5分"),  # 1 to 5 March, and no day of the trip that began in April
        ("2025-05-01", "2分"),  # 30 April only
        ("2025-06-01", "1分"),
    ],
)
def test_a_trip_counts_in_each_month_for_the_days_it_had_there(day: str, points: str) -> None:
    rows = [
        {"unit": "甲镇", "去向": "苏州", "出发日期": "2025-02-25", "返回日期": "2025-03-05"},
        {"unit": "甲镇", "去向": "东莞", "出发日期": "2025-04-29", "返回日期": "2025-04-29"},
        {"unit": "甲镇", "去向": "杭州", "出发日期": "2025-04-30", "返回日期": "2025-05-01"},
    ]
    assert judge(scheme([TRIP], SPLIT), day, {"外出": rows}).unit("甲镇", "S-1") == points


@pytest.mark.parametrize(("day", "points"), [("2025-04-01", "2分"), ("2025-06-30", "1分"), ("2025-07-01", "1分")])
def test_a_window_of_twelve_months_ends_with_the_period_not_today(day: str, points: str) -> None:
    rows = [
        {"unit": "甲镇", "去向": "早", "出发日期": "2024-03-31"},
        {"unit": "甲镇", "去向": "春", "出发日期": "2024-04-01"},
        {"unit": "甲镇", "去向": "冬", "出发日期": "2025-01-10"},
    ]
    assert judge(scheme([TRIP], ROLLING), day, {"外出": rows}).unit("甲镇", "S-1") == points


def test_without_periods_there_is_no_last_day_and_the_check_says_what_to_write() -> None:
    told = [text for _, text in check(scheme([TRIP], ROLLING.replace("period: quarter, closed: true,", "")))]
    assert told == ["这条规则没有写 period，不分期，没有“期末”：写 period，或改用 今天"]


def test_the_last_day_of_a_column_is_a_function_and_needs_no_period() -> None:
    monthly = table("trip", "外出", "month 月份 month\nout 出发日期 date_actual")
    rule = "- {id: S-1, kind: score, terms: [{name: 次, measure: {table: trip, where: 出发日期 <= 期末(月份)}}]}"
    assert list(check(scheme([monthly], rule))) == []
