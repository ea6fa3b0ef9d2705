"""`reconcile` with one table: the row itself says whether it is in the other list."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from validators.facts import Facts, Verdict
from validators.rules import codes
from validators.rules.context import Ctx, Env
from validators.rules.reconcile_base import SideBySide
from validators.status import Status

if TYPE_CHECKING:
    from validators.rules.reconcile import Reconcile


class OneList(SideBySide):
    """The row itself says whether it is in the other list."""

    def __init__(self, rule: Reconcile, env: Env) -> None:
        super().__init__(rule, env)
        self.has = env.condition(rule.has, rule.table)

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        has = self.has
        assert has is not None
        names = [name for name in sorted(has.expression.reads) if "." not in name and name in self._fields()]
        tally: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        verdicts = self.pending(facts, ctx)
        for row in self.live(facts.table(self.rule.table), self.when, ctx):
            counts = tally[row.unit]
            counts["应有"] += 1
            unread = sorted(has.expression.reads & row.unread)
            if unread:
                verdicts.append(self.unknown(row, unread))
            elif has.fn(row) is True:
                counts["对上"] += 1
                verdicts.append(self.verdict(row, Status(self.rule.id, codes.SAME)))
            else:
                counts[self.rule.missing or codes.WORDS[codes.NOT_COUNTED]] += 1
                verdicts.append(self.absent(row, codes.NOT_COUNTED, self.rule.missing, names[:1]))
        return verdicts + self.summary(tally)

    def _fields(self) -> set[str]:
        return {item.name for item in self.tables[self.rule.table].fields}
