"""The values collection (sheets-api.md §7.4), beyond what the recordings show."""

from __future__ import annotations

import pytest
from gspread.exceptions import APIError
from gspread.utils import ValueInputOption

from tests.google.kit import OTHER, OWNER

V = "/v4/spreadsheets/{}/values"


@pytest.fixture
def values(book, call):
    def send(method, tail, **more):
        return call(method, V.format(book.id) + tail, **more)

    return send


def test_columns_as_major_dimension(values, sheet):
    values(
        "put",
        "/A1",
        params={"valueInputOption": "RAW"},
        json={"majorDimension": "COLUMNS", "values": [["a", "b"], ["c"]]},
    )
    assert sheet.get("A1:B2") == [["a", "c"], ["b"]]
    found = values("get", "/A1%3AB2", params={"majorDimension": "COLUMNS"})
    assert found["values"] == [["a", "b"], ["c"]]


def test_raw_keeps_and_user_entered_reads(sheet):
    sheet.update([["=1+1", "007", "2020-01-01"]], "A1", value_input_option=ValueInputOption.raw)
    assert sheet.get("A1:C1", value_render_option="FORMULA") == [["=1+1", "007", "2020-01-01"]]


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({}, "'valueInputOption' is required but not specified"),
        ({"valueInputOption": "FALSCH"}, "Invalid value at 'value_input_option'"),
    ],
)
def test_the_input_option_is_needed(values, params, words):
    with pytest.raises(APIError) as caught:
        values("put", "/A1", params=params, json={"values": [["x"]]})
    assert words in caught.value.error["message"]


def test_the_written_values_come_back_when_asked_for(values):
    params = {
        "valueInputOption": "USER_ENTERED",
        "includeValuesInResponse": True,
        "responseValueRenderOption": "UNFORMATTED_VALUE",
    }
    answer = values("put", "/A1%3AB1", params=params, json={"values": [["=1+1", "0042"]]})
    assert answer["updatedData"]["values"] == [[2, 42]]


def test_an_empty_text_clears_a_cell(sheet):
    sheet.update([["a"]], "A1")
    sheet.update([[""]], "A1")
    assert sheet.acell("A1").value is None


def test_a_start_outside_the_grid_is_an_error(sheet):
    for act in (lambda: sheet.get("A1001"), lambda: sheet.update([["x"]], "A1001")):
        with pytest.raises(APIError, match="exceeds grid limits"):
            act()


def test_clear_leaves_formats(sheet, values):
    sheet.update([["50%"]], "A1", value_input_option=ValueInputOption.user_entered)
    assert values("post", "/A1%3AB2:clear")["clearedRange"] == "Sheet1!A1:B2"
    sheet.update([[0.25]], "A1")
    assert sheet.acell("A1").value == "25%"


def test_batch_get_update_and_clear(book):
    book.values_batch_update({"valueInputOption": "RAW", "data": [
        {"range": "A1", "values": [["a"]]}, {"range": "C3:D3", "values": [["c", "d"]]}]})  # fmt: skip
    found = book.values_batch_get(["A1", "C3:D3"])
    assert [item["values"] for item in found["valueRanges"]] == [[["a"]], [["c", "d"]]]
    assert book.values_batch_clear(body={"ranges": ["A1", "D3"]})["clearedRanges"] == ["Sheet1!A1", "Sheet1!D3"]
    assert book.sheet1.get("A1:D3") == [[], [], ["", "", "c"]]


def test_batch_update_counts(book):
    answer = book.values_batch_update({"valueInputOption": "RAW", "data": [
        {"range": "A1:B1", "values": [["a", "b"]]}, {"range": "A3", "values": [["c"]]}]})  # fmt: skip
    assert (answer["totalUpdatedCells"], answer["totalUpdatedRows"], answer["totalUpdatedSheets"]) == (3, 2, 1)


def test_a_batch_of_values_is_all_or_nothing(book):
    with pytest.raises(APIError):
        book.values_batch_update({"valueInputOption": "RAW", "data": [
            {"range": "A1", "values": [["a"]]}, {"range": "Nirgends!A1", "values": [["b"]]}]})  # fmt: skip
    assert book.sheet1.acell("A1").value is None


# append -----------------------------------------------------------------------------------------------------------

# the example of Google's documentation: tables A1:C2 and B4:D6
DOCUMENTED = [["x", "y", "z"], ["x", "y", "z"], [], ["", "x", "y", "z"], ["", "x", "y", "z"], ["", "x", "y", "z"]]


