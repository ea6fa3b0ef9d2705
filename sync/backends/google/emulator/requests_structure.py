"""Requests that make, move, size and remove sheets, rows and columns."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from sync.backends.google.emulator.a1 import Box
from sync.backends.google.emulator.batch import Batch, needed_mask, request
from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.colours import colour
from sync.backends.google.emulator.errors import bad
from sync.backends.google.emulator.masks import write_masked
from sync.backends.google.emulator.resources import sheet_properties
from sync.backends.google.emulator.sheet import Sheet

_OWN = ("hidden", "tabColor", "tabColorStyle", "rightToLeft")


@request("addSheet")
def _add_sheet(batch: Batch, body: Json) -> Json:
    given = body.get("properties") or {}
    if given.get("sheetType") not in (None, "GRID"):
        raise bad(f"a sheet of type {given['sheetType']} is not supported by this emulator")
    sheet_id = given.get("sheetId")
    taken = {sheet.id for sheet in batch.book.sheets}
    if sheet_id is None:
        sheet_id = batch.fresh_id(taken.__contains__)
    _check_id(int(sheet_id), taken)
    sheet = Sheet(int(sheet_id), _new_title(batch, str(given.get("title") or "")))
    index = given.get("index")
    if index is not None and int(index) < 0:
        raise bad("SheetProperties.index must be >= 0")
    batch.book.sheets.insert(len(batch.book.sheets) if index is None else int(index), sheet)
    _set_grid(sheet, given.get("gridProperties") or {})
    sheet.properties = _own_properties(given, {})
    return {"addSheet": {"properties": sheet_properties(batch.book, sheet)}}


def _check_id(sheet_id: int, taken: set[int]) -> None:
    if sheet_id < 0:
        raise bad("SheetProperties.sheetId must be >= 0")
    if sheet_id in taken:
        raise bad(f"A sheet with id {sheet_id} already exists. Please enter another id.")


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
    if not title:
        raise bad("The sheet name cannot be empty.")
    if len(title) > 100:
        raise bad("Sheet names may have at most 100 characters.")


def _set_grid(sheet: Sheet, grid: Json) -> None:
    for name, lines in (("rowCount", "rows"), ("columnCount", "columns")):
        if name in grid and not grid[name]:
            raise bad(f"You can't delete all the {lines} on the sheet.")
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
    sheet = batch.book.sheet(int(body.get("sheetId", 0)), "sheet")
    batch.guard(sheet, Box(0, 0, sheet.row_count, sheet.column_count))
    if len(batch.book.sheets) == 1:
        raise bad("You can't remove all the sheets in a document.")
    batch.book.forget_sheet(sheet)
    if all(other.properties.get("hidden") for other in batch.book.sheets):
        raise bad("You can't remove all the visible sheets in a document.")
    return {}


@request("duplicateSheet")
def _duplicate_sheet(batch: Batch, body: Json) -> Json:
    source = batch.book.sheet(int(body.get("sourceSheetId", 0)), "sheet")
    twin = source.copy()
    taken = {sheet.id for sheet in batch.book.sheets}
    new_id = body.get("newSheetId")
    twin.id = batch.fresh_id(taken.__contains__) if new_id is None else int(new_id)
    _check_id(twin.id, taken)
    title = str(body.get("newSheetName") or copy_title(batch.book, source))
    _check_title(batch, title)
    twin.title = title
    twin.laid = {batch.fresh_id(source.laid.__contains__): item for item in source.laid.values()}
    twin.groups = [{**item, "range": {**item["range"], "sheetId": twin.id}} for item in source.groups]
    batch.book.sheets.insert(int(body.get("insertSheetIndex") or 0), twin)  # not said: in front of all (recorded)
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
    mask, given = needed_mask(body, "SheetProperties"), body.get("properties") or {}
    sheet = batch.book.sheet(int(given.get("sheetId", 0)), "sheet")
    batch.guard(sheet, Box(0, 0, sheet.row_count, sheet.column_count)) if protected_whole(batch, sheet) else None
    old = {**sheet_properties(batch.book, sheet)}
    new = write_masked(old, {**given, "sheetId": sheet.id}, mask)
    if mask is None:
        new.setdefault("gridProperties", {})
    if "title" in new and new["title"] != sheet.title:
        _check_title(batch, str(new["title"]), sheet)
        sheet.title = str(new["title"])
    _guard_cut(batch, sheet, new.get("gridProperties") or {})
    _regrid(sheet, new.get("gridProperties") or {})
    sheet.properties = _own_properties(new, sheet.properties)
    if all(other.properties.get("hidden") for other in batch.book.sheets):
        raise bad("You can't hide all the sheets in a document.")
    if mask is None or "index" in mask:
        _move_sheet(batch, sheet, int(given.get("index", 0)))
    return {}


def _guard_cut(batch: Batch, sheet: Sheet, grid: Json) -> None:
    """A smaller grid loses lines, which is no way around their protection."""
    rows, columns = (int(grid.get(name) or 0) for name in ("rowCount", "columnCount"))
    if 0 < rows < sheet.row_count:
        batch.guard(sheet, Box(rows, 0, sheet.row_count, sheet.column_count))
    if 0 < columns < sheet.column_count:
        batch.guard(sheet, Box(0, columns, sheet.row_count, sheet.column_count))


def _own_properties(given: Json, old: Json) -> Json:
    """Hidden, direction, and the colour of the tab, which has two names: whichever was changed counts."""
    found = {name: given[name] for name in _OWN if given.get(name) and not name.startswith("tabColor")}
    plain, styled = given.get("tabColor"), (given.get("tabColorStyle") or {}).get("rgbColor")
    chosen = styled if given.get("tabColorStyle") != old.get("tabColorStyle") else plain
    if chosen:
        found |= {"tabColor": colour(chosen), "tabColorStyle": {"rgbColor": colour(chosen)}}
    return found


def protected_whole(batch: Batch, sheet: Sheet) -> bool:
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
    mask = needed_mask(body, "SpreadsheetProperties")
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
