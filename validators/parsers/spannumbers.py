"""Numbers in columns of periods, months, quarters, weeks and years: date cells, 202506, 6, 2025.6 …"""

from __future__ import annotations

import re
from datetime import date

from validators.parsers.base import ParseContext, ParsedCell, error, warn
from validators.parsers.dates import date_number
from validators.parsers.monthparts import parse_half_month, parse_ten_days
from validators.parsers.months import parse_half, parse_month, parse_quarter
from validators.parsers.numerals import from_stored
from validators.parsers.spans import parse_period
from validators.parsers.weeks import parse_week, parse_year
from validators.rawcell import DATED, FROM_1904, NO_YEAR, SHIFT_1904, Format, as_shown, serial_to_date


def span_number(digits: str, fmt: Format, ctx: ParseContext, kind: str) -> ParsedCell:
    """A number in one of these columns: a date cell, 202506, 6, 2025.6 …"""
    number = from_stored(digits)
    if number is None or number < 0 or fmt == "%":
        return error(f"cell.{kind}.unclear")
    if fmt in DATED:
        day = serial_to_date(digits)
        if day is None:
            return error("cell.date.no_serial")
        return _of_this_year(day, ctx, kind) if fmt == NO_YEAR else _PARSERS[kind](as_shown(day, fmt), ctx)
    if fmt == FROM_1904:
        number += SHIFT_1904
        digits = f"{number:f}"
    text = f"{number.normalize():f}"
    if number != int(number):
        if kind == "month" and re.fullmatch(r"\d{4}\.\d{1,2}", text):
            cell = parse_month(text, ctx)
            return warn(cell.value, "cell.date.number_month", read=cell.value) if text.endswith(".1") else cell
        return error(f"cell.{kind}.unclear")
    if kind in ("month", "week", "ten_days", "half_month") and int(number) > 30_000 and len(text) == 5:
        cell = date_number(digits, "d", ctx, "date")
        found = _PARSERS[kind](cell.value, ctx) if cell.value else cell
        return warn(found.value, "cell.month.serial", read=found.value) if found.kind == "ok" else found
    return _PARSERS[kind](text, ctx)


def _of_this_year(day: date, ctx: ParseContext, kind: str) -> ParsedCell:
    """1-2 typed for January to February, or 3月5日: the sheet has made a day of it, in a year that it does not show."""
    found = _PARSERS[kind](day.isoformat(), ctx)
    return warn(found.value, "cell.date.hidden_year", read=found.value) if found.value else error("cell.became_date")


_PARSERS = {
    "period": parse_period,
    "month": parse_month,
    "quarter": parse_quarter,
    "half": parse_half,
    "ten_days": parse_ten_days,
    "half_month": parse_half_month,
    "week": parse_week,
    "year": parse_year,
}
