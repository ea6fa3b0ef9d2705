"""Who is meant by a row that names a company or a person: by its code where it has one, else by its name.

The same company stands in one row with its code and in another with its name only. A name that goes with exactly one
code anywhere in the rows means that code; a name that goes with two codes, or with none, stays a name (B-25).
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence

from validators.rules.context import TypedRow


def normal(text: str) -> str:
    """A text for comparison: full-width forms, case and blanks do not matter."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


class Participants:
    """The participants of rows by `fields` in order of trust: code first, then name."""

    def __init__(self, rows: Iterable[TypedRow], fields: Sequence[str]) -> None:
        self._fields = tuple(fields)
        self._names: dict[str, str] = {}
        codes: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            filled = self._filled(row)
            for text in filled[1:]:
                codes[text].add(filled[0])
            shown = row.texts.get(self._fields[-1], "")
            if filled and shown:
                self._names[filled[0]] = min(shown, self._names.get(filled[0], shown))
        self._code_of = {text: next(iter(found)) for text, found in codes.items() if len(found) == 1}

    def key(self, row: TypedRow) -> str:
        """The key of the row's participant, "" when the row names nobody."""
        filled = self._filled(row)
        return self._code_of.get(filled[0], filled[0]) if filled else ""

    def find(self, texts: Iterable[str]) -> str:
        """The key for texts in the same order of trust that stand elsewhere, e.g. in a project's row."""
        for text in map(normal, texts):
            if text:
                return self._code_of.get(text, text)
        return ""

    def name(self, key: str) -> str:
        """The participant as a person writes it."""
        return self._names.get(key, key)

    def _filled(self, row: TypedRow) -> list[str]:
        texts = (normal(row.texts.get(name, "")) for name in self._fields)
        return [text for text in texts if text]
