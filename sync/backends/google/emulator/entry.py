"""What becomes of a value that is put into a cell: RAW keeps it, USER_ENTERED reads it as typed by a person."""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import Any, NamedTuple

from sync.backends.google.emulator.cells import Value
from sync.backends.google.emulator.errors import bad
from sync.backends.google.emulator.formats import MONTHS, number_format, serial

Json = dict[str, Any]

CELL_LIMIT = 50_000  # characters, inclusive

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_SCIENTIFIC = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[Ee][+-]?[0-9]{1,3}")
_DATE = re.compile(
    r"([0-9]{4})([-/.年])([0-9]{1,2})(?:[-/.月])([0-9]{1,2})日?(?:\s+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?"
)
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?:\s*([AaPp])[Mm])?")
_US_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}|[0-9]{2})")
_SHORT_DATE = re.compile(r"([0-9]{1,2})([-/月])([0-9]{1,2})(日?)")
_MONTH = "(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?P<rest>[a-z]*)"
_WORDED = re.compile(
    rf"{_MONTH} (?P<day>[0-9]{{1,2}})(?:(?P<comma>,?) (?P<year>[0-9]{{4}}))?"
    rf"|(?P<first>[0-9]{{1,2}}) {_MONTH.replace('P<month>', 'P<month2>').replace('P<rest>', 'P<rest2>')}"
    r"(?: (?P<year2>[0-9]{4}))?",
    re.IGNORECASE,
)


class Typed(NamedTuple):
    """A value and the number format that typing it brings along (None = the cell's own stays)."""

    value: Value | str
    form: Json | None = None
    formula: bool = False


def put(given: Any, option: str, look: Json | None, locale: str, year: int) -> Typed:
    """A JSON value into a cell with this look. `year`: that of dates without one. ApiError for what no cell can hold."""
    if isinstance(given, bool):
        return Typed(given)
    if isinstance(given, int | float):
        if not math.isfinite(given):
            raise bad("Invalid value at 'data.values': no number is that large")
        return Typed(float(given))
    if not isinstance(given, str):
        raise bad("Invalid value at 'data.values': a cell holds text, a number or a boolean")
    if len(given) > CELL_LIMIT:
        raise bad(f"Your input contains more than the maximum of {CELL_LIMIT} characters in a single cell.")
    if given == "":
        return Typed(None)
    return Typed(given) if option == "RAW" else typed(given, look, locale, year)


def typed(text: str, look: Json | None, locale: str, year: int) -> Typed:
    """What a person's typing becomes."""
    if number_format(look).get("type") == "TEXT":
        return Typed(text)
    if text.startswith("'"):
        return Typed(text[1:])
    if text.startswith("=") and len(text) > 1:
        return Typed(text[1:], formula=True)
    bare = text.strip()
    number = _number(bare)
    if number is not None and isinstance(number.value, float) and not math.isfinite(number.value):
        return Typed(text)  # too large for a number
    return number or _moment(bare, locale, year) or _word(bare) or Typed(text)


def _word(text: str) -> Typed | None:
    return Typed(text.upper() == "TRUE") if text.upper() in ("TRUE", "FALSE") else None


def _number(text: str) -> Typed | None:
    if _NUMBER.fullmatch(text):
        return Typed(float(text))
    if _GROUPED.fullmatch(text):
        return Typed(_float(text), _form("NUMBER", "#,##0.00" if "." in text else "#,##0"))
    if _SCIENTIFIC.fullmatch(text):
        return Typed(float(text), _form("SCIENTIFIC", "0.00E+00"))
    if text.endswith("%"):
        body = text[:-1].strip()
        if _NUMBER.fullmatch(body) or _GROUPED.fullmatch(body):
            return Typed(_float(body) / 100, _form("PERCENT", "0.00%" if "." in body else "0%"))
    minus = "-" if text[:1] == "-" else ""
    sign = text[len(minus) : len(minus) + 1]
    if sign in "$¥￥€" and sign:
        body = minus + text[len(minus) + 1 :].strip()
        if _NUMBER.fullmatch(body) or _GROUPED.fullmatch(body):
            places = "0.00" if "." in body else "0"
            return Typed(_float(body), _form("CURRENCY", f'"{sign}"#,##{places}'))
    return None


