"""The feedback book 反馈_<簿名>.xlsx: our answers where the unit's own book is not written into.

Two tabs that nobody types in: 待改清单 as in the book, and 逐行答复 with what each row would have been told beside it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

from sheets_templates.builder import TODO, TODO_HEADER, TODO_WIDTHS
from sheets_templates.palette import ALERT, DOUBT, HEAD_FILL, PASSED
from sheets_templates.plan import Highlight
from sheets_templates.xlsx import workbook_options
from sheets_templates.xlsx_entry import PAPER, merge, write_highlights
from sheets_templates.xlsx_guide import height
from sheets_templates.xlsx_styles import HEI, Styles

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

ROWS = "逐行答复"
NOTHING = "✓ 目前没有要改的地方"
_MADE = datetime(2000, 1, 1)  # equal answers give equal bytes
_LEFT = ("工作表", "行", "名称")
_LEFT_WIDTHS = (12.0, 6.0, 30.0)
_WIDE, _NARROW = 44.0, 13.0


@dataclass(frozen=True, slots=True)
class RowTexts:
    """What one row is told. `texts`: answer name → text."""

    tab: str
    row: int
    name: str
    texts: Mapping[str, str]


def feedback_book(
    book: str, banner: str, todo: Sequence[Sequence[str]], rows: Sequence[RowTexts], answers: Sequence[tuple[str, str]]
) -> bytes:
    """The workbook. `book`: file name of the unit's book; `todo`: texts of each line from 位置 to 请这样改; `answers`:
    (name, title) of the columns of 逐行答复."""
    buffer = io.BytesIO()
    with Workbook(buffer, workbook_options()) as workbook:
        workbook.set_properties({"title": f"反馈：{book}", "created": _MADE})
        styles = Styles(workbook)
        _todo(workbook.add_worksheet(TODO), book, banner, todo, styles)
        _rows(workbook.add_worksheet(ROWS), book, banner, rows, answers, styles)
    return buffer.getvalue()


def _todo(sheet: Worksheet, book: str, banner: str, todo: Sequence[Sequence[str]], styles: Styles) -> None:
    _top(sheet, f"{TODO}（{book}）", banner, TODO_HEADER, TODO_WIDTHS, styles)
    lines = [(str(number), *line) for number, line in enumerate(todo, 1)] or [("", NOTHING)]
    _body(sheet, lines, TODO_WIDTHS, {0, 1, 4}, styles)
    spot = f"E4:E{len(lines) + 3}"
    looks = (("必改", ALERT), ("须说明", DOUBT), ("试行", PASSED))
    write_highlights(sheet, [Highlight(spot, f'=$E4="{word}"', paint, word) for word, paint in looks], styles)


def _rows(
    sheet: Worksheet,
    book: str,
    banner: str,
    rows: Sequence[RowTexts],
    answers: Sequence[tuple[str, str]],
    styles: Styles,
) -> None:
    widths = (*_LEFT_WIDTHS, *(_WIDE if name in ("check", "status") else _NARROW for name, _ in answers))
    _top(sheet, f"{ROWS}（{book}）", banner, (*_LEFT, *(title for _, title in answers)), widths, styles)
    lines = [(row.tab, str(row.row), row.name, *(row.texts.get(name, "") for name, _ in answers)) for row in rows]
    _body(sheet, lines, widths, {0, 1}, styles)
    sheet.freeze_panes(3, len(_LEFT))


def _top(
    sheet: Worksheet, heading: str, banner: str, header: Sequence[str], widths: Sequence[float], styles: Styles
) -> None:
    last = len(widths) - 1
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    sheet.hide_gridlines(2)
    sheet.set_row(0, 34)
    merge(sheet, 0, (0, last), heading, styles.get(font_name=HEI, font_size=16, align="center", bold=True))
    note = "本簿由系统整本更新，请勿填写；改正请到单位自己的表里改，改好保存后本簿相应减少。"
    sheet.set_row(1, 22)
    merge(sheet, 1, (0, last), f"{banner}　{note}" if banner else note, styles.get(font_color="#595959"))
    look = styles.boxed(bold=True, align="center", bg_color=HEAD_FILL, text_wrap=True)
    sheet.set_row(2, 24)
    for index, title in enumerate(header):
        sheet.write_string(2, index, title, look)
    sheet.freeze_panes(3, 0)
    sheet.set_landscape()
    sheet.set_paper(PAPER["A4"])
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)


def _body(
    sheet: Worksheet, lines: Sequence[Sequence[str]], widths: Sequence[float], centred: set[int], styles: Styles
) -> None:
    looks = [
        styles.boxed(text_wrap=True, align="center" if index in centred else "left") for index in range(len(widths))
    ]
    for row, line in enumerate(lines, 3):
        tallest = 18.0
        for index, text in enumerate(line):
            sheet.write_string(row, index, text, looks[index])
            tallest = max(tallest, height(text, widths[index] - 1))
        sheet.set_row(row, min(tallest, 400.0))
    if lines:
        sheet.autofilter(2, 0, len(lines) + 2, len(widths) - 1)
