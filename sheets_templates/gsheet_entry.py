"""An entry tab of a BookPlan as requests: heads, hidden marks, the formulas of our columns, checks, prefilled rows."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from sheets_templates.addresses import letters
from sheets_templates.gsheet_cells import Canvas, cell, formula, look, pixels, text
from sheets_templates.gsheet_checks import add_highlights, rule_of
from sheets_templates.palette import OURS_FILL, OURS_HEAD_FILL, SYSTEM_FILL, SYSTEM_HEAD_FILL, TINT_FILLS
from sheets_templates.plan import CellValue, Column, EntryTab
from validators.sheet_formulas import KEY, banner_formula, display_formula, key_formula, mark_number

Json = dict[str, Any]

HEADER_MARK = "tianbao.header"  # key of that on the header row; its value is the mark of the table
COLUMN_MARK = "tianbao.column"  # key of the metadata on each of our columns; its value is the column's mark
FENCE_MARK = "tianbao.fence"  # key of that on rows below the header, which tell when a row above them is gone
FIELD_MARK = "tianbao.field"  # the same on columns that the system fills when it opens a row
LINE = "#A6A6A6"
GUARD = "此列由系统答复，请勿填写：填了会使整列显示不出来。"
_FILL = {"clerk": "", "system": SYSTEM_FILL, "ours": OURS_FILL}
_HEAD = {"system": SYSTEM_HEAD_FILL, "ours": OURS_HEAD_FILL}


ROW_HEIGHT = 48  # pixels: three small lines; a row that grew with its longest answer would hide the others
SPARE = 100  # rows below the prepared ones: every one of them is read again and again, a clerk can add more


def rows_of(tab: EntryTab) -> int:
    """Rows of the sheet."""
    return min(tab.reach, tab.last_row + SPARE)


def key_column(tab: EntryTab) -> int:
    """The hidden column that holds each row's key."""
    return next(at for at, item in enumerate(tab.columns, 1) if item.tone == "ours" and item.name == KEY)


def field_columns(tab: EntryTab) -> list[int]:
    """Columns of the fields, in their order."""
    return [at for at, item in enumerate(tab.columns, 1) if item.tone != "ours"]


def entry_requests(canvas: Canvas, tab: EntryTab, lists: Mapping[str, str], editors: list[str]) -> None:
    """Everything of an entry tab but the sheet itself."""
    _columns(canvas, tab)
    _heads(canvas, tab)
    row_requests(canvas, tab)
    _checks(canvas, tab, lists)
    add_highlights(canvas, tab.highlights)
    fields = field_columns(tab)
    filtered = canvas.range(tab.header_row, fields[0], rows_of(tab), fields[-1])
    canvas.add("setBasicFilter", filter={"range": filtered})
    header = canvas.range(3, 1, tab.header_row, len(tab.columns))
    canvas.add(
        "addProtectedRange",
        protectedRange={"range": header, "description": "表头（系统用）", "editors": {"users": editors}},
    )


def _columns(canvas: Canvas, tab: EntryTab) -> None:
    for index in range(1, len(tab.columns) + 1):
        column_requests(canvas, tab, index, fresh=True)


def column_requests(canvas: Canvas, tab: EntryTab, index: int, *, fresh: bool = False) -> None:
    """Width and look of one column; one of ours gets its mark as metadata. `fresh`: the tab never had one, so that the id
    of the mark is free."""
    column = tab.columns[index - 1]
    size = {"pixelSize": pixels(column.width)}
    hidden = {"hiddenByUser": True} if column.hidden else {}
    canvas.lines("COLUMNS", index, index, **size, **hidden)
    canvas.look(tab.first_row, index, rows_of(tab), index, column_look(column))
    if column.tone in ("ours", "system"):
        ours = column.tone == "ours"
        number = mark_number(canvas.sheet, column.mark) if fresh and ours else 0
        mark_column(canvas, index, column.mark, COLUMN_MARK if ours else FIELD_MARK, number)


