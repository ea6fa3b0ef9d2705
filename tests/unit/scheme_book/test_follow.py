"""Limits by cases follow a drop-down value that was renamed: their keys, where a column of that drop-down asks."""

from __future__ import annotations

from typing import Any

import pytest

from app.scheme_book.follow import _replaced


@pytest.mark.parametrize(
    ("by", "rows", "wanted"),
    [
        (["选址"], {"厂房": 1, "独立": 3}, {"标厂": 1, "独立": 3}),
        (["选址", "规模"], {"厂房|大": 1, "独立|厂房": 3}, {"标厂|大": 1, "独立|厂房": 3}),
        (["规模"], {"厂房": 1}, {"厂房": 1}),  # a column of another drop-down says the same word
    ],
)
def test_keys_of_limits_follow(by: list[str], rows: dict[str, Any], wanted: dict[str, Any]) -> None:
    limits = {"limits": {"by": by, "rows": rows}, "when": "选址 = '厂房' 且 规模 = '厂房'"}
    made = _replaced(limits, {"选址"}, "厂房", "标厂")
    assert made == {"limits": {"by": by, "rows": wanted}, "when": "选址 = '标厂' 且 规模 = '厂房'"}
