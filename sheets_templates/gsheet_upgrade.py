"""Requests that bring a filled spreadsheet to another version of its plan: new columns, texts exchanged where they stand,
tabs of ours written anew. None of them names a row that people fill."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheets_templates.builder import MARKS
from sheets_templates.gsheet import sheets_of
from sheets_templates.gsheet_cells import Canvas
from sheets_templates.gsheet_entry import (
    check_of,
    column_requests,
    entry_requests,
    group_cell,
    header_cell,
    mark_cell,
    mark_column,
    rows_of,
)
from sheets_templates.gsheet_pages import guide_requests, list_requests, mark_requests
from sheets_templates.lists import DICTIONARY
from sheets_templates.plan import BookPlan, EntryTab

Json = dict[str, Any]


def insert_column(canvas: Canvas, tab: EntryTab, index: int, lists: Mapping[str, str], *, group: bool) -> None:
    """A new column with everything of ours on it. What is written stands in the column that this very batch inserts, so
    whatever people do meanwhile, nobody's cell is met. `group`: with the title of its group above it."""
    column = tab.columns[index - 1]
    place = {"sheetId": canvas.sheet, "dimension": "COLUMNS", "startIndex": index - 1, "endIndex": index}
    canvas.add("insertDimension", range=place, inheritFromBefore=index > 1)
    canvas.write(tab.mark_row, index, [[mark_cell(column)]])
    if tab.group_row and group:
        canvas.write(tab.group_row, index, [[group_cell(column)]])
    canvas.write(tab.header_row, index, [[header_cell(tab, index)]])
    column_requests(canvas, tab, index)
    if column.tone != "ours":
        mark_column(canvas, index, column.mark)
    set_check(canvas, tab, index, check_of(tab, index, lists))


def set_check(canvas: Canvas, tab: EntryTab, index: int, rule: Json | None) -> None:
    """The check of a whole column; None takes it away."""
    body = {"rule": rule} if rule is not None else {}
    canvas.add("setDataValidation", range=canvas.range(tab.first_row, index, rows_of(tab), index), **body)


def exchange_text(canvas: Canvas, old: str, new: str, row: int = 0, column: int = 0) -> None:
    """One text for another where a cell holds just that; in one cell of the sheet, or wherever it is."""
    where: Json = {"range": canvas.range(row, column, row, column)} if row else {"sheetId": canvas.sheet}
    canvas.add("findReplace", find=old, replacement=new, matchCase=True, matchEntireCell=True, **where)


def add_entry_tab(
    tab: EntryTab, sheet: int, index: int, plan: BookPlan, lists: Mapping[str, str], editors: list[str]
) -> list[Json]:
    """A whole new tab."""
    grid = next(grid for title, grid, _ in sheets_of(plan) if title == tab.title)
    properties = {"sheetId": sheet, "title": tab.title, "index": index, "gridProperties": grid}
    canvas = Canvas(sheet, rows_of(tab), [{"addSheet": {"properties": properties}}])
    entry_requests(canvas, tab, lists, editors)
    return canvas.requests


def hidden_tab(title: str, sheet: int, plan: BookPlan, standing: tuple[int, int] | None) -> list[Json]:
    """字典 or the marks written anew. `standing`: rows and columns that it has, None when it is not there."""
    grid = next(grid for name, grid, _ in sheets_of(plan) if name == title)
    rows = max(grid["rowCount"], standing[0] if standing else 0)
    columns = max(grid["columnCount"], standing[1] if standing else 0)
    size = {"rowCount": rows, "columnCount": columns}
    canvas = Canvas(sheet, rows)
    if standing is None:
        canvas.add("addSheet", properties={"sheetId": sheet, "title": title, "hidden": True, "gridProperties": size})
    else:
        _resize(canvas, size)
        canvas.add("updateCells", range=canvas.range(1, 1, rows, columns), fields="userEnteredValue")
    {DICTIONARY: list_requests, MARKS: mark_requests}[title](canvas, plan)
    return canvas.requests


def guide_anew(sheet: int, plan: BookPlan, rows: int, columns: int) -> list[Json]:
    """填报说明 written anew on its sheet."""
    size = {
        "rowCount": max(rows, len(plan.guide.lines) + 5),
        "columnCount": max(columns, len(plan.guide.widths)),
    }
    canvas = Canvas(sheet, size["rowCount"])
    _resize(canvas, size)
    whole = canvas.range(1, 1, size["rowCount"], size["columnCount"])
    canvas.add("unmergeCells", range=whole)
    canvas.add("updateCells", range=whole, fields="userEnteredValue,userEnteredFormat")
    guide_requests(canvas, plan)
    return canvas.requests


def _resize(canvas: Canvas, size: Json) -> None:
    properties = {"sheetId": canvas.sheet, "gridProperties": size}
    canvas.add(
        "updateSheetProperties",
        properties=properties,
        fields="gridProperties.rowCount,gridProperties.columnCount",
    )
