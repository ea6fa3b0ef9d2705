"""Points and places for which something is still to come: told as 暂计, without flags, and nothing follows from them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.rules.kit import Judged, judge, scheme, table

PROJECT = table("project", "项目库", "name 项目名称 text\namount 总投资 money_wan\nday 入库日期 date_actual")
MADE = scheme(
    [PROJECT],
    """
    - {id: M, kind: cadence, title: 月报, period: month, due_day: 10, due_offset: 1}
    - {id: S, kind: score, title: 月度得分, period: month, closed: true, base: 100, each: unit,
       terms: [{name: 漏报, measure: {rule: M, codes: [missing]}, formula: -50 * 值, blank: zero}],
       grades: [{name: 优秀, range: 100以上}, {name: 差, range: 不满100}], flags: {优秀: [优秀]}}
    - {id: V, kind: score, title: 有否决, period: month, closed: true, base: 100, each: unit,
       terms: [{name: 零, measure: {table: project, date: 入库日期}, formula: 0 * 值, blank: zero}],
       vetoes: [{name: 漏报, measure: {rule: M, codes: [missing]}, becomes: {优秀: 差}}],
       grades: [{name: 优秀, range: 100以上}, {name: 差, range: 不满100}], flags: {优秀: [优良]}}
    - {id: C, kind: score, title: 与最高比, period: month, closed: true, each: unit,
       terms: [{name: 比, measure: {rule: S}, formula: 值 / 最高 * 10}]}
    - {id: D, kind: score, title: 两个的比, period: month, closed: true, each: unit,
       terms: [{name: 比, measure: {rule: S, of: {fixed: {甲镇: 2, 乙镇: 2}}}}]}
    - {id: R, kind: rank, title: 排名, period: month, closed: true, by: {rule: S}, top: [{n: 1, flag: 红旗}]}
    - {id: E, kind: escalate, title: 满分, per: month, measures: {得分: {rule: S}}, bad_when: 得分 >= 100, levels: [{n: 1, name: 表扬}]}
    - {id: F, kind: escalate, title: 第一, per: month, measures: {名次: {rule: R}}, bad_when: 名次 = 1, levels: [{n: 1, name: 表扬}]}
    - {id: G, kind: rank, title: 只排甲乙, period: month, closed: true, when: "单位 != '丙街道'", by: {rule: S}, exempt: [丁街道, 戊乡, 己乡]}
    - {id: Q, kind: score, title: 季度得分, period: quarter, closed: true, terms: [{name: 月均, measure: {rule: S, take: mean}}]}
    - {id: N, kind: score, title: 入库数, period: month, base: 0, each: unit, terms: [{name: 入库, measure: {table: project, date: 入库日期}, blank: zero}],
       grades: [{name: 有, range: 1以上}, {name: 无, range: 不满1}], flags: {有: [有入库]}}
    """,
    effective_from=date(2025, 1, 1),
)


def sent(day: str, *units: str, months: int = 1) -> Judged:
    reports = [
        {"rule": "M", "unit": unit, "period": f"2025-{m:02}", "at": f"2025-{m + 1:02}-01"}
        for unit in units
        for m in range(1, months + 1)
    ]
    return judge(MADE, day, submissions=reports)


@pytest.mark.parametrize("day", ["2025-02-01", "2025-02-05", "2025-02-10"])
def test_until_the_reports_are_due_points_are_not_final(day: str) -> None:
    found = sent(day)
    assert found.unit("甲镇", "S") == "100分(暂计)" and "还有没到期的，暂计" in found.unit_reason("甲镇", "S")
    assert found.unit("甲镇", "R") == "第1名(暂计)" and "还有没到期的，暂计" in found.unit_reason("甲镇", "R")
    assert found.unit("甲镇", "V") == "100分(暂计)" and found.unit("甲镇", "D") == "50分(暂计)"
    assert found.unit_flags("甲镇") == [] and found.unit("甲镇", "E") is None and found.unit("甲镇", "F") is None


def test_afterwards_they_are() -> None:
    found = sent("2025-02-11", "甲镇")
    assert (found.unit("甲镇", "S"), found.unit("乙镇", "S")) == ("100分", "50分")
    assert (found.unit("甲镇", "R"), found.unit("甲镇", "E"), found.unit("甲镇", "F")) == ("第1名", "表扬", "表扬")
    assert sorted(found.unit_flags("甲镇")) == ["优秀", "优良", "红旗"] and found.unit_flags("乙镇") == []


def test_points_of_who_has_reported_are_final_before_and_places_are_not() -> None:
    found = sent("2025-02-05", "甲镇")
    assert found.unit("甲镇", "S") == "100分" and found.unit("甲镇", "E") == "表扬" and found.unit("乙镇", "E") is None
    assert found.unit("甲镇", "R") == "第1名(暂计)" and found.unit("甲镇", "F") is None
    assert found.unit("甲镇", "C") == "10分(暂计)", "the best of all may still be another"
    assert found.unit_flags("甲镇") == ["优秀", "优良"]


def test_who_is_not_ranked_keeps_nobody_waiting() -> None:
    assert sent("2025-02-05", "甲镇", "乙镇").unit("甲镇", "G") == "第1名"
    assert sent("2025-02-05", "甲镇").unit("甲镇", "G") == "第1名(暂计)"


def test_a_quarter_made_of_months_waits_for_its_last_one() -> None:
    assert sent("2025-04-05", "甲镇", months=2).unit("甲镇", "Q") == "100分(暂计)"
    assert sent("2025-04-11", "甲镇", months=2).unit("甲镇", "Q") == "83.33分"


def test_what_was_frozen_is_final() -> None:
    frozen = [{"rule": "S", "unit": "甲镇", "period": "2025-01", "value": "100"}]
    found = judge(MADE, "2025-02-05", frozen=frozen)
    assert found.unit("甲镇", "S") == "100分" and "优秀" in found.unit_flags("甲镇")


def test_a_period_that_runs_is_told_so_and_keeps_the_flags_of_the_day() -> None:
    rows = {"项目库": [{"项目名称": "P", "填报单位": "甲镇", "入库日期": "2025-02-03"}]}
    found = judge(MADE, "2025-02-05", rows)
    assert found.unit("甲镇", "N") == "1分" and found.unit_reason("甲镇", "N").endswith("本期未完，暂计")
    assert "有入库" in found.unit_flags("甲镇")
    assert not judge(MADE, "2025-02-28", rows).unit_reason("甲镇", "N").endswith("暂计")


@settings(max_examples=20)
@given(st.integers(0, 40), st.sets(st.sampled_from(["甲镇", "乙镇", "丙街道"])))
def test_what_is_told_as_final_stays(days: int, units: set[str]) -> None:
    """Unless a report comes, which there are none of after that day."""
    found = sent(str(date(2025, 2, 1) + timedelta(days=days % 27)), *units)
    final = sent("2025-02-27", *units)
    for unit in ("甲镇", "乙镇", "丙街道"):
        for rule in ("S", "V", "C", "D", "R"):
            said = found.unit(unit, rule)
            assert said is None or said.endswith("(暂计)") or said == final.unit(unit, rule)


# comparisons and targets ----------------------------------------------------------------------------------------------

COMPARED = scheme(
    [PROJECT],
    """
    - {id: M, kind: cadence, title: 月报, period: month, due_day: 10, due_offset: 1}
    - {id: B, kind: variance, title: 报送率, period: month, closed: true, gather: {rule: M, codes: [reported]}, blank: zero,
       gather_expected: {fixed: {甲镇: 1, 乙镇: 1}}, at_least: 1, below: 没报, flag: 落后}
    - {id: X, kind: variance, title: 没报的, period: month, closed: true, gather: {rule: M, codes: [missing]},
       gather_expected: {fixed: {甲镇: 1, 乙镇: 1}}, at_least: 0}
    - {id: W, kind: variance, title: 和应报的比, period: month, closed: true, gather: {fixed: {甲镇: 1, 乙镇: 1}},
       gather_expected: {rule: S}, at_least: 1, flag: 少了}
    - {id: S, kind: score, title: 月度得分, period: month, closed: true, base: 1, each: unit,
       terms: [{name: 漏报, measure: {rule: M, codes: [missing]}, blank: zero}]}
    - {id: P, kind: score, title: 落后扣分, period: month, closed: true, each: unit,
       terms: [{name: 落后, measure: {rule: B, codes: [behind]}, formula: -5 * 值, blank: zero}]}
    - {id: Z, kind: score, title: 没报的个数, period: month, closed: true, each: unit,
       terms: [{name: 没报, measure: {rule: X}, blank: zero}], grades: [{name: 好, range: 不满1}, {name: 差, range: 1以上}], flags: {好: [都报了]}}
    - {id: K, kind: escalate, title: 连续没报, per: month, measures: {率: {rule: B, pick: ratio}}, bad_when: 率 < 100, levels: [{n: 1, name: 约谈}]}
    """,
    effective_from=date(2025, 1, 1),
)


def compared(day: str, *units: str) -> Judged:
    reports = [{"rule": "M", "unit": unit, "period": "2025-01", "at": "2025-02-01"} for unit in units]
    return judge(COMPARED, day, submissions=reports)


def test_a_comparison_with_reports_still_to_come_is_not_final() -> None:
    found = compared("2025-02-05", "甲镇")
    assert found.unit("乙镇", "B") == "没报(暂计)" and found.unit_reason("乙镇", "B").count("还有没到期的，暂计") == 1
    assert found.unit("乙镇", "K") is None and found.unit("乙镇", "P") == "-5分(暂计)"
    assert found.unit("乙镇", "W") == "100.0%(暂计)" and found.unit("甲镇", "W") == "100.0%"
    assert "落后" not in found.unit_flags("乙镇")
    assert found.unit("甲镇", "B") == "100.0%" and found.unit("甲镇", "P") == "0分"


def test_nothing_compared_yet_is_not_nothing_there() -> None:
    """What takes the figures is told that they are still to come."""
    assert compared("2025-02-05").unit("乙镇", "Z") == "0分(暂计)"
    assert "都报了" not in compared("2025-02-05").unit_flags("乙镇")
    assert compared("2025-02-11").unit("乙镇", "Z") == "1分"


def test_afterwards_a_comparison_is_final() -> None:
    found = compared("2025-02-11", "甲镇")
    assert (found.unit("乙镇", "B"), found.unit("乙镇", "K"), found.unit("乙镇", "P")) == ("没报", "约谈", "-5分")
    assert "落后" in found.unit_flags("乙镇")


def test_a_comparison_that_was_frozen_is_final() -> None:
    frozen = [{"rule": "B", "unit": "乙镇", "period": "2025-01", "value": "0"}]
    found = judge(COMPARED, "2025-02-05", frozen=frozen)
    assert found.unit("乙镇", "B") == "没报" and "落后" in found.unit_flags("乙镇")


STARTS = table("project", "项目库", "name 项目名称 text\nsigned 签约日期 date_actual\nstarted 开工日期 date_actual")
IN_TIME = """
- {id: T, kind: target, table: project, where: 开工日期 <= 签约日期 + 3个月, date_field: 签约日期, of_where: 有(签约日期), of_date: 签约日期,
   goal: 0.5, by: unit, period: month, measure: 个, open_where: 为空(开工日期) 且 今天 <= 签约日期 + 3个月}
