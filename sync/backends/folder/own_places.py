"""Where our own places are in a book now: the banner above a table, the header of our tab 待改清单.

They are found by what stands in them, because people insert rows above and move things. In doubt nothing is found,
and nothing is written there (law L1).
"""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

from sync.backends.folder.cellxml import SharedStrings, current
from sync.backends.folder.sheetframe import Row, Sheet, cells_of, each_row

# how our banner begins: after a run, and in an empty template
BANNER = re.compile(r"上次同步：\d{4}-\d\d-\d\d \d\d:\d\d；|填好保存、关闭文件即可。")
MARKS_TITLE = "_tianbao"  # the hidden tab that makes a book one of ours
HEAD_ROWS = 30


class Place(NamedTuple):
    """1-based row and column of a cell."""

    row: int
    column: int


def row_texts(sheet: Sheet, row: Row, shared: SharedStrings) -> dict[int, str]:
    """Column → what stands there, blanks left out. A formula's cell is not ours and reads as blank."""
    found = {}
    for cell in cells_of(sheet, row):
        raw = sheet.part[cell.start : cell.end]
        text = current(raw, shared)[1]
        if text:
            found[cell.column] = text
    return found


def find_banner(sheet: Sheet, shared: SharedStrings) -> Place | None:
    """The banner's cell: the nearest above the mark row that begins as our banners do, else the emptied merged cell
    just above that row."""
    above: Row | None = None
    found: Place | None = None
    for row in each_row(sheet):
        if row.number > HEAD_ROWS:
            return None
        texts = row_texts(sheet, row, shared)
        if any(text.startswith("tb:") for text in texts.values()):
            return found or _emptied(sheet, row.number - 1, above, shared)
        found = next((Place(row.number, column) for column, text in texts.items() if BANNER.match(text)), found)
        above = row
    return None


def _emptied(sheet: Sheet, number: int, row: Row | None, shared: SharedStrings) -> Place | None:
    """The first cell of a wide merge in this row, if the whole row is blank."""
    wide = any(top == bottom == number and left == 1 and right > 3 for top, left, bottom, right in sheet.merges)
    blank = row is None or row.number != number or not row_texts(sheet, row, shared)
    return Place(number, 1) if wide and blank else None


def mark_columns(sheet: Sheet, shared: SharedStrings) -> dict[int, str]:
    """Column → hidden mark (`tb:table.field`, `tb:table.@answer`); empty in a tab without a mark row."""
    for row in each_row(sheet):
        if row.number > HEAD_ROWS:
            break
        marks = {column: text for column, text in row_texts(sheet, row, shared).items() if text.startswith("tb:")}
        if marks:
            return marks
    return {}


def todo_title(sheet: Sheet, shared: SharedStrings) -> str:
    """The title of 待改清单 as the hidden marks name it; "" when they are not ours or name none."""
    marks = [row_texts(sheet, row, shared) for row in islice(each_row(sheet), 200)]
    if not marks or marks[0].get(1) != "tianbao":
        return ""
    return next((texts.get(2, "") for texts in marks if texts.get(1) == "todo"), "")


def find_todo_header(
    sheet: Sheet, standing: list[Row], titles: dict[str, str], shared: SharedStrings
) -> tuple[Row, dict[str, int]] | None:
    """The header row of 待改清单 and the column of each of its titles (title → name); all of them must be there."""
    for row in standing[:HEAD_ROWS]:
        columns = {titles[text]: column for column, text in row_texts(sheet, row, shared).items() if text in titles}
        if len(columns) == len(titles):
            return row, columns
    return None
