"""An accepted excuse switches flags and findings off, also those of rules that look at many rows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.rules.kit import judge, scheme, table
from validators.scheme.check_rules import check_rules
from validators.scheme.models import Scheme

PROJECT = table(
    "project",
    "项目库",
    """
    name 项目名称 text
    result 结果 text
    month 月份 month
    why 原因 text
    accepted 认定 yesno
    until 有效期 date
    done 完成 money_wan
    code 列统编号 text
    """,
)
ORDER = table("order", "交办", "matter 事项 text\nstate 状态 text")
RULES = """
- {id: C, kind: consequence, table: project, result: 结果, flags: {红灯: [红牌]}, subject: [unit_name]}
- {id: S, kind: streak, table: project, period: 月份, subject: [项目名称], result: 结果, bad: [红灯], n: 1, flag: 约谈}
- {id: R, kind: reconcile, table: project, has: 有(列统编号), missing: 应统未统}
- {id: K, kind: rank, table: project, value: 完成, bottom: [{n: 1, flag: 末位}]}
- {id: E, kind: excuse, table: project, of: [C, S, R, K], why: 原因, accepted: 认定 = 是, until: 有效期}
""".replace(", subject: [unit_name]", ", subject: [项目名称]")
MADE = scheme([PROJECT, ORDER], RULES)
LATE: dict[str, Any] = {"项目名称": "甲", "结果": "红灯", "月份": "2025-05", "完成": 5}
FINE: dict[str, Any] = {"项目名称": "乙", "结果": "绿灯", "月份": "2025-05", "完成": 50, "列统编号": "1"}


def test_without_an_excuse_all_is_said() -> None:
    found = judge(MADE, "2025-06-10", {"项目库": [LATE, FINE]})
    assert found.flags("甲") == ["红牌", "约谈", "末位"]
    assert found.messages("甲") == ["列统编号：应统未统"]
    assert sorted(found.unit_flags("甲")) == ["红牌", "约谈"]


def test_an_accepted_excuse_switches_off_what_shared_rules_put_on_the_row() -> None:
    """The statuses stay and tell why; what was not found is not found, and nobody gets another place."""
    found = judge(MADE, "2025-06-10", {"项目库": [{**LATE, "原因": "台风", "认定": "是"}, FINE]})
    assert found.flags("甲") == [] and found.messages("甲") == []
    assert found.unit_flags("甲") == []
    assert found.status("甲", "R") == "应统未统(已说明)"
    assert found.unit("甲", "S") == "约谈(已说明)"
    assert found.status("甲", "K") == "第2名(已说明)"
    assert found.reconciled("R")["counts"] == {"应有": 2, "对上": 1, "应统未统": 1}
    assert found.status("乙", "R") == "一致"


@pytest.mark.parametrize("more", [{"原因": "台风"}, {"原因": "台风", "认定": "是", "有效期": "2025-06-09"}])
def test_one_that_is_not_accepted_or_over_does_not(more: dict[str, str]) -> None:
    found = judge(MADE, "2025-06-10", {"项目库": [{**LATE, **more}, FINE]})
    assert found.flags("甲") == ["红牌", "约谈", "末位"]
    assert found.messages("甲") == ["列统编号：应统未统"]


def test_a_participant_keeps_its_flag_while_one_of_its_rows_has_no_excuse() -> None:
    other = {**LATE, "编号": "甲2", "结果": "红灯"}
    found = judge(MADE, "2025-06-10", {"项目库": [{**LATE, "编号": "甲1", "原因": "台风", "认定": "是"}, other]})
    assert "约谈" in found.unit_flags("甲") and "约谈" not in found.flags("甲1") and "约谈" in found.flags("甲2")


FAMILY = table(
    "monthly",
    "月报",
    "project 项目名称 text\nmonth 月份 month\ndone 累计完成 number\nwhy 原因 text",
    parent="project",
    parent_field="project",
)


def test_a_rule_that_compares_rows_of_one_project_is_excused_too() -> None:
    made = scheme(
        [PROJECT, FAMILY],
        """
        - {id: M, kind: series, table: monthly, period: 月份, rising: [累计完成]}
        - {id: E, kind: excuse, table: monthly, of: [M], why: 原因}
        """,
    )

    def told(**more: str) -> list[str]:
        rows = [
            {"编号": "五月", "填报单位": "甲镇", "项目名称": "甲", "月份": "2025-05", "累计完成": 9},
            {"编号": "六月", "填报单位": "甲镇", "项目名称": "甲", "月份": "2025-06", "累计完成": 7, **more},
        ]
        return judge(made, "2025-07-01", {"项目库": [{"填报单位": "甲镇", **LATE}], "月报": rows}).messages("六月")

    assert len(told()) == 1
    assert told(原因="审计核减") == []


@pytest.mark.parametrize(
    ("named", "rule", "said"),
    [
        ("Y-99", "", "没有编号为“Y-99”的规则"),
        ("X", "- {id: X, kind: required, table: order, fields: [状态]}", "说的是“交办”的行，不是“项目库”的"),
        ("X", "- {id: X, kind: rank, by: {table: project, value: 完成}}", "单位或总数"),
        ("X", "- {id: X, kind: target, table: project, goal: 3}", "单位或总数"),
    ],
)
def test_what_cannot_be_excused_is_refused(named: str, rule: str, said: str) -> None:
    excuse = f"- {{id: E, kind: excuse, table: project, of: [{named}], why: 原因}}"
    made: Scheme = scheme([PROJECT, ORDER], f"{rule}\n{excuse}")
    assert any(said in told for _, told in check_rules(made, frozenset()))
