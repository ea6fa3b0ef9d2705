"""What stood in a spreadsheet before an upgrade, kept as a workbook that shows the same."""

from __future__ import annotations

from typing import get_args

import pytest

from app.upgrade.google.keepsake import keepsake
from sync.backends.folder.grids import read_grids
from sync.backends.folder.package import Limits
from sync.ledger.grid import Grid, Ledger
from validators.rawcell import Format, RawCell, boolean, number, show, text

KINDS = sorted(form for form in get_args(Format) if show(number("45901", form)) != "45901")


def kept(cell: RawCell) -> str:
    (grid,) = read_grids(keepsake(Ledger("甲镇", [Grid("项目", cells={3: {2: cell}})])), "表.xlsx", Limits()).grids
    return grid.text(3, 2)


@pytest.mark.parametrize("form", [form for form in KINDS if form != "$"])
def test_a_number_keeps_what_its_format_shows(form: Format) -> None:
    """15 in a column of 万元 was 15亿元 to whoever saw it, or a month."""
    cell = number("45901", form)
    assert kept(cell) == show(cell)


@pytest.mark.parametrize(
    "cell", [text("=1+1"), text("007"), boolean(True), number("12345678901234567890"), number("0.1")]
)
def test_texts_are_never_formulas_and_numbers_keep_their_digits(cell: RawCell) -> None:
    assert kept(cell) == show(cell)
