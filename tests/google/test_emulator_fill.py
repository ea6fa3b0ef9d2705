"""Requests that work on the contents of a range: duplicates, texts cut into columns, shuffling, series."""

from __future__ import annotations

import pytest
from gspread.exceptions import APIError

from tests.google.kit import OTHER, grid


@pytest.fixture
def run(book):
    return lambda *requests: book.batch_update({"requests": list(requests)})["replies"]


def test_of_equal_rows_the_first_stays(run, sheet):
    """Case makes no difference; cells beside the range stay where they are; blank rows are no duplicates."""
    sheet.update([["a", 1, "u"], ["b", 2, "v"], ["A", 1, "w"], ["", "", "x"], ["", "", "y"], ["a", 2, "z"]], "A1")
    (reply,) = run({"deleteDuplicates": {"range": grid(0, 0, 0, 6, 2)}})
    assert reply == {"deleteDuplicates": {"duplicatesRemovedCount": 1}}
    assert sheet.get("A1:C6") == [
        ["a", "1", "u"],
        ["b", "2", "v"],
        ["", "", "w"],
        ["", "", "x"],
        ["a", "2", "y"],
        ["", "", "z"],
    ]


def test_duplicates_by_one_column(run, sheet):
    sheet.update([["a", 1], ["b", 1], ["c", 2]], "A1")
    column = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    run({"deleteDuplicates": {"range": grid(0, 0, 0, 3, 2), "comparisonColumns": [column]}})
    assert sheet.get("A1:B3") == [["a", "1"], ["c", "2"]]
    with pytest.raises(APIError, match="comparisonColumns must lie in the range"):
        run({"deleteDuplicates": {"range": grid(0, 0, 0, 3, 1), "comparisonColumns": [column]}})


@pytest.mark.parametrize(
    ("how", "found"),
    [
        ({"delimiterType": "SEMICOLON"}, [["甲", "007,8"], ["x"], ["1"]]),
        ({"delimiterType": "CUSTOM", "delimiter": "07"}, [["甲; 0", ",8"], ["x"], ["1"]]),
    ],
)
def test_texts_are_cut_into_columns(run, sheet, how, found):
    sheet.update([["甲; 007,8"], ["x"], [1]], "A1", raw=True)
    run({"textToColumns": {"source": grid(0, 0, 0, 3, 1), **how}})
    assert sheet.get("A1:B3") == found


def test_the_sign_that_is_there_most_often_cuts(run, sheet):
    sheet.update([["a,b;c;d"]], "A1")
    run({"textToColumns": {"source": grid(0, 0, 0, 1, 1), "delimiterType": "AUTODETECT"}})
    assert sheet.row_values(1) == ["a,b", "c", "d"]


def test_pieces_are_read_as_typed(run, sheet):
    sheet.update([["007,=1+1,2020-01-01"]], "A1", raw=True)
    run({"textToColumns": {"source": grid(0, 0, 0, 1, 1), "delimiterType": "COMMA"}})
    assert sheet.get("A1:C1", value_render_option="UNFORMATTED_VALUE") == [[7, 2, 43831]]


@pytest.mark.parametrize(
    ("source", "how", "words"),
    [
        (grid(0, 0, 0, 1, 2), {"delimiterType": "COMMA"}, "exactly one column"),
        (grid(0, 0, 0, 1, 1), {"delimiterType": "CUSTOM"}, "delimiterType is required"),
        (grid(0, 0, 0, 1, 1), {}, "delimiterType is required"),
    ],
)
def test_cuts_that_are_none(run, source, how, words):
    with pytest.raises(APIError, match=words):
        run({"textToColumns": {"source": source, **how}})


def test_shuffled_rows_stay_together(run, sheet):
    rows = [[str(number), str(number * number)] for number in range(30)]
    sheet.update(rows, "A1")
    run({"randomizeRange": {"range": grid(0, 0, 0, 30, 2)}})
    found = sheet.get("A1:B30")
    assert found != rows
    assert sorted(found, key=lambda row: int(row[0])) == rows


def fill(source, length, dimension="ROWS"):
    return {"autoFill": {"sourceAndDestination": {"source": source, "dimension": dimension, "fillLength": length}}}


def test_series_go_on_by_their_step(run, sheet):
    """Numbers by their difference, one number as it is, one date by days, numbered texts, formulas carried."""
    sheet.update([[1, 5, "2020-01-30", "批1", "=A1*2"], [3, 6, "", "", ""]], "A1", raw=False)
    run(fill(grid(0, 0, 0, 2, 2), 2), fill(grid(0, 0, 2, 1, 5), 3))
    assert sheet.get("A1:E4") == [
        ["1", "5", "2020-01-30", "批1", "2"],
        ["3", "6", "2020-01-31", "批2", "6"],
        ["5", "7", "2020-02-01", "批3", "10"],
        ["7", "8", "2020-02-02", "批4", "14"],
    ]


def test_series_to_the_left_and_the_detected_one(run, sheet):
    sheet.update([["", "", 10, 20]], "A1")
    run(fill(grid(0, 0, 2, 1, 4), -2, "COLUMNS"))
    assert sheet.get("A1:D1") == [["-10", "0", "10", "20"]]
    sheet.update([["a"], ["b"]], "A2")
    run({"autoFill": {"range": grid(0, 1, 0, 5, 1)}})
    assert sheet.get("A2:A5") == [["a"], ["b"], ["a"], ["b"]]
    with pytest.raises(APIError, match="leads outside the grid"):
        run(fill(grid(0, 0, 0, 1, 1), -1))


@pytest.mark.parametrize(
    "act",
    [
        {"deleteDuplicates": {"range": grid(0, 0, 0, 3, 2)}},
        {"textToColumns": {"source": grid(0, 0, 0, 3, 1), "delimiterType": "COMMA"}},
        {"randomizeRange": {"range": grid(0, 0, 0, 3, 2)}},
        fill(grid(0, 3, 0, 4, 1), -2),
    ],
)
def test_what_is_protected_is_not_rearranged_by_others(emulator, run, book, person, act):
    emulator.world.share(book.id, OTHER)
    run({"addProtectedRange": {"protectedRange": {"range": grid(0, 1, 0, 2, 1)}}})
    with pytest.raises(APIError, match="protected"):
        person(OTHER).open_by_key(book.id).batch_update({"requests": [act]})
