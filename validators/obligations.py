"""Who owes what for which period, and what came when. Pure; `rules/cadence.py` says what a scheme may ask.

Lateness is judged by the earliest time at which a report can have come, so that an outage of ours makes nobody late.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from validators.facts import Membership
from validators.grants import Grant, granted
from validators.periods import Period, PeriodKind, period_of
from validators.rules import codes
from validators.status import Status

LISTED: dict[str, int] = {
    "day": 7,
    "week": 8,
    "ten_days": 9,
    "half_month": 8,
    "month": 13,
    "quarter": 5,
    "half": 3,
    "year": 2,
}
LEADS: dict[str, int] = {
    "day": 0,
    "week": 1,
    "ten_days": 1,
    "half_month": 2,
    "month": 3,
    "quarter": 3,
    "half": 30,
    "year": 30,
}
_ONE_DAY = timedelta(days=1)

Arrival = date | None  # None: it is there, and nobody knows since when: in time. A datetime where the hour counts


@dataclass(frozen=True, slots=True)
class Due:
    """The last day in time, the day from which it is near, and whether an unpublished year took part."""

    day: date
    soon: date
    provisional: bool = False
    grant: Grant | None = None  # the extension that moved it
    was: date | None = None  # without the extension

    def inputs(self) -> dict[str, Any]:
        """What a status carries of it."""
        found: dict[str, Any] = {"provisional": True} if self.provisional else {}
        if self.grant is not None:
            found["extended"] = {**self.grant.inputs(), "until": self.day.isoformat()}
            if self.was is not None:
                found["extended"]["was"] = self.was.isoformat()
        return found


def listed_periods(
    kind: PeriodKind, start: date | None, end: date | None, today: date, keep: int, year_from: int
) -> list[Period]:
    """Periods that may be owed on `today`: the current one and up to `keep` before it, within start and end."""
    current = period_of(min(today, end) if end else today, kind, year_from)
    found = [current]
    while len(found) <= keep and (start is None or found[-1].first > start) and found[-1].first > date(1990, 1, 1):
        found.append(found[-1].previous())
    first = start or date.min
    return [period for period in reversed(found) if period.last >= first and period.first <= today]


def liable(period: Period, member: Membership | None, entry_counts: bool = False) -> bool | None:
    """True: owed; None: the period of entry, 免报; False: not yet or no longer a member (B-78)."""
    if member is None:
        return True
    if member.until is not None and member.until < period.first:
        return False
    if member.since is None or member.since <= period.first:
        return True
    return False if member.since > period.last else (True if entry_counts else None)


def by_unit(roster: Iterable[Membership]) -> dict[str, list[Membership]]:
    """Roster entries by unit; a unit may leave and come back."""
    found: dict[str, list[Membership]] = {}
    for item in roster:
        found.setdefault(item.unit, []).append(item)
    return found


def note(arrivals: dict[Any, Arrival], key: Any, arrival: Arrival) -> None:
    """Remember an arrival under the key, the earliest of several; an unknown time counts as the earliest."""
    if key in arrivals:
        known = arrivals[key]
        arrival = None if known is None or arrival is None else min(known, arrival, key=as_moment)
    arrivals[key] = arrival


def as_moment(arrival: date) -> datetime:
    """A day counts from its beginning."""
    return arrival if isinstance(arrival, datetime) else datetime(arrival.year, arrival.month, arrival.day)


def judge_duty(
    rule: str,
    period: Period,
    due: Due,
    today: date,
    *,
    arrived: bool = False,
    arrival: Arrival = None,
    after_hour: bool = False,
    inputs: Mapping[str, Any] | None = None,
) -> Status:
    """not_due, soon, reported, reported_late or missing for one duty of one period. `after_hour`: what came on the last
    day came after its hour."""
    inputs = {"period": period.text, "label": period.label, **(inputs or {})}
    inputs |= due.inputs()
    if arrived:
        late = arrival is not None and (arrival > due.day or (after_hour and arrival == due.day))
        if late and arrival == due.day:
            inputs["hour"] = True
        return Status(rule, codes.REPORTED_LATE if late else codes.REPORTED, due.day, arrival, None, inputs)
    if today > due.day:
        return Status(rule, codes.MISSING, due.day, None, None, inputs)
    if today >= due.soon:
        return Status(rule, codes.SOON, due.day, None, due.day + _ONE_DAY, inputs)
    return Status(rule, codes.NOT_DUE, due.day, None, due.soon, inputs)


def exempt(rule: str, period: Period, why: str, next_change: date | None = None, grant: Grant | None = None) -> Status:
    """免报, and why: entry | idle | exempted | nothing."""
    inputs = {"period": period.text, "label": period.label, "why": why, **(grant.inputs() if grant else {})}
    return Status(rule, codes.EXEMPT, None, None, next_change, inputs)


_NOT_OWED = {
    "entry": "当期才入库或开工，下一期起报",
    "idle": "本期没有工作日",
    "nothing": "本期没有要报的",
    "exempted": "免报",
}


def told_of_duty(inputs: Mapping[str, Any], nil: str = "") -> list[str]:
    """What people ruled and what came, in clauses: an extension, an exemption, a nil report, a correction."""
    found = [_NOT_OWED[inputs["why"]] + granted(inputs)] if inputs.get("why") in _NOT_OWED else []
    if extended := inputs.get("extended"):
        was = f"，原应于{extended['was']}前" if extended.get("was") else ""
        found.append(f"延期至{extended['until']}{granted(extended)}{was}")
    if inputs.get("nil"):
        found.append(f"报的是“{nil or '零报告'}”")
    if inputs.get("mended"):
        found.append(f"{inputs['mended']}更正")
    return found


def _listed(labels: list[str]) -> str:
    """Periods as people read them; of many the first and the last, and how many."""
    if len(labels) <= 3:
        return "、".join(labels)
    return f"{labels[0]}至{labels[-1]}共{len(labels)}期"


def merged(rule: str, statuses: Iterable[Status], word: str) -> Status | None:
    """One status for a row that owes several periods: what is missing, oldest first, else what is due soon."""
    items = sorted(statuses, key=lambda item: item.deadline or date.max)
    open_ = [item for item in items if item.code == codes.MISSING] or [
        item for item in items if item.code == codes.SOON
    ]
    if not open_:
        return None
    head = open_[0]
    inputs: dict[str, Any] = {
        "periods": [item.inputs["period"] for item in open_],
        "period": open_[-1].inputs["period"],
        "label": _listed([item.inputs["label"] for item in open_]),
    }
    if word:
        inputs["word"] = word
    change = min((item.next_change for item in items if item.next_change), default=None)
    return Status(rule, head.code, head.deadline, None, change, inputs)
