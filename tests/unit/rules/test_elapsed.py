"""`elapsed`: limits between two nodes, at the edges of months, leap years, 调休 and years nobody has published."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.unit.rules.kit import Judged, judge, scheme, table
from validators.calendar import add_months
from validators.rules import parse_rule

PROJECT = table(
    "project",
    "项目",
    """
    name 项目名称 text
    site 选址类型 text dated
    area 用地面积 number
    signed 签约日期 date_actual
    permit 许可日期 date_actual
    started 开工日期 date_actual
    ended 终止日期 date
    """,
    ended="ended",
)


def clock(rule: str, day: str, row: dict[str, str], **parts: object) -> Judged:
    made = scheme([PROJECT], f"- {{id: L, kind: elapsed, table: project, from: 签约日期, to: 开工日期, {rule}}}")
    return judge(made, day, {"项目": [{"项目名称": "P", **row}]}, **parts)


@pytest.mark.parametrize(
    ("rule", "signed", "deadline"),
    [
        # months keep the day of the month, or fall on the month's end, from the original anchor
        ("n: 1, unit: 月", "2025-01-31", "2025-02-28"),
        ("n: 1, unit: 月", "2024-01-31", "2024-02-29"),
        ("n: 2, unit: 月", "2025-01-31", "2025-03-31"),
        ("n: 3, unit: 月", "2025-11-30", "2026-02-28"),
        ("n: 4, unit: 月", "2025-05-31", "2025-09-30"),
        ("n: 1, unit: 年", "2024-02-29", "2025-02-28"),
        ("n: 12, unit: 月", "2024-12-31", "2025-12-31"),
        # days and weeks are calendar days, the start day is not counted
        ("n: 10, unit: 日", "2025-06-20", "2025-06-30"),
        ("n: 0, unit: 日", "2025-06-20", "2025-06-20"),
        ("n: 1, unit: 周", "2025-12-29", "2026-01-05"),
        # working days with 调休: Sunday 09-28 is a workday, the first week of October is not
        ("n: 3, unit: 工作日", "2025-09-26", "2025-09-30"),
        ("n: 3, unit: 工作日", "2025-09-29", "2025-10-10"),
        ("n: 1, unit: 工作日", "2025-09-30", "2025-10-09"),
        ("n: 2, unit: 工作日", "2025-10-10", "2025-10-13"),
        ("n: 3, unit: 工作日", "2025-04-25", "2025-04-29"),
        # the year itself
        ("unit: 同年", "2025-12-20", "2025-12-31"),
        ("unit: 同年", "2024-02-29", "2024-12-31"),
    ],
)
def test_the_deadline(rule: str, signed: str, deadline: str) -> None:
    found = clock(rule, signed, {"签约日期": signed}).entry("P", "L")
    assert found["deadline"] == deadline


@pytest.mark.parametrize(
    ("roll", "deadline"), [("none", "2025-05-10"), ("next_workday", "2025-05-12"), ("previous_workday", "2025-05-09")]
)
def test_a_last_day_on_a_saturday_moves_as_the_rule_says(roll: str, deadline: str) -> None:
    found = clock(f"n: 3, unit: 月, roll: {roll}", "2025-03-01", {"签约日期": "2025-02-10"})
    assert found.entry("P", "L")["deadline"] == deadline


@pytest.mark.parametrize(
    ("day", "started", "status", "days"),
    [
        ("2025-03-24", "", "正常", 8),
        ("2025-03-25", "", "临期", 7),
        ("2025-04-01", "", "临期", 0),
        ("2025-04-02", "", "逾期1天", -1),
        ("2025-05-01", "2025-04-01", "按期完成", None),
        ("2025-05-01", "2025-04-02", "逾期完成1天", None),
        ("2025-05-01", "2025-03-01", "按期完成", None),
    ],
)
def test_before_on_and_after_the_last_day(day: str, started: str, status: str, days: int | None) -> None:
    found = clock("n: 1, unit: 月", day, {"签约日期": "2025-03-01", "开工日期": started}).entry("P", "L")
    assert (found["status"], found["days"]) == (status, days)


@pytest.mark.parametrize(
    ("row", "status", "reason"),
    [
        ({}, "未启动", ""),
        ({"开工日期": "2025-04-01"}, "数据异常", "没有填签约"),
        ({"签约日期": "2025-04-02", "开工日期": "2025-04-01"}, "数据异常", "早于签约"),
        ({"签约日期": "2025-07-01"}, "数据异常", "将来的日期2025-07-01"),
        ({"签约日期": "2025-04-01", "开工日期": "2025-06-02"}, "数据异常", "将来的日期2025-06-02"),
    ],
)
def test_dates_that_cannot_be(row: dict[str, str], status: str, reason: str) -> None:
    found = clock("n: 1, unit: 月", "2025-06-01", row).entry("P", "L")
    assert found["status"] == status
    assert reason in found["reason"]


def test_a_date_in_the_future_is_judged_on_its_day() -> None:
    row = {"签约日期": "2025-04-01", "开工日期": "2025-04-20"}
    assert clock("n: 1, unit: 月", "2025-04-19", row).status("P", "L") == "数据异常"
    assert clock("n: 1, unit: 月", "2025-04-20", row).status("P", "L") == "按期完成"


@pytest.mark.parametrize(("site", "status"), [("独立选址", "正常"), ("标准化厂房", "不适用"), ("", "待补条件")])
def test_a_condition_that_holds_does_not_hold_or_cannot_be_told(site: str, status: str) -> None:
    row = {"签约日期": "2025-06-01", "选址类型": site}
    found = clock("n: 3, unit: 月, when: \"选址类型 = '独立选址'\"", "2025-06-10", row).entry("P", "L")
    assert found["status"] == status
    assert ("选址类型" in found["reason"]) == (status == "待补条件")


def test_what_cannot_be_comes_before_what_is_not_known_or_does_not_apply() -> None:
    """DESIGN §9: 已终止, 数据异常, 未启动, 待补条件, 不适用, then the dated ones."""
    rule = "n: 3, unit: 月, when: \"选址类型 = '独立选址'\""
    assert clock(rule, "2025-06-10", {"开工日期": "2025-06-01"}).status("P", "L") == "数据异常"
    assert clock(rule, "2025-06-10", {"选址类型": "标准化厂房"}).status("P", "L") == "未启动"
    broken = {"开工日期": "2025-06-01", "终止日期": "2025-06-09"}
    assert clock(rule, "2025-06-10", broken).status("P", "L") == "已终止"
    assert clock(rule, "2025-06-08", broken).status("P", "L") == "数据异常"


@pytest.mark.parametrize(
    ("day", "started", "status"), [("2025-06-11", "", "已等10天"), ("2025-06-30", "2025-06-04", "用了3天")]
)
def test_without_a_number_days_are_shown_and_nothing_is_judged(day: str, started: str, status: str) -> None:
    row = {"签约日期": "2025-06-01", "开工日期": started}
    found = clock('n: null, open_text: "已等{n}", done_text: "用了{n}"', day, row).entry("P", "L")
    assert (found["status"], found["deadline"], found["days"]) == (status, None, None)


def test_overdue_working_days_are_counted_in_working_days() -> None:
    row = {"签约日期": "2025-09-26"}
    assert clock("n: 3, unit: 工作日", "2025-10-08", row).status("P", "L") == "逾期(不足1个工作日)"
    assert clock("n: 3, unit: 工作日", "2025-10-09", row).status("P", "L") == "逾期1个工作日"


def test_a_year_nobody_has_published_is_reckoned_by_weekends_and_says_so() -> None:
    row = {"签约日期": "2031-12-29"}
    told = clock("n: 3, unit: 工作日", "2031-12-30", row).entry("P", "L")
    assert told["deadline"] == "2032-01-01"
    assert "暂按周末推算" in told["reason"]
    known = clock("n: 3, unit: 工作日", "2031-12-30", row, calendar={"2031-12-31": "休", "2032-01-01": "休"})
    assert known.entry("P", "L")["deadline"] == "2032-01-05"
    assert "暂按周末推算" not in known.entry("P", "L")["reason"]


@pytest.mark.parametrize(
    ("area", "site", "status", "deadline"),
    [("10", "独立选址", "正常", "2025-08-01"), ("10", "标准化厂房", "正常", "2025-07-01"), ("", "", "待补条件", None),
     ("10", "租用", "映射未配置", None), ("10", "协商", "10天", None)],
)  # fmt: skip
def test_a_limit_from_a_table(area: str, site: str, status: str, deadline: str | None) -> None:
    rule = "unit: 月, limits: {by: [选址类型], rows: {独立选址: 2, 标准化厂房: 1, 协商: null}}"
    row = {"签约日期": "2025-06-01", "选址类型": site, "用地面积": area}
    found = clock(rule, "2025-06-11", row).entry("P", "L")
    assert (found["status"], found["deadline"]) == (status, deadline)


def test_a_limit_from_a_formula() -> None:
    row = {"签约日期": "2025-06-01", "用地面积": "20"}
    assert clock('n: "用地面积 / 2", unit: 日', "2025-06-02", row).entry("P", "L")["deadline"] == "2025-06-11"


def test_the_later_of_several_ends_counts_once_all_are_there() -> None:
    rule = "n: 7, to: {all: [许可日期, 开工日期]}"
    row = {"签约日期": "2025-07-01", "许可日期": "2025-07-05"}
    made = scheme([PROJECT], f"- {{id: L, kind: elapsed, table: project, from: 签约日期, {rule}}}")
    assert judge(made, "2025-07-08", {"项目": [{"项目名称": "P", **row}]}).status("P", "L") == "临期"
    row["开工日期"] = "2025-07-09"
    assert judge(made, "2025-07-20", {"项目": [{"项目名称": "P", **row}]}).status("P", "L") == "逾期完成1天"
    # one of them typed ahead of time, the other blank: not merely not done yet
    ahead = {"签约日期": "2025-07-01", "开工日期": "2025-07-21"}
    assert judge(made, "2025-07-20", {"项目": [{"项目名称": "P", **ahead}]}).status("P", "L") == "数据异常"


@pytest.mark.parametrize(("early", "status"), [("broken", "数据异常"), ("done", "按期完成")])
def test_an_end_before_its_start_is_wrong_unless_early_is_fine(early: str, status: str) -> None:
    row = {"签约日期": "2025-06-10", "开工日期": "2025-06-01"}
    assert clock(f"n: 1, unit: 月, early: {early}", "2025-06-20", row).status("P", "L") == status


def test_an_end_before_its_start_that_is_fine_is_not_a_day_late() -> None:
    """What looks at the days it is late has a number, nought."""
    made = scheme(
        [PROJECT],
        "- {id: L, kind: elapsed, table: project, from: 签约日期, to: 开工日期, n: 1, unit: 月, early: done, late_into: 迟}\n"
        "- {id: T, kind: tier, table: project, value: 迟, into: 档, bands: [{name: 绿, high: '1'}, {name: 红, low: '1'}]}",
    )
    rows = [{"项目名称": "早", "签约日期": "2025-06-10", "开工日期": "2025-06-01"},
            {"项目名称": "迟", "签约日期": "2025-04-10", "开工日期": "2025-06-01"}]  # fmt: skip
    found = judge(made, "2025-06-20", {"项目": rows})
    assert (found.status("早", "T"), found.status("迟", "T")) == ("绿", "红")


@pytest.mark.parametrize(("orphan", "status"), [("broken", "数据异常"), ("ignore", "未启动")])
def test_an_end_without_a_start(orphan: str, status: str) -> None:
    assert clock(f"n: 1, orphan: {orphan}", "2025-06-20", {"开工日期": "2025-06-01"}).status("P", "L") == status


@pytest.mark.parametrize(
    ("modality", "day", "status"),
    [("原则上", "2025-06-10", "临期"), ("原则上", "2025-06-12", "逾期1天(原则上)"), ("力争", "2025-06-10", "临期(力争)"),
     ("力争", "2025-06-12", "逾期1天(力争)"), ("硬", "2025-06-12", "逾期1天")],
)  # fmt: skip
def test_the_suffix_of_a_soft_rule(modality: str, day: str, status: str) -> None:
    assert clock(f"n: 10, modality: {modality}", day, {"签约日期": "2025-06-01"}).status("P", "L") == status


def test_a_condition_that_changed_keeps_that_it_was_overdue() -> None:
    """B-21: from factory (1 month, overdue since 04-02) to own site (3 months) on 04-10."""
    rules = """
    - {id: A, kind: elapsed, table: project, from: 签约日期, to: 开工日期, n: 1, unit: 月, when: "选址类型 = '标准化厂房'"}
    - {id: B, kind: elapsed, table: project, from: 签约日期, to: 开工日期, n: 3, unit: 月, when: "选址类型 = '独立选址'"}
    """
    change = {"table": "项目", "key": "P", "field": "选址类型", "old": "标准化厂房", "new": "独立选址"}
    rows = {"项目": [{"项目名称": "P", "签约日期": "2025-03-01", "选址类型": "独立选址"}]}
    late = judge(scheme([PROJECT], rules), "2025-04-20", rows, history=[{**change, "at": "2025-04-10"}])
    assert late.entry("P", "B")["deadline"] == "2025-06-01"
    assert "曾逾期8天" in late.entry("P", "A")["reason"]
    in_time = judge(scheme([PROJECT], rules), "2025-04-20", rows, history=[{**change, "at": "2025-04-01"}])
    assert "曾逾期" not in in_time.entry("P", "A")["reason"]


def test_a_mistake_in_the_rule_is_told() -> None:
    with pytest.raises(ValidationError):
        parse_rule({"id": "L", "kind": "elapsed", "title": "x", "from": "a", "to": "b", "unit": "旬"})
    with pytest.raises(ValidationError):
        parse_rule({"id": "L", "kind": "elapsed", "title": "x", "from": {"all": ["a"], "latest": ["b"]}, "to": "b"})


DAYS = st.dates(date(2019, 1, 1), date(2026, 12, 31))


@given(DAYS, st.integers(0, 36), st.integers(0, 800))
def test_overdue_begins_on_the_day_after_the_deadline(start: date, months: int, later: int) -> None:
    today = start + timedelta(days=later)
    row = {"签约日期": start.isoformat()}
    found = clock(f"n: {months}, unit: 月, lead: 0", today.isoformat(), row).entry("P", "L")
    deadline = add_months(start, months)
    assert found["deadline"] == deadline.isoformat()
    assert found["days"] == (deadline - today).days
    assert found["status"].startswith("逾期") == (today > deadline)


# a last day that is worked out ----------------------------------------------------------------------------------------

NEXT_MONTH = "due: 月末(签约日期 + 1个月)"


@pytest.mark.parametrize(
    ("rule", "signed", "deadline"),
    [
        (NEXT_MONTH, "2025-01-01", "2025-02-28"),
        (NEXT_MONTH, "2024-01-31", "2024-02-29"),
        (NEXT_MONTH, "2025-12-31", "2026-01-31"),
        (NEXT_MONTH + ", roll: next_workday", "2025-12-31", "2026-02-02"),  # Saturday
        (NEXT_MONTH + ", roll: previous_workday", "2025-12-31", "2026-01-30"),
        ("due: 许可日期", "2025-03-03", "2025-03-01"),  # before the clock began: it was late at once
    ],
)
def test_the_last_day_may_be_worked_out_instead_of_a_limit(rule: str, signed: str, deadline: str) -> None:
    row = {"签约日期": signed, "许可日期": "2025-03-01"}
    assert clock(rule, "2026-03-01", row).entry("P", "L")["deadline"] == deadline


def test_what_the_last_day_hangs_on_is_asked_for() -> None:
    found = clock("due: 许可日期 + 1个月", "2025-06-01", {"签约日期": "2025-01-01"}).entry("P", "L")
    assert found["status"] == "待补条件" and "许可日期" in found["reason"]


def test_a_last_day_is_soon_as_a_planned_one_is_and_its_reason_names_no_number() -> None:
    found = clock(
        "due: 月末(签约日期 + 1个月), sentence: '签约({from})后{limit}，{deadline}前开工'",
        "2025-02-22",
        {"签约日期": "2025-01-15"},
    )
    assert found.status("P", "L") == "临期"
    assert "天" not in found.entry("P", "L")["reason"] and "2025-02-28" in found.entry("P", "L")["reason"]
