"""Other policies of the family, written as data only: every scheme of `tests/data/schemes` that has worked examples.

An example states the rows, the day, and what must be found. The same rows in any other order give the same.
"""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.rules.kit import Judged
from validators.evaluate_json import evaluate_document
from validators.scheme.load import load_scheme
from validators.scheme.models import Scheme

SCHEMES = Path(__file__).parents[2] / "data" / "schemes"
DIRECTORIES = sorted(path.parent for path in SCHEMES.glob("*/examples.yaml"))
PARTS = ("history", "submissions", "roster", "frozen", "calendar")
ASKED = {
    "name", "day", "tables", *PARTS, "records", "deadlines", "flags", "messages", "units", "unit_flags", "obligations",
    "targets", "reconciliations",
}  # fmt: skip


def _examples() -> list[Any]:
    found = []
    for directory in DIRECTORIES:
        text = (directory / "examples.yaml").read_text("utf-8")
        found += [
            pytest.param(directory, item, id=f"{directory.name}: {item['name']}") for item in yaml.safe_load(text)
        ]
    return found


_loaded: dict[Path, Scheme] = {}


def _scheme(directory: Path) -> Scheme:
    if directory not in _loaded:
        _loaded[directory] = load_scheme(directory)
    return _loaded[directory]


def _plain(value: Any) -> Any:
    """YAML's own dates as the texts a document has."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _judged(directory: Path, example: dict[str, Any], shuffled: int | None = None) -> Judged:
    document = {"tables": _plain(example.get("tables", {})), **{k: _plain(example[k]) for k in PARTS if k in example}}
    if shuffled is not None:
        source = random.Random(shuffled)
        for rows in document["tables"].values():
            source.shuffle(rows)
    return Judged(evaluate_document(_scheme(directory), document, date.fromisoformat(str(example["day"]))))


def test_there_are_policies_of_at_least_five_sorts() -> None:
    assert len(DIRECTORIES) >= 5


@pytest.mark.parametrize("directory", DIRECTORIES, ids=lambda path: path.name)
def test_every_rule_of_a_scheme_is_asked_for_by_an_example(directory: Path) -> None:
    text = (directory / "examples.yaml").read_text("utf-8")
    unasked = [rule.id for rule in _scheme(directory).rules if rule.kind != "tier" and f"{rule.id}" not in text]
    assert unasked == []


@pytest.mark.parametrize(("directory", "example"), _examples())
def test_worked_example(directory: Path, example: dict[str, Any]) -> None:
    assert set(example) <= ASKED
    found = _judged(directory, example)
    for key, rules in example.get("records", {}).items():
        assert {rule: found.status(str(key), rule) for rule in rules} == rules, key
    for key, rules in _plain(example.get("deadlines", {})).items():
        assert {rule: found.entry(key, rule)["deadline"] for rule in rules} == rules, key
    for key, flags in example.get("flags", {}).items():
        assert found.flags(str(key)) == flags, key
    for key, messages in example.get("messages", {}).items():
        assert found.messages(str(key)) == messages, key
    for name, rules in example.get("units", {}).items():
        assert {rule: found.unit(name, rule) for rule in rules} == rules, name
    for name, flags in example.get("unit_flags", {}).items():
        assert found.unit_flags(name) == flags, name
    for rule, ratio in example.get("reconciliations", {}).items():
        assert found.reconciled(rule)["statuses"][0]["status"] == ratio
    for rule, wanted in example.get("targets", {}).items():
        item = next(item for item in found.found["targets"] if item["rule"] == rule)
        assert {name: item[name] for name in wanted} == wanted
    for name, wanted in _plain(example.get("obligations", {})).items():
        assert _obligation(found, name) == wanted, name


def _obligation(found: Judged, name: str) -> list[str | None] | None:
    rule, unit, period, *record = name.split("|")
    for item in found.found["obligations"]:
        same = (item["rule"], item["unit"], item["period"]) == (rule, unit, period)
        if same and (not record or item["record"] == record[0]):
            return [item["status"], item["deadline"]]
    return None


@pytest.mark.parametrize(("directory", "example"), _examples())
def test_the_order_of_rows_changes_nothing(directory: Path, example: dict[str, Any]) -> None:
    found = _judged(directory, example)
    assert not any("#" in item["key"] for item in found.found["records"]), (
        "give these rows a key: their order would tell"
    )
    usual = _sorted(found)
    assert [_sorted(_judged(directory, example, seed)) == usual for seed in range(3)] == [True] * 3


def _sorted(found: Judged) -> dict[str, list[str]]:
    return {
        part: sorted(json.dumps(item, ensure_ascii=False, sort_keys=True) for item in items)
        for part, items in found.found.items()
    }
