"""Functions on ends of months, quarters, half-years, years and of reporting periods; whole numbers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validators.expressions import UNKNOWN, compile_expression

NAMES = {"签约日期": ("signed", "date"), "报告期": ("period", "text"), "差额": ("gap", "number")}


def value(source: str, **row: Any) -> Any:
    return compile_expression(source, NAMES).fn(row)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("月初(签约日期)", date(2024, 2, 1)),
        ("月末(签约日期)", date(2024, 2, 29)),
        ("季初(签约日期)", date(2024, 1, 1)),
        ("季末(签约日期)", date(2024, 3, 31)),
        ("半年末(签约日期)", date(2024, 6, 30)),
        ("年初(签约日期)", date(2024, 1, 1)),
        ("年末(签约日期)", date(2024, 12, 31)),
        ("季末(签约日期) + 10日", date(2024, 4, 10)),
    ],
)
def test_ends_of_the_calendar(source: str, expected: date) -> None:
    assert value(source, signed=date(2024, 2, 29)) == expected


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-06", date(2025, 6, 1), date(2025, 6, 30)),
        ("2025Q2", date(2025, 4, 1), date(2025, 6, 30)),
        ("2025-W24", date(2025, 6, 9), date(2025, 6, 15)),
        ("2025-01~2025-06", date(2025, 1, 1), date(2025, 6, 30)),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_first_and_last_day_of_a_reporting_period(text: str, first: date, last: date) -> None:
    assert (value("期初(报告期)", period=text), value("期末(报告期)", period=text)) == (first, last)


def test_what_is_no_period_is_unknown_and_so_is_what_follows() -> None:
    assert value("期末(报告期)", period="六月") is UNKNOWN
    assert value("季度(期末(报告期)) = 2", period="六月") is UNKNOWN
    assert value("季度(期末(报告期)) = 2", period="2025-06") is True


@pytest.mark.parametrize(("number", "down", "up"), [("2.5", 2, 3), ("-2.5", -3, -2), ("3", 3, 3)])
def test_whole_numbers_below_and_above(number: str, down: int, up: int) -> None:
    found = Decimal(number)
    assert (value("向下取整(差额)", gap=found), value("向上取整(差额)", gap=found)) == (down, up)


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_quarter_ends_on_or_after_the_day_and_the_next_day_is_another_quarter(day: date) -> None:
    first, last = value("季初(签约日期)", signed=day), value("季末(签约日期)", signed=day)
    assert first <= day <= last
    assert value("季末(签约日期)", signed=last) == last
    assert (first.month - 1) // 3 == (last.month - 1) // 3
