"""The same book in a folder and in memory, as a clerk's program reads and saves it. Independent of the product's reader:
the workbook is taken apart with lxml here, so that the oracle does not see through the eyes it judges."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from lxml import etree

from sync.backends.memory import MemoryBook, MemoryRow
from tests.laws.clerk import Grid, GridRow
from validators import rawcell
from validators.scheme.models import Scheme

NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


class Driver(Protocol):
    """One unit's book in the hands of its clerk."""

    def load(self) -> dict[str, Grid]: ...
    def save(self, grids: dict[str, Grid]) -> None: ...
    def open(self) -> None: ...
    def close(self) -> None: ...
    def content(self) -> str: ...


def trimmed(grid: Grid) -> Grid:
    """Without the blank rows at the end."""
    while grid and grid[-1].blank and not any(grid[-1].shown.values()):
        grid.pop()
    return grid


class MemoryDriver:
    def __init__(self, book: MemoryBook) -> None:
        self.book = book

    def load(self) -> dict[str, Grid]:
        return {
            table: trimmed([GridRow(list(row.cells), {k: v for k, v in row.shown.items() if v}) for row in rows])
            for table, rows in self.book.tabs.items()
        }

    def save(self, grids: dict[str, Grid]) -> None:
        for table, grid in grids.items():
            self.book.tabs[table] = [MemoryRow(list(row.cells), dict(row.shown)) for row in grid]
        self.book.touch()

    def open(self) -> None:
        self.book.clerk_open("王伟")

    def close(self) -> None:
        self.book.clerk_close()

    def content(self) -> str:
        return self.book.fingerprint()


class FolderDriver:
    """A clerk's program over an .xlsx file: all rows below the header are read and written anew, the rest stays."""

    def __init__(self, path: Path, scheme: Scheme) -> None:
        self.path = path
        self.scheme = scheme
        self._opened: _Workbook | None = None  # the oracle looks far more often than anybody saves

    def load(self) -> dict[str, Grid]:
        return {table: [row.copy() for row in grid] for table, grid in self._workbook().grids().items()}

    def _workbook(self) -> _Workbook:
        """The file as it is now, taken apart once."""
        data = self.path.read_bytes()
        if self._opened is None or data != self._opened.data:
            self._opened = _Workbook(data, self.scheme)
        return self._opened

    def save(self, grids: dict[str, Grid]) -> None:
        """As Excel does: a temporary file, then two renames."""
        data = self._workbook().with_grids(grids)
        temp = self.path.with_name("1A2B3C4D")
        temp.write_bytes(data)
        temp.replace(self.path)

    def open(self) -> None:
        """Excel's owner file: the name in the code page of the machine, and again in UTF-16."""
        ansi, wide = "王伟".encode("gbk"), "王伟".encode("utf-16-le")
        body = bytes([len(ansi)]) + ansi.ljust(54) + bytes([2, 0]) + wide + b" \0" * 52
        self.path.with_name("~$" + self.path.name).write_bytes(body[:165])

    def close(self) -> None:
        self.path.with_name("~$" + self.path.name).unlink(missing_ok=True)

    def content(self) -> str:
        return sha256(self.path.read_bytes()).hexdigest()


