"""A scheme whose year runs from December to November, through the store: rows are opened, duties fall due, periods are
closed by the same days, and what is kept is what judging everything says, every day over the turn of the year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.wiring import make_parts
from sheets_templates.lists import list_items
from sync.backends.memory import MemoryBackend, MemoryBook
from sync.clock import FixedClock
from sync.closed import close_period, closed_by
from sync.engine import sync_round
from sync.nightly import new_day
from sync.rulings import RulingError, exempt
from sync.shared import judge_now
from sync.store import open_store
from tests.duties.kit import at
from validators.calendar import default_calendar
from validators.periods import parse_period
from validators.scheme.load import load_scheme

SCHEME = load_scheme(Path(__file__).parents[1] / "data" / "schemes" / "season")


class Office:
    """Two towns, one project each; 甲镇's began on 5 December 2024."""

    def __init__(self, place: Path, start: str) -> None:
        self.clock = FixedClock(at=at(start))
        projects = {"a": ["P", "机械", "1200", "2024-12-05"], "b": ["R", "化工", "600", "2025-03-01"]}
        self.books = {
            code: MemoryBook(
                {"project": [{"cells": cells}], "monthly": [], "quarterly": []}, scheme=SCHEME.id, version="1",
                unit=code, saved_at=self.clock.at,
            )
            for code, cells in projects.items()
        }  # fmt: skip
        self.store = open_store(f"sqlite:///{place}/tianbao.db")
        self.parts = make_parts(SCHEME, self.store, MemoryBackend(self.books), self.clock, default_calendar())

    def day(self, day: date) -> None:
        self.clock.at = at(f"{day} 09:00")
        for _ in range(2):
            assert not sync_round(self.parts).failures
            self.clock.at += 60
        if self.store.setting(f"day:{SCHEME.id}") != day.isoformat():
            new_day(self.parts)

    def kept(self) -> dict[str, Any]:
        found = self.store.judgements(SCHEME.id)
        spoken = [j for j in found if j.kind in ("obligation", "target", "score") and j.statuses]
        return {j.key: [(s.code, s.deadline, s.inputs) for s in j.statuses] for j in spoken}

    def fresh(self) -> dict[str, Any]:
        verdicts, _ = judge_now(self.parts, self.parts.evaluator.shared_rules())
        spoken = [v for v in verdicts if v.kind in ("obligation", "target", "score")]
        return {v.key: [(s.code, s.deadline, s.inputs) for s in v.statuses] for v in spoken}

    def opened(self, unit: str) -> list[str]:
        return [str(row.cells[1]) for row in self.books[unit].tabs["quarterly"]]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    found = Office(tmp_path, "2025-02-20 09:00")
    yield found
    found.store.close()


def test_what_is_kept_is_what_judging_everything_says(tmp_path: Path) -> None:
    office = Office(tmp_path, "2025-11-20 09:00")
    try:
        day = date(2025, 11, 20)
        while day < date(2025, 12, 16):
            office.day(day)
            assert office.kept() == office.fresh(), day
            day += timedelta(days=1)
        kept = office.kept()
        assert {"J-6|a|2025", "J-4|a|2026Q1", "J-3||2026H1"} <= set(kept)
        assert kept["J-4|a|2025Q4"][0][:2] == ("missing", date(2025, 12, 10))
    finally:
        office.store.close()


def test_rows_are_opened_for_the_quarter_of_the_reporting_year(office: Office) -> None:
    office.day(date(2025, 2, 28))
    assert (office.opened("a"), office.opened("b")) == (["2025Q1"], [])
    office.day(date(2025, 3, 2))
    assert (office.opened("a"), office.opened("b")) == (["2025Q1", "2025Q2"], ["2025Q2"])
    assert "2026Q1" in list_items(SCHEME, "@quarter", date(2025, 3, 2))


def test_a_half_year_closes_the_months_and_quarters_of_its_own_days(office: Office) -> None:
    office.day(date(2025, 9, 12))
    close_period(office.parts, "2025H1", by="王")
    frozen = {item.period for item in office.store.frozen(SCHEME.id) if item.rule in ("J-3", "J-4")}
    assert frozen == {"2025H1", "2025Q1", "2025Q2"}
    for text, closed in (("2024-12", True), ("2025-05", True), ("2025-06", False), ("2024-11", False)):
        assert (closed_by(office.parts, parse_period(text, 12)) is not None) is closed, text
    label = office.fresh()["J-3||2025H1"][0][2]["closed"]["label"]
    assert label == "2025年度上半年"
    with pytest.raises(RulingError, match="关账"):
        exempt(office.parts, "b", "J-4", "2025Q2", by="王", why="停工")
