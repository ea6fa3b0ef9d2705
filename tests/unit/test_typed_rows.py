"""Canonical texts → what rules compute with."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.one_book import project_table
from validators.facts import build_row, typed_row
from validators.rows import Record
from validators.scheme.tables import Field

TABLE = project_table(
    Field(name="total", title="总投资", type="money_wan"),
    Field(name="sign", title="签约日期", type="date_actual"),
    Field(name="plan", title="计划开工", type="date_plan"),
    Field(name="lead", title="责任人", type="person"),
    Field(name="year", title="年份", type="year"),
)


@pytest.mark.parametrize(
    ("values", "row"),
    [
        ({"name": "甲厂", "total": "12000.50"}, {"name": "甲厂", "total": Decimal("12000.50")}),
        ({"sign": "2025-03-15"}, {"sign": date(2025, 3, 15)}),
        ({"sign": "2024-02"}, {"sign": date(2024, 2, 29), "sign@": "month"}),
        ({"plan": "2025"}, {"plan": date(2025, 12, 31), "plan@": "year"}),
        ({"lead": "张三、李四"}, {"lead": ["张三", "李四"]}),
        ({"year": "2025"}, {"year": Decimal(2025)}),
        ({"name": "", "total": "", "sign": "", "lead": ""}, {}),
        ({"name": "甲厂", "gone": "一"}, {"name": "甲厂"}),
        ({"gone": "一", "total": ""}, {}),
    ],
)
def test_texts_become_values_and_what_is_blank_or_unknown_is_left_out(
    values: dict[str, str], row: dict[str, Any]
) -> None:
    assert typed_row(TABLE, values) == row


@pytest.mark.parametrize(
    ("values", "latest"),
    [
        ({"sign": "2025-03-15", "plan": "2026-01-01"}, date(2025, 3, 15)),
        ({"sign": "2025-03"}, date(2025, 3, 31)),
        ({"plan": "2026-01-01"}, date.min),
        ({}, date.min),
    ],
)
def test_no_date_but_plans_lies_after_the_latest(values: dict[str, str], latest: date) -> None:
    assert build_row(TABLE, Record("P1", "project", "101", values)).latest == latest
