"""What a heading says of units reaches the values; what was filled in keeps the day on which it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from sync.backends.memory import MemoryBook
from sync.clock import ZONE
from sync.engine import sync_round
from sync.parts import Parts
from tests.unit.one_book import book_of, project_table, synced
from validators import rawcell
from validators.scheme.tables import Field

TABLE = project_table(
    Field(name="total", title="总投资", type="money_wan", unit="万元"),
    Field(name="plan", title="计划开工", type="date_plan"),
)


@pytest.fixture
def book() -> MemoryBook:
    return book_of(["年产500套装备项目", rawcell.number("1.2"), "3月底"], ["光伏支架项目", "8000万元", ""])


@pytest.fixture
def parts(book: MemoryBook) -> Iterator[Parts]:
    with synced(TABLE, book) as made:
        yield made


def values(parts: Parts, name: str) -> list[str]:
    return [item.values.get(name, "") for item in sorted(parts.store.records("small"), key=lambda item: item.id)]


def change(parts: Parts, book: MemoryBook, day: date, header: str) -> None:
    """On a later day somebody renames the heading of 总投资."""
    parts.clock.at = datetime(day.year, day.month, day.day, 9, tzinfo=ZONE).timestamp()  # type: ignore[attr-defined]
    book.clerk_rename_column(parts.shapes["unit"].tables[0], "total", header)
    sync_round(parts)


def test_without_a_unit_in_the_heading_the_schemes_counts(parts: Parts) -> None:
    assert values(parts, "total") == ["1.2", "8000"]


def test_a_new_unit_in_the_heading_reads_the_same_cells_anew(parts: Parts, book: MemoryBook) -> None:
    """The rows' content is the same, their meaning is not; a unit in a cell still counts first."""
    change(parts, book, date(2025, 1, 21), "总投资（亿元）")
    assert values(parts, "total") == ["12000", "8000"]
    change(parts, book, date(2025, 1, 22), "总投资（万元）")
    assert values(parts, "total") == ["1.2", "8000"]


def test_rows_read_anew_keep_the_year_they_were_filled_in(parts: Parts, book: MemoryBook) -> None:
    """3月底, filled in in January 2025, does not become 2026 because a heading changes in November."""
    assert values(parts, "plan") == ["2025-03-31", ""]
    for month in (10, 11, 12):
        change(parts, book, date(2025, month, 5), f"总投资（{'亿' if month % 2 else '万'}元）")
        assert values(parts, "plan") == ["2025-03-31", ""]


def test_a_changed_row_is_read_on_its_new_day(parts: Parts, book: MemoryBook) -> None:
    parts.clock.at = datetime(2025, 12, 5, 9, tzinfo=ZONE).timestamp()  # type: ignore[attr-defined]
    book.clerk_edit("project", 1, 2, "3月底")
    sync_round(parts)
    assert values(parts, "plan") == ["2025-03-31", "2026-03-31"]
