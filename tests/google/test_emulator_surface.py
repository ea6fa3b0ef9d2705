"""The rest of what gspread can do, method by method: each is called as its documentation says, and its effect looked at.

The methods that other tests here call in passing are not called again; the last test sees to it that none is left out.
"""

from __future__ import annotations

import inspect
from pathlib import Path

import gspread
import pytest
from gspread.cell import Cell
from gspread.utils import MergeType

from tests.google.kit import OTHER, OWNER


@pytest.fixture
def filled(sheet):
    sheet.update([["项目", "金额", "日期"], ["甲", 1, "a"], ["乙", 22, "b"], ["甲", 3, "c"]], "A1:C4")
    return sheet


def titles(book):
    return [sheet.title for sheet in book.worksheets()]


# files ------------------------------------------------------------------------------------------------------------


def test_opening_by_address_and_all(owner, emulator):
    key = emulator.spreadsheet("甲镇", OWNER)
    emulator.spreadsheet("乙镇", OWNER)
    assert owner.open_by_url(f"https://docs.google.com/spreadsheets/d/{key}/edit#gid=0").title == "甲镇"
    assert sorted(found.title for found in owner.openall()) == ["乙镇", "甲镇"]
    assert [found.title for found in owner.openall("乙镇")] == ["乙镇"]


def test_times_zone_and_other_facts_of_a_file(owner):
    book = owner.create("甲镇")
    assert book.creationTime == book.get_lastUpdateTime()
    assert book.timezone == "Etc/GMT"
    book.update_title("改名")
    book.update_drive_metadata()
    with pytest.warns(DeprecationWarning):
        assert book.lastUpdateTime >= book.creationTime
    book.update_timezone("Asia/Shanghai")
    book.update_locale("zh_CN")
    found = book.fetch_sheet_metadata()["properties"]
    assert (found["title"], found["timeZone"], found["locale"]) == ("改名", "Asia/Shanghai", "zh_CN")


def test_permissions_given_and_taken(owner):
    book = owner.create("甲镇")
    owner.insert_permission(book.id, OTHER, perm_type="user", role="writer")
    assert {item["emailAddress"]: item["role"] for item in book.list_permissions()} == {OWNER: "owner", OTHER: "writer"}
    assert len(book.remove_permissions(OTHER, role="writer")) == 1
    assert [item["role"] for item in book.list_permissions()] == ["owner"]


# tabs -------------------------------------------------------------------------------------------------------------


def test_tabs_copied_ordered_and_removed(book):
    book.sheet1.update([["甲"]], "A1")
    book.add_worksheet("二", 10, 5)
    copy = book.duplicate_sheet(book.sheet1.id, insert_sheet_index=2, new_sheet_name="三")
    assert (copy.acell("A1").value, titles(book)) == ("甲", ["Sheet1", "二", "三"])
    copy.duplicate(insert_sheet_index=3, new_sheet_name="四")
    book.reorder_worksheets(list(reversed(book.worksheets())))
    assert titles(book) == ["四", "三", "二", "Sheet1"]
    book.worksheet("四").update_index(3)
    assert titles(book) == ["三", "二", "四", "Sheet1"]
    book.del_worksheet_by_id(copy.id)
    assert titles(book) == ["二", "四", "Sheet1"]


def test_size_colour_grid_lines_and_hiding_of_a_tab(book, sheet):
    sheet.resize(5, 3)
    sheet.add_rows(2)
    sheet.add_cols(1)
    sheet.update_tab_color("#ff0000")
    sheet.hide_gridlines()
    sheet.freeze(1, 2)
    found = book.worksheet("Sheet1")
    assert (found.row_count, found.col_count, found.tab_color) == (7, 4, "#FF0000")
    assert (found.is_gridlines_hidden, found.frozen_row_count, found.frozen_col_count) == (True, 1, 2)
    found.show_gridlines()
    book.add_worksheet("二", 5, 5)
    found.hide()
    assert book.get_worksheet_by_id(0).isSheetHidden
    assert not book.get_worksheet_by_id(0).is_gridlines_hidden


# cells ------------------------------------------------------------------------------------------------------------


def test_cells_read_in_every_way(filled):
    assert filled.batch_get(["A1:B1", "C2"]) == [[["项目", "金额"]], [["a"]]]
    assert filled.col_values(1) == ["项目", "甲", "乙", "甲"]
    assert filled.get_all_records() == [
        {"项目": "甲", "金额": 1, "日期": "a"}, {"项目": "乙", "金额": 22, "日期": "b"},
        {"项目": "甲", "金额": 3, "日期": "c"},
    ]  # fmt: skip
    assert [cell.address for cell in filled.findall("甲")] == ["A2", "A4"]
    assert [cell.value for cell in filled.get_all_cells() if cell.value][:4] == ["项目", "金额", "日期", "甲"]
    assert filled.expand("A1") == [["项目", "金额", "日期"], ["甲", "1", "a"], ["乙", "22", "b"], ["甲", "3", "c"]]
    assert filled.acell("B3").numeric_value == 22


