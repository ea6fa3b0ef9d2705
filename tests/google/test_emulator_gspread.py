"""gspread's own methods for what lies around the cells, called as a program calls them: export and import, owners,
comments, groups, tab colours, names, copies between spreadsheets."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from xml.etree import ElementTree

import pytest
from gspread.exceptions import APIError
from gspread.utils import ExportFormat, PasteOrientation, PasteType
from openpyxl import load_workbook

from tests.google.kit import OTHER, OWNER


def fill(book, rows, title="Sheet1"):
    book.worksheet(title).update(rows, "A1", raw=False)


# files ------------------------------------------------------------------------------------------------------------


def test_export_in_every_kind_that_is_made_here(owner):
    """Shown values in CSV and TSV; a workbook with every tab, numbers as numbers, codes as text."""
    book = owner.create("出口")
    fill(book, [["名", "数"], ["甲,乙", "=1/4"], ["'007", True]])
    fill_second = book.add_worksheet("二", 5, 5)
    fill_second.update([["110105194912310021"]], "A1", raw=True)
    assert book.export(ExportFormat.CSV).decode().splitlines() == ["名,数", '"甲,乙",0.25', "007,TRUE"]
    assert book.export(ExportFormat.TSV).decode().splitlines() == ["名\t数", "甲,乙\t0.25", "007\tTRUE"]
    made = load_workbook(io.BytesIO(book.export(ExportFormat.EXCEL)))
    assert made.sheetnames == ["Sheet1", "二"]
    assert [[cell.value for cell in row] for row in made["Sheet1"].iter_rows()] == [
        ["名", "数"],
        ["甲,乙", 0.25],
        ["007", True],
    ]
    assert made["二"]["A1"].value == "110105194912310021"
    pages = zipfile.ZipFile(io.BytesIO(book.export(ExportFormat.ZIPPED_HTML)))
    assert "<td>甲,乙</td>" in pages.read("Sheet1.html").decode()
    with pytest.raises(APIError, match="conversion is not supported"):
        book.export(ExportFormat.PDF)


def test_a_workbook_with_titles_that_no_workbook_takes(owner):
    book = owner.create("出口")
    titles = ["a/b", "A_B", "[x]:*?", "history", "'q'", "甲" * 40, "甲" * 40 + "乙"]
    for title in titles:
        book.add_worksheet(title, 2, 2).update([[title]], "A1", raw=True)
    made = load_workbook(io.BytesIO(book.export(ExportFormat.EXCEL)))
    assert [page["A1"].value for page in made.worksheets[1:]] == titles
    assert made.sheetnames[1:4] == ["a_b", "A_B_2", "_x____"]


def test_half_a_character_is_refused(sheet):
    """Else nobody could read the sheet again."""
    with pytest.raises(APIError, match="unicode"):
        sheet.update([["\ud800"]], "A1")
    sheet.update([["😀"]], "A1")
    assert sheet.acell("A1").value == "😀"


def test_an_open_document_with_every_tab(owner):
    """A zip that begins with its kind, as the standard asks; numbers, truths and texts as such, lines apart."""
    book = owner.create("出口")
    fill(book, [["名<&", "=1/4", True, "'007"], ["", "", "", "a\nb\x0b"]])
    book.add_worksheet('二"', 5, 5).hide()
    packed = zipfile.ZipFile(io.BytesIO(book.export(ExportFormat.OPEN_OFFICE_SHEET)))
    kind = packed.infolist()[0]
    assert (kind.filename, kind.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert packed.read("mimetype").decode() == ExportFormat.OPEN_OFFICE_SHEET
    office, table = (f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("office", "table"))
    tabs = list(ElementTree.fromstring(packed.read("content.xml")).iter(f"{table}table"))
    assert [(tab.get(f"{table}name"), tab.get(f"{table}display")) for tab in tabs] == [
        ("Sheet1", None),
        ('二"', "false"),
    ]
    rows = [[("|".join(cell.itertext()), cell.get(f"{office}value-type")) for cell in row] for row in tabs[0]]
    assert rows == [
        [("名<&", "string"), ("0.25", "float"), ("TRUE", "boolean"), ("007", "string")],
        [("", None), ("", None), ("", None), ("a|b", "string")],
    ]


def test_a_csv_takes_the_place_of_everything(owner):
    """Typed values, one sheet left; the id stays."""
    book = owner.create("进口")
    first = book.sheet1.id
    book.add_worksheet("二", 5, 5)
    answer = owner.import_csv(book.id, '名,数\n"甲,乙",007\n2020-01-01,1.50\n')
    assert (answer["id"], answer["title"], answer["owners"][0]["emailAddress"]) == (book.id, "进口", OWNER)
    assert answer["labels"]["trashed"] is False
    assert [sheet.id for sheet in book.worksheets()] == [first]
    assert book.sheet1.get_all_values() == [["名", "数"], ["甲,乙", "7"], ["2020-01-01", "1.5"]]
    found = book.sheet1.get("A3", value_render_option="UNFORMATTED_VALUE")
    assert found == [[(datetime(2020, 1, 1) - datetime(1899, 12, 30)).days]]


def test_a_copy_with_its_permissions_and_comments(owner, person):
    book = owner.create("本")
    fill(book, [["a"]])
    book.share(OTHER, "user", "writer", notify=False)
    book.share(None, "anyone", "reader")
    comments = f"https://www.googleapis.com/drive/v3/files/{book.id}/comments"
    owner.http_client.request("post", comments, params={"fields": "id"}, json={"content": "看一下"})
    twin = owner.copy(book.id, title="副本", copy_permissions=True, copy_comments=True)
    roles = {item.get("emailAddress", item["type"]): item["role"] for item in twin.list_permissions()}
    assert roles == {OWNER: "owner", OTHER: "writer", "anyone": "reader"}
    assert person(OTHER).open_by_key(twin.id).sheet1.acell("A1").value == "a"
    found = owner.http_client.request("get", comments.replace(book.id, twin.id), params={"fields": "comments(content)"})
    assert found.json() == {"comments": [{"content": "看一下"}]}


def test_comments_want_to_know_which_fields(owner):
    book = owner.create("本")
    comments = f"https://www.googleapis.com/drive/v3/files/{book.id}/comments"
    with pytest.raises(APIError, match="'fields' parameter is required"):
        owner.http_client.request("get", comments)


def test_ownership_is_proposed_and_accepted(owner, person):
    """The old owner goes on as a writer; nobody can take what was not offered."""
    book = owner.create("本")
    book.share(OTHER, "user", "writer", notify=False)
    key = next(item["id"] for item in book.list_permissions() if item.get("emailAddress") == OTHER)
    theirs = person(OTHER).open_by_key(book.id)
    with pytest.raises(APIError, match="sufficient permissions"):
        theirs.accept_ownership(key)
    book.transfer_ownership(key)
    assert {item["emailAddress"]: item.get("pendingOwner", False) for item in book.list_permissions()} == {
        OWNER: False, OTHER: True,
    }  # fmt: skip
    theirs.accept_ownership(key)
    assert {item["emailAddress"]: item["role"] for item in theirs.list_permissions()} == {
        OWNER: "writer",
        OTHER: "owner",
    }
    with pytest.raises(APIError, match="transferOwnership"):
        theirs.share("third@example.cn", "user", "owner")


# the spreadsheet --------------------------------------------------------------------------------------------------


def test_languages_and_time_zones_there_are(owner):
    book = owner.create("本")
    for locale in ("zh_CN", "de", "fr_FR"):
        book.update_locale(locale)
    for zone in ("Asia/Shanghai", "GMT+08:00", "Etc/GMT"):
        book.update_timezone(zone)
        book.sheet1.update([["=TODAY()"]], "A1", raw=False)
    with pytest.raises(APIError, match="Unsupported locale: xx_YY"):
        book.update_locale("xx_YY")
    with pytest.raises(APIError, match="Invalid time zone: Mars/X"):
        book.update_timezone("Mars/X")
    assert (book.fetch_sheet_metadata()["properties"]["locale"]) == "fr_FR"


def test_a_named_range_by_gspread(book, sheet):
    """gspread asks for the name behind the first sheet's title."""
    other = book.add_worksheet("二", 5, 5)
    other.update([["x", "y"]], "A1")
    other.define_named_range("A1:B1", "名字")
    assert [cell.value for cell in book.named_range("名字")] == ["x", "y"]


