"""spreadsheets.get and batchUpdate (sheets-api.md §7.3), request by request."""

from __future__ import annotations

import pytest
from gspread.exceptions import APIError

from tests.google.kit import OTHER, OWNER, grid

S = "/v4/spreadsheets"


@pytest.fixture
def run(book, call):
    """batchUpdate of the book; its replies."""

    def send(*requests, **more):
        return call("post", f"{S}/{book.id}:batchUpdate", json={"requests": list(requests), **more})

    return send


@pytest.fixture
def look(book, call):
    """spreadsheets.get through a mask."""

    def send(fields, **params):
        return call("get", f"{S}/{book.id}", params={"fields": fields, **params})

    return send


def text(value):
    return {"userEnteredValue": {"stringValue": value}}


def number(value):
    return {"userEnteredValue": {"numberValue": value}}


def put(sheet_id, row, column, *rows, fields="userEnteredValue"):
    start = {"sheetId": sheet_id, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": [{"values": list(cells)} for cells in rows], "fields": fields}}


# get --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        "sheets.properties.title,sheets.properties.sheetId",
        "sheets/properties/title,sheets/properties/sheetId",
        "sheets(properties(title,sheetId))",
        "sheets.properties(sheetId,title)",
        "sheets/properties(sheetId,title)",
    ],
)
def test_masks_come_in_three_spellings(look, fields):
    assert look(fields) == {"sheets": [{"properties": {"sheetId": 0, "title": "Sheet1"}}]}


@pytest.mark.parametrize("fields", ["sheets(properties", "sheets..title", "a(b))", ","])
def test_a_broken_mask_is_400(look, fields):
    with pytest.raises(APIError) as caught:
        look(fields)
    assert caught.value.code == 400


def test_with_a_mask_grid_data_comes_when_it_names_data(look, run):
    """`includeGridData` does not count then; without `ranges` every sheet is read."""
    run(
        {"addSheet": {"properties": {"title": "B", "sheetId": 7}}}, put(0, 0, 0, [text("a")]), put(7, 0, 0, [text("b")])
    )
    assert "data" not in look("sheets.properties.title", includeGridData="true")["sheets"][0]
    found = look("sheets.data.rowData.values.effectiveValue")
    values = [sheet["data"][0]["rowData"][0]["values"][0]["effectiveValue"]["stringValue"] for sheet in found["sheets"]]
    assert values == ["a", "b"]


def test_ranges_choose_sheets_and_rectangles(look, run):
    run(
        {"addSheet": {"properties": {"title": "B", "sheetId": 7}}},
        put(7, 0, 0, [text("a"), text("b")], [text("c"), text("d")]),
    )
    found = look(
        "sheets(properties.title,data(startRow,startColumn,rowData.values.formattedValue))", ranges=["B!B2:C3", "B!A1"]
    )
    assert found == {
        "sheets": [
            {
                "properties": {"title": "B"},
                "data": [
                    {"startRow": 1, "startColumn": 1, "rowData": [{"values": [{"formattedValue": "d"}]}]},
                    {"rowData": [{"values": [{"formattedValue": "a"}]}]},
                ],
            }
        ]
    }


def test_without_a_mask_cells_come_only_when_asked_for(book, call, run):
    run(put(0, 0, 0, [text("a")]))
    assert "data" not in call("get", f"{S}/{book.id}")["sheets"][0]
    assert "data" in call("get", f"{S}/{book.id}", params={"includeGridData": "true"})["sheets"][0]


def test_create(owner):
    made = owner.http_client.request(
        "post", "https://sheets.googleapis.com/v4/spreadsheets",
        json={"properties": {"title": "neu", "locale": "zh_CN", "timeZone": "Asia/Shanghai"},
              "sheets": [{"properties": {"title": "甲"}}, {"properties": {"title": "乙", "sheetId": 9}}]},
    ).json()  # fmt: skip
    assert made["properties"]["locale"] == "zh_CN"
    assert [item["properties"]["title"] for item in made["sheets"]] == ["甲", "乙"]
    assert made["sheets"][1]["properties"]["sheetId"] == 9


