"""A sheet part as a tree: cells by place, and the donor's sheet beside it."""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

from lxml import etree

from sync.backends.folder.cellxml import column_letters, column_number, string_text
from sync.backends.folder.parts import parse_content
from sync.backends.folder.upgrade.styles import Looks
from sync.backends.folder.upgrade.xml import WORKSHEET, Element, adopt, child, children, local, namespace, place
from sync.backends.folder.zippatch import Refused

_CELL = re.compile(r"([A-Z]+)(\d+)\Z")


class SheetTree:
    """A worksheet. `shared`: text of a shared string by number."""

    def __init__(self, content: bytes, shared: Callable[[int], str]) -> None:
        self.root = parse_content(content)
        self.space = namespace(self.root)
        self._shared = shared
        self._cells: dict[int, dict[int, Element]] = {}
        data = child(self.root, "sheetData")
        if data is None:
            raise Refused("工作表结构读不懂；请用 WPS 或 Excel 打开后另存为 .xlsx")
        self.data = data
        self.rows: dict[int, Element] = {}
        number = 0
        for row in children(data, "row"):
            number = int(row.get("r") or number + 1)
            self.rows[number] = row

    def cells(self, row: int) -> dict[int, Element]:
        """Column → cell of a row, looked for once."""
        if row in self._cells:
            return self._cells[row]
        found: dict[int, Element] = {}
        self._cells[row] = found
        column = 0
        for cell in self.rows.get(row, ()):
            match = _CELL.match(cell.get("r") or "")
            column = column_number(match[1]) if match else column + 1
            found[column] = cell
        return found

    def text(self, cell: Element | None) -> str:
        """What a cell shows, as text; "" for a blank one."""
        if cell is None:
            return ""
        inline = child(cell, "is")
        if inline is not None:
            return _joined(inline)
        value = child(cell, "v")
        content = (value.text or "") if value is not None else ""
        return self._shared(int(content)) if cell.get("t") == "s" and content else content

    def put(self, row: int, column: int, cell: Element) -> None:
        """Lay a cell at a place, in the stead of what is there."""
        line = self._row(row)
        line.attrib.pop("spans", None)
        cell.set("r", f"{column_letters(column)}{row}")
        standing = self.cells(row)
        later = min((at for at in standing if at > column), default=0)
        if column in standing:
            line.replace(standing[column], cell)
        elif later:
            standing[later].addprevious(cell)
        else:
            line.append(cell)
        standing[column] = cell

    def _row(self, number: int) -> Element:
        if number not in self.rows:
            line = self.root.makeelement(f"{{{self.space}}}row", {"r": str(number)}, None)
            order: list[int] = []
            for known in self.rows:
                insort(order, known)
            later = next((known for known in order if known > number), 0)
            if later:
                self.rows[later].addprevious(line)
            else:
                self.data.append(line)
            self.rows[number] = line
        return self.rows[number]

    def all_texts(self) -> dict[tuple[int, int], str]:
        """(row, column) → text, blanks left out."""
        found = {}
        for row in self.rows:
            for column, cell in self.cells(row).items():
                if text := self.text(cell):
                    found[row, column] = text
        return found

    def section(self, name: str) -> Element | None:
        return child(self.root, name)

    def insert(self, element: Element) -> None:
        place(self.root, element, WORKSHEET)


class Donor:
    """The book made from the new scheme; its cells come with texts of their own and the book's numbers of looks."""

    def __init__(self, data: bytes, looks: Callable[[bytes], Looks]) -> None:
        self.zip = ZipFile(BytesIO(data))
        self.looks = looks(self.zip.read("xl/styles.xml"))
        self.workbook = parse_content(self.zip.read("xl/workbook.xml"))
        strings = parse_content(self.zip.read("xl/sharedStrings.xml"))
        self.strings = children(strings, "si")
        sheets = child(self.workbook, "sheets")
        self.titles = [str(item.get("name")) for item in sheets] if sheets is not None else []

    def sheet(self, title: str) -> SheetTree:
        """A tab; XlsxWriter numbers its parts in the order of the tabs."""
        part = f"xl/worksheets/sheet{self.titles.index(title) + 1}.xml"
        return SheetTree(self.zip.read(part), lambda number: _joined(self.strings[number]))

    def cell(self, cell: Element, space: str) -> Element:
        """A cell for a sheet of the book: shared text becomes its own, looks are renumbered."""
        copy = adopt(cell, space)
        self._settle(copy, space)
        return copy

    def number_format(self, cell: Element) -> str:
        """The number format of a cell of the book."""
        at = int(cell.get("s") or 0)
        return self.looks.formats[at] if at < len(self.looks.formats) else ""

    def reformat(self, cell: Element, model: Element) -> None:
        """Give a cell of the book the number format of another cell of it; all else of its look stays."""
        at = int(cell.get("s") or 0)
        if at < len(self.looks.formats):
            cell.set("s", str(self.looks.with_format(at, int(model.get("s") or 0))))

    def _settle(self, cell: Element, space: str) -> None:
        self.restyle(cell)
        if cell.get("t") == "s":
            inline = adopt(self.strings[int("".join(str(text) for text in cell.itertext()))], space)
            inline.tag = f"{{{space}}}is"
            for part in list(cell):
                cell.remove(part)
            cell.set("t", "inlineStr")
            cell.append(inline)

    def whole(self, title: str, space: str) -> Element:
        """A tab's whole part for the book, not the selected one."""
        root = adopt(self.sheet(title).root, space)
        for element in list(root.iter()):
            name = local(element)
            if name == "c":
                self._settle(element, space)
            elif name in ("row", "col"):
                self.restyle(element)
            elif name == "cfRule" and element.get("dxfId"):
                element.set("dxfId", str(self.looks.conditional[int(element.get("dxfId", "0"))]))
            elif name == "sheetView":
                element.attrib.pop("tabSelected", None)
        return root

    def restyle(self, element: Element) -> None:
        """Give a cell, row or column the book's number of its look."""
        attribute = "style" if local(element) == "col" else "s"
        if element.get(attribute):
            element.set(attribute, str(self.looks.cells[int(element.get(attribute, "0"))]))
        elif local(element) == "c":
            element.set("s", str(self.looks.cells[0]))


def _joined(item: Element) -> str:
    """Text of a string item, phonetic guides left out."""
    return string_text(etree.tostring(item, encoding="utf-8", with_tail=False))
