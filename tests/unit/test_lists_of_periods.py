"""Periods to choose from: what is still reported late, this year's and the next one's."""

from __future__ import annotations

from datetime import date

import pytest

from sheets_templates.lists import list_items
from tests import books
from validators.periods import parse_period


@pytest.mark.parametrize(
    ("key", "first", "last", "count"),
    [
        ("@month", "2024-10", "2026-12", 27),
        ("@quarter", "2024Q4", "2026Q4", 9),
        ("@half", "2024H2", "2026H2", 5),
        ("@half_month", "2024-11上半月", "2026-12下半月", 52),
        ("@ten_days", "2024-12上旬", "2026-12下旬", 75),
    ],
)
def test_the_periods_of_a_drop_down(key: str, first: str, last: str, count: int) -> None:
    items = list_items(books.scheme(), key, date(2025, 6, 1))
    assert (items[0], items[-1], len(items)) == (first, last, count)
    assert {parse_period(item).kind for item in items} == {key[1:]}
