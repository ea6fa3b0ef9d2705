"""Drawn tables of cells: `cell | kind | value`, one a line, `\\n` for a line break inside a cell."""

from __future__ import annotations

from datetime import date

from sheets_templates import catalog
from validators.parsers.lines import LineContext, line_context, parse_line_json

TODAY = date(2025, 6, 30)


def context(day: date = TODAY) -> LineContext:
    """Places and drop-downs of the bundled scheme whose conventions the examples assume."""
    return line_context(catalog.load("tianjiaan"), day)


def cases(table: str) -> list[tuple[str, str, str]]:
    """The lines of a drawn table."""
    rows = []
    for line in table.strip("\n").splitlines():
        cell, kind, value = (part.strip(" ") for part in f"{line} ".rsplit("| ", 2))
        rows.append((cell.replace("\\n", "\n").replace("\\u3000", "\u3000"), kind, value.replace("\\n", "\n")))
    return rows


def check(field_type: str, cell: object, kind: str, value: str, day: date = TODAY) -> None:
    """The cell is read as drawn, and whoever typed it is told about everything but `ok`, without English."""
    result = parse_line_json(field_type, cell, context(day))
    assert (result["kind"], result["value"]) == (kind, value), result["message"]
    assert bool(result["message"]) == (kind != "ok")
    assert "格式不正确" not in result["message"]
