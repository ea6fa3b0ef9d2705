"""The spreadsheets collection of Sheets v4: one function per method, registered with its path in `routes.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sync.backends.google.emulator.a1 import write as write_range
from sync.backends.google.emulator.batch import run_requests
from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.discovery import answer_mask
from sync.backends.google.emulator.errors import bad, no_entity
from sync.backends.google.emulator.formula import Formula
from sync.backends.google.emulator.lookup import filtered_boxes, find_box, found_metadata
from sync.backends.google.emulator.masks import wants
from sync.backends.google.emulator.requests_structure import copy_title
from sync.backends.google.emulator.resources import book_json, sheet_properties
from sync.backends.google.emulator.resources_over import metadata_json
from sync.backends.google.emulator.sheet import Sheet
from sync.backends.google.emulator.values import Rendering, clear_values, get_values, put_values
from sync.backends.google.emulator.values_batch import (
    append_values,
    batch_get,
    batch_get_by_filter,
    batch_update,
    batch_update_by_filter,
)
from sync.backends.google.emulator.web import Request
from sync.backends.google.emulator.world import World

Handler = Callable[[World, Request, dict[str, str]], Any]


def _truth(text: Any) -> bool:
    return str(text).lower() == "true"


# spreadsheets -----------------------------------------------------------------------------------------------------


def get(world: World, request: Request, names: dict[str, str]) -> Json:
    """With a mask `includeGridData` does not count: cells come when the mask names `data`."""
    book = world.book_for(names["id"], request.user)
    given = request.parameters()
    mask = answer_mask(given.get("fields", [""])[-1], "Spreadsheet")
    ranges = [find_box(book, text) for text in given.get("ranges", [])]
    data = wants(mask, "sheets", "data") if mask else _truth(given.get("includeGridData", [""])[-1])
    return book_json(book, request.user, mask, ranges, data=data)


def get_by_filter(world: World, request: Request, names: dict[str, str]) -> Json:
    book = world.book_for(names["id"], request.user)
    body = request.json()
    mask = answer_mask(request.flat().get("fields", ""), "Spreadsheet")
    ranges = [found for item in body.get("dataFilters") or [] for found in filtered_boxes(book, item)]
    data = wants(mask, "sheets", "data") if mask else bool(body.get("includeGridData"))
    return book_json(book, request.user, mask, ranges, data=data)


def update(world: World, request: Request, names: dict[str, str]) -> Json:
    """batchUpdate: all requests or none, with mirrored replies."""
    body = request.json()
    requests = body.get("requests") or []
    mask = answer_mask(request.flat().get("fields", ""), "BatchUpdateSpreadsheetResponse")

    def change(book: Book) -> tuple[Book, Json]:
        changed, replies = run_requests(book, requests, request.user, world.chance())
        answer: Json = {"spreadsheetId": book.id, "replies": replies}
        if body.get("includeSpreadsheetInResponse"):
            ranges = [find_box(changed, text) for text in body.get("responseRanges") or []]
            part = (mask or {}).get("updatedSpreadsheet") or None
            data = wants(part, "sheets", "data") if part else bool(body.get("responseIncludeGridData"))
            answer["updatedSpreadsheet"] = book_json(changed, request.user, part, ranges, data=data)
        return changed, answer

    return world.edit(names["id"], request.user, change)


def copy_to(world: World, request: Request, names: dict[str, str]) -> Json:
    source = world.book_for(names["id"], request.user)
    target_id = str(request.json().get("destinationSpreadsheetId") or "")
    sheet = next((item for item in source.sheets if str(item.id) == names["sheet"]), None)
    if sheet is None:
        raise no_entity()

    def change(book: Book) -> tuple[Book, Json]:
        changed = book.copy()
        twin = sheet.copy()
        twin.id = next(n for n in iter(lambda: world.chance().getrandbits(31), None) if n)
        twin.title = copy_title(changed, sheet)
        twin.laid = {world.chance().getrandbits(31): item for item in sheet.laid.values()}
        twin.groups = [{**item, "range": {**item["range"], "sheetId": twin.id}} for item in sheet.groups]
        changed.sheets.append(twin)
        changed.refuse_growth(book)
        _point_here(source, changed, twin)
        changed.touch()
        return changed, sheet_properties(changed, twin)

    return world.edit(target_id, request.user, change)


def _point_here(source: Book, target: Book, twin: Sheet) -> None:
    """References to other sheets are read anew by title; where there is none of that title they are #REF!."""
    for index, row in enumerate(list(twin.rows)):
        new = {}
        for column in row.filled:
            entered = row[column].entered
            if isinstance(entered, Formula) and any(ref.sheet is not None for ref in entered.refs):
                new[column] = row[column]._replace(entered=target.formula(source.formula_text(entered)[1:]))
        twin.set_cells(index, new)