# tabs -------------------------------------------------------------------------------------------------------------


def test_the_colour_of_a_tab(sheet):
    sheet.update_tab_color("#ff8000")
    assert sheet.get_tab_color() == "#FF8000"
    properties = sheet.spreadsheet.fetch_sheet_metadata()["sheets"][0]["properties"]
    assert properties["tabColor"] == properties["tabColorStyle"]["rgbColor"]
    sheet.clear_tab_color()
    assert sheet.get_tab_color() is None
    assert "tabColorStyle" not in sheet.spreadsheet.fetch_sheet_metadata()["sheets"][0]["properties"]


def test_groups_of_rows_and_columns_are_listed_apart(sheet):
    sheet.add_dimension_group_rows(1, 5)
    sheet.add_dimension_group_rows(2, 4)
    sheet.add_dimension_group_columns(0, 2)
    rows = sheet.list_dimension_group_rows()
    assert [(item["range"]["startIndex"], item["range"]["endIndex"], item["depth"]) for item in rows] == [
        (1, 5, 1),
        (2, 4, 2),
    ]
    assert len(sheet.list_dimension_group_columns()) == 1
    sheet.delete_dimension_group_rows(2, 4)
    assert len(sheet.list_dimension_group_rows()) == 1


def test_a_paste_that_turns_rows_into_columns(sheet):
    sheet.update([["a", "b", "c"], [1, 2, "=A2+B2"]], "A1", raw=False)
    sheet.copy_range("A1:C2", "E1", PasteType.values, PasteOrientation.transpose)
    assert sheet.get("E1:F3") == [["a", "1"], ["b", "2"], ["c", "3"]]