def mark_column(canvas: Canvas, index: int, mark: str, key: str = COLUMN_MARK, number: int = 0) -> None:
    """A column's mark as metadata, by which it is found wherever people move it. `number`: its id, 0 = any."""
    _mark(canvas, "COLUMNS", index, key, mark, number)


def _mark(canvas: Canvas, dimension: str, at: int, key: str, value: str, number: int = 0) -> None:
    place = {"sheetId": canvas.sheet, "dimension": dimension, "startIndex": at - 1, "endIndex": at}
    found: Json = {"metadataKey": key, "metadataValue": value, "visibility": "DOCUMENT"}
    if number:
        found["metadataId"] = number
    canvas.add("createDeveloperMetadata", developerMetadata={**found, "location": {"dimensionRange": place}})


def column_look(column: Column) -> Json:
    """Codes keep their digits in TEXT cells. Our own columns hold what a formula says and need no format."""
    ours = column.tone == "ours"
    form = "" if ours or column.number_format == "General" else column.number_format
    return look(
        align=column.align, wrap=column.wrap, middle=not (ours and column.wrap), fill=_FILL[column.tone], lines=LINE,
        size=9 if ours and column.wrap else 10, ink="#404040" if ours else "", number_format=form,
    )  # fmt: skip


def _heads(canvas: Canvas, tab: EntryTab) -> None:
    last = tab.heading_last
    align = "" if _crosses(tab, 1, last) else "center"
    canvas.write(1, 1, [[text(tab.heading, look(size=18, bold=True, align=align))]])
    _merge(canvas, tab, 1, 1, last)
    for piece in tab.sign:
        form = look(size=10, align="" if _crosses(tab, piece.first, piece.last) else piece.align)
        canvas.write(2, piece.first, [[text(piece.text, form)]])
        _merge(canvas, tab, 2, piece.first, piece.last)
    canvas.write(3, 1, [[formula(banner_formula(tab.banner), look(bold=True, ink="#1F4E79", fill="#F7FAFD"))]])
    _merge(canvas, tab, 3, 1, last)
    canvas.write(tab.mark_row, 1, [[mark_cell(column) for column in tab.columns]])
    canvas.lines("ROWS", 1, 1, pixelSize=44)
    canvas.lines("ROWS", tab.mark_row, tab.mark_row, hiddenByUser=True)
    _mark_header(canvas, tab)
    if tab.group_row:
        _groups(canvas, tab)
    canvas.write(tab.header_row, 1, [[header_cell(tab, index) for index in range(1, len(tab.columns) + 1)]])
    canvas.lines("ROWS", tab.header_row, tab.header_row, pixelSize=48)
    canvas.lines("ROWS", tab.first_row, rows_of(tab), pixelSize=ROW_HEIGHT)


def mark_cell(column: Column) -> Json:
    """What stands in the hidden mark row."""
    return text(column.mark, look(size=8, ink="#808080"))


def _crosses(tab: EntryTab, first: int, last: int) -> bool:
    """Whether cells lie on both sides of the frozen columns' edge: the service refuses to merge those."""
    return first <= tab.freeze_column < last and tab.freeze_column < len(tab.columns)


def _merge(canvas: Canvas, tab: EntryTab, row: int, first: int, last: int) -> None:
    """One cell out of several; across the edge the text runs on over the blank cells behind it instead."""
    if not _crosses(tab, first, last):
        canvas.merge(row, first, row, last)


def _pieces(tab: EntryTab, first: int, last: int) -> list[tuple[int, int]]:
    edge = tab.freeze_column
    return [(first, edge), (edge + 1, last)] if _crosses(tab, first, last) else [(first, last)]


