"""What clerks do in a spreadsheet besides filling it: tabs copied, ranges protected, answers deleted, formulas replaced."""

from __future__ import annotations

import pytest

from sync.backends.google.emulator import Emulator
from sync.engine import sync_round
from tests.google.kit import OWNER, grid
from tests.google.office import Office
from tests.google.test_answers import ROWS, checks, rounds

PASSED = ["✓ 通过", "✓ 通过", "还有1处要改", "", ""]


@pytest.fixture
def office(server: Emulator) -> Office:
    found = Office(server, units=[("a", "甲镇")], rows=ROWS, round_minutes=15)
    rounds(found, 3)
    return found


def wanted(office: Office) -> str:
    """The last column of 待改清单."""
    todo = office.book().titled("待改清单").id
    return "\n".join(office.book().reader.shown(todo, row, 6) for row in range(4, 12))


def test_a_tab_that_was_copied_is_told_within_a_full_round_and_as_long_as_it_is_there(office: Office) -> None:
    """Between full rounds only tabs that are known are read; what is typed into the copy must not stay unseen."""
    sheet = office.place("a")[0]
    behind = office.book().sheets.index(office.book().sheet(sheet)) + 1  # where the browser puts it
    office.act("a", {"duplicateSheet": {"sourceSheetId": sheet, "insertSheetIndex": behind}})
    copy = office.book().titled("Copy of 项目库")
    rounds(office, 2)
    office.clock.advance(15 * 60)
    rounds(office, 2)
    told = "“项目库”有两张工作表（“项目库”和“Copy of 项目库”），系统只读了“项目库”"
    assert told in wanted(office)
    office.type("a", 1, "code", "N-8")
    rounds(office, 2)
    assert told in wanted(office) and checks(office) == PASSED
    office.act("a", {"deleteSheet": {"sheetId": copy.id}})
    rounds(office, 2)
    assert told not in wanted(office) and checks(office) == PASSED


def test_a_copy_in_front_of_the_tab_is_not_read_in_its_place(office: Office) -> None:
    """Programs put copies in front of all tabs; the one that was read before goes on being read."""
    sheet = office.place("a")[0]
    office.act("a", {"duplicateSheet": {"sourceSheetId": sheet}})
    assert office.book().sheets[0].title == "Copy of 项目库"
    office.clock.advance(15 * 60)
    rounds(office, 2)
    assert "系统只读了“项目库”" in wanted(office)
    office.type("a", 0, "name", "抄件里改的")  # the first tab of this table is the copy now
    rounds(office, 2)
    names = [record.values.get("name") for record in office.parts.store.records(office.scheme.id)]
    assert names == ["甲项目", "乙项目", "丙项目"]


def test_the_tab_of_answers_deleted_leaves_rows_that_wait(office: Office) -> None:
    """They were said to be too long: every lookup fails then."""
    office.act("a", {"deleteSheet": {"sheetId": office.book().titled("_status").id}})
    assert checks(office) == ["待同步", "待同步", "待同步", "", ""]
    rounds(office, 4)
    assert checks(office) == PASSED


def test_columns_of_ours_that_are_protected_are_told_in_words(office: Office) -> None:
    """A broken column cannot be mended; the reason says what to click, and all comes back when it has been done."""
    sheet, first, columns = office.place("a")
    whole = {"range": grid(sheet, first, 0, first + 20, max(columns.values()) + 1), "editors": {"users": [OWNER]}}
    office.act("a", {"addProtectedRange": {"protectedRange": whole}})
    key = max(office.book().protected, key=lambda at: office.book().protected[at]["rect"].top)
    office.type("a", 0, "code", "N-9")
    rounds(office, 2)
    assert checks(office) == PASSED, "what is looked up needs no cell of the protected ones"
    office.type("a", 0, "@check", "我写的")
    outcome = sync_round(office.parts).outcomes["laws:a"]
    assert outcome.kind == "postponed"
    assert "数据 → 保护工作表和范围" in outcome.reason and "protected" not in outcome.reason
    office.act("a", {"deleteProtectedRange": {"protectedRangeId": key}})
    rounds(office, 3)
    assert checks(office) == PASSED


@pytest.mark.parametrize(("find", "new"), [("待同步", "等一等"), ("_status!$C", "_status!$D"), ("XLOOKUP", "VLOOKUP")])
def test_formulas_of_ours_reached_by_search_and_replace_are_laid_down_again(
    office: Office, find: str, new: str
) -> None:
    """Also in formulas, as the dialogue offers it: another column's text or other words would stand there for good."""
    body = {"find": find, "replacement": new, "sheetId": office.place("a")[0], "includeFormulas": True}
    office.act("a", {"findReplace": body})
    rounds(office, 3)
    office.type("a", 0, "code", "N-7")
    assert checks(office) == ["待同步", *PASSED[1:]]
    rounds(office, 2)
    assert checks(office) == PASSED
