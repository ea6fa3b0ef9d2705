"""What was found of a period before a project was terminated stands: lights of May count after the end in September."""

from __future__ import annotations

import pytest

from tests.unit.rules.kit import Judged, Rows, judge, scheme, table

PROJECT = table("project", "项目", "name 项目名称 text\nend 终止日期 date_actual", ended="end")
MONTHLY = table(
    "monthly", "月报", "what 凭证 text\nof 项目 text\nmonth 月份 month\nplan 计划 number\ndone 完成 number",
    parent="project", parent_field="of",
)  # fmt: skip
MATTER = table(
    "matter", "事项", "what 事项 text\nof 项目 text\ngiven 交办日期 date_actual\ndone 办结日期 date_actual",
    parent="project", parent_field="of",
)  # fmt: skip
RULES = """
- {id: B, kind: bands, table: monthly, value: 完成 / 计划, into: 进度灯, bands: [{name: 红灯, range: 不满0.5}, {name: 绿灯, range: 0.5以上}]}
- {id: L, kind: lights, table: monthly, lights: [进度灯], order: [绿灯, 红灯], into: 灯}
- {id: E, kind: elapsed, table: matter, from: 交办日期, to: 办结日期, n: 5, late_into: 迟}
- {id: Y, kind: score, period: year, each: unit, terms: [{name: 红灯, measure: {table: monthly, where: 灯 = '红灯', period: 月份}, blank: zero}]}
- {id: D, kind: score, each: unit, terms: [{name: 迟, measure: {table: matter, where: 迟 > 0}, blank: zero}]}
- {id: S, kind: streak, table: monthly, period: 月份, result: 灯, bad: [红灯], n: 2, flag: 红牌}
- {id: C, kind: score, period: year, each: unit, terms: [{name: 红牌, measure: {rule: S, codes: [flagged]}, blank: zero}]}
"""
MADE = scheme([PROJECT, MONTHLY, MATTER], RULES)


def on(day: str, end: str = "", months: str = "56789") -> Judged:
    rows: dict[str, Rows] = {
        "项目": [{"项目名称": "P", "填报单位": "甲镇", **({"终止日期": end} if end else {})}],
        "月报": [
            {"凭证": m, "项目": "P", "填报单位": "甲镇", "月份": f"2025-0{m}", "计划": 10, "完成": 1} for m in months
        ],
        "事项": [{"事项": "Q", "项目": "P", "填报单位": "甲镇", "交办日期": "2025-06-02"}],
    }
    return judge(MADE, day, rows)


@pytest.mark.parametrize(
    ("day", "end", "red"),
    [
        ("2025-10-20", "", 5),
        ("2025-10-20", "2025-10-21", 5),  # not yet
        ("2025-10-20", "2025-10-01", 5),  # September was over
        ("2025-10-20", "2025-09-30", 4),  # it ended within September
        ("2025-10-20", "2025-09-10", 4),
        ("2025-10-20", "2025-05-31", 0),
        ("2025-12-31", "2025-09-10", 4),  # and so it stays
    ],
)
def test_lights_of_months_before_the_end_count(day: str, end: str, red: int) -> None:
    assert on(day, end).unit("甲镇", "Y") == f"{red}分"


def test_the_rows_say_that_it_is_over() -> None:
    assert on("2025-10-20", "2025-09-10").status("5", "L") == "已终止"
    assert on("2025-10-20", "2025-09-10").status("P", "S") == "已终止"


def test_what_stands_for_no_period_is_over_with_its_project() -> None:
    assert (on("2025-10-20").unit("甲镇", "D"), on("2025-10-20", "2025-09-10").unit("甲镇", "D")) == ("1分", "0分")


def test_flags_of_months_before_the_end_count_for_the_unit() -> None:
    """Red in May and June is the first 红牌; the months after it prolong it."""
    assert (
        on("2025-10-20", "2025-09-10").unit("甲镇", "C") == on("2025-09-09", months="5678").unit("甲镇", "C") != "0分"
    )
