"""What kind of file a set of bytes is, before anything is unpacked: names lie, the first bytes seldom do."""

from __future__ import annotations

import struct

from sync.backends.folder.package import Trouble

_BOF, _FILEPASS = b"\x09\x08\x10\x00\x00\x06\x05\x00", 0x2F  # of the workbook's globals, BIFF8
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES = (
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"{\\rtf", "Word 文档"),
    (b"MZ", "程序"),
)
_HTML = (b"<html", b"<!doctype html", b"<table", b"<meta", b"<head")


def kind_of(data: bytes, name: str = "") -> str:
    """ "xlsx", "xls" or "ods". Trouble for everything else, each with what it is."""
    if not data:
        raise Trouble("book.empty")
    if data.startswith(OLE):
        return _ole_kind(data, name)
    if data.startswith(b"PK"):
        start = data[:200]
        if b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet" in start:
            return "ods"
        if b"mimetypeapplication/vnd.oasis" in start:
            raise Trouble("book.foreign", kind="ODF 文档")
        return "xlsx"
    return _other_kind(data, name)


def _ole_kind(data: bytes, name: str) -> str:
    """An OLE container names its streams in UTF-16: an encrypted .xlsx, an old .xls, a Word file …"""
    if _utf16("EncryptedPackage") in data:
        raise Trouble("book.encrypted")
    if name.lower().endswith(".et"):
        raise Trouble("book.legacy_et")
    if _utf16("WordDocument") in data:
        raise Trouble("book.foreign", kind="Word 文档")
    if _utf16("PowerPoint Document") in data:
        raise Trouble("book.foreign", kind="演示文稿")
    if _utf16("Workbook") in data or _utf16("Book") in data:
        if _has_password(data):
            raise Trouble("book.encrypted")
        return "xls"
    raise Trouble("book.damaged")


def _has_password(data: bytes) -> bool:
    """Whether an .xls is encrypted: a FILEPASS record follows the first records of its workbook."""
    at = data.find(_BOF)
    for _ in range(8):
        if at < 0 or at + 4 > len(data):
            return False
        kind, size = struct.unpack_from("<2H", data, at)
        if kind == _FILEPASS:
            return True
        at += 4 + size
    return False


def _other_kind(data: bytes, name: str) -> str:
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise Trouble("book.foreign", kind=kind)
    start = data[:2000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if any(word in start[:600] for word in _HTML):
        raise Trouble("book.foreign", kind="网页")
    if name.lower().endswith(".et"):
        raise Trouble("book.legacy_et")
    if data[:2] in (b"\t\x08", b"\t\x04", b"\t\x02", b"\t\x00"):  # BIFF without a container
        return "xls"
    if name.lower().endswith((".xlsx", ".xlsm", ".xls")) or not _looks_like_text(data[:2000]):
        raise Trouble("book.damaged")
    raise Trouble("book.foreign", kind="文本文件")


def _looks_like_text(start: bytes) -> bool:
    return b"\x00" not in start and sum(byte < 9 for byte in start) == 0


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le")
