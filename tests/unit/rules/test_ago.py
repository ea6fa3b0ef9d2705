"""环比 and 同比: a period's figure beside that of the period before, or of the same period a year before."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.rules.kit import Judged, Rows, judge, scheme, table
from validators.periods import Period, PeriodKind, parse_period, period_of
from validators.rules.ago import before
from validators.scheme.check_rules import check_rules

FIGURES = table(
    "figure",
    "月报",
    "why 事由 text\nunit_name 单位 township\nmonth 月份 month\ndone 完成投资 money_wan",
    filler="office",
)
MADE = scheme(
    [FIGURES],
    """
    - id: Y
      kind: score
      period: month
      closed: true
      terms:
        - name: 同比
          measure: {table: figure, value: 完成投资, period: 月份, by: 单位, of: {table: figure, value: 完成投资, period: 月份, by: 单位, ago: year}}
          formula: (值 - 1) * 100
    - id: H
      kind: score
      period: month
      terms:
        - name: 环比
          measure: {table: figure, value: 完成投资, period: 月份, by: 单位, of: {table: figure, value: 完成投资, period: 月份, by: 单位, ago: previous}}
          formula: (值 - 1) * 100
    - id: C
      kind: score
      period: month
      terms:
        - name: 累计同比
          measure: {table: figure, value: 完成投资, period: 月份, by: 单位, span: year,
                    of: {table: figure, value: 完成投资, period: 月份, by: 单位, span: year, ago: year}}
          formula: (值 - 1) * 100
    - id: V
      kind: variance
      period: quarter
      at_least: "1.05"
      below: 同比只有{ratio}%
      flag: 增速不及
      gather: {table: figure, value: 完成投资, period: 月份, by: 单位}
      gather_expected: {table: figure, value: 完成投资, period: 月份, by: 单位, ago: year}
    - id: S
      kind: score
      period: month
      base: 1
      terms: [{name: 上月的分, measure: {rule: H, ago: previous}, blank: zero}]
    """,
)


def months(figures: dict[str, int], unit: str = "甲镇") -> Rows:
    return [{"事由": f"{unit}{m}", "单位": unit, "月份": m, "完成投资": n} for m, n in figures.items()]


def told(figures: dict[str, int], day: str) -> Judged:
    return judge(MADE, day, {"月报": months(figures)})


@pytest.mark.parametrize(
    ("figures", "day", "rule", "said"),
    [
        ({"2024-05": 100, "2025-05": 120}, "2025-06-10", "Y", "20分"),
        ({"2024-05": 100, "2025-05": 90}, "2025-06-10", "Y", "-10分"),
        ({"2024-02": 80, "2025-02": 80}, "2025-03-01", "Y", "0分"),
        ({"2024-05": 100, "2025-05": 120}, "2025-06-10", "H", None),
        ({"2025-04": 100, "2025-05": 150}, "2025-05-31", "H", "50分"),
        ({"2024-12": 100, "2025-01": 150}, "2025-01-31", "H", "50分"),
        ({"2024-01": 100, "2024-02": 100, "2024-03": 900, "2025-01": 100, "2025-02": 200}, "2025-02-28", "C", "50分"),
    ],
)
def test_growth_against_an_earlier_period(figures: dict[str, int], day: str, rule: str, said: str | None) -> None:
    assert told(figures, day).unit("甲镇", rule) == said


def test_without_the_earlier_figure_there_is_no_growth() -> None:
    assert told({"2025-05": 120}, "2025-06-10").unit("甲镇", "Y") is None
    assert told({"2024-05": 0, "2025-05": 120}, "2025-06-10").unit("甲镇", "Y") is None


def test_a_quarter_is_held_against_the_quarter_of_the_year_before() -> None:
    figures = {"2024-04": 50, "2024-06": 50, "2025-04": 60, "2025-05": 44}
    found = told(figures, "2025-06-30")
    assert (found.unit("甲镇", "V"), found.unit_flags("甲镇")) == ("同比只有104.0%", ["增速不及"])
    found = told({**figures, "2025-05": 45}, "2025-06-30")
    assert found.unit_flags("甲镇") == []


def test_what_another_rule_said_of_the_month_before_can_be_taken() -> None:
    found = told({"2025-03": 100, "2025-04": 110, "2025-05": 110}, "2025-05-31")
    assert found.unit("甲镇", "S") == "11分", "10 % more in April than in March"


def test_a_rule_without_periods_has_nothing_earlier() -> None:
    made = scheme(
        [FIGURES], "- {id: R, kind: rank, by: {table: figure, value: 完成投资, period: 月份, by: 单位, ago: year}}"
    )
    assert [("ago" in place, "写 period" in text) for place, text in check_rules(made, frozenset())] == [(True, True)]
    with pytest.raises(ValueError, match="写 date 或 period"):
        scheme([FIGURES], "- {id: R, kind: rank, period: month, by: {table: figure, value: 完成投资, ago: year}}")


KINDS: list[PeriodKind] = ["day", "week", "ten_days", "half_month", "month", "quarter", "half", "year"]


@given(st.sampled_from(KINDS), st.dates(date(2001, 1, 1), date(2090, 12, 31)), st.integers(1, 12))
def test_the_same_period_a_year_before_is_one_of_the_same_kind(kind: PeriodKind, day: date, begins: int) -> None:
    period = period_of(day, kind, begins)
    found = before(period, "year")
    assert found is not None or period.text.endswith("W53")
    if found is not None:
        assert (found.kind, found.year_from) == (kind, begins)
        assert 350 <= (period.first - found.first).days <= 372
    last = before(period, "previous")
    assert last is not None and (period.first - last.last).days == 1


@pytest.mark.parametrize(
    ("text", "earlier"),
    [
        ("2025-06", "2024-06"),
        ("2025Q1", "2024Q1"),
        ("2025H2", "2024H2"),
        ("2025", "2024"),
        ("2025-W24", "2024-W24"),
        ("2021-W53", None),
        ("2024-02下旬", "2023-02下旬"),
        ("2024-02-29", "2023-02-28"),
    ],
)
def test_named_periods(text: str, earlier: str | None) -> None:
    found: Period | Any = before(parse_period(text if text != "2021-W53" else "2020-W53"), "year")
    assert (found.text if found is not None else None) == earlier


CLOSED = scheme(
    [FIGURES],
    """
    - {id: Q, kind: variance, period: quarter, closed: true, at_least: 1, flag: 落后,
       gather: {table: figure, value: 完成投资, period: 月份, by: 单位}, gather_expected: {fixed: {甲镇: 100}}}
    """,
)


@pytest.mark.parametrize(
    ("day", "period", "flags"),
    [
        ("2025-03-30", None, []),
        ("2025-03-31", "2025年第一季度", ["落后"]),
        ("2025-05-20", "2025年第一季度", ["落后"]),
        ("2025-06-29", "2025年第一季度", ["落后"]),
        ("2025-06-30", "2025年第二季度", []),
        ("2025-07-15", "2025年第二季度", []),
    ],
)
def test_the_verdict_of_a_quarter_that_is_over_lasts_until_the_next_is(
    day: str, period: str | None, flags: Any
) -> None:
    """Early figures of the quarter that runs do not count, and do not hide it."""
    found = judge(CLOSED, day, {"月报": months({"2025-02": 90, "2025-04": 200})})
    assert found.unit_flags("甲镇") == flags
    assert (period is None) == (found.unit("甲镇", "Q") is None)
    assert period is None or period in found.unit_reason("甲镇", "Q")
