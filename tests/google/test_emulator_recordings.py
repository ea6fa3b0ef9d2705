"""What gspread's recordings of real answers show (sheets-api.md §2), asked of the emulator by gspread itself."""

from __future__ import annotations

import gspread
import pytest
from gspread.exceptions import APIError
from gspread.utils import DateTimeOption, ValueInputOption, ValueRenderOption

from tests.google.kit import OWNER, grid

TYPED = ValueInputOption.user_entered
RAW = ValueInputOption.raw


def test_a_new_file_has_one_sheet_of_1000_by_26(owner):
    """Sheet1, id 0, locale en_US, zone Etc/GMT."""
    made = owner.create("新表")
    found = made.fetch_sheet_metadata()
    assert found["properties"]["locale"] == "en_US"
    assert found["properties"]["timeZone"] == "Etc/GMT"
    properties = [item["properties"] for item in found["sheets"]]
    assert properties == [
        {
            "sheetId": 0, "title": "Sheet1", "index": 0, "sheetType": "GRID",
            "gridProperties": {"rowCount": 1000, "columnCount": 26},
        }
    ]  # fmt: skip


def test_other_sheets_get_random_31_bit_ids(book):
    made = [book.add_worksheet(title, 10, 5).id for title in ("甲", "乙", "丙")]
    assert len(set(made)) == 3
    assert all(0 < number < 2**31 for number in made)


def test_first_sheet_carries_id_and_index_zero_but_ranges_leave_its_id_out(book, sheet):
    """A GridRange of the first sheet has no sheetId; its ends are written even where they are 0."""
    sheet.merge_cells("A1:B2")
    found = book.fetch_sheet_metadata()["sheets"][0]
    assert found["properties"]["sheetId"] == 0
    assert found["properties"]["index"] == 0
    assert found["merges"] == [{"startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 2}]


def test_colours_are_eight_bits_and_zeros_left_out(book, sheet):
    sheet.format("A1", {"backgroundColor": {"red": 0.5, "green": 0, "blue": 1}})
    found = book.fetch_sheet_metadata({"includeGridData": "true"})
    cell = found["sheets"][0]["data"][0]["rowData"][0]["values"][0]
    assert cell["userEnteredFormat"]["backgroundColor"] == {"red": 0.49803922, "blue": 1}


# values -----------------------------------------------------------------------------------------------------------


def test_trailing_blanks_are_cut_and_inner_ones_are_empty(sheet):
    sheet.update([["a", "", "c", ""], [], ["", "b"], []], "A1:D4")
    assert sheet.get("A1:D10") == [["a", "", "c"], [], ["", "b"]]


def test_an_empty_range_has_no_values(book):
    answer = book.values_get("Sheet1!A1:C3")
    assert answer == {"range": "Sheet1!A1:C3", "majorDimension": "ROWS"}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("A2:2", "Sheet1!A2:Z2"),
        ("A1:C", "Sheet1!A1:C1000"),
        ("D4:A1", "Sheet1!A1:D4"),
        ("B:B", "Sheet1!B1:B1000"),
        ("A990:B2000", "Sheet1!A990:B1000"),
        ("Sheet1", "Sheet1!A1:Z1000"),
        ("'Sheet1'", "Sheet1!A1:Z1000"),
    ],
)
def test_the_answer_names_the_whole_asked_rectangle_within_the_grid(book, asked, told):
    assert book.values_get(asked)["range"] == told


@pytest.mark.parametrize(
    ("title", "told"),
    [("Plain", "Plain!A1"), ("D3", "'D3'!A1"), ("two words", "'two words'!A1"), ("it's", "'it''s'!A1")],
)
def test_titles_are_quoted_only_where_needed(book, title, told):
    book.add_worksheet(title, 5, 5)
    escaped = title.replace("'", "''")
    assert book.values_get(f"'{escaped}'!A1")["range"] == told


def test_a_quoted_title_like_a_cell_is_a_sheet(book):
    """P1 in quotes is the sheet of that name, without quotes the cell."""
    other = book.add_worksheet("P1", 5, 5)
    other.update([["dort"]], "A1")
    book.sheet1.update([["hier"]], "P1")
    assert book.values_get("'P1'!A1")["values"] == [["dort"]]
    assert book.values_get("P1")["values"] == [["hier"]]


def test_update_skips_none_and_counts_what_was_sent(sheet):
    sheet.update([["alt", "alt", "alt"]], "A1")
    answer = sheet.update([["neu", None, None], [None, None, None], ["x", None, ""]], "A1:C3")
    assert sheet.get("A1:C3") == [["neu", "alt", "alt"], [], ["x"]]
    assert (answer["updatedRows"], answer["updatedColumns"], answer["updatedCells"]) == (2, 2, 3)


