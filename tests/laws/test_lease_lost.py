"""A worker whose lease ran out while it worked: what it wrote may hide what a person did just before, so it is read again."""

from __future__ import annotations

from dataclasses import replace

from sync.engine import sync_round
from tests.laws.four_projects import rounds
from tests.laws.world import World


def test_a_book_whose_lease_was_lost_over_the_answer_is_read_again(office: World) -> None:
    grids = office.drivers["a"].load()
    grids["project"][0].cells[2] = "13000"
    office.drivers["a"].save(grids)
    taken = []

    def step(name: str) -> None:
        if name == "written" and not taken:
            office.clock.at += 1000
            taken.append(office.store.acquire("book:laws:a", "other", 60, office.clock.now()))

    late = replace(office.parts, step=step)
    report = sync_round(late)
    assert any("甲镇" in note for note in report.notes) and taken[0] is not None
    office.store.release(taken[0])
    assert [book.id for book in office.store.books("laws") if book.wanted] == ["laws:a"]
    again = sync_round(office.parts)
    assert [run.book for run in again.runs] == ["laws:a"]
    rounds(office)
    assert not any(book.wanted for book in office.store.books("laws"))
    office.check_answers("a")


def test_a_worker_that_slept_before_the_answer_writes_nothing(office: World) -> None:
    """Just before the write-back the lease is asked for once more: another may have answered meanwhile (law L5)."""
    grids = office.drivers["a"].load()
    grids["project"][0].cells[2] = "13000"
    office.drivers["a"].save(grids)
    taken, steps = [], []

    def step(name: str) -> None:
        steps.append(name)
        if name == "render" and not taken:
            office.clock.at += 1000
            taken.append(office.store.acquire("book:laws:a", "other", 60, office.clock.now()))

    report = sync_round(replace(office.parts, step=step))
    assert any("甲镇" in note for note in report.notes) and taken[0] is not None
    assert "render" in steps and "write" not in steps
    office.store.release(taken[0])
    rounds(office)
    office.check_answers("a")
