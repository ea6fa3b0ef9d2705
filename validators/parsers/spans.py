"""Stretches of time that a column wants as such: period (建设起止年限), month, quarter, week, year.

In a month or quarter column the year is understood from the day of filling; only where that crosses a year's end, or
where somebody wrote 本月, the clerk is told what was understood.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from validators.cells import squeeze
from validators.parsers.base import ParseContext, ParsedCell, error, ok, warn
from validators.parsers.dates import EARLIEST, YEARS_AHEAD, date_number, impossible
from validators.parsers.dateshapes import Fault, Shape, bounds, normalise, read_shape
from validators.parsers.numerals import from_stored
from validators.rawcell import serial_to_date

# period -----------------------------------------------------------------------------------------------------

_LINK = re.compile(r"[~至到]+|-{2,}|—+")
_OPEN = re.compile(r"(?:起|至今|开始|以来|以后|~|至|到|-)$")
_LENGTH = re.compile(
    r"^(?:建设(?:期|周期|工期)?|工期|周期|为|约|共)*:?\d{1,3}(?:\.\d+)?(?:年|个月|个?月|天|日历天|日)$"
)
_PLANS = {"十三五": (2016, 2020), "十四五": (2021, 2025), "十五五": (2026, 2030)}


def parse_period(text: str, ctx: ParseContext) -> ParsedCell:
    """`2025-03~2026-06`; each end as precise as it was written."""
    body, told = normalise(text, ctx.today)
    body = re.sub(r"^[\u4e00-\u9fff]{2,10}:", "", body)
    inside = re.search(r"\(([^()]*\d{4}[^()]*)\)", body)
    outside = re.sub(r"\([^()]*\)", "", body)
    body = inside[1] if inside and not re.search(r"\d{4}", outside) else outside
    plan = re.fullmatch(r"[\"']?(十[三四五]五)[\"']?(?:期间|时期|规划期?)?", squeeze(text))
    if plan:
        first, last = _PLANS[plan[1]]
        return warn(f"{first}~{last}", "cell.period.plan", read=f"{first}~{last}")
    if _LENGTH.fullmatch(body):
        return error("cell.period.length")
    ends = _two_ends(re.sub(r"(?<=[年月日\d])(?:开工|动工|开始|启动|竣工|建成|投产|完工|完成)", "", body))
    if ends is None:
        return _one_end(body, told, ctx)
    return _period(ends, told, ctx)


def _two_ends(body: str) -> tuple[str, str] | None:
    """The texts of start and end, split at the one link that can be meant."""
    body = body.strip(";,.、:。 ")
    parts = [part.strip(",;、 ") for part in _LINK.split(body) if part.strip(",;、 ")]
    if len(parts) == 2:
        return parts[0], parts[1]
    if len(parts) > 2:
        return None
    for pattern in (
        r"(\d{2,4}(?:年|[./])\d{1,2}(?:月|[./]\d{1,2}日?)?(?:底|末|初)?(?:\d{1,2}日?)?)[-,;](\d{2,4}(?:年|[./])\d.*)",
        r"(\d{2,4}(?:年|[./])\d{1,2}月?(?:\d{1,2}日)?)[-](\d{1,2}月(?:\d{1,2}日)?)",
        r"(\d{4}[./]\d{1,2})-(\d{1,2})",
        r"(\d{4}-\d{1,2}-\d{1,2})[-,;/](\d{4}-\d{1,2}-\d{1,2})",
        r"(\d{4}-\d{1,2})[-,;/](\d{4}-\d{1,2})",
        r"(\d{4}/\d{1,2})/(\d{4}/\d{1,2})",
        r"(\d{4}[./]\d{1,2}[./]\d{1,2})[-,;](\d{4}.*)",
        r"(\d{4}年?(?:底|末|初)?)[-/,;](\d{4}年?.*)",
        r"(\d{4}(?:年|\.)\d{1,2}月?)[/](\d{4}(?:年|\.)\d{1,2}月?)",
        r"(\d{6})[-/](\d{6})",
        r"(\d{2}\.\d{1,2})[-/](\d{2}\.\d{1,2})",
        r"(\d{2}年?)-(\d{2}年)",
        r"(\d{4})年?-(1[3-9]|[2-9]\d)年?",
        r"(\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?)[,;、](\d{4}年.*)",
    ):  # fmt: skip
        match = re.fullmatch(pattern, body)
        if match:
            return match[1], match[2]
    return None


def _one_end(body: str, told: tuple[str, ...], ctx: ParseContext) -> ParsedCell:
    open_end = _OPEN.search(body)
    shape = read_shape(_OPEN.sub("", body) or "-", ctx.today)
    if isinstance(shape, Fault):
        code = {"range": "unclear", "several": "unclear", "after": "open", "vague": "unclear", "serial": "unclear"}
        known = ("bad_year", "bad_month", "not_yet", "not_needed")
        if shape.code in ("not_yet", "not_needed"):
            return warn("", f"cell.date.{shape.code}")
        if shape.code in known:
            return error(f"cell.date.{shape.code}", **{"suggest": "", **shape.params})
        return error(f"cell.period.{code.get(shape.code, 'unclear')}")
    if open_end or shape.month or not shape.year:
        return error("cell.period.open")
    wrong = impossible(shape, ctx)
    if wrong:
        return wrong
    if shape.part:
        first, last = bounds(shape)
        value = f"{first:%Y-%m}~{last:%Y-%m}"
    else:
        value = f"{shape.year}~{shape.year}"
    inferred = [*told, *shape.told]
    return warn(value, f"cell.date.{inferred[0]}", read=value) if inferred else ok(value)


def _period(ends: tuple[str, str], told: tuple[str, ...], ctx: ParseContext) -> ParsedCell:
    first, last = read_shape(_year_dots(ends[0]), ctx.today), read_shape(_year_dots(ends[1]), ctx.today)
    for shape in (first, last):
        if isinstance(shape, Fault):
            return error("cell.period.open" if shape.code == "words" else "cell.period.unclear")
    assert isinstance(first, Shape) and isinstance(last, Shape), ends
    if not last.year and first.year:
        if not last.month and last.day == 0 and not last.part:
            return error("cell.period.unclear")
        told = tuple(item for item in (*told, *last.told) if item != "no_year")
        last = last._replace(year=first.year, told=())
    if not first.year or not last.year:
        return error("cell.period.no_year")
    for shape in (first, last):
        wrong = impossible(shape, ctx)
        if wrong:
            return wrong
    if bounds(last)[1] < bounds(first)[0]:
        return error("cell.period.backwards", first=_end(first), last=_end(last))
    value = f"{_end(first, start=True)}~{_end(last)}"
    inferred = [*told, *first.told, *last.told]
    if inferred:
        return warn(value, f"cell.date.{inferred[0]}", read=value)
    if first.about or last.about:
        return warn(value, "cell.date.about", read=value)
    return ok(value)


def _year_dots(text: str) -> str:
    """`09.6` and `24` in a period are years, never 9月6日: said as 09年6月."""
    text = re.sub(r"^(\d{2})\.(\d{1,2})$", r"\1年\2月", text)
    text = re.sub(r"^(1[3-9]|[2-9]\d)$", r"\1年", text)
    return re.sub(r"^(\d{1,2})$", r"\1月", text)


def _end(shape: Shape, start: bool = False) -> str:
    if shape.day:
        return f"{shape.year:04d}-{shape.month:02d}-{shape.day:02d}"
    if shape.month:
        return f"{shape.year:04d}-{shape.month:02d}"
    if shape.end:
        return f"{shape.year:04d}-{bounds(shape)[1].month:02d}"
    if shape.part:
        return f"{bounds(shape)[0 if start else 1]:%Y-%m}"
    return f"{shape.year:04d}"


# month, quarter ---------------------------------------------------------------------------------------------


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
        r"(?P<y>\d{4})[-./_](?P<a>\d{1,2})",
        r"(?P<y>\d{4})(?P<a>0[1-9]|1[0-2])",
        r"(?P<y>\d{4})(?P<a>0[1-9]|1[0-2])[-~至到](?P<y2>\d{4})(?P<b>0[1-9]|1[0-2])",
        r"(?P<y>\d{4})[-./年](?P<a>\d{1,2})月?[-~至到](?P<y2>\d{4})[-./年](?P<b>\d{1,2})月?",
        r"(?P<a>\d{1,2})",
        rf"{_YEAR}(?:第?(?P<q>[1-4])季度?|[Qq](?P<q2>[1-4]))(?:末|底)?",
        r"(?P<y>\d{4})年?[Qq](?P<q>[1-4])",
        rf"{_YEAR}(?P<h>[上下])半年度?",
        r"(?P<y>\d{4})年?[Hh](?P<h>[12])",
        rf"{_YEAR}(?P<w>全年|年度|前三季度)",
        r"(?P<y>\d{4})年度?",
    )
)  # fmt: skip
_CUMULATIVE = re.compile(r"^(?:截至|截止|至|到)")


def _read_months(text: str, ctx: ParseContext) -> Months | ParsedCell:
    body, told = normalise(text, ctx.today)
    body = re.sub(r"\([^()]*\)", "", body).strip(";,.、:。\"' ")
    body = re.sub(r"^(?:[\u4e00-\u9fff]{2,6}:|第(?=\d{1,2}月))", "", body)
    code = "relative" if "relative" in told else ""
    if _CUMULATIVE.match(body):
        body, code = _CUMULATIVE.sub("", body), "cumulative"
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
    if not all(1 <= month <= 12 for month in span):
        return error("cell.date.bad_month", month=str(next(m for m in span if not 1 <= m <= 12)))
    if span[0] > span[1]:
        return error("cell.month.backwards", first=span[0], last=span[1])
    if year and not EARLIEST <= year <= ctx.today.year + YEARS_AHEAD:
        return error("cell.date.bad_year", year=str(year), suggest=str(ctx.today.year))
    return Months(year, *span, code)


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
    return (1, 9) if found.get("w") == "前三季度" else (1, 12)


def _month_of_day(text: str, ctx: ParseContext) -> Months | ParsedCell:
    """A whole date in a month column: its month, told unless it is the first of the month."""
    shape = read_shape(text, ctx.today)
    if isinstance(shape, Fault):
        if shape.code in ("bad_month", "bad_year", "bad_quarter", "negative", "lunar", "era"):
            return error(f"cell.date.{shape.code}", **{"suggest": "", **shape.params})
        return error("cell.month.unclear")
    wrong = impossible(shape, ctx) if shape.year else None
    if wrong or not shape.month or (shape.part and not shape.end):
        return wrong or error("cell.month.unclear")
    return Months(shape.year, shape.month, shape.month, "" if shape.day == 1 else "of_day")


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
    body = squeeze(text)
    if re.fullmatch(r"[1-4]", body):
        body = f"{body}季度"
    elif re.fullmatch(r"\d{4}[-./][1-4]", body):
        return error("cell.quarter.ambiguous")
    body = re.sub(r"(本|当|这个?|上个?|下个?)季度?$", lambda m: _near_quarter(m[1], ctx.today), body)
    found = _read_months(body, ctx)
    if isinstance(found, ParsedCell):
        return found if found.code.startswith("cell.date.") else error("cell.quarter.unclear")
    months = _dated(found, ctx.today)
    quarter = (months.last + 2) // 3
    value = f"{months.year}Q{quarter}"
    if (months.first - 1) // 3 != (months.last - 1) // 3:
        return error("cell.quarter.too_long")
    code = "relative" if body != squeeze(text) and len(squeeze(text)) > 1 else months.code
    if months.last - months.first < 2:
        code = "of_month"
    return warn(value, f"cell.quarter.{code}", read=value) if code else ok(value)


def _near_quarter(word: str, today: date) -> str:
    number = today.year * 4 + (today.month - 1) // 3 + {"上": -1, "下": 1}.get(word[0], 0)
    return f"{number // 4}年{number % 4 + 1}季度"


# week, year -------------------------------------------------------------------------------------------------

_WEEK = re.compile(
    r"(?:(?P<y>\d{4}|\d{2})(?:年度?|[-_./])?)?(?:第(?P<a>\d{1,2})周|[Ww](?P<b>\d{1,2})|(?P<c>\d{1,2})周?)"
)
_DAYS = re.compile(
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
    days = _DAYS.fullmatch(body)
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
    year = int(match["y"] or ctx.today.year)
    try:
        first = date(year, int(match["m"]), int(match["d"]))
        last = date(int(match["y2"] or year), int(match["m2"] or match["m"]), int(match["d2"]))
    except ValueError:
        return error("cell.week.unclear")
    if not match["y"] and (first - ctx.today).days > 183:
        first, last = first.replace(year=year - 1), last.replace(year=last.year - 1)
    if last < first and not match["y2"]:
        last = last.replace(year=last.year + 1)
    if _week_of(first) != _week_of(last) or last < first:
        return error("cell.week.not_one", first=_week_of(first), last=_week_of(last))
    value = _week_of(first)
    return ok(value) if match["y"] else warn(value, "cell.week.no_year", read=value)


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
    if not match or (len(match[1]) == 2 and not match[2]):
        return _year_of_date(body, ctx)
    year = int(match[1]) + (2000 if len(match[1]) == 2 else 0)
    if not EARLIEST <= year <= ctx.today.year + YEARS_AHEAD:
        return error("cell.date.bad_year", year=match[1], suggest=str(ctx.today.year))
    if len(match[1]) == 2 or told:
        return warn(str(year), "cell.year.inferred", read=str(year))
    return ok(str(year))


_YEAR_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")


def _year_of_date(body: str, ctx: ParseContext) -> ParsedCell:
    shape = read_shape(body, ctx.today) if body else Fault("words")
    if isinstance(shape, Fault):
        return error("cell.year.several" if shape.code in ("range", "several") else "cell.year.unclear")
    if not shape.year or impossible(shape, ctx):
        return error("cell.year.unclear")
    return warn(str(shape.year), "cell.year.inferred", read=str(shape.year))


# typed numbers ----------------------------------------------------------------------------------------------


def span_number(digits: str, fmt: str, ctx: ParseContext, kind: str) -> ParsedCell:
    """A number in one of these columns: a date cell, 202506, 6, 2025.6 …"""
    number = from_stored(digits)
    if number is None or number < 0 or fmt == "%":
        return error(f"cell.{kind}.unclear")
    if fmt == "d":
        day = serial_to_date(digits)
        if day is None:
            return error("cell.date.no_serial")
        return _PARSERS[kind](day.isoformat(), ctx)
    text = f"{number.normalize():f}"
    if number != int(number):
        if kind == "month" and re.fullmatch(r"\d{4}\.\d{1,2}", text):
            cell = parse_month(text, ctx)
            return warn(cell.value, "cell.date.number_month", read=cell.value) if text.endswith(".1") else cell
        return error(f"cell.{kind}.unclear")
    if kind in ("month", "week") and int(number) > 30_000 and len(text) == 5:
        cell = date_number(digits, "d", ctx, "date")
        return _PARSERS[kind](cell.value, ctx) if cell.value else cell
    return _PARSERS[kind](text, ctx)


_PARSERS = {
    "period": parse_period,
    "month": parse_month,
    "quarter": parse_quarter,
    "week": parse_week,
    "year": parse_year,
}
