"""建设起止年限: from one time to another, each as precise as it was written."""

from __future__ import annotations

import re
from datetime import date

from validators.cells import squeeze
from validators.parsers.base import ParseContext, ParsedCell, error, ok, warn
from validators.parsers.dates import impossible
from validators.parsers.dateshapes import read_shape
from validators.parsers.datewords import normalise
from validators.parsers.stretch import Fault, Shape, bounds

_LINK = re.compile(r"[~至到]+|-{2,}|—+")
_LINES = re.compile(r"\n?[-~至到]\n|\n[-~至到]|(?<=[\d年月日])\n(?=\d{4})")  # 2025年3月 over 2026年6月
_OPEN = re.compile(r"(?:起|至今|开始|以来|以后|~|至|到|-)$")
_LENGTH = re.compile(
    r"^(?:建设(?:期|周期|工期)?|工期|周期|为|约|共)*:?\d{1,3}(?:\.\d+)?(?:年|个月|个?月|天|日历天|日)$"
)
_PLANS = {"十三五": (2016, 2020), "十四五": (2021, 2025), "十五五": (2026, 2030)}


def parse_period(text: str, ctx: ParseContext) -> ParsedCell:
    """`2025-03~2026-06`; each end as precise as it was written."""
    body, told = normalise(_LINES.sub("至", text), ctx.today)
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
    body = re.sub(r"(?<=[年月日\d])(?:开工|动工|开始|启动|竣工|建成|投产|完工|完成)", "", body)
    body = re.sub(r"^(?:预计|计划|拟|力争|暂定|自|从|由)+", "", body)
    ends = _two_ends(body) or _split(body, ctx.today)
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
    for pattern in _ENDS:
        match = pattern.fullmatch(body)
        if match:
            return match[1], match[2]
    return None


_ENDS = tuple(
    re.compile(pattern)
    for pattern in (  # the end borrows the year, or both have two figures
        r"(\d{2,4}年\d{1,2}月?(?:\d{1,2}日)?)-(\d{1,2}月(?:\d{1,2}日)?)",
        r"(\d{1,2}月)-(\d{1,2}月)",
        r"(\d{4}年\d{1,2}月(?:\d{1,2}日)?)(\d{4}年\d{1,2}月(?:\d{1,2}日)?)",  # words between them taken off
        r"(\d{4}[./]\d{1,2})-(\d{1,2})",
        r"(\d{4})年?-(\d{4})年?",
        r"(\d{4})年?-(1[3-9]|[2-9]\d)年?",
        r"(1[3-9]|[2-9]\d)年?-(1[3-9]|[2-9]\d)年?",
        r"(\d{2}\.\d{1,2})[-/](\d{2}\.\d{1,2})",
        r"(\d{2,4}[./年]\d{1,2}月?)-(\d{2}\.\d{1,2})",
    )
)


def _split(body: str, today: date) -> tuple[str, str] | None:
    """The two texts on both sides of the one hyphen, stroke or comma between two dates that each have a year."""
    found = []
    for match in re.finditer(r"[-/,;]", body):
        left, right = body[: match.start()], body[match.end() :]
        shapes = [read_shape(text, today) if re.match(r"\d|[上下]", text) else Fault("words") for text in (left, right)]
        if all(isinstance(shape, Shape) and shape.year > 0 for shape in shapes):
            found.append((left, right))
    return found[0] if len(found) == 1 else None


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
        if isinstance(shape, Fault) and shape.code in ("bad_month", "bad_quarter"):
            return error(f"cell.date.{shape.code}", **shape.params)
        if isinstance(shape, Fault):
            return error("cell.period.open" if shape.code == "words" else "cell.period.unclear")
    assert isinstance(first, Shape) and isinstance(last, Shape), ends
    if not last.year and first.year:
        if not last.month and last.day == 0 and not last.part:
            return error("cell.period.unclear")
        told = tuple(item for item in (*told, *last.told) if item != "no_year")
        last = last._replace(year=first.year, told=())
    if not first.year or not last.year:
        return _of_months(first, last, ctx)
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


def _of_months(first: Shape, last: Shape, ctx: ParseContext) -> ParsedCell:
    """3月-6月 is of the year of filling, unless its months may be meant of the year before."""
    plain = (Shape(month=shape.month, told=("no_year",)) for shape in (first, last))
    if (first, last) != tuple(plain) or not 1 <= first.month <= last.month <= 12:
        return error("cell.period.no_year")
    if last.month - ctx.today.month > 6 or (ctx.today.month <= 2 and last.month >= 11):
        return error("cell.period.no_year")
    value = f"{ctx.today.year}-{first.month:02d}~{ctx.today.year}-{last.month:02d}"
    return warn(value, "cell.date.no_year", read=value)


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
