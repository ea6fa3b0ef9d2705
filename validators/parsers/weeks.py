"""Weeks (ISO, Monday to Sunday) and years."""

from __future__ import annotations

import re
from datetime import date, timedelta

from validators.parsers.base import ParseContext, ParsedCell, error, ok, warn
from validators.parsers.dates import EARLIEST, FAR_AHEAD, FIRST_LIKELY, YEARS_AHEAD, impossible
from validators.parsers.dateshapes import read_shape
from validators.parsers.datewords import normalise
from validators.parsers.stretch import Fault, bounds
from validators.periods import period_of

_WEEK = re.compile(
    r"(?:(?P<y>\d{4}|\d{2})(?:年度?|[-_./])?)?(?:第(?P<a>\d{1,2})周|[Ww](?P<b>\d{1,2})|(?P<c>\d{1,2})周?)"
)
LIKELY_YEARS = 12  # away from today, within which two bare digits are a year
HALF_A_YEAR = 183  # days ahead from which a day without a year is of the year before
DAYS = re.compile(
    r"(?:(?P<y>\d{4})[年./-])?(?P<m>\d{1,2})[月./-](?P<d>\d{1,2})日?[-~至到](?:(?P<y2>\d{4})[年./-])?(?:(?P<m2>\d{1,2})[月./-])?(?P<d2>\d{1,2})日?"
)


def parse_week(text: str, ctx: ParseContext) -> ParsedCell:
    """`2025-W24`, ISO weeks (Monday to Sunday)."""
    body, _ = normalise(text, ctx.today)
    body = re.sub(r"\([^()]*\)", "", body)
    near = re.fullmatch(r"(本|这|上|下)(?:一)?(?:个)?(?:周|星期)", body)
    if near:
        shift = {"上": -7, "下": 7}.get(near[1], 0)
        value = _week_of(ctx.today + timedelta(days=shift))
        return warn(value, "cell.week.relative", read=value)
    days = DAYS.fullmatch(body)
    if days:
        return _week_of_days(days, ctx)
    match = _WEEK.fullmatch(body)
    if match is None:
        return _week_of_day(text, ctx)
    return _numbered_week(match, ctx)


def _numbered_week(match: re.Match[str], ctx: ParseContext) -> ParsedCell:
    number = int(match["a"] or match["b"] or match["c"])
    year = int(match["y"] or ctx.today.year)
    year += 2000 if year < 100 else 0
    weeks = date(year, 12, 28).isocalendar().week
    if not match["y"] and number - ctx.today.isocalendar().week > 26:
        year -= 1
    if not 1 <= number <= weeks:
        return error("cell.week.number", weeks=weeks)
    value = f"{year:04d}-W{number:02d}"
    if match["y"] and len(match["y"]) == 2:
        return warn(value, "cell.week.two_digit_year", read=value)
    return ok(value) if match["y"] or year == ctx.today.year else warn(value, "cell.week.crossed", read=value)


def _week_of(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def _week_of_days(match: re.Match[str], ctx: ParseContext) -> ParsedCell:
    days = first_and_last(match, ctx.today)
    if days is None:
        return error("cell.week.unclear")
    first, last = days
    if _week_of(first) != _week_of(last) or last < first:
        return error("cell.week.not_one", first=_week_of(first), last=_week_of(last))
    value = _week_of(first)
    return ok(value) if match["y"] else warn(value, "cell.week.no_year", read=value)


def first_and_last(match: re.Match[str], today: date) -> tuple[date, date] | None:
    """The two days of a match of `DAYS`, in the year of filling or the one before where none is written; None where
    there is no such day."""
    year = int(match["y"] or today.year)
    try:
        first = date(year, int(match["m"]), int(match["d"]))
        last = date(int(match["y2"] or year), int(match["m2"] or match["m"]), int(match["d2"]))
    except ValueError:
        return None
    if not match["y"] and (first - today).days > HALF_A_YEAR:
        first, last = first.replace(year=year - 1), last.replace(year=last.year - 1)
    if last < first and not match["y2"]:
        last = last.replace(year=last.year + 1)
    return first, last


def _week_of_day(text: str, ctx: ParseContext) -> ParsedCell:
    shape = read_shape(text, ctx.today)
    if isinstance(shape, Fault) or not shape.day or not shape.year or impossible(shape, ctx):
        return error("cell.week.unclear")
    value = _week_of(bounds(shape)[0])
    return warn(value, "cell.week.of_day", read=value)


def parse_year(text: str, ctx: ParseContext) -> ParsedCell:
    """`2025`."""
    body, told = normalise(text, ctx.today)
    body = re.sub(r"\([^()]*\)", "", body).strip(";,.、:。 ")
    body = re.sub(r"[〇○零一二三四五六七八九]{4}", lambda m: m[0].translate(_YEAR_DIGITS), body)
    match = re.fullmatch(r"(\d{4}|\d{2})(年?度?)", body)
    year = 0 if not match else int(match[1]) + (2000 if len(match[1]) == 2 else 0)
    if not match or (len(match[1]) == 2 and not match[2] and abs(year - ctx.today.year) > LIKELY_YEARS):
        return _year_of_date(body, ctx)
    if not EARLIEST <= year <= ctx.today.year + YEARS_AHEAD:
        return error("cell.date.bad_year", year=match[1], suggest=str(ctx.today.year))
    if len(match[1]) == 2 or told:
        return warn(str(year), "cell.year.inferred", read=str(year))
    if not FIRST_LIKELY <= year <= ctx.today.year + FAR_AHEAD:
        return warn(str(year), "cell.date.far")
    return ok(str(year))


_YEAR_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")


def _year_of_date(body: str, ctx: ParseContext) -> ParsedCell:
    shape = read_shape(body, ctx.today) if body else Fault("words")
    if isinstance(shape, Fault):
        return error("cell.year.several" if shape.code in ("range", "several") else "cell.year.unclear")
    if not shape.year or impossible(shape, ctx):
        return error("cell.year.unclear")
    finer = shape.month and "two_digit_year" not in shape.told
    year = period_of(date(shape.year, shape.month, 1), "year", ctx.year_from).text if shape.month else str(shape.year)
    return warn(year, "cell.year.of_date" if finer else "cell.year.inferred", read=year)
