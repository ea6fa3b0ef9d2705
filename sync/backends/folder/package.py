"""A workbook file as a package of parts, opened with limits before anything is believed (law L7).

Part names are matched without regard to case and with `\\` read as `/`, relationships by the last word of their
type, so that Strict, prefixed and carelessly zipped books of any program are read alike.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, NamedTuple

from lxml import etree

SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a stranger's file we are willing to look at. Sizes in bytes."""

    file_bytes: int = 60_000_000
    members: int = 5_000
    total_bytes: int = 600_000_000
    member_bytes: int = 400_000_000
    ratio: int = 200  # for members larger than `ratio_from`; real sheets stand at 6–26, bombs above 340
    ratio_from: int = 8_000_000
    small_part: int = 16_000_000  # parts that are read whole: relationships, styles, workbook
    rows: int = 60_000  # with content, per tab
    columns: int = 400
    cells: int = 4_000_000
    text: int = 32_767
    tabs: int = 500


class Trouble(Exception):
    """Why a book cannot be read, on its way to becoming a finding: `code` and JSON `params`."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class Relation(NamedTuple):
    """A relationship: id, last word of its type, resolved part name ("" when it points outside)."""

    id: str
    type: str
    target: str
    external: bool


def part_key(name: str) -> str:
    """The form under which part names are compared."""
    return name.replace("\\", "/").lstrip("/").lower()


def local(tag: object) -> str:
    """Local name of an element's tag; "" for comments and processing instructions."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element, name: str) -> str:
    """An attribute by local name, whatever its namespace; "" when absent."""
    value = element.get(name)
    if value is not None:
        return str(value)
    return next((str(value) for key, value in element.attrib.items() if local(key) == name), "")


class Package:
    """The parts of a book. Raises Trouble when the archive is damaged, encrypted or over the limits."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
        self._zip = _open_zip(data)
        self._members = _checked_members(self._zip, limits)

    def __contains__(self, name: str) -> bool:
        return part_key(name) in self._members

    def names(self) -> Iterator[str]:
        """Part names, lower case, `/` between folders."""
        return iter(self._members)

    def size(self, name: str) -> int:
        """Declared size of a part; reading never goes beyond it."""
        return self._members[part_key(name)].file_size

    def open(self, name: str) -> IO[bytes]:
        """A part as a stream. Trouble when it is missing or cannot be opened."""
        info = self._members.get(part_key(name))
        if info is None:
            raise Trouble("book.damaged", part=name)
        try:
            return self._zip.open(info)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError) as error:
            raise Trouble("book.damaged", part=name) from error

    def read(self, name: str) -> bytes:
        """A small part whole."""
        if name in self and self.size(name) > self._limits.small_part:
            raise Trouble("book.too_large", part=name, size=self.size(name))
        try:
            with self.open(name) as stream:
                return stream.read()
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise Trouble("book.damaged", part=name) from error

    def xml(self, name: str) -> etree._Element:
        """A small part as a tree. Trouble for DTDs and for XML that is not well-formed."""
        data = self.read(name)
        try:
            root = etree.fromstring(data, etree.XMLParser(remove_comments=True, remove_pis=True, **SAFE))
        except (etree.XMLSyntaxError, ValueError) as error:
            raise Trouble("book.dtd" if b"<!DOCTYPE" in data else "book.damaged", part=name) from error
        refuse_dtd(root, name)
        return root

    def relations(self, part: str = "") -> list[Relation]:
        """Relationships of a part, of the package for "". An absent list is empty."""
        folder, _, base = part.rpartition("/")
        name = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
        if name not in self:
            return []
        return [_relation(item, folder) for item in self.xml(name) if local(item.tag) == "Relationship"]


def refuse_dtd(element: etree._Element, part: str) -> None:
    """No office program writes a DTD: whatever holds one was made to harm."""
    info = element.getroottree().docinfo
    if info.internalDTD is not None or info.doctype:
        raise Trouble("book.dtd", part=part)


def _relation(item: etree._Element, folder: str) -> Relation:
    target = attribute(item, "Target").replace("\\", "/")
    external = attribute(item, "TargetMode") == "External"
    if not external:
        target = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
    return Relation(attribute(item, "Id"), attribute(item, "Type").rpartition("/")[2], target, external)


def _open_zip(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, OSError, EOFError) as error:
        raise Trouble("book.damaged") from error
    except Exception as error:  # zipfile raises struct.error, UnicodeDecodeError and others on hostile directories
        raise Trouble("book.damaged") from error


def _checked_members(archive: zipfile.ZipFile, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > limits.members:
        raise Trouble("book.bomb", reason="members", count=len(infos))
    if sum(info.file_size for info in infos) > limits.total_bytes:
        raise Trouble("book.bomb", reason="size", size=sum(info.file_size for info in infos))
    for info in infos:
        _check_member(info, limits)
    _check_overlap(infos, archive.start_dir)
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        if members.setdefault(part_key(info.filename), info) is not info:
            raise Trouble("book.damaged", part=info.filename)
    return members


def _check_member(info: zipfile.ZipInfo, limits: Limits) -> None:
    if info.flag_bits & 0x1:
        raise Trouble("book.encrypted")
    if ".." in part_key(info.filename).split("/"):
        raise Trouble("book.bomb", reason="names")
    if info.file_size > limits.member_bytes:
        raise Trouble("book.bomb", reason="size", size=info.file_size)
    if info.file_size > limits.ratio_from and info.file_size > limits.ratio * max(info.compress_size, 1):
        raise Trouble("book.bomb", reason="ratio", size=info.file_size)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Trouble("book.damaged", part=info.filename)


def _check_overlap(infos: list[zipfile.ZipInfo], directory: int) -> None:
    """Members that share bytes multiply a small file endlessly; honest archives have none."""
    starts = sorted((info.header_offset, info.header_offset + 30 + info.compress_size) for info in infos)
    ends = [start for start, _ in starts[1:]] + [directory]
    if any(end > limit for (_, end), limit in zip(starts, ends, strict=False)):
        raise Trouble("book.bomb", reason="overlap")
