"""An entry tab of a BookPlan as a worksheet."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sheets_templates.columns import TITLE_LIMIT
from sheets_templates.plan import CellValue, Check, Column, EntryTab, PlanError
from sheets_templates.xlsx_styles import HEI, SONG, Styles
from validators.numberformats import DATE_CODES
from validators.rawcell import decode

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

PAPER = {"A3": 8, "A4": 9}
ROW_HEIGHT = 46.0  # four small lines: programs do not grow a row when its answer is spliced in
WIDE_GROUP = 100  # characters; a title in the middle of a wider group would be off the screen
EXACT_DIGITS = 15  # a spreadsheet number holds no more


def write_entry(sheet: Worksheet, tab: EntryTab, styles: Styles) -> None:
    """Fill a worksheet with the tab: heads, prepared rows, checks, marks, print set-up."""
    _columns(sheet, tab, styles)
    _heads(sheet, tab, styles)
    _rows(sheet, tab, styles)
    _checks(sheet, tab)
    write_highlights(sheet, tab.highlights, styles)
    sheet.freeze_panes(tab.header_row, tab.freeze_column)
    sheet.set_zoom(tab.zoom)
    sheet.autofilter(tab.header_row - 1, 0, tab.last_row - 1, len(tab.columns) - 1)
    _print(sheet, tab)


def _columns(sheet: Worksheet, tab: EntryTab, styles: Styles) -> None:
    """Widths, looks below the prepared rows, and outlines, whose buttons stand above the first column of a group."""
    sheet.outline_settings(symbols_right=False)
    for index, column in enumerate(tab.columns):
        options = {"hidden": column.hidden, "level": column.level}
        sheet.set_column(index, index, column.width, styles.whole_column(column), options)


def _heads(sheet: Worksheet, tab: EntryTab, styles: Styles) -> None:
    last = tab.heading_last - 1
    place = {"align": "center"} if tab.zoom == 100 else {"align": "left", "indent": 1}  # seen without scrolling
    title = styles.get(font_name=HEI, font_size=20, bold=True, **place)
    sheet.set_row(0, 36)
    merge(sheet, 0, (0, last), tab.heading, title)
    sheet.set_row(1, 22)
    for piece in tab.sign:
        merge(sheet, 1, (piece.first - 1, piece.last - 1), piece.text, styles.get(align=piece.align, font_size=11))
    sheet.set_row(2, 24)
    banner = styles.get(bold=True, font_color="#1F4E79", bg_color="#F7FAFD", bottom=1, bottom_color="#9DB8D6")
    merge(sheet, 2, (0, last), tab.banner, banner)
    _mark_row(sheet, tab, styles)
    if tab.group_row:
        _groups(sheet, tab, styles)
    _header(sheet, tab, styles)


def _mark_row(sheet: Worksheet, tab: EntryTab, styles: Styles) -> None:
    sheet.set_row(tab.mark_row - 1, None, None, {"hidden": True})
    look = styles.get(font_size=8, font_color="#808080")
    for index, column in enumerate(tab.columns):
        sheet.write_string(tab.mark_row - 1, index, column.mark, look)


def _groups(sheet: Worksheet, tab: EntryTab, styles: Styles) -> None:
    """Merged titles above groups; a column of no group has an open cell there, so that its header reads as one."""
    row = tab.group_row - 1
    sheet.set_row(row, 32 if any(column.level for column in tab.columns) else 22)  # two lines when folded
    start = 0
    for (ours, title), members in groupby(tab.columns, key=lambda item: (item.tone == "ours", item.group)):
        count = len(list(members))
        shown = [at for at in range(start, start + count) if not tab.columns[at].hidden]
        start += count
        if shown and (title or ours):
            wide = sum(tab.columns[at].width for at in shown) > WIDE_GROUP
            merge(sheet, row, (shown[0], shown[-1]), title or "系统答复", styles.group(tab.columns[shown[0]], wide))
        else:
            for at in shown:
                sheet.write_blank(row, at, None, styles.header(tab.columns[at], open_at="bottom"))


def _header(sheet: Worksheet, tab: EntryTab, styles: Styles) -> None:
    lines = max(_lines(column) for column in tab.columns if not column.hidden)
    sheet.set_row(tab.header_row - 1, max(32, 15 * lines + 6))
    star = styles.get(bold=True, font_color="#C00000")
    plain = styles.get(bold=True, font_name=SONG)
    for index, column in enumerate(tab.columns):
        alone = tab.group_row and not column.group and column.tone != "ours"
        look = styles.header(column, open_at="top" if alone else "")
        if column.required:
            parts = (star, "*", plain, column.title, look)
            demand(sheet.write_rich_string(tab.header_row - 1, index, *parts), tab.title, column.title)
        else:
            sheet.write_string(tab.header_row - 1, index, column.title, look)


def _lines(column: Column) -> int:
    """Lines a header takes in its width; a Chinese character is two wide, the filter button covers about two."""
    wide = sum(2 if ord(char) > 0x2E7F else 1 for char in column.title) * 1.12 + column.required
    return int(wide // max(column.width - 1, 1)) + 1


def _rows(sheet: Worksheet, tab: EntryTab, styles: Styles) -> None:
    looks = [styles.cell(column) for column in tab.columns]
    for row in range(tab.first_row - 1, tab.last_row):
        sheet.set_row(row, ROW_HEIGHT)
        filled = row - tab.first_row + 1
        values = tab.rows[filled] if filled < len(tab.rows) else ()
        for index, look in enumerate(looks):
            value = values[index] if values else None
            if value is None or value == "":
                sheet.write_blank(row, index, None, look)
            else:
                done = _write(sheet, (row, index), value, tab.columns[index], styles)
                demand(done, tab.title, tab.columns[index].title)


_FORMATS = {**DATE_CODES, "%": "0.##%", "@": "@"}


def _write(sheet: Worksheet, at: tuple[int, int], value: CellValue, column: Column, styles: Styles) -> int:
    """Write a value as what it is, never as a formula or a link made from a person's text (law L7)."""
    look = styles.cell(column)
    if isinstance(value, bool):
        return sheet.write_boolean(*at, value, look)
    if isinstance(value, date):
        kind = "yyyy-mm-dd hh:mm" if isinstance(value, datetime) else "yyyy-mm-dd"
        return sheet.write_datetime(*at, value, styles.cell(column, kind))
    if isinstance(value, int | float | Decimal):
        return _write_number(sheet, at, str(value), look)
    return _write_raw(sheet, at, str(value), column, styles)


