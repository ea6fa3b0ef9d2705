"""`reconcile`: which rows take part in a comparison of lists, how a row is told, and the share that was found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from validators.exact import percent
from validators.expression_types import UNKNOWN
from validators.facts import Facts, Verdict
from validators.findings import Finding
from validators.rules import codes
from validators.rules.context import Condition, Ctx, Env, TypedRow, severity_of
from validators.rules.ended import ended_on, turn_on
from validators.status import Status

if TYPE_CHECKING:
    from validators.rules.reconcile import Reconcile
    from validators.scheme.tables import Table


class SideBySide:
    """What both uses share: which rows take part, and the share that was found."""

    def __init__(self, rule: Reconcile, env: Env) -> None:
        self.rule = rule
        self.env = env
        self.when = env.condition(rule.when, rule.table)
        self.tables: dict[str, Table] = {item.name: item for item in env.scheme.tables}
        self.missing = {"word": rule.missing} if rule.missing else {}
        self.severity = severity_of(rule)

    def live(self, rows: Iterable[TypedRow], condition: Condition | None, ctx: Ctx) -> list[TypedRow]:
        """Rows for which the condition holds and which are not over, in an order of their own."""
        found = [row for row in rows if self._running(row, ctx) and (condition is None or condition.fn(row) is True)]
        return sorted(found, key=lambda row: row.id)

    def _running(self, row: TypedRow, ctx: Ctx) -> bool:
        day = ended_on(self.tables, self.tables[row.table], row, ctx.today)
        return day is None or day > ctx.today

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        """The next day on which a row is over and takes no part any more, or takes part again."""
        rows = ((self.tables[name], row) for name in self.rule.reads() for row in facts.table(name))
        days = (turn_on(self.tables, model, row, ctx.today) for model, row in rows)
        return min((day for day in days if day is not None), default=None)

    def pending(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        """Rows of which a blank leaves open whether they belong to the left list."""
        if self.when is None:
            return []
        found = []
        for row in sorted(facts.table(self.rule.table), key=lambda row: row.id):
            if self._running(row, ctx) and self.when.fn(row) is UNKNOWN:
                found.append(self.unknown(row, self.when.missing(row)))
        return found

    def verdict(self, row: TypedRow, status: Status, finding: Finding | None = None) -> Verdict:
        found = [finding] if finding is not None else []
        return Verdict("record", row.id, row.table, row.unit, statuses=[status], findings=found)

    def finding(self, row: TypedRow, code: str, what: Sequence[str], fields: Sequence[str]) -> Finding:
        params = {"what": list(what), "fields": list(fields), "title": self.rule.title}
        head = fields[0] if fields else ""
        return Finding(code, self.severity, row.table, row.id, head, row.texts.get(head, ""), params, self.rule.id)

    def unknown(self, row: TypedRow, names: Sequence[str]) -> Verdict:
        """待补条件: it cannot be told what the row says there."""
        missing = [self.env.title(name, row.table) for name in names]
        return self.verdict(
            row, Status(self.rule.id, codes.PENDING, inputs={"missing": missing, "fields": list(names)})
        )

    def absent(self, row: TypedRow, code: str, word: str, fields: Sequence[str] = ()) -> Verdict:
        """A row that the other list lacks."""
        inputs = {"word": word} if word else {}
        said = word or codes.WORDS[code]
        return self.verdict(
            row, Status(self.rule.id, code, inputs=inputs), self.finding(row, f"rule.{code}", [said], fields)
        )

    def summary(self, tally: dict[str, dict[str, int]]) -> list[Verdict]:
        """The share of left rows that were found, of all and of each unit."""
        whole: dict[str, int] = defaultdict(int)
        for counts in tally.values():
            for word, number in counts.items():
                whole[word] += number
        verdicts = [Verdict("reconciliation", self.rule.id, self.rule.table, statuses=[self._share(whole)])]
        names = {unit.code: unit.name for unit in self.env.scheme.units}
        for unit, counts in sorted(tally.items()):
            if unit:
                key = f"{self.rule.id}|{unit}"
                name = names.get(unit, unit)
                share = self._share(counts)
                verdicts.append(Verdict("reconciliation", key, self.rule.table, unit, name=name, statuses=[share]))
        return verdicts

    def _share(self, counts: dict[str, int]) -> Status:
        due, done = counts.get("应有", 0) - counts.get(self.rule.awaited, 0), counts.get("对上", 0)
        ratio = percent(Decimal(done), Decimal(due))
        inputs: dict[str, Any] = {"ratio": ratio, "done": str(done), "target": str(due), "counts": dict(counts)}
        if not due:
            inputs["word"] = ratio
        return Status(self.rule.id, codes.MEASURED, inputs=inputs)
