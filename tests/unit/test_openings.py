"""Rows opened for a month show last month's values, also where last month was filled in late."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from app.wiring import make_parts
from sync.backends.memory import MemoryBackend, MemoryBook
from sync.clock import ZONE, FixedClock
from sync.engine import sync_round
from sync.nightly import new_day
from sync.parts import Parts
from sync.store import open_store
from tests import books
from validators import rawcell
from validators.calendar import default_calendar

MONTHLY = "monthly_progress"
STARTED = {
    "project_name": "装备项目", "company": "某某公司", "total_investment": "13000", "library_date": "2025-03-01",
    "filed_date": "2025-03-02", "sign_date": "2025-03-01", "start_plan": "2025-05-01", "start_actual": "2025-05-01",
}  # fmt: skip


def column(name: str) -> int:
    return books.scheme().table(MONTHLY).index(name)


def office(tmp_path: Path) -> tuple[Parts, MemoryBook]:
    """A book with one started project, on a day in June."""
    scheme = books.scheme()
    scheme = scheme.model_copy(update={"units": tuple(u for u in scheme.units if u.code == books.UNIT)})
    cells = [STARTED.get(field.name, "") for field in scheme.table("project").fields]
    tabs = {table.name: [{"cells": cells}] if table.name == "project" else [] for table in scheme.tables_of("unit")}
    book = MemoryBook(tabs, scheme=scheme.id, version=scheme.version, unit=books.UNIT)
    clock = FixedClock(at=datetime(2025, 6, 20, 9, tzinfo=ZONE).timestamp())
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    return make_parts(scheme, store, MemoryBackend({books.UNIT: book}), clock, default_calendar()), book


def synced(parts: Parts) -> None:
    for _ in range(3):
        sync_round(parts)
        parts.clock.at += 30  # type: ignore[attr-defined]


def last_done(book: MemoryBook) -> dict[str, str]:
    """Month → 上月累计完成投资 as it stands in the book."""
    rows = book.tabs[MONTHLY]
    return {row.cells[column("month")]: rawcell.show(row.cells[column("last_total_done")]) for row in rows}


def test_a_month_filled_in_late_shows_in_the_next_opening(tmp_path: Path) -> None:
    parts, book = office(tmp_path)
    synced(parts)
    assert last_done(book) == {"2025-06": ""}
    parts.clock.at = datetime(2025, 7, 2, 9, tzinfo=ZONE).timestamp()  # type: ignore[attr-defined]
    new_day(parts)
    synced(parts)
    assert last_done(book) == {"2025-06": "", "2025-07": ""}
    for value in ("1500", "1600"):  # what stands there is never replaced
        book.clerk_edit(MONTHLY, 0, column("total_done"), rawcell.number(value))
        synced(parts)
        assert last_done(book) == {"2025-06": "", "2025-07": "1500"}
    before = book.revision
    synced(parts)
    assert book.revision == before
    parts.store.close()


def test_a_row_filled_in_keeps_what_its_clerk_saw(tmp_path: Path) -> None:
    """From then on the shown value is part of the row: it is not changed behind the clerk's back."""
    parts, book = office(tmp_path)
    synced(parts)
    book.clerk_edit(MONTHLY, 0, column("total_done"), rawcell.number("1500"))
    synced(parts)
    parts.clock.at = datetime(2025, 7, 2, 9, tzinfo=ZONE).timestamp()  # type: ignore[attr-defined]
    new_day(parts)
    synced(parts)
    book.clerk_edit(MONTHLY, 1, column("total_done"), rawcell.number("2000"))
    synced(parts)
    book.clerk_edit(MONTHLY, 0, column("total_done"), rawcell.number("1600"))
    synced(parts)
    assert last_done(book)["2025-07"] == "1500"
    parts.store.close()
