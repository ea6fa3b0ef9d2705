"""An edit has those rules judged again that can read the column, no less, and not many more (DESIGN §3 L4)."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import pytest
import yaml

from sheets_templates import catalog
from tests.edits import engine_of, unmarked
from tests.policies.family.test_family import DIRECTORIES, PARTS
from tests.policies.partc import document, read, schemes
from validators.scheme.load import load_scheme
from validators.scheme.models import Scheme

FEW = 6  # edits to a case: there are hundreds of cases


@lru_cache
def bundled(name: str) -> Scheme:
    return catalog.load(name)


@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize("name", schemes())
def test_what_is_not_judged_again_says_the_same(name: str, part: int) -> None:
    """By every case of Part C, on the last day it asks about."""
    wrong = []
    for case in read(name)[0][part::4]:
        day = date.fromisoformat(max((item["on"] for item in case.expect), default="2026-01-05"))
        wrong += [f"{case.id}: {told}" for told in unmarked(bundled(name), document(case), day, FEW)]
    assert not wrong


@pytest.mark.parametrize("directory", DIRECTORIES, ids=lambda path: path.name)
def test_so_it_is_in_other_policies_of_the_family(directory: Any) -> None:
    scheme, wrong = load_scheme(directory), []
    for item in yaml.safe_load((directory / "examples.yaml").read_text("utf-8")):
        given = {name: item[name] for name in PARTS if name in item}
        wrong += unmarked(scheme, {"tables": item.get("tables", {}), **given}, date.fromisoformat(str(item["day"])), 40)
    assert not wrong


@pytest.mark.parametrize("name", schemes())
def test_most_edits_have_few_rules_judged_again(name: str) -> None:
    """Of the rules that read a table some tenth, on average; names and ends of rows concern them all."""
    scheme = bundled(name)
    engine = engine_of(scheme)
    for table in scheme.tables_of("unit"):
        rules = engine.shared_rules_reading(table.name)
        marked = [len(engine.shared_rules_reading(table.name, {field.name})) for field in table.fields]
        if len(rules) > 10 and len(table.fields) > 20:
            assert 0 < sum(marked) / len(marked) < len(rules) / 4, (table.name, len(rules), marked)
            assert max(marked) == len(rules)


@pytest.mark.parametrize(
    ("column", "read"),
    [
        ("project_name", True),  # what is said of a row names it
        ("total_investment", True),
        ("terminated_date", True),
        ("liaison_phone", False),
        ("loan_bank", False),
    ],
)
def test_the_columns_of_tianjiaan_that_shared_rules_read(column: str, read: bool) -> None:
    """But for T-4, the monthly update, for which any change counts."""
    scheme = bundled("tianjiaan")
    scheme.table("project").field(column)
    assert bool(engine_of(scheme).shared_rules_reading("project", {column}) - {"T-4"}) is read


def test_a_row_that_comes_or_goes_has_all_rules_of_its_table_judged_again() -> None:
    engine = engine_of(bundled("tianjiaan"))
    assert engine.shared_rules_reading("project") >= engine.shared_rules_reading("project", {"project_name"})
    assert engine.shared_rules_reading("project", {"loan_bank"}) == {"T-4"}


def test_any_change_of_a_reports_row_has_its_duty_judged_again() -> None:
    """When a report was first there, and when it was corrected, is a fact of the row and not of a column."""
    scheme = bundled("tianjiaan")
    duties = {rule.id for rule in scheme.rules if getattr(rule, "evidence", "") == "monthly_progress"}
    assert duties
    for field in scheme.table("monthly_progress").fields:
        assert duties <= engine_of(scheme).shared_rules_reading("monthly_progress", {field.name})