def test_a_tab_copied_elsewhere_looks_at_the_tabs_there(owner):
    """References to other tabs are found by title in the target, or lost."""
    book, target = owner.create("本"), owner.create("目标")
    for title in ("有", "无"):
        book.add_worksheet(title, 5, 5).update([[title]], "A1")
    target.add_worksheet("有", 5, 5).update([["那边的"]], "A1")
    fill(book, [["=有!A1", "=无!A1", "=A1"]])
    made = book.sheet1.copy_to(target.id)
    copied = target.get_worksheet_by_id(made["sheetId"])
    assert copied.title == "Copy of Sheet1"
    assert copied.get("A1:C1") == [["那边的", "#REF!", "那边的"]]


@pytest.mark.parametrize(
    "look",
    [
        {"bogus": 1},
        {"horizontalAlignment": "MITTE"},
        {"wrapStrategy": "wrap"},
        {"numberFormat": {"type": "DECIMAL"}},
    ],
)
def test_a_format_that_is_none_is_refused(sheet, look):
    with pytest.raises(APIError) as caught:
        sheet.format("A1", look)
    assert caught.value.response.status_code == 400
    assert "user_entered_format" in str(caught.value)


# raw calls, as other clients send them ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "named"),
    [("Sheet1!A1:B2", "Sheet1!A1:B2"), ("A2:2", "Sheet1!A2:Z2"), ("A1:C", "Sheet1!A1:C1000"), ("D4:A1", "Sheet1!A1:D4"),
     ("Sheet1!R1C1:R2C2", "Sheet1!A1:B2"), ("R3C2", "Sheet1!B3")],
)  # fmt: skip
def test_a_range_in_the_address_need_not_be_encoded(book, call, text, named):
    """gspread encodes the colon; others do not."""
    path = f"/v4/spreadsheets/{book.id}/values/{text}"
    assert call("get", path)["range"] == named
    call("put", path, params={"valueInputOption": "RAW"}, json={"values": [["x"]]})
    assert call("post", path + ":clear", json={})["clearedRange"] == named
    assert call("post", path + ":append", params={"valueInputOption": "RAW"}, json={"values": [["y"]]})["updates"]


def test_the_body_may_not_name_another_range(book, call):
    with pytest.raises(APIError, match="the body names"):
        call("put", f"/v4/spreadsheets/{book.id}/values/A1:B2", params={"valueInputOption": "RAW"},
             json={"range": "Sheet1!C1:D2", "values": [[1]]})  # fmt: skip
    call("put", f"/v4/spreadsheets/{book.id}/values/A1:B2", params={"valueInputOption": "RAW"},
         json={"range": "Sheet1!A1:B2", "values": [[1]]})  # fmt: skip


def test_a_new_spreadsheet_comes_with_tabs_and_cells(owner):
    value = {"userEnteredValue": {"stringValue": "x"}, "userEnteredFormat": {"textFormat": {"bold": True}}}
    data = [{"startRow": 1, "startColumn": 2, "rowData": [{"values": [value]}]}]
    made = owner.http_client.request(
        "post", "https://sheets.googleapis.com/v4/spreadsheets",
        json={"properties": {"title": "新", "locale": "zh_CN"}, "sheets": [
            {"properties": {"title": "甲", "gridProperties": {"rowCount": 5, "columnCount": 4}}, "data": data},
            {"properties": {"title": "乙"}}]},
    ).json()  # fmt: skip
    book = owner.open_by_key(made["spreadsheetId"])
    assert [sheet.title for sheet in book.worksheets()] == ["甲", "乙"]
    assert book.worksheet("甲").acell("C2").value == "x"


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"addSheet": {"propertiez": {}}}, "Unknown name \"propertiez\" at 'requests[0].add_sheet'"),
        ({"fooBar": {}}, "Unknown name \"fooBar\" at 'requests[0]'"),
        ({"addTable": {}}, "not supported by this emulator"),
    ],
)
def test_what_is_misspelt_is_refused(book, request_, message):
    with pytest.raises(APIError) as caught:
        book.batch_update({"requests": [request_]})
    assert message in str(caught.value)
    assert caught.value.response.status_code == 400


