"""Half-years as clerks write them: 2025H1, 2025年上半年; what is no half-year is told or refused."""

from __future__ import annotations

from datetime import date

import pytest

from validators.parsers.base import ParseContext
from validators.parsers.read import parse_cell
from validators.periods import try_period

TODAY = date(2025, 7, 1)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("2025H1", "ok", "2025H1"),
        ("2025-H2", "ok", "2025H2"),
        ("2025年上半年", "ok", "2025H1"),
        ("2025上半年", "ok", "2025H1"),
        ("二〇二五年下半年", "ok", "2025H2"),
        ("下半年", "ok", "2025H2"),
        ("2025年1-6月", "ok", "2025H1"),
        ("25年上半年", "warn", "2025H1"),
        ("2025-06", "warn", "2025H1"),
        ("2025年第三季度", "warn", "2025H2"),
        ("2025年", "error", ""),
        ("2025年5-8月", "error", ""),
        ("全年", "error", ""),
        ("另行通知", "error", ""),
    ],
)
def test_a_half_year(text: str, kind: str, value: str) -> None:
    found = parse_cell("half", text, ParseContext(today=TODAY))
    assert (found.kind, found.value) == (kind, value)
    assert not value or try_period(found.value, "half") is not None
