"""Figures of units, departments or the scheme against what was expected of them, period by period."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from validators.exact import as_decimal, plain
from validators.facts import Facts, Verdict
from validators.obligations import LISTED, listed_periods
from validators.periods import Period
from validators.rules import codes
from validators.rules.context import Ctx, Env
from validators.rules.measures import (
    Measure,
    Settled,
    Values,
    earliest,
    is_over,
    period_texts,
    period_verdict,
    still_open,
    turn_of,
)
from validators.rules.subjects import WHOLE, subject_names
from validators.rules.unit_scope import UnitScope
from validators.rules.variance_figures import Figures, exact_figures, flags_of, judge_figures
from validators.status import UNSETTLED, Status

if TYPE_CHECKING:
    from validators.rules.variance import Variance

_ONE_DAY = timedelta(days=1)


class _Measured(NamedTuple):
    """What was measured of all subjects and periods. `seen`: of what there are figures of the period itself; `open_`: of
    what something is still to come."""

    done: Values
    seen: Values
    expected: Values
    goals: Values
    open_: set[tuple[str, str]]


class Gathered:
    """Figures of units, departments or the scheme, compiled."""

    def __init__(self, rule: Variance, env: Env) -> None:
        assert rule.gather is not None
        self.rule = rule
        self.env = env
        self.actual = rule.gather.compile(env)
        self.seen = _seen(rule.gather).compile(env)
        self.expected = rule.gather_expected.compile(env) if rule.gather_expected is not None else None
        self.goals = rule.goals.compile(env) if rule.goals is not None else None
        self.share = rule.pace.compile(env, rule.table) if rule.pace is not None else None
        self.names = subject_names(env.scheme)
        self.scope = UnitScope(env, rule.when, periods=rule.period is not None)
        self.nought = rule.blank == "zero" or rule.gather.counted()
        self.start = env.scheme.starts()

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        periods = self._periods(ctx)
        done, seen = self._about(self.actual(facts, ctx, periods), periods), self.seen(facts, ctx, periods)
        expected = self._about(self.expected(facts, ctx, periods), periods) if self.expected is not None else {}
        goals = self._about(self.goals(facts, ctx, periods), periods) if self.goals is not None else {}
        if self.nought:
            done, seen = self._with_noughts(done, seen, {*expected, *goals}, periods, ctx.today)
        open_ = still_open(done) | still_open(expected) | still_open(goals)
        measured = _Measured(done, seen, expected, goals, open_)
        verdicts = []
        for subject in dict.fromkeys(name for name, _ in (*done, *expected, *goals, *sorted(open_))):
            status = self._subject(subject, facts, ctx, periods, measured)
            if status is not None:
                verdicts.append(self._verdict(subject, status))
            if ctx.back is not None:
                verdicts += self._each_period(subject, facts, ctx, periods, measured)
        return verdicts

    def _each_period(
        self, subject: str, facts: Facts, ctx: Ctx, periods: Sequence[Period], measured: _Measured
    ) -> Iterator[Verdict]:
        """The figures of every period, for rules that take them; also that some are still to come."""
        for text in period_texts(periods):
            key = subject, text
            if key in measured.done and key in measured.seen:
                yield period_verdict(
                    self.rule.id, subject, text, self._at(subject, text, facts, ctx, periods, measured)
                )
            elif key in measured.open_:
                status = self._unset(text, "done")
                status.inputs[UNSETTLED] = True
                yield period_verdict(self.rule.id, subject, text, status)

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        """Rows dated ahead will count then."""
        measures = [item for item in (self.actual, self.expected, self.goals) if item is not None]
        turn = turn_of(self.rule, ctx.today, self.env.scheme.year_from)
        return earliest(turn, *(item.ahead(facts, ctx) for item in measures))

    def _with_noughts(
        self, done: Values, seen: Values, keys: set[tuple[str, str]], periods: Sequence[Period], today: date
    ) -> tuple[Values, Values]:
        """With noughts where something was expected and nothing came: of periods that are over, and of one that runs as
        soon as anybody has something in it."""
        told = {text for _, text in seen} | {period.text for period in periods if period.last < today} | {""}
        noughts = dict.fromkeys((key for key in keys if key[1] in told), Fraction(0))
        return Settled({**noughts, **done}, still_open(done)), {**noughts, **seen}

    def _about(self, values: Values, periods: Sequence[Period]) -> Values:
        """Figures of those, and of the periods, that the rule is about."""
        if self.scope.condition is None:
            return values
        known = {period.text: period for period in periods}

        def about(key: tuple[str, str]) -> bool:
            return self.scope(key[0], known.get(key[1]))

        return Settled(
            {key: number for key, number in values.items() if about(key)}, set(filter(about, still_open(values)))
        )

    def _periods(self, ctx: Ctx) -> list[Period]:
        kind = self.rule.period
        if kind is None:
            return []
        year_from = self.env.scheme.year_from
        keep = ctx.keeping(kind, LISTED[kind], year_from)
        return listed_periods(kind, self.start, self.env.scheme.effective_to, ctx.today, keep, year_from)

    def _subject(
        self, subject: str, facts: Facts, ctx: Ctx, periods: Sequence[Period], measured: _Measured
    ) -> Status | None:
        done, seen, goals = measured.done, measured.seen, measured.goals
        texts = period_texts(periods)
        if self.rule.closed:
            texts = [period.text for period in periods if period.last <= ctx.today]
        latest = next((text for text in reversed(texts) if (subject, text) in done and (subject, text) in seen), None)
        if latest is None and not texts:
            return None
        if latest is None:
            return None if not goals.get((subject, texts[-1])) else self._unset(texts[-1], "done")
        return self._at(subject, latest, facts, ctx, periods, measured)

    def _at(
        self, subject: str, latest: str, facts: Facts, ctx: Ctx, periods: Sequence[Period], measured: _Measured
    ) -> Status:
        """What the figures of one period say."""
        done, expected, goals = measured.done, measured.expected, measured.goals
        period = next((item for item in periods if item.text == latest), None)
        day = min(period.last, ctx.today) if period is not None else ctx.today
        goal = goals.get((subject, latest))
        due = expected.get((subject, latest))
        if due is None and goal is not None and self.share is not None:
            share = self.share({}, day)
            due = None if share is None else goal * share
        if due is None:
            return self._unset(latest, "goal", plain(as_decimal(done[subject, latest])))
        actual, more = self._frozen(facts, subject, period, done[subject, latest], ctx)
        if period is not None:
            more |= {"period": period.text, "label": period.label}
            if "frozen" not in more and (subject, latest) in measured.open_ and is_over(self.rule, period, ctx.today):
                more[UNSETTLED] = True
        change = ctx.today + _ONE_DAY if period is None or ctx.today < period.last else None
        found = Figures(actual, due, goal)
        return judge_figures(self.rule, found, change, **more, figures=exact_figures(found))

    def _frozen(
        self, facts: Facts, subject: str, period: Period | None, done: Fraction, ctx: Ctx
    ) -> tuple[Fraction, dict[str, Any]]:
        """What counts for a closed period is the value frozen then; today's is told beside it."""
        text = facts.frozen.get((self.rule.id, subject, period.text)) if period is not None else None
        if text is None or period is None or ctx.today <= period.last:
            return done, {}
        frozen = Fraction(Decimal(text.partition("/")[0].strip()))
        more: dict[str, Any] = {"frozen": True}
        if frozen != done:
            more["now"] = plain(as_decimal(done))
        return frozen, more

    def _unset(self, period: str, what: str, done: str = "") -> Status:
        if what == "goal":
            return Status(self.rule.id, codes.UNSET, inputs={"period": period, "done": done})
        return Status(self.rule.id, codes.PENDING, inputs={"period": period, "missing": ["完成数"], "fields": []})

    def _verdict(self, subject: str, status: Status) -> Verdict:
        flags = list(flags_of(self.rule, status))
        period = str(status.inputs.get("period", ""))
        if subject == WHOLE:
            return Verdict("scheme", self.rule.id, self.rule.table, "", period, statuses=[status], flags=flags)
        kind = "unit" if subject in self.names else "participant"
        unit = subject if subject in self.names else ""
        return Verdict(
            kind,
            subject,
            self.rule.table,
            unit,
            period,
            name=self.names.get(subject, ""),
            statuses=[status],
            flags=flags,
        )


def _seen(measure: Measure) -> Measure:
    """Rows of the period itself: cumulative figures of last month are no report of this month."""
    if not (measure.table and (measure.date or measure.period)):
        return measure
    return measure.model_copy(update={"span": "period", "value": "", "take": "sum", "of": None})
