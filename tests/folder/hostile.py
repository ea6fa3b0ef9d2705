"""Files that are no books, or were made to harm: each with the finding it must lead to."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence

from tests import books
from tests.folder.handmade import packed, parts, repacked, row, sheet, strings, workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ROW = b'<row r="1"><c r="A1"><v>1</v></c></row>'
LAUGHS = (
    '<!DOCTYPE sst [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">'
    '<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">]>'
)
XXE = '<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def ole(stream: str) -> bytes:
    """An OLE container with a stream of this name, as far as we look at it."""
    return OLE + b"\x00" * 504 + b"\x00" * 512 + stream.encode("utf-16-le").ljust(64, b"\x00") + b"\x00" * 448


def bomb(member: str, megabytes: int) -> bytes:
    """A book whose member unpacks to so many megabytes of tiny rows, in a file a few hundred times smaller."""
    block = (ROW * ((1 << 20) // len(ROW) + 1))[: 1 << 20]
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    once = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    packed_rows = once * megabytes + zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    return with_raw_member(packed(parts("")), member, packed_rows, megabytes << 20, 0)


def with_raw_member(data: bytes, member: str, content: bytes, size: int, crc: int) -> bytes:
    """A zip with a member replaced by deflated bytes and whatever its directory shall say of them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {i.filename: archive.read(i) for i in archive.infolist() if i.filename != member}
    out, directory = b"", b""
    for name, body in [*members.items(), (member, None)]:
        if body is None:
            head = (20, 0, 8, 0, 33, crc, len(content), size)
        else:
            packer = zlib.compressobj(6, zlib.DEFLATED, -15)
            small = packer.compress(body) + packer.flush()
            head = (20, 0, 8, 0, 33, zlib.crc32(body), len(small), len(body))
        title = name.encode()
        local = struct.pack("<4s5H3L2H", b"PK\x03\x04", *head, len(title), 0) + title
        directory += struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, *head, len(title), 0, 0, 0, 0, 0, len(out)) + title
        out += local + (content if body is None else small)
    count = len(members) + 1
    return out + directory + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(out), 0)


def book() -> bytes:
    return books.book(books.problems("消防通道被堆料占用"))


def damaged_in_the_middle() -> bytes:
    data = bytearray(book())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        info = archive.getinfo("xl/worksheets/sheet2.xml")
    at = info.header_offset + 200
    data[at : at + 40] = b"\x55" * 40
    return bytes(data)


def lying_about_sizes() -> bytes:
    """The directory promises a few bytes; more come."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = packer.compress(sheet(row('<c r="A1"><v>1</v></c>')).encode() + b" " * 5_000_000) + packer.flush()
    return with_raw_member(packed(parts("")), "xl/worksheets/sheet1.xml", content, 400, 0)


def overlapping() -> bytes:
    """Two entries of the directory that share one member's bytes (a quoted bomb)."""
    data = bytearray(packed(parts("", more={"xl/a.bin": b"a" * 5000, "xl/b.bin": b"b" * 5000})))
    at = data.rindex(b"PK\x01\x02")
    before = data.rindex(b"PK\x01\x02", 0, at)
    data[at + 42 : at + 46] = data[before + 42 : before + 46]
    return bytes(data)


