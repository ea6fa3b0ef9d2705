"""In which order rules are judged: what is derived stands before what names it, whatever the kinds."""

from __future__ import annotations

from tests.unit.rules.kit import judge, scheme, table
from validators.rules.order import in_order

PROJECT = table("project", "项目", "name 项目名称 text\ntrade 行业 text\nsigned 签约日期 date_actual")
BY_STAGE = """
- {id: LEAD, kind: lookup, table: project, lookup: lead, by: [当前阶段], into: 牵头单位}
- {id: STAGE, kind: stage_entry, table: project, stages: [{name: 签约, when: "有(签约日期) 且 专班 = '机械专班'"}], otherwise: 谋划}
- {id: TEAM, kind: lookup, table: project, lookup: team, by: [行业], into: 专班}
"""
LOOKUPS = {"lead": {"rows": {"谋划": "发改委", "签约": "商务局"}}, "team": {"rows": {"机械": "机械专班"}}}


def test_a_lookup_by_a_stage_comes_after_the_stage_and_one_for_the_stage_before_it() -> None:
    made = scheme([PROJECT], BY_STAGE, lookups=LOOKUPS)
    assert [rule.id for rule in in_order(made)] == ["TEAM", "STAGE", "LEAD"]
    rows = {"项目": [{"项目名称": "P", "行业": "机械", "签约日期": "2025-03-01"}, {"项目名称": "Q", "行业": "机械"}]}
    found = judge(made, "2025-06-01", rows)
    assert found.status("P", "LEAD") == "商务局"
    assert found.status("Q", "LEAD") == "发改委"


def test_without_names_the_rank_decides_and_then_the_order_of_the_file() -> None:
    rules = """
    - {id: B, kind: required, table: project, fields: [行业]}
    - {id: A, kind: required, table: project, fields: [签约日期]}
    - {id: S, kind: stage_entry, table: project, stages: [{name: 签约, when: 有(签约日期)}]}
    """
    assert [rule.id for rule in in_order(scheme([PROJECT], rules))] == ["S", "B", "A"]


def test_a_name_inside_another_word_is_not_the_name() -> None:
    rules = """
    - {id: T, kind: lookup, table: project, lookup: team, by: [行业], into: 专班名}
    - {id: L, kind: lookup, table: project, lookup: team, by: ["首个(行业, '专班')"], into: 牵头}
    - {id: S, kind: stage_entry, table: project, track: 专班, stages: [{name: 有, when: 有(行业)}]}
    """
    assert [rule.id for rule in in_order(scheme([PROJECT], rules, lookups=LOOKUPS))] == ["T", "S", "L"]


def test_rules_that_wait_for_each_other_are_each_judged_once() -> None:
    rules = """
    - {id: A, kind: lookup, table: project, lookup: team, by: [乙], into: 甲}
    - {id: B, kind: lookup, table: project, lookup: team, by: [甲], into: 乙}
    """
    assert sorted(rule.id for rule in in_order(scheme([PROJECT], rules, lookups=LOOKUPS))) == ["A", "B"]
