"""What stood in a spreadsheet before it was changed, as a workbook of plain values that anybody can open."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

import xlsxwriter

from sync.ledger.grid import Grid, Ledger
from validators.numberformats import DATE_CODES
from validators.rawcell import decode

_LOOKS: dict[str, str] = {**DATE_CODES, "%": "0.##%"}  # without them the number would say something else
_LOOKS |= {
    "元": 'General"元"',
    "千": 'General"千元"',
    "万": 'General"万"',
    "亿": 'General"亿"',
    "$": 'General"（外币格式）"',
}
_BAD = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))
EXACT = 15  # digits that a number of a workbook keeps


def keepsake(ledger: Ledger) -> bytes:
    """Every visible tab with its cells where they stand: texts as texts, never as formulas."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False}) as made:
        looks = {form: made.add_format({"num_format": code}) for form, code in _LOOKS.items()}
        used: set[str] = set()
        for grid in ledger.grids:
            if grid.state != "visible":
                continue
            name = _name(grid.title, used)
            _fill(made.add_worksheet(name), grid, looks)
    return buffer.getvalue()


def _name(title: str, used: set[str]) -> str:
    """A name that a workbook takes: short, without some signs, of its own."""
    plain = title.translate(_BAD)[:28] or "表"
    name = next(
        text for text in (plain, *(f"{plain}{number}" for number in range(2, 1000))) if text.casefold() not in used
    )
    used.add(name.casefold())
    return name


def _fill(sheet: xlsxwriter.worksheet.Worksheet, grid: Grid, looks: Mapping[str, xlsxwriter.format.Format]) -> None:
    for row, cells in grid.cells.items():
        for column, raw in cells.items():
            kind, text, form = decode(raw)
            if kind == "number" and len(text.strip("-").replace(".", "")) <= EXACT:
                sheet.write_number(row - 1, column - 1, float(text), looks.get(form))
            elif kind == "boolean":
                sheet.write_boolean(row - 1, column - 1, text == "TRUE")
            elif text:
                sheet.write_string(row - 1, column - 1, text[:32_767])
