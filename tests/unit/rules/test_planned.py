"""`planned`: planned against actual dates, and what is remembered of plans that were moved."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.unit.rules.kit import Judged, judge, scheme, table
from validators.rules import parse_rule

PROJECT = table(
    "project",
    "项目",
    """
    name 项目名称 text
    kind 类型 text
    start_plan 开工计划 date_plan
    start 开工日期 date_actual
    finish_plan 竣工计划 date_plan
    finish 竣工日期 date_actual
    """,
)
ONE = scheme([PROJECT], "- {id: N, kind: planned, table: project, planned: 竣工计划, actual: 竣工日期}")
BOTH = scheme(
    [PROJECT],
    """
    - id: N
      kind: planned
      table: project
      sentence: "{node}按计划"
      nodes:
        - {planned: 开工计划, actual: 开工日期, title: 开工}
        - {planned: 竣工计划, actual: 竣工日期, title: 竣工, when: "类型 = '新建'"}
    """,
)


def seen(made: object, day: str, row: dict[str, str], *moves: tuple[str, str, str, str]) -> Judged:
    history = [
        {"table": "项目", "key": "P", "field": field, "old": old, "new": new, "at": at} for at, field, old, new in moves
    ]
    return judge(made, day, {"项目": [{"项目名称": "P", **row}]}, history=history)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("plan", "done", "day", "status", "deadline"),
    [
        ("2025-08-31", "", "2025-08-23", "正常", "2025-08-31"),
        ("2025-08-31", "", "2025-08-24", "临期", "2025-08-31"),
        ("2025-08-31", "", "2025-08-31", "临期", "2025-08-31"),
        ("2025-08-31", "", "2025-09-01", "逾期1天", "2025-08-31"),
        ("2025-08-31", "2025-08-31", "2025-09-01", "按期完成", "2025-08-31"),
        ("2025-08-31", "2025-09-02", "2025-09-03", "逾期完成2天", "2025-08-31"),
        # a planned month means its last day, a planned year its last
        ("2024-02", "", "2024-03-01", "逾期1天", "2024-02-29"),
        ("2025-02", "", "2025-02-28", "临期", "2025-02-28"),
        ("2025", "", "2026-01-01", "逾期1天", "2025-12-31"),
        # nothing planned, nothing late; done without a plan has nothing to be measured by
        ("", "", "2025-09-01", "未启动", None),
        ("", "2025-08-01", "2025-09-01", "不适用", None),
        ("2025-08-31", "2025-09-02", "2025-09-01", "数据异常", "2025-08-31"),
    ],
)
def test_one_node(plan: str, done: str, day: str, status: str, deadline: str | None) -> None:
    found = seen(ONE, day, {"竣工计划": plan, "竣工日期": done}).entry("P", "N")
    assert (found["status"], found["deadline"]) == (status, deadline)


def test_a_moved_plan_is_judged_by_the_new_day_and_tells_the_old_one() -> None:
    moved = ("2025-09-02", "竣工计划", "2025-08-31", "2025-09-30")
    found = seen(ONE, "2025-09-02", {"竣工计划": "2025-09-30"}, moved).entry("P", "N")
    assert found["status"] == "正常"
    assert "计划变更1次，原计划2025-08-31" in found["reason"]


def test_the_first_plan_is_kept_through_many_moves() -> None:
    moves = (
        ("2025-03-01", "竣工计划", "2025-06-30", "2025-08-31"),
        ("2025-07-01", "竣工计划", "2025-08-31", "2025-09-30"),
    )
    found = seen(ONE, "2025-10-01", {"竣工计划": "2025-09-30"}, *moves).entry("P", "N")
    assert found["status"] == "逾期1天"
    assert "计划变更2次，原计划2025-06-30" in found["reason"]


def test_setting_a_plan_for_the_first_time_is_no_change() -> None:
    found = seen(ONE, "2025-08-01", {"竣工计划": "2025-09-30"}, ("2025-07-01", "竣工计划", "", "2025-09-30"))
    assert "计划变更" not in found.entry("P", "N")["reason"]


@pytest.mark.parametrize(
    ("row", "status", "node"),
    [
        ({"开工计划": "2025-06-01", "竣工计划": "2025-12-31", "类型": "新建"}, "逾期9天", "开工"),
        (
            {"开工计划": "2025-06-01", "开工日期": "2025-06-03", "竣工计划": "2025-06-12", "类型": "新建"},
            "临期",
            "竣工",
        ),
        ({"开工计划": "2025-06-01", "竣工计划": "2025-05-01", "类型": "新建"}, "逾期40天", "竣工"),
        ({"开工计划": "2025-06-20", "竣工计划": "2025-05-01", "类型": "改建"}, "正常", "开工"),
    ],
)
def test_of_several_nodes_the_most_urgent_is_shown(row: dict[str, str], status: str, node: str) -> None:
    found = seen(BOTH, "2025-06-10", row).entry("P", "N")
    assert found["status"] == status
    assert found["reason"].startswith(f"{node}按计划")


def test_a_passed_plan_can_have_a_word_of_its_own() -> None:
    rule = "- {id: N, kind: planned, table: project, planned: 开工计划, actual: 开工日期, late: should_have_started}"
    made = scheme([PROJECT], rule)
    assert seen(made, "2025-06-02", {"开工计划": "2025-06-01"}).status("P", "N") == "应开未开"
    assert seen(made, "2025-06-01", {"开工计划": "2025-06-01"}).status("P", "N") == "临期"
    assert seen(made, "2025-06-02", {}).status("P", "N") == "未启动"


def test_a_pair_or_nodes_but_not_both() -> None:
    base = {"id": "N", "kind": "planned", "title": "x", "table": "project"}
    with pytest.raises(ValidationError, match="二者选一"):
        parse_rule(base)
    with pytest.raises(ValidationError, match="二者选一"):
        parse_rule({**base, "planned": "a", "actual": "b", "nodes": [{"planned": "a", "actual": "b"}]})


def test_without_a_plan_nothing_is_said_to_be_on_time() -> None:
    found = seen(BOTH, "2025-09-01", {"开工日期": "2025-08-20"}).entry("P", "N")
    assert found["status"] == "不适用"
    assert found["reason"] == "开工没有填计划日期，不比，实际2025-08-20"
