"""The proof before a book is replaced: the new bytes are the old ones with exactly the planned spans replaced.

Everything is compared as bytes. Only what we wrote is parsed again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.parsers import expat

from sync.backends.folder.splice import Span
from sync.backends.folder.zippatch import Archive

_PLAIN_CELL = re.compile(rb"<c(?:\s[^<>]*)?(?:/>|(?<!/)>(?:<v>[^<]*</v>|<is><t(?:\s[^<>]*)?>[^<]*</t></is>)?</c>)")
_OLD_CELL = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
_CELL_END = re.compile(rb"(?:/>|</(?:[\w.-]+:)?c>)\Z")
_SPANS = re.compile(rb"\d+:\d+\Z")


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
