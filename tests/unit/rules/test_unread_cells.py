"""A cell that nobody could read is not blank: rules wait for it, and accuse nobody of what follows from it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.rules.kit import Judged, judge, scheme, table

PROJECT = table(
    "project",
    "项目库",
    """
    name 项目名称 text
    signed 签约日期 date_actual
    started 开工日期 date_actual
    plan 计划开工 date_plan
    checked 核查日期 date_actual
    code 代码 integer
    done 本月完成 money_wan
    """,
)
MADE = scheme(
    [PROJECT],
    """
    - {id: E, kind: elapsed, table: project, from: 签约日期, to: 开工日期, n: 3, unit: 月}
    - {id: F, kind: elapsed, table: project, from: 季末(签约日期), to: 开工日期, n: 3, unit: 月}
    - {id: G, kind: elapsed, table: project, from: 开工日期, to: 核查日期, n: 1}
    - {id: I, kind: integrity, table: project, checks: [{test: 有(签约日期), text: 没有签约日期}, {test: "有(签约日期, 计划开工)", text: 不全}]}
    - {id: B, kind: integrity, table: project, checks: [{test: 非 为空(签约日期), text: 空着}]}
    - {id: R, kind: required, table: project, fields: [签约日期, 计划开工]}
    - {id: C, kind: closure, table: project, raised: 季末(签约日期), done: 开工日期, n: 10}
    - {id: S, kind: sync, table: project, trigger: 开工日期, companion: 核查日期, n: 10}
    - {id: P, kind: planned, table: project, planned: 计划开工, actual: 核查日期}
    - {id: T, kind: target, table: project, where: 为空(签约日期), goal: 5}
    - {id: H, kind: reconcile, table: project, has: 有(代码)}
    - {id: A, kind: elapsed, table: project, when: 为空(签约日期), from: 开工日期, to: 核查日期, n: 1}
    - {id: V, kind: integrity, table: project, checks: [{test: "首个(签约日期, 计划开工) > 2030-01-01", text: 太早}]}
    """,
)
BAD = {
    "项目名称": "丙",
    "签约日期": "2025年13月1日",
    "开工日期": "2025-03-03",
    "计划开工": "2025-02",
    "核查日期": "2月30日",
}


def judged(**more: Any) -> Judged:
    return judge(MADE, "2025-08-01", {"项目库": [{**BAD, **more}]})


@pytest.mark.parametrize("rule", ["E", "F", "G", "C", "S", "P", "A"])
def test_what_hangs_on_the_cell_waits_for_it(rule: str) -> None:
    found = judged().entry("丙", rule)
    assert found["status"] == "待补条件", found
    assert "签约日期" in found["reason"] or "核查日期" in found["reason"]


@pytest.mark.parametrize("rule", ["I", "B", "R", "V"])
def test_it_is_not_said_to_be_blank(rule: str) -> None:
    assert judged().status("丙", rule) is None


def test_it_has_one_finding_and_no_second(word: str = "签约日期") -> None:
    assert len([text for text in judged().messages("丙") if word in text]) == 1


def test_blank_cells_are_told_as_before() -> None:
    found = judged(签约日期="", 核查日期="")
    assert found.status("丙", "E") == "数据异常"
    assert found.status("丙", "I") == "校验错误:没有签约日期、不全"
    assert found.status("丙", "R") == "缺项:签约日期"
    assert (found.status("丙", "G") or "").startswith("逾期")


def test_nothing_that_cannot_be_told_is_counted() -> None:
    assert judged().found["targets"][0]["done"] == 0
    assert judged(签约日期="").found["targets"][0]["done"] == 1


def test_a_row_whose_code_cannot_be_read_is_not_missing_in_the_other_list() -> None:
    assert judged(代码="若干").status("丙", "H") == "待补条件"
    assert judged(代码="").status("丙", "H") == "应统未统"


LISTS = scheme(
    [PROJECT, table("other", "月报", "name 项目名称 text\ncode 代码 integer\ndone 本月完成 money_wan")],
    "- {id: L, kind: reconcile, table: project, right: other, keys: [[代码]], compare: [本月完成]}",
)


def two_lists(left: dict[str, Any], right: dict[str, Any]) -> Judged:
    rows = {"项目库": [{"项目名称": "甲", "代码": 1, "本月完成": 5, **left}], "月报": [{"项目名称": "乙", "代码": 1, "本月完成": 5, **right}]}  # fmt: skip
    return judge(LISTS, "2025-08-01", rows)


@pytest.mark.parametrize(("left", "right"), [({"本月完成": "若干"}, {}), ({}, {"本月完成": "若干"})])
def test_an_amount_that_cannot_be_read_differs_from_nothing(left: dict[str, Any], right: dict[str, Any]) -> None:
    found = two_lists(left, right)
    assert [text for key in "甲乙" for text in found.messages(key) if "不一致" in text] == []
    assert "字段不一致" in (two_lists({"本月完成": ""}, {}).status("乙", "L") or "")


def test_a_key_that_cannot_be_read_is_no_blank_key() -> None:
    assert two_lists({"代码": "若干"}, {}).status("甲", "L") == "待补条件"
    assert two_lists({"代码": ""}, {}).status("甲", "L") == "缺代码"


STAGES = scheme(
    [PROJECT],
    """
    - id: Z
      kind: stage_entry
      table: project
      otherwise: 未入阶段
      stages:
        - {name: 签约, when: 有(签约日期)}
        - {name: 开工, when: 有(开工日期)}
        - {name: 核查, when: 有(核查日期)}
    """,
)


@pytest.mark.parametrize(
    ("cells", "stage"),
    [
        ({"签约日期": "2025-01-02"}, "签约"),
        ({}, "未入阶段"),
        ({"签约日期": "2025-01-02", "开工日期": "13月1日"}, "待补条件"),
        ({"签约日期": "13月1日"}, "待补条件"),
        ({"签约日期": "13月1日", "开工日期": "2025-03-03"}, "开工"),
        ({"签约日期": "2025-01-02", "开工日期": "2025-03-03", "核查日期": "2月30日"}, "待补条件"),
        ({"签约日期": "2025-01-02", "开工日期": "2月30日", "核查日期": "2025-09-30"}, "待补条件"),
        ({"签约日期": "2025-01-02", "开工日期": "2月30日", "核查日期": "2025-07-30"}, "核查"),
    ],
)
def test_a_stage_hangs_on_what_can_be_read(cells: dict[str, str], stage: str) -> None:
    """Only a later stage than the one that is sure matters; a date ahead has not happened."""
    found = judge(STAGES, "2025-08-01", {"项目库": [{"项目名称": "丙", **cells}]})
    assert found.status("丙", "Z") == stage


KINDS = scheme(
    [
        PROJECT,
        table(
            "paid",
            "到位",
            "project 项目名称 text\nmonth 月份 month\nsum 金额 money_wan",
            parent="project",
            parent_field="project",
        ),
    ],
    """
    - id: P2
      kind: planned
      table: project
      sentence: "{node}按计划"
      nodes: [{planned: 计划开工, actual: 开工日期, title: 开工}, {planned: 计划开工, actual: 核查日期, title: 核查}]
    - {id: X, kind: escalate, table: project, start: 签约日期, stop: 核查日期, steps: [{name: 提醒, n: 10}, {name: 督办, issued: 开工日期}]}
    - {id: Y, kind: escalate, table: project, suggest: 有(签约日期), name: 建议督办, stop: 核查日期}
    - {id: W, kind: reach, table: project, goal: 代码, rows: paid, amount: 金额, period: 月份, from: 签约日期, n: 1, unit: 月}
    - {id: N, kind: horizon, table: project, rows: paid, period: 月份, unit: month, base: 签约日期, count: 2, text: "缺{period}计划"}
    - {id: Q, kind: score, table: project, terms: [{name: 分, value: 代码, blank: zero}], digits: 0}
    - {id: Q2, kind: score, table: project, terms: [{name: 分, value: 10}], vetoes: [{name: 否决, value: 代码, when: 值 > 5, becomes: {好: 差}}], grades: [{name: 好, range: "[5, ∞)"}, {name: 差, range: "(-∞, 5)"}], digits: 0}
    - {id: D, kind: cadence, table: project, subject: record, period: month, start: 2025-06-01, until: 核查日期, evidence: paid, evidence_period: month}
    """,
)
SOUND = {"项目名称": "丙", "签约日期": "2025-01-03", "计划开工": "2025-02", "代码": 9}
PAID = {"项目名称": "丙", "月份": "2025-01", "金额": 3}


def of_kind(rule: str, project: dict[str, Any], paid: dict[str, Any]) -> str | None:
    rows = {"项目库": [{**SOUND, **project}], "到位": [{**PAID, **paid}]}
    return judge(KINDS, "2025-08-01", rows).status("丙", rule)


@pytest.mark.parametrize(
    ("rule", "project", "paid", "blank"),
    [
        ("P2", {"开工日期": "13月1日", "核查日期": "2025-02-03"}, {}, "逾期"),
        ("X", {"核查日期": "13月1日"}, {}, "督办"),
        ("X", {"签约日期": "13月1日"}, {}, None),
        ("Y", {"核查日期": "13月1日"}, {}, "建议督办"),
        ("W", {}, {"金额": "若干"}, "逾期"),
        ("W", {}, {"月份": "13月"}, "逾期"),
        ("Q", {"代码": "若干"}, {}, None),
        ("Q2", {"代码": "若干"}, {}, None),
    ],
)
def test_every_kind_waits_for_the_cell(
    rule: str, project: dict[str, Any], paid: dict[str, Any], blank: str | None
) -> None:
    assert of_kind(rule, project, paid) == "待补条件"
    told = of_kind(rule, dict.fromkeys(project, ""), dict.fromkeys(paid, ""))
    assert told != "待补条件" and (told or "").startswith(blank or "")


def test_of_several_nodes_one_that_is_sure_to_be_late_is_told() -> None:
    assert (of_kind("P2", {"开工日期": "13月1日"}, {}) or "").startswith("逾期")
    rows = {"项目库": [{**SOUND, "开工日期": "13月1日", "核查日期": "2025-02-03"}]}
    assert judge(KINDS, "2025-08-01", rows).entry("丙", "P2")["reason"].startswith("开工")


def test_a_plan_whose_period_cannot_be_read_may_be_the_one_that_seems_absent() -> None:
    assert of_kind("N", {}, {"月份": "13月"}) is None
    assert "缺" in (of_kind("N", {}, {}) or "")


def test_who_may_have_left_is_not_said_to_owe() -> None:
    rows = {"项目库": [{**SOUND, "核查日期": "13月1日"}]}
    found = {item["status"] for item in judge(KINDS, "2025-08-01", rows).found["obligations"]}
    assert found == {"待补条件"}


IN_BUILDING = scheme(
    [
        PROJECT,
        table("paid", "到位", "project 项目名称 text\nmonth 月份 month", parent="project", parent_field="project"),
    ],
    """
    - id: D
      kind: cadence
      table: project
      subject: record
      period: month
      start: 2025-06-01
      when: 有(开工日期) 且 开工日期 <= 期末 且 (为空(核查日期) 或 核查日期 > 期末)
      evidence: paid
      evidence_period: month
    """,
)


def test_a_duty_asks_only_for_what_could_decide_it() -> None:
    rows = {"项目库": [{"项目名称": "丙", "签约日期": "2025-01-03", "开工日期": "2月30日"}]}
    reasons = {item["reason"] for item in judge(IN_BUILDING, "2025-08-01", rows).found["obligations"]}
    assert reasons and not any("核查日期" in reason for reason in reasons) and all("缺开工日期" in r for r in reasons)


RUNNING = scheme(
    [PROJECT],
    """
    - {id: E, kind: elapsed, table: project, when: "有(开工日期) 且 开工日期 <= 2025-12-31 且 (为空(核查日期) 或 核查日期 > 2025-12-31)", from: 签约日期, to: 计划开工, n: 1}
    - {id: F, kind: elapsed, table: project, when: "如果(为空(核查日期), 代码 > 3, 本月完成 > 3)", from: 签约日期, to: 计划开工, n: 1}
    """,
)


def test_only_what_could_decide_is_asked_for() -> None:
    """核查 lies ahead and stays blank: that it is blank settles its part of the condition."""
    found = judge(
        RUNNING, "2025-08-01", {"项目库": [{"项目名称": "丙", "签约日期": "2025-01-03", "开工日期": "2月30日"}]}
    )
    assert "缺开工日期，" in found.entry("丙", "E")["reason"], found.entry("丙", "E")
    found = judge(RUNNING, "2025-08-01", {"项目库": [{"项目名称": "丙", "签约日期": "2025-01-03"}]})
    assert "缺代码，" in found.entry("丙", "F")["reason"]
