"""Dates in words → dates in figures: 二〇二五年三月, 本月底, 15-Mar-2025, 2O25 with a letter, and times that say nothing."""

from __future__ import annotations

import re
from datetime import date

from validators.parsers.numerals import NUMERAL_CHARS, to_number

_N = f"[{NUMERAL_CHARS}]"
_TIME = re.compile(
    r"(?:[T ]|(?<=[日号\d)]))\s*(?:上午|下午|早上|晚上|中午|凌晨)?\s*\d{1,2}(?::\d{1,2}(?::\d{1,2}(?:\.\d+)?)?|[时点](?:\d{1,2}分?|半|整)?(?:\d{1,2}秒)?)"
    r"\s*(?:[AaPp][Mm])?(?:Z|[+-]\d\d:?\d\d)?$"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), 1)
    for name in names.split()
}  # fmt: skip


_ROMAN = ("I", "II", "III", "IV")
_HALVES = {"1": "上半年", "2": "下半年"}


def plain_words(folded: str) -> str:
    """元月 is the first month, Ⅲ季度 the third quarter, and 3Q and 2H are Q3 and 下半年."""
    text = re.sub(r"(?<![万亿千百美欧日港公])元月", "1月", folded) if "元月" in folded else folded
    if re.search(r"[IVQqHh]", text):
        text = re.sub(r"(?<![A-Za-z])(IV|I{1,3})(?=季)", lambda m: str(_ROMAN.index(m[1]) + 1), text)
        text = re.sub(r"(?<![\dA-Za-z])([1-4])[Qq](?![\dA-Za-z])", r"Q\1", text)
        text = re.sub(r"(?<![\dA-Za-z])([12])[Hh](?![\dA-Za-z])", lambda m: _HALVES[m[1]], text)
    return text


def normalise(folded: str, today: date) -> tuple[str, tuple[str, ...]]:
    """Times and spaces out, Chinese numerals, words for years and months and English months in; what was inferred."""
    text = re.sub(r"(?<=[年月./-])\n|\n(?=[-./年月日号])", "", plain_words(folded))  # wrapped by hand inside one date
    text = re.sub(r"(?<=\d日)\s*(?:上午|下午)$", "", text)
    text = _TIME.sub("", text) if re.search(r"[:时点]", text) else text
    text = re.sub(r"(?<=\d)\s+(?=\d)", "-" if not re.search(r"年|月", text) else "", text.strip())
    text = _same_marks("".join(text.split(" ")))
    told: list[str] = []
    fixed = _digits_for_letters(text)
    if fixed != text:
        told.append("letter")
    text = _english(fixed)
    text = re.sub(rf"(?<=20\d\d)(?={_N}{{1,3}}[季月])", "年", text)  # 2025三月
    text = re.sub(
        rf"({_N}+)(?=年|月|日|号|季|周)",
        _numeral,
        text.replace("Ｏ", "〇").replace("o", "〇") if "年" in text else text,
    )
    text = re.sub(rf"({_N}+)(?=、\d+月)", _numeral, text)
    text = re.sub(rf"(?<=月)({_N}+)(?=$|\W|左右|前后|以前|之前|前$)", _numeral, text)
    text = re.sub(r"^(\d{4}年)[-./]?(\d{1,2}月)[-./]?(\d{1,2}[日号]?)$", r"\1\2\3", text)
    text = re.sub(r"(?<=\d)[。·:](?=\d)", ".", text)
    return _relative(text.replace("月月", "月"), today, told)


_MARKS = str.maketrans({"•": "·", "‧": "·", "∙": "·", "⋅": "·", "⁄": "/", "∕": "/"})
_YEAR_CHARS = "〇零○O0-9一二三四五六七八九"
_MIXED_YEAR = re.compile(rf"(?<![{_YEAR_CHARS}])(?:二|2)[{_YEAR_CHARS}o]{{3}}(?=年|[-./·、]|$)")
_PLAIN_YEAR = str.maketrans("〇零○Oo一二三四五六七八九", "00000123456789")
_WORDED = re.compile(rf"(20\d\d)[-./·、]({_N}{{1,3}})(?:[-./·、]({_N}{{1,3}}))?[日号]?")


