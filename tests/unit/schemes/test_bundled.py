"""Every bundled scheme as a whole: each item of its policy is accounted for, and what it says can be checked."""

from __future__ import annotations

import io
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from sheets_templates import catalog
from sheets_templates.builder import build_book
from sheets_templates.xlsx import write_xlsx

DATA = Path(__file__).parents[2] / "data"
SERVED = ("rule:", "report:", "field:", "table:", "choices:", "node:", "registry", "manual", "next issue")
LONGEST_TEXT = 255  # of an input message, an error message and a list written into a check
LONGEST_TAB, LAST_COLUMN = 31, 16_384


def ids_of(scheme_id: str) -> list[str]:
    """Ids of the policy's items; the letter of the document is that of the scheme's own rules."""
    letter = catalog.load(scheme_id).rules[0].id[0]
    return (DATA / f"matrix_ids_{letter}.txt").read_text("utf-8").split()


SCHEMES = list(catalog.bundled())


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_item_of_the_policy_is_accounted_for(scheme: str) -> None:
    assert set(catalog.load(scheme).coverage) == set(ids_of(scheme))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_duty_says_what_serves_it(scheme: str) -> None:
    """A duty of section 2 is served by a rule, a report or a field, or says plainly what is still missing."""
    coverage = catalog.load(scheme).coverage
    for item in (item for item in ids_of(scheme) if item[2].isdigit()):
        assert all(word.strip().startswith(SERVED) for word in coverage[item].split(";")), item


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_rule_cites_its_place_and_says_it_in_a_clause(scheme: str) -> None:
    for rule in catalog.load(scheme).rules:
        assert rule.section, rule.id
        assert rule.sentence and not rule.sentence.endswith("。"), rule.id
        assert len(rule.sentence) <= 60, rule.id


@pytest.mark.parametrize("scheme", SCHEMES)
def test_rule_ids_are_ids_of_the_matrix(scheme: str) -> None:
    """T-9, T-9.b: the part before the point is an item of the policy."""
    assert {rule.id.partition(".")[0] for rule in catalog.load(scheme).rules} <= set(ids_of(scheme))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_column_has_an_owner_and_a_hint(scheme: str) -> None:
    made = catalog.load(scheme)
    departments = {word for item in made.departments for word in (item.code, item.group)}
    owners = {"unit", "commission", "system", *departments} - {""}
    for table in made.tables:
        for field in table.fields:
            assert field.owner in owners, field.name
            assert field.hint, field.name
            assert field.example or field.type == "photo", field.name


@cache
def book(scheme: str, role: str) -> Any:
    """A new book of a role, as the file has it."""
    made = catalog.load(scheme)
    code = made.units[0].code if role == "unit" else role
    return load_workbook(io.BytesIO(write_xlsx(build_book(made, code, role, built=date(2025, 7, 1)))))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_new_books_keep_the_limits_of_the_programs(scheme: str) -> None:
    """A program that finds more than it can hold calls the file damaged."""
    for sheet in (sheet for role in catalog.roles(catalog.load(scheme)) for sheet in book(scheme, role)):
        assert len(sheet.title) <= LONGEST_TAB
        assert sheet.max_column <= LAST_COLUMN
        for check in sheet.data_validations.dataValidation:
            for text in (check.prompt, check.error, check.formula1, check.formula2):
                assert len(text or "") <= LONGEST_TEXT, (sheet.title, text)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_everybody_who_fills_has_a_book_with_the_tabs_of_the_role(scheme: str) -> None:
    made = catalog.load(scheme)
    assert {role for table in made.tables for role in made.fillers_of(table)} == set(catalog.roles(made))
    for role in catalog.roles(made):
        wanted = [table.title for table in made.tables_of(role)]
        names = book(scheme, role).sheetnames
        assert [name for name in names if name in wanted] == wanted
        assert len({name.casefold() for name in names}) == len(names)
