"""The Backend protocol: what the engine asks of a place where books live. Two real ones and one in memory."""

from __future__ import annotations

from typing import Protocol

from sync.book import BookAnswer, BookRef, BookShape, Outcome, Snapshot


class Backend(Protocol):
    """All methods are safe to repeat. Failures of the place itself are `BookUnavailable`.

    `by_place`: a cell in a row that stands already can be written by row and column. Where several people edit at the
    same instant it cannot: nobody can say whose row it will be when the write arrives.
    """

    by_place: bool

    def list(self) -> list[BookRef]:
        """All books now present, cheaply: no book is opened. Temporary and lock files are not books."""
        ...

    def read(self, ref: BookRef, shape: BookShape) -> Snapshot:
        """Read one book whole. What is wrong with it (damaged, encrypted, foreign, too large) is a finding."""
        ...

    def answer(self, ref: BookRef, answer: BookAnswer) -> Outcome:
        """Bring our texts into the book if it still is `answer.fingerprint`, else `changed`. All or nothing."""
        ...

    def busy(self, ref: BookRef) -> str:
        """Who or what holds the book open now, as a person would say it; "" when it is free."""
        ...