def _same_marks(text: str) -> str:
    """One dot for many, 二0二五 as 2025, and 二〇二五.三.八 as 2025-3-8."""
    text = text.translate(_MARKS)
    if re.search(r"[二〇零○]", text):
        text = _MIXED_YEAR.sub(lambda match: match[0].translate(_PLAIN_YEAR), text)
    worded = _WORDED.fullmatch(text)
    return "-".join([worded[1], *(_numeral_text(part) for part in worded.groups()[1:] if part)]) if worded else text


def _numeral_text(text: str) -> str:
    number = to_number(text)
    return text if number is None else str(int(number))


def _digits_for_letters(text: str) -> str:
    """2O25 and 3月l5日: the letters that look like digits, beside digits."""
    if not re.search(r"[oOlI]", text) or re.search(r"[A-HJ-NP-Za-kmnp-z]", text):
        return text
    text = re.sub(r"(?<=[\d年月./-])[oO](?=[\d年月日./-]|$)|[oO](?=\d)", "0", text)
    return re.sub(r"(?<=[\d年月./-])[lI](?=[\d年月日./-]|$)|[lI](?=\d)", "1", text)


def _numeral(match: re.Match[str]) -> str:
    number = to_number(match[1])
    return match[1] if number is None else str(int(number))


def _english(text: str) -> str:
    """15-Mar-2025, Mar 15, 2025 → 2025-3-15."""
    if not re.search(r"[A-Za-z]{3}", text):
        return text
    match = re.fullmatch(r"(\d{1,2})[-./]?([A-Za-z]{3,9})[-./,]*(\d{4})", text)
    if match and match[2].lower() in _MONTHS:
        return f"{match[3]}-{_MONTHS[match[2].lower()]}-{match[1]}"
    match = re.fullmatch(r"([A-Za-z]{3,9})[-./]?(\d{1,2})(?:st|nd|rd|th)?[-./,]+(\d{4})", text)
    if match and match[1].lower() in _MONTHS:
        return f"{match[3]}-{_MONTHS[match[1].lower()]}-{match[2]}"
    match = re.fullmatch(r"(\d{1,2})-([A-Za-z]{3})-(\d{2})", text)
    if match and match[2].lower() in _MONTHS and int(match[3]) > 12:  # as Excel shows it
        return f"{match[3]}年{_MONTHS[match[2].lower()]}月{match[1]}日"
    match = re.fullmatch(r"([A-Za-z]{3,9})[-./,]*(\d{4})", text)
    if match and match[1].lower() in _MONTHS:
        return f"{match[2]}-{_MONTHS[match[1].lower()]}"
    match = re.fullmatch(r"(\d{4})[-./,]*([A-Za-z]{3,9})", text)
    return f"{match[1]}-{_MONTHS[match[2].lower()]}" if match and match[2].lower() in _MONTHS else text


_YEAR_WORDS = {"大前年": -3, "大后年": 3, "今年": 0, "本年": 0, "当年": 0, "本年度": 0, "今年度": 0, "明年": 1, "次年": 1, "翌年": 1, "来年": 1, "后年": 2, "去年": -1,
               "上年": -1, "上年度": -1, "前年": -2}  # fmt: skip
_YEAR_WORD = re.compile("|".join(sorted(_YEAR_WORDS, key=len, reverse=True)))
_MONTH_WORD = re.compile(
    r"(?<!\d)(?:(上上|下下|本|当|这|上|下|次)个?月)(?!\d(?!\d?[日号]))|(?<![\d年月个])月(?=[底末初中])"
)
_MONTH_SHIFT = {"本": 0, "当": 0, "这": 0, None: 0, "上": -1, "下": 1, "次": 1, "上上": -2, "下下": 2}


def _relative(text: str, today: date, told: list[str]) -> tuple[str, tuple[str, ...]]:
    def month(match: re.Match[str]) -> str:
        months = today.year * 12 + today.month - 1 + _MONTH_SHIFT[match[1]]
        return f"{months // 12}年{months % 12 + 1}月"

    changed = _MONTH_WORD.sub(month, text)
    changed = re.sub(r"(?<![\d今明去后前本当全年上下次翌来半])年(?=[底末内终]|中$)", f"{today.year}年", changed)
    if changed != text:
        told.append("relative" if "年" not in text[:1] else "no_year")
    shorter = _YEAR_WORD.sub(lambda m: f"{today.year + _YEAR_WORDS[m[0]]}年", changed)
    if shorter != changed:
        told.append("relative")
    return shorter.replace("年年", "年"), tuple(told)
