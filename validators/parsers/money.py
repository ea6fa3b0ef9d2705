"""Amounts of money, always to 万元, exact. A unit in the cell beats the column's; nothing ever becomes 0 by accident."""

from __future__ import annotations

import re
from decimal import Decimal

from validators.cells import fold
from validators.parsers.base import ParseContext, ParsedCell, error, ok, warn
from validators.parsers.numerals import from_stored, plain, to_number

_PER_WAN = {
    "万元": Decimal(1), "亿元": Decimal(10_000), "元": Decimal("0.0001"), "千元": Decimal("0.1"),
    "百万元": Decimal(100), "千万元": Decimal(1_000), "百万": Decimal(100), "千万": Decimal(1_000),
}  # fmt: skip
_FOREIGN = re.compile(r"美元|美金|usd|us\$|\$|欧元|eur|€|港元|港币|hkd|hk\$|日元|日币|jpy|英镑|gbp|£|韩元|新台币|台币", re.I)
_RMB = re.compile(r"人民币|rmb|cny|[¥￥]|圆整|元整|大写|小写", re.I)
_LABEL = re.compile(r"^(?:项目|计划|预计|估算|概算|实际|本月|本年|年度|累计|已|总|完成|到位|固定资产|约定|合同|协议|签约|其中|为)*"
                    r"(?:总?投资额?|投资|金额|资金|总额|额度)?(?:总?[额计])?(?:为|[:=])?")  # fmt: skip
_MOOD = re.compile(r"^(?:预计|计划|拟|力争|估算|概算|暂定|初步|匡算|估计)+|(?:\(?(?:预计|计划|暂定|估算|概算)\)?)$")
_ABOUT = re.compile(r"^(?:大约|大概|约为|约|近|将近|接近|差不多|左右)|(?:左右|上下|以内|之内|余|多|许|出头|上下浮动)$|(?<=[\d万亿])(?:余|多)(?=[万亿元])")
_BOUND = re.compile(
    r"^(?:不低于|不少于|不小于|至少|超过|超|大于|高于|突破|达到?|>=?|≥|不超过|不高于|不大于|低于|少于|小于|至多|最多|<=?|≤)|"
    r"(?:以上|以下|\+|之上|起)$"
)
_RANGE = re.compile(r"\d(?:万|亿|万元|亿元|元)?(?:[-~至到]|—)+\d")
_OTHER_UNIT = re.compile(r"[\d.](亩|平方米|㎡|m2|人|个|套|台|吨|公里|米|户|家|%|‰|月|日|年|天|号|公顷|项)")
_TAIL_UNIT = re.compile(r"(亿元|亿|千万元|百万元|万元|万块|万|千元|元|块钱|块)$")
_SUSPECT = Decimal(10_000_000)  # 1000亿元: no project of a county; most likely 元 typed into a 万元 column


def parse_money(text: str, ctx: ParseContext, default: str = "万元") -> ParsedCell:
    """A text amount → 万元."""
    folded = fold(text)
    body, dropped = _without_brackets(re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "", folded))
    if body is None:
        return error("cell.money.negative")
    if re.search(r"\d[ \n]\d", body):
        return error("cell.money.unclear")
    body = "".join(body.split()).lower()
    if _FOREIGN.search(body):
        return error("cell.money.foreign")
    body = _RMB.sub(lambda m: "元" if m[0] in ("圆整", "元整") else "", body).strip(":;,。、=")
    refused = _refuse(body)
    if refused:
        return refused
    return _read(body, ctx.unit if ctx.unit in _PER_WAN else default, dropped)


def parse_money_yi(text: str, ctx: ParseContext) -> ParsedCell:
    return parse_money(text, ctx, "亿元")


