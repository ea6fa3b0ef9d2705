"""Evaluation is a function of what is known, not of the order in which it is given (law L6)."""

from __future__ import annotations

import json
import random
from datetime import date
from typing import Any

import pytest

from sheets_templates import catalog
from tests.policies.partc import read, schemes
from validators.evaluate_json import evaluate_document

Tables = dict[str, list[dict[str, Any]]]


def everything(scheme: str) -> Tables:
    """The rows of all cases together, each under a key of its own, those of no unit in the first one's book."""
    first = catalog.load(scheme).units[0].name
    tables: Tables = {}
    for number, case in enumerate(read(scheme)[0]):
        for name, rows in case.given.items():
            for position, row in enumerate(rows):
                plain = {key: value for key, value in row.items() if key != "times"}
                plain.setdefault("填报单位", first)
                tables.setdefault(name, []).append({**plain, "key": f"{number:03d}-{position}"})
    return tables


def told(scheme: str, tables: Tables) -> dict[str, list[str]]:
    found = evaluate_document(catalog.load(scheme), {"tables": tables}, date(2026, 1, 5))
    return {part: sorted(json.dumps(item, ensure_ascii=False) for item in items) for part, items in found.items()}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("scheme", schemes())
def test_the_order_of_rows_makes_no_difference(scheme: str, seed: int) -> None:
    tables = everything(scheme)
    wanted = told(scheme, tables)
    for rows in tables.values():
        random.Random(seed).shuffle(rows)
    assert told(scheme, tables) == wanted


@pytest.mark.parametrize("scheme", schemes())
def test_how_many_records_are_judged_at_once_makes_no_difference(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = everything(scheme)
    wanted = told(scheme, tables)
    monkeypatch.setattr("validators.evaluate_json.AT_ONCE", 1)
    monkeypatch.setattr("validators.evaluate_json.MOST_SAID", 1)  # nothing is remembered for long
    assert told(scheme, tables) == wanted


@pytest.mark.parametrize("scheme", schemes())
def test_asking_twice_gives_the_same(scheme: str) -> None:
    tables = everything(scheme)
    assert told(scheme, tables) == told(scheme, tables)
