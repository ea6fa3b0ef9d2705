"""One `<c>` element: what it says now, and how ours is written. Bytes in, bytes out."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from html import unescape

TEXT_LIMIT = 32767  # UTF-16 units, what Excel takes in a cell
SharedStrings = Callable[[int], str]

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LITERAL_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\Z", re.ASCII)
_PHONETIC = re.compile(rb"<((?:[\w.-]+:)?rPh)[\s>].*?</\1\s*>", re.S)
_RUNS = re.compile(rb"<((?:[\w.-]+:)?t)(?:\s[^>]*)?(?<!/)>(.*?)</\1\s*>", re.S)
_VALUE = re.compile(rb"<((?:[\w.-]+:)?v)(?:\s[^>]*)?(?<!/)>(.*?)</\1\s*>", re.S)
_WALK = (
    rb"""<[^\s<>/]+(?:\s+(?!%(name)s[\s=])[^\s=<>"'/]+\s*=\s*(?:"[^"]*+"|'[^']*+'))*+"""
    rb"""\s+%(name)s\s*=\s*(?:"([^"]*+)"|'([^']*+)')"""
)


def attribute(name: bytes) -> re.Pattern[bytes]:
    """Matches a start tag from its "<" on, up to the end of this attribute; the value is the last group. The values of
    other attributes are walked over: a ">" or the like of ` s="9"` may stand in them."""
    return re.compile(_WALK % {b"name": name})


_TYPE = attribute(b"t")


@lru_cache(maxsize=16_384)
def column_letters(column: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


def column_number(letters: str) -> int:
    """A → 1, AA → 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def clean(text: str) -> str:
    """The text as a cell can hold it: no control characters, at most 32,767 UTF-16 units."""
    if text.isprintable() and len(text) * 2 <= TEXT_LIMIT:
        return text
    text = _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) * 2 > TEXT_LIMIT:
        text = text.encode("utf-16-le")[: TEXT_LIMIT * 2].decode("utf-16-le", "ignore")
    return text


def is_number(text: str) -> bool:
    """Whether the text may stand in `<v>` of a numeric cell."""
    return _NUMBER.match(text) is not None


def escape(text: str) -> bytes:
    """Element content: & < > escaped, and a literal `_x0041_` kept literal."""
    if "_x" in text:
        text = _LITERAL_ESCAPE.sub("_x005F_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()


def cell_xml(prefix: bytes, reference: bytes, style: bytes, text: str, number: bool = False) -> bytes:
    """A whole `<c>`: inline text (no change to the shared strings), a number, or a blank that keeps its style."""
    return head_xml(prefix, reference, style) + content_xml(prefix, text, number)


def head_xml(prefix: bytes, reference: bytes, style: bytes) -> bytes:
    """How a `<c>` begins: its reference and its style, b"" = none."""
    if style:
        return b'<%sc r="%s" s="%s"' % (prefix, reference, style)
    return b'<%sc r="%s"' % (prefix, reference)


def content_xml(prefix: bytes, text: str, number: bool = False) -> bytes:
    """What follows reference and style of a `<c>`, up to its end."""
    text = clean(text)
    if not text:
        return b"/>"
    if number and is_number(text):
        return b"><%sv>%s</%sv></%sc>" % (prefix, text.encode(), prefix, prefix)
    space = b' xml:space="preserve"' if text != text.strip() else b""
    return b' t="inlineStr"><%sis><%st%s>%s</%st></%sis></%sc>' % (
        prefix, prefix, space, escape(text), prefix, prefix, prefix,
    )  # fmt: skip


def decode_text(raw: bytes) -> str:
    """Element content as text: entities, `_xHHHH_`."""
    text = raw.decode("utf-8", "replace").replace("\r\n", "\n")
    if "&" in text:
        text = unescape(text)
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def string_text(raw: bytes) -> str:
    """The text of an `<si>` or `<is>`: all its runs, phonetic guides left out."""
    if b"rPh" in raw:
        raw = _PHONETIC.sub(b"", raw)
    return "".join(decode_text(run) for _, run in _RUNS.findall(raw))


def current(cell: bytes, shared: SharedStrings) -> tuple[str, str]:
    """Kind ("" blank, "s" text, "n" number, "b" boolean, "e" error) and text of a cell without formula."""
    if cell.endswith(b"/>"):
        return "", ""
    found = _TYPE.match(cell)
    kind = found[found.lastindex or 0] if found else b"n"
    if kind == b"inlineStr":
        text = string_text(cell)
        return ("s", text) if text else ("", "")
    value = _VALUE.search(cell)
    if value is None:
        return "", ""
    text = decode_text(value[2])
    if kind == b"s":
        text = shared(int(text)) if text.strip().isdigit() else ""
    if kind in (b"s", b"str", b"d"):
        return ("s", text) if text else ("", "")
    return (kind.decode(), text) if text.strip() else ("", "")


def reads_so(cell: bytes, text: str, number: bool, shared: SharedStrings) -> bool:
    """Whether the cell already says what we would write, so that nothing need be written."""
    kind, now = current(cell, shared)
    text = clean(text)
    if not text:
        return not kind
    if not (number and is_number(text)):
        return kind == "s" and now == text
    try:
        return kind == "n" and Decimal(now) == Decimal(text)
    except InvalidOperation:
        return False
