"""A real LibreOffice and our books: it opens them, holds them, saves them in its own way, and still gets its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.backends.folder.backend import FolderBackend
from sync.backends.folder.patch import plan_patch
from sync.backends.folder.pool import ReaderPool
from sync.backends.folder.reader import read_book
from sync.book import Snapshot, TabSnapshot
from sync.clock import FixedClock
from tests import books
from tests.folder.torture import torture
from tests.office import Document, Office
from tests.paper import Paper
from validators.findings import Severity

pytestmark = pytest.mark.office

KEY = "安成镇.xlsx"
TAB = "问题清单"
FIVE = ("消防通道被堆料占用", "围挡未封闭", "排水不畅", "配电箱无锁", "脚手架缺少验收牌")
CONTENT, CHECK = "G", "B"  # columns of the tab as made; rows begin at 6


class Folder:
    """A folder with one book, and the backend over it."""

    def __init__(self, root: Path, data: bytes) -> None:
        self.root = root / "books"
        self.root.mkdir()
        self.path = self.root / KEY
        self.path.write_bytes(data)
        self.clock = FixedClock(at=4e9)
        self.backend = FolderBackend(self.root, backups=root / "backups", clock=self.clock.now, sleep=self.clock.sleep)

    def read(self) -> Snapshot:
        (ref,) = self.backend.list()
        return self.backend.read(ref, books.shape())

    def answer(self, snapshot: Snapshot | None = None):  # type: ignore[no-untyped-def]
        (ref,) = self.backend.list()
        return self.backend.answer(ref, books.answer(snapshot or self.read(), verdict))


def verdict(row, name: str) -> str:  # type: ignore[no-untyped-def]
    return f"✓ 通过：{content(row)}" if name == "check" and any(row.cells) else ""


def content(row) -> str:  # type: ignore[no-untyped-def]
    return row.cells[3]


def entry(snapshot: Snapshot) -> TabSnapshot:
    tab = snapshot.tab("problem")
    assert tab is not None
    return tab


def contents(snapshot: Snapshot) -> list[str]:
    return [content(row) for row in entry(snapshot).rows]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path, books.book(books.problems(*FIVE)))


def test_while_it_is_open_the_answer_waits_and_after_closing_it_is_written(folder: Folder, office: Office) -> None:
    with office.open(folder.path) as book:
        before = folder.path.read_bytes()
        assert contents(folder.read()) == list(FIVE)
        outcome = folder.answer()
        assert outcome.kind == "postponed" and "LibreOffice" in outcome.reason
        assert folder.path.read_bytes() == before
        book.set(TAB, f"{CONTENT}6", "消防通道已清理")
        book.save()
        assert folder.answer().kind == "postponed", "saved, and still open"
    assert contents(folder.read())[0] == "消防通道已清理"
    assert folder.answer().kind == "done"
    with office.open(folder.path) as book:
        assert book.get(TAB, f"{CHECK}6") == "✓ 通过：消防通道已清理"
        assert [book.get(TAB, f"{CONTENT}{row}") for row in range(7, 11)] == list(FIVE[1:])


def test_a_book_answered_before_it_was_opened_is_saved_without_complaint(folder: Folder, office: Office) -> None:
    assert folder.answer().kind == "done"
    with office.open(folder.path) as book:
        assert not book.read_only()
        book.set(TAB, "L6", "清理堆料并划线")
        book.save()
    assert entry(folder.read()).rows[0].shown["check"] == f"✓ 通过：{FIVE[0]}"


def test_a_round_trip_keeps_marks_rows_and_answers(folder: Folder, office: Office) -> None:
    """LibreOffice renumbers parts, styles and strings, drops blank cells and un-hides what was very hidden."""
    assert folder.answer().kind == "done"
    before = folder.read()
    with office.open(folder.path) as book:
        book.set(TAB, "L6", "清理堆料并划线")
        book.save()
    after = folder.read()
    assert after.fingerprint != before.fingerprint
    assert (after.scheme, after.version, after.unit, after.role) == (before.scheme, before.version, before.unit, "unit")
    assert after.own_tabs == before.own_tabs and after.findings == []
    for old, new in zip(before.tabs, after.tabs, strict=True):
        assert (new.table, new.columns, new.answer_columns, new.header_row) == (
            old.table,
            old.columns,
            old.answer_columns,
            old.header_row,
        )
        assert new.headers == old.headers and new.units == old.units and new.findings == []
        assert [row.shown for row in new.rows] == [row.shown for row in old.rows]
    assert contents(after) == list(FIVE)
    assert folder.answer().kind == "nothing", "it says all of it already"


def test_status_cells_that_a_round_trip_dropped_are_made_anew(tmp_path: Path, office: Office) -> None:
    """Blank formatted cells go missing where the column says the same; answers are put there all the same."""
    folder = Folder(tmp_path, books.book(books.problems(*FIVE)))
    with office.open(folder.path) as book:
        for row in range(11, 31):
            book.set(TAB, f"{CONTENT}{row}", f"第{row}行的问题")
        book.save()
    snapshot = folder.read()
    assert len(entry(snapshot).rows) == 25
    assert folder.answer(snapshot).kind == "done"
    with office.open(folder.path) as book:
        assert [book.get(TAB, f"{CHECK}{row}") for row in (6, 30)] == [f"✓ 通过：{FIVE[0]}", "✓ 通过：第30行的问题"]


def _insert_column(book: Document) -> None:
    book.insert_columns(TAB, 5)
    book.set(TAB, "E5", "我的备注")


def _delete_foreign_column(book: Document) -> None:
    book.delete_columns(TAB, 8)  # 责任人


def _move_column(book: Document) -> None:
    book.insert_columns(TAB, 4)
    book.move(TAB, "H1:H40", "D1")
    book.delete_columns(TAB, 8)


def _insert_rows_above(book: Document) -> None:
    book.insert_rows(TAB, 1, 2)


def _hide(book: Document) -> None:
    book.hide_row(TAB, 7)


COLUMN_ACTS: list[Callable[[Document], None]] = [
    _insert_column,
    _delete_foreign_column,
    _move_column,
    _insert_rows_above,
    _hide,
]


@pytest.mark.parametrize("act", COLUMN_ACTS)
def test_what_a_clerk_does_to_the_sheet_in_libreoffice(
    folder: Folder, office: Office, act: Callable[[Document], None]
) -> None:
    with office.open(folder.path) as book:
        act(book)
        before = {sheet: book.grid(sheet) for sheet in book.sheets()}
        book.save()
    snapshot = folder.read()
    assert contents(snapshot) == list(FIVE)
    lost = [item.field for item in entry(snapshot).findings if item.severity is Severity.MUST]
    assert lost == (["responsible_person"] if act is _delete_foreign_column else [])
    assert folder.answer(snapshot).kind == "done"
    ours = {(cell.row, cell.column) for cell in books.answer(snapshot).cells if cell.tab == TAB}
    with office.open(folder.path) as book:
        for sheet in book.sheets():
            if sheet != "待改清单":
                now = book.grid(sheet)
                changed = {
                    place for place in before[sheet].keys() | now.keys() if before[sheet].get(place) != now.get(place)
                }
                assert changed <= (ours | _banner(changed) if sheet == TAB else set())
    assert [row.shown["check"] for row in entry(folder.read()).rows] == [f"✓ 通过：{text}" for text in FIVE]


def _banner(changed: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """The banner's cell: in the first column, above the table."""
    return {(row, column) for row, column in changed if row <= 5 and column == 1}


