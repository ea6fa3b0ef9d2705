"""Columns of ours that people deleted come back once and whole, whatever people do and wherever the process ends."""

from __future__ import annotations

import contextlib

import pytest

from sync.engine import sync_round
from sync.errors import SyncError
from tests.google.kit import OWNER, grid
from tests.google.office import Office
from tests.google.test_answers import ROWS, checks, clerks, delete, line, rounds

WHOLE = ["✓ 通过", "✓ 通过", "还有1处要改", "", ""]
COLUMN = "tianbao.column"


class Killed(BaseException):
    """The process is no more."""


@pytest.fixture
def office(server):
    found = Office(server, units=[("a", "甲镇")], rows=ROWS)
    rounds(found, 3)
    return found


def width(office):
    return office.book().titled("项目库").column_count


def blanks(office):
    """Columns of the tab in which nothing stands at all."""
    sheet = office.book().titled("项目库")
    used = {column for row in sheet.rows for column in row.filled if row[column].entered is not None}
    return [at for at in range(sheet.column_count) if at not in used]


def marked(office):
    """Marks of our columns on the tab, by value."""
    sheet = office.place("a")[0]
    found = {}
    for item in office.book().metadata.values():
        if item["key"] == COLUMN and item.get("sheet") == sheet:
            found.setdefault(item["value"], []).append(item["start"])
    return found


def is_whole(office, columns, cells):
    rounds(office, 5)
    assert checks(office) == WHOLE and clerks(office) == cells
    assert width(office) == columns and not blanks(office)
    places = office.place("a")[2]
    ours = {f"tb:project.{name}": [at] for name, at in places.items() if name.startswith("@")}
    assert marked(office) == ours
    assert sync_round(office.parts).skipped == 1


def insert_above(office, who=OWNER):
    office.act("a", {"insertDimension": {"range": line(office, "ROWS", 0), "inheritFromBefore": False}}, who=who)


@pytest.mark.parametrize("names", [("@check",), ("@echo", "@status", "@problems")])
@pytest.mark.parametrize("times", [1, 3])
def test_however_often_it_is_refused_nothing_is_left_over(office, names, times):
    """Somebody moves the header between the reading and each of several writes."""
    columns, cells, writes = width(office), clerks(office), []
    delete(office, *names)

    def between(call):
        if call.kind == "write" and len(writes) < times:
            writes.append(call)
            insert_above(office)

    office.world.before = between
    for _ in range(times):
        assert "下一轮再补" in sync_round(office.parts).outcomes["laws:a"].reason
        assert width(office) == columns - len(names)
    assert len(writes) == times
    is_whole(office, columns, cells)


@pytest.mark.parametrize("commit", [False, True])
def test_a_process_that_ends_at_the_write_leaves_nothing_half_done(server, commit):
    """Before it or after it, without knowing which; and the header moves before the next process writes."""
    office = Office(server, units=[("a", "甲镇")], rows=ROWS, tries=1)
    rounds(office, 3)
    columns, cells = width(office), clerks(office)
    delete(office, "@check", "@echo")
    office.world.faults.add(action="drop", commit=commit, kind="write")
    with contextlib.suppress(SyncError):
        sync_round(office.parts)
    assert width(office) == columns - (0 if commit else 2)
    office.world.faults.clear()
    office.parts = office.restarted()
    acts = [lambda: insert_above(office)]
    office.world.before = lambda call: acts.pop()() if call.kind == "write" and acts else None
    is_whole(office, columns, cells)
    assert not acts


def test_a_process_that_is_killed_just_before_it_writes(office):
    columns, cells = width(office), clerks(office)
    delete(office, "@check", "@problems")

    def step(name):
        if name == "rebuild":
            raise Killed

    office.backend._step = step
    with pytest.raises(Killed):
        sync_round(office.parts)
    office.clock.advance(1000)
    office.parts = office.restarted()
    is_whole(office, columns, cells)


@pytest.mark.parametrize("names", [("@check",), ("@echo", "@remaining")])
def test_columns_that_came_back_by_themselves_are_not_put_in_a_second_time(office, names):
    """Between the reading and the write somebody brings back the version in which they were still there."""
    columns, cells, old = width(office), clerks(office), office.book().copy()
    delete(office, *names)

    def brought_back(book):
        made = old.copy()
        made.day = book.day
        made.touch()
        return made, None

    acts = [lambda: office.world.edit("book-a", OWNER, brought_back)]
    office.world.before = lambda call: acts.pop()() if call.kind == "write" and acts else None
    assert "下一轮再补" in sync_round(office.parts).outcomes["laws:a"].reason
    assert width(office) == columns and not acts
    is_whole(office, columns, cells)


def test_it_takes_one_write(office):
    """And the next round one reading: the answers are still there."""
    delete(office, "@check", "@id")
    office.world.account.reset()
    sync_round(office.parts)
    assert office.world.account.count(kind="write") == 1
    sync_round(office.parts)
    assert office.world.account.count(kind="write") == 1 and checks(office) == WHOLE


def test_answers_to_keys_that_are_gone_are_taken_back_with_them(office):
    """The new key joins the columns that were read; should somebody move one just now, it is another key, and no old answer
    may be found by it (law L2). The next round answers again."""
    delete(office, "@echo")
    sync_round(office.parts)
    assert not any(text in WHOLE for text in checks(office) if text)
    rounds(office, 2)
    assert checks(office) == WHOLE


