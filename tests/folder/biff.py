"""An .xls written by hand, record by record (BIFF8 without a container), for cells that no office program would write."""

from __future__ import annotations

import struct
from collections.abc import Sequence


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _text(text: str, wide: str = "<H") -> bytes:
    return struct.pack(wide, len(text)) + b"\x01" + text.encode("utf-16-le")


def number(row: int, column: int, value: float, look: int = 0) -> bytes:
    return record(0x203, struct.pack("<HHHd", row, column, look, value))


def text(row: int, column: int, value: str, look: int = 0) -> bytes:
    return record(0x204, struct.pack("<HHH", row, column, look) + _text(value))


def boolean(row: int, column: int, value: bool) -> bytes:
    return record(0x205, struct.pack("<HHHBB", row, column, 0, value, 0))


def error(row: int, column: int, code: int) -> bytes:
    return record(0x205, struct.pack("<HHHBB", row, column, 0, code, 1))


def formula(row: int, column: int, result: bytes, look: int = 0) -> bytes:
    """`result`: the eight bytes that stand for it."""
    return record(0x06, struct.pack("<HHH8sHL", row, column, look, result, 0, 0) + b"\x03\x00\x1e\x01\x00")


def merged(*boxes: tuple[int, int, int, int]) -> bytes:
    """Of (first row, last row, first column, last column)."""
    return record(0xE5, struct.pack("<H", len(boxes)) + b"".join(struct.pack("<4H", *box) for box in boxes))


def hidden_row(row: int) -> bytes:
    return record(0x208, struct.pack("<HHHHHHL", row, 0, 9, 255, 0, 0, 0x20))


def hidden_column(column: int) -> bytes:
    return record(0x7D, struct.pack("<HHHHHH", column, column, 2048, 15, 1, 0))


def book(
    *cells: bytes, looks: Sequence[int | str] = (0,), date1904: bool = False, title: str = "表", state: int = 0
) -> bytes:
    """One tab. `looks`: the format of each cell format, a builtin one by number, or by its code."""
    codes = [look for look in looks if isinstance(look, str)]
    formats = b"".join(record(0x41E, struct.pack("<H", 164 + at) + _text(code)) for at, code in enumerate(codes))
    ids = [look if isinstance(look, int) else 164 + codes.index(look) for look in looks]
    xfs = b"".join(record(0xE0, struct.pack("<HHH", 0, item, 0x0001) + bytes(14)) for item in ids)
    start = record(0x809, struct.pack("<HHHHLL", 0x600, 5, 0, 0, 0, 0)) + record(0x22, struct.pack("<H", date1904))
    font = record(0x31, struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + _text("宋体", "<B"))
    start += font * 4 + formats + xfs
    name = _text(title, "<B")
    at = len(start) + 4 + 6 + len(name) + 4
    globals_ = start + record(0x85, struct.pack("<LBB", at, state, 0) + name) + record(0x0A)
    assert len(globals_) == at
    sheet = record(0x809, struct.pack("<HHHHLL", 0x600, 0x10, 0, 0, 0, 0))
    return globals_ + sheet + b"".join(cells) + record(0x0A)
