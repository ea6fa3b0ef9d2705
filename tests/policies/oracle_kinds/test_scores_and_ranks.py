"""Scores and ranks with every parameter drawn, against what the scheme reference promises (`figures.py`, `places.py`)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.policies.oracle_kinds import draw, figures, places
from tests.policies.oracle_kinds.draw import Draw
from tests.policies.oracle_kinds.kit import Rule, scheme_with, seeds, typed
from validators.evaluate_json import evaluate_document
from validators.scheme.models import Scheme

Told = dict[tuple[str, str], tuple[list[str], set[str]]]  # (unit or row, rule) → words and flags


def _told(scheme: Scheme, world: figures.World) -> Told:
    tables = {
        name: [{"key": f"{name}{n}", **typed(row)} for n, row in enumerate(rows)] for name, rows in world.tables.items()
    }
    found: Told = {}
    said = evaluate_document(scheme, {"tables": tables}, world.today)
    for item in [*said["units"], *said["records"]]:
        who = item["key"] if "table" in item else item["unit"]
        for status in item["statuses"]:
            found.setdefault((who, status["rule"]), ([], set()))[0].append(status["status"])
        for flag in item["flags"]:
            found.setdefault((who, flag["rule"]), ([], set()))[1].add(flag["flag"])
    return found


def _scores(world: figures.World, rules: list[Rule]) -> Told:
    said = {(unit, rule["id"]): figures.told(world, rule, unit) for rule in rules for unit in figures.UNITS}
    return {key: ([item[0]], item[1]) for key, item in said.items() if item is not None}


def _places(world: figures.World, of_units: Rule, of_rows: Rule) -> Told:
    said = {(unit, of_units["id"]): place for unit, place in places.told_of_units(world, of_units).items()}
    for number, place in enumerate(places.of_rows(of_rows, list(world.tables["figures"]))):
        if place is not None:
            said[f"figures{number}", of_rows["id"]] = place
    return {key: ([f"第{item.place}名" if item.place else "—"], set(item.flags)) for key, item in said.items()}


def _same(told: Told, wanted: Told, rules: list[Rule], today: date) -> None:
    by_id: dict[str, Any] = {rule["id"]: rule for rule in rules}
    for key in {*told, *wanted}:
        assert told.get(key) == wanted.get(key), (today, key, by_id[key[1]])


@pytest.mark.parametrize("seed", seeds(12))
def test_scores_of_units(seed: int, tmp_path: Path) -> None:
    d = Draw(seed)
    first = draw.score(d, "S-1", d.choice(["month", "quarter"]), [])
    rules = [first, draw.score(d, "S-2", d.choice(["quarter", "half", "year"]), ["S-1"])]
    scheme = scheme_with(rules, "contest", tmp_path)
    for today in d.sample(draw.DAYS, 3):
        world = draw.world(d, today, rules)
        _same(_told(scheme, world), _scores(world, rules), rules, today)


@pytest.mark.parametrize("seed", seeds(12))
def test_places_of_units_and_rows(seed: int, tmp_path: Path) -> None:
    d = Draw(f"rank{seed}")
    kind = d.choice(["month", "quarter", "half"])
    score = draw.score(d, "S-1", kind, [])
    rules = [score, draw.rank(d, "R-1", kind, ["S-1"]), draw.rank_of_rows(d, "R-2")]
    scheme = scheme_with(rules, "contest", tmp_path)
    for today in d.sample(draw.DAYS, 3):
        world = draw.world(d, today, rules)
        wanted = _places(world, rules[1], rules[2]) | _scores(world, rules[:1])
        _same(_told(scheme, world), wanted, rules, today)
