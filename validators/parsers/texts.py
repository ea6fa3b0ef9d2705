"""Free text, kept as the clerk wrote it minus what nobody can see; and pictures in cells."""

from __future__ import annotations

import re

from validators import rawcell
from validators.cells import tidy
from validators.parsers.base import ParseContext, ParsedCell, error, ok, warn
from validators.parsers.numerals import from_stored, plain
from validators.rawcell import Format, show

PICTURE = "<image>"
_DISPIMG = re.compile(r"^=?(?:_xlfn\.)?DISPIMG\(", re.IGNORECASE)
_FILE = re.compile(r"\.(?:jpe?g|png|gif|bmp|webp|heic|tiff?|pdf)$", re.IGNORECASE)


def is_picture_text(text: str) -> bool:
    """A picture in the cell as WPS writes it: `=_xlfn.DISPIMG("ID_…",1)`."""
    return text.startswith(("=", "_xlfn", "DISP")) and _DISPIMG.match(text) is not None


def parse_text(text: str, ctx: ParseContext) -> ParsedCell:
    """One line: line breaks become spaces, inner runs of blanks one."""
    text = tidy(text)
    return ok(text if "\n" not in text and "  " not in text else " ".join(text.split()))


def parse_long_text(text: str, ctx: ParseContext) -> ParsedCell:
    return ok(tidy(text))


def text_number(digits: str, fmt: Format, ctx: ParseContext) -> ParsedCell:
    """A number in a text column as a person sees it."""
    number = from_stored(digits)
    if number is None:
        return error("cell.number.unreadable")
    if not fmt and abs(number) >= 10**15:
        return error("cell.code.scientific")  # a sheet keeps 15 digits of a number
    return ok(show(rawcell.number(digits, fmt)) if fmt else plain(number))


def parse_photo(text: str, ctx: ParseContext) -> ParsedCell:
    """A picture in the cell. A file name or a word is kept, and the clerk told that no picture was found."""
    name = tidy(text)
    if _FILE.search(name) or re.match(r"^https?://", name):
        return warn(name, "cell.photo.name", read=name)
    if re.fullmatch(r"[√✓✔]|有|已附|已上传|见附件.*|附后|另附", name):
        return warn(name, "cell.photo.elsewhere", read=name)
    return error("cell.photo.text")
