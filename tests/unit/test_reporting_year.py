"""Reporting years that begin in another month: 2025年度 is December 2024 to November 2025, its quarters go with it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.rules.kit import Judged, judge, scheme, table
from tests.unit.test_evaluate_days import shared_difference
from validators.calendar import Calendar, default_calendar
from validators.evaluate import Evaluator
from validators.expressions import compile_expression
from validators.facts import Facts
from validators.frozen import Frozen, freeze, hold
from validators.parsers.base import ParseContext
from validators.parsers.lines import line_context, parse_line_json
from validators.parsers.months import parse_half, parse_quarter
from validators.parsers.weeks import parse_year
from validators.periods import Period, due_day, parse_period, period_of, periods_between
from validators.rhythm import Rhythm
from validators.rows import Record
from validators.rules.pace import months_over
from validators.scheme.load import load_scheme
from validators.scheme.models import Scheme

SEASON = Path(__file__).parents[1] / "data" / "schemes" / "season"
PROJECT = table(
    "project", "项目", "name 项目名称 text\nsigned 签约日期 date_actual\nplan 年度计划 number\nyear 年度 year"
)
MONTH = table(
    "progress", "月度进展", "project 项目 text\nmonth 月份 month\nquarter 季度 quarter\ndone 完成 number",
    parent="project", parent_field="project", name_field="",
)  # fmt: skip


def made(rules: str, **more: Any) -> Scheme:
    more.setdefault("effective_from", date(2024, 12, 1))
    return scheme([PROJECT, MONTH], rules, year=2025, year_from=12, **more)


def days(period: Period) -> tuple[str, str, str, str]:
    return period.text, period.label, period.first.isoformat(), period.last.isoformat()


@pytest.mark.parametrize(
    ("text", "year_from", "label", "first", "last"),
    [
        ("2025", 12, "2025年度", "2024-12-01", "2025-11-30"),
        ("2025Q1", 12, "2025年度第一季度", "2024-12-01", "2025-02-28"),
        ("2024Q1", 12, "2024年度第一季度", "2023-12-01", "2024-02-29"),
        ("2025Q4", 12, "2025年度第四季度", "2025-09-01", "2025-11-30"),
        ("2025H1", 12, "2025年度上半年", "2024-12-01", "2025-05-31"),
        ("2025H2", 12, "2025年度下半年", "2025-06-01", "2025-11-30"),
        ("2025", 4, "2025年度", "2025-04-01", "2026-03-31"),
        ("2025Q4", 4, "2025年度第四季度", "2026-01-01", "2026-03-31"),
        ("2025", 7, "2025年度", "2024-07-01", "2025-06-30"),
        ("2025", 6, "2025年度", "2025-06-01", "2026-05-31"),
        ("2025", 1, "2025年", "2025-01-01", "2025-12-31"),
        ("2025Q2", 1, "2025年第二季度", "2025-04-01", "2025-06-30"),
        ("2025-12", 12, "2025年12月", "2025-12-01", "2025-12-31"),
        ("2025-W01", 12, "2025年第1周", "2024-12-30", "2025-01-05"),
        ("2025-12上旬", 12, "2025年12月上旬", "2025-12-01", "2025-12-10"),
    ],
)
def test_texts_labels_and_days(text: str, year_from: int, label: str, first: str, last: str) -> None:
    found = parse_period(text, year_from)
    assert days(found) == (text, label, first, last)
    for day in (found.first, found.last):
        assert period_of(day, found.kind, year_from) == found


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 12), st.sampled_from(["quarter", "half", "year"]))
def test_every_day_has_one_period_of_each_kind_and_neighbours_meet(day: date, year_from: int, kind: Any) -> None:
    found = period_of(day, kind, year_from)
    assert day in found
    assert parse_period(found.text, year_from) == found
    assert found.next().first == found.last + timedelta(days=1) and found.next().previous() == found
    assert found.next().year_from == year_from
    year = found.year()
    assert year.first.month == year_from and year.first.day == 1
    assert year.first <= found.first and found.last <= year.last
    assert year.text == found.text[:4]
    months = list(periods_between(year.first, year.last, "month", year_from))
    assert len(months) == 12 and (months[0].first, months[-1].last) == (year.first, year.last)
    assert abs(sum(month.text[:4] == year.text for month in months)) >= 6, "most of its months are of its number"


def test_at_the_ends_of_time_nothing_breaks() -> None:
    for day in (date.min, date.max):
        for year_from in (4, 12):
            assert period_of(day, "quarter", year_from)


def test_due_days_and_rhythms_follow() -> None:
    """The first quarter is reported by the 10th of the month after it, which is March; a half by its last day."""
    quarter = parse_period("2025Q1", 12)
    assert due_day(quarter, default_calendar(), day=10, offset=1).day == date(2025, 3, 10)
    assert due_day(parse_period("2025H1", 12), default_calendar()).day == date(2025, 5, 31)
    double = Rhythm("quarter", 2, date(2024, 12, 1), 12)
    assert [days(double.of(day)) for day in (date(2025, 5, 31), date(2025, 6, 1))] == [
        ("2025Q1", "2025年度第一季度至2025年度第二季度", "2024-12-01", "2025-05-31"),
        ("2025Q3", "2025年度第三季度至2025年度第四季度", "2025-06-01", "2025-11-30"),
    ]
    assert double.named("2025Q2") == double.of(date(2024, 12, 1))
    assert double.of(date(2025, 6, 1)).next().first == date(2025, 12, 1)


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (parse_quarter, "2025年度第一季度", "2025Q1"), (parse_quarter, "2025年第一季度", "2025Q1"),
        (parse_quarter, "2025Q1", "2025Q1"), (parse_quarter, "2024年12月", "2025Q1"), (parse_quarter, "2024-12-15", "2025Q1"),
        (parse_quarter, "第一季度", "2025Q1"), (parse_quarter, "本季度", "2025Q1"), (parse_quarter, "上季度", "2024Q4"),
        (parse_quarter, "2025年3-5月", "2025Q2"), (parse_quarter, "2025年1-3月", ""),
        (parse_half, "2025年度上半年", "2025H1"), (parse_half, "2024年12月", "2025H1"), (parse_half, "2025年6月", "2025H2"),
        (parse_half, "2025年第二季度", "2025H1"),
        (parse_year, "2025年度", "2025"), (parse_year, "2024年12月3日", "2025"), (parse_year, "2024年11月", "2024"),
    ],
)  # fmt: skip
def test_cells_of_periods(parse: Any, text: str, value: str) -> None:
    """Filled in on 20 December 2024, which is the first quarter of 2025年度."""
    found = parse(text, ParseContext(date(2024, 12, 20), year_from=12))
    assert found.value == value, found
    assert (found.kind == "error") == (not value)


def test_the_command_reads_periods_by_the_schemes_year() -> None:
    """`tianbao parse quarter --scheme` says what the books of that scheme would say."""
    context = line_context(load_scheme(SEASON), date(2024, 12, 20))
    assert parse_line_json("quarter", "第一季度", context)["value"] == "2025Q1"
    assert parse_line_json("quarter", "2024年12月", context)["value"] == "2025Q1"


def test_conditions_ask_for_the_days_of_a_period() -> None:
    names = {"季度": ("季度", "text"), "年度": ("年度", "text")}
    found = compile_expression("期末(季度)", names, wanted="date", year_from=12)
    assert found.fn({"季度": "2025Q1"}) == date(2025, 2, 28)
    assert compile_expression("期初(季度)", names, wanted="date").fn({"季度": "2025Q1"}) == date(2025, 1, 1)


def targets(found: Judged) -> dict[str, Any]:
    return {item["period"]: item["done"] for item in found.found["targets"]}


def project(name: str, signed: str, **cells: Any) -> dict[str, Any]:
    return {"项目名称": name, "签约日期": signed, "unit": "甲镇", **cells}


ROWS = {"项目": [project("一", "2024-11-30"), project("二", "2024-12-01"), project("三", "2025-03-01"), project("四", "2025-11-30"), project("五", "2025-12-01")]}  # fmt: skip


def test_targets_of_the_year_and_of_its_parts() -> None:
    whole = made("- {id: T, kind: target, table: project, date_field: 签约日期, goal: 9}")
    found = judge(whole, "2026-01-10", ROWS).found["targets"][0]
    assert (found["done"], found["deadline"], found["status"]) == (3, "2025-11-30", "未达标")
    parts = made("- {id: T, kind: target, table: project, date_field: 签约日期, goal: 9, period: half}")
    assert targets(judge(parts, "2025-12-10", ROWS)) == {"2025H1": 2, "2025H2": 1, "2026H1": 1}
    reason = judge(parts, "2025-12-10", ROWS).found["targets"][0]["reason"]
    assert "2025年度上半年" in reason
    begun = made("- {id: T, kind: target, table: project, date_field: 签约日期, goal: 9, until: 2025-06-30}")
    assert judge(begun, "2025-12-10", ROWS).found["targets"][0]["done"] == 2


def test_duties_of_a_quarter_and_when_they_are_owed() -> None:
    rule = (
        "- {id: D, kind: cadence, period: quarter, evidence: progress, evidence_period: 季度, due_day: 10, due_offset: 1,"
        " units: ['01']}"
    )
    rows = {**ROWS, "月度进展": [{"项目": "二", "季度": "2024年12月", "unit": "甲镇"}]}
    found = {
        i["period"]: (i["status"], i["deadline"]) for i in judge(made(rule), "2025-03-20", rows).found["obligations"]
    }
    assert found == {"2025Q1": ("已报", "2025-03-10"), "2025Q2": ("未到期", "2025-06-10")}


def test_figures_so_far_are_those_of_the_reporting_year() -> None:
    """累计 of February: December to February; a year's plan in its months; 序时进度 of three months of twelve."""
    rules = """
    - {id: S, kind: score, period: month, terms: [{name: 累计, measure: {table: progress, value: 完成, period: 月份, span: year}}]}
    - {id: V, kind: variance, table: progress, actual: 完成, goal: 项目.年度计划, pace: {by: month}, at: 月份}
    """
    months = [
        {"key": text, "项目": "二", "月份": text, "完成": 10, "unit": "甲镇"}
        for text in ("2024-11", "2024-12", "2025-01", "2025-02")
    ]
    rows = {"项目": [project("二", "2024-12-01", 年度计划=120)], "月度进展": months}
    found = judge(made(rules, effective_from=date(2024, 10, 1)), "2025-02-28", rows)
    assert found.unit("甲镇", "S") == "30分"
    due = [found.entry(text, "V")["reason"] for text in ("2024-11", "2024-12", "2025-02")]
    assert [text.rpartition("，")[2] for text in due] == ["序时100.0%", "序时8.3%", "序时25.0%"]
    assert [
        months_over(date(2025, 2, 28), 12),
        months_over(date(2025, 11, 30), 12),
        months_over(date(2025, 11, 29), 12),
    ] == [3, 12, 11]


