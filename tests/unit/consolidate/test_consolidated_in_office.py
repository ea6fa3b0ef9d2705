"""汇总.xlsx in a real LibreOffice: it opens, its sums follow the filter, and holding it open harms nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.publish import publish
from tests.office import Office
from tests.unit.consolidate.summary_district import open_district

pytestmark = pytest.mark.office
PROJECTS = [
    {"name": "甲一", "total": "12000", "site": "独立选址", "sign": "2025-01-10"},
    {"name": "甲二", "total": "20000.5", "site": "标准化厂房", "sign": "2025-02-01"},
]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    made = open_district(tmp_path)
    made.fill("a", {"project": PROJECTS})
    target = publish(tmp_path / "汇总.xlsx", made.bytes())
    made.parts.store.close()
    return target


def test_sums_are_computed_and_follow_hidden_rows(book: Path, office: Office) -> None:
    with office.open(book) as document:
        cells = document.grid("总表")
        row = next(at for (at, _), (_, formula) in cells.items() if formula.startswith("=SUBTOTAL(109"))
        column = next(
            at for (line, at), (_, formula) in cells.items() if line == row and formula.startswith("=SUBTOTAL(109")
        )
        assert cells[row, column][0] == "32,000.5"
        document.hide_row("总表", next(at for (at, _), (text, _) in cells.items() if text == "甲一"))
        document.calculate()
        assert document.grid("总表")[row, column][0] == "20,000.5"


def test_whoever_has_it_open_keeps_what_he_sees(book: Path, office: Office) -> None:
    """A new one is put in place in one piece; the old one stays as it was on the reader's screen, and closes in peace."""
    with office.open(book) as document:
        before = document.grid("总览")
        publish(book, b"the next one")
        assert document.grid("总览") == before
    assert book.read_bytes() == b"the next one"
    assert not list(book.parent.glob(".~tb.*"))
