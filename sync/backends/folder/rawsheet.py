"""A sheet part as rows of raw cells, streamed: values as stored, nothing guessed, nothing executed.

`<v>` text is kept digit by digit; a formula is its cached value, its text never becomes data; errors, formulas
without a value and pictures stay recognisable. The dimension a file declares is not believed.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import IO

from lxml import etree

from sync.backends.folder import rawfast
from sync.backends.folder.package import SAFE, Limits, Package, Trouble, attribute, local, refuse_dtd
from validators import rawcell
from validators.rawcell import MARK, SEP, Format, RawCell

Cells = dict[int, RawCell]  # 1-based column → cell; blank cells are absent
MAX_ROW, MAX_COLUMN = 1_048_576, 16_384

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NUMBER = re.compile(r"[+-]?(?:\d{1,320}(?:\.\d{0,320})?|\.\d{1,320})(?:[eE][+-]?\d{1,3})?", re.ASCII)
_DISPIMG = re.compile(r"^=?\s*(?:_xlfn\.)?DISPIMG\(\s*\"?([^\",)]*)", re.IGNORECASE)
_SERIALS_1904 = range(27_759, 71_953)  # 1980 to 2100: what a plain number can mean as a day


class _Columns(dict[str, int]):
    """Column letters → number, remembered."""

    def __missing__(self, letters: str) -> int:
        number = 0
        for letter in letters:
            number = number * 26 + ord(letter) - 64
        if not (letters.isascii() and letters.isalpha() and letters.isupper() and number <= MAX_COLUMN):
            raise Trouble("book.damaged", part=letters[:20])
        self[letters] = number
        return number


COLUMNS = _Columns()


class Context:
    """What cells of one book share: its strings, format classes, epoch and limits. Counts cells over all tabs."""

    def __init__(self, strings: Sequence[str], formats: list[Format], limits: Limits, date1904: bool = False) -> None:
        self.strings = strings
        self.formats = formats
        self.limits = limits
        self.date1904 = date1904
        self.cells = 0

    def count(self, cells: int) -> None:
        """Add to the number of filled cells; Trouble when a book holds more than we read."""
        self.cells += cells
        if self.cells > self.limits.cells:
            raise Trouble("book.too_large", reason="cells", count=self.cells)

    def format_of(self, style: str | None) -> Format:
        if not style or not (style.isascii() and style.isdigit()):
            return ""
        index = int(style[:9])
        return self.formats[index] if index < len(self.formats) else ""


def clean(value: str, limit: int = 32_767) -> str:
    """Text of a cell: `_xHHHH_` undone, no NUL, no lone surrogates, no marks of ours."""
    if "_x" in value:
        value = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), value)
        if "\x00" in value:
            value = value.replace("\x00", "")
        if any("\ud800" <= char <= "\udfff" for char in value):
            value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return rawcell.text(value[:limit])


def number_cell(digits: str, fmt: Format, date1904: bool) -> RawCell:
    """A numeric cell; what is no finite decimal number is shown as text, never computed with."""
    if not (digits.isascii() and digits.isdigit() and len(digits) < 320):
        digits = digits.strip()
        if not _NUMBER.fullmatch(digits):
            return clean(digits)
    if date1904 and fmt in rawcell.DATED:
        digits = f"{Decimal(digits) + rawcell.SHIFT_1904:f}"
    elif date1904 and not fmt and int(Decimal(digits)) in _SERIALS_1904:
        fmt = rawcell.FROM_1904
    return rawcell.number(digits, fmt)


def digits_of(value: float) -> str:
    """A number's digits as an .xlsx stores them. Whole numbers lose the `.0` that floats carry."""
    whole = isinstance(value, int) or (value.is_integer() and abs(value) < 1e15)
    return str(int(value)) if whole else repr(value)


def date_cell(text: str) -> RawCell:
    """A cell of type `d` (ISO 8601) as the serial number every other program would have stored."""
    try:
        return rawcell.from_date(datetime.fromisoformat(text.strip().rstrip("Z")))
    except ValueError:
        return clean(text)


def build(kind: str, value: str | None, style: str | None, formula: str | None, context: Context) -> RawCell:
    """One raw cell from its type, `<v>` or inline text, style index and formula text (None = no formula)."""
    if formula is not None:
        picture = _DISPIMG.match(formula)
        if picture:
            return rawcell.picture(picture[1])
        if value is None or (not value and kind not in ("str", "inlineStr")):
            return rawcell.uncalculated("=" + clean(formula) if formula else "")
    if not value:
        return ""
    if kind in ("", "n"):
        return number_cell(value, context.format_of(style), context.date1904)
    return _typed(kind, value, context)


