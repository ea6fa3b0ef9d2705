"""What every answer looks like on the wire, as gspread's recordings show it: zeros, colours and their styles, groups,
protections, totals."""

from __future__ import annotations

import pytest

from tests.google.kit import OWNER, grid

AREA = {"startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 2}


@pytest.fixture
def first(book):
    """What the first sheet says of itself."""
    return lambda: book.fetch_sheet_metadata()["sheets"][0]


@pytest.fixture
def looks(book):
    """The entered formats of a range, row by row."""

    def read(where):
        params = {"ranges": where, "fields": "sheets.data.rowData.values.userEnteredFormat"}
        rows = book.fetch_sheet_metadata(params)["sheets"][0]["data"][0]["rowData"]
        return [[cell.get("userEnteredFormat", {}) for cell in row["values"]] for row in rows]

    return read


def test_ranges_are_told_from_their_first_row_and_column_on(book, sheet, first):
    """gspread looks for startRowIndex when it combines merged cells."""
    sheet.update([["a", "", "x"], ["", "", "y"]], "A1")
    sheet.merge_cells("A1:B2")
    assert first()["merges"] == [AREA]
    assert sheet.get_values("A1:C2", combine_merged_cells=True) == [["a", "a", "x"], ["a", "a", "y"]]
    sheet.set_basic_filter("A1:B2")
    assert first()["basicFilter"]["range"] == AREA
    made = sheet.define_named_range("A1:B2", "名")["replies"][0]["addNamedRange"]["namedRange"]
    assert made["range"] == AREA
    assert book.list_named_ranges()[0]["range"] == AREA


def test_a_protection_that_only_warns_tells_its_editors_too(sheet, first):
    made = sheet.add_protected_range("A1:B2", warning_only=True)["replies"][0]["addProtectedRange"]["protectedRange"]
    assert (made["range"], made["editors"], made["warningOnly"]) == (AREA, {}, True)
    (found,) = first()["protectedRanges"]
    assert OWNER in found["editors"]["users"]


def test_groups_name_no_first_sheet_and_put_their_handle_behind(sheet, first):
    made = sheet.add_dimension_group_columns(0, 2)["replies"][0]["addDimensionGroup"]["dimensionGroups"]
    assert made == [{"range": {"dimension": "COLUMNS", "startIndex": 0, "endIndex": 2}, "depth": 1}]
    assert first()["properties"]["gridProperties"]["columnGroupControlAfter"] is True
    assert sheet.delete_dimension_group_columns(0, 2)["replies"] == [{"deleteDimensionGroup": {}}]
    assert "columnGroups" not in first()


def test_columns_are_as_wide_as_their_text(book, sheet):
    def widths():
        found = book.fetch_sheet_metadata({"fields": "sheets.data.columnMetadata.pixelSize"})
        return [item["pixelSize"] for item in found["sheets"][0]["data"][0]["columnMetadata"][:2]]

    sheet.update([["A" * 1024]], "A1")
    sheet.columns_auto_resize(0, 2)
    assert widths() == [8691, 100]


def test_a_row_or_column_written_twice_counts_once(sheet):
    answer = sheet.batch_update(
        [{"range": "A1:D1", "values": [[1, 2, 3, 4]]}, {"range": "A4:D4", "values": [[1, 2, 3, 4]]}]
    )
    totals = {name: value for name, value in answer.items() if name.startswith("total")}
    assert totals == {
        "totalUpdatedRows": 2, "totalUpdatedColumns": 4, "totalUpdatedCells": 8, "totalUpdatedSheets": 1,
    }  # fmt: skip


def test_values_in_the_answer_are_those_after_all_writes(book):
    data = [{"range": "A1", "values": [["=B1*2"]]}, {"range": "B1", "values": [[21]]}]
    body = {"valueInputOption": "USER_ENTERED", "includeValuesInResponse": True, "data": data}
    answer = book.values_batch_update(body)
    assert [item["updatedData"]["values"] for item in answer["responses"]] == [[["42"]], [["21"]]]


# colours ----------------------------------------------------------------------------------------------------------


def test_a_spreadsheet_tells_its_theme(book):
    found = book.fetch_sheet_metadata()["properties"]
    assert found["spreadsheetTheme"]["themeColors"][0] == {"colorType": "TEXT", "color": {"rgbColor": {}}}
    assert found["defaultFormat"]["backgroundColorStyle"] == {"rgbColor": {"red": 1, "green": 1, "blue": 1}}


def test_a_colour_comes_back_with_its_style(sheet, looks):
    sheet.format("A1", {"backgroundColor": {"green": 1}, "textFormat": {"foregroundColor": {"red": 1}}})
    assert looks("A1") == [[{
        "backgroundColor": {"green": 1}, "backgroundColorStyle": {"rgbColor": {"green": 1}},
        "textFormat": {"foregroundColor": {"red": 1}, "foregroundColorStyle": {"rgbColor": {"red": 1}}},
    }]]  # fmt: skip


def test_a_style_sets_the_colour_and_a_later_colour_the_style(sheet, looks):
    sheet.format("A1", {"backgroundColor": {"green": 1}})
    sheet.format("A1", {"backgroundColorStyle": {"themeColor": "LINK"}})
    found = looks("A1")[0][0]
    assert found["backgroundColorStyle"] == {"themeColor": "LINK"}
    assert found["backgroundColor"] == {"red": 0.06666667, "green": 0.33333334, "blue": 0.8}
    sheet.format("A1", {"textFormat": {"bold": True}})
    assert looks("A1")[0][0]["backgroundColorStyle"] == {"themeColor": "LINK"}
    sheet.format("A1", {"backgroundColor": {"blue": 1}})
    assert looks("A1")[0][0]["backgroundColorStyle"] == {"rgbColor": {"blue": 1}}


def test_a_colour_stays_the_same_however_often_its_cell_is_formatted(sheet, looks):
    sheet.format("A1", {"backgroundColor": {"red": 128 / 255}})
    for bold in (True, False, True):
        sheet.format("A1", {"textFormat": {"bold": bold}})
        sheet.format("A1", {"backgroundColor": looks("A1")[0][0]["backgroundColor"]})
    assert looks("A1")[0][0]["backgroundColor"] == {"red": 0.5019608}


def test_a_rule_tells_the_style_of_its_colours(book):
    format_ = {"backgroundColor": {"red": 0.5}, "textFormat": {"foregroundColorStyle": {"rgbColor": {"blue": 1}}}}
    rule = {"ranges": [grid(0, 0, 0, 2, 2)], "booleanRule": {"condition": {"type": "BLANK"}, "format": format_}}
    book.batch_update({"requests": [{"addConditionalFormatRule": {"rule": rule}}]})
    found = book.fetch_sheet_metadata()["sheets"][0]["conditionalFormats"][0]["booleanRule"]["format"]
    assert found["backgroundColorStyle"] == {"rgbColor": {"red": 0.49803922}}
    assert found["textFormat"]["foregroundColor"] == {"blue": 1}