class _Workbook:
    def __init__(self, data: bytes, scheme: Scheme) -> None:
        self.data = data
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        self.scheme = scheme
        self.strings = self._strings()
        self.tables = {table.title: table for table in scheme.tables}
        self.parts = self._parts()
        self._grids: dict[str, Grid] = {}
        self._layouts: dict[str, tuple[list[int], dict[str, int], int]] = {}

    def _strings(self) -> list[str]:
        if "xl/sharedStrings.xml" not in self.archive.namelist():
            return []
        root = etree.fromstring(self.archive.read("xl/sharedStrings.xml"))
        return ["".join(t.text or "" for t in item.iter(NS + "t")) for item in root]

    def _parts(self) -> dict[str, str]:
        """Table name → member of its sheet."""
        rels = etree.fromstring(self.archive.read("xl/_rels/workbook.xml.rels"))
        targets = {rel.get("Id"): "xl/" + rel.get("Target").removeprefix("/xl/") for rel in rels}
        sheets = etree.fromstring(self.archive.read("xl/workbook.xml")).iter(NS + "sheet")
        return {
            self.tables[sheet.get("name")].name: targets[sheet.get(RELS + "id")]
            for sheet in sheets
            if sheet.get("name") in self.tables
        }

    def grids(self) -> dict[str, Grid]:
        if not self._grids:
            self._grids = {table: self._grid(table) for table in self.parts}
        return self._grids

    def _layout(self, table: str) -> tuple[list[int], dict[str, int], int]:
        """Columns of the fields in their order, our columns by name, the row of titles."""
        if table not in self._layouts:
            self._grid(table)
        return self._layouts[table]

    def _grid(self, table: str) -> Grid:
        rows, columns, ours, header = self._taken_apart(table)
        self._layouts[table] = columns, ours, header
        last = max(rows, default=header)
        grid: Grid = []
        for number in range(header + 1, last + 1):
            cells = rows.get(number, {})
            grid.append(
                GridRow(
                    [cells.get(c, "") for c in columns],
                    {name: rawcell.show(cells[c]) for name, c in ours.items() if cells.get(c)},
                )
            )
        return trimmed(grid)

    def _taken_apart(self, table: str) -> tuple[dict[int, dict[int, str]], list[int], dict[str, int], int]:
        root = etree.fromstring(self.archive.read(self.parts[table]))
        rows: dict[int, dict[int, str]] = {}
        for cell in root.iter(NS + "c"):
            letters = cell.get("r").rstrip("0123456789")
            number = int(cell.get("r")[len(letters) :])
            rows.setdefault(number, {})[_column(letters)] = self._value(cell) if len(cell) else ""
        titles = [field.title for field in self.scheme.table(table).fields]
        header = next(n for n, cells in sorted(rows.items()) if self._is_header(cells, titles))
        texts = {_plain(value): column for column, value in sorted(rows[header].items(), reverse=True)}
        columns = [texts[title] for title in titles]
        ours = {answer.name: texts[answer.title] for answer in self.scheme.answers if answer.title in texts}
        return rows, columns, ours, header

    def _is_header(self, cells: dict[int, str], titles: list[str]) -> bool:
        texts = {_plain(value) for value in cells.values()}
        return set(titles) <= texts

    def _value(self, cell: etree._Element) -> str:
        kind, value = cell.get("t", "n"), cell.findtext(NS + "v")
        if kind == "inlineStr":
            return "".join(t.text or "" for t in cell.iter(NS + "t"))
        if value is None:
            return ""
        if kind == "s":
            return self.strings[int(value)]
        if kind == "str":
            return value
        if kind == "e":
            return rawcell.error(value)
        return rawcell.boolean(value == "1") if kind == "b" else rawcell.number(value)

    def with_grids(self, grids: dict[str, Grid]) -> bytes:
        out = io.BytesIO()
        changed = {self.parts[table]: self._sheet(table, grid) for table, grid in grids.items()}
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
            for item in self.archive.infolist():
                target.writestr(item.filename, changed.get(item.filename) or self.archive.read(item.filename))
        return out.getvalue()

    def _sheet(self, table: str, grid: Grid) -> bytes:
        root = etree.fromstring(self.archive.read(self.parts[table]))
        columns, ours, header = self._layout(table)
        data = root.find(NS + "sheetData")
        elements = {int(row.get("r")): row for row in data}
        last = max([header + len(grid), *elements])
        places = [*columns, *ours.values()]
        for number in range(header + 1, last + 1):
            row = elements.get(number)
            if row is None:
                row = etree.SubElement(data, NS + "row", r=str(number))
            index = number - header - 1
            wanted = grid[index] if index < len(grid) else GridRow([""] * len(columns))
            values = dict(zip(columns, wanted.cells, strict=True)) | {
                column: wanted.shown.get(name, "") for name, column in ours.items()
            }
            _fill(row, number, values, places)
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _fill(row: etree._Element, number: int, values: dict[int, str], places: list[int]) -> None:
    known = {_column(cell.get("r").rstrip("0123456789")): cell for cell in row}
    for column in places:
        old = known.get(column)
        if old is None and not values[column]:
            continue
        known[column] = _cell(f"{_letters(column)}{number}", values[column], old)
    for child in list(row):
        row.remove(child)
    for column in sorted(known):
        row.append(known[column])
    row.attrib.pop("spans", None)


def _cell(address: str, value: str, old: etree._Element | None) -> etree._Element:
    cell = etree.Element(NS + "c", r=address)
    if old is not None and old.get("s"):
        cell.set("s", old.get("s"))
    kind, body, _ = rawcell.decode(value)
    if kind == "number":
        etree.SubElement(cell, NS + "v").text = body
    elif kind == "error":
        cell.set("t", "e")
        etree.SubElement(cell, NS + "v").text = body
    elif kind == "text":
        cell.set("t", "inlineStr")
        text = etree.SubElement(etree.SubElement(cell, NS + "is"), NS + "t")
        text.text = body
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return cell


@cache
def _plain(header: str) -> str:
    """A header as the scheme titles it: no star, no unit."""
    return re.sub(r"[（(][^（）()]*[)）]$", "", header.replace("*", "").replace("\n", "")).strip()


@cache
def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column


def _letters(column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
