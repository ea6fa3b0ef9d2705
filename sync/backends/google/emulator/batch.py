"""spreadsheets.batchUpdate: all requests or none, applied to a copy; each kind of request registers itself here."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sync.backends.google.emulator.a1 import Box, Rect, rect_of
from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.errors import ApiError, bad
from sync.backends.google.emulator.masks import Mask, parse_mask
from sync.backends.google.emulator.sheet import Sheet


@dataclass(slots=True)
class Batch:
    """One batch under way: the copy it changes, and in whose name."""

    book: Book
    user: str
    random: random.Random = field(default_factory=random.Random)

    def sheet_and_box(self, grid: Json | None) -> tuple[Sheet, Box]:
        """A GridRange clamped to its sheet."""
        sheet, rect = self.sheet_and_rect(grid)
        if rect.top >= sheet.row_count or rect.left >= sheet.column_count:
            raise bad(
                f"Range ({sheet.title}) exceeds grid limits. "
                f"Max rows: {sheet.row_count}, max columns: {sheet.column_count}"
            )
        return sheet, sheet.box(rect)

    def sheet_and_rect(self, grid: Json | None) -> tuple[Sheet, Rect]:
        if grid is None:
            raise bad("range is required")
        return self.book.sheet(int(grid.get("sheetId", 0))), rect_of(grid)

    def guard(self, sheet: Sheet, box: Box) -> None:
        """Refuse what a protected range forbids this user."""
        self.book.check_edit(self.user, sheet.id, box, what="")

    def fresh_id(self, taken: Callable[[int], bool]) -> int:
        """A random 31-bit number that is not taken."""
        while True:
            found = self.random.getrandbits(31)
            if found and not taken(found):
                return found


# what each kind of request may say
FIELDS: dict[str, tuple[str, ...]] = {kind: tuple(names.split()) for kind, names in {
    "addSheet": "properties", "deleteSheet": "sheetId", "updateSheetProperties": "properties fields",
    "duplicateSheet": "sourceSheetId insertSheetIndex newSheetId newSheetName",
    "updateSpreadsheetProperties": "properties fields",
    "updateCells": "rows fields start range", "repeatCell": "range cell fields", "appendCells": "sheetId rows fields tableId",
    "sortRange": "range sortSpecs", "insertDimension": "range inheritFromBefore", "deleteDimension": "range",
    "moveDimension": "source destinationIndex", "appendDimension": "sheetId dimension length tableId",
    "updateDimensionProperties": "properties fields range dataSourceSheetRange",
    "autoResizeDimensions": "dimensions dataSourceSheetDimensions", "addDimensionGroup": "range",
    "deleteDimensionGroup": "range", "mergeCells": "range mergeType", "unmergeCells": "range",
    "copyPaste": "source destination pasteType pasteOrientation", "cutPaste": "source destination pasteType",
    "setDataValidation": "range rule filteredRowsIncluded", "setBasicFilter": "filter", "clearBasicFilter": "sheetId tableId",
    "addNamedRange": "namedRange", "updateNamedRange": "namedRange fields", "deleteNamedRange": "namedRangeId",
    "addProtectedRange": "protectedRange", "updateProtectedRange": "protectedRange fields",
    "deleteProtectedRange": "protectedRangeId", "addConditionalFormatRule": "rule index",
    "updateConditionalFormatRule": "index sheetId rule newIndex", "deleteConditionalFormatRule": "index sheetId",
    "createDeveloperMetadata": "developerMetadata", "updateDeveloperMetadata": "dataFilters developerMetadata fields",
    "deleteDeveloperMetadata": "dataFilter", "insertRange": "range shiftDimension", "deleteRange": "range shiftDimension",
    "updateBorders": "range top bottom left right innerHorizontal innerVertical",
    "pasteData": "coordinate data type delimiter html", "trimWhitespace": "range",
    "findReplace": "find replacement matchCase matchEntireCell searchByRegex includeFormulas range sheetId allSheets",
}.items()}  # fmt: skip
# of Google's making, but not known here
NOT_HERE = frozenset(
    [
        "addBanding",
        "addChart",
        "addDataSource",
        "addFilterView",
        "addSlicer",
        "addTable",
        "autoFill",
        "cancelDataSourceRefresh",
        "clearBasicFilter",
        "deleteBanding",
        "deleteDataSource",
        "deleteDuplicates",
        "deleteEmbeddedObject",
        "deleteFilterView",
        "deleteTable",
        "duplicateFilterView",
        "randomizeRange",
        "refreshDataSource",
        "textToColumns",
        "updateBanding",
        "updateChartSpec",
        "updateDataSource",
        "updateDimensionGroup",
        "updateEmbeddedObjectBorder",
        "updateEmbeddedObjectPosition",
        "updateFilterView",
        "updateSlicerSpec",
        "updateTable",
    ]
)
Handler = Callable[[Batch, Json], Json]
HANDLERS: dict[str, Handler] = {}


def request(kind: str) -> Callable[[Handler], Handler]:
    """Registers a function as the handler of one kind of request."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return register


