"""`lights` with the result of a streak as one light more: 连续两期落后 → 红灯, of projects and of their monthly rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.unit.rules.kit import Judged, judge, scheme, table
from validators.calendar import Calendar
from validators.evaluate import Evaluator
from validators.rules import parse_rule
from validators.rules.order import in_order
from validators.scheme.check_order import check_order
from validators.scheme.check_rules import check_rules
from validators.scheme.models import Scheme

PROJECT = table(
    "project", "项目", "name 项目名称 text\nbuilder 施工单位 text\nsite 现场灯 text\nended 终止日期 date", ended="ended"
)
MONTH = table(
    "progress", "月度进展", "project 项目 text\nmonth 月份 month\ngap 进度差 number",
    parent="project", parent_field="project", name_field="",
)  # fmt: skip
RATED = table(
    "rated", "评价", "company 单位 text\nquarter 季度 quarter\nresult 结果 text\nproject 所评项目 text\ntown 属地 text",
    filler="commission",
)  # fmt: skip
PACE = "- {id: B, kind: bands, table: progress, value: 进度差, into: 月灯, bands: [{name: 绿灯, range: 0以上}, {name: 红灯, range: 不满0}]}\n"
STREAK = "- {id: S, kind: streak, table: progress, period: 月份, result: 月灯, bad: [红灯], n: 2, flag: 连续落后}\n"
LIGHT = (
    "- {id: L, kind: lights, table: project, lights: [现场灯], streaks: [{rule: S, light: 红灯, otherwise: 绿灯}],"
    " order: [绿灯, 黄灯, 红灯], into: 总灯, flags: {红灯: 红牌}, section: 三(二)}\n"
)


def made(rules: str = LIGHT + STREAK + PACE) -> Scheme:
    return scheme([PROJECT, MONTH, RATED], rules)


def months(*gaps: int | None, name: str = "甲", unit: str = "甲镇") -> list[dict[str, Any]]:
    """Monthly rows from April on; None: no row."""
    return [
        {"key": f"{name}{number}", "项目": name, "月份": f"2025-{number:02d}", "进度差": gap, "unit": unit}
        for number, gap in enumerate(gaps, 4)
        if gap is not None
    ]


def run(*gaps: int | None, rules: str = LIGHT + STREAK + PACE, **cells: Any) -> Judged:
    rows = {"项目": [{"项目名称": "甲", "unit": "甲镇", **cells}], "月度进展": months(*gaps)}
    return judge(made(rules), "2025-12-31", rows)


@pytest.mark.parametrize(
    ("gaps", "site", "light"),
    [
        ((-1, -1), "", "红灯"),
        ((-1, -1), "绿灯", "红灯"),
        ((-1, 1), "", "绿灯"),
        ((-1, 1), "黄灯", "黄灯"),
        ((1, -1), "", "绿灯"),
        ((-1, None, -1), "", "绿灯"),  # the month between was not reported: no streak
        ((-1, -1, 1), "", "绿灯"),  # released
        ((-1, -1, None, -1), "", "红灯"),  # nothing released it
        ((), "黄灯", "黄灯"),
        ((), "", None),
    ],
)
def test_a_streak_is_one_light_among_the_others(gaps: Sequence[int], site: str, light: str | None) -> None:
    assert run(*gaps, 现场灯=site).status("甲", "L") == light


def test_two_streaks_of_one_title_are_two_lights() -> None:
    """Two months in a row are reached, three are not: the green one does not stand in the place of the red one."""
    longer = STREAK.replace("id: S,", "id: S3, title: 连续落后,").replace("n: 2", "n: 3")
    light = LIGHT.replace("otherwise: 绿灯}]", "otherwise: 绿灯}, {rule: S3, light: 红灯, otherwise: 绿灯}]")
    found = run(-1, -1, rules=light + STREAK.replace("id: S,", "id: S, title: 连续落后,") + longer + PACE)
    assert found.status("甲", "L") == "红灯"


def test_the_reason_and_the_flag_name_the_streak_as_a_light() -> None:
    found = run(-1, -1, 现场灯="绿灯")
    assert found.entry("甲", "L")["reason"] == "L，现场灯绿灯、S红灯；依据 三(二)"
    assert found.flags("甲") == ["红牌", "连续落后"]
    assert found.record("甲")["flags"][0]["reason"] == "L红灯：现场灯绿灯、S红灯；依据 三(二)"


def test_the_streak_of_monthly_rows_without_a_subject_is_that_of_their_project() -> None:
    """Two projects of one name in two towns are two."""
    rows = {
        "项目": [{"项目名称": "甲", "key": town, "unit": town} for town in ("甲镇", "乙镇")],
        "月度进展": [*months(-1, -1), *({**row, "key": f"乙{row['key']}"} for row in months(-1, 1, unit="乙镇"))],
    }
    found = judge(made(), "2025-12-31", rows)
    assert [found.status(key, "L") for key in ("甲镇", "乙镇")] == ["红灯", "绿灯"]
    assert [found.status(key, "S") for key in ("甲镇", "乙镇")] == ["连续落后", "绿灯"]
    assert [found.flags(key) for key in ("甲4", "甲5", "乙甲5")] == [[], ["连续落后"], []]


def test_where_the_streak_only_adds_it_takes_no_part_without_a_flag() -> None:
    """`otherwise` left out: no green light comes of it, and `blank: ask` does not ask for it."""
    only = LIGHT.replace(", otherwise: 绿灯", "").replace("into:", "blank: ask, into:")
    assert (
        run(-1, 1, rules=only + STREAK + PACE, 现场灯="黄灯").entry("甲", "L")["reason"] == "L，现场灯黄灯；依据 三(二)"
    )
    assert run(-1, -1, rules=only + STREAK + PACE, 现场灯="黄灯").status("甲", "L") == "红灯"
    asked = LIGHT.replace("into:", "blank: ask, into:")
    assert (
        run(rules=asked + STREAK + PACE, 现场灯="黄灯")
        .entry("甲", "L")["reason"]
        .endswith("缺S，补填后才能判断；依据 三(二)")
    )


def test_a_condition_and_the_end_of_a_project_come_first() -> None:
    only = LIGHT.replace("lights: [现场灯]", "when: 施工单位 != '免评', lights: [现场灯]")
    assert run(-1, -1, rules=only + STREAK + PACE, 施工单位="免评").status("甲", "L") == "不适用"
    assert run(-1, -1, rules=only + STREAK + PACE).status("甲", "L") == "待补条件"
    over = run(-1, -1, 终止日期="2025-12-31")
    assert (over.status("甲", "L"), over.flags("甲")) == ("已终止", [])
    assert run(-1, -1, 终止日期="2026-01-01").status("甲", "L") == "红灯"


def test_a_rated_row_shows_how_it_stood_once_its_own_month_was_known() -> None:
    own = LIGHT.replace("table: project, lights: [现场灯]", "table: progress, lights: [月灯]")
    found = run(-1, -1, -1, 1, -1, rules=own + STREAK + PACE)
    told = ["红灯" if "S红灯" in found.entry(f"甲{n}", "L")["reason"] else "绿灯" for n in range(4, 9)]
    assert told == ["绿灯", "红灯", "红灯", "绿灯", "绿灯"]


TAGGED = (
    "- {id: S, kind: streak, table: rated, period: 季度, subject: [单位], result: 结果, bad: [落后], flag: 重点监测,"
    " tag_table: project, tag_field: 所评项目, tag_unit: 属地, tag_by: [[施工单位]]}\n"
)


def test_rows_that_a_streak_tags_take_the_worst_of_those_they_name() -> None:
    """甲 was rated with both companies, 丙 names one of them, 丁 neither."""
    rated = [
        {"key": f"{who}{quarter}", "单位": who, "季度": quarter, "结果": result, "所评项目": "甲", "属地": "甲镇"}
        for who, results in (("好公司", "优秀 落后"), ("差公司", "落后 落后"))
        for quarter, result in zip(("2025Q1", "2025Q2"), results.split(), strict=True)
    ]
    projects = [("甲", ""), ("丙", "好公司"), ("戊", "差公司"), ("丁", "别的公司")]
    rows = {"项目": [{"项目名称": n, "施工单位": b, "unit": "甲镇"} for n, b in projects], "评价": rated}
    found = judge(made(LIGHT + TAGGED), "2025-12-31", rows)
    assert [found.status(name, "L") for name, _ in projects] == ["红灯", "绿灯", "红灯", None]


def test_what_is_found_can_be_counted_by_rules_that_come_after() -> None:
    counting = (
        "- {id: T, kind: target, table: project, where: 总灯 = '红灯', goal: 0, at_most: true, measure: 个}\n"
        "- {id: C, kind: consequence, table: project, result: 总灯, flags: {红灯: [约谈]}}\n"
    )
    found = run(-1, -1, rules=counting + LIGHT + STREAK + PACE)
    assert found.found["targets"][0]["done"] == 1
    assert "约谈" in found.flags("甲")
    assert "约谈" not in run(-1, 1, rules=counting + LIGHT + STREAK + PACE).flags("甲")


def test_what_the_streak_looks_at_is_derived_before_it_however_the_rules_stand() -> None:
    for rules in (LIGHT + STREAK + PACE, STREAK + LIGHT + PACE, PACE + STREAK + LIGHT):
        order = [rule.id for rule in in_order(made(rules))]
        assert order.index("B") < min(order.index("L"), order.index("S"))
        assert run(-1, -1, rules=rules).status("甲", "L") == "红灯"


def test_a_version_of_the_streak_holds_on_its_days() -> None:
    later = STREAK.replace("n: 2", "n: 3, effective_from: 2026-01-01")
    rows = {"项目": [{"项目名称": "甲", "unit": "甲镇"}], "月度进展": months(-1, -1)}
    judged = made(LIGHT + STREAK + later + PACE)
    assert judge(judged, "2025-12-31", rows).status("甲", "L") == "红灯"
    assert judge(judged, "2026-01-01", rows).status("甲", "L") == "绿灯"


def test_columns_of_the_streak_mark_the_light_and_others_do_not() -> None:
    engine = Evaluator(made(), Calendar())
    for table_name, column, marked in (
        ("progress", "gap", {"S", "L"}), ("progress", "month", {"S", "L"}), ("project", "site", {"L"}),
        ("project", "ended", {"S", "L"}), ("project", "builder", set()),
    ):  # fmt: skip
        assert engine.shared_rules_reading(table_name, [column]) == marked, column
    assert engine.shared_rules_reading("project", ["builder"]) == set()


def problems(rules: str) -> list[str]:
    return [message for _, message in check_rules(made(rules), frozenset())]


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (LIGHT + PACE, "没有编号为“S”的连续几期规则"),
        (LIGHT.replace("table: project, lights: [现场灯]", "table: rated, lights: [结果]") + STREAK + PACE, "说的是“月度进展”、“项目”的行，不是“评价”的"),
        (LIGHT + STREAK.replace("table: progress", "table: rated").replace("月份", "季度").replace("月灯", "结果"), "要是下级表"),
        (LIGHT + STREAK.replace("result: 月灯", "result: 总灯").replace("table: progress", "table: project, subject: [项目名称]").replace("月份", "施工单位"), "总灯"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_when_the_scheme_is_checked(rules: str, told: str) -> None:
    assert any(told in message for message in problems(rules)), problems(rules)


def test_rules_of_single_rows_are_told_that_they_cannot_see_it() -> None:
    wrong = "- {id: I, kind: integrity, table: project, checks: [{test: 总灯 != '红灯', text: 亮了红灯}]}\n"
    found = [(loc[1], message) for loc, message in check_order(made(wrong + LIGHT + STREAK + PACE))]
    assert [position for position, _ in found] == [0]
    assert "“总灯”是规则“L”看了各本簿子才有的" in found[0][1]
    plain = LIGHT.replace("streaks: [{rule: S, light: 红灯, otherwise: 绿灯}],", "")
    assert list(check_order(made(wrong + plain + STREAK + PACE))) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"streaks": [{"rule": "S", "light": "紫灯"}]},
        {"streaks": [{"rule": "S", "light": "红", "otherwise": "紫"}]},
        {},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        parse_rule(
            {"id": "L", "kind": "lights", "title": "L", "table": "t", "into": "x", "order": ["绿", "红"], **wrong}
        )


def test_a_tag_needs_somebody_who_is_rated() -> None:
    with pytest.raises(ValueError, match="tag_table"):
        made(STREAK.replace("n: 2", "tag_table: project"))
