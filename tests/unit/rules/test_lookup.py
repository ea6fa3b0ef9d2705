"""`lookup`: a table of the scheme from values of a row to a text."""

from __future__ import annotations

import pytest

from tests.unit.rules.kit import judge, scheme, table
from validators.calendar import Calendar
from validators.rules.context import Env

PROJECT = table(
    "project", "项目", "name 项目名称 text\nindustry 行业 text\nlevel 层级 text\nteam 专班 text\nnote 说明 text"
)
TEAMS = {"teams": {"rows": {"装备制造": "装备专班", "新材料": ["材料专班", "科技专班"]}}}


def seen(rule: str, row: dict[str, str], **lookups: object) -> object:
    made = scheme(
        [PROJECT], f"- {{id: K, kind: lookup, table: project, into: 对应专班, {rule}}}", lookups=lookups or TEAMS
    )
    return judge(made, "2025-06-01", {"项目": [{"项目名称": "P", **row}]}).status("P", "K")


@pytest.mark.parametrize(
    ("industry", "said"),
    [("装备制造", "装备专班"), ("新材料", "材料专班、科技专班"), ("批发业", "映射未配置"), ("", None)],
)
def test_what_the_table_says(industry: str, said: str | None) -> None:
    assert seen("lookup: teams, by: [行业]", {"行业": industry}) == said


@pytest.mark.parametrize(
    ("row", "said"),
    [({"行业": "批发业"}, "缺项:专班(映射未配置)"), ({}, "缺项:专班"), ({"行业": "装备制造"}, "装备专班"),
     ({"行业": "批发业", "专班": "商贸专班"}, "商贸专班"), ({"行业": "装备制造", "专班": "商贸专班"}, "商贸专班")],
)  # fmt: skip
def test_a_required_value_and_one_that_a_person_wrote(row: dict[str, str], said: str) -> None:
    """What a person wrote stands before the table; a missing entry is another matter than a blank cell."""
    assert seen("lookup: teams, by: [行业], field: 专班, required: true", row) == said


def test_a_fallback_is_taken_for_what_the_table_does_not_name() -> None:
    teams = {"rows": {"装备制造": "是"}, "fallback": "否"}
    assert seen("lookup: m, by: [行业]", {"行业": "批发业"}, m=teams) == "否"
    assert seen("lookup: m, by: [行业]", {}, m=teams) is None


def test_several_keys_are_joined() -> None:
    table_ = {"rows": {"装备制造|省级": "甲", "装备制造|市级": "乙"}}
    assert seen("lookup: m, by: [行业, 层级]", {"行业": "装备制造", "层级": "市级"}, m=table_) == "乙"
    assert seen("lookup: m, by: [行业, 层级]", {"行业": "装备制造"}, m=table_) is None


def test_the_value_can_be_named_by_other_rules() -> None:
    rules = """
    - {id: K, kind: lookup, table: project, lookup: teams, by: [行业], into: 对应专班}
    - {id: R, kind: required, table: project, when: "对应专班 = '装备专班'", fields: [说明]}
    """
    rows = [{"项目名称": "P", "行业": "装备制造"}, {"项目名称": "Q", "行业": "新材料"}]
    found = judge(scheme([PROJECT], rules, lookups=TEAMS), "2025-06-01", {"项目": rows})
    assert (found.status("P", "R"), found.status("Q", "R")) == ("缺项:说明", None)


NUMBERS = {"rows": {"工业|经开区": "15", "工业|*": "8", "*|*": "3.5", "旅游|*": ""}}
TAX = """
- {id: K, kind: lookup, table: project, lookup: m, by: [行业, 层级], into: 亩均标准, number: true}
- {id: B, kind: bands, table: project, value: 亩均 / 亩均标准 * 100, measure: "%", bands: [{name: 达标, range: 100以上}, {name: 未达标, range: 不满100}]}
"""
LAND = table("project", "项目", "name 项目名称 project_name\nindustry 行业 text\nlevel 层级 text\ntax 亩均 number")


@pytest.mark.parametrize(
    ("row", "standard", "band"),
    [
        ({"行业": "工业", "层级": "经开区", "亩均": 15}, "15", "达标"),
        ({"行业": "工业", "层级": "经开区", "亩均": 14.99}, "15", "未达标"),
        ({"行业": "工业", "层级": "乡镇", "亩均": 8}, "8", "达标"),
        ({"行业": "物流", "层级": "乡镇", "亩均": 3}, "3.5", "未达标"),
        ({"行业": "旅游", "层级": "乡镇", "亩均": 3}, "映射未配置", "待补条件"),
        ({"层级": "乡镇", "亩均": 3}, None, "待补条件"),
    ],
)
def test_numbers_of_a_table_can_be_reckoned_with(row: dict[str, object], standard: str, band: str) -> None:
    """A standard in a table of two ways: `*` is whatever no row names; a row left blank says that there is none."""
    made = scheme([LAND], TAX, lookups={"m": NUMBERS})
    found = judge(made, "2025-06-01", {"项目": [{"项目名称": "P", **row}]})
    assert (found.status("P", "K"), found.status("P", "B")) == (standard, band)


def test_a_table_of_numbers_holds_nothing_else() -> None:
    made = scheme([LAND], TAX, lookups={"m": {"rows": {"工业|乡镇": "八"}}})
    with pytest.raises(ValueError, match=r"“工业\|乡镇”的值应是数，现在是“八”"):
        made.rules[0].compile(Env(made, Calendar()))
