"""What `escalate` says, counted per period by other rules: 被约谈一次扣5分."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.rules.kit import Judged, Rows, judge, scheme, table

FIGURES = table("figures", "数据", "name 事由 text\nmonth 月份 month\ngrade 结果 text")
TAKEN = "each: unit, terms: [{name: 约谈, measure: {rule: E, codes: [escalated]}, formula: -5 * 值, blank: zero}]"
TEXT = f"""
- {{id: C, kind: score, period: month, terms: [{{name: 差, measure: {{table: figures, where: 结果 = '差', period: 月份}}}}]}}
- {{id: Z, kind: score, period: month, terms: [{{name: 有, measure: {{table: figures, period: 月份}}}}]}}
- {{id: E, kind: escalate, per: month, measures: {{差: {{rule: C}}, 有: {{rule: Z}}}}, bad_when: "首个(差, 0) > 0 且 有 > 0", levels: [{{n: 2, name: 约谈}}, {{n: 3, name: 诫勉}}]}}
- {{id: Y, kind: score, period: year, {TAKEN}}}
- {{id: M, kind: score, period: month, closed: true, {TAKEN}}}
- {{id: N, kind: score, {TAKEN}}}
- {{id: L, kind: rank, by: {{rule: N}}}}
- {{id: O, kind: escalate, table: figures, period: 月份, result: 结果, bad: [差], of: unit, counting: year, levels: [{{n: 2, name: 约谈}}]}}
- {{id: P, kind: score, period: year, {TAKEN.replace("rule: E", "rule: O")}}}
"""
MADE = scheme([FIGURES], TEXT, effective_from=date(2024, 1, 1))


def found(day: str, *months: str) -> Judged:
    """Months as 2025-01差."""
    rows: Rows = [{"事由": m, "月份": m[:7], "结果": m[7:], "填报单位": "甲镇"} for m in months]
    return judge(MADE, day, {"数据": rows})


BAD = ("2025-01差", "2025-02差", "2025-03好", "2025-04差", "2025-05差", "2025-06差")


@pytest.mark.parametrize(
    ("day", "year", "month"),
    [
        ("2025-02-15", "0分", "0分"),
        ("2025-03-15", "-5分", "-5分"),
        ("2025-06-15", "-10分", "-5分"),
        ("2025-07-15", "-15分", "-5分"),
    ],
)
def test_each_period_whose_result_reached_a_level_counts_once(day: str, year: str, month: str) -> None:
    shown = [m for m in BAD if m[:7] <= day[:7]]
    assert found(day, *shown).unit("甲镇", "Y") == year and found(day, *shown).unit("甲镇", "M") == month
    assert found(day, *shown).unit("乙镇", "Y") == "0分"


def test_a_run_that_began_the_year_before_counts_from_its_first_month_of_the_year() -> None:
    assert found("2025-02-10", "2024-12差", "2025-01差").unit("甲镇", "Y") == "-5分"


def test_without_periods_what_holds_on_the_day_counts_once() -> None:
    here = found("2025-07-15", *BAD)
    assert here.unit("甲镇", "N") == "-5分" and "-5" in here.unit_reason("甲镇", "L")


def test_results_of_rows_too() -> None:
    assert found("2025-06-15", *BAD[:4]).unit("甲镇", "P") == "-10分", "the second and the third bad month of the year"
