"""findReplace of the spreadsheet service."""

from __future__ import annotations

from typing import Any

import gspread
import pytest
from gspread.exceptions import APIError

from tests.google.kit import OTHER, grid


def replace(book: gspread.Spreadsheet, **body: Any) -> dict[str, int]:
    found: dict[str, int] = book.batch_update({"requests": [{"findReplace": body}]})["replies"][0]["findReplace"]
    return found


def test_a_whole_cell_within_a_range_and_nothing_else(book: gspread.Spreadsheet, sheet: gspread.Worksheet) -> None:
    sheet.update([["*甲", "甲", "*甲乙"], ["*甲", '="*甲"', "x"]], "A1", raw=False)
    told = replace(
        book, find="*甲", replacement="乙", matchCase=True, matchEntireCell=True, range=grid(sheet.id, 0, 0, 1, 3)
    )
    assert told == {"valuesChanged": 1, "rowsChanged": 1, "sheetsChanged": 1, "occurrencesChanged": 1}
    assert sheet.get_values("A1:C2") == [["乙", "甲", "*甲乙"], ["*甲", "*甲", "x"]]


@pytest.mark.parametrize(
    ("body", "after", "times"),
    [
        ({"find": "ab", "replacement": "-"}, ["-c-", "x-"], 3),
        ({"find": "ab", "replacement": "-", "matchCase": True}, ["-cAB", "x-"], 2),
        ({"find": "abcAB", "matchEntireCell": True}, ["", "xab"], 1),
        ({"find": "q", "replacement": "-"}, ["abcAB", "xab"], 0),
    ],
)
def test_parts_of_cells(
    book: gspread.Spreadsheet, sheet: gspread.Worksheet, body: dict[str, Any], after: list[str], times: int
) -> None:
    sheet.update([["abcAB"], ["xab"]], "A1")
    assert replace(book, sheetId=sheet.id, **body).get("occurrencesChanged", 0) == times
    assert [line[0] if line else "" for line in sheet.get("A1:A2")] == after


def test_what_is_protected_refuses_the_whole_batch(
    book: gspread.Spreadsheet, sheet: gspread.Worksheet, person: Any
) -> None:
    sheet.update([["甲"], ["甲"]], "A1")
    book.batch_update({"requests": [{"addProtectedRange": {"protectedRange": {"range": grid(sheet.id, 0, 0, 1, 1)}}}]})
    book.share(OTHER, "user", "writer", notify=False)
    theirs = person(OTHER).open_by_key(book.id)
    with pytest.raises(APIError, match="protected"):
        replace(theirs, find="甲", replacement="乙", sheetId=sheet.id)
    assert sheet.get_values("A1:A2") == [["甲"], ["甲"]]
    assert replace(theirs, find="甲", replacement="乙", range=grid(sheet.id, 1, 0, 2, 1))


@pytest.mark.parametrize("body", [{"find": ""}, {"find": "a"}])
def test_what_it_does_not_know_is_refused(book: gspread.Spreadsheet, body: dict[str, Any]) -> None:
    with pytest.raises(APIError):
        replace(book, **body)
