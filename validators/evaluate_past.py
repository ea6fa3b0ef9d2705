"""曾逾期: a deadline that had passed under values a record no longer has.

A changed condition (标准化厂房 became 独立选址) gives the project another limit from the same signing date. What was
overdue until that day stays known (B-21): the dated values of the history facts say what held before each change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from validators.rules import codes
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, TypedRow
from validators.status import Status
from validators.then import Rules, Then
from validators.values import first_day

if TYPE_CHECKING:
    from validators.scheme.models import Scheme
    from validators.scheme.tables import Table

_LATE = frozenset({codes.OVERDUE, codes.DONE_LATE, codes.NOT_CLOSED, codes.TERMINATED})
_MISSED = frozenset({codes.OVERDUE, codes.NOT_CLOSED, codes.DONE_LATE})  # done late counts: a change must not hide it
_DERIVING = 50


class Past:
    """Judges the clocked rules of a table as of the day before each change of a dated value."""

    def __init__(self, scheme: Scheme, rules: Mapping[str, Rules]) -> None:
        deriving = {name: [item for item in items if _derives(item[0])] for name, items in rules.items()}
        self._then = Then(scheme, deriving)
        self._clocked = {name: {r.id: judge for r, judge in items if r.clocked} for name, items in rules.items()}

    def mark(self, table: Table, row: TypedRow, statuses: list[Status], ctx: Ctx) -> None:
        """Put `ever` into the inputs of statuses that were overdue, or done late, before a change and are not late now."""
        for day, changed in _changes(row.facts["dated"], ctx.today):
            then = self._then(row, day, ctx)
            for position, status in enumerate(statuses):
                judge = self._clocked.get(table.name, {}).get(status.rule)
                if judge is None or status.code in _LATE or "ever" in status.inputs:
                    continue
                outcome = judge(then, Ctx(day, ctx.calendar))
                before = outcome.status if outcome is not None else None
                if before is not None and before.code in _MISSED and before.deadline:
                    until = min(before.done or day, day)
                    ever = {"until": until.isoformat(), "deadline": before.deadline.isoformat(), "fields": changed}
                    statuses[position] = replace(status, inputs={**status.inputs, "ever": ever})


def _derives(rule: RuleBase) -> bool:
    """Whether other rules may look at what it finds: a value, or the stage."""
    return rule.rank < _DERIVING or bool(rule.derives())


def _changes(dated: Mapping[str, Sequence[Sequence[str]]], today: date) -> list[tuple[date, dict[str, str]]]:
    """(last day of the old value, field → old value) of every change up to today, in order."""
    found: dict[date, dict[str, str]] = {}
    for name, log in dated.items():
        for (_, old), (since, _) in pairwise(log):
            day = first_day(since)
            if old and day <= today:
                found.setdefault(day - timedelta(days=1), {})[name] = old
    return sorted(found.items())
