"""田家庵区: hundreds of drawn projects, every duty of a row against the oracle (`district.py`)."""

from __future__ import annotations

import random

import pytest

from sheets_templates import catalog
from tests.policies.oracle import district, draw
from tests.policies.oracle.compare import differences
from validators.evaluate_json import evaluate_document


@pytest.mark.parametrize("seed", range(8))
def test_drawn_projects(seed: int) -> None:
    rng = random.Random(seed)
    today = draw.day(rng)
    rows = {f"P{number}": draw.district_row(rng, today) for number in range(40)}
    document = {"tables": {"项目库": [draw.cells(rng, name, row) for name, row in rows.items()]}}
    wrong = []
    for record in evaluate_document(catalog.load("tianjiaan"), document, today)["records"]:
        row = rows[record["key"]]
        wrong += [(line, row) for line in differences(district.told(row, today), record, row)]
        if record["stage"] != district.stage(row, today):
            wrong.append((f"stage {district.stage(row, today)}, told {record['stage']}", row))
    assert not wrong, (str(today), wrong[:3])
