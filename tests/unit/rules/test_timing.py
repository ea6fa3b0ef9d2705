"""What moves a deadline beside its limit, and what other rules may know of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.unit.rules.kit import Judged, Rows, judge, scheme, table
from validators.calendar import Calendar
from validators.rules import parse_rule
from validators.rules.timing import is_paused, season, without_pauses

PROJECT = table(
    "project",
    "项目",
    """name 项目名称 project_name
    signed 签约日期 date_actual
    started 开工日期 date_actual
    plan 计划开工 date_plan
    days 顺延天数 integer
    limit 约定天数 number""",
)
WINTER = "pauses: ['11-15~03-15']"


def found(rules: str, day: str, **row: object) -> Judged:
    rows: Rows = [{"key": "p", "unit": "甲镇", "项目名称": "P", **row}]
    return judge(scheme([PROJECT], rules), day, {"项目": rows})


def elapsed(more: str) -> str:
    return f"[{{id: A, kind: elapsed, table: project, from: 签约日期, to: 开工日期, {more}}}]"


@pytest.mark.parametrize(
    ("signed", "limit", "deadline"),
    [
        ("2024-10-31", "n: 30, unit: 日", "2025-03-31"),  # 14 days of November, then 16 of March
        ("2024-12-20", "n: 30, unit: 日", "2025-04-14"),  # begun in the pause: counted from 16 March on
        ("2024-11-14", "n: 1, unit: 日", "2025-03-16"),
        ("2025-03-15", "n: 1, unit: 日", "2025-03-16"),
        ("2025-03-16", "n: 30, unit: 日", "2025-04-15"),  # nothing in the way
        ("2024-08-31", "n: 3, unit: 月", "2025-03-31"),  # 91 days, of which 75 are over on 14 November
        ("2024-11-13", "n: 3, unit: 工作日", "2025-03-18"),  # 11-14, then Monday 17 and Tuesday 18 March
    ],
)
def test_a_season_that_does_not_count_moves_the_deadline(signed: str, limit: str, deadline: str) -> None:
    assert found(elapsed(f"{limit}, {WINTER}"), "2025-03-16", 签约日期=signed).entry("p", "A")["deadline"] == deadline


def test_the_explanation_says_what_moved_the_deadline() -> None:
    said = found(elapsed(f"n: 30, {WINTER}, extend: 顺延天数"), "2025-01-10", 签约日期="2024-10-31", 顺延天数=10)
    entry = said.entry("p", "A")
    assert (entry["status"], entry["deadline"]) == ("正常", "2025-04-10")
    assert "11-15~03-15不计入，后延121天" in entry["reason"]
    assert "顺延10日" in entry["reason"]


@pytest.mark.parametrize(
    ("days", "deadline"), [(None, "2025-02-28"), (0, "2025-02-28"), (15, "2025-03-15"), (-5, "2025-02-28")]
)
def test_granted_days_come_on_top_and_a_blank_grants_none(days: int | None, deadline: str) -> None:
    row = {} if days is None else {"顺延天数": days}
    rules = elapsed("n: 1, unit: 月, extend: '最小(顺延天数, 60)'")
    assert found(rules, "2025-02-10", 签约日期="2025-01-31", **row).entry("p", "A")["deadline"] == deadline


def test_a_limit_that_cannot_be_worked_out_is_asked_for_not_taken_for_none() -> None:
    entry = found(elapsed("n: 30 + 约定天数"), "2025-06-01", 签约日期="2025-01-01").entry("p", "A")
    assert entry["status"] == "待补条件"
    assert "签约后期限内开工，缺约定天数" in entry["reason"]


LATE = """[{id: A, kind: elapsed, table: project, from: 签约日期, to: 开工日期, n: 1, unit: 月, deadline_into: 开工期限, late_into: 迟},
 {id: B, kind: bands, table: project, value: 迟, measure: 天, bands: [{name: 绿, range: "0以下"}, {name: 蓝, range: "(0, 30]"}, {name: 红, range: ">30"}]}]"""


@pytest.mark.parametrize(
    ("day", "row", "band"),
    [
        ("2025-02-28", {}, "绿"),
        ("2025-03-01", {}, "蓝"),
        ("2025-03-30", {}, "蓝"),  # 30 days after 28 February
        ("2025-03-31", {}, "红"),
        ("2025-06-01", {"开工日期": "2025-03-05"}, "蓝"),  # done 5 days late: the count stands
        ("2025-06-01", {"开工日期": "2025-02-05"}, "绿"),
    ],
)
def test_how_late_a_node_is_can_be_banded(day: str, row: dict[str, str], band: str) -> None:
    assert found(LATE, day, 签约日期="2025-01-31", **row).status("p", "B") == band


def test_without_a_deadline_there_is_no_lateness() -> None:
    """Nothing is blank that anybody could fill in to be told: the value cannot be there."""
    assert found(LATE, "2025-06-01").status("p", "B") == "不适用"
    broken = found(LATE, "2025-06-01", 签约日期="2025-05-01", 开工日期="2025-04-01")
    assert broken.status("p", "B") == "不适用"


@pytest.mark.parametrize(
    ("rule", "row", "late"),
    [
        ("kind: planned, planned: 计划开工, actual: 开工日期", {"计划开工": "2025-05"}, "10"),
        ("kind: closure, raised: 签约日期, done: 开工日期, n: 5, unit: 工作日", {"签约日期": "2025-05-28"}, "3"),
        ("kind: reach, amount: 约定天数, day: 签约日期, goal: '100', from: 签约日期, n: 1, unit: 月", {"签约日期": "2025-04-30", "约定天数": 1}, "11"),
    ],
)  # fmt: skip
def test_other_clocks_tell_how_late_they_are_too(rule: str, row: dict[str, object], late: str) -> None:
    rules = f"[{{id: A, table: project, {rule}, late_into: 迟}}, {{id: S, kind: score, table: project, digits: 0, terms: [{{name: 迟, value: 迟}}]}}]"
    assert found(rules, "2025-06-10", **row).status("p", "S") == f"{late}分"


@pytest.mark.parametrize("text", ["11-15", "02-30~03-01", "13-01~13-02", "01-01~12-31", "07-01~06-30"])
def test_a_season_that_is_none_or_the_whole_year_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match=r"pauses|不是一段日子|没有"):
        parse_rule({"id": "A", "kind": "elapsed", "title": "", "table": "p", "from": "a", "to": "b", "pauses": [text]})


@given(
    st.dates(date(2023, 1, 1), date(2026, 12, 31)),
    st.integers(0, 400),
    st.sampled_from(["11-15~03-15", "07-01~08-31", "02-29~02-29", "12-31~01-01"]),
    st.sampled_from(["日", "工作日"]),
)
def test_as_many_days_count_as_without_the_season(start: date, n: int, text: str, unit: str) -> None:
    calendar, seasons = Calendar(), [season(text)]
    day = calendar.add(start, n, unit).day
    moved = without_pauses(calendar, start, day, unit, seasons)
    between = [start + timedelta(days=k) for k in range(1, (moved - start).days + 1)]
    counted = [d for d in between if not is_paused(d, seasons) and (unit == "日" or calendar.is_workday(d))]
    assert len(counted) == n
    assert moved == start or not is_paused(moved, seasons)
