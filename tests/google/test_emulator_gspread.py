"""gspread's own methods for what lies around the cells, called as a program calls them: export and import, owners,
comments, groups, tab colours, names, copies between spreadsheets."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

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


def test_a_csv_takes_the_place_of_everything(owner):
    """Typed values, one sheet left; the id stays."""
    book = owner.create("进口")
    first = book.sheet1.id
    book.add_worksheet("二", 5, 5)
    owner.import_csv(book.id, '名,数\n"甲,乙",007\n2020-01-01,1.50\n')
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
