"""What comes along with a pasted block: merges, checks, borders, conditional formats."""

from __future__ import annotations

import pytest
from gspread.utils import PasteType

from tests.google.kit import grid

LINE = {"style": "SOLID_MEDIUM", "colorStyle": {"rgbColor": {"red": 1}}}


@pytest.fixture
def run(book):
    return lambda *requests: book.batch_update({"requests": list(requests)})["replies"]


@pytest.fixture
def cells(book):
    def read(where, fields):
        params = {"ranges": where, "fields": f"sheets.data.rowData.values({fields})"}
        rows = book.fetch_sheet_metadata(params)["sheets"][0]["data"][0].get("rowData", [])
        return [cell for row in rows for cell in row.get("values", [])]

    return read


@pytest.fixture
def block(run, sheet):
    """A merged, checked and framed block in A1:B2."""
    sheet.update([["a", "", "x"]], "A1")
    sheet.merge_cells("A1:B2")
    checked = {"condition": {"type": "TEXT_EQ", "values": [{"userEnteredValue": "a"}]}}
    run(
        {"setDataValidation": {"range": grid(0, 0, 0, 1, 1), "rule": checked}},
        {"updateBorders": {"range": grid(0, 0, 0, 1, 1), "top": LINE}},
        {"repeatCell": {"range": grid(0, 0, 0, 1, 1), "cell": {"userEnteredFormat": {"wrapStrategy": "CLIP"}},
                        "fields": "userEnteredFormat.wrapStrategy"}},
    )  # fmt: skip


def merges(book):
    found = book.fetch_sheet_metadata()["sheets"][0].get("merges", [])
    return sorted(
        (item["startRowIndex"], item["startColumnIndex"], item["endRowIndex"], item["endColumnIndex"]) for item in found
    )


def test_merges_are_pasted_as_often_as_their_block(block, book, sheet):
    sheet.merge_cells("E2:F3")
    sheet.copy_range("A1:B2", "D1:G2", PasteType.normal)
    assert merges(book) == [(0, 0, 2, 2), (0, 3, 2, 5), (0, 5, 2, 7)]
    assert sheet.get("D1:G1") == [["a", "", "a"]]


def test_values_alone_merge_nothing(block, book, sheet):
    sheet.copy_range("A1:B2", "D1", PasteType.values)
    assert merges(book) == [(0, 0, 2, 2)]


def test_the_format_brings_its_check(block, sheet, cells):
    sheet.copy_range("A1", "D1", PasteType.format)
    (found,) = cells("D1", "userEnteredFormat,dataValidation,userEnteredValue")
    assert found["dataValidation"]["condition"]["type"] == "TEXT_EQ"
    assert found["userEnteredFormat"]["borders"]["top"]["width"] == 2
    assert found["userEnteredFormat"]["borders"]["top"]["color"] == {"red": 1}
    assert "userEnteredValue" not in found


def test_all_but_the_borders(run, block, cells):
    """What gspread calls PasteType.formula is this."""
    paste = {"source": grid(0, 0, 0, 1, 1), "destination": grid(0, 5, 0, 6, 1), "pasteType": "PASTE_NO_BORDERS"}
    run({"copyPaste": paste})
    (found,) = cells("A6", "userEnteredFormat,formattedValue")
    assert found == {"userEnteredFormat": {"wrapStrategy": "CLIP"}, "formattedValue": "a"}


def test_rules_are_pasted_here_and_on_another_tab(run, book):
    other = book.add_worksheet("二", 20, 20)
    rule = {"ranges": [grid(0, 0, 0, 5, 1)], "booleanRule": {"condition": {"type": "BLANK"}}}
    run({"addConditionalFormatRule": {"rule": rule}})
    for sheet_id in (0, other.id):
        paste = {"source": grid(0, 1, 0, 3, 2), "destination": grid(sheet_id, 7, 3, 9, 5)}
        run({"copyPaste": {**paste, "pasteType": "PASTE_CONDITIONAL_FORMATTING"}})
    here, there = (sheet["conditionalFormats"] for sheet in book.fetch_sheet_metadata()["sheets"])
    places = [(area["startRowIndex"], area["startColumnIndex"]) for area in here[0]["ranges"]]
    assert (len(here), places) == (1, [(0, 0), (7, 3)])
    (area,) = there[0]["ranges"]
    assert (area["sheetId"], area["startRowIndex"], area["endRowIndex"], area["endColumnIndex"]) == (other.id, 7, 9, 4)
