"""More time for one node of one row: somebody with the right to it granted another last day (经批准延期).

What was granted stands in the row's facts (`granted`: rule → until, by, because), beside what is known of its past. The
status is judged against the later of the two days, and says both.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from validators.rules import codes
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.deadlines import Term, judge_term, lead_of, soon_from

GRANTED = "granted"  # the key of facts
_TERMS = frozenset({codes.OK, codes.SOON, codes.OVERDUE, codes.DONE, codes.DONE_LATE})


def granting(env: Env, rule: Any, judge: Judge) -> Judge:
    """The judge of a rule with a limit, heeding what was granted to a row."""
    lead, calendar, name = lead_of(env, rule.unit, rule.lead), env.calendar, rule.id

    def judged(row: TypedRow, ctx: Ctx) -> Outcome | None:
        outcome = judge(row, ctx)
        grants = row.facts.get(GRANTED)
        if grants is None or outcome is None or outcome.status is None or name not in grants:
            return outcome
        status, grant = outcome.status, grants[name]
        until = date.fromisoformat(grant["until"])
        if status.code not in _TERMS or status.deadline is None or until <= status.deadline:
            return outcome
        term = Term(until, soon_from(calendar, until, lead, rule.unit), bool(status.inputs.get("provisional")))
        inputs = {**status.inputs, "extended": {**grant, "was": status.deadline.isoformat()}}
        moved = judge_term(name, term, status.done, ctx.today, inputs)
        known: Outcome = rule.known(moved, ctx.today, calendar, rule.unit)
        return replace(known, findings=outcome.findings, flags=outcome.flags)

    return judged
