"""Does any formula of the book look at what we wrote? Only then may the book be told to calculate when opened.

Their cached values would be stale until the next edit; but a book that calculates when opened also asks the clerk
"save changes?" when closed, so it is not done without need (xlsx.md §2.9). In doubt the answer is yes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sync.backends.folder.cellxml import column_number
from sync.backends.folder.parts import Package, formulas, without_numbers

_TEXT = re.compile(r'"(?:[^"]|"")*"')
_REFERENCE = re.compile(
    r"(?:(?P<sheet>'(?:[^']|'')+'|[^\s'\"!()+\-*/^&=<>,;:{}\[\]]+(?::[^\s'\"!()+\-*/^&=<>,;:{}\[\]]+)?)!)?"
    r"(?:(?<![\w.])\$?(?P<left>[A-Z]{1,3})\$?\d*(?::\$?(?P<right>[A-Z]{1,3})\$?\d*)?(?![\w(.])"
    r"|(?<![\w.])\$?\d+:\$?\d+(?![\w.]))",
    re.IGNORECASE,
)

Columns = Mapping[str, set[int]]  # tab title → written columns


def formulas_look_at(package: Package, written: Columns) -> bool:
    """Whether some `<f>` of the workbook names a written column, directly, by name, or by a table reference."""
    names = [without_numbers(name) for name, refers in package.names.items() if looks_at(refers, "", written)]
    places: dict[str, set[int]] = {}
    for title, columns in written.items():
        places.setdefault(without_numbers(title), set()).update(columns)
    pattern = re.compile("|".join(rf"(?<![\w.]){re.escape(name)}(?![\w.])" for name in names), re.I) if names else None
    for tab in package.tabs:
        for text, width in formulas(package.archive.read(tab.member)):
            home = without_numbers(tab.title)
            if "[" in text or (pattern and pattern.search(text)) or looks_at(text, home, places, width):
                return True
    return False


def looks_at(formula: str, home: str, written: Columns, width: int = 0) -> bool:
    """Whether one formula standing on tab `home` names a written column. Whole rows (4:9) name every column."""
    return any(_hits(found, home, written, width) for found in _REFERENCE.finditer(_TEXT.sub('""', formula)))


def _hits(found: re.Match[str], home: str, written: Columns, width: int) -> bool:
    sheet = found["sheet"]
    if sheet is None:
        columns = written.get(home, set())
    elif ":" in sheet:  # a range of tabs
        columns = set().union(*written.values())
    else:
        columns = written.get(sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet, set())
    if not columns or found["left"] is None:
        return bool(columns)
    return _overlaps(found["left"], found["right"] or found["left"], columns, width)


def _overlaps(left: str, right: str, columns: Iterable[int], width: int) -> bool:
    low, high = sorted((column_number(left), column_number(right)))
    return any(low <= column <= high + width for column in columns)
