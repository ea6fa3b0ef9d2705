"""Parts of a month: 旬 (上旬 is the 1st to the 10th, 中旬 the 11th to the 20th, 下旬 the rest) and half months (上半月 is
the 1st to the 15th, 下半月 the rest)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from validators.cells import squeeze
from validators.parsers.base import ParseContext, ParsedCell, error, ok, warn
from validators.parsers.dates import impossible
from validators.parsers.dateshapes import read_shape
from validators.parsers.datewords import normalise
from validators.parsers.months import REPORTED_AHEAD
from validators.parsers.stretch import Fault, Shape
from validators.parsers.weeks import DAYS, HALF_A_YEAR, first_and_last
from validators.periods import Period, PeriodKind, period_of


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts into which a month is divided, and how people write them."""

    kind: PeriodKind  # sentences stand below `cell.<kind>.`
    begins: dict[str, int]  # word → day of the month on which it begins
    near: re.Pattern[str]  # this one; group 2: the one before or after
    several: re.Pattern[str]
    plain: Callable[[str], str]  # other spellings of the words → the words
    vague: Callable[[Shape], int]  # what was said without the word (月初, 月底) → the day its part begins, 0: unclear


def _tenths_plain(body: str) -> str:
    body = re.sub(
        r"第([123一二三])旬|(?<=月)([123一二三])旬",
        lambda found: _TENTHS["123一二三".index(found[1] or found[2]) % 3],
        body,
    )
    return re.sub(r"(?<=[月\d])([上中下])$", r"\1旬", body)


def _halves_plain(body: str) -> str:
    body = re.sub(r"第?([12一二])个?半月", lambda found: _HALVES["12一二".index(found[1]) % 2], body)
    body = re.sub(r"([上下前后])半个?月", lambda found: _HALVES["上下前后".index(found[1]) % 2], body)
    return re.sub(r"(?<=[月\d])([上下])$", r"\1半月", body)


def _tenth_of(shape: Shape) -> int:
    return 21 if shape.end else {"上旬": 1, "中旬": 11, "中": 11, "下旬": 21}.get(shape.part, 0)


def _half_of(shape: Shape) -> int:
    """月初 and 上旬 lie in the first half, 月底 and 下旬 in the second, 中旬 in both."""
    return 16 if shape.end else {"上旬": 1, "下旬": 16}.get(shape.part, 0)


_TENTHS = ("上旬", "中旬", "下旬")
_HALVES = ("上半月", "下半月")
TEN_DAYS = Parts(
    "ten_days",
    dict(zip(_TENTHS, (1, 11, 21), strict=True)),
    re.compile(r"([本这当])[1一]?个?旬|([上下])(?:[1一]?个|[1一])旬"),
    re.compile(r"[上中][、和至到~-]?[中下]旬|[上中]旬.*[中下]旬|全月|整月|各旬"),
    _tenths_plain,
    _tenth_of,
)
HALF_MONTH = Parts(
    "half_month",
    dict(zip(_HALVES, (1, 16), strict=True)),
    re.compile(r"([本这当])[1一]?个?半月|([上下])(?:[1一]?个|[1一])半月"),
    re.compile(r"上[、和至到~-]?下半月|上半月.*下半月|全月|整月|各半月"),
    _halves_plain,
    _half_of,
)


def parse_ten_days(text: str, ctx: ParseContext) -> ParsedCell:
    """`2025-06上旬`. Days that are just one 旬 (6月11日-20日) name it; a single day names the one it lies in, and that
    is told."""
    return _parse(TEN_DAYS, text, ctx)


def parse_half_month(text: str, ctx: ParseContext) -> ParsedCell:
    """`2025-06上半月`. Days that are just one half (6月16日-30日) name it; a day or 旬 names the one it lies in, and that
    is told; 中旬 lies in both."""
    return _parse(HALF_MONTH, text, ctx)


