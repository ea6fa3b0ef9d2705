"""Amounts of money, always to 万元, exact. A unit in the cell beats the column's; nothing ever becomes 0 by accident."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from validators.cells import fold, unquoted
from validators.parsers.base import ParseContext, ParsedCell, error, ok, warn
from validators.parsers.hedges import per_unit
from validators.parsers.numerals import NUMERAL_CHARS, from_stored, plain, to_number
from validators.parsers.remarks import doubtful
from validators.rawcell import DATED, Format

_PER_WAN = {
    "万元": Decimal(1), "亿元": Decimal(10_000), "元": Decimal("0.0001"), "千元": Decimal("0.1"),
    "百万元": Decimal(100), "千万元": Decimal(1_000), "百万": Decimal(100), "千万": Decimal(1_000),
}  # fmt: skip
_TRADITIONAL = str.maketrans("億萬圓圆", "亿万元元")
_FOREIGN = re.compile(
    r"美元|美金|usd|us\$|\$|欧元|eur|€|港元|港币|hkd|hk\$|日元|日币|jpy|英镑|gbp|£|韩元|新台币|台币|澳元|加元|卢布",
    re.I,
)
_RMB = re.compile(r"人民币|rmb|cny|[¥￥]|元整|大写|小写", re.I)
_LABEL = re.compile(r"^(?:项目|计划|预计|估算|概算|实际|本月|本年|当年|今年|年度|累计|已|总|完成|到位|固定资产|约定|合同|协议|签约|其中|为|共|合计|建设|设备|土建)*"
                    r"(?:总?投资额?|投资|金额|资金|总额|额度)?(?:总?[额计])?(?:为|[:=])?")  # fmt: skip
_MOOD = re.compile(
    r"^(?:预计|计划|拟|力争|估算|概算|预算|暂定|暂估|暂列|预估|初步|匡算|含税|不含税|合同价|中标价|合同额)+:?|(?:预计|计划|暂定|估算|概算|暂估|预估|预算)$"
)
_ABOUT = re.compile(
    r"^(?:[≈~]|大约|大概|约为|约|近|将近|接近|差不多|估计)|(?:约|左右|上下|余|多|许|出头|上下浮动)$|(?<=[\d万亿])(?:余|多)(?=[万亿元])"
)
_BOUND = re.compile(
    r"^(?:不低于|不少于|不小于|至少|超过|超|大于|高于|突破|达到?|>=?|≥|不超过|不高于|不大于|低于|少于|小于|至多|最多|<=?|≤)|"
    r"(?:以上|以下|以内|之内|\+|之上|起)$"
)
_RANGE = re.compile(r"\d(?:万|亿|万元|亿元|元)?(?:[-~至到]|—)+\d|[\d万亿元][~至到]|±")
_OTHER_UNIT = re.compile(r"[\d.](亩|平方米|㎡|m2|人|个(?!亿)|套|台|吨|公里|米|户|家|%|‰|月|日|年|天|号|公顷|项|期)")
_TAIL_UNIT = re.compile(r"(亿元|亿|万元|万块|万|千元|元|块钱|块)$")
_BIG_UNIT = re.compile(r"(千万元|百万元|千万|百万)$")
_PART_OF = re.compile(r"^(.*?\d.*?)[,;。、:]?((?:其中|包括|包含|约合|折合|含(?!税)).+)$", re.S)
_AMOUNT = re.compile(r"\d[\d.,]*(?:万|亿|元|千|百)")
_DATE = re.compile(r"(?:19|20)\d\d(?:[-/]\d{1,2}(?:[-/]\d{1,2})?|\.\d{1,2}\.\d{1,2}|年\d{1,2}(?:月(?:\d{1,2}日?)?)?)")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.000(?=\D|$)")  # 12.000: three noughts behind a point are a comma more often
_OPEN_REMARK = re.compile(r"^(?:大约|约|左右|上下|待定|待核.*|待.{1,4}|未定|未核实|暂定|不确定|估计|大概|预估数|估)$")
_IMPOSSIBLE = Decimal(10) ** 9  # 10万亿元: a telephone number, or a code
_SUSPECT_LARGE = Decimal(1_000_000)  # 100亿元: rare in a county; more often 元 typed into a 万元 column
_SUSPECT_SMALL = Decimal(10)  # below, with a fraction: more often 亿元 typed into a 万元 column


class _Amount(NamedTuple):
    """`own`: the unit that the cell named, "" for none; `words`: 五千 with no unit at all."""

    value: Decimal
    own: str
    words: bool = False


class _Aside(NamedTuple):
    """What stands in brackets behind an amount: `told`, a remark worth telling; `code`, why there is no one amount;
    `about`, that the amount is not certain."""

    told: str = ""
    code: str = ""
    about: bool = False
    unit: str = ""


def parse_money(text: str, ctx: ParseContext, default: str = "万元") -> ParsedCell:
    """A text amount → 万元."""
    if text.isdigit() and text.isascii() and not ctx.unit:
        return _answer(Decimal(text) * _PER_WAN[default], "", "", default)
    folded = unquoted(fold(text))
    body, aside = _without_brackets(re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "", folded))
    if aside.code:
        return error(f"cell.money.{aside.code}", found=aside.unit)
    if re.search(r"[\d万亿元]\n\D*\d", body):
        return error("cell.money.several")
    if re.search(r"\d \d", body):
        return error("cell.money.unclear")
    body = "".join(body.split()).lower().translate(_TRADITIONAL)
    part = _PART_OF.match(body)
    if part:
        body, aside = part[1], aside._replace(told=part[2])
    if _FOREIGN.search(body) or "美元" in ctx.unit:
        return error("cell.money.foreign")
    body = _without_rmb(body)
    body = re.sub(r"^\.(?!\d)", "", body.strip(":;,。、=!")).rstrip(".")
    return _refuse(body) or _read(body, _unit(ctx, default), aside)


def _without_rmb(body: str) -> str:
    """Without 人民币, ¥ and the 整 or 正 that closes an amount in words."""
    body = _RMB.sub(lambda m: "元" if m[0] == "元整" else "", body)
    return re.sub(r"(?<=[元万亿])[整正]$", "", body)


def parse_money_yi(text: str, ctx: ParseContext) -> ParsedCell:
    return parse_money(text, ctx, "亿元")


def _unit(ctx: ParseContext, default: str) -> str:
    return ctx.unit if ctx.unit in _PER_WAN else default


_IN_WORDS = re.compile(rf"(?:大写:?|人民币)?[{NUMERAL_CHARS}万亿萬億]+[元圆圓]?[整正]?")
_UNIT_WORD = re.compile(r"(?:单位:?)?(千万元|百万元|千万|百万|亿元|万元|千元|元|亿|万)")
_FOREIGN_UNIT = re.compile(
    r"亩|公顷|平方米|平米|㎡|m2|吨|套|台|辆|户|家|项|个|名|人|栋|幢|层|座|天|年|月|%|米|公里|千瓦|mw|kw", re.I
)


def _without_brackets(folded: str) -> tuple[str, _Aside]:
    """The amount, and what stands in brackets beside it. (500) alone is the accountants' minus 500."""
    bracketed = re.fullmatch(r"\(\s*[\d,.]+\s*\)(.*)", folded)
    if bracketed:
        return "", _Aside(code="unclear" if bracketed[1] else "negative")
    remarks = [remark.strip() for remark in re.findall(r"\(([^()]*)\)", folded)]
    body = re.sub(r"\([^()]*\)", "", folded)
    if len(remarks) == 1 and not _FIGURE.search(body):
        return remarks[0], _Aside()
    units = [found[1] for remark in remarks if (found := _UNIT_WORD.fullmatch(remark))]
    if units and body.strip()[-1:] not in "万亿元千百":
        body += units[0]
    elif units and not body.strip().endswith(units[0]):
        return body, _Aside(code="unclear")  # 12000万元(元)
    for remark in remarks:
        if _FOREIGN_UNIT.fullmatch(remark) or per_unit(remark):
            return body, _Aside(code="other_unit", unit=remark)
        if _FOREIGN.search(remark) and not re.search(r"\d", remark):
            return body, _Aside(code="foreign")
    if any(remark in ("负", "负数", "-") for remark in remarks):
        return body, _Aside(code="negative")
    worth = [remark for remark in remarks if not _UNIT_WORD.fullmatch(remark)]
    about = any(_OPEN_REMARK.match(remark) for remark in remarks)
    told = next((remark for remark in worth if _worth_telling(remark, about)), "")
    return body, _Aside(told, about=about and not told)


