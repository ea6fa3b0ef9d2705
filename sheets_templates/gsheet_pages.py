"""The tabs nobody types in, as requests: 填报说明, 待改清单, and the hidden ones: 字典, the marks, the answers."""

from __future__ import annotations

from typing import Any

from sheets_templates.gsheet_cells import Canvas, formula, look, pixels, text
from sheets_templates.gsheet_checks import add_highlights
from sheets_templates.gsheet_entry import LINE, key_column
from sheets_templates.palette import HEAD_FILL, TINT_FILLS
from sheets_templates.plan import BookPlan, GuideLine
from validators.sheet_formulas import (
    STATUS_COLUMNS,
    STATUS_MARK,
    TODO_KEY,
    TODO_PLACE,
    TODO_TABLE,
    place_formula,
)

Json = dict[str, Any]

TODO_ROWS = 200  # of 待改清单; the service makes room for more
_CENTRED = {0, 4, 5}  # columns of the fields' table: 序号, 必填, 谁填


def guide_requests(canvas: Canvas, plan: BookPlan) -> None:
    """填报说明, one line of the plan a row."""
    guide = plan.guide
    last = len(guide.widths)
    for index, width in enumerate(guide.widths, 1):
        canvas.lines("COLUMNS", index, index, pixelSize=pixels(width))
    canvas.write(1, 1, [_guide_cells(line, last) for line in guide.lines])
    for row, line in enumerate(guide.lines, 1):
        if line.kind in ("legend", "link"):
            canvas.merge(row, 1, row, 2)
            canvas.merge(row, 3, row, last)
        elif line.kind not in ("head", "row", "gap"):
            canvas.merge(row, 1, row, last)


def _guide_cells(line: GuideLine, last: int) -> list[Json]:
    if line.kind in ("title", "subtitle", "section"):
        size = {"title": 18, "subtitle": 13, "section": 12}[line.kind]
        align = "" if line.kind == "section" else "center"
        ink = "#1F4E79" if line.kind == "section" else ""
        return [text(line.cells[0], look(size=size, bold=True, align=align, ink=ink))]
    if line.kind in ("paragraph", "step"):
        return [text(("　　" if line.kind == "paragraph" else "● ") + line.cells[0], look(wrap=True))]
    if line.kind in ("legend", "link"):
        paint = line.paint
        sample = look(align="center", fill=paint.fill, ink=paint.font, bold=paint.bold, lines=LINE)
        return [
            text(line.cells[0], sample),
            {"userEnteredFormat": sample},
            text(line.cells[1], look(wrap=True, lines=LINE)),
        ]
    if line.kind == "table":
        return [text(line.cells[0], look(bold=True, fill=TINT_FILLS[0][0], lines=LINE))]
    if line.kind in ("head", "row"):
        head = line.kind == "head"
        return [
            text(
                item,
                look(
                    bold=head,
                    fill=HEAD_FILL if head else "",
                    wrap=True,
                    lines=LINE,
                    align="center" if head or index in _CENTRED else "left",
                    ink="#C00000" if item.partition("（")[0] == "必填" and not head else "",
                ),
            )
            for index, item in enumerate(line.cells)
        ]
    return []


def todo_requests(canvas: Canvas, plan: BookPlan) -> None:
    """待改清单: the service rewrites its lines; 位置 is found by the sheet, so that it is always where the row is now."""
    todo = plan.todo
    for index, width in enumerate(todo.widths, 1):
        canvas.lines("COLUMNS", index, index, pixelSize=pixels(width))
        align = "center" if index in (1, 2, 5) else "left"
        canvas.look(todo.header_row + 1, index, TODO_ROWS, index, look(wrap=True, align=align, lines=LINE))
    canvas.lines("COLUMNS", TODO_TABLE, TODO_PLACE, hiddenByUser=True)
    last = len(todo.widths)
    canvas.write(1, 1, [[text(todo.heading, look(size=16, bold=True, align="center"))]])
    canvas.merge(1, 1, 1, last)
    for row, note in enumerate(todo.notes, 2):
        canvas.write(row, 1, [[text(note, look(wrap=True, ink="#595959"))]])
        canvas.merge(row, 1, row, last)
    head = look(bold=True, align="center", fill=HEAD_FILL, lines=LINE)
    places = [(tab.table, tab.title, tab.header_row, key_column(tab)) for tab in plan.tabs]
    titles = [text(title, head) for title in todo.header]
    titles[1] = formula(place_formula(todo.header[1], todo.header_row, places), head)
    hidden = {TODO_TABLE: "表", TODO_KEY: "内容标识", TODO_PLACE: "处"}
    canvas.write(todo.header_row, 1, [[*titles, *(text(hidden[at], head) for at in sorted(hidden))]])
    add_highlights(canvas, todo.highlights)


def list_requests(canvas: Canvas, plan: BookPlan) -> None:
    """字典: one list a column."""
    plain = look(number_format="@")
    for index, item in enumerate(plan.lists, 1):
        column = [[text(item.title, look(bold=True))], *([text(value, plain)] for value in item.items)]
        canvas.write(1, index, column)


def mark_requests(canvas: Canvas, plan: BookPlan) -> None:
    plain = look(number_format="@")
    canvas.write(1, 1, [[text(value, plain) for value in row] for row in plan.marks])


def status_requests(canvas: Canvas, editors: list[str]) -> None:
    """The protected tab of answers, still without any."""
    canvas.write(1, 1, [[text(STATUS_MARK)], [text(name, look(bold=True)) for name in STATUS_COLUMNS]])
    whole = {"range": {"sheetId": canvas.sheet}, "description": "系统答复（勿改）", "editors": {"users": editors}}
    canvas.add("addProtectedRange", protectedRange=whole)
