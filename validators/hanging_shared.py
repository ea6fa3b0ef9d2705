"""What rules over many rows say of a row that lacks a derived value: as with the row's own rules, the cells behind it.

The statuses of the rules that derive, on the row or on the one above it, are not at hand there; they are judged again,
of such rows only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from validators.hanging import Hanging
from validators.hanging_above import HangingAbove

if TYPE_CHECKING:
    from validators.compiled import Compiled
    from validators.rules.context import Ctx, TypedRow
    from validators.status import Status


class SharedHanging:
    """For the rules over many rows of a compiled scheme."""

    def __init__(self, compiled: Compiled) -> None:
        self._deriving = {name: [r for r in items if r.rule.derives()] for name, items in compiled.records.items()}
        self._tables: dict[str, Hanging] = {}
        self._above: dict[str, HangingAbove] = {}
        shared = {item.rule.id: item.rule.table for item in compiled.shared}
        for table in dict.fromkeys(shared.values()):
            if table in compiled.tables:
                own = [rule for rule, of in shared.items() if of == table]
                names = [*(item.id for item in self._deriving.get(table, ())), *own]
                self._tables[table] = Hanging(
                    compiled.tables[table], [(name, compiled.versions[name]) for name in names]
                )
                if compiled.tables[table].parent:
                    self._above[table] = HangingAbove(compiled, table, names)

    def on(self, ctx: Ctx) -> Callable[[TypedRow, Status], Status]:
        """For one judging: puts the cause into a status that waits for a derived value."""
        judged: dict[str, list[Status]] = {}

        def settle(row: TypedRow, status: Status) -> Status:
            hanging, said = self._tables.get(row.table), [status]
            if hanging is not None and hanging.waits(status):
                if row.id not in judged:
                    judged[row.id] = self._said(row, ctx)
                said = [*judged[row.id], status]
                hanging.settle(row, said)
            if (above := self._above.get(row.table)) is not None:
                said = said[-1:]
                above.settle(row, said, ctx)
            return said[-1]

        return settle

    def _said(self, row: TypedRow, ctx: Ctx) -> list[Status]:
        outcomes = (item.judge(row, ctx) for item in self._deriving.get(row.table, ()))
        return [found.status for found in outcomes if found is not None and found.status is not None]
