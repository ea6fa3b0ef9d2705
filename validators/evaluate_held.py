"""What lists of dates said on a past day: 对照表, 名单 whose rows hold from a date, versions of rules that derive values, and
the places of rows in a ranking.

A target of June counts by the list of June, whatever the list says today. Rows are as they are known now; only the
choice of a list's version, where a row has no day of its own, is that of the past day. Facts are made once for all days
between which no list changed; where none changed since, they are the same as today's.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from validators.compiled import Compiled, SharedRule
from validators.expression_types import PARENT
from validators.facts import Facts
from validators.rules.context import Ctx, TypedRow

_KEPT = 3  # of so many stretches of days the facts are kept at a time


class Held:
    """The facts of one shared rule on past days. `needed`: the shared rules that put values on its rows, in order."""

    def __init__(self, compiled: Compiled, item: SharedRule, needed: Sequence[SharedRule], facts: Facts, ctx: Ctx):
        self._compiled, self._item, self._needed = compiled, item, needed
        self._facts, self._ctx = facts, ctx
        days = set(compiled.list_days)
        for other in needed:
            days |= getattr(other.judge, "turns", _no_turns)(facts)
        self._days = sorted(days)
        self._daily = any(getattr(other.judge, "daily", False) for other in needed)
        self._made: dict[int, Facts] = {self._stretch(ctx.today): facts}

    def __call__(self, day: date) -> Facts:
        stretch = self._stretch(day)
        if stretch not in self._made:
            if len(self._made) > _KEPT:
                self._made = {self._stretch(self._ctx.today): self._facts}
            self._made[stretch] = self._make(day)
        return self._made[stretch]

    def _stretch(self, day: date) -> int:
        return day.toordinal() if self._daily else bisect_right(self._days, day)

    def _make(self, day: date) -> Facts:
        tables = sorted(self._item.tables)
        facts = replace(self._facts, rows={**self._facts.rows, **_twins(self._facts.rows, tables)})
        ctx = Ctx(self._ctx.today, self._ctx.calendar, held=day, then=self._ctx.then)
        self._compiled.derive({name: facts.table(name) for name in tables}, ctx)
        for other in self._needed:
            other.judge(facts, ctx)
            facts.memo.clear()  # values on the rows are others now
        return facts


def _no_turns(_facts: Facts) -> set[date]:
    return set()


def _twins(rows: Mapping[str, list[TypedRow]], tables: Sequence[str]) -> dict[str, list[TypedRow]]:
    """Copies of the rows of tables, tied to each other as their originals are; what was derived may differ."""
    twins = {id(row): _twin(row) for name in tables for row in rows.get(name, ())}
    for name in tables:
        for row in rows.get(name, ()):
            twin = twins[id(row)]
            twin.update((key, twins.get(id(value), value)) for key, value in row.items() if key.startswith(PARENT))
            twin.children = {table: [twins.get(id(c), c) for c in found] for table, found in row.children.items()}
    return {name: [twins[id(row)] for row in rows.get(name, ())] for name in tables}


def _twin(row: TypedRow) -> TypedRow:
    twin = TypedRow(row.table, row.id, row.unit, row.texts, row.facts)
    twin.update(row)
    twin.derived, twin.latest, twin.unread = dict(row.derived), row.latest, row.unread
    return twin
