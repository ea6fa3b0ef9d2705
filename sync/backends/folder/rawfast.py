"""The quick way through a sheet part: expat proves it well-formed, one regular expression takes the cells.

Every program writes cells in a handful of forms; those are taken here, about three times faster than by walking a
tree. Whatever has another form (prefixes, comments, CDATA, unknown attributes or children) is left to lxml, row by
row or for the whole part, so that speed never decides what is read.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pyexpat import ExpatError, ParserCreate
from typing import IO, Any

from sync.backends.folder.package import Trouble

CHUNK = 1 << 18
PIECE_LIMIT = 16 << 20  # bytes without a separator: a million blank rows `<row/>`, which a tree forgets as it goes
_BALANCED = r'[^<>"]*(?:"[^"<>]*"[^<>"]*)*'
CELL = re.compile(
    r'<c(?: r="([A-Z]{1,3})[0-9]{1,7}")?(?: s="([0-9]{1,9})")?(?: t="([A-Za-z]{1,12})")?(?:/>|>'
    rf"(?:(<f){_BALANCED}(?:/>|(?<!/)>([^<]*)</f>))?"
    r"(?:<v>([^<]*)</v>)?"
    r'(?:<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)'
)
STRIDE = CELL.groups + 1
_ROW = re.compile(r"\s*((?:<row[^<>]*/>\s*)*)<row((?:[^<>/]|/(?!>))*)>")
_EMPTY_ROW = re.compile(r"<row([^<>]*)/>")
_NUMBER_OF_ROW = re.compile(r'(?:^|\s)r="([0-9]{1,7})"')
_STRING = re.compile(r'\s*<si>(?:<t(?: xml:space="preserve")?>([^<]*)</t>|<t/>)\Z')
_MERGE = re.compile(r'<mergeCell\s[^<>]*?ref="([^"<>]*)"')
_ROOT = re.compile(rb"<(?:worksheet|sst)(?:\s[^<>]*)?>")
_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|([a-z]+));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


class Odd(Exception):
    """The part holds something this way of reading does not know. Nothing is wrong with it."""


def unescape(text: str) -> str:
    """Character references undone, once."""
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    return chr(int(match[1], 16) if match[1] else int(match[2]))


class Checked:
    """A part in chunks that expat has accepted. Trouble for DTDs and broken XML; Odd for what is not plain UTF-8."""

    def __init__(self, stream: IO[bytes], part: str) -> None:
        self._stream, self._part = stream, part
        self._odd = False
        self.root = b""  # start tag of the root element: its namespaces
        parser = ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse
        parser.CommentHandler = parser.ProcessingInstructionHandler = self._note
        parser.StartCdataSectionHandler = self._note
        parser.XmlDeclHandler = self._declared
        self._parser = parser

    def __iter__(self) -> Iterator[bytes]:
        """Chunks of UTF-8; what has been yielded is known to be well-formed and free of oddities."""
        held = b""  # expat may lag behind by a token: a chunk is passed on when the next one has been accepted
        total = 0
        try:
            while chunk := self._stream.read(CHUNK):
                self._parse(chunk, False)
                if not self.root:
                    self._find_root(chunk)
                total += len(chunk)
                if self._parser.CurrentByteIndex >= total - len(chunk):
                    yield held
                    held = chunk
                else:
                    held += chunk
            self._parse(b"", True)
            yield held
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise Trouble("book.damaged", part=self._part) from error

    def _parse(self, chunk: bytes, final: bool) -> None:
        try:
            self._parser.Parse(chunk, final)
        except (ExpatError, ValueError) as error:
            if self._odd:  # an encoding expat does not know: lxml may
                raise Odd from error
            raise Trouble("book.damaged", part=self._part) from error
        if self._odd:
            raise Odd

    def _find_root(self, chunk: bytes) -> None:
        match = _ROOT.search(chunk)
        if match is None or chunk.startswith((b"\xff\xfe", b"\xfe\xff")) or match[0].endswith(b"/>"):
            raise Odd
        self.root = match[0]

    def _refuse(self, *_: Any) -> None:
        raise Trouble("book.dtd", part=self._part)

    def _note(self, *_: Any) -> None:
        self._odd = True

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        self._odd = self._odd or (encoding or "utf-8").lower() not in ("utf-8", "utf8")


def pieces(parts: Checked, start: bytes, separator: str, end: bytes) -> Iterator[str]:
    """Texts between `start` and `end`, cut at `separator`; afterwards what follows `end`, marked by a first "\\0"."""
    chunks = iter(parts)
    buffer = b""
    for chunk in chunks:
        buffer += chunk
        at = buffer.find(start)
        if at >= 0 and buffer.find(b">", at) >= 0:
            break
    else:
        return
    opened = buffer.index(b">", at)
    if buffer[opened - 1 : opened] == b"/":
        yield "\0" + _text(buffer[opened:])
        for chunk in chunks:
            yield "\0" + _text_loose(chunk)
        return
    buffer = buffer[opened + 1 :]
    mark = separator.encode()
    while True:
        closing = buffer.find(end)
        cut = closing if closing >= 0 else buffer.rfind(mark) + len(mark)
        if cut > len(mark) or closing >= 0:
            yield from _text(buffer[:cut]).split(separator)[:-1]
            if closing >= 0 and _text(buffer[:cut]).rpartition(separator)[2].strip():
                raise Odd
            buffer = buffer[cut:]
        if closing >= 0:
            break
        more = next(chunks, None)
        if more is None:
            return
        buffer += more
        if len(buffer) > PIECE_LIMIT:
            raise Odd
    yield from _tail(buffer, chunks)


def _tail(buffer: bytes, chunks: Iterator[bytes]) -> Iterator[str]:
    """What stands behind the rows, cut between tags."""
    for chunk in chunks:
        buffer += chunk
        cut = buffer.rfind(b">") + 1
        yield "\0" + _text_loose(buffer[:cut])
        buffer = buffer[cut:]
    yield "\0" + _text_loose(buffer)


def _text(data: bytes) -> str:
    """Decoded, with the line ends every XML reader makes of them."""
    text = data.decode("utf-8")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _text_loose(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def merges_in(tail: str) -> list[str]:
    """References of merged cells in a piece of the tail."""
    return _MERGE.findall(tail)


def split_row(piece: str) -> tuple[list[str | None], str | None, str]:
    """A piece up to `</row>` → numbers of self-closed rows before it, number of the row, its content. Odd otherwise."""
    match = _ROW.match(piece)
    if match is None:
        raise Odd
    before = [_row_number(attributes) for attributes in _EMPTY_ROW.findall(match[1])] if match[1] else []
    return before, _row_number(match[2]), piece[match.end() :]


def _row_number(attributes: str) -> str | None:
    match = _NUMBER_OF_ROW.search(attributes)
    if match is None and re.search(r"(?:^|\s)r\s*=", attributes):
        raise Odd
    return match[1] if match else None


def plain_string(piece: str) -> str | None:
    """Text of a shared string without runs, None when it has another form."""
    match = _STRING.match(piece)
    return None if match is None else unescape(match[1] or "")