# people at the same time ------------------------------------------------------------------------------------------


def columns_line(office, first):
    return {"sheetId": office.place("a")[0], "dimension": "COLUMNS", "startIndex": first, "endIndex": first + 1}


def put_in_first(office):
    return [{"insertDimension": {"range": columns_line(office, 0)}}]


def append_and_type(office):
    sheet, last = office.place("a")[0], width(office)
    text = {"values": [{"userEnteredValue": {"stringValue": "我的"}}]}
    box = grid(sheet, 0, last, 9, last + 1)
    return [
        {"appendDimension": {"sheetId": sheet, "dimension": "COLUMNS", "length": 1}},
        {"updateCells": {"range": box, "rows": [text] * 9, "fields": "userEnteredValue"}},
    ]


def take_one_away(office):
    return [{"deleteDimension": {"range": columns_line(office, office.place("a")[2]["@updated"])}}]


def turn_round(office):
    """The last column becomes the first."""
    return [{"moveDimension": {"source": columns_line(office, width(office) - 1), "destinationIndex": 0}}]


def sort_rows(office):
    sheet, first, columns = office.place("a")
    box = grid(sheet, first, 0, first + 3, width(office))
    return [{"sortRange": {"range": box, "sortSpecs": [{"dimensionIndex": columns["name"], "sortOrder": "ASCENDING"}]}}]


def everything(office):
    """Every literal that stands on the tab outside our columns, in the order of rows."""
    sheet = office.book().titled("项目库")
    ours = {at for places in marked(office).values() for at in places}
    return [
        sorted(str(row[at].entered) for at in row.filled if at not in ours and isinstance(row[at].entered, str | float))
        for row in sheet.rows[:20]
    ]


@pytest.mark.parametrize("act", [put_in_first, append_and_type, take_one_away, turn_round, sort_rows])
@pytest.mark.parametrize("names", [("@check",), ("@echo",), ("@flag", "@echo", "@check")])
@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_whatever_people_do_between_two_calls_their_cells_stand(office, act, names, at):
    """At the `at`-th call of the rebuild and the rounds after it."""
    delete(office, *names)
    calls, after = [], []

    def between(call):
        if call.method.startswith("spreadsheets"):
            calls.append(call)
            if len(calls) == at:
                office.world.act("book-a", OWNER, *act(office))
                after.append(everything(office))

    before = everything(office)
    office.world.before = between
    rounds(office, 2)
    office.world.before = None
    assert everything(office) == (after[0] if after else before)
    rounds(office, 4)
    assert everything(office) == (after[0] if after else before)
    assert [text for text in checks(office) if text] == [text for text in (WHOLE[::-1] if act is sort_rows and after
                                                                          else WHOLE) if text]  # fmt: skip
    assert all(len(places) == 1 for places in marked(office).values())
    assert len(blanks(office)) == (1 if act is put_in_first and after else 0)


# what earlier versions left behind --------------------------------------------------------------------------------


def leave_unfinished(office, *names):
    """Blank columns at the far right with nothing but their marks, as an interrupted rebuild left them before."""
    sheet = office.place("a")[0]
    for name in names:
        at, value = width(office), f"tb:project.{name}"
        place = {"dimensionRange": columns_line(office, at)}
        lookup = {"metadataKey": COLUMN, "metadataValue": value}
        data = {"metadataKey": COLUMN, "metadataValue": value, "visibility": "DOCUMENT", "location": place}
        office.act(
            "a",
            {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}},
            {"appendDimension": {"sheetId": sheet, "dimension": "COLUMNS", "length": 1}},
            {"createDeveloperMetadata": {"developerMetadata": data}},
        )


@pytest.mark.parametrize("left", [("@check",), ("@echo", "@check"), ("@check", "@status", "@echo")])
def test_unfinished_columns_are_made_use_of(office, left):
    """All of them, and those that are not there are put in beside."""
    columns, cells = width(office), clerks(office)
    delete(office, "@check", "@status", "@echo")
    leave_unfinished(office, *left)
    is_whole(office, columns, cells)


@pytest.mark.parametrize("times", [1, 2])
def test_an_unfinished_column_is_not_filled_where_another_stands_by_then(office, times):
    columns, cells, writes = width(office), clerks(office), []
    delete(office, "@check", "@status")
    leave_unfinished(office, "@check", "@status")

    def between(call):
        if call.kind == "write" and len(writes) < times:
            writes.append(call)
            office.world.act("book-a", OWNER, *turn_round(office))

    office.world.before = between
    for _ in range(times):
        assert "下一轮再补" in sync_round(office.parts).outcomes["laws:a"].reason
    is_whole(office, columns, cells)


def test_an_unfinished_column_that_somebody_has_begun_to_fill_is_his(office):
    columns = width(office)
    delete(office, "@check")
    leave_unfinished(office, "@check")
    sheet, first, _ = office.place("a")
    text = {"values": [{"userEnteredValue": {"stringValue": "我的备注"}}]}
    box = grid(sheet, first, columns - 1, first + 1, columns)
    office.act("a", {"updateCells": {"range": box, "rows": [text], "fields": "userEnteredValue"}})
    rounds(office, 4)
    assert width(office) == columns + 1 and checks(office) == WHOLE
    assert office.book().reader.shown(sheet, first, columns - 1) == "我的备注"
    assert marked(office)["tb:project.@check"] == [columns]