def test_cells_written_in_every_way(filled, book):
    filled.update_acell("A5", "丁")
    filled.update_cell(5, 2, 7)
    cell = Cell.from_address("C5", "e")
    filled.update_cells([cell, Cell(6, 3, "f")])
    assert filled.get("A5:C6") == [["丁", "7", "e"], ["", "", "f"]]
    assert book.values_clear("Sheet1!C5:C6") == {"spreadsheetId": book.id, "clearedRange": "Sheet1!C5:C6"}
    filled.cut_range("A5:B5", "A7")
    assert filled.get("A5:B7") == [[], [], ["丁", "7"]]
    filled.sort((1, "asc"), (2, "des"), range="A2:C4")
    assert [row[1] for row in filled.get("A2:C4")] in (["22", "3", "1"], ["3", "1", "22"])


def test_columns_put_in_taken_out_and_hidden(filled, book):
    filled.insert_cols([["新", "x"]], 2)
    assert filled.row_values(1) == ["项目", "新", "金额", "日期"]
    filled.delete_columns(2)
    assert filled.row_values(1) == ["项目", "金额", "日期"]
    filled.hide_columns(1, 2)
    filled.hide_rows(2, 3)
    data = book.fetch_sheet_metadata({"includeGridData": "true"})["sheets"][0]["data"][0]
    assert [item.get("hiddenByUser", False) for item in data["columnMetadata"][:3]] == [False, True, False]
    assert [item.get("hiddenByUser", False) for item in data["rowMetadata"][:4]] == [False, False, True, False]
    filled.unhide_columns(1, 2)
    filled.unhide_rows(2, 3)
    filled.rows_auto_resize(0, 3)
    data = book.fetch_sheet_metadata({"includeGridData": "true"})["sheets"][0]["data"][0]
    assert not any(item.get("hiddenByUser") for item in data["columnMetadata"] + data["rowMetadata"])


def test_notes(filled):
    filled.insert_note("A2", "一")
    filled.insert_notes({"B2": "二", "C3": "三"})
    filled.update_note("A2", "又")
    filled.update_notes({"B2": "再"})
    assert filled.get_note("A2") == "又"
    assert filled.get_notes()[1:3] == [["又", "再", ""], ["", "", "三"]]
    filled.clear_note("A2")
    filled.clear_notes(["B2", "C3"])
    assert not any(any(row) for row in filled.get_notes())


def test_formats_and_merges_of_several_ranges_at_once(filled, book):
    filled.batch_format(
        [{"range": "A1", "format": {"textFormat": {"bold": True}}}, {"range": "B1", "format": {"wrapStrategy": "WRAP"}}]
    )
    filled.batch_merge([{"range": "A8:B8"}, {"range": "A9:B10", "mergeType": MergeType.merge_rows}])
    found = book.fetch_sheet_metadata({"includeGridData": "true"})["sheets"][0]
    assert found["data"][0]["rowData"][0]["values"][0]["userEnteredFormat"] == {"textFormat": {"bold": True}}
    assert len(found["merges"]) == 3


def test_filters_names_and_protection_come_and_go(filled, book):
    filled.set_basic_filter("A1:C4")
    name = filled.define_named_range("A1:B2", "区域")["replies"][0]["addNamedRange"]["namedRange"]["namedRangeId"]
    key = filled.add_protected_range("A1:B1")["replies"][0]["addProtectedRange"]["protectedRange"]["protectedRangeId"]
    found = book.fetch_sheet_metadata()
    assert "basicFilter" in found["sheets"][0] and "namedRanges" in found
    filled.clear_basic_filter()
    filled.delete_named_range(name)
    filled.delete_protected_range(key)
    found = book.fetch_sheet_metadata()
    assert found["sheets"][0].keys() == {"properties"}
    assert "namedRanges" not in found


# all of it --------------------------------------------------------------------------------------------------------

_NOT_OF_THE_SERVICE = {"expiry", "login", "set_timeout", "backoff"}  # nothing is asked by these


def test_no_method_of_gspread_is_left_out():
    """A new version of gspread with new methods has them called here, or named as asking nothing."""
    text = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("*.py"))
    for kind in (gspread.Client, gspread.Spreadsheet, gspread.Worksheet, Cell):
        names = {name for name, _ in inspect.getmembers(kind) if not name.startswith("_")} - _NOT_OF_THE_SERVICE
        assert {name for name in names if f".{name}" not in text} == set(), kind
