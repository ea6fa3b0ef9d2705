"""An upgrade of a spreadsheet, and somebody who does the worst thing just before each of its calls: it is done whole and in
the right places, or not at all; and who keeps on doing it is told of."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from sheets_templates import catalog
from sync.backends.folder.upgrade.spec import OLD
from sync.backends.google.emulator import Emulator
from sync.backends.google.emulator.world import CallInfo
from tests.google.kit import OWNER
from tests.upgrade.conftest import ALL, project, write_scheme
from tests.upgrade.sheets import BOOK, Json, Sheets, made
from tests.upgrade.test_sheets_races import Watch

ROWS = {"101": {"project": [project(number) for number in range(1, 4)]}}
OWN = "我的备注"


@pytest.fixture
def place(server: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sheets:
    """Synced, with a column of somebody's own in the middle and one behind all others; a new version is published."""
    monkeypatch.setattr("sync.clock.Clock.sleep", lambda self, seconds: None)
    write_scheme(tmp_path / "scheme")
    found = made(tmp_path, server, tmp_path / "scheme", ROWS)
    found.insert_column("行业", OWN + "一")
    last = len(found.heads())
    found.act(
        {"appendDimension": {"sheetId": found.tab().id, "dimension": "COLUMNS", "length": 1}},
        {"updateCells": {
            "start": {"sheetId": found.tab().id, "rowIndex": 0, "columnIndex": last},
            "rows": [{"values": [{"userEnteredValue": {"stringValue": f"{OWN}{row}"}}]} for row in range(12)],
            "fields": "userEnteredValue"}},
    )  # fmt: skip
    found.sync()
    found.publish(*ALL)
    return found


# what somebody does ----------------------------------------------------------------------------------------------------


def lines(place: Sheets, dimension: str, first: int, last: int) -> Json:
    """From 1, closed."""
    return {"sheetId": place.tab().id, "dimension": dimension, "startIndex": first - 1, "endIndex": last}


def a_row_above(place: Sheets) -> list[Json]:
    return [{"insertDimension": {"range": lines(place, "ROWS", 1, 1), "inheritFromBefore": False}}]


def a_row_above_the_marks_and_one_below(place: Sheets) -> list[Json]:
    at = place.header()
    return [{"insertDimension": {"range": lines(place, "ROWS", row, row)}} for row in (at + 2, at - 2)]


def a_column_first(place: Sheets) -> list[Json]:
    return [{"insertDimension": {"range": lines(place, "COLUMNS", 1, 1), "inheritFromBefore": False}}]


def a_column_moves(place: Sheets) -> list[Json]:
    """The name of the project goes to the very left."""
    at = place.at("项目名称")
    return [{"moveDimension": {"source": lines(place, "COLUMNS", at, at), "destinationIndex": 0}}]


def two_change_places(place: Sheets) -> list[Json]:
    """A column that is to be renamed and one of somebody's own."""
    mine, theirs = place.at(OWN + "一"), place.at("项目单位")
    return [
        {"moveDimension": {"source": lines(place, "COLUMNS", mine, mine), "destinationIndex": theirs - 1}},
    ]


def our_last_goes(place: Sheets) -> list[Json]:
    """What stands behind it comes into its place."""
    at = len(place.heads()) - 1
    return [{"deleteDimension": {"range": lines(place, "COLUMNS", at, at)}}]


def a_field_goes(place: Sheets) -> list[Json]:
    at = place.at("联系电话")
    return [{"deleteDimension": {"range": lines(place, "COLUMNS", at, at)}}]


def sorted_rows(place: Sheets) -> list[Json]:
    top, at = place.header(), place.at("项目名称") - 1
    box = {"sheetId": place.tab().id, "startRowIndex": top, "endRowIndex": top + 3}
    return [{"sortRange": {"range": box, "sortSpecs": [{"dimensionIndex": at, "sortOrder": "DESCENDING"}]}}]


