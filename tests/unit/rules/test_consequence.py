"""`consequence`: a result leads to a flag whose text is the scheme's — on the row, and on whoever was rated."""

from __future__ import annotations

import pytest

from tests.unit.rules.kit import Judged, judge, scheme, table

RATED = table(
    "rated",
    "评价",
    """
    quarter 季度 quarter
    code 信用代码 text
    company 单位 text
    result 结果 text
    upgraded 转型升级 yesno
    """,
    filler="commission",
)


def seen(more: str, *rows: tuple[str, str, str, str], **extra: str) -> Judged:
    rule = f"- {{id: F, kind: consequence, table: rated, result: 结果, flags: {{优秀: [推荐表彰, 通报表扬], 差: [扣分]}}, {more}}}"
    given = [
        {"key": f"r{n}", "季度": q, "单位": name, "信用代码": code, "结果": result, **extra}
        for n, (q, name, code, result) in enumerate(rows)
    ]
    return judge(scheme([RATED], rule), "2026-01-01", {"评价": given})


BY = "subject: [信用代码, 单位], period: 季度"


@pytest.mark.parametrize(
    ("result", "flags"), [("优秀", ["推荐表彰", "通报表扬"]), ("差", ["扣分"]), ("一般", []), ("", [])]
)
def test_the_flag_of_a_result(result: str, flags: list[str]) -> None:
    """No entry, no flag and no guess."""
    found = seen(BY, ("2025Q1", "甲公司", "91X", result))
    assert found.flags("r0") == flags
    assert found.unit_flags("甲公司") == flags


def test_the_participant_shows_its_latest_period_and_each_row_its_own() -> None:
    found = seen(BY, ("2025Q4", "甲公司", "91X", "优秀"), ("2026Q1", "甲公司", "91X", "一般"))
    assert found.flags("r0") == ["推荐表彰", "通报表扬"]
    assert found.unit_flags("甲公司") == []


def test_one_company_under_two_names_is_one() -> None:
    found = seen(BY, ("2025Q1", "甲公司", "91X", "优秀"), ("2025Q2", "甲公司（更名）", "91X", "差"))
    assert found.unit_flags("甲公司") == ["扣分"]


def test_a_bad_result_of_the_same_period_takes_the_praise_away() -> None:
    both = (("2025Q1", "甲公司", "91X", "优秀"), ("2025Q1", "甲公司", "91X", "差"), ("2025Q1", "乙公司", "92Y", "优秀"))
    assert seen(f"{BY}, unless: [差]", *both).flags("r0") == []
    assert seen(f"{BY}, unless: [差]", *both).flags("r2") == ["推荐表彰", "通报表扬"]
    assert seen(BY, *both).flags("r0") == ["推荐表彰", "通报表扬"]


def test_the_row_can_be_left_out() -> None:
    found = seen(f"{BY}, on_row: false", ("2025Q1", "甲公司", "91X", "优秀"))
    assert (found.flags("r0"), found.unit_flags("甲公司")) == ([], ["推荐表彰", "通报表扬"])


@pytest.mark.parametrize(
    ("upgraded", "flags", "status"), [("否", ["扣分"], None), ("是", [], None), ("", [], "待补条件")]
)
def test_an_exception_that_holds_does_not_hold_or_cannot_be_told(
    upgraded: str, flags: list[str], status: str | None
) -> None:
    found = seen(f"{BY}, when: 转型升级 = 否", ("2025Q1", "甲公司", "91X", "差"), 转型升级=upgraded)
    assert (found.flags("r0"), found.status("r0", "F")) == (flags, status)


def test_the_reason_says_which_period_and_result() -> None:
    found = seen(BY, ("2025Q1", "甲公司", "91X", "优秀"))
    assert found.record("r0")["flags"][0]["reason"] == "2025年第一季度结果优秀"


def test_a_unit_of_the_scheme_is_flagged_as_that_unit_whatever_it_is_called() -> None:
    """By name or code, in the period that was rated last."""
    found = seen(BY, ("2025Q1", "甲镇", "", "差"), ("2025Q2", "01", "", "优秀"))
    assert [(item["kind"], item["key"], item["unit"]) for item in found.found["units"]] == [("unit", "01", "甲镇")]
    assert found.unit_flags("甲镇") == ["推荐表彰", "通报表扬"]


CHECKED = table(
    "checked", "督查", "month 月份 month\nproject 项目 text\ntown 属地 text\nresult 推进 yesno", filler="commission"
)
PROJECT = table("project", "项目库", "name 项目名称 text")
TAGS = """- {id: F, kind: consequence, table: checked, result: 推进, flags: {否: ["推进=否"]}, period: 月份,
    subject: [项目], tag_table: project, tag_unit: 属地}"""


def on_projects(*rows: tuple[str, str, str, str]) -> Judged:
    given = [
        {"key": f"r{n}", "月份": month, "项目": name, "属地": town, "推进": result}
        for n, (month, name, town, result) in enumerate(rows)
    ]
    projects = [{"key": f"{unit}路", "填报单位": unit, "项目名称": "路"} for unit in ("甲镇", "乙镇")]
    return judge(scheme([PROJECT, CHECKED], TAGS), "2025-08-01", {"督查": given, "项目库": projects})


def test_the_flag_stands_on_the_row_that_is_named_in_its_own_book() -> None:
    found = on_projects(("2025-05", "路", "甲镇", "否"))
    assert found.flags("r0") == found.flags("甲镇路") == ["推进=否"]
    assert found.flags("乙镇路") == []
    assert found.found["units"] == []


def test_a_row_named_without_its_place_is_meant_wherever_it_stands() -> None:
    found = on_projects(("2025-05", "路", "", "否"))
    assert found.flags("甲镇路") == found.flags("乙镇路") == ["推进=否"]


def test_a_later_result_takes_the_flag_off_the_row_that_is_named() -> None:
    found = on_projects(("2025-05", "路", "甲镇", "否"), ("2025-06", "路", "甲镇", "是"))
    assert found.flags("甲镇路") == []
    assert found.flags("r0") == ["推进=否"]
