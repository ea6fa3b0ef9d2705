"""A cell as it stands in a sheet, carried as one `str`.

Text is itself. Everything typed begins with U+0001, which no XML text can hold and which readers strip from
text, so the two can never be confused. One flat string per cell keeps rows small, makes hashing a join, and
lets parsers remember results by raw value.

    ""                        blank
    "2025.3"                  text
    "\\x01n45731\\x1fd"        the number 45731 in a date format      (formats: "" general, d date or time, m and y dates
                               of which only month and year, or the year, is shown, s dates without their year, %
                               percent, @ text, and units that only the format shows: 元 千 万 亿, $ foreign, ? scaled;
                               4 no date's format, but if it is a day's serial number, then one that counts from 1904)
    "\\x01bTRUE"               a boolean
    "\\x01e#REF!"              an error value
    "\\x01u=SUM(A1:A3)"        a formula without a cached value ("" when its text is not known)
    "\\x01pID_61A4…"           a picture in the cell (WPS DISPIMG)

A formula with a cached value is that value; formula text is never taken as data (law L7).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple

RawCell = str
MARK = "\x01"
SEP = "\x1f"
Kind = Literal["blank", "text", "number", "boolean", "error", "uncalculated", "picture"]
Format = Literal["", "d", "m", "y", "s", "%", "@", "元", "千", "万", "亿", "$", "?", "4"]

DATED: frozenset[Format] = frozenset(("d", "m", "y", "s"))
NO_YEAR: Format = "s"  # 3月5日: what 3/5 or 1-2 becomes when it is typed into a sheet
FROM_1904: Format = "4"
SHIFT_1904 = 1462  # days from a serial number that counts from 1904 to the usual one of the same day
_SHOWN: dict[Format, int] = {"m": 7, "y": 4}  # of 2025-09-01, the characters that such a format shows

_KINDS: dict[str, Kind] = {
    "n": "number",
    "b": "boolean",
    "e": "error",
    "u": "uncalculated",
    "p": "picture",
}
_EPOCH = date(1899, 12, 30)


class Decoded(NamedTuple):
    """kind; text without marks (for a number: its digits as stored); number format class."""

    kind: Kind
    text: str
    fmt: Format


def text(value: str) -> RawCell:
    """A text cell. Marks of ours are stripped, so that no text can pass for a typed cell."""
    return value.replace(MARK, "").replace(SEP, "") if MARK in value or SEP in value else value


def number(digits: str, fmt: Format = "") -> RawCell:
    """A numeric cell from its stored digits (`<v>` text), with the class of its number format."""
    return f"{MARK}n{digits}{SEP}{fmt}" if fmt else f"{MARK}n{digits}"


def boolean(value: bool) -> RawCell:
    return f"{MARK}b{'TRUE' if value else 'FALSE'}"


def error(code: str) -> RawCell:
    return f"{MARK}e{code}"


def uncalculated(formula: str = "") -> RawCell:
    return f"{MARK}u{formula}"


def picture(identifier: str = "") -> RawCell:
    return f"{MARK}p{identifier}"


def from_date(value: date) -> RawCell:
    """A date cell as spreadsheets store it: a serial number in a date format."""
    days: float = (date(value.year, value.month, value.day) - _EPOCH).days
    if isinstance(value, datetime) and (value.hour or value.minute or value.second):
        seconds = value.hour * 3600 + value.minute * 60 + value.second
        return number(repr(days + seconds / 86400), "d")
    return number(str(int(days)), "d")


def decode(raw: RawCell) -> Decoded:
    """What kind of cell this is, its text, and the class of its number format."""
    if not raw:
        return Decoded("blank", "", "")
    if raw[0] != MARK:
        return Decoded("text", raw, "")
    body, _, fmt = raw[2:].partition(SEP)
    return Decoded(_KINDS[raw[1]], body, fmt)  # type: ignore[arg-type]


def serial_to_date(digits: str) -> date | None:
    """The day of a spreadsheet serial number, or None outside 1900-03-01…9999-12-31."""
    try:
        days = int(Decimal(digits))
    except (ArithmeticError, ValueError):
        return None
    return _EPOCH + timedelta(days=days) if 61 <= days <= 2958465 else None


def as_shown(day: date, fmt: Format) -> str:
    """A date cell's day as precise as its format: 2025年9月, typed into a sheet, is stored as the first of September in a
    format without a day. Another day cannot come from such typing, so it counts though the format hides it. 3/5 and 1-2
    become days of the year in which they are typed, in a format without a year."""
    if fmt == NO_YEAR:
        return f"{day.month}月{day.day}日"
    return day.isoformat()[: _SHOWN.get(fmt, 10) if day.day == 1 else 10]


def show(raw: RawCell) -> str:
    """The cell as a person sees it, for messages: dates as dates, percents as percents."""
    kind, body, fmt = decode(raw)
    if kind == "number" and fmt in DATED:
        day = serial_to_date(body)
        return as_shown(day, fmt) if day else body
    if kind == "number":
        return (
            _plain(body, 100) + "%"
            if fmt == "%"
            else _plain(body)
            + ({"千": "千元"}.get(fmt, fmt) if fmt in ("元", "千", "万", "亿") else "(外币格式)" if fmt == "$" else "")
        )
    if kind == "uncalculated":
        return body or "（未计算的公式）"
    if kind == "picture":
        return "（图片）"
    return body


def _plain(digits: str, factor: int = 1) -> str:
    """Digits without exponent and trailing zeros; as stored where they are no number a person would read."""
    try:
        value = Decimal(digits) * factor
    except ArithmeticError:
        return digits
    if not value.is_finite() or abs(value.adjusted()) > 20:
        return digits
    return f"{value.normalize():f}" if value else "0"
