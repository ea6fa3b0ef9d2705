"""Every row of `messy_examples.csv`, as a cell that a clerk could have typed."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sheets_templates import catalog
from validators.parsers.lines import line_context, parse_line_json

FILE = Path(__file__).parents[2] / "data" / "messy_examples.csv"
EXAMPLES = list(csv.DictReader(FILE.read_text("utf-8-sig").splitlines()))


def as_json(raw: str) -> Any:
    """The file's notation for typed cells → the notation of `tianbao parse`."""
    kind, _, rest = raw.partition(":")
    value, _, option = rest.partition("|")
    if kind == "num":
        return {"value": json.loads(value), "format": option.removeprefix("fmt=")}
    if kind == "bool":
        return value == "TRUE"
    if kind == "datetime":
        return {"date": value}
    if kind == "formula":
        return {"formula": value, "value": option.removeprefix("cached=")}
    return raw.replace("\\n", "\n")


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: f"{row['field_type']}-{row['raw'][:20]}")
def test_messy_example(row: dict[str, str]) -> None:
    """Right kind, right value; an error or a warning says what stands there."""
    context = line_context(catalog.load("tianjiaan"), date.fromisoformat(row["context_date"]))
    result = parse_line_json(row["field_type"], as_json(row["raw"]), context)
    assert result["kind"] == row["expected_kind"], result
    if row["expected_kind"] != "error":
        assert result["value"] == (row["expected_value"] or "")
    else:
        assert result["value"] == ""
    assert bool(result["message"]) == (result["kind"] != "ok")
