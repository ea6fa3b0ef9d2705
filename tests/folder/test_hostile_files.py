"""Whatever lies in the folder is a snapshot with a finding a clerk understands, never a crash and never "empty"."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from sync.backends.folder.package import Limits
from sync.backends.folder.pool import InlineReader, ReaderPool
from sync.backends.folder.reader import read_book
from sync.backends.folder.zippatch import Refused
from sync.book import BookAnswer, CellText, Snapshot
from sync.errors import BookUnavailable
from tests import books
from tests.folder.handmade import packed, parts, repacked, row, sheet, strings, workbook
from tests.folder.hostile import FILES, book, spoiled_book
from validators.findings import Severity
from validators.messages import sentence

ENTRY = books.part_of("问题清单")


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(1, seconds=30) as readers:
        yield readers


def unread(snapshot: Snapshot, code: str) -> None:
    assert snapshot.tabs == []
    (finding,) = snapshot.findings
    assert (finding.code, finding.severity) == (code, Severity.MUST)
    said = sentence(finding.code, finding.params)
    assert said.startswith("“") and said.endswith("。") and "{" not in said


@pytest.mark.parametrize("kind", FILES)
def test_odd_files_are_one_finding(kind: str) -> None:
    name, make, code = FILES[kind]
    unread(read_book(make(), books.shape(), name=name, legacy=True), code)


@pytest.mark.parametrize("kind", FILES)
def test_odd_files_in_a_reader_process(kind: str, pool: ReaderPool) -> None:
    """One process reads them all, one after the other, and an honest book after each."""
    name, make, code = FILES[kind]
    unread(pool.read(make(), books.shape(), name=name), code)
    assert pool.read(book(), books.shape()).tab("problem") is not None


def test_the_corners_of_a_sheet_do_not_blow_up() -> None:
    """A1 and XFD1048576 filled: other readers take 550 GB for that."""
    data = workbook(sheet(row('<c r="A1"><v>1</v></c>') + row('<c r="XFD1048576"><v>1</v></c>', 1_048_576)))
    unread(read_book(data, books.shape(), name="甲.xlsx"), "book.no_tables")


def test_a_far_cell_in_a_book_of_ours_is_told_and_the_rest_is_read() -> None:
    data = book()
    xml = _part(data, ENTRY)
    far = xml.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    snapshot = read_book(repacked(data, {ENTRY: far}), books.shape())
    tab = snapshot.tab("problem")
    assert tab is not None and len(tab.rows) == 1
    assert [item.code for item in tab.findings] == ["sheet.far_cells"]


def test_a_million_ghost_rows_are_told_and_the_rest_is_read() -> None:
    data = book()
    ghosts = b"".join(b'<row r="%d" s="1" customFormat="1"/>' % at for at in range(1000, 1_048_577))
    xml = _part(data, ENTRY).replace(b"</sheetData>", ghosts + b"</sheetData>")
    snapshot = read_book(repacked(data, {ENTRY: xml}), books.shape())
    tab = snapshot.tab("problem")
    assert tab is not None and len(tab.rows) == 1
    assert [item.code for item in tab.findings] == ["sheet.ghost_rows"]
    assert tab.findings[0].params["count"] > 1_000_000


def _part(data: bytes, name: str) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def test_limits_are_limits() -> None:
    data = book()
    for limits, code in (
        (Limits(file_bytes=len(data) - 1), "book.too_large"),
        (Limits(rows=2), "book.too_large"),
        (Limits(cells=20), "book.too_large"),
        (Limits(tabs=2), "book.too_large"),
        (Limits(members=5), "book.bomb"),
        (Limits(total_bytes=10_000), "book.bomb"),
        (Limits(member_bytes=10_000), "book.bomb"),
        (Limits(small_part=1_000), "book.too_large"),
    ):
        unread(read_book(data, books.shape(), limits=limits), code)


def test_macros_and_outside_links_are_hints() -> None:
    links = '<Relationship Id="rIdX" Type="http://x/externalLink" Target="externalLinks/externalLink1.xml"/></Relationships>'
    rels = _part(book(), "xl/_rels/workbook.xml.rels").decode().replace("</Relationships>", links)
    data = repacked(book(), {"xl/vbaProject.bin": b"x", "xl/_rels/workbook.xml.rels": rels.encode()})
    snapshot = read_book(data, books.shape())
    assert snapshot.tab("problem") is not None
    assert [(item.code, item.severity) for item in snapshot.findings] == [
        ("book.macros", Severity.HINT),
        ("sheet.external_links", Severity.HINT),
    ]


@pytest.mark.parametrize("seed", range(4))
def test_no_damage_whatever_crashes_the_reader(seed: int) -> None:
    """Bytes of the archive and bytes inside its parts are changed, cut, doubled: still a snapshot."""
    rng = random.Random(seed)
    data = book()
    members = [
        "xl/workbook.xml",
        ENTRY,
        "xl/styles.xml",
        "xl/sharedStrings.xml",
        "_rels/.rels",
        "xl/_rels/workbook.xml.rels",
    ]
    for _ in range(25):
        snapshot = read_book(spoiled_book(rng, data, members), books.shape(), name="甲.xlsx")
        assert snapshot.tabs or snapshot.findings[0].severity is Severity.MUST


# reader processes -------------------------------------------------------------------------------------------------


@lru_cache
def slow_book(rows: int = 60_000) -> bytes:
    """A book within all limits that takes seconds to read, for want of a form the quick way knows."""
    cells = "".join(f'<c  r="{chr(65 + at)}@"><v>{at}</v></c>' for at in range(20))
    return packed(parts(sheet("".join(row(cells.replace("@", str(at)), at) for at in range(1, rows)))))


def test_a_book_that_takes_too_long_is_stopped() -> None:
    with ReaderPool(1, seconds=1) as readers:
        assert readers.read(book(), books.shape()).tabs
        started = time.monotonic()
        snapshot = readers.read(slow_book(), books.shape(), name="甲.xlsx")
        assert time.monotonic() - started < 20
        unread(snapshot, "book.timeout")
        assert snapshot.findings[0].params["seconds"] == 1
        assert readers.read(book(), books.shape()).tabs, "a new process has taken its place"


def test_a_book_that_takes_too_much_memory_is_stopped() -> None:
    noise = random.Random(1)
    shared = strings(*(f"<t>{noise.randbytes(40).hex()}</t>" for _ in range(400_000)))
    data = workbook(sheet(row('<c r="A1" t="s"><v>0</v></c>')), shared=shared)
    with ReaderPool(1, seconds=60, memory_mb=110) as readers:
        assert readers.read(book(), books.shape()).tabs
        unread(readers.read(data, books.shape(), name="甲.xlsx"), "book.bomb")
        assert readers.read(book(), books.shape()).tabs, "a new process has taken its place"
    with ReaderPool(1, seconds=60) as readers:
        unread(readers.read(data, books.shape(), name="甲.xlsx"), "book.no_tables")


def test_a_reader_that_dies_costs_one_book() -> None:
    data = slow_book()
    with ReaderPool(1, seconds=30) as readers:
        assert readers.read(book(), books.shape()).tabs
        process = readers._idle.queue[0]
        assert process is not None
        killer = threading.Timer(0.3, process._popen.kill)
        killer.start()
        unread(readers.read(data, books.shape(), name="甲.xlsx"), "book.bomb")
        killer.join()
        assert readers.read(book(), books.shape()).tabs


def test_a_reader_that_died_idle_is_replaced() -> None:
    with ReaderPool(1, seconds=30) as readers:
        assert readers.read(book(), books.shape()).tabs
        process = readers._idle.queue[0]
        assert process is not None
        process._popen.kill()
        process._popen.wait()
        assert readers.read(book(), books.shape()).tabs


def test_many_threads_share_two_readers() -> None:
    with ReaderPool(2, seconds=30) as readers:
        found: list[Snapshot] = []
        threads = [threading.Thread(target=lambda: found.append(readers.read(book(), books.shape()))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 8 and all(snapshot.tab("problem") is not None for snapshot in found)
        assert readers._idle.qsize() == 2


def test_a_process_reads_what_this_one_reads(pool: ReaderPool) -> None:
    here, there = (
        InlineReader().read(book(), books.shape(), name="甲.xlsx"),
        pool.read(book(), books.shape(), name="甲.xlsx"),
    )
    assert here == there


def test_a_path_that_is_gone_is_unavailable(pool: ReaderPool, tmp_path: Path) -> None:
    with pytest.raises(BookUnavailable):
        pool.read(tmp_path / "没有.xlsx", books.shape())
    (tmp_path / "有.xlsx").write_bytes(book())
    assert pool.read(tmp_path / "有.xlsx", books.shape()).key == "有.xlsx"


def test_readers_write_no_file(pool: ReaderPool, tmp_path: Path) -> None:
    """A reader process can read, and write nothing."""
    import resource

    pool.read(book(), books.shape())
    process = pool._idle.queue[0]
    assert process is not None
    assert resource.prlimit(process._popen.pid, resource.RLIMIT_FSIZE) == (0, 0)
    assert resource.prlimit(process._popen.pid, resource.RLIMIT_AS)[0] == 1024 << 20


# patches planned in a reader process ------------------------------------------------------------------------------


def test_a_process_patches_what_this_one_patches(pool: ReaderPool) -> None:
    """The same bytes, the same count, the same words about what could not be written; the guards know the columns."""
    answer = books.answer(read_book(book(), books.shape()))
    astray = CellText("问题清单", 6, 3, "✓ 通过", name="check")
    for cells in (answer.cells, [*answer.cells, astray]):
        wanted = BookAnswer(answer.fingerprint, cells, answer.banner, answer.todo)
        here, there = InlineReader().patch(book(), wanted), pool.patch(book(), wanted)
        assert here == there and there.data
    assert there.blocked == ("问题清单!C6 不是系统写这一项的列",)


def test_a_refusal_comes_back_in_words(pool: ReaderPool) -> None:
    answer = books.answer(read_book(book(), books.shape()))
    with pytest.raises(Refused, match="数字签名"):
        pool.patch(repacked(book(), {"_xmlsignatures/sig1.xml": b"x"}), answer)
    assert pool.patch(book(), answer).data


def test_a_patch_that_takes_too_long_is_a_refusal() -> None:
    answer = books.answer(read_book(book(), books.shape()))
    with ReaderPool(1, seconds=1) as readers:
        assert readers.patch(book(), answer).data
        process = readers._idle.queue[0]
        assert process is not None
        process._popen.send_signal(signal.SIGSTOP)
        with pytest.raises(Refused, match="用时过长，没有写入"):
            readers.patch(book(), answer)
        assert readers.patch(book(), answer).data, "a new process has taken its place"
