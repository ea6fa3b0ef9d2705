"""What shared rules say of single rows, counted for the units of these rows: 被约谈的项目每个扣2分, 没入统的每个扣1分."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.rules.kit import Judged, Rows, judge, scheme, table

PROJECT = table(
    "project", "项目", "name 项目名称 text\nended 终止日期 date\nback 再入库 date", ended="ended", resumed="back"
)
MONTHS = table(
    "months",
    "月评",
    "why 事由 text\nof 项目 text\nmonth 月份 month\ngrade 结果 text",
    parent="project",
    parent_field="of",
)
LISTED = table("listed", "入统", "name 名称 text")
COUNT = "each: unit, terms: [{name: 数, measure: %s, blank: zero}]"
TALKED, SCOLDED = (f"{{rule: E, codes: [escalated], values: [{word}]}}" for word in ("约谈", "诫勉"))
FLAGGED = "{rule: S, codes: [flagged]}"
MADE = scheme(
    [PROJECT, MONTHS, LISTED],
    f"""
- {{id: E, kind: escalate, table: months, period: 月份, result: 结果, bad: [差], levels: [{{n: 2, name: 约谈, flag: 约谈}}, {{n: 3, name: 诫勉}}]}}
- {{id: S, kind: streak, table: months, period: 月份, result: 结果, bad: [差], n: 2, flag: 连续差}}
- {{id: T, kind: score, period: month, closed: true, {COUNT % TALKED}}}
- {{id: J, kind: score, period: month, closed: true, {COUNT % SCOLDED}}}
- {{id: F, kind: score, period: month, closed: true, {COUNT % FLAGGED}}}
- {{id: Y, kind: score, period: year, {COUNT % "{rule: E, codes: [escalated]}"}}}
- {{id: D, kind: score, {COUNT % TALKED}}}
- {{id: DF, kind: score, {COUNT % FLAGGED}}}
- {{id: R, kind: reconcile, table: project, right: listed, keys: [{{left: [项目名称], right: [名称]}}], expect: left}}
- {{id: N, kind: score, {COUNT % "{rule: R, codes: [not_counted]}"}}}
""",
    effective_from=date(2025, 1, 1),
)


def seen(day: str, **grades: str) -> Judged:
    """Projects of 甲镇 (p…) and 乙镇 (q…) with their grades from January on; an end after a /."""
    projects: Rows = []
    rows: Rows = []
    for name, given in grades.items():
        unit, (marks, _, ended) = "甲镇" if name.startswith("p") else "乙镇", given.partition("/")
        projects.append({"项目名称": name, "填报单位": unit, "终止日期": ended})
        rows += [
            {"事由": f"{name}{n}", "项目": name, "填报单位": unit, "月份": f"2025-{n:02}", "结果": mark}
            for n, mark in enumerate(marks, 1)
        ]
    return judge(MADE, day, {"项目": projects, "月评": rows, "入统": [{"名称": "p1"}]})


@pytest.mark.parametrize(
    ("day", "talked", "scolded", "year"),
    [
        ("2025-02-01", "0分", "0分", "0分"),
        ("2025-03-01", "2分", "0分", "2分"),  # p1 and p2 in February
        ("2025-04-01", "0分", "1分", "3分"),  # p1 for the third time; p2 had a good March
    ],
)
def test_levels_of_projects_count_for_their_unit_month_by_month(day: str, talked: str, scolded: str, year: str) -> None:
    months = int(day[5:7]) - 1
    found = seen(day, p1="差差差"[:months], p2="差差好"[:months], q1="好差好"[:months])
    assert (found.unit("甲镇", "T"), found.unit("甲镇", "J"), found.unit("甲镇", "Y")) == (talked, scolded, year)
    assert (found.unit("乙镇", "T"), found.unit("乙镇", "Y")) == ("0分", "0分")


def test_flags_of_streaks_too_and_without_periods_what_holds_on_the_day() -> None:
    found = seen("2025-04-01", p1="差差", p2="好差差", q1="差差好")
    assert (found.unit("甲镇", "F"), found.unit("甲镇", "DF"), found.unit("甲镇", "D")) == ("1分", "2分", "2分")
    assert (found.unit("乙镇", "F"), found.unit("乙镇", "DF"), found.unit("乙镇", "D")) == ("0分", "0分", "0分")


def test_a_project_that_ended_counts_for_the_months_before() -> None:
    found = seen("2025-04-01", p1="差差差/2025-03-31", q1="差差差/2025-04-02")
    assert (found.unit("甲镇", "J"), found.unit("甲镇", "F"), found.unit("甲镇", "Y")) == ("0分", "0分", "1分")
    assert (found.unit("乙镇", "J"), found.unit("乙镇", "F"), found.unit("乙镇", "Y")) == ("1分", "1分", "2分")
    assert (found.status("p1", "E"), found.status("p1", "S"), found.flags("p1")) == ("已终止", "已终止", [])
    assert (found.status("q1", "E"), found.status("q1", "S")) == ("诫勉", "连续差")
    later = seen("2025-04-02", q1="差差差/2025-04-02")
    assert (later.status("q1", "E"), later.unit("乙镇", "D"), later.unit("乙镇", "DF")) == ("已终止", "0分", "0分")


def test_rows_that_another_list_lacks_are_counted_as_they_stand_today() -> None:
    found = seen("2025-02-01", p1="", p2="", q1="")
    assert [found.unit(name, "N") for name in ("甲镇", "乙镇", "丙街道")] == ["1分", "1分", "0分"]
