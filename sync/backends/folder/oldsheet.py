"""Tabs of books that a library has read as a whole (.xls, .ods), in the form of `RawSheet`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sync.backends.folder.package import Limits, Trouble
from sync.backends.folder.rawsheet import Cells


class OldSheet:
    """Rows of one tab. `blank_rows`, `far_cells` are complete once `rows()` has been exhausted."""

    def __init__(self, limits: Limits, merges: Iterable[str]) -> None:
        self._limits, self.merges = limits, list(merges)
        self.blank_rows = 0
        self.far_cells = 0  # filled cells beyond the last column we read

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """(1-based row number, filled cells) in order; rows without a filled cell are only counted."""
        filled = 0
        for row, cells in self._lines():
            if not cells:
                self.blank_rows += 1
                continue
            filled += 1
            if filled > self._limits.rows:
                raise Trouble("book.too_large", reason="rows", count=filled)
            yield row, cells

    def _lines(self) -> Iterator[tuple[int, Cells]]:
        """All rows, those without a filled cell too."""
        raise NotImplementedError
