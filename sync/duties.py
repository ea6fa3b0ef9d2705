"""What the store knows of duties, as facts of the shared rules: rulings, reports that came, closed periods. And what is
to be remembered of a judging."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sync.clock import ZONE, local
from sync.parts import Parts
from sync.store.owed import Ruling, Sent
from validators.facts import Facts, Submission, Verdict
from validators.frozen import Frozen, hold, values_of
from validators.grants import Absence, Grant, Grants
from validators.rules import codes

_CAME = frozenset({codes.REPORTED, codes.REPORTED_LATE})


def add_known(parts: Parts, facts: Facts, rules: set[str]) -> list[Frozen]:
    """Put into the facts what the store knows beside the rows; what is frozen, for `with_frozen`."""
    store, scheme = parts.store, parts.scheme.id
    rulings = store.rulings(scheme)
    facts.grants = grants_of(rulings)
    facts.submissions += [nil_of(item) for item in rulings if item.kind == "nil"]
    facts.submissions += [_submission(item) for item in store.sent(scheme)]
    frozen = store.frozen(scheme, rules=_with_uses(parts, rules))
    facts.frozen |= values_of(frozen)
    return frozen


def _with_uses(parts: Parts, rules: set[str]) -> set[str]:
    """The rules, and those whose results they take."""
    found, known = set(rules), parts.evaluator.rules
    wanted = list(rules)
    while wanted:
        rule = known.get(wanted.pop())
        more = (rule.uses() if rule is not None else frozenset[str]()) - found
        found |= more
        wanted += more
    return found


def with_frozen(parts: Parts, verdicts: Iterable[Verdict], frozen: list[Frozen], rules: set[str]) -> list[Verdict]:
    """Verdicts with what closed periods hold in the place of what would be said of them now."""
    if not frozen:
        return list(verdicts)
    days = {item.period: item.day for item in parts.store.closings(parts.scheme.id)}
    own = [item for item in frozen if item.rule in rules]
    return hold(verdicts, own, days, parts.clock.today(), parts.scheme.year_from)


def grants_of(rulings: Iterable[Ruling]) -> Grants:
    """Extensions and exemptions that stand; of two for one duty the later ruling counts."""
    grants = Grants()
    for item in sorted(rulings, key=lambda ruling: (ruling.at, ruling.id)):
        grant = Grant(item.by, item.why, item.until if item.kind == "extension" else None)
        if not item.stands:
            continue
        if item.kind == "extension":
            grants.extensions[item.rule, item.record or item.unit, item.period] = grant
        elif item.kind == "exemption" and item.period:
            grants.exemptions[item.rule, item.unit, item.period] = grant
        elif item.kind == "exemption":
            absence = Absence(item.unit, grant, item.rule, item.since, item.until)
            grants.absences.setdefault(item.unit, []).append(absence)
    return grants


def nil_of(item: Ruling) -> Submission:
    """A nil report came when it was declared: at that time of the day that counted as today."""
    at = local(item.at)
    if item.since is not None and item.since != at.date():
        at = datetime(item.since.year, item.since.month, item.since.day, tzinfo=ZONE)
    return Submission(item.rule, item.unit, item.period, at, item.record, nil=True)


def _submission(item: Sent) -> Submission:
    return Submission(item.rule, item.unit, item.period, local(item.at) if item.at else None, item.record)


def to_remember(parts: Parts, verdicts: Iterable[Verdict]) -> list[Sent]:
    """Reports that are changes of rows: a change was made, even when its row is gone later or has forgotten it."""
    updates = {rule.id for rule in parts.scheme.rules if getattr(rule, "updates", False)}
    now = parts.clock.now()
    return [
        Sent(status.rule, verdict.unit, verdict.period, verdict.record, _at(status.done), now)
        for verdict in verdicts
        if verdict.kind == "obligation"
        for status in verdict.statuses
        if status.rule in updates and status.code in _CAME and "nil" not in status.inputs
    ]


def _at(day: date | None) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE).timestamp() if day is not None else 0.0
