"""Finding ranges and metadata: A1 texts, names, DataFilters."""

from __future__ import annotations

from typing import Any

from sync.backends.google.emulator.a1 import Box, Rect, parse_rect, rect_of, split_title, write
from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.errors import ApiError, bad
from sync.backends.google.emulator.sheet import Sheet


def find_range(book: Book, text: str) -> tuple[Sheet, Rect]:
    """The sheet and rectangle of an A1 text, a quoted or plain title, or a name. 400 when it is none."""
    title, rest = split_title(text)
    if title is not None:
        sheet = book.titled(title)
        rect = parse_rect(rest) if rest else Rect()
        if sheet is not None and rect is None and (named := _named(book, rest)):
            return named  # gspread puts the first sheet in front of every name
        if sheet is None or rect is None:
            raise bad(f"Unable to parse range: {text}")
        return sheet, rect
    rect = parse_rect(rest)
    if rect is not None:
        return book.sheets[0], rect
    sheet = book.titled(text)
    if sheet is not None:
        return sheet, Rect()
    if named := _named(book, text):
        return named
    raise bad(f"Unable to parse range: {text}")


def _named(book: Book, name: str) -> tuple[Sheet, Rect] | None:
    found = (item for item in book.named.values() if item["name"].casefold() == name.casefold())
    return next(((book.sheet(item["sheet"]), item["rect"]) for item in found), None)


def find_box(book: Book, text: str) -> tuple[Sheet, Box]:
    """The same, clamped to the grid; a start outside it is an error."""
    sheet, rect = find_range(book, text)
    return sheet, within_grid(sheet, rect)


def within_grid(sheet: Sheet, rect: Rect) -> Box:
    box = sheet.box(rect)
    if rect.top >= sheet.row_count or rect.left >= sheet.column_count:
        bottom, right = rect.bottom or max(box.bottom, rect.top + 1), rect.right or max(box.right, rect.left + 1)
        raise outside(sheet, Box(rect.top, rect.left, bottom, right))
    return box


def outside(sheet: Sheet, box: Box) -> ApiError:
    return bad(
        f"Range ({write(box, sheet.title)}) exceeds grid limits. "
        f"Max rows: {sheet.row_count}, max columns: {sheet.column_count}"
    )


# data filters -----------------------------------------------------------------------------------------------------


def found_metadata(book: Book, filters: list[Json]) -> list[int]:
    """Ids of the metadata that any of the filters selects, in order of id."""
    return [key for key in sorted(book.shown_metadata()) if any(_selects(book, item, key) for item in filters)]


def _selects(book: Book, chosen: Json, key: int) -> bool:
    item = book.metadata[key]
    lookup = chosen.get("developerMetadataLookup")
    if lookup is not None:
        return _matches(lookup, key, item)
    if chosen.get("a1Range"):
        sheet, rect = find_range(book, str(chosen["a1Range"]))
        return _lies_in(item, sheet, rect)
    if chosen.get("gridRange") is not None:
        sheet = book.sheet(int(chosen["gridRange"].get("sheetId", 0)))
        return _lies_in(item, sheet, rect_of(chosen["gridRange"]))
    raise bad("A DataFilter must have one of developerMetadataLookup, a1Range or gridRange")


def _matches(lookup: Json, key: int, item: Json) -> bool:
    wanted: list[tuple[Any, Any]] = [
        (lookup.get("metadataId"), key),
        (lookup.get("metadataKey"), item["key"]),
        (lookup.get("metadataValue"), item["value"]),
        (lookup.get("visibility"), item["visibility"]),
        (lookup.get("locationType"), location_type(item)),
    ]
    if not any(asked is not None for asked, _ in wanted) and not lookup.get("metadataLocation"):
        raise bad("developerMetadataLookup needs at least one criterion")
    place, strategy = lookup.get("metadataLocation"), str(lookup.get("locationMatchingStrategy") or "")
    if strategy and place is None:
        raise bad("metadataLocation must be specified where locationMatchingStrategy is")
    if strategy == "EXACT_LOCATION" and lookup.get("locationType"):
        raise bad("locationType must be left unspecified where locationMatchingStrategy is EXACT_LOCATION")
    if not all(asked is None or asked == have for asked, have in wanted):
        return False
    return place is None or _at_place(place, item, strategy)


def location_type(item: Json) -> str:
    if "dimension" in item:
        return "ROW" if item["dimension"] == "ROWS" else "COLUMN"
    return "SHEET" if "sheet" in item else "SPREADSHEET"


def _at_place(place: Json, item: Json, strategy: str) -> bool:
    """Whether metadata lies at a location, or crosses it: "if left unspecified, this field assumes a default value of
    INTERSECTING" (DeveloperMetadataLookup.locationMatchingStrategy). A spreadsheet crosses nothing else."""
    wanted = _location(place)
    if strategy == "EXACT_LOCATION":
        return all(item.get(name) == wanted.get(name) for name in ("sheet", "dimension", "start", "end"))
    return _cross(item, wanted)


def _location(place: Json) -> Json:
    """A DeveloperMetadataLocation in the words in which metadata is kept."""
    if "dimensionRange" in place:
        lines = place["dimensionRange"]
        start = int(lines.get("startIndex", 0))
        found = {"sheet": int(lines.get("sheetId", 0)), "dimension": lines.get("dimension"), "start": start}
        return found | {"end": int(lines.get("endIndex", start + 1))}
    return {} if place.get("spreadsheet") else {"sheet": int(place.get("sheetId", 0))}


def _cross(one: Json, other: Json) -> bool:
    """Row three crosses row three, its sheet, and column B; not row four."""
    if one.get("sheet") != other.get("sheet"):
        return False
    same = one.get("dimension") == other.get("dimension")
    if not same or "dimension" not in one:
        return True
    return bool(one["start"] < other["end"] and other["start"] < one["end"])


def _lies_in(item: Json, sheet: Sheet, rect: Rect) -> bool:
    """A region selects "all developer metadata associated with locations intersecting that region"
    (developerMetadata.search): that of its rows and columns, and of the sheet."""
    if item.get("sheet") != sheet.id:
        return False
    if "dimension" not in item:
        return True
    box = sheet.box(rect)
    first, end = (box.top, box.bottom) if item["dimension"] == "ROWS" else (box.left, box.right)
    return bool(first <= item["start"] < end)


def filtered_boxes(book: Book, chosen: Json) -> list[tuple[Sheet, Box]]:
    """The ranges of values that a DataFilter selects."""
    if chosen.get("a1Range"):
        return [find_box(book, str(chosen["a1Range"]))]
    if chosen.get("gridRange") is not None:
        sheet = book.sheet(int(chosen["gridRange"].get("sheetId", 0)))
        return [(sheet, within_grid(sheet, rect_of(chosen["gridRange"])))]
    found = []
    for key in found_metadata(book, [chosen]):
        item = book.metadata[key]
        if "sheet" not in item:
            continue
        sheet = book.sheet(item["sheet"])
        found.append((sheet, metadata_box(sheet, item)))
    return found


def metadata_box(sheet: Sheet, item: Json) -> Box:
    if "dimension" not in item:
        return Box(0, 0, sheet.row_count, sheet.column_count)
    if item["dimension"] == "ROWS":
        return Box(item["start"], 0, item["end"], sheet.column_count)
    return Box(0, item["start"], sheet.row_count, item["end"])