def _typed(kind: str, value: str, context: Context) -> RawCell:
    if kind == "s":
        index = value.strip()
        if not (index.isascii() and index.isdigit()) or int(index[:12]) >= len(context.strings):
            raise Trouble("book.damaged", part="sharedStrings")
        return context.strings[int(index)]
    if kind == "b":
        return rawcell.boolean(value.strip().lower() in ("1", "true"))
    if kind == "e":
        return rawcell.error(clean(value))
    if kind == "d":
        return date_cell(value)
    return text_cell(value, context.limits.text)


def text_cell(value: str, limit: int = 32_767) -> RawCell:
    """A text, unless it is the text WPS leaves in place of a picture."""
    if "DISPIMG" in value:
        picture = _DISPIMG.match(value)
        if picture:
            return rawcell.picture(picture[1])
    return clean(value, limit)


def wrapped(root: bytes, piece: str, end: bytes) -> etree._Element:
    """One element parsed by itself within the namespaces of its root. Odd when it does not stand by itself."""
    try:
        parser = etree.XMLParser(remove_comments=True, remove_pis=True, **SAFE)
        whole = etree.fromstring(root + piece.encode() + end, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise rawfast.Odd from error
    if len(whole) != 1:
        raise rawfast.Odd
    return whole[0]


def rich_text(item: etree._Element) -> str:
    """Text of an `<si>` or `<is>`: its own `<t>`, else its runs; never `<rPh>`."""
    parts: list[str] = []
    for child in item:
        name = local(child.tag)
        if name == "t":
            parts.append(child.text or "")
        elif name == "r":
            parts.extend(run.text or "" for run in child if local(run.tag) == "t")
    return "".join(parts)


class RawSheet:
    """Rows of one sheet part. `merges`, `blank_rows`, `far_cells` are complete once `rows()` has been exhausted."""

    def __init__(self, package: Package, part: str, context: Context, quick: bool = True) -> None:
        self._package = package
        self._part = part
        self._context = context
        self._quick = quick
        self._formats = {str(index): (SEP + fmt if fmt else "") for index, fmt in enumerate(context.formats)}
        self._reset()

    def _reset(self) -> None:
        self.merges: list[str] = []
        self.blank_rows = 0  # rows that hold formats only
        self.far_cells = 0  # filled cells beyond the last column we read
        self.filled_rows = 0

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """(1-based row number, filled cells) in order; rows without a filled cell are only counted."""
        done = 0
        if self._quick:
            counted = self._context.cells
            try:
                for number, cells in self._quick_rows():
                    yield number, cells
                    done = number
            except rawfast.Odd:
                self._reset()
                self._context.cells = counted
            else:
                return
        for number, cells in self._thorough_rows():
            if number > done:
                yield number, cells

    def _quick_rows(self) -> Iterator[tuple[int, Cells]]:
        last = 0
        with self._package.open(self._part) as stream:
            parts = rawfast.Checked(stream, self._part)
            for piece in rawfast.pieces(parts, b"<sheetData", "</row>", b"</sheetData>"):
                if piece[0] == "\0":
                    self._merge(*rawfast.merges_in(piece))
                    continue
                before, reference, content = rawfast.split_row(piece)
                for empty in before:
                    last = row_number(empty, last)
                    self.blank_rows += 1
                last = row_number(reference, last)
                cells = self._quick_cells(content)
                if cells is None:
                    cells = self._cells(wrapped(parts.root, piece[piece.rindex("<row") :] + "</row>", b"</worksheet>"))
                if cells:
                    yield last, self.admit(cells)
                else:
                    self.blank_rows += 1

    def _quick_cells(self, content: str) -> Cells | None:
        """Cells of a row whose XML has the usual form, None for any other."""
        if "<v" not in content and "<f" not in content and "<is" not in content and ":" not in content:
            return {}
        parts = rawfast.CELL.split(content)
        if any(parts[:: rawfast.STRIDE]):
            return None
        context, formats, strings = self._context, self._formats, self._context.strings
        simple, limit = not context.date1904, context.limits.columns
        cells: Cells = {}
        column = 0
        columns = (parts[at :: rawfast.STRIDE] for at in range(1, rawfast.STRIDE))
        for letters, style, kind, has_formula, formula, value, inline in zip(*columns, strict=True):
            column = COLUMNS[letters] if letters else column + 1
            if has_formula is None and value is not None and simple:
                if kind == "s" and value.isdigit() and int(value) < len(strings):
                    raw = strings[int(value)]
                elif (kind is None or kind == "n") and _NUMBER.fullmatch(value):
                    raw = f"{MARK}n{value}{formats.get(style, '')}"
                else:
                    raw = build(kind or "", rawfast.unescape(value), style, None, context)
            elif value is None and inline is None and has_formula is None:
                continue
            else:
                raw = self._other(kind or "", style, has_formula and (formula or ""), value, inline)
            if not raw:
                continue
            if column > limit:
                self.far_cells += 1
            else:
                cells[column] = raw
        return cells

    def _other(
        self, kind: str, style: str | None, formula: str | None, value: str | None, inline: str | None
    ) -> RawCell:
        text = value if inline is None else inline
        plain = None if text is None else rawfast.unescape(text)
        return build(kind, plain, style, None if formula is None else rawfast.unescape(formula), self._context)

    def _thorough_rows(self) -> Iterator[tuple[int, Cells]]:
        last = 0
        with self._package.open(self._part) as stream:
            for element in elements(stream, self._part, "{*}row", "{*}mergeCell"):
                if local(element.tag) == "mergeCell":
                    self._merge(attribute(element, "ref"))
                    continue
                last = row_number(element.get("r"), last)
                cells = self._cells(element)
                if cells:
                    yield last, self.admit(cells)
                else:
                    self.blank_rows += 1

    def admit(self, cells: Cells) -> Cells:
        """Count a filled row against the limits."""
        self.filled_rows += 1
        if self.filled_rows > self._context.limits.rows:
            raise Trouble("book.too_large", reason="rows", count=self.filled_rows)
        self._context.count(len(cells))
        return cells

    def _merge(self, *refs: str) -> None:
        if len(self.merges) < 10_000:
            self.merges.extend(refs)

    def _cells(self, row: etree._Element) -> Cells:
        cells: Cells = {}
        column = 0
        for cell in row:
            reference = cell.get("r")
            column = COLUMNS[reference.rstrip("0123456789")] if reference else column + 1
            if not len(cell):
                continue
            raw = cell_of(cell, self._context)
            if not raw:
                continue
            if column > self._context.limits.columns:
                self.far_cells += 1
            else:
                cells[column] = raw
        return cells


def row_number(reference: str | None, last: int) -> int:
    """Number of a row; without `r` the one after the last. Trouble when rows do not ascend."""
    if not reference:
        return last + 1
    number = int(reference) if reference.isascii() and reference.isdigit() and len(reference) < 8 else 0
    if not last < number <= MAX_ROW:
        raise Trouble("book.damaged", part=f"row {reference[:20]}")
    return number


def cell_of(cell: etree._Element, context: Context) -> RawCell:
    """One `<c>` as a raw cell."""
    value = formula = None
    kind = cell.get("t") or ""
    for child in cell:
        name = local(child.tag)
        if name == "v":
            value = child.text or ""
        elif name == "f":
            formula = child.text or ""
        elif name == "is":
            value = rich_text(child)
    if kind == "e" and cell.get("vm") and value == "#VALUE!":
        return rawcell.picture()  # Excel's picture placed in a cell is an error to programs that do not know it
    return build(kind, value, cell.get("s"), formula, context)


def elements(stream: IO[bytes], part: str, *tags: str) -> Iterator[etree._Element]:
    """Finished elements of a part, each forgotten after its turn. Trouble for DTDs and broken XML."""
    checked = False
    try:
        parser = etree.iterparse(stream, events=("end",), tag=tags, remove_comments=True, remove_pis=True, **SAFE)
        for _, element in parser:
            if not checked:
                refuse_dtd(element, part)
                checked = True
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
        if not checked and parser.root is not None:
            refuse_dtd(parser.root, part)
    except etree.XMLSyntaxError as error:
        raise Trouble(_xml_trouble(str(error)), part=part) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise Trouble("book.damaged", part=part) from error


def _xml_trouble(message: str) -> str:
    if "huge" in message.lower():
        return "book.bomb"
    return "book.dtd" if "entit" in message.lower() or "dtd" in message.lower() else "book.damaged"
