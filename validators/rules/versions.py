"""Versions of one rule: several entries of one id, each in force for its own days (`effective_from`, `effective_to`).
A lookup, a drop-down or a lead that changes on a day makes versions of the rules that use it, too.

A row is judged by the version of its own day: `version_by`, else the day its limit runs from, else that of its table
(`Table.version_by`, the end of its period), else the day of judging.
What is said of a period is said by the version in force on the period's last day, while the period runs by today's.
Every status names its version in its inputs (`version`), so that its words and its source are that version's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from validators.periods import try_period
from validators.rules import codes
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, DateGetter, Env, Judge, Outcome, TypedRow
from validators.rules.deciding import deciding
from validators.rules.granting import granting
from validators.rules.unseen import waiting_for_unseen
from validators.scheme.dated import has_dated_parts, parts_on, turning_days
from validators.scheme.dated import is_dated as is_dated_part
from validators.status import Status

if TYPE_CHECKING:
    from validators.facts import Facts, SharedJudge, Verdict
    from validators.scheme.models import Scheme

_ONE_DAY = timedelta(days=1)
_URGENT = {codes.MISSING: 0, codes.SOON: 1}


class Term:
    """The days one version is in force; the one before it ends where it begins."""

    __slots__ = ("first", "last", "rule", "text")

    def __init__(self, rule: RuleBase, following: RuleBase | None) -> None:
        self.rule = rule
        self.first = rule.effective_from or date.min
        until = rule.effective_to or date.max
        begins = following.effective_from if following is not None else None
        self.last = min(until, begins - _ONE_DAY) if begins is not None else until
        self.text = rule.effective_from.isoformat() if rule.effective_from is not None else ""

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def split(self, days: Iterable[date]) -> list[Term]:
        """The same version in parts, another one beginning on each of the days that lies inside."""
        starts = [self.first, *sorted(day for day in days if self.first < day <= self.last)]
        ends = [*(day - _ONE_DAY for day in starts[1:]), self.last]
        return [self._part(first, last) for first, last in zip(starts, ends, strict=True)]

    def _part(self, first: date, last: date) -> Term:
        part = Term(self.rule, None)
        part.first, part.last = first, last
        part.text = self.text if first == self.first else first.isoformat()
        return part


def versions_of(rules: Iterable[RuleBase], rule_id: str) -> list[RuleBase]:
    """The versions of a rule, oldest first; [] when there is none of that id."""
    return sorted((rule for rule in rules if rule.id == rule_id), key=_begins)


def terms_of(versions: Sequence[RuleBase]) -> list[Term]:
    """When each of them (oldest first) is in force."""
    return [Term(rule, after) for rule, after in zip(versions, [*versions[1:], None], strict=True)]


def newest(rules: Iterable[RuleBase]) -> dict[str, RuleBase]:
    """Id → its newest version, in the order in which the ids are first written."""
    found: dict[str, RuleBase] = {}
    for rule in rules:
        known = found.get(rule.id)
        if known is None or _begins(rule) >= _begins(known):
            found[rule.id] = rule
    return found


def as_of(scheme: Scheme, day: date) -> Scheme:
    """The scheme with what is in force on a day only: rules, values of drop-downs, lookups, leads."""
    scheme = parts_on(scheme, day) if has_dated_parts(scheme) else scheme
    if not any(is_dated(rule) for rule in scheme.rules):
        return scheme
    terms = [term for name in newest(scheme.rules) for term in terms_of(versions_of(scheme.rules, name))]
    chosen = {id(term.rule) for term in terms if day in term}
    return scheme.model_copy(update={"rules": tuple(rule for rule in scheme.rules if id(rule) in chosen)})


def is_dated(rule: RuleBase) -> bool:
    """Whether the rule is in force for some days only."""
    return rule.effective_from is not None or rule.effective_to is not None


def compile_record(env: Env, versions: Sequence[RuleBase]) -> Judge | None:
    """The closure that judges one row by the version of its day; None when the rule is not about single rows."""
    with env.counting(False):
        return _record(env, versions)


def _record(env: Env, versions: Sequence[RuleBase]) -> Judge | None:
    found = _terms(env.scheme, versions)
    if len(found) == 1 and not is_dated(versions[0]):
        return _heeding(env, versions[0], versions[0].compile(env))
    terms = [(term, judge) for term in found if (judge := _compiled(env, term, "compile")) is not None]
    return _Rows(terms, _day_of(env, versions[-1])) if terms else None


def compile_shared(env: Env, versions: Sequence[RuleBase]) -> SharedJudge | None:
    """The same for rules over many rows; in their conditions actual dates count once they have come."""
    with env.counting(True):
        return _shared(env, versions)


def _shared(env: Env, versions: Sequence[RuleBase]) -> SharedJudge | None:
    found = _terms(env.scheme, versions)
    if len(found) == 1 and not is_dated(versions[0]):
        return versions[0].compile_shared(env)
    terms = [(term, judge) for term in found if (judge := _compiled(env, term, "compile_shared")) is not None]
    return _Subjects(terms, env.scheme.year_from) if terms else None


def _terms(scheme: Scheme, versions: Sequence[RuleBase]) -> list[Term]:
    """The terms of a rule's versions, each parted where something that it uses changes."""
    if not has_dated_parts(scheme):
        return terms_of(versions)
    return [part for term in terms_of(versions) for part in term.split(_days_used(scheme, term.rule))]


