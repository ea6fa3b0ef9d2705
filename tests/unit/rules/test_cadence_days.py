"""`cadence`: 旬报, hours, events, exceptions, every n-th period, and duties that end."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.unit.rules.kit import Judged, judge, scheme, table
from validators.rules import parse_rule

PROJECTS = table(
    "project",
    "项目",
    "name 项目名称 project_name\nlevel 层级 text\nstarted 开工日期 date_actual\nfinished 竣工日期 date_actual",
)
EVENTS = table("event", "开网通知", "title 名称 text\nmonth 月份 month\nday 开网日期 date", filler="stat")
VISITS = table(
    "visit", "走访", "project 项目 text\nday 日期 date_actual", parent="project", parent_field="project", name_field=""
)
MADE = scheme(
    [PROJECTS, EVENTS, VISITS],
    """
    - {id: TEN, kind: cadence, period: ten_days, due_days: [9, 19, 28], roll: previous_workday, start: 2025-01-01}
    - {id: HALF, kind: cadence, period: half_month, due_days: [14, 30], roll: previous_workday, start: 2025-01-01}
    - {id: NEXT, kind: cadence, period: half_month, due_day: 3, due_offset: 1, start: 2025-01-01}
    - {id: HOUR, kind: cadence, period: month, due_day: 28, due_hour: "15:00", start: 2025-05-01}
    - {id: OPEN, kind: cadence, period: month, due_event: {table: event, period: 月份, date: 开网日期}, due_n: 3, start: 2025-04-01}
    - {id: WORK, kind: cadence, period: month, due_n: 5, due_unit: 工作日, start: 2025-05-01}
    - {id: FIRST, kind: cadence, period: month, due_day: 5, due_offset: 1, due_dates: {"2025-03": 2025-04-20}, start: 2025-03-01}
    - {id: THREE, kind: cadence, period: day, every: 3, start: 2025-06-01, skip_idle: false}
    - {id: FORTNIGHT, kind: cadence, period: week, every: 2, start: 2025-06-02}
    - {id: CITY, kind: cadence, period: week, subject: record, table: project, when: 层级 = '市级', evidence: visit,
       evidence_date: 日期, start: 2025-05-05}
    - {id: COUNTY, kind: cadence, period: month, subject: record, table: project, when: 层级 = '县级', evidence: visit,
       evidence_date: 日期, start: 2025-05-01}
    - {id: TWO, kind: cadence, period: month, subject: record, table: project, since: 竣工日期, until: 竣工日期 + 2年,
       evidence: visit, evidence_date: 日期, start: 2023-01-01}
    """,
)


def run(day: str, sent: list[tuple[str, str, str]] | None = None, **rows: Any) -> Judged:
    submissions = [{"rule": rule, "unit": "甲镇", "period": period, "at": at} for rule, period, at in sent or []]
    return judge(MADE, day, rows, submissions=submissions)


def duty(found: Judged, rule: str, period: str) -> tuple[str, str | None]:
    item = next(
        item
        for item in found.found["obligations"]
        if (item["rule"], item["unit"], item["period"]) == (rule, "甲镇", period)
    )
    return item["status"], item["deadline"]


@pytest.mark.parametrize(
    ("period", "deadline"),
    [
        ("2025-05上旬", "2025-05-09"),
        ("2025-05中旬", "2025-05-19"),
        ("2025-05下旬", "2025-05-28"),
        ("2025-06下旬", "2025-06-27"),
        ("2025-02上旬", "2025-02-08"),
    ],
)
def test_reports_of_ten_days_are_due_on_named_days_and_before_a_day_off(period: str, deadline: str) -> None:
    """2025-06-28 is a Saturday; 2025-02-09 is a Sunday after a Saturday on which people work."""
    day = f"{period[:7]}-28" if period != "2025-06下旬" else "2025-06-30"
    assert duty(run(day), "TEN", period)[1] == deadline


@pytest.mark.parametrize(
    ("rule", "period", "deadline"),
    [
        ("HALF", "2025-05上半月", "2025-05-14"),
        ("HALF", "2025-05下半月", "2025-05-30"),
        ("HALF", "2025-02下半月", "2025-02-28"),  # February has no 30th
        ("HALF", "2025-06上半月", "2025-06-13"),  # the 14th is a Saturday
        ("NEXT", "2025-05上半月", "2025-05-18"),
        ("NEXT", "2025-04下半月", "2025-05-03"),
    ],
)
def test_reports_of_half_months_are_due_on_named_days_or_so_many_days_after(
    rule: str, period: str, deadline: str
) -> None:
    assert duty(run(f"{period[:7]}-28"), rule, period)[1] == deadline


def test_of_half_months_each_has_its_own_state() -> None:
    sent = [("HALF", "2025-05上半月", "2025-05-14T10:00:00"), ("HALF", "2025-05下半月", "2025-06-03T10:00:00")]
    found = run("2025-06-20", sent)
    assert duty(found, "HALF", "2025-05上半月")[0] == "已报"
    assert duty(found, "HALF", "2025-05下半月")[0] == "逾期补报4天"
    assert duty(found, "HALF", "2025-06上半月")[0] == "逾期未报"
    assert duty(found, "HALF", "2025-06下半月")[0] == "未到期"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2025-05-28T15:00:00", "已报"),
        ("2025-05-28T15:00:01", "逾期补报(当日过时)"),
        ("2025-05-27T23:00:00", "已报"),
        ("2025-05-29T08:00:00", "逾期补报1天"),
    ],
)
def test_the_hour_of_the_last_day_counts(at: str, expected: str) -> None:
    assert duty(run("2025-05-30", [("HOUR", "2025-05", at)]), "HOUR", "2025-05")[0] == expected


def test_the_earliest_of_several_reports_decides() -> None:
    sent = [("HOUR", "2025-05", "2025-05-28T18:00:00"), ("HOUR", "2025-05", "2025-05-28T09:00:00")]
    assert duty(run("2025-05-30", sent), "HOUR", "2025-05")[0] == "已报"


def test_days_after_an_event_run_only_once_it_has_happened() -> None:
    events = [{"名称": "五月开网", "月份": "2025-05", "开网日期": "2025-05-23"}]
    assert duty(run("2025-05-26", 开网通知=events), "OPEN", "2025-05") == ("临期", "2025-05-26")
    assert duty(run("2025-05-27", 开网通知=events), "OPEN", "2025-05") == ("逾期未报", "2025-05-26")
    assert duty(run("2025-05-22", 开网通知=events), "OPEN", "2025-05") == ("未到期", None)
    assert duty(run("2025-06-30", 开网通知=events), "OPEN", "2025-06") == ("未到期", None)
    early = [("OPEN", "2025-06", "2025-06-02T00:00:00")]
    assert duty(run("2025-06-30", early), "OPEN", "2025-06") == ("已报", None)


def test_working_days_after_the_period_are_counted_with_make_up_days() -> None:
    """June 2025: the fifth working day after 05-31 is 06-09, since Monday 06-02 is a holiday."""
    assert duty(run("2025-06-05"), "WORK", "2025-05") == ("未到期", "2025-06-09")


def test_a_first_period_may_have_a_day_of_its_own() -> None:
    found = run("2025-04-10")
    assert duty(found, "FIRST", "2025-03") == ("未到期", "2025-04-20")
    assert duty(run("2025-05-06"), "FIRST", "2025-04") == ("逾期未报", "2025-05-05")


def test_every_third_day_and_every_second_week() -> None:
    sent = [("THREE", "2025-06-05", "2025-06-05T10:00:00"), ("FORTNIGHT", "2025-W24", "2025-06-12T10:00:00")]
    found = run("2025-06-08", sent[:1])
    assert duty(found, "THREE", "2025-06-01") == ("逾期未报", "2025-06-03")
    assert duty(found, "THREE", "2025-06-04") == ("已报", "2025-06-06")
    assert duty(found, "THREE", "2025-06-07") == ("未到期", "2025-06-09")
    assert duty(run("2025-06-16", sent), "FORTNIGHT", "2025-W23") == ("已报", "2025-06-15")
    assert duty(run("2025-06-16"), "FORTNIGHT", "2025-W23") == ("逾期未报", "2025-06-15")


def test_how_often_hangs_on_the_level_of_the_project() -> None:
    rows = [{"项目名称": "市", "层级": "市级", "unit": "甲镇"}, {"项目名称": "县", "层级": "县级", "unit": "甲镇"}]
    visits = [{"项目": name, "日期": "2025-05-13", "unit": "甲镇"} for name in ("市", "县")]
    found = run("2025-05-26", 项目=rows, 走访=visits)
    assert found.status("市", "CITY") == "逾期未报"
    assert "2025年第19周、2025年第21周" in found.entry("市", "CITY")["reason"]
    assert found.status("县", "CITY") is None
    assert found.status("县", "COUNTY") is None


def test_a_duty_ends_two_years_after_completion() -> None:
    rows = [{"项目名称": "甲", "竣工日期": "2023-03-15", "unit": "甲镇"}]
    periods = [item["period"] for item in run("2025-06-10", 项目=rows).found["obligations"] if item["rule"] == "TWO"]
    assert max(periods) == "2025-03"


@pytest.mark.parametrize(
    "wrong",
    [
        {"period": "month", "due_days": [9, 19, 28]},
        {"period": "ten_days", "due_days": [9, 19]},
        {"period": "half_month", "due_days": [9, 19, 28]},
        {"period": "month", "due_days": [9, 19]},
        {"period": "month", "due_hour": "25:00"},
        {"period": "month", "due_hour": 900},
        {"period": "month", "due_dates": {"2025-1": "2025-02-01"}},
        {"period": "month", "due_dates": {"一月": "2025-02-01"}},
        {"period": "month", "due_day": 5, "due_event": {"table": "event", "period": "月份", "date": "开网日期"}},
    ],
)
def test_a_duty_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        parse_rule({"id": "C", "kind": "cadence", "title": "C", **wrong})


LEVELLED = table("project", "项目", "name 项目名称 project_name\nlevel 级别 text dated\nstarted 开工日期 date_actual")
BY_LEVEL = """
- {id: M, kind: cadence, table: project, subject: record, period: month, when: "级别 = '市级'", start: 2025-01-01, evidence: project, evidence_date: 开工日期}
- {id: W, kind: cadence, table: project, subject: record, period: week, when: "级别 = '省级'", start: 2025-01-01, keep: 20, evidence: project, evidence_date: 开工日期}
"""


def test_what_is_owed_for_a_period_goes_by_the_level_of_that_time() -> None:
    """A project that becomes 省级 in June owed its months until then, and owes weeks from then on only."""
    history = [{"table": "项目", "key": "P", "field": "级别", "old": "市级", "new": "省级", "at": "2025-06-04"}]
    rows = {"项目": [{"key": "P", "unit": "甲镇", "项目名称": "P", "级别": "省级"}]}
    found = judge(scheme([LEVELLED], BY_LEVEL), "2025-06-20", rows, history=history).found["obligations"]
    owed = {rule: [item["period"] for item in found if item["rule"] == rule] for rule in "MW"}
    assert owed == {"M": [f"2025-{n:02d}" for n in range(1, 6)], "W": ["2025-W23", "2025-W24", "2025-W25"]}


@pytest.mark.parametrize(
    ("kind", "column", "said"),
    [
        ("month", "period", "应是 type: month"),
        ("month", "quarter", "应是 type: month"),
        ("ten_days", "month", "应是 type: ten_days"),
        ("ten_days", "ten_days", ""),
        ("half_month", "half_month", ""),
        ("half_month", "ten_days", "应是 type: half_month"),
        ("day", "month", "写成 type: text"),
        ("month", "month", ""),
        ("ten_days", "text", ""),
        ("quarter", "quarter", ""),
        ("month", "text", ""),
    ],
)
def test_a_column_that_can_never_name_the_period_is_told(kind: str, column: str, said: str) -> None:
    rows = table("notes", "报告", f"name 名称 text\nperiod 报告期 {column}")
    rule = f"[{{id: D, kind: cadence, period: {kind}, evidence: notes, evidence_period: 报告期, start: 2025-01-01}}]"
    try:
        judge(scheme([rows], rule), "2025-02-03")
    except ValueError as problem:
        assert said
        assert said in str(problem)
    else:
        assert not said
