"""How a value is shown: number formats of the kinds that offices use, and the defaults of a locale."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from sync.backends.google.emulator.cells import Err, Value
from sync.backends.google.emulator.functions import general

Json = dict[str, Any]

EPOCH = datetime(1899, 12, 30)
DATE_TYPES = frozenset({"DATE", "TIME", "DATE_TIME"})
_DEFAULTS: dict[str, dict[str, str]] = {
    "en": {"DATE": "m/d/yyyy", "DATE_TIME": "m/d/yyyy h:mm:ss", "TIME": "h:mm:ss AM/PM", "CURRENCY": "$#,##0.00"},
    "zh": {"DATE": "yyyy/m/d", "DATE_TIME": "yyyy/m/d h:mm:ss", "TIME": "h:mm:ss", "CURRENCY": "¥#,##0.00"},
}
_COMMON = {"NUMBER": "#,##0.00", "PERCENT": "0.00%", "SCIENTIFIC": "0.00E+00", "TEXT": "@"}
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DATE_TOKEN = re.compile(r"y+|m+|d+|h+|s+|AM/PM|a/p|\"[^\"]*\"|\\.|.", re.IGNORECASE | re.DOTALL)
_NUMBER_BODY = re.compile(r"[#0?][#0?,]*(?:\.[#0?]*)?(?:E[+-]0+)?|\.[#0?]+", re.IGNORECASE)


def number_format(look: Json | None) -> Json:
    """The number format of a look; {} when there is none."""
    found: Json = (look or {}).get("numberFormat", {})
    return found


def shown(value: Value, look: Json | None, locale: str) -> str:
    """The formatted value, as a person sees it; "" for a blank."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Err):
        return value.shown
    if isinstance(value, str):
        return value
    form = number_format(look)
    kind = form.get("type", "")
    pattern = form.get("pattern") or default_pattern(kind, locale)
    if not kind and not pattern:
        return _plain(value)
    if kind == "TEXT" or pattern == "@":
        return _plain(value)
    try:
        return _by_pattern(value, pattern, locale if is_date(kind, pattern) else "")
    except (ValueError, OverflowError, ArithmeticError):
        return _plain(value)


def default_pattern(kind: str, locale: str) -> str:
    own = _DEFAULTS.get(locale[:2], _DEFAULTS["en"])
    return own.get(kind) or _COMMON.get(kind, "")


def is_date(kind: str, pattern: str) -> bool:
    if kind in DATE_TYPES:
        return True
    bare = re.sub(r"\"[^\"]*\"|\\.", "", pattern)
    return not kind and bool(re.search(r"[yd]", bare))


def _plain(value: float) -> str:
    """Without a format a number shows up to 10 digits behind the point, and E+ when it is long."""
    if abs(value) >= 1e15:
        mantissa, _, exponent = f"{value:.5E}".partition("E")
        return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}"
    rounded = float(f"{value:.10f}") if abs(value) < 1e10 else value
    return general(rounded)


def serial(moment: date | datetime) -> float:
    """Days since 30 December 1899."""
    full = moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day)
    return (full - EPOCH) / timedelta(days=1)


def _by_pattern(value: float, pattern: str, as_date: str) -> str:
    """`as_date`: the locale in which a date is shown; "" for a number."""
    sections = _sections(pattern)
    if len(sections) > 1 and value < 0:
        return _one(-value, sections[1], as_date)
    if len(sections) > 2 and value == 0:
        return _one(value, sections[2], as_date)
    return _one(value, sections[0], as_date)


@lru_cache(maxsize=500)
def _sections(pattern: str) -> tuple[str, ...]:
    parts = re.findall(r"(?:\"[^\"]*\"|\\.|\[[^\]]*\]|[^;])*", pattern)
    return tuple(re.sub(r"\[[^\]]*\]", "", part) for part in parts if part) or ("",)


def _one(value: float, pattern: str, as_date: str) -> str:
    return _date(value, pattern, as_date) if as_date else _number(value, pattern)


