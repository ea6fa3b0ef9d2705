"""`cadence`: who owes a report for which period, until when, and what counts as one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.rules.kit import Rows, judge, scheme, table
from validators.scheme.models import Department

PROJECT = table(
    "project",
    "项目",
    """
    name 项目名称 text
    total 总投资 money_wan
    entered 入库日期 date
    started 开工日期 date_actual
    produced 投产日期 date_actual
    ended 终止日期 date
    """,
    ended="ended",
)
VISIT = table(
    "visit",
    "核查",
    "note 情况 text\nproject 项目 text\ntown 属地 text\nday 核查日期 date_actual\nmonth 月份 month",
    filler="commission",
    keys=(("project", "month"),),
)
OFFICE = (Department(code="fgw", name="发改委", commission=True),)


def duties(rule: str, day: str, projects: Rows = (), visits: Rows = (), **parts: object) -> dict[tuple[str, str], str]:  # type: ignore[assignment]
    """(unit, period) → what is said of the duty."""
    found = _seen(rule, day, projects, visits, **parts).found["obligations"]
    return {(item["unit"], item["period"]): item["status"] for item in found}


def _seen(rule: str, day: str, projects: Any, visits: Any, start: str = "2025-01-01", **parts: object) -> Any:
    made = scheme(
        [PROJECT, VISIT],
        f"- {{id: J, kind: cadence, table: project, start: {start}, {rule}}}",
        departments=OFFICE,
    )
    return judge(made, day, {"项目": list(projects), "核查": list(visits)}, **parts)


def sent(at: str, period: str, unit: str = "甲镇") -> dict[str, str]:
    return {"rule": "J", "unit": unit, "period": period, "at": at}


@pytest.mark.parametrize(
    ("day", "came", "said"),
    [
        ("2025-06-26", "", "未到期"),
        ("2025-06-27", "", "临期"),
        ("2025-06-30", "", "临期"),
        ("2025-07-01", "", "逾期未报"),
        ("2025-07-01", "2025-06-30", "已报"),
        ("2025-07-05", "2025-07-03", "逾期补报3天"),
        ("2025-07-02", "2025-07-03", "逾期未报"),  # what comes after today has not come
    ],
)
def test_a_monthly_report_of_each_unit(day: str, came: str, said: str) -> None:
    submissions = [sent(came, "2025-06")] if came else []
    found = duties("period: month", day, submissions=submissions)
    assert found["甲镇", "2025-06"] == said
    assert len({unit for unit, _ in found}) == 6


@pytest.mark.parametrize(
    ("rule", "period", "due"),
    [
        ("period: month", "2024-02", "2024-02-29"),
        ("period: month, due_day: 31", "2025-02", "2025-02-28"),
        ("period: month, due_offset: 1, due_day: 5", "2025-12", "2026-01-05"),
        ("period: quarter", "2025Q4", "2025-12-31"),
        ("period: quarter, due_day: 25", "2025Q1", "2025-03-25"),
        ("period: quarter, due_day: 10, due_offset: 1", "2025Q1", "2025-04-10"),
        ("period: quarter, due_day: 10, due_offset: 1, due_month: -1", "2025Q1", "2025-06-10"),
        ("period: quarter, due_day: 25, due_month: 1", "2025Q1", "2025-01-25"),
        ("period: year, due_day: 20", "2025", "2025-12-20"),
        ("period: half, due_day: 31", "2025H1", "2025-06-30"),
        ("period: week, every: 2, due_day: 5", "2025-W01", "2025-01-10"),
        ("period: month, every: 2, due_day: 25", "2025-01", "2025-02-25"),
        ("period: month, every: 2, due_day: 25, due_offset: 1", "2025-01", "2025-03-25"),
        ("period: quarter, due_day: 31, due_month: 2", "2025Q4", "2025-11-30"),
        ("period: half, due_day: 15, due_month: -2", "2025H1", "2025-05-15"),
        ("period: year, due_day: 10, due_month: 11, roll: next_workday", "2025", "2025-11-10"),
        ("period: half, due_n: 15", "2025H1", "2025-07-15"),
        ("period: year, due_offset: 1, due_day: 31", "2025", "2026-01-31"),
        ("period: week, due_day: 5", "2025-W24", "2025-06-13"),
        ("period: week", "2026-W01", "2026-01-04"),
        # 28 September 2025 is a Sunday on which people work, 1 October a holiday
        ("period: month, due_day: 28, roll: previous_workday", "2025-09", "2025-09-28"),
        ("period: month, due_day: 1, due_offset: 1, roll: next_workday", "2025-09", "2025-10-09"),
        ("period: month, due_n: 3, due_unit: 工作日", "2025-09", "2025-10-11"),
    ],
)
def test_the_day_a_report_is_due(rule: str, period: str, due: str) -> None:
    made = _seen(f"{rule}, keep: 30", due, (), (), start="2024-01-01")
    found = {item["period"]: item["deadline"] for item in made.found["obligations"]}
    assert found[period] == due


def test_a_week_in_which_nobody_works_is_not_owed() -> None:
    """B-51: the week of Spring Festival 2026."""
    found = duties("period: week", "2026-02-24")
    assert found["甲镇", "2026-W08"] == "免报"
    assert found["甲镇", "2026-W07"] == "逾期未报"
    assert duties("period: week, skip_idle: false", "2026-02-24")["甲镇", "2026-W08"] == "逾期未报"


def test_a_unit_owes_only_while_it_is_on_the_roster() -> None:
    roster = [{"unit": "甲镇", "from": "2025-03-10", "to": "2025-05-20"}, {"unit": "乙镇", "from": None, "to": None}]
    found = duties("period: month", "2025-07-01", roster=roster)
    mine = {period: status for (unit, period), status in found.items() if unit == "甲镇"}
    assert mine == {"2025-03": "免报", "2025-04": "逾期未报", "2025-05": "逾期未报"}
    assert found["乙镇", "2025-01"] == "逾期未报"


def test_a_change_of_the_table_counts_where_the_rule_says_so() -> None:
    rows = [{"项目名称": "P", "unit": "甲镇", "总投资": "2"}]
    history = [{"table": "项目", "key": "P", "field": "总投资", "old": "1", "new": "2", "at": "2025-05-30"}]
    by_unit = duties("period: month, updates: true", "2025-07-01", rows, history=history)
    assert by_unit["甲镇", "2025-05"] == "已报"
    assert by_unit["甲镇", "2025-06"] == by_unit["乙镇", "2025-05"] == "逾期未报"


def test_the_duty_of_one_department_is_done_by_whoever_did_it() -> None:
    rule = "period: month, subject: responsible, responsible: [发改委], updates: true"
    rows = [{"项目名称": "P", "unit": "甲镇", "总投资": "2"}]
    history = [{"table": "项目", "key": "P", "field": "总投资", "old": "1", "new": "2", "at": "2025-05-30"}]
    found = duties(rule, "2025-07-01", rows, history=history, submissions=[sent("2025-06-02", "2025-06", "乙镇")])
    assert {unit for unit, _ in found} == {"发改委"}
    assert (found["发改委", "2025-05"], found["发改委", "2025-06"], found["发改委", "2025-04"]) == (
        "已报",
        "已报",
        "逾期未报",
    )


# coverage ---------------------------------------------------------------------------------------------------------

ALL = (
    "period: month, coverage: all, when: 有(开工日期) 且 开工日期 <= 期末 且 (为空(投产日期) 或 投产日期 > 期末), since: 开工日期, "
    "until: 终止日期, evidence: visit, evidence_date: 核查日期, evidence_link: 项目, evidence_unit: 属地, uncovered: 本月未核查"
)


def project(name: str, started: str = "2025-02-01", **more: str) -> dict[str, str]:
    return {"项目名称": name, "unit": "甲镇", "开工日期": started, **more}


def visit(name: str, day: str, town: str = "") -> dict[str, str]:
    return {"项目": name, "核查日期": day, "属地": town}


def test_every_row_in_scope_is_covered_or_told() -> None:
    names = [f"P{n}" for n in range(10)]
    found = _seen(ALL, "2025-07-01", [project(n) for n in names], [visit(n, "2025-06-10") for n in names[:9]])
    june = next(i for i in found.found["obligations"] if i["period"] == "2025-06" and i["unit"] == "甲镇")
    assert june["status"] == "逾期未报"
    assert "9/10，90.0%" in june["reason"]
    assert found.status("P9", "J") == "本月未核查"
    assert "2025年6月" in found.entry("P9", "J")["reason"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (project("P"), "逾期未报"),
        (project("P", "2025-06-01"), "逾期未报"),  # there since the month began
        (project("P", "2025-06-02"), "免报"),  # the month of entry is not owed
        (project("P", "2025-07-01"), "免报"),
        (project("P", 投产日期="2025-06-30"), "免报"),  # not under construction on the last day
        (project("P", 投产日期="2025-07-01"), "逾期未报"),
        (project("P", 终止日期="2025-05-31"), "免报"),
        (project("P", 终止日期="2025-06-10"), "免报"),  # over on the last day (B-31, B-52)
        (project("P", 终止日期="2025-07-01"), "逾期未报"),
        ({"项目名称": "P", "unit": "甲镇"}, "免报"),
    ],
)
def test_which_rows_are_in_scope(row: dict[str, str], said: str) -> None:
    assert duties(ALL, "2025-07-01", [row])["甲镇", "2025-06"] == said


def test_a_row_of_which_it_cannot_be_told_is_not_counted() -> None:
    rule = ALL.replace("有(开工日期) 且 开工日期", "开工日期")
    found = _seen(rule, "2025-07-01", [project("P", "")], [])
    june = next(i for i in found.found["obligations"] if i["period"] == "2025-06" and i["unit"] == "甲镇")
    assert june["status"] == "待补条件" and "0/" not in june["reason"]


def test_rows_of_the_same_name_are_told_apart_by_their_unit() -> None:
    rows = [{**project("P"), "key": "a"}, {**project("P"), "key": "b", "unit": "乙镇"}]
    found = duties(ALL, "2025-07-01", rows, [visit("P", "2025-06-10", "乙镇")])
    assert (found["甲镇", "2025-06"], found["乙镇", "2025-06"]) == ("逾期未报", "已报")
    # a name that stands in two units and no unit with it is nobody's visit
    assert duties(ALL, "2025-07-01", rows, [visit("P", "2025-06-10")])["乙镇", "2025-06"] == "逾期未报"


def test_a_report_that_names_its_month() -> None:
    rule = ALL.replace("evidence_date: 核查日期", "evidence_period: 月份")
    visits = [{"项目": "P", "月份": "2025-06"}]
    assert duties(rule, "2025-07-20", [project("P")], visits)["甲镇", "2025-06"] == "已报"
    assert duties(rule, "2025-07-20", [project("P")], visits)["甲镇", "2025-05"] == "逾期未报"


def test_only_evidence_for_which_the_condition_holds() -> None:
    rule = f"{ALL}, evidence_when: 有(情况)"
    blank, filled = visit("P", "2025-06-10"), {**visit("P", "2025-06-10"), "情况": "主体施工"}
    assert duties(rule, "2025-07-01", [project("P")], [blank])["甲镇", "2025-06"] == "逾期未报"
    assert duties(rule, "2025-07-01", [project("P")], [filled])["甲镇", "2025-06"] == "已报"


def test_each_row_owes_for_itself() -> None:
    rule = ALL.replace("coverage: all", "subject: record").replace(", uncovered: 本月未核查", "")
    found = _seen(rule, "2025-07-01", [project("P"), project("Q")], [visit("Q", "2025-06-10")])
    told = {(i["record"], i["period"]): i["status"] for i in found.found["obligations"]}
    assert (told["P", "2025-06"], told["Q", "2025-06"], told["Q", "2025-05"]) == ("逾期未报", "已报", "逾期未报")


def test_the_entry_may_be_the_later_of_two_days() -> None:
    rule = ALL.replace("since: 开工日期", "since: {latest: [开工日期, 入库日期]}")
    assert duties(rule, "2025-07-01", [project("P", 入库日期="2025-06-10")])["甲镇", "2025-06"] == "免报"
    assert duties(rule, "2025-07-01", [project("P", 入库日期="2025-01-10")])["甲镇", "2025-06"] == "逾期未报"


def test_a_year_nobody_has_published_makes_a_due_day_provisional() -> None:
    made = _seen("period: month, due_n: 3, due_unit: 工作日", "2031-12-31", (), (), start="2031-01-01")
    found = next(i for i in made.found["obligations"] if i["period"] == "2031-12")
    assert found["deadline"] == "2032-01-05"
    assert "暂按周末推算" in found["reason"]


@pytest.mark.parametrize(("at", "said"), [("2025-06-30", "已报"), ("2025-07-03", "逾期补报3天"), (None, "已报")])
def test_a_report_came_on_the_day_somebody_wrote_in_its_row(at: str | None, said: str) -> None:
    """The row may stand there long before, opened for the month; where nobody knows when, it was in time (L6)."""
    rule = ALL.replace("evidence_date: 核查日期", "evidence_period: 月份")
    visits = [{"key": "v", "项目": "P", "月份": "2025-06", "情况": "主体施工"}]
    written = {"table": "核查", "key": "v", "field": "情况", "old": "", "new": "主体施工", "at": at}
    found = duties(rule, "2025-07-20", [project("P")], visits, history=[written] if at else [])
    assert found["甲镇", "2025-06"] == said


def test_coverage_is_asked_of_units_on_the_roster_only() -> None:
    roster = [{"unit": "甲镇", "from": "2025-05-12", "to": None}]
    rows = [project("P"), {**project("Q"), "unit": "乙镇"}]
    found = _seen(ALL, "2025-07-01", rows, (), roster=roster)
    told = {(i["unit"], i["period"]): i["status"] for i in found.found["obligations"]}
    mine = {period: status for (unit, period), status in told.items() if unit == "甲镇"}
    assert mine == {"2025-05": "免报", "2025-06": "逾期未报", "2025-07": "未到期"}
    assert told["乙镇", "2025-03"] == "逾期未报"
    reason = found.entry("P", "J")["reason"]
    assert "2025年6月" in reason
    assert "2025年5月" not in reason and "至" not in reason


def test_of_many_missing_months_the_first_and_the_last_are_named() -> None:
    found = _seen(ALL, "2025-07-01", [project("P", "2025-01-02")], ())
    assert "2025年2月至2025年6月共5期" in found.entry("P", "J")["reason"]


def test_a_row_owes_nothing_before_its_entry() -> None:
    """A blank `since`, or one that lies ahead, is no entry; a cell that nobody can read may be one."""
    rule = "period: month, table: project, subject: record, since: 开工日期"
    rows = [project("P", ""), project("Q", "2025-07-02"), project("R", "2025-06-01"), project("S", "2025年13月")]
    found = _seen(rule, "2025-07-01", rows, [])
    june = {i["record"]: i["status"] for i in found.found["obligations"] if i["period"] == "2025-06"}
    assert june == {"R": "逾期未报", "S": "待补条件"}
    assert found.status("P", "J") is None and found.status("Q", "J") is None


def test_a_duty_of_units_that_are_no_more_is_owed_by_nobody() -> None:
    """Not by everybody, as where no units are named."""
    assert duties("period: month, units: [已撤的镇]", "2025-06-26") == {}
    assert {unit for unit, _ in duties("period: month, units: [乙镇, 已撤的镇]", "2025-06-26")} == {"乙镇"}
