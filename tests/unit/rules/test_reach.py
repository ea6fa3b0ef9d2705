"""`reach`: a milestone that is an amount, reached on the day the sum came that far."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.unit.rules.kit import Judged, Rows, judge, scheme, table
from validators.rules import parse_rule

PROJECTS = table(
    "project", "项目",
    """
    name 项目名称 project_name
    signed 签约日期 date_actual
    total 总投资 money_wan
    paid 累计到资 money_wan
    paid_on 到资日期 date_actual
    due 到资截止日期 date
    started 开工日期 date_actual
    ended 终止日期 date
    """,
    ended="ended",
)  # fmt: skip
PAYMENTS = table(
    "payment", "到资明细", "project 项目 text\nday 到账日期 date_actual\namount 金额 money_wan\nkind 类别 text",
    parent="project", parent_field="project", name_field="",
)  # fmt: skip
MONTHS = table(
    "monthly", "月度进展", "project 项目 text\nmonth 月份 month\ntotal 累计完成投资 money_wan",
    parent="project", parent_field="project", name_field="",
)  # fmt: skip
MADE = scheme(
    [PROJECTS, PAYMENTS, MONTHS],
    """
    - {id: A, kind: reach, table: project, rows: payment, amount: 金额, day: 到账日期, where: 类别 = '资本金', goal: 25% * 总投资,
       from: 签约日期, n: 6, into: 到资达标日期, measure: 万元}
    - {id: NEXT, kind: elapsed, table: project, from: 到资达标日期, to: 开工日期, n: 3, unit: 月}
    - {id: M, kind: reach, table: project, rows: monthly, amount: 累计完成投资, period: 月份, cumulative: true, goal: 50% * 总投资,
       due: 到资截止日期}
    - {id: SHOW, kind: reach, table: project, rows: payment, amount: 金额, day: 到账日期, goal: 25% * 总投资}
    - {id: OWN, kind: reach, table: project, amount: 累计到资, day: 到资日期, cumulative: true, goal: 25% * 总投资, from: 签约日期, n: 6}
    """,
)


def run(day: str, payments: Rows = [], months: Rows = [], **cells: Any) -> Judged:  # noqa: B006 - read only
    project = {"项目名称": "甲", "签约日期": "2025-01-31", "总投资": 10000, "unit": "甲镇", **cells}
    tied = {"项目": "甲", "unit": "甲镇", "类别": "资本金"}
    months = [{"项目": "甲", "unit": "甲镇", **item} for item in months]
    return judge(
        MADE, day, {"项目": [project], "到资明细": [{**tied, **item} for item in payments], "月度进展": months}
    )


def paid(day: str, amount: int, **more: Any) -> dict[str, Any]:
    return {"到账日期": day, "金额": amount, **more}


@pytest.mark.parametrize(
    ("day", "payments", "expected"),
    [
        ("2025-03-01", [], "正常"),
        ("2025-07-24", [paid("2025-03-01", 2499)], "临期"),
        ("2025-08-01", [paid("2025-03-01", 2499)], "逾期1天"),
        ("2025-08-01", [paid("2025-03-01", 2500)], "按期完成"),
        ("2025-08-01", [paid("2025-03-01", 1000), paid("2025-07-31", 1500)], "按期完成"),
        ("2025-09-01", [paid("2025-08-02", 1500), paid("2025-03-01", 1000)], "逾期完成2天"),
        ("2025-08-01", [paid("2025-03-01", 2500, 类别="贷款")], "逾期1天"),
        ("2025-06-01", [paid("2025-06-15", 2500)], "正常"),
    ],
)
def test_the_share_must_be_paid_in_within_six_months(day: str, payments: Rows, expected: str) -> None:
    """Signed on 2025-01-31: six months end on 2025-07-31, whatever order the payments stand in."""
    assert run(day, payments).status("甲", "A") == expected


def test_the_reason_says_how_far_the_sum_came() -> None:
    assert "累计1000/应达2500万元" in run("2025-08-01", [paid("2025-03-01", 1000)]).entry("甲", "A")["reason"]


def test_the_day_it_was_reached_can_start_the_next_clock() -> None:
    payments = [paid("2025-03-01", 1000), paid("2025-04-30", 1500)]
    found = run("2025-08-01", payments)
    assert (found.status("甲", "NEXT"), found.entry("甲", "NEXT")["deadline"]) == ("逾期2天", "2025-07-30")
    assert run("2025-08-01", payments[:1]).status("甲", "NEXT") == "未启动"


def test_cumulative_figures_of_months_count_with_the_months_last_day() -> None:
    months = [{"月份": "2025-05", "累计完成投资": 4999}, {"月份": "2025-06", "累计完成投资": 5000}]
    assert run("2025-07-10", months=months, 到资截止日期="2025-06-30").status("甲", "M") == "按期完成"
    assert run("2025-07-10", months=months, 到资截止日期="2025-06-29").status("甲", "M") == "逾期完成1天"
    assert run("2025-06-20", months=months[:1], 到资截止日期="2025-06-30").status("甲", "M") == "正常"
    assert run("2025-06-20", months=months).status("甲", "M") == "未启动"


def test_without_a_limit_the_share_is_shown() -> None:
    assert run("2025-07-10", [paid("2025-03-01", 1000)]).status("甲", "SHOW") == "40.0%"
    assert run("2025-07-10", [paid("2025-03-01", 1000)], 总投资=0).status("甲", "SHOW") == "—"


def test_the_row_may_hold_the_sum_itself() -> None:
    assert run("2025-08-05", 累计到资=2500, 到资日期="2025-07-31").status("甲", "OWN") == "按期完成"
    assert run("2025-08-05", 累计到资=2400, 到资日期="2025-07-31").status("甲", "OWN") == "逾期5天"


def test_blanks_ask_and_terminated_projects_stop() -> None:
    assert run("2025-08-05", 总投资=None).status("甲", "A") == "待补条件"
    assert run("2025-08-05", 签约日期=None).status("甲", "A") == "未启动"
    assert run("2025-08-05", 终止日期="2025-08-01").status("甲", "A") == "已终止"


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 3000)), max_size=6), st.randoms(use_true_random=False))
def test_the_day_is_the_first_on_which_the_sum_is_enough(payments: list[tuple[int, int]], source: Any) -> None:
    start = date(2025, 1, 31)
    rows = [paid((start + timedelta(days=days)).isoformat(), amount) for days, amount in payments]
    source.shuffle(rows)
    entry = run("2026-06-30", rows).entry("甲", "NEXT")
    enough = [d for d in range(301) if sum(amount for days, amount in payments if days <= d) >= 2500]
    if enough:
        assert entry["status"].startswith("逾期")
        assert f"应于{_months_later(start + timedelta(days=enough[0]))}前" in entry["reason"]
    else:
        assert entry["status"] == "未启动"


def _months_later(day: date) -> str:
    from validators.calendar import add_months

    return add_months(day, 3).isoformat()


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"amount": "a", "goal": "b"},
        {"amount": "a", "goal": "b", "day": "c", "period": "d"},
        {"amount": "a", "goal": "b", "day": "c", "n": 3},
        {"amount": "a", "goal": "b", "day": "c", "due": "d", "from": "e", "n": 3},
    ],
)
def test_a_milestone_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        parse_rule({"id": "R", "kind": "reach", "title": "R", "table": "project", **wrong})


REFUNDS = table(
    "refund",
    "收支",
    "project 项目 text\nday 日期 date_actual\namount 金额 number",
    parent="project",
    parent_field="project",
    name_field="",
)
BACK = (
    "[{id: B, kind: reach, table: project, rows: refund, amount: 金额, day: 日期, goal: '100', from: 签约日期, n: 6}]"
)


@pytest.mark.parametrize(
    ("amounts", "said"),
    [
        ([("2025-03-01", 100)], "按期完成"),
        ([("2025-03-01", 100), ("2025-04-01", -1)], "正常"),
        ([("2025-03-01", 100), ("2025-04-01", -1), ("2025-08-05", 1)], "逾期完成5天"),
        ([("2025-03-01", 100), ("2025-04-01", -1), ("2025-04-01", 1)], "按期完成"),  # within one day
        ([("2025-03-01", 50), ("2025-03-01", 60), ("2025-03-01", -20)], "正常"),
    ],
)
def test_what_went_back_is_not_there_any_more(amounts: list[tuple[str, int]], said: str) -> None:
    day = "2025-08-10" if len(amounts) == 3 and amounts[2][0] > "2025-08" else "2025-06-30"
    rows = [
        {"key": f"r{n}", "unit": "甲镇", "项目": "甲", "日期": on, "金额": money}
        for n, (on, money) in enumerate(amounts)
    ]
    project = {"key": "p", "unit": "甲镇", "项目名称": "甲", "签约日期": "2025-01-31"}
    assert judge(scheme([PROJECTS, REFUNDS], BACK), day, {"项目": [project], "收支": rows}).status("p", "B") == said
