"""A terminated project is asked for nothing any more: no reports for later periods, nothing to be filled in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.unit.rules.kit import Judged, judge, scheme, table
from validators.calendar import Calendar
from validators.evaluate import Evaluator
from validators.facts import Facts
from validators.rows import Record
from validators.scheme.tables import Field

PROJECT = table(
    "project",
    "项目库",
    """
    name 项目名称 text
    level 级别 text dated
    plan 年度计划 money_wan
    started 开工日期 date_actual
    ended 终止日期 date
    why 终止原因 text
    """,
    ended="ended",
)
VISIT = table(
    "visit", "走访", "project 项目名称 text\nday 走访日期 date_actual", parent="project", parent_field="project"
)
MADE = scheme(
    [PROJECT, VISIT],
    """
    - {id: R, kind: cadence, table: project, period: month, subject: record, evidence: visit, evidence_date: 走访日期, since: 开工日期, keep: 3}
    - {id: A, kind: cadence, table: project, period: month, coverage: all, when: 有(开工日期), since: 开工日期, evidence: visit, evidence_date: 走访日期, keep: 3}
    - {id: U, kind: cadence, table: project, period: month, subject: record, updates: true, since: 开工日期, keep: 3}
    - {id: UA, kind: cadence, table: project, period: month, coverage: all, updates: true, when: 有(开工日期), keep: 3}
    - {id: Q, kind: required, table: project, fields: [年度计划]}
    - {id: W, kind: required, table: project, fields: [终止原因], when: 有(终止日期)}
    - {id: H, kind: horizon, table: project, fields: {"2025": 年度计划}, count: 1, text: 缺计划}
    - {id: P, kind: precondition, table: project, action: 开工日期, conditions: [{label: 计划, test: 有(年度计划)}]}
    """,
)
ROWS: list[dict[str, Any]] = [
    {"编号": "p1", "填报单位": "甲镇", "项目名称": "停了的", "级别": "省级", "开工日期": "2025-01-01", "终止日期": "2025-07-15"},
    {"编号": "p2", "填报单位": "甲镇", "项目名称": "在建的", "级别": "省级", "开工日期": "2025-01-01"},
]  # fmt: skip
VISITS = [{"编号": "v", "填报单位": "甲镇", "项目名称": "在建的", "走访日期": "2025-08-31"}]
HISTORY = [{"table": "project", "key": "p2", "field": "级别", "old": "市级", "new": "省级", "at": "2025-08-03"}]


def judged(day: str = "2025-10-13", history: Any = ()) -> Judged:
    return judge(MADE, day, {"项目库": ROWS, "走访": VISITS}, history=list(history))


def owed(found: Judged, rule: str, record: str = "") -> dict[str, str]:
    return {
        item["period"]: item["status"]
        for item in found.found["obligations"]
        if item["rule"] == rule and item["record"] == record and item["unit"] == "甲镇"
    }


def test_it_owes_no_period_at_whose_end_it_is_over() -> None:
    """B-52: what there is on the last day counts. The month in which it ends is not owed any more."""
    found = judged()
    assert set(owed(found, "R", "p1")) == set()
    assert set(owed(judged("2025-08-01"), "R", "p1")) == {"2025-05", "2025-06"}
    assert set(owed(found, "R", "p2")) == {"2025-07", "2025-08", "2025-09", "2025-10"}


def test_and_is_out_of_what_the_unit_must_cover() -> None:
    found = judged()
    assert owed(found, "A")["2025-08"] == "已报"
    assert any("0/1" in i["reason"] for i in found.found["obligations"] if (i["rule"], i["period"]) == ("A", "2025-07"))


@pytest.mark.parametrize("rule", ["Q", "H", "P"])
def test_nothing_is_asked_of_it(rule: str) -> None:
    assert judged().status("p1", rule) is None
    assert judged().status("p2", rule) is not None
    assert judged("2025-07-14").status("p1", rule) is not None, "the day before"


def test_but_why_it_was_ended_is() -> None:
    found = judged()
    assert found.status("p1", "W") == "缺项:终止原因" and found.status("p2", "W") is None


def test_a_change_of_the_very_row_is_its_report() -> None:
    found = judged(history=HISTORY)
    assert owed(found, "U", "p2")["2025-08"] == "已报"
    assert owed(found, "U", "p2")["2025-09"] == "逾期未报"
    assert owed(found, "UA")["2025-08"] == "已报"
    other = [{**HISTORY[0], "key": "p1", "at": "2025-06-03"}]
    assert owed(judged("2025-08-01", other), "U", "p2")["2025-06"] == "逾期未报"
    assert owed(judged("2025-08-01", other), "U", "p1")["2025-06"] == "已报"


LEVELS = scheme(
    [PROJECT, VISIT],
    """
    - {id: A, kind: cadence, table: project, period: quarter, coverage: all, when: 级别 = '省级', evidence: visit, evidence_date: 走访日期, since: 开工日期, uncovered: 未核查, keep: 1}
    - {id: R, kind: cadence, table: project, period: quarter, subject: record, when: 级别 = '省级', evidence: visit, evidence_date: 走访日期, since: 开工日期, keep: 1}
    """,
)


def levels(*known: str) -> Judged:
    rows = [
        {"编号": f"p{n}", "填报单位": "甲镇", "项目名称": f"项目{n}", "级别": level, "开工日期": "2024-05-01"}
        for n, level in enumerate(known)
    ]
    return judge(LEVELS, "2025-07-10", {"项目库": rows, "走访": []})


def test_a_row_that_may_owe_is_told_what_is_missing() -> None:
    found = levels("省级", "", "市级")
    for rule in ("A", "R"):
        assert found.status("p1", rule) == "待补条件"
        assert "缺级别" in found.entry("p1", rule)["reason"]
        assert found.status("p2", rule) is None
    reason = next(i["reason"] for i in found.found["obligations"] if (i["rule"], i["period"]) == ("A", "2025Q2"))
    assert "0/1" in reason and "另有1行待补条件" in reason


def test_a_unit_of_which_nothing_can_be_told_is_not_free() -> None:
    assert owed(levels("", ""), "A") == {"2025Q2": "待补条件", "2025Q3": "待补条件"}
    assert owed(levels("市级"), "A") == {"2025Q2": "免报", "2025Q3": "免报"}


AGAIN = PROJECT.model_copy(
    update={
        "fields": (*PROJECT.fields, Field(name="again", title="再入库日期", type="date")),
        "resumed": "again",
    }
)
BACK = MADE.model_copy(update={"tables": (AGAIN, VISIT)})


@pytest.mark.parametrize(
    ("again", "day", "periods", "asked"),
    [
        ("2025-09-10", "2025-10-13", {"2025-09", "2025-10"}, True),
        ("2025-09-30", "2025-10-13", {"2025-09", "2025-10"}, True),
        ("2025-07-20", "2025-10-13", {"2025-07", "2025-08", "2025-09", "2025-10"}, True),
        ("2025-11-01", "2025-10-13", set(), False),
        ("2025-07-15", "2025-10-13", set(), False),
        ("2025-05-01", "2025-10-13", set(), False),
    ],
)
def test_who_comes_back_is_asked_again_from_that_day(again: str, day: str, periods: set[str], asked: bool) -> None:
    """B-31: a project may come back under the same id; what lies between is not owed."""
    found = judge(BACK, day, {"项目库": [{**ROWS[0], "再入库日期": again}]})
    assert set(owed(found, "R", "p1")) == periods
    assert ("缺项" in str(found.status("p1", "Q"))) == asked


SHUT = VISIT.model_copy(
    update={
        "fields": (*VISIT.fields, Field(name="shut", title="停用日期", type="date")),
        "ended": "shut",
        "name_field": "day",
    }
)
BELOW = scheme(
    [AGAIN, SHUT],
    "- {id: R, kind: cadence, table: visit, period: month, subject: record, updates: true, start: 2025-04-01, keep: 9}",
)


@pytest.mark.parametrize(
    ("ended", "again", "shut", "expected"),
    [
        ("2025-05-15", "2025-06-20", None, {"04", "06", "07", "08", "09"}),
        ("2025-05-15", None, "2025-07-10", {"04"}),
        ("2025-05-15", "2025-08-20", "2025-06-10", {"04"}),
        ("2025-05-15", "2025-06-20", "2025-08-10", {"04", "06", "07"}),
        ("2025-06-15", "2025-08-20", "2025-05-10", {"04"}),
    ],
)
def test_a_row_is_over_with_its_project_and_by_itself(
    ended: str, again: str | None, shut: str | None, expected: set[str]
) -> None:
    """Both stretches count; who is gone for good does not come back with the project."""
    project = {"填报单位": "甲镇", "项目名称": "甲", "开工日期": "2025-01-01", "终止日期": ended, "再入库日期": again}
    visit = {"编号": "v", "填报单位": "甲镇", "项目名称": "甲", "走访日期": "2025-01-02", "停用日期": shut}
    found = judge(BELOW, "2025-09-15", {"项目库": [project], "走访": [visit]})
    assert {period[-2:] for period in owed(found, "R", "v")} == expected


@pytest.mark.parametrize(
    ("table_name", "column", "marked"),
    [
        ("project", "ended", True),
        ("project", "again", True),
        ("project", "name", True),
        ("visit", "project", True),
        ("project", "plan", False),
    ],
)
def test_an_edit_that_makes_a_row_be_over_or_come_back_has_its_duties_judged_again(
    table_name: str, column: str, marked: bool
) -> None:
    read = Evaluator(BACK, Calendar()).shared_rules_reading(table_name, {column})
    assert ("R" in read, "A" in read) == (marked, marked)


AHEAD = scheme(
    [PROJECT, VISIT],
    """
    - {id: S, kind: stage_entry, table: project, track: 库状态, stages: [{name: 在库, when: 有(开工日期)}, {name: 已退出, when: 有(终止日期)}]}
    - {id: Q, kind: required, table: project, fields: [年度计划], when: 为空(终止日期)}
    - {id: W, kind: required, table: project, fields: [终止原因], when: 有(终止日期)}
    - {id: T, kind: target, table: project, where: 有(年度计划) 且 为空(终止日期), of_where: 为空(终止日期), goal: 1, freeze: false}
    - {id: C, kind: required, table: visit, fields: [走访日期], when: 为空(项目库.终止日期)}
    """,
)


@pytest.mark.parametrize(
    ("day", "library", "asked", "why", "share", "below"),
    [
        ("2025-07-14", "在库", "缺项:年度计划", None, "0/2", "缺项:走访日期"),
        ("2025-07-15", "已退出", None, "缺项:终止原因", "0/1", None),
    ],
)
def test_an_end_that_lies_ahead_has_not_happened(
    day: str, library: str, asked: str | None, why: str | None, share: str, below: str | None
) -> None:
    """As the limits, which run until the day itself."""
    found = judge(AHEAD, day, {"项目库": ROWS, "走访": [{"编号": "v", "填报单位": "甲镇", "项目名称": "停了的"}]})
    assert (found.status("p1", "S"), found.status("p1", "Q"), found.status("p1", "W")) == (library, asked, why)
    assert found.status("v", "C") == below
    assert share in found.found["targets"][0]["reason"]


def test_and_everything_is_judged_again_on_its_day() -> None:
    """What is kept until its next change must not outlive the day before the end."""
    record = Record("p1", "project", "01", {"name": "停了的", "started": "2025-01-01", "ended": "2025-07-15"})
    evaluator, day = Evaluator(AHEAD, Calendar()), date(2025, 7, 1)
    verdicts = evaluator.shared(Facts.of(AHEAD, [record]), day, ["T"])
    changes = [s.next_change for v in verdicts for s in v.statuses if s.next_change is not None]
    assert changes and min(changes) == date(2025, 7, 15)
    (result,) = evaluator.records("project", [record], day, {})
    assert result.next_change == date(2025, 7, 15)
