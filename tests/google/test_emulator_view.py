"""Typing into the view: what a clerk types there is as if typed in the browser, and other sites cannot."""

from __future__ import annotations

import re

import pytest
import requests

from sync.backends.google.emulator.typed import CLERK
from tests.google.kit import OWNER
from tests.google.office import Office


def send(url: str, book: str, sheet: int, at: str, text: str, **headers: str) -> requests.Response:
    data = {"sheet": str(sheet), "at": at, "text": text}
    return requests.post(f"{url}/view/{book}/edit", data=data, headers={"Origin": url, **headers}, timeout=5)


def test_what_is_typed_stands_there_as_typed_in_a_browser(emulator, sheet) -> None:
    """Numbers become numbers, the page shows it, its version moves, the file was changed by a clerk."""
    book = sheet.spreadsheet.id
    before = requests.get(f"{emulator.url}/view/{book}/version", timeout=5).text
    assert send(emulator.url, book, 0, "B2", "2,000").status_code == 204
    assert sheet.get("B2", value_render_option="UNFORMATTED_VALUE") == [[2000]]
    assert requests.get(f"{emulator.url}/view/{book}/version", timeout=5).text != before
    page = requests.get(f"{emulator.url}/view/{book}", timeout=5).text
    assert re.search(r'data-at="B2" data-text="2000"[^>]*>2,000<', page)
    assert emulator.world.files[book].edits[-1].user == CLERK


def test_what_is_protected_is_refused(emulator) -> None:
    """The header of an entry tab and the tab of answers, as they are for every editor who is not the owner."""
    office = Office(emulator, units=[("a", "甲镇")], rows={"a": {"project": [{"name": "甲路"}]}})
    sheet, first, columns = office.place("a")
    from sync.backends.google.emulator.typed import address

    refused = send(emulator.url, "book-a", sheet, address(first - 1, columns["name"]), "名称")
    assert (refused.status_code, refused.text) == (409, "这一格受保护，不能改。")
    assert send(emulator.url, "book-a", sheet, address(first, columns["name"]), "乙路").status_code == 204
    assert office.shown("a", 0, "name") == "乙路"


def test_a_strict_drop_down_takes_its_own_words_only(emulator, sheet) -> None:
    """As the browser does; what programs write is taken, and so is a blank."""
    book = sheet.spreadsheet
    sheet.update([["甲"], ["乙"]], "D1:D2")
    rules = [
        ("B2", True, "ONE_OF_RANGE", ["=$D$1:$D$2"]),
        ("B3", True, "ONE_OF_LIST", ["甲", "乙"]),
        ("B4", False, "ONE_OF_LIST", ["甲"]),
    ]
    for at, strict, kind, values in rules:
        row = int(at[1]) - 1
        cells = {
            "sheetId": sheet.id,
            "startRowIndex": row,
            "endRowIndex": row + 1,
            "startColumnIndex": 1,
            "endColumnIndex": 2,
        }
        condition = {"type": kind, "values": [{"userEnteredValue": value} for value in values]}
        book.batch_update(
            {"requests": [{"setDataValidation": {"range": cells, "rule": {"condition": condition, "strict": strict}}}]}
        )
    for at in ("B2", "B3"):
        refused = send(emulator.url, book.id, sheet.id, at, "丙")
        assert (refused.status_code, refused.text) == (409, "这一格只能从下拉列表里选：甲、乙")
        assert sheet.acell(at).value is None
        assert send(emulator.url, book.id, sheet.id, at, "乙").status_code == 204
        assert send(emulator.url, book.id, sheet.id, at, "").status_code == 204
    assert send(emulator.url, book.id, sheet.id, "B4", "丙").status_code == 204
    sheet.update([["丙"]], "B2")
    assert sheet.acell("B2").value == "丙"


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Origin": ""}, {"Host": "evil.example", "Origin": "http://evil.example"}],
)
def test_another_site_cannot_type_here(emulator, book, headers) -> None:
    answer = send(emulator.url, book.id, 0, "A1", "x", **headers)
    assert answer.status_code == 403
    assert book.sheet1.acell("A1").value is None


def test_what_is_not_there_is_told(emulator, book) -> None:
    assert send(emulator.url, book.id, 77, "A1", "x").status_code == 404
    assert send(emulator.url, "nicht-da", 0, "A1", "x").status_code == 404
    assert send(emulator.url, book.id, 0, "nirgends", "x").status_code == 409


def test_a_text_is_never_markup(emulator, person) -> None:
    """Whatever somebody wrote into a cell, the page shows it and nothing more."""
    made = person(OWNER).create("x")
    made.sheet1.update([['"><script>alert(1)</script>']], "A1", raw=True)
    page = requests.get(f"{emulator.url}/view/{made.id}", timeout=5).text
    assert "<script>alert" not in page
