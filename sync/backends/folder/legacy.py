""".xls and .ods through python-calamine, for `check` and for units that cannot save otherwise.

Only reader processes may come here: a hostile file can take down the process calamine runs in. It gives no number
formats and turns error cells into blanks. Formats of an .ods are looked for beside it (`odsformats.py`); of an .xls
percents, months and units that only the format shows cannot be told, nor can errors.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sync.backends.folder.odsformats import OdsFormats, ods_formats
from sync.backends.folder.package import Limits, Package, Trouble
from sync.backends.folder.rawsheet import Cells, text_cell
from sync.backends.folder.tabs import Sheet
from sync.headers import column_letters
from validators import rawcell
from validators.rawcell import Format, RawCell

_STATES = {"Visible": "visible", "Hidden": "hidden", "VeryHidden": "veryHidden"}


def legacy_sheets(data: bytes, kind: str, limits: Limits) -> list[Sheet]:
    """The tabs of an .xls or .ods. Trouble when it is encrypted, damaged or no workbook."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

    formats: dict[str, OdsFormats] = {}
    if kind == "ods":
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
        form = formats.get(meta.name, OdsFormats())
        sheets.append(Sheet(meta.name, state, lambda name=meta.name, form=form: LegacySheet(book, name, limits, form)))  # type: ignore[misc]
    return sheets


def _check_archive(package: Package) -> None:
    """An .ods within the limits of archives; calamine does not always see that one is encrypted."""
    if "META-INF/manifest.xml" in package and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise Trouble("book.encrypted")


class LegacySheet:
    """Rows of one tab of an old file, in the form of `RawSheet`."""

    def __init__(self, book: Any, name: str, limits: Limits, formats: OdsFormats) -> None:
        from python_calamine import CalamineError

        self._limits, self._formats = limits, formats
        try:
            self._sheet = book.get_sheet_by_name(name)
        except (CalamineError, ValueError, OSError) as error:
            raise Trouble("book.damaged", part=name) from error
        self.merges = [_range(*box) for box in self._sheet.merged_cell_ranges or ()]
        self.blank_rows = 0
        self.far_cells = 0

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """(1-based row number, filled cells) in order."""
        left = (self._sheet.start or (0, 0))[1]
        filled = 0
        for row, (values, forms) in enumerate(zip(self._sheet.iter_rows(), self._formats.by_row(), strict=False), 1):
            cells = self._cells(values, left, forms)
            if not cells:
                self.blank_rows += 1
                continue
            filled += 1
            if filled > self._limits.rows:
                raise Trouble("book.too_large", reason="rows", count=filled)
            yield row, cells

    def _cells(self, values: list[Any], left: int, forms: Mapping[int, Format]) -> Cells:
        cells: Cells = {}
        for column, value in enumerate(values, left + 1):
            raw = "" if value is None or value == "" else legacy_cell(value, self._limits, forms.get(column, ""))
            if raw and column <= self._limits.columns:
                cells[column] = raw
            elif raw:
                self.far_cells += 1
        return cells


def legacy_cell(value: Any, limits: Limits, form: Format = "") -> RawCell:
    """A value as calamine gives it, as a raw cell. Whole numbers lose the `.0` that floats carry. `form`: what is known of
    its number format."""
    if isinstance(value, str):
        return text_cell(value, limits.text)
    if isinstance(value, bool):
        return rawcell.boolean(value)
    if isinstance(value, int | float):
        whole = isinstance(value, int) or (value.is_integer() and abs(value) < 1e15)
        return rawcell.number(str(int(value)) if whole else repr(value), form)
    if isinstance(value, datetime | date):
        return rawcell.number(rawcell.decode(rawcell.from_date(value)).text, form if form in ("m", "y") else "d")
    if isinstance(value, time):
        return rawcell.text(value.isoformat())
    if isinstance(value, timedelta):
        return rawcell.number(repr(value.total_seconds() / 86400), "d")
    return rawcell.text(str(value))


def _range(start: tuple[int, int], end: tuple[int, int]) -> str:
    first = f"{column_letters(start[1] + 1)}{start[0] + 1}"
    return f"{first}:{column_letters(end[1] + 1)}{end[0] + 1}"
