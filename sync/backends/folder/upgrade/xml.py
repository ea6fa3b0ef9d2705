"""Small tools for the parts that are understood as XML here: put children where the schema wants them, compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element

# the order of a worksheet's children, as far as we put any there or stand before them
WORKSHEET = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems",
    "tableParts", "extLst",
)  # fmt: skip
WORKBOOK = (
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups",
    "externalReferences", "definedNames", "calcPr",
)  # fmt: skip
STYLES = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors",
    "extLst",
)  # fmt: skip


def write(root: Element) -> bytes:
    content: bytes = etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)
    return content


def namespace(element: Element) -> str:
    return etree.QName(element).namespace or ""


def local(element: Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def child(parent: Element, name: str) -> Element | None:
    return next((item for item in parent if local(item) == name), None)


def children(parent: Element, name: str) -> list[Element]:
    return [item for item in parent if local(item) == name]


def place(parent: Element, element: Element, order: Sequence[str]) -> None:
    """Insert a child where the schema wants it: behind those that come before it."""
    later = set(order[order.index(local(element)) + 1 :])
    for at, item in enumerate(parent):
        if local(item) in later:
            parent.insert(at, element)
            return
    parent.append(element)


def adopt(element: Element, space: str) -> Element:
    """A copy of a donor's element in the book's own namespace (strict packages have another)."""
    copy = etree.Element(f"{{{space}}}{local(element)}", dict(element.attrib), {None: space})
    copy.text, copy.tail = element.text, None
    for item in element:
        if isinstance(item.tag, str):
            grown = adopt(item, space)
            grown.tail = item.tail
            copy.append(grown)
    return copy


def same(element: Element) -> bytes:
    """An element in its canonical form: equal bytes, equal meaning."""
    content: bytes = etree.tostring(element, method="c14n", exclusive=True, with_tail=False)
    return content
