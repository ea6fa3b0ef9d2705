"""A spreadsheet: tabs, named and protected ranges, metadata; what its formulas come to; what moves with its lines."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

from sync.backends.google.emulator.a1 import Box, Rect
from sync.backends.google.emulator.cells import Cell, Json
from sync.backends.google.emulator.errors import bad
from sync.backends.google.emulator.following import follow_over
from sync.backends.google.emulator.formula import Formula, Line, Spans, deleted, follow, inserted, parse, rearranged
from sync.backends.google.emulator.sheet import CELL_COUNT_LIMIT, Sheet, too_many_cells
from sync.backends.google.emulator.worked_out import Known, Values

PROTECTED = (
    "You are trying to edit a protected cell or object. "
    "Please contact the spreadsheet owner to remove protection if you need to edit."
)
Lines = tuple[Line, Spans]


class Book:
    """One spreadsheet. `copy` before a batch, throw the copy away when it fails."""

    def __init__(self, book_id: str, title: str, locale: str = "en_US", zone: str = "Etc/GMT") -> None:
        self.id, self.owner = book_id, ""
        self.properties: Json = {"title": title, "locale": locale, "timeZone": zone, "autoRecalc": "ON_CHANGE"}
        self.sheets: list[Sheet] = [Sheet(0, "Sheet1")]
        self.named: dict[str, Json] = {}  # id → {"name", "sheet", "rect"}
        self.protected: dict[int, Json] = {}  # id → {"sheet", "rect", "editors", …}
        self.metadata: dict[int, Json] = {}  # id → {"key", "value", "visibility", "place": …}
        self.project = ""  # through which it is asked for at the moment
        self.day: Callable[[], date] = date.today
        self.known: Known = {}  # what formulas came to, shared by all versions of this book
        self._reader = Values(self)

    def copy(self) -> Book:
        twin = copy.copy(self)
        twin.properties = dict(self.properties)
        twin.sheets = [sheet.copy() for sheet in self.sheets]
        twin.named, twin.protected = dict(self.named), dict(self.protected)
        twin.metadata = dict(self.metadata)
        twin._reader = Values(twin)
        return twin

    @property
    def locale(self) -> str:
        return str(self.properties["locale"])

    @property
    def reader(self) -> Values:
        """Values as of now; asked for anew after every change."""
        if self._reader.today != self.day():
            self._reader = Values(self)
        return self._reader

    def touch(self) -> None:
        """Something changed: what formulas come to is forgotten."""
        self._reader = Values(self)

    # sheets -------------------------------------------------------------------------------------------------------

    def sheet(self, sheet_id: int, what: str = "grid") -> Sheet:
        """A tab by its id. `what`: how Google calls it where there is none, a sheet where the request is about tabs."""
        for sheet in self.sheets:
            if sheet.id == sheet_id:
                return sheet
        raise bad(f"No {what} with id: {sheet_id}")

    def titled(self, title: str) -> Sheet | None:
        wanted = title.casefold()
        return next((sheet for sheet in self.sheets if sheet.title.casefold() == wanted), None)

    def refuse_growth(self, old: Book) -> None:
        """400 where more cells came to be than a spreadsheet may hold, all its sheets together."""
        now, before = (sum(sheet.row_count * sheet.column_count for sheet in book.sheets) for book in (self, old))
        if now > max(CELL_COUNT_LIMIT, before):
            raise too_many_cells()

    def title_of(self, sheet_id: int) -> str:
        return next((sheet.title for sheet in self.sheets if sheet.id == sheet_id), "#REF")

    def formula(self, text: str) -> Formula:
        """A formula from its text without the equals sign, its sheets found by their titles."""

        def sheet_of(title: str) -> int | None:
            found = self.titled(title)
            return found.id if found else None

        return parse(text, sheet_of)

    def formula_text(self, formula: Formula) -> str:
        return formula.text(self.title_of)

    def forget_sheet(self, sheet: Sheet) -> None:
        """Delete a tab: what pointed to it becomes #REF!, what lay on it goes."""
        self.sheets.remove(sheet)
        self.named = {key: item for key, item in self.named.items() if item["sheet"] != sheet.id}
        self.protected = {key: item for key, item in self.protected.items() if item["sheet"] != sheet.id}
        self.metadata = {key: item for key, item in self.metadata.items() if item.get("sheet") != sheet.id}
        self._each_formula(lambda own, found: found.moved(lambda ref: None if ref.sheet == sheet.id else ref))

    def shown_metadata(self) -> dict[int, Json]:
        """Project-visible metadata is "only visible to the developer project that created" it (visibility)."""
        return {
            key: item
            for key, item in self.metadata.items()
            if item["visibility"] != "PROJECT" or item.get("project", "") == self.project
        }

    # protection ---------------------------------------------------------------------------------------------------

    def check_edit(self, user: str, sheet_id: int, box: Box, *, what: str) -> None:
        """400 when a protected range that is not this user's lies in the way. `what` begins the message."""
        if user == self.owner:
            return
        sheet = self.sheet(sheet_id)
        for item in self.protected.values():
            if item["sheet"] != sheet_id or item.get("warningOnly") or user in item["editors"]:
                continue
            if sheet.box(item["rect"]).meets(box) and not self._unprotected(item, sheet, box):
                raise bad(what + PROTECTED)

    def _unprotected(self, item: Json, sheet: Sheet, box: Box) -> bool:
        for rect in item.get("unprotected", ()):
            free = sheet.box(rect)
            if free.top <= box.top and box.bottom <= free.bottom and free.left <= box.left and box.right <= free.right:
                return True
        return False

    # lines --------------------------------------------------------------------------------------------------------

    def insert_lines(self, sheet: Sheet, at: int, count: int, *, rows: bool) -> None:
        """New blank rows or columns before `at`."""
        limit = sheet.row_count if rows else sheet.column_count
        if not 0 <= at <= limit or count < 1:
            raise bad(f"range.startIndex[{at}] must be less than the number of lines[{limit}]")
        if rows:
            sheet.insert_rows(at, count)
        else:
            sheet.insert_columns(at, count)
        sheet.size()
        self._follow(sheet, inserted(at, count), rows)

    def delete_lines(self, sheet: Sheet, at: int, count: int, *, rows: bool) -> None:
        limit = sheet.row_count if rows else sheet.column_count
        if at < 0 or count < 1 or at + count > limit:
            raise bad(f"range.endIndex[{at + count}] is outside the grid[{limit}]")
        if count == limit:
            raise bad("Sorry, it is not possible to delete all the lines of a sheet.")
        if rows:
            sheet.delete_rows(at, count)
        else:
            sheet.delete_columns(at, count)
        self._follow(sheet, deleted(at, count), rows)

    def move_lines(self, sheet: Sheet, start: int, end: int, to: int, *, rows: bool) -> None:
        """Lines start…end-1 to before `to`, counted before the move."""
        limit = sheet.row_count if rows else sheet.column_count
        if not (0 <= start < end <= limit and 0 <= to <= limit) or start <= to <= end:
            raise bad("Invalid move: the destination lies within the lines that are moved or outside the grid")
        order = list(range(limit))
        moved = order[start:end]
        rest = order[:start] + order[end:]
        at = to if to <= start else to - len(moved)
        order = rest[:at] + moved + rest[at:]
        place = {old: new for new, old in enumerate(order)}
        if rows:
            sheet.order_rows(order, 0)
            sheet.row_meta = {place[i]: meta for i, meta in sheet.row_meta.items()}
        else:
            sheet.order_columns(place)
        self._follow(sheet, rearranged(lambda index: place.get(index, index)), rows)

    def _follow(self, sheet: Sheet, lines: Lines, rows: bool) -> None:
        """Everything that points to lines of this sheet points to where they are now."""
        line, span = lines

        def change(own: int, formula: Formula) -> Formula:
            return formula.moved(lambda ref: follow(ref, own, sheet.id, rows, line, ranges=span))

        self._each_formula(change)

        def moved(rect: Rect) -> Rect | None:
            return _moved_rect(rect, rows, span)

        self.named = _moved_items(self.named, sheet.id, moved)
        self.protected = _moved_items(self.protected, sheet.id, moved)
        kept = {}
        for key, item in self.metadata.items():
            place = item if item.get("sheet") != sheet.id else _moved_place(item, rows, span)
            if place is not None:
                kept[key] = place
        self.metadata = kept
        sheet.merges = [box for old in sheet.merges if (box := _moved_box(old, moved)) and box.height * box.width > 1]
        follow_over(sheet, moved, lines, rows)

    def _each_formula(self, change: Callable[[int, Formula], Formula]) -> None:
        """Replace formulas by what `change(own sheet id, formula)` makes of them."""
        for sheet in self.sheets:
            for index, row in enumerate(sheet.rows):
                new: dict[int, Cell] = {}
                for column in row.filled:
                    cell = row[column]
                    if isinstance(cell.entered, Formula):
                        formula = change(sheet.id, cell.entered)
                        if formula is not cell.entered:
                            new[column] = cell._replace(entered=formula)
                if new:
                    sheet.set_cells(index, new)
            sheet.conditional = [
                {**rule, "_formula": change(sheet.id, rule["_formula"])} if rule.get("_formula") else rule
                for rule in sheet.conditional
            ]