def _without_brackets(folded: str) -> tuple[str | None, str]:
    """The amount and a remark in brackets worth telling of; None for the accountants' (500) = minus 500."""
    if re.fullmatch(r"\(\s*[\d,.]+\s*\)", folded):
        return None, ""
    unit = re.fullmatch(r"(.*)\((万元|亿元|元|千元|万|亿)\)", folded, re.S)
    if unit:
        return unit[1] + unit[2], ""
    remarks = re.findall(r"\(([^()]*)\)", folded)
    body = re.sub(r"\([^()]*\)", "", folded)
    return body, next((remark for remark in remarks if re.search(r"\d", remark)), "")


def _refuse(body: str) -> ParsedCell | None:
    if _RANGE.search(body) or re.search(r"[\d万亿元][~至到]", body):
        return error("cell.money.range")
    if re.search(r"\d[+/*×]\d", body):
        return error("cell.money.sum")
    if re.match(r"^[-+]?-\d|^负", body):
        return error("cell.money.negative")
    other = _OTHER_UNIT.search(body)
    if other and not re.search(r"[万亿元]", body):
        return error("cell.money.other_unit", found=other[1])
    if re.search(r"[几数]+[十百千万亿]|上[千百万亿]|若干", body):
        return error("cell.money.vague")
    return None


def _read(body: str, default: str, dropped: str) -> ParsedCell:
    inferred = ""
    body = re.sub(r"(\d[wW])$", lambda m: m[1][:-1] + "万", body)
    stripped = _LABEL.sub("", _MOOD.sub("", body), count=1)
    while True:
        shorter = _MOOD.sub("", stripped)
        for pattern, reason in ((_BOUND, "bound"), (_ABOUT, "about")):
            if pattern.search(shorter):
                inferred = inferred or reason
                shorter = pattern.sub("", shorter)
        shorter = shorter.strip(":;,。、=")
        if shorter == stripped:
            break
        stripped = shorter
    if body != "" and re.search(r"\dw$|\d[wW]", body):
        inferred = inferred or "about"
    amount = _amount(stripped, default)
    if amount is None:
        return error("cell.money.unclear") if re.search(r"[\d〇零一二三四五六七八九十百千万亿]", body) else error("cell.money.words")
    return _answer(amount, inferred, dropped)


def _amount(text: str, default: str) -> Decimal | None:
    text = re.sub(r"(?<=\d)[。·](?=\d)", ".", text).replace("个亿", "亿").lstrip("+")
    unit = _TAIL_UNIT.search(text)
    if unit is None:
        mixed = re.search(r"[亿万]", text)
        number = to_number(text)
        if number is None:
            return None
        return number / 10_000 if mixed or _chinese_total(text) else number * _PER_WAN[default]
    word = unit[1].replace("块钱", "元").replace("块", "元")
    digits = text[: unit.start()]
    if word in ("万", "亿", "万元", "亿元"):
        number = to_number(digits + word[0])
        return None if number is None else number / 10_000
    number = to_number(digits)
    if number is None:
        return None
    return number * _PER_WAN[word]


def _chinese_total(text: str) -> bool:
    return False


def _answer(amount: Decimal, inferred: str, dropped: str) -> ParsedCell:
    value = plain(amount)
    if amount >= _SUSPECT:
        return warn(value, "cell.money.too_large", read=value, yuan=plain(amount / 10_000))
    if inferred:
        return warn(value, f"cell.money.{inferred}", read=value)
    if dropped:
        return warn(value, "cell.dropped", read=f"{value}万元", dropped=dropped)
    return ok(value)


def money_number(digits: str, fmt: str, ctx: ParseContext, default: str = "万元") -> ParsedCell:
    """A typed number in a money column; its unit is the column's."""
    number = from_stored(digits)
    if number is None:
        return error("cell.number.unreadable")
    if fmt == "%":
        return error("cell.money.percent")
    if fmt == "d":
        return error("cell.number.looks_date")
    if number < 0:
        return error("cell.money.negative")
    unit = ctx.unit if ctx.unit in _PER_WAN else default
    return _answer(number * _PER_WAN[unit], "", "")


def money_yi_number(digits: str, fmt: str, ctx: ParseContext) -> ParsedCell:
    return money_number(digits, fmt, ctx, "亿元")
