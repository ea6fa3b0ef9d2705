"""CellData of a request → a cell: only the masked fields change, masked fields that are absent are cleared."""

from __future__ import annotations

from typing import Any

from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.cells import Cell, Json, Value
from sync.backends.google.emulator.colours import is_colour, settled
from sync.backends.google.emulator.entry import CELL_LIMIT
from sync.backends.google.emulator.errors import bad
from sync.backends.google.emulator.formula import Formula
from sync.backends.google.emulator.masks import Mask, inner, wants, write_masked

_NOT_HERE = ("textFormatRuns", "chipRuns", "pivotTable", "dataSourceTable", "dataSourceFormula")
_READ_ONLY = frozenset({"effectiveValue", "effectiveFormat", "formattedValue", "hyperlink"})


def check_fields(mask: Mask | None) -> None:
    """400 for fields that only the sheet itself can say."""
    for name in mask or ():
        if name in _READ_ONLY:
            raise bad(f"Field '{name}' is read-only")


def changed_cell(book: Book, old: Cell, given: Json, mask: Mask | None) -> Cell:
    """The cell after CellData was written to it through a mask."""
    new = old
    for name in _NOT_HERE:
        if wants(mask, name) and given.get(name):
            raise bad(f"{name} is not supported by this emulator")
    if wants(mask, "userEnteredValue"):
        new = new._replace(entered=entered_of(book, given.get("userEnteredValue")))
    if wants(mask, "userEnteredFormat"):
        look = write_masked(old.look or {}, given.get("userEnteredFormat") or {}, inner(mask, "userEnteredFormat"))
        new = new._replace(look=_clean(settled(look, old.look or {})) or None)
    if wants(mask, "note"):
        new = new._replace(note=str(given.get("note") or ""))
    if wants(mask, "dataValidation"):
        new = new._replace(rule=given.get("dataValidation") or None)
    return new


def entered_of(book: Book, given: Any) -> Value | Formula:
    """An ExtendedValue as what stands in a cell."""
    if not given:
        return None
    if len(given) > 1:
        first, second = list(given)[:2]
        raise bad(f"Invalid value: oneof field 'value' is already set by {first}. Cannot set '{second}'")
    if "formulaValue" in given:
        text = str(given["formulaValue"])
        if not text.startswith("="):
            raise bad("Invalid formulaValue: a formula begins with =")
        _check_length(text)
        return book.formula(text[1:])
    if "numberValue" in given:
        return float(given["numberValue"])
    if "boolValue" in given:
        return bool(given["boolValue"])
    if "stringValue" in given:
        text = str(given["stringValue"])
        _check_length(text)
        return text or None
    raise bad("Invalid value: an ExtendedValue holds numberValue, stringValue, boolValue or formulaValue")


def _check_length(text: str) -> None:
    if len(text) > CELL_LIMIT:
        raise bad(f"Your input contains more than the maximum of {CELL_LIMIT} characters in a single cell.")


def _clean(look: Json) -> Json:
    """Defaults are not kept; black is no default."""
    found: Json = {}
    for name, value in look.items():
        if is_colour(name) and isinstance(value, dict):
            found[name] = value
        elif isinstance(value, dict):
            inner_look = _clean(value)
            if inner_look or name.endswith("Style"):
                found[name] = inner_look
        elif value not in (None, "", 0, False):
            found[name] = value
    return found