def _worth_telling(remark: str, about: bool) -> bool:
    """A figure, or a doubt that is more than 约 or 待核实."""
    if re.search(r"\d", remark) or _IN_WORDS.fullmatch(remark):
        return True
    return not about and doubtful(remark) and not _HARMLESS.fullmatch(remark)


_HARMLESS = re.compile(
    r"不?含税|未税|暂[估列]|(?:预计|计划|拟)(?:总?投资|数|额)?|非固定资产"
)  # (概算), (不含税): still that amount
_FIGURE = re.compile(r"[\d零〇一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖]")


def _refuse(body: str) -> ParsedCell | None:
    if _DATE.fullmatch(body):
        return error("cell.money.date")
    if _RANGE.search(body):
        return error("cell.money.range")
    if re.search(r"\d(?:万元?|亿元?|元)?[+/*×]\d", body):
        return error("cell.money.sum")
    if re.match(r"^[-+]?-\d|^负", body):
        return error("cell.money.negative")
    if re.search(r"[几数]+[十百千万亿]|上[千百万亿]|若干", body):
        return error("cell.money.vague")
    if re.search(r"\d\d(?:万元?|亿元?|元)?[、;]\d", body):
        return error("cell.money.several")
    if len(_AMOUNT.findall(body)) > 1 and re.search(r"[,;。、]|[一二三四]期", body):
        return error("cell.money.several")
    if re.search(r"^\d(?:\.\d+)?e[-+]?\d+", body):
        return error("cell.number.scientific")
    if re.search(r"\d[ol]|[ol]\d", body) and to_number(_letters_out(body)) is not None:
        return error("cell.number.letter")
    other = _OTHER_UNIT.search(body)
    if other and not re.search(r"[万亿元]", body):
        return error("cell.money.other_unit", found=other[1])
    return None


