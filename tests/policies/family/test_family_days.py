"""The nightly pass over policies of the family: judging what is due gives on every day what judging everything gives."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.policies.family.test_family import PARTS, _examples, _plain, _scheme
from tests.unit.test_evaluate_days import said, shared_difference
from validators.calendar import Calendar
from validators.document import read_document
from validators.evaluate import Evaluator, RecordResult, Related
from validators.evaluate_json import parents_of
from validators.facts import Facts, link_rows

BEFORE, AFTER = timedelta(days=190), timedelta(days=200)
NEAR = {
    "mosaic": timedelta(days=40)
}  # duties of three rhythms, counted again and again: a whole year takes a minute each
EXAMPLES = _examples()


def _read(directory: Any, example: dict[str, Any]) -> tuple[Evaluator, Any, Any, date]:
    scheme, day = _scheme(directory), date.fromisoformat(str(example["day"]))
    document = {"tables": _plain(example.get("tables", {})), **{k: _plain(example[k]) for k in PARTS if k in example}}
    return Evaluator(scheme, Calendar()), read_document(scheme, document, day + AFTER), document, day


@pytest.mark.parametrize(("directory", "example"), EXAMPLES)
def test_records_judged_when_due(directory: Any, example: dict[str, Any]) -> None:
    engine, read, _, day = _read(directory, example)
    related = Related.of(
        read.records, parents_of(engine.scheme, link_rows(engine.scheme, read.records.values(), read.parents))
    )
    for record in read.records.values():
        kept: RecordResult | None = None
        for number in range((BEFORE + AFTER).days):
            today = day - BEFORE + timedelta(days=number)
            fresh = engine.records(record.table, [record], today, related)[0]
            assert fresh.next_change is None or fresh.next_change > today
            if kept is None or (kept.next_change is not None and kept.next_change <= today):
                kept = fresh
            assert said(kept) == said(fresh), (record.id, today)


@pytest.mark.parametrize(("directory", "example"), EXAMPLES)
def test_shared_rules_judged_when_due(directory: Any, example: dict[str, Any]) -> None:
    engine, read, document, day = _read(directory, example)
    parts = {name: document.get(name, ()) for name in ("submissions", "roster", "frozen")}
    facts = Facts.of(engine.scheme, read.records.values(), parents=read.parents, history=read.history, **parts)
    before, after = NEAR.get(directory.name, BEFORE), NEAR.get(directory.name, AFTER)
    assert shared_difference(engine, facts, day - before, day + after) is None