def _float(text: str) -> float:
    return float(text.replace(",", ""))


def _form(kind: str, pattern: str) -> Json:
    return {"type": kind, "pattern": pattern}


_DATE_PATTERNS = {"-": "yyyy-mm-dd", "/": "yyyy/m/d", ".": "yyyy.m.d", "年": 'yyyy"年"m"月"d"日"'}


def _moment(text: str, locale: str, year: int) -> Typed | None:
    match = _DATE.fullmatch(text)
    if match and (match[2] in "-/" or locale.startswith("zh")):
        hours = [int(match[index] or 0) for index in (5, 6, 7)]
        day = _day(int(match[1]), int(match[3]), int(match[4]), hours)
        pattern = _DATE_PATTERNS[match[2]]
        kind = "DATE_TIME" if match[5] else "DATE"
        return None if day is None else Typed(day, _form(kind, pattern + (" h:mm:ss" if match[5] else "")))
    american = _US_DATE.fullmatch(text) if locale.startswith("en") else None
    if american:
        short = len(american[3]) == 2
        century = (2000 if int(american[3]) < 30 else 1900) if short else 0
        day = _day(century + int(american[3]), int(american[1]), int(american[2]), [0, 0, 0])
        return None if day is None else Typed(day, _form("DATE", "m/d/yy" if short else "m/d/yyyy"))
    if found := _short(text, locale, year) or (_worded(text, year) if locale.startswith("en") else None):
        return found
    clock = _TIME.fullmatch(text)
    return _clock(clock) if clock else None


def _short(text: str, locale: str, year: int) -> Typed | None:
    """1/2 and 3-5 are days of this year, not a fraction and not a range; 3月5日 where that is the language."""
    match, chinese = _SHORT_DATE.fullmatch(text), locale.startswith("zh")
    if match is None or not locale.startswith(("en_US", "zh")) or (match[2] == "月") is not bool(match[4]):
        return None
    if match[2] == "月" and not chinese:
        return None
    day = _day(year, int(match[1]), int(match[3]), [0, 0, 0])
    return None if day is None else Typed(day, _form("DATE", 'm"月"d"日"' if match[4] else f"m{match[2]}d"))


def _worded(text: str, year: int) -> Typed | None:
    """ "Mar 1 2016" becomes a date (ValueInputOption in the guide)."""
    match = _WORDED.fullmatch(text)
    if match is None:
        return None
    name, rest = match["month"] or match["month2"], match["rest"] or match["rest2"] or ""
    number = MONTHS.index(next(month for month in MONTHS if month.startswith(name.capitalize()))) + 1
    if rest and (name + rest).capitalize() != MONTHS[number - 1]:
        return None
    given = match["year"] or match["year2"]
    day = _day(int(given or year), number, int(match["day"] or match["first"]), [0, 0, 0])
    month = "mmmm" if rest else "mmm"
    pattern = f"{month} d" if match["day"] else f"d {month}"
    pattern += f"{match['comma'] or ''} yyyy" if given else ""
    return None if day is None else Typed(day, _form("DATE", pattern))


def _clock(found: re.Match[str]) -> Typed | None:
    """A time of day, of 24 hours or of twice 12."""
    hour, minute, half = int(found[1]), int(found[2]), (found[4] or "").upper()
    if minute > 59 or int(found[3] or 0) > 59 or not (1 <= hour <= 12 if half else hour < 24):
        return None
    hour = hour % 12 + (12 if half == "P" else 0) if half else hour
    seconds = hour * 3600 + minute * 60 + int(found[3] or 0)
    pattern = ("h:mm:ss" if found[3] else "h:mm") + (" AM/PM" if half else "")
    return Typed(seconds / 86400, _form("TIME", pattern))


def _day(year: int, month: int, day: int, hours: list[int]) -> float | None:
    try:
        return serial(datetime(year, month, day, hours[0], hours[1], hours[2]))
    except ValueError:
        return None