def test_a_goal_of_the_year_holds_in_each_of_its_months() -> None:
    """年度 2025 is a period of twelve months from December."""
    measure = "{table: project, value: 年度计划, period: 年度, span: whole}"
    rule = f"- {{id: S, kind: score, period: month, terms: [{{name: 目标, measure: {measure}}}]}}"
    engine = Evaluator(made(rule, effective_from=date(2024, 10, 1)), Calendar())
    record = Record("1", "project", "01", {"name": "P", "plan": "12", "year": "2025"})
    verdicts = engine.shared(Facts.of(engine.scheme, [record]), date(2025, 12, 31))
    months = [v.period for v in verdicts if v.kind == "score"]
    assert months == [item.text for item in periods_between(date(2024, 12, 1), date(2025, 11, 30), "month", 12)]


def test_what_repeats_in_a_year_is_counted_in_the_reporting_year() -> None:
    rule = (
        "- {id: E, kind: escalate, table: progress, period: 月份, result: 季度, bad: ['2025Q1'], counting: year,"
        " levels: [{n: 2, name: 约谈}]}"
    )

    def said(*months: str) -> str | None:
        rows = {
            "项目": [project("二", "2024-12-01")],
            "月度进展": [{"项目": "二", "月份": m, "季度": "2025Q1", "unit": "甲镇"} for m in months],
        }
        return judge(made(rule), "2026-01-31", rows).status("二", "E")

    assert (said("2024-12", "2025-02"), said("2024-11", "2024-12"), said("2025-11", "2025-12")) == ("约谈", None, None)