def _sort(book: Document) -> None:
    book.sort(TAB, "A6:S10", 6, False)


def _sort_without_ours(book: Document) -> None:
    book.sort(TAB, "D6:M10", 3, False)


def _insert_row(book: Document) -> None:
    book.insert_rows(TAB, 8)
    book.set(TAB, f"{CONTENT}8", "新发现的问题")


def _delete_row(book: Document) -> None:
    book.delete_rows(TAB, 6)


def _copy_row(book: Document) -> None:
    book.copy(TAB, "A6:S6", "A9")


@pytest.mark.parametrize("act", [_sort, _sort_without_ours, _insert_row, _delete_row, _copy_row])
def test_rows_changed_in_libreoffice_get_their_own_answers(
    folder: Folder, office: Office, act: Callable[[Document], None]
) -> None:
    """The answer computed before is not written; the next one stands beside its own content."""
    old = folder.read()
    assert folder.answer(old).kind == "done"
    old = folder.read()
    with office.open(folder.path) as book:
        act(book)
        book.save()
    assert folder.answer(old).kind == "changed"
    folder.answer()
    with office.open(folder.path) as book:
        for row in range(6, 13):
            said, there = book.get(TAB, f"{CHECK}{row}"), book.get(TAB, f"{CONTENT}{row}")
            assert said == (f"✓ 通过：{there}" if there else "")


