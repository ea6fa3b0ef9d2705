"""`sync`: a companion action in step with its trigger, within a tolerance and before the next main node."""

from __future__ import annotations

import pytest

from tests.unit.rules.kit import judge, scheme, table

PROJECT = table(
    "project",
    "项目",
    """
    name 项目名称 text
    kind 类型 text
    started 开工日期 date_actual
    contract 合同日期 date_actual
    finished 竣工日期 date_actual
    ended 终止日期 date
    """,
    ended="ended",
)


def status(rule: str, day: str, row: dict[str, str]) -> dict[str, object]:
    made = scheme(
        [PROJECT],
        f"- {{id: Y, kind: sync, table: project, trigger: 开工日期, companion: 合同日期, modality: 原则上, {rule}}}",
    )
    return judge(made, day, {"项目": [{"项目名称": "P", **row}]}).entry("P", "Y")


TOLERANCE = "n: 30, stop: 竣工日期"


@pytest.mark.parametrize(
    ("day", "started", "contract", "finished", "said"),
    [
        ("2025-05-10", "", "", "", "待触发"),
        ("2025-05-10", "2025-04-10", "", "", "待同步"),
        ("2025-05-11", "2025-04-10", "", "", "未同步(原则上)"),
        ("2025-05-11", "2025-04-10", "2025-05-10", "", "同步"),
        ("2025-05-12", "2025-04-10", "2025-05-11", "", "未同步(原则上)"),
        # earlier than the trigger is in step, also before there is a trigger
        ("2025-05-11", "2025-04-10", "2025-04-01", "", "同步"),
        ("2025-05-11", "", "2025-04-01", "", "待触发"),
        # the next main node is a hard stop, on its day
        ("2025-04-19", "2025-04-10", "", "", "待同步"),
        ("2025-04-20", "2025-04-10", "", "2025-04-20", "未同步(原则上)"),
        ("2025-04-25", "2025-04-10", "2025-04-20", "2025-04-20", "同步"),
        ("2025-04-25", "2025-04-10", "2025-04-21", "2025-04-20", "未同步(原则上)"),
        # a stop dated in the future is not there yet
        ("2025-04-19", "2025-04-10", "", "2025-04-20", "待同步"),
        ("2025-04-09", "2025-04-10", "", "", "数据异常"),
        ("2025-04-20", "2025-04-10", "2025-04-21", "", "数据异常"),
        # 30 days over the end of February in a leap year, and over the year's end
        ("2024-03-01", "2024-01-31", "", "", "待同步"),
        ("2024-03-02", "2024-01-31", "", "", "未同步(原则上)"),
        ("2026-01-09", "2025-12-10", "", "", "待同步"),
        ("2026-01-10", "2025-12-10", "", "", "未同步(原则上)"),
    ],
)
def test_in_step(day: str, started: str, contract: str, finished: str, said: str) -> None:
    row = {"开工日期": started, "合同日期": contract, "竣工日期": finished}
    assert status(TOLERANCE, day, row)["status"] == said


@pytest.mark.parametrize(
    ("contract", "finished", "said", "deadline", "reason"),
    [
        ("", "2025-04-09", "数据异常", None, "竣工(2025-04-09)早于开工(2025-04-10)"),
        ("2025-04-10", "2025-04-09", "数据异常", None, "竣工(2025-04-09)早于开工(2025-04-10)"),
        # what came before the trigger is in step; no last day is told that lies before its own beginning
        ("2025-04-09", "2025-04-09", "同步", "2025-05-10", "应于2025-05-10前"),
        ("", "2025-04-10", "未同步(原则上)", "2025-04-10", "应于2025-04-10前"),
    ],
)
def test_a_main_node_before_the_trigger(
    contract: str, finished: str, said: str, deadline: str | None, reason: str
) -> None:
    found = status(TOLERANCE, "2025-05-30", {"开工日期": "2025-04-10", "合同日期": contract, "竣工日期": finished})
    assert (found["status"], found["deadline"]) == (said, deadline)
    assert reason in str(found["reason"])


def test_without_a_tolerance_only_the_stop_judges() -> None:
    assert status("stop: 竣工日期", "2026-12-31", {"开工日期": "2025-04-10"})["status"] == "待同步"
    row = {"开工日期": "2025-04-10", "竣工日期": "2025-09-01"}
    assert status("stop: 竣工日期", "2025-09-01", row)["status"] == "未同步(原则上)"


def test_the_deadline_is_the_nearer_of_tolerance_and_stop() -> None:
    row = {"开工日期": "2025-04-10", "竣工日期": "2025-04-20", "合同日期": "2025-04-21"}
    assert status(TOLERANCE, "2025-05-30", row)["deadline"] == "2025-04-20"
    row["竣工日期"] = "2025-08-20"
    assert status(TOLERANCE, "2025-08-30", row)["deadline"] == "2025-05-10"


def test_working_days_of_an_unpublished_year_are_provisional() -> None:
    found = status("n: 5, unit: 工作日", "2031-12-30", {"开工日期": "2031-12-29"})
    assert found["deadline"] == "2032-01-05"
    assert "暂按周末推算" in str(found["reason"])


def test_a_condition_and_a_terminated_project() -> None:
    rule = "n: 30, when: \"类型 = '新建'\""
    row = {"开工日期": "2025-04-10"}
    assert status(rule, "2025-06-01", {**row, "类型": "改建"})["status"] == "不适用"
    assert status(rule, "2025-06-01", row)["status"] == "待补条件"
    assert status(TOLERANCE, "2025-06-01", {**row, "终止日期": "2025-06-01"})["status"] == "已终止"
