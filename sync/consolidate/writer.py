"""Tabs → .xlsx bytes. The one place of `sync` that opens XlsxWriter.

Text is written as text, whatever it begins with; the only formulas are our own sums over filtered rows. Above
STREAM_FROM rows the rows go to disk as they are written, so that memory stays flat.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from math import ceil
from typing import Any

from xlsxwriter import Workbook

from sync.consolidate.charts import Places, draw
from sync.consolidate.looks import Looks
from sync.consolidate.paper import finish
from sync.consolidate.sheets import Block, Book, Card, Cell, Col, Kind, Marked, Section, Tab, grouped, widths

STREAM_FROM = 20_000
ROW_HEIGHT = 30.0  # of rows in a ledger, whose long texts would make rows as tall as the screen
WIDE_GROUP = 100  # characters; a title in the middle of a wider group would be off the screen
CARDS_A_ROW = 4
CHART_ROWS = 15
_LIMIT = 32_767


def write_book(book: Book, *, title: str, author: str) -> bytes:
    """The workbook as bytes."""
    buffer = io.BytesIO()
    rows = sum(len(block.rows) for tab in book.tabs for block in tab.blocks)
    options = {
        "constant_memory": rows > STREAM_FROM,
        "in_memory": rows <= STREAM_FROM,
        "default_format_properties": {"font_name": "宋体", "font_size": 10.5},
    }
    with Workbook(buffer, options) as workbook:
        workbook.set_properties({"title": title, "author": author, "company": author})
        workbook.set_size(24000, 14000)
        looks = Looks(workbook)
        places: Places = {}
        sheets = [_tab(workbook, tab, book.stamp, looks, places) for tab in book.tabs]
        for tab, (sheet, row) in zip(book.tabs, sheets, strict=True):
            draw(workbook, sheet, tab.charts, row, places)
    return buffer.getvalue()


def _tab(workbook: Any, tab: Tab, stamp: str, looks: Looks, places: Places) -> tuple[Any, int]:
    """The tab written; second: the row where its charts begin."""
    sheet = workbook.add_worksheet(tab.title)
    last = max([*(len(block.columns) for block in tab.blocks), 8 if tab.cards else 1]) - 1
    _columns(sheet, tab, looks)
    row = _head(sheet, tab, stamp, min(last, _heading_last(tab, last)), looks)
    if tab.cards:
        row = _cards(sheet, tab.cards, row, looks)
    charts = row
    if tab.charts:
        row += CHART_ROWS * -(-len(tab.charts) // 2) + 1
    heads = (row, row)
    for block in tab.blocks:
        first = row
        row = _block(sheet, tab, block, row, looks, places)
        heads = (first, first + (2 if grouped(block) else 1)) if tab.filter else heads
        row += 1
    finish(sheet, tab, stamp, last, row)
    return sheet, charts


def _columns(sheet: Any, tab: Tab, looks: Looks) -> None:
    widths: dict[int, Col] = {}
    for block in tab.blocks:
        for index, column in enumerate(block.columns):
            if index not in widths or widths[index].width < column.width:
                widths[index] = column
    sheet.outline_settings(symbols_right=False)
    for index, column in widths.items():
        sheet.set_column(index, index, column.width, None, {"level": column.level} if column.level else {})


def _heading_last(tab: Tab, last: int) -> int:
    """A heading over a very wide table ends where a reader's screen does."""
    if not tab.filter or not tab.blocks:
        return last
    seen = 0.0
    for index, column in enumerate(tab.blocks[0].columns):
        seen += column.width
        if seen > 150:
            return max(index, 1)
    return last


