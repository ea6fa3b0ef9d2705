"""Registering books: all that are new at once, and questions about files that are gone close themselves."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from sync.decide import decide, open_decisions
from sync.register import ensure_books, register
from tests.laws.four_projects import rounds, waiting
from tests.laws.world import Kit, Mood, World


@pytest.fixture
def new(kit: Kit, tmp_path: Path) -> World:
    """An office whose books nobody has looked at yet."""
    return World(kit, "folder", 5, tmp_path / "new", mood=Mood(0, 0, 0, 0, 0))


def writes(world: World) -> list[str]:
    """Every writing transaction from now on, as it begins."""
    begun: list[str] = []

    def told(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("BEGIN IMMEDIATE"):
            begun.append(statement)

    event.listen(world.store.db.engine, "before_cursor_execute", told)  # type: ignore[attr-defined]
    return begun


def test_new_books_are_entered_with_their_files_in_one_transaction(new: World) -> None:
    begun = writes(new)
    found = register(new.parts)
    assert len(begun) == 1
    assert {book.unit: book.name for book in found.books} == {"a": "甲镇.xlsx", "b": "乙镇.xlsx"}
    assert {key: ref.name for key, ref in found.refs.items()} == {"laws:a": "甲镇.xlsx", "laws:b": "乙镇.xlsx"}
    assert register(new.parts).refs == found.refs and len(begun) == 1
    new.close()


def test_books_somebody_else_entered_meanwhile_are_taken_in_the_next_round(new: World) -> None:
    """The page showed the list just now: the books are known, their files not yet."""
    entered: list[str] = []
    look = new.backend.peek  # type: ignore[union-attr]

    def looked(*arguments: Any) -> Any:
        entered.extend(book.id for book in ensure_books(new.parts))
        return look(*arguments)

    new.backend.peek = looked  # type: ignore[method-assign, union-attr]
    register(new.parts)
    assert entered
    new.backend.peek = look  # type: ignore[method-assign, union-attr]
    found = register(new.parts)
    assert set(found.refs) == {"laws:a", "laws:b"} and not found.notes
    new.close()


def test_two_new_files_for_one_unit_wait_for_a_person(new: World) -> None:
    folder = new.place / "books"
    shutil.copy(folder / "甲镇.xlsx", folder / "甲镇(1).xlsx")
    found = register(new.parts)
    assert set(found.refs) == {"laws:b"}
    assert [item.kind for item in open_decisions(new.parts)] == ["two_files"]
    assert any(note.startswith("甲镇：同一单位有2个文件") for note in found.notes)
    new.close()


@pytest.mark.parametrize("left", ["甲镇.xlsx", "甲镇 - 副本.xlsx"])
def test_a_choice_between_files_of_which_one_is_left_closes_itself(office: World, left: str) -> None:
    """The clerk tidied up himself, whichever he kept: nobody is asked any more, the file left is read."""
    folder = office.place / "books"
    shutil.copy(folder / "甲镇.xlsx", folder / "甲镇 - 副本.xlsx")
    rounds(office)
    assert waiting(office, "two_files")
    for name in {"甲镇.xlsx", "甲镇 - 副本.xlsx"} - {left}:
        (folder / name).unlink()
    report = rounds(office, 3)
    assert not waiting(office, "two_files") and not report.notes
    book = office.store.book("laws:a")
    assert book is not None and (book.name, book.held) == (left, "")


def test_neither_of_two_files_is_said_as_it_was_decided(office: World) -> None:
    """Nobody is waited for any more but the unit itself."""
    folder = office.place / "books"
    shutil.copy(folder / "甲镇.xlsx", folder / "甲镇 - 副本.xlsx")
    (note,) = rounds(office).notes
    assert note.endswith("等待决定用哪一个")
    decide(office.parts, waiting(office, "two_files")[0].id, False, by="审核人")
    (note,) = rounds(office).notes
    assert note.endswith("请单位只留一个") and not waiting(office, "two_files")
    (folder / "甲镇 - 副本.xlsx").unlink()
    assert not rounds(office, 3).notes
