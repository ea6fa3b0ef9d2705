"""Days and months: `date`, `date_plan`, `date_actual`.

A plan may be a month (its last day counts) or a longer stretch, taken at its last day with a warning. An actual date
is a day that has come. Without a year the nearest sensible one is taken, and told.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from validators.cells import squeeze
from validators.parsers.base import ParseContext, ParsedCell, error, ok, warn
from validators.parsers.dateshapes import read_shape
from validators.parsers.numerals import from_stored, plain
from validators.parsers.stretch import Fault, Shape, bounds, last_of
from validators.rawcell import DATED, FROM_1904, NO_YEAR, SHIFT_1904, Format, as_shown, serial_to_date

EARLIEST, FIRST_LIKELY, YEARS_AHEAD, FAR_AHEAD = 1949, 1980, 50, 20
_WEEKDAYS = "一二三四五六日"
_TENTHS = ("上旬", "中旬", "下旬")
_SERIALS = range(29221, 73415)  # 1980 to 2100: what a bare five-digit number in a date column can mean


def parse_date(text: str, ctx: ParseContext) -> ParsedCell:
    return _parse(text, ctx, "date")


def parse_date_plan(text: str, ctx: ParseContext) -> ParsedCell:
    return _parse(text, ctx, "date_plan")


def parse_date_actual(text: str, ctx: ParseContext) -> ParsedCell:
    return _parse(text, ctx, "date_actual")


def _parse(text: str, ctx: ParseContext, kind: str) -> ParsedCell:
    if len(text) == 10 and text[4] == text[7] == "-" and text.isascii():
        exact = _iso(text)
        if exact is not None and FIRST_LIKELY <= exact.year <= ctx.today.year + FAR_AHEAD:
            return _day(exact, ctx, kind)
    shape = read_shape(text, ctx.today)
    if isinstance(shape, Fault):
        return _fault(shape, text, ctx, kind)
    return settle(shape, ctx, kind)


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _day(day: date, ctx: ParseContext, kind: str) -> ParsedCell:
    if kind == "date_actual" and day > ctx.today and not ctx.allow_future:
        return error("cell.date.future", day=day.isoformat(), today=ctx.today.isoformat())
    return ok(day.isoformat())


def _fault(fault: Fault, text: str, ctx: ParseContext, kind: str) -> ParsedCell:
    if fault.code in ("not_yet", "not_needed"):
        return warn("", f"cell.date.{fault.code}")
    if fault.code == "serial":
        return _bare_serial(fault.params["digits"], ctx, kind)
    if fault.code == "bad_year":
        return error("cell.date.bad_year", year=fault.params["year"], suggest=_likely_year(fault.params["year"], ctx))
    return error(f"cell.date.{fault.code}", **fault.params)


def _inferred(cell: ParsedCell, code: str) -> ParsedCell:
    return warn(cell.value, code, read=cell.value) if cell.kind == "ok" else cell


def impossible(shape: Shape, ctx: ParseContext) -> ParsedCell | None:
    """The error of a shape whose year is known and which names no real day."""
    year, month, day = shape.year, shape.month, shape.day
    if not EARLIEST <= year <= ctx.today.year + YEARS_AHEAD:
        return error("cell.date.bad_year", year=f"{year:04d}", suggest=_likely_year(f"{year:04d}", ctx))
    if month and not 1 <= month <= 12:
        return error("cell.date.bad_month", month=str(month))
    if day and not month:
        return error("cell.date.unclear")
    if day and not 1 <= day <= last_of(year, month):
        return error("cell.date.no_such_day", year=year, month=month, day=day, last=last_of(year, month))
    return None


def _likely_year(written: str, ctx: ParseContext) -> str:
    """The year close to today that differs from what was written by a slip of the finger, "" when there is none."""
    around = sorted(range(ctx.today.year - 5, ctx.today.year + 6), key=lambda year: abs(year - ctx.today.year))
    for distance in (1, 2):
        for year in around:
            if _slips(written, str(year)) <= distance:
                return str(year)
    return ""


def _slips(left: str, right: str) -> int:
    from rapidfuzz.distance import OSA

    return 1 if sorted(left) == sorted(right) else OSA.distance(left, right)


def settle(shape: Shape, ctx: ParseContext, kind: str) -> ParsedCell:
    """A shape → the value of a column of that kind, or why it cannot be."""
    if kind == "date_actual" and (shape.planned or shape.before):
        return error("cell.date.planned" if shape.planned else "cell.date.before")
    if not shape.year:
        shape = shape._replace(year=_year_for(shape, ctx.today, kind))
    wrong = impossible(shape, ctx)
    if wrong:
        return wrong
    if shape.before and not shape.day and not shape.end and shape.part not in _TENTHS:
        return _before(shape)
    value = _value(shape)
    if kind == "date_actual" and len(value) < 10:
        return error("cell.date.month_only", read=value)
    if kind == "date_actual" and (shape.part or not shape.month) and not shape.end:
        return error("cell.date.not_a_day")
    if kind == "date_actual" and not ctx.allow_future and bounds(shape)[1] > ctx.today:
        return error("cell.date.future", day=bounds(shape)[1].isoformat(), today=ctx.today.isoformat())
    return _told(shape, value, ctx, kind)


def _before(shape: Shape) -> ParsedCell:
    """6月前: before it begins or before it ends? Nobody can tell."""
    if shape.month:
        return error("cell.date.before_month", year=shape.year, month=shape.month)
    if shape.part[:1] == "Q":
        return error("cell.date.before_quarter", year=shape.year, month=bounds(shape)[1].month)
    return error("cell.date.before_year", year=shape.year, month=bounds(shape)[1].month)


def _value(shape: Shape) -> str:
    """Canonical text: a day, or the month when no more was written; longer stretches at their last day."""
    if shape.month and not shape.day and not shape.end and not shape.part:
        return f"{shape.year:04d}-{shape.month:02d}"
    return bounds(shape)[1].isoformat()


def _year_for(shape: Shape, today: date, kind: str) -> int:
    """The year a date without one belongs to: an actual date has come, a plan is rarely half a year old."""
    if not shape.month:
        return today.year
    if kind == "date_actual":
        day = min(shape.day or 1, last_of(today.year, shape.month)) if 1 <= shape.month <= 12 else 1
        return today.year - ((shape.month, day) > (today.month, today.day))
    ahead = shape.month - today.month
    if kind == "date_plan":
        return today.year + (ahead < -6)
    return today.year + (ahead < -6) - (ahead > 6)


def _told(shape: Shape, value: str, ctx: ParseContext, kind: str) -> ParsedCell:
    """ok, or the one warning that matters most."""
    said = _WEEKDAYS.find("日" if shape.words == "天" else shape.words) if shape.words and shape.day else -1
    if said >= 0 and bounds(shape)[0].weekday() != said:
        wrong = _WEEKDAYS[bounds(shape)[0].weekday()]
        return warn(value, "cell.date.weekday", read=value, written=shape.words, weekday=wrong)
    if shape.told:
        return warn(value, f"cell.date.{shape.told[0]}", read=value)
    if shape.about or (shape.before and kind == "date"):
        return warn(value, "cell.date.about", read=value)
    if not shape.day and not shape.end and (shape.part or not shape.month):
        return warn(value, "cell.date.span", read=value)
    if not FIRST_LIKELY <= shape.year <= ctx.today.year + FAR_AHEAD:
        return warn(value, "cell.date.far", read=value)
    return warn(value, "cell.dropped", read=value, dropped=shape.dropped) if shape.dropped else ok(value)


# typed numbers ----------------------------------------------------------------------------------------------


def date_number(digits: str, fmt: Format, ctx: ParseContext, kind: str) -> ParsedCell:
    """A number in a date column: a serial number, digits run together, or the year.month trap (2025.10 → 2025.1)."""
    number = from_stored(digits)
    if number is None:
        return error("cell.date.unclear")
    if number < 0:
        return error("cell.date.negative")
    if fmt in DATED:
        return _serial(number, fmt, ctx, kind)
    if fmt in ("%", "元", "千", "万", "亿", "$"):
        return error("cell.date.amount")
    if fmt == FROM_1904:
        number += SHIFT_1904
    whole = int(number)
    if number != whole:
        return _fraction(number, ctx, kind)
    if whole in _SERIALS:
        return _bare_serial(str(whole), ctx, kind)
    return _parse(str(whole), ctx, kind)


def _bare_serial(digits: str, ctx: ParseContext, kind: str) -> ParsedCell:
    """A number without a date's format that can only be a day's serial number; told. Too far ahead it is a slip."""
    day = serial_to_date(digits) if int(digits) in _SERIALS else None
    if day is None or impossible(Shape(day.year, day.month, day.day), ctx) is not None:
        return error("cell.date.unclear")
    return _meaning(_inferred(_day(day, ctx, kind), "cell.date.serial"))


def _meaning(cell: ParsedCell) -> ParsedCell:
    """A day refused as one to come, when the cell does not show it as a day: which one it is, is said too."""
    return cell._replace(params={**cell.params, "means": cell.params["day"]}) if "day" in cell.params else cell


def _serial(number: Decimal, fmt: Format, ctx: ParseContext, kind: str) -> ParsedCell:
    digits = plain(number)
    day = serial_to_date(digits)
    wrong = error("cell.date.no_serial") if day is None else impossible(Shape(day.year, day.month, day.day), ctx)
    if day is None or wrong:
        return _typed_digits(digits, ctx, kind) or wrong or error("cell.date.no_serial")
    if fmt == NO_YEAR:
        return _inferred(_day(day, ctx, kind), "cell.date.hidden_year")
    said = as_shown(day, fmt)
    if len(said) < 10:
        return _parse(said, ctx, kind)  # 2025年9月, as a sheet stores it: read as the same text
    cell = _day(day, ctx, kind)
    if fmt != "d":
        return _inferred(cell, "cell.date.hidden_day")
    far = not FIRST_LIKELY <= day.year <= ctx.today.year + FAR_AHEAD
    return _inferred(cell, "cell.date.far") if far else cell


def _typed_digits(digits: str, ctx: ParseContext, kind: str) -> ParsedCell | None:
    """20250605 typed into a cell with a date's format, where it shows as ####, and 202506, which shows as a day in 2454;
    None where the digits are no date either. 2025 shows as a day in 1905, and the year alone is not what was asked."""
    if len(digits) == 4 and digits.isdigit() and FIRST_LIKELY <= int(digits) <= ctx.today.year + FAR_AHEAD:
        return error("cell.date.digits_only", digits=digits)
    shape = read_shape(digits, ctx.today) if len(digits) in (6, 8) and digits.isdigit() else None
    if not isinstance(shape, Shape) or impossible(shape, ctx):
        return None
    cell = settle(shape, ctx, kind)
    if cell.value:
        return warn(cell.value, "cell.date.typed_digits", digits=digits, read=cell.value)
    return _meaning(cell) if "day" in cell.params else error("cell.date.digits_only", digits=digits)


def _fraction(number: Decimal, ctx: ParseContext, kind: str) -> ParsedCell:
    """2025.3 is March, 2025.1 is January or October; 3.15 is 3月15日, 3.2 could be 3月20日."""
    text = plain(number)
    whole, _, part = text.partition(".")
    if int(whole) in _SERIALS:
        return _bare_serial(whole, ctx, kind)
    if len(whole) == 4 and len(part) <= 2:
        cell = _parse(f"{whole}.{part}", ctx, kind)
        return warn(cell.value, "cell.date.number_month", read=cell.value) if part == "1" and cell.value else cell
    if len(whole) <= 2 and int(whole) <= 12 and len(part) == 1 and part in "123":
        return error("cell.date.ambiguous")
    if len(whole) <= 2 and len(part) <= 2:
        return _parse(squeeze(f"{whole}.{part}"), ctx, kind)
    return error("cell.date.unclear")
