"""A deleted column costs that column: every row keeps its own last values, however often and in what order it is read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sync.backends.memory import MemoryBook
from sync.engine import sync_round
from sync.parts import Parts
from tests.unit.one_book import book_of, project_table, synced
from validators.scheme.tables import Field

TABLE = project_table(
    Field(name="code", title="代码", type="text"),
    Field(name="place", title="地点", type="text"),
    Field(name="note", title="备注", type="text"),
    keys=(("code",), ("name",)),
)
PLACES = {"装备项目": "东路", "光伏项目": "西路", "食品项目": "南路"}


@pytest.fixture
def book() -> MemoryBook:
    return book_of(*([name, f"K{number}", place, ""] for number, (name, place) in enumerate(PLACES.items())))


@pytest.fixture
def parts(book: MemoryBook) -> Iterator[Parts]:
    with synced(TABLE, book) as made:
        yield made


def places(parts: Parts) -> dict[str, str]:
    return {item.values["name"]: item.values.get("place", "") for item in parts.store.records("small")}


def test_values_of_a_lost_column_outlive_every_later_reading(parts: Parts, book: MemoryBook) -> None:
    book.clerk_delete_column(parts.shapes["unit"].tables[0], "place")
    for note in ("一", "二", "三"):
        sync_round(parts)
        assert places(parts) == PLACES
        book.clerk_edit("project", 0, 3, note)
    sync_round(parts)
    assert places(parts) == PLACES
    assert {item["kind"] for item in parts.store.revisions()} == {"created", "changed"}


def test_rows_sorted_apart_from_their_numbers_keep_their_own_values(parts: Parts, book: MemoryBook) -> None:
    """The 编号 beside a row is another row's now; what the row itself says tells whose value was lost."""
    book.clerk_delete_column(parts.shapes["unit"].tables[0], "place")
    book.clerk_sort("project", 0, reverse=True, ours=False)
    sync_round(parts)
    assert places(parts) == PLACES


def test_a_new_row_gets_nothing_of_a_lost_column(parts: Parts, book: MemoryBook) -> None:
    """A row copied over its 编号 and made another project has no place of its own yet."""
    book.clerk_delete_column(parts.shapes["unit"].tables[0], "place")
    book.clerk_copy("project", 0, 3)
    book.clerk_edit("project", 3, 0, "医药项目")
    book.clerk_edit("project", 3, 1, "K9")
    sync_round(parts)
    assert places(parts) == {**PLACES, "医药项目": ""}


def test_a_lost_key_column_joins_no_wrong_rows(parts: Parts, book: MemoryBook) -> None:
    book.clerk_delete_column(parts.shapes["unit"].tables[0], "code")
    book.clerk_sort("project", 0, reverse=True, ours=False)
    book.clerk_edit("project", 0, 3, "新")
    sync_round(parts)
    found = {item.values["name"]: item.values["code"] for item in parts.store.records("small")}
    assert found == {name: f"K{number}" for number, name in enumerate(PLACES)}
