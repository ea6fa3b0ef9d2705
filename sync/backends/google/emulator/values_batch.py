"""Values of several ranges at once, and values behind a table: batchGet, batchUpdate, append."""

from __future__ import annotations

from collections.abc import Iterator

from sync.backends.google.emulator.a1 import Box, Rect, write
from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.lookup import filtered_boxes, find_range, within_grid
from sync.backends.google.emulator.sheet import Sheet
from sync.backends.google.emulator.values import (
    INPUTS,
    Rendering,
    choice,
    fitted_box,
    get_values,
    rows_of,
    update_values,
    value_range,
    without_places,
    written,
)


def batch_get(book: Book, ranges: list[str], how: Rendering) -> Json:
    found = [get_values(book, text, how) for text in ranges]
    return {"spreadsheetId": book.id, **({"valueRanges": found} if found else {})}


def batch_get_by_filter(book: Book, body: Json) -> Json:
    how = Rendering(body)
    found = []
    for chosen in body.get("dataFilters") or []:
        for sheet, box in filtered_boxes(book, chosen):
            found.append({"valueRange": value_range(book, sheet, box, how), "dataFilters": [chosen]})
    return {"spreadsheetId": book.id, **({"valueRanges": found} if found else {})}


def batch_update(book: Book, user: str, body: Json) -> Json:
    """values:batchUpdate; all ranges or none (the caller keeps the old book)."""
    option = {"valueInputOption": body.get("valueInputOption"), **_response_options(body)}
    choice(option["valueInputOption"], "valueInputOption", INPUTS, None)
    answers = [update_values(book, user, str(item.get("range")), option, item) for item in body.get("data") or []]
    return _summary(book, answers, option)


def batch_update_by_filter(book: Book, user: str, body: Json) -> Json:
    option = choice(body.get("valueInputOption"), "valueInputOption", INPUTS, None)
    answers = []
    for item in body.get("data") or []:
        rows = rows_of(item)
        for sheet, box in filtered_boxes(book, item.get("dataFilter") or {}):
            rect = Rect(*box)
            fitted = fitted_box(sheet, rect, box, rows)
            answer = written(book, user, sheet, fitted, rows, option, _response_options(body))
            answer.pop("spreadsheetId")
            answers.append({**answer, "dataFilter": item.get("dataFilter")})
    return _summary(book, answers, _response_options(body))


def _response_options(body: Json) -> Json:
    names = ("includeValuesInResponse", "responseValueRenderOption", "responseDateTimeRenderOption")
    return {name: body.get(name) for name in names}


def _summary(book: Book, answers: list[Json], given: Json) -> Json:
    """The answer to several writes. A row or column written twice counts once; values are shown as all writes left them."""
    if not answers:
        return {"spreadsheetId": book.id}
    places = [place for answer in answers for place in answer.pop("_places")]
    sums = {
        "totalUpdatedRows": len({(sheet, row) for sheet, row, _ in places}),
        "totalUpdatedColumns": len({(sheet, column) for sheet, _, column in places}),
        "totalUpdatedCells": sum(answer.get("updatedCells", 0) for answer in answers),
        "totalUpdatedSheets": len({sheet for sheet, _, _ in places}),
    }
    for answer in answers:
        if "updatedData" in answer:
            answer["updatedData"] = get_values(book, answer["updatedData"]["range"], Rendering.of_response(given))
    totals = {name: value for name, value in sums.items() if value}
    return {"spreadsheetId": book.id, **totals, "responses": answers}


# appending --------------------------------------------------------------------------------------------------------


def append_values(book: Book, user: str, text: str, given: Json, body: Json) -> Json:
    """Behind the last block of data that the range touches; at the range's own start when it touches none."""
    option = choice(given.get("valueInputOption"), "valueInputOption", INPUTS, None)
    insert = choice(given.get("insertDataOption"), "insertDataOption", ("OVERWRITE", "INSERT_ROWS"), "OVERWRITE")
    sheet, rect = find_range(book, text)
    rows = rows_of(body)
    table = _table(book, sheet, within_grid(sheet, rect))
    top, left = (table.bottom, table.left) if table else (rect.top, rect.left)
    height, width = len(rows), max(map(len, rows), default=0)
    if insert == "INSERT_ROWS" and table and top < sheet.row_count:
        book.insert_lines(sheet, top, height, rows=True)
    sheet.size(max(sheet.row_count, top + height), max(sheet.column_count, left + width))
    box = Box(top, left, top + height, left + width)
    answer: Json = {"spreadsheetId": book.id}
    if table:
        answer["tableRange"] = write(table, sheet.title)
    return {**answer, "updates": without_places(written(book, user, sheet, box, rows, option, given))}


def _table(book: Book, sheet: Sheet, box: Box) -> Box | None:
    touching = [block for block in _blocks(book, sheet) if block.meets(box)]
    return max(touching, key=lambda block: (block.bottom, block.right), default=None)


def _blocks(book: Book, sheet: Sheet) -> Iterator[Box]:
    """Rectangles around filled cells that touch each other, corners included."""
    filled = {
        (row, column)
        for row, cells in enumerate(sheet.rows)
        for column in cells
        if book.reader.value(sheet.id, row, column) is not None
    }
    while filled:
        heap = [filled.pop()]
        rows, columns = [], []
        while heap:
            row, column = heap.pop()
            rows.append(row)
            columns.append(column)
            for near in ((row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)):
                if near in filled:
                    filled.remove(near)
                    heap.append(near)
        yield Box(min(rows), min(columns), max(rows) + 1, max(columns) + 1)