def _head(sheet: Any, tab: Tab, stamp: str, last: int, looks: Looks) -> int:
    sheet.set_row(0, 34)
    _merged(sheet, 0, 0, last, tab.heading, looks.heading())
    split = max(last - 2, 0) if tab.unit and last > 2 else last
    _merged(sheet, 1, 0, split, f"数据截止：{stamp}", looks.note())
    if tab.unit and last > 2:
        _merged(sheet, 1, split + 1, last, f"单位：{tab.unit}", looks.note(align="right"))
    row = 2
    for text in tab.notes:
        wide = sum(widths(tab)[: last + 1]) or 100
        sheet.set_row(row, 18 * (1 + int(len(text) * 2.1 // wide)))
        _merged(sheet, row, 0, last, text, looks.note(text_wrap=True))
        row += 1
    return row


def _cards(sheet: Any, cards: Sequence[Card], row: int, looks: Looks) -> int:
    """Numbers in big letters, four in a row, two columns each, their meaning below."""
    for start in range(0, len(cards), CARDS_A_ROW):
        sheet.set_row(row, 8)
        for offset, height in ((1, 38), (2, 18), (3, 16)):
            sheet.set_row(row + offset, height)
        for position, card in enumerate(cards[start : start + CARDS_A_ROW]):
            first = position * 2
            _merged(sheet, row + 1, first, first + 1, card.value, looks.card(card))
        for offset, part in ((2, "label"), (3, "hint")):
            for position, card in enumerate(cards[start : start + CARDS_A_ROW]):
                first = position * 2
                _merged(sheet, row + offset, first, first + 1, getattr(card, part), looks.card_text(card, part))
        row += 4
    sheet.set_row(row, 10)
    return row + 1


# blocks -----------------------------------------------------------------------------------------------------------


def _block(sheet: Any, tab: Tab, block: Block, row: int, looks: Looks, places: Places) -> int:
    """A table from `row` on; returns the row after it."""
    last = len(block.columns) - 1
    if block.heading:
        sheet.set_row(row, 24)
        _merged(sheet, row, 0, last, block.heading, looks.section_title())
        row += 1
    if block.note:
        _merged(sheet, row, 0, last, block.note, looks.note())
        row += 1
    if tab.sums:
        row = _sums(sheet, tab, block, row, looks)
    row = _header(sheet, block, row, looks)
    first = row
    row = _body(sheet, tab, block, row, looks)
    if block.name:
        places[block.name] = (tab.title, first, row - 1)
    if not block.rows:
        _merged(sheet, row, 0, last, block.empty, looks.cell("centre", italic=True, font_color="#7F7F7F"))
        row += 1
    if tab.filter and block.rows:
        sheet.autofilter(first - 1, 0, row - 1, last)
    if block.totals is not None:
        for index, (column, value) in enumerate(zip(block.columns, block.totals, strict=True)):
            _write(sheet, row, index, value, looks.cell(column.kind, bold=True, bg_color="#F2F2F2"), looks, column)
        row += 1
    return row


def _sums(sheet: Any, tab: Tab, block: Block, row: int, looks: Looks) -> int:
    """Counts and sums of what the filter shows; the values stand beside the formulas for programs that do not count."""
    first = row + (3 if grouped(block) else 2)
    end = first + max(len(block.rows), 1) - 1
    sheet.set_row(row, 20)
    _merged(sheet, row, 0, 1, "筛选结果", looks.cell("text", bold=True, font_color="#1F4E79"))
    for index, what in tab.sums.items():
        letters = _letters(index)
        spot = f"{letters}{first + 1}:{letters}{end + 1}"
        values = [cells[index] for cells in block.rows if not isinstance(cells, Section)]
        count = what == "count"
        kind: Kind = "int" if count else block.columns[index].kind
        numbers = (value for value in values if isinstance(value, Decimal | int | float))
        value = sum(value not in (None, "") for value in values) if count else sum(map(float, numbers))
        formula = f"=SUBTOTAL({103 if count else 109},{spot})"
        sheet.write_formula(row, index, formula, looks.cell(kind, bold=True, font_color="#1F4E79"), value)
    return row + 1


def _header(sheet: Any, block: Block, row: int, looks: Looks) -> int:
    if grouped(block):
        sheet.set_row(row, 20)
        start = 0
        for title, count, tint in _groups(block.columns):
            if title:
                wide = sum(column.width for column in block.columns[start : start + count]) > WIDE_GROUP
                _merged(sheet, row, start, start + count - 1, title, looks.group(tint, left=wide))
            start += count
        row += 1
    sheet.set_row(row, 32)
    for index, column in enumerate(block.columns):
        sheet.write_string(row, index, column.title, looks.header(column.tint if column.group else 0))
    return row + 1


def _groups(columns: Sequence[Col]) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    for column in columns:
        if found and found[-1][0] == column.group and column.group:
            found[-1] = (column.group, found[-1][1] + 1, column.tint)
        else:
            found.append((column.group, 1, column.tint))
    return found


def _body(sheet: Any, tab: Tab, block: Block, row: int, looks: Looks) -> int:
    """Rows. In a ledger blank cells are left out and a condition draws the lines: a third of the cells is blank."""
    ledger = tab.filter and len(block.columns) > 30
    plain = [looks.cell(column.kind, border=not ledger) for column in block.columns]
    first = row
    for cells in block.rows:
        if isinstance(cells, Section):
            sheet.set_row(row, 22)
            _merged(sheet, row, 0, len(block.columns) - 1, cells.text, looks.section())
        else:
            sheet.set_row(row, ROW_HEIGHT if ledger else _height(block.columns, cells))
            for index, value in enumerate(cells):
                if not (ledger and (value is None or value == "")):
                    _write(sheet, row, index, value, plain[index], looks, block.columns[index])
        row += 1
    if ledger and row > first:
        options = {"type": "formula", "criteria": f'=$A{first + 1}<>""', "format": looks.lines()}
        sheet.conditional_format(first, 0, row - 1, len(block.columns) - 1, options)
    return row


def _height(columns: Sequence[Col], cells: Sequence[Cell]) -> float:
    """Points that show the longest text wrapped; not every program makes rows grow when a file is opened."""
    lines = 1
    for column, value in zip(columns, cells, strict=True):
        text = value.text if isinstance(value, Marked) else value
        if isinstance(text, str) and len(text) * 2 >= column.width - 1:
            lines = max(lines, sum(max(1, ceil(_wide(part) / (column.width - 1))) for part in text.split("\n")))
    return min(4 + 14.5 * lines, 400.0) if lines > 1 else 19.0


def _wide(text: str) -> float:
    return sum(2.05 if ord(char) > 0x2E7F or char in "“”‘’…—" else 1.05 for char in text)


def _write(sheet: Any, row: int, column: int, value: Cell, look: Any, looks: Looks, model: Col) -> None:
    """A value as what it is; text always as text."""
    if isinstance(value, Marked):
        sheet.write_string(row, column, value.text[:_LIMIT], looks.marked(model.kind, value.look))
    elif value is None or value == "":
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), look)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, column, float(value), look)
    else:
        sheet.write_string(row, column, str(value)[:_LIMIT], look)


def _merged(sheet: Any, row: int, first: int, last: int, value: Cell, look: Any) -> None:
    if last > first:
        sheet.merge_range(row, first, row, last, "", look)
    if isinstance(value, int | float | Decimal):
        sheet.write_number(row, first, float(value), look)
    else:
        sheet.write_string(row, first, str(value or ""), look)


def _letters(index: int) -> str:
    text, column = "", index + 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