def encrypted_zip() -> bytes:
    data = bytearray(packed(parts("")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark)
        data[at + offset] |= 1
    return bytes(data)


def named_twice() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts(sheet("")).items():
            archive.writestr(name, content)
        archive.writestr("XL/workbook.xml", "")
    return out.getvalue()


def in_part(member: str, doctype: str) -> bytes:
    harm = "&e;" if "ENTITY e" in doctype else "&x;"
    cells = row('<c r="A1" t="s"><v>0</v></c>' + (f"<c><v>{harm}</v></c>" if "sheet1" in member else ""))
    members = parts(sheet(cells), shared=strings(f"<t>{harm if 'Strings' in member else '甲'}</t>"))
    text = str(members[member])
    return packed({**members, member: text.replace("?>\n", f"?>\n{doctype}", 1)})


def of_kind(*names: str) -> bytes:
    return packed({"[Content_Types].xml": "<Types/>", **dict.fromkeys(names, "<x/>")})


def odf(kind: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", "<x/>")
    return out.getvalue()


def many_tabs() -> bytes:
    names = "".join(f'<sheet name="表{at}" sheetId="{at}" r:id="rId1"/>' for at in range(1, 700))
    members = parts(sheet(""))
    return packed(
        {**members, "xl/workbook.xml": str(members["xl/workbook.xml"]).replace("</sheets>", names + "</sheets>")}
    )


def many_rows() -> bytes:
    rows = "".join(row(f'<c r="A{at}"><v>{at}</v></c>', at) for at in range(1, 60_100))
    return workbook(sheet(rows))


def binary_workbook() -> bytes:
    members = parts("")
    rels = str(members["_rels/.rels"]).replace("workbook.xml", "workbook.bin")
    return packed({"_rels/.rels": rels, "xl/workbook.bin": b"\x83\x01"})


def without_workbook() -> bytes:
    return repacked(packed(parts("")), {"xl/workbook.xml": None})


def without_a_tab() -> bytes:
    return repacked(packed(parts(sheet(""))), {"xl/worksheets/sheet1.xml": None})


# what it is → (file name, bytes, code of the finding)
FILES: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("甲.xlsx", bytes, "book.empty"),
    "password": ("甲.xlsx", lambda: ole("EncryptedPackage"), "book.encrypted"),
    "zip with a password": ("甲.xlsx", encrypted_zip, "book.encrypted"),
    "cut off": ("甲.xlsx", lambda: book()[:-3000], "book.damaged"),
    "beginning cut off": ("甲.xlsx", lambda: book()[3000:], "book.damaged"),
    "damaged in the middle": ("甲.xlsx", damaged_in_the_middle, "book.damaged"),
    "zeros": ("甲.xlsx", lambda: b"\x00" * 5000, "book.damaged"),
    "noise": ("甲.xlsx", lambda: bytes(range(255, -1, -1)) * 20, "book.damaged"),
    "text called .xlsx": ("甲.xlsx", lambda: "项目,总投资\n".encode() * 50, "book.damaged"),
    "csv": ("甲.csv", lambda: "项目,总投资\n".encode() * 50, "book.foreign"),
    "csv in GBK": ("甲.csv", lambda: "项目,总投资\n".encode("gbk") * 50, "book.foreign"),
    "web page called .xls": ("甲.xls", lambda: b"<html><table><tr><td>1</td></tr></table></html>", "book.foreign"),
    "pdf": ("甲.xlsx", lambda: b"%PDF-1.7\n", "book.foreign"),
    "picture": ("甲.xlsx", lambda: b"\x89PNG\r\n\x1a\n", "book.foreign"),
    "word": ("甲.xlsx", lambda: of_kind("word/document.xml"), "book.foreign"),
    "slides": ("甲.xlsx", lambda: of_kind("ppt/presentation.xml"), "book.foreign"),
    "zip of anything": ("甲.xlsx", lambda: of_kind("照片.jpg"), "book.foreign"),
    "old word": ("甲.xls", lambda: ole("WordDocument"), "book.foreign"),
    "text document": ("甲.ods", lambda: odf("text"), "book.foreign"),
    "et": ("甲.et", lambda: ole("Workbook"), "book.legacy_et"),
    "et without a container": ("甲.et", lambda: b"\x09\x08" * 100, "book.legacy_et"),
    "xlsb": ("甲.xlsb", binary_workbook, "book.legacy_xlsb"),
    "unknown container": ("甲.xls", lambda: ole("Something"), "book.damaged"),
    "no workbook inside": ("甲.xlsx", without_workbook, "book.foreign"),
    "a tab without its part": ("甲.xlsx", without_a_tab, "book.damaged"),
    "foreign workbook": ("甲.xlsx", lambda: workbook(sheet(row('<c r="A1"><v>1</v></c>'))), "book.no_tables"),
    "no tabs": ("甲.xlsx", workbook, "book.foreign"),
    "4 GB of tiny rows": ("甲.xlsx", lambda: bomb("xl/worksheets/sheet1.xml", 4000), "book.bomb"),
    "4 GB elsewhere": ("甲.xlsx", lambda: bomb("xl/media/image1.png", 4000), "book.bomb"),
    "30 MB of tiny rows": ("甲.xlsx", lambda: bomb("xl/worksheets/sheet1.xml", 30), "book.bomb"),
    "sizes that lie": ("甲.xlsx", lying_about_sizes, "book.damaged"),
    "members that overlap": ("甲.xlsx", overlapping, "book.bomb"),
    "thousands of members": ("甲.xlsx", lambda: packed({f"a{at}": "" for at in range(5_100)}), "book.bomb"),
    "names that climb": ("甲.xlsx", lambda: packed({**parts(""), "../../etc/cron.d/x": "x"}), "book.bomb"),
    "a part named twice": ("甲.xlsx", named_twice, "book.damaged"),
    "hundreds of tabs": ("甲.xlsx", many_tabs, "book.too_large"),
    "too many rows": ("甲.xlsx", many_rows, "book.too_large"),
    "billion laughs in the strings": ("甲.xlsx", lambda: in_part("xl/sharedStrings.xml", LAUGHS), "book.dtd"),
    "billion laughs in the sheet": ("甲.xlsx", lambda: in_part("xl/worksheets/sheet1.xml", LAUGHS), "book.dtd"),
    "billion laughs in the workbook": ("甲.xlsx", lambda: in_part("xl/workbook.xml", LAUGHS), "book.dtd"),
    "outside entity in the sheet": ("甲.xlsx", lambda: in_part("xl/worksheets/sheet1.xml", XXE), "book.dtd"),
    "outside entity in the relationships": ("甲.xlsx", lambda: in_part("xl/_rels/workbook.xml.rels", XXE), "book.dtd"),
}  # fmt: skip


def spoiled_book(rng: random.Random, data: bytes, members: Sequence[str]) -> bytes:
    """A book with damage of chance: in one of these members, or anywhere in the file."""
    if rng.random() < 0.3:
        return _spoiled(rng, data)
    member = rng.choice(members)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return repacked(data, {member: _spoiled(rng, archive.read(member))})


def _spoiled(rng: random.Random, data: bytes) -> bytes:
    body = bytearray(data)
    for _ in range(rng.choice((1, 1, 3, 20))):
        at = rng.randrange(len(body))
        act = rng.randrange(4)
        if act == 0:
            body[at] = rng.randrange(256)
        elif act == 1:
            del body[at : at + rng.randrange(1, 50)]
        elif act == 2:
            body[at:at] = body[max(0, at - 30) : at]
        else:
            body[at:at] = rng.choice(_SPLINTERS)
    return bytes(body)


_SPLINTERS = (b"<", b"&", b"]]>", b"<!--", b'"', b"\xff", b"</row>", b"<row>", b"\x00", b"<c>", b"<f>")
