"""`closure`: the life of a matter — raised, done, verified."""

from __future__ import annotations

import pytest

from tests.unit.rules.kit import judge, scheme, table

MATTER = table(
    "matter",
    "事项",
    """
    name 事项 text
    raised 交办日期 date_actual
    begun 接办日期 date_actual
    due 限办日期 date_plan
    done 办结日期 date_actual
    verified 销号日期 date_actual
    refused 退回 yesno
    """,
)
RULE = "raised: 交办日期, done: 办结日期, verified: 销号日期"


def entry(more: str, day: str, **row: str) -> dict[str, object]:
    made = scheme([MATTER], f"- {{id: C, kind: closure, table: matter, {RULE}{more}}}")
    return judge(made, day, {"事项": [{"事项": "甲", **row}]}).entry("甲", "C")


@pytest.mark.parametrize(
    ("day", "row", "said"),
    [
        ("2025-06-15", {}, "未启动"),
        ("2025-06-15", {"交办日期": "2025-06-01", "限办日期": "2025-06-15"}, "办理中"),
        ("2025-06-16", {"交办日期": "2025-06-01", "限办日期": "2025-06-15"}, "逾期未销号"),
        # lateness goes by the day it was done; verification may come later
        ("2025-06-16", {"交办日期": "2025-06-01", "限办日期": "2025-06-15", "办结日期": "2025-06-14"}, "待核验"),
        ("2025-07-01", {"交办日期": "2025-06-01", "限办日期": "2025-06-15", "办结日期": "2025-06-14",
                        "销号日期": "2025-06-30"}, "已销号"),
        # a month as due day means its last day
        ("2024-02-29", {"交办日期": "2024-02-01", "限办日期": "2024-02"}, "办理中"),
        ("2024-03-01", {"交办日期": "2024-02-01", "限办日期": "2024-02"}, "逾期未销号"),
        ("2025-06-15", {"办结日期": "2025-06-14"}, "数据异常"),
        ("2025-06-13", {"交办日期": "2025-06-01", "办结日期": "2025-06-14"}, "数据异常"),
        ("2025-06-15", {"交办日期": "2025-06-02", "办结日期": "2025-06-01"}, "数据异常"),
    ],
)  # fmt: skip
def test_a_matter_with_a_due_day(day: str, row: dict[str, str], said: str) -> None:
    assert entry(", due: 限办日期", day, **row)["status"] == said


def test_what_was_verified_and_not_said_to_be_done_is_neither_closed_nor_overdue() -> None:
    row = {"交办日期": "2025-06-01", "限办日期": "2025-06-15", "销号日期": "2025-06-12"}
    found = entry(", due: 限办日期", "2025-06-20", **row)
    assert found["status"] == "数据异常"
    assert str(found["reason"]).startswith("填了销号(2025-06-12)，没有填办结")


@pytest.mark.parametrize(
    ("verified", "said", "told"),
    [
        ("", "待核验", "应于2025-06-15前，实际2025-06-18，晚3天"),
        ("2025-06-19", "已销号", "应于2025-06-15前，实际2025-06-18，晚3天"),
    ],
)
def test_what_was_done_late_says_so(verified: str, said: str, told: str) -> None:
    row = {"交办日期": "2025-06-01", "限办日期": "2025-06-15", "办结日期": "2025-06-18", "销号日期": verified}
    found = entry(", due: 限办日期", "2025-06-20", **row)
    assert found["status"] == said and told in str(found["reason"])
    found = entry(", due: 限办日期", "2025-06-20", **{**row, "办结日期": "2025-06-15"})
    assert found["status"] == said and "应于" not in str(found["reason"])


def test_without_a_limit_the_days_are_shown_and_nothing_is_overdue() -> None:
    found = entry("", "2025-06-02", 交办日期="2025-05-01")
    assert (found["status"], found["deadline"], found["days"]) == ("办理中", None, None)
    assert "32天" in str(found["reason"])


@pytest.mark.parametrize(
    ("unit", "raised", "last"),
    [("日", "2025-06-20", "2025-06-30"), ("工作日", "2025-09-26", "2025-10-16"), ("月", "2024-04-30", "2025-02-28")],
)
def test_a_limit_in_days_working_days_or_months(unit: str, raised: str, last: str) -> None:
    assert entry(f", n: 10, unit: {unit}", raised, 交办日期=raised)["deadline"] == last


def test_a_matter_nobody_has_begun() -> None:
    assert entry(", begun: 接办日期", "2025-06-02", 交办日期="2025-06-01")["status"] == "未办"
    assert entry(", begun: 接办日期", "2025-06-02", 交办日期="2025-06-01", 接办日期="2025-06-02")["status"] == "办理中"


def test_a_refused_verification_opens_the_matter_again_under_the_same_due_day() -> None:
    row = {"交办日期": "2025-06-01", "限办日期": "2025-06-15", "办结日期": "2025-06-14", "退回": "是"}
    found = entry(", due: 限办日期, reopened: 退回 = 是", "2025-06-16", **row)
    assert (found["status"], found["deadline"]) == ("逾期未销号", "2025-06-15")
    assert entry(", due: 限办日期, reopened: 退回 = 是", "2025-06-16", **{**row, "退回": "否"})["status"] == "待核验"