def _write_number(sheet: Worksheet, at: tuple[int, int], digits: str, look: Format) -> int:
    significant = len(Decimal(digits).normalize().as_tuple().digits)
    if significant > EXACT_DIGITS:
        return sheet.write_string(*at, digits, look)
    return sheet.write_number(*at, float(digits), look)


def _write_raw(sheet: Worksheet, at: tuple[int, int], raw: str, column: Column, styles: Styles) -> int:
    cell = decode(raw)
    look = styles.cell(column)
    if cell.kind == "number":
        # a bare number in a date column stays a bare number: 2025.3 must not come back as a day in 1905
        kind = _FORMATS.get(cell.fmt, "General")
        return sheet.write_number(*at, float(cell.text), styles.cell(column, kind))
    if cell.kind == "boolean":
        return sheet.write_boolean(*at, cell.text == "TRUE", look)
    if cell.kind in {"text", "error"}:
        return sheet.write_string(*at, cell.text, look)
    return sheet.write_blank(*at, None, look)  # pictures and uncalculated formulas cannot be carried


def _checks(sheet: Worksheet, tab: EntryTab) -> None:
    for index, column in enumerate(tab.columns):
        options = _validation(column.check)
        if options:
            done = sheet.data_validation(tab.first_row - 1, index, tab.reach - 1, index, options)
            demand(done, tab.title, column.title)


def _validation(check: Check) -> dict[str, Any]:
    """A check in XlsxWriter's words; empty when there is neither check nor hint."""
    if check.kind == "any" and not check.prompt:
        return {}
    options: dict[str, Any] = {"validate": check.kind, "ignore_blank": True, "error_type": check.style}
    if check.prompt:
        options |= {"input_title": check.prompt_title[:TITLE_LIMIT], "input_message": check.prompt}
    if check.error:
        options |= {"error_title": check.error_title[:TITLE_LIMIT], "error_message": check.error}
    if check.kind == "list":
        options["source"] = check.formula
    elif check.kind == "custom":
        options["value"] = check.formula
    elif check.kind != "any":
        options |= _limits(check)
    return options


def _limits(check: Check) -> dict[str, Any]:
    low, high = (_limit(check.kind, text) for text in (check.minimum, check.maximum))
    if low is not None and high is not None:
        return {"criteria": "between", "minimum": low, "maximum": high}
    if low is not None:
        return {"criteria": ">=", "value": low}
    return {"criteria": "<=", "value": high}


def _limit(kind: str, text: str) -> Any:
    if not text:
        return None
    if kind == "date":
        return date.fromisoformat(text)
    value = Decimal(text)
    return int(value) if value == value.to_integral_value() else float(value)


def write_highlights(sheet: Worksheet, highlights: Any, styles: Styles) -> None:
    """Conditional formats in their order; a met one ends the search, as LibreOffice always does."""
    for item in highlights:
        options = {
            "type": "formula",
            "criteria": item.formula,
            "format": styles.paint(item.paint),
            "stop_if_true": True,
        }
        demand(sheet.conditional_format(item.area, options), sheet.get_name(), item.meaning)


def _print(sheet: Worksheet, tab: EntryTab) -> None:
    sheet.set_landscape()
    sheet.set_paper(PAPER[tab.paper])
    sheet.fit_to_pages(tab.pages_wide, 0)
    if tab.pages_wide > 1:
        sheet.repeat_columns(tab.name_column - 1)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    sheet.center_horizontally()
    sheet.repeat_rows((tab.group_row or tab.header_row) - 1, tab.header_row - 1)
    # no print area: over the prepared rows it would print them all, blank as they are, and none that comes after them
    unit = tab.footer.replace("&", "&&")
    font = '&"宋体,常规"&9'
    sheet.set_footer(
        f"&L{font}填报单位（盖章）：{unit}&C{font}第 &P 页　共 &N 页&R{font}填报人：　　　　　　审核人：　　　　　　"
    )


def merge(sheet: Worksheet, row: int, span: tuple[int, int], text: str, look: Format) -> None:
    """Merge a piece of a row; one cell is written plainly, since a merge of one is an error."""
    first, last = span
    if last > first:
        sheet.merge_range(row, first, row, last, "", look)
    sheet.write_string(row, first, text, look)


def demand(result: int | None, tab: str, what: str) -> None:
    """XlsxWriter answers a refused call with a code and goes on; a template must not lose a piece in silence."""
    if result:
        raise PlanError(f"“{tab}”的“{what}”超出表格软件的限制（代码 {result}）")
