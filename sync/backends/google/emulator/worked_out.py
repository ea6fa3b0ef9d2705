"""What stands in the cells of one version of a book, formulas computed; what has not changed since is not computed again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sync.backends.google.emulator.a1 import letters
from sync.backends.google.emulator.cells import Err, Value
from sync.backends.google.emulator.evaluate import Index, Result, compute
from sync.backends.google.emulator.formats import shown
from sync.backends.google.emulator.formula import Formula
from sync.backends.google.emulator.sheet import Sheet

if TYPE_CHECKING:
    from sync.backends.google.emulator.book import Book

Anchor = tuple[int, int]
Anchors = tuple[dict[int, list[Anchor]], list[Anchor]]
Place = tuple[int, int, int]  # sheet, row, column


@dataclass(frozen=True, slots=True)
class Computed:
    """What a formula came to, and of which sheets as they were (their `facts`): as long as these are the same, so is it."""

    result: Result
    formula: Formula
    sheets: dict[int, dict[str, Any]]
    today: date
    locale: str

    def holds(self, formula: Formula, values: Values) -> bool:
        return (
            self.formula is formula
            and (self.today, self.locale) == (values.today, values.locale)
            and all(values.facts(sheet) is facts for sheet, facts in self.sheets.items())
        )


Known = dict[Place, Computed]


class Values:
    """What stands in the cells of one version of a book. Computed when asked for, and remembered."""

    def __init__(self, book: Book) -> None:
        self._known = book.known
        self.today, self.locale = book.day(), book.locale
        self._sheets = {sheet.id: sheet for sheet in book.sheets}
        self._results: dict[Place, Computed] = {}
        self._running: set[Place] = set()
        self._looked: dict[int, dict[str, Any]] = {}  # sheets that the formula in hand has looked at
        self._partly = False  # a formula was passed over because it was being computed
        self._indexes: dict[object, tuple[Index, dict[int, dict[str, Any]]]] = {}

    def day(self) -> date:
        return self.today

    def facts(self, sheet: int) -> dict[str, Any] | None:
        found = self._sheets.get(sheet)
        return None if found is None else found.facts

    def size(self, sheet: int) -> tuple[int, int]:
        found = self._sheets[sheet]
        self._looked[sheet] = found.facts
        return found.row_count, found.column_count

    def used(self, sheet: int) -> int:
        found = self._sheets[sheet]
        self._looked[sheet] = found.facts
        return found.used_rows()

    def value(self, sheet: int, row: int, column: int) -> Value:
        """The effective value of a cell, entered, computed or spilled."""
        found = self._sheets.get(sheet)
        if found is None:
            return Err("REF")
        self._looked[sheet] = found.facts
        cell = found.rows[row].get(column) if row < len(found.rows) else None
        entered = None if cell is None else cell.entered
        if entered is None:
            return self._spilled(sheet, row, column)
        return self.result(sheet, row, column, entered).first if isinstance(entered, Formula) else entered

    def shown(self, sheet: int, row: int, column: int) -> str:
        return shown(self.value(sheet, row, column), self._sheets[sheet].cell(row, column).look, self.locale)

    def result(self, sheet: int, row: int, column: int, formula: Formula) -> Result:
        key = (sheet, row, column)
        known = self._results.get(key)
        if known is None:
            if key in self._running:
                self._partly = True
                return Result([[Err("REF", "Circular dependency detected.")]])
            older = self._known.get(key)
            known = older if older is not None and older.holds(formula, self) else self._computed(key, formula)
            self._results[key] = known
        self._looked |= known.sheets
        return known.result

    def _computed(self, key: Place, formula: Formula) -> Computed:
        """Compute it, noting what it looked at."""
        outer, self._looked = self._looked, {key[0]: self._sheets[key[0]].facts}
        before, self._partly = self._partly, False
        self._running.add(key)
        try:
            found = compute(formula, self, *key)
        finally:
            self._running.discard(key)
            looked, self._looked = self._looked, outer
            whole, self._partly = not self._partly, self._partly or before
        if found.height > 1 or len(found.rows[0]) > 1:
            blocked = self._blocked(*key, found)
            found = Result([[blocked]]) if blocked else found
        made = Computed(found, formula, looked, self.today, self.locale)
        if whole:
            self._known[key] = made
        return made

    def index(self, key: object, make: Callable[[], Index]) -> Index:
        """An index of cells, made once; whoever uses it has looked at what it was made from."""
        known = self._indexes.get(key)
        if known is None:
            outer, self._looked = self._looked, {}
            before, self._partly = self._partly, False
            known = make(), self._looked
            self._looked = outer
            if not self._partly:
                self._indexes[key] = known
            self._partly = self._partly or before
        self._looked |= known[1]
        return known[0]

    def _blocked(self, sheet: int, row: int, column: int, found: Result) -> Err | None:
        tab = self._sheets[sheet]
        width = len(found.rows[0])
        for index in range(row, min(row + found.height, len(tab.rows))):
            filled = tab.rows[index].filled
            if not filled:
                continue
            for at in range(column, column + width):
                if at in filled and (index, at) != (row, column):
                    where = f"{letters(at)}{index + 1}"
                    return Err("REF", f"Array result was not expanded because it would overwrite data in {where}.")
        return None

    def _spilled(self, sheet: int, row: int, column: int) -> Value:
        columns, wide = self._anchors(sheet)
        near = columns.get(column)
        if near is None and not wide:
            return None
        for top, left in (*near, *wide) if near and wide else near or wide:
            if top > row or left > column:
                continue
            if (sheet, top, left) in self._running:
                self._partly = True
                continue
            entered = self._sheets[sheet].rows[top][left].entered
            assert isinstance(entered, Formula)
            found = self.result(sheet, top, left, entered)
            down, across = row - top, column - left
            if down < found.height and across < len(found.rows[0]):
                return found.rows[down][across] if down < len(found.rows) else found.rest
        return None

    def _anchors(self, sheet: int) -> Anchors:
        """Formulas that may spill, by column; those that may spill into columns beside theirs."""
        facts = self._sheets[sheet].facts
        if "anchors" not in facts:
            facts["anchors"] = _find_anchors(self._sheets[sheet])
        found: Anchors = facts["anchors"]
        return found

    def spill_columns(self, sheet: int) -> set[int] | None:
        """Columns in which something may be spilled; None when that is hard to say."""
        columns, wide = self._anchors(sheet)
        return None if wide else set(columns)

    def last_data_row(self, sheet: int) -> int:
        """Rows down to the last one with any value, spilled ones included; "" counts, a blank does not."""
        last = self.used(sheet)
        for anchors in self._anchors(sheet)[0].values():
            for row, column in anchors:
                entered = self._sheets[sheet].cell(row, column).entered
                assert isinstance(entered, Formula)
                found = self.result(sheet, row, column, entered)
                if found.rest is not None:
                    return self.size(sheet)[0]
                filled = [i for i, values in enumerate(found.rows) if any(v is not None for v in values)]
                last = max(last, row + filled[-1] + 1 if filled else 0)
        return last


def _find_anchors(sheet: Sheet) -> Anchors:
    columns: dict[int, list[Anchor]] = {}
    wide: list[Anchor] = []
    for index, row in enumerate(sheet.rows):
        for column in row.spilling:
            columns.setdefault(column, []).append((index, column))
            entered = row[column].entered
            if isinstance(entered, Formula) and entered.spills[1]:
                wide.append((index, column))
    return columns, wide