def a_head_is_typed(place: Sheets) -> list[Json]:
    """Over one that the new version would rename, and over one that it would take out."""
    found = []
    for head in ("项目单位", "联系电话"):
        start = {"sheetId": place.tab().id, "rowIndex": place.header() - 1, "columnIndex": place.at(head) - 1}
        data = [{"values": [{"userEnteredValue": {"stringValue": OWN}}]}]
        found.append({"updateCells": {"start": start, "rows": data, "fields": "userEnteredValue"}})
    return found


ACTS = [a_row_above, a_row_above_the_marks_and_one_below, a_column_first, a_column_moves, two_change_places,
        our_last_goes, a_field_goes, sorted_rows, a_head_is_typed]  # fmt: skip
Act = Callable[[Sheets], list[Json]]


def watched(place: Sheets, act: Act, when: Callable[[int], bool]) -> tuple[Watch, list[int]]:
    """Every commit of ours is looked at; `act` is done before the calls of the upgrade that `when` names, from 1."""
    watch = Watch(place, catalog.load(place.scheme), random.Random(0))
    key, seen, done = place.keys[BOOK], [0], list[int]()
    watch.start()

    def between(call: CallInfo) -> None:
        if call.method.startswith("spreadsheets") and call.book == key:
            seen[0] += 1
            if when(seen[0]):
                watch.acting = True
                place.world.act(key, OWNER, *act(place))
                watch.acting = False
                watch.trace.append(act.__name__)
                done.append(seen[0])
        watch.trace.append(call.method)

    place.world.before = between
    return watch, done


def own_texts(place: Sheets) -> list[str]:
    """What somebody has of his own, wherever it stands; the head of a column that was retired keeps its words."""
    texts = (text.removeprefix(OLD) for text in place.grid().values())
    return sorted(text for text in texts if text.startswith(OWN))


@pytest.mark.parametrize("number", [3, 4, 5])
@pytest.mark.parametrize("act", ACTS)
def test_once_just_before_a_call(place: Sheets, act: Act, number: int) -> None:
    """Sync reads and answers; then the upgrade reads, lays marks, writes: 3, 4, 5."""
    mine = own_texts(place)
    names = place.column("项目名称")
    watch, done = watched(place, act, lambda at: at == number)
    told = place.upgrade("--unit", BOOK)[BOOK]
    watch.stop()
    assert done == [number] and not watch.broken
    assert told["state"] == "upgraded", told
    heads, marks = place.heads(), place.marks()
    assert len(marks) == len(set(marks)) and {"tb:project.builder", "tb:project.contact"} <= set(marks)
    assert heads.count("联系人") == 1 and "tb:project.phone" not in marks
    if act is a_head_is_typed:
        assert own_texts(place) == sorted([*mine, OWN, OWN]) and "建设单位" not in heads
    else:
        assert own_texts(place) == mine and "建设单位" in heads
    for _ in range(3):
        place.sync()
    assert sorted(place.column("项目名称")) == sorted(names)
    assert place.column("校验结果") == ["✓ 通过"] * 3
    assert place.upgrade("--unit", BOOK)[BOOK]["state"] == "current"


def the_header_goes(place: Sheets) -> list[Json]:
    at = place.header()
    return [{"deleteDimension": {"range": lines(place, "ROWS", at, at)}}]


def the_header_goes_and_a_row_comes_in(place: Sheets) -> list[Json]:
    at = place.header()
    return [*the_header_goes(place), {"insertDimension": {"range": lines(place, "ROWS", at + 2, at + 2)}}]


@pytest.mark.parametrize("number", [4, 5])
@pytest.mark.parametrize("act", [the_header_goes, the_header_goes_and_a_row_comes_in])
def test_a_header_that_is_deleted_just_then_is_told_and_nothing_is_written(
    place: Sheets, act: Act, number: int
) -> None:
    """Its mark goes with it; the rows that have come up tell."""
    before, marks = set(place.grid().values()), place.marks()
    watch, done = watched(place, act, lambda at: at == number)
    told = place.upgrade("--unit", BOOK)[BOOK]
    watch.stop()
    assert done == [number] and told["state"] == "refused" and "没有升级" in told["told"], told
    assert not watch.broken and place.marks() == marks
    assert set(place.grid().values()) <= before and "联系人" not in place.grid().values()


