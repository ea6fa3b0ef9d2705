"""A clerk's hands on an .xlsx: types, inserts, deletes, sorts, copies and moves, and saves the whole file anew.

Works on the XML of a sheet part and leaves every other part alone, so that a test can act in milliseconds and knows
exactly what changed. Programs that people really use are played elsewhere (LibreOffice in `tests/office.py`).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from pathlib import Path

from lxml import etree

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_REFERENCE = re.compile(r"([A-Z]+)(\d+)")
Value = str | int | float | None


def letters(column: int) -> str:
    """1 → A, 27 → AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def number(text: str) -> int:
    """A → 1, AA → 27."""
    result = 0
    for char in text:
        result = result * 26 + ord(char) - 64
    return result


def q(name: str) -> str:
    return f"{{{MAIN}}}{name}"


class Paper:
    """An opened workbook. `save` gives the bytes; `saved` writes them over the file like an in-place writer."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.parts: dict[str, bytes] = {info.filename: archive.read(info) for info in archive.infolist()}
        workbook = etree.fromstring(self.parts["xl/workbook.xml"])
        relations = etree.fromstring(self.parts["xl/_rels/workbook.xml.rels"])
        targets = {item.get("Id"): item.get("Target") for item in relations}
        self._members = {
            sheet.get("name"): "xl/" + targets[sheet.get(f"{{{RELATIONS}}}id")].removeprefix("/xl/")
            for sheet in workbook.iter(q("sheet"))
        }
        self._tabs: dict[str, PaperTab] = {}
        self._strings: list[str] | None = None

    @classmethod
    def of(cls, path: Path) -> Paper:
        return cls(path.read_bytes())

    @property
    def titles(self) -> list[str]:
        return list(self._members)

    @property
    def strings(self) -> list[str]:
        if self._strings is None:
            part = self.parts.get("xl/sharedStrings.xml")
            root = etree.fromstring(part) if part else []
            self._strings = ["".join(t.text or "" for t in item.iter(q("t"))) for item in root]
        return self._strings

    def tab(self, title: str) -> PaperTab:
        if title not in self._tabs:
            self._tabs[title] = PaperTab(self, etree.fromstring(self.parts[self._members[title]]))
        return self._tabs[title]

    def rename_tab(self, title: str, new: str) -> None:
        self.parts["xl/workbook.xml"] = self.parts["xl/workbook.xml"].replace(
            f'name="{title}"'.encode(), f'name="{new}"'.encode()
        )
        self._members[new] = self._members.pop(title)

    def save(self) -> bytes:
        for title, tab in self._tabs.items():
            self.parts[self._members[title]] = etree.tostring(
                tab.root, xml_declaration=True, encoding="UTF-8", standalone=True
            )
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, content in self.parts.items():
                archive.writestr(name, content)
        return out.getvalue()

    def saved(self, path: Path) -> None:
        path.write_bytes(self.save())


class PaperTab:
    """One worksheet. Rows and columns are counted from 1 as people count them."""

    def __init__(self, paper: Paper, root: etree._Element) -> None:
        self.paper, self.root = paper, root
        self.data = root.find(q("sheetData"))

    # looking ------------------------------------------------------------------------------------------------------

    def _row(self, row: int, make: bool = False) -> etree._Element | None:
        after = None
        for item in self.data:
            at = int(item.get("r"))
            if at == row:
                return item
            if at > row:
                after = item
                break
        if not make:
            return None
        new = etree.Element(q("row"), r=str(row))
        if after is None:
            self.data.append(new)
        else:
            after.addprevious(new)
        return new

    def _cell(self, row: int, column: int, make: bool = False) -> etree._Element | None:
        line = self._row(row, make)
        if line is None:
            return None
        after = None
        for item in line:
            at = number(_REFERENCE.match(item.get("r"))[1])
            if at == column:
                return item
            if at > column:
                after = item
                break
        if not make:
            return None
        new = etree.Element(q("c"), r=f"{letters(column)}{row}")
        if after is None:
            line.append(new)
        else:
            after.addprevious(new)
        return new

    def text(self, row: int, column: int) -> str:
        """What stands in a cell, as text."""
        cell = self._cell(row, column)
        return "" if cell is None else self._text(cell)

    def _text(self, cell: etree._Element) -> str:
        inline = cell.find(q("is"))
        if inline is not None:
            return "".join(item.text or "" for item in inline.iter(q("t")))
        value = cell.find(q("v"))
        if value is None or value.text is None:
            return ""
        return self.paper.strings[int(value.text)] if cell.get("t") == "s" else value.text

    def grid(self) -> dict[tuple[int, int], str]:
        """All filled cells: (row, column) → text."""
        found = {}
        for cell in self.data.iter(q("c")):
            place = _REFERENCE.match(cell.get("r"))
            text = self._text(cell)
            if text:
                found[int(place[2]), number(place[1])] = text
        return found

    def row_texts(self, row: int) -> dict[int, str]:
        line = self._row(row)
        cells = () if line is None else line
        return {number(_REFERENCE.match(c.get("r"))[1]): self._text(c) for c in cells if self._text(c)}

    def last_row(self) -> int:
        return max((row for row, _ in self.grid()), default=0)

    # typing -------------------------------------------------------------------------------------------------------

    def type(self, row: int, column: int, value: Value, *, formula: str = "") -> None:
        """Put a value into a cell; its looks stay. None clears it. A formula's value is what was calculated."""
        cell = self._cell(row, column, make=value is not None or bool(formula))
        if cell is None:
            return
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", None)
        if formula:
            etree.SubElement(cell, q("f")).text = formula
        if isinstance(value, int | float):
            etree.SubElement(cell, q("v")).text = repr(value)
        elif value and formula:
            cell.set("t", "str")
            etree.SubElement(cell, q("v")).text = value
        elif value:
            cell.set("t", "inlineStr")
            etree.SubElement(etree.SubElement(cell, q("is")), q("t")).text = value

    def format(self, row: int, column: int, code: str) -> None:
        """A cell's number format becomes this; the rest of its looks stays."""
        cell = self._cell(row, column, make=True)
        styles = etree.fromstring(self.paper.parts["xl/styles.xml"])
        formats = styles.find(q("numFmts"))
        if formats is None:
            formats = etree.Element(q("numFmts"))
            styles.insert(0, formats)
        own = str(max([200, *(int(item.get("numFmtId")) for item in formats)]) + 1)
        etree.SubElement(formats, q("numFmt"), numFmtId=own, formatCode=code)
        looks = styles.find(q("cellXfs"))
        look = deepcopy(looks[int(cell.get("s", "0"))])
        look.set("numFmtId", own)
        looks.append(look)
        cell.set("s", str(len(looks) - 1))
        self.paper.parts["xl/styles.xml"] = etree.tostring(styles)

    def clear_row(self, row: int, columns: Sequence[int]) -> None:
        for column in columns:
            self.type(row, column, None)

    def hide_row(self, row: int) -> None:
        self._row(row, make=True).set("hidden", "1")

    def merge(self, ref: str) -> None:
        block = self.root.find(q("mergeCells"))
        if block is None:
            block = etree.Element(q("mergeCells"))
            self.data.addnext(block)
        etree.SubElement(block, q("mergeCell"), ref=ref)
        block.set("count", str(len(block)))

    # rows ---------------------------------------------------------------------------------------------------------

    def insert_row(self, at: int, values: Mapping[int, Value] | None = None) -> None:
        """A new row above `at`, with the looks of the row it pushes down."""
        pattern = self._row(at)
        self._shift_rows(at, 1)
        new = self._row(at, make=True)
        if pattern is not None:
            for cell in pattern:
                column = _REFERENCE.match(cell.get("r"))[1]
                blank = etree.SubElement(new, q("c"), r=f"{column}{at}")
                if cell.get("s"):
                    blank.set("s", cell.get("s"))
        for column, value in (values or {}).items():
            self.type(at, column, value)

    def delete_row(self, at: int) -> None:
        line = self._row(at)
        if line is not None:
            self.data.remove(line)
        self._shift_rows(at + 1, -1)

    def _shift_rows(self, first: int, by: int) -> None:
        for line in self.data:
            if int(line.get("r")) >= first:
                self._renumber(line, int(line.get("r")) + by)
        self._shift_merges(lambda row, column: (row + by if row >= first else row, column))

    def _renumber(self, line: etree._Element, row: int) -> None:
        line.set("r", str(row))
        for cell in line:
            cell.set("r", f"{_REFERENCE.match(cell.get('r'))[1]}{row}")

    def arrange(self, first: int, order: Sequence[int], columns: Sequence[int] | None = None) -> None:
        """Put rows first, first+1 … in another order: `order[i]` is the row whose cells stand in row first+i after.

        Without `columns` whole rows move; with them only those cells, as when a part of the table is sorted.
        """
        if columns is None:
            moved = [self._row(row, make=True) for row in order]
            for line in moved:
                self.data.remove(line)
            place = next((line for line in self.data if int(line.get("r")) > first), None)
            for offset, line in enumerate(moved):
                self._renumber(line, first + offset)
                if place is None:
                    self.data.append(line)
                else:
                    place.addprevious(line)
            return
        held = {row: {column: deepcopy(self._cell(row, column)) for column in columns} for row in order}
        for offset, source in enumerate(order):
            for column in columns:
                self._put(first + offset, column, held[source][column])

    def copy_row(self, source: int, target: int, columns: Sequence[int] | None = None) -> None:
        """Copy a row over another."""
        line = self._row(source)
        present = [] if line is None else [number(_REFERENCE.match(c.get("r"))[1]) for c in line]
        for column in columns if columns is not None else present:
            self._put(target, column, deepcopy(self._cell(source, column)))

    def _put(self, row: int, column: int, cell: etree._Element | None) -> None:
        here = self._cell(row, column, make=cell is not None)
        if cell is None:
            if here is not None:
                here.getparent().remove(here)
            return
        cell.set("r", f"{letters(column)}{row}")
        here.getparent().replace(here, cell)

    # columns ------------------------------------------------------------------------------------------------------

    def insert_column(self, at: int) -> None:
        """A blank column left of `at`."""
        self._columns(lambda column: column + 1 if column >= at else column)

    def delete_column(self, at: int) -> None:
        self._columns(lambda column: None if column == at else column - 1 if column > at else column)

    def move_column(self, source: int, before: int) -> None:
        """Cut a column and insert it left of another."""
        if source < before:
            target = before - 1
            self._columns(lambda c: target if c == source else c - 1 if source < c <= target else c)
        else:
            self._columns(lambda c: before if c == source else c + 1 if before <= c < source else c)

    def _columns(self, place: Callable[[int], int | None]) -> None:
        for line in self.data:
            kept = []
            for cell in list(line):
                column, row = _REFERENCE.match(cell.get("r")).groups()
                line.remove(cell)
                new = place(number(column))
                if new is not None:
                    cell.set("r", f"{letters(new)}{row}")
                    kept.append((new, cell))
            line.attrib.pop("spans", None)
            line.extend(cell for _, cell in sorted(kept, key=lambda item: item[0]))
        self._move_looks(place)
        self._shift_merges(lambda row, column: (row, place(column) or column))

    def _move_looks(self, place: Callable[[int], int | None]) -> None:
        block = self.root.find(q("cols"))
        if block is None:
            return
        looks: dict[int, dict[str, str]] = {}
        for item in block:
            for column in range(int(item.get("min")), min(int(item.get("max")), 500) + 1):
                new = place(column)
                if new is not None:
                    looks[new] = {k: v for k, v in item.attrib.items() if k not in ("min", "max")}
        for item in list(block):
            block.remove(item)
        for column in sorted(looks):
            etree.SubElement(block, q("col"), min=str(column), max=str(column), **looks[column])

    def _shift_merges(self, place: Callable[[int, int], tuple[int, int]]) -> None:
        for item in self.root.iter(q("mergeCell")):
            corners = [_REFERENCE.match(part).groups() for part in item.get("ref").split(":")]
            moved = [place(int(row), number(column)) for column, row in corners]
            item.set("ref", ":".join(f"{letters(column)}{row}" for row, column in moved))
