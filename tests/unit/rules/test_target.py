"""`target`: counts, sums and shares that must be reached by a day; exact, cut off at the day, never over nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.rules.kit import Rows, judge, scheme, table

PROJECT = table(
    "project",
    "项目",
    """
    name 项目名称 text
    total 总投资 money_wan
    kind 类型 text
    code 代码 text
    plan 投产计划 date_plan
    produced 投产日期 date_actual
    """,
)


def seen(rule: str, day: str, rows: Rows, unit: str = "", **parts: object) -> dict[str, object]:
    made = scheme([PROJECT], f"- {{id: G, kind: target, table: project, {rule}}}", year=2025)
    given_ = [{"key": f"p{n}", "项目名称": f"项目{n}", "unit": "甲镇", **row} for n, row in enumerate(rows)]
    found = judge(made, day, {"项目": given_}, **parts).found["targets"]
    return next(item for item in found if item["unit"] == unit)


def produced(*days: str) -> Rows:
    return [{"投产日期": day} for day in days]


YEAR = "date_field: 投产日期, since: 2025-01-01, until: 2025-12-31, goal: 3"


@pytest.mark.parametrize(
    ("days", "day", "status", "done", "gap"),
    [
        (["2025-01-01", "2025-06-30", "2025-12-31"], "2026-01-01", "已达标", 3, 0),
        (["2024-12-31", "2025-06-30", "2026-01-01"], "2026-01-02", "未达标", 1, 2),
        (["2025-06-30"], "2025-12-01", "进行中", 1, 2),
        (["2025-06-30"], "2025-12-24", "临期", 1, 2),
        (["2025-06-30"], "2025-12-31", "临期", 1, 2),
        (["2025-06-30"], "2026-01-01", "未达标", 1, 2),
        # met early stays met; more than asked is no gap; what is dated after today has not happened
        (["2025-01-02"] * 4, "2025-02-01", "已达标", 4, 0),
        (["2025-01-02", "2025-01-03", "2025-06-02"], "2025-06-01", "进行中", 2, 1),
        (["2025-01-02", "2025-01-03", "2025-06-02"], "2025-06-02", "已达标", 3, 0),
    ],
)
def test_a_count_by_a_day(days: list[str], day: str, status: str, done: int, gap: int) -> None:
    found = seen(f"{YEAR}, lead: 7", day, produced(*days))
    assert (found["status"], found["done"], found["target"], found["gap"]) == (status, done, 3, gap)


@pytest.mark.parametrize(
    ("done", "of", "status", "ratio", "gap"),
    [(8, 14, "已达标", 57.1, 0), (7, 14, "未达标", 50.0, 1), (55, 100, "已达标", 55.0, 0), (54, 100, "未达标", 54.0, 1),
     (99, 180, "已达标", 55.0, 0), (187, 340, "已达标", 55.0, 0), (186, 340, "未达标", 54.7, 1)],
)  # fmt: skip
def test_a_share_is_compared_exactly(done: int, of: int, status: str, ratio: float, gap: int) -> None:
    """B-11: 55 of 100 passes, which in binary floats it would not; 7 of 14 does not."""
    rule = f"date_field: 投产日期, since: 2025-01-01, until: 2025-06-30, goal: 0.55, of: {of}"
    found = seen(rule, "2025-07-01", produced(*["2025-06-30"] * done))
    assert (found["status"], found["ratio"], found["gap"]) == (status, ratio, gap)


@settings(max_examples=40)
@given(st.integers(0, 60), st.integers(1, 60))
def test_a_share_of_one_half_is_met_by_twice_the_count(done: int, of: int) -> None:
    rule = f"date_field: 投产日期, since: 2025-01-01, until: 2025-06-30, goal: 0.5, of: {of}"
    found = seen(rule, "2025-07-01", produced(*["2025-06-30"] * done))
    assert (found["status"] == "已达标") == (2 * done >= of)


PLANNED = (
    "date_field: 投产日期, since: 2025-01-01, until: 2025-11-30, goal: 1, of_where: 年(投产计划) = 2025, modality: 力争"
)


@pytest.mark.parametrize(
    ("planned", "of", "done", "target", "status"),
    [(2, "3", 2, 3, "未达标(力争)"), (3, "3", 3, 3, "已达标"), (4, "3", 3, 4, "未达标(力争)"), (2, "null", 2, 2, "已达标"),
     (0, "null", 0, 0, "不适用")],
)  # fmt: skip
def test_the_list_is_the_denominator_when_it_is_long_enough(
    planned: int, of: str, done: int, target: int, status: str
) -> None:
    """B-12: the planned list if it reaches the target, else the target; over nothing nothing is judged."""
    rows = [{"投产计划": "2025-10", "投产日期": "2025-11-30" if n < done else ""} for n in range(planned)]
    found = seen(f"{PLANNED}, of: {of}", "2025-12-01", rows)
    assert (found["done"], found["target"], found["status"]) == (done, target, status)


def test_a_production_after_the_day_mends_nothing() -> None:
    rows = [{"投产计划": "2025-10", "投产日期": "2025-12-02"}]
    assert seen(f"{PLANNED}, of: 1", "2025-12-03", rows)["ratio"] == 0.0


def test_only_rows_for_which_the_condition_holds_are_counted() -> None:
    rows = [{"投产日期": "2025-05-01", "总投资": total, "类型": kind} for total, kind in
            (("10000", "制造"), ("9999", "制造"), ("20000", "商贸"), ("", "制造"), ("20000", ""))]  # fmt: skip
    found = seen(f"{YEAR}, where: \"总投资 >= 1亿元 且 类型 = '制造'\"", "2025-06-01", rows)
    assert found["done"] == 1


def test_sums_and_distinct_rows() -> None:
    rows = [{"投产日期": "2025-05-01", "总投资": "0.1", "代码": "A"}] * 3 + [
        {"投产日期": "2025-05-01", "总投资": "0.2", "代码": "B"}
    ]
    assert seen(f"{YEAR}, value: 总投资, measure: 万元", "2025-06-01", rows)["done"] == 0.5
    assert seen(f"{YEAR}, distinct: 代码", "2025-06-01", rows)["done"] == 2


def test_what_two_units_list_together_is_in_the_number_of_each_and_once_in_that_of_all() -> None:
    """B-43. Which of the books comes first makes no difference."""
    rows = [
        {"unit": unit, "投产日期": "2025-05-01", "代码": code}
        for unit, code in [("甲镇", "A"), ("乙镇", "A"), ("乙镇", "B"), ("乙镇", "B"), ("乙镇", "")]
    ]
    rule = f"{YEAR}, distinct: 代码"
    for order in (rows, rows[::-1]):
        by_unit = [seen(f"{rule}, by: unit", "2025-06-01", order, unit=unit)["done"] for unit in ("甲镇", "乙镇")]
        assert (by_unit, seen(rule, "2025-06-01", order)["done"]) == ([1, 3], 3)


def test_of_one_thing_with_two_amounts_the_larger_counts_whichever_is_read_first() -> None:
    rows = [
        {"unit": unit, "投产日期": "2025-05-01", "代码": "A", "总投资": amount}
        for unit, amount in [("甲镇", "0.2"), ("乙镇", "0.3"), ("甲镇", "0.1")]
    ]
    rule = f"{YEAR}, distinct: 代码, value: 总投资, measure: 万元"
    for order in (rows, rows[::-1]):
        by_unit = [seen(f"{rule}, by: unit", "2025-06-01", order, unit=unit)["done"] for unit in ("甲镇", "乙镇")]
        assert (by_unit, seen(rule, "2025-06-01", order)["done"]) == ([0.2, 0.3], 0.3)


def test_what_is_counted_once_is_once_in_the_denominator_too() -> None:
    rows = [{"投产日期": day, "代码": code, "类型": "甲"} for day, code in
            (("2025-05-01", "A"), ("2025-05-02", "A"), ("2025-05-03", "B"))]  # fmt: skip
    share = "date_field: 投产日期, since: 2025-01-01, until: 2025-12-31, distinct: 代码, of_where: 类型 = '甲', goal: 1"
    found = seen(share, "2025-06-01", rows)
    assert (found["status"], found["done"], found["target"], found["ratio"]) == ("已达标", 2, 2, 100.0)


def test_of_nothing_nothing_is_too_much() -> None:
    rule = "date_field: 投产日期, since: 2025-01-01, until: 2025-12-31, of_where: 类型 = '甲', goal: 0.5, at_most: true"
    found = seen(rule, "2025-06-01", produced("2025-05-01", "2025-05-01"))
    assert (found["status"], found["done"], found["gap"]) == ("不适用", 2, 0)


def test_a_limit_is_exceeded_and_a_target_fallen_short_of() -> None:
    rows = produced("2025-05-01", "2025-05-01", "2025-05-02", "2025-05-03")
    assert "完成4/3个，133.3%，超1个" in str(seen(f"{YEAR}, at_most: true", "2025-06-01", rows)["reason"])
    assert "完成1/3个，33.3%，差2个" in str(seen(YEAR, "2025-06-01", rows[:1])["reason"])


def test_a_frozen_figure_tells_todays_beside_it_also_where_nobody_set_a_target() -> None:
    frozen = [{"rule": "G", "period": "2025-12", "value": "4"}]
    found = seen(YEAR.replace("goal: 3", "goal: null"), "2026-01-05", produced("2025-05-01"), frozen=frozen)
    assert "完成4个，没有设定目标，按期末冻结数，现为1" in str(found["reason"])


@pytest.mark.parametrize(("unit", "done", "ratio"), [("甲镇", 3, 75.0), ("乙镇", 0, "—")])
def test_by_unit_and_over_nothing(unit: str, done: int, ratio: object) -> None:
    rows = [*produced("2025-05-01", "2025-05-01", "2025-05-01"), {"投产日期": "2025-05-01", "类型": "不算"}]
    rule = "by: unit, date_field: 投产日期, since: 2025-01-01, until: 2025-12-31, of_where: 有(投产日期), where: 为空(类型), goal: null"
    found = seen(rule, "2025-06-01", rows, unit=unit)
    assert (found["done"], found["ratio"], found["status"]) == (done, ratio, "目标未设定")


def test_a_target_nobody_has_set_is_neither_met_nor_missed() -> None:
    found = seen("date_field: 投产日期, until: 2025-12-31", "2026-02-01", produced("2025-05-01"))
    assert (found["status"], found["done"], found["ratio"]) == ("目标未设定", 1, None)


@pytest.mark.parametrize(
    ("day", "rows", "status"), [("2025-06-01", 0, "进行中"), ("2025-06-01", 1, "未达标"), ("2026-01-01", 0, "已达标")]
)
def test_a_zero_target(day: str, rows: int, status: str) -> None:
    rule = "date_field: 投产日期, until: 2025-12-31, goal: 0, at_most: true"
    assert seen(rule, day, produced(*["2025-05-01"] * rows))["status"] == status


def test_a_frozen_value_stands_after_the_day_and_what_it_is_now_is_said() -> None:
    frozen = [{"rule": "G", "unit": "", "period": "2025-12-31", "value": "3"}]
    found = seen(YEAR, "2026-02-01", produced("2025-05-01"), frozen=frozen)
    assert (found["status"], found["done"]) == ("已达标", 3)
    assert "现为1" in str(found["reason"])
    assert seen(YEAR, "2025-12-31", produced("2025-05-01"), frozen=frozen)["done"] == 1


def test_a_target_for_each_period() -> None:
    rule = "date_field: 投产日期, period: quarter, since: 2025-01-01, goal: 1, keep: 4"
    made = scheme([PROJECT], f"- {{id: G, kind: target, table: project, {rule}}}")
    rows = {"项目": [{"项目名称": "P", "投产日期": "2025-03-31"}, {"项目名称": "Q", "投产日期": "2025-07-01"}]}
    found = judge(made, "2025-07-02", rows).found["targets"]
    assert {item["period"]: item["status"] for item in found} == {
        "2025Q1": "已达标",
        "2025Q2": "未达标",
        "2025Q3": "已达标",
    }


@pytest.mark.parametrize(("days", "told"), [([], True), (["2025-06-30"], False)])
def test_what_is_said_where_nothing_was_counted(days: list[str], told: bool) -> None:
    found = seen(f"{YEAR}, none_text: 一个也没有", "2026-01-01", produced(*days))
    assert ("一个也没有" in str(found["reason"])) is told
