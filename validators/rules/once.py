"""Things that several rows or several units list, counted once."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from validators.rules.context import TypedRow

_ZERO = Decimal(0)


class Once:
    """A count or sum in which rows of the same `distinct` are one: in each unit's own number, and in that of all (B-43).

    A row with a blank there is a thing of its own. Without `distinct` every row is.
    """

    def __init__(self, distinct: str) -> None:
        self._distinct = distinct
        self._seen: set[tuple[str | None, str]] = set()
        self.total = _ZERO
        self.by_unit: dict[str, Decimal] = defaultdict(lambda: _ZERO)

    def add(self, row: TypedRow, amount: Decimal) -> None:
        key = row.texts.get(self._distinct, "") if self._distinct else ""
        if not key or self._first(None, key):
            self.total += amount
        if not key or self._first(row.unit, key):
            self.by_unit[row.unit] += amount

    def _first(self, unit: str | None, key: str) -> bool:
        if (unit, key) in self._seen:
            return False
        self._seen.add((unit, key))
        return True