def _parse(parts: Parts, text: str, ctx: ParseContext) -> ParsedCell:
    body, _ = normalise(squeeze(text), ctx.today)
    body = re.sub(r"\([^()]*\)", "", body).strip(";,.、:。\"' ")
    if near := parts.near.fullmatch(body):
        return _near(parts, near[2] or "", ctx.today)
    if days := DAYS.fullmatch(body):
        return _of_days(parts, days, ctx)
    body = parts.plain(body)
    if body in parts.begins:
        return _this_month(parts, body, ctx.today)
    if parts.several.search(body):
        return error(f"cell.{parts.kind}.too_long")
    word = next((word for word in parts.begins if body.endswith(word)), "")
    shape = read_shape(_as_day(body, word, parts.begins), ctx.today)
    if isinstance(shape, Fault):
        if shape.code in ("bad_month", "bad_year", "negative", "lunar", "era"):
            return error(f"cell.date.{shape.code}", **{"suggest": "", **shape.params})
        return error(f"cell.{parts.kind}.unclear")
    return _of_shape(parts, shape, word, ctx)


def _as_day(body: str, word: str, begins: dict[str, int]) -> str:
    """The day on which the part begins instead of its word: 2025年6月下半月 as 2025年6月16日, which every date may be."""
    stem = body.removesuffix(word)
    if not word or not re.search(r"[月\d]份?$", stem):
        return body
    return f"{stem}{'' if stem.endswith(('月', '份')) else '月'}{begins[word]}日"


def _of_shape(parts: Parts, shape: Shape, word: str, ctx: ParseContext) -> ParsedCell:
    day = shape.day or parts.vague(shape)
    if not shape.month or not day:
        return error(f"cell.{parts.kind}.unclear")
    whole = shape._replace(year=shape.year or ctx.today.year, day=day, part="", end=False)
    if wrong := impossible(whole, ctx):
        return wrong
    first = date(whole.year, whole.month, day)
    if not shape.year and (first - ctx.today).days > HALF_A_YEAR:
        first = first.replace(year=first.year - 1)
    inferred = "" if word else "of_day" if shape.day else "of_part"
    years = "two_digit_year" if "two_digit_year" in shape.told else ""
    return _told(parts, _holding(parts, first), bool(shape.year), inferred or years, ctx)


def _told(parts: Parts, found: Period, dated: bool, code: str, ctx: ParseContext) -> ParsedCell:
    """The period with what was inferred; the year, where none is written, after what else there is to tell."""
    if found.first.year > ctx.today.year + REPORTED_AHEAD:
        return error("cell.date.bad_year", year=str(found.first.year), suggest=str(ctx.today.year))
    if not dated and not code:
        code = "crossed" if found.first.year != ctx.today.year else "ahead" if found.first > ctx.today else ""
    return warn(found.text, f"cell.{parts.kind}.{code}", read=found.text) if code else ok(found.text)


def _near(parts: Parts, word: str, today: date) -> ParsedCell:
    now = _holding(parts, today)
    return _near_told(parts, {"上": now.previous, "下": now.next}.get(word, lambda: now)())


def _this_month(parts: Parts, word: str, today: date) -> ParsedCell:
    """上旬 alone is this month's; of a part that has not begun nobody can tell whether it is the last month's."""
    first = today.replace(day=parts.begins[word])
    if first > today:
        return error(f"cell.{parts.kind}.unclear")
    return _near_told(parts, _holding(parts, first))


def _near_told(parts: Parts, found: Period) -> ParsedCell:
    return warn(found.text, f"cell.{parts.kind}.relative", read=found.text)


def _of_days(parts: Parts, match: re.Match[str], ctx: ParseContext) -> ParsedCell:
    """6月11日-20日 is 中旬; 6月5日-15日 is none."""
    days = first_and_last(match, ctx.today)
    if days is None:
        return error(f"cell.{parts.kind}.unclear")
    found = _holding(parts, days[0])
    if days != (found.first, found.last):
        return error(f"cell.{parts.kind}.not_one", first=days[0].isoformat(), last=days[1].isoformat())
    return _told(parts, found, bool(match["y"]), "", ctx)


def _holding(parts: Parts, day: date) -> Period:
    return period_of(day, parts.kind, year_from=1)  # no reporting year moves parts of a month
