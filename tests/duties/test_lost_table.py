"""A scheme that has lost a table: a book that was read with it is answered all the same."""

from __future__ import annotations

from pathlib import Path

from app.wiring import make_parts
from sync.nightly import new_day
from tests.duties.kit import SCHEME, World, at
from validators.calendar import default_calendar
from validators.scheme.models import Scheme


def without_monthly() -> Scheme:
    """Nobody reports monthly any more."""
    rules = tuple(r for r in SCHEME.rules if "monthly" not in (r.table, getattr(r, "evidence", "")))
    tables = tuple(table for table in SCHEME.tables if table.name != "monthly")
    return SCHEME.model_copy(update={"tables": tables, "rules": rules})


def test_an_empty_tab_whose_table_is_gone_stops_no_answer(tmp_path: Path) -> None:
    """The day turns before the book is read by the new scheme: its other tables are answered."""
    world = World(f"sqlite:///{tmp_path}/t.db")
    try:
        world.round("2025-06-20 10:00")
        world.parts = make_parts(without_monthly(), world.store, world.backend, world.clock, default_calendar())
        world.clock.at = at("2025-06-21 00:10")
        report = new_day(world.parts)
        assert report.failures == {} and {item.kind for item in report.outcomes.values()} == {"done"}
    finally:
        world.close()
