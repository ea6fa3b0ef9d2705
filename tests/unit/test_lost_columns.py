"""A deleted column costs that column: every row keeps its own last values, however often and in what order it is read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.wiring import make_parts
from sync.backends.memory import MemoryBook
from sync.engine import sync_round
from sync.parts import Parts
from tests.unit.one_book import book_of, project_table, synced
from validators.calendar import default_calendar
from validators.findings import Severity
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


def test_a_column_deleted_before_the_first_reading_is_lost_in_every_later_one() -> None:
    """Its header is to be restored; it is never told as one that the scheme has got since, and nothing is written again."""
    book = book_of(*([name, f"K{number}", "", ""] for number, name in enumerate(PLACES)))
    gone = [("sheet.column_lost", Severity.MUST, "place")]
    with synced(TABLE, book, lambda parts: book.clerk_delete_column(parts.shapes["unit"].tables[0], "place")) as parts:
        answered, todo = book.fingerprint(), list(book.todo)
        for _ in range(3):
            assert told(parts) == gone
            sync_round(parts)
        assert (book.fingerprint(), book.todo) == (answered, todo)
        grown = TABLE.model_copy(update={"fields": (*TABLE.fields, Field(name="boss", title="责任人", type="person"))})
        scheme = parts.scheme.model_copy(update={"tables": (grown,)})
        later = make_parts(scheme, parts.store, parts.backend, parts.clock, default_calendar())
        for _ in range(2):
            sync_round(later)
            assert told(later) == [("book.lacks", Severity.HINT, ""), *gone]


def told(parts: Parts) -> list[tuple[str, Severity, str]]:
    return [(item.code, item.severity, item.field) for item in parts.store.book_findings("small:101")]