def test_a_range_of_one_cell_grows_and_a_larger_one_does_not(sheet):
    sheet.update([["a", "b"], ["c", "d"]], "B2")
    assert sheet.get("A1:C3") == [[], ["", "a", "b"], ["", "c", "d"]]
    with pytest.raises(APIError, match="tried writing"):
        sheet.update([["a", "b", "c"]], "A1:B1")


@pytest.mark.parametrize(
    ("typed", "value", "shown"),
    [
        ("0042", 42, "42"),
        ("2,000,000.01", 2000000.01, "2,000,000.01"),
        ("= 1 / 1024", 0.0009765625, "0.0009765625"),
        ("2020-01-01", 43831, "2020-01-01"),
        ("true", True, "TRUE"),
        ("'007", "007", "007"),
        ("50%", 0.5, "50%"),
        ("$1,234.50", 1234.5, "$1,234.50"),
        ("nur Text", "nur Text", "nur Text"),
    ],
)
def test_user_entered_reads_as_a_person_types(sheet, typed, value, shown):
    sheet.update([[typed]], "A1", value_input_option=TYPED)
    assert sheet.acell("A1", ValueRenderOption.unformatted).value == value
    assert sheet.acell("A1").value == shown


def test_formula_rendering_gives_formulas_and_dates_as_serial_numbers(sheet):
    sheet.update([["=1+1", "2020-01-01", "x"]], "A1", value_input_option=TYPED)
    assert sheet.get("A1:C1", value_render_option=ValueRenderOption.formula) == [["=1+1", 43831, "x"]]


def test_date_rendering_matters_only_without_format(sheet):
    sheet.update([["2020-01-01"]], "A1", value_input_option=TYPED)
    text, unformatted, formula = (
        DateTimeOption.formatted_string,
        ValueRenderOption.unformatted,
        ValueRenderOption.formula,
    )
    assert sheet.get("A1", value_render_option=unformatted) == [[43831]]
    assert sheet.get("A1", value_render_option=unformatted, date_time_render_option=text) == [["2020-01-01"]]
    assert sheet.get("A1", value_render_option=formula, date_time_render_option=text) == [[43831]]


# append -----------------------------------------------------------------------------------------------------------


def test_append_to_an_empty_sheet_names_no_table(sheet):
    answer = sheet.append_row(["a", "b"])
    assert "tableRange" not in answer
    assert answer["updates"]["updatedRange"] == "Sheet1!A1:B1"


def test_append_without_a_range_takes_the_last_block(sheet):
    """After A1, "", C1 the next row lands in C2; asked from A1 on, it follows the block at A1."""
    sheet.update([["a", "", "c"]], "A1:C1")
    assert sheet.append_row(["x"])["updates"]["updatedRange"] == "Sheet1!C2"
    assert sheet.append_row(["y"], table_range="A1")["updates"]["updatedRange"] == "Sheet1!A2"


# errors and other answers -----------------------------------------------------------------------------------------


def test_an_unknown_spreadsheet_is_404(client):
    with pytest.raises(gspread.SpreadsheetNotFound):
        client.open_by_key("nicht-da")
    with pytest.raises(APIError) as caught:
        client.http_client.values_get("nicht-da", "A1")
    assert caught.value.error == {"code": 404, "message": "Requested entity was not found.", "status": "NOT_FOUND"}


def test_a_stranger_is_refused(emulator, client):
    theirs = emulator.spreadsheet("fremd", OWNER)
    with pytest.raises(APIError) as caught:
        client.http_client.values_get(theirs, "A1")
    assert caught.value.error == {
        "code": 403, "message": "The caller does not have permission", "status": "PERMISSION_DENIED",
    }  # fmt: skip


def test_drive_errors_carry_reasons_instead_of_a_status(client):
    with pytest.raises(APIError) as caught:
        client.get_file_drive_metadata("nicht-da")
    assert caught.value.error["errors"][0]["reason"] == "notFound"
    assert caught.value.error["errors"][0]["domain"] == "global"
    assert "status" not in caught.value.error


def test_the_last_sheet_can_be_neither_hidden_nor_deleted(book, sheet):
    with pytest.raises(APIError) as caught:
        sheet.hide()
    assert (
        caught.value.error["message"]
        == "Invalid requests[0].updateSheetProperties: You can't hide all the sheets in a document."
    )
    with pytest.raises(APIError, match="Invalid requests"):
        book.del_worksheet(sheet)


def test_an_unparsable_range_is_named(book):
    with pytest.raises(APIError, match="Unable to parse range: Nirgends!A1"):
        book.values_get("Nirgends!A1")


def test_protecting_shows_editors_only_in_the_next_look(book, sheet, key):
    """The reply says editors {}, spreadsheets.get lists the caller."""
    reply = sheet.add_protected_range("A1:B2")["replies"][0]["addProtectedRange"]["protectedRange"]
    assert reply["requestingUserCanEdit"] is True
    assert reply["editors"] == {}
    listed = book.list_protected_ranges(sheet.id)
    assert key["client_email"] in listed[0]["editors"]["users"]


