"""What python-calamine does not tell of an .ods. Of its number formats: a unit that only the format shows, percents, and
dates of which only the month or the year is shown. Of its formulas: that they failed, or were never calculated.

A format is a tree of elements there. It is written as the code that an .xlsx would have, so that both are judged alike.
Rows are looked at one by one and let go: content.xml may be large.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from sync.backends.folder.package import SAFE, Limits, Package, Trouble, attribute, local, refuse_dtd
from sync.backends.folder.styles import format_class
from validators import rawcell
from validators.rawcell import Format, RawCell

CONTENT, STYLES = "content.xml", "styles.xml"
_TAGS = ("{*}automatic-styles", "{*}table", "{*}table-column", "{*}table-row")
_OFFICE, _TABLE = (f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("office", "table"))
_TYPE, _STYLE, _REPEATED = f"{_OFFICE}value-type", f"{_TABLE}style-name", f"{_TABLE}number-columns-repeated"
_FORMULA, _SHOWN = f"{_TABLE}formula", f"{_OFFICE}string-value"
_ERROR = re.compile(r"#[A-Z][A-Z0-9/_]*[!?]|#N/A|#GETTING_DATA|(?:Err|错误)[:：]\d{3}")
_TYPED = frozenset({"float", "percentage", "currency", "date", "time"})
_CODES = {
    "year": "yyyy", "month": "mm", "day": "dd", "day-of-week": "aaaa", "quarter": "q", "era": "e", "week-of-year": "",
    "hours": "hh", "minutes": "mm", "seconds": "ss", "am-pm": "AM/PM", "text-content": "@", "fraction": "# ?/?",
    "scientific-number": "0.00E+00",
}  # fmt: skip
_ANCESTORS = 20  # of a style; real ones have two or three


@dataclass(slots=True)
class Looks:
    """Of one row: 1-based column → class of the number format; column → whole cell where calamine sees none."""

    forms: dict[int, Format] = field(default_factory=dict)
    failed: dict[int, RawCell] = field(default_factory=dict)


_PLAIN = Looks()


@dataclass(slots=True)
class OdsFormats:
    """Of one tab: (first row, last row, looks of each of them), in order; 1-based."""

    runs: list[tuple[int, int, Looks]] = field(default_factory=list)

    def add(self, row: int, count: int, looks: Looks) -> None:
        """Rows behind all others; those that are like the last ones are kept with them."""
        first, last, before = self.runs[-1] if self.runs else (0, 0, _PLAIN)
        if last == row - 1 and looks == before:
            self.runs[-1] = (first, row + count - 1, before)
        else:
            self.runs.append((row, row + count - 1, looks))

    def by_row(self, row: int = 1) -> Iterator[Looks]:
        """For each row from this one on, without end."""
        for first, last, looks in self.runs:
            for _ in range(row, first):
                yield _PLAIN
            for _ in range(max(row, first), last + 1):
                yield looks
            row = max(row, last + 1)
        while True:
            yield _PLAIN


def ods_formats(package: Package, limits: Limits) -> dict[str, OdsFormats]:
    """Title → formats of every tab. Trouble when the content is damaged or holds a DTD."""
    codes: dict[str, str] = {}
    classes: dict[str, Format] = {}
    if STYLES in package:
        for block in package.xml(STYLES):
            if local(block.tag) == "styles":  # those of pages stand in another block
                _note_styles(block, codes, classes)
    found: dict[str, OdsFormats] = {}
    tab, depth = _Tab(limits, classes), 0
    try:
        with package.open(CONTENT) as stream:
            events = etree.iterparse(stream, events=("start", "end"), tag=_TAGS, remove_comments=True, **SAFE)
            for event, element in events:
                name = local(element.tag)
                if name == "table":
                    depth += 1 if event == "start" else -1
                    if event == "start" and depth == 1:
                        tab = _Tab(limits, classes)
                        found.setdefault(attribute(element, "name"), tab.formats)
                elif event == "end" and name == "automatic-styles":
                    refuse_dtd(element, CONTENT)
                    _note_styles(element, codes, classes)
                elif event == "end" and depth == 1:  # not of a table inside a cell
                    tab.line(element, name)
                    _let_go(element)
    except etree.XMLSyntaxError as error:
        raise Trouble("book.damaged", part=CONTENT) from error
    return found


def _let_go(element: etree._Element) -> None:
    """Its content, and what stands before it; the element itself is still the parser's."""
    parent = element.getparent()
    element.clear(keep_tail=True)
    while parent is not None and element.getprevious() is not None:
        del parent[0]


