"""Demo rows that come by period, by project or by month, names that a scheme brings along, and a demo of departments."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.cli.setup import make_demo
from app.demo.generate import Generator
from app.demo.names import Catalogue
from app.demo.periods import periodical, spanned
from app.demo.timeline import dates, fits
from app.demo.values import Maker, Pools
from app.service import run_round
from app.settings import load_settings
from app.wiring import office_of
from sheets_templates import catalog
from sync import standing
from sync.answers import merge
from tests.small_scheme import small_scheme
from validators.scheme.tables import Field, Table

DAY = date(2025, 7, 16)
SCHEME = small_scheme()
REPORT = Table(
    name="report",
    title="报送",
    fields=(
        Field(name="month", title="期次", type="month"),
        Field(name="sent", title="报送日期", type="date_actual"),
        Field(name="nil", title="零报告", type="yesno"),
        Field(name="count", title="项目数", type="integer"),
    ),
)


def maker(seed: int = 1, slack: float = 1.0, unit: str = "A") -> Maker:
    return Maker(SCHEME, Pools(seed), unit, DAY, random.Random(seed), slack)


# rows by period ---------------------------------------------------------------------------------------------------

PLAN = {
    "periods": {"kind": "month", "count": 3, "field": "month"},
    "timeline": [{"field": "sent", "parent": "period_last", "days": [-3, -3]}],
    "values": {"count": {"number": [4, 4]}, "nil": {"yes_if": "gone"}},
}


def test_a_row_for_each_period_that_has_come() -> None:
    """The report of July is not there in the middle of July."""
    assert list(periodical(maker(), REPORT, PLAN, {})) == [
        {"month": "2025-05", "sent": date(2025, 5, 28), "nil": "否", "count": 4},
        {"month": "2025-06", "sent": date(2025, 6, 27), "nil": "否", "count": 4},
    ]


def test_several_rows_of_a_period_and_some_forgotten() -> None:
    many = list(periodical(maker(), REPORT, {**PLAN, "each": [2, 2]}, {}))
    assert [row["month"] for row in many] == ["2025-05", "2025-05", "2025-06", "2025-06"]
    assert list(periodical(maker(), REPORT, {**PLAN, "every": 0.0}, {})) == []


def test_a_row_for_each_month_between_two_dates_filled_in_for_those_that_are_over() -> None:
    plan = {
        "span": {"from": "start", "until": "finish", "field": "month"},
        "values": {"count": {"number": [9, 9], "when": {"@past": True}}},
    }
    parent = {"start": date(2025, 5, 20), "finish": date(2025, 8, 1)}
    rows = list(spanned(maker(), REPORT, plan, {}, parent))
    assert [(row["month"], row.get("count")) for row in rows] == [
        ("2025-05", 9), ("2025-06", 9), ("2025-07", None), ("2025-08", None),
    ]  # fmt: skip
    assert list(spanned(maker(), REPORT, plan, {}, {"start": date(2025, 5, 20)})) == []


def test_steps_may_start_from_the_first_of_several_dates_and_happen_now_and_then() -> None:
    steps = [{"field": "filed", "parent": ["signed", "studied"], "days": [1, 1], "share": 0.5}]
    row = {"studied": date(2025, 1, 1)}
    found = [dates(steps, row, DAY, DAY, random.Random(n), 1.0) for n in range(40)]
    assert {item.get("filed") for item in found} == {None, date(2025, 1, 2)}


@pytest.mark.parametrize(("row", "fit"), [({}, True), ({"a": ""}, True), ({"a": "x"}, False)])
def test_a_condition_may_ask_for_a_blank(row: dict[str, str], fit: bool) -> None:
    assert fits({"a": False}, row) is fit


# names ------------------------------------------------------------------------------------------------------------

BRIDGES = Catalogue(
    province="福建",
    places=("洛阳江",),
    products=({"product": "运动鞋", "unit": "万双", "amounts": (300,), "trade": "鞋业", "industry": "制造业"},),
    works=({"project": "{place}大桥", "company": "{place}桥梁公司", "industry": "交通", "more": {"investor": "政府"}},),
    only={"road": ["交通"]},
)


def test_a_scheme_brings_its_own_places_products_and_works() -> None:
    found = {BRIDGES.enterprise(random.Random(n)).industry for n in range(20)}
    assert found == {"制造业", "交通"}
    bridge = BRIDGES.enterprise(random.Random(1), "road")
    assert (bridge.project, bridge.company, bridge.more) == ("洛阳江大桥", "洛阳江桥梁公司", {"investor": "政府"})
    shoes = next(e for n in range(20) if (e := BRIDGES.enterprise(random.Random(n))).industry == "制造业")
    assert shoes.company.startswith("福建洛阳江") and shoes.project.endswith("年产300万双运动鞋项目")


def test_works_of_one_name_are_told_apart() -> None:
    pools = Pools(1, BRIDGES)
    names = [pools.enterprise(random.Random(1), "road").project for _ in range(3)]
    assert names == ["洛阳江大桥", "洛阳江大桥（2期）", "洛阳江大桥（3期）"]


# a scheme with books of departments -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def city() -> Generator:
    made = Generator(catalog.load("quanzhou"), catalog.find("quanzhou") / "demo.yaml", DAY, 3)
    for unit in made.scheme.units:
        made.book(unit.code, 12)
    return made


def test_everybody_who_fills_has_rows_in_every_tab(city: Generator) -> None:
    units = [city.book(unit.code, 12) for unit in city.scheme.units]
    books = {role: [city.commission(role)] for role in catalog.roles(city.scheme) if role != "unit"}
    for table in city.scheme.tables:
        found: list[dict[str, Any]] = units if table.filler == "unit" else books[table.filler]
        assert any(book[table.name] for book in found), table.name


def test_nothing_actual_lies_in_the_future_in_any_tab(city: Generator) -> None:
    for role in catalog.roles(city.scheme):
        rows = city.book("350582", 12) if role == "unit" else city.commission(role)
        for table in city.scheme.tables_of(role):
            actual = {item.name for item in table.fields if item.type == "date_actual"}
            days = [row[n] for row in rows[table.name] for n in actual & row.keys() if isinstance(row[n], date)]
            assert all(day <= DAY for day in days), table.name


def test_departments_have_projects_of_their_own_trade(city: Generator) -> None:
    for unit, sectors in city.pools.catalogue.only.items():
        assert {row["sector"] for row in city.plain[unit]} <= set(sectors)


def test_a_small_demo_of_departments_is_synced_once_and_mostly_fine(tmp_path: Path) -> None:
    report, _ = make_demo(tmp_path / "demo", "quanzhou", 3, 24, 2, DAY, fixed=True)
    assert not report.failures
    books = {path.stem for path in (tmp_path / "demo" / "books").glob("*.xlsx")}
    assert books == {"鲤城区", "丰泽区", "洛江区", "市重点办", "市发改委", "市经信委", "市效能办"}
    with office_of(load_settings(tmp_path / "demo"), as_of=DAY) as office:
        judged, rules = merge(office.store.judgements("quanzhou")), office.parts.evaluator.rules
        projects = office.store.records("quanzhou", tables=["project"])
        late = [r for r in projects if standing.class_of(standing.counting(rules, judged[r.id].statuses)) == "逾期"]
        assert len(projects) == 24 and len(late) < 12
        again = run_round(office, "command")
        assert (again.runs, again.skipped) == ([], 7)


# several rhythms in one table -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rhythms() -> Generator:
    made = Generator(catalog.load("changzhou"), catalog.find("changzhou") / "demo.yaml", DAY, 3)
    for unit in made.scheme.units:
        made.book(unit.code, 12)
    return made


def test_a_table_may_be_made_in_parts_each_with_its_own_rhythm(rhythms: Generator) -> None:
    """Twelve monthly dispatches that are over, four quarterly visits; what somebody forgot is left out."""
    rows = rhythms.book("320411", 3)["dispatch"]
    kinds = [row["kind"] for row in rows]
    assert 9 <= kinds.count("月调度") <= 12
    assert 2 <= kinds.count("季观摩") <= 4
    made = Generator(rhythms.scheme, Path("nowhere"), DAY, 3)
    made.plans = {"dispatch": {"parts": []}}
    assert made.book("320411", 3)["dispatch"] == []


def test_parts_are_made_for_the_units_that_each_asks_for(rhythms: Generator) -> None:
    rows = rhythms.commission("commission")["followup"]
    assert {row["unit"] for row in rows} == {unit.name for unit in rhythms.scheme.units}
    assert {row["phase"] for row in rows} == {"招引签约", "投产达效"}


def test_books_of_offices_have_rows_in_every_tab(rhythms: Generator) -> None:
    books = {role: rhythms.commission(role) for role in catalog.roles(rhythms.scheme) if role != "unit"}
    books["unit"] = rhythms.book("320411", 40)
    assert [table.name for table in rhythms.scheme.tables if not books[table.filler][table.name]] == []
