"""The tabs of a BookPlan that nobody types in: 填报说明, 待改清单, 字典 and the hidden marks."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from sheets_templates.palette import HEAD_FILL
from sheets_templates.plan import DropList, GuideLine, GuideTab, TodoTab
from sheets_templates.xlsx_entry import PAPER, merge, write_highlights
from sheets_templates.xlsx_styles import HEI, Styles

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

LINE_HEIGHT = 15.0
FOOTER = '&C&"宋体,常规"&9第 &P 页　共 &N 页'
_CENTRED = {0, 4, 5}  # columns of the fields' table: 序号, 必填, 谁填


def write_guide(sheet: Worksheet, guide: GuideTab, styles: Styles) -> None:
    """The guide as a page that can be printed and handed out: A4 upright, one page wide."""
    for index, width in enumerate(guide.widths):
        sheet.set_column(index, index, width)
    sheet.hide_gridlines(2)
    for row, line in enumerate(guide.lines):
        _line(sheet, row, line, guide.widths, styles)
    sheet.set_paper(PAPER["A4"])
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
    sheet.center_horizontally()
    sheet.print_area(0, 0, len(guide.lines) - 1, len(guide.widths) - 1)
    sheet.set_footer(FOOTER)


def _line(sheet: Worksheet, row: int, line: GuideLine, widths: tuple[float, ...], styles: Styles) -> None:
    last = len(widths) - 1
    if line.kind == "title":
        sheet.set_row(row, 40)
        merge(sheet, row, (0, last), line.cells[0], styles.get(font_name=HEI, font_size=20, align="center", bold=True))
    elif line.kind == "subtitle":
        sheet.set_row(row, 26)
        merge(sheet, row, (0, last), line.cells[0], styles.get(font_size=14, align="center"))
    elif line.kind == "section":
        sheet.set_row(row, 26)
        look = styles.get(font_name=HEI, font_size=13, font_color="#1F4E79", bottom=2, bottom_color="#9DB8D6")
        merge(sheet, row, (0, last), line.cells[0], look)
    elif line.kind in {"paragraph", "step"}:
        _text(sheet, row, line, widths, styles)
    elif line.kind in {"legend", "link"}:
        _pair(sheet, row, line, widths, styles)
    elif line.kind in {"head", "row", "table"}:
        _table(sheet, row, line, widths, styles)
    else:
        sheet.set_row(row, 9)


def _text(sheet: Worksheet, row: int, line: GuideLine, widths: tuple[float, ...], styles: Styles) -> None:
    text = ("　　" if line.kind == "paragraph" else "● ") + line.cells[0]
    look = styles.get(text_wrap=True, font_size=11, indent=0 if line.kind == "paragraph" else 1)
    sheet.set_row(row, height(text, sum(widths) + 2, 11))
    merge(sheet, row, (0, len(widths) - 1), text, look)


def _pair(sheet: Worksheet, row: int, line: GuideLine, widths: tuple[float, ...], styles: Styles) -> None:
    """A sample or a link on the left, its meaning on the right."""
    paint = line.paint
    looks = {"bg_color": paint.fill, "font_color": paint.font, "bold": paint.bold, "font_strikeout": paint.strike}
    sample = styles.boxed(align="center", text_wrap=True, **{name: value for name, value in looks.items() if value})
    sheet.set_row(row, height(line.cells[1], sum(widths[2:]) - 2))
    merge(sheet, row, (0, 1), line.cells[0], sample)
    if line.kind == "link":
        link = styles.boxed(align="center", font_color="#0563C1", underline=1)
        sheet.write_url(row, 0, f"internal:{line.target}", link, line.cells[0])
    merge(sheet, row, (2, len(widths) - 1), line.cells[1], styles.boxed(text_wrap=True, indent=1))


def _table(sheet: Worksheet, row: int, line: GuideLine, widths: tuple[float, ...], styles: Styles) -> None:
    if line.kind == "table":
        sheet.set_row(row, 19)
        look = styles.boxed(bold=True, bg_color=line.paint.fill, indent=1)
        merge(sheet, row, (0, len(widths) - 1), line.cells[0], look)
        if line.target:
            sheet.write_url(row, 0, f"internal:{line.target}", look, f"{line.cells[0]} →", "点此到这一组栏目")
        return
    head = line.kind == "head"
    tallest = 22.0 if head else 18.0
    for index, text in enumerate(line.cells):
        look = {"bold": True, "bg_color": HEAD_FILL} if head else {}
        centred = head or index in _CENTRED
        red = {"font_color": "#C00000"} if text.partition("（")[0] == "必填" and not head else {}
        form = styles.boxed(text_wrap=True, align="center" if centred else "left", **look, **red)
        sheet.write_string(row, index, text, form)
        tallest = max(tallest, height(text, widths[index] - 1))
    sheet.set_row(row, tallest)


def write_todo(sheet: Worksheet, todo: TodoTab, styles: Styles) -> None:
    """Our tab 待改清单 before the first sync. New cells take the looks of their columns."""
    last = len(todo.widths) - 1
    for index, width in enumerate(todo.widths):
        centred = index in {0, 1, 4}
        look = styles.boxed(text_wrap=True, align="center" if centred else "left")
        sheet.set_column(index, index, width, look)
    sheet.hide_gridlines(2)
    plain = styles.get()
    sheet.set_row(0, 34, plain)
    merge(sheet, 0, (0, last), todo.heading, styles.get(font_name=HEI, font_size=18, align="center", bold=True))
    for row, note in enumerate(todo.notes, 1):
        sheet.set_row(row, 20, plain)
        merge(sheet, row, (0, last), note, styles.get(font_color="#595959", text_wrap=True))
    head = styles.boxed(bold=True, align="center", bg_color=HEAD_FILL)
    sheet.set_row(todo.header_row - 1, 24)
    for index, title in enumerate(todo.header):
        sheet.write_string(todo.header_row - 1, index, title, head)
    write_highlights(sheet, todo.highlights, styles)
    sheet.autofilter(todo.header_row - 1, 0, todo.header_row + 499, last)
    sheet.freeze_panes(todo.header_row, 0)
    _print_todo(sheet, todo)


def _print_todo(sheet: Worksheet, todo: TodoTab) -> None:
    sheet.set_landscape()
    sheet.set_paper(PAPER["A4"])
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    sheet.repeat_rows(todo.header_row - 1)
    sheet.set_footer(FOOTER)


def write_lists(sheet: Worksheet, lists: tuple[DropList, ...], styles: Styles) -> dict[str, tuple[int, int]]:
    """The hidden tab 字典: one list a column. Returns defined name → its column, and its last row."""
    ranges = {}
    for index, item in enumerate(lists):
        sheet.write_string(0, index, item.title, styles.get(bold=True))
        for row, text in enumerate(item.items, 1):
            sheet.write_string(row, index, text, styles.get(num_format="@"))
        ranges[item.name] = (index + 1, len(item.items) + 1)
        sheet.set_column(index, index, 18)
    return ranges


def write_marks(sheet: Worksheet, marks: tuple[tuple[str, ...], ...], styles: Styles) -> None:
    look = styles.get(num_format="@")
    for row, cells in enumerate(marks):
        for column, text in enumerate(cells):
            sheet.write_string(row, column, text, look)


def height(text: str, width: float, size: float = 10.5) -> float:
    """Row height in points that shows `text` wrapped in `width` characters; merged cells do not grow by themselves."""
    scale = size / 10.5
    lines = sum(max(1, ceil(_wide(part) * scale / max(width, 1))) for part in text.split("\n"))
    return max(18.0, lines * LINE_HEIGHT * scale + 4)


def _wide(text: str) -> float:
    return sum(2.05 if ord(char) > 0x2E7F or char in "“”‘’…—" else 1.05 for char in text)
