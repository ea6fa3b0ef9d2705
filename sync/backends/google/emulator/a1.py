"""A1 addresses ↔ rectangles. Rows and columns are counted from 0 and ends are open, as in a GridRange."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_PART = re.compile(r"^\$?([A-Za-z]{0,3})\$?(\d{0,7})$")
_R1C1 = re.compile(r"R(\d+)C(\d+)(?::R(\d+)C(\d+))?")
_PLAIN = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$|^[^\W\d_]\w*$")
_LIKE_CELL = re.compile(r"^[A-Za-z]{1,3}\d+$|^[Rr]\d*[Cc]\d*$|^(?:true|false)$", re.IGNORECASE)


class Rect(NamedTuple):
    """Rows top…bottom-1 and columns left…right-1; None = unbounded on that side."""

    top: int = 0
    left: int = 0
    bottom: int | None = None
    right: int | None = None

    def within(self, rows: int, columns: int) -> Box:
        """Clamped to a grid."""
        bottom = rows if self.bottom is None else min(self.bottom, rows)
        right = columns if self.right is None else min(self.right, columns)
        return Box(self.top, self.left, max(bottom, self.top), max(right, self.left))


class Box(NamedTuple):
    """A rectangle with all its sides known."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def width(self) -> int:
        return self.right - self.left

    def meets(self, other: Box) -> bool:
        return (
            self.top < other.bottom and other.top < self.bottom and self.left < other.right and other.left < self.right
        )

    def holds(self, row: int, column: int) -> bool:
        return self.top <= row < self.bottom and self.left <= column < self.right


def letters(column: int) -> str:
    """0 → A, 26 → AA."""
    text, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_of(text: str) -> int:
    """A → 0."""
    value = 0
    for char in text.upper():
        value = value * 26 + ord(char) - 64
    return value - 1


def looks_like_cell(name: str) -> bool:
    """A1, R1C1, TRUE …"""
    return _LIKE_CELL.match(name) is not None


def quote_title(title: str) -> str:
    """A sheet title as Google writes it in a range: quoted only where needed."""
    if _PLAIN.match(title) and not _LIKE_CELL.match(title) and title.isascii():
        return title
    escaped = title.replace("'", "''")
    return f"'{escaped}'"


def split_title(text: str) -> tuple[str | None, str]:
    """(title or None, the rest after "!"). A quoted title alone is a whole sheet."""
    if text.startswith("'"):
        match = re.match(r"^'((?:[^']|'')*)'(?:!(.*))?$", text, re.DOTALL)
        if not match:
            return None, text
        return match[1].replace("''", "'"), match[2] or ""
    if "!" in text:
        title, _, rest = text.rpartition("!")
        return title, rest
    return None, text


def parse_rect(text: str) -> Rect | None:
    """A rectangle from A1, A1:B2, A:C, 2:5, A2:C, R1C1:R2C2 …; None when it is none."""
    if match := _R1C1.fullmatch(text):
        top, left, bottom, right = (int(part) if part else None for part in match.groups())
        if top and left and bottom != 0 and right != 0:
            ends = sorted((top, bottom or top)), sorted((left, right or left))
            return Rect(ends[0][0] - 1, ends[1][0] - 1, ends[0][1], ends[1][1])
    first, colon, last = text.partition(":")
    start = _part(first)
    end = _part(last) if colon else start
    if start is None or end is None or (not colon and None in start):
        return None
    left, right = _span(start[0], end[0])
    top, bottom = _span(start[1], end[1])
    return Rect(top or 0, left or 0, bottom, right)


def _part(text: str) -> tuple[int | None, int | None] | None:
    match = _PART.match(text)
    if not match or not text.strip("$"):
        return None
    row = int(match[2]) - 1 if match[2] else None
    if row is not None and row < 0:
        return None
    return (column_of(match[1]) if match[1] else None), row


def _span(first: int | None, last: int | None) -> tuple[int | None, int | None]:
    """Start and open end; the two corners may come in any order, and either may leave a side open."""
    if first is None and last is None:
        return None, None
    if first is None or last is None:
        return (first if first is not None else last), None
    return min(first, last), max(first, last) + 1


def write(box: Box, title: str = "") -> str:
    """Sheet1!A1:B2; one cell as A1."""
    text = f"{letters(box.left)}{box.top + 1}"
    if box.height != 1 or box.width != 1:
        text += f":{letters(max(box.right - 1, 0))}{max(box.bottom, 1)}"
    return f"{quote_title(title)}!{text}" if title else text


def rect_of(grid: dict[str, Any]) -> Rect:
    """A GridRange's rectangle; absent starts are 0, absent ends unbounded."""
    return Rect(
        int(grid.get("startRowIndex", 0)),
        int(grid.get("startColumnIndex", 0)),
        _end(grid, "endRowIndex"),
        _end(grid, "endColumnIndex"),
    )


def _end(grid: dict[str, Any], name: str) -> int | None:
    value = grid.get(name)
    return None if value is None else int(value)


def grid_range(sheet_id: int, rect: Rect) -> dict[str, Any]:
    """A GridRange as JSON answers carry it: the first sheet's id is left out, a bounded side is written with both ends."""
    found: dict[str, Any] = {}
    if sheet_id:
        found["sheetId"] = sheet_id
    if rect.top or rect.bottom is not None:
        found["startRowIndex"] = rect.top
    if rect.bottom is not None:
        found["endRowIndex"] = rect.bottom
    if rect.left or rect.right is not None:
        found["startColumnIndex"] = rect.left
    if rect.right is not None:
        found["endColumnIndex"] = rect.right
    return found
