"""Percents, counts and other plain numbers."""

from __future__ import annotations

import re
from decimal import Decimal

from validators.cells import squeeze
from validators.parsers.base import ParseContext, ParsedCell, error, ok, warn
from validators.parsers.numerals import from_stored, plain, to_number

_ABOUT = re.compile(r"^(?:大约|大概|约为|约|近|将近|接近)|(?:左右|上下|余|多|许)$|(?<=\d)(?:余|多)(?=%)")
_BOUND = re.compile(
    r"^(?:不低于|不少于|至少|超过|超|大于|高于|突破|达到?|>=?|≥|不超过|不高于|低于|少于|小于|<=?|≤)|(?:以上|以下|\+)$"
)
_MOOD = re.compile(r"^(?:预计|计划|拟|力争|已|累计|完成|形象进度|进度|总体|占比?|达产?|:)+|(?:完成)$")
_CN = "零〇一二三四五六七八九十百点两"
_PERCENT = re.compile(rf"百分之([{_CN}\d.]+)")
_TENTHS = re.compile(rf"([{_CN}\d.]+)成(半?)")
_HALF = {"一半", "半数", "半"}
_DONE = {"已完成", "全部完成", "完成", "完工", "已完工", "全部", "全部完工"}
_VAGUE = re.compile(r"过半|大半|多半|大部分|部分|近半|不到一半|少量|未过半|几乎|基本完成|接近完成|尾声|收尾")


def parse_pct_invest(text: str, ctx: ParseContext) -> ParsedCell:
    return _percent(squeeze(text).lower(), Decimal(500), hard=False)


def parse_pct_progress(text: str, ctx: ParseContext) -> ParsedCell:
    return _percent(squeeze(text).lower(), Decimal(100), hard=True)


def _percent(text: str, limit: Decimal, hard: bool) -> ParsedCell:
    if _VAGUE.search(text):
        return error("cell.percent.vague")
    body, remark = _remark(text)
    body, inferred = _stripped(body)
    if body in _HALF:
        return warn("50", "cell.percent.words", read="50")
    if body == "" and text in _DONE or body in _DONE:
        return warn("100", "cell.percent.words", read="100")
    if re.search(r"\d%?[-~至到]\d", body):
        return error("cell.percent.range")
    if re.match(r"^-\d|^负", body):
        return error("cell.percent.negative")
    if re.search(r"\d/\d", body):
        return error("cell.percent.fraction")
    if re.search(r"\d(?:万|亿|元)", body):
        return error("cell.percent.money")
    value, marked = _percent_value(body)
    if value is None:
        return error("cell.percent.unclear")
    return _judge(value, marked, inferred, remark, limit, hard)


def _remark(text: str) -> tuple[str, str]:
    if re.fullmatch(r"\(.*\)", text):
        return text[1:-1], ""
    remarks = re.findall(r"\(([^()]*)\)", text)
    return re.sub(r"\([^()]*\)", "", text), next((item for item in remarks if re.search(r"\d", item)), "")


def _stripped(body: str) -> tuple[str, str]:
    inferred = ""
    for _ in range(4):
        shorter = _MOOD.sub("", body)
        for pattern, reason in ((_BOUND, "bound"), (_ABOUT, "about")):
            if pattern.search(shorter):
                inferred, shorter = inferred or reason, pattern.sub("", shorter)
        shorter = shorter.strip(":;,。、")
        if shorter == body:
            break
        body = shorter
    return body, inferred


def _percent_value(body: str) -> tuple[Decimal | None, bool]:
    """The percent points and whether the text itself says that it is a percent."""
    match = _PERCENT.fullmatch(body)
    if match:
        return to_number(match[1]), True
    match = _TENTHS.fullmatch(body)
    if match:
        number = to_number(match[1])
        return (None if number is None else number * 10 + (5 if match[2] else 0)), True
    for sign, factor in (("%", Decimal(1)), ("个百分点", Decimal(1)), ("百分点", Decimal(1)), ("‰", Decimal("0.1"))):
        if body.endswith(sign):
            number = to_number(re.sub(r"(?<=\d)[。·](?=\d)", ".", body[: -len(sign)].rstrip("%")))
            return (None if number is None else number * factor), True
    return to_number(re.sub(r"(?<=\d)[。·](?=\d)", ".", body)), False


