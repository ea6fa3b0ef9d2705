"""For which periods a row is in the scope of a `cadence`: its condition as it held on the last day of each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from validators.expression_types import TODAY
from validators.expressions import Expression, compile_expression
from validators.owner import PERIOD_FIRST, PERIOD_LAST, PERIOD_NAMES
from validators.periods import Period
from validators.rules import codes
from validators.rules.as_of import cells_on, next_change
from validators.rules.context import Ctx, Env, TypedRow
from validators.rules.order import derived_on
from validators.status import Status

if TYPE_CHECKING:
    from validators.rules.cadence import Cadence

_PERIOD = frozenset({PERIOD_FIRST, PERIOD_LAST, TODAY})
_NOTHING: frozenset[str] = frozenset()


class Scope:
    """The condition compiled. `whole`: the duty is that of a unit, whatever rows it has; it may look at the period only."""

    def __init__(self, env: Env, rule: Cadence, *, whole: bool) -> None:
        self.rule, self.title = rule, env.title
        self.when = scope_of(env, rule.when, rule.table)
        reads = self.when.reads if self.when is not None else _NOTHING
        if whole and reads - _PERIOD:
            raise ValueError("一家报一份的，when 只能用期初、期末、今天；要看行的，写 coverage: all 或 subject: record")
        self.reads, self.timely = reads, bool(reads & _PERIOD)
        above = {name.rpartition(".")[2] for name in env.derived_above(reads)}
        self.derived, self.above = (derived_on(env.scheme, rule.table) & reads) | above, bool(above)
        self.table = env.scheme.table(rule.table) if rule.table else None

    def wanted(self, period: Period, ctx: Ctx) -> bool:
        """Whether anything is owed for the period at all."""
        days = {PERIOD_FIRST: period.first, PERIOD_LAST: period.last, TODAY: ctx.today}
        return self.when is None or self.when.fn(days) is True

    def holds(self, row: TypedRow, period: Period, ctx: Ctx) -> tuple[Any, Mapping[str, Any]]:
        """Whether the row is in scope on the period's last day, and the cells by which that was asked: with the dated and
        derived values of that day. The period stands in the row while it is asked."""
        if self.when is None:
            return True, row
        day = min(period.last, ctx.today)
        if self.derived and day < ctx.today and ctx.then is not None:
            row = ctx.then(row, day, self.derived, above=self.above)
        if self.timely:
            row[PERIOD_FIRST], row[PERIOD_LAST], row[TODAY] = period.first, period.last, ctx.today
        if not row.facts or "dated" not in row.facts:
            return self.when.fn(row), row
        assert self.table is not None
        cells = cells_on(row, self.table, self.reads, day)
        return self.when.fn(cells), cells

    def missing(self, cells: Mapping[str, Any]) -> list[str]:
        """Blank cells that leave the condition open."""
        return [] if self.when is None else [name for name in self.when.missing(cells) if name not in _PERIOD]

    def pending(self, cells: Mapping[str, Any], period: Period) -> Status:
        """待补条件: what is blank in the cells leaves open whether anything is owed for the period."""
        return self.lacking(self.missing(cells), period)

    def lacking(self, missing: list[str], period: Period) -> Status:
        """待补条件 for these cells."""
        titles = [self.title(name, self.rule.table) for name in missing]
        inputs = {"period": period.text, "label": period.label, "fields": missing, "missing": titles}
        return Status(self.rule.id, codes.PENDING, None, None, None, inputs)

    def ahead(self, row: TypedRow, today: date) -> date | None:
        """The next day on which a dated value that the condition reads is another."""
        return next_change(row, self.reads, today) if self.reads else None


def scope_of(env: Env, text: str, table: str) -> Expression | None:
    """The scope's condition, which may name the period's first and last day."""
    if not text:
        return None
    names = {**(env.names(table) if table else {}), **PERIOD_NAMES}
    found = compile_expression(text, names, env.constants, "bool", env.scheme.year_from, env.happened(table))
    env.timely = env.timely or TODAY in found.reads
    return found
