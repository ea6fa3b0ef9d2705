"""What other rules take of figures against a plan: exact, and behind is less than nought; what is told is rounded."""

from __future__ import annotations

import pytest

from tests.unit.rules.kit import Judged, judge, scheme, table

MADE = scheme(
    [
        table("paid", "到资", "month 月份 month\ndone 到账 number\nplan 计划 number\nwhole 目标 number"),
        table("project", "项目", "name 项目名称 text\nsite 选址 text"),
        table("visit", "走访", "name 项目名称 text\nmonth 月份 month", parent="project", parent_field="name"),
    ],
    """
    - {id: V, kind: variance, period: month, closed: true, gather: {table: paid, value: 到账, period: 月份},
       gather_expected: {table: paid, value: 计划, period: 月份}, goals: {table: paid, value: 目标, period: 月份}}
    - {id: P, kind: score, period: month, closed: true, terms: [{name: 差, measure: {rule: V, pick: points}}],
       grades: [{name: 绿, range: 0以上}, {name: 黄, range: "[-10, 0)"}, {name: 红, range: 不满-10}], flags: {绿: [绿], 黄: [黄], 红: [红]}}
    - {id: Q, kind: score, period: month, closed: true, digits: 4, terms: [{name: 率, measure: {rule: V, pick: ratio}}]}
    - {id: S, kind: score, period: month, closed: true, digits: 6, terms: [{name: 差额, measure: {rule: V, pick: short}}]}
    - {id: C, kind: cadence, table: project, period: month, coverage: all, evidence: visit, evidence_period: 月份, due_day: 5, due_offset: 1}
    - {id: E, kind: escalate, per: month, measures: {率: {rule: C, pick: ratio}}, bad_when: 率 < 100, levels: [{n: 1, name: 约谈}]}
    """,
)


def found(done: str, plan: str = "50", whole: str = "100") -> Judged:
    row = {"key": "r", "unit": "甲镇", "月份": "2025-02", "到账": done, "计划": plan, "目标": whole}
    return judge(MADE, "2025-02-28", {"到资": [row]})


@pytest.mark.parametrize(
    ("done", "points", "flag"),
    [
        ("50", "0分", "绿"),
        ("60", "10分", "绿"),
        ("49.99", "-0.01分", "黄"),  # told as 0.0
        ("40", "-10分", "黄"),
        ("39.99", "-10.01分", "红"),  # told as 10.0
        ("20", "-30分", "红"),
    ],
)
def test_points_are_exact_and_less_than_nought_behind(done: str, points: str, flag: str) -> None:
    assert (found(done).unit("甲镇", "P"), found(done).unit_flags("甲镇")) == (points, [flag])


def test_a_share_is_taken_as_it_is_and_not_as_it_is_told() -> None:
    assert found("89.999").unit("甲镇", "Q") == "89.999分"
    assert found("89.999", whole="").unit("甲镇", "Q") == "179.998分"


def test_what_is_short_is_taken_as_it_is() -> None:
    assert found("49.999999").unit("甲镇", "S") == "0.000001分"


def test_a_coverage_that_is_told_as_the_whole_is_not() -> None:
    """2999 of 3000 are told as 100.0 %."""
    names = [f"P{n}" for n in range(3000)]
    rows = {
        "项目": [{"key": name, "unit": "甲镇", "项目名称": name} for name in names],
        "走访": [{"key": f"v{name}", "unit": "甲镇", "项目名称": name, "月份": "2025-02"} for name in names[1:]],
    }
    submitted = judge(MADE, "2025-03-06", rows)
    assert submitted.unit("甲镇", "E") == "约谈"
