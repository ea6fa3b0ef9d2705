"""Opening a month in a spreadsheet while somebody moves its columns: our texts never stay in a clerk's column (law L1)."""

from __future__ import annotations

import pytest

from sync.engine import sync_round
from tests.google.office import Office
from tests.google.test_repairs import ones_own, with_a_column_of_ones_own

ROWS = {"a": {"project": [{"name": "甲项目", "sign": "2025-03-01"}, {"name": "乙项目", "sign": "2025-04-01"}]}}
FILLED = ("project", "month", "last_done")  # those that we fill when a month is opened
CLERKS = ("done", "unchanged", "explanation")  # columns of 月度进展 that are the clerk's


@pytest.fixture
def office(server):
    return Office(server, units=[("a", "甲镇")], rows=ROWS)


def before_write(office: Office, number: int, act) -> None:
    """Once, just before our write with this number (from 1)."""
    left = [number]

    def happens(call) -> None:
        if call.kind == "write":
            left[0] -= 1
            if not left[0]:
                act()

    office.world.before = happens


def move(office: Office, name: str, to: int) -> None:
    sheet, _, columns = office.place("a", "monthly")
    source = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": columns[name], "endIndex": columns[name] + 1}
    office.act("a", {"moveDimension": {"source": source, "destinationIndex": to}})


def insert_column(office: Office, at: int) -> None:
    sheet, _, _ = office.place("a", "monthly")
    lines = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": at, "endIndex": at + 1}
    office.act("a", {"insertDimension": {"range": lines}})


def everything(office: Office) -> set[str]:
    """All texts below the header of 月度进展, our own columns left out."""
    sheet, first, columns = office.place("a", "monthly")
    ours = {at for name, at in columns.items() if name.startswith("@")}
    reader, tab = office.book().reader, next(item for item in office.book().sheets if item.id == sheet)
    cells = (
        reader.value(sheet, row, at)
        for row in range(first, tab.row_count)
        for at in range(tab.column_count)
        if at not in ours
    )
    return {str(cell) for cell in cells if cell not in (None, "")}


def opened(office: Office) -> list[str]:
    return [name for name in office.column("a", "project", "monthly") if name]


ACTS = {
    "a clerk's column before ours": lambda office: move(office, "done", 0),
    "our column behind the clerk's": lambda office: move(office, "project", office.place("a", "monthly")[2]["unchanged"] + 1),
    "a column of their own": lambda office: insert_column(office, 0),
}  # fmt: skip


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_a_write_is_refused_as_a_whole_when_columns_were_moved(office, act):
    before_write(office, 1, lambda: act(office))
    assert sync_round(office.parts).outcomes["laws:a"].kind == "changed"
    assert everything(office) == set()


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_the_next_round_opens_the_month_where_the_columns_are_now(office, act):
    before_write(office, 1, lambda: act(office))
    for _ in range(4):
        sync_round(office.parts)
        office.clock.advance(5)
    assert opened(office) == ["甲项目", "乙项目"]
    assert all(
        not any(office.column("a", name, "monthly")) for name in CLERKS if name in office.place("a", "monthly")[2]
    )
    assert everything(office) == {"甲项目", "乙项目", "2025-06"}


def test_a_lost_reply_leaves_nothing_in_moved_columns(office):
    """Nobody can tell what became of the write; the next reading does."""
    before_write(office, 1, lambda: (ACTS["a clerk's column before ours"](office),
                                     office.world.faults.add(action="drop", commit=True, kind="write")))  # fmt: skip
    for _ in range(5):
        sync_round(office.parts)
        office.clock.advance(5)
    assert everything(office) == {"甲项目", "乙项目", "2025-06"}
    assert not any(office.column("a", "done", "monthly"))


def test_a_row_typed_meanwhile_stays_where_it_is(office):
    """The new rows come behind it."""
    before_write(office, 1, lambda: office.type("a", 0, "done", 300, "monthly"))
    for _ in range(4):
        sync_round(office.parts)
        office.clock.advance(5)
    assert opened(office) == ["甲项目", "乙项目"]
    assert next(str(cell) for cell in office.column("a", "done", "monthly")) == "300"


@pytest.mark.parametrize("write", [1, 2, 3])
def test_a_month_is_not_opened_in_what_stands_where_a_column_was_deleted(office, write):
    """Those that we fill and all behind them: somebody's own columns stand where they were."""
    with_a_column_of_ones_own(office, "monthly", 16)
    sheet, _, columns = office.place("a", "monthly")
    gone = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": min(columns[name] for name in FILLED),
            "endIndex": max(columns.values()) + 1}  # fmt: skip
    before_write(office, write, lambda: office.act("a", {"deleteDimension": {"range": gone}}))
    for _ in range(4):
        sync_round(office.parts)
        office.clock.advance(5)
    assert ones_own(office, "monthly") == (320, 16)
    assert "甲项目" not in everything(office)


# the marks of the columns -----------------------------------------------------------------------------------------


def drop(office: Office, *values: str) -> None:
    for value in values:
        lookup = {"metadataKey": "tianbao.field", "metadataValue": value}
        office.act("a", {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}})


MARKS = ("tb:monthly.project", "tb:monthly.month", "tb:monthly.last_done")


@pytest.mark.parametrize("gone", [MARKS, MARKS[:1], MARKS[1:]], ids=["all", "one", "two"])
def test_a_book_made_before_there_were_marks_gets_them_and_opens_in_the_next_round(office, gone):
    drop(office, *gone)
    outcome = sync_round(office.parts).outcomes["laws:a"]
    assert (outcome.kind, "下一轮开行" in outcome.reason, opened(office)) == ("changed", True, [])
    office.clock.advance(5)
    assert sync_round(office.parts).outcomes["laws:a"].kind == "done"
    assert opened(office) == ["甲项目", "乙项目"]


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_a_mark_that_was_laid_on_another_column_is_found_and_mended(office, act):
    """Somebody moved a column just before the marks were laid."""
    drop(office, *MARKS)
    before_write(office, 1, lambda: act(office))
    for _ in range(5):
        sync_round(office.parts)
        office.clock.advance(5)
    assert everything(office) == {"甲项目", "乙项目", "2025-06"}
    assert opened(office) == ["甲项目", "乙项目"]
    assert not any(office.column("a", "done", "monthly"))


def test_a_copied_columns_second_mark_is_no_guard(office):
    """The same mark on two columns: the one that stands elsewhere goes."""
    drop(office, MARKS[1])
    sheet, _, columns = office.place("a", "monthly")
    place = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": columns["done"], "endIndex": columns["done"] + 1}
    mark = {"metadataKey": "tianbao.field", "metadataValue": MARKS[1], "visibility": "DOCUMENT"}
    office.act("a", {"createDeveloperMetadata": {"developerMetadata": {**mark, "location": {"dimensionRange": place}}}})
    for _ in range(4):
        sync_round(office.parts)
        office.clock.advance(5)
    assert opened(office) == ["甲项目", "乙项目"]
    values = [item["value"] for item in office.book().metadata.values() if item["key"] == "tianbao.field"]
    assert sorted(values) == sorted(MARKS)
