"""Functions of formulas on single values. Anything not here is #NAME?: the emulator does not guess."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from sync.backends.google.emulator.cells import Err, Value

VALUE_ERROR = Err("VALUE")


class FormulaError(Exception):
    """Carries an error value out of a function."""

    def __init__(self, error: Err) -> None:
        super().__init__(error.kind)
        self.error = error


def as_text(value: Value) -> str:
    """A value joined with &: numbers in General form with at most 15 digits."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return general(value)
    if isinstance(value, Err):
        raise FormulaError(value)
    return value


def general(value: float) -> str:
    """A number as a spreadsheet writes it without a format: 15 significant digits, E+ where too long."""
    if not math.isfinite(value):
        return "#NUM!"
    digits = Decimal(f"{value:.15g}")
    if digits == 0:
        return "0"
    if 1e-9 <= abs(value) < 1e15:
        text = f"{digits:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    mantissa, _, exponent = f"{value:.14e}".partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}E{'-' if exponent[0] == '-' else '+'}{exponent[1:].lstrip('0').zfill(2)}"


def as_number(value: Value) -> float:
    if value is None:
        return 0.0
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, float):
        return value
    if isinstance(value, Err):
        raise FormulaError(value)
    from sync.backends.google.emulator.entry import typed  # which needs numbers as this module writes them

    number = typed(value, None, "", 2000).value  # a text counts as what it becomes where it is typed: 50%, 2025-03-05
    if not isinstance(number, float):
        raise FormulaError(VALUE_ERROR)
    return number


def as_bool(value: Value) -> bool:
    if isinstance(value, str):
        if value.upper() in ("TRUE", "FALSE"):
            return value.upper() == "TRUE"
        if value == "":
            return False
        raise FormulaError(VALUE_ERROR)
    return as_number(value) != 0


def equal(left: Value, right: Value) -> bool:
    """=: letters' case does not count; a blank equals "", 0 and FALSE."""
    if left is None or right is None:
        other = right if left is None else left
        return other is None or other == "" or (not isinstance(other, str) and as_number(other) == 0)
    if isinstance(left, str) and isinstance(right, str):
        return left.casefold() == right.casefold()
    if isinstance(left, str) or isinstance(right, str) or isinstance(left, bool) != isinstance(right, bool):
        return False
    return left == right


_RANK = {bool: 2, str: 1, float: 0}


def less(left: Value, right: Value) -> bool:
    """<: numbers before text before booleans."""
    left, right = _ordered(left, right), _ordered(right, left)
    ranks = _RANK[type(left)], _RANK[type(right)]
    if ranks[0] != ranks[1]:
        return ranks[0] < ranks[1]
    if isinstance(left, str) and isinstance(right, str):
        return left.casefold() < right.casefold()
    return left < right  # type: ignore[operator]


def _ordered(value: Value, other: Value) -> str | float | bool:
    if value is None:
        return "" if isinstance(other, str) else 0.0
    if isinstance(value, Err):
        raise FormulaError(value)
    return value


def _whole(value: Value) -> int:
    return int(as_number(value))


def _counted(value: Value, least: int = 0) -> int:
    """A position or a length; #NUM! for one that there cannot be."""
    found = _whole(value)
    if found < least:
        raise FormulaError(Err("NUM", f"Parameter value is {found}. It should be greater than or equal to {least}."))
    return found


def _find(needle: Value, text: Value, start: Value = 1.0) -> Value:
    at = as_text(text).find(as_text(needle), max(_whole(start) - 1, 0))
    if at < 0:
        raise FormulaError(Err("VALUE", f"In FIND evaluation, cannot find '{as_text(needle)}'."))
    return float(at + 1)


def _mid(text: Value, start: Value, count: Value) -> Value:
    at = _counted(start, 1) - 1
    return as_text(text)[at : at + _counted(count)]


def _left(text: Value, count: Value = 1.0) -> Value:
    return as_text(text)[: _counted(count)]


def _right(text: Value, count: Value = 1.0) -> Value:
    wanted = _counted(count)
    return as_text(text)[-wanted:] if wanted else ""


def _substitute(text: Value, old: Value, new: Value) -> Value:
    return as_text(text).replace(as_text(old), as_text(new)) if as_text(old) else as_text(text)


def _pattern(text: str) -> re.Pattern[str]:
    """RE2's Unicode classes that our formulas use, in Python's words."""
    cased = "".join(chr(c) for c in range(0x10000) if chr(c).isupper() or chr(c).istitle()) if "\\p{L" in text else ""
    classes = re.sub(r"\\p\{L[ut]\}", lambda _: _ranges(cased), text)
    try:
        return re.compile(classes)
    except re.error:
        raise FormulaError(Err("REF", f"Function REGEXREPLACE: {text} is not a valid regular expression.")) from None


