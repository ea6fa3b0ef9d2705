"""The short way to ask whether one date has come says what the long way says."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest

from validators.expression_blanks import all_there, date_come
from validators.expression_nodes import happened
from validators.expression_types import TODAY, UNREAD

TODAY_IS = date(2025, 6, 30)
DAYS = (None, date(2025, 6, 29), TODAY_IS, date(2025, 7, 1))


@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize(("day", "today", "unread"), list(product(DAYS, (None, TODAY_IS), (True, False))))
def test_one_date(wanted: bool, day: date | None, today: date | None, unread: bool) -> None:
    row: dict[str, Any] = {"d": day, TODAY: today} | ({"d" + UNREAD: True} if unread else {})
    node = happened("d", 1, 1)
    assert date_come("d", wanted)(row) is all_there([(node.fn, node.reads)], wanted)(row)
