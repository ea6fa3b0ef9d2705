"""Pieces of batchUpdate requests: cells, looks, ranges, lines. Rows and columns are 1-based here, 0-based in requests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sheets_templates.plan import CellValue, Paint
from validators.numberformats import DATE_CODES
from validators.rawcell import decode

Json = dict[str, Any]

EXACT_DIGITS = 15  # a spreadsheet number holds no more
_EPOCH = datetime(1899, 12, 30)
_A1 = re.compile(r"\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?")


@dataclass(slots=True)
class Canvas:
    """Requests for one sheet of so many rows, in the order in which they are to be carried out."""

    sheet: int
    height: int
    requests: list[Json] = field(default_factory=list)

    def add(self, kind: str, **body: Any) -> None:
        self.requests.append({kind: body})

    def range(self, top: int, left: int, bottom: int, right: int) -> Json:
        """A GridRange from 1-based, closed corners, as far as the sheet reaches."""
        return {
            "sheetId": self.sheet, "startRowIndex": top - 1, "endRowIndex": min(bottom, self.height),
            "startColumnIndex": left - 1, "endColumnIndex": right,
        }  # fmt: skip

    def write(self, top: int, left: int, rows: Sequence[Sequence[Json]], fields: str = "") -> None:
        """Cells from a corner on; each row may have its own length."""
        start = {"sheetId": self.sheet, "rowIndex": top - 1, "columnIndex": left - 1}
        data = [{"values": list(row)} for row in rows]
        self.add("updateCells", start=start, rows=data, fields=fields or "userEnteredValue,userEnteredFormat")

    def look(self, top: int, left: int, bottom: int, right: int, look: Json) -> None:
        """The same look for a whole range."""
        box = self.range(top, left, bottom, right)
        self.add("repeatCell", range=box, cell={"userEnteredFormat": look}, fields="userEnteredFormat")

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        if (top, left) != (bottom, right):
            self.add("mergeCells", range=self.range(top, left, bottom, right), mergeType="MERGE_ALL")

    def lines(self, dimension: str, first: int, last: int, **properties: Any) -> None:
        """Properties of rows or columns: pixelSize, hiddenByUser."""
        lines = {"sheetId": self.sheet, "dimension": dimension, "startIndex": first - 1, "endIndex": last}
        self.add("updateDimensionProperties", range=lines, properties=properties, fields=",".join(properties))


# values -----------------------------------------------------------------------------------------------------------


def text(value: str, look: Json | None = None) -> Json:
    """A text cell; never a formula, whatever the text begins with (law L7)."""
    found: Json = {"userEnteredValue": {"stringValue": value}} if value else {}
    return {**found, "userEnteredFormat": look} if look else found


def formula(value: str, look: Json | None = None) -> Json:
    """A formula of ours."""
    found: Json = {"userEnteredValue": {"formulaValue": value}}
    return {**found, "userEnteredFormat": look} if look else found


def cell(value: CellValue) -> Json:
    """A prefilled value as CellData; {} for a blank. Numbers with more digits than a sheet keeps stay text."""
    if value is None or value == "":
        return {}
    if isinstance(value, bool):
        return {"userEnteredValue": {"boolValue": value}}
    if isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        days = (moment - _EPOCH).total_seconds() / 86400
        return _number(days, "DATE_TIME" if isinstance(value, datetime) else "DATE", "yyyy-mm-dd")
    if isinstance(value, int | float | Decimal):
        return _digits(str(value), "")
    return _raw(value)


def _raw(value: str) -> Json:
    found = decode(value)
    if found.kind == "number":
        return _digits(found.text, found.fmt)
    if found.kind == "boolean":
        return {"userEnteredValue": {"boolValue": found.text == "TRUE"}}
    return text(found.text) if found.kind in ("text", "error") else {}


def _digits(digits: str, fmt: str) -> Json:
    if len(Decimal(digits).normalize().as_tuple().digits) > EXACT_DIGITS:
        return text(digits)
    if fmt in DATE_CODES:
        return _number(float(digits), "DATE", DATE_CODES[fmt])
    if fmt == "%":
        return _number(float(digits), "PERCENT", "0.##%")
    return {"userEnteredValue": {"numberValue": float(digits)}}


def _number(value: float, kind: str, pattern: str) -> Json:
    look = {"numberFormat": {"type": kind, "pattern": pattern}}
    return {"userEnteredValue": {"numberValue": value}, "userEnteredFormat": look}


# looks ------------------------------------------------------------------------------------------------------------


def colour(hexes: str) -> Json:
    """#RRGGBB → a Color."""
    parts = [int(hexes[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return dict(zip(("red", "green", "blue"), parts, strict=True))


_SIDES = ("top", "bottom", "left", "right")


def look(
    *, size: int = 0, bold: bool = False, ink: str = "", fill: str = "", align: str = "", wrap: bool = False,
    middle: bool = True, lines: str = "", number_format: str = "",
) -> Json:  # fmt: skip
    """A CellFormat. `lines` is the colour of thin borders."""
    letter: Json = {"fontSize": size} if size else {}
    letter |= {"bold": True} if bold else {}
    letter |= {"foregroundColor": colour(ink)} if ink else {}
    found: Json = {"textFormat": letter} if letter else {}
    found |= {"backgroundColor": colour(fill)} if fill else {}
    found |= {"horizontalAlignment": align.upper()} if align else {}
    found |= {"wrapStrategy": "WRAP"} if wrap else {}
    found["verticalAlignment"] = "MIDDLE" if middle else "TOP"
    if lines:
        line = {"style": "SOLID", "color": colour(lines)}
        found["borders"] = dict.fromkeys(_SIDES, line)
    if number_format:
        found["numberFormat"] = _format(number_format)
    return found


def _format(pattern: str) -> Json:
    if pattern == "@":
        return {"type": "TEXT"}
    return {"type": "DATE" if "yy" in pattern else "NUMBER", "pattern": pattern}


def painted(paint: Paint) -> Json:
    """The look of a conditional format: what it changes and nothing else."""
    letter: Json = {"foregroundColor": colour(paint.font)} if paint.font else {}
    letter |= {"bold": True} if paint.bold else {}
    letter |= {"strikethrough": True} if paint.strike else {}
    found: Json = {"textFormat": letter} if letter else {}
    return {**found, "backgroundColor": colour(paint.fill)} if paint.fill else found


def pixels(width: float) -> int:
    """A column width in characters as pixels."""
    return max(round(width * 7) + 8, 24)


def corners(area: str) -> tuple[int, int, int, int]:
    """A1:B2 → top, left, bottom, right, 1-based and closed."""
    match = _A1.fullmatch(area)
    assert match is not None, area
    left, top = _column(match[1]), int(match[2])
    return (top, left, int(match[4]), _column(match[3])) if match[3] else (top, left, top, left)


def _column(letters: str) -> int:
    value = 0
    for char in letters:
        value = value * 26 + ord(char) - 64
    return value
