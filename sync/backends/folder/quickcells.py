"""Our cells in the forms in which every program writes them, found for a whole sheet in one look.

A row-by-row search for each of our columns would look at every byte of the sheet once per column. What has another
form (a formula, metadata, unusual attributes) or stands there twice is not in the answer; `splice` then looks at its
row carefully. So speed never decides what may be written.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from sync.backends.folder.cellxml import column_letters
from sync.backends.folder.sheetframe import Sheet

Plain = dict[int, dict[int, re.Match[bytes]]]  # row number → column → the cell that names both

_CELL = (
    rb'(<%(p)sc r="(%(columns)s)([0-9]{1,7})"(?: s="[0-9]{1,9}")?)(?: t="([a-zA-Z]{1,9})")?'
    rb'(?:(/>)|>(?:<%(p)sv>([^<]*)</%(p)sv>|<%(p)sis><%(p)st(?: xml:space="preserve")?>([^<]*)</%(p)st></%(p)sis>)?'
    rb"(</%(p)sc>)|)"
)
HEAD, LETTERS, DIGITS, TYPE, EMPTY, VALUE, INLINE, CLOSED = range(1, 9)


def plain_cells(sheet: Sheet, rows: Collection[int], columns: Collection[int], start: int, end: int) -> Plain:
    """The plain cells of these columns and row numbers between two places of the part. That a cell lies inside the
    row it names is not yet proved."""
    numbers = {column_letters(column).encode(): column for column in columns}
    pattern = re.compile(_CELL % {b"p": re.escape(sheet.prefix), b"columns": b"|".join(numbers)})
    found: Plain = {row: {} for row in rows}
    by_digits = {b"%d" % row: here for row, here in found.items()}
    odd: list[tuple[dict[int, re.Match[bytes]], int]] = []
    for match in pattern.finditer(sheet.part, start, end):
        _, letters, digits, _, empty, _, _, closed = match.groups()
        here = by_digits.get(digits)
        if here is None:
            continue
        column = numbers[letters]
        if column in here or (empty is None and closed is None):
            odd.append((here, column))
        here[column] = match
    for here, column in odd:
        here.pop(column, None)
    return found
