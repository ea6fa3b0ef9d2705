"""映射_<台账>.xlsx: which column of a ledger goes where, for a person to look through and change."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

from xlsxwriter import Workbook

from sheets_templates.xlsx import workbook_options

_MADE = datetime(2000, 1, 1)  # equal proposals give equal bytes
_WIDTHS = (14, 6, 30, 8, 34, 26, 8, 40)
_LIST = "可填的栏目"


def mapping_book(
    ledger: str, titles: Sequence[str], rows: Sequence[Sequence[str]], target: int, choices: Sequence[str]
) -> bytes:
    """The workbook: `titles` over `rows`; column `target` (0-based) is to be filled from a drop-down of `choices`."""
    buffer = io.BytesIO()
    with Workbook(buffer, workbook_options()) as workbook:
        workbook.set_properties({"title": f"映射：{ledger}", "created": _MADE})
        sheet, listed = workbook.add_worksheet("映射"), workbook.add_worksheet(_LIST)
        bold = workbook.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        plain = workbook.add_format({"text_wrap": True, "valign": "top", "border": 1, "num_format": "@"})
        mine = workbook.add_format({"text_wrap": True, "valign": "top", "border": 1, "bg_color": "#FFF2CC"})
        sheet.write_string(
            0, 0, f"{ledger}：每一列填到哪里。只改黄色的“{titles[target]}”（从下拉里选）和“单位”，保存后再导入。"
        )
        for at, (title, width) in enumerate(zip(titles, _WIDTHS, strict=True)):
            sheet.set_column(at, at, width)
            sheet.write_string(1, at, title, bold)
        for number, row in enumerate(rows, 2):
            for at, text in enumerate(row):
                sheet.write_string(number, at, text, mine if at == target else plain)
        for number, choice in enumerate(choices):
            listed.write_string(number, 0, choice)
        listed.set_column(0, 0, 30)
        sheet.data_validation(2, target, max(len(rows) + 1, 2), target, {
            "validate": "list", "source": f"='{_LIST}'!$A$1:$A${len(choices)}",
            "error_title": "没有这个栏目", "error_message": "请从下拉里选一项。",
        })  # fmt: skip
        sheet.freeze_panes(2, 3)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    return buffer.getvalue()
