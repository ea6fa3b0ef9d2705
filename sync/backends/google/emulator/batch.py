"""spreadsheets.batchUpdate: all requests or none, applied to a copy; each kind of request registers itself here."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sync.backends.google.emulator.a1 import Box, Rect, rect_of
from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.discovery import check_update_mask, checked, types
from sync.backends.google.emulator.errors import ApiError, bad
from sync.backends.google.emulator.lookup import within_grid
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
        return sheet, within_grid(sheet, rect)

    def sheet_and_rect(self, grid: Json | None) -> tuple[Sheet, Rect]:
        if grid is None:
            raise bad("range is required")
        rect = rect_of(grid)
        for start, end, name in ((rect.top, rect.bottom, "Row"), (rect.left, rect.right, "Column")):
            if start < 0 or (end is not None and end < 0):
                raise bad("GridRange indexes must be >= 0")
            if end is not None and end < start:
                raise bad(f"GridRange.end{name}Index[{end}] must be after start{name}Index[{start}]")
        return self.book.sheet(int(grid.get("sheetId", 0))), rect

    def guard(self, sheet: Sheet, box: Box) -> None:
        """Refuse what a protected range forbids this user."""
        self.book.check_edit(self.user, sheet.id, box, what="")

    def fresh_id(self, taken: Callable[[int], bool]) -> int:
        """A random 31-bit number that is not taken."""
        while True:
            found = self.random.getrandbits(31)
            if found and not taken(found):
                return found


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
            copy.refuse_growth(book)
        except ApiError as error:
            if error.code == 400 and not error.message.startswith(("Invalid requests[", "Invalid JSON payload")):
                raise bad(f"Invalid requests[{index}].{kind}: {error.message}") from None
            raise
        copy.touch()
    return copy, replies


def _only(item: Json, index: int) -> tuple[str, Json]:
    given = [(kind, body) for kind, body in item.items() if body is not None]
    for kind, body in given:
        if kind not in HANDLERS and kind in types()["Request"]:
            raise bad(f"Invalid requests[{index}].{kind}: not supported by this emulator")
        if kind not in HANDLERS or any(name not in types()[types()["Request"][kind]] for name in body):
            checked(item, "Request", f"requests[{index}]")
    if len(given) != 1:
        raise bad(f"Invalid requests[{index}]: exactly one kind of request must be set")
    return given[0]


def needed_mask(body: Json, kind: str) -> Mask | None:
    """The `fields` of a request, without which Google refuses it: fields of this type."""
    text = body.get("fields")
    if not text:
        raise bad("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    return check_update_mask(parse_mask(str(text)), kind)


def lines_of(batch: Batch, body: Json) -> tuple[Sheet, int, int, bool]:
    """A DimensionRange: sheet, first line, line behind the last one, whether rows."""
    found: Any = body.get("range") or body.get("dimensionRange") or body.get("source")
    if not found:
        raise bad("range is required")
    sheet = batch.book.sheet(int(found.get("sheetId", 0)))
    rows = is_rows(found.get("dimension"))
    limit = sheet.row_count if rows else sheet.column_count
    start, end = int(found.get("startIndex", 0)), int(found.get("endIndex", limit))
    if start < 0 or end < 0:
        raise bad("DimensionRange indexes must be >= 0")
    if end <= start:
        raise bad(f"DimensionRange.endIndex[{end}] must be after startIndex[{start}]")
    return sheet, start, end, rows


def lines_within(batch: Batch, body: Json) -> tuple[Sheet, int, int, bool]:
    """The same, of lines that there are."""
    sheet, start, end, rows = lines_of(batch, body)
    limit, line = (sheet.row_count, "row") if rows else (sheet.column_count, "column")
    if end > limit:
        raise bad(f"DimensionRange.endIndex[{end}] is after last {line} in grid[{limit}]")
    return sheet, start, end, rows


def is_rows(dimension: Any) -> bool:
    if dimension not in ("ROWS", "COLUMNS"):
        raise bad(f"Invalid value at 'range.dimension': {dimension}")
    return bool(dimension == "ROWS")


def band(sheet: Sheet, start: int, end: int, rows: bool) -> Box:
    """The box of whole rows or columns."""
    return Box(start, 0, end, sheet.column_count) if rows else Box(0, start, sheet.row_count, end)
