"""Months, quarters and half-years of reporting.

The year is understood from the day of filling; only where that crosses a year's end, or where somebody wrote 本月, the
clerk is told what was understood.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from validators.cells import squeeze
from validators.parsers.base import ParseContext, ParsedCell, error, ok, warn
from validators.parsers.dates import EARLIEST, YEARS_AHEAD, impossible
from validators.parsers.dateshapes import read_shape
from validators.parsers.datewords import normalise, plain_words
from validators.parsers.stretch import Fault, Shape, last_of
from validators.periods import PeriodKind, in_year, period_of
from validators.rawcell import serial_to_date


class Months(NamedTuple):
    """From one month to another of one year; year 0 = not written. `code` says what was inferred."""

    year: int
    first: int
    last: int
    code: str = ""


_YEAR = r"(?:(?P<y>\d{4}|\d{2})(?:年度?|[-./_]))?"
_MONTHS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_YEAR}第?(?P<a>\d{{1,2}})月?份?[-~至到](?P<b>\d{{1,2}})月份?",
        rf"{_YEAR}(?P<a>\d{{1,2}})月份?(?P<end>底|末)?",
        rf"{_YEAR}(?P<a>\d{{1,2}})月?、(?P<b>\d{{1,2}})月份?",
        r"(?P<y>\d{4})年(?P<a>\d{1,2})",
        r"(?P<y>2\d)[Qq](?P<q>[1-4])",
        r"(?P<y>\d{4})[-./_](?P<a>\d{1,2})",
        r"(?P<y>\d{4})(?P<a>0[1-9]|1[0-2])",
        r"(?P<y>\d{4})(?P<a>0[1-9]|1[0-2])[-~至到](?P<y2>\d{4})(?P<b>0[1-9]|1[0-2])",
        r"(?P<y>\d{4})[-./年](?P<a>\d{1,2})月?[-~至到](?P<y2>\d{4})[-./年](?P<b>\d{1,2})月?",
        r"(?P<y>\d{4})[./](?P<a>\d{1,2})[-~至到](?P<b>\d{1,2})月?",
        r"(?P<a>\d{1,2})",
        rf"{_YEAR}(?:第?(?P<q>[1-4])季度?|[Qq](?P<q2>[1-4]))(?:末|底)?",
        r"(?P<y>\d{4})年?[Qq](?P<q>[1-4])",
        rf"{_YEAR}(?P<h>[上下])半年度?",
        r"(?P<y>\d{4})年?[Hh](?P<h>[12])",
        rf"{_YEAR}(?P<w>全年|年度|前[三3]季度)",
        r"(?P<y>\d{4})年度?",
    )
)  # fmt: skip
_CUMULATIVE = re.compile(r"^(?:截至|截止|至|到)|^累计|累计(?:数|值)?$")
_REMARKS = re.compile(r"\((?!累计)[^()]*\)")
REPORTED_AHEAD = 2  # years; a report about 2052 is about 2025


def _read_months(text: str, ctx: ParseContext) -> Months | ParsedCell:
    body, told = normalise(text, ctx.today)
    body = re.sub(r"[()]", "", _REMARKS.sub("", body)).strip(";,.、:。\"' ")
    body = re.sub(r"(?<=月)(?:当月|单月)$", "", body)
    body = re.sub(r"^(?:[\u4e00-\u9fff]{2,6}:|第(?=\d{1,2}月))", "", body)
    code = "relative" if "relative" in told else ""
    if _CUMULATIVE.search(body):
        several = re.search(r"\d月?份?[-~至到]\d", body)  # 1-6月累计 says itself which months
        body, code = _CUMULATIVE.sub("", body), code if several else "cumulative"
    match = next((matched for pattern in _MONTHS if (matched := pattern.fullmatch(body))), None)
    if match is None:
        return _month_of_day(text, ctx)
    found: dict[str, str | None] = match.groupdict()
    year = int(found.get("y") or 0)
    if found.get("y2") and int(found["y2"] or 0) != year:
        return error("cell.month.two_years")
    if 0 < year < 100:
        year, code = 2000 + year, code or "two_digit_year"
    span = _span(found)
    if "、" in body and span[1] - span[0] != 1:
        return error("cell.month.several")
    if not all(1 <= month <= 12 for month in span):
        return error("cell.date.bad_month", month=str(next(m for m in span if not 1 <= m <= 12)))
    if span[0] > span[1]:
        return error("cell.month.backwards", first=span[0], last=span[1])
    if year and not EARLIEST <= year <= ctx.today.year + YEARS_AHEAD:
        return error("cell.date.bad_year", year=str(year), suggest=str(ctx.today.year))
    return _reported(Months(year, *span, code), ctx)


def _reported(months: Months, ctx: ParseContext) -> Months | ParsedCell:
    """A period that a report can be about: not years ahead, however it was written."""
    if months.year > ctx.today.year + REPORTED_AHEAD:
        return error("cell.date.bad_year", year=str(months.year), suggest=str(ctx.today.year))
    return months


def _span(found: dict[str, str | None]) -> tuple[int, int]:
    if found.get("b"):
        return int(found["a"] or 0), int(found["b"] or 0)
    if found.get("a"):
        return int(found["a"] or 0), int(found["a"] or 0)
    quarter = found.get("q") or found.get("q2")
    if quarter:
        return int(quarter) * 3 - 2, int(quarter) * 3
    if found.get("h"):
        return (1, 6) if found["h"] in ("上", "1") else (7, 12)
    return (1, 9) if str(found.get("w")).startswith("前") else (1, 12)


def _month_of_day(text: str, ctx: ParseContext) -> Months | ParsedCell:
    """A whole date in a month column: its month, told unless it is the first of the month."""
    shape = read_shape(text, ctx.today)
    if isinstance(shape, Fault) and shape.code == "serial" and (day := serial_to_date(shape.params["digits"])):
        return impossible(Shape(day.year), ctx) or _reported(Months(day.year, day.month, day.month, "serial"), ctx)
    if isinstance(shape, Fault):
        if shape.code in ("bad_month", "bad_year", "bad_quarter", "negative", "lunar", "era"):
            return error(f"cell.date.{shape.code}", **{"suggest": "", **shape.params})
        return error("cell.month.unclear")
    wrong = impossible(shape, ctx) if shape.year else None
    both = re.fullmatch(r"(\d{1,2})[-./](\d{1,2})", squeeze(text))
    if wrong or not shape.month or (both and int(both[1]) <= 12 and int(both[2]) <= 12):
        return wrong or error("cell.month.unclear")  # 5-6: two months or a day
    whole = shape.day == 1 or (shape.year and shape.day == last_of(shape.year, shape.month))
    exact = whole or not (shape.day or shape.part)
    return _reported(Months(shape.year, shape.month, shape.month, _of_shape(shape.told) if exact else "of_day"), ctx)


def _of_shape(told: tuple[str, ...]) -> str:
    return "two_digit_year" if "two_digit_year" in told else ""


def _dated(months: Months, today: date) -> Months:
    """The year filled in; `crossed` when it is not this year's, `ahead` when the month has not come."""
    if months.year:
        return months
    if months.last - today.month > 6 or (today.month <= 2 and months.last >= 11):
        return Months(today.year - 1, months.first, months.last, months.code or "crossed")
    ahead = "ahead" if months.first > today.month else ""
    return Months(today.year, months.first, months.last, months.code or ahead)