def _ranges(chars: str) -> str:
    found: list[list[int]] = []
    for char in chars:
        if found and found[-1][1] == ord(char) - 1:
            found[-1][1] = ord(char)
        else:
            found.append([ord(char), ord(char)])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in found)


_COMPILED: dict[str, re.Pattern[str]] = {}


def _compiled(text: str) -> re.Pattern[str]:
    if text not in _COMPILED:
        _COMPILED[text] = _pattern(text)
    return _COMPILED[text]


def _regexreplace(text: Value, pattern: Value, new: Value) -> Value:
    if text is not None and not isinstance(text, str):
        raise FormulaError(VALUE_ERROR)  # Sheets takes no numbers here
    replacement = re.sub(r"\$(\d)", r"\\\1", as_text(new).replace("\\", "\\\\"))
    return _compiled(as_text(pattern)).sub(replacement, as_text(text))


def _regexmatch(text: Value, pattern: Value) -> Value:
    return _compiled(as_text(pattern)).search(as_text(text)) is not None


def _error_type(value: Value) -> Value:
    if isinstance(value, Err):
        return float(value.number)
    raise FormulaError(Err("N_A"))


def _round(value: Value, places: Value = 0.0) -> Value:
    step = Decimal(1).scaleb(-_whole(places))
    return float(Decimal(repr(as_number(value))).quantize(step, rounding="ROUND_HALF_UP"))


def _address(row: Value, column: Value, kind: Value = 1.0) -> Value:
    from sync.backends.google.emulator.a1 import letters

    across, down = {1: ("$", "$"), 2: ("", "$"), 3: ("$", ""), 4: ("", "")}[_whole(kind)]
    return f"{across}{letters(_whole(column) - 1)}{down}{_whole(row)}"


Scalar = Callable[..., Value]

# name → (function, fewest and most arguments); an error among the arguments is the answer
STRICT: dict[str, tuple[Scalar, int, int]] = {
    "ABS": (lambda x: abs(as_number(x)), 1, 1),
    "ADDRESS": (_address, 2, 3),
    "EXACT": (lambda a, b: as_text(a) == as_text(b), 2, 2),
    "FIND": (_find, 2, 3),
    "INT": (lambda x: float(math.floor(as_number(x))), 1, 1),
    "LEFT": (_left, 1, 2),
    "LEN": (lambda x: float(len(as_text(x))), 1, 1),
    "LOWER": (lambda x: as_text(x).lower(), 1, 1),
    "MID": (_mid, 3, 3),
    "NOT": (lambda x: not as_bool(x), 1, 1),
    "REGEXMATCH": (_regexmatch, 2, 2),
    "REGEXREPLACE": (_regexreplace, 3, 3),
    "REPT": (lambda text, n: as_text(text) * _counted(n), 2, 2),
    "RIGHT": (_right, 1, 2),
    "ROUND": (_round, 1, 2),
    "SUBSTITUTE": (_substitute, 3, 3),
    "TRIM": (lambda x: " ".join(filter(None, as_text(x).split(" "))), 1, 1),
    "UPPER": (lambda x: as_text(x).upper(), 1, 1),
    "VALUE": (as_number, 1, 1),
}

# the same, but errors are looked at, not passed on
LOOKING: dict[str, tuple[Scalar, int, int]] = {
    "ERROR.TYPE": (_error_type, 1, 1),
    "ISBLANK": (lambda x: x is None, 1, 1),
    "ISERROR": (lambda x: isinstance(x, Err), 1, 1),
    "ISLOGICAL": (lambda x: isinstance(x, bool), 1, 1),
    "ISNUMBER": (lambda x: isinstance(x, float), 1, 1),
    "ISTEXT": (lambda x: isinstance(x, str), 1, 1),
}


def _numbers(values: Sequence[Value]) -> list[float]:
    for value in values:
        if isinstance(value, Err):
            raise FormulaError(value)
    return [value for value in values if isinstance(value, float)]


# over all values of their arguments
GATHERING: dict[str, Callable[[Sequence[Value]], Value]] = {
    "AND": lambda values: all(as_bool(v) for v in values if v is not None and not isinstance(v, str)),
    "CONCATENATE": lambda values: "".join(as_text(v) for v in values),
    "COUNT": lambda values: float(sum(isinstance(v, float) for v in values)),
    "COUNTA": lambda values: float(sum(v is not None for v in values)),
    "MAX": lambda values: max(_numbers(values), default=0.0),
    "MIN": lambda values: min(_numbers(values), default=0.0),
    "OR": lambda values: any(as_bool(v) for v in values if v is not None and not isinstance(v, str)),
    "SUM": lambda values: math.fsum(_numbers(values)),
}
