"""After an answer a clerk's book is byte for byte what it was, but for our cells, `spans` that must follow them, and
`fullCalcOnLoad`. The judge here takes the archive and the parts apart by its own means, not by `verify.py`.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from functools import lru_cache
from pathlib import Path

import openpyxl
import pytest

from sync.backends.folder.patch import Patch, plan_patch
from sync.backends.folder.reader import read_book
from sync.book import BookAnswer, Snapshot
from tests import books
from tests.folder.handmade import repacked
from tests.folder.torture import MACROS, VARIANTS, torture

ENTRY = ("项目库", "月度进展", "问题清单")
TODO = "待改清单"


@lru_cache
def variant(name: str) -> bytes:
    return VARIANTS[name]()


@lru_cache
def answered(name: str) -> tuple[Snapshot, BookAnswer, Patch]:
    snapshot = read_book(variant(name), books.shape(), name="安成镇.xlsx")
    answer = books.answer(snapshot)
    return snapshot, answer, plan_patch(variant(name), answer)


class Raw:
    """An archive as bytes: each member's header, data and directory entry, and the contents of parts by tab."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        self.infos = self.archive.infolist()

    def local(self, at: int) -> bytes:
        """Local header and data of a member up to the next one."""
        starts = [*sorted(info.header_offset for info in self.infos), self.archive.start_dir]
        start = self.infos[at].header_offset
        return self.data[start : starts[starts.index(start) + 1]]

    def entry(self, at: int) -> tuple[object, ...]:
        """What the directory says of a member, but for its place."""
        i = self.infos[at]
        return (i.filename, i.date_time, i.compress_type, i.comment, i.extra, i.create_system, i.create_version,
                i.extract_version, i.flag_bits, i.internal_attr, i.external_attr, i.CRC, i.compress_size, i.file_size)  # fmt: skip

    def titles(self) -> dict[str, str]:
        """Member → tab title."""
        by_name = {name.replace("\\", "/").lstrip("/"): name for name in self.archive.namelist()}
        links = self.archive.read(by_name["xl/_rels/workbook.xml.rels"]).decode()
        targets = dict(re.findall(r'Id="(\w+)" Type="[^"]*/worksheet" Target="([^"]+)"', links))
        book = self.archive.read(by_name["xl/workbook.xml"]).decode()
        tabs = re.findall(r'<(?:x:)?sheet name="([^"]+)"[^>]*r:id="(\w+)"', book)
        return {by_name["xl/" + targets[link]]: title for title, link in tabs if link in targets}


def without_ours(xml: str, answer: BookAnswer, title: str) -> str:
    """A sheet part with our cells, and what must follow them, taken out."""
    ours = {(cell.row, cell.column) for cell in answer.cells if cell.tab == title} | {(3, 1)}
    names = {f"{_letters(column)}{row}" for row, column in ours}

    def cell(match: re.Match[str]) -> str:
        reference = re.search(r"""\sr=["']([A-Z]+\d+)["']""", match[0])
        return "" if reference and reference[1] in names else match[0]

    xml = re.sub(r"<(x:)?c(?=[\s/>])(?:[^>]*/>|[^>]*?>.*?</(?:x:)?c>)", cell, xml, flags=re.S)
    return re.sub(r' spans="\d+:\d+"', "", xml)


def without_lines(xml: str) -> str:
    """待改清单 up to its header: the rest is ours whole."""
    xml = re.sub(r'(<(?:x:)?dimension ref=")[^"]*', r"\1", xml)
    return re.sub(r'<(x:)?row [^>]*?r=["\'](?:[5-9]|\d\d+)["\'].*(?=</(?:x:)?sheetData>)', "", xml, flags=re.S)


