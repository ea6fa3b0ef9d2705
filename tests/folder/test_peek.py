"""Whose book a file is, told without reading its rows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sync.backends.folder.pool import InlineReader, ReaderPool
from sync.backends.folder.reader import read_book
from tests import books
from tests.folder.handmade import repacked

WHOSE = ("scheme", "version", "unit", "role", "fingerprint")


def book() -> bytes:
    return books.book(books.problems("甲", "乙"))


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(1, seconds=30) as readers:
        yield readers


def test_marks_tell_whose_book_it_is(pool: ReaderPool) -> None:
    """The same as reading it whole would say, here and in a reader process, and no tab was read for it."""
    whole = read_book(book(), books.shape())
    assert whole.tabs
    for reader in (InlineReader(), pool):
        head = reader.read(book(), books.shape(), head=True)
        assert [getattr(head, name) for name in WHOSE] == [getattr(whole, name) for name in WHOSE]
        assert not head.tabs


def test_a_book_without_marks_is_read_whole() -> None:
    """Then only what stands in its tabs tells."""
    bare = _unmarked(repacked(book(), {"docProps/custom.xml": None, "_rels/.rels": _without_custom()}))
    whole = read_book(bare, books.shape())
    assert not whole.scheme and whole.tabs
    assert read_book(bare, books.shape(), head=True) == whole


def test_a_book_of_another_scheme_is_told_at_the_first_look() -> None:
    other = repacked(book(), {"xl/sharedStrings.xml": _strings().replace("<t>tianjiaan</t>", "<t>elsewhere</t>")})
    (finding,) = read_book(other, books.shape(), head=True).findings
    assert finding.code == "book.other_scheme"


def test_after_a_look_the_book_can_be_read(pool: ReaderPool) -> None:
    """The process answers whole readings and looks in any order."""
    assert not pool.read(book(), books.shape(), head=True).tabs
    assert pool.read(book(), books.shape()).tab("problem") is not None


def _part(name: str) -> str:
    import zipfile
    from io import BytesIO

    with zipfile.ZipFile(BytesIO(book())) as archive:
        return archive.read(name).decode()


def _strings() -> str:
    return _part("xl/sharedStrings.xml")


def _without_custom() -> str:
    import re

    return re.sub(r"<Relationship [^>]*custom-properties[^>]*/>", "", _part("_rels/.rels"))


def _unmarked(data: bytes) -> bytes:
    """The hidden tab bears another name: the marks are nobody's."""
    return repacked(data, {"xl/workbook.xml": _part("xl/workbook.xml").replace('name="_tianbao"', 'name="别的"')})
