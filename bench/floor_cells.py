"""The floor's cells: a pydantic model with the best parsers one writes in an hour, remembered by raw content.

Imports nothing of ours but plain strings, so that a peer can use the same model in an environment of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BeforeValidator

MARK = "\x01"  # of typed cells, see validators.rawcell
_DATE = re.compile(r"\s*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\s*\Z")
_EIGHT = re.compile(r"(\d{4})(\d\d)(\d\d)\Z")
_WIDE = str.maketrans("０１２３４５６７８９．－", "0123456789.-")
_EPOCH = date(1899, 12, 30)
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_days: dict[str, date] = {}
_amounts: dict[str, Decimal] = {}


def _remember(known: dict[str, Any], raw: str, value: Any) -> Any:
    if len(known) > 50_000:
        known.clear()
    known[raw] = value
    return value


def parse_day(raw: str) -> date:
    """A day from any of nine shapes; remembered by raw content."""
    found = _days.get(raw)
    if found is not None:
        return found
    if raw[0] == MARK:
        digits = raw[2:].partition("\x1f")[0]
        return _remember(_days, raw, _EPOCH + timedelta(days=int(digits)))
    text = raw.translate(_WIDE)
    match = _DATE.match(text) or _EIGHT.match(text)
    if match is None:
        raise ValueError("no date")
    return _remember(_days, raw, date(int(match[1]), int(match[2]), int(match[3])))


def parse_amount(raw: str) -> Decimal:
    """An amount in 万元; remembered by raw content."""
    found = _amounts.get(raw)
    if found is not None:
        return found
    text = raw[2:].partition("\x1f")[0] if raw[0] == MARK else raw.translate(_WIDE).replace(",", "").strip()
    factor = 1
    if text.endswith("亿元"):
        text, factor = text[:-2], 10000
    elif text.endswith("万元"):
        text = text[:-2]
    try:
        value = Decimal(text) * factor
    except InvalidOperation:
        raise ValueError("no amount") from None
    if value < 0:
        raise ValueError("negative")
    return _remember(_amounts, raw, value)


def parse_uscc(raw: str) -> str:
    """18 characters with their check digit."""
    text = raw.translate(_WIDE).strip().upper()
    if len(text) != 18:
        raise ValueError("length")
    total = 0
    for char, weight in zip(text, _WEIGHTS, strict=False):
        total += _USCC.index(char) * weight
    if _USCC[(31 - total % 31) % 31] != text[17]:
        raise ValueError("check digit")
    return text


def _pattern(pattern: str) -> Any:
    match = re.compile(pattern).fullmatch

    def check(raw: str) -> str:
        text = raw.translate(_WIDE).strip()
        if match(text) is None:
            raise ValueError("form")
        return text

    return check


def _one_of(values: list[str]) -> Any:
    known = set(values)

    def check(raw: str) -> str:
        text = raw.strip()
        if text not in known:
            raise ValueError("not in the list")
        return text

    return check


def kinds_of(columns: Iterable[tuple[str, str, str]], choices: dict[str, list[str]]) -> dict[str, Any]:
    """Field → annotated type. `columns`: name, type, name of its list of choices."""
    kinds: dict[str, Any] = {
        "uscc": Annotated[str, BeforeValidator(parse_uscc)],
        "projcode": Annotated[str, BeforeValidator(_pattern(r"\d{4}-\d{6}-\d\d-\d\d-\d{6}"))],
        "phone": Annotated[str, BeforeValidator(_pattern(r"1\d{10}|\d{3,4}-\d{7,8}"))],
        "yesno": Annotated[str, BeforeValidator(_one_of(["是", "否"]))],
    }
    fields: dict[str, Any] = {}
    for name, type_, listed in columns:
        if type_.startswith("date"):
            kind: Any = Annotated[date, BeforeValidator(parse_day)]
        elif type_.startswith("money") or type_ in ("number", "integer", "pct_progress"):
            kind = Annotated[Decimal, BeforeValidator(parse_amount)]
        elif listed:
            kind = Annotated[str, BeforeValidator(_one_of(choices[listed]))]
        else:
            kind = kinds.get(type_, str)
        fields[name] = kind
    return fields
