"""What is to be done to a book, and what was done: small values that travel to a reader process and back."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from typing import NamedTuple

_HEAD = struct.Struct(">Q")
OLD = "旧栏目·"  # before the header of a field that is no more


@dataclass(frozen=True, slots=True)
class TabChange:
    """One entry tab that is there. Rows and columns are 1-based places in the book; the donor's tab of the same title
    has everything of ours at these very places.

    `fresh`: columns to be laid down where nothing stands; `kept`: column → the mark it bears from now on; `dropped`:
    column → what its field was called; `called`: column → spellings (`header_key`) of its header that are ours; `heads`: column → its
    header as it stands, likewise.
    """

    title: str
    mark_row: int
    group_row: int
    header_row: int
    first_row: int
    fresh: tuple[int, ...]
    kept: dict[int, str]
    answers: tuple[int, ...]  # columns of ours among `kept` and `fresh`
    dropped: dict[int, str]
    called: dict[int, tuple[str, ...]]
    heads: dict[int, str]


@dataclass(frozen=True, slots=True)
class Upgrade:
    """`donor`: a book made from the new scheme, laid out as this one is. `new_tabs`: its tabs that this book lacks.

    `guide`: title of the tab that is replaced if nobody put anything on it; `hidden`: titles of ours that are replaced
    whole. `template`: the document property.
    """

    donor: bytes
    tabs: tuple[TabChange, ...]
    new_tabs: tuple[str, ...]
    guide: str
    hidden: tuple[str, ...]
    template: str


class Change(NamedTuple):
    """What became different, as a person reads it. `kind`: column, dropped, header, check, list, tab, guide, or
    kept: what was left as it is though the scheme wants it otherwise."""

    kind: str
    tab: str
    text: str


@dataclass(slots=True)
class Upgraded:
    """The new bytes (b"" when the book is as it should be) and what is different in them."""

    data: bytes = b""
    changes: list[Change] = field(default_factory=list)

    def add(self, kind: str, tab: str, text: str) -> None:
        self.changes.append(Change(kind, tab, text))


def encode_upgraded(done: Upgraded) -> bytes:
    head = json.dumps(done.changes, ensure_ascii=False).encode("utf-8", "replace")
    return _HEAD.pack(len(head)) + head + done.data


def decode_upgraded(body: bytes) -> Upgraded:
    """The upgraded book again. ValueError, TypeError or struct.error when the bytes are none."""
    (length,) = _HEAD.unpack_from(body)
    changes = [Change(*map(str, item)) for item in json.loads(body[_HEAD.size : _HEAD.size + length])]
    return Upgraded(body[_HEAD.size + length :], changes)
