"""After a scheme's last day spreadsheets are read, and what is entered later is told and not taken: as in a folder."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from sync.clock import ZONE
from sync.engine import sync_round
from sync.nightly import new_day
from tests.google.office import Office

ENDS = date(2025, 6, 30)


class Ending(Office):
    """An office whose scheme ends; two projects entered in time."""

    def at(self, moment: str) -> None:
        self.clock.office.at = datetime.fromisoformat(moment).replace(tzinfo=ZONE).timestamp()

    def round(self, moment: str = "") -> object:
        if moment:
            self.at(moment)
        return sync_round(self.parts)

    def totals(self) -> dict[str, str]:
        return {
            r.values["name"]: r.values.get("total", "")
            for r in self.parts.store.records(self.scheme.id, tables=["project"])
        }


@pytest.fixture(params=[0.0, 20.0], ids=["drive-notices-at-once", "drive-notices-late"])
def office(server, request):
    made = Ending(server, units=[("a", "甲镇")], ends=ENDS, today=True, round_minutes=15.0)
    made.world.lag = request.param
    for row, (name, total) in enumerate([("一号", 100), ("二号", 200)]):
        made.type("a", row, "name", name)
        made.type("a", row, "total", total)
    made.clock.advance(60)
    made.round()
    made.round("2025-06-30 20:00")
    made.round("2025-07-01 09:00")
    new_day(made.parts)
    assert made.totals() == {"一号": "100", "二号": "200"}
    return made


def test_what_is_entered_later_is_told_and_not_taken(office):
    """A changed row and a new one say so; one that nobody touched says what it said; set back, all is as it was."""
    untouched = office.shown("a", 1, "@check")
    office.at("2025-07-03 10:00")
    office.type("a", 0, "total", 777)
    office.type("a", 2, "name", "三号")
    office.clock.advance(60)
    office.round()
    assert office.totals() == {"一号": "100", "二号": "200"}
    assert "方案已于2025-06-30到期" in office.shown("a", 0, "@check")
    assert "后来改的没有采用" in office.shown("a", 0, "@check")
    assert "到期后加的，没有采用" in office.shown("a", 2, "@check")
    assert office.shown("a", 1, "@check") == untouched
    assert office.shown("a", 0, "@id"), "the row keeps its number"

    office.type("a", 0, "total", 100)
    office.type("a", 2, "name", None)
    office.clock.advance(60)
    office.round()
    assert "到期" not in office.shown("a", 0, "@check")
    assert office.totals() == {"一号": "100", "二号": "200"}


def test_rows_taken_out_later_stay(office):
    office.at("2025-07-03 10:00")
    office.type("a", 0, "name", None)
    office.type("a", 0, "total", None)
    office.clock.advance(60)
    office.round()
    assert office.totals() == {"一号": "100", "二号": "200"}
    assert office.parts.store.decisions(office.scheme.id) == []


def test_what_was_typed_in_time_is_taken_though_it_is_read_later(office):
    """The service stood still over the end."""
    late = Ending(office.emulator, units=[("a", "甲镇")], ends=ENDS, round_minutes=15.0)
    late.type("a", 0, "name", "一号")
    late.clock.advance(60)
    late.round()
    late.at("2025-06-30 17:00")
    late.type("a", 0, "total", 555)
    late.round("2025-07-02 09:00")
    assert late.totals() == {"一号": "555"}


def test_a_quiet_book_stays_as_it_is_for_months(office):
    """Nothing is due any more: not read between full rounds, and no answer is written on any later day."""
    office.round("2025-07-02 09:00")
    new_day(office.parts)
    office.world.account.reset()
    before = office.column("a", "@check"), office.column("a", "@status")
    for day in ("2025-07-15 09:00", "2025-08-20 09:00", "2025-10-01 09:00"):
        office.round(day)
        new_day(office.parts)
        office.round()
    assert office.world.account.count(kind="write") == 0
    assert (office.column("a", "@check"), office.column("a", "@status")) == before
