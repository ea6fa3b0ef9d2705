"""Exact comparisons and figures for people: shares are compared as they are, rounding is for the eye only (B-55)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import (
    ROUND_CEILING,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DecimalException,
    Inexact,
    InvalidOperation,
    localcontext,
)
from fractions import Fraction
from functools import reduce

_EXACT = Context(prec=200, traps=[Inexact, InvalidOperation])
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
    top, bottom = value.as_integer_ratio()
    if bottom == 1:
        return Decimal(top)
    rest = bottom
    while not rest % 10:
        rest //= 10
    while not rest % 2:
        rest //= 2
    while not rest % 5:
        rest //= 5
    if rest != 1 or (bottom <= 1000 and abs(top) < 10**15):  # so few digits fit as they are
        return Decimal(top) / Decimal(bottom)
    with localcontext() as context:
        context.prec = max(28, len(str(top)) + 4 * len(str(bottom)))
        return Decimal(top) / Decimal(bottom)


def total(numbers: Iterable[Decimal]) -> Fraction:
    """The exact sum: no digit is lost, however many and however unlike the numbers are."""
    items = list(numbers)
    try:
        return Fraction(reduce(_EXACT.add, items, Decimal(0)))
    except DecimalException:  # more digits than anybody writes
        return sum(map(Fraction, items), Fraction(0))


def rounded(value: Fraction | Decimal, digits: int = 1) -> str:
    """A number for the eye, half up, with a fixed number of decimals: 5.0, -0.3."""
    top, bottom = value.as_integer_ratio()
    units = (abs(top) * 10**digits * 2 + bottom) // (bottom * 2)
    text = str(units)
    if digits:
        text = text.zfill(digits + 1)
        text = f"{text[:-digits]}.{text[-digits:]}"
    return f"-{text}" if top < 0 and units else text


def enough(value: Fraction, holds: Callable[[Decimal], bool]) -> str:
    """The number to one decimal; with more where the rounded one would say something else than the number itself."""
    text = rounded(value)
    for digits in range(2, 13):
        if holds(Decimal(text)):
            break
        text = rounded(value, digits)
    return text
