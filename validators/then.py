"""A row as it would have been read on a past day, as far as what is known today tells: dated values as they were, actual
dates that came later left out, and derived values from these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from validators.expression_types import TODAY
from validators.facts import typed_row
from validators.rules.as_of import values_on
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Judge, TypedRow
from validators.rules.order import says

if TYPE_CHECKING:
    from validators.scheme.models import Scheme

Rules = Sequence[tuple[RuleBase, Judge]]


class Then:
    """Rows of the past under a scheme; `rules`: of each table, those whose values other rules may look at."""

    def __init__(self, scheme: Scheme, rules: Mapping[str, Rules]) -> None:
        self._rules = rules
        self._makers: dict[tuple[str, frozenset[str]], Rules] = {}
        self._tables = {table.name: table for table in scheme.tables}
        self._actual = {
            table.name: [item.name for item in table.fields if item.type == "date_actual"] for table in scheme.tables
        }

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

    def __call__(self, row: TypedRow, day: date, ctx: Ctx, rules: Rules | None = None) -> TypedRow:
        """The row on that day, with what all rules that derive (or those given) derive of it."""
        dated = row.facts.get("dated", {}) if row.facts else {}
        texts = {**row.texts, **values_on(dated, day)}
        then = TypedRow(row.table, row.id, row.unit, texts, row.facts)
        then.children = row.children
        then.update({name: value for name, value in row.items() if name.startswith("@")})
        then.update(typed_row(self._tables[row.table], texts))
        then.cannot_read(row.unread)
        for name in self._actual.get(row.table, ()):
            if (done := then.get(name)) is not None and done > day:
                del then[name]
        then[TODAY] = day
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