def test_versions_and_closed_periods_go_by_the_same_days() -> None:
    """A version from January: the first quarter ends in February, so it is judged by the new one. What is closed with
    2025H1 are the months from December to May."""
    rules = """
    - {id: T, kind: target, table: project, date_field: 签约日期, goal: 1, period: quarter}
    - {id: T, kind: target, table: project, date_field: 签约日期, goal: 5, period: quarter, effective_from: 2025-02-01}
    """
    found = judge(made(rules, effective_from=date(2024, 9, 1)), "2025-03-10", ROWS).found["targets"]
    assert {item["period"]: item["target"] for item in found} == {"2024Q4": 1, "2025Q1": 5, "2025Q2": 5}
    engine = Evaluator(
        made("- {id: T, kind: target, table: project, date_field: 签约日期, goal: 1, period: month}"), Calendar()
    )
    records = [Record("1", "project", "01", {"name": "P", "signed": "2024-12-05"})]
    verdicts = engine.shared(Facts.of(engine.scheme, records), date(2025, 6, 3))
    kept = freeze(verdicts, parse_period("2025H1", 12))
    assert [item.period for item in kept] == ["2024-12", *(f"2025-0{month}" for month in range(1, 6))]
    year = [Frozen("2025", "target", "T||2025", "T", "", "2025", statuses=kept[0].statuses)]
    assert hold([], year, {}, date(2025, 12, 1), 12) == [] and year[0].last(12) == date(2025, 11, 30)


@pytest.mark.parametrize("kind", ["quarter", "half", "year"])
def test_what_is_judged_when_it_is_due_is_what_judging_everything_says(kind: str) -> None:
    rules = (
        f"- {{id: T, kind: target, table: project, date_field: 签约日期, goal: 2, period: {kind}, by: unit}}\n"
        f"- {{id: D, kind: cadence, period: {kind}, evidence: project, evidence_date: 签约日期, due_day: 10, due_offset: 1}}\n"
        "- {id: S, kind: score, period: month, terms: [{name: 数, measure: {table: project, date: 签约日期, span: year}}]}\n"
    )
    engine = Evaluator(made(rules), Calendar())
    records = [
        Record(str(n), "project", "01", {"name": f"P{n}", "signed": day})
        for n, day in enumerate(("2024-12-01", "2025-03-01", "2025-12-02"))
    ]
    first = date(2024, 11, 20)
    assert shared_difference(engine, Facts.of(engine.scheme, records), first, first + timedelta(days=400)) is None
