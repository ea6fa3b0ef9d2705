"""findReplace: texts exchanged for others wherever they stand in a range, a sheet or the whole book."""

from __future__ import annotations

import re

from sync.backends.google.emulator.a1 import Box
from sync.backends.google.emulator.batch import Batch, request
from sync.backends.google.emulator.cells import Cell, Json
from sync.backends.google.emulator.errors import bad
from sync.backends.google.emulator.formula import Formula
from sync.backends.google.emulator.sheet import Sheet
from sync.backends.google.emulator.values import entered


@request("findReplace")
def _find_replace(batch: Batch, body: Json) -> Json:
    """By text or by regular expression ($1 stands for a group), in what is shown or in the texts of formulas too."""
    find = str(body.get("find") or "")
    if not find:
        raise bad("findReplace.find is required")
    if body.get("searchByRegex"):
        body = {**body, "pattern": _pattern(find, case=bool(body.get("matchCase")))}
    counts = {"valuesChanged": 0, "rowsChanged": 0, "sheetsChanged": 0, "occurrencesChanged": 0}
    for sheet, box in _places(batch, body):
        before = counts["valuesChanged"]
        for row in range(box.top, min(box.bottom, len(sheet.rows))):
            changed = _row(batch, sheet, row, box, body, counts)
            counts["rowsChanged"] += bool(changed)
        counts["sheetsChanged"] += counts["valuesChanged"] > before
    return {"findReplace": {name: count for name, count in counts.items() if count}}


def _places(batch: Batch, body: Json) -> list[tuple[Sheet, Box]]:
    if body.get("range") is not None:
        return [batch.sheet_and_box(body["range"])]
    if body.get("sheetId") is not None:
        sheets = [batch.book.sheet(int(body["sheetId"]))]
    elif body.get("allSheets"):
        sheets = batch.book.sheets
    else:
        raise bad("findReplace needs a range, a sheetId or allSheets")
    return [(sheet, Box(0, 0, sheet.row_count, sheet.column_count)) for sheet in sheets]


def _row(batch: Batch, sheet: Sheet, row: int, box: Box, body: Json, counts: dict[str, int]) -> bool:
    changed: dict[int, Cell] = {}
    for column, cell in sheet.rows[row].items():
        formula = cell.entered if isinstance(cell.entered, Formula) else None
        if not box.left <= column < box.right or cell.entered is None or (formula and not body.get("includeFormulas")):
            continue
        shown = batch.book.formula_text(formula) if formula else batch.book.reader.shown(sheet.id, row, column)
        text, times = _replaced(shown, body)
        if times:
            batch.guard(sheet, Box(row, column, row + 1, column + 1))
            changed[column] = entered(batch.book, cell, text, "USER_ENTERED")
            counts["occurrencesChanged"] += times
    counts["valuesChanged"] += len(changed)
    sheet.set_cells(row, changed)
    return bool(changed)


def _pattern(text: str, *, case: bool) -> re.Pattern[str]:
    try:
        return re.compile(text, 0 if case else re.IGNORECASE)
    except re.error as error:
        raise bad(f"Invalid regular expression: {error}") from None


def _by_pattern(text: str, pattern: re.Pattern[str], new: str, *, whole: bool) -> tuple[str, int]:
    replacement = re.sub(r"\$(\d)", r"\\g<\1>", new.replace("\\", "\\\\"))
    if whole:
        match = pattern.fullmatch(text)
        return (match.expand(replacement), 1) if match else (text, 0)
    return pattern.subn(replacement, text)


def _replaced(text: str, body: Json) -> tuple[str, int]:
    """The text as it becomes, and how often something was exchanged in it."""
    if "pattern" in body:
        new = str(body.get("replacement") or "")
        return _by_pattern(text, body["pattern"], new, whole=bool(body.get("matchEntireCell")))
    find, new = str(body["find"]), str(body.get("replacement") or "")
    same = text if body.get("matchCase") else text.casefold()
    wanted = find if body.get("matchCase") else find.casefold()
    if body.get("matchEntireCell"):
        return (new, 1) if same == wanted else (text, 0)
    if len(same) != len(text):
        raise bad("findReplace: a text whose length depends on its case is not supported")
    pieces, at = [], 0
    while (found := same.find(wanted, at)) >= 0:
        pieces += [text[at:found], new]
        at = found + len(wanted)
    return "".join([*pieces, text[at:]]), len(pieces) // 2
