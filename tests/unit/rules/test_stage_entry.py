"""`stage_entry`: the latest stage for which there is evidence; parallel tracks; items counted."""

from __future__ import annotations

import pytest

from tests.unit.rules.kit import judge, scheme, table

PROJECT = table(
    "project",
    "项目",
    """
    name 项目名称 text
    total 总投资 money_wan
    signed 签约日期 date_actual
    a_applies 能评适用 yesno
    a 能评日期 date_actual
    b 环评日期 date_actual
    start_plan 开工计划 date_plan
    started 开工日期 date_actual
    result 验收结果 text
    produced 投产日期 date_actual
    """,
)
MADE = scheme(
    [PROJECT],
    """
    - id: S
      kind: stage_entry
      table: project
      otherwise: 未入阶段
      stages:
        - {name: 签约, when: 有(签约日期)}
        - name: 前期
          id: S2
          when: 有(能评日期) 或 有(环评日期)
          progress: [{done: 有(能评日期), unless: 能评适用 = 否}, {done: 有(环评日期)}]
        - {name: 开工, when: 有(开工日期)}
        - {name: 投产, when: "有(投产日期) 且 验收结果 = '合格'"}
    - {id: T, kind: stage_entry, table: project, track: 库状态, otherwise: 待核, stages: [{name: 在库, when: 总投资 >= 1亿元}]}
    - {id: R, kind: required, table: project, when: "当前阶段 = '开工' 且 库状态 = '在库'", fields: [验收结果]}
    """,
)


@pytest.mark.parametrize(
    ("row", "stage"),
    [
        ({}, "未入阶段"),
        ({"签约日期": "2025-03-01"}, "签约"),
        ({"签约日期": "2025-03-01", "能评日期": "2025-03-10"}, "前期"),
        # evidence of a later stage wins, whether or not the stages before it are there
        ({"开工日期": "2025-04-01"}, "开工"),
        ({"开工日期": "2025-04-01", "能评日期": "2025-04-05"}, "开工"),
        # a plan is no evidence, nor is a date in the future
        ({"签约日期": "2025-03-01", "开工计划": "2025-04-01"}, "签约"),
        ({"签约日期": "2025-03-01", "开工日期": "2025-06-02"}, "签约"),
        ({"签约日期": "2025-06-02"}, "未入阶段"),
        # production without acceptance has not come
        ({"开工日期": "2025-04-01", "投产日期": "2025-05-01"}, "开工"),
        ({"投产日期": "2025-05-01", "验收结果": "合格"}, "投产"),
        ({"开工日期": "2025-04-01", "投产日期": "2025-05-01", "验收结果": "不合格"}, "开工"),
    ],
)
def test_the_stage(row: dict[str, str], stage: str) -> None:
    assert judge(MADE, "2025-06-01", {"项目": [{"项目名称": "P", **row}]}).record("P")["stage"] == stage


@pytest.mark.parametrize(
    ("row", "progress"),
    [({"能评日期": "2025-03-10"}, "1/2"), ({"能评日期": "2025-03-10", "环评日期": "2025-03-11"}, "2/2"),
     ({"环评日期": "2025-03-10", "能评适用": "否"}, "1/1"), ({"环评日期": "2025-03-10", "能评日期": "2025-06-02"}, "1/2")],
)  # fmt: skip
def test_parallel_items_are_counted_without_those_that_do_not_apply(row: dict[str, str], progress: str) -> None:
    found = judge(MADE, "2025-06-01", {"项目": [{"项目名称": "P", **row}]}).entry("P", "S2")
    assert f"已办{progress}" in found["reason"]


def test_a_track_stands_beside_the_stage_and_conditions_may_name_both() -> None:
    rows = [{"项目名称": "P", "总投资": "10000", "开工日期": "2025-04-01"}, {"项目名称": "Q", "总投资": "9999"}]
    found = judge(MADE, "2025-06-01", {"项目": rows})
    assert (found.record("P")["stage"], found.status("P", "T")) == ("开工", "在库")
    assert (found.record("Q")["stage"], found.status("Q", "T")) == ("未入阶段", "待核")
    assert found.status("P", "R") == "缺项:验收结果"
    assert found.status("Q", "R") is None


def test_the_day_on_which_a_future_date_comes_is_a_day_to_judge_again() -> None:
    rows = [{"项目名称": "P", "签约日期": "2025-03-01", "开工日期": "2025-06-02"}]
    assert judge(MADE, "2025-06-02", {"项目": rows}).record("P")["stage"] == "开工"


GRADED = scheme(
    [PROJECT],
    """
    - {id: G, kind: stage_entry, table: project, track: 级别, blank: ask, stages: [{name: C级, when: 总投资 < 1亿元}, {name: B级, when: 总投资 >= 1亿元}, {name: A级, when: "总投资 >= 10亿元 或 (验收结果 = '重大' 且 总投资 >= 5亿元)"}]}
    """,
)


@pytest.mark.parametrize(
    ("total", "result", "grade"),
    [
        ("100000", "", "A级"),  # whatever the other cell holds
        ("50000", "重大", "A级"),
        ("50000", "一般", "B级"),
        ("50000", "", "待补条件"),  # A or B
        ("49999", "", "B级"),
        ("9999", "", "C级"),
        ("", "重大", "待补条件"),
    ],
)
def test_grades_by_several_columns_ask_for_what_leaves_them_open(total: str, result: str, grade: str) -> None:
    row = {"项目名称": "P", "总投资": total, "验收结果": result}
    assert judge(GRADED, "2025-06-01", {"项目": [row]}).status("P", "G") == grade