@pytest.mark.parametrize("act", [a_row_above, a_column_first])
def test_who_never_stops_is_told_of_and_nothing_is_written(place: Sheets, act: Act) -> None:
    """Before every write; and when he has stopped it is done."""
    before, heads = place.grid(), [head for head in place.heads() if head]
    watch, done = watched(place, act, lambda at: at > 3)
    told = place.upgrade("--unit", BOOK)[BOOK]
    watch.stop()
    assert told["state"] == "refused" and "没有升级" in told["told"] and "--unit 101" in told["told"]
    assert len(done) >= 5 and not watch.broken
    after = place.grid()
    assert sorted(after.values()) == sorted(before.values()) and [head for head in place.heads() if head] == heads
    assert place.upgrade("--unit", BOOK)[BOOK]["state"] == "upgraded"
    assert "联系人" in place.heads() and own_texts(place) == sorted(t for t in before.values() if t.startswith(OWN))


def test_a_head_that_is_a_date_is_read_alike_both_times(place: Sheets) -> None:
    """Somebody's own column is headed by a day: what stands is compared as a number of that format."""
    start = {"sheetId": place.tab().id, "rowIndex": place.header() - 1, "columnIndex": place.at(OWN + "一") - 1}
    look = {"numberFormat": {"type": "DATE", "pattern": "yyyy-mm-dd"}}
    data = [{"values": [{"userEnteredValue": {"numberValue": 45808}, "userEnteredFormat": look}]}]
    place.act({"updateCells": {"start": start, "rows": data, "fields": "userEnteredValue,userEnteredFormat"}})
    assert place.upgrade("--unit", BOOK)[BOOK]["state"] == "upgraded"
    assert "2025-05-31" in place.heads()


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("committed", [False, True])
def test_a_process_that_ends_leaves_the_old_book_or_the_new_one(place: Sheets, number: int, committed: bool) -> None:
    """At the marks or at the batch, every try of it failing: the version, the heads and the guide agree."""
    seen = [0]

    def fail(call: CallInfo) -> None:
        if call.method == "spreadsheets.get" and call.book == place.keys[BOOK]:
            seen[0] += 1
        if seen[0] == 2 and call.kind == "write":
            place.world.faults.add(action="drop", commit=committed, times=5, kind="write", skip=number - 1)
            seen[0] = 9

    place.world.before = fail
    place.run("books", "upgrade", "--unit", BOOK)
    place.world.before = None
    place.world.faults.clear()
    new = "联系人" in place.heads()
    assert new == (committed and number == 2)
    assert ("2025.2" in place.grid("_tianbao").values()) == new
    assert ("正式协议签字的那一天。" in place.grid("填报说明").values()) == new
    assert place.upgrade("--unit", BOOK)[BOOK]["state"] == ("current" if new else "upgraded")
    assert place.heads().count("联系人") == 1


def test_a_mark_and_a_head_that_are_gone_come_back_but_for_what_a_person_put_there(place: Sheets) -> None:
    """Columns that an upgrade put in are found by their metadata."""
    assert place.upgrade("--unit", BOOK)[BOOK]["state"] == "upgraded"
    at, top = place.at("联系人") - 1, place.header()
    row = next(
        row
        for row, cells in enumerate(place.tab().rows)
        if any(str(c.entered) == "tb:project.contact" for c in cells.values())
    )
    blank: Json = {"rows": [{"values": [{}]}], "fields": "userEnteredValue"}
    put: Json = {"rows": [{"values": [{"userEnteredValue": {"stringValue": "tb:project.contact"}}]}],
                 "fields": "userEnteredValue"}  # fmt: skip
    for spot, body in ((row, blank), (top - 1, blank), (row - 3, put)):
        start = {"sheetId": place.tab().id, "rowIndex": spot, "columnIndex": at}
        place.act({"updateCells": {"start": start, **body}})
    place.upgrade("--unit", BOOK)
    assert place.heads()[at] == "联系人" and "tb:project.contact" in place.marks()
    assert not place.grid().get((row - 2, at + 1)), "where a row too high it stood"
