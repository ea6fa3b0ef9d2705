"""Evaluation is a function of what is known, not of the order in which it is given (law L6)."""

from __future__ import annotations

import json
import random
from datetime import date
from typing import Any

import pytest

from sheets_templates import catalog
from tests.policies.partc import read
from validators.evaluate_json import evaluate_document

SCHEME = catalog.load("tianjiaan")


def everything() -> dict[str, list[dict[str, Any]]]:
    """The rows of all cases together, each under a key of its own."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for number, case in enumerate(read("tianjiaan")[0]):
        for name, rows in case.given.items():
            for position, row in enumerate(rows):
                plain = {key: value for key, value in row.items() if key != "times"}
                tables.setdefault(name, []).append({**plain, "key": f"{number:03d}-{position}", "unit": "安成镇"})
    return tables


def told(tables: dict[str, list[dict[str, Any]]]) -> dict[str, list[str]]:
    found = evaluate_document(SCHEME, {"tables": tables}, date(2026, 1, 5))
    return {part: sorted(json.dumps(item, ensure_ascii=False) for item in items) for part, items in found.items()}


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_makes_no_difference(seed: int) -> None:
    tables = everything()
    wanted = told(tables)
    for rows in tables.values():
        random.Random(seed).shuffle(rows)
    assert told(tables) == wanted


def test_asking_twice_gives_the_same() -> None:
    tables = everything()
    assert told(tables) == told(tables)