def _days_used(scheme: Scheme, rule: RuleBase) -> set[date]:
    """The days on which a lookup, a drop-down or a lead changes that the rule uses."""
    days: set[date] = set()
    for key, name in _texts(rule):
        if key in _LOOKUPS and name in scheme.lookups:
            days |= {change.effective_from for change in scheme.lookups[name].changes}
        elif key == _CHOICES:
            days |= turning_days(item for item in scheme.choices.get(name, ()) if is_dated_part(item))
    if "lead" in type(rule).model_fields and getattr(rule, "lead", None) is None:
        days |= {change.effective_from for change in scheme.conventions.changes}
    return days


_LOOKUPS, _CHOICES = frozenset({"lookup", "curve"}), "each"  # parameters that name a lookup, a drop-down


def _texts(value: Any) -> Iterator[tuple[str, str]]:
    """Parameters of a rule and of what it holds that are plain texts."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            part = getattr(value, name)
            if isinstance(part, str):
                yield name, part
            else:
                yield from _texts(part)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)


def _compiled(env: Env, term: Term, how: str) -> Any:
    """A version compiled as if the scheme ran on its own days: periods of other versions are not its concern."""
    scheme, whole = env.scheme, (env.scheme.effective_from, env.scheme.effective_to)
    parts = parts_on(scheme, term.first) if has_dated_parts(scheme) else scheme
    first = max(term.first, whole[0] or date.min)
    last = min(term.last, whole[1] or date.max)
    own = {"effective_from": first if first > date.min else None, "effective_to": last if last < date.max else None}
    env.scheme = parts.model_copy(update=own)
    try:
        made = getattr(term.rule, how)(env)
        return _heeding(env, term.rule, made) if how == "compile" else made
    finally:
        env.scheme = scheme


def _heeding(env: Env, rule: RuleBase, judge: Judge | None) -> Judge | None:
    """The judge of a rule that waits for what its days hang on, with what was granted to single rows."""
    if judge is None:
        return None
    judge = waiting_for_unseen(env, rule, deciding(env, rule, judge))
    return granting(env, rule, judge) if rule.extendable else judge


def _begins(rule: RuleBase) -> date:
    return rule.effective_from or date.min


def _day_of(env: Env, rule: RuleBase) -> DateGetter | None:
    """The day that chooses a row's version; None: the day of judging."""
    if not rule.table:
        return None
    anchor = rule.version_by or next((found for name in ANCHORS if (found := getattr(rule, name, ""))), "")
    return env.date(anchor, rule.table) if anchor else day_of_table(env, rule.table)


def day_of_table(env: Env, name: str) -> DateGetter | None:
    """The day by which versions are chosen for rows of a table; None: the day of judging."""
    table = env.scheme.table(name)
    text = table.version_by or (f"期末({table.periodic.field})" if table.periodic is not None else "")
    return env.date(text, name) if text else None


ANCHORS = ("from_", "trigger", "raised")  # what kinds of rules call the day a limit runs from


class _Rows:
    """A record rule with versions."""

    def __init__(self, terms: list[tuple[Term, Judge]], day_of: DateGetter | None) -> None:
        self.terms, self.day_of = terms, day_of

    def __call__(self, row: TypedRow, ctx: Ctx) -> Outcome | None:
        own = self.day_of(row) if self.day_of is not None else None
        day = own or ctx.held or ctx.today
        change = None if own is not None else next_turn((term for term, _ in self.terms), ctx.today)
        for term, judge in self.terms:
            if day in term:
                return _marked(judge(row, ctx), term, change)
        inputs = {"outside": [[_iso(term.first), _iso(term.last)] for term, _ in self.terms]}
        return Outcome(Status(self.terms[-1][0].rule.id, codes.NOT_APPLICABLE, next_change=change, inputs=inputs))


