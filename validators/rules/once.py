"""Things that several rows or several units list, counted once."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from validators.rules.context import TypedRow

_ZERO = Decimal(0)


class Once:
    """A count or sum in which rows of the same `distinct` are one: in each unit's own number, and in that of all (B-43).

    A row with a blank there is a thing of its own. Without `distinct` every row is. Of rows that say different amounts of
    one thing the largest counts, whichever was read first (law L6).
    """

    def __init__(self, distinct: str) -> None:
        self._distinct = distinct
        self._alone: dict[str, Decimal] = defaultdict(lambda: _ZERO)  # unit → sum
        self._most: dict[tuple[str, str], Decimal] = {}  # unit, thing → amount

    def add(self, row: TypedRow, amount: Decimal) -> None:
        key = row.texts.get(self._distinct, "") if self._distinct else ""
        if key:
            place = row.unit, key
            self._most[place] = max(amount, self._most.get(place, amount))
        else:
            self._alone[row.unit] += amount

    def sums(self) -> tuple[Decimal, dict[str, Decimal]]:
        """Of all units, and of each."""
        by_unit, things = dict(self._alone), dict[str, Decimal]()
        for (unit, key), amount in self._most.items():
            by_unit[unit] = by_unit.get(unit, _ZERO) + amount
            things[key] = max(amount, things.get(key, amount))
        return sum(self._alone.values(), _ZERO) + sum(things.values(), _ZERO), by_unit
