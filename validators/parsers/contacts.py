"""Telephone numbers: 11-digit mobiles, landlines with area code, 400 numbers; several joined with 、."""

from __future__ import annotations

import re
from typing import NamedTuple

from validators.cells import fold
from validators.parsers.base import ParseContext, ParsedCell, error, ok, warn
from validators.rawcell import Format

_LABEL = re.compile(
    r"(?:移动电话|联系电话|手机号码|办公电话|固定电话|联系方式|电话号码|手机号|手机|电话|座机|办公室?|固话|传真|tel|mobile|phone|m|t)[:.]?",
    re.I,
)
_REMARK = re.compile(r"\((?:[^()\d]*)\)")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_SPLIT = re.compile(r"[、,;/|\n]|或者?|及|和")
_MASKED = re.compile(r"\d[*×xX＊#]{2,}\d*|\*{3,}|\d[*#]\d")
_STARRED = re.compile(r"(?<!\d)((?:0\d{2,3}[- ]?)?[2-9]\d{6,7})[*#](\d{1,5})(?![\d*#])")  # 2672041*801
_SHORT_NUMBER = re.compile(r"\(?(?:集团|集群|虚拟|内线)?(短号:?\d{3,6})(?!\d)\)?")
_EXTENSION = re.compile(r"(?:转|ext\.?|分机|-(?=\d{1,5}$))(\d{1,6})$", re.I)
_ELSEWHERE = re.compile(
    r"\S*[\w.]@\S+|(?:qq|微信(?!同)|wechat|vx|wx)号?[:]?\s*(?!1[3-9]\d{9}(?!\d))[a-z0-9_-]{5,}", re.I
)
_LETTERS = re.compile(r"(?<![A-Za-z])[\d -]*\d[oOlI][\d -]|(?<![A-Za-z\d])[oOlI][\d]{6}")
_LETTER = re.compile(r"(?<=\d)[A-Za-z](?=[\d-])|(?<=\d{6})[A-Za-z](?![A-Za-z\d])|(?<![A-Za-z\d])[A-Za-z](?=\d{6})")
_ABROAD = re.compile(r"(?:^|[\s、,;/:])\+(?!86)\d")
_CHANGED = re.compile(r"\d[\s,;、]*(?:-+>|=+>|[→⇒]|改为|变更为|换成|现改?为?)\D{0,4}\d")
_MOBILE_EXTENSION = re.compile(r"(?<!\d)(1[3-9]\d{9})\s*((?:转|ext\.?|分机)\s*\d{1,6})(?!\d)", re.I)
_TOLD = ("no_area", "eight_digits")  # taken, with a word about them
_NUMBERING = re.compile(r"\(\d\)|(?:^|(?<=[\s、,;]))\d[.、](?=1[3-9]\d{9}|0\d{2,3}-?\d{7})")
_SHORT_AREAS = ("010", *(f"02{digit}" for digit in range(10)))


class Number(NamedTuple):
    """A number read, or the code of what is wrong with it."""

    text: str = ""
    code: str = ""
    length: int = 0


def parse_phone(text: str, ctx: ParseContext) -> ParsedCell:
    if len(text) == 11 and _MOBILE.fullmatch(text):
        return ok(text)
    if text.isdigit() and text.isascii() and (number := _number(text)).code not in ("", *_TOLD):
        return _wrong(number)
    folded = fold(text)
    if _CHANGED.search(folded):
        return error("cell.phone.changed")
    if _ABROAD.search(folded):
        return error("cell.phone.abroad")
    folded = _STARRED.sub(r"\1转\2", folded)
    if _MASKED.search(folded.replace(" ", "")):
        return error("cell.phone.masked")
    if re.search(r"\d(?:\.\d+)?[eE]\+?\d", folded):
        return error("cell.phone.scientific")
    if re.fullmatch(r"(?:19|20)\d\d([-./])\d{1,2}\1\d{1,2}", folded):
        return error("cell.phone.date")
    if _LETTERS.search(folded):
        return error("cell.number.letter")
    folded = re.sub(r"(?<=\d)\.0+$", "", _NUMBERING.sub("、", folded))
    extensions = [found[2] for found in _MOBILE_EXTENSION.finditer(folded)] + _SHORT_NUMBER.findall(folded)
    folded = _SHORT_NUMBER.sub(" ", _MOBILE_EXTENSION.sub(r"\1", folded))
    body = _LABEL.sub(" ", _REMARK.sub(" ", _ELSEWHERE.sub(" ", folded)))
    letter = _LETTER.search(_EXTENSION.sub("", body))
    if letter:
        return error("cell.phone.letter", letter=letter[0])
    names = "".join(re.findall(r"[\u4e00-\u9fff·]{2,}", re.sub(r"转|分机", "", body)))
    body = re.sub(r"[^\d+\-()、,;/|\n 转分机.extEXT或及和]", " ", body)
    numbers = _with_area([number for piece in _SPLIT.split(body) for number in _numbers(piece)])
    if not numbers:
        return error("cell.phone.words")
    wrong = next((number for number in numbers if number.code and number.code not in _TOLD), None)
    if wrong:
        return _wrong(wrong)
    value = "、".join(dict.fromkeys(number.text for number in numbers))
    dropped = ([] if set(names) <= set("同微信号或及和转分机") else [names]) + extensions
    if dropped:
        return warn(value, "cell.dropped", read=value, dropped="、".join(dropped))
    doubt = next((number for number in numbers if number.code), None)
    return warn(value, f"cell.phone.{doubt.code}", read=value, part=doubt.text) if doubt else ok(value)


