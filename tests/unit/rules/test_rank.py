"""`rank`: places with ties, groups and exemptions; the first and the last that also meet a condition."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.unit.rules.kit import Judged, Rows, judge, scheme, table
from validators.rules import parse_rule
from validators.rules.places import Prize, placed, reaches
from validators.scheme.models import Unit

FIGURES = table(
    "figure", "得分表", "why 事由 text\nunit_name 单位 township\nmonth 月份 month\npoints 得分 number\nrate 完成率 number",
    filler="office",
)  # fmt: skip
PROJECTS = table(
    "project",
    "项目",
    "name 项目名称 project_name\nindustry 行业 text\ndone 完成 number\nfree 免评 yesno\nended 终止日期 date",
    ended="ended",
)
KINDS = (
    ("01", "甲镇", "镇"),
    ("02", "乙镇", "镇"),
    ("03", "丙街道", "街道"),
    ("04", "丁街道", "街道"),
    ("05", "戊镇", "镇"),
    ("06", "己镇", "镇"),
)
MADE = scheme(
    [FIGURES, PROJECTS],
    """
    - id: R
      kind: rank
      period: month
      by: {table: figure, value: 得分, period: 月份, by: 单位}
      also: {完成率: {table: figure, value: 完成率, period: 月份, by: 单位}}
      measure: 分
      top: [{n: 2, flag: 红旗, when: 完成率 >= 100}]
      bottom: [{n: 1, flag: 黑旗, when: 值 < 60}]
    - {id: G, kind: rank, group: kind, exempt: [己镇], by: {table: figure, value: 得分, by: 单位}, top: [{n: 1, flag: 流动红旗, least: 2}]}
    - {id: H, kind: rank, groups: {甲组: [甲镇, 丙街道], 乙组: [乙镇]}, exempt_when: 值 < 50, by: {table: figure, value: 得分, by: 单位}}
    - {id: P, kind: rank, table: project, value: 完成, group_by: 行业, exempt_when: 免评 = 是, order: asc, ties: dense,
       bottom: [{n: 1, flag: 末位, ties: exclude}]}
    - {id: V, kind: rank, table: project, value: 完成, top: [{n: 2, flag: A档, when: 行业 != '化工' 且 名次 <= 2 且 值 >= 10}]}
    """,
    units=tuple(Unit(code=code, name=name, kind=kind) for code, name, kind in KINDS),
    year=2025,
)


def figures(*rows: tuple[str, int, int] | tuple[str, int], month: str = "2025-05") -> Rows:
    return [
        {
            "事由": f"{row[0]}{month}",
            "单位": row[0],
            "月份": month,
            "得分": row[1],
            "完成率": row[2] if len(row) > 2 else None,
        }
        for row in rows
    ]


def run(rows: Rows, day: str = "2025-06-10") -> Judged:
    return judge(MADE, day, {"得分表": rows})


ALL = figures(("甲镇", 95, 100), ("乙镇", 90, 99), ("丙街道", 90, 101), ("丁街道", 70, 120), ("戊镇", 55, 80))


def test_equal_figures_share_a_place_and_the_next_is_left_out() -> None:
    found = run(ALL)
    assert [found.unit(name, "R") for name in ("甲镇", "乙镇", "丙街道", "丁街道", "戊镇")] == [
        "第1名",
        "第2名",
        "第2名",
        "第4名",
        "第5名",
    ]


def test_a_unit_without_figures_is_no_last_one() -> None:
    assert run(ALL).unit("己镇", "R") == "—"
    assert "没有可比的数" in run(ALL).unit_reason("己镇", "R")


def test_the_first_must_also_have_met_the_target() -> None:
    found = run(ALL)
    assert [found.unit_flags(name)[:1] for name in ("甲镇", "丙街道")] == [["红旗"], ["红旗"]]
    assert found.unit_flags("乙镇") == [], "second place, but 99 % of the target"
    assert "红旗" not in found.unit_flags("丁街道"), "120 % of the target, but fourth"


def test_the_last_is_told_only_below_the_line() -> None:
    assert "黑旗" in run(ALL).unit_flags("戊镇")
    assert "黑旗" not in run(ALL[:4]).unit_flags("丁街道")


def test_what_is_not_known_of_the_condition_gives_no_flag() -> None:
    found = run(figures(("甲镇", 95), ("乙镇", 90, 100)))
    assert "红旗" not in found.unit_flags("甲镇")
    assert "红旗" in found.unit_flags("乙镇")


def test_the_change_against_the_month_before_is_told() -> None:
    found = run([*figures(("甲镇", 1), ("乙镇", 2), month="2025-04"), *figures(("甲镇", 2), ("乙镇", 1))])
    assert "较上期升1位" in found.unit_reason("甲镇", "R")
    assert "较上期降1位" in found.unit_reason("乙镇", "R")
    assert "较上期" not in run(ALL).unit_reason("甲镇", "R")


def test_groups_by_kind_have_their_own_first_and_the_exempt_take_no_place() -> None:
    found = run(figures(("甲镇", 80), ("乙镇", 70), ("己镇", 99), ("丙街道", 60)))
    assert [found.unit(name, "G") for name in ("甲镇", "乙镇", "己镇", "丙街道")] == ["第1名", "第2名", "—", "第1名"]
    assert "流动红旗" in found.unit_flags("甲镇")
    assert "流动红旗" not in found.unit_flags("丙街道"), "alone in its group"


def test_groups_may_be_written_down_and_exemption_may_hang_on_the_figure() -> None:
    found = run(figures(("甲镇", 80), ("丙街道", 90), ("乙镇", 60), ("戊镇", 10)))
    assert [found.unit(name, "H") for name in ("甲镇", "丙街道", "乙镇", "戊镇")] == ["第2名", "第1名", "第1名", "—"]
    assert "甲组共2个" in found.unit_reason("甲镇", "H")


def projects(*rows: tuple[str, str, int | None], **more: Any) -> Rows:
    return [{"项目名称": name, "行业": industry, "完成": done, "unit": "甲镇", **more} for name, industry, done in rows]


@pytest.mark.parametrize(
    ("industry", "done", "flags"),
    [
        ("食品", 90, ["A档"]),
        ("化工", 90, []),  # the column of the row keeps it from the prize
        (None, 90, []),  # not known: no flag
        ("食品", 9, []),  # the figure
        ("食品", 40, []),  # the place
    ],
)
def test_what_a_place_brings_a_row_may_hang_on_its_own_columns(
    industry: str | None, done: int, flags: list[str]
) -> None:
    rows = projects(("甲", industry or "", done), *(() if done == 9 else (("乙", "食品", 50), ("丙", "食品", 45))))
    assert [flag for flag in judge(MADE, "2025-06-10", {"项目": rows}).flags("甲") if flag != "末位"] == flags


def test_a_name_that_no_row_has_is_told() -> None:
    wrong = "[{id: W, kind: rank, table: project, value: 完成, top: [{n: 1, flag: A, when: 升降 > 0}]}]"
    with pytest.raises(ValueError, match="没有叫“升降”的字段"):
        judge(scheme([PROJECTS], wrong), "2025-06-10")


def test_rows_are_ranked_within_their_group() -> None:
    rows = [
        *projects(("A", "化工", 1), ("B", "化工", 1), ("C", "化工", 5), ("D", "食品", 9), ("E", "食品", None)),
        *projects(("F", "化工", 0), 免评="是"),
        *projects(("G", "化工", 0), 终止日期="2025-01-01"),
    ]
    found = judge(MADE, "2025-06-10", {"项目": rows})
    assert [found.status(key, "P") for key in "ABCDEFG"] == ["第1名", "第1名", "第2名", "第1名", "—", "—", None]
    assert (found.flags("C"), found.flags("D")) == (["末位"], ["末位"])


def test_a_row_whose_group_is_blank_is_compared_with_nobody() -> None:
    rows = [*projects(("A", "食品", 9)), *[{**row, "行业": None} for row in projects(("B", "", 9), ("C", "", 1))]]
    found = judge(MADE, "2025-06-10", {"项目": rows})
    assert [found.status(key, "P") for key in "ABC"] == ["第1名", "—", "—"]
    assert (found.flags("A"), found.flags("C")) == (["末位"], [])


_FIGURES = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=2), st.integers(0, 5).map(Fraction), min_size=1, max_size=9
)


@given(_FIGURES, st.sampled_from(["desc", "asc"]))
def test_places_agree_with_the_definition(found: dict[str, Fraction], order: str) -> None:
    shared, dense = placed(found, order, "share"), placed(found, order, "dense")
    for subject, value in found.items():
        above = [other for other in found.values() if (other > value if order == "desc" else other < value)]
        assert shared[subject].place == len(above) + 1
        assert dense[subject].place == len(set(above)) + 1
        assert shared[subject].place + shared[subject].from_below + shared[subject].tied == len(found) + 2


@given(_FIGURES, st.integers(1, 4))
def test_ties_at_the_edge_are_all_in_or_all_out(found: dict[str, Fraction], n: int) -> None:
    spots = placed(found)
    included = {s for s, spot in spots.items() if reaches(Prize(n=n, flag="x"), spot)}
    excluded = {s for s, spot in spots.items() if reaches(Prize(n=n, flag="x", ties="exclude"), spot)}
    assert len(included) >= min(n, len(found))
    assert excluded <= included
    assert len(excluded) <= n
    for group in (included, excluded):
        assert {s for s in found if found[s] in {found[g] for g in group}} == group
    last = {s for s, spot in spots.items() if reaches(Prize(n=n, flag="x"), spot, bottom=True)}
    assert len(last) >= min(n, len(found))


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"by": {"table": "t"}, "table": "project", "value": "x"},
        {"table": "project"},
        {"table": "project", "value": "x", "groups": {"a": ["b"]}},
        {"by": {"table": "t"}, "group_by": "x"},
        {"by": {"table": "t"}, "top": [{"n": 0, "flag": "x"}]},
    ],
)
def test_a_ranking_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        parse_rule({"id": "R", "kind": "rank", "title": "R", **wrong})


@pytest.mark.parametrize(
    ("until", "listed"),
    [(None, "—"), ("2025-05-31", "—"), ("2025-05-30", None), ("2024-12-31", None)],
)
def test_a_unit_that_is_gone_is_not_listed(until: str | None, listed: str | None) -> None:
    roster = [{"unit": "己镇", "from": "2020-01-01", "to": until}]
    found = judge(MADE, "2025-06-10", {"得分表": ALL}, roster=roster)
    assert found.unit("己镇", "R") == listed


def test_a_unit_that_is_gone_keeps_the_place_its_figures_had() -> None:
    roster = [{"unit": "戊镇", "from": "2020-01-01", "to": "2025-05-20"}]
    found = judge(MADE, "2025-06-10", {"得分表": ALL}, roster=roster)
    assert found.unit("戊镇", "R") == "第5名"
    found = judge(MADE, "2025-07-10", {"得分表": [*ALL, *figures(("甲镇", 1), month="2025-06")]}, roster=roster)
    assert found.unit("戊镇", "R") is None, "it had figures in a month before, and none in the one that is told"
