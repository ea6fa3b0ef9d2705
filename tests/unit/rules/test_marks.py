"""What a shared rule hangs on without naming it: found by an attacker of the marks, each as small as can be."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.edits import engine_of, unmarked
from tests.unit.rules.kit import Rows, scheme, table
from validators.document import read_document
from validators.facts import Facts
from validators.scheme.check import check

DAY = date(2025, 6, 20)


def alone_as_together(made: Any, tables: dict[str, Rows]) -> list[str]:
    """Rules that say something else when they are judged alone, from the tables they look at."""
    engine, read = engine_of(made), read_document(made, {"tables": tables}, DAY)

    def said(rule: str, records: Any, rules: Any) -> list[str]:
        verdicts = engine.shared(Facts.of(made, records, parents=read.parents), DAY, rules)
        found = ((v, part) for v in verdicts for part in (*v.statuses, *v.flags, *v.findings) if part.rule == rule)
        return sorted(f"{v.kind} {v.key} {part}" for v, part in found if v.kind != "turn")

    records = read.records.values()
    return [
        rule
        for rule in sorted(engine.shared_rules())
        if said(rule, records, None)
        != said(rule, [item for item in records if item.table in engine.shared_tables({rule})], {rule})
    ]


def test_columns_that_are_found_by_their_type() -> None:
    """`not_future: ["*"]` names none of the dates it looks at, and a measure counts its faults."""
    made = scheme(
        [table("project", "项目", "name 项目名称 project_name\nstarted 开工日期 date_actual")],
        """
        - {id: I-1, kind: integrity, table: project, not_future: ["*"]}
        - {id: S-1, kind: score, each: unit, terms: [{name: 错, measure: {rule: I-1, codes: [invalid]}, formula: 值, blank: zero}]}
        """,
    )
    rows: Rows = [{"项目名称": "甲", "unit": "甲镇", "开工日期": "2025-05-01"}]
    assert engine_of(made).shared_rules_reading("project", {"started"}) == {"S-1"}
    assert not unmarked(made, {"tables": {"项目": rows}}, DAY, 100)


def test_a_childs_version_is_chosen_by_a_column_of_its_parent() -> None:
    made = scheme(
        [
            table("project", "项目", "name 项目名称 project_name\nstarted 开工日期 date_actual"),
            table("step", "步骤", "title 步骤 text\nproject 项目 project_name\nfigure 数额 number", parent="project",
                  parent_field="project", version_by="开工日期"),
        ],
        """
        - {id: B-1, kind: bands, table: step, value: 数额, into: 档, effective_to: 2025-03-31,
           bands: [{name: 低, range: 10以下}, {name: 高, range: 10以上}]}
        - {id: B-1, kind: bands, table: step, value: 数额, into: 档, effective_from: 2025-04-01,
           bands: [{name: 低, range: 100以下}, {name: 高, range: 100以上}]}
        - {id: T-1, kind: target, table: step, where: 档 = '高', goal: 1}
        """,
    )  # fmt: skip
    assert "T-1" in engine_of(made).shared_rules_reading("project", {"started"})


def test_a_rule_alone_has_all_that_its_values_rest_on() -> None:
    """X counts by what Y looks up in a list, and Y counts only the lines that Z finds in another list."""
    made = scheme(
        [
            table("a", "项目", "name 项目名称 project_name"),
            table("b", "企业", "firm 户名 text\ngrade 等级 text"),
            table("d", "名册", "listed 登记名 text"),
        ],
        """
        - {id: Z, kind: membership, table: b, list_table: d, key: {left: [户名], right: [登记名]}, into: 在册}
        - {id: Y, kind: lookup, table: a, list_table: b, list_when: "在册 = '在库'", value: 等级,
           key: [{left: [项目名称], right: [户名]}], into: 企业评级}
        - {id: X, kind: target, table: a, where: 企业评级 = 'A', goal: 1}
        """,
    )
    tables: dict[str, Rows] = {
        "项目": [{"项目名称": "甲", "unit": "甲镇"}],
        "企业": [{"户名": "甲", "等级": "A", "unit": "甲镇"}],
        "名册": [{"登记名": "甲", "unit": "甲镇"}],
    }
    assert engine_of(made).shared_tables({"X"}) == {"a", "b", "d"}
    assert alone_as_together(made, tables) == []
    assert not unmarked(made, {"tables": tables}, DAY, 100)


@pytest.mark.parametrize("word", ["light", "灯色"])
def test_a_derived_value_may_not_be_called_like_a_column(word: str) -> None:
    """The word would mean both, and the column would be hidden by the value."""
    made = scheme(
        [table("project", "项目", "name 项目名称 project_name\namount 数额 number\nlight 灯色 text")],
        f"- {{id: B-1, kind: bands, table: project, value: 数额, into: {word}, bands: [{{name: 低, range: 10以下}}]}}",
    )
    assert any("同名，换个名字" in message for _, message in check(made))


def test_a_table_has_a_parent_or_children_and_not_both() -> None:
    """What a family is judged by reaches two levels."""
    made = scheme(
        [
            table("project", "项目", "name 项目名称 project_name"),
            table(
                "step", "步骤", "title 步骤 text\nproject 项目 project_name", parent="project", parent_field="project"
            ),
            table("item", "条目", "line 条目 text\nstep 步骤 text", parent="step", parent_field="step"),
        ],
        "- {id: T-1, kind: target, table: project, goal: 1}",
    )
    assert [message for _, message in check(made)] == ["上级表“步骤”自己也有上级表；只能有两级"]
