"""BookPlan → requests of one batchUpdate that make a blank spreadsheet the book of the plan.

Protected are the tab of answers and the frozen header, never a data row: sorting, filtering, inserting and deleting
rows stay free. Locale and time zone are set so that dates read and count as they do here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sheets_templates.addresses import absolute
from sheets_templates.builder import MARKS
from sheets_templates.gsheet_cells import Canvas
from sheets_templates.gsheet_entry import entry_requests, field_columns, rows_of
from sheets_templates.gsheet_pages import (
    TODO_ROWS,
    guide_requests,
    list_requests,
    mark_requests,
    status_requests,
    todo_requests,
)
from sheets_templates.lists import DICTIONARY
from sheets_templates.plan import BookPlan, EntryTab, PlanError
from validators.sheet_formulas import STATUS_COLUMNS, STATUS_TAB, TODO_PLACE

Json = dict[str, Any]

LOCALE, ZONE = "zh_CN", "Asia/Shanghai"
FIRST_ID = 410_001  # ids of our sheets, from here on


def book_requests(
    plan: BookPlan, editors: Sequence[str], existing: Iterable[tuple[int, str]] = (), blank: Iterable[int] = ()
) -> list[Json]:
    """Requests for one batchUpdate. `editors` may write what is protected, besides the file's owner.

    `existing`: (id, title) of the sheets that are there; those named in `blank` are removed at the end, others stay.
    """
    there = list(existing)
    taken = {sheet_id for sheet_id, _ in there}
    ids = _ids(taken)
    tabs = sheets_of(plan)
    titles = {title.casefold() for _, title in there}
    if twice := [title for title, _, _ in tabs if title.casefold() in titles]:
        raise PlanError(f"表格里已经有名为“{'”“'.join(twice)}”的工作表，请改名后再建")
    number = {title: next(ids) for title, _, _ in tabs}
    properties = {"locale": LOCALE, "timeZone": ZONE}
    requests: list[Json] = [{"updateSpreadsheetProperties": {"properties": properties, "fields": "locale,timeZone"}}]
    for index, (title, grid, hidden) in enumerate(tabs):
        sheet = {"sheetId": number[title], "title": title, "index": index, "gridProperties": grid}
        requests.append({"addSheet": {"properties": {**sheet, **({"hidden": True} if hidden else {})}}})
    requests += _fill(plan, number, list(editors))
    requests += [{"deleteSheet": {"sheetId": sheet_id}} for sheet_id in blank]
    return requests


def _ids(taken: set[int]) -> Iterator[int]:
    number = FIRST_ID
    while True:
        if number not in taken:
            yield number
        number += 1


def sheets_of(plan: BookPlan) -> list[tuple[str, Json, bool]]:
    """(title, grid properties, hidden) of all tabs, in their order."""
    entries = [
        (tab.title, _grid(rows_of(tab), len(tab.columns), tab.header_row, tab.freeze_column), False)
        for tab in plan.tabs
    ]
    longest = max((len(item.items) for item in plan.lists), default=0) + 2
    return [
        (plan.guide.title, _grid(len(plan.guide.lines) + 5, len(plan.guide.widths), 0, 0) | {"hideGridlines": True}, False),
        *entries,
        (plan.todo.title, _grid(TODO_ROWS, TODO_PLACE, plan.todo.header_row, 0), False),
        (DICTIONARY, _grid(longest, max(len(plan.lists), 1), 0, 0), True),
        (MARKS, _grid(len(plan.marks) + 5, max(map(len, plan.marks)), 0, 0), True),
        (STATUS_TAB, _grid(50, len(STATUS_COLUMNS), 0, 0), True),
    ]  # fmt: skip


def _grid(rows: int, columns: int, frozen_rows: int, frozen_columns: int) -> Json:
    found = {"rowCount": rows, "columnCount": columns}
    found |= {"frozenRowCount": frozen_rows} if frozen_rows else {}
    return found | ({"frozenColumnCount": frozen_columns} if 0 < frozen_columns < columns else {})


def _fill(plan: BookPlan, number: dict[str, int], editors: list[str]) -> list[Json]:
    """The answers' tab first: formulas of the entry tabs look at it."""
    heights = {title: grid["rowCount"] for title, grid, _ in sheets_of(plan)}
    canvases = {title: Canvas(sheet_id, heights[title]) for title, sheet_id in number.items()}
    status_requests(canvases[STATUS_TAB], editors)
    list_requests(canvases[DICTIONARY], plan)
    mark_requests(canvases[MARKS], plan)
    lists = list_ranges(plan)
    for tab in plan.tabs:
        entry_requests(canvases[tab.title], tab, lists, editors)
    todo_requests(canvases[plan.todo.title], plan)
    guide_requests(canvases[plan.guide.title], plan)
    order = [STATUS_TAB, DICTIONARY, MARKS, *(tab.title for tab in plan.tabs), plan.todo.title, plan.guide.title]
    return [request for title in order for request in canvases[title].requests]


def list_ranges(plan: BookPlan) -> dict[str, str]:
    """Defined name → the range its drop-down offers. Here a drop-down may look at a range directly, blanks and all."""
    found = {
        item.name: "=" + absolute(DICTIONARY, index, 2, len(item.items) + 1) for index, item in enumerate(plan.lists, 1)
    }
    for named in plan.names:
        tab, column = _own_list(plan, named.formula)
        found[named.name] = "=" + absolute(tab.title, column, tab.first_row, rows_of(tab))
    return found


def _own_list(plan: BookPlan, formula: str) -> tuple[EntryTab, int]:
    """The tab and column whose names a list of the unit's own records offers."""
    for tab in plan.tabs:
        for column in field_columns(tab):
            head = absolute(tab.title, column, tab.header_row, tab.header_row).partition(":")[0]
            if formula.startswith(f"=OFFSET({head},"):
                return tab, column
    raise PlanError(f"看不懂下拉的来源：{formula}")
