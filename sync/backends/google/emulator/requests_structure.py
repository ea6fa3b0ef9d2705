"""Requests that make, move, size and remove sheets, rows and columns."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from sync.backends.google.emulator.a1 import Box
from sync.backends.google.emulator.batch import Batch, band, is_rows, lines_of, needed_mask, request
from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.cells import Cell, Json
from sync.backends.google.emulator.errors import bad
from sync.backends.google.emulator.masks import write_masked
from sync.backends.google.emulator.resources import colour, groups_of, sheet_properties
from sync.backends.google.emulator.sheet import Sheet

_OWN = ("hidden", "tabColor", "tabColorStyle", "rightToLeft")


@request("addSheet")
def _add_sheet(batch: Batch, body: Json) -> Json:
    given = body.get("properties") or {}
    sheet_id = given.get("sheetId")
    taken = {sheet.id for sheet in batch.book.sheets}
    if sheet_id is None:
        sheet_id = batch.fresh_id(taken.__contains__)
    elif int(sheet_id) in taken:
        raise bad(f"A sheet with id {sheet_id} already exists. Please enter another id.")
    sheet = Sheet(int(sheet_id), _new_title(batch, str(given.get("title") or "")))
    index = given.get("index")
    batch.book.sheets.insert(len(batch.book.sheets) if index is None else int(index), sheet)
    _set_grid(sheet, given.get("gridProperties") or {})
    sheet.properties = _own_properties(given, {})
    return {"addSheet": {"properties": sheet_properties(batch.book, sheet)}}


def _new_title(batch: Batch, wanted: str) -> str:
    if wanted:
        _check_title(batch, wanted)
        return wanted
    number = len(batch.book.sheets) + 1
    while batch.book.titled(f"Sheet{number}"):
        number += 1
    return f"Sheet{number}"


def _check_title(batch: Batch, title: str, own: Sheet | None = None) -> None:
    other = batch.book.titled(title)
    if other is not None and other is not own:
        raise bad(f'A sheet with the name "{title}" already exists. Please enter another name.')
    if len(title) > 100:
        raise bad("Sheet names may have at most 100 characters.")


def _set_grid(sheet: Sheet, grid: Json) -> None:
    sheet.size(int(grid.get("rowCount") or sheet.row_count), int(grid.get("columnCount") or sheet.column_count))
    for name, value in grid.items():
        if name not in ("rowCount", "columnCount"):
            sheet.grid[name] = value
    frozen = int(sheet.grid.get("frozenRowCount") or 0), int(sheet.grid.get("frozenColumnCount") or 0)
    if frozen[0] >= sheet.row_count or frozen[1] >= sheet.column_count:
        raise bad("You can't freeze all visible rows or columns on the sheet.")
    for box in sheet.merges:
        if box.top < frozen[0] < box.bottom or box.left < frozen[1] < box.right:
            raise bad("You can't freeze rows or columns which contain only part of a merged cell.")


@request("deleteSheet")
def _delete_sheet(batch: Batch, body: Json) -> Json:
    sheet = batch.book.sheet(int(body.get("sheetId", 0)))
    batch.guard(sheet, Box(0, 0, sheet.row_count, sheet.column_count))
    if len(batch.book.sheets) == 1:
        raise bad("You can't remove all the sheets in a document.")
    batch.book.forget_sheet(sheet)
    if all(other.properties.get("hidden") for other in batch.book.sheets):
        raise bad("You can't remove all the visible sheets in a document.")
    return {}


@request("duplicateSheet")
def _duplicate_sheet(batch: Batch, body: Json) -> Json:
    source = batch.book.sheet(int(body.get("sourceSheetId", 0)))
    twin = source.copy()
    taken = {sheet.id for sheet in batch.book.sheets}
    twin.id = int(body.get("newSheetId") or batch.fresh_id(taken.__contains__))
    title = str(body.get("newSheetName") or copy_title(batch.book, source))
    _check_title(batch, title)
    twin.title = title
    index = body.get("insertSheetIndex")
    at = batch.book.sheets.index(source) + 1 if index is None else int(index)
    batch.book.sheets.insert(at, twin)
    return {"duplicateSheet": {"properties": sheet_properties(batch.book, twin)}}


def copy_title(book: Book, source: Sheet) -> str:
    """Copy of X, Copy of X 2 …"""
    title, number = f"Copy of {source.title}", 1
    while book.titled(title):
        number += 1
        title = f"Copy of {source.title} {number}"
    return title


@request("updateSheetProperties")
def _update_sheet(batch: Batch, body: Json) -> Json:
    mask, given = needed_mask(body), body.get("properties") or {}
    sheet = batch.book.sheet(int(given.get("sheetId", 0)))
    batch.guard(sheet, Box(0, 0, sheet.row_count, sheet.column_count)) if _protected_whole(batch, sheet) else None
    old = {**sheet_properties(batch.book, sheet)}
    new = write_masked(old, {**given, "sheetId": sheet.id}, mask)
    if mask is None:
        new.setdefault("gridProperties", {})
    if "title" in new and new["title"] != sheet.title:
        _check_title(batch, str(new["title"]), sheet)
        sheet.title = str(new["title"])
    _regrid(sheet, new.get("gridProperties") or {})
    sheet.properties = _own_properties(new, sheet.properties)
    if all(other.properties.get("hidden") for other in batch.book.sheets):
        raise bad("You can't hide all the sheets in a document.")
    if mask is None or "index" in mask:
        _move_sheet(batch, sheet, int(given.get("index", 0)))
    return {}


def _own_properties(given: Json, old: Json) -> Json:
    """Hidden, direction, and the colour of the tab, which has two names: whichever was changed counts."""
    found = {name: given[name] for name in _OWN if given.get(name) and not name.startswith("tabColor")}
    plain, styled = given.get("tabColor"), (given.get("tabColorStyle") or {}).get("rgbColor")
    chosen = styled if given.get("tabColorStyle") != old.get("tabColorStyle") else plain
    if chosen:
        found |= {"tabColor": colour(chosen), "tabColorStyle": {"rgbColor": colour(chosen)}}
    return found


def _protected_whole(batch: Batch, sheet: Sheet) -> bool:
    """A protected tab keeps its name and place as well."""
    whole = Box(0, 0, sheet.row_count, sheet.column_count)
    return any(item["sheet"] == sheet.id and sheet.box(item["rect"]) == whole for item in batch.book.protected.values())


def _regrid(sheet: Sheet, grid: Json) -> None:
    sheet.grid = {}
    _set_grid(sheet, grid)


def _move_sheet(batch: Batch, sheet: Sheet, index: int) -> None:
    """The index is counted before the move: to put a sheet last, name the number of sheets."""
    sheets = batch.book.sheets
    if not 0 <= index <= len(sheets):
        raise bad(f"Index {index} is out of range")
    at = sheets.index(sheet)
    sheets.remove(sheet)
    sheets.insert(index - 1 if index > at else index, sheet)


@request("updateSpreadsheetProperties")
def _update_book(batch: Batch, body: Json) -> Json:
    mask = needed_mask(body)
    batch.book.properties = checked_properties(write_masked(batch.book.properties, body.get("properties") or {}, mask))
    return {}


def checked_properties(found: Json) -> Json:
    """400 for a spreadsheet without a title, in a language or a time zone there is none of."""
    if not found.get("title"):
        raise bad("A spreadsheet needs a title.")
    locale, zone = str(found.get("locale", "")), str(found.get("timeZone", ""))
    match = _LOCALE.fullmatch(locale)
    if match is None or match[1] not in _LANGUAGES:
        raise bad(f"Unsupported locale: {locale}")
    if not _OFFSET.fullmatch(zone) and zone not in available_timezones():
        raise bad(f"Invalid time zone: {zone}")
    return found


_LOCALE = re.compile(r"([a-z]{2,3})(?:[_-][A-Z]{2})?")
_OFFSET = re.compile(r"GMT[+-]\d{2}:\d{2}")
_LANGUAGES = frozenset(
    [
        "af",
        "ar",
        "az",
        "be",
        "bg",
        "bn",
        "ca",
        "cs",
        "cy",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "eu",
        "fa",
        "fi",
        "fil",
        "fr",
        "gl",
        "gu",
        "he",
        "hi",
        "hr",
        "hu",
        "hy",
        "id",
        "in",
        "is",
        "it",
        "iw",
        "ja",
        "ka",
        "kk",
        "km",
        "kn",
        "ko",
        "lo",
        "lt",
        "lv",
        "ml",
        "mn",
        "mr",
        "ms",
        "my",
        "nb",
        "ne",
        "nl",
        "no",
        "pa",
        "pl",
        "pt",
        "ro",
        "ru",
        "sk",
        "sl",
        "sr",
        "sv",
        "sw",
        "ta",
        "te",
        "th",
        "tl",
        "tr",
        "uk",
        "ur",
        "uz",
        "vi",
        "zh",
        "zu",
    ]
)


# rows and columns -------------------------------------------------------------------------------------------------


@request("insertDimension")
def _insert(batch: Batch, body: Json) -> Json:
    sheet, start, end, rows = lines_of(batch, body)
    if body.get("inheritFromBefore") and start == 0:
        raise bad("inheritFromBefore cannot be true if inserting at the start")
    size = sheet.row_count if rows else sheet.column_count
    if start > size:
        raise bad(f"range.startIndex is larger than current grid size ({size})")
    if start == size and not body.get("inheritFromBefore"):
        raise bad(f"range.startIndex must be less than the grid size ({size}) if inheritFromBefore is false.")
    _guard_insert(batch, sheet, start, rows)
    batch.book.insert_lines(sheet, start, end - start, rows=rows)
    _inherit(sheet, start, end, rows, before=bool(body.get("inheritFromBefore")))
    return {}


def _guard_insert(batch: Batch, sheet: Sheet, start: int, rows: bool) -> None:
    """New lines may not be put into the middle of what is protected."""
    limit = sheet.row_count if rows else sheet.column_count
    if 0 < start < limit:
        before, behind = band(sheet, start - 1, start, rows), band(sheet, start, start + 1, rows)
        for item in batch.book.protected.values():
            if item["sheet"] == sheet.id:
                box = sheet.box(item["rect"])
                if box.meets(before) and box.meets(behind):
                    batch.guard(sheet, box)
    elif start == 0 and _protected_whole(batch, sheet):
        batch.guard(sheet, band(sheet, 0, 1, rows))


def _inherit(sheet: Sheet, start: int, end: int, rows: bool, *, before: bool) -> None:
    """New lines look like their neighbour: formats and checks, not contents."""
    model = start - 1 if before else end
    if rows:
        pattern = sheet.rows[model] if 0 <= model < len(sheet.rows) else {}
        looks = {column: _bare(cell) for column, cell in pattern.items()}
        for row in range(start, end):
            sheet.set_cells(row, looks)
        return
    for index in range(len(sheet.rows)):
        cell = sheet.cell(index, model)
        if not cell.empty:
            sheet.set_cells(index, dict.fromkeys(range(start, end), _bare(cell)))


def _bare(cell: Cell) -> Cell:
    return Cell(None, cell.look, "", cell.rule)


@request("deleteDimension")
def _delete(batch: Batch, body: Json) -> Json:
    sheet, start, end, rows = lines_of(batch, body)
    batch.guard(sheet, band(sheet, start, end, rows))
    batch.book.delete_lines(sheet, start, end - start, rows=rows)
    return {}


@request("moveDimension")
def _move(batch: Batch, body: Json) -> Json:
    sheet, start, end, rows = lines_of(batch, body)
    batch.guard(sheet, band(sheet, start, end, rows))
    _guard_insert(batch, sheet, int(body.get("destinationIndex", 0)), rows)
    batch.book.move_lines(sheet, start, end, int(body.get("destinationIndex", 0)), rows=rows)
    return {}


@request("appendDimension")
def _append(batch: Batch, body: Json) -> Json:
    sheet = batch.book.sheet(int(body.get("sheetId", 0)))
    rows, length = is_rows(body.get("dimension")), int(body.get("length", 0))
    if length < 1:
        raise bad("length must be at least 1")
    if rows:
        sheet.size(rows=sheet.row_count + length)
    else:
        sheet.size(columns=sheet.column_count + length)
    return {}


@request("updateDimensionProperties")
def _update_lines(batch: Batch, body: Json) -> Json:
    mask = needed_mask(body)
    sheet, start, end, rows = lines_of(batch, body)
    meta = sheet.row_meta if rows else sheet.column_meta
    for index in range(start, end):
        meta[index] = write_masked(meta.get(index, {}), body.get("properties") or {}, mask)
    return {}


@request("autoResizeDimensions")
def _auto_resize(batch: Batch, body: Json) -> Json:
    found = body.get("dimensions") or {}
    batch.book.sheet(int(found.get("sheetId", 0)))
    is_rows(found.get("dimension"))
    return {}  # widths are a matter of fonts


@request("addDimensionGroup")
def _add_group(batch: Batch, body: Json) -> Json:
    sheet, start, end, rows = lines_of(batch, body)
    lines = {"sheetId": sheet.id, "dimension": "ROWS" if rows else "COLUMNS", "startIndex": start, "endIndex": end}
    depth = 1 + max((item["depth"] for item in sheet.groups if _inside(lines, item["range"])), default=0)
    sheet.groups.append({"range": lines, "depth": depth})
    return {"addDimensionGroup": {"dimensionGroups": groups_of(sheet, rows)}}


@request("deleteDimensionGroup")
def _delete_group(batch: Batch, body: Json) -> Json:
    sheet, start, end, rows = lines_of(batch, body)
    lines = {"sheetId": sheet.id, "dimension": "ROWS" if rows else "COLUMNS", "startIndex": start, "endIndex": end}
    if not any(item["range"] == lines for item in sheet.groups):
        raise bad("The group to delete does not exist.")
    sheet.groups = [item for item in sheet.groups if item["range"] != lines]
    return {"deleteDimensionGroup": {"dimensionGroups": groups_of(sheet, rows)}}


def _inside(lines: Json, other: Json) -> bool:
    return bool(
        lines["dimension"] == other["dimension"]
        and other["startIndex"] <= lines["startIndex"]
        and lines["endIndex"] <= other["endIndex"]
    )
