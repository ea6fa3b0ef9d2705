"""A row as it would have been read on a past day, as far as what is known today tells: dated values as they were, actual
dates and child rows that came later left out, and derived values from these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from validators.expression_types import PARENT, TODAY
from validators.facts import typed_row
from validators.owner import OWNER_NAMES
from validators.periods import try_period
from validators.rules.as_of import values_on
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Judge, TypedRow
from validators.rules.order import says
from validators.values import first_day

if TYPE_CHECKING:
    from validators.scheme.models import Scheme

Rules = Sequence[tuple[RuleBase, Judge]]
_NONE: frozenset[str] = frozenset()


class Rewound:
    """`Then` for shared rules judged on a day."""

    def __init__(self, then: Then, ctx: Ctx) -> None:
        self._then, self._ctx = then, ctx
        self.there, self.turning, self.come = then.there, then.turning, then.come

    def __call__(self, row: TypedRow, day: date, names: frozenset[str], *, above: bool = False) -> TypedRow:
        """The row with these derived values of that day, the others as today; `above`: those of the row above it too."""
        wanted = names if above else _NONE
        return self._then(row, day, self._ctx, self._then.makers(row.table, names), wanted)


class Then:
    """Rows of the past under a scheme; `rules`: of each table, those whose values other rules may look at."""

    def __init__(self, scheme: Scheme, rules: Mapping[str, Rules]) -> None:
        self._rules, self._year_from = rules, scheme.year_from
        self._makers: dict[tuple[str, frozenset[str]], Rules] = {}
        self._tables = {table.name: table for table in scheme.tables}
        self._actual = {
            table.name: [item.name for item in table.fields if item.type == "date_actual"] for table in scheme.tables
        }
        self._days = {
            table.name: [item.name for item in table.fields if item.type in ("date", "date_actual")]
            for table in scheme.tables
        }
        self._period = {table.name: table.periodic.field for table in scheme.tables if table.periodic is not None}

    def makers(self, table: str, names: frozenset[str]) -> Rules:
        """The rules that derive some values, and those that derive what these look at, in order."""
        if (table, names) not in self._makers:
            self._makers[table, names] = self._find(table, names)
        return self._makers[table, names]

    def _find(self, table: str, names: frozenset[str]) -> Rules:
        found = list[tuple[RuleBase, Judge]]()
        for rule, judge in reversed(self._rules.get(table, ())):
            made = {name for name, _ in rule.derives()}
            if made & names or any(says(other, made) for other, _ in found):
                found.append((rule, judge))
        return found[::-1]

    def there(self, row: TypedRow, day: date) -> bool:
        """Whether the row was there on that day: it had been read, or one of its dates or its period had come. Where
        nothing tells, it was."""
        days = self._coming(row)
        return any(found <= day for found in days) if days else True

    def come(self, row: TypedRow, day: date) -> bool:
        """Whether one of its own dates or its period had come by that day, whenever it was read; of a row without any, yes."""
        days = self._dated(row)
        return any(found <= day for found in days) if days else True

    def turning(self, row: TypedRow) -> list[date]:
        """The days on which something of the row, of the row above it or of those below came or changed."""
        relatives = [value for name, value in row.items() if name[:1] == PARENT and isinstance(value, TypedRow)]
        days = [day for item in (row, *relatives) for day in self._turning(item)]
        for child in (child for found in row.children.values() for child in found):
            days += [*self._turning(child), *self._coming(child)]
        return days

    def _coming(self, row: TypedRow) -> list[date]:
        """Days each of which tells that the row was there."""
        days = self._dated(row)
        if first := row.facts.get("first") if row.facts else None:
            days.append(first_day(first))
        return days

    def _dated(self, row: TypedRow) -> list[date]:
        days = [found for name in self._days[row.table] if (found := row.get(name)) is not None]
        if (name := self._period.get(row.table)) and (
            period := try_period(row.texts.get(name), year_from=self._year_from)
        ) is not None:
            days.append(period.first)
        return days

    def _turning(self, row: TypedRow) -> list[date]:
        days = [done for name in self._actual.get(row.table, ()) if (done := row.get(name)) is not None]
        logs = row.facts.get("dated") if row.facts else None
        if logs:
            days += [first_day(since) for log in logs.values() for since, _ in log if since]
        return days

    def _turned(self, row: TypedRow, day: date) -> bool:
        """Whether it was otherwise on that day."""
        return any(turn > day for turn in self._turning(row))

    def __call__(
        self, row: TypedRow, day: date, ctx: Ctx, rules: Rules | None = None, names: frozenset[str] = _NONE
    ) -> TypedRow:
        """The row on that day, with what all rules that derive (or those given) derive of it; `names`: values of the row
        above that are wanted too, with the rows below it of which they are made."""
        then = self._own(row, day)
        for name, value in row.items():
            if name[:1] != PARENT or not isinstance(value, TypedRow):
                continue
            if names and self.makers(value.table, names):
                then[name] = self._above(value, day, ctx)
            elif self._turned(value, day):
                then[name] = self._derived(value, self._own(value, day), day, ctx, None)
        if row.children:
            then.children = {name: self._children(found, then, day, ctx) for name, found in row.children.items()}
        return self._derived(row, then, day, ctx, rules)

    def _own(self, row: TypedRow, day: date) -> TypedRow:
        """Its own cells as they were, without what is derived."""
        if self._turned(row, day):
            dated = row.facts.get("dated", {}) if row.facts else {}
            texts = {**row.texts, **values_on(dated, day)}
            then = TypedRow(row.table, row.id, row.unit, texts, row.facts)
            then.update(typed_row(self._tables[row.table], texts))
            then.update((name, value) for name, value in row.items() if name[:1] == PARENT or name in OWNER_NAMES)
            then.cannot_read(row.unread)
            for name in self._actual.get(row.table, ()):
                if (done := then.get(name)) is not None and done > day:
                    del then[name]
        else:
            then = TypedRow(row.table, row.id, row.unit, row.texts, row.facts)
            then.update(row)
            for name in row.derived:
                then.pop(name, None)
            then.unread = row.unread
        then.children = row.children
        then[TODAY] = day
        return then

    def _above(self, row: TypedRow, day: date, ctx: Ctx) -> TypedRow:
        """The row above on that day. What is derived below it may hang on what is derived on it, and that on what is
        derived below: first without them, then with them."""
        then = self._own(row, day)
        children, then.children = then.children, {}
        then = self._derived(row, then, day, ctx, None)
        then.children = {name: self._children(found, then, day, ctx) for name, found in children.items()}
        return self._derived(row, then, day, ctx, None)

    def _children(self, rows: Sequence[TypedRow], owner: TypedRow, day: date, ctx: Ctx) -> list[TypedRow]:
        """Those of them that were there."""
        found = []
        for row in rows:
            if self.there(row, day):
                then = self._own(row, day)
                then[PARENT + owner.table] = owner
                found.append(self._derived(row, then, day, ctx, None))
        return found

    def _derived(self, row: TypedRow, then: TypedRow, day: date, ctx: Ctx, rules: Rules | None) -> TypedRow:
        """With what the rules derive of it, and what others put on the row."""
        deriving = self._rules.get(row.table, ()) if rules is None else rules
        made = {name for rule, _ in deriving for name, _ in rule.derives()}
        then.derived = {name: value for name, value in row.derived.items() if name not in made}
        then.update(then.derived)
        for _, judge in deriving:
            outcome = judge(then, Ctx(day, ctx.calendar))
            if outcome is not None and outcome.derived:
                then.update(outcome.derived)
                then.derived.update(outcome.derived)
        return then