def test_get_by_data_filter(book, call, run):
    run(put(0, 1, 1, [text("hier")]))
    found = call(
        "post", f"{S}/{book.id}:getByDataFilter",
        json={"dataFilters": [{"a1Range": "B2"}], "includeGridData": True},
    )  # fmt: skip
    assert found["sheets"][0]["data"][0]["rowData"][0]["values"][0]["formattedValue"] == "hier"


# sheets -----------------------------------------------------------------------------------------------------------


def test_add_and_delete_sheets_with_mirrored_replies(run, book):
    answer = run({"addSheet": {"properties": {"title": "甲", "index": 0}}}, {"deleteSheet": {"sheetId": 0}})
    assert set(answer) == {"spreadsheetId", "replies"}
    assert answer["replies"][0]["addSheet"]["properties"]["title"] == "甲"
    assert answer["replies"][1] == {}
    assert [item.title for item in book.worksheets()] == ["甲"]


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"addSheet": {"properties": {"title": "sheet1"}}}, 'A sheet with the name "sheet1" already exists'),
        ({"addSheet": {"properties": {"sheetId": 0}}}, "already exists"),
        ({"deleteSheet": {"sheetId": 0}}, "You can't remove all the sheets in a document."),
        ({"deleteSheet": {"sheetId": 5}}, "No sheet with id: 5"),
        ({"updateSheetProperties": {"properties": {"title": "x"}}}, "At least one field must be listed in 'fields'"),
        ({"nichts": {}}, 'Unknown name "nichts"'),
        ({}, "exactly one kind of request"),
    ],
)
def test_what_is_refused_and_in_which_words(run, request_, words):
    with pytest.raises(APIError) as caught:
        run(request_)
    assert caught.value.code == 400
    assert words in caught.value.error["message"]


def test_an_empty_batch_is_refused(run):
    with pytest.raises(APIError, match="Must specify at least one request"):
        run()


@pytest.mark.parametrize(
    ("moved", "index", "order"),
    [(0, 2, "BAC"), (0, 3, "BCA"), (2, 0, "CAB"), (1, 1, "ABC"), (1, 2, "ABC"), (2, 2, "ABC")],
)
def test_the_index_is_counted_before_the_move(run, book, moved, index, order):
    run(
        {"updateSheetProperties": {"properties": {"title": "A"}, "fields": "title"}},
        {"addSheet": {"properties": {"title": "B", "sheetId": 1}}},
        {"addSheet": {"properties": {"title": "C", "sheetId": 2}}},
    )
    run({"updateSheetProperties": {"properties": {"sheetId": moved, "index": index}, "fields": "index"}})
    assert "".join(item.title for item in book.worksheets()) == order


def test_hide_freeze_and_size(run, look):
    run(
        {"addSheet": {"properties": {"title": "B", "sheetId": 1}}},
        {"updateSheetProperties": {
            "properties": {"sheetId": 1, "hidden": True, "gridProperties": {"rowCount": 20, "columnCount": 5, "frozenRowCount": 2}},
            "fields": "hidden,gridProperties(rowCount,columnCount,frozenRowCount)"}},
    )  # fmt: skip
    properties = look("sheets.properties")["sheets"][1]["properties"]
    assert properties["hidden"] is True
    assert properties["gridProperties"] == {"rowCount": 20, "columnCount": 5, "frozenRowCount": 2}


def test_locale_and_time_zone(run, look):
    run(
        {
            "updateSpreadsheetProperties": {
                "properties": {"locale": "zh_CN", "timeZone": "Asia/Shanghai"},
                "fields": "locale,timeZone",
            }
        }
    )
    assert look("properties(locale,timeZone,title)")["properties"] == {
        "locale": "zh_CN", "timeZone": "Asia/Shanghai", "title": "试表",
    }  # fmt: skip


# cells ------------------------------------------------------------------------------------------------------------


def test_update_cells_clears_what_the_rows_do_not_cover(run, sheet):
    sheet.update([["a", "b"], ["c", "d"], ["e", "f"]], "A1")
    request = {"range": grid(0, 0, 0, 3, 2), "rows": [{"values": [text("neu")]}], "fields": "userEnteredValue"}
    run({"updateCells": request})
    assert sheet.get("A1:B3") == [["neu"]]


