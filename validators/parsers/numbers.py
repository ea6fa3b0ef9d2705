"""Plain numbers and counts, with the units people write behind them; a unit in the cell beats the column's."""

from __future__ import annotations

import re
from decimal import Decimal

from validators.cells import fold, squeeze, unquoted
from validators.parsers.base import ParseContext, ParsedCell, error, ok, warn
from validators.parsers.hedges import about, per_unit, remark, stripped
from validators.parsers.numerals import from_stored, plain, to_number
from validators.rawcell import DATED, Format

_ABOUT = about(r"(?<=[\d万])(?:余|多)(?=\D+$)")
_MOOD = re.compile(r"^(?:预计|计划|拟|力争|已|累计|共计?|合计|总计|需要?|约需|为|[:=])+")
_LABEL = re.compile(r"^[\u4e00-\u9fff]{2,8}:")

# what is measured → unit → how much of the base unit it is
_MEASURES: dict[str, dict[str, int | str]] = {
    "area": {"平方米": 1, "平米": 1, "㎡": 1, "m2": 1, "平方": 1, "平": 1, "平方公里": 1_000_000, "平方千米": 1_000_000, "km2": 1_000_000},
    "land": {"亩": 1, "公顷": 15, "顷": 100, "hm2": 15},
    "length": {"米": 1, "m": 1, "公里": 1000, "千米": 1000, "km": 1000},
    "mass": {"吨": 1, "t": 1, "千克": "0.001", "公斤": "0.001", "kg": "0.001"},
    "coal": {"吨标煤": 1, "吨标准煤": 1, "tce": 1},
    "power": {"千瓦": 1, "kw": 1, "兆瓦": 1000, "mw": 1000},
    "apparent": {"千伏安": 1, "kva": 1, "兆伏安": 1000, "mva": 1000},
    "energy": {"千瓦时": 1, "度": 1, "kwh": 1, "kw·h": 1, "kw.h": 1, "千瓦·时": 1, "千瓦小时": 1},
    "volume": {"立方米": 1, "立方": 1, "方": 1, "m3": 1},
    "people": {"人": 1, "名": 1, "位": 1, "人次": 1},
    "days": {"天": 1, "日": 1, "日历天": 1},
    "workdays": {"个工作日": 1, "工作日": 1},
    "months": {"个月": 1, "月": 1},
    "years": {"年": 1},
    "weeks": {"周": 1, "个星期": 1},
    "points": {"分": 1},
    "percent": {"%": 1, "个百分点": 1, "百分点": 1},
    "count": {"个": 1, "家": 1, "户": 1, "套": 1, "台": 1, "台套": 1, "项": 1, "宗": 1, "次": 1, "栋": 1, "幢": 1, "层": 1, "座": 1, "条": 1,
              "件": 1, "处": 1, "份": 1, "辆": 1, "只": 1, "起": 1, "批": 1, "场": 1, "期": 1, "眼": 1},
}  # fmt: skip
_UNITS = {word: (kind, Decimal(size)) for kind, words in _MEASURES.items() for word, size in words.items()}
_UNIT_END = re.compile("(" + "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True)) + ")$")
_MONEY = frozenset({"元", "万元", "亿元", "千元"})
_NO_COUNT = frozenset(
    {"日", "月", "年", "%", "个百分点", "百分点"}
)  # 3月, 2025年: a date or a share where no unit is asked for
_LOOSE = frozenset({"count", "people"})  # 20个 and 20人 in a column of 人 mean the same
_SQUARE_METRES_PER_MU = Decimal(2000) / 3


def parse_number(text: str, ctx: ParseContext) -> ParsedCell:
    return _number(text, ctx, whole=False)


def parse_integer(text: str, ctx: ParseContext) -> ParsedCell:
    return _number(text, ctx, whole=True)


def _number(text: str, ctx: ParseContext, whole: bool) -> ParsedCell:
    if split_digits(text):
        return error("cell.number.several")
    body, aside = _without_unit_brackets(_LABEL.sub("", squeeze(unquoted(fold(text))).lower()))
    body = _without_own_unit(body, ctx.base_unit)
    if not body:
        return error("cell.number.unclear" if aside else "cell.number.words")
    body, inferred = stripped(body, _MOOD, _ABOUT)
    refused = _refuse(body)
    if refused:
        return refused
    unit = _UNIT_END.search(body)
    digits, again = stripped(body[: unit.start()] if unit else body, _MOOD, _ABOUT)
    negative = digits.startswith(("-", "负"))
    number = _amount(digits.lstrip("-负+"))
    if number is None:
        return error("cell.number.unclear" if re.search(r"\d", body) else "cell.number.words")
    if negative:
        number = -number
    return _scaled(number, unit[1] if unit else "", ctx, whole, inferred or again, aside)


def _without_unit_brackets(text: str) -> tuple[str, str]:
    """The figure and a remark; a unit in brackets is the figure's own: 120(亩)."""
    unit = re.fullmatch(r"(.*\d)\(([^()]*)\)", text)
    if unit and per_unit(unit[2]):
        return unit[1] + unit[2], ""
    if unit and (unit[2] in _UNITS or unit[2].removeprefix("万") in _UNITS or unit[2] in _MONEY):
        return unit[1] + unit[2], ""
    return remark(text)


