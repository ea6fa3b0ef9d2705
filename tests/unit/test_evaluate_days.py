"""next_change: judging only what is due gives on every day what judging everything gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.demo.generate import Generator
from sheets_templates import catalog
from tests.small_scheme import small_scheme
from tests.unit.test_evaluate import a_project
from validators.calendar import Calendar
from validators.evaluate import Evaluator, RecordResult, Related
from validators.facts import Facts, Verdict
from validators.rows import Record

SCHEME = small_scheme()
ENGINE = Evaluator(SCHEME, Calendar())
FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)


def every_day(first: date = FIRST, last: date = LAST) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += timedelta(days=1)


def said(result: RecordResult) -> tuple[Any, ...]:
    """All that a result says, without when it should be asked again."""
    statuses = [replace(status, next_change=None) for status in result.statuses]
    return result.stage, statuses, result.flags, result.findings, result.derived


def first_difference(engine: Evaluator, record: Record, related: Related = Related()) -> date | None:  # noqa: B008
    """The first day on which a stored result, renewed only when due, says something else than a fresh one."""
    kept = engine.records(record.table, [record], FIRST, related)[0]
    for day in every_day():
        fresh = engine.records(record.table, [record], day, related)[0]
        if kept.next_change is not None and kept.next_change <= day:
            kept = fresh
        if said(kept) != said(fresh):
            return day
    return None


@st.composite
def records(draw: Any) -> Record:
    values = a_project(draw)
    facts: dict[str, Any] = {}
    if draw(st.booleans()):
        moved = draw(st.dates(date(2025, 1, 1), date(2026, 6, 30))).isoformat()
        facts["dated"] = {"site": [["", "厂房"], [moved, "自建"]]}
    if draw(st.booleans()):
        facts["plans"] = {"finish_plan": {"first": "2025-05-31", "last": "2025-06-30", "changes": 1, "days": []}}
    return Record("P1", "project", "A", values, facts=facts)


@settings(max_examples=25, deadline=None)
@given(records())
def test_judging_when_due_is_judging_every_day(record: Record) -> None:
    assert first_difference(ENGINE, record) is None


@settings(max_examples=10, deadline=None)
@given(st.dates(date(2025, 1, 1), date(2026, 6, 30)), st.sampled_from(("", "2025-05-01", "2025-09-10", "2026-02-01")))
def test_the_same_for_children(raised: date, ended: str) -> None:
    parent = Record("P1", "project", "A", {"name": "甲", **({"ended_on": ended} if ended else {})})
    child = Record("Q1", "problem", "A", {"project": "甲", "raised": raised.isoformat()})
    related = Related.of({"P1": parent, "Q1": child}, {"Q1": "P1"})
    assert first_difference(ENGINE, child, related) is None


class Forgetful(Evaluator):
    """Forgets one kind of turn: the day after a deadline."""

    def records(self, *given: Any) -> list[RecordResult]:
        results = super().records(*given)
        for result in results:
            days = [s.next_change for s in result.statuses if s.next_change and s.code != "soon"]
            result.next_change = min(days, default=None)
        return results


def test_the_comparison_finds_a_forgotten_turn() -> None:
    """The property above can fail: an engine that forgets when 临期 ends is found out on the first late day."""
    record = Record("P1", "project", "A", {"signed": "2025-03-01", "site": "厂房"})
    assert first_difference(Forgetful(SCHEME, Calendar()), record) == date(2025, 4, 2)
    assert first_difference(ENGINE, record) is None


@settings(max_examples=40, deadline=None)
@given(records(), st.dates(date(2025, 1, 1), date(2026, 6, 30)))
def test_statuses_never_carry_a_count_of_days(record: Record, day: date) -> None:
    """While the codes stand, nothing in a status moves with the day."""
    one, two = (ENGINE.records("project", [record], on, Related())[0] for on in (day, day + timedelta(days=1)))
    later = {status.rule: status for status in two.statuses}
    for status in one.statuses:
        other = later.get(status.rule)
        if other is not None and other.code == status.code and "ever" not in other.inputs and not _moved(status, other):
            assert replace(other, next_change=None) == replace(status, next_change=None)


def _moved(one: Any, two: Any) -> bool:
    """The faults of a row, and its stage, can change with the day: another date has passed."""
    return one.code in ("invalid", "notice", "broken", "stage") and one.inputs != two.inputs


def test_bundled_scheme_over_two_years() -> None:
    """Projects as the demo makes them, judged by the bundled scheme, some fifty of them."""
    scheme = catalog.load("tianjiaan")
    made = Generator(scheme, Path(catalog.__file__).parent / "schemes/tianjiaan/demo.yaml", date(2025, 12, 1), 7)
    engine, rows = Evaluator(scheme, Calendar()), made.book(scheme.units[0].code, 25)["project"]
    for number, row in enumerate(rows):
        values = {k: v.isoformat() for k, v in row.items() if isinstance(v, date)}
        values |= {"site_type": ("标准化厂房", "独立选址")[number % 2], "total_investment": "12000"}
        record = Record(f"P{number}", "project", scheme.units[0].code, values)
        assert first_difference(engine, record) is None, values


# shared rules -----------------------------------------------------------------------------------------------------


def spoken(verdicts: list[Verdict]) -> list[Any]:
    return sorted(
        (v.kind, v.key, repr([replace(s, next_change=None) for s in v.statuses]), repr(v.flags), repr(v.findings))
        for v in verdicts
    )


def shared_difference(engine: Evaluator, facts: Facts, first: date = FIRST, last: date = LAST) -> date | None:
    """As `first_difference`, for shared rules: what is due or has turned is judged again, rule by rule."""
    kept: dict[str, list[Verdict]] = {}
    since: date | None = None
    for day in every_day(first, last):
        due = {
            name
            for name, verdicts in kept.items()
            for verdict in verdicts
            for status in verdict.statuses
            if status.next_change is not None and status.next_change <= day
        }
        for name in due | engine.shared_turns(since, day):
            kept[name] = engine.shared(facts, day, [name])
        since = day
        for name in engine.shared_rules():
            if spoken(kept[name]) != spoken(engine.shared(facts, day, [name])):
                return day
    return None


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(st.dates(date(2024, 12, 1), date(2026, 3, 1)), st.booleans()), min_size=1, max_size=3))
def test_shared_rules_judged_when_due(started: list[tuple[date, bool]]) -> None:
    rows = []
    for number, (day, ended) in enumerate(started):
        values = {"name": f"项目{number}", "signed": "2024-11-01", "started": day.isoformat(), "money": "20000"}
        if ended:
            values["produced"] = (day + timedelta(days=200)).isoformat()
        rows.append(Record(f"P{number}", "project", "A", values))
        month = {"project": f"项目{number}", "month": f"{day:%Y-%m}", "done": "10"}
        rows.append(Record(f"M{number}", "monthly", "A", month, facts={"first_seen": "2024-12-15"}))
    assert shared_difference(ENGINE, Facts.of(SCHEME, rows)) is None


class Sleepy(Evaluator):
    """Takes no notice of a new period."""

    def shared_turns(self, since: date | None, today: date) -> set[str]:
        return super().shared_turns(since, today) if since is None else set()


def test_the_comparison_finds_a_missed_period() -> None:
    values = {"name": "甲", "signed": "2024-11-01", "started": "2024-12-10", "money": "20000"}
    facts = Facts.of(SCHEME, [Record("P1", "project", "A", values)])
    first, last = date(2024, 12, 20), date(2025, 4, 30)  # the scheme's first period begins in between
    assert shared_difference(Sleepy(SCHEME, Calendar()), facts, first, last) == date(2025, 1, 1)
    assert shared_difference(ENGINE, facts, first, last) is None


@pytest.mark.parametrize("day", [date(2025, 3, 1), date(2026, 1, 31)])
def test_nothing_due_today_is_left_for_today(day: date) -> None:
    """next_change always lies ahead, or the nightly pass would never come to an end."""
    record = Record("P1", "project", "A", {"signed": "2025-01-31", "site": "厂房", "finish_plan": day.isoformat()})
    result = ENGINE.records("project", [record], day, Related())[0]
    assert result.next_change is None or result.next_change > day
