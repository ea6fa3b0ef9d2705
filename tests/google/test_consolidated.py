"""The consolidated book in Google: rewritten whole in one write, people's tabs left alone, nothing locked."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

import pytest

from app.service import write_consolidated
from app.spreadsheets.consolidated import write_in_google
from app.wiring import office_of
from sync.backends.google.consolidated import FIELDS, consolidated_requests
from sync.backends.google.credentials import account_of
from sync.backends.google.emulator import Emulator
from sync.backends.google.emulator.book import Book as Spreadsheet
from sync.backends.google.transport import Transport
from sync.consolidate import sheets
from sync.consolidate.sheets import Block, Book, Card, Col, Marked, Section, Tab
from sync.engine import sync_round
from sync.errors import BookUnavailable
from tests.google.kit import OWNER
from tests.google.test_doctor import DAY
from tests.google.test_doctor import Place as Workspace
from validators.scheme.colours import LATE

COLUMNS = (
    Col("单位", "text", 12, "基本"), Col("总投资", "wan", 14, "基本"), Col("状态", "centre", 18, "进度"),
    Col("日期", "date", 12, "进度"), Col("完成率", "percent", 10, "进度"), Col("代码", "text", 20),
)  # fmt: skip
ROWS = [
    ["甲镇", Decimal("12000.5"), Marked("逾期12天", LATE), date(2025, 3, 1), 0.35, "110105194912310021"],
    ["=HYPERLINK(1)", Decimal(7), "正常", None, None, "007"],
]


def book(rows: list[sheets.Row] | None = None) -> Book:
    ledger = Tab("总表", "项目总表", [Block(COLUMNS, ROWS if rows is None else rows, totals=["合计", 1, "", "", "", ""])],
                 notes=("说明一句",), filter=True, frozen=2, unit="万元")  # fmt: skip
    front = Tab("总览", "总览", [Block((Col("单位"), Col("个数", "int")), [Section("一、投产"), ["甲镇", 3]], heading="各单位")],
                cards=(Card(38, "int", "项目", "个"),))  # fmt: skip
    return Book([front, ledger], "2025-07-16 09:00")


@pytest.fixture
def place(emulator):
    """A blank spreadsheet, and a way to rewrite it as the program does."""
    return Place(emulator)


class Place:
    def __init__(self, emulator: Emulator) -> None:
        self.world = emulator.world
        self.key = emulator.spreadsheet("汇总", OWNER)
        person = account_of(emulator.person(OWNER), OWNER)
        self.transport = Transport([person], clock=time.time, sleep=time.sleep, endpoint=emulator.url)

    @property
    def found(self) -> Spreadsheet:
        return self.world.books[self.key]

    def write(self, made: Book) -> None:
        standing = self.transport.get_book(self.key, "汇总", FIELDS)
        requests = consolidated_requests(made, standing)
        self.transport.update_book(self.key, "汇总", requests, repeatable=False, fields="spreadsheetId")

    def shown(self, title: str) -> list[list[str]]:
        sheet = self.found.titled(title)
        assert sheet is not None
        lines = [
            [self.found.reader.shown(sheet.id, row, column) for column in range(sheet.column_count)]
            for row in range(sheet.row_count)
        ]
        return [line for line in lines if any(line)]


def test_every_value_stands_as_what_it_is(place):
    """Codes keep their digits, dates are dates, a text is never a formula, a status word has its colour."""
    place.write(book())
    lines = place.shown("总表")
    assert lines[0][0] == "项目总表"
    assert lines[1][0] == "数据截止：2025-07-16 09:00　单位：万元"
    head = next(at for at, line in enumerate(lines) if line[0] == "单位")
    assert lines[head + 1] == ["甲镇", "12,000.5", "逾期12天", "2025-03-01", "35.0%", "110105194912310021"]
    assert lines[head + 2][0] == "=HYPERLINK(1)"
    assert lines[head + 2][5] == "007"
    sheet = place.found.titled("总表")
    red = next(cell.look for row in sheet.rows for cell in row.values() if cell.entered == "逾期12天")
    assert round(red["backgroundColor"]["red"], 2) == round(0xFC / 255, 2)
    assert sheet.grid["frozenColumnCount"] == 2
    assert sheet.filter is not None
    assert not place.found.protected
    assert [item.title for item in place.found.sheets] == ["总览", "总表"]


def test_rewritten_it_says_only_what_is_true_now(place):
    """Fewer rows leave nothing behind, whatever people sorted; tabs keep their ids; the second time is as the first."""
    place.write(book())
    ids = {sheet.title: sheet.id for sheet in place.found.sheets}
    sheet = place.found.titled("总表")
    area = {"sheetId": sheet.id, "startRowIndex": 5, "endRowIndex": 7, "startColumnIndex": 0, "endColumnIndex": 6}
    place.world.act(
        place.key, OWNER, {"sortRange": {"range": area, "sortSpecs": [{"dimensionIndex": 1, "sortOrder": "ASCENDING"}]}}
    )
    place.write(book(ROWS[:1]))
    assert "=HYPERLINK(1)" not in str(place.shown("总表"))
    assert {item.title: item.id for item in place.found.sheets} == ids
    first = place.shown("总表"), place.shown("总览")
    place.write(book(ROWS[:1]))
    assert (place.shown("总表"), place.shown("总览")) == first


def test_tabs_of_people_stay(place):
    """One of their own, and one that has a name of ours but holds something of theirs."""
    place.world.act(place.key, OWNER, {"addSheet": {"properties": {"sheetId": 5, "title": "总表"}}},
        {"addSheet": {"properties": {"sheetId": 6, "title": "我的笔记"}}},
        *({"updateCells": {"start": {"sheetId": sheet}, "fields": "userEnteredValue",
                           "rows": [{"values": [{"userEnteredValue": {"stringValue": "别动"}}]}]}} for sheet in (5, 6)))  # fmt: skip
    for _ in range(2):
        place.write(book())
    assert place.shown("总表") == [["别动", *[""] * 25]]
    assert place.shown("我的笔记")[0][0] == "别动"
    assert place.shown("总表（系统）")[0][0] == "项目总表"
    assert sorted(sheet.title for sheet in place.found.sheets) == ["总表", "总表（系统）", "总览", "我的笔记"]


def test_a_blank_tab_that_somebody_added_stays(place):
    """It may hold a chart, or be filled tomorrow; only the tab with which every spreadsheet begins makes room."""
    place.write(book())
    place.world.act(place.key, OWNER, {"addSheet": {"properties": {"sheetId": 7, "title": "图表"}}})
    place.write(book())
    assert [sheet.title for sheet in place.found.sheets] == ["总览", "总表", "图表"]


def test_a_tab_of_ours_that_is_no_longer_told_goes(place):
    place.write(book())
    place.write(Book([book().tabs[1]], "x"))
    assert [sheet.title for sheet in place.found.sheets] == ["总表"]


# in the office ------------------------------------------------------------------------------------------------------


@pytest.fixture
def office(emulator, tmp_path):
    made = Workspace(emulator, tmp_path)
    made.world.create_file(
        "汇总（区发改委）", "application/vnd.google-apps.spreadsheet", OWNER, [made.folder], file_id="sum-file-0000"
    )
    with office_of(made.settings(), as_of=DAY) as found:
        yield found, made


def test_it_is_written_where_somebody_put_it(office):
    """Found by its name; a failure that passes is raised so that it is tried again, another only logged."""
    found, made = office
    assert write_in_google(found).endswith("/view/sum-file-0000")
    assert made.world.books["sum-file-0000"].titled("总表") is not None
    made.world.faults.add(code=503, kind="write", times=9)
    found.backend.transport.impatient()
    with pytest.raises(BookUnavailable):
        write_in_google(found)
    made.world.faults.clear()
    made.world.files["sum-file-0000"].locked = "*"
    assert write_in_google(found) == ""
    made.world.files["sum-file-0000"].locked = ""
    assert write_consolidated(found).exists()


def test_without_one_there_is_the_file_alone(office):
    found, made = office
    del made.world.files["sum-file-0000"], made.world.books["sum-file-0000"]
    assert write_in_google(found) == ""
    assert write_consolidated(found).exists()


def test_once_written_it_is_known_whatever_it_is_called(office):
    """By its id, after a restart by what the store keeps, and with another store by its own mark."""
    found, made = office
    write_in_google(found)
    made.world.files["sum-file-0000"].name = "全区项目"
    assert write_in_google(found).endswith("/view/sum-file-0000")
    with office_of(made.settings(), as_of=DAY) as again:
        assert "sum-file-0000" not in [ref.key for ref in again.backend.list()]
        again.store.save_setting("google_consolidated:laws", "")
        report = sync_round(again.parts)
        assert not [note for note in report.notes if "全区项目" in note]
    with office_of(made.settings(), as_of=DAY) as later:
        later.store.save_setting("google_consolidated:laws", "")
        sync_round(later.parts)  # sees the mark
        assert write_in_google(later).endswith("/view/sum-file-0000")


def test_a_units_book_may_be_called_so(office):
    """Its hidden marks say whose it is; a name means nothing."""
    found, made = office
    made.world.files["甲镇-file-0000"].name = "汇总表（甲镇）"
    assert write_in_google(found).endswith("/view/sum-file-0000")
    report = sync_round(found.parts)
    assert "laws:a" in {run.book for run in report.runs}, report
    assert not report.failures


def test_what_people_wrote_is_not_taken_for_it(office):
    """A spreadsheet of their own that is called 汇总 is neither written nor read, and told as one nobody knows."""
    found, made = office
    del made.world.files["sum-file-0000"], made.world.books["sum-file-0000"]
    key = made.world.create_file(
        "汇总我的", "application/vnd.google-apps.spreadsheet", OWNER, [made.folder], file_id="mine-file-0000"
    ).id
    start = {"sheetId": 0, "rowIndex": 0, "columnIndex": 0}
    row = {"values": [{"userEnteredValue": {"stringValue": "我的"}}]}
    made.world.act(key, OWNER, {"updateCells": {"start": start, "rows": [row], "fields": "userEnteredValue"}})
    assert write_in_google(found) == ""
    assert [sheet.title for sheet in made.world.books[key].sheets] == ["Sheet1"]
    assert any("汇总我的" in note for note in sync_round(found.parts).notes)


def test_a_blank_one_that_waits_costs_nothing_and_is_not_told(office):
    found, made = office
    assert not [note for note in sync_round(found.parts).notes if "汇总" in note]
    made.world.account.reset()
    assert not [note for note in sync_round(found.parts).notes if "汇总" in note]
    assert made.world.account.by("kind") == {("drive",): 1}
