"""Ledgers nobody has seen yet: whatever stands in them, they are understood or refused in a sentence, never with a crash;
and they are read in a process of its own, which a hostile file cannot leave."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from app.ledger.study import NotImported, study
from sync.backends.folder.package import Limits
from sync.backends.folder.pool import InlineReader, ReaderPool
from sync.backends.folder.zippatch import Refused
from sync.book import BookAnswer, CellText
from sync.ledger.grid import Grid, Ledger
from tests import books
from tests.ledger import kit, paper
from validators.rawcell import MARK, boolean, error, number, picture, text, uncalculated

WORDS = [
    "序号", "项目名称", "总投资（万元）", "总投资(亿元)", "签约时间", "合计", "小计", "一、续建项目", "单位：万元", "安成镇", "曹庵镇", "填报人：", "2025-03-01",
    "1.2亿", "待定", "无", "/", "甲项目", "13855412345", "基本信息", "1-6月完成投资", "其中", "注：", "tb:project.uscc", "（", "=1+1", "５０００", "同上",
]  # fmt: skip
CELLS = st.one_of(
    st.sampled_from(WORDS),
    st.text(max_size=12).map(text),
    st.sampled_from([number("1"), number("45731", "d"), number("0.5", "%"), number("1e400"), boolean(True), error("#REF!"),
                     uncalculated("=A1"), picture("ID_1")]),
)  # fmt: skip
PLACE = st.tuples(st.integers(1, 12), st.integers(1, 8))


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    grid = Grid(draw(st.sampled_from(["Sheet1", "安成镇", "总表"])))
    for (row, column), raw in draw(st.dictionaries(PLACE, CELLS, max_size=50)).items():
        if raw:
            grid.cells.setdefault(row, {})[column] = raw
    for (row, column), (tall, wide) in draw(
        st.lists(st.tuples(PLACE, st.tuples(st.integers(0, 5), st.integers(0, 7))), max_size=6)
    ):
        grid.merges.append((row, column, row + tall, column + wide))
    return grid


@given(grids(), st.sampled_from(["unit", "commission"]))
@settings(max_examples=150)
def test_any_grid_is_understood_or_refused(grid: Grid, role: str) -> None:
    """No row under the header is lost, whatever is merged over whatever."""
    owner = kit.UNIT if role == "unit" else role
    try:
        found = study(kit.scheme(), kit.scheme().tables_of(role), Ledger("台账.xlsx", [grid]), kit.DAY, owner=owner)
    except NotImported as refusal:
        assert "没有认出表头" in str(refusal)
        return
    lines, entries = kit.lines(found), kit.entries(found, owner)
    last = found.mappings[0].header.last
    tails = {row for top, left, bottom, _ in grid.merges for row in range(top + 1, bottom + 1)
             if set(grid.cells.get(row, {})) <= {left}}  # fmt: skip
    rows = {row for row in grid.cells if row > last}
    assert {line.row for line in lines} <= rows <= {line.row for line in lines} | tails
    taken = {row for item in entries for row in range(item.row, item.last_row + 1)}
    assert {line.row for line in lines if line.kind in ("data", "more")} <= taken
    assert kit.totals(found) is not None
    for item in entries:
        assert all(not raw.startswith(MARK) or raw[1] == "n" for raw in item.cells.values()), "texts and numbers only"


def test_a_book_of_ours_from_elsewhere_is_a_ledger_too() -> None:
    """A book of last year's, or of another unit: its hidden marks are no group titles."""
    rows = {"project": [{"project_name": "甲项目", "total_investment": 12000, "sign_date": "2025-03-01"}]}
    ledger = InlineReader().grids(books.book(rows), name="安成镇2024.xlsx")
    found = study(kit.scheme(), kit.scheme().tables_of("unit"), ledger, kit.DAY, tabs=["项目库"], owner=kit.UNIT)
    assert all(item.sure for item in found.mappings[0].columns if item.targets)
    (entry,) = kit.entries(found)
    assert kit.shown(entry) == {"project_name": "甲项目", "total_investment": "12000", "sign_date": "2025-03-01"}


def test_hidden_tabs_are_told_not_read() -> None:
    book = paper.progress()
    book.create_sheet("旧台账")["A1"] = "x"
    book["旧台账"].sheet_state = "hidden"
    assert kit.studied(book).others == ["旧台账（隐藏）"]


# in a process of its own --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(1, seconds=20, limits=Limits(rows=500, file_bytes=3_000_000)) as found:
        yield found


@pytest.mark.parametrize("make", [paper.districts, paper.hidden_and_ghosts, paper.tall_rows])
def test_a_process_reads_the_same(pool: ReaderPool, make: object) -> None:
    assert callable(make)
    data = paper.saved(make())
    assert pool.grids(data, name="台账.xlsx") == InlineReader().grids(data, name="台账.xlsx")


def long_table() -> bytes:
    book, sheet = paper.new()
    paper.put(sheet, 1, [["项目名称", "总投资"], *([f"项目{at}", at] for at in range(600))])
    return paper.saved(book)


def doctype() -> bytes:
    old, buffer = zipfile.ZipFile(io.BytesIO(paper.saved(Workbook()))), io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as new:
        for item in old.namelist():
            body = old.read(item)
            new.writestr(item, b'<!DOCTYPE x [<!ENTITY a "b">]>' + body if item == "xl/workbook.xml" else body)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "空文件"), (b"PK\x03\x04" + b"\0" * 50, "损坏"), (b"%PDF-1.4", "PDF 文件"), (long_table(), "太大"),
        (b"PK" + b"\0" * 3_000_000, "太大"), (doctype(), "文档类型声明")
    ],
    ids=["empty", "damaged", "pdf", "rows", "bytes", "dtd"],
)  # fmt: skip
def test_what_cannot_be_read_is_told_and_the_pool_goes_on(pool: ReaderPool, data: bytes, told: str) -> None:
    found = pool.grids(data, name="台账.xlsx")
    assert told in found.problem and not found.grids
    assert pool.grids(paper.saved(paper.progress()), name="好.xlsx").problem == ""


def test_a_filled_cell_is_never_replaced_in_a_process_either(pool: ReaderPool) -> None:
    """`filling`: what stands there blocks the cell; as an answer of ours the clerk's columns block it too, ours do not."""
    data = books.book({"project": [{"project_name": "甲项目"}]})
    snapshot = pool.read(data, books.shape(), name="安成镇.xlsx")
    tab = snapshot.tabs[0]
    row, column = tab.rows[0].row, tab.columns["project_name"]
    other = CellText(tab.title, row, column, "乙项目")
    blank = CellText(tab.title, row + 1, column, "乙项目")
    ours = CellText(tab.title, row, tab.answer_columns["check"], "x")
    written = pool.patch(data, BookAnswer(snapshot.fingerprint, [other, blank]), filling=True)
    assert (written.written, len(written.blocked)) == (1, 1)
    once = pool.patch(data, BookAnswer(snapshot.fingerprint, [ours]), filling=True)
    again = pool.patch(once.data, BookAnswer("", [ours._replace(text="y")]), filling=True)
    assert not again.data and len(again.blocked) == 1
    with pytest.raises(Refused):
        pool.patch(b"PK\x03\x04", BookAnswer("", [blank]), filling=True)
