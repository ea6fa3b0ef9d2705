"""The values collection: get, update, append, clear and their batches, by A1 range or by DataFilter."""

from __future__ import annotations

import json
import re
from typing import Any

from sync.backends.google.emulator.a1 import Box, Rect, write
from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.cells import Cell, Err, Json, Value, as_json
from sync.backends.google.emulator.discovery import snake
from sync.backends.google.emulator.entry import put
from sync.backends.google.emulator.errors import bad
from sync.backends.google.emulator.formats import DATE_TYPES, number_format
from sync.backends.google.emulator.formula import Formula
from sync.backends.google.emulator.lookup import find_box, find_range, outside, within_grid
from sync.backends.google.emulator.sheet import Sheet

RENDERINGS = ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA")
DATE_RENDERINGS = ("SERIAL_NUMBER", "FORMATTED_STRING")
INPUTS = ("RAW", "USER_ENTERED")


def choice(given: Any, name: str, allowed: tuple[str, ...], default: str | None) -> str:
    """An enum parameter; `default` None means that it must be given."""
    if given in (None, "", f"{name}_UNSPECIFIED"):
        if default is None:
            raise bad(f"'{name}' is required but not specified")
        return default
    if given not in allowed:
        kind = "Dimension" if name == "majorDimension" else re.sub("^response", "", name)
        kind = f"type.googleapis.com/google.apps.sheets.v4.{kind[0].upper()}{kind[1:]}"
        raise bad(f"Invalid value at '{snake(name)}' ({kind}), \"{given}\"")
    return str(given)


class Rendering:
    """How values are to be shown."""

    def __init__(self, given: Json) -> None:
        self.value = choice(given.get("valueRenderOption"), "valueRenderOption", RENDERINGS, RENDERINGS[0])
        self.date = choice(given.get("dateTimeRenderOption"), "dateTimeRenderOption", DATE_RENDERINGS, "SERIAL_NUMBER")
        self.major = choice(given.get("majorDimension"), "majorDimension", ("ROWS", "COLUMNS"), "ROWS")

    @classmethod
    def of_response(cls, given: Json) -> Rendering:
        return cls(
            {
                "valueRenderOption": given.get("responseValueRenderOption"),
                "dateTimeRenderOption": given.get("responseDateTimeRenderOption"),
            }
        )


# reading ----------------------------------------------------------------------------------------------------------


def get_values(book: Book, text: str, how: Rendering) -> Json:
    """A ValueRange: the whole asked rectangle is named, empty cells and rows at the ends are left out."""
    sheet, box = find_box(book, text)
    return value_range(book, sheet, box, how)


def value_range(book: Book, sheet: Sheet, box: Box, how: Rendering) -> Json:
    found: Json = {"range": write(box, sheet.title), "majorDimension": how.major}
    values = _grid(book, sheet, box, how)
    if values:
        found["values"] = values
    return found


def _grid(book: Book, sheet: Sheet, box: Box, how: Rendering) -> list[list[Any]]:
    bottom = min(box.bottom, max(len(sheet.rows), book.reader.last_data_row(sheet.id)))
    rows = [[_rendered(book, sheet, r, c, how) for c in range(box.left, box.right)] for r in range(box.top, bottom)]
    if how.major == "COLUMNS":
        rows = [list(column) for column in zip(*rows, strict=True)]
    lines = [_trimmed(row) for row in rows]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _trimmed(line: list[Any]) -> list[Any]:
    while line and line[-1] == "" and isinstance(line[-1], str):
        line.pop()
    return line


def _rendered(book: Book, sheet: Sheet, row: int, column: int, how: Rendering) -> Any:
    cell = sheet.cell(row, column)
    if how.value == "FORMULA" and isinstance(cell.entered, Formula):
        return book.formula_text(cell.entered)
    value = book.reader.value(sheet.id, row, column)
    if value is None:
        return ""
    if how.value == "FORMATTED_VALUE":
        return book.reader.shown(sheet.id, row, column)
    return _unformatted(book, sheet, row, column, value, cell, how)


def _unformatted(book: Book, sheet: Sheet, row: int, column: int, value: Value, cell: Cell, how: Rendering) -> Any:
    if isinstance(value, Err):
        return value.shown
    if isinstance(value, float):
        as_date = number_format(cell.look).get("type") in DATE_TYPES
        if as_date and how.date == "FORMATTED_STRING" and how.value == "UNFORMATTED_VALUE":
            return book.reader.shown(sheet.id, row, column)
        return as_json(value)
    return value


# writing ----------------------------------------------------------------------------------------------------------


def put_values(book: Book, user: str, text: str, given: Json, body: Json) -> Json:
    """PUT values, on its own."""
    return without_places(update_values(book, user, text, given, body))


def without_places(answer: Json) -> Json:
    return {name: value for name, value in answer.items() if name != "_places"}


def update_values(book: Book, user: str, text: str, given: Json, body: Json) -> Json:
    """None skips a cell, a range of one cell grows to fit. Which cells were written is told under `_places`."""
    option = choice(given.get("valueInputOption"), "valueInputOption", INPUTS, None)
    sheet, rect = find_range(book, text)
    box = within_grid(sheet, rect)
    said = body.get("range")
    if said and find_range(book, str(said)) != (sheet, rect):
        raise bad(f"Requested writing within range [{text}], but the body names [{said}]")
    rows = rows_of(body)
    box = fitted_box(sheet, rect, box, rows)
    return written(book, user, sheet, box, rows, option, given)