- {id: G, kind: target, table: project, date_field: 签约日期, where: 开工日期 > 签约日期 + 3个月, goal: 0, at_most: true, period: month,
   open_where: 为空(开工日期) 且 今天 <= 签约日期 + 3个月}
- {id: P, kind: score, title: 按期开工, period: month, closed: true, terms: [{name: 开工, measure: {rule: T, pick: ratio}}],
   grades: [{name: 差, range: 不满50}, {name: 好, range: 50以上}], flags: {差: [开工慢]}}
"""
STARTED = scheme([STARTS], IN_TIME, effective_from=date(2025, 1, 1), year=2025)
SIGNED = [
    {"项目名称": "A", "填报单位": "甲镇", "签约日期": "2025-01-10"},
    {"项目名称": "B", "填报单位": "甲镇", "签约日期": "2025-01-31", "开工日期": "2025-04-30"},
]


def target(day: str, unit: str, rule: str = "T", period: str = "2025-01", frozen: Any = ()) -> tuple[str, str]:
    found = judge(STARTED, day, {"项目库": SIGNED}, frozen=frozen).found["targets"]
    entry = next(item for item in found if (item["rule"], item["unit"], item["period"]) == (rule, unit, period))
    return entry["status"], entry["reason"]


def test_a_target_whose_rows_end_later_is_not_final_before() -> None:
    status, reason = target("2025-02-05", "甲镇")
    assert status == "未达标(暂计)" and "还有没到期的，暂计" in reason
    assert target("2025-04-29", "甲镇")[0] == "未达标(暂计)" and target("2025-04-30", "甲镇")[0] == "已达标"
    assert target("2025-02-05", "乙镇")[0] == "不适用", "of it nothing is open"
    assert target("2025-01-20", "甲镇")[0] == "进行中", "the month runs"
    assert target("2025-02-05", "", "G")[0] == "已达标(暂计)" and target("2025-05-01", "", "G")[0] == "已达标"


def test_what_counts_with_such_a_target_waits() -> None:
    soon, later = (judge(STARTED, day, {"项目库": SIGNED[:1]}) for day in ("2025-02-05", "2025-04-11"))
    assert soon.unit("甲镇", "P") == "0分(暂计)" and soon.unit_flags("甲镇") == []
    assert later.unit("甲镇", "P") == "0分" and later.unit_flags("甲镇") == ["开工慢"]


def test_a_target_that_was_frozen_is_final() -> None:
    frozen = [{"rule": "T", "unit": "甲镇", "period": "2025-01", "value": "0"}]
    assert target("2025-02-05", "甲镇", frozen=frozen)[0] == "未达标"
