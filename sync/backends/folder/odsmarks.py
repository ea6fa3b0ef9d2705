"""What python-calamine does not tell of an .ods: which cells are merged, which rows and columns are hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from sync.backends.folder.package import SAFE, Limits, Package, Trouble, attribute, local

Box = tuple[int, int, int, int]
_HIDDEN = frozenset({"collapse", "filter"})
_MOST = 20_000  # merges of a tab that are worth knowing


@dataclass(slots=True)
class OdsMarks:
    """Of one tab; 1-based."""

    title: str
    merges: list[Box] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def ods_marks(data: bytes, limits: Limits) -> dict[str, OdsMarks]:
    """Title → marks of every tab. Trouble when the content is damaged or holds a DTD."""
    package = Package(data, limits)
    found: dict[str, OdsMarks] = {}
    try:
        with package.open("content.xml") as stream:
            for _, element in etree.iterparse(stream, events=("end",), tag="{*}table", remove_comments=True, **SAFE):
                if element.getroottree().docinfo.doctype:
                    raise Trouble("book.dtd", part="content.xml")
                marks = _of_table(element, limits)
                found.setdefault(marks.title, marks)
                element.clear()
    except etree.XMLSyntaxError as error:
        raise Trouble("book.damaged", part="content.xml") from error
    return found


def _of_table(table: etree._Element, limits: Limits) -> OdsMarks:
    marks = OdsMarks(attribute(table, "name"))
    column = 1
    for item in _inside(table, "table-column"):
        count = _count(item, "number-columns-repeated")
        if attribute(item, "visibility") in _HIDDEN:
            marks.hidden_columns.update(range(column, min(column + count, limits.columns + 1)))
        column += count
    row = 1
    for item in _inside(table, "table-row"):
        count = _count(item, "number-rows-repeated")
        if attribute(item, "visibility") in _HIDDEN:
            marks.hidden_rows.update(range(row, min(row + count, row + limits.rows)))
        _merges(item, row, marks)
        row += count
    return marks


def _merges(row: etree._Element, number: int, marks: OdsMarks) -> None:
    column = 1
    for cell in row:
        wide, tall = _count(cell, "number-columns-spanned"), _count(cell, "number-rows-spanned")
        if (wide > 1 or tall > 1) and len(marks.merges) < _MOST:
            marks.merges.append((number, column, number + tall - 1, column + wide - 1))
        column += _count(cell, "number-columns-repeated")


def _inside(table: etree._Element, name: str) -> Iterator[etree._Element]:
    """Rows or columns of a table in order, also those in groups and headers, not those of a table inside a cell."""
    for child in table:
        if local(child.tag) == name:
            yield child
        elif local(child.tag) in ("table-row-group", "table-rows", "table-header-rows", "table-column-group",
                                  "table-columns", "table-header-columns"):  # fmt: skip
            yield from _inside(child, name)


def _count(element: etree._Element, name: str) -> int:
    text = attribute(element, name)
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 8 else 1
