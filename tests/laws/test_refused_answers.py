"""A book that does not take our answer is not asked in every round, only when the file or the answer is another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.book import BookAnswer, BookRef, Outcome
from sync.engine import sync_round
from sync.nightly import new_day
from tests.folder.handmade import repacked
from tests.laws.four_projects import A, B, fill, rounds, texts, waiting
from tests.laws.world import World
from tests.paper import Paper, PaperTab, letters

SIGNATURE = "_xmlsignatures/origin.sigs"


def signed(world: World, rows: list[list[str]]) -> Path:
    """甲镇's book with new rows, signed by somebody."""
    fill(world, rows)
    path = world.place / "books" / "甲镇.xlsx"
    path.write_bytes(repacked(path.read_bytes(), {SIGNATURE: b""}))
    return path


@pytest.fixture
def asked(office: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keys of the books that were asked to take an answer, as it happens."""
    answer, keys = office.parts.backend.answer, []

    def told(ref: BookRef, found: BookAnswer) -> Outcome:
        keys.append(ref.key)
        return answer(ref, found)

    monkeypatch.setattr(office.parts.backend, "answer", told)
    return keys


def test_a_signed_book_is_asked_once(office: World, asked: list[str]) -> None:
    """Read, refused with the reason; then left in peace, round after round, and its reason stays to be seen."""
    signed(office, [[*A[:4], "2025-13-01", "", ""], B])
    rounds(office, 4)
    assert asked == ["甲镇.xlsx"]
    book = office.store.book("laws:a")
    assert book is not None and book.refused and "数字签名" in book.pending
    assert [item.data["reason"] for item in waiting(office, "pending_answer")] == [book.pending]


def test_another_file_is_asked_again(office: World, asked: list[str]) -> None:
    """The signature taken away: the answer goes in without anybody asking."""
    path = signed(office, [[*A[:4], "2025-13-01", "", ""], B])
    rounds(office, 2)
    path.write_bytes(repacked(path.read_bytes(), {SIGNATURE: None}))
    rounds(office, 2)
    assert len(asked) >= 2 and "13" in texts(office)["甲项目"]["check"]
    book = office.store.book("laws:a")
    assert book is not None and not book.refused and not book.pending


def test_another_answer_is_tried_again(office: World, asked: list[str]) -> None:
    """The rules say something else of the same file; what they say unchanged costs no try."""
    signed(office, [A, B])
    rounds(office, 2)
    book = office.store.book("laws:a")
    assert book is not None and len(asked) == 1
    lease = office.store.acquire("book:laws:a", "t", 60, office.clock.now())
    assert lease is not None
    judged = office.store.judgements("laws", book="laws:a")
    office.store.save_judgements(lease, judged, office.clock.now())
    office.store.release(lease)
    assert office.store.book("laws:a").owed  # type: ignore[union-attr]
    rounds(office, 2)
    assert len(asked) == 1 and not office.store.book("laws:a").owed  # type: ignore[union-attr]
    office.drivers.clear()  # the oracle of the laws asks for answers of today; this book takes none
    office.clock.at += 120 * 86400
    new_day(office.parts)  # months later other deadlines stand in the rows
    assert asked.count("甲镇.xlsx") == 2
    sync_round(office.parts)
    assert asked.count("甲镇.xlsx") == 2


def test_a_wish_for_another_try_is_granted(office: World, asked: list[str]) -> None:
    """重新同步: whoever changed the set-up need not wait for the file to change."""
    signed(office, [A, B])
    rounds(office, 2)
    office.store.want(["laws:a"])
    rounds(office, 2)
    assert len(asked) == 2


# written but for some cells ---------------------------------------------------------------------------------------


def check_column(tab: PaperTab) -> tuple[int, int]:
    """The column of 校验结果 and the first row of data."""
    return next((column, row + 2) for (row, column), text in tab.grid().items() if text == "tb:project.@check")


def merged(world: World, rows: list[list[str]]) -> Path:
    """甲镇's book with new rows; somebody merged the first two cells of 校验结果."""
    fill(world, rows)
    path = world.place / "books" / "甲镇.xlsx"
    paper = Paper.of(path)
    tab = paper.tab("项目库")
    column, first = check_column(tab)
    tab.merge(f"{letters(column)}{first}:{letters(column)}{first + 1}")
    paper.saved(path)
    return path


BAD = "2025-13-01"


def test_an_answer_with_a_gap_is_shown_until_it_is_whole(office: World, asked: list[str]) -> None:
    """The rest is written; the cell and what to do are named and stay to be seen; nobody is asked round after round."""
    path = merged(office, [A, [*B[:4], BAD, "", ""], [*A[:1], "N-8", *A[2:4], BAD, "", ""]])
    rounds(office, 4)
    book = office.store.book("laws:a")
    assert book is not None and "有1格未写" in book.pending and "取消合并" in book.pending
    assert [item.data["reason"] for item in waiting(office, "pending_answer")] == [book.pending]
    since, tries = book.pending_since, len(asked)
    office.clock.at += 600
    rounds(office, 3)
    assert len(asked) == tries
    assert office.store.book("laws:a").pending_since == since  # type: ignore[union-attr]
    paper = Paper.of(path)
    block = paper.tab("项目库").root.find("{*}mergeCells")
    block.remove(block[-1])
    paper.saved(path)
    rounds(office, 2)
    assert not waiting(office, "pending_answer")
    assert "13" in texts(office)["乙项目"]["check"]


def test_an_answer_with_a_gap_is_tried_again_every_day(office: World, asked: list[str]) -> None:
    merged(office, [A, [*B[:4], BAD, "", ""]])
    rounds(office, 2)
    office.drivers.clear()  # the oracle of the laws asks for whole answers
    tries = len(asked)
    office.clock.at += 86400
    new_day(office.parts)
    assert asked[tries:].count("甲镇.xlsx") == 1
    assert len(waiting(office, "pending_answer")) == 1


def test_a_round_that_answers_twice_says_what_was_written(office: World) -> None:
    """Shared judgements follow in the same round; what was written before is not taken for refused."""
    merged(office, [A, [*B[:4], BAD, "", ""]])
    report = rounds(office, 1)
    outcome = report.outcomes["laws:a"]
    assert (outcome.kind, outcome.unwritten) == ("done", 1) and "未写" in outcome.reason