def next_turn(terms: Iterable[Term], today: date) -> date | None:
    """The next day on which a version begins or none is in force any more."""
    days = [day for term in terms for day in (term.first, _after(term.last)) if day > today]
    return min((day for day in days if day < date.max), default=None)


def _after(day: date) -> date:
    return day + _ONE_DAY if day < date.max else day


def _iso(day: date) -> str:
    return "" if day in (date.min, date.max) else day.isoformat()


def _marked(outcome: Outcome | None, term: Term, change: date | None) -> Outcome | None:
    """The outcome with its version named, and the day on which another one may judge."""
    if outcome is None:
        return Outcome(next_change=change) if change is not None else None
    status = outcome.status
    if status is None:
        days = [day for day in (outcome.next_change, change) if day is not None]
        return replace(outcome, next_change=min(days, default=None))
    return replace(outcome, status=_named(status, term, change))


def _named(status: Status, term: Term, change: date | None = None) -> Status:
    days = [day for day in (status.next_change, change) if day is not None]
    return replace(status, next_change=min(days, default=None), inputs={**status.inputs, "version": term.text})


def list_days(judge: Judge | None) -> set[date]:
    """The days on which another version begins to judge rows that have no day of their own."""
    if not isinstance(judge, _Rows):
        return set()
    return {day for term, _ in judge.terms for day in (term.first, _after(term.last)) if date.min < day < date.max}


class _Subjects:
    """A shared rule with versions."""

    def __init__(self, terms: list[tuple[Term, SharedJudge]], year_from: int) -> None:
        self.terms, self.year_from = terms, year_from

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        found: list[Verdict] = []
        rows: dict[str, Verdict] = {}
        for term, judge in self.terms:
            if term.first > ctx.today:
                continue
            for verdict in self._own(term, judge(facts, ctx), ctx.today):
                if verdict.kind == "record" and (other := rows.get(verdict.key)) is not None:
                    _more_urgent(other, verdict)
                    continue
                rows[verdict.key] = verdict
                found.append(verdict)
        return found

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        """The next day on which a version begins or ends, or a row that is dated ahead will count for one."""
        days = [next_turn((term for term, _ in self.terms), ctx.today)]
        days += [judge.ahead(facts, ctx) for _, judge in self.terms if hasattr(judge, "ahead")]
        return min((day for day in days if day is not None), default=None)

    @property
    def daily(self) -> bool:
        """Whether what one puts on rows may be otherwise on every past day."""
        return any(getattr(judge, "daily", False) for _, judge in self.terms)

    def turns(self, facts: Facts) -> set[date]:
        """The days on which the lists change that the versions look into."""
        return set().union(*(judge.turns(facts) for _, judge in self.terms if hasattr(judge, "turns")))

    def _own(self, term: Term, verdicts: Iterable[Verdict], today: date) -> Iterator[Verdict]:
        for verdict in verdicts:
            if _rows_of_periods(verdict) or _day_judged(verdict, today, self.year_from) in term:
                yield replace(verdict, statuses=[_named(status, term) for status in verdict.statuses])


def _rows_of_periods(verdict: Verdict) -> bool:
    """A row's summary of what is owed for several periods: each version sums up its own."""
    return verdict.kind == "record" and any("periods" in status.inputs for status in verdict.statuses)


def _day_judged(verdict: Verdict, today: date, year_from: int) -> date:
    """The last day of the period of which something is said, today while it runs and where there is none."""
    status = verdict.statuses[0] if verdict.statuses else None
    text = verdict.period or (status.inputs.get("period", "") if status is not None else "")
    if (period := try_period(text, year_from=year_from)) is not None:
        return min(period.last, today)
    if verdict.kind == "target" and status is not None and status.deadline is not None:
        return min(status.deadline, today)
    return today


def _more_urgent(kept: Verdict, other: Verdict) -> None:
    """Two versions speak of one row, each of its own periods: what is missing goes first, the oldest of it."""
    kept.statuses = [min((*kept.statuses, *other.statuses), key=_urgency)]
    kept.flags, kept.findings = [*kept.flags, *other.flags], [*kept.findings, *other.findings]


def _urgency(status: Status) -> tuple[int, date]:
    return _URGENT.get(status.code, 2), status.deadline or date.max
