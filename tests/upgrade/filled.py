"""A filled file in people's hands: what they do to it, and everything that is theirs in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill

from tests.upgrade.conftest import (
    Place,
)

TAB = "项目库"
HEAD, FIRST = 5, 6
YELLOW = PatternFill("solid", fgColor="FFFF00")


def column(sheet: Any, title: str) -> int:
    return next(cell.column for cell in sheet[HEAD] if str(cell.value or "").lstrip("*").startswith(title))


def messy(place: Place) -> None:
    """What clerks do to a book: words for numbers, notes beside the table, colours, tabs and formulas of their own."""
    with place.clerk() as book:
        sheet = book[TAB]
        sheet.cell(FIRST, column(sheet, "总投资")).value = "1.2亿元"
        sheet.cell(FIRST + 1, column(sheet, "开工日期")).value = "2025-13-01"
        sheet.cell(FIRST + 1, column(sheet, "项目代码")).value = "2504-340403-04-01-123456"
        sheet.cell(FIRST + 2, column(sheet, "情况说明")).value = " 征地慢，\n已报县里 "
        name = sheet.cell(FIRST + 3, column(sheet, "项目名称"))
        name.fill, name.comment = YELLOW, Comment("上周刚改的名字", "小王")
        last = sheet.max_column
        sheet.cell(HEAD, last + 2).value = "我的备注"
        for row in (FIRST, FIRST + 9):  # the second stands in a row of its own
            sheet.cell(row, last + 2).value = f"第{row}行要催"
        sheet.merge_cells(start_row=FIRST + 3, end_row=FIRST + 4, start_column=last + 2, end_column=last + 3)
        sheet.conditional_formatting.add("D6:D20", CellIsRule("equal", ["'x'"], fill=YELLOW))
        sheet.row_dimensions[FIRST + 2].height = 77
        sheet.row_dimensions[FIRST + 4].hidden = True
        own = book.create_sheet("草稿", 1)
        own["A1"], own["A2"] = "小计", f"=SUM('{TAB}'!I{FIRST}:I{FIRST + 4})"


def everything(path: Path) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Each cell of a person's in the book: what stands there and how it looks."""
    book, found = load_workbook(path), {}
    for sheet in book:
        if sheet.title in ("填报说明", "待改清单", "字典", "_tianbao"):
            continue
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None or cell.comment:
                    note = cell.comment.text if cell.comment else ""
                    look = (cell.number_format, cell.fill.fgColor.rgb, cell.font.b, cell.border.left.style)
                    found[sheet.title, cell.coordinate] = (cell.value, *look, note)
    return found


def shapes(path: Path) -> dict[str, Any]:
    """What else a person can have done to the tabs."""
    book = load_workbook(path)
    return {
        sheet.title: (
            sorted(str(area) for area in sheet.merged_cells.ranges),
            {
                row: (item.height, item.hidden)
                for row, item in sheet.row_dimensions.items()
                if item.height or item.hidden
            },
            sheet.freeze_panes,
            sheet.sheet_state,
        )
        for sheet in book
        if sheet.title not in ("填报说明", "待改清单", "字典", "_tianbao")
    }