def _wrong(number: Number) -> ParsedCell:
    return error(f"cell.phone.{number.code}", part=number.text, length=number.length)


def _numbers(piece: str) -> list[Number]:
    """The numbers of one piece: one as a whole if that is a number, else one per group between spaces."""
    piece = piece.strip(" .:转")
    if not re.search(r"\d", piece):
        return []
    whole = _number(piece)
    if not whole.code or " " not in piece:
        return [whole]
    parts = [_number(part) for part in piece.split() if re.search(r"\d", part)]
    return parts if all(not part.code or part.code in _TOLD for part in parts) else [whole]


def _with_area(numbers: list[Number]) -> list[Number]:
    """0554-2672041/2672042: the second has the first one's area code."""
    area, found = "", []
    for number in numbers:
        if number.code == "no_area" and area:
            number = Number(f"{area}-{number.text}")  # noqa: PLW2901
        area = number.text.split("-")[0] if number.text.startswith("0") and not number.code else area
        found.append(number)
    return found


def _number(text: str) -> Number:
    text = re.sub(r"^\(?(?:\+|00)?86\)?[- ]*(?=1[3-9]|\(?0?[1-9]\d{1,2}\)?[- ]?\d{7})", "", text.strip())
    bare = re.sub(r"[-\s.()A-Za-z]", "", text)
    if _MOBILE.fullmatch(bare) or _MOBILE.fullmatch(bare.removeprefix("0")):
        return Number(bare.removeprefix("0"))  # 0138…: dialled so once, from outside the town
    if re.fullmatch(r"400\d{7}|800\d{7}", bare):
        return Number(f"{bare[:3]}-{bare[3:6]}-{bare[6:]}")
    return _landline(text, bare)


def _landline(text: str, bare: str) -> Number:
    extension = _EXTENSION.search(text.replace(" ", ""))
    if extension and len(bare) - len(extension[1]) >= 7 and not bare.startswith("1"):
        shorter = re.sub(r"[-\s.()转分机a-zA-Z]", "", text)[: -len(extension[1])]
        main = _area_and_number(shorter)
        if main.code in ("", *_TOLD):
            return Number(f"{main.text}-{extension[1]}", main.code)
    area = re.match(r"\(?(0\d{0,4})(?:\)|-)\d{7,8}$", text)
    if area and area[1] not in _SHORT_AREAS and not re.fullmatch(r"0[3-9]\d\d", area[1]):
        return Number(area[1], "area")
    return _area_and_number(re.sub(r"[^\d]", "", bare))


def _area_and_number(bare: str) -> Number:
    if re.match(r"00|0$|0.{0,6}$", bare):
        return Number(bare, "length", len(bare))
    if bare.startswith("0"):
        area = bare[:3] if bare[:3] in _SHORT_AREAS else bare[:4]
        rest = bare[len(area) :]
        if len(rest) in (7, 8) and rest[0] != "0":
            return Number(f"{area}-{rest}", "eight_digits" if len(rest) == 7 and area in _SHORT_AREAS else "")
        return Number(bare, "landline_length", len(rest))
    if len(bare) in (7, 8) and bare[0] not in "01":
        return Number(bare, "no_area")
    if bare.startswith("1") and len(bare) >= 9:
        return Number(bare, "mobile_length" if len(bare) != 11 else "mobile_start", len(bare))
    if len(bare) in (9, 10, 11) and bare[0] in "23456789":
        return Number(bare, "lost_zero", len(bare))
    return Number(bare, "length", len(bare))


def phone_number(digits: str, fmt: Format, ctx: ParseContext) -> ParsedCell:
    """A number cell: mobiles survive as numbers, the 0 before an area code does not."""
    if not digits.isdigit():
        return error("cell.phone.scientific" if "E" in digits.upper() else "cell.phone.words")
    return parse_phone(digits, ctx)
