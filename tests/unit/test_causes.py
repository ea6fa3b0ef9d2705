"""Root cause before consequences: a cell that could not be read brings one message, not three."""

from __future__ import annotations

import pytest

from tests.unit.rules.kit import judge, scheme, table

PROJECT = table(
    "project",
    "项目",
    """
    name 项目名称 text
    leader 包保领导 person
    plan 竣工计划 date_plan
    review 安评日期 date_actual
    applied 申请日期 date_actual
    accepted 受理日期 date_actual
    checked 验收日期 date_actual
    started 开工日期 date_actual
    """,
)
MADE = scheme(
    [PROJECT],
    """
    - {id: R, kind: required, table: project, fields: [包保领导, 竣工计划]}
    - {id: G, kind: precondition, table: project, action: 开工日期, conditions: [{label: 安评, by: 安评日期}]}
    - {id: L, kind: elapsed, table: project, from: 受理日期, to: 验收日期, n: 3}
    """,
)


def told(**row: str) -> list[str]:
    return judge(MADE, "2025-06-01", {"项目": [{"项目名称": "P", **row}]}).messages("P")


def test_what_is_missing_is_said_where_the_cell_is_blank() -> None:
    assert told() == ["缺项:包保领导、竣工计划"]


@pytest.mark.parametrize(
    ("row", "rule_messages"),
    [
        ({"竣工计划": "2025-02-30", "包保领导": "张三"}, []),
        ({"竣工计划": "2025-02-30"}, ["缺项:包保领导"]),
        ({"竣工计划": "2025-08-30"}, ["缺项:包保领导"]),
    ],
)
def test_a_faulty_cell_is_not_also_called_missing(row: dict[str, str], rule_messages: list[str]) -> None:
    found = [text for text in told(**row) if "缺项" in text]
    assert [text.rpartition("：")[2] for text in found] == rule_messages


def test_a_gate_says_nothing_of_a_cell_that_must_be_mended_anyway() -> None:
    whole = {"包保领导": "张三", "竣工计划": "2025-08-30", "开工日期": "2025-04-20"}
    assert any("前置不满足" in text for text in told(**whole))
    assert not any("前置不满足" in text for text in told(**whole, 安评日期="2025-13-01"))
    assert any("前置不满足" in text for text in told(**whole, 安评日期="2025-05-01"))


@pytest.mark.parametrize(
    ("accepted", "said"), [("", "数据异常"), ("2025-13-01", "待补条件"), ("2025-05-02", "按期完成")]
)
def test_an_end_without_a_start_waits_for_the_cell_that_could_not_be_read(accepted: str, said: str) -> None:
    rows = {"项目": [{"项目名称": "P", "受理日期": accepted, "验收日期": "2025-05-05"}]}
    found = judge(MADE, "2025-06-01", rows).entry("P", "L")
    assert found["status"] == said
    if said == "待补条件":
        assert "受理日期" in found["reason"]