def _letters_out(body: str) -> str:
    return re.sub(r"(?:元|万元|亿元)$", "", body.replace("o", "0").replace("l", "1"))


def _read(body: str, default: str, aside: _Aside) -> ParsedCell:
    slang = re.search(r"\dw(?:元)?$", body)
    if slang:
        body = body[: slang.start() + 1] + "万"
    stripped, inferred = _strip(_LABEL.sub("", _MOOD.sub("", body), count=1))
    amount = _amount(stripped, default)
    if amount is None:
        return error(
            "cell.money.unclear" if re.search(r"\d|[〇零一二三四五六七八九十百千万亿]", body) else "cell.money.words"
        )
    reasons = {
        "dot": _THOUSANDS.search(body),
        "slang": slang,
        "bare_words": amount.words and amount.value,
        "about": aside.about,
    }
    inferred = inferred or next((reason for reason, holds in reasons.items() if holds), "")
    again = _again(aside.told)
    if again is not None and again.own and again.value != amount.value:
        return error("cell.money.several")  # 1.2亿(1200万), 12000万元(1.5亿元): one of them is wrong
    dropped = "" if again is not None and again.value == amount.value else aside.told
    return _answer(amount.value, inferred, dropped, default, amount.own)


def _again(remark: str) -> _Amount | None:
    """What stands in brackets, where it is an amount: 1.2亿(12000万), 壹亿贰仟万元整(¥120,000,000.00)."""
    plain_remark = _without_rmb("".join(remark.lower().split()).translate(_TRADITIONAL))
    return _amount(plain_remark, "元" if re.search(r"[¥￥]", remark) else "万元") if remark else None


