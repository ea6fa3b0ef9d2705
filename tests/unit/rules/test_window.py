"""`window`: phases of a scheme, things to be filed by a day, days by which rows are done."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.unit.rules.kit import judge, scheme, table
from validators.rules import parse_rule

DOCUMENTS = table("document", "材料", "title 名称 text\nkind 类别 text\nfiled 报送日期 date_actual")
PROJECTS = table(
    "project", "项目", "name 项目名称 project_name\nsite 选址类型 text\nstarted 开工日期 date_actual\nended 终止日期 date",
    ended="ended",
)  # fmt: skip
ACTIVITY = scheme(
    [DOCUMENTS],
    """
    - {id: P1, kind: window, first: 2021-01-01, last: 2021-02-28, evidence: document, evidence_when: "类别 = '实施方案'",
       evidence_date: 报送日期, lead: 3}
    - {id: P2, kind: window, first: 2021-03-01, last: 2021-12-31, running: 推进落实}
    - {id: P3, kind: window, first: 2022-01-01, last: 2022-01-31, filing: true}
    - id: M4
      kind: window
      phases:
        - {name: 动员部署, first: 2021-01-01, last: 2021-02-28}
        - {name: 推进落实, first: 2021-03-01, last: 2021-12-31}
        - {name: 总结考评, first: 2022-01-01, last: 2022-01-31}
    """,
)
PLAN = [{"名称": "活动方案", "类别": "实施方案", "报送日期": "2021-02-20"}]


@pytest.mark.parametrize(
    ("day", "rule", "expected"),
    [
        ("2020-12-31", "P1", "未启动"),
        ("2021-01-01", "P1", "进行中"),
        ("2021-02-24", "P1", "进行中"),
        ("2021-02-25", "P1", "临期"),
        ("2021-02-28", "P1", "临期"),
        ("2021-03-01", "P1", "逾期1天"),
        ("2021-02-28", "P2", "未启动"),
        ("2021-03-01", "P2", "推进落实"),
        ("2021-12-31", "P2", "推进落实"),
        ("2022-01-01", "P2", "已结束"),
        ("2022-01-31", "P3", "进行中"),
        ("2022-02-01", "P3", "逾期1天"),
        ("2020-12-31", "M4", "未启动"),
        ("2021-02-28", "M4", "动员部署"),
        ("2021-03-01", "M4", "推进落实"),
        ("2022-01-31", "M4", "总结考评"),
        ("2022-02-01", "M4", "已结束"),
    ],
)
def test_a_window_of_the_scheme_with_nothing_filed(day: str, rule: str, expected: str) -> None:
    assert judge(ACTIVITY, day).unit(rule, rule) == expected


def test_what_was_filed_in_time_is_done_and_stays_done() -> None:
    assert judge(ACTIVITY, "2021-02-21", {"材料": PLAN}).unit("P1", "P1") == "按期完成"
    assert judge(ACTIVITY, "2022-06-01", {"材料": PLAN}).unit("P1", "P1") == "按期完成"


def test_a_paper_of_another_kind_or_of_a_later_day_is_no_filing() -> None:
    other = [{"名称": "简报", "类别": "简报", "报送日期": "2021-02-20"}]
    assert judge(ACTIVITY, "2021-03-02", {"材料": other}).unit("P1", "P1") == "逾期2天"
    assert judge(ACTIVITY, "2021-02-10", {"材料": PLAN}).unit("P1", "P1") == "进行中"


def test_what_was_filed_late_says_by_how_much() -> None:
    late = [{**PLAN[0], "报送日期": "2021-03-05"}]
    assert judge(ACTIVITY, "2021-04-01", {"材料": late}).unit("P1", "P1") == "逾期完成5天"


def test_a_submission_counts_where_the_rule_asks_for_filing() -> None:
    sent = [{"rule": "P3", "unit": "", "period": "", "at": "2022-01-31T23:00:00"}]
    assert judge(ACTIVITY, "2022-03-01", submissions=sent).unit("P3", "P3") == "按期完成"


def test_every_unit_files_for_itself() -> None:
    made = scheme([DOCUMENTS], "- {id: W, kind: window, last: 2025-03-31, filing: true, each_unit: true}")
    sent = [{"rule": "W", "unit": "甲镇", "period": "", "at": "2025-03-30"}]
    found = judge(made, "2025-04-02", submissions=sent)
    assert (found.unit("甲镇", "W"), found.unit("乙镇", "W")) == ("按期完成", "逾期2天")


ROWS = scheme(
    [PROJECTS],
    "- {id: R, kind: window, table: project, when: 选址类型 = '独立选址', done: 开工日期, first: 2025-01-01, last: 2025-06-30, lead: 30}",
)


@pytest.mark.parametrize(
    ("day", "row", "expected"),
    [
        ("2024-12-31", {}, "未启动"),
        ("2025-01-01", {}, "正常"),
        ("2025-05-31", {}, "临期"),
        ("2025-06-30", {}, "临期"),
        ("2025-07-01", {}, "逾期1天"),
        ("2025-07-01", {"开工日期": "2025-06-30"}, "按期完成"),
        ("2025-07-02", {"开工日期": "2025-07-01"}, "逾期完成1天"),
        ("2025-07-01", {"开工日期": "2025-08-01"}, "数据异常"),
        ("2025-07-01", {"选址类型": "标准化厂房"}, "不适用"),
        ("2025-07-01", {"选址类型": ""}, "待补条件"),
        ("2025-07-10", {"终止日期": "2025-07-01"}, "已终止"),
    ],
)
def test_rows_that_must_be_done_by_a_fixed_day(day: str, row: dict[str, str], expected: str) -> None:
    rows = [{"项目名称": "甲", "选址类型": "独立选址", **row}]
    assert judge(ROWS, day, {"项目": rows}).status("甲", "R") == expected


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"first": "2025-02-01", "last": "2025-01-01"},
        {"last": "2025-01-01", "table": "project"},
        {"last": "2025-01-01", "phases": [{"name": "甲", "first": "2025-01-01", "last": "2025-01-02"}]},
        {"phases": [{"name": "甲", "first": "2025-01-03", "last": "2025-01-02"}]},
    ],
)
def test_a_window_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        parse_rule({"id": "W", "kind": "window", "title": "W", **wrong})
