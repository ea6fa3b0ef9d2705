"""Exact comparisons and figures for people: shares are compared as they are, rounding is for the eye only (B-55)."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

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


def as_decimal(value: Fraction) -> Decimal:
    """A fraction as a number: exactly where it has a finite decimal form, else to 28 digits."""
    whole = value.denominator
    for prime in (2, 5):
        while whole % prime == 0:
            whole //= prime
    if whole == 1:
        with localcontext() as context:
            context.prec = max(28, len(str(value.numerator)) + 4 * len(str(value.denominator)))
            return (Decimal(value.numerator) / Decimal(value.denominator)).normalize() + 0
    return Decimal(value.numerator) / Decimal(value.denominator)


def rounded(value: Fraction | Decimal, digits: int = 1) -> str:
    """A number for the eye, half up, with a fixed number of decimals: 5.0, -0.3."""
    scaled = abs(Fraction(value)) * 10**digits + Fraction(1, 2)
    units = scaled.numerator // scaled.denominator
    whole, rest = divmod(units, 10**digits)
    text = f"{whole}.{rest:0{digits}d}" if digits else str(whole)
    return f"-{text}" if value < 0 and units else text
