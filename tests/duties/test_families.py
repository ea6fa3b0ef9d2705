"""A change in one row of a family judges the others of it again; what lies beside stays as it was said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.backends.memory import MemoryBook
from sync.decide import decide, open_decisions
from tests.duties.families import MAY, judged_whole, opened, said, stored
from tests.duties.kit import SCHEME, World

AT = "2025-06-03 10:00"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    found = opened(tmp_path, MAY)
    yield found
    found.close()


def edit(world: World, table: str, row: int, column: int, value: str, when: str = AT) -> None:
    world.save("a", when, lambda book: book.clerk_edit(table, row, column, value))
    world.round(when)


def without_cells(found: dict[str, Any]) -> dict[str, Any]:
    """Judgements without the findings that the reading made."""
    return {
        key: (stage, statuses, flags, [f for f in findings if f.rule]) for key, (stage, statuses, flags, findings) in found.items()
    }  # fmt: skip


def test_a_sibling_that_nobody_touched_is_compared_anew(world: World) -> None:
    assert said(world, "payment")[1] == ("ok", ("rule.falls",))
    edit(world, "payment", 0, 2, "60")
    assert said(world, "payment")[1] == ("ok", ())
    assert stored(world) == judged_whole(world)


def confirmed(world: World) -> None:
    """A person says that what is gone has withdrawn."""
    for item in [one for one in open_decisions(world.parts) if one.kind == "withdrawal"]:
        decide(world.parts, item.id, True, by="王")


def test_a_sibling_is_compared_anew_when_the_row_before_it_is_gone(world: World) -> None:
    world.save("a", AT, lambda book: book.clerk_delete("payment", 0))
    world.round(AT)
    assert said(world, "payment") == [("done", ()), ("ok", ())], (
        "the row that is gone counts, and is compared with nothing"
    )
    assert stored(world) == judged_whole(world)
    confirmed(world)
    assert said(world, "payment") == [("ok", ())]
    assert stored(world) == judged_whole(world)


def test_children_of_a_project_that_took_another_name_have_no_parent_any_more(world: World) -> None:
    """The row of the problem is as it was; what its condition looks at is gone, and it says so. Back again, as before."""
    assert said(world, "problem") == [("ok", ())]
    edit(world, "project", 0, 0, "甲项目二期")
    assert said(world, "problem")[0][0] == "pending"
    assert stored(world) == judged_whole(world)
    edit(world, "project", 0, 0, "甲项目", "2025-06-03 11:00")
    assert said(world, "problem") == [("ok", ())]
    assert stored(world) == judged_whole(world)


def test_of_two_projects_of_one_name_the_one_that_stays_takes_the_rows_over(tmp_path: Path) -> None:
    """Neither the row of the problem nor the names that it can choose from have changed; its project has."""
    twice = [*MAY["project"], ["甲项目", "a2", "100", "标准化厂房", "2025-01-03", ""]]
    world = opened(tmp_path, MAY | {"project": twice})
    try:
        assert said(world, "problem") == [("ok", ())]
        world.save("a", AT, lambda book: book.clerk_delete("project", 0))
        world.round(AT)
        assert said(world, "problem") == [("not_applicable", ())]
        assert stored(world) == judged_whole(world)
    finally:
        world.close()


def test_a_project_whose_visits_are_gone_is_judged_without_them(world: World) -> None:
    def clear(book: MemoryBook) -> None:
        del book.tabs["visit"][1]
        book.touch()

    world.save("a", AT, clear)
    world.round(AT)
    assert said(world, "project") == [("ok", ())], "until that is confirmed"
    confirmed(world)
    assert said(world, "project") == [("overdue", ())], "the visit of April is the last one now"
    assert stored(world) == judged_whole(world)


def test_a_cell_that_nobody_can_read_stays_told_when_only_a_sibling_or_the_day_changes(world: World) -> None:
    edit(world, "payment", 1, 3, "春节后")
    unread = [f.code for j in world.store.judgements(SCHEME.id, kind="record") for f in j.findings if not f.rule]
    assert len(unread) == 1
    edit(world, "payment", 0, 2, "60", "2025-06-03 11:00")
    assert said(world, "payment")[1][1] == tuple(unread), "the sibling was read, this row was not"
    for day in ("2025-06-15", "2025-06-16"):
        world.round(f"{day} 09:00")
        assert said(world, "payment")[1] == ("overdue", tuple(unread))
    assert without_cells(stored(world)) == judged_whole(world)


def test_a_cell_that_was_never_read_is_not_blank(world: World) -> None:
    """No value was ever accepted: what the cell says is not known, and the end beside it has not lost its start."""
    row = ["甲项目", "2025-06", "95", "春节后", "2025-06-02", ""]
    world.save("a", AT, lambda book: book.clerk_insert("payment", 0, row))
    world.round(AT)
    codes = [code for code, _ in said(world, "payment")]
    assert codes.count("pending") == 1 and "broken" not in codes
    assert without_cells(stored(world)) == judged_whole(world)
    edit(world, "payment", 0, 3, "", "2025-06-03 11:00")
    assert "broken" in [code for code, _ in said(world, "payment")]
