"""series: a row beside the row before it. Cumulative values do not fall; a period just like the last is explained."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field as F

from validators.expression_types import PARENT
from validators.facts import Facts, SharedJudge, Verdict
from validators.findings import Finding
from validators.periods import try_period
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, TypedRow, severity_of
from validators.rules.participants import normal
from validators.values import to_decimal


class Series(RuleBase):
    """Rows of `table` with the same parent, in the order of `period`. 须说明 until `explanation` is filled.

    A blank cell says nothing: the value last filled is the one before it. A row that declares a nil report is no
    report of its own and neither falls nor repeats.
    """

    kind: Literal["series"] = "series"
    period: str = F(description="field that holds the period")
    rising: tuple[str, ...] = F((), description="cumulative fields that must not fall")
    prior: dict[str, str] = F(
        {}, description="rising field → field of the same row that shows the value before, where no row before it is"
    )
    same: tuple[str, ...] = F((), description="fields which, all as in the row before, ask for a word")
    unchanged: str = F("", description="yes/no field that declares a nil report: then `same` asks nothing")
    explanation: str = F("explanation", description="field that answers; filled in, nothing is asked any more")

    def scope(self) -> Literal["record", "family", "shared"]:
        return "family"

    def compile_shared(self, env: Env) -> SharedJudge:
        return _Judge(self, env)


@dataclass(slots=True)
class _Before:
    """What the rows before have said: the last filled value of each field, and the last whole report."""

    values: dict[str, str] = field(default_factory=dict)
    report: tuple[str, ...] = ()


class _Judge:
    """The rule compiled: calling it judges all rows of the families at hand."""

    def __init__(self, rule: Series, env: Env) -> None:
        self.rule = rule
        self.parent = env.scheme.table(rule.table).parent
        self.parent_field = env.scheme.table(rule.table).parent_field
        self.year_from = env.scheme.year_from
        self.period = env.own(rule.period, rule.table)
        self.rising = [env.own(name, rule.table) for name in rule.rising]
        self.prior = {env.own(key, rule.table): env.own(name, rule.table) for key, name in rule.prior.items()}
        self.same = [env.own(name, rule.table) for name in rule.same]
        self.unchanged = env.own(rule.unchanged, rule.table) if rule.unchanged else ""
        self.explanation = env.name(rule.explanation, rule.table) or rule.explanation
        self.titles = {name: env.title(name, rule.table) for name in (*self.rising, *self.same)}
        self.severity = severity_of(rule)
        self.condition = env.condition(rule.when, rule.table)

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        verdicts = []
        for rows in self._families(facts.table(self.rule.table)):
            before = _Before()
            for row in rows:
                findings = [] if row.texts.get(self.explanation) else self._findings(row, before)
                if findings:
                    verdicts.append(Verdict("record", row.id, row.table, row.unit, findings=findings))
                self._note(row, before)
        return verdicts

    def _families(self, rows: Sequence[TypedRow]) -> list[list[TypedRow]]:
        """Rows of one parent, oldest period first; a row without a period takes no part."""
        families: dict[tuple[str, str], list[tuple[Any, TypedRow]]] = defaultdict(list)
        for row in rows:
            if row.gone:
                continue  # nobody has to agree with it
            period = try_period(row.texts.get(self.period), year_from=self.year_from)
            if period is None or (self.condition is not None and self.condition.fn(row) is not True):
                continue
            owner = row.get(PARENT + self.parent) if self.parent else None
            name = owner.id if owner is not None else normal(row.texts.get(self.parent_field, ""))
            if name:
                families[row.unit, name].append((period, row))
        return [
            [row for _, row in sorted(items, key=lambda item: (item[0], item[1].id))] for items in families.values()
        ]

    def _findings(self, row: TypedRow, before: _Before) -> list[Finding]:
        fallen = [item for name in self.rising if (item := self._fallen(row, name, before)) is not None]
        if fallen or not self._repeats(row, before):
            return fallen
        titles = [self.titles[name] for name in self.same if row.texts.get(name)]
        params = {"what": titles, "fields": list(self.same), "title": self.rule.title}
        return [Finding("rule.same", self.severity, row.table, row.id, self.same[0], "", params, self.rule.id)]

    def _fallen(self, row: TypedRow, name: str, before: _Before) -> Finding | None:
        now, last = _number(row, name), before.values.get(name)
        then = to_decimal(last) if last else _number(row, self.prior.get(name, ""))
        if now is None or then is None or now >= then:
            return None
        what = [f"{self.titles[name]}({row.texts[name]}，上期{then})"]
        params = {"what": what, "fields": [name], "title": self.rule.title, "before": str(then)}
        return Finding("rule.falls", self.severity, row.table, row.id, name, row.texts[name], params, self.rule.id)

    def _repeats(self, row: TypedRow, before: _Before) -> bool:
        if not self.same or not before.report or (self.unchanged and row.texts.get(self.unchanged) == "是"):
            return False
        return self._report(row) == before.report

    def _report(self, row: TypedRow) -> tuple[str, ...]:
        """What a row says, () when it says nothing."""
        texts = tuple(normal(row.texts.get(name, "")) for name in self.same)
        return texts if any(texts) else ()

    def _note(self, row: TypedRow, before: _Before) -> None:
        before.values.update({name: text for name in self.rising if (text := row.texts.get(name))})
        before.report = self._report(row) or before.report


def _number(row: TypedRow, name: str) -> Decimal | None:
    value = row.get(name) if name else None
    return value if isinstance(value, Decimal) else None
