"""B-58 in rules over many rows: an actual date after today has not happened, and counts from its day on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.unit.rules.kit import Judged, judge, scheme, table
from validators.calendar import default_calendar
from validators.evaluate import Evaluator
from validators.facts import Facts
from validators.rows import Record

PROJECT = table(
    "project",
    "项目",
    "name 项目名称 text\nstarted 开工日期 date_actual\nlisted 入统日期 date_actual\nplanned 计划 date_plan",
)
MATTER = table(
    "matter", "事项", "name 事项 text\nraised 交办 date_actual\ndone 办结 date_actual\nclosed 销号 date_actual"
)
MADE = scheme(
    [PROJECT, MATTER],
    """
    - {id: T, kind: target, table: project, where: 有(开工日期), goal: 1}
    - {id: R, kind: reconcile, table: project, when: 有(开工日期), has: 有(入统日期), missing: 应统未统}
    - {id: M, kind: cadence, table: project, subject: record, period: month, due_day: 5, when: 有(开工日期), start: 2025-06-01}
    - {id: S, kind: score, terms: [{name: 开工, measure: {table: project, where: 有(开工日期)}, blank: zero}]}
    - {id: F, kind: target, table: project, where: 有(计划), goal: 1}
    - {id: N, kind: target, table: project, where: 未填(开工日期), goal: 1}
    - {id: L, kind: target, table: project, where: 为空(开工日期), goal: 1}
    - {id: C, kind: closure, table: matter, raised: 交办, done: 办结, verified: 销号}
    """,
    year=2025,
)


def seen(day: str = "2025-06-30", **row: Any) -> Judged:
    return judge(MADE, day, {"项目": [{"项目名称": "甲", "unit": "甲镇", **row}]})


@pytest.mark.parametrize(("started", "counted"), [("2025-06-30", "1"), ("2025-07-01", "0"), ("2025-07-05", "0")])
def test_a_start_ahead_is_not_counted(started: str, counted: str) -> None:
    found = seen(开工日期=started)
    target = next(item for item in found.found["targets"] if item["rule"] == "T")
    assert str(target["done"]) == counted
    assert found.unit("甲镇", "S") == f"{counted}分" or counted == "0"
    assert (found.status("甲", "R") == "应统未统") == (counted == "1")
    assert (found.status("甲", "M") is not None) == (counted == "1")


def test_a_listing_ahead_is_no_listing() -> None:
    assert seen(开工日期="2025-05-01", 入统日期="2025-07-05").status("甲", "R") == "应统未统"
    assert seen(开工日期="2025-05-01", 入统日期="2025-06-05").status("甲", "R") == "一致"


def test_whether_anything_stands_in_the_cell_can_be_asked_too() -> None:
    found = {item["rule"]: item["done"] for item in seen(开工日期="2025-07-05").found["targets"]}
    assert (found["N"], found["L"]) == (0, 1)
    found = {item["rule"]: item["done"] for item in seen().found["targets"]}
    assert (found["N"], found["L"]) == (1, 1)


def test_a_plan_ahead_is_a_plan() -> None:
    assert next(item for item in seen(计划="2025-12-01").found["targets"] if item["rule"] == "F")["done"] == 1


def test_a_matter_verified_ahead_is_not_closed() -> None:
    row = {"事项": "一", "交办": "2025-06-01", "办结": "2025-06-05", "销号": "2025-07-05"}
    assert judge(MADE, "2025-06-30", {"事项": [row]}).status("一", "C") == "数据异常"
    assert judge(MADE, "2025-07-05", {"事项": [row]}).status("一", "C") == "已销号"


@pytest.mark.parametrize("rule", ["T", "R", "M", "S"])
def test_the_rule_is_asked_again_on_the_day(rule: str) -> None:
    """What is kept until its next change must not outlive the day of the start."""
    evaluator = Evaluator(MADE, default_calendar())
    records = [Record("P", "project", "01", {"name": "P", "started": "2025-07-05"})]
    verdicts = evaluator.shared(Facts.of(MADE, records), date(2025, 6, 30), [rule])
    changes = [s.next_change for v in verdicts for s in v.statuses if s.next_change is not None]
    assert changes and min(changes) <= date(2025, 7, 5)


def test_what_waits_for_a_date_ahead_names_it() -> None:
    made = scheme(
        [PROJECT], "- {id: R, kind: reconcile, table: project, when: 开工日期 > 2025-01-01, has: 有(入统日期)}"
    )
    found = judge(made, "2025-06-30", {"项目": [{"项目名称": "甲", "开工日期": "2025-07-05"}]}).entry("甲", "R")
    assert (found["status"], "缺开工日期" in found["reason"]) == ("待补条件", True)
