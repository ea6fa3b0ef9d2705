"""Closed periods: what was said of a subject then stays said, and what the data say now is told beside it (law L6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from validators.facts import Verdict
from validators.periods import Period, parse_period, try_period
from validators.rules.subjects import WHOLE
from validators.status import RUNNING, UNSETTLED, Flag, Status

PERIODIC = frozenset({"obligation", "target", "score"})  # kinds whose keys name the period: one subject each
_Key = tuple[str, str, str, str]  # kind, key, rule, period


@dataclass(frozen=True, slots=True)
class Frozen:
    """What one rule said of one subject when a period was closed."""

    closing: str  # the period that was closed; "<period>:<rule>" where only a rule was
    kind: str  # as of a Verdict
    key: str
    rule: str
    unit: str
    period: str  # the subject's own, inside the closed one; "" for a figure with a last day and no period
    name: str = ""
    statuses: Sequence[Status] = ()
    flags: Sequence[Flag] = ()

    def last(self, year_from: int) -> date | None:
        """The last day of what is frozen."""
        found = try_period(self.period, year_from=year_from)
        return found.last if found else max((s.deadline for s in self.statuses if s.deadline), default=None)


def inside(verdict: Verdict, rule: str, status: Status, closed: Period) -> bool:
    """Whether a status is of the period that is closed, or of one that lies wholly in it."""
    period = try_period(verdict.period or str(status.inputs.get("period", "")), year_from=closed.year_from)
    if period is not None:
        return closed.first <= period.first and period.last <= closed.last
    day = status.deadline if verdict.kind == "target" else None
    return status.rule == rule and day is not None and closed.first <= day <= closed.last


def freeze(verdicts: Iterable[Verdict], closed: Period) -> list[Frozen]:
    """What is frozen with a period: every value of it and of the periods inside it, per subject and rule."""
    found = []
    for verdict in verdicts:
        if verdict.kind in ("record", "turn"):
            continue
        for status in verdict.statuses:
            if inside(verdict, status.rule, status, closed):
                flags = [flag for flag in verdict.flags if flag.rule == status.rule]
                found.append(
                    Frozen(
                        closed.text, verdict.kind, verdict.key, status.rule, verdict.unit, verdict.period, verdict.name,
                        [status], flags,
                    )
                )  # fmt: skip
    return found


def hold(
    verdicts: Iterable[Verdict], frozen: Iterable[Frozen], days: Mapping[str, date], today: date, year_from: int
) -> list[Verdict]:
    """Verdicts with what is frozen in the place of what would be said now. `days`: closed period → day of closing.

    Of a day before the period's end nothing is frozen: it was not over then. What is frozen and nobody speaks of any
    more (a unit that is gone) is said all the same, as long as its rule speaks of periods that old.
    """
    ended = ((f, f.last(year_from)) for f in frozen)
    known = {(f.kind, f.key, f.rule, f.period): f for f, last in ended if last is not None and last < today}
    if not known:
        return list(verdicts)
    held, told, oldest = [], set[_Key](), dict[str, date]()
    for verdict in verdicts:
        kept = verdict
        for rule in dict.fromkeys(status.rule for status in verdict.statuses):
            key = (verdict.kind, verdict.key, rule, verdict.period)
            if key in known:
                told.add(key)
                kept = _held(kept, known[key], days, year_from)
            if (period := try_period(verdict.period, year_from=year_from)) is not None:
                oldest[rule] = min(period.first, oldest.get(rule, period.first))
        held.append(kept)
    left = [item for key, item in known.items() if key not in told and _wanted(item, oldest, year_from)]
    return held + [_again(item, days, year_from) for item in left]


def _wanted(item: Frozen, oldest: Mapping[str, date], year_from: int) -> bool:
    period = try_period(item.period, year_from=year_from)
    if item.kind not in PERIODIC or period is None:
        return False
    return item.rule in oldest and oldest[item.rule] <= period.first


def _held(verdict: Verdict, item: Frozen, days: Mapping[str, date], year_from: int) -> Verdict:
    """The verdict with the frozen statuses and flags of one rule."""
    now = [status for status in verdict.statuses if status.rule == item.rule]
    others = [status for status in verdict.statuses if status.rule != item.rule]
    flags = [flag for flag in verdict.flags if flag.rule != item.rule]
    kept = [_status(status, item, days, now[0] if now else None, year_from) for status in item.statuses]
    return replace(verdict, statuses=[*others, *kept], flags=[*flags, *item.flags])


def as_closed(item: Frozen, days: Mapping[str, date], year_from: int) -> list[Status]:
    """What was frozen, with the day of closing in its reason."""
    return [_status(status, item, days, None, year_from) for status in item.statuses]


def _again(item: Frozen, days: Mapping[str, date], year_from: int) -> Verdict:
    kept = as_closed(item, days, year_from)
    return Verdict(item.kind, item.key, "", item.unit, item.period, _record(item), item.name, kept, list(item.flags))


def _record(item: Frozen) -> str:
    parts = item.key.split("|")
    return parts[3] if item.kind == "obligation" and len(parts) > 3 else ""


def _status(status: Status, item: Frozen, days: Mapping[str, date], now: Status | None, year_from: int) -> Status:
    """As it stood, with the day of closing and, where the data say something else now, what that is."""
    day = days.get(item.closing)
    label = parse_period(item.closing.partition(":")[0], year_from).label
    closed = {"period": item.closing, "label": label, "day": day.isoformat() if day else ""}
    inputs: dict[str, Any] = {**status.inputs, "frozen": True, "closed": closed}
    inputs.pop("now", None)
    for name in (UNSETTLED, RUNNING):  # whoever closed it took it as final
        inputs.pop(name, None)
    if now is not None and "now" in now.inputs:
        inputs["now"] = now.inputs["now"]
    elif now is not None and (later := _later(status, now)):
        inputs["later"] = later
    return Status(status.rule, status.code, status.deadline, status.done, None, inputs)


def _later(then: Status, now: Status) -> dict[str, Any]:
    """What is said now, where that is something else."""
    figures = ("covered", "due", "done", "value", "figure", "mended")
    same = (then.code, then.done) == (now.code, now.done)
    if same and all(then.inputs.get(name) == now.inputs.get(name) for name in figures):
        return {}
    found: dict[str, Any] = {"code": now.code}
    found |= {"deadline": now.deadline.isoformat()} if now.deadline else {}
    found |= {"done": now.done.isoformat()} if now.done else {}
    found["inputs"] = {name: now.inputs[name] for name in (*figures, "word") if name in now.inputs}
    return found


def values_of(frozen: Iterable[Frozen]) -> dict[tuple[str, str, str], str]:
    """(rule, subject, period) → figure, for rules that count on with it: targets, scores, streaks."""
    found = {}
    for item in frozen:
        for status in item.statuses:
            text = str(status.inputs.get("exact", status.inputs.get("done", "")))
            if _is_number(text):
                found[item.rule, _subject(item), item.period] = text
    return found


def _subject(item: Frozen) -> str:
    if item.kind in PERIODIC:
        return [*item.key.split("|"), ""][1]
    return WHOLE if item.kind == "scheme" else item.key


def _is_number(text: str) -> bool:
    try:
        Decimal(text)
    except InvalidOperation:
        return False
    return True