def _without_own_unit(body: str, wanted: str) -> str:
    """350万元/亩 in a field of 万元/亩 says nothing new; 350元/亩 does, and is left to be refused."""
    if "/" not in wanted:
        return body
    top, _, bottom = wanted.lower().partition("/")
    tops = (top, top.removesuffix("元")) if top in ("万元", "亿元") else (top,)
    own = "|".join(f"{re.escape(word)}(?:/|每){re.escape(bottom)}" for word in tops)
    return re.sub(rf"(?<=\d)\(?(?:{own})\)?$", "", body)


def looks_like_date(body: str) -> bool:
    """2025-03-08, 2025年3月: what stands in the wrong column."""
    return re.fullmatch(r"(?:19|20)\d\d(?:[-./]\d{1,2}[-./]\d{1,2}|年\d{1,2}月?(?:\d{1,2}日?)?)", body) is not None


def split_digits(text: str) -> bool:
    """`3 5` is two numbers or a slip; `12 000` is one in groups of three."""
    return re.search(r"\d\s+\d", re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "", fold(text))) is not None


def _amount(text: str) -> Decimal | None:
    return to_number(re.sub(r"(?<=\d)[。·](?=\d)", ".", text).rstrip("."))


def _refuse(body: str) -> ParsedCell | None:
    if looks_like_date(body):
        return error("cell.number.date")
    if re.fullmatch(r"-?\d(?:\.\d+)?e[-+]?\d+", body):
        return error("cell.number.scientific")
    if re.search(r"\d[oli](?![a-z])|(?<![a-z])[oli]\d", body):
        return error("cell.number.letter")
    if re.search(r"\d[^\d]{0,4}[-~至到]\d", body):
        return error("cell.number.range")
    if re.search(r"\d[+*/×]\d", body):
        return error("cell.number.sum")
    if re.search(
        r"[几数]+[十百千万]|[十百千万]几|(?<![十百千万零〇])[一二三四五六七八九两]{2}[十百千万]|\d来|上[百千万]|若干",
        body,
    ):
        return error("cell.number.vague")
    return error("cell.number.several") if re.search(r"\d\D*[,;、]\D+\d", body) else None


def _scaled(number: Decimal, unit: str, ctx: ParseContext, whole: bool, inferred: str, remark: str) -> ParsedCell:
    """In the unit that the field keeps: from the cell's unit, else from the column's."""
    given, wanted = unit or ctx.unit, ctx.base_unit
    if unit in _NO_COUNT and not wanted and unit != ctx.unit:
        return error("cell.number.percent" if unit not in ("日", "月", "年") else "cell.number.date")
    if not wanted or not given or given == wanted:
        return _answer(number, whole, inferred, remark)
    factor = _factor(given, wanted)
    if factor is None and unit:
        return error("cell.number.other_unit", found=unit, wanted=wanted)
    if factor is None or factor == 1:
        return _answer(number, whole, inferred, remark)
    exact = number * factor
    rounded = round(exact, 2)
    return _answer(
        exact if exact == rounded else rounded, whole, inferred or ("" if exact == rounded else "rounded"), remark
    )


def _factor(given: str, wanted: str) -> Decimal | None:
    from_kind, from_size = _measure(given)
    to_kind, to_size = _measure(wanted)
    if not from_kind or not to_kind:
        return None
    if from_kind == to_kind or {from_kind, to_kind} <= _LOOSE:
        return from_size / to_size
    if (from_kind, to_kind) == ("area", "land"):
        return from_size / _SQUARE_METRES_PER_MU / to_size
    if (from_kind, to_kind) == ("land", "area"):
        return from_size * _SQUARE_METRES_PER_MU / to_size
    return None


def _measure(unit: str) -> tuple[str, Decimal]:
    """What a unit measures and its size; 万平方米 is 10,000 of 平方米."""
    unit = unit.lower()
    if unit in _UNITS:
        return _UNITS[unit]
    if unit.startswith("万") and unit[1:] in _UNITS:
        kind, size = _UNITS[unit[1:]]
        return kind, size * 10_000
    return "", Decimal(1)


def _answer(number: Decimal, whole: bool, inferred: str, remark: str) -> ParsedCell:
    if whole and number != number.to_integral_value():
        return error("cell.number.not_whole")
    value = plain(number)
    if inferred:
        return warn(value, f"cell.number.{inferred}", read=value)
    if whole and number < 0:
        return warn(value, "cell.number.below", read=value)
    return warn(value, "cell.dropped", read=value, dropped=remark) if remark else ok(value)


def plain_number(digits: str, fmt: Format, ctx: ParseContext, whole: bool) -> ParsedCell:
    number = from_stored(digits)
    if number is None:
        return error("cell.number.unreadable")
    if fmt in DATED:
        return error("cell.number.looks_date")
    if fmt == "%":
        if ctx.base_unit != "%":
            return error("cell.number.percent")
        number *= 100
    number *= {"万": 10_000, "亿": 100_000_000}.get(fmt, 1)  # 8 shown as 8万
    return _scaled(number, "", ctx, whole, "", "")