# values -----------------------------------------------------------------------------------------------------------


def values_get(world: World, request: Request, names: dict[str, str]) -> Json:
    return get_values(world.book_for(names["id"], request.user), names["range"], Rendering(request.flat()))


def values_batch_get(world: World, request: Request, names: dict[str, str]) -> Json:
    book = world.book_for(names["id"], request.user)
    return batch_get(book, request.parameters().get("ranges", []), Rendering(request.flat()))


def values_batch_get_by_filter(world: World, request: Request, names: dict[str, str]) -> Json:
    return batch_get_by_filter(world.book_for(names["id"], request.user), request.json())


def _changing(world: World, request: Request, book_id: str, write: Callable[[Book], Json]) -> Json:
    def change(book: Book) -> tuple[Book, Json]:
        copy = book.copy()
        answer = write(copy)
        copy.refuse_growth(book)
        return copy, answer

    return world.edit(book_id, request.user, change)


def values_update(world: World, request: Request, names: dict[str, str]) -> Json:
    given, body = request.flat(), request.json()
    return _changing(
        world, request, names["id"], lambda book: put_values(book, request.user, names["range"], given, body)
    )


def values_append(world: World, request: Request, names: dict[str, str]) -> Json:
    given, body = request.flat(), request.json()
    return _changing(
        world, request, names["id"], lambda book: append_values(book, request.user, names["range"], given, body)
    )


def values_clear(world: World, request: Request, names: dict[str, str]) -> Json:
    def clear(book: Book) -> Json:
        return {"spreadsheetId": book.id, "clearedRange": clear_values(book, request.user, names["range"])}

    return _changing(world, request, names["id"], clear)


def values_batch_update(world: World, request: Request, names: dict[str, str]) -> Json:
    body = request.json()
    return _changing(world, request, names["id"], lambda book: batch_update(book, request.user, body))


def values_batch_update_by_filter(world: World, request: Request, names: dict[str, str]) -> Json:
    body = request.json()
    return _changing(world, request, names["id"], lambda book: batch_update_by_filter(book, request.user, body))


def values_batch_clear_by_filter(world: World, request: Request, names: dict[str, str]) -> Json:
    body = request.json()

    def clear(book: Book) -> Json:
        boxes = [found for item in body.get("dataFilters") or [] for found in filtered_boxes(book, item)]
        ranges = [write_range(box, sheet.title) for sheet, box in boxes]
        found = [clear_values(book, request.user, text) for text in ranges]
        return {"spreadsheetId": book.id, **({"clearedRanges": found} if found else {})}

    return _changing(world, request, names["id"], clear)


def values_batch_clear(world: World, request: Request, names: dict[str, str]) -> Json:
    body = request.json()

    def clear(book: Book) -> Json:
        found = [clear_values(book, request.user, str(text)) for text in body.get("ranges") or []]
        return {"spreadsheetId": book.id, **({"clearedRanges": found} if found else {})}

    return _changing(world, request, names["id"], clear)


# developer metadata -----------------------------------------------------------------------------------------------


def metadata_get(world: World, request: Request, names: dict[str, str]) -> Json:
    book = world.book_for(names["id"], request.user)
    key = int(names["metadata"]) if names["metadata"].isdigit() else -1
    if key not in book.shown_metadata():
        raise no_entity()
    return metadata_json(key, book.metadata[key])


def metadata_search(world: World, request: Request, names: dict[str, str]) -> Json:
    book = world.book_for(names["id"], request.user)
    filters = request.json().get("dataFilters") or []
    if not filters:
        raise bad("dataFilters is required")
    found = [{"developerMetadata": metadata_json(key, book.metadata[key]), "dataFilters": filters}
             for key in found_metadata(book, filters)]  # fmt: skip
    return {"matchedDeveloperMetadata": found} if found else {}
