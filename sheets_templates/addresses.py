"""A1 addresses from 1-based columns and rows."""

from __future__ import annotations


def letters(column: int) -> str:
    """1 → A, 27 → AA. ValueError below 1."""
    if column < 1:
        raise ValueError(f"columns are counted from 1, not {column}")
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def area(first_row: int, first_column: int, last_row: int, last_column: int) -> str:
    """A range such as B7:D206."""
    return f"{letters(first_column)}{first_row}:{letters(last_column)}{last_row}"


def absolute(tab: str, column: int, first_row: int, last_row: int) -> str:
    """A piece of one column on a named tab: '项目库'!$F$6:$F$206."""
    quoted = tab.replace("'", "''")
    return f"'{quoted}'!${letters(column)}${first_row}:${letters(column)}${last_row}"
