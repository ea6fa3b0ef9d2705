"""Exact comparisons and figures for people: shares are compared as they are, rounding is for the eye only (B-55)."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

NO_RATIO = "—"  # over zero there is no ratio: neither 0 % nor 100 % (B-54)


def percent(done: Decimal, of: Decimal) -> str:
    """Done over `of` in percent points with one decimal, e.g. "92.9"; "—" over zero."""
    if not of:
        return NO_RATIO
    return str((done * 100 / of).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))


def plain(value: Decimal) -> str:
    """A number without exponent and trailing zeros: 14, 0.5."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def whole_up(value: Decimal) -> Decimal:
    """The next whole number: 0.55 × 14 = 7.7 asks for 8 projects."""
    return value.to_integral_value(rounding=ROUND_CEILING)
