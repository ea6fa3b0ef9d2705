"""Sentences about books and tabs; they stand in the one catalogue, `validators.messages`."""

from __future__ import annotations

from validators.messages.books import BOOK_MESSAGES

__all__ = ["BOOK_MESSAGES"]
