"""What the emulator's reader of bodies, masks and parameters takes and refuses: all that Google's own description of
the API says, at any depth, before anything is done."""

from __future__ import annotations

import pytest
from gspread.exceptions import APIError

from sync.backends.google.emulator.batch import HANDLERS
from sync.backends.google.emulator.discovery import types
from tests.google.kit import grid

AREA = grid(0, 0, 0, 2, 2)


@pytest.fixture
def run(book):
    return lambda *requests: book.batch_update({"requests": list(requests)})["replies"]


def refusal(act):
    """The body of the 400 with which an act is refused."""
    with pytest.raises(APIError) as caught:
        act()
    assert caught.value.response.status_code == 400
    return caught.value.response.json()["error"]


def repeat(fields="note", **cell):
    return {"repeatCell": {"range": AREA, "cell": cell, "fields": fields}}


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (repeat(userEnteredFormat={"textFormat": {"bld": True}}),
         "Invalid JSON payload received. Unknown name \"bld\" at "
         "'requests[0].repeat_cell.cell.user_entered_format.text_format': Cannot find field."),
        (repeat(userEnteredFormat={"textFormat": {"bold": "maybe"}}),
         "Invalid value at 'requests[0].repeat_cell.cell.user_entered_format.text_format.bold' (TYPE_BOOL), \"maybe\""),
        (repeat(note=5), "Invalid value at 'requests[0].repeat_cell.cell.note' (TYPE_STRING), 5"),
        (repeat(userEnteredValue={"numberValue": "x"}),
         "Invalid value at 'requests[0].repeat_cell.cell.user_entered_value.number_value' (TYPE_DOUBLE), \"x\""),
        ({"deleteSheet": {"sheetId": 1.5}}, "Invalid value at 'requests[0].delete_sheet.sheet_id' (TYPE_INT32), 1.5"),
        ({"deleteSheet": {"sheetId": 2**31}}, "Invalid value at 'requests[0].delete_sheet.sheet_id' (TYPE_INT32), 2147483648"),
        ({"mergeCells": {"range": AREA, "mergeType": "MERGE_SOME"}},
         "Invalid value at 'requests[0].merge_cells.merge_type' (TYPE_ENUM), \"MERGE_SOME\""),
        ({"mergeCells": [AREA]},
         "Invalid JSON payload received. Unknown name \"merge_cells\" at 'requests[0]': "
         "Proto field is not repeating, cannot start list."),
        (repeat(note={"a": 1}),
         "Invalid JSON payload received. Unknown name \"note\" at 'requests[0].repeat_cell.cell': "
         "Starting an object on a scalar field"),
    ],
)  # fmt: skip
def test_a_request_that_is_not_of_its_kind(run, sheet, request_, message):
    error = refusal(lambda: run(request_))
    assert error["message"] == message
    assert error["details"][0]["fieldViolations"][0]["description"] == message


def test_nothing_of_a_batch_is_done_when_a_later_body_is_none(run, sheet):
    value = {"userEnteredValue": {"stringValue": "x"}}
    refusal(lambda: run(repeat("userEnteredValue", **value), {"addSheet": {"propertiez": {}}}))
    assert sheet.acell("A1").value is None


def test_names_in_snake_case_numbers_as_text_and_nulls_are_taken(run, sheet):
    cell = {"user_entered_value": {"number_value": "1.5"}, "note": None}
    run({"repeat_cell": {"range": {"sheet_id": 0, "end_row_index": "1"}, "cell": cell, "fields": "user_entered_value"}})
    assert sheet.row_values(1)[:2] == ["1.5", "1.5"]


