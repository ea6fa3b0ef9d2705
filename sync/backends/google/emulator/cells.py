"""A cell and what it holds. Cells and rows are never changed in place, so that a batch can be undone for nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sync.backends.google.emulator.formula import Formula

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Err:
    """An error value. `kind` as the API names it: REF, NAME, VALUE, DIVIDE_BY_ZERO, N_A, NUM, ERROR."""

    kind: str
    message: str = ""

    @property
    def shown(self) -> str:
        return _SHOWN.get(self.kind, "#ERROR!")

    @property
    def number(self) -> int:
        """What ERROR.TYPE says."""
        return _NUMBERS.get(self.kind, 8)


_SHOWN = {
    "REF": "#REF!", "NAME": "#NAME?", "VALUE": "#VALUE!", "DIVIDE_BY_ZERO": "#DIV/0!", "N_A": "#N/A", "NUM": "#NUM!",
}  # fmt: skip
_NUMBERS = {"DIVIDE_BY_ZERO": 2, "VALUE": 3, "REF": 4, "NAME": 5, "NUM": 6, "N_A": 7}

Value = str | float | bool | Err | None  # None: blank


class Cell(NamedTuple):
    """What was entered, and how it looks. `look` is a userEnteredFormat, `rule` a data validation, both as JSON."""

    entered: Value | Formula = None
    look: Json | None = None
    note: str = ""
    rule: Json | None = None

    @property
    def empty(self) -> bool:
        return self.entered is None and not self.look and not self.note and not self.rule


BLANK = Cell()


def number(value: float) -> float:
    """A number as a spreadsheet holds it: a double, whatever was typed."""
    return float(value)


def as_json(value: float) -> int | float:
    """A double as JSON: whole ones without a point, as Google writes them."""
    if math.isfinite(value) and value.is_integer() and abs(value) < 1e21:
        return int(value)
    return value


def extended(value: Value) -> Json:
    """An effective value as ExtendedValue; {} for a blank."""
    if value is None:
        return {}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, str):
        return {"stringValue": value}
    if isinstance(value, Err):
        return {"errorValue": {"type": value.kind, **({"message": value.message} if value.message else {})}}
    return {"numberValue": as_json(value)}
