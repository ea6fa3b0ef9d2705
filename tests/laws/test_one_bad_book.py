"""Law L8: one bad book never stops the others, whatever goes wrong with it, and no trace reaches a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.book import BookRef, BookShape, Snapshot
from sync.engine import sync_round
from sync.errors import BookUnavailable
from tests.laws.world import Kit, Mood, World


@pytest.mark.parametrize(
    ("trouble", "told"),
    [(RuntimeError("a bug of ours"), "系统内部出错"), (BookUnavailable("刚刚保存过"), "刚刚保存过")],
    ids=["a bug of ours", "a book that cannot be had now"],
)
def test_the_other_book_is_read_and_answered(kit: Kit, tmp_path: Path, trouble: Exception, told: str) -> None:
    """甲镇 fails while it is read; 乙镇 is answered in the same round, and 甲镇 in the next."""
    world = World(kit, "memory", 3, tmp_path / "office", mood=Mood(0, 0, 0, 0, 0))
    read = world.backend.read

    def failing(ref: BookRef, shape: BookShape) -> Snapshot:
        if ref.key == "a" and world.store.book("laws:a") is not None:  # once it is known whose it is
            raise trouble
        return read(ref, shape)

    world.backend.read = failing  # type: ignore[method-assign]
    report = sync_round(world.parts)
    assert told in report.failures["laws:a"]
    assert "Traceback" not in report.failures["laws:a"]
    assert report.outcomes["laws:b"].kind == "done"
    world.backend.read = read  # type: ignore[method-assign]
    world.settle()
    world.close()
