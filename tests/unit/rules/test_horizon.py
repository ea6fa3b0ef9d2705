"""`horizon`: rolling years, a plan for each month until completion, a bound in years."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.unit.rules.kit import judge, scheme, table
from validators.periods import periods_between
from validators.rules import parse_rule

PROJECTS = table(
    "project", "项目",
    """
    name 项目名称 project_name
    key 是否重点 yesno
    start_plan 开工计划日期 date_plan
    started 开工日期 date_actual
    finish_plan 竣工计划日期 date_plan
    y2022 2022年计划 money_wan
    y2023 2023年计划 money_wan
    y2024 2024年计划 money_wan
    """,
)  # fmt: skip
YEARS = table(
    "year_plan", "年度计划", "project 项目 text\nyear 年度 year\namount 计划投资 money_wan",
    parent="project", parent_field="project", name_field="",
)  # fmt: skip
MONTHS = table(
    "month_plan", "月度计划", "project 项目 text\nmonth 月份 month\namount 计划投资 money_wan\nlook 形象进度 text",
    parent="project", parent_field="project", name_field="",
)  # fmt: skip
MADE = scheme(
    [PROJECTS, YEARS, MONTHS],
    """
    - {id: N-1, kind: horizon, table: project, rows: year_plan, period: 年度, present: 有(计划投资), count: 3}
    - {id: Q-9, kind: horizon, table: project, when: 有(开工日期), rows: month_plan, period: 月份, unit: month,
       present: "有(计划投资, 形象进度)", base: 开工日期, until: 竣工计划日期, text: "{period}月度计划"}
    - {id: Q-16, kind: horizon, table: project, date: 开工计划日期, most: 10, over: 超出10年, severity: 提示}
    """,
)
ROLLING = scheme(
    [PROJECTS],
    """
    - {id: Y, kind: horizon, table: project, count: 2, fields: {"2022": 2022年计划, "2023": 2023年计划, "2024": 2024年计划}}
    """,
)
UNITED = {"unit": "甲镇"}


def project(**cells: Any) -> list[dict[str, Any]]:
    return [{"项目名称": "甲", **UNITED, **cells}]


def years(*which: int, **more: Any) -> list[dict[str, Any]]:
    return [{"项目": "甲", "年度": year, "计划投资": 100, **UNITED, **more} for year in which]


def test_three_years_from_this_one_on_are_wanted() -> None:
    assert (
        judge(MADE, "2022-05-01", {"项目": project(), "年度计划": years(2022, 2023)}).status("甲", "N-1")
        == "缺项:2024年计划"
    )
    assert (
        judge(MADE, "2022-05-01", {"项目": project(), "年度计划": years(2022, 2023, 2024)}).status("甲", "N-1") is None
    )


def test_the_years_roll_with_the_day() -> None:
    rows = {"项目": project(), "年度计划": years(2022, 2023, 2024)}
    assert judge(MADE, "2022-12-31", rows).status("甲", "N-1") is None
    assert judge(MADE, "2023-01-01", rows).status("甲", "N-1") == "缺项:2025年计划"


def test_a_year_without_an_amount_is_no_plan() -> None:
    rows = {"项目": project(), "年度计划": [*years(2022, 2023), {"项目": "甲", "年度": 2024, **UNITED}]}
    assert judge(MADE, "2022-05-01", rows).status("甲", "N-1") == "缺项:2024年计划"


def test_years_may_stand_as_columns_of_the_row() -> None:
    row = project(**{"2022年计划": 10, "2023年计划": 20})
    assert judge(ROLLING, "2022-05-01", {"项目": row}).status("甲", "Y") is None
    found = judge(ROLLING, "2023-05-01", {"项目": row})
    assert found.status("甲", "Y") == "缺项:2024年计划"
    assert found.record("甲")["findings"][0]["field"] == "2024年计划"


def months(first: str, last: str, absent: str = "") -> list[dict[str, Any]]:
    span = periods_between(date.fromisoformat(first), date.fromisoformat(last), "month")
    return [
        {"项目": "甲", "月份": item.text, "计划投资": 1, "形象进度": "基础", **UNITED}
        for item in span
        if item.text != absent
    ]


def test_a_plan_row_for_each_month_until_completion() -> None:
    row = project(开工日期="2025-04-10", 竣工计划日期="2025-12-20")
    full = {"项目": row, "月度计划": months("2025-04-01", "2025-12-01")}
    assert len(full["月度计划"]) == 9
    assert judge(MADE, "2025-06-01", full).status("甲", "Q-9") is None
    gap = {"项目": row, "月度计划": months("2025-04-01", "2025-12-01", absent="2025-11")}
    assert judge(MADE, "2025-06-01", gap).status("甲", "Q-9") == "缺项:2025-11月度计划"


def test_many_absent_months_are_told_shortly() -> None:
    row = project(开工日期="2025-04-10", 竣工计划日期="2025-12-20")
    said = judge(MADE, "2025-06-01", {"项目": row}).status("甲", "Q-9")
    assert said is not None and said.endswith("2025-12月度计划等9期")


@pytest.mark.parametrize(
    "cells", [{}, {"开工日期": "2025-04-10"}, {"开工日期": "2025-12-10", "竣工计划日期": "2025-04-01"}]
)
def test_nothing_is_asked_before_the_span_is_known(cells: dict[str, str]) -> None:
    assert judge(MADE, "2025-12-31", {"项目": project(**cells)}).status("甲", "Q-9") is None


@pytest.mark.parametrize(("planned", "expected"), [("2035-12-31", None), ("2036-01-01", "超出10年"), ("", None)])
def test_a_start_too_far_ahead_is_pointed_out(planned: str, expected: str | None) -> None:
    found = judge(MADE, "2025-06-30", {"项目": project(开工计划日期=planned)})
    assert found.status("甲", "Q-16") == expected
    if expected:
        assert next(f for f in found.record("甲")["findings"] if f["rule"] == "Q-16")["severity"] == "提示"


def test_the_bound_moves_at_new_year() -> None:
    row = {"项目": project(开工计划日期="2036-03-01")}
    assert judge(MADE, "2025-12-31", row).status("甲", "Q-16") == "超出10年"
    assert judge(MADE, "2026-01-01", row).status("甲", "Q-16") is None


@given(st.sets(st.integers(2020, 2032)), st.integers(2021, 2030))
def test_what_is_missing_is_exactly_what_is_not_there(there: set[int], now: int) -> None:
    rows = {"项目": project(), "年度计划": years(*there)}
    absent = [f"{year}年计划" for year in range(now, now + 3) if year not in there]
    expected = f"缺项:{'、'.join(absent)}" if absent else None
    assert judge(MADE, f"{now}-07-01", rows).status("甲", "N-1") == expected


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"rows": "x", "period": "y"},
        {"rows": "x", "count": 3},
        {"rows": "x", "period": "y", "count": 3, "until": "z"},
        {"date": "x", "most": 10},
        {"date": "x", "over": "超出"},
        {"date": "x", "most": 10, "over": "超出", "rows": "y"},
    ],
)
def test_a_horizon_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        parse_rule({"id": "H", "kind": "horizon", "title": "H", "table": "project", **wrong})
