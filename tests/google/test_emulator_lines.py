"""Rows, columns, tabs and ranges as Google refuses and shapes them: lines that are not there, the last ones that stay,
folded groups, names, ids, merges."""

from __future__ import annotations

import pytest
from gspread.exceptions import APIError
from gspread.utils import ValidationConditionType

from tests.google.kit import grid


@pytest.fixture
def run(book):
    return lambda *requests: book.batch_update({"requests": list(requests)})["replies"]


def lines(dimension, start, end):
    return {"range": {"sheetId": 0, "dimension": dimension, "startIndex": start, "endIndex": end}}


def hide(start, end):
    return {
        "updateDimensionProperties": {
            **lines("COLUMNS", start, end),
            "properties": {"hiddenByUser": True},
            "fields": "hiddenByUser",
        }
    }


def group(**more):
    rows = lines("ROWS", 1, 3)["range"]
    return {"updateDimensionGroup": {"dimensionGroup": {"range": rows, **more}, "fields": "collapsed"}}


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"insertDimension": lines("ROWS", 1000, 1001)}, r"less than the grid size \(1000\) if inheritFromBefore is false"),
        ({"insertDimension": lines("ROWS", -1, 1)}, "DimensionRange indexes must be >= 0"),
        ({"insertDimension": lines("ROWS", 2, 2)}, r"endIndex\[2\] must be after startIndex\[2\]"),
        ({"deleteDimension": lines("ROWS", 999, 1001)}, "Tried to delete row index 1000 but there are only 1000 rows"),
        ({"deleteDimension": lines("COLUMNS", 0, 26)}, "not possible to delete all non-frozen columns"),
        (hide(25, 27), r"after last column in grid\[26\]"),
        ({"repeatCell": {"range": {"startRowIndex": -1}, "cell": {}, "fields": "note"}}, "GridRange indexes must be >= 0"),
        ({"repeatCell": {"range": grid(0, 5, 0, 2, 1), "cell": {}, "fields": "note"}}, "endRowIndex"),
        ({"updateCells": {"start": {"rowIndex": 1000}, "rows": [], "fields": "note"}},
         r"GridCoordinate.rowIndex\[1000\] is after last row in grid\[1000\]"),
        ({"updateCells": {"range": grid(0, 0, 0, 1, 1), "rows": [{}, {}], "fields": "note"}},
         "Attempting to write row: 2, beyond the last requested row of: 1"),
        ({"updateSheetProperties": {"properties": {"gridProperties": {"rowCount": 0}}, "fields": "gridProperties.rowCount"}},
         "can't delete all the rows"),
        ({"updateSheetProperties": {"properties": {"title": ""}, "fields": "title"}}, "name cannot be empty"),
        ({"duplicateSheet": {"newSheetId": 0}}, "A sheet with id 0 already exists"),
        ({"addSheet": {"properties": {"sheetId": -4}}}, "sheetId must be >= 0"),
        (group(depth=2, collapsed=True), "group to update does not exist"),
        ({"updateCells": {"start": {}, "rows": [{"values": [{"userEnteredValue": {"stringValue": "a", "boolValue": True}}]}],
                          "fields": "*"}}, "oneof field 'value' is already set"),
    ],
)  # fmt: skip
def test_what_is_refused_and_in_which_words(run, book, request_, words):
    before = book.fetch_sheet_metadata()
    with pytest.raises(APIError, match=words):
        run(request_)
    assert book.fetch_sheet_metadata() == before


def test_a_row_is_put_in_behind_the_last_one_that_it_looks_like(run, sheet):
    """gspread's insert_row at the end needs inherit_from_before."""
    with pytest.raises(APIError, match="inheritFromBefore is false"):
        sheet.insert_row(["x"], 1001)
    sheet.insert_rows([["x"]], 1001, inherit_from_before=True)
    assert sheet.acell("A1001").value == "x"


def test_rows_below_the_frozen_ones_cannot_all_go(run, sheet):
    sheet.resize(rows=5)
    sheet.freeze(rows=2)
    with pytest.raises(APIError, match="not possible to delete all non-frozen rows"):
        sheet.delete_rows(3, 5)
    sheet.delete_rows(3, 4)
    assert sheet.spreadsheet.get_worksheet(0).row_count == 3


