"""When `tianbao books upgrade` leaves a file alone, and what stays because a person made it so."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table as SpreadsheetTable

from app.upgrade.folder import exchange
from tests.upgrade.conftest import (
    ALL,
    BOOK,
    TITLED,
    VERSION,
    Place,
)
from tests.upgrade.filled import FIRST, HEAD, TAB, column


def test_an_open_book_is_left_alone(place: Place) -> None:
    place.sync()
    place.publish(*ALL)
    before = place.book.read_bytes()
    place.book.with_name(f".~lock.{BOOK}#").write_text("小王,pc,pc,29.06.2025 10:00,file:///x;")
    done = place.upgrade()
    assert done["东河镇"]["state"] == "refused" and "小王" in done["东河镇"]["told"]
    assert place.book.read_bytes() == before
    assert done["西山镇"]["state"] == "upgraded", "one open book stops no other"


def test_what_waits_for_a_decision_comes_first(place: Place) -> None:
    place.sync()
    shutil.copy(place.book, place.book.with_name("东河镇（副本）.xlsx"))
    place.publish(*ALL)
    before = place.book.read_bytes()
    done = place.upgrade()["东河镇"]
    assert done["state"] == "refused" and "decide list" in done["told"] and place.book.read_bytes() == before


def test_a_clerk_who_saves_meanwhile_wins(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.sync()
    place.publish(*ALL)
    keep = exchange.keep_before

    def saved_now(*words: Any) -> Path:
        with place.clerk() as book:
            book[TAB].cell(FIRST + 5, column(book[TAB], "项目名称")).value = "刚刚加的项目"
        return keep(*words)

    monkeypatch.setattr(exchange, "keep_before", saved_now)
    done = place.upgrade("--unit", "东河镇")["东河镇"]
    assert done["state"] == "refused" and "改动" in done["told"]
    assert load_workbook(place.book)[TAB].cell(FIRST + 5, 4).value == "刚刚加的项目"


@pytest.mark.parametrize("gone", ["marks", "tab"])
def test_a_damaged_book_is_not_touched(place: Place, gone: str) -> None:
    place.sync()
    with place.clerk() as book:
        if gone == "tab":
            del book[TAB]
        else:
            book[TAB].delete_rows(HEAD - 1)
    place.publish(*ALL)
    before = place.book.read_bytes()
    done = place.upgrade("--unit", "东河镇", "--dry-run")["东河镇"]
    assert done["state"] == "refused" and done["told"] and place.book.read_bytes() == before


def test_a_check_that_a_person_set_stays(place: Place) -> None:
    with place.clerk() as book:
        sheet = book[TAB]
        letter = sheet.cell(HEAD, column(sheet, "项目代码")).column_letter
        kept = [check for check in sheet.data_validations.dataValidation if letter not in str(check.sqref)]
        sheet.data_validations.dataValidation = kept
        own = DataValidation("textLength", operator="lessThan", formula1="30", sqref=f"{letter}6:{letter}40")
        sheet.add_data_validation(own)
    place.sync()
    place.publish(*ALL)
    done = place.upgrade()["东河镇"]
    checks = load_workbook(place.book)[TAB].data_validations.dataValidation
    mine = [check for check in checks if letter in str(check.sqref).split(":")[0].rstrip("0123456789").split()]
    assert [str(check.sqref) for check in mine] == [f"{letter}6:{letter}40"]
    assert any(item["kind"] == "kept" and f"{letter}列" in item["text"] for item in done["changes"])


def test_a_header_that_a_person_wrote_stays(place: Place) -> None:
    with place.clerk() as book:
        sheet = book[TAB]
        at = column(sheet, "项目单位")
        sheet.cell(HEAD, at).value = "业主（盖章单位）"
    place.sync()
    place.publish(VERSION, TITLED)
    done = place.upgrade()["东河镇"]
    assert load_workbook(place.book)[TAB].cell(HEAD, at).value == "业主（盖章单位）"
    assert any(item["kind"] == "kept" and "业主" in item["text"] for item in done["changes"])


def test_headers_inside_a_spreadsheet_table_keep_its_names(place: Place) -> None:
    """A program repairs (and drops) a table whose header cells are not its column names."""
    with place.clerk() as book:
        sheet = book[TAB]
        sheet.auto_filter.ref = None
        sheet.add_table(SpreadsheetTable(displayName="T1", ref=f"D{HEAD}:Q{FIRST + 11}"))
    place.sync()
    place.publish(*ALL)
    assert place.upgrade()["东河镇"]["state"] == "upgraded"
    sheet = load_workbook(place.book)[TAB]
    names = [item.name for item in sheet.tables["T1"].tableColumns]
    assert names == [sheet.cell(HEAD, at).value for at in range(4, 4 + len(names))]


def test_a_persons_tab_of_the_new_tables_name_is_not_taken(place: Place) -> None:
    with place.clerk() as book:
        book.create_sheet("问题清单")["A1"] = "我自己记的"
    place.sync()
    place.publish(*ALL)
    place.upgrade()
    book = load_workbook(place.book)
    assert book["问题清单"]["A1"].value == "我自己记的" and "问题清单（2）" in book.sheetnames
    tab = place.read().tab("issue")
    assert tab is not None and tab.title == "问题清单（2）"


def test_other_places_are_told_plainly(place: Place) -> None:
    """Sync folders: nothing is written into people's books."""
    config = place.workspace / "tianbao.toml"
    text = config.read_text(encoding="utf-8")
    assert "feedback = false" in text
    config.write_text(text.replace("feedback = false", "feedback = true"), encoding="utf-8")
    before = place.book.read_bytes()
    result = place.run("books", "upgrade")
    assert result.exit_code != 0 and place.book.read_bytes() == before
    assert "feedback" in str(result.exception) + result.output


def test_a_mistake_of_ours_with_one_book_stops_no_other(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.publish(*ALL)
    place.sync()
    plan = exchange.plan_upgrade

    def broken(*words: Any) -> Any:
        if words[4] == "101":
            raise RuntimeError("a bug")
        return plan(*words)

    monkeypatch.setattr(exchange, "plan_upgrade", broken)
    before = place.book.read_bytes()
    done = place.upgrade()
    assert done["东河镇"]["state"] == "refused" and "日志" in done["东河镇"]["told"]
    assert place.book.read_bytes() == before and done["西山镇"]["state"] == "upgraded"
