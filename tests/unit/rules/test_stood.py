"""Comparisons, lists and places that say only how things stand, counted by the periods of another rule: as they stood on the
last day of each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.rules.kit import Judged, Rows, judge, scheme, table
from validators.calendar import default_calendar
from validators.evaluate import Evaluator

PROJECT = table(
    "project",
    "项目",
    "name 项目名称 text\nstarted 开工日期 date_actual\nstopped 终止日期 date_actual\nkind 类别 text dated\namount 到位资金 money_wan",
    ended="stopped",
)
COUNTED = table("counted", "入统清单", "name 项目名称 text\nday 入统日期 date\nplace 属地 township", filler="stat")
PAID = table(
    "paid", "到资", "what 摘要 text\nof 项目 text\nday 到资日期 date_actual\namount 金额 money_wan",
    parent="project", parent_field="of",
)  # fmt: skip
MADE = scheme(
    [PROJECT, COUNTED, PAID],
    """
    - {id: T, kind: total, table: project, rows: paid, day: 到资日期, value: 金额, into: 累计到资}
    - {id: C, kind: reconcile, table: project, when: 有(开工日期) 且 类别 = '工业', right: counted,
       keys: [{left: [项目名称, 填报单位], right: [项目名称, 属地]}], expect: left, missing: 应统未统}
    - {id: H, kind: reconcile, table: project, when: 有(开工日期), has: 累计到资 >= 100, missing: 没到资}
    - {id: K, kind: rank, table: project, value: 累计到资, bottom: [{n: 1, flag: 末位}]}
    - {id: S, kind: score, period: month, closed: true, base: 100, each: unit,
       terms: [{name: 应统未统, measure: {rule: C, codes: [not_counted]}, formula: -2 * 值, blank: zero}]}
    - {id: Q, kind: score, period: quarter, base: 100, each: unit,
       terms: [{name: 应统未统, measure: {rule: C, codes: [not_counted]}, formula: -2 * 值, blank: zero}]}
    - {id: P, kind: score, period: month, closed: true, each: unit,
       terms: [{name: 对上的比例, measure: {rule: C, pick: ratio}, blank: zero}]}
    - {id: M, kind: score, period: month, closed: true, each: unit,
       terms: [{name: 没到资, measure: {rule: H, codes: [not_counted]}, blank: zero}]}
    - {id: L, kind: score, period: month, closed: true, each: unit,
       terms: [{name: 末位, measure: {rule: K, codes: [ranked], values: [末位]}, blank: zero}]}
    - {id: E, kind: escalate, per: month, measures: {未统: {rule: C, codes: [not_counted]}}, bad_when: 未统 > 0,
       levels: [{n: 1, name: 提醒}, {n: 3, name: 约谈}]}
    """,
)


def project(name: str = "P", started: str = "2025-01-10", **more: Any) -> dict[str, Any]:
    return {"项目名称": name, "开工日期": started, "类别": "工业", "填报单位": "甲镇", **more}


def on(day: str, projects: Rows, listed: dict[str, str] | None = None, paid: Rows = (), **parts: Any) -> Judged:  # type: ignore[assignment]
    clearing = [{"项目名称": name, "入统日期": when, "属地": "甲镇"} for name, when in (listed or {}).items()]
    return judge(MADE, day, {"项目": projects, "入统清单": clearing, "到资": list(paid)}, **parts)


@pytest.mark.parametrize(
    ("listed", "score"),
    [
        ({}, "98分"),
        ({"P": "2025-03-20"}, "100分"),
        ({"P": "2025-03-31"}, "100分"),
        ({"P": "2025-04-01"}, "98分"),  # it came onto the list after the month that is judged
        ({"另一个": "2025-03-20"}, "98分"),
    ],
)
def test_a_month_that_is_over_is_counted_by_the_list_of_its_last_day(listed: dict[str, str], score: str) -> None:
    assert on("2025-04-10", [project()], listed).unit("甲镇", "S") == score


def test_what_was_not_there_yet_is_not_missing() -> None:
    assert on("2025-04-10", [project(started="2025-04-02")]).unit("甲镇", "S") == "100分"
    assert on("2025-05-10", [project(started="2025-04-02")]).unit("甲镇", "S") == "98分"


def test_a_period_that_runs_is_counted_as_it_stands() -> None:
    assert on("2025-04-10", [project(started="2025-04-02")]).unit("甲镇", "Q") == "98分"
    assert on("2025-04-10", [project(started="2025-04-02")], {"P": "2025-04-10"}).unit("甲镇", "Q") == "100分"


def test_what_was_ended_since_counts_as_long_as_it_ran() -> None:
    assert on("2025-04-10", [project(终止日期="2025-04-03")]).unit("甲镇", "S") == "98分"
    assert on("2025-05-10", [project(终止日期="2025-04-03")]).unit("甲镇", "S") == "100分"


def test_a_value_that_was_another_one_then_decides_by_what_it_was() -> None:
    log = [{"table": "项目", "key": "P", "field": "类别", "old": "工业", "new": "农业", "at": "2025-04-05T09:00:00"}]
    assert on("2025-04-10", [project(类别="农业")], history=log).unit("甲镇", "S") == "98分"
    assert on("2025-05-10", [project(类别="农业")], history=log).unit("甲镇", "S") == "100分"


def test_derived_values_are_those_of_the_day() -> None:
    paid = [{"摘要": "一", "项目": "P", "到资日期": "2025-04-03", "金额": 150, "填报单位": "甲镇"}]
    assert on("2025-04-10", [project()], paid=paid).unit("甲镇", "M") == "1分"
    assert on("2025-05-10", [project()], paid=paid).unit("甲镇", "M") == "0分"


def test_the_share_that_was_found_is_that_of_the_day() -> None:
    rows = [project("P"), project("R")]
    listed = {"P": "2025-02-20", "R": "2025-04-02"}
    assert on("2025-04-10", rows, listed).unit("甲镇", "P") == "50分"
    assert on("2025-05-10", rows, listed).unit("甲镇", "P") == "100分"


def test_places_are_those_of_the_day() -> None:
    paid = [
        {"摘要": "一", "项目": "P", "到资日期": "2025-02-03", "金额": 150, "填报单位": "甲镇"},
        {"摘要": "二", "项目": "R", "到资日期": "2025-02-03", "金额": 200, "填报单位": "甲镇"},
    ]
    assert on("2025-04-10", [project("P"), project("R")], paid=paid).unit("甲镇", "L") == "1分"


def test_months_in_a_row_go_one_level_higher() -> None:
    assert on("2025-03-01", [project()]).unit("甲镇", "E") == "提醒"
    assert on("2025-04-05", [project()]).unit("甲镇", "E") == "约谈"
    assert on("2025-04-05", [project()], {"P": "2025-02-20"}).unit("甲镇", "E") is None


DAYS = st.dates(date(2025, 1, 1), date(2025, 5, 31))


@settings(max_examples=60)
@given(st.lists(st.tuples(DAYS, st.none() | DAYS, st.none() | DAYS), min_size=1, max_size=5), DAYS)
@example([(date(2025, 1, 1), None, date(2025, 2, 1))], date(2025, 2, 28))
@example([(date(2025, 1, 1), date(2025, 2, 28), None)], date(2025, 2, 28))
def test_a_past_month_is_counted_as_whoever_had_looked_on_its_last_day(
    rows: list[tuple[date, date | None, date | None]], day: date
) -> None:
    """Counted by hand from the dates: begun, still running and not on the list on the month's last day. A month counts from
    its last day on (`closed`), so on 28 February it is February, not January."""
    month_ends = (day + timedelta(days=1)).day == 1
    last = day if month_ends else day.replace(day=1) - timedelta(days=1)
    projects, listed, missing = [], {}, 0
    for at, (started, on_list, stopped) in enumerate(rows):
        more = {"终止日期": stopped.isoformat()} if stopped is not None and started < stopped <= day else {}
        projects.append(project(f"P{at}", started.isoformat(), **more))
        if on_list is not None and on_list <= day:  # nobody can have entered it before
            listed[f"P{at}"] = on_list.isoformat()
        running = not more or stopped is None or stopped > last
        missing += started <= last and running and not (on_list is not None and on_list <= last)
    if last.year == 2025:
        assert on(day.isoformat(), projects, listed).unit("甲镇", "S") == f"{100 - 2 * missing}分"


def test_a_date_that_tells_when_a_row_was_there_has_the_periods_counted_again() -> None:
    """The comparison itself does not look at it, the count of its past months does."""
    evaluator = Evaluator(MADE, default_calendar())
    assert {"S", "Q", "P", "E"} <= evaluator.shared_rules_reading("counted", {"day"})
    assert "C" not in evaluator.shared_rules_reading("counted", {"day"})