def _letters(column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@pytest.mark.parametrize("name", VARIANTS)
def test_everything_but_ours_is_byte_for_byte_the_same(name: str) -> None:
    _, answer, patch = answered(name)
    old, new = Raw(variant(name)), Raw(patch.data)
    titles = old.titles()
    assert [info.filename for info in new.infos] == [info.filename for info in old.infos]
    assert new.archive.comment == old.archive.comment
    changed = []
    for at, info in enumerate(old.infos):
        if old.local(at) == new.local(at):
            assert old.entry(at) == new.entry(at)
            continue
        changed.append(titles.get(info.filename, info.filename))
        before, after = (raw.archive.read(info.filename).decode() for raw in (old, new))
        if titles.get(info.filename) in ENTRY:
            title = titles[info.filename]
            assert without_ours(after, answer, title) == without_ours(before, answer, title)
            assert before != after
        elif titles.get(info.filename) == TODO:
            assert without_lines(after) == without_lines(before)
        else:
            assert after.replace(' fullCalcOnLoad="1"', "") == before.replace(' fullCalcOnLoad="1"', "")
    assert set(changed) <= {*ENTRY, TODO, "xl/workbook.xml", "xl\\workbook.xml"}
    assert set(changed) >= {*ENTRY, TODO}
    assert len(old.infos) > 60


@pytest.mark.parametrize("name", VARIANTS)
def test_the_answer_stands_there_and_the_rows_are_the_same(name: str) -> None:
    snapshot, answer, patch = answered(name)
    assert patch.blocked == []
    again = read_book(patch.data, books.shape(), name="安成镇.xlsx")
    assert [item.code for item in again.findings] == [item.code for item in snapshot.findings]
    for before, after in zip(snapshot.tabs, again.tabs, strict=True):
        assert [row.cells for row in before.rows] == [row.cells for row in after.rows]
        assert after.banner == (answer.banner if after.rows else before.banner)  # it comes with an answer, never alone
        for row in after.rows:
            wanted = {n: books.said(row, n) for n in after.answer_columns if books.said(row, n)}
            assert row.shown == wanted


@pytest.mark.parametrize("name", VARIANTS)
def test_the_same_answer_again_changes_nothing(name: str) -> None:
    _, answer, patch = answered(name)
    again = plan_patch(patch.data, answer)
    assert again.data == b"" and again.blocked == []


@pytest.mark.parametrize("name", VARIANTS)
def test_an_answer_taken_back_leaves_the_clerks_bytes(name: str) -> None:
    """Answered and cleared again: nothing of the clerk's wears off with time."""
    _, answer, patch = answered(name)
    snapshot = read_book(patch.data, books.shape(), name="安成镇.xlsx")
    cleared = plan_patch(patch.data, books.answer(snapshot, lambda row, name: ""))
    old, new = Raw(variant(name)), Raw(cleared.data)
    for info in old.infos:
        title = old.titles().get(info.filename)
        if title in ENTRY:
            before, after = (raw.archive.read(info.filename).decode() for raw in (old, new))
            assert without_ours(after, answer, title) == without_ours(before, answer, title)


def test_openpyxl_opens_the_result() -> None:
    """Another program's reader finds our texts where they belong, and the formulas' values still cached."""
    _, answer, patch = answered("xlsx")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(patch.data), data_only=True)
    for cell in answer.cells:
        found = book[cell.tab].cell(cell.row, cell.column)
        if cell.number:
            assert found.value == int(cell.text)
        else:
            assert (found.value or "") == cell.text
    assert book["我的统计"]["C2"].value == 0.401
    lines = [row[6] for row in book[TODO].iter_rows(min_row=5, values_only=True) if row[0]]
    assert lines == ["请填写"] * len(answer.todo)


def test_macros_stay(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(answered("xlsm")[2].data)) as archive:
        assert archive.read("xl/vbaProject.bin") == MACROS


# calculation ------------------------------------------------------------------------------------------------------