def test_the_same_update_twice_gives_the_same_sheet(run, sheet):
    request = {
        "updateCells": {"range": grid(0, 0, 0, 3, 2), "rows": [{"values": [text("x")]}], "fields": "userEnteredValue"}
    }
    run(request)
    first = sheet.get("A1:C5")
    run(request)
    assert sheet.get("A1:C5") == first


def test_only_masked_fields_change(run, look, sheet):
    sheet.update([["bleibt"]], "A1")
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    run(
        {
            "updateCells": {
                "range": grid(0, 0, 0, 1, 1),
                "rows": [{"values": [bold]}],
                "fields": "userEnteredFormat.textFormat.bold",
            }
        }
    )
    run({"updateCells": {"range": grid(0, 0, 0, 1, 1), "rows": [{"values": [{"note": "Notiz"}]}], "fields": "note"}})
    cell = look("sheets.data.rowData.values(userEnteredValue,userEnteredFormat,note)")["sheets"][0]["data"][0][
        "rowData"
    ][0]["values"][0]
    assert cell == {
        "userEnteredValue": {"stringValue": "bleibt"}, "userEnteredFormat": {"textFormat": {"bold": True}}, "note": "Notiz",
    }  # fmt: skip


def test_read_only_fields_are_refused(run):
    with pytest.raises(APIError, match="read-only"):
        run({"updateCells": {"range": grid(0, 0, 0, 1, 1), "rows": [], "fields": "effectiveValue"}})


def test_repeat_cell_carries_formulas(run, sheet):
    run(
        put(0, 0, 0, [number(1)], [number(2)], [number(3)]),
        {
            "repeatCell": {
                "range": grid(0, 0, 1, 3, 2),
                "cell": {"userEnteredValue": {"formulaValue": "=A1*$A$3"}},
                "fields": "userEnteredValue",
            }
        },
    )
    assert sheet.get("B1:B3") == [["3"], ["6"], ["9"]]


def test_append_cells_follow_the_last_row_with_data(run, sheet):
    sheet.update([["a"], [""], ["c"]], "A1")
    run({"appendCells": {"sheetId": 0, "rows": [{"values": [{}, text("neu")]}], "fields": "userEnteredValue"}})
    assert sheet.get("A1:B5") == [["a"], [], ["c"], ["", "neu"]]


def test_append_cells_add_rows_where_the_sheet_ends(run, book):
    run(
        {
            "updateSheetProperties": {
                "properties": {"gridProperties": {"rowCount": 2}},
                "fields": "gridProperties.rowCount",
            }
        }
    )
    run(put(0, 0, 0, [text("a")], [text("b")]))
    run({"appendCells": {"sheetId": 0, "rows": [{"values": [text("c")]}], "fields": "userEnteredValue"}})
    assert book.sheet1.row_count == 3


def test_data_validation_is_kept_with_the_cell(run, look):
    rule = {
        "condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "是"}]},
        "strict": True,
        "showCustomUi": True,
    }
    run({"setDataValidation": {"range": grid(0, 1, 1, 2, 2), "rule": rule}})
    run({"insertDimension": {"range": {"sheetId": 0, "dimension": "ROWS", "startIndex": 0, "endIndex": 1}}})
    rows = look("sheets.data.rowData.values.dataValidation", ranges=["B3"])["sheets"][0]["data"][0]["rowData"]
    assert rows[0]["values"][0]["dataValidation"] == rule


# lines ------------------------------------------------------------------------------------------------------------


def lines(dimension, start, end, sheet_id=0):
    return {"sheetId": sheet_id, "dimension": dimension, "startIndex": start, "endIndex": end}


@pytest.fixture
def table(run):
    """A column of numbers with a formula beside it, and a sum."""
    run(
        put(0, 0, 0, [number(1), {"userEnteredValue": {"formulaValue": "=A1*10"}}],
            [number(2), {"userEnteredValue": {"formulaValue": "=A2*10"}}],
            [number(3), {"userEnteredValue": {"formulaValue": "=A3*10"}}]),
        put(0, 9, 0, [{"userEnteredValue": {"formulaValue": "=SUM(A1:A3)"}}]),
    )  # fmt: skip


