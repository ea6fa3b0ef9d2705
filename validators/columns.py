"""A column of cells read at one stroke: the plain forms and what is remembered first, the parser for the rest.

Three ways of one meaning: the memory holds what was read before, the quick reader answers only what the parser
answers too. The parser costs some ten times more than either, and few cells of a book need it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from validators.findings import Finding
from validators.parsers.quick import Quick


class Told(NamedTuple):
    """A cell about which something must be said. `unread`: it has no value, the last accepted one stays."""

    value: str
    finding: Finding
    unread: bool


class Column(NamedTuple):
    """A field of one column of one book, ready to read.

    `known`: cell → canonical text, "" for blanks, never more than `most`; `said`: cell → what must be said of it.
    `quick` answers for cells in a plain form; with `once` it is asked before the memory and nothing is learnt from it:
    such cells hardly come twice (codes, amounts), or the look is as short (places, 是/否). `read` is asked for all others, and remembers.
    """

    name: str
    known: dict[str, str]
    most: int
    said: dict[str, Told]
    quick: Quick | None
    once: bool
    read: Callable[[str], str | Told]

    def texts(self, cells: Sequence[str], told: dict[int, list[Told]]) -> list[str]:
        """Canonical texts of the cells; what must be said is added to `told` by position."""
        once = self.once and self.quick is not None
        first = self.quick if once else self._remembered
        texts = first(cells)  # type: ignore[misc]
        if None in texts:
            left = [index for index, text in enumerate(texts) if text is None]
            if once:
                left = self._fill(self._remembered, cells, texts, left)
            elif self.quick is not None:
                left = self._fill(self._quickly, cells, texts, left)
            if left:
                self._slowly(cells, texts, left, told)
        return texts  # type: ignore[return-value]

    def _remembered(self, cells: Sequence[str]) -> list[str | None]:
        return list(map(self.known.get, cells))

    def _fill(self, find: Quick, cells: Sequence[str], texts: list[str | None], left: list[int]) -> list[int]:
        """Fill in what is found at once; the positions of the rest."""
        found = find([cells[index] for index in left])
        for index, text in zip(left, found, strict=True):
            texts[index] = text
        return [index for index, text in zip(left, found, strict=True) if text is None] if None in found else []

    def _quickly(self, cells: Sequence[str]) -> list[str | None]:
        """What the quick reader finds, learnt for the next rows."""
        found = self.quick(cells)  # type: ignore[misc]
        new = {cell: text for cell, text in zip(cells, found, strict=True) if text is not None}
        known = self.known
        if len(known) + len(new) > self.most:
            known.clear()
            known[""] = ""
        if len(new) < self.most:
            known.update(new)
        return found

    def _slowly(
        self, cells: Sequence[str], texts: list[str | None], left: list[int], told: dict[int, list[Told]]
    ) -> None:
        known, said, read = self.known, self.said, self.read
        for index in left:
            cell = cells[index]
            found = said.get(cell) or known.get(cell)  # the same words a few rows above
            if found is None:
                found = read(cell)
            if isinstance(found, str):
                texts[index] = found
            else:
                texts[index] = found.value
                told[index].append(found)
