"""The engine's door: a scheme compiled once, then records, families and shared facts judged on any day.

Pure: the same scheme, calendar, records with their history facts and day give the same results, in whatever order
the records come. Rules run by rank, so that what one derives (tier, lookup, stage) can be used by those after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from validators.compiled import Compiled
from validators.evaluate_records import RecordJudge, RecordResult, Related
from validators.evaluate_shared import SharedRules
from validators.expression_types import TODAY
from validators.expressions import Expression
from validators.facts import Facts, Verdict, build_row
from validators.owner import owners
from validators.periods import period_of
from validators.rows import Record
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, TypedRow
from validators.rules.ended import ended_on
from validators.rules.versions import Term, terms_of

if TYPE_CHECKING:
    from validators.calendar import Calendar
    from validators.scheme.models import Scheme

__all__ = ["Evaluator", "RecordResult", "Related"]


class Evaluator:
    """A scheme compiled with a calendar. ExpressionError or ValueError when a rule cannot be compiled."""

    def __init__(self, scheme: Scheme, calendar: Calendar) -> None:
        self.scheme = scheme
        self.calendar = calendar
        self._compiled = Compiled(scheme, calendar)
        self.rules: dict[str, RuleBase] = self._compiled.rules
        self._own = RecordJudge(self._compiled)
        self._spanning = SharedRules(self._compiled)
        self._scopes = self._opening_scopes(self._compiled.env)

    def records(self, table: str, records: Sequence[Record], today: date, related: Related) -> list[RecordResult]:
        """Judge records of one table, in their order. After the scheme's end all stands as on the day after it."""
        return self._own.records(table, records, today, related)

    def relatives(self, table: str) -> frozenset[str]:
        """Tables whose rows of the same book must all be known to judge any record of this one, parents left out."""
        compiled = self._compiled
        wanted = compiled.wanted.get(table, frozenset())
        if table in compiled.above:
            wanted |= compiled.wanted.get(compiled.tables[table].parent, frozenset())
        return wanted | {table} if table in compiled.families else wanted

    def looks_above(self) -> frozenset[str]:
        """Tables of whose rows something is said that hangs on what rules derive on their parents."""
        return frozenset(self._compiled.above)

    def shared(self, facts: Facts, today: date, rules: Iterable[str] | None = None) -> list[Verdict]:
        """What the shared rules (those named, or all) say of records, units, periods, targets and participants."""
        return self._spanning.judge(facts, today, rules)

    def shared_rules(self) -> set[str]:
        """Ids of the rules that span books."""
        return self._spanning.ids()

    def shared_rules_reading(self, table: str, columns: Collection[str] | None = None) -> set[str]:
        """Ids of the rules that must be judged again when a record of the table changes: comes, goes, or reads otherwise
        in these columns only."""
        return self._spanning.reading(table, columns)

    def shared_tables(self, rules: Iterable[str] | None = None) -> set[str]:
        """Tables whose records the shared rules (those named, or all) look at."""
        return self._spanning.tables(rules)

    def shared_turns(self, since: date | None, today: date) -> set[str]:
        """Ids of shared rules that may speak of new subjects because the day moved on from `since` to `today`: a new
        period has begun, or a condition looks at 今天. What is already spoken of carries its own next_change."""
        return self._spanning.turned(since, today)

    # opening a period ----------------------------------------------------------------------------------------------

    def in_scope(
        self, child_table: str, parent_table: str, values: Mapping[str, str], today: date, unit: str = ""
    ) -> bool:
        """Whether a parent of the unit with these values owes a row of the child table now: its cadence rules say which. Where no
        rule says, all do. A parent of which it cannot be told does; one that is over does not."""
        model = self._compiled.tables[parent_table]
        row = build_row(model, Record("", parent_table, unit, dict(values)), owners(self.scheme))
        ended = ended_on(self._compiled.tables, model, row, today)
        if ended is not None and ended <= today:
            return False
        scopes = self._scopes.get((child_table, parent_table), [])
        if not scopes:
            return True
        self._compiled.derive({parent_table: [row]}, Ctx(today, self.calendar))
        return any(scope(row, today) for scope in scopes)

    def _opening_scopes(self, env: Env) -> dict[tuple[str, str], list[Callable[[TypedRow, date], bool]]]:
        found: dict[tuple[str, str], list[Callable[[TypedRow, date], bool]]] = defaultdict(list)
        for term in (
            term for item in self._compiled.shared for term in terms_of(self._compiled.versions[item.rule.id])
        ):
            rule = term.rule
            child = self._compiled.tables.get(getattr(rule, "evidence", ""))
            if rule.kind != "cadence" or child is None or child.periodic is None or child.parent != rule.table:
                continue
            if getattr(rule, "period", "") == child.periodic.kind:
                found[child.name, rule.table].append(_scope(env, term))
        return dict(found)


def _scope(env: Env, term: Term) -> Callable[[TypedRow, date], bool]:
    from validators.owner import PERIOD_FIRST, PERIOD_LAST
    from validators.rules.cadence_scope import scope_of

    rule = term.rule
    condition: Expression | None = scope_of(env, rule.when, rule.table)
    anchor, kind = getattr(rule, "until", ""), getattr(rule, "period", "month")
    until = env.date(anchor, rule.table) if anchor else None

    def owes(row: TypedRow, day: date) -> bool:
        period = period_of(day, kind, env.scheme.year_from)
        if day not in term:
            return False
        if until is not None and (last := until(row)) is not None and last < period.first:
            return False
        if condition is None:
            return True
        cells = {**row, PERIOD_FIRST: period.first, PERIOD_LAST: period.last, TODAY: day}
        return condition.fn(cells) is not False

    return owes
