"""Accepted excuses (`excuse.of`) where they switch off what a rule over many rows says of a row.

Rules of single rows are excused where the row is judged. A shared rule is told before it judges which rows are excused
from it, since what it says of a participant may rest on such a row alone; it looks at the excuses' own tables too, so
that entering one has it asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from validators.facts import Facts, Verdict
from validators.rules.base import RuleBase
from validators.rules.context import Ctx
from validators.rules.excuse import Excuse
from validators.status import with_excuse

if TYPE_CHECKING:
    from validators.compiled import RecordRule

Log = Mapping[str, Any]


def excuses_of(rules: Iterable[RuleBase]) -> dict[str, tuple[str, ...]]:
    """Rule id → ids of the excuses that name it."""
    found: dict[str, dict[str, None]] = {}
    for rule in rules:
        for name in rule.of if isinstance(rule, Excuse) else ():
            found.setdefault(name, {})[rule.id] = None
    return {name: tuple(ids) for name, ids in found.items()}


@dataclass(slots=True)
class Excused:
    """What holds on a day: rule → id of a row → why; and by rule the next day on which that may be otherwise."""

    rows: dict[str, dict[str, Log]] = field(default_factory=dict)
    ahead: dict[str, date] = field(default_factory=dict)

    def lifted(self, rule: str, verdicts: list[Verdict]) -> list[Verdict]:
        """What a rule says, without flags and findings on rows that are excused; the statuses stay and carry the log."""
        rows = self.rows.get(rule)
        if not rows:
            return verdicts
        return [
            _without(verdict, rows[verdict.key]) if verdict.kind == "record" and verdict.key in rows else verdict
            for verdict in verdicts
        ]


def excused_on(wanted: Mapping[str, Iterable[RecordRule]], facts: Facts, ctx: Ctx) -> Excused:
    """Which rows are excused from which of the wanted rules. `wanted`: rule → the excuses that name it, compiled; values
    that an excuse looks at are on the rows already."""
    found = Excused()
    judged: dict[str, tuple[list[tuple[str, Mapping[str, Log]]], date | None]] = {}
    for rule, excuses in wanted.items():
        rows: dict[str, Log] = {}
        days: list[date | None] = []
        for excuse in excuses:
            if excuse.id not in judged:
                judged[excuse.id] = _judged(excuse, facts, ctx)
            accepted, ahead = judged[excuse.id]
            rows.update((row, logs[rule]) for row, logs in accepted if rule in logs)
            days.append(ahead)
        found.rows[rule] = rows
        if (day := min(filter(None, days), default=None)) is not None:
            found.ahead[rule] = day
    return found


def _judged(excuse: RecordRule, facts: Facts, ctx: Ctx) -> tuple[list[tuple[str, Mapping[str, Log]]], date | None]:
    """The rows that one excuse excuses today, with the rules it excuses them from."""
    accepted: list[tuple[str, Mapping[str, Log]]] = []
    days: list[date] = []
    for row in facts.table(excuse.rule.table):
        outcome = excuse.judge(row, ctx)
        if outcome is None:
            continue
        days += [day for day in (outcome.next_change, outcome.status and outcome.status.next_change) if day]
        if outcome.excused:
            accepted.append((row.id, outcome.excused))
    return accepted, min(days, default=None)


def _without(verdict: Verdict, log: Log) -> Verdict:
    return replace(verdict, flags=[], findings=[], statuses=[with_excuse(item, log) for item in verdict.statuses])