def _mark_header(canvas: Canvas, tab: EntryTab) -> None:
    """By these the service knows, in the very write, that the header is where it was read."""
    table = tab.columns[0].mark.partition(".")[0]  # tb:project of tb:project.@id
    _mark(canvas, "ROWS", tab.header_row, HEADER_MARK, table)
    for row in sorted({tab.first_row, rows_of(tab)}):
        _mark(canvas, "ROWS", row, FENCE_MARK, "")


def _groups(canvas: Canvas, tab: EntryTab) -> None:
    start = 1
    for (ours, title), members in groupby(tab.columns, key=lambda item: (item.tone == "ours", item.group)):
        group = list(members)
        shown = [at for at, item in enumerate(group, start) if not item.hidden]
        start += len(group)
        if shown and (title or ours):
            for first, last in _pieces(tab, shown[0], shown[-1]):
                canvas.write(tab.group_row, first, [[group_cell(group[0])]])
                canvas.merge(tab.group_row, first, tab.group_row, last)


def group_cell(column: Column) -> Json:
    """The title of a column's group, above it."""
    ours = column.tone == "ours"
    fill = OURS_HEAD_FILL if ours else TINT_FILLS[column.tint][0]
    title = column.group or ("系统答复" if ours else "")
    return text(title, look(bold=True, align="center", fill=fill, lines=LINE))


def header_cell(tab: EntryTab, index: int) -> Json:
    """A header cell. Those of our columns are the formulas from which the answers below spill."""
    column = tab.columns[index - 1]
    fill = _HEAD.get(column.tone) or TINT_FILLS[column.tint][1]
    form = look(bold=True, align="center", wrap=True, fill=fill, lines=LINE)
    if column.tone == "ours":
        return formula(own_formula(tab, column), form)
    found = text(("*" if column.required else "") + column.title, form)
    if column.required:
        star = {"startIndex": 0, "format": {"foregroundColor": {"red": 0.75}, "bold": True}}
        found["textFormatRuns"] = [star, {"startIndex": 1, "format": {"bold": True}}]
    return found


def own_formula(tab: EntryTab, column: Column) -> str:
    """The formula of one of our columns."""
    if column.name == KEY:
        return key_formula(tab.table, column.title, tab.header_row, field_columns(tab))
    return display_formula(column.name, column.title, tab.header_row, key_column(tab))


def row_requests(canvas: Canvas, tab: EntryTab) -> None:
    """Prefilled rows, from the first field to the last: our own columns have none."""
    fields = field_columns(tab)
    if not tab.rows:
        return
    plain = {index: column_look(tab.columns[index - 1]).get("numberFormat") for index in fields}
    rows = [
        [_filled(values[index - 1], plain.get(index)) for index in range(fields[0], fields[-1] + 1)]
        for values in tab.rows
    ]
    canvas.write(tab.first_row, fields[0], rows, "userEnteredValue,userEnteredFormat.numberFormat")


def _filled(value: CellValue, column_format: Json | None) -> Json:
    """A cell with a number format of its own or its column's; a bare number stays bare: 2025.3 is no day in 1905."""
    data = cell(value)
    if "userEnteredFormat" in data or column_format is None or "numberValue" in data.get("userEnteredValue", {}):
        return data
    return {**data, "userEnteredFormat": {"numberFormat": column_format}}


def _checks(canvas: Canvas, tab: EntryTab, lists: Mapping[str, str]) -> None:
    for index in range(1, len(tab.columns) + 1):
        rule = check_of(tab, index, lists)
        if rule is not None:
            canvas.add("setDataValidation", range=canvas.range(tab.first_row, index, rows_of(tab), index), rule=rule)


def check_of(tab: EntryTab, index: int, lists: Mapping[str, str]) -> Json | None:
    """The check of one column; None where nothing is checked."""
    column = tab.columns[index - 1]
    if column.tone == "ours":
        condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=TRUE"}]}
        return {"condition": condition, "inputMessage": GUARD}
    return rule_of(column.check, lists, f"{letters(index)}{tab.first_row}")
