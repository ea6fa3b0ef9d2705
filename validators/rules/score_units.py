"""`score` of units and departments: their points in each listed period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from validators.exact import as_decimal
from validators.facts import Facts, Verdict
from validators.obligations import LISTED, listed_periods
from validators.periods import Period
from validators.roster import Roster
from validators.rules.context import Ctx, Env
from validators.rules.measures import (
    Values,
    earliest,
    is_over,
    left_out,
    period_texts,
    still_open,
    turn_after,
    turn_of,
)
from validators.rules.points import ALONE, COMPARED, TOGETHER, Adder
from validators.rules.subjects import WHOLE, grouping, subject_names
from validators.rules.unit_scope import UnitScope
from validators.status import RUNNING, UNSETTLED, Status

if TYPE_CHECKING:
    from validators.rules.score import Score


@dataclass(frozen=True, slots=True)
class _Given:
    """What was measured: of each term, of each veto, what the terms are compared with, and all rows at once."""

    terms: list[Values]
    vetoes: list[Values]
    compared: list[dict[tuple[str, str], dict[str, Decimal]]]
    groups: list[set[tuple[str, str]]]  # of each that compares: (group, period) of which something is still to come
    together: Mapping[int, Values]

    def group(self, position: int, group: str, text: str) -> Mapping[str, Decimal]:
        """What the figures of a term in a period are compared with."""
        found = self.compared[position].get((group, text), ALONE)
        whole = self.together[position].get((WHOLE, text)) if position in self.together else None
        return found if whole is None else {**found, TOGETHER: as_decimal(whole)}


def _beside(numbers: Sequence[Fraction]) -> dict[str, Decimal]:
    mean = sum(numbers, Fraction(0)) / len(numbers)
    found = (max(numbers), min(numbers), mean, Fraction(len(numbers)))
    return {name: as_decimal(number) for name, number in zip(COMPARED, found, strict=True)}


class ScoredUnits:
    """Scores of units and departments, compiled: the score of each listed period, the latest one on the subject."""

    def __init__(self, rule: Score, env: Env) -> None:
        self.rule = rule
        self.scheme = env.scheme
        self.adder = Adder(rule, env)
        self.measures = [term.measure.compile(env) for term in rule.terms if term.measure is not None]
        self.together = {
            position: term.measure.of_all().compile(env)
            for position, term in enumerate(rule.terms)
            if term.measure is not None and TOGETHER in self.adder.formulas[position].reads
        }
        self.vetoes = [veto.measure.compile(env) for veto in rule.vetoes if veto.measure is not None]
        self.groups = grouping(env.scheme, rule.groups, rule.group)
        self.scope = UnitScope(env, rule.when, periods=rule.period is not None)
        self.when = [UnitScope(env, term.when, periods=rule.period is not None) for term in rule.terms]
        self.names = subject_names(env.scheme)
        self.start = env.scheme.starts()

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        periods = self._periods(ctx)
        found = [gather(facts, ctx, periods) for gather in self.measures]
        owed = self._owed(facts, ctx, periods)
        compared = self._compared(found, periods, owed)
        vetoes = [gather(facts, ctx, periods) for gather in self.vetoes]
        together = {position: gather(facts, ctx, periods) for position, gather in self.together.items()}
        given = _Given(found, vetoes, compared, self._open_groups(found), together)
        verdicts: list[Verdict] = []
        for subject in self._subjects(found, owed, facts):
            scored = [
                (period, self._score(subject, period, given, facts, ctx, subject in units))
                for period, units in zip(periods or (None,), owed, strict=True)
            ]
            told = [(period, status) for period, status in scored if status is not None]
            verdicts += [self._verdict("score", subject, period, status) for period, status in told]
            shown = [item for item in told if not self.rule.closed or item[0] is None or item[0].last <= ctx.today]
            if shown:
                verdicts.append(self._verdict("", subject, *shown[-1]))
        return verdicts

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        """What the measures look at may count differently from then on; a unit comes or is gone."""
        gathers = (*self.measures, *self.vetoes)
        return earliest(
            turn_of(self.rule, ctx.today, self.scheme.year_from),
            Roster.of(self.scheme, facts).turn(ctx.today) if self.rule.each == "unit" else None,
            *(gather.ahead(facts, ctx) for gather in gathers),
        )

    def _compared(
        self, measured: list[Values], periods: list[Period], owed: list[list[str]]
    ) -> list[dict[tuple[str, str], dict[str, Decimal]]]:
        """Of each term: (group, period) → what its figures are compared with: those of whom it is about."""
        compared, known = [], {period.text: period for period in periods}
        for term, values, formula, when in zip(self.rule.terms, measured, self.adder.formulas, self.when, strict=True):
            groups: dict[tuple[str, str], list[Fraction]] = defaultdict(list)
            if formula.reads & set(COMPARED):
                noughts = self._noughts(measured, periods, owed) if term.blank == "zero" else {}
                for (subject, text), figure in {**noughts, **values}.items():
                    period = known.get(text)
                    if subject != WHOLE and self.scope(subject, period) and when(subject, period):
                        groups[self.groups.get(subject, ""), text].append(figure)
            compared.append({key: _beside(numbers) for key, numbers in groups.items()})
        return compared

    def _noughts(
        self, measured: list[Values], periods: list[Period], owed: list[list[str]]
    ) -> dict[tuple[str, str], Fraction]:
        """0 for everybody who is scored: what counts for whoever has nothing of a term is compared with others as well."""
        scored = {key for values in measured for key in values}
        scored |= {(unit, text) for text, units in zip(period_texts(periods), owed, strict=True) for unit in units}
        return dict.fromkeys(scored, Fraction(0))

    def _open_groups(self, measured: list[Values]) -> list[set[tuple[str, str]]]:
        return [
            {(self.groups.get(subject, ""), text) for subject, text in still_open(values)}
            if formula.reads & set(COMPARED)
            else set()
            for values, formula in zip(measured, self.adder.formulas, strict=True)
        ]

    def _periods(self, ctx: Ctx) -> list[Period]:
        kind = self.rule.period
        if kind is None:
            return []
        year_from = self.scheme.year_from
        keep = ctx.keeping(kind, LISTED[kind], year_from)
        return listed_periods(kind, self.start, self.scheme.effective_to, ctx.today, keep, year_from)

    def _owed(self, facts: Facts, ctx: Ctx, periods: list[Period]) -> list[list[str]]:
        """Of each period, the units that are scored whether anything was measured of them or not: those there were on
        its last day."""
        if self.rule.each != "unit":
            return [[] for _ in periods or (None,)]
        roster = Roster.of(self.scheme, facts)
        return [roster.on(min(period.last, ctx.today)) for period in periods] or [roster.on(ctx.today)]

    def _subjects(self, found: list[Values], owed: list[list[str]], facts: Facts) -> list[str]:
        """Who may be scored. Whoever has a frozen score keeps it, also when nothing is measured of him any more."""
        held = {subject for rule, subject, _ in facts.frozen if rule == self.rule.id}
        listed = {code for units in owed for code in units}
        known = [unit.code for unit in self.scheme.units if unit.code in listed]
        return list(dict.fromkeys([*known, *sorted(held.union(*({name for name, _ in values} for values in found)))]))

    def _score(
        self, subject: str, period: Period | None, given: _Given, facts: Facts, ctx: Ctx, owed: bool
    ) -> Status | None:
        """The score of a subject in a period; None where nothing was measured of it at all and none is owed."""
        if not self.scope(subject, period):
            return None
        text = period.text if period is not None else ""
        values = [measured.get((subject, text)) for measured in given.terms]
        frozen = (
            facts.frozen.get((self.rule.id, subject, text)) if period is not None and ctx.today > period.last else None
        )
        if frozen is None and not owed and all(value is None for value in values):
            return None
        sheet = self.adder.sheet()
        among, unsettled = (self.groups.get(subject, ""), text), False
        for position, value in enumerate(values):
            if self.when[position](subject, period):
                left = left_out(given.terms[position], (subject, text))
                self.adder.add(sheet, position, value, given.group(position, *among), left)
                unsettled |= (subject, text) in still_open(given.terms[position]) or among in given.groups[position]
        for position, measured in enumerate(given.vetoes):
            self.adder.veto(sheet, position, measured.get((subject, text)))
            unsettled |= (subject, text) in still_open(measured)
        more: dict[str, Any] = {"period": period.text, "label": period.label} if period is not None else {}
        if frozen is not None:
            more["frozen"] = True
        elif unsettled and period is not None and is_over(self.rule, period, ctx.today):
            more[UNSETTLED] = True
        change = turn_after(period, ctx.today)
        if period is not None and ctx.today < period.last:
            more[RUNNING] = True
        return self.adder.status(sheet, change, _frozen(frozen), **more)

    def _verdict(self, kind: str, subject: str, period: Period | None, status: Status) -> Verdict:
        text = period.text if period is not None else ""
        known = subject in self.names
        name = self.names.get(subject, subject)
        if kind:
            key = "|".join((self.rule.id, subject, text)).rstrip("|")
            return Verdict(kind, key, "", subject, text, name=name, statuses=[status])
        flags = list(self.adder.flags(status))
        if subject == WHOLE:
            return Verdict("scheme", self.rule.id, "", "", text, statuses=[status], flags=flags)
        kind = "unit" if known else "participant"
        return Verdict(kind, subject, "", subject if known else "", text, name=name, statuses=[status], flags=flags)


def _frozen(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text.partition("/")[0].strip())
