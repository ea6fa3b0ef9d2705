"""The slow full round: every book is read once in a while, whatever Drive says of it (its hints come late)."""

from __future__ import annotations

LADDER = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 96.0, 192.0)


def round_seconds(books: int, reads_a_minute: int, share: float, wanted: float) -> float:
    """How long a full round over so many books takes under a share of the read quota: at least what is wanted.

    Lengths grow in steps, so that a few books more do not move every book's turn.
    """
    needed = books / max(reads_a_minute * share, 0.001) * 60
    return next((wanted * step for step in LADDER if wanted * step >= needed), max(needed, wanted))