class _Tab:
    """Columns and rows of one tab as they come."""

    def __init__(self, limits: Limits, classes: Mapping[str, Format]) -> None:
        self.formats = OdsFormats()
        self._limits, self._classes = limits, classes
        self._columns: dict[int, Format] = {}
        self._column, self._row, self._filled, self._cells = 1, 1, 0, 0

    def line(self, element: etree._Element, name: str) -> None:
        default = self._classes.get(attribute(element, "default-cell-style-name"), "")
        if name == "table-column":
            count = count_of(attribute(element, "number-columns-repeated"))
            if default:
                self._columns |= dict.fromkeys(self._within(self._column, count), default)
            self._column += count
            return
        count = count_of(attribute(element, "number-rows-repeated"))
        looks = self._of_row(element, default)
        if known := len(looks.forms) + len(looks.failed):
            self._cells += known
            if self._cells > self._limits.cells:
                raise Trouble("book.too_large", reason="cells", count=self._cells)
            self.formats.add(self._row, count, looks)
        self._row += count

    def _of_row(self, row: etree._Element, default: Format) -> Looks:
        looks = Looks()
        column = 1
        for cell in row:
            count = count_of(cell.get(_REPEATED, ""))
            if failed := _failed(cell):
                looks.failed |= dict.fromkeys(self._within(column, count), failed)
            elif cell.get(_TYPE) in _TYPED:
                style = cell.get(_STYLE)
                for at in self._within(column, count):
                    form = self._classes.get(style, "") if style else default or self._columns.get(at, "")
                    if form:
                        looks.forms[at] = form
            column += count
        return looks

    def _within(self, first: int, count: int) -> range:
        return range(first, min(first + count, self._limits.columns + 1))


def _failed(cell: etree._Element) -> RawCell:
    """A formula's error, which has no value, or one that old programs call 0; a formula that nobody has calculated."""
    formula = cell.get(_FORMULA)
    error = any(value == "error" and local(key) == "value-type" for key, value in cell.attrib.items())
    if formula is None and not error:
        return ""
    lines = ["".join(item.itertext()) for item in cell if local(item.tag) == "p"]
    text = "".join(lines).strip() or cell.get(_SHOWN, "").strip()
    if error or _ERROR.fullmatch(text):
        return rawcell.error(rawcell.text(text[:40]))
    if not lines and not text and cell.get(_TYPE) is None:
        return rawcell.uncalculated(rawcell.text("".join((formula or "").partition("=")[1:])[:1000]))
    return ""


def count_of(text: str) -> int:
    """A number of repetitions; 1 for what is none."""
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 8 else 1


# formats ----------------------------------------------------------------------------------------------------------


def _note_styles(block: etree._Element, codes: dict[str, str], classes: dict[str, Format]) -> None:
    """Formats by name, and the class of the format of each cell style. Those of the cells' own part come last."""
    parts = [item for item in block if local(item.tag).endswith("-style") and local(item.tag) != "default-style"]
    own = {attribute(item, "name"): _code(item) for item in parts}
    for item in parts:
        first = next((attribute(rule, "apply-style-name") for rule in item if local(rule.tag) == "map"), "")
        name = attribute(item, "name")
        codes[name] = own.get(first, own[name])  # the part of a code that counts is the first
    styles = [item for item in block if local(item.tag) == "style" and attribute(item, "family") == "table-cell"]
    parents = {attribute(item, "name"): attribute(item, "parent-style-name") for item in styles}
    data = {attribute(item, "name"): attribute(item, "data-style-name") for item in styles}
    for name in parents:
        at = name
        for _ in range(_ANCESTORS):
            if data.get(at) or at not in parents:
                break
            at = parents[at]
        form = format_class(codes.get(data[at], "")) if data.get(at) else classes.get(at, "")
        classes[name] = "" if form == "d" else form  # that a cell holds a date is told by the cell


def _code(style: etree._Element) -> str:
    """A format as the code that it has in an .xlsx."""
    text = "".join(_pieces(style))
    return f"{text}%" if local(style.tag) == "percentage-style" else text


def _pieces(style: Iterable[etree._Element]) -> Iterator[str]:
    for item in style:
        name, text = local(item.tag), (item.text or "").replace('"', "")
        if name == "text" and text:
            yield f'"{text}"'
        elif name == "currency-symbol" and text:
            yield f"[${text}]"
        elif name == "number":
            yield _number(item)
        elif name == "month" and attribute(item, "textual") == "true":
            yield "mmm"
        else:
            yield _CODES.get(name, "")


def _number(item: etree._Element) -> str:
    """The digits; a number that is shown smaller than it is stored has a comma behind them, or a point among them that is
    a mere sign."""
    inside = "".join(part.text or "" for part in item if local(part.tag) == "embedded-text")
    scaled = attribute(item, "display-factor") not in ("", "1") or "." in inside
    return "0," if scaled else "0"