@pytest.mark.parametrize(
    ("asked", "lands"),
    [
        ("Sheet1", "B7"), ("B4", "B7"), ("C5:D5", "B7"), ("B2:D4", "B7"), ("A3:G10", "B7"),
        ("A1", "A3"), ("E4", "E4"), ("A4", "A4"),
    ],
)  # fmt: skip
def test_the_table_an_append_follows(book, sheet, asked, lands):
    sheet.update(DOCUMENTED, "A1:D6")
    answer = book.values_append(asked, {"valueInputOption": "RAW"}, {"values": [["neu"]]})
    assert answer["updates"]["updatedRange"] == f"Sheet1!{lands}"


def test_append_may_insert_rows(book, sheet):
    sheet.update([["a"], ["b"], [""], ["unten"]], "A1:A4")
    book.values_append("A1", {"valueInputOption": "RAW", "insertDataOption": "INSERT_ROWS"}, {"values": [["c"]]})
    assert sheet.get("A1:A5") == [["a"], ["b"], ["c"], [], ["unten"]]


def test_append_makes_room_where_the_sheet_ends(book):
    small = book.add_worksheet("klein", 2, 2)
    small.append_rows([["a"], ["b"], ["c"]])
    assert small.get_all_values() == [["a"], ["b"], ["c"]]
    assert book.worksheet("klein").row_count == 3


# by data filter ---------------------------------------------------------------------------------------------------


@pytest.fixture
def tagged(book):
    """Column B carries a mark, row 3 another."""
    place = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    line = {"sheetId": 0, "dimension": "ROWS", "startIndex": 2, "endIndex": 3}
    book.batch_update({"requests": [
        {"createDeveloperMetadata": {"developerMetadata": {"metadataKey": "spalte", "visibility": "DOCUMENT", "location": {"dimensionRange": place}}}},
        {"createDeveloperMetadata": {"developerMetadata": {"metadataKey": "zeile", "visibility": "DOCUMENT", "location": {"dimensionRange": line}}}},
    ]})  # fmt: skip


def by(key):
    return {"developerMetadataLookup": {"metadataKey": key}}


def test_values_are_written_to_a_column_wherever_it_is(tagged, book, values, sheet):
    """None skips rows; an inserted column does no harm."""
    book.batch_update(
        {
            "requests": [
                {"insertDimension": {"range": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}}}
            ]
        }
    )
    answer = values(
        "post", ":batchUpdateByDataFilter",
        json={"valueInputOption": "RAW", "data": [{"dataFilter": by("spalte"), "majorDimension": "COLUMNS", "values": [[None, "hier"]]}]},
    )  # fmt: skip
    assert answer["responses"][0]["updatedRange"] == "Sheet1!C1:C2"
    assert sheet.get("A1:C2") == [[], ["", "", "hier"]]


def test_values_are_read_by_filter(tagged, values, sheet):
    sheet.update([["a"], ["b"], ["c"]], "A1:A3")
    found = values("post", ":batchGetByDataFilter", json={"dataFilters": [by("zeile"), {"a1Range": "A1"}]})
    assert [item["valueRange"]["values"] for item in found["valueRanges"]] == [[["c"]], [["a"]]]


def test_a_filter_that_finds_nothing_writes_nothing(book, values):
    answer = values(
        "post",
        ":batchUpdateByDataFilter",
        json={"valueInputOption": "RAW", "data": [{"dataFilter": by("nichts"), "values": [["x"]]}]},
    )
    assert answer == {"spreadsheetId": book.id}


def test_protection_holds_for_values_too(emulator, book, sheet, person):
    emulator.world.share(book.id, OTHER)
    sheet.add_protected_range("B1:B5")
    theirs = person(OTHER).open_by_key(book.id)
    theirs.sheet1.update([["frei", None]], "A1:B1")
    for act in (
        lambda: theirs.sheet1.update([["x", "y"]], "A1:B1"),
        lambda: theirs.sheet1.batch_clear(["A1:C9"]),
        lambda: theirs.values_append("B1", {"valueInputOption": "RAW"}, {"values": [["x"]]}),
    ):
        with pytest.raises(APIError, match="protected"):
            act()
    person(OWNER).open_by_key(book.id).sheet1.update([["y"]], "B1")


def test_written_values_come_back_for_the_whole_asked_range(book):
    """ "If the range to write was larger than the range actually written" (includeValuesInResponse)."""
    book.values_update("A2:C3", {"valueInputOption": "RAW"}, {"values": [["旧", "旧", "旧"], ["旧", "旧", "旧"]]})
    given = {"valueInputOption": "RAW", "includeValuesInResponse": True}
    answer = book.values_update("A2:C3", given, {"values": [["新"]]})
    assert answer["updatedRange"] == "Sheet1!A2"
    assert answer["updatedData"]["range"] == "Sheet1!A2:C3"
    assert answer["updatedData"]["values"] == [["新", "旧", "旧"], ["旧", "旧", "旧"]]
