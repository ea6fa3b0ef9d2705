"""The zip container of a book, at the level of bytes: read its directory, replace members, copy all others verbatim.

Python's `zipfile` re-writes headers of members it copies (flags, extra fields, order, dates). A book belongs to a
clerk, so here every member we do not replace keeps its local header, data and data descriptor byte for byte; only
its offset in the central directory follows.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

_EOCD = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_EOCD_MARK, _CENTRAL_MARK, _LOCAL_MARK, _ZIP64_MARK = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04", b"PK\x06\x07"
_DESCRIPTOR, _ENCRYPTED = 0x08, 0x01
_STORED, _DEFLATED = 0, 8
_ZIP64_EXTRA = 0x0001
LEVEL = 5  # half the time of 6 for files two in a hundred larger
MEMBER_LIMIT = 200 * 1024 * 1024  # bytes, unpacked: larger sheet parts are not touched (xlsx.md §2.3)


class Refused(Exception):
    """This book must not be written in place. The message is a reason in Chinese that a person understands."""


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of the central directory, `central` its raw bytes.

    `name` is lower case with forward slashes: part names know no case.
    """

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    central: bytes


class Archive:
    """A zip in memory, its directory understood. Raises `Refused` for what we do not patch (zip64, encrypted …)."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._end, count, size, self.directory = _find_end(data)
        if self.directory + size != self._end:
            raise Refused("文件开头或目录前有多余的内容，不能安全写回；请用 WPS 或 Excel 打开后另存为 .xlsx")
        self.members = _members(data, self.directory, count, self._end)
        self.by_name = {member.name: member for member in self.members}
        self._unpacked: dict[str, bytes] = {}
        if len(self.by_name) != len(self.members):
            raise Refused("文件内部有重名的部分，不能安全写回；请用 WPS 或 Excel 打开后另存为 .xlsx")

    @property
    def tail(self) -> bytes:
        """The end record with the archive's comment."""
        return self.data[self._end :]

    @cached_property
    def segments(self) -> dict[str, tuple[int, int]]:
        """Name → range of its local header, data and whatever follows up to the next member."""
        ordered = sorted(self.members, key=lambda member: member.offset)
        stops = [member.offset for member in ordered[1:]] + [self.directory]
        if ordered and ordered[0].offset != 0:
            raise Refused("文件开头有多余的内容，不能安全写回；请用 WPS 或 Excel 打开后另存为 .xlsx")
        ranges = {}
        for member, stop in zip(ordered, stops, strict=True):
            start, end = self._data_range(member)
            if not member.offset < start <= end <= stop:
                raise Refused("文件内部的部分互相重叠，不能安全写回")
            ranges[member.name] = (member.offset, stop)
        return ranges

    def _data_range(self, member: Member) -> tuple[int, int]:
        head = self.data[member.offset : member.offset + _LOCAL.size]
        if len(head) < _LOCAL.size or head[:4] != _LOCAL_MARK:
            raise Refused("文件内部目录与内容不符，可能已损坏；请用 WPS 或 Excel 打开后另存")
        *_, name_size, extra_size = _LOCAL.unpack(head)
        start = member.offset + _LOCAL.size + name_size + extra_size
        return start, start + member.packed

    def read(self, name: str, limit: int = MEMBER_LIMIT) -> bytes:
        """The unpacked bytes of a member, its size and CRC checked; kept for the next call. KeyError when there is none."""
        if name not in self._unpacked:
            self._unpacked[name] = self._read(self.by_name[name], limit)
        return self._unpacked[name]

    def _read(self, member: Member, limit: int) -> bytes:
        if member.size > limit:
            raise Refused(f"工作表数据超过 {limit // 1024 // 1024} MB，不能写回；请删除多余的空白格式行")
        start, end = self._data_range(member)
        raw = self.data[start:end]
        if member.method == _STORED:
            content = raw
        elif member.method == _DEFLATED:
            content = _inflate(raw, member.size)
        else:
            raise Refused("文件用了不常见的压缩方式，不能安全写回；请用 WPS 或 Excel 打开后另存为 .xlsx")
        if len(content) != member.size or zlib.crc32(content) != member.crc:
            raise Refused("文件内容校验不符，可能没有保存完整；请用 WPS 或 Excel 打开后重新保存")
        return content


def patch(archive: Archive, replacements: Mapping[str, bytes], level: int = LEVEL) -> bytes:
    """The archive with some members' contents replaced. Order, dates, flags, extras, comments of all stay."""
    out: list[bytes] = []
    position = 0
    central: dict[str, bytes] = {}
    ranges = archive.segments
    for member in sorted(archive.members, key=lambda item: item.offset):
        if member.name in replacements:
            segment, entry = _replaced(archive, member, replacements[member.name], level)
        else:
            start, stop = ranges[member.name]
            segment, entry = archive.data[start:stop], member.central
        central[member.name] = entry[:42] + struct.pack("<L", position) + entry[46:]
        out.append(segment)
        position += len(segment)
    directory = b"".join(central[member.name] for member in archive.members)
    head = _EOCD.unpack(archive.tail[: _EOCD.size])
    end = _EOCD.pack(*head[:5], len(directory), position, head[7]) + archive.tail[_EOCD.size :]
    return b"".join([*out, directory, end])


