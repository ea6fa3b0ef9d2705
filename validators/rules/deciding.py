"""Days that hang on a condition: 如果(类别 = '急', 提出日期 + 3日, 提出日期 + 30日).

Where the condition cannot be told, because its cell is blank, there is no day either; that is not the same as a day that
is still to come. The row is 待补条件 and says which cell is wanted, instead of 未启动 or 办理中 for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from validators.expression_calls import CHOICES
from validators.expression_types import UNKNOWN
from validators.expressions import Expression, choices_in
from validators.rules import codes
from validators.rules.anchors import Among, Anchor, Pick
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.deadlines import plain

_SETTLED = frozenset(  # said whatever the day would be
    {codes.NOT_APPLICABLE, codes.PENDING, codes.TERMINATED, codes.BROKEN, codes.CLOSED, codes.TO_VERIFY, codes.DONE,
     codes.DONE_LATE, codes.MEMBER, codes.ENTRY_PENDING, codes.EXIT_PENDING, codes.LEFT, codes.TO_CONFIRM}
)  # fmt: skip
_ANCHOR = frozenset(get_args(Anchor))


@dataclass(frozen=True, slots=True)
class _Day:
    """A formula for a day, and the conditions on which it hangs, with what they choose from."""

    formula: Expression
    choices: list[tuple[Expression, list[Expression]]]

    def wanted(self, row: TypedRow) -> list[str]:
        """Names of blank cells for which the formula waits; none where no choice would give a day yet."""
        if self.formula.fn(row) is not UNKNOWN:
            return []
        found: list[str] = []
        for condition, chosen in self.choices:
            if condition.fn(row) is UNKNOWN and any(item.fn(row) is not UNKNOWN for item in chosen):
                found += condition.missing(row)
        return list(dict.fromkeys(found))


def deciding(env: Env, rule: RuleBase, judge: Judge) -> Judge:
    """The judge of a rule; of a row for which one of its days cannot be told for want of a condition, 待补条件."""
    days = [_compiled(env, rule, text) for text in _texts(rule) if any(word in text for word in CHOICES)]
    days = [item for item in days if item.choices]
    if not days:
        return judge

    when = env.condition(rule.when, rule.table)

    def judged(row: TypedRow, ctx: Ctx) -> Outcome | None:
        outcome = judge(row, ctx)
        status = outcome.status if outcome is not None else None
        if outcome is None or status is None or status.code in _SETTLED:
            return outcome
        if when is not None and when.fn(row) is not True:
            return outcome
        names = list(dict.fromkeys(name for item in days for name in item.wanted(row)))
        if not names:
            return outcome
        return plain(rule.id, codes.PENDING, missing=[env.title(name, rule.table) for name in names], fields=names)

    return judged


def _compiled(env: Env, rule: RuleBase, text: str) -> _Day:
    names = env.names(rule.table)
    found = choices_in(text, names, env.constants, env.scheme.year_from)
    return _Day(env.expression(text, rule.table, "date"), found)


def _texts(rule: RuleBase) -> list[str]:
    """Formulas of the rule's own days; those of child rows are judged there."""
    found: list[str] = []
    for name, info in type(rule).model_fields.items():
        anchor = getattr(rule, name)
        if frozenset(get_args(info.annotation)) != _ANCHOR or not anchor or isinstance(anchor, Among):
            continue
        found += anchor.names() if isinstance(anchor, Pick) else [anchor]
    return found
