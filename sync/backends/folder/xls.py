"""An .xls through xlrd: values, number formats and errors of its cells as an .xlsx has them; what is merged or hidden.

xlrd is plain Python: a hostile file costs an exception, time or memory, for which reader processes have limits. Of the
public samples of Apache POI and calamine it reads 424, with calamine's own values but for five files (in three of them
calamine's texts are broken); six that only calamine reads are refused, since their errors would look like blanks.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from typing import Any

from sync.backends.folder.oldsheet import OldSheet
from sync.backends.folder.package import Limits, Trouble
from sync.backends.folder.rawsheet import Cells, digits_of, number_cell, text_cell
from sync.backends.folder.styles import builtin_class, format_class
from sync.backends.folder.tabs import Sheet
from sync.headers import column_letters
from validators import rawcell
from validators.rawcell import Format, RawCell

_STATES = {1: "hidden", 2: "veryHidden"}


class _Silent(io.TextIOBase):
    """Where xlrd tells what it finds odd."""

    def write(self, text: str) -> int:
        return len(text)


def xls_sheets(data: bytes, limits: Limits) -> list[Sheet]:
    """The tabs of an .xls. Trouble when it is encrypted, damaged or no workbook."""
    import xlrd

    try:
        book = xlrd.open_workbook(
            file_contents=data,
            logfile=_Silent(),
            formatting_info=True,
            ragged_rows=True,  # what lies far to the right costs its own row only
            ignore_workbook_corruption=True,  # of the container: programs that write it carelessly are in use
        )
        formats = _formats(book)
    except MemoryError:
        raise
    except Exception as error:  # whatever its records make xlrd stumble over
        encrypted = isinstance(error, xlrd.XLRDError) and "encrypted" in str(error)
        raise Trouble("book.encrypted" if encrypted else "book.damaged", error=type(error).__name__) from error
    if book.nsheets > limits.tabs:
        raise Trouble("book.too_large", reason="tabs", count=book.nsheets)
    return [
        Sheet(tab.name, _STATES.get(tab.visibility, "visible"), partial(XlsSheet, tab, formats, limits))
        for tab in book.sheets()
    ]


def _formats(book: Any) -> list[Format]:
    """Class of the number format of each cell format; what the file does not say itself, every program knows by number."""
    own = {item.format_key: format_class(item.format_str or "") for item in book.format_list}
    return [own[xf.format_key] if xf.format_key in own else builtin_class(xf.format_key) for xf in book.xf_list]


class XlsSheet(OldSheet):
    """Rows of one tab."""

    def __init__(self, tab: Any, formats: list[Format], limits: Limits) -> None:
        super().__init__(limits, (_range(*box) for box in tab.merged_cells))
        self._tab, self._formats = tab, formats
        self._date1904 = tab.book.datemode == 1
        self.hidden_rows = {row + 1 for row, info in tab.rowinfo_map.items() if info.hidden}
        self.hidden_columns = {column + 1 for column, info in tab.colinfo_map.items() if info.hidden}

    def _lines(self) -> Iterator[tuple[int, Cells]]:
        for row in range(self._tab.nrows):
            yield row + 1, self._cells(row)

    def _cells(self, row: int) -> Cells:
        cells: Cells = {}
        kinds, values = self._tab.row_types(row), self._tab.row_values(row)
        for column, (kind, value) in enumerate(zip(kinds, values, strict=True)):
            raw = self._cell(row, column, kind, value)
            if not raw:
                continue
            if column < self._limits.columns:
                cells[column + 1] = raw
            else:
                self.far_cells += 1
        return cells

    def _cell(self, row: int, column: int, kind: int, value: Any) -> RawCell:
        import xlrd

        if kind == xlrd.XL_CELL_TEXT:
            return text_cell(value, self._limits.text)
        if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
            look = self._tab.cell_xf_index(row, column)
            form: Format = self._formats[look] if look < len(self._formats) else ""
            return number_cell(digits_of(value), form, self._date1904)
        if kind == xlrd.XL_CELL_BOOLEAN:
            return rawcell.boolean(bool(value))
        if kind == xlrd.XL_CELL_ERROR:
            return rawcell.error(xlrd.error_text_from_code.get(value, "#VALUE!"))
        return ""


def _range(top: int, below: int, left: int, behind: int) -> str:
    return f"{column_letters(left + 1)}{top + 1}:{column_letters(behind)}{below}"
