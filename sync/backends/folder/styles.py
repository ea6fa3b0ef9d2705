"""Classes of number formats: is a number meant as a date, a percent, a text?

Chinese Excel and WPS use the built-in formats 27–36 and 50–58 (年月日), which stand in no styles part.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree

from sync.backends.folder.package import Package, attribute, local
from validators.numberformats import date_class, shown_unit
from validators.rawcell import NO_YEAR, Format

_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_MONTHS = (17, 27, 36, 50, 52, 57)  # mmm-yy; the others are yyyy"年"m"月" in China (ECMA-376 18.8.30, zh-cn)
_NO_YEARS = (16, 28, 29, 51, 53, 54, 58)  # d-mmm, and m"月"d"日" in China
_BUILTIN: dict[int, Format] = {
    **dict.fromkeys(_DATES, "d"), **dict.fromkeys(_MONTHS, "m"), **dict.fromkeys(_NO_YEARS, NO_YEAR), 9: "%", 10: "%",
    49: "@",
}  # fmt: skip
_NOISE = re.compile(
    r"""
    "[^"]*"             # quoted text
    | \\.               # escaped character
    | [_*].             # width of, or fill with, a character
    | \[(?!h+\]|m+\]|s+\])[^\]]*\]   # colours, conditions, locales; [h] is elapsed time and stays
    | e[+-]             # scientific
    | general | g/通用格式 | 通用格式    # WPS and Chinese Excel may write the word for General itself
    """,
    re.IGNORECASE | re.VERBOSE,
)
_DATE_LETTERS = re.compile(r"[ymdhs]|a{3,4}|e|g{1,3}|b{2,4}", re.IGNORECASE)


@lru_cache(maxsize=4096)
def format_class(code: str) -> Format:
    """Class of a format code: "d" date or time, "m" and "y" dates shown without a day, "s" without a year, "%"
    percent, "@" text, a unit or currency that it shows, "" anything else."""
    if code.strip() == "@":
        return "@"
    bare = _NOISE.sub("", code[:1000].split(";", maxsplit=1)[0])
    if "%" in bare:
        return "%"
    return date_class(code) if _DATE_LETTERS.search(bare) else shown_unit(code)


def read_formats(package: Package, part: str) -> list[Format]:
    """Class of the number format of each cell style (index = a cell's `s`). Empty when there is no styles part."""
    if not part or part not in package:
        return []
    root = package.xml(part)
    own = _own_formats(root)
    xfs = next((item for item in root if local(item.tag) == "cellXfs"), None)
    if xfs is None:
        return []
    return [_class_of(attribute(xf, "numFmtId"), own) for xf in xfs if local(xf.tag) == "xf"]


def _own_formats(root: etree._Element) -> dict[int, Format]:
    formats: dict[int, Format] = {}
    for block in root:
        if local(block.tag) == "numFmts":
            for item in block:
                number = attribute(item, "numFmtId")
                if number.isascii() and number.isdigit():
                    formats[int(number[:9])] = format_class(attribute(item, "formatCode"))
    return formats


def _class_of(number: str, own: dict[int, Format]) -> Format:
    if not (number.isascii() and number.isdigit()):
        return ""
    key = int(number[:9])
    return own[key] if key in own else builtin_class(key)


def builtin_class(number: int) -> Format:
    """Class of a format that stands in no file, because every program knows it by its number."""
    return _BUILTIN.get(number, "")
