"""JSON written part by part, an item a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from app.cli.out import print_parts

ITEMS = [{"项目": "甲“乙”\n", "完成": 1.5, "空": None}, {"n": 2**70}, {"坏": "\ud800"}, {"数": Decimal("1.50")}, []]


def test_what_is_written_reads_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    counted: list[int] = []
    print_parts({"records": iter(ITEMS), "units": iter(()), "targets": iter([{}])}, lambda: counted.append(1))
    written = capsys.readouterr().out
    assert json.loads(written) == {"records": [*ITEMS[:3], {"数": "1.50"}, []], "units": [], "targets": [{}]}
    assert len(counted) == len(ITEMS) + 1
    assert "项目" in written and len(written.splitlines()) == 1 + 3 + len(counted) + 1


def test_an_item_is_written_before_the_next_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[str] = []

    def items() -> Iterator[dict[str, Any]]:
        yield {"n": 1}
        seen.append(capsys.readouterr().out)
        yield {"n": 2}

    print_parts({"records": items()}, lambda: None)
    assert '{"n":1}' in seen[0]
