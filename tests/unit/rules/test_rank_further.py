"""`rank`: what sets equal figures apart, 升降 of each period, and places of rows for rules that look for repetition."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.unit.rules.kit import Judged, Rows, judge, scheme, table
from validators.rules import parse_rule
from validators.rules.places import placed

FIGURES = table("figures", "得分表", "why 事由 text\nmonth 月份 month\npoints 得分 number\ndone 完成投资 money_wan")
PROJECT = table("project", "项目库", "name 项目名称 text")
MONTHS = table(
    "months",
    "月度",
    "why 事由 text\nof 项目 text\nmonth 月份 month\npoints 得分 number\ndone 完成投资 money_wan",
    parent="project",
    parent_field="of",
)
MADE = scheme(
    [FIGURES, PROJECT, MONTHS],
    """
    - {id: R, kind: rank, period: month, by: {table: figures, value: 得分, period: 月份}, also: {完成投资: {table: figures, value: 完成投资, period: 月份}}, then: [完成投资], bottom: [{n: 1, flag: 末位, ties: exclude}]}
    - {id: U, kind: score, period: month, base: 10, terms: [{name: 升降, measure: {rule: R, pick: change}, formula: 2 * 值, blank: zero}, {name: 名次, measure: {rule: R}, formula: 0 * 值}]}
    - {id: Y, kind: score, period: year, terms: [{name: 升降, measure: {rule: R, pick: change}, blank: zero}, {name: 名次, measure: {rule: R}, formula: 0 * 值}]}
    - {id: P, kind: rank, table: months, value: 得分, then: [完成投资], group_by: 月份, bottom: [{n: 2, flag: 后两位}], into: 名次, won_into: 位次}
    - {id: S, kind: streak, table: months, period: 月份, result: 位次, bad: [后两位], n: 2, flag: 连续后两位}
    - {id: E, kind: escalate, table: months, period: 月份, result: 位次, bad: [后两位], levels: [{n: 2, name: 说明}]}
    - {id: C, kind: score, each: unit, terms: [{name: 第一名的次数, measure: {table: months, where: 名次 = 1}, blank: zero}]}
    """,
)


def units(day: str, **figures: list[tuple[int, int]]) -> Judged:
    """Of each unit its points and investment from January on."""
    rows: Rows = [
        {"事由": f"{unit}{n}", "填报单位": unit, "月份": f"2025-{n:02}", "得分": points, "完成投资": done}
        for unit, months in figures.items()
        for n, (points, done) in enumerate(months, 1)
    ]
    return judge(MADE, day, {"得分表": rows})


def test_equal_figures_are_set_apart_by_further_ones_and_the_reason_says_so() -> None:
    found = units("2025-01-31", 甲镇=[(90, 100)], 乙镇=[(90, 300)], 丙街道=[(80, 900)])
    assert [found.unit(name, "R") for name in ("乙镇", "甲镇", "丙街道")] == ["第1名", "第2名", "第3名"]
    assert "相同的按完成投资300排" in found.unit_reason("乙镇", "R")
    assert "完成投资" not in found.unit_reason("丙街道", "R")


def test_who_has_no_further_figure_comes_after_and_what_is_equal_throughout_shares() -> None:
    found = units("2025-01-31", 甲镇=[(90, 100)], 乙镇=[(90, 100)], 丙街道=[(90, 200)])
    assert [found.unit(name, "R") for name in ("丙街道", "甲镇", "乙镇")] == ["第1名", "第2名", "第2名"]
    assert found.unit_flags("甲镇") == []


def test_places_won_and_lost_of_every_period() -> None:
    found = units("2025-03-31", 甲镇=[(90, 0), (70, 0), (90, 0)], 乙镇=[(80, 0), (80, 0), (95, 0)])
    assert (found.unit("甲镇", "U"), found.unit("乙镇", "U")) == ("10分", "10分")
    assert (found.unit("甲镇", "Y"), found.unit("乙镇", "Y")) == ("-1分", "1分")
    assert units("2025-02-28", 甲镇=[(90, 0), (70, 0)], 乙镇=[(80, 0), (80, 0)]).unit("乙镇", "U") == "12分"


def rows(day: str, **points: list[int]) -> Judged:
    monthly = [
        {
            "事由": f"{name}{n}",
            "项目": name,
            "月份": f"2025-{n:02}",
            "得分": number,
            "完成投资": number,
            "填报单位": "甲镇",
        }
        for name, numbers in points.items()
        for n, number in enumerate(numbers, 1)
    ]
    return judge(MADE, day, {"项目库": [{"项目名称": name, "填报单位": "甲镇"} for name in points], "月度": monthly})


def test_rows_that_are_among_the_last_again() -> None:
    found = rows("2025-02-28", A=[9, 9], B=[8, 5], C=[5, 8], D=[4, 4])
    assert [found.flags(name) for name in "ABCD"] == [[], [], [], ["连续后两位"]]
    assert (found.status("D", "E"), found.status("B", "E")) == ("说明", None)
    assert found.unit("甲镇", "C") == "2分"


def test_a_month_in_between_breaks_it() -> None:
    assert rows("2025-03-31", A=[9, 9, 9], B=[8, 5, 8], C=[5, 6, 7], D=[4, 7, 4]).flags("D") == []


@pytest.mark.parametrize(
    ("more", "message"),
    [({"then": ["完成投资"]}, "also"), ({"into": "名次"}, "table"), ({"won_into": "位次"}, "table")],
)
def test_what_does_not_go_together(more: dict[str, object], message: str) -> None:
    with pytest.raises((ValidationError, ValueError), match=message):
        parse_rule({"id": "X", "title": "X", "kind": "rank", "by": {"table": "figures"}, **more})


FIGURE = st.integers(0, 3).map(Fraction)


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.tuples(FIGURE, st.none() | FIGURE)), st.sampled_from(["desc", "asc"])
)
def test_further_figures_never_turn_what_the_first_ones_say(
    given_: dict[str, tuple[Fraction, Fraction | None]], order: str
) -> None:
    figures = {name: pair[0] for name, pair in given_.items()}
    second = {name: Fraction(-1) if pair[1] is None else pair[1] for name, pair in given_.items()}
    plain, fine = placed(figures, order), placed(figures, order, "share", {name: [p[1]] for name, p in given_.items()})
    for a, b in permutations(given_, 2):
        assert fine[a].better + fine[a].tied + fine[a].worse == len(figures)
        if plain[a].place < plain[b].place or (figures[a] == figures[b] and second[a] > second[b]):
            assert fine[a].place < fine[b].place


# places on past days ----------------------------------------------------------------------------------------------------

RANKED = table(
    "project",
    "项目库",
    "name 项目名称 text\namount 总投资 money_wan dated\nsigned 签约日期 date_actual\nstopped 终止日期 date_actual",
    ended="stopped",
)
PLACES = scheme(
    [RANKED],
    """
    - {id: N, kind: rank, table: project, value: 总投资, into: 名次, top: [{n: 1, flag: 第一}], won_into: 得}
    - {id: S, kind: score, period: month, closed: true, each: unit, terms: [{name: 第一, measure: {table: project, where: 名次 = 1, date: 签约日期, span: all}, blank: zero}]}
    - {id: T, kind: target, table: project, where: 得 = '第一', goal: 1, by: unit, period: month}
    """,
    effective_from=date(2025, 1, 1),
)


def first_in(month: str, day: str, rows: list[dict[str, Any]], **parts: Any) -> list[str]:
    """Units that had the first project of the month, by the target."""
    found = judge(PLACES, day, {"项目库": rows}, **parts)
    return [item["unit"] for item in found.found["targets"] if item["period"] == month and item["done"] == 1]


OLD = {"项目名称": "A", "填报单位": "甲镇", "总投资": 100, "签约日期": "2025-01-05"}
NEW = {"项目名称": "B", "填报单位": "乙镇", "总投资": 200, "签约日期": "2025-02-10"}


def test_counts_of_past_periods_take_the_places_of_that_time() -> None:
    """The larger project came in February: in January the other one was the first."""
    rows = [OLD, NEW]
    assert first_in("2025-01", "2025-04-01", rows) == ["甲镇"] and first_in("2025-02", "2025-04-01", rows) == ["乙镇"]
    found = judge(PLACES, "2025-02-20", {"项目库": rows})
    assert (found.unit("甲镇", "S"), found.unit("乙镇", "S")) == ("1分", "0分"), (
        "January is the latest month that is over"
    )
    assert found.status("B", "N") == "第1名", "today it is the first"


def test_a_project_that_has_ended_since_had_its_place() -> None:
    rows = [{**OLD, "终止日期": "2025-03-05"}, {**NEW, "总投资": 50}]
    assert first_in("2025-02", "2025-05-01", rows) == ["甲镇"] and first_in("2025-03", "2025-05-01", rows) == ["乙镇"]


def test_a_value_that_was_another_then_counts_as_it_was() -> None:
    history = [{"table": "project", "key": "A", "field": "总投资", "old": 100, "new": 900, "at": "2025-03-10"}]
    rows = [{**OLD, "总投资": 900}, NEW]
    assert first_in("2025-02", "2025-05-01", rows, history=history) == ["乙镇"]
    assert first_in("2025-03", "2025-05-01", rows, history=history) == ["甲镇"]


def test_a_row_without_dates_keeps_its_place() -> None:
    """Rows of a period that were filled in after it count for it."""
    rows = [{**OLD, "签约日期": ""}, {**NEW, "总投资": 50}]
    assert first_in("2025-01", "2025-04-01", rows) == ["甲镇"]


# what a place brings, counted ------------------------------------------------------------------------------------------

PRIZED = scheme(
    [FIGURES],
    """
    - {id: R, kind: rank, period: month, closed: true, by: {table: figures, value: 得分, period: 月份}, top: [{n: 1, when: 值 >= 60, flag: 红榜}], bottom: [{n: 1, when: 升降 < 0, flag: 黑榜}]}
    - {id: E, kind: escalate, per: month, measures: {黑: {rule: R, codes: [ranked], values: [黑榜]}}, bad_when: 黑 > 0, levels: [{n: 1, name: 提醒}, {n: 2, name: 约谈}]}
    - {id: Y, kind: score, period: year, each: unit, terms: [{name: 红, measure: {rule: R, codes: [ranked], values: [红榜]}, formula: 20 * 值, blank: zero}, {name: 黑, measure: {rule: R, codes: [ranked], values: [黑榜]}, blank: zero}]}
    """,
)


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2025-01-30", "0分", "0分"),  # January is not over
        ("2025-02-01", "20分", "0分"),  # nobody can have fallen yet
        ("2025-03-01", "40分", "1分"),  # 乙镇 fell from the second place to the third
        ("2025-04-01", "40分", "1分"),  # the first had 59; 乙镇 did not fall
    ],
)
def test_what_a_place_brought_is_counted_with_its_conditions(day: str, first: str, last: str) -> None:
    points = {"甲镇": (90, 60, 59), "乙镇": (50, 10, 10), "丙街道": (40, 20, 20)}
    rows: Rows = [
        {"事由": f"{unit}{month}", "填报单位": unit, "月份": f"2025-{month:02}", "得分": got}
        for unit, given in points.items()
        for month, got in enumerate(given, 1)
        if f"2025-{month:02}" <= day[:7]
    ]
    found = judge(PRIZED, day, {"得分表": rows})
    assert (found.unit("甲镇", "Y"), found.unit("乙镇", "Y")) == (first, last)
    assert found.unit("乙镇", "E") == ("提醒" if day == "2025-03-01" else None)
