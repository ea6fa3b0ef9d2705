"""The five bundled schemes on the rows of their demos: judging what is due gives on every day of two years what judging
everything gives, with no more beside a record than the engine asks for."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import pytest

from app.demo.generate import Generator
from sheets_templates import catalog
from tests.unit.test_evaluate_days import said, spoken
from validators import rawcell
from validators.calendar import Calendar
from validators.cells import squeeze
from validators.evaluate import Evaluator, RecordResult, Related
from validators.facts import Facts, Verdict
from validators.rows import RawRow, Record
from validators.scheme.models import Scheme
from validators.validate import RowValidator

SCHEMES = sorted(catalog.bundled())
MADE = date(2025, 12, 1)
DAYS = [date(2025, 1, 1) + timedelta(days=number) for number in range(730)]


class Office(NamedTuple):
    """A scheme with what its demo's books hold."""

    engine: Evaluator
    records: dict[str, list[Record]]
    related: Related
    facts: Facts


@lru_cache(maxsize=1)
def office(name: str, projects: int) -> Office:
    scheme = catalog.load(name)
    made = Generator(scheme, catalog.find(name) / "demo.yaml", MADE, seed=3)
    books = {unit.code: made.book(unit.code, projects) for unit in scheme.units[:2]}
    books |= {role: made.commission(role) for role in catalog.roles(scheme) if role != "unit"}
    found: dict[str, list[Record]] = defaultdict(list)
    for code, tables in books.items():
        for table, rows in tables.items():
            found[table] += _understood(scheme, table, code, rows)
    parents = _parents(scheme, found)
    everything = {record.id: record for records in found.values() for record in records}
    facts = Facts.of(scheme, everything.values(), parents=parents)
    return Office(Evaluator(scheme, Calendar()), dict(found), Related.of(everything, parents), facts)


def _cell(value: Any) -> str:
    if isinstance(value, date):
        return rawcell.from_date(value)
    return rawcell.number(str(value)) if isinstance(value, int) else str(value or "")


def _understood(scheme: Scheme, table: str, code: str, rows: Sequence[dict[str, Any]]) -> list[Record]:
    model, rng = scheme.table(table), random.Random(f"{code}:{table}")
    raw = [RawRow("", n, tuple(_cell(row.get(f.name)) for f in model.fields)) for n, row in enumerate(rows, 7)]
    read = RowValidator(scheme, model).validate(raw, today=MADE).rows
    seen = [{"first_seen": (DAYS[0] - timedelta(days=rng.randint(0, 60))).isoformat()} for _ in read]  # no day ahead
    return [
        Record(f"{code}-{table}-{n}", table, code, r.values, facts=f)
        for n, (r, f) in enumerate(zip(read, seen, strict=True))
    ]


def _parents(scheme: Scheme, records: dict[str, list[Record]]) -> dict[str, str]:
    """Child → parent by the parent's name in the same book."""
    parents: dict[str, str] = {}
    for model in scheme.tables:
        if model.parent:
            name = scheme.table(model.parent).name_field
            names = {(r.unit, squeeze(r.values.get(name, ""))): r.id for r in records.get(model.parent, ())}
            for record in records.get(model.name, ()):
                owner = names.get((record.unit, squeeze(record.values.get(model.parent_field, ""))))
                if owner:
                    parents[record.id] = owner
    return parents


def beside(given: Office, table: str, records: Sequence[Record]) -> Related:
    """What the nightly pass loads with these records: the tables that the engine asks for, and parents."""
    wanted = given.engine.relatives(table)
    found = {record.id: record for record in records}
    units = {record.unit for record in records}
    found |= {k: r for k, r in given.related.records.items() if r.table in wanted and r.unit in units}
    owners = {given.related.parents[key] for key in found if key in given.related.parents}
    found |= {key: given.related.records[key] for key in owners}
    return Related.of(found, {key: given.related.parents[key] for key in found if key in given.related.parents})


def check_records(given: Office, days: Sequence[date]) -> None:
    """Results kept until they are due say what fresh ones say; those renewed are judged in a nightly pass's company."""
    for table, records in given.records.items():
        kept: list[RecordResult] = []
        for day in days:
            fresh = given.engine.records(table, records, day, given.related)
            due = [n for n, result in enumerate(kept) if result.next_change is not None and result.next_change <= day]
            if due:
                some = [records[n] for n in due]
                for number, result in zip(
                    due, given.engine.records(table, some, day, beside(given, table, some)), strict=True
                ):
                    kept[number] = result
            kept = kept or list(fresh)
            for record, one, other in zip(records, kept, fresh, strict=True):
                assert other.next_change is None or other.next_change > day, (record.id, day)
                assert said(one) == said(other), (record.id, day)


def check_shared(given: Office, days: Sequence[date]) -> None:
    """The same for the rules that span books, rule by rule."""
    engine, kept = given.engine, dict[str, list[Verdict]]()
    since: date | None = None
    for day in days:
        turned = engine.shared_turns(since, day)
        for name in sorted(engine.shared_rules()):
            fresh = engine.shared(given.facts, day, [name])
            soonest = [s.next_change for verdict in kept.get(name, ()) for s in verdict.statuses if s.next_change]
            if name in turned or (soonest and min(soonest) <= day):
                kept[name] = fresh
            assert spoken(kept[name]) == spoken(fresh), (name, day)
        since = day


def some_days(seed: str, count: int) -> list[date]:
    """Days drawn by the seed, together with their morrows, so that a turn forgotten by one day is seen."""
    drawn = random.Random(seed).sample(DAYS[:-1], count)
    return sorted({DAYS[0], *drawn, *(day + timedelta(days=1) for day in drawn)})


@pytest.mark.parametrize("scheme", SCHEMES)
def test_records_judged_when_due(scheme: str) -> None:
    check_records(office(scheme, 6), some_days(scheme, 50))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_shared_rules_judged_when_due(scheme: str) -> None:
    check_shared(office(scheme, 6), some_days(scheme, 25))


@pytest.mark.torture
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_day_of_two_years(scheme: str) -> None:
    given = office(scheme, 6)
    check_records(given, DAYS)
    check_shared(given, DAYS)


def test_the_comparison_finds_a_record_that_is_never_due() -> None:
    """The property can fail: an engine that forgets when to ask again is found out."""
    given = office("tianjiaan", 6)

    class Forgetful(Evaluator):
        def records(self, *args):  # type: ignore[no-untyped-def]
            results = super().records(*args)
            for result in results:
                result.next_change = None
            return results

    with pytest.raises(AssertionError):
        check_records(given._replace(engine=Forgetful(given.engine.scheme, Calendar())), DAYS[::30])
