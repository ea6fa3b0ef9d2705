"""Books of departments in a demo: whose projects, whose numbers, and what hangs on them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest

from app.demo.generate import Generator
from sheets_templates import catalog

DAY = date(2026, 6, 15)
Books = dict[str, dict[str, list[dict[str, Any]]]]


@pytest.fixture(scope="module")
def books() -> Books:
    scheme = catalog.load("nanling")
    made = Generator(scheme, catalog.find("nanling") / "demo.yaml", DAY, 7)
    for unit in scheme.units:
        made.book(unit.code, 8)
    return {role: made.commission(role) for role in catalog.roles(scheme) if role != "unit"}


def test_a_department_has_the_projects_that_the_table_gives_it(books: Books) -> None:
    offices = catalog.load("nanling").lookups["area_offices"].rows
    names = {item.code: item.name for item in catalog.load("nanling").departments} | {"commission": "县发改委"}
    listed = [(role, row) for role, book in books.items() for row in book.get("industry_library", ())]
    assert listed
    spelled = {alias: item.value for item in catalog.load("nanling").choices["areas"] for alias in item.aliases}
    for role, row in listed:
        area = spelled.get(str(row["area"]), str(row["area"]))
        assert area not in offices or names[role] in offices[area]


def test_every_project_of_a_library_has_its_plans_of_three_years(books: Books) -> None:
    book = books["jxj"]
    years = Counter(row["year"] for row in book["rolling_plan"])
    assert set(years) == {"2026", "2027", "2028"}
    assert years["2026"] == len(book["industry_library"])


def test_numbers_of_problems_are_given_once_and_followed_up_by_month(books: Books) -> None:
    numbers = [row["number"] for book in books.values() for row in book.get("problem", ())]
    assert len(numbers) == len(set(numbers)) > 0
    followed = books["dcs"]["followup"]
    assert {row["number"] for row in followed} <= set(numbers)
    pairs = Counter((row["month"], row["number"]) for row in followed)
    assert max(pairs.values()) == 1
    assert len({month for month, _ in pairs}) > 1


@pytest.fixture(scope="module")
def tianjiaan() -> tuple[Generator, Books]:
    scheme = catalog.load("tianjiaan")
    made = Generator(scheme, catalog.find("tianjiaan") / "demo.yaml", DAY, 7)
    made._spell = lambda rng, table, row, slack: dict(row)  # type: ignore[method-assign] # as it would be without mess
    books = {unit.code: made.book(unit.code, 8) for unit in scheme.units}
    return made, books | {role: made.commission(role) for role in catalog.roles(scheme) if role != "unit"}


def test_every_table_of_every_filler_has_rows(tianjiaan: tuple[Generator, Books]) -> None:
    made, books = tianjiaan
    filled = {table for book in books.values() for table, rows in book.items() if rows}
    assert filled == {table.name for table in made.scheme.tables}


def test_weekly_rows_stand_for_the_last_weeks_and_lie_within_them(tianjiaan: tuple[Generator, Books]) -> None:
    rows = tianjiaan[1]["commission"]["dispatch"]
    assert {row["week"] for row in rows} == {"2026-W21", "2026-W22", "2026-W23", "2026-W24"}
    assert all("{}-W{:02d}".format(*row["day"].isocalendar()) == row["week"] for row in rows)
    assert max(Counter((row["week"], row["project"]) for row in rows).values()) == 1


def test_a_factory_lists_the_projects_that_name_it(tianjiaan: tuple[Generator, Books]) -> None:
    made, books = tianjiaan
    projects = [row for rows in made.plain.values() for row in rows if row.get("factory")]
    listed = {row["factory"]: row.get("occupants", "") for row in books["zone"]["factory"]}
    assert projects and all(row["project_name"] in listed[row["factory"]].split("、") for row in projects)
    assert sum(len(text.split("、")) for text in listed.values() if text) == len(projects)


def test_a_department_writes_about_parcels_of_the_units(tianjiaan: tuple[Generator, Books]) -> None:
    made, books = tianjiaan
    planned = {
        (made.scheme.unit(code).name, row["parcel"])  # type: ignore[union-attr]
        for code, book in books.items()
        for row in book.get("land_plan", ())
        if row["kind"] == "储备"
    }
    reserved = {(row["township"], row["parcel"]) for row in books["zgj"]["land_reserve"]}
    assert reserved and reserved <= planned
