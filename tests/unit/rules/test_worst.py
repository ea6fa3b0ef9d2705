"""`worst`: the parent shows the most urgent status of the rows below it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.rules.kit import Judged, judge, scheme, table
from validators.calendar import Calendar
from validators.document import read_document
from validators.evaluate import Evaluator
from validators.facts import Facts

PROJECT = table("project", "项目", "name 项目名称 text\nended 终止日期 date", ended="ended")
PROBLEM = table(
    "problem",
    "问题",
    "content 内容 text\nproject 项目 text\nraised 指出日期 date_actual\ndone 整改日期 date_actual",
    parent="project",
    parent_field="project",
)
RULES = """
- {id: D, kind: elapsed, table: problem, from: 指出日期, to: 整改日期, n: 10}
- {id: W, kind: worst, table: project, child: problem, of: D, sentence: "问题“{node}”"}
"""


def seen(day: str, *problems: tuple[str, str, str], **project: str) -> Judged:
    rows = [{"项目": "P", "内容": text, "指出日期": raised, "整改日期": done} for text, raised, done in problems]
    made = scheme([PROJECT, PROBLEM], RULES)
    return judge(made, day, {"项目": [{"项目名称": "P", "unit": "甲镇", **project}], "问题": rows})


@pytest.mark.parametrize(
    ("problems", "said", "deadline"),
    [
        ((), None, None),
        ((("通道", "2025-06-20", ""),), "临期", "2025-06-30"),
        ((("通道", "2025-06-20", ""), ("照明", "2025-06-10", "")), "逾期9天", "2025-06-20"),
        ((("通道", "2025-06-20", ""), ("照明", "2025-06-10", "2025-06-19")), "临期", "2025-06-30"),
        ((("照明", "2025-06-10", "2025-06-19"),), "按期完成", "2025-06-20"),
        ((("照明", "2025-06-10", "2025-06-21"), ("通道", "2025-06-10", "2025-06-19")), "逾期完成1天", "2025-06-20"),
    ],
)
def test_each_problem_has_its_clock_and_the_project_shows_the_worst(
    problems: tuple[tuple[str, str, str], ...], said: str | None, deadline: str | None
) -> None:
    found = seen("2025-06-29", *problems)
    assert found.status("P", "W") == said
    if said:
        assert found.entry("P", "W")["deadline"] == deadline


def test_the_reason_names_the_problem() -> None:
    found = seen("2025-06-29", ("通道", "2025-06-20", ""), ("照明", "2025-06-10", ""))
    assert found.entry("P", "W")["reason"].startswith("问题“照明”")


def test_nothing_runs_under_a_terminated_project() -> None:
    assert seen("2025-06-29", ("通道", "2025-06-10", ""), 终止日期="2025-06-29").status("P", "W") in (None, "已终止")
    assert seen("2025-06-28", ("通道", "2025-06-10", ""), 终止日期="2025-06-29").status("P", "W") == "逾期8天"


@pytest.mark.parametrize("more", ["of: X", "of: W"])
def test_it_lifts_a_rule_of_the_child_table(more: str) -> None:
    rules = RULES.replace("of: D", more)
    with pytest.raises(ValueError, match="没有规则"):
        judge(scheme([PROJECT, PROBLEM], rules), "2025-06-01")


MONTHS = table(
    "monthly",
    "月报",
    "project 项目 text\nmonth 月份 month\ngoal 预期 number\ndone 产值 number",
    parent="project",
    parent_field="project",
)
BEHIND = """
- {id: V, kind: variance, table: monthly, actual: 产值, expected: 预期, at: 月份, at_least: 0.8, below: 不及预期, flag: 不及预期}
- {id: W, kind: worst, table: project, child: monthly, of: V MORE}
"""


def months(more: str, *done: tuple[str, int]) -> Judged:
    rows = [{"项目": "P", "月份": month, "预期": "100", "产值": str(value)} for month, value in done]
    made = scheme([PROJECT, MONTHS], BEHIND.replace(" MORE", more))
    return judge(made, "2025-09-01", {"项目": [{"项目名称": "P", "unit": "甲镇"}], "月报": rows})


@pytest.mark.parametrize(
    ("more", "done", "said"),
    [
        ("", (("2025-06", 70), ("2025-07", 90)), "不及预期"),
        (", latest: 月份", (("2025-06", 70), ("2025-07", 90)), "90.0%"),
        (", latest: 月份", (("2025-07", 70), ("2025-06", 90)), "不及预期"),
        (", latest: 月份", (("2025-12", 70), ("2025-07", 90)), "90.0%"),  # figures of months to come are a plan
        (", latest: 月份", (), None),
    ],
)
def test_only_the_latest_month_where_only_that_matters(
    more: str, done: tuple[tuple[str, int], ...], said: str | None
) -> None:
    assert months(more, *done).status("P", "W") == said


def test_the_flag_of_the_child_is_lifted_where_asked_for() -> None:
    def flags(more: str, value: int) -> list[str]:
        return months(more, ("2025-07", value)).flags("P")

    assert flags(", flags: true", 70) == ["不及预期"]
    assert flags(", flags: true", 80) == []
    assert flags("", 70) == []


@pytest.mark.parametrize(("month", "turn"), [("2025-10", date(2025, 10, 1)), ("2025-07", None)])
def test_a_child_dated_ahead_is_waited_for(month: str, turn: date | None) -> None:
    """The only row is of a month to come: nothing is said, and the day on which it will be is known."""
    made = scheme([PROJECT, MONTHS], BEHIND.replace(" MORE", ", latest: 月份"))
    rows = {
        "项目": [{"项目名称": "P", "unit": "甲镇"}],
        "月报": [{"项目": "P", "月份": month, "预期": "100", "产值": "70"}],
    }
    document = {"tables": rows}
    day = date(2025, 9, 1)
    read = read_document(made, document, day)
    facts = Facts.of(made, read.records.values(), parents=read.parents)
    turns = [
        item.statuses[0].next_change for item in Evaluator(made, Calendar()).shared(facts, day) if item.kind == "turn"
    ]
    assert turns == ([turn] if turn else [])