def _replaced(archive: Archive, member: Member, content: bytes, level: int) -> tuple[bytes, bytes]:
    """Local segment and central entry of a member with new content; sizes go into the header, not a descriptor."""
    if member.method == _DEFLATED:
        packer = zlib.compressobj(level, zlib.DEFLATED, -15)
        packed = packer.compress(content) + packer.flush()
    else:
        packed = content
    crc, flags = zlib.crc32(content), member.flags & ~_DESCRIPTOR
    head = list(_LOCAL.unpack_from(archive.data, member.offset))
    name_at = member.offset + _LOCAL.size
    name = archive.data[name_at : name_at + head[9]]
    extra = _without_zip64(archive.data[name_at + head[9] : name_at + head[9] + head[10]])
    local = _LOCAL.pack(*head[:2], flags, *head[3:6], crc, len(packed), len(content), len(name), len(extra))
    entry = list(_CENTRAL.unpack_from(member.central))
    entry[3], entry[7:10] = flags, [crc, len(packed), len(content)]
    return local + name + extra + packed, _CENTRAL.pack(*entry) + member.central[_CENTRAL.size :]


def _find_end(data: bytes) -> tuple[int, int, int, int]:
    """Offset of the end record, count of entries, size and offset of the directory."""
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise Refused("文件加了密码或是旧的 .xls 格式，不能写回；请取消密码并另存为 .xlsx")
    end = data.rfind(_EOCD_MARK, max(0, len(data) - 65557))
    if end < 0 or len(data) - end < _EOCD.size:
        raise Refused("文件不是完整的 .xlsx，可能没有保存或复制完整；请重新保存")
    _, disk, start_disk, here, count, size, offset, comment = _EOCD.unpack_from(data, end)
    if end + _EOCD.size + comment != len(data):
        raise Refused("文件末尾有多余的内容，不能安全写回；请用 WPS 或 Excel 打开后另存为 .xlsx")
    if disk or start_disk or here != count or 0xFFFF in (count, here) or 0xFFFFFFFF in (size, offset):
        raise Refused("文件用了 zip64 或分卷格式，不能安全写回；请用 WPS 或 Excel 打开后另存为 .xlsx")
    if end >= 20 and data[end - 20 : end - 16] == _ZIP64_MARK:
        raise Refused("文件用了 zip64 格式，不能安全写回；请用 WPS 或 Excel 打开后另存为 .xlsx")
    return end, count, size, offset


def _members(data: bytes, position: int, count: int, end: int) -> list[Member]:
    found = []
    for _ in range(count):
        if position + _CENTRAL.size > end or data[position : position + 4] != _CENTRAL_MARK:
            raise Refused("文件内部目录已损坏；请用 WPS 或 Excel 打开后另存")
        fields = _CENTRAL.unpack_from(data, position)
        flags, method, crc, packed, size = fields[3], fields[4], *fields[7:10]
        stop = position + _CENTRAL.size + sum(fields[10:13])
        if flags & _ENCRYPTED:
            raise Refused("文件加了密码，不能写回；请取消密码后保存")
        if 0xFFFFFFFF in (packed, size, fields[16]):
            raise Refused("文件用了 zip64 格式，不能安全写回；请用 WPS 或 Excel 打开后另存为 .xlsx")
        raw = data[position + _CENTRAL.size : position + _CENTRAL.size + fields[10]]
        name = raw.decode("utf-8" if flags & 0x800 else "cp437", "replace").replace("\\", "/").lstrip("/").lower()
        found.append(Member(name, flags, method, crc, packed, size, fields[16], data[position:stop]))
        position = stop
    return found


def _inflate(raw: bytes, size: int) -> bytes:
    """Unpack at most `size` bytes: a directory that lies about sizes cannot make us fill the memory."""
    unpacker = zlib.decompressobj(-15)
    try:
        return unpacker.decompress(raw, size + 1)
    except zlib.error:
        raise Refused("文件内容已损坏，不能写回；请用 WPS 或 Excel 打开后重新保存") from None


def _without_zip64(extra: bytes) -> bytes:
    kept, position = b"", 0
    while position + 4 <= len(extra):
        kind, size = struct.unpack_from("<2H", extra, position)
        if kind != _ZIP64_EXTRA:
            kept += extra[position : position + 4 + size]
        position += 4 + size
    return kept