def test_the_torture_book_looks_the_same_after_the_answer(tmp_path: Path, office: Office) -> None:
    """Charts, pivot, pictures and all: every cell of every sheet but ours shows the same, calculated anew."""
    (tmp_path / "前.xlsx").write_bytes(torture())
    snapshot = read_book(torture(), books.shape())
    answer = books.answer(snapshot)
    (tmp_path / "后.xlsx").write_bytes(plan_patch(torture(), answer).data)
    ours = {(cell.tab, cell.row, cell.column) for cell in answer.cells}
    with office.open(tmp_path / "前.xlsx") as before, office.open(tmp_path / "后.xlsx") as after:
        assert after.sheets() == before.sheets()
        for sheet in before.sheets():
            if sheet == "待改清单":
                continue
            old, new = before.grid(sheet), after.grid(sheet)
            changed = {place for place in old.keys() | new.keys() if old.get(place) != new.get(place)}
            assert {place for place in changed if place != (3, 1)} <= {
                (row, column) for tab, row, column in ours if tab == sheet
            }
        assert after.get(TAB, "B6").startswith("✓ 通过") and after.get("待改清单", "G5") == "请填写"


# other formats, as LibreOffice writes them ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(1) as readers:
        yield readers


def test_a_password_is_a_finding(folder: Folder, office: Office, pool: ReaderPool, tmp_path: Path) -> None:
    with office.open(folder.path) as book:
        book.save_as(tmp_path / "加密.xlsx", "secret")
        book.save_as(tmp_path / "加密.ods", "secret")
        book.save_as(tmp_path / "加密.xls", "secret")
    for name in ("加密.xlsx", "加密.ods", "加密.xls"):
        snapshot = pool.read(tmp_path / name, books.shape())
        assert snapshot.tabs == [] and [item.code for item in snapshot.findings] == ["book.encrypted"], name


@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_old_formats_are_read_the_same(
    folder: Folder, office: Office, pool: ReaderPool, tmp_path: Path, suffix: str
) -> None:
    with office.open(folder.path) as book:
        book.set(TAB, "J6", 45833)
        book.set("项目库", "D8", "年产500套智能装备项目")
        book.set("项目库", "J8", 12000.5)
        book.save()
    if suffix == "ods":  # an .xls does not tell
        shown = Paper.of(folder.path)
        shown.tab(TAB).format(6, 10, 'yyyy"年"m"月"')
        shown.tab("项目库").format(8, 10, '0.00"亿元"')
        shown.saved(folder.path)
    with office.open(folder.path) as book:
        book.save_as(tmp_path / f"安成镇.{suffix}")
    xlsx, old = folder.read(), pool.read(tmp_path / f"安成镇.{suffix}", books.shape())
    assert [item.code for item in old.findings] == [f"book.legacy_{suffix}"]
    assert (old.scheme, old.unit) == (xlsx.scheme, xlsx.unit)
    for tab, other in zip(xlsx.tabs, old.tabs, strict=True):
        assert (other.table, other.columns, other.units) == (tab.table, tab.columns, tab.units)
        assert [row.cells for row in other.rows] == [row.cells for row in tab.rows]


def test_this_process_reads_no_old_format(folder: Folder, office: Office, tmp_path: Path) -> None:
    """The library behind it can take its process down, so only reader processes may."""
    with office.open(folder.path) as book:
        book.save_as(tmp_path / "安成镇.xls")
    snapshot = read_book((tmp_path / "安成镇.xls").read_bytes(), books.shape(), name="安成镇.xls")
    assert [item.code for item in snapshot.findings] == ["book.legacy_unread"]
