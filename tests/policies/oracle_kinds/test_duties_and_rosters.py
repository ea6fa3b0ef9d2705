"""Duties with every parameter drawn, of units that come, go and come back, with extensions, exemptions and late, early and
repeated reports, against `duties.py`."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from tests.policies.oracle_east.kit import Said
from tests.policies.oracle_kinds import duties
from tests.policies.oracle_kinds.draw import Draw
from tests.policies.oracle_kinds.kit import Period, Rule, periods, scheme_with, seeds
from tests.policies.statutory import DAY
from validators.calendar import Calendar
from validators.evaluate import Evaluator
from validators.facts import Facts
from validators.grants import Absence, Grant, Grants
from validators.scheme.models import Scheme
from validators.speak import speaker

UNITS = {"甲镇": "a", "丙镇": "c", "戊街道": "e"}
TODAYS = [date.fromisoformat(word) for word in ["2025-02-01", "2025-02-28", "2025-03-31", "2025-04-07", "2025-05-06", "2025-07-10", "2025-10-09", "2026-01-05", "2026-02-24"]]  # fmt: skip


def _rule(d: Draw, number: int) -> Rule:
    kind = d.choice(["week", "month", "month", "quarter"])
    days = [1, 5, 7] if kind == "week" else [1, 5, 20, 28, 31]
    return {
        "id": f"D-{number}", "kind": "cadence", "title": f"报送{number}", "period": kind, "subject": "unit", "start": date(2025, 1, 1),
        **d.some(0.6, due_day=d.choice(days), due_offset=d.choice([0, 1])), **d.choice([{}, {"due_n": d.choice([1, 3, 5]), "due_unit": d.choice(["日", "工作日"])}]),
        **d.some(0.5, roll=d.choice(["next_workday", "previous_workday"])), **d.some(0.3, lead=d.choice([0, 5])), **d.some(0.3, entry_counts=True),
    }  # fmt: skip


def _stays(d: Draw, spans: list[Period]) -> list[duties.Stay]:
    """None, one stay, or two with a gap between them."""

    def day(span: Period) -> date:
        return d.choice([span.first, span.first + DAY, span.last, span.last - DAY, span.first - DAY])

    if d.maybe(0.3) or len(spans) < 4:
        return [(None, None)]
    first, gone, back = sorted(d.sample(range(len(spans)), 3))
    left = day(spans[gone])
    again = max(day(spans[back]), left + 2 * DAY)
    start = d.choice([None, min(day(spans[first]), left)])
    return [(start, left), (again, None)] if d.maybe(0.5) else [(start, left)]


def _given(d: Draw, rule: Rule, spans: list[Period]) -> duties.Given:
    sent: dict[str, list[date]] = {}
    for span in spans:
        last = duties.due(rule, span)
        for _ in range(d.choice([0, 1, 1, 2])):
            sent.setdefault(span.name, []).append(last + d.choice([-40, -1, 0, 0, 1, 2, 9]) * DAY)
    until = {span.name: duties.due(rule, span) + d.choice([1, 3, 20]) * DAY for span in spans if d.maybe(0.15)}
    free = {span.name for span in spans if d.maybe(0.1)}
    some = d.choice(spans)
    away = [(d.choice([None, some.first, some.first + DAY]), d.choice([None, some.last, some.last - DAY]))] if d.maybe(0.2) else []  # fmt: skip
    return duties.Given(_stays(d, spans), sent, until, free, away)


def _grants(given: dict[tuple[str, str], duties.Given]) -> Grants:
    grants = Grants()
    for (rule, unit), item in given.items():
        code = UNITS[unit]
        grants.extensions |= {(rule, code, name): Grant("张三", "停电", day) for name, day in item.until.items()}
        grants.exemptions |= {(rule, code, name): Grant("张三", "汛期") for name in item.free}
        grants.absences.setdefault(code, []).extend(
            Absence(code, Grant("张三", "汛期"), rule, *stay) for stay in item.away
        )
    return grants


def _told(scheme: Scheme, given: dict[tuple[str, str], duties.Given], grants: Grants, today: date) -> dict[Any, Said]:
    facts = Facts.of(
        scheme,
        (),
        submissions=[
            {"rule": rule, "unit": unit, "period": name, "at": datetime.combine(day, time(15)).isoformat(" ")}
            for (rule, unit), item in given.items()
            for name, days in item.sent.items()
            for day in days
        ],
        roster=[
            {"unit": unit, "from": stay[0] and stay[0].isoformat(), "to": stay[1] and stay[1].isoformat()}
            for unit, stays in {unit: item.stays for (_, unit), item in given.items()}.items()
            for stay in stays
        ],
    )
    facts.grants = grants
    calendar = Calendar()
    say, found = speaker(scheme, calendar), {}
    for verdict in Evaluator(scheme, calendar).shared(facts, today):
        if verdict.kind == "obligation":
            status = verdict.statuses[0]
            key = (status.rule, verdict.unit, verdict.period)
            found[key] = Said(say.word(status, today), status.deadline, say.left(status, today))
    return found


@pytest.mark.parametrize("seed", seeds(10))
def test_duties_of_units_that_come_and_go(seed: int, tmp_path: Path) -> None:
    d = Draw(f"duty{seed}")
    rules = [_rule(d, number) for number in range(3)]
    scheme = scheme_with(rules, "contest", tmp_path)
    for today in d.sample(TODAYS, 2):
        spans = {rule["id"]: periods(rule["period"], max(date(2025, 1, 1), today - 40 * DAY), today) for rule in rules}
        given = {(rule["id"], unit): _given(d, rule, spans[rule["id"]]) for rule in rules for unit in UNITS}
        stays = {unit: given["D-0", unit].stays for unit in UNITS}
        given = {key: item._replace(stays=stays[key[1]]) for key, item in given.items()}
        told = _told(scheme, given, _grants(given), today)
        for rule in rules:
            for unit, code in UNITS.items():
                for span in spans[rule["id"]]:
                    wanted = duties.said(rule, span, given[rule["id"], unit], today)
                    found = told.get((rule["id"], code, span.name))
                    assert _same(found, wanted), (today, unit, span, rule, found, wanted, given[rule["id"], unit])


def _same(found: Said | None, wanted: Said | None) -> bool:
    """Of what is free nobody asks for a day."""
    if found is not None and wanted is not None and wanted.status == "免报":
        return found.status == "免报"
    return found == wanted
