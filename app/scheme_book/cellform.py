"""Values of the scheme language as the text of one cell, and back, by the types of our own models.

A text is itself. Several of them are joined with 、 or stand one a line. A group of parameters is `名称: 值`, one a line;
several groups stand one a line each, their parts joined with ；. What stands deeper is in { }. A text that would be read
differently is put in quotation marks as in JSON. `read(write(value)) == value` for every value a model can hold.
"""

from __future__ import annotations

from typing import Any

from app.scheme_book.cell_kinds import CellError, Names, alternatives, key_of, plain_kinds, values_of
from app.scheme_book.cell_reader import CellReader, plain_number
from app.scheme_book.cell_writer import CellWriter

__all__ = ["CellError", "Names", "alternatives", "key_of", "plain_number", "read", "values_of", "write"]


def write(value: Any, annotation: Any, names: Names) -> str:
    """The text of a cell for a value. None and empty lists are written too: the caller leaves defaults blank."""
    return CellWriter(names).cell(value, plain_kinds(annotation))


def read(text: str, annotation: Any, names: Names) -> Any:
    """The value of a cell as plain data with the keys of scheme files. CellError says what is wanted."""
    return CellReader(names).cell(text.replace("\r\n", "\n").replace("\r", "\n").strip(), plain_kinds(annotation))