def _strip(text: str) -> tuple[str, str]:
    """约, 左右, 以上, 预计 … off both ends until nothing more comes off; which of them changes the certainty."""
    inferred = ""
    while True:
        shorter = _MOOD.sub("", text)
        for pattern, reason in ((_BOUND, "bound"), (_ABOUT, "about")):
            if pattern.search(shorter):
                inferred = inferred or reason
                shorter = pattern.sub("", shorter)
        shorter = shorter.strip(":;,。、=")
        if shorter == text:
            return text, inferred
        text = shorter


def _amount(text: str, default: str) -> _Amount | None:
    text = re.sub(r"(?<=\d)[。·](?=\d)", ".", text).replace("个亿", "亿").lstrip("+")
    text = re.sub(r"(?<=\d)\.$", "", text)
    big = _BIG_UNIT.search(text)
    if big and re.fullmatch(r"[\d.,]+", text[: big.start()]):
        number = to_number(text[: big.start()])
        return None if number is None else _Amount(number * _PER_WAN[big[1]], big[1])
    unit = _TAIL_UNIT.search(text)
    if unit is None:
        return _bare(text, default)
    word, digits = unit[1].replace("块钱", "元").replace("万块", "万元").replace("块", "元"), text[: unit.start()]
    if word == "千元" and not re.fullmatch(r"[\d.,]+", digits):  # 三万五千元
        word, digits = "元", digits + "千"
    if word[0] in "万亿":
        number = to_number(digits + word[0])
        return None if number is None else _Amount(number / 10_000, word)
    number = to_number(digits)
    return None if number is None else _Amount(number * _PER_WAN[word], word)


def _bare(text: str, default: str) -> _Amount | None:
    number = to_number(text)
    if number is None:
        return None
    if re.search(r"[亿万]", text):
        return _Amount(number / 10_000, "元" if text[-1] not in "亿万" else text[-1])
    return _Amount(number * _PER_WAN[default], "", not re.search(r"\d", text) or text[-1] in "十百千")


def _answer(amount: Decimal, inferred: str, dropped: str, unit: str, own: str = "") -> ParsedCell:
    """`unit`: the one the column is filled in with, `own` the one the cell names; what looks like a slip is told."""
    value = plain(amount)
    if amount >= _IMPOSSIBLE:
        return error("cell.money.impossible", yi=plain(amount / 10_000))
    if amount >= _SUSPECT_LARGE:
        likely = "万元" if unit == "亿元" else "元"
        code = "cell.money.large" if own[:1] in ("万", "亿") else "cell.money.too_large"
        return warn(value, code, read=value, yi=plain(amount / 10_000), likely=likely)
    if unit == "万元" and 0 < amount < _SUSPECT_SMALL:
        if not own and amount != int(amount):
            return warn(value, "cell.money.too_small", read=value, instead=plain(amount * 10_000))
        if own and own[0] not in "万亿":
            return warn(value, "cell.money.small_yuan", read=value)
    if inferred:
        return warn(value, f"cell.money.{inferred}", read=value)
    if dropped:
        return warn(value, "cell.dropped", read=f"{value}万元", dropped=dropped)
    return ok(value)


def money_number(digits: str, fmt: Format, ctx: ParseContext, default: str = "万元") -> ParsedCell:
    """A typed number in a money column; its unit is the column's."""
    number = from_stored(digits)
    if number is None:
        return error("cell.number.unreadable")
    if fmt == "%":
        return error("cell.money.percent")
    if fmt in DATED:
        return error("cell.number.looks_date")
    if number < 0:
        return error("cell.money.negative")
    if "美元" in ctx.unit or fmt == "$":
        return error("cell.money.foreign")
    if fmt == "?" and number:  # nothing is nothing in any size
        return error("cell.money.shown")
    if fmt in ("元", "千", "万", "亿"):  # the number format says it, so the cell does
        own = fmt if fmt == "元" else f"{fmt}元"
        return _answer(number * _PER_WAN[own], "", "", own, own)
    unit = _unit(ctx, default)
    return _answer(number * _PER_WAN[unit], "", "", unit)


def money_yi_number(digits: str, fmt: Format, ctx: ParseContext) -> ParsedCell:
    return money_number(digits, fmt, ctx, "亿元")
