"""How many calls a cycle costs, counted by the service: a listing, M reads, K writes; nothing else."""

from __future__ import annotations

from collections import Counter

import pytest

from sync.backends.google.emulator import Emulator
from sync.engine import sync_round
from tests.google.office import Office

ROWS = {
    "a": {
        "project": [{"name": "甲项目", "site": "独立选址", "sign": "2025-03-01"}, {"name": "乙项目", "total": "待定"}]
    },
    "b": {"project": [{"name": "丙项目", "site": "标准化厂房", "sign": "2025-06-01"}]},
}


@pytest.fixture
def office(server: Emulator) -> Office:
    return Office(server, rows=ROWS)


def calls(office: Office) -> Counter[str]:
    """Calls by kind since the last look."""
    found = Counter(
        {str(kind[0]): number for kind, number in office.world.account.by("kind").items() if kind[0] != "token"}
    )
    office.world.account.reset()
    return found


def settled(office: Office) -> None:
    """Synced until nothing is left to do."""
    for _ in range(4):
        sync_round(office.parts)
    calls(office)


def test_an_idle_round_is_the_listing_alone(office):
    settled(office)
    for _ in range(3):
        report = sync_round(office.parts)
        assert not report.runs and not report.outcomes
    assert calls(office) == {"drive": 3}


def test_one_changed_book_is_one_read_and_one_write(office):
    settled(office)
    office.type("a", 0, "total", 12000)
    report = sync_round(office.parts)
    assert [run.book for run in report.runs] == ["laws:a"]
    assert calls(office) == {"drive": 1, "read": 1, "write": 1}
    sync_round(office.parts)
    assert calls(office) == {"drive": 1}


def test_a_change_that_changes_no_answer_is_read_and_not_written(office):
    """A column of the clerk's own, a colour: nothing of ours differs."""
    settled(office)
    sheet, _, _ = office.place("a")
    office.act(
        "a",
        {
            "updateDimensionProperties": {
                "range": {"sheetId": sheet, "dimension": "ROWS", "startIndex": 8, "endIndex": 9},
                "properties": {"pixelSize": 80},
                "fields": "pixelSize",
            }
        },
    )
    sync_round(office.parts)
    assert calls(office) == {"drive": 1, "read": 1}


def test_sorting_needs_a_reading_but_no_write(office):
    """The answers have moved with their rows by themselves."""
    settled(office)
    before = office.column("a", "@check")
    sheet, first, columns = office.place("a")
    where = {
        "sheetId": sheet,
        "startRowIndex": first,
        "endRowIndex": first + 2,
        "startColumnIndex": columns["name"],
        "endColumnIndex": columns["explanation"] + 1,
    }
    office.act(
        "a",
        {"sortRange": {"range": where, "sortSpecs": [{"dimensionIndex": columns["name"], "sortOrder": "ASCENDING"}]}},
    )
    assert office.column("a", "@check")[:2] == before[1::-1]
    sync_round(office.parts)
    found = calls(office)
    assert found["read"] == 1
    assert found["write"] <= 1  # 待改清单 names its lines in the order of the rows


def test_m_of_n_changed(server):
    units = [(f"u{n}", f"第{n}镇") for n in range(30)]
    office = Office(server, units=units)
    settled(office)
    for number in range(7):
        office.type(f"u{number}", 0, "name", "新项目")
    sync_round(office.parts)
    assert calls(office) == {"drive": 1, "read": 7, "write": 7}


def test_a_thousand_books_are_one_listing(server):
    """And the thousand and first needs a second page."""
    office = Office(server, units=[("a", "甲镇")])
    for number in range(999):
        office.world.create_file(f"书{number}", "application/vnd.google-apps.spreadsheet", "o@x.cn", [office.folder])
    office.backend.list()
    office.world.account.reset()
    assert len(office.backend.list()) == 1000
    assert calls(office) == {"drive": 1}
    office.world.create_file("又一本", "application/vnd.google-apps.spreadsheet", "o@x.cn", [office.folder])
    assert len(office.backend.list()) == 1001
    assert calls(office) == {"drive": 2}


def test_after_a_restart_nothing_is_read_again(office):
    """Tokens hang on what the listing says, not on a memory."""
    settled(office)
    parts = office.restarted()
    sync_round(parts)
    assert calls(office) == {"drive": 1}


def test_our_own_write_is_no_change_even_when_drive_notices_late(office):
    office.world.lag = 14
    settled(office)
    office.clock.advance(60)
    settled(office)
    office.type("a", 0, "total", 12000)
    sync_round(office.parts)
    assert calls(office)["read"] == 0, "Drive has not noticed yet"
    office.clock.advance(15)
    sync_round(office.parts)
    assert calls(office) == {"drive": 1, "read": 1, "write": 1}
    for _ in range(5):
        office.clock.advance(7)
        sync_round(office.parts)
    assert calls(office) == {"drive": 5}


def test_an_edit_just_before_our_write_is_not_hidden_by_it(office):
    """The listing says that we were the last, but the answer to the write told of the edit."""
    settled(office)
    office.type("a", 0, "total", 12000)
    done = []

    def act(call):
        if call.kind == "write" and not done:
            done.append(call)
            office.type("a", 1, "total", 34000)

    office.world.before = act
    sync_round(office.parts)
    office.world.before = None
    assert office.shown("a", 1, "@check") == "待同步"
    sync_round(office.parts)
    assert office.shown("a", 1, "@check").startswith("✓")


def test_a_full_round_reads_every_book_once_evenly_spread(server):
    """15 minutes, whatever Drive says; each book at a time of its own."""
    units = [(f"u{n}", f"第{n}镇") for n in range(40)]
    office = Office(server, units=units, round_minutes=15)
    settled(office)
    reads = []
    for _ in range(30):
        office.clock.advance(30)
        sync_round(office.parts)
        reads.append(calls(office)["read"])
    assert sum(reads) == 40
    assert max(reads) <= 6


def test_a_new_day_needs_no_write_where_days_are_counted_in_the_sheet(server):
    office = Office(
        server, rows={"a": {"project": [{"name": "甲项目", "site": "独立选址", "sign": "2025-05-15"}]}}, today=True
    )
    settled(office)
    assert (office.shown("a", 0, "@deadline"), office.shown("a", 0, "@remaining")) == ("2025-08-15", "56")
    office.clock.advance(86400)
    assert office.shown("a", 0, "@remaining") == "55"