def _judge(value: Decimal, marked: bool, inferred: str, remark: str, limit: Decimal, hard: bool) -> ParsedCell:
    if not marked and 0 < value <= 1:
        read = plain(value * 100)
        return warn(read, "cell.percent.fraction_or_percent", read=read, low=plain(value))
    if value > limit and hard:
        return error("cell.percent.over_100", read=plain(value))
    text = plain(value)
    if value > limit:
        return warn(text, "cell.percent.large", read=text)
    if inferred:
        return warn(text, f"cell.percent.{inferred}", read=text)
    if not marked and value != value.to_integral_value() and 1 < value < 2:
        return warn(text, "cell.percent.fraction_or_percent", read=text, low=plain(value * 100))
    return warn(text, "cell.dropped", read=f"{text}%", dropped=remark) if remark else ok(text)


def pct_number(digits: str, fmt: str, ctx: ParseContext, hard: bool) -> ParsedCell:
    """A typed number in a percent column: the number format decides between 0.5 = 50% and 0.5 = 0.5%."""
    number = from_stored(digits)
    if number is None:
        return error("cell.number.unreadable")
    if fmt == "d":
        return error("cell.number.looks_date")
    if number < 0:
        return error("cell.percent.negative")
    limit = Decimal(100) if hard else Decimal(500)
    return _judge(number * 100 if fmt == "%" else number, fmt == "%", "", "", limit, hard)


_UNITS = re.compile(
    r"(?:万?平方米|平方公里|平米|㎡|m2|亩|公顷|万?吨(?:标准?煤)?|吨标煤|个月|个工作日|工作日|个|人|名|户|家|套|台|项|宗|次|天|日|栋|层|座|条|件|处|分|米|公里|千瓦|度|年|月|位)$"
)


def parse_number(text: str, ctx: ParseContext) -> ParsedCell:
    return _plain_number(text, whole=False)


def parse_integer(text: str, ctx: ParseContext) -> ParsedCell:
    return _plain_number(text, whole=True)


def _plain_number(text: str, whole: bool) -> ParsedCell:
    body, remark = _remark(squeeze(text).lower())
    body, inferred = _stripped(body)
    scale = Decimal(1)
    if re.search(r"\d[-~至到]\d", body):
        return error("cell.number.range")
    if re.search(r"\d[+*/×]\d", body):
        return error("cell.number.sum")
    body = _UNITS.sub("", body) if _UNITS.search(body) and not body.startswith("万") else body
    shorter, again = _stripped(body)
    negative = shorter.startswith(("-", "负"))
    number = to_number(re.sub(r"(?<=\d)[。·](?=\d)", ".", shorter.lstrip("-负+")))
    if number is None:
        return error("cell.number.unclear" if re.search(r"\d", body) else "cell.number.words")
    return _number_answer(-number * scale if negative else number * scale, whole, inferred or again, remark)


def _number_answer(number: Decimal, whole: bool, inferred: str, remark: str) -> ParsedCell:
    if whole and number != number.to_integral_value():
        return error("cell.number.not_whole")
    value = plain(number)
    if inferred:
        return warn(value, "cell.number.about", read=value)
    return warn(value, "cell.dropped", read=value, dropped=remark) if remark else ok(value)


def plain_number(digits: str, fmt: str, ctx: ParseContext, whole: bool) -> ParsedCell:
    number = from_stored(digits)
    if number is None:
        return error("cell.number.unreadable")
    if fmt == "d":
        return error("cell.number.looks_date")
    return _number_answer(number, whole, "", "")
