"""What a spreadsheet has no room for, and what rules and checks may not say."""

from __future__ import annotations

import pytest
from gspread.exceptions import APIError


def refused(carry_out, words):
    with pytest.raises(APIError) as caught:
        carry_out()
    assert caught.value.code == 400
    assert words in caught.value.error["message"]


def add(rows, columns, **more):
    return {"addSheet": {"properties": {"gridProperties": {"rowCount": rows, "columnCount": columns}, **more}}}


# room -------------------------------------------------------------------------------------------------------------


def test_ten_million_cells_are_for_all_sheets_together(book, sheet):
    """Nothing of a batch is done in which one request goes over it; what makes the book smaller is always possible."""
    book.batch_update({"requests": [add(300_000, 20)]})
    over = [add(10, 10), add(300_000, 20)]
    refused(lambda: book.batch_update({"requests": over}), "requests[1].addSheet: This action would increase")
    assert len(book.worksheets()) == 2
    grow = {"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 200_000}}
    refused(lambda: book.batch_update({"requests": [grow]}), "limit of 10000000 cells")
    other = book.worksheets()[1]
    refused(lambda: other.copy_to(book.id), "limit of 10000000 cells")
    other.resize(100, 20)
    book.batch_update({"requests": [add(300_000, 20)]})


def test_a_sheet_has_18278_columns_at_most(book):
    book.batch_update({"requests": [add(1, 18_278)]})
    refused(lambda: book.batch_update({"requests": [add(1, 18_279)]}), "limit")


def test_no_sheet_comes_before_the_first(book):
    refused(lambda: book.batch_update({"requests": [add(5, 5, index=-1)]}), "index must be >= 0")


def test_appending_behind_the_grid(book, sheet):
    """A range outside the grid is refused by every method, not only by those that read."""
    refused(lambda: sheet.append_row(["x"], table_range="A1001"), "exceeds grid limits")
    assert sheet.row_count == book.worksheets()[0].row_count == 1000


# rules ------------------------------------------------------------------------------------------------------------


def rule(formula):
    condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": formula}]}
    boolean = {"condition": condition, "format": {"textFormat": {"bold": True}}}
    area = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 9}
    return {"requests": [{"addConditionalFormatRule": {"rule": {"ranges": [area], "booleanRule": boolean}}}]}


@pytest.mark.parametrize("formula", ["=$A1>1", "=Sheet1!$A1>1", '=INDIRECT("二!A1")>1'])
def test_a_rule_looks_at_its_own_sheet(book, formula):
    book.add_worksheet("二", 5, 5)
    book.batch_update(rule(formula))


@pytest.mark.parametrize(
    ("formula", "words"),
    [("=二!$A1>1", "cannot reference a different sheet"), ("=AND(A1>1,'二'!A:A=1)", "cannot reference a different sheet"),
     ("=A1>(", "Invalid ConditionValue.userEnteredValue: =A1>("), ("=IF(A1", "Invalid ConditionValue")],
)  # fmt: skip
def test_a_rule_that_looks_elsewhere_or_is_no_formula(book, formula, words):
    book.add_worksheet("二", 5, 5)
    refused(lambda: book.batch_update(rule(formula)), words)


@pytest.mark.parametrize(
    "value", [{"relativeDate": "TODAY"}, {"userEnteredValue": "bald"}, {"userEnteredValue": "2025-02-30"}]
)
def test_a_check_of_dates_wants_a_date(book, value):
    check = {"condition": {"type": "DATE_AFTER", "values": [value]}}
    area = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 9}
    request = {"setDataValidation": {"range": area, "rule": check}}
    refused(lambda: book.batch_update({"requests": [request]}), "")
    check["condition"]["values"] = [{"userEnteredValue": "2025-03-01"}]
    book.batch_update({"requests": [request]})


def test_a_smaller_grid_is_no_way_around_a_protection(book, sheet, owner):
    """Whoever may not delete a row may not cut it off either."""
    owner.open_by_key(book.id).sheet1.add_protected_range("C2")
    clerk = sheet  # the service account: a writer, no editor of the range
    refused(lambda: clerk.resize(1, 26), "protected cell")
    refused(lambda: clerk.resize(1000, 2), "protected cell")
    clerk.resize(2, 3)
    owner.open_by_key(book.id).sheet1.resize(1, 1)