def parse_month(text: str, ctx: ParseContext) -> ParsedCell:
    """`2025-06`, or `2025-01~2025-06` for 1-6月, 上半年, 一季度."""
    found = _read_months(text, ctx)
    if isinstance(found, ParsedCell):
        return found
    months = _dated(found, ctx.today)
    first, last = f"{months.year}-{months.first:02d}", f"{months.year}-{months.last:02d}"
    value = first if first == last else f"{first}~{last}"
    return warn(value, f"cell.month.{months.code}", read=value) if months.code else ok(value)


def parse_quarter(text: str, ctx: ParseContext) -> ParsedCell:
    """`2025Q2`."""
    text = plain_words(squeeze(text))
    body = text
    if re.fullmatch(r"[1-4]", body):
        body = f"{body}季度"
    elif re.fullmatch(r"\d{4}[-./][1-4]", body):
        return error("cell.quarter.ambiguous")
    named = re.search(r"季|[Qq]", body) is not None
    ctx = _in_year(ctx) if named else ctx
    body = re.sub(r"(上上个?|下下个?|本|当|这个?|上个?|下个?)季度?$", lambda m: _near_quarter(m[1], ctx.today), body)
    found = _read_months(body, ctx)
    if isinstance(found, ParsedCell):
        return found if found.code.startswith("cell.date.") else error("cell.quarter.unclear")
    months = _dated(found, ctx.today)
    value = _part_of(months, "quarter", 1 if named else ctx.year_from)
    if not value:
        return error("cell.quarter.too_long")
    code = "relative" if body != text and len(text) > 1 else months.code
    if months.last - months.first < 2:
        code = "of_month"
    return warn(value, f"cell.quarter.{code}", read=value) if code else ok(value)


def parse_half(text: str, ctx: ParseContext) -> ParsedCell:
    """`2025H1`. A month or a quarter names the half-year it lies in, and that is told."""
    body = squeeze(text)
    written = re.fullmatch(r"(?:(\d{4})[-./]?)?[Hh]([12])", body)
    if written:
        body = f"{written[1] + '年' if written[1] else ''}{'上下'[int(written[2]) - 1]}半年"
    elif re.fullmatch(r"\d{4}[上下]半年度?", body):
        body = f"{body[:4]}年{body[4:]}"
    named = re.search(r"季|[Qq]|半年", body) is not None
    ctx = _in_year(ctx) if named else ctx
    found = _read_months(body, ctx)
    if isinstance(found, ParsedCell):
        return found if found.code.startswith("cell.date.") else error("cell.half.unclear")
    months = _dated(found, ctx.today)
    value = _part_of(months, "half", 1 if named else ctx.year_from)
    if not value:
        return error("cell.half.too_long")
    code = "of_part" if months.last - months.first < 5 else months.code
    return warn(value, f"cell.half.{code}", read=value) if code else ok(value)


def _in_year(ctx: ParseContext) -> ParseContext:
    """What names a part of the year means the reporting year: read as if that were the calendar's, on the day of the
    same place in it."""
    return ctx if ctx.year_from == 1 else replace(ctx, today=in_year(ctx.today, ctx.year_from))


def _part_of(months: Months, kind: PeriodKind, year_from: int) -> str:
    """The quarter or half-year in which the months lie, "" when they lie in two."""
    first, last = (period_of(date(months.year, month, 1), kind, year_from) for month in (months.first, months.last))
    return first.text if first == last else ""


def _near_quarter(word: str, today: date) -> str:
    steps = len(word.rstrip("个")) * {"上": -1, "下": 1}.get(word[0], 0)
    number = today.year * 4 + (today.month - 1) // 3 + steps
    return f"{number // 4}年{number % 4 + 1}季度"
