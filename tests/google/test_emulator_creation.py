"""spreadsheets.create with a whole description; what else a description, a mark or a typed text may hold."""

from __future__ import annotations

import pytest
from gspread.exceptions import APIError

from tests.google.kit import OWNER, grid

CREATE = "https://sheets.googleapis.com/v4/spreadsheets"


@pytest.fixture
def create(owner):
    return lambda **body: owner.http_client.request("post", CREATE, json=body).json()


@pytest.fixture
def run(book):
    return lambda *requests: book.batch_update({"requests": list(requests)})["replies"]


def test_all_of_a_description_is_made(create, owner):
    value = {"userEnteredValue": {"stringValue": "x"}}
    data = {"rowData": [{"values": [value]}], "columnMetadata": [{}, {"pixelSize": 50}]}
    rules = [
        {"ranges": [grid(0, 0, 0, 1, 1)], "booleanRule": {"condition": {"type": kind}}}
        for kind in ("BLANK", "NOT_BLANK")
    ]
    sheet = {
        "properties": {"sheetId": 0, "title": "甲"}, "data": [data], "merges": [grid(0, 1, 0, 2, 2)],
        "conditionalFormats": rules, "protectedRanges": [{"range": grid(0, 0, 0, 1, 1)}],
        "basicFilter": {"range": grid(0, 0, 0, 9, 2)}, "rowGroups": [{"range": {"dimension": "ROWS", "startIndex": 3, "endIndex": 5}}],
        "developerMetadata": [{"metadataKey": "k", "visibility": "DOCUMENT", "location": {"sheetId": 0}}],
    }  # fmt: skip
    made = create(
        properties={"title": "新"}, sheets=[sheet], namedRanges=[{"name": "名", "range": grid(0, 0, 0, 2, 2)}]
    )
    found = owner.open_by_key(made["spreadsheetId"])
    whole = found.fetch_sheet_metadata({"includeGridData": "true"})
    (tab,) = whole["sheets"]
    assert set(sheet) <= set(tab)
    assert [rule["booleanRule"]["condition"]["type"] for rule in tab["conditionalFormats"]] == ["BLANK", "NOT_BLANK"]
    assert tab["data"][0]["columnMetadata"][1]["pixelSize"] == 50
    assert whole["namedRanges"][0]["name"] == "名"
    assert found.sheet1.acell("A1").value == "x"


def test_a_description_that_is_wrong_leaves_no_file_behind(create, owner):
    wrong = {"properties": {"sheetId": 1, "title": "甲"}, "merges": [grid(7, 0, 0, 1, 2)]}
    with pytest.raises(APIError, match="No grid with id: 7"):
        create(sheets=[wrong])
    with pytest.raises(APIError, match="Unsupported locale"):
        create(properties={"locale": "xx_YY"})
    assert owner.list_spreadsheet_files() == []


# protections and metadata -----------------------------------------------------------------------------------------


def test_a_protection_remembers_groups_its_name_and_what_is_free(run, book):
    run({"addNamedRange": {"namedRange": {"namedRangeId": "n", "name": "名", "range": grid(0, 0, 0, 9, 9)}}})
    editors = {"users": ["a@example.cn"], "groups": ["g@example.cn"]}
    run({"addProtectedRange": {"protectedRange": {"protectedRangeId": 5, "namedRangeId": "n", "editors": editors}}})
    free = {"protectedRangeId": 5, "unprotectedRanges": [grid(0, 1, 1, 2, 2)]}
    run({"updateProtectedRange": {"protectedRange": free, "fields": "unprotectedRanges"}})
    (found,) = book.list_protected_ranges(0)
    assert (found["namedRangeId"], found["editors"]["groups"]) == ("n", ["g@example.cn"])
    assert found["editors"]["users"][0] == "a@example.cn"
    assert OWNER in found["editors"]["users"]
    assert found["unprotectedRanges"][0]["startRowIndex"] == 1


def test_metadata_is_moved_to_another_place(run, call, book):
    row = {"dimensionRange": {"sheetId": 0, "dimension": "ROWS", "startIndex": 0, "endIndex": 1}}
    run(
        {
            "createDeveloperMetadata": {
                "developerMetadata": {"metadataKey": "k", "visibility": "DOCUMENT", "location": row}
            }
        }
    )
    chosen = [{"developerMetadataLookup": {"metadataKey": "k"}}]
    move = {"dataFilters": chosen, "developerMetadata": {"location": {"sheetId": 0}}, "fields": "location"}
    (reply,) = run({"updateDeveloperMetadata": move})
    assert reply["updateDeveloperMetadata"]["developerMetadata"][0]["location"] == {
        "locationType": "SHEET",
        "sheetId": 0,
    }


@pytest.mark.parametrize("field", ["textFormatRuns", "chipRuns"])
def test_what_a_cell_cannot_keep_here_is_refused_not_forgotten(run, field):
    cell = {"userEnteredValue": {"stringValue": "x"}, field: [{"startIndex": 0}]}
    with pytest.raises(APIError, match=f"{field} is not supported by this emulator"):
        run({"updateCells": {"start": {}, "rows": [{"values": [cell]}], "fields": "*"}})


def test_the_state_after_a_batch_with_cells_where_the_mask_names_them(book):
    value = {"userEnteredValue": {"stringValue": "x"}}
    write = {"updateCells": {"start": {}, "rows": [{"values": [value]}], "fields": "userEnteredValue"}}
    url = f"{CREATE}/{book.id}:batchUpdate"
    fields = "updatedSpreadsheet.sheets.data.rowData.values.formattedValue"
    body = {"requests": [write], "includeSpreadsheetInResponse": True}
    answer = book.client.request("post", url, params={"fields": fields}, json=body).json()
    rows = answer["updatedSpreadsheet"]["sheets"][0]["data"][0]["rowData"]
    assert (list(answer), rows) == (["updatedSpreadsheet"], [{"values": [{"formattedValue": "x"}]}])


# typed ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "value", "shown"),
    [
        ("-$5.50", -5.5, "-$5.50"),
        ("12:30 PM", 0.5208333333333334, "12:30 PM"),
        ("12:05 am", 5 / 1440, "12:05 AM"),
        ("13:30 PM", "13:30 PM", "13:30 PM"),
        ("12:30:75", "12:30:75", "12:30:75"),
    ],
)
def test_typed_money_below_zero_and_half_days(sheet, typed, value, shown):
    sheet.update([[typed]], "A1", raw=False)
    assert sheet.acell("A1", value_render_option="UNFORMATTED_VALUE").value == value
    assert sheet.acell("A1").value == shown
