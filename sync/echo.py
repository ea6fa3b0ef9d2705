"""内容标识: what a row reads as, in the way a spreadsheet itself would join its cells.

A conditional format of the template compares it with `=C7&"|"&D7…`; where they differ, our texts stand beside
content they were not computed from (copied, sorted apart) and are shown struck out (law L2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from validators.rawcell import MARK, RawCell, decode

REMEMBERED = 20_000
LIMIT = 800  # longer rows would make the format slow; they go without
_AS_IT_IS = re.compile(r"-?(?:0|[1-9]\d{0,9})(?:\.\d{0,3}[1-9])?")  # at most 14 digits, none of them idle


def echo(cells: Iterable[RawCell]) -> str:
    """The joined text of the cells, or "" when a spreadsheet's own joining cannot be foretold exactly."""
    parts = [_JOINED[raw] if raw[:1] == MARK else raw for raw in cells]
    if None in parts:
        return ""
    joined = "|".join(parts)  # type: ignore[arg-type]
    return joined if len(joined) <= LIMIT else ""


class _Joined(dict[RawCell, str | None]):
    """What typed cells read as, remembered: books repeat their days and numbers. A plain dictionary is asked at half
    the price of a cache that counts."""

    def __missing__(self, raw: RawCell) -> str | None:
        if len(self) >= REMEMBERED:
            self.clear()
        found = self[raw] = _as_joined(raw)
        return found


_JOINED = _Joined()


def _as_joined(raw: RawCell) -> str | None:
    """None also for TRUE and FALSE: Excel joins the word, LibreOffice the number 1 or 0."""
    kind, body, _ = decode(raw)
    if kind in ("blank", "text"):
        return body
    return _general(body) if kind == "number" else None


def _general(digits: str) -> str | None:
    """A number in General format; None where programs may differ (exponents, more than 15 digits)."""
    if _AS_IT_IS.fullmatch(digits) and digits != "-0":
        return digits
    try:
        value = Decimal(digits)
    except InvalidOperation:
        return None
    text = f"{value.normalize():f}" if value else "0"
    significant = text.lstrip("-").replace(".", "").lstrip("0")
    return text if len(significant) <= 15 and abs(value) < Decimal("1e11") else None
