"""Answers → a feedback book, for folders whose books must not be written into (`feedback = true`, .xls, .ods)."""

from __future__ import annotations

from collections import defaultdict

from sheets_templates.feedback import RowTexts, feedback_book
from sync.backends.folder.feedback import FeedbackWriter
from sync.book import BookAnswer, BookRef
from validators.scheme.models import Scheme


class FeedbackBook:
    """Writes feedback books: a scheme's answer columns under their own titles, hidden ones left out."""

    def __init__(self, scheme: Scheme) -> None:
        self.use(scheme)

    def use(self, scheme: Scheme) -> None:
        """From now on with the columns of this scheme."""
        self._answers = [(column.name, column.title) for column in scheme.answers if not column.hidden]

    def __call__(self, ref: BookRef, answer: BookAnswer) -> bytes:
        todo = [(line.where, line.who, line.field, line.severity, line.value, line.wanted) for line in answer.todo]
        return feedback_book(ref.name, answer.banner, todo, _rows(answer), self._answers)


def feedback_writer(scheme: Scheme) -> FeedbackWriter:
    """A writer of feedback books for one scheme."""
    return FeedbackBook(scheme)


def _rows(answer: BookAnswer) -> list[RowTexts]:
    """The rows that are told something, in the order of the book."""
    texts: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    for cell in answer.cells:
        if cell.name and cell.text:
            texts[cell.tab, cell.row][cell.name] = cell.text
    return [RowTexts(tab, row, answer.names.get((tab, row), ""), said) for (tab, row), said in texts.items()]
