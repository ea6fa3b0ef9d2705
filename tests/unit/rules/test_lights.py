"""`bands`, `lights` and `excuse`: from a number to a light, from lights to one, and what an accepted excuse takes away."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.unit.rules.kit import Judged, judge, scheme, table
from validators.rules import parse_rule
from validators.rules.bands import Bands
from validators.rules.lights import Lights
from validators.rules.ranges import Range, covering, gaps, parse_range

FIELDS = """
    name 项目名称 project_name
    gap 进度差 number
    paid 到资比 number
    papers 手续灯 text
    total 总投资 money_wan
    done 完成 money_wan
    plan 计划 money_wan
    kind 类别 text
    why 客观原因 text
    ok 是否认定 yesno
    agreed 认定日期 date
    ended 终止日期 date
"""
PROJECTS = table("project", "项目", FIELDS, ended="ended")
CLAIMS = table(
    "claim", "情况说明单", "project 项目 text\nreason 事由 text\nok 认定 yesno\nfirst 起 date\nlast 止 date",
    parent="project", parent_field="project", name_field="",
)  # fmt: skip
MADE = scheme(
    [PROJECTS, CLAIMS],
    """
    - id: B1
      kind: bands
      table: project
      value: 进度差
      into: 进度灯
      bands:
        - {name: 绿灯, range: 0以上}
        - {name: 黄灯, range: "[-20, -10)"}
        - {name: 红灯, range: "(-∞, -20)"}
    - {id: B2, kind: bands, table: project, when: 类别 = '外资', value: 到资比, into: 到资灯,
       bands: [{name: 绿灯, range: ">= 25"}, {name: 红灯, range: 不满25}]}
    - {id: B3, kind: bands, table: project, value: 完成 / 计划, bands: [{name: 快, range: 100%以上}, {name: 慢, range: 不满100%}]}
    - {id: B4, kind: bands, table: project, value: 总投资, bands: [{name: 小, range: "[1亿元, 5亿元]"}, {name: 大, range: ">=5亿元"}]}
    - {id: L1, kind: lights, table: project, lights: [进度灯, 到资灯, 手续灯], order: [绿灯, 黄灯, 红灯], into: 总灯,
       raises: [{light: 黄灯, n: 2, to: 红灯}], flags: {红灯: 红牌}, section: 三(二)}
    - {id: E1, kind: excuse, table: project, of: [L1], value: 总灯, among: [红灯], becomes: 黄灯, into: 最终灯,
       why: 客观原因, accepted: 是否认定, since: 认定日期, until: 认定日期 + 3个月}
    - {id: F1, kind: integrity, table: project, checks: [{test: 最终灯 != '红灯', text: 最终红灯, fields: [进度差]}]}
    """,
)


def run(day: str = "2025-06-30", **cells: Any) -> Judged:
    return judge(MADE, day, {"项目": [{"项目名称": "甲", "unit": "甲镇", **cells}]})


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        (0, "绿灯"), (5, "绿灯"), ("-0.0001", "未规定"), (-5, "未规定"), ("-9.99", "未规定"), (-10, "未规定"),
        ("-10.01", "黄灯"), (-20, "黄灯"), ("-20.0000001", "红灯"), (-100, "红灯"),
    ],
)  # fmt: skip
def test_what_the_policy_does_not_cover_is_not_settled(gap: Any, expected: str) -> None:
    """The text leaves 0 to -10 open, and -10 itself: nothing is guessed."""
    assert run(进度差=gap).status("甲", "B1") == expected


def test_the_reason_says_the_figure_and_that_no_band_holds_it() -> None:
    assert run(进度差=-5).entry("甲", "B1")["reason"] == "B1，-5，不在任何一档里"


@pytest.mark.parametrize(
    ("total", "expected"), [(10000, "小"), (49999, "小"), (50000, "未规定"), (50001, "大"), (9999, "未规定")]
)
def test_a_value_that_two_bands_claim_is_not_settled(total: int, expected: str) -> None:
    assert run(总投资=total).status("甲", "B4") == expected


def test_an_overlap_names_the_bands() -> None:
    assert run(总投资=50000).entry("甲", "B4")["reason"] == "B4，50000，同时落在小、大两档以上"


def test_blanks_ask_for_themselves_and_nought_has_no_share() -> None:
    assert run().status("甲", "B1") == "待补条件"
    assert run(完成=5, 计划=0).status("甲", "B3") == "不适用"
    assert run(完成=5, 计划=5).status("甲", "B3") == "快"
    assert run(类别="内资").status("甲", "B2") == "不适用"
    assert run(到资比=30).status("甲", "B2") == "待补条件"


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("[0, 10)", ["0", "9.99"], ["-0.01", "10"]),
        ("(0，10]", ["0.01", "10"], ["0", "10.01"]),
        ("（-∞, -20）", ["-20.01"], ["-20"]),
        ("【5, +∞)", ["5", "1000"], ["4.99"]),
        ("≥60", ["60"], ["59.9"]),
        ("> 60", ["60.1"], ["60"]),
        ("<=3", ["3"], ["3.1"]),
        ("10以上", ["10"], ["9.9"]),
        ("10以下", ["10"], ["10.1"]),
        ("10以内", ["10"], ["10.1"]),
        ("不满10", ["9.9"], ["10"]),
        ("超过10", ["10.1"], ["10"]),
        ("不低于10", ["10"], ["9.9"]),
        ("不超过10", ["10"], ["10.1"]),
        ("低于-10个百分点", ["-10.1"], ["-10"]),
        ("=7", ["7"], ["7.1", "6.9"]),
    ],
)
def test_ranges_as_policies_write_them(text: str, inside: list[str], outside: list[str]) -> None:
    found = parse_range(text)
    assert all(Decimal(value) in found for value in inside)
    assert not any(Decimal(value) in found for value in outside)


@pytest.mark.parametrize("text", ["", "10", "[10, 0)", "[5, 5)", "约10", "10-20"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"范围|下限"):
        parse_range(text)


_ENDS = st.integers(-30, 30).map(Decimal)
_RANGES = st.builds(
    lambda low, width, low_in, high_in: Range(low, low + width, low_in, high_in), _ENDS, st.integers(1, 20).map(Decimal),
    st.booleans(), st.booleans(),
)  # fmt: skip


@given(st.lists(_RANGES, min_size=1, max_size=6), st.decimals(-60, 60, places=1))
def test_gaps_are_exactly_what_nothing_covers_between_the_ends(ranges: list[Range], value: Decimal) -> None:
    named = [(str(number), item) for number, item in enumerate(ranges)]
    covered = bool(covering(named, value))
    in_gap = any(value in hole for hole in gaps(ranges))
    lowest = min(item.low for item in ranges if item.low is not None)
    highest = max(item.high for item in ranges if item.high is not None)
    assert not (covered and in_gap)
    if lowest < value < highest and not covered:
        assert in_gap


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"进度差": 1, "手续灯": "绿灯"}, "绿灯"),
        ({"进度差": 1, "手续灯": "黄灯"}, "黄灯"),
        ({"进度差": -15, "手续灯": "黄灯"}, "红灯"),
        ({"进度差": -15, "手续灯": "绿灯"}, "黄灯"),
        ({"进度差": -25, "手续灯": "绿灯"}, "红灯"),
        ({"进度差": -5, "手续灯": "绿灯"}, "绿灯"),
        ({"进度差": -5}, "未规定"),
        ({"进度差": -5, "手续灯": "紫灯"}, "未规定"),
        ({}, None),
        ({"进度差": 1, "类别": "外资", "到资比": 24}, "红灯"),
    ],
)
def test_several_lights_become_one(cells: dict[str, Any], expected: str | None) -> None:
    assert run(**cells).status("甲", "L1") == expected


def test_the_red_light_gives_its_flag_and_says_which_lights_made_it() -> None:
    found = run(进度差=-15, 手续灯="黄灯")
    assert found.flags("甲") == ["红牌"]
    assert found.record("甲")["flags"][0]["reason"] == "L1红灯：进度灯黄灯、手续灯黄灯；依据 三(二)"
    assert found.entry("甲", "L1")["reason"] == "L1，进度灯黄灯、手续灯黄灯，未计到资灯；依据 三(二)"


def merged(merge: str, lights: list[str | None], **more: Any) -> str | None:
    rule = parse_rule(
        {"id": "L", "kind": "lights", "title": "L", "table": "t", "into": "x", "order": ["绿", "黄", "红"], "merge": merge,
         "lights": [f"l{n}" for n in range(len(lights))], **more}
    )  # fmt: skip
    assert isinstance(rule, Lights)
    outcome = rule.outcome({f"l{number}": light for number, light in enumerate(lights)})
    return (
        None if outcome is None or outcome.status is None else outcome.status.inputs.get("value", outcome.status.code)
    )


@pytest.mark.parametrize(
    ("merge", "lights", "expected"),
    [
        ("worst", ["绿", "黄"], "黄"), ("best", ["绿", "红"], "绿"), ("first", [None, "黄", "红"], "黄"),
        ("most", ["绿", "绿", "红"], "绿"), ("most", ["绿", "红"], "红"),
    ],
)  # fmt: skip
def test_merge_rules(merge: str, lights: list[str | None], expected: str) -> None:
    assert merged(merge, lights) == expected


def test_a_blank_light_is_asked_for_only_where_it_matters() -> None:
    assert merged("worst", ["绿", None], blank="ask") == "pending"
    assert merged("worst", ["红", None], blank="ask") == "红"
    assert merged("best", ["绿", None], blank="ask") == "绿"
    assert merged("most", ["红", None], blank="ask") == "pending"


@given(st.lists(st.sampled_from(["绿", "黄", "红"]), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_worst_light_does_not_depend_on_the_order(lights: list[str], source: Any) -> None:
    expected = next(item for item in ("红", "黄", "绿") if item in lights)
    shuffled = list(lights)
    source.shuffle(shuffled)
    assert merged("worst", list(shuffled)) == expected
    counts = Counter(lights)
    assert counts[merged("most", list(shuffled)) or ""] == max(counts.values())


EXCUSED = {"进度差": -25, "客观原因": "不可抗力：洪水", "是否认定": "是", "认定日期": "2025-06-01"}


@pytest.mark.parametrize(
    ("day", "cells", "said", "flags", "final"),
    [
        ("2025-06-30", EXCUSED, "已说明", [], []),
        ("2025-06-01", EXCUSED, "已说明", [], []),
        ("2025-09-01", EXCUSED, "已说明", [], []),
        ("2025-09-02", EXCUSED, None, ["红牌"], ["进度差：校验错误:最终红灯"]),
        ("2025-05-31", EXCUSED, None, ["红牌"], ["进度差：校验错误:最终红灯"]),
        ("2025-06-30", {**EXCUSED, "是否认定": "否"}, "说明待认定", ["红牌"], ["进度差：校验错误:最终红灯"]),
        ("2025-06-30", {**EXCUSED, "是否认定": ""}, "说明待认定", ["红牌"], ["进度差：校验错误:最终红灯"]),
        ("2025-06-30", {**EXCUSED, "客观原因": ""}, None, ["红牌"], ["进度差：校验错误:最终红灯"]),
        ("2025-06-30", {**EXCUSED, "进度差": 1}, None, [], []),
    ],
)
def test_an_accepted_excuse_switches_the_flag_off_while_it_holds(
    day: str, cells: Any, said: str | None, flags: list[str], final: list[str]
) -> None:
    found = run(day, **cells)
    assert (found.status("甲", "E1"), found.flags("甲"), found.messages("甲")) == (said, flags, final)


def test_the_light_stays_and_carries_the_excuse() -> None:
    found = run("2025-06-30", **EXCUSED)
    assert found.status("甲", "L1") == "红灯(已说明)"
    assert "已说明：不可抗力：洪水，至2025-09-01有效" in found.entry("甲", "L1")["reason"]
    assert found.entry("甲", "E1")["reason"] == "E1，不可抗力：洪水，红灯改为黄灯，至2025-09-01有效"


BY_CLAIM = scheme(
    [PROJECTS, CLAIMS],
    """
    - {id: P, kind: bands, table: project, value: 进度差, bands: [{name: 慢, range: 不满0}], flags: {慢: 黄牌}}
    - {id: E, kind: excuse, table: project, of: [P], rows: claim, why: 事由, accepted: 认定, since: 起, until: 止}
    """,
)


def test_excuses_may_stand_in_a_table_of_their_own_with_their_days() -> None:
    claims = [
        {"项目": "甲", "事由": "迁坟", "认定": "是", "起": "2025-06-01", "止": "2025-06-30", "unit": "甲镇"},
        {"项目": "甲", "事由": "停电", "认定": "否", "起": "2025-07-01", "止": "2025-07-31", "unit": "甲镇"},
    ]

    def on(day: str) -> Judged:
        return judge(BY_CLAIM, day, {"项目": [{"项目名称": "甲", "进度差": -1, "unit": "甲镇"}], "情况说明单": claims})

    assert (on("2025-06-30").status("甲", "E"), on("2025-06-30").flags("甲")) == ("已说明", [])
    assert (on("2025-07-01").status("甲", "E"), on("2025-07-01").flags("甲")) == ("说明待认定", ["黄牌"])


def test_a_terminated_project_has_no_light() -> None:
    assert run("2025-06-30", 进度差=-25, 终止日期="2025-06-01").status("甲", "L1") == "已终止"


def test_flags_of_bands_that_do_not_exist_are_refused_when_the_scheme_is_compiled() -> None:
    wrong = scheme(
        [PROJECTS],
        "- {id: B, kind: bands, table: project, value: 进度差, bands: [{name: 慢, range: 不满0}], flags: {快: 红牌}}",
    )
    with pytest.raises(ValueError, match="快"):
        judge(wrong, "2025-01-01")


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("bands", {"value": "x", "bands": []}),
        ("lights", {"lights": ["a"], "order": ["绿", "红"], "into": "x", "flags": {"黄": "y"}}),
        (
            "lights",
            {"lights": ["a"], "order": ["绿", "红"], "into": "x", "raises": [{"light": "绿", "n": 1, "to": "红"}]},
        ),
        ("lights", {"lights": [], "order": ["绿", "红"], "into": "x"}),
        ("excuse", {"why": "x"}),
        ("excuse", {"why": "x", "value": "y"}),
        ("excuse", {"why": "x", "of": ["a"], "among": ["红"]}),
    ],
)
def test_what_makes_no_sense_is_refused(kind: str, wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        parse_rule({"id": "R", "kind": kind, "title": "R", "table": "project", **wrong})


def test_a_bound_may_be_an_amount_or_a_share() -> None:
    rule = MADE.rules[3]
    assert isinstance(rule, Bands)
    assert [band.range for band in rule.bands] == ["[1亿元, 5亿元]", ">=5亿元"]


AGAIN = scheme(
    [table("light", "月度亮灯", "who 单位名称 text\nmonth 月份 month\ngap 进度差 number", filler="office")],
    """
    - {id: B, kind: bands, table: light, value: 进度差, into: 灯, bands: [{name: 绿灯, range: 0以上}, {name: 红灯, range: 不满0}]}
    - {id: S, kind: streak, table: light, period: 月份, subject: [单位名称], result: 灯, bad: [红灯], n: 2, flag: 重点督办}
    - {id: C, kind: consequence, table: light, result: 灯, flags: {红灯: [通报批评]}, subject: [单位名称], period: 月份}
    """,
)


def test_streaks_and_consequences_may_hang_on_a_derived_light() -> None:
    rows = [
        {"单位名称": "甲公司", "月份": f"2025-0{month}", "进度差": gap} for month, gap in ((4, -1), (5, -2), (6, -3))
    ]
    assert judge(AGAIN, "2025-07-01", {"月度亮灯": rows}).unit_flags("甲公司") == ["重点督办", "通报批评"]
    rows[-1]["进度差"] = 1
    assert judge(AGAIN, "2025-07-01", {"月度亮灯": rows}).unit_flags("甲公司") == []


def test_a_blank_light_that_cannot_matter_is_not_asked_for() -> None:
    """Two yellow ones are red already, whatever the third one is."""
    raised = [{"light": "黄", "n": 2, "to": "红"}]
    assert merged("worst", ["黄", "黄", None], raises=raised, blank="ask") == "红"
    assert merged("worst", ["黄", None, None], raises=raised, blank="ask") == "pending"
    assert merged("best", ["黄", "黄", None], raises=raised, blank="ask") == "红"
    assert merged("first", ["黄", None], blank="ask") == "黄"
    assert merged("first", [None, "黄"], blank="ask") == "pending"
