"""Measures taken of other rules: the figures they tell, or how many of their subjects have one of some statuses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from validators.facts import Facts, SharedJudge, Verdict
from validators.periods import Period, try_period
from validators.rules.codes import WORDS
from validators.rules.context import Ctx, Env
from validators.rules.counted import Counted, says_one_of
from validators.rules.measures import Gather, Measure, Settled, Values, earliest, together
from validators.rules.stood import Stood
from validators.rules.subjects import WHOLE
from validators.rules.versions import compile_shared, versions_of
from validators.scheme.wording import nearest
from validators.status import UNSETTLED, Status

if TYPE_CHECKING:
    from validators.rules.base import RuleBase


def of_rule(env: Env, model: Measure) -> Gather:
    source = versions_of(env.scheme.rules, model.rule)
    if not source:
        raise ValueError(f"没有编号为“{model.rule}”的规则")
    if model.rule in env.sources:
        raise ValueError(f"规则{'、'.join(f'“{name}”' for name in env.sources)}互相取结果，绕回了自己")
    _check_codes(model.codes)
    env.sources.append(model.rule)
    try:
        return _compiled(env, model, source)
    finally:
        env.sources.remove(model.rule)


def _check_codes(codes: Sequence[str]) -> None:
    """ValueError for what is no code of a status: its word, a slip."""
    for code in codes:
        if code not in WORDS:
            said = next((f"“{word}”写成 {known}" for known, word in WORDS.items() if word == code), "")
            raise ValueError(f"codes 里的“{code}”不是状态的代码{f'；{said}' if said else nearest(code, WORDS)}")


def _compiled(env: Env, model: Measure, source: Sequence[RuleBase]) -> Gather:
    if source[-1].scope() == "record":
        if not model.codes:
            raise ValueError(f"规则“{model.rule}”逐行判断，要写 codes（数哪几种状态）")
        return Counted(env, model, source)
    shared = _source(env, model.rule, source)
    if shared is None:
        raise ValueError(f"规则“{model.rule}”没有可取的结果")
    of_rows = source[-1].of_rows()
    stood = Stood(env, source, shared, timely=env.taken[_key(env, model.rule)][2]) if of_rows == "today" else None
    return _Taken(shared, model, of_rows=bool(of_rows), stood=stood)


def _source(env: Env, name: str, source: Sequence[RuleBase]) -> SharedJudge | None:
    """A rule as a source of others, compiled once: what it finds is found once too."""
    key = _key(env, name)
    if key not in env.taken:
        timely, env.timely = env.timely, False
        env.taken[key] = env.scheme, compile_shared(env, source), env.timely
        env.timely = timely
    _, judge, looks = env.taken[key]
    env.timely = env.timely or looks
    return judge


def _key(env: Env, name: str) -> tuple[str, int]:
    return name, id(env.scheme)


# how a duty, a target or a row of which these are said will stand in the end, is not settled
_UNSETTLED = frozenset(
    {
        "not_due",
        "soon",
        "running",
        "exempt",
        "pending",
        "not_started",
        "not_applicable",
        "waiting",
        "ok",
        "handling",
        "open",
    }
)


# of these the end is still to come; the others will never have one
_OPEN = frozenset({"not_due", "soon", "running", "ok", "handling", "open"})


class _Taken:
    """Figures that a shared rule tells, or how many of its subjects have one of some statuses. `stood`: of a rule that
    says only how things stand, how they stood at the end of a period."""

    def __init__(self, shared: SharedJudge, model: Measure, *, of_rows: bool, stood: Stood | None) -> None:
        # what is said of rows beside what is told of units is no more than a copy, unless the rule is about rows
        self.skipped = frozenset({"turn"} if of_rows and model.codes else {"turn", "record"})
        self.shared, self.stood, self.model, self.codes = shared, stood, model, frozenset(model.codes)
        self.values = frozenset(model.values)

    def __call__(self, facts: Facts, ctx: Ctx, periods: Sequence[Period]) -> Values:
        told: dict[tuple[str, str], dict[str, Fraction]] = defaultdict(dict)  # (subject, period) → part → number
        open_: set[tuple[str, str]] = set()
        for verdict, texts, text in self._heard(facts, ctx, periods):
            for status in verdict.statuses if verdict.kind not in self.skipped else ():
                own = text or str(status.inputs.get("period", ""))
                wanted = texts if texts is not None else _holding(own, periods)
                number = self._number(status)
                keys = [(_subject(verdict), text) for text in wanted]
                if (number is None and self.codes and status.code in _OPEN) or status.inputs.get(UNSETTLED):
                    open_.update(keys)
                if number is not None:
                    part = f"{own}|{_counted(verdict)}" if self.codes else own
                    for key in keys:
                        told[key][part] = number
        take = "sum" if self.codes else self.model.take if periods else "last"
        return Settled(
            {key: together(take, [parts[name] for name in sorted(parts)]) for key, parts in told.items()}, open_
        )

    def _heard(
        self, facts: Facts, ctx: Ctx, periods: Sequence[Period]
    ) -> Iterator[tuple[Verdict, list[str] | None, str]]:
        """What is said, the periods for which it counts (None: as its own period says) and that period."""
        if self.stood is not None and periods:
            for period in periods:
                if period.first <= ctx.today:
                    day = min(period.last, ctx.today)
                    said = self.stood(facts, ctx, day) if day < ctx.today else self._said(facts, ctx)
                    yield from ((verdict, [period.text], period.text) for verdict in said)
            return
        back = min(ctx.back or periods[0].first, periods[0].first) if periods else None
        yield from ((verdict, None, verdict.period) for verdict in self._said(facts, replace(ctx, back=back)))

    def _said(self, facts: Facts, ctx: Ctx) -> Sequence[Verdict]:
        key = id(self.shared), ctx.today, ctx.back, ctx.held
        if key not in facts.memo:
            facts.memo[key] = self.shared(facts, ctx)
        found: Sequence[Verdict] = facts.memo[key]
        return found

    def _number(self, status: Status) -> Fraction | None:
        if not self.codes:
            return figure(status, self.model.pick)
        if status.code in self.codes:
            return Fraction(says_one_of(status, self.values))
        return None if status.code in _UNSETTLED else Fraction(0)

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        key = "ahead", id(self.shared), ctx.today, ctx.back, ctx.held
        if key not in facts.memo:
            own = getattr(self.shared, "ahead", None)
            days = [status.next_change for verdict in self._said(facts, ctx) for status in verdict.statuses]
            facts.memo[key] = earliest(own(facts, ctx) if own is not None else None, *days)
        found: date | None = facts.memo[key]
        return found


def _holding(text: str, periods: Sequence[Period]) -> list[str]:
    """Texts of the periods to which something told of a period belongs: that one, and longer ones in which its last day
    lies. The week that begins in June and ends in July is one of July."""
    if not periods:
        return [""]
    own = try_period(text, year_from=periods[0].year_from)
    if own is None:
        return [period.text for period in periods if period.text == text]
    return [
        period.text
        for period in periods
        if own.last in period and (own.first >= period.first or own.last - own.first < period.last - period.first)
    ]


def _counted(verdict: Verdict) -> str:
    """What is counted once in a period: the subject itself, which may be told of twice, or one of its duties."""
    return verdict.record or ("" if verdict.kind in ("unit", "participant", "scheme", "score") else verdict.key)


def _subject(verdict: Verdict) -> str:
    if verdict.unit:
        return verdict.unit
    return WHOLE if verdict.kind in ("scheme", "target", "reconciliation") else verdict.key


def figure(status: Status, pick: str) -> Fraction | None:
    """A figure of a status as an exact number; without a name the one its rule is about."""
    inputs: Mapping[str, Any] = status.inputs
    exact = inputs.get("figures", {})  # what is told beside them is rounded, and how far behind has no sign
    if pick in exact:
        return _number(exact[pick])
    if pick == "ratio" and inputs.get("due") and "covered" in inputs:
        return Fraction(inputs["covered"], inputs["due"]) * 100
    if pick in ("", "ratio") and "exact" not in inputs:
        done, target = _number(inputs.get("done")), _number(inputs.get("target"))
        if done is not None and target:
            return done / target * (100 if pick else 1)
        if pick:
            return _number(inputs.get(pick))
    return _number(inputs.get(pick or ("exact" if "exact" in inputs else "done")))


def _number(value: Any) -> Fraction | None:
    try:
        return None if value is None else Fraction(Decimal(str(value)))
    except (InvalidOperation, ValueError):
        return None
