"""A bulletin that was made is a report, where a duty of the scheme asks for just that."""

from __future__ import annotations

from datetime import datetime

from app.wiring import Office
from sync.clock import ZONE, local
from sync.closed import scheme_lease
from sync.parts import Parts
from sync.rulings import note_ruled
from sync.shared import judge_shared
from sync.store.owed import Sent
from validators.facts import unit_finder
from validators.periods import parse_period


def note_issued(office: Office, text: str, by: str) -> list[str]:
    """Remember that the bulletin of a period was made. Titles of the duties that are met by it."""
    parts, year_from = office.parts, office.scheme.year_from
    period = parse_period(text, year_from)
    now = office.clock.now()
    data = {"period": period.text}
    parts.store.add_event("bulletin", now, by, data)
    rules = {
        r.id: r for r in parts.scheme.rules if getattr(r, "bulletin", False) and r.rhythm(year_from).named(period.text)
    }
    if not rules:
        return []
    code = unit_finder(parts.scheme)
    at = _at(parts, now)
    sent = [
        Sent(rule.id, code(rule.responsible[0]), rule.rhythm(year_from).named(period.text).text, at=at, seen=now)
        for rule in rules.values()
    ]
    with scheme_lease(parts) as lease:
        parts.store.save_judgements(lease, [], parts.clock.now(), sent=sent)
    judge_shared(parts, set(rules))
    note_ruled(parts)
    return [rule.title for rule in rules.values()]


def _at(parts: Parts, now: float) -> float:
    """Now; where another day is named to be today, the beginning of that day."""
    today = parts.clock.today()
    if local(now).date() == today:
        return now
    return datetime(today.year, today.month, today.day, tzinfo=ZONE).timestamp()