def test_one_request_need_not_stand_in_a_list(book):
    assert book.batch_update({"requests": {"addSheet": {"properties": {"title": "二"}}}})["replies"][0]["addSheet"]


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (repeat("userEnteredFormat.textFormat.bld"), "requests[0].repeatCell: Invalid field: user_entered_format.text_format.bld"),
        ({"updateSheetProperties": {"properties": {"title": "x"}, "fields": "titel"}},
         "requests[0].updateSheetProperties: Invalid field: titel"),
        ({"updateDimensionProperties": {"range": {"sheetId": 0, "dimension": "ROWS"}, "properties": {}, "fields": "pixels"}},
         "requests[0].updateDimensionProperties: Invalid field: pixels"),
    ],
)  # fmt: skip
def test_a_mask_names_fields_that_there_are(run, request_, message):
    assert refusal(lambda: run(request_))["message"] == f"Invalid {message}"


@pytest.mark.parametrize(
    "fields", ["sheets.properties.bogus", "sheets.data.rowData.values.effectiveFormat.bogus", "properties.title.bogus"]
)
def test_answers_have_no_such_field_at_any_depth(book, fields):
    assert "Invalid field selection bogus" in refusal(lambda: book.fetch_sheet_metadata({"fields": fields}))["message"]


def test_answers_about_values_are_masked_too(book, sheet):
    sheet.update([["a"]], "A1")
    assert book.values_get("A1", {"fields": "values"}) == {"values": [["a"]]}
    answer = book.values_batch_get(["A1", "B1"], {"fields": "valueRanges.range"})
    assert answer == {"valueRanges": [{"range": "Sheet1!A1"}, {"range": "Sheet1!B1"}]}
    refusal(lambda: book.values_update("A1", {"valueInputOption": "RAW", "fields": "bogus"}, {"values": [["b"]]}))
    assert sheet.acell("A1").value == "a"


def test_parameters_that_a_call_does_not_know(book):
    message = refusal(lambda: book.values_get("A1", {"foo": "1"}))["message"]
    assert 'Unknown name "foo": Cannot bind query parameter.' in message
    message = refusal(lambda: book.values_update("A1", {"valueInputOption": "RAW"}, {"values": [], "foo": 1}))[
        "message"
    ]
    assert message == "Invalid JSON payload received. Unknown name \"foo\" at 'data': Cannot find field."


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ("X", "Invalid value at 'data.values' (type.googleapis.com/google.protobuf.ListValue), \"X\""),
        ([1, 2], "Invalid value at 'data.values[0]' (type.googleapis.com/google.protobuf.ListValue), 1"),
        ([["a", [1]]], "Invalid values[0][1]: list_value { values { number_value: 1 } }"),
        (
            [[{"a": None}]],
            'Invalid values[0][0]: struct_value { fields { key: "a" value { null_value: NULL_VALUE } } }',
        ),
    ],
)
def test_values_are_rows_of_single_values(book, values, message):
    assert (
        refusal(lambda: book.values_update("A1", {"valueInputOption": "RAW"}, {"values": values}))["message"] == message
    )


@pytest.mark.parametrize("number", ["1e400", "NaN", "-Infinity"])
def test_no_number_is_that_large(book, number):
    """The reader refuses it; nothing infinite gets into a cell, and the connection stays."""
    url = f"https://sheets.googleapis.com/v4/spreadsheets/{book.id}/values/A1"
    headers = {"content-type": "application/json"}
    with pytest.raises(APIError) as caught:
        book.client.request(
            "put", url, params={"valueInputOption": "RAW"}, data=f'{{"values": [[{number}]]}}', headers=headers
        )
    assert caught.value.response.status_code == 400


def test_what_is_too_large_to_be_a_number_is_typed_as_text_and_computed_as_an_error(sheet):
    sheet.update([["1e400", "=1E308*10", "=-1E308-1E308", '="nan"+1']], "A1", raw=False)
    assert sheet.get("A1:D1") == [["1e400", "#NUM!", "#NUM!", "#VALUE!"]]


def test_every_kind_of_request_that_is_handled_is_one_of_googles():
    assert set(HANDLERS) <= set(types()["Request"])
    assert {"addTable", "addDataSource", "insertComment"}.isdisjoint(HANDLERS)  # said in docs to be refused
