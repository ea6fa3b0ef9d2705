"""Keys of lookups that are asked for by a day, a month or a number: what can never be asked for is told, with what to write."""

from __future__ import annotations

import json

import pytest

from tests.unit.rules.kit import scheme, table
from validators.scheme.check import check

ROW = table(
    "row",
    "台账",
    "name 名称 text\nsigned 签约日期 date_actual\nmonth 月份 month\nnth 第几批 integer\npart 半月 half_month",
)


@pytest.mark.parametrize(
    ("by", "key", "told"),
    [
        ("月初(签约日期)", "2025-03", "写到日"),
        ("月初(签约日期)", "2025-03-01", ""),
        ("月(签约日期)", "03", "不带前面的0"),
        ("月(签约日期)", "3", ""),
        ("月(签约日期)", "三月", "不带前面的0"),
        ("月份", "2025-3", "如 2025-06"),
        ("月份", "2025年3月", "如 2025-06"),
        ("月份", "2025Q1", "如 2025-06"),
        ("月份", "2025-03", ""),
        ("半月", "2025-06", "如 2025-06上半月"),
        ("半月", "2025-06上半月", ""),
        ("第几批", "1", ""),
        ("第几批", "第1批", "不带前面的0和单位"),
        ("月(签约日期)", "*", ""),
        ("名称", "03", ""),
    ],
)
def test_keys_that_can_never_be_asked_for(by: str, key: str, told: str) -> None:
    rule = (
        f"- {json.dumps({'id': 'L', 'kind': 'lookup', 'table': 'row', 'lookup': 'rate', 'by': [by], 'into': '系数'})}"
    )
    made = scheme([ROW], rule, lookups={"rate": {"title": "系数", "rows": {key: "1"}}})
    found = [text for _, text in check(made)]
    assert (told in found[0]) if told else found == []
