"""旬: 上旬 is the 1st to the 10th, 中旬 the 11th to the 20th, 下旬 the rest of the month."""

from __future__ import annotations

import re
from datetime import date

from validators.cells import squeeze
from validators.parsers.base import ParseContext, ParsedCell, error, ok, warn
from validators.parsers.dates import impossible
from validators.parsers.dateshapes import read_shape
from validators.parsers.datewords import normalise
from validators.parsers.months import REPORTED_AHEAD
from validators.parsers.stretch import Fault, Shape, bounds
from validators.parsers.weeks import DAYS, HALF_A_YEAR, first_and_last
from validators.periods import Period, period_of

_NEAR = re.compile(r"([本这当])[1一]?个?旬|([上下])(?:[1一]?个|[1一])旬")
_NUMBERED = re.compile(r"第([123一二三])旬|(?<=月)([123一二三])旬")
_SHORT = re.compile(r"(?<=[月\d])([上中下])$")
_TWO = re.compile(r"[上中][、和至到~-]?[中下]旬|[上中]旬.*[中下]旬|全月|整月|各旬")
_PARTS = ("上旬", "中旬", "下旬")


def parse_ten_days(text: str, ctx: ParseContext) -> ParsedCell:
    """`2025-06上旬`. Days that are just one 旬 (6月11日-20日) name it; a single day names the one it lies in, and that
    is told."""
    body, _ = normalise(squeeze(text), ctx.today)
    body = re.sub(r"\([^()]*\)", "", body).strip(";,.、:。\"' ")
    if near := _NEAR.fullmatch(body):
        return _near(near[2] or "", ctx.today)
    if days := DAYS.fullmatch(body):
        return _of_days(days, ctx)
    body = _NUMBERED.sub(lambda found: _PARTS["123一二三".index(found[1] or found[2]) % 3], body)
    if body in _PARTS:
        return _this_month(body, ctx.today)
    body = _SHORT.sub(r"\1旬", body)
    if _TWO.search(body):
        return error("cell.ten_days.too_long")
    shape = read_shape(body, ctx.today)
    if isinstance(shape, Fault):
        if shape.code in ("bad_month", "bad_year", "negative", "lunar", "era"):
            return error(f"cell.date.{shape.code}", **{"suggest": "", **shape.params})
        return error("cell.ten_days.unclear")
    return _of_shape(shape, body, ctx)


def _of_shape(shape: Shape, body: str, ctx: ParseContext) -> ParsedCell:
    part = "下旬" if shape.end else "中旬" if shape.part == "中" else shape.part
    if not shape.month or not (shape.day or part in _PARTS):
        return error("cell.ten_days.unclear")
    whole = shape._replace(year=shape.year or ctx.today.year, part=part, end=False)
    if wrong := impossible(whole, ctx):
        return wrong
    first = bounds(whole)[0]
    if not shape.year and (first - ctx.today).days > HALF_A_YEAR:
        first = bounds(whole._replace(year=whole.year - 1))[0]
    code = "of_day" if shape.day else "of_part" if part not in body else ""
    return _told(
        _holding(first), bool(shape.year), code or ("two_digit_year" if "two_digit_year" in shape.told else ""), ctx
    )


def _told(found: Period, dated: bool, code: str, ctx: ParseContext) -> ParsedCell:
    """The period with what was inferred; the year, where none is written, after what else there is to tell."""
    if found.first.year > ctx.today.year + REPORTED_AHEAD:
        return error("cell.date.bad_year", year=str(found.first.year), suggest=str(ctx.today.year))
    if not dated and not code:
        code = "crossed" if found.first.year != ctx.today.year else "ahead" if found.first > ctx.today else ""
    return warn(found.text, f"cell.ten_days.{code}", read=found.text) if code else ok(found.text)


def _near(word: str, today: date) -> ParsedCell:
    now = _holding(today)
    found = {"上": now.previous, "下": now.next}.get(word, lambda: now)()
    return _near_told(found)


def _this_month(part: str, today: date) -> ParsedCell:
    """上旬 alone is this month's; of a 旬 that has not begun nobody can tell whether it is the last month's."""
    first = bounds(Shape(today.year, today.month, part=part))[0]
    return error("cell.ten_days.unclear") if first > today else _near_told(_holding(first))


def _near_told(found: Period) -> ParsedCell:
    return warn(found.text, "cell.ten_days.relative", read=found.text)


def _of_days(match: re.Match[str], ctx: ParseContext) -> ParsedCell:
    """6月11日-20日 is 中旬; 6月5日-15日 is none."""
    days = first_and_last(match, ctx.today)
    if days is None:
        return error("cell.ten_days.unclear")
    found = _holding(days[0])
    if days != (found.first, found.last):
        return error("cell.ten_days.not_one", first=days[0].isoformat(), last=days[1].isoformat())
    return _told(found, bool(match["y"]), "", ctx)


def _holding(day: date) -> Period:
    return period_of(day, "ten_days")