def formulas(sheet, where):
    return sheet.get(where, value_render_option="FORMULA")


def test_inserted_rows_move_what_points_to_them(table, run, sheet):
    run({"insertDimension": {"range": lines("ROWS", 1, 2)}})
    assert formulas(sheet, "A1:B11") == [
        [1, "=A1*10"], [], [2, "=A3*10"], [3, "=A4*10"], [], [], [], [], [], [], ["=SUM(A1:A4)"],
    ]  # fmt: skip


def test_rows_put_in_above_a_range_push_it_down(table, run, sheet):
    run({"insertDimension": {"range": lines("ROWS", 0, 1)}})
    assert formulas(sheet, "A11") == [["=SUM(A2:A4)"]]


def test_deleted_rows_shrink_ranges_and_break_single_references(table, run, sheet):
    run(put(0, 0, 2, [{"userEnteredValue": {"formulaValue": "=A2"}}]))
    run({"deleteDimension": {"range": lines("ROWS", 1, 2)}})
    assert formulas(sheet, "A1:C2") == [[1, "=A1*10", "=#REF!"], [3, "=A2*10"]]
    assert formulas(sheet, "A9") == [["=SUM(A1:A2)"]]
    assert sheet.acell("C1").value == "#REF!"


def test_columns_too(table, run, sheet):
    run({"insertDimension": {"range": lines("COLUMNS", 0, 1)}})
    assert formulas(sheet, "B1:C1") == [[1, "=B1*10"]]
    run({"deleteDimension": {"range": lines("COLUMNS", 0, 1)}})
    assert formulas(sheet, "A1:B1") == [[1, "=A1*10"]]


def test_moved_rows_take_references_along(table, run, sheet):
    run({"moveDimension": {"source": lines("ROWS", 0, 1), "destinationIndex": 3}})
    assert formulas(sheet, "A1:B3") == [[2, "=A1*10"], [3, "=A2*10"], [1, "=A3*10"]]


