"""A group of departments: one definition of a table stands in the book of each of them."""

from __future__ import annotations

from datetime import date

import pytest

from sheets_templates.builder import build_book
from sync.shapes import book_shapes
from tests.unit.rules.kit import judge, scheme, table
from validators.scheme.check import check
from validators.scheme.models import Department, Scheme

GOAL = table("goal", "目标", "name 名称 text\ngoal 任务 number", filler="行业部门")
OWN = table("own", "督查", "name 名称 text", filler="dcs")
UNIT = table("project", "项目库", "name 项目名称 text")
DEPARTMENTS = (
    Department(code="fgw", name="发改委", commission=True, group="行业部门"),
    Department(code="jxj", name="经信局", group="行业部门"),
    Department(code="dcs", name="督查室"),
)


def made(*departments: Department) -> Scheme:
    return scheme([UNIT, GOAL, OWN], "[]", departments=departments or DEPARTMENTS)


def test_every_department_of_the_group_has_the_table_and_nobody_else() -> None:
    assert made().roles() == ("unit", "commission", "jxj", "dcs")
    assert set(book_shapes(made())) == {"unit", "commission", "jxj", "dcs"}
    assert [item.name for item in made().tables_of("jxj")] == ["goal"]
    assert [item.name for item in made().tables_of("dcs")] == ["own"]


def test_the_head_of_the_scheme_fills_the_groups_tables_in_its_own_book() -> None:
    assert [item.name for item in made().tables_of("commission")] == ["goal"]
    assert made().tables_of("fgw") == ()
    assert [tab.title for tab in build_book(made(), "commission", "commission", built=date(2025, 7, 1)).tabs] == [
        "目标"
    ]


def test_rows_of_the_group_belong_to_the_department_that_is_named() -> None:
    rule = "- {id: F, kind: score, text: '{value}', terms: [{name: 任务, measure: {table: goal, value: 任务}}]}"
    given = {
        "目标": [{"填报单位": "经信局", "名称": "甲", "任务": "3"}, {"填报单位": "发改委", "名称": "乙", "任务": "5"}]
    }
    found = judge(scheme([UNIT, GOAL], rule, departments=DEPARTMENTS), "2025-08-01", given).found["units"]
    assert {item["unit"]: item["statuses"][0]["status"] for item in found} == {"经信局": "3", "发改委": "5"}


@pytest.mark.parametrize(("group", "wrong"), [("行业部门", False), ("jxj", True), ("unit", True)])
def test_a_group_is_not_called_like_somebody(group: str, wrong: bool) -> None:
    departments = (*DEPARTMENTS[1:], Department(code="fgw", name="发改委", commission=True, group=group))
    said = [text for place, text in check(made(*departments)) if "group" in place]
    assert bool(said) is wrong
