"""`scheme diff` foretells what then happens: each bundled scheme, changed a little by a seed, is rehearsed, put into use
and synced; what reads differently in the store is what was foretold."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from app.demo.generate import Generator
from app.feedback import FeedbackBook
from app.scheme_book.rehearse import NOTHING, rehearse
from app.settings import Settings
from app.wiring import Office, make_parts
from sheets_templates import catalog
from sync.backends.memory import MemoryBackend, MemoryBook
from sync.clock import ZONE, FixedClock
from sync.engine import sync_round
from sync.store import open_store
from tests.unit.scheme_book.small_changes import KINDS, changed
from validators import rawcell
from validators.calendar import Calendar
from validators.rules import codes
from validators.scheme.models import Scheme
from validators.speak import speaker

SCHEMES = sorted(catalog.bundled())
SEEDS = range(int(os.environ.get("TIANBAO_FORETOLD", "2")))
SILENT = {"", codes.NOT_APPLICABLE, codes.NOT_STARTED}


@pytest.fixture(scope="module", params=SCHEMES)
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A scheme over books in memory, filled by its demo and synced once. Trials of it follow one another."""
    scheme = catalog.load(request.param)
    day = date(scheme.year or (scheme.effective_from or date(2025, 1, 1)).year, 7, 12)
    clock = FixedClock(at=datetime(day.year, day.month, day.day, 10, tzinfo=ZONE).timestamp())
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('foretold') / 'store.db'}")
    backend, calendar, settings = MemoryBackend(books(scheme, day)), Calendar(), Settings()
    parts = make_parts(scheme, store, backend, clock, calendar)
    sync_round(parts)
    yield Office(settings, scheme, store, backend, clock, calendar, parts, FeedbackBook(scheme))
    store.close()


def books(scheme: Scheme, day: date) -> dict[str, MemoryBook]:
    """Filled by the demo: two units and every role."""
    made = Generator(scheme, catalog.find(scheme.id) / "demo.yaml", day, seed=3)
    found = {unit.code: MemoryBook(tabs(scheme, "unit", made.book(unit.code, 3)), scheme=scheme.id,
                                   version=scheme.version, unit=unit.code) for unit in scheme.units[:2]}  # fmt: skip
    for role in catalog.roles(scheme):
        if role != "unit":
            found[role] = MemoryBook(tabs(scheme, role, made.commission(role)), scheme=scheme.id,
                                     version=scheme.version, unit=role, role=role)  # fmt: skip
    return found


def tabs(scheme: Scheme, role: str, rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return {
        table.name: [{"cells": [cell(row.get(part.name)) for part in table.fields]} for row in rows.get(table.name, ())]
        for table in scheme.tables_of(role)
    }


def cell(value: Any) -> str:
    if isinstance(value, date):
        return rawcell.from_date(value)
    return rawcell.number(str(value)) if isinstance(value, int) else str(value or "")


def stands(office: Office) -> dict[tuple[str, str, str], tuple[str, str, str]]:
    """(kind, key, rule) → code, deadline and word, as stored; flags and stages too."""
    found: dict[tuple[str, str, str], tuple[str, str, str]] = {}
    say, today = speaker(office.scheme, office.calendar), office.clock.today()
    for item in office.store.judgements(office.scheme.id):
        kind = "record" if item.kind == "shared" else item.kind
        for status in item.statuses:
            found[kind, item.key, status.rule] = (status.code, str(status.deadline), say.word(status, today))
        found |= {(kind, item.key, f"{f.rule} {f.flag}"): ("flag", "", "") for f in item.flags}
        if item.stage:
            found[kind, item.key, "stage"] = (item.stage, "", "")
    return found


def told(office: Office, new: Scheme) -> set[tuple[str, str, str]]:
    """(kind, key, rule) that a rehearsal says would read differently."""
    found = set()
    for move in rehearse(office, office.scheme, new).moves:
        if move.what in ("status", "deadline"):
            found.add((move.kind, move.key, move.rule))
        elif move.what == "flag":
            found.add((move.kind, move.key, f"{move.rule} {move.new if move.old == NOTHING else move.old}"))
        elif move.what == "stage":
            found.add((move.kind, move.key, "stage"))
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_foretold_happens(office: Office, seed: int) -> None:
    rng = random.Random(seed)
    new, changes = changed(office.scheme, rng, rng.sample(sorted(KINDS), 5))
    assert len(changes) >= 3
    foretold, before = told(office, new), stands(office)
    office.adopt(new)
    assert not sync_round(office.parts).failures
    after = stands(office)
    happened = {
        key
        for key in {*before, *after}
        if before.get(key) != after.get(key) and {before.get(key, ("",))[0], after.get(key, ("",))[0]} - SILENT
    }
    unsaid = {key: (before.get(key), after.get(key)) for key in happened - foretold}
    wrong = {key: (before.get(key), after.get(key)) for key in foretold - happened}
    assert not unsaid and not wrong, f"{changes}\nhappened, not foretold: {unsaid}\nforetold, did not happen: {wrong}"