def _moved_rect(rect: Rect, rows: bool, span: Spans) -> Rect | None:
    first, end = (rect.top, rect.bottom) if rows else (rect.left, rect.right)
    if first == 0 and end is None:
        return rect  # the whole of it stays the whole of it
    found = span(first, None if end is None else end - 1)
    if found is None:
        return None
    first, last = found
    end = None if last is None else last + 1
    return rect._replace(top=first, bottom=end) if rows else rect._replace(left=first, right=end)


def _moved_box(box: Box, moved: Callable[[Rect], Rect | None]) -> Box | None:
    rect = moved(Rect(*box))
    return None if rect is None else Box(rect.top, rect.left, rect.bottom or 0, rect.right or 0)


def _moved_items(items: dict[Any, Json], sheet: int, moved: Callable[[Rect], Rect | None]) -> dict[Any, Json]:
    kept = {}
    for key, item in items.items():
        rect = moved(item["rect"]) if item["sheet"] == sheet else item["rect"]
        if rect is not None:
            kept[key] = {**item, "rect": rect}
    return kept


def _moved_place(item: Json, rows: bool, span: Spans) -> Json | None:
    """Metadata of a row or column goes where the line goes, and dies with it."""
    if item.get("dimension") != ("ROWS" if rows else "COLUMNS"):
        return item
    found = span(item["start"], item["end"] - 1)
    return None if found is None else {**item, "start": found[0], "end": (found[1] or 0) + 1}