def _date(value: float, pattern: str, locale: str) -> str:
    moment = EPOCH + timedelta(seconds=round(value * 86400))
    tokens = _DATE_TOKEN.findall(pattern)
    half = any(token.upper() in ("AM/PM", "A/P") for token in tokens)
    out: list[str] = []
    before = ""
    for index, token in enumerate(tokens):
        kind = token[:1].lower() if token[:1].isalpha() else ""
        if kind == "m" and token.upper() != "AM/PM":
            minutes = before == "h" or _next_kind(tokens, index) == "s"
            named = len(token) > 2 and not minutes
            out.append(
                _month(moment, token, locale) if named else _padded(moment.minute if minutes else moment.month, token)
            )
        elif kind == "y":
            out.append(f"{moment.year:04d}" if len(token) > 2 else f"{moment.year % 100:02d}")
        elif kind == "d":
            out.append(_weekday(moment, token, locale) if len(token) > 2 else _padded(moment.day, token))
        elif kind == "h":
            out.append(_padded((moment.hour % 12 or 12) if half else moment.hour, token))
        elif kind == "s":
            out.append(_padded(moment.second, token))
        elif token.upper() in ("AM/PM", "A/P"):
            out.append("AM" if moment.hour < 12 else "PM")
        else:
            out.append(_literal(token))
        before = kind or before
    return "".join(out)


def _month(moment: datetime, token: str, locale: str) -> str:
    if locale.startswith("zh"):
        return f"{moment.month}月" if len(token) == 3 else f"{_CHINESE[moment.month - 1]}月"
    return MONTHS[moment.month - 1][: 3 if len(token) == 3 else None]


def _weekday(moment: datetime, token: str, locale: str) -> str:
    if locale.startswith("zh"):
        return ("周" if len(token) == 3 else "星期") + "一二三四五六日"[moment.weekday()]
    return _DAYS[moment.weekday()][: 3 if len(token) == 3 else None]


_CHINESE = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")


def _next_kind(tokens: list[str], index: int) -> str:
    return next((token[0].lower() for token in tokens[index + 1 :] if token[0].lower() in "ymdhs"), "")


def _padded(value: int, token: str) -> str:
    return f"{value:0{min(len(token), 2)}d}"


def _literal(token: str) -> str:
    return token[1:-1] if token[:1] == '"' else token[1:] if token[:1] == "\\" else token


def _number(value: float, pattern: str) -> str:
    bare = re.sub(r"\"[^\"]*\"|\\.", lambda found: "\0" * len(found[0]), pattern)
    match = _NUMBER_BODY.search(bare)
    if match is None:
        return _text_of(pattern) if pattern else _plain(value)
    amount = Decimal(repr(value)) * (100 if "%" in bare else 1)
    body = _digits(abs(amount), pattern[match.start() : match.end()])
    sign = "-" if amount < 0 and any(char in "123456789" for char in body) else ""
    return sign + _text_of(pattern[: match.start()]) + body + _text_of(pattern[match.end() :])


def _text_of(piece: str) -> str:
    return "".join(_literal(token) for token in re.findall(r"\"[^\"]*\"|\\.|.", piece, re.DOTALL))


def _digits(amount: Decimal, body: str) -> str:
    upper = body.upper()
    if "E" in upper:
        mantissa_form, _, exponent_form = upper.partition("E")
        places = len(mantissa_form.partition(".")[2])
        mantissa, _, exponent = f"{amount:.{places}E}".partition("E")
        return f"{mantissa}E{exponent[0]}{exponent[1:].zfill(len(exponent_form) - 1)}"
    whole_form, _, fraction_form = body.partition(".")
    least = fraction_form.count("0")
    text = f"{amount.quantize(Decimal(1).scaleb(-len(fraction_form)), rounding=ROUND_HALF_UP):f}"
    whole, _, fraction = text.partition(".")
    while len(fraction) > least and fraction.endswith("0"):
        fraction = fraction[:-1]
    wanted = whole_form.replace(",", "").count("0")
    whole = whole.lstrip("0").zfill(wanted) if wanted else whole.lstrip("0")
    if "," in whole_form:
        whole = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", whole)
    return whole + ("." + fraction if fraction or (body.endswith(".")) else "")