def test_append_dimension_and_line_properties(run, book, look):
    run(
        {"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 5}},
        {
            "updateDimensionProperties": {
                "range": lines("COLUMNS", 1, 2),
                "properties": {"hiddenByUser": True, "pixelSize": 40},
                "fields": "hiddenByUser,pixelSize",
            }
        },
    )
    assert book.sheet1.row_count == 1005
    meta = look("sheets.data.columnMetadata", ranges=["A1:C1"])["sheets"][0]["data"][0]["columnMetadata"]
    assert meta == [{"pixelSize": 100}, {"pixelSize": 40, "hiddenByUser": True}, {"pixelSize": 100}]


def test_inserted_rows_look_like_their_neighbour(run, look):
    form = {"userEnteredFormat": {"numberFormat": {"type": "TEXT"}}}
    run(put(0, 0, 0, [form], fields="userEnteredFormat"))
    run({"insertDimension": {"range": lines("ROWS", 1, 2), "inheritFromBefore": True}})
    rows = look("sheets.data.rowData.values.userEnteredFormat", ranges=["A2"])["sheets"][0]["data"][0]["rowData"]
    assert rows == [{"values": [form]}]


def test_lines_are_put_in_behind_the_last_one_only_as_its_likes(run, book):
    """Google's own words, told in issues of clients: gspread 1091, pygsheets 46."""
    width = book.sheet1.col_count
    with pytest.raises(APIError, match=f"less than the grid size .{width}. if inheritFromBefore is false"):
        run({"insertDimension": {"range": lines("COLUMNS", width, width + 2)}})
    with pytest.raises(APIError, match=f"larger than current grid size .{width}."):
        run({"insertDimension": {"range": lines("COLUMNS", width + 1, width + 2), "inheritFromBefore": True}})
    run({"insertDimension": {"range": lines("COLUMNS", width, width + 2), "inheritFromBefore": True}})
    assert book.sheet1.col_count == width + 2


def test_sorting_puts_blanks_last_and_carries_formulas(table, run, sheet):
    run({"sortRange": {"range": grid(0, 0, 0, 5, 2), "sortSpecs": [{"dimensionIndex": 0, "sortOrder": "DESCENDING"}]}})
    assert formulas(sheet, "A1:B5") == [[3, "=A1*10"], [2, "=A2*10"], [1, "=A3*10"]]


def test_sorting_by_kind_and_two_columns(run, sheet):
    run(put(0, 0, 0, [text("b"), number(1)], [number(5), number(1)], [text("A"), number(2)], [text("a"), number(1)]))
    run({"sortRange": {"range": grid(0, 0, 0, 4, 2), "sortSpecs": [{"dimensionIndex": 0}, {"dimensionIndex": 1}]}})
    assert sheet.get("A1:B4") == [["5", "1"], ["a", "1"], ["A", "2"], ["b", "1"]]


def test_merged_cells_cannot_be_sorted(run, sheet):
    sheet.merge_cells("A1:B1")
    with pytest.raises(APIError, match="merged"):
        run({"sortRange": {"range": grid(0, 0, 0, 3, 2), "sortSpecs": [{"dimensionIndex": 0}]}})


# what lies over the cells -----------------------------------------------------------------------------------------


def test_a_protected_range_stops_others_but_neither_owner_nor_editors(emulator, run, book, person, key):
    emulator.world.share(book.id, OTHER)
    run(
        {
            "addProtectedRange": {
                "protectedRange": {"range": grid(0, 0, 0, 2, 2), "editors": {"users": [key["client_email"]]}}
            }
        }
    )
    for who, may in ((OWNER, True), (OTHER, False)):
        sheet = person(who).open_by_key(book.id).sheet1
        if may:
            sheet.update([["x"]], "A1")
        else:
            with pytest.raises(APIError, match="protected cell or object"):
                sheet.update([["x"]], "B2")
            sheet.update([["x"]], "C3")
    book.sheet1.update([["wir"]], "A1")


@pytest.mark.parametrize(
    "act",
    [
        {"deleteDimension": {"range": lines("ROWS", 1, 2)}},
        {"insertDimension": {"range": lines("ROWS", 1, 2)}},
        {"sortRange": {"range": grid(0, 0, 0, 5, 2), "sortSpecs": [{"dimensionIndex": 0}]}},
        {"repeatCell": {"range": grid(0, 1, 1, 9, 9), "cell": {}, "fields": "userEnteredValue"}},
        {"deleteSheet": {"sheetId": 0}},
        {
            "cutPaste": {
                "source": grid(0, 0, 0, 1, 1),
                "destination": {"sheetId": 0, "rowIndex": 9},
                "pasteType": "PASTE_NORMAL",
            }
        },
    ],
)
def test_no_way_around_a_protected_range(emulator, run, book, person, act):
    emulator.world.share(book.id, OTHER)
    run(
        {"addProtectedRange": {"protectedRange": {"range": grid(0, 0, 0, 2, 2)}}},
        {"addSheet": {"properties": {"title": "noch eins"}}},
    )
    with pytest.raises(APIError, match="protected cell or object"):
        person(OTHER).open_by_key(book.id).batch_update({"requests": [act]})


def test_rows_below_a_protected_head_stay_free(emulator, run, book, person):
    """Inserting directly below, sorting and deleting data rows are nobody's privilege."""
    emulator.world.share(book.id, OTHER)
    run({"addProtectedRange": {"protectedRange": {"range": grid(0, 0, 0, 2, 26)}}})
    person(OTHER).open_by_key(book.id).batch_update(
        {"requests": [
            {"insertDimension": {"range": lines("ROWS", 2, 3)}},
            {"deleteDimension": {"range": lines("ROWS", 3, 4)}},
            {"sortRange": {"range": grid(0, 2, 0, 9, 5), "sortSpecs": [{"dimensionIndex": 0}]}},
        ]}
    )  # fmt: skip


def test_protection_follows_its_rows_and_can_be_lifted_by_its_editors(emulator, run, book, look, person):
    emulator.world.share(book.id, OTHER)
    reply = run({"addProtectedRange": {"protectedRange": {"range": grid(0, 1, 0, 2, 2), "description": "答复"}}})
    number = reply["replies"][0]["addProtectedRange"]["protectedRange"]["protectedRangeId"]
    run({"insertDimension": {"range": lines("ROWS", 0, 1)}})
    found = look("sheets.protectedRanges(range,description)")["sheets"][0]["protectedRanges"]
    assert found == [
        {
            "range": {"startRowIndex": 2, "endRowIndex": 3, "startColumnIndex": 0, "endColumnIndex": 2},
            "description": "答复",
        }
    ]
    with pytest.raises(APIError, match="permission"):
        person(OTHER).open_by_key(book.id).batch_update(
            {"requests": [{"deleteProtectedRange": {"protectedRangeId": number}}]}
        )
    run({"deleteProtectedRange": {"protectedRangeId": number}})
    assert look("sheets.protectedRanges") in ({}, {"sheets": [{}]})


def test_conditional_formats_follow_and_come_back(run, look):
    rule = {
        "ranges": [grid(0, 1, 0, 5, 2)],
        "booleanRule": {"condition": {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=$A2>3"}]},
                        "format": {"backgroundColor": {"red": 1}}},
    }  # fmt: skip
    run({"addConditionalFormatRule": {"rule": rule, "index": 0}})
    run({"insertDimension": {"range": lines("ROWS", 0, 1)}}, {"insertDimension": {"range": lines("COLUMNS", 0, 1)}})
    found = look("sheets.conditionalFormats")["sheets"][0]["conditionalFormats"][0]
    assert found["ranges"] == [{"startRowIndex": 2, "endRowIndex": 6, "startColumnIndex": 1, "endColumnIndex": 3}]
    assert found["booleanRule"]["condition"]["values"] == [{"userEnteredValue": "=$B3>3"}]


def test_named_ranges(run, look, book):
    run({"addNamedRange": {"namedRange": {"name": "名称", "range": grid(0, 0, 0, 2, 1)}}})
    run(put(0, 0, 0, [text("a")], [text("b")]))
    assert book.values_get("名称")["values"] == [["a"], ["b"]]
    found = look("namedRanges")["namedRanges"][0]
    assert found["range"] == {"startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 1}
    run({"deleteNamedRange": {"namedRangeId": found["namedRangeId"]}})
    assert look("namedRanges") == {}


def test_basic_filter(run, look):
    run({"setBasicFilter": {"filter": {"range": grid(0, 0, 0, 5, 3)}}})
    found = look("sheets.basicFilter")["sheets"][0]["basicFilter"]
    assert found == {"range": {"startRowIndex": 0, "endRowIndex": 5, "startColumnIndex": 0, "endColumnIndex": 3}}
    run({"clearBasicFilter": {"sheetId": 0}})
    assert look("sheets.basicFilter") in ({}, {"sheets": [{}]})


def test_copy_and_cut(run, sheet):
    run(put(0, 0, 0, [number(2), {"userEnteredValue": {"formulaValue": "=A1*2"}}]))
    run({"copyPaste": {"source": grid(0, 0, 0, 1, 2), "destination": grid(0, 2, 0, 4, 2), "pasteType": "PASTE_NORMAL"}})
    run({"copyPaste": {"source": grid(0, 0, 1, 1, 2), "destination": grid(0, 4, 4, 5, 5), "pasteType": "PASTE_VALUES"}})
    assert formulas(sheet, "A3:B4") == [[2, "=A3*2"], [2, "=A4*2"]]
    assert formulas(sheet, "E5") == [[4]]
    run(
        {
            "cutPaste": {
                "source": grid(0, 4, 4, 5, 5),
                "destination": {"sheetId": 0, "rowIndex": 9, "columnIndex": 0},
                "pasteType": "PASTE_NORMAL",
            }
        }
    )
    assert formulas(sheet, "A10") == [[4]]
    assert sheet.acell("E5").value is None


# developer metadata -----------------------------------------------------------------------------------------------


def tag(**more):
    return {
        "createDeveloperMetadata": {"developerMetadata": {"metadataKey": "zeile", "visibility": "DOCUMENT", **more}}
    }


@pytest.fixture
def search(book, call):
    def send(**lookup):
        found = call(
            "post",
            f"{S}/{book.id}/developerMetadata:search",
            json={"dataFilters": [{"developerMetadataLookup": lookup}]},
        )
        return [item["developerMetadata"] for item in found.get("matchedDeveloperMetadata", [])]

    return send


def test_metadata_of_a_row_goes_where_its_row_goes(run, search, sheet):
    sheet.update([["c"], ["a"], ["b"]], "A1")
    run(tag(metadataValue="c", location={"dimensionRange": lines("ROWS", 0, 1)}))
    run({"insertDimension": {"range": lines("ROWS", 0, 1)}})
    assert search(metadataKey="zeile")[0]["location"]["dimensionRange"] == {
        "dimension": "ROWS",
        "startIndex": 1,
        "endIndex": 2,
    }
    run({"sortRange": {"range": grid(0, 1, 0, 4, 1), "sortSpecs": [{"dimensionIndex": 0}]}})
    assert search(metadataKey="zeile")[0]["location"]["dimensionRange"]["startIndex"] == 3
    run({"deleteDimension": {"range": lines("ROWS", 3, 4)}})
    assert search(metadataKey="zeile") == []


def test_metadata_ids_are_unique_and_may_be_chosen(run, search, book, call):
    run(tag(metadataId=77, location={"spreadsheet": True}))
    assert search(metadataId=77)[0]["location"] == {"locationType": "SPREADSHEET", "spreadsheet": True}
    with pytest.raises(APIError, match="already exists"):
        run(tag(metadataId=77, location={"spreadsheet": True}))
    assert call("get", f"{S}/{book.id}/developerMetadata/77")["metadataKey"] == "zeile"


def test_metadata_keys_are_not_unique_and_are_deleted_by_filter(run, search):
    run(tag(location={"sheetId": 0}), tag(metadataValue="x", location={"sheetId": 0}))
    assert len(search(metadataKey="zeile")) == 2
    run(
        {
            "deleteDeveloperMetadata": {
                "dataFilter": {"developerMetadataLookup": {"metadataKey": "zeile", "metadataValue": "x"}}
            }
        }
    )
    assert len(search(metadataKey="zeile")) == 1


def test_metadata_has_room_for_30000_characters_a_sheet(run):
    run(tag(metadataValue="x" * 29_000, location={"sheetId": 0}))
    with pytest.raises(APIError, match="limit"):
        run(tag(metadataValue="x" * 2_000, location={"sheetId": 0}))


def test_the_state_after_a_batch_comes_back_with_it(book, call, run):
    """includeSpreadsheetInResponse with responseRanges saves the read after a write."""
    body = {
        "requests": [put(0, 0, 0, [text("neu")])],
        "includeSpreadsheetInResponse": True,
        "responseRanges": ["A1:A2"],
        "responseIncludeGridData": True,
    }
    answer = call(
        "post",
        f"{S}/{book.id}:batchUpdate",
        json=body,
        params={"fields": "updatedSpreadsheet.sheets.data.rowData.values.effectiveValue"},
    )
    assert answer == {
        "updatedSpreadsheet": {
            "sheets": [{"data": [{"rowData": [{"values": [{"effectiveValue": {"stringValue": "neu"}}]}]}]}]
        }
    }


@pytest.mark.parametrize("box", [(0, 0, 1, 4), (0, 1, 1, 3), (1, 0, 4, 1)])
def test_nothing_is_merged_across_the_edge_of_what_is_frozen(run, box):
    """As the service does: such a cell could not scroll. The other way round freezing is refused."""
    top, left, bottom, right = box
    area = {
        "sheetId": 0,
        "startRowIndex": top,
        "endRowIndex": bottom,
        "startColumnIndex": left,
        "endColumnIndex": right,
    }
    grid = {"sheetId": 0, "gridProperties": {"frozenRowCount": 2, "frozenColumnCount": 2}}
    freeze = {
        "updateSheetProperties": {"properties": grid, "fields": "gridProperties(frozenRowCount,frozenColumnCount)"}
    }
    merge = {"mergeCells": {"range": area, "mergeType": "MERGE_ALL"}}
    for requests in ([freeze, merge], [merge, freeze]):
        with pytest.raises(APIError, match=r"frozen|freeze"):
            run(*requests)