def test_delete_answers_204_without_a_body(owner):
    made = owner.create("weg")
    response = owner.http_client.request("delete", f"https://www.googleapis.com/drive/v3/files/{made.id}")
    assert (response.status_code, response.content) == (204, b"")


def test_copies_are_called_copy_of(book, sheet):
    assert sheet.copy_to(book.id)["title"] == "Copy of Sheet1"
    assert sheet.copy_to(book.id)["title"] == "Copy of Sheet1 2"
    assert [item.title for item in book.worksheets()] == ["Sheet1", "Copy of Sheet1", "Copy of Sheet1 2"]


def test_files_are_listed_newest_first(owner, world):
    world.clock.set(1_760_000_000)
    for name in ("eins", "zwei", "drei"):
        owner.create(name)
        world.clock.advance(5)
    assert [item["name"] for item in owner.list_spreadsheet_files()] == ["drei", "zwei", "eins"]


def test_a_batch_is_all_or_nothing(book, sheet):
    sheet.update([["bleibt"]], "A1")
    value = {"userEnteredValue": {"stringValue": "anders"}}
    good = {"updateCells": {"range": grid(0, 0, 0, 1, 1), "rows": [{"values": [value]}], "fields": "userEnteredValue"}}
    bad = {"deleteSheet": {"sheetId": 4711}}
    with pytest.raises(APIError, match=r"Invalid requests\[1\].deleteSheet: No sheet with id: 4711"):
        book.batch_update({"requests": [good, bad]})
    assert sheet.acell("A1").value == "bleibt"


# other programs' recordings ---------------------------------------------------------------------------------------


def test_a_copied_tab_comes_first_unless_told_otherwise(book, call):
    """As sheetfu has it recorded: `index` 0 in a spreadsheet of several tabs."""
    book.add_worksheet("二", 10, 5)
    copies = [{"duplicateSheet": {"sourceSheetId": 0}}, {"duplicateSheet": {"sourceSheetId": 0, "insertSheetIndex": 2}}]
    answer = call("post", f"/v4/spreadsheets/{book.id}:batchUpdate", json={"requests": copies})
    assert [item["duplicateSheet"]["properties"]["index"] for item in answer["replies"]] == [0, 2]
    titles = [sheet.title for sheet in book.worksheets()]
    assert titles == ["Copy of Sheet1", "Sheet1", "Copy of Sheet1 2", "二"]


def test_requests_in_a_list_within_the_list_count_one_by_one(book, call):
    """gspread-pandas and sheetfu send them so, and a single one without any list."""
    rename = {"updateSheetProperties": {"properties": {"sheetId": 0, "title": "甲"}, "fields": "title"}}
    add = {"addSheet": {"properties": {"title": "乙"}}}
    answer = call("post", f"/v4/spreadsheets/{book.id}:batchUpdate", json={"requests": [[rename, add]]})
    assert len(answer["replies"]) == 2
    call("post", f"/v4/spreadsheets/{book.id}:batchUpdate", json={"requests": {"addSheet": {}}})
    assert [sheet.title for sheet in book.worksheets()][:2] == ["甲", "乙"]


def test_an_imported_file_names_its_one_tab_after_the_file(client, book):
    client.import_csv(book.id, "甲,1\n乙,2\n")
    found = book.fetch_sheet_metadata()
    assert [sheet["properties"]["title"] for sheet in found["sheets"]] == [found["properties"]["title"]]
    assert found["properties"]["timeZone"] == "America/Los_Angeles"
    assert book.sheet1.get_all_values() == [["甲", "1"], ["乙", "2"]]


def test_my_drive_is_a_folder_with_an_id_of_its_own(drive, emulator):
    """`root` stands for it; a file in no other folder lies there, which only its owner sees."""
    root = drive("get", "/files/root", params={"fields": "name,id"})
    assert root["name"] == "My Drive"
    assert root["id"] != "root"
    made = emulator.spreadsheet("甲镇", OWNER)
    assert drive("get", f"/files/{made}", params={"fields": "parents"}) == {"parents": [root["id"]]}
    for name in ("root", root["id"]):
        found = drive("get", "/files", params={"q": f"'{name}' in parents", "fields": "files(id)"})
        assert found == {"files": [{"id": made}]}


def test_the_folder_of_a_file_is_told_only_to_who_sees_the_folder(drive, call, emulator, key):
    folder = emulator.folder("填报", OWNER)
    made = emulator.spreadsheet("甲镇", OWNER, key["client_email"], parents=[folder])
    assert drive("get", f"/files/{made}", params={"fields": "parents"}) == {"parents": [folder]}
    assert call("get", f"/drive/v3/files/{made}", params={"fields": "parents"}) == {}