@pytest.mark.parametrize("fields", ["bogus", "sheets.bogus", "sheets(data(rowData(values(bogus))))"])
def test_a_field_that_is_none_is_refused(book, call, fields):
    with pytest.raises(APIError, match="Invalid field selection bogus"):
        call("get", f"/v4/spreadsheets/{book.id}", params={"fields": fields})


def test_a_field_no_file_has_is_refused(book, call):
    with pytest.raises(APIError, match="Invalid field selection bogus"):
        call("get", f"/drive/v3/files/{book.id}", params={"fields": "id,bogus"})


def test_clearing_by_metadata_and_one_permission(book, sheet, call, owner):
    sheet.update([["a"], ["b"], ["c"]], "A1")
    lines = {"sheetId": 0, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}
    mark = {"metadataKey": "k", "visibility": "DOCUMENT", "location": {"dimensionRange": lines}}
    book.batch_update({"requests": [{"createDeveloperMetadata": {"developerMetadata": mark}}]})
    chosen = {"dataFilters": [{"developerMetadataLookup": {"metadataKey": "k"}}]}
    found = call("post", f"/v4/spreadsheets/{book.id}/values:batchClearByDataFilter", json=chosen)
    assert found["clearedRanges"] == ["Sheet1!A2:Z2"]
    assert sheet.get("A1:A3") == [["a"], [], ["c"]]
    (mine,) = [item for item in book.list_permissions() if item["role"] == "owner"]
    one = call("get", f"/drive/v3/files/{book.id}/permissions/{mine['id']}")
    assert (one["id"], one["role"]) == (mine["id"], "owner")


def test_find_and_replace_by_pattern_and_in_formulas(book, sheet):
    sheet.update([["甲-1", "乙-2"], ["=1+10", "甲"]], "A1", raw=False)

    def replace(**more):
        return book.batch_update({"requests": [{"findReplace": {"allSheets": True, **more}}]})["replies"][0][
            "findReplace"
        ]

    assert replace(find=r"^(.)-(\d)$", replacement="$2$1", searchByRegex=True)["occurrencesChanged"] == 2
    assert sheet.get("A1:B1") == [["1甲", "2乙"]]
    assert replace(find="10", replacement="20", includeFormulas=True)["valuesChanged"] == 1
    assert sheet.acell("A2", value_render_option="FORMULA").value == "=1+20"
    with pytest.raises(APIError, match="Invalid regular expression"):
        replace(find="(", replacement="", searchByRegex=True)


# cells aside ------------------------------------------------------------------------------------------------------


def test_ranges_put_in_and_taken_out_shift_their_own_columns_alone(book, sheet):
    sheet.update([["a", 1], ["b", 2], ["c", 3]], "A1")
    area = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 1}
    book.batch_update({"requests": [{"insertRange": {"range": area, "shiftDimension": "ROWS"}}]})
    assert sheet.get("A1:B4") == [["a", "1"], ["", "2"], ["b", "3"], ["c"]]
    book.batch_update({"requests": [{"deleteRange": {"range": area, "shiftDimension": "ROWS"}}]})
    assert sheet.get("A1:B4") == [["a", "1"], ["b", "2"], ["c", "3"]]
    book.batch_update({"requests": [{"insertRange": {"range": area, "shiftDimension": "COLUMNS"}}]})
    assert sheet.get("A1:C3") == [["a", "1"], ["", "b", "2"], ["c", "3"]]
    book.batch_update({"requests": [{"deleteRange": {"range": area, "shiftDimension": "COLUMNS"}}]})
    assert sheet.get("A1:C3") == [["a", "1"], ["b", "2"], ["c", "3"]]


def test_borders_pasted_texts_and_trimmed_ones(book, sheet, call):
    area = {"sheetId": 0, "endRowIndex": 2, "endColumnIndex": 2}
    line = {"style": "SOLID"}
    book.batch_update({"requests": [
        {"updateBorders": {"range": area, "top": line, "innerVertical": line}},
        {"pasteData": {"coordinate": {"sheetId": 0}, "data": "a,0042\n  x  y ,2020-01-01", "delimiter": ",", "type": "PASTE_NORMAL"}},
        {"trimWhitespace": {"range": area}},
    ]})  # fmt: skip
    assert sheet.get("A1:B2") == [["a", "42"], ["x y", "2020-01-01"]]
    found = call(
        "get",
        f"/v4/spreadsheets/{book.id}",
        params={"ranges": "A1:B2", "fields": "sheets.data.rowData.values.userEnteredFormat.borders"},
    )
    cells = [
        [sorted(cell.get("userEnteredFormat", {}).get("borders", {})) for cell in row["values"]]
        for row in found["sheets"][0]["data"][0]["rowData"]
    ]
    assert cells == [[["right", "top"], ["left", "top"]], [["right"], ["left"]]]