def run_requests(book: Book, requests: list[Json], user: str, chance: random.Random) -> tuple[Book, list[Json]]:
    """The changed copy of the book, and the mirrored replies."""
    if not requests:
        raise bad("Must specify at least one request.")
    copy = book.copy()
    batch = Batch(copy, user, chance)
    replies = []
    for index, item in enumerate(requests):
        kind, body = _only(item, index)
        try:
            replies.append(HANDLERS[kind](batch, body or {}))
        except ApiError as error:
            if error.code == 400 and not error.message.startswith(("Invalid requests[", "Invalid JSON payload")):
                raise bad(f"Invalid requests[{index}].{kind}: {error.message}") from None
            raise
        copy.touch()
    return copy, replies


def _only(item: Json, index: int) -> tuple[str, Json]:
    given = [(kind, body) for kind, body in item.items() if body is not None]
    for kind, _ in given:
        if kind not in HANDLERS and kind in NOT_HERE:
            raise bad(f"Invalid requests[{index}].{kind}: not supported by this emulator")
        if kind not in HANDLERS:
            raise bad(
                f"Invalid JSON payload received. Unknown name \"{kind}\" at 'requests[{index}]': Cannot find field."
            )
    if len(given) != 1:
        raise bad(f"Invalid requests[{index}]: exactly one kind of request must be set")
    for name in given[0][1]:
        if name not in FIELDS.get(given[0][0], (name,)):
            place = re.sub("[A-Z]", lambda found: "_" + found[0].lower(), given[0][0])
            raise bad(
                f"Invalid JSON payload received. Unknown name \"{name}\" at 'requests[{index}].{place}': Cannot find field."
            )
    return given[0]


def needed_mask(body: Json) -> Mask | None:
    """The `fields` of a request, without which Google refuses it."""
    text = body.get("fields")
    if not text:
        raise bad("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    return parse_mask(str(text))


def lines_of(batch: Batch, body: Json) -> tuple[Sheet, int, int, bool]:
    """A DimensionRange: sheet, first line, line behind the last one, whether rows."""
    found: Any = body.get("range") or body.get("dimensionRange") or body.get("source")
    if not found:
        raise bad("range is required")
    sheet = batch.book.sheet(int(found.get("sheetId", 0)))
    rows = is_rows(found.get("dimension"))
    limit = sheet.row_count if rows else sheet.column_count
    return sheet, int(found.get("startIndex", 0)), int(found.get("endIndex", limit)), rows


def is_rows(dimension: Any) -> bool:
    if dimension not in ("ROWS", "COLUMNS"):
        raise bad(f"Invalid value at 'range.dimension': {dimension}")
    return bool(dimension == "ROWS")


def band(sheet: Sheet, start: int, end: int, rows: bool) -> Box:
    """The box of whole rows or columns."""
    return Box(start, 0, end, sheet.column_count) if rows else Box(0, start, sheet.row_count, end)
