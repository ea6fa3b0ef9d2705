"""Filling by a person's command: what stands in a column that bears no mark of ours is not replaced either (law L1)."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from sync.backends.folder.patch import plan_patch
from sync.book import BookAnswer, CellText
from tests import books

TAB, COLUMN = "问题清单", 60  # far to the right of all that the template laid down


@pytest.mark.parametrize(("stands", "filled"), [("人写的", False), (None, True)])
def test_only_a_blank_cell_is_filled(stands: str | None, filled: bool) -> None:
    row = 7
    workbook = openpyxl.load_workbook(BytesIO(books.book(books.problems("甲"))))
    workbook[TAB].cell(row, COLUMN).value = stands
    paper = BytesIO()
    workbook.save(paper)
    answer = BookAnswer(None, cells=[CellText(TAB, row, COLUMN, "系统填的", "", False, "")])  # type: ignore[arg-type]
    patch = plan_patch(paper.getvalue(), answer, filling=True)
    written = patch.data or paper.getvalue()  # empty: nothing to write
    found = openpyxl.load_workbook(BytesIO(written))[TAB].cell(row, COLUMN).value
    assert found == ("系统填的" if filled else stands)
    assert bool(patch.blocked) is not filled
