"""spreadsheets.create: a spreadsheet with all that its description holds, made by the requests that would add it."""

from __future__ import annotations

from sync.backends.google.emulator.batch import run_requests
from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.errors import DriveError, forbidden
from sync.backends.google.emulator.files import SPREADSHEET
from sync.backends.google.emulator.requests_structure import checked_properties
from sync.backends.google.emulator.resources import book_json
from sync.backends.google.emulator.sheet import Sheet
from sync.backends.google.emulator.web import Request
from sync.backends.google.emulator.world import World

_CELL_FIELDS = "userEnteredValue,userEnteredFormat,note,dataValidation"
_PARTS = (  # field of a Sheet, the request that makes one of it, the field of that request
    ("merges", "mergeCells", "range"),
    ("conditionalFormats", "addConditionalFormatRule", "rule"),
    ("protectedRanges", "addProtectedRange", "protectedRange"),
    ("bandedRanges", "addBanding", "bandedRange"),
    ("filterViews", "addFilterView", "filter"),
    ("charts", "addChart", "chart"),
    ("slicers", "addSlicer", "slicer"),
    ("developerMetadata", "createDeveloperMetadata", "developerMetadata"),
)


def create(world: World, request: Request, names: dict[str, str]) -> Json:
    """All of it or nothing: a description that is wrong leaves no file behind."""
    body = request.json()
    given = dict(body.get("properties") or {})
    title = str(given.pop("title", "") or "Untitled spreadsheet")
    try:
        file = world.create_file(title, SPREADSHEET, request.user)
    except DriveError:  # no room of its own: Sheets tells a service account no more than this
        raise forbidden() from None
    world.books[file.id].project = request.identity.project
    try:
        world.books[file.id] = _filled(world, request.user, world.books[file.id], given, body)
    except Exception:
        del world.files[file.id], world.books[file.id]
        raise
    return book_json(world.books[file.id], request.user)


def _filled(world: World, user: str, book: Book, given: Json, body: Json) -> Book:
    own = {name: value for name, value in given.items() if name in ("locale", "timeZone", "autoRecalc")}
    book.properties = checked_properties({**book.properties, **own})
    wanted = body.get("sheets") or []
    if wanted:
        book.sheets[0].id, book.sheets[0].title = -1, "\0"  # in nobody's way until it goes
        adding = [{"addSheet": {"properties": item.get("properties") or {}}} for item in wanted]
        book, _ = run_requests(book, adding, user, world.chance())
        book.sheets = [sheet for sheet in book.sheets if sheet.id >= 0]
    requests = [{"addNamedRange": {"namedRange": item}} for item in body.get("namedRanges") or []]
    for item, sheet in zip(wanted, book.sheets, strict=False):
        requests += _cells(item, sheet) + _parts(item)
    if metadata := body.get("developerMetadata"):
        requests += [{"createDeveloperMetadata": {"developerMetadata": item}} for item in metadata]
    if requests:
        book, _ = run_requests(book, requests, user, world.chance())
    book.touch()
    return book


def _cells(given: Json, sheet: Sheet) -> list[Json]:
    """GridData: cells, and the sizes of lines."""
    found: list[Json] = []
    for data in given.get("data") or []:
        row, column = int(data.get("startRow") or 0), int(data.get("startColumn") or 0)
        start = {"sheetId": sheet.id, "rowIndex": row, "columnIndex": column}
        found.append({"updateCells": {"start": start, "rows": data.get("rowData") or [], "fields": _CELL_FIELDS}})
        for name, dimension, first in (("rowMetadata", "ROWS", row), ("columnMetadata", "COLUMNS", column)):
            for at, properties in enumerate(data.get(name) or [], first):
                lines = {"sheetId": sheet.id, "dimension": dimension, "startIndex": at, "endIndex": at + 1}
                told = {key: properties[key] for key in ("pixelSize", "hiddenByUser") if properties.get(key)}
                if told:
                    change = {"range": lines, "properties": told, "fields": ",".join(told)}
                    found.append({"updateDimensionProperties": change})
    return found


def _parts(given: Json) -> list[Json]:
    """What lies over the cells. Rules come in their order, so each is put behind the last."""
    found: list[Json] = []
    for name, kind, field in _PARTS:
        for index, item in enumerate(given.get(name) or []):
            body = {field: item} if name != "conditionalFormats" else {field: item, "index": index}
            found.append({kind: body})
    if given.get("basicFilter"):
        found.append({"setBasicFilter": {"filter": given["basicFilter"]}})
    for name in ("rowGroups", "columnGroups"):
        found += [{"addDimensionGroup": {"range": item.get("range") or {}}} for item in given.get(name) or []]
    return found
