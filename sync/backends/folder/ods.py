""".ods through python-calamine, for `check` and for units that cannot save otherwise.

Only reader processes may come here: a hostile file can take down the process calamine runs in. It gives no number
formats and turns error cells into blanks; both are looked for beside it (`odsformats.py`).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from sync.backends.folder.odsformats import Looks, OdsFormats, ods_formats
from sync.backends.folder.oldsheet import OldSheet
from sync.backends.folder.package import Limits, Package, Trouble
from sync.backends.folder.rawsheet import Cells, digits_of, text_cell
from sync.backends.folder.tabs import Sheet
from sync.headers import column_letters
from validators import rawcell
from validators.rawcell import Format, RawCell

_STATES = {"Visible": "visible", "Hidden": "hidden", "VeryHidden": "veryHidden"}


def ods_sheets(data: bytes, limits: Limits) -> list[Sheet]:
    """The tabs of an .ods. Trouble when it is encrypted, damaged or no workbook."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

    package = Package(data, limits)
    _check_archive(package)
    formats = ods_formats(package, limits)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError as error:
        raise Trouble("book.encrypted") from error
    except (CalamineError, ValueError, OSError) as error:
        raise Trouble("book.damaged", error=type(error).__name__) from error
    metas = [item for item in book.sheets_metadata if item.typ == SheetTypeEnum.WorkSheet]
    if len(metas) > limits.tabs:
        raise Trouble("book.too_large", reason="tabs", count=len(metas))
    sheets = []
    for meta in metas:
        state = _STATES.get(str(meta.visible).rpartition(".")[2], "visible")
        own = formats.get(meta.name, OdsFormats())
        sheets.append(Sheet(meta.name, state, partial(OdsSheet, book, meta.name, limits, own)))
    return sheets


def _check_archive(package: Package) -> None:
    """An .ods within the limits of archives; calamine does not always see that one is encrypted."""
    if "META-INF/manifest.xml" in package and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise Trouble("book.encrypted")


class OdsSheet(OldSheet):
    """Rows of one tab."""

    def __init__(self, book: Any, name: str, limits: Limits, formats: OdsFormats) -> None:
        from python_calamine import CalamineError

        try:
            self._sheet = book.get_sheet_by_name(name)
        except (CalamineError, ValueError, OSError) as error:
            raise Trouble("book.damaged", part=name) from error
        super().__init__(limits, (_range(*box) for box in self._sheet.merged_cell_ranges or ()))
        self._formats, self._left = formats, (self._sheet.start or (0, 0))[1]

    def _lines(self) -> Iterator[tuple[int, Cells]]:
        """Below the last value there may still be formulas that failed."""
        row = 0
        for row, (values, looks) in enumerate(zip(self._sheet.iter_rows(), self._formats.by_row(), strict=False), 1):
            yield row, self._cells(values, looks)
        last = self._formats.runs[-1][1] if self._formats.runs else 0
        below = range(row + 1, min(last, row + self._limits.rows) + 1)
        for empty, looks in zip(below, self._formats.by_row(row + 1), strict=False):
            yield empty, self._cells([], looks)

    def _cells(self, values: list[Any], looks: Looks) -> Cells:
        cells: Cells = dict(looks.failed)
        for column, value in enumerate(values, self._left + 1):
            if value is None or value == "" or column in cells:
                continue
            raw = _cell_of(value, self._limits, looks.forms.get(column, ""))
            if raw and column <= self._limits.columns:
                cells[column] = raw
            elif raw:
                self.far_cells += 1
        return dict(sorted(cells.items())) if looks.failed else cells


def _cell_of(value: Any, limits: Limits, form: Format = "") -> RawCell:
    """A value as calamine gives it, as a raw cell. `form`: what is known of its number format."""
    if isinstance(value, str):
        return text_cell(value, limits.text)
    if isinstance(value, bool):
        return rawcell.boolean(value)
    if isinstance(value, int | float):
        return rawcell.number(digits_of(value), form)
    if isinstance(value, datetime | date):
        return rawcell.number(rawcell.decode(rawcell.from_date(value)).text, form if form in rawcell.DATED else "d")
    if isinstance(value, time):
        return rawcell.text(value.isoformat())
    if isinstance(value, timedelta):
        return rawcell.number(repr(value.total_seconds() / 86400), "d")
    return rawcell.text(str(value))


def _range(start: tuple[int, int], end: tuple[int, int]) -> str:
    first = f"{column_letters(start[1] + 1)}{start[0] + 1}"
    return f"{first}:{column_letters(end[1] + 1)}{end[0] + 1}"