def rows_of(body: Json) -> list[list[Any]]:
    values = body.get("values") or []
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            if isinstance(value, list | dict):
                raise bad(f"Invalid values[{i}][{j}]: {proto_text(value)}")
    if choice(body.get("majorDimension"), "majorDimension", ("ROWS", "COLUMNS"), "ROWS") == "COLUMNS":
        height = max(map(len, values), default=0)
        return [[column[i] if i < len(column) else None for column in values] for i in range(height)]
    return values


def proto_text(value: Any) -> str:
    """A JSON value as Google's messages print one."""
    if isinstance(value, list):
        return "list_value {" + "".join(f" values {{ {proto_text(item)} }}" for item in value) + " }"
    if isinstance(value, dict):
        fields = (f' fields {{ key: "{name}" value {{ {proto_text(item)} }} }}' for name, item in value.items())
        return "struct_value {" + "".join(fields) + " }"
    if value is None:
        return "null_value: NULL_VALUE"
    kind = "bool" if isinstance(value, bool) else "string" if isinstance(value, str) else "number"
    return f"{kind}_value: {json.dumps(value, ensure_ascii=False)}"


def fitted_box(sheet: Sheet, rect: Rect, box: Box, rows: list[list[Any]]) -> Box:
    height, width = len(rows), max(map(len, rows), default=0)
    single = box.height == 1 and box.width == 1 and rect.bottom is not None and rect.right is not None
    if single:
        box = Box(box.top, box.left, box.top + max(height, 1), box.left + max(width, 1))
    if height > box.height or width > box.width:
        raise bad(
            f"Requested writing within range [{write(box, sheet.title)}], "
            f"but tried writing to {'row' if height > box.height else 'column'} "
            f"[{box.top + height if height > box.height else _letters(box.left + width - 1)}]"
        )
    if box.bottom > sheet.row_count or box.right > sheet.column_count:
        raise outside(sheet, box)
    return box


def _letters(column: int) -> str:
    from sync.backends.google.emulator.a1 import letters

    return letters(column)


def written(book: Book, user: str, sheet: Sheet, box: Box, rows: list[list[Any]], option: str, given: Json) -> Json:
    """Write and answer with an UpdateValuesResponse. "If the range to write was larger than the range actually written,
    the response includes all values in the requested range" (includeValuesInResponse)."""
    touched = _touched(box, rows)
    if touched is not None:
        book.check_edit(user, sheet.id, touched, what="")
    for index, values in enumerate(rows):
        write_row(book, sheet, box.top + index, box.left, values, option)
    book.touch()
    counted = [(i, j) for i, row in enumerate(rows) for j, value in enumerate(row) if value is not None]
    answer: Json = {"spreadsheetId": book.id, "updatedRange": write(_shrunk(box, rows), sheet.title)}
    answer["_places"] = [(sheet.id, box.top + i, box.left + j) for i, j in counted]
    if counted:
        answer |= {
            "updatedRows": len({i for i, _ in counted}),
            "updatedColumns": len({j for _, j in counted}),
            "updatedCells": len(counted),
        }
    if _true(given.get("includeValuesInResponse")):
        answer["updatedData"] = value_range(book, sheet, box, Rendering.of_response(given))
    return answer


def _shrunk(box: Box, rows: list[list[Any]]) -> Box:
    """The part of the range for which there were values."""
    height, width = len(rows), max(map(len, rows), default=0)
    return Box(box.top, box.left, box.top + max(height, 1), box.left + max(width, 1))


def _touched(box: Box, rows: list[list[Any]]) -> Box | None:
    places = [(i, j) for i, row in enumerate(rows) for j, value in enumerate(row) if value is not None]
    if not places:
        return None
    down, across = zip(*places, strict=True)
    return Box(box.top + min(down), box.left + min(across), box.top + max(down) + 1, box.left + max(across) + 1)


def _true(given: Any) -> bool:
    return str(given).lower() == "true"


def write_row(book: Book, sheet: Sheet, row: int, left: int, values: list[Any], option: str) -> None:
    """Put values into a row, None skipping a cell."""
    cells: dict[int, Cell] = {}
    for column, value in enumerate(values, left):
        if value is not None:
            cells[column] = entered(book, sheet.cell(row, column), value, option)
    sheet.set_cells(row, cells)


def entered(book: Book, old: Cell, value: Any, option: str) -> Cell:
    """The cell after a value was put into it; a number format comes along where the cell has none of its own."""
    found = put(value, option, old.look, book.locale, book.day().year)
    content = book.formula(str(found.value)) if found.formula else found.value
    look = old.look
    if found.form is not None and not number_format(old.look).get("type"):
        look = {**(old.look or {}), "numberFormat": found.form}
    return old._replace(entered=content, look=look)


# clearing ---------------------------------------------------------------------------------------------------------


def clear_values(book: Book, user: str, text: str) -> str:
    """Clear values, leaving formats; the cleared range."""
    sheet, box = find_box(book, text)
    book.check_edit(user, sheet.id, box, what="")
    for row in range(box.top, min(box.bottom, len(sheet.rows))):
        cells = sheet.rows[row].items()
        sheet.set_cells(row, {c: cell._replace(entered=None) for c, cell in cells if box.left <= c < box.right})
    book.touch()
    return write(box, sheet.title)
