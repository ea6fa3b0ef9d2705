"""`tier`: bands on a value, and the least value a scheme takes in."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.unit.rules.kit import judge, scheme, table
from validators.rules import parse_rule

PROJECT = table("project", "项目", "name 项目名称 text\nkind 类型 text\ntotal 总投资 money_wan\nyear 年度 year")
BANDS = """
- id: B
  kind: tier
  table: project
  value: 总投资
  into: 规模
  {inclusive}
  bands:
    - {{name: 1亿元以下, high: 1亿元}}
    - {{name: 1-10亿元, low: 1亿元, high: 10亿元}}
    - {{name: 10亿元以上, low: 10亿元}}
- {{id: R, kind: required, table: project, when: "规模 = '10亿元以上'", fields: [年度]}}
"""


@pytest.mark.parametrize(
    ("inclusive", "total", "band"),
    [
        ("", "9999.9999", "1亿元以下"),
        ("", "10000", "1-10亿元"),
        ("", "99999.99", "1-10亿元"),
        ("", "100000", "10亿元以上"),
        ("", "", None),
        ("inclusive: high", "10000", "1亿元以下"),
        ("inclusive: high", "10000.0001", "1-10亿元"),
    ],
)
def test_the_band(inclusive: str, total: str, band: str | None) -> None:
    made = scheme([PROJECT], BANDS.format(inclusive=inclusive))
    assert judge(made, "2025-06-01", {"项目": [{"项目名称": "P", "总投资": total}]}).status("P", "B") == band


def test_a_band_can_be_named_by_other_rules() -> None:
    rows = [{"项目名称": "P", "总投资": "100000"}, {"项目名称": "Q", "总投资": "10000"}]
    found = judge(scheme([PROJECT], BANDS.format(inclusive="")), "2025-06-01", {"项目": rows})
    assert (found.status("P", "R"), found.status("Q", "R")) == ("缺项:年度", None)


def test_a_band_without_bounds_is_not_set_yet_and_takes_nothing_in() -> None:
    rule = (
        "- {id: B, kind: tier, table: project, value: 总投资, into: 档, bands: [{name: 待定}, {name: 大, low: 5亿元}]}"
    )
    rows = [{"项目名称": "P", "总投资": "10"}, {"项目名称": "Q", "总投资": "50000"}]
    found = judge(scheme([PROJECT], rule), "2025-06-01", {"项目": rows})
    assert (found.status("P", "B"), found.status("Q", "B")) == (None, "大")


@pytest.mark.parametrize(
    ("total", "said"), [("10000", None), ("9999.9999", "校验错误:不足1亿元"), ("", None), ("0", "校验错误:不足1亿元")]
)
def test_the_least_value(total: str, said: str | None) -> None:
    rule = "- {id: B, kind: tier, table: project, value: 总投资, minimum: 1亿元, text: 不足1亿元}"
    found = judge(scheme([PROJECT], rule), "2025-06-01", {"项目": [{"项目名称": "P", "总投资": total}]})
    assert found.status("P", "B") == said


def test_a_tier_is_asked_only_when_its_condition_holds() -> None:
    rule = "- {id: B, kind: tier, table: project, value: 总投资, minimum: 1亿元, text: 小, when: \"类型 = '新建'\"}"
    rows = [{"项目名称": "P", "总投资": "1"}, {"项目名称": "Q", "总投资": "1", "类型": "新建"}]
    found = judge(scheme([PROJECT], rule), "2025-06-01", {"项目": rows})
    assert (found.status("P", "B"), found.status("Q", "B")) == (None, "校验错误:小")


@pytest.mark.parametrize(
    "more", [{}, {"bands": [{"name": "大", "low": "1"}], "into": "档", "minimum": "1", "text": "小"}, {"minimum": "1"}]
)
def test_bands_or_a_minimum_but_not_both(more: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="二者选一"):
        parse_rule({"id": "B", "kind": "tier", "title": "x", "table": "project", "value": "总投资", **more})
