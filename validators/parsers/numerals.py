"""Numbers as people write them: Chinese numerals, formal numerals, 万 and 亿 between digits, thousands commas."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_DIGITS = dict(zip("零〇○一二三四五六七八九", (0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_DIGITS |= dict(zip("壹贰叁肆伍陆柒捌玖两貳參陸", (1, 2, 3, 4, 5, 6, 7, 8, 9, 2, 2, 3, 6), strict=True))
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = (("亿", 10**8), ("億", 10**8), ("万", 10**4), ("萬", 10**4))
NUMERAL_CHARS = "".join(_DIGITS) + "".join(_SMALL) + "廿卅"
_ARABIC = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_ARABIC_SMALL = re.compile(r"(\d+(?:\.\d+)?)(十|百|千|拾|佰|仟)")
_SPOKEN = re.compile(r"(?:[1-9][十百千拾佰仟]){2,}")  # 3千5百
_AS_NUMERALS = str.maketrans("123456789", "一二三四五六七八九")


def to_number(text: str) -> Decimal | None:
    """The number a folded text without spaces writes, exact; None when it writes none.

    `12,000`, `1.2亿`, `1亿2000万`, `3千万`, `一亿二千万`, `壹仟贰佰`, `二〇二五`. A grouping that is not by three
    (`1,2000`), a colloquial end (`一亿二`, `1亿5千`, `1亿2000`) and a remainder behind a fraction (`1.2亿2000万`) are
    no number: they can be read in two ways.
    """
    text = text.replace(",", "") if _all_grouped(text) else text
    if not text or "," in text:
        return None
    return _big(text)


def _all_grouped(text: str) -> bool:
    if "," not in text:
        return False
    return all(_GROUPED.fullmatch(part) for part in re.findall(r"[\d,.]*,[\d,.]*", text))


def _big(text: str) -> Decimal | None:
    for word, size in _BIG:
        if word in text:
            left, _, right = text.rpartition(word)
            if word in left:
                return None  # 1亿2亿 are two numbers
            high = _big(left)
            low = _big(right.lstrip("零〇")) if right.strip("零〇") else Decimal(0)
            if high is None or low is None or low >= size or (right and not _has_unit(right, size)):
                return None
            if low and high != int(high):
                return None
            return high * size + low
    return _small(text)


def _has_unit(text: str, size: int) -> bool:
    """Whether a remainder stands on its own feet: 二千万 after 亿, 2000 after 万; not the 二 of 一亿二, and not the 5千
    of 1亿5千, by which people mean 1.5亿."""
    if size == 10**8:
        return text[0] in "零〇" or any(char in text for char in "万萬")
    return len(text) > 1 and (text[0] in "零〇" or any(char in text for char in "万千百十萬仟佰拾") or text.isdigit())


def _small(text: str) -> Decimal | None:
    if _ARABIC.fullmatch(text):
        return Decimal(text)
    if _SPOKEN.fullmatch(text):
        return _integer(text.translate(_AS_NUMERALS))
    mixed = _ARABIC_SMALL.fullmatch(text)
    if mixed:
        return Decimal(mixed[1]) * _SMALL[mixed[2]]
    whole, point, fraction = text.partition("点")
    head = _integer(whole)
    if head is None or not point:
        return head if not point else None
    digits = "".join(str(_DIGITS[char]) for char in fraction if char in _DIGITS)
    return Decimal(f"{head}.{digits}") if digits and len(digits) == len(fraction) else None


def _integer(text: str) -> Decimal | None:
    text = text.replace("廿", "二十").replace("卅", "三十")
    if not text or any(char not in _DIGITS and char not in _SMALL for char in text):
        return None
    if not any(char in _SMALL for char in text):
        return Decimal("".join(str(_DIGITS[char]) for char in text))
    return _by_places(text)


def _by_places(text: str) -> Decimal | None:
    total, digit, last = 0, -1, 10_000
    for char in text:
        if char in _DIGITS:
            if digit > 0:
                return None
            digit = _DIGITS[char]
            continue
        place = _SMALL[char]
        if place >= last:
            return None
        total += (1 if digit < 1 else digit) * place
        digit, last = -1, place
    if digit > 0 and last > 10 and "零" not in text and "〇" not in text:
        return None  # 三千五: 3500 or 3005
    return Decimal(total + max(digit, 0))


def plain(value: Decimal) -> str:
    """Decimal text without exponent or trailing zeros; minus zero is zero."""
    text = f"{value.normalize():f}" if value else "0"
    return text


def from_stored(digits: str) -> Decimal | None:
    """A spreadsheet's stored number, rounded to the 15 digits it can mean (0.30000000000000004 is 0.3)."""
    try:
        value = Decimal(digits)
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value.adjusted()) > 40:
        return None
    return Decimal(f"{value:.14e}") if len(value.as_tuple().digits) > 15 else value
