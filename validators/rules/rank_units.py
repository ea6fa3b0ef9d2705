"""`rank` of units and departments: their places in the period that is told, and in every period for other rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from validators.exact import as_decimal
from validators.facts import Facts, Verdict, unit_finder
from validators.obligations import LISTED, listed_periods
from validators.periods import Period, PeriodKind
from validators.roster import Roster
from validators.rules import codes
from validators.rules.context import Ctx, Env
from validators.rules.measures import (
    Values,
    earliest,
    is_over,
    period_verdict,
    still_open,
    turn_after,
    turn_of,
)
from validators.rules.places import (
    CHANGE,
    VALUE,
    Further,
    Placed,
    Prizes,
    apart,
    condition,
    eye,
    numbers,
    placed,
    told_apart,
)
from validators.rules.subjects import WHOLE, grouping, subject_names
from validators.rules.unit_scope import UnitScope
from validators.status import RUNNING, UNSETTLED, Status

if TYPE_CHECKING:
    from validators.rules.rank import Rank


class RankedUnits:
    """Places of units and departments, compiled."""

    def __init__(self, rule: Rank, env: Env) -> None:
        assert rule.by is not None
        self.rule = rule
        self.scheme = env.scheme
        self.by = rule.by.compile(env)
        self.also = {name: item.compile(env) for name, item in rule.also.items()}
        self.names = subject_names(env.scheme)
        self.prizes = Prizes.of_units(rule)
        self.exempt_when = condition(rule.exempt_when, numbers(VALUE, *rule.also))
        code = unit_finder(env.scheme)
        self.exempt = {code(word) for word in rule.exempt}
        self.groups = grouping(env.scheme, rule.groups, rule.group)
        self.scope = UnitScope(env, rule.when, periods=rule.period is not None)
        self.nought = rule.blank == "zero" or rule.by.counted()
        self.start = env.scheme.starts()

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        kind = self.rule.period
        periods = self._periods(kind, ctx) if kind else []
        known = {period.text: period for period in periods}
        figures = self.by(facts, ctx, periods)
        values = {
            key: number for key, number in figures.items() if key[0] != WHOLE and self.scope(key[0], known.get(key[1]))
        }
        also = {name: gather(facts, ctx, periods) for name, gather in self.also.items()}
        given = (figures, *also.values()) if periods else ()
        over = [period for period in periods if not self.rule.closed or period.last <= ctx.today]
        shown = self._shown(over, values) if over or not periods else None
        if shown is None:
            return []
        if self.nought:
            values = self._with_noughts(values, facts, known, ctx.today)
        before = self._before(periods, shown)
        places = self._places(values, also, shown)
        current = next((period for period in periods if period.text == shown), None)
        unsettled = self._unsettled(given, current, ctx.today)
        earlier = self._places(values, also, before) if before is not None else {}
        change = turn_after(current, ctx.today)
        there = Roster.of(self.scheme, facts).on(min(current.last, ctx.today) if current is not None else ctx.today)
        gone = {unit.code for unit in self.scheme.units}.difference(there)
        running = {RUNNING: True} if current is not None and ctx.today < current.last else {}
        subjects = dict.fromkeys([*there, *sorted({name for name, _ in values})])
        verdicts = [
            self._settled(
                self._verdict(subject, shown, running, current, values, also, places, earlier, change),
                subject,
                unsettled,
            )
            for subject in subjects
            if subject in places
            or (
                subject in self.names
                and self.scope(subject, current)
                and (subject not in gone or (subject, shown) in values)
            )
        ]
        return [*verdicts, *self._each_period(periods, values, also, given, ctx)] if ctx.back is not None else verdicts

    def _unsettled(self, given: Sequence[Values], over: Period | None, today: date) -> set[str]:
        """Groups in which the places of a period that is over are not final: of one of them something is still to come."""
        if over is None or not is_over(self.rule, over, today):
            return set()
        return {
            self.groups.get(subject, "")
            for values in given
            for subject, period in still_open(values)
            if period == over.text and subject not in self.exempt and self.scope(subject, over)
        }

    def _settled(self, verdict: Verdict, subject: str, unsettled: set[str]) -> Verdict:
        """What is said of a subject; without flags, and told so, where it is not final."""
        if self.groups.get(subject, "") not in unsettled or verdict.statuses[0].code != codes.RANKED:
            return verdict
        statuses = [replace(item, inputs={**item.inputs, UNSETTLED: True}) for item in verdict.statuses]
        return replace(verdict, statuses=statuses, flags=[])

    def _with_noughts(self, values: Values, facts: Facts, known: Mapping[str, Period], today: date) -> Values:
        """With noughts for units of which nothing came, in periods in which anything came."""
        roster = Roster.of(self.scheme, facts)
        noughts: Values = {}
        for text in {text for _, text in values}:
            period = known.get(text)
            there = roster.on(min(period.last, today) if period is not None else today)
            noughts |= {(unit, text): Fraction(0) for unit in there if self.scope(unit, period)}
        return {**noughts, **values}

    def _periods(self, kind: PeriodKind, ctx: Ctx) -> list[Period]:
        year_from = self.scheme.year_from
        keep = ctx.keeping(kind, LISTED[kind], year_from) + (ctx.back is not None)  # one more, for 升降
        return listed_periods(kind, self.start, self.scheme.effective_to, ctx.today, keep, year_from)

    def _each_period(
        self, periods: Sequence[Period], values: Values, also: Mapping[str, Values], given: Sequence[Values], ctx: Ctx
    ) -> Iterator[Verdict]:
        """The places of every period, for rules that take them."""
        before: dict[str, Placed] = {}
        for period in periods:
            unsettled = self._unsettled(given, period, ctx.today)
            places = self._places(values, also, period.text)
            for subject, spot in places.items():
                inputs: dict[str, Any] = {"value": str(spot.place), "below": str(spot.from_below)}
                inputs["count"] = str(spot.count)
                change = before[subject].place - spot.place if subject in before else None
                if change is not None:
                    inputs["change"] = str(change)
                if not self.rule.closed or period.last <= ctx.today:
                    value = values[subject, period.text]
                    inputs["won"] = self._won(subject, value, also, period.text, spot, change)
                status = Status(self.rule.id, codes.RANKED, inputs={**inputs, "exact": str(spot.place)})
                yield self._settled(period_verdict(self.rule.id, subject, period.text, status), subject, unsettled)
            before = places

    def _won(
        self, subject: str, value: Fraction, also: Mapping[str, Values], text: str, spot: Placed, change: int | None
    ) -> list[str]:
        """What its place brings it."""
        cells = _cells(subject, value, also, text)
        if change is not None:
            cells[CHANGE] = Decimal(change)
        return [prize.flag for prize in self.prizes.won(spot, cells)]

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        """What the measures look at may count differently from then on; a unit comes or is gone."""
        return earliest(
            turn_of(self.rule, ctx.today, self.scheme.year_from),
            Roster.of(self.scheme, facts).turn(ctx.today),
            self.by.ahead(facts, ctx),
            *(gather.ahead(facts, ctx) for gather in self.also.values()),
        )

    def _shown(self, periods: Sequence[Period], values: Values) -> str | None:
        texts = [period.text for period in periods] or [""]
        there = {text for _, text in values}
        return next((text for text in reversed(texts) if text in there), None)

    def _before(self, periods: Sequence[Period], shown: str) -> str | None:
        return next((period.previous().text for period in periods if period.text == shown), None)

    def _places(self, values: Values, also: Mapping[str, Values], text: str) -> dict[str, Placed]:
        groups: dict[str, dict[str, Fraction]] = defaultdict(dict)
        for (subject, period), value in values.items():
            if period == text and not self._exempted(subject, value, also, text):
                groups[self.groups.get(subject, "")][subject] = value
        found: dict[str, Placed] = {}
        for figures in groups.values():
            found |= placed(figures, self.rule.order, self.rule.ties, self._further(figures, also, text))
        return found

    def _further(self, subjects: Iterable[str], also: Mapping[str, Values], text: str) -> Further:
        then = self.rule.then
        return {subject: [also[name].get((subject, text)) for name in then] for subject in subjects} if then else {}

    def _apart(
        self, subject: str, values: Values, also: Mapping[str, Values], places: Mapping[str, Placed], text: str
    ) -> dict[str, Any]:
        """What set it apart from others of its group with the same figure."""
        group = self.groups.get(subject, "")
        figures = {
            name: value
            for (name, period), value in values.items()
            if period == text and name in places and self.groups.get(name, "") == group
        }
        return told_apart(apart(subject, figures, self.rule.then, self._further([subject], also, text)))

    def _exempted(self, subject: str, value: Fraction, also: Mapping[str, Values], text: str) -> bool:
        if subject in self.exempt:
            return True
        test = self.exempt_when
        return test is not None and test(_cells(subject, value, also, text)) is True

    def _verdict(
        self, subject: str, text: str, more: Mapping[str, Any], period: Period | None, values: Values, also: Mapping[str, Values],
        places: Mapping[str, Placed], earlier: Mapping[str, Placed], change: date | None,
    ) -> Verdict:  # fmt: skip
        value, spot = values.get((subject, text)), places.get(subject)
        inputs: dict[str, Any] = {"period": text, "label": period.label} if period is not None else {}
        kind = "unit" if subject in self.names else "participant"
        unit, name = (subject if kind == "unit" else ""), self.names.get(subject, subject)
        if value is not None:
            inputs["figure"] = eye(value)
        if spot is None or value is None:
            inputs["why"] = "没有可比的数" if value is None else "不参加排名"
            status = Status(self.rule.id, codes.UNRANKED, None, None, change, inputs)
            return Verdict(kind, subject, "", unit, text, name=name, statuses=[status])
        inputs |= {"value": str(spot.place), "below": str(spot.from_below), "count": spot.count, **more}
        if self.groups.get(subject):
            inputs["group"] = self.groups[subject]
        if self.rule.then:
            inputs |= self._apart(subject, values, also, places, text)
        if subject in earlier:
            inputs["change"] = earlier[subject].place - spot.place
        cells = _cells(subject, value, also, text)
        if "change" in inputs:
            cells[CHANGE] = Decimal(inputs["change"])
        told = f"{inputs.get('label', '')}{inputs['figure']}{self.rule.measure}，第{spot.place}名"
        flags = self.prizes.flags(spot, cells, told)
        status = Status(self.rule.id, codes.RANKED, None, None, change, inputs)
        return Verdict(kind, subject, "", unit, text, name=name, statuses=[status], flags=flags)


def _cells(subject: str, value: Fraction, also: Mapping[str, Values], text: str) -> dict[str, Any]:
    cells: dict[str, Any] = {VALUE: as_decimal(value)}
    for name, values in also.items():
        number = values.get((subject, text))
        if number is not None:
            cells[name] = as_decimal(number)
    return cells
