"""What a round says of a book that was answered twice: what was written is written, whatever came to light afterwards."""

from __future__ import annotations

import pytest

from sync.backends.base import Outcome
from sync.engine import LATER, answered_twice


@pytest.mark.parametrize(
    ("first", "second", "kind", "written", "reason"),
    [
        (None, Outcome("done", written=3), "done", 3, ""),
        (Outcome("done", written=3), Outcome("nothing"), "done", 3, ""),
        (Outcome("done", written=3), Outcome("done", written=2), "done", 5, ""),
        (Outcome("done", written=3), Outcome("changed", "要先重新读取"), "done", 3, LATER),
        (Outcome("done", LATER, written=3), Outcome("nothing"), "done", 3, ""),
        (Outcome("done", LATER, written=3), Outcome("done", written=1), "done", 4, ""),
        (Outcome("done", written=3), Outcome("refused", "有几格写不进去"), "done", 3, "有几格写不进去"),
        (Outcome("changed", "先读"), Outcome("done", written=2), "done", 2, ""),
        (Outcome("postponed", "开着"), Outcome("changed", "又变了"), "changed", 0, "又变了"),
    ],
)
def test_two_answers_become_one_line(
    first: Outcome | None, second: Outcome, kind: str, written: int, reason: str
) -> None:
    found = answered_twice(first, second)
    assert (found.kind, found.written, found.reason) == (kind, written, reason)
