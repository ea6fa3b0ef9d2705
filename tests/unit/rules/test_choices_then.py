"""A drop-down of which values came or went since: months that are over are counted by the values of their last day."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.rules.kit import judge, scheme, table
from validators.scheme.tables import Choice

PROJECT = table("project", "项目库", "name 项目名称 text\nsigned 签约日期 date_actual")
VISIT = table("visit", "走访", "why 事由 text\nof 项目 text\nkind 类别 text", parent="project", parent_field="of")
KINDS = (Choice(value="安全"), Choice(value="环保", effective_from=date(2025, 3, 1)))
MADE = scheme(
    [PROJECT, VISIT],
    """
    - {id: N, kind: required, table: project, fields: [{rows: visit, field: 类别, each: kinds, title: "缺{value}走访"}]}
    - {id: S, kind: score, period: month, closed: true, each: unit, terms: [{name: 缺, measure: {rule: N, codes: [incomplete]}, blank: zero}]}
    """,
    choices={"kinds": KINDS},
    effective_from=date(2025, 1, 1),
)


@pytest.mark.parametrize(("day", "score"), [("2025-03-10", "0分"), ("2025-03-31", "1分"), ("2025-04-10", "1分")])
def test_rows_wanted_for_each_value_of_the_time(day: str, score: str) -> None:
    rows = {
        "项目库": [{"项目名称": "P", "填报单位": "甲镇", "签约日期": "2025-01-05"}],
        "走访": [{"事由": "一", "项目": "P", "填报单位": "甲镇", "类别": "安全"}],
    }
    found = judge(MADE, day, rows)
    assert found.unit("甲镇", "S") == score and found.status("P", "N") == "缺项:缺环保走访"
