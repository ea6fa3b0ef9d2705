"""Percents in percent points. 0.5 without a percent sign is doubtful: 0.5 % or 50 %?"""

from __future__ import annotations

import re
from decimal import Decimal

from validators.cells import fold, squeeze, unquoted
from validators.parsers.base import ParseContext, ParsedCell, error, ok, warn
from validators.parsers.hedges import about, remark, stripped
from validators.parsers.numbers import looks_like_date, split_digits
from validators.parsers.numerals import from_stored, plain, to_number
from validators.rawcell import DATED, Format

_ABOUT = about(r"(?<=\d)(?:余|多)(?=%)")
_MOOD = re.compile(
    r"^(?:预计|计划|拟|力争|已|累计|总体|工程|形象|整体|投资|年度|完成率?|总?进度|占比?|比例|总(?:投资|工程|工程量|量)的?|的|达产?|为|[:=])+|(?:完成|进度)$"
)
_CN = "零〇一二三四五六七八九十百点两"
_PERCENT = re.compile(rf"百分之([{_CN}\d.]+)")
_TENTHS = re.compile(rf"([{_CN}\d.]+)成(半|[一二三四五六七八九])?")
_OF_PART = re.compile(
    r"[\u4e00-\u9fff]{0,4}(?:主体|基础|土建|桩基|厂房|结构|装修|设备|土方|管网|安装|钢构|封顶)[\u4e00-\u9fff]{0,6}\d[\d.]*%?"
)
_HALF = {"一半", "半数", "半", "过半数"}
_DONE = {"已完成", "全部完成", "完成", "完工", "已完工", "全部", "全部完工", "已全部完成", "百分百", "百分之百"}
_NONE = {"未开工", "未动工", "未开始", "尚未开工", "没有开工", "未启动", "没开工"}
_VAGUE = re.compile(
    r"过半|大半|多半|大部分|部分|近半|不到一半|少量|未过半|几乎|基本完成|接近完成|尾声|收尾|若干|一半以上|一半左右"
)
_SPOKEN = re.compile(r".*(?:成[一二三四五六七八九]|百分点|个点)")  # 六成五, 65个百分点: less plain than 65%
_BRACKETED = re.compile(r"\([^()]*\)")
_OTHER_UNIT = re.compile(r"\((?:单位:?)?(?:[百千]?[万亿]?元|亩|人|个|套|台|月|年|天)\)")
_LARGE = Decimal(300)


def parse_pct_invest(text: str, ctx: ParseContext) -> ParsedCell:
    """May be above 100 (129 % is real)."""
    return _percent(text, hard=False)


def parse_pct_progress(text: str, ctx: ParseContext) -> ParsedCell:
    """Never above 100."""
    return _percent(text, hard=True)


def _percent(text: str, hard: bool) -> ParsedCell:
    if text.isdigit() and text.isascii() and len(text) == 2 and text[0] != "0":
        return ok(text)
    if split_digits(text):
        return error("cell.percent.several")
    text = re.sub(r"(?<=%)\(\d\)$", "", squeeze(unquoted(fold(text))).lower()).rstrip(".。")
    if text in _DONE:
        return warn("100", "cell.percent.words", read="100")
    if text in _NONE:
        return warn("0", "cell.percent.words", read="0")
    if _VAGUE.search(text):
        return error("cell.percent.vague")
    body, aside = (text[1:-1], "") if _BRACKETED.fullmatch(text) else remark(text)
    if _OTHER_UNIT.search(text):
        return error("cell.percent.other_unit")
    body, inferred = stripped(body, _MOOD, _ABOUT)
    if body in _HALF:
        return warn("50", "cell.percent.words", read="50")
    refused = _refuse(body)
    if refused:
        return refused
    value, marked = _percent_value(body)
    if value is not None and (body.startswith("%") or _SPOKEN.fullmatch(body)):
        inferred = inferred or "words"
    if value is None and _OF_PART.fullmatch(body):
        return error("cell.percent.part")
    if value is None:
        return error("cell.percent.unclear" if re.search(rf"[\d{_CN}]", body) else "cell.percent.vague")
    return _judge(value, marked, inferred, aside, hard)


def _refuse(body: str) -> ParsedCell | None:
    if looks_like_date(body):
        return error("cell.number.date")
    if re.search(r"\d[oli]|[oli]\d", body) and "in" not in body:
        return error("cell.number.letter")
    if re.search(r"\d%?[-~至到]\d", body):
        return error("cell.percent.range")
    if re.match(r"^-\d|^负", body):
        return error("cell.percent.negative")
    if re.search(r"\d/\d|(?<!百)分之", body):
        return error("cell.percent.fraction")
    if re.search(r"\d(?:万|亿|元|亩|人|月|年|日)", body):
        return error("cell.percent.other_unit")
    return error("cell.percent.several") if re.search(r"\d%.*\d%", body) else None


def _percent_value(body: str) -> tuple[Decimal | None, bool]:
    """The percent points, and whether the text itself says that it is a percent."""
    body = re.sub(r"(?<=\d)[。·](?=\d)", ".", body)
    match = _PERCENT.fullmatch(body)
    if match:
        return to_number(match[1]), True
    match = _TENTHS.fullmatch(body)
    if match:
        number = to_number(match[1])
        more = to_number(match[2].replace("半", "五")) if match[2] else Decimal(0)
        return (None if number is None or more is None else number * 10 + more), True
    if re.fullmatch(r"%\d+(?:\.\d+)?", body):
        body = body[1:] + "%"
    for sign, factor in (("%", 1), ("个百分点", 1), ("百分点", 1), ("个点", 1), ("‰", Decimal("0.1"))):
        if body.endswith(sign):
            number = to_number(body[: -len(sign)].rstrip("%.").removeprefix("+"))
            return (None if number is None else number * factor), True
    return to_number(body.rstrip(".").removeprefix("+")), False


def _judge(value: Decimal, marked: bool, inferred: str, remark: str, hard: bool) -> ParsedCell:
    if not marked and 0 < value < 1:
        read = plain(value * 100)
        return warn(read, "cell.percent.doubtful", read=read, other=plain(value))
    text = plain(value)
    if hard and value > 100:
        return error("cell.percent.over_100", read=text)
    if not marked and (value == 1 or (not hard and 1 < value < 2 and value != int(value))):
        return warn(text, "cell.percent.doubtful", read=text, other=plain(value * 100))
    if value > _LARGE:
        return warn(text, "cell.percent.large", read=text)
    if inferred:
        return warn(text, f"cell.percent.{inferred}", read=text)
    return warn(text, "cell.dropped", read=f"{text}%", dropped=remark) if remark else ok(text)


def pct_number(digits: str, fmt: Format, ctx: ParseContext, hard: bool) -> ParsedCell:
    """A typed number in a percent column: the number format decides between 0.5 = 50 % and 0.5 = 0.5 %."""
    number = from_stored(digits)
    if number is None:
        return error("cell.number.unreadable")
    if fmt in DATED:
        return error("cell.number.looks_date")
    if number < 0:
        return error("cell.percent.negative")
    return _judge(number * 100 if fmt == "%" else number, fmt == "%", "", "", hard)
