"""The proof before a book is replaced: the new bytes are the old ones with exactly the planned spans replaced.

Everything is compared as bytes. Only what we wrote is parsed again.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from html import unescape
from xml.parsers import expat

from sync.backends.folder.splice import Span
from sync.backends.folder.zippatch import Archive

_PLAIN_CELL = re.compile(rb"<c(?:\s[^<>]*)?(?:/>|(?<!/)>(?:<v>[^<]*</v>|<is><t(?:\s[^<>]*)?>[^<]*</t></is>)?</c>)")
_OLD_CELL = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
_CELL_END = re.compile(rb"(?:/>|</(?:[\w.-]+:)?c>)\Z")
_SPANS = re.compile(rb"\d+:\d+\Z")
_NAMED = (  # whatever the prefix: the number or letters of the usual form, or all attributes
    rb"""<(?:[^\s<>/:"'=]+:)?%s(?=[\s/>])(?: r="(%s)"|([^>"']*+(?:"[^"]*+"[^>"']*+|'[^']*+'[^>"']*+)*+)>)"""
)
_ROW, _CELL = re.compile(_NAMED % (b"row", rb"\d+")), re.compile(_NAMED % (b"c", rb"[A-Z]+\d+"))
_ATTRIBUTE = re.compile(rb"""([^\s=<>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


class VerificationFailed(Exception):
    """What we made is not what we planned; nothing has been written."""


def verify(old: Archive, new: bytes, planned: Mapping[str, Sequence[Span]]) -> None:
    """Raise `VerificationFailed` unless `new` is `old` with exactly the `planned` spans of these members replaced.

    Members without plan must be equal in their raw bytes (header, data, descriptor) and directory entries, in the
    same order; members with a plan are unpacked again, which checks their CRC, and compared piece by piece.
    """
    made = Archive(new)
    if [member.name for member in made.members] != [member.name for member in old.members]:
        raise VerificationFailed("members differ")
    if made.tail[20:] != old.tail[20:]:
        raise VerificationFailed("archive comment differs")
    for before, after in zip(old.members, made.members, strict=True):
        if before.name in planned:
            _same_but_spans(before.name, old.read(before.name), made.read(after.name), planned[before.name])
        elif not _untouched(old, made, before.name):
            raise VerificationFailed(f"{before.name} differs")


def _untouched(old: Archive, made: Archive, name: str) -> bool:
    before, after = old.by_name[name].central, made.by_name[name].central
    (start, stop), (start2, stop2) = old.segments[name], made.segments[name]
    same_entry = before[:42] == after[:42] and before[46:] == after[46:]
    return same_entry and old.data[start:stop] == made.data[start2:stop2]


def _same_but_spans(name: str, old: bytes, new: bytes, spans: Sequence[Span]) -> None:
    before = memoryview(old)
    wanted: list[memoryview | bytes] = []
    position = 0
    for start, end, text in spans:
        if start < position or end < start:
            raise VerificationFailed(f"{name}: spans overlap")
        wanted += (before[position:start], text)
        position = end
    wanted.append(before[position:])
    if b"".join(wanted) != new:
        raise VerificationFailed(f"{name}: bytes outside our cells differ")


def verify_cells(part: bytes, spans: Sequence[Span]) -> None:
    """Every span of an entry tab covers nothing, one `<c>` without formula, or a `spans` value."""
    for start, end, _ in spans:
        if (plain := _PLAIN_CELL.match(part, start, end)) and plain.end() == end:
            continue
        old = part[start:end]
        if old in (b"", b"/>") or _SPANS.match(old):
            continue
        one_cell = _OLD_CELL.match(old) and _CELL_END.search(old) and len(_OLD_CELL.findall(old)) == 1
        if not one_cell or b"<f>" in old or b"<f " in old:
            raise VerificationFailed("a span reaches beyond one of our cells")


def verify_written(spans: Sequence[Span]) -> None:
    """What we put in is well-formed XML."""
    written = b"".join([text for _, _, text in spans if text.startswith(b"<")])
    try:  # expat as it is takes prefixes as part of a name: they are the sheet's own, declared at its root
        expat.ParserCreate("utf-8").Parse(b"<all>%s</all>" % written, True)
    except expat.ExpatError as error:
        raise VerificationFailed(f"what we wrote is not well formed: {error}") from None


def verify_places(old: bytes, new: bytes, spans: Sequence[Span]) -> None:
    """No row stands twice, nor a cell in a row in which we made one, whatever prefix and spelling they have. Looked at
    only where something was made: who does not find a place makes a second one."""
    made, shift = [], 0
    for start, end, text in spans:
        if start == end or not (text[:3] == b"<c " or _OLD_CELL.match(old, start, end)):
            made.append(start + shift)
        shift += len(text) - (end - start)
    if not made:
        return
    rows = list(_ROW.finditer(new))
    _once([_name(row[1], row[2]) for row in rows])
    starts = [row.start() for row in rows]
    for index in {bisect_right(starts, place) - 1 for place in made} - {-1}:
        stop = starts[index + 1] if index + 1 < len(starts) else len(new)
        _once([_name(name, attributes) for name, attributes in _CELL.findall(new, starts[index], stop)])


def _name(name: bytes | None, attributes: bytes | None) -> bytes:
    """What a row or cell calls itself; b"" when it does not say."""
    if name:
        return name
    found = next((item[1] or item[2] for item in _ATTRIBUTE.findall(attributes or b"") if item[0] == b"r"), b"")
    return unescape(found.decode()).encode()


def _once(names: list[bytes]) -> None:
    said = [name for name in names if name]
    if len(set(said)) != len(said):
        twice = next(name for at, name in enumerate(said) if name in said[:at])
        raise VerificationFailed(f"{twice.decode()[:20]} stands twice")
