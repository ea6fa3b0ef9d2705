"""How things stood on a past day, asked of a rule that says only how they stand: comparisons of lists, lists that rows are
on, places of rows.

The rule is asked again on that day, over the rows that were there by then, as they were. What counts 应统未统 at the end
of each month looks at the lists of that day: a project that came onto the list in July is missing from it in June.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from validators.facts import Facts, SharedJudge, Verdict
from validators.rules.context import Ctx, Env, TypedRow
from validators.rules.counted import derived_named
from validators.status import UNSETTLED, Status

if TYPE_CHECKING:
    from validators.rules.base import RuleBase
    from validators.then import Rewound

_KEPT = ("value", "grade", "won", "word", UNSETTLED)  # of the inputs of a row's status, what may be counted by
_Known = dict[tuple[str, str], Status]


class Stood:
    """A shared rule as of past days. `timely`: it looks at 今天."""

    def __init__(self, env: Env, source: Sequence[RuleBase], shared: SharedJudge, *, timely: bool) -> None:
        self.shared = shared
        tables = {name for rule in source for name in rule.reads()}
        self.names = {name: derived_named(env, name, source) for name in sorted(tables)}
        # only rows that nothing is put on and that nothing else tells otherwise may stand for themselves
        self.steady = not timely and not any(rule.derives() for rule in source)
        self.dated = any(rule.kind == "rank" for rule in source)  # places are among those whose own days had come

    def __call__(self, facts: Facts, ctx: Ctx, day: date) -> Sequence[Verdict]:
        """What it says as of the day; nothing where nobody knows how rows were."""
        then = ctx.then
        if then is None:
            return ()
        key = "stood", id(self.shared), ctx.held, day
        if key not in facts.memo:
            held = ctx.facts_on(facts, day)
            rows = {name: self._rows(held.table(name), name, then, day) for name in self.names}
            said = self.shared(replace(held, rows={**held.rows, **rows}), Ctx(day, ctx.calendar))
            facts.memo[key] = _lean(said)
        found: Sequence[Verdict] = facts.memo[key]
        return found

    def _rows(self, rows: Sequence[TypedRow], table: str, then: Rewound, day: date) -> list[TypedRow]:
        there = then.come if self.dated else then.there
        names = self.names[table]
        same = self.steady and not names
        return [
            row if same and all(turn <= day for turn in then.turning(row)) else then(row, day, names, above=True)
            for row in rows
            if there(row, day)
        ]


def _lean(said: Sequence[Verdict]) -> list[Verdict]:
    """Of rows only what is counted: many of them are kept for many days."""
    known: _Known = {}
    return [_leaner(item, known) if item.kind == "record" else item for item in said]


def _leaner(verdict: Verdict, known: _Known) -> Verdict:
    statuses = [known.setdefault((item.code, _text(item.inputs)), _plain(item)) for item in verdict.statuses]
    return Verdict("record", verdict.key, verdict.table, verdict.unit, record=verdict.record, statuses=statuses)


def _plain(status: Status) -> Status:
    inputs = {name: status.inputs[name] for name in _KEPT if name in status.inputs}
    return Status(status.rule, status.code, inputs=inputs)


def _text(inputs: Mapping[str, object]) -> str:
    return repr([inputs.get(name) for name in _KEPT])