def _with_formula(formula: str) -> bytes:
    data = books.book(books.problems("甲", "乙"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        guide = archive.read("xl/worksheets/sheet1.xml").decode()
    cell = f'<row r="300"><c r="A300"><f>{formula}</f><v>1</v></c></row></sheetData>'
    return repacked(data, {"xl/worksheets/sheet1.xml": guide.replace("</sheetData>", cell).encode()})


LOOKS_AT_OURS = [
    "COUNTIF(问题清单!B:B,&quot;还有*&quot;)",
    "SUM('问题清单'!$A$6:$C$99)",
    "问题清单!Q7",
    "COUNTA(问题清单!6:6)",
]
LOOKS_ELSEWHERE = ["COUNTA(问题清单!D:G)", "SUM(A1:B9)", "&quot;问题清单!B:B&quot;", "字典!B2"]


@pytest.mark.parametrize("formula", LOOKS_AT_OURS)
def test_a_formula_that_looks_at_our_cells_is_calculated_on_opening(formula: str) -> None:
    data = _with_formula(formula)
    patch = plan_patch(data, books.answer(read_book(data, books.shape())))
    assert b'fullCalcOnLoad="1"' in zipfile.ZipFile(io.BytesIO(patch.data)).read("xl/workbook.xml")


@pytest.mark.parametrize("formula", LOOKS_ELSEWHERE)
def test_other_formulas_cost_no_calculation(formula: str) -> None:
    """The program would ask "save changes?" on closing without need."""
    data = _with_formula(formula)
    data = repacked(data, {"xl/workbook.xml": _plain_workbook(data)})
    patch = plan_patch(data, books.answer(read_book(data, books.shape())))
    assert zipfile.ZipFile(io.BytesIO(patch.data)).read("xl/workbook.xml") == _plain_workbook(data)


def _plain_workbook(data: bytes) -> bytes:
    """XlsxWriter asks for a calculation itself; programs take that out when they save."""
    text = zipfile.ZipFile(io.BytesIO(data)).read("xl/workbook.xml")
    return text.replace(b' fullCalcOnLoad="1"', b"")


def test_calculation_is_asked_for_where_it_was_not() -> None:
    data = _with_formula(LOOKS_AT_OURS[0])
    plain = _plain_workbook(data)
    data = repacked(data, {"xl/workbook.xml": plain})
    patch = plan_patch(data, books.answer(read_book(data, books.shape())))
    new = zipfile.ZipFile(io.BytesIO(patch.data)).read("xl/workbook.xml")
    assert new.replace(b' fullCalcOnLoad="1"', b"") == plain and new != plain


# archives as others pack them -------------------------------------------------------------------------------------


class _Unseekable(io.RawIOBase):
    """A stream one cannot go back in: sizes are then written behind the data, in a descriptor."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.parts.append(bytes(data))
        return len(data)


def _streamed(data: bytes) -> bytes:
    out = _Unseekable()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:  # type: ignore[arg-type]
        for info in old.infolist():
            new.writestr(info, old.read(info))
    return b"".join(out.parts)


def _with_extras(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        new.comment = "打包说明".encode()
        for info in reversed(old.infolist()):
            info.extra = b"\x55\x54\x05\x00\x03\x00\x00\x00\x00"
            info.comment = b"x"
            info.external_attr = 0o644 << 16
            new.writestr(info, old.read(info))
    return out.getvalue()


ARCHIVES = {
    "streamed": _streamed,
    "stored": lambda data: repacked(data, {}, zipfile.ZIP_STORED),
    "with extras, comments, reversed": _with_extras,
}


@pytest.mark.parametrize("kind", ARCHIVES)
def test_the_archive_keeps_its_form(kind: str) -> None:
    data = ARCHIVES[kind](torture())
    answer = books.answer(read_book(data, books.shape()))
    old, new = Raw(data), Raw(plan_patch(data, answer).data)
    assert new.archive.testzip() is None and new.archive.comment == old.archive.comment
    ours = {member for member, title in old.titles().items() if title in (*ENTRY, TODO)} | {"xl/workbook.xml"}
    for at, info in enumerate(old.infos):
        if info.filename not in ours:
            assert old.local(at) == new.local(at) and old.entry(at) == new.entry(at)
        else:
            assert old.entry(at)[:4] == new.entry(at)[:4] and old.entry(at)[5:8] == new.entry(at)[5:8]
