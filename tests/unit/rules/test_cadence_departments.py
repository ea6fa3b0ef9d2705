"""`cadence` of several departments, each for itself; and the day of a report by a formula."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.rules.kit import judge, scheme, table
from validators.scheme.check_rules import check_rules
from validators.scheme.models import Department, Scheme

REPORTS = table(
    "report",
    "报送记录",
    "month 期次 month\nwho 部门 text\nsent 报送日期 date_actual\nagain 重报日期 date_actual\nasked 下发日期 date_actual",
)
DEPARTMENTS = (
    Department(code="fgw", name="县发改委", commission=True),
    Department(code="gxj", name="县工信局", group="行业主管部门"),
    Department(code="swj", name="县商务局", aliases=("商务局",), group="行业主管部门"),
    Department(code="tjj", name="县统计局"),
)
OWN = "evidence: report, evidence_period: 期次, evidence_date: 报送日期"


def made(rule: str) -> Scheme:
    return scheme([REPORTS], f"- {{id: D, kind: cadence, period: month, due_day: 5, due_offset: 1, start: 2025-06-01, {rule}}}", departments=DEPARTMENTS)  # fmt: skip


def june(rule: str, *rows: dict[str, str], day: str = "2025-07-08", **more: Any) -> dict[str, str]:
    """Department → what is said of June."""
    found = judge(made(rule), day, {"报送记录": list(rows)}, **more).found["obligations"]
    return {item["unit"]: item["status"] for item in found if item["period"] == "2025-06"}


@pytest.mark.parametrize(
    ("rule", "who"),
    [
        ("subject: departments, departments: [县发改委, 商务局]", {"县发改委", "县商务局"}),
        ("subject: departments, departments: [行业主管部门, tjj]", {"县工信局", "县商务局", "县统计局"}),
        ("subject: departments, responsible: [县工信局, 县统计局]", {"县工信局", "县统计局"}),
        ("subject: responsible, responsible: [县工信局, 县统计局]", {"县工信局"}),
    ],
)
def test_each_department_owes_for_itself(rule: str, who: set[str]) -> None:
    assert june(rule) == dict.fromkeys(who, "逾期未报")


def test_a_row_is_the_report_of_the_department_in_whose_book_it_stands() -> None:
    rule = f"subject: departments, departments: [县发改委, 行业主管部门], {OWN}"
    row = {"期次": "2025-06", "报送日期": "2025-07-05"}
    assert june(rule, {"unit": "县商务局", **row}) == {
        "县发改委": "逾期未报",
        "县工信局": "逾期未报",
        "县商务局": "已报",
    }
    late = {**row, "报送日期": "2025-07-06"}
    assert june(rule, {"unit": "commission", **late})["县发改委"] == "逾期补报1天", "its book goes by its role"


def test_a_row_that_names_the_department_is_its_report_wherever_it_stands() -> None:
    rule = f"subject: departments, departments: [县发改委, 县工信局], {OWN}, evidence_unit: 部门"
    row = {"unit": "commission", "期次": "2025-06", "报送日期": "2025-07-01"}
    assert june(rule, {**row, "部门": "县工信局"}) == {"县发改委": "逾期未报", "县工信局": "已报"}
    assert june(rule, row) == {"县发改委": "逾期未报", "县工信局": "逾期未报"}, "it does not say whose it is"


def test_a_submission_is_that_of_its_department() -> None:
    sent = [{"rule": "D", "unit": "县商务局", "period": "2025-06", "at": "2025-07-01"}]
    found = june("subject: departments, departments: [行业主管部门]", submissions=sent)
    assert found == {"县工信局": "逾期未报", "县商务局": "已报"}


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("subject: departments, departments: [县工信局]", ""),
        ("subject: departments, departments: [行业主管部门]", ""),
        ("subject: departments", "要写 departments（哪些部门）"),
        ("subject: departments, departments: [县工信据]", "没有“县工信据”这个部门；是不是“县工信局”？"),
    ],
)
def test_a_department_that_there_is_not_is_a_mistake(rule: str, told: str) -> None:
    found = [text for _, text in check_rules(made(rule), frozenset())]
    assert [told in text for text in found] == ([True] if told else [])


def test_departments_are_written_with_their_subject() -> None:
    with pytest.raises(ValueError, match="subject: departments"):
        made("departments: [县工信局]")


# the day of a report --------------------------------------------------------------------------------------------------

AGAIN = "subject: departments, departments: [县工信局], evidence: report, evidence_date: '首个(重报日期, 报送日期)'"


@pytest.mark.parametrize(
    ("row", "day", "said"),
    [
        ({"报送日期": "2025-06-30"}, "2025-07-08", "已报"),
        ({"报送日期": "2025-06-20", "重报日期": "2025-07-02"}, "2025-07-08", "逾期未报"),
        ({"报送日期": "2025-07-02", "重报日期": "2025-06-29"}, "2025-07-08", "已报"),
        ({"报送日期": "2025-06-30"}, "2025-06-29", "未到期"),
        ({}, "2025-07-08", "逾期未报"),
    ],
)
def test_the_day_may_be_a_formula(row: dict[str, str], day: str, said: str) -> None:
    """Here the period is that into which the day falls; one that lies ahead has not come."""
    assert june(AGAIN, {"unit": "县工信局", **row}, day=day)["县工信局"] == said


def test_a_formula_may_tell_how_late_a_report_of_a_named_period_is() -> None:
    rule = "subject: departments, departments: [县工信局], evidence: report, evidence_period: 期次, evidence_date: 下发日期 + 3日"
    row = {"unit": "县工信局", "期次": "2025-06"}
    assert june(rule, {**row, "下发日期": "2025-07-03"})["县工信局"] == "逾期补报1天"
    assert june(rule, {**row, "下发日期": "2025-07-06"})["县工信局"] == "逾期未报", "it comes on July 9"
    assert june(rule, row)["县工信局"] == "已报"


@pytest.mark.parametrize(("text", "told"), [("没有的列", "没有叫“没有的列”的字段"), ("部门", "这里要的是日期")])
def test_what_is_no_day_is_a_mistake(text: str, told: str) -> None:
    rule = f"subject: departments, departments: [县工信局], evidence: report, evidence_date: {text}"
    found = [said for _, said in check_rules(made(rule), frozenset())]
    assert len(found) == 1 and told in found[0]
