"""What docs/google.md says that `doctor` and `books build` say, they do say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs/google.md").read_text("utf-8")
SAID = "".join(
    path.read_text("utf-8")
    for pattern in ("app/doctor/*.py", "app/spreadsheets/*.py", "app/cli/books.py", "sync/backends/google/*.py")
    for path in sorted(ROOT.glob(pattern))
)
TABLES = [line for line in GUIDE.splitlines() if line.startswith("|")]
SPANS = [span for line in TABLES for span in re.findall(r"`([^`]+)`", line)]
QUOTED = [span for span in SPANS if re.search(r"[\u4e00-\u9fff]", span)]


@pytest.mark.parametrize("quote", QUOTED)
def test_a_quoted_message_is_one_that_is_given(quote: str) -> None:
    """Word for word, as far as no name stands between."""
    pieces = [piece for piece in re.findall(r"[\u4e00-\u9fff]+", quote) if len(piece) > 3]
    assert pieces or "…" in quote or "✗" in quote
    assert [piece for piece in pieces if piece not in SAID] == []


def test_the_guide_quotes_enough_to_be_worth_checking() -> None:
    assert len(QUOTED) > 25