def test_part_of_a_merge_is_not_unmerged(sheet):
    sheet.merge_cells("A1:B2")
    with pytest.raises(APIError, match="select all cells in a merged range"):
        sheet.unmerge_cells("A1:A2")
    sheet.unmerge_cells("A1:C3")
    assert "merges" not in sheet.spreadsheet.fetch_sheet_metadata()["sheets"][0]


@pytest.mark.parametrize("name", ["A1", "r1c1", "TRUE", "1a", "a b", "x" * 251, ""])
def test_names_that_read_as_something_else(sheet, name):
    with pytest.raises(APIError, match="not a valid name for a range"):
        sheet.define_named_range("A1:B2", name)


def test_folded_groups_hide_their_rows_and_follow_them(run, book, sheet):
    sheet.add_dimension_group_rows(1, 3)
    run(group(depth=1, collapsed=True), {"insertDimension": lines("ROWS", 0, 2)})
    (found,) = sheet.list_dimension_group_rows()
    assert (found["range"]["startIndex"], found["range"]["endIndex"], found["collapsed"]) == (3, 5, True)
    rows = book.fetch_sheet_metadata({"fields": "sheets.data.rowMetadata.hiddenByUser", "ranges": "A1:A6"})
    hidden = [item.get("hiddenByUser", False) for item in rows["sheets"][0]["data"][0]["rowMetadata"]]
    assert hidden == [False, False, False, True, True, False]


def test_a_range_outside_the_grid_is_named_with_its_tab(book):
    with pytest.raises(APIError, match=r"Range \(Sheet1!A2000\) exceeds grid limits. Max rows: 1000, max columns: 26"):
        book.values_get("A2000")
    with pytest.raises(APIError, match=r"Range \(Sheet1!A999:A1001\) exceeds grid limits"):
        book.values_update("A999", {"valueInputOption": "RAW"}, {"values": [[1], [2], [3]]})


# conditions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        ("NUMBER_BETWEEN", ["1"], "requires exactly two ConditionValues, but 1 were supplied"),
        ("NUMBER_GREATER", ["viel"], "Invalid ConditionValue.userEnteredValue: viel"),
        ("CUSTOM_FORMULA", ["A1>1"], "Invalid ConditionValue.userEnteredValue: A1>1"),
        ("TEXT_IS_EMAIL", ["x"], "requires no ConditionValues"),
        ("NOT_BLANK", [], "not supported by data validation"),
        ("ONE_OF_LIST", [], "were supplied"),
        ("TEXT_EQ", [""], "Invalid ConditionValue.userEnteredValue"),
    ],
)
def test_checks_that_are_none(sheet, kind, values, words):
    with pytest.raises(APIError, match=words):
        sheet.add_validation("A1:A3", ValidationConditionType[_enum(kind)] if _enum(kind) else kind, values)


def _enum(kind):
    return next((item.name for item in ValidationConditionType if item.value == kind), "")


def test_a_list_is_no_condition_of_a_format(run):
    values = [{"userEnteredValue": "a"}]
    rule = {"ranges": [grid(0, 0, 0, 1, 1)], "booleanRule": {"condition": {"type": "ONE_OF_LIST", "values": values}}}
    with pytest.raises(APIError, match="not supported by conditional formatting"):
        run({"addConditionalFormatRule": {"rule": rule}})


@pytest.mark.parametrize(
    ("kind", "values"),
    [("NUMBER_BETWEEN", ["1", "=B1"]), ("ONE_OF_LIST", ["a", "b"]), ("BOOLEAN", []), ("ONE_OF_RANGE", ["=Sheet1!A1:A3"]),
     ("DATE_IS_VALID", []), ("CUSTOM_FORMULA", ["=LEN(A1)=18"])],
)  # fmt: skip
def test_checks_that_are_some(run, book, kind, values):
    condition = {"type": kind, "values": [{"userEnteredValue": value} for value in values]}
    run({"setDataValidation": {"range": grid(0, 0, 0, 1, 1), "rule": {"condition": condition}}})
    found = book.fetch_sheet_metadata({"fields": "sheets.data.rowData.values.dataValidation"})
    assert found["sheets"][0]["data"][0]["rowData"][0]["values"][0]["dataValidation"]["condition"]["type"] == kind
