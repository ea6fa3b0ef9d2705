"""The demo: made up from a scheme's demo.yaml, the same for the same seed, messy as real books are, plausible when judged."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from app.cli.setup import make_demo
from app.demo import mess, names
from app.demo.generate import Generator
from app.demo.timeline import dates, fits
from app.demo.workspace import _shares, redate
from app.settings import load_settings
from app.wiring import Office, office_of
from sheets_templates import catalog
from sync import standing
from sync.answers import merge
from validators import rawcell
from validators.findings import Severity
from validators.parsers.codes import org_check, uscc_check
from validators.scheme.models import Scheme

DAY = date(2025, 7, 10)


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return catalog.load("tianjiaan")


def generator(scheme: Scheme, seed: int = 1, day: date = DAY) -> Generator:
    return Generator(scheme, catalog.find("tianjiaan") / "demo.yaml", day, seed)


def everything(made: Generator, projects: int = 8) -> dict[str, Any]:
    books = {unit.code: made.book(unit.code, projects) for unit in made.scheme.units}
    return {**books, "commission": made.commission("commission")}


# what is made up ----------------------------------------------------------------------------------------------


def test_the_same_seed_makes_the_same_rows_and_another_seed_others(scheme: Scheme) -> None:
    first, again, other = (everything(generator(scheme, seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_unit_has_the_rows_asked_for_with_children_of_its_own(scheme: Scheme) -> None:
    book = generator(scheme).book("340403101", 12)
    assert list(book) == ["project", "monthly_progress", "land_plan", "problem"]
    assert len(book["project"]) == 12
    plain = {row["project_name"].strip(" ★1234567890、") for row in book["project"]}
    assert {row["project"].strip() for row in book["monthly_progress"]} <= plain | {
        r["project_name"] for r in book["project"]
    }


@pytest.mark.parametrize(("total", "units"), [(200, 16), (16, 16), (5, 3), (1, 1), (100_000, 16)])
def test_projects_are_shared_out_to_the_last_one(total: int, units: int) -> None:
    shares = _shares(total, units)
    assert sum(shares) == total
    assert min(shares) >= 1


def test_no_two_projects_of_a_district_have_one_name_or_code(scheme: Scheme) -> None:
    made = generator(scheme)
    everything(made, 13)
    rows = [row for items in made.plain.values() for row in items]
    for name in ("project_name", "projcode", "uscc"):
        values = [row[name] for row in rows if name in row]
        assert len(values) == len(set(values)), name


def test_firms_recur_with_their_own_codes(scheme: Scheme) -> None:
    """五比 follows a firm from project to project, so the same firm must have the same code everywhere."""
    made = generator(scheme)
    everything(made, 13)
    codes: dict[str, set[str]] = {}
    for row in (row for items in made.plain.values() for row in items if "contractor" in row):
        codes.setdefault(row["contractor"], set()).add(row["contractor_uscc"])
    assert len(codes) < 20
    assert all(len(found) == 1 for found in codes.values())


def test_nothing_actual_lies_in_the_future(scheme: Scheme) -> None:
    made = generator(scheme)
    everything(made, 13)
    actual = {item.name for item in scheme.table("project").fields if item.type == "date_actual"}
    days = [row[name] for items in made.plain.values() for row in items for name in actual & row.keys()]
    assert days and max(days) <= DAY


def test_dates_are_around_the_day_asked_for(scheme: Scheme) -> None:
    day = date(2027, 3, 1)
    made = generator(scheme, day=day)
    everything(made)
    signed = [row["sign_date"] for items in made.plain.values() for row in items]
    assert day - timedelta(days=400) <= min(signed) <= max(signed) <= day


def test_made_up_codes_pass_the_check_digits() -> None:
    rng = random.Random(5)
    for _ in range(200):
        code = names.uscc(rng, "340403")
        assert (code[:8], code[16:]) == ("91340403", org_check(code[8:16]) + uscc_check(code[:17]))


# timelines ----------------------------------------------------------------------------------------------------

STEPS = (
    {"field": "sign", "start": True},
    {"field": "permit", "after": "sign", "days": [10, 20], "when": {"site": "独立选址"}},
    {"field": "start", "after": ["sign", "permit"], "days": [5, 5], "late": {"share": 0.5, "days": [30, 30]}},
    {"field": "start_plan", "plan_of": "start", "days": [0, 3], "plan": True},
    {"field": "done", "after": "start", "days": [10, 10]},
)


@pytest.mark.parametrize("seed", range(20))
def test_steps_follow_one_another_and_plans_are_made_from_the_ideal(seed: int) -> None:
    start = date(2025, 1, 1)
    found = dates(STEPS, {"site": "独立选址"}, start, date(2026, 1, 1), random.Random(seed), 1.0)
    assert start == found["sign"] < found["permit"] < found["start"] < found["done"]
    ideal = found["permit"] + timedelta(days=5)
    assert found["start"] - ideal in (timedelta(0), timedelta(days=30))
    assert ideal <= found["start_plan"] <= ideal + timedelta(days=3)


def test_what_has_not_come_yet_is_blank_but_planned() -> None:
    found = dates(STEPS, {"site": "独立选址"}, DAY, DAY, random.Random(1), 1.0)
    assert set(found) == {"sign", "start_plan"}


def test_a_careful_unit_is_never_late_and_a_careless_one_often() -> None:
    def late(slack: float) -> int:
        made = (dates(STEPS, {}, date(2025, 1, 1), DAY, random.Random(n), slack) for n in range(100))
        return sum(found["start"] > date(2025, 1, 6) for found in made)

    assert late(0.0) == 0
    assert late(1.0) < late(2.0) == 100


@pytest.mark.parametrize(
    ("wanted", "row", "fit"),
    [
        ({}, {}, True),
        ({"a": "1"}, {"a": "1"}, True),
        ({"a": "1"}, {"a": "2"}, False),
        ({"a": ["1", "2"]}, {"a": "2"}, True),
        ({"a": True}, {"a": "x"}, True),
        ({"a": True}, {"a": ""}, False),
        ({"a": True}, {}, False),
    ],
)
def test_conditions_ask_for_values_or_for_any_value(wanted: dict[str, Any], row: dict[str, Any], fit: bool) -> None:
    assert fits(wanted, row) is fit


# mess ---------------------------------------------------------------------------------------------------------


def test_a_few_per_cent_of_the_cells_are_messy(scheme: Scheme) -> None:
    """Between one and eight in a hundred cells differ from what a careful person would have put."""
    messy, plain = (everything(made, 13) for made in (generator(scheme), _tidy(scheme)))
    cells = differing = 0
    for code, book in messy.items():
        for table, rows in book.items():
            for row, tidy in zip(rows, plain[code][table], strict=False):
                cells += len(row)
                differing += sum(row[name] != tidy.get(name) for name in row)
    assert 0.01 < differing / cells < 0.08


def _tidy(scheme: Scheme) -> Generator:
    """The same rows without any mess: spelling takes its luck from a source of its own, which stays untouched."""
    made = generator(scheme)
    made._spell = lambda rng, table, row, slack: dict(row)  # type: ignore[method-assign]
    return made


@pytest.mark.parametrize(
    ("type_", "value", "wanted"),
    [
        ("date_actual", date(2025, 3, 5), {"2025.3.5", "2025年3月5日", "２０２５年３月５日", "20250305", "春节后", "同上", "2025年2月30日"}),
        ("money_wan", 12000, {"1.2亿元", "12,000", "12000万元", "约1.2亿", "１２０００", "1714万美元", "见附件", rawcell.error("#REF!")}),
        ("uscc", "91340403MA2TB0015G", {"91340403ma2tb0015g", "91340403MA2TB0015", "91340403MA2TB0015G "}),
        ("phone", "13855412345", {"138 5541 2345", "手机：13855412345", "1385541234", "138****2345"}),
        ("yesno", "是", {"√", "有", rawcell.boolean(True)}),
        ("yesno", "否", {"×", "无", rawcell.boolean(False)}),
        ("project_name", "甲项目", {"★甲项目", "3、甲项目"}),
        ("person", "张三", {"张　三", "张三/王明"}),
    ],
)  # fmt: skip
def test_cells_are_spelled_in_the_ways_of_clerks(type_: str, value: Any, wanted: set[Any]) -> None:
    rng = random.Random(3)
    found = {mess.spelled(rng, type_, value, 1.0) for _ in range(600)}
    assert wanted <= found


def test_without_mess_a_cell_is_what_it_is() -> None:
    assert mess.spelled(random.Random(1), "date", DAY, 0.0) == DAY
    assert mess.spelled(random.Random(1), "choice", "标准化厂房", 1.0, ("标准厂房",)) == "标准厂房"


# the scheme's copy --------------------------------------------------------------------------------------------


def test_the_demos_scheme_moves_to_the_year_of_its_day(tmp_path: Path) -> None:
    """Targets of a year that is over would show nothing; the bundled scheme is left alone."""
    for file in catalog.find("tianjiaan").glob("*.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    redate(tmp_path, date(2027, 5, 1))
    moved = catalog.load(tmp_path)
    assert (moved.year, moved.effective_from) == (2027, date(2027, 1, 1))
    assert next(rule for rule in moved.rules if rule.id == "T-1").until == date(2027, 12, 31)
    assert catalog.load("tianjiaan").year == 2025
    before = (tmp_path / "scheme.yaml").read_text("utf-8")
    redate(tmp_path, date(2027, 12, 1))
    assert (tmp_path / "scheme.yaml").read_text("utf-8") == before


# a whole demo, synced once ------------------------------------------------------------------------------------


@dataclass(slots=True)
class Demo:
    folder: Path
    office: Office
    report: Any
    text: str


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo") / "demo"
    report, text = make_demo(folder, "tianjiaan", 5, 60, 1, DAY, fixed=True)
    with office_of(load_settings(folder), as_of=DAY) as office:
        yield Demo(folder, office, report, text)


def test_a_demo_says_where_things_are_and_how_to_sign_in(demo: Demo) -> None:
    assert not demo.report.failures
    assert str(demo.folder / "books") in demo.text
    assert "admin" in demo.text
    books = sorted(path.stem for path in (demo.folder / "books").glob("*.xlsx"))
    departments = ["区发改委", "区督查室", "区工信局", "区人社局", "区投促局", "区自规分局", "经开区"]
    assert books == sorted(["田东街道", "新淮街道", "国庆街道", "淮滨街道", "朝阳街道", *departments])


def test_every_row_is_in_the_store_and_answered_in_its_book(demo: Demo) -> None:
    store = demo.office.store
    records = store.records("tianjiaan", tables=["project"])
    assert len(records) == 60
    sheet = load_workbook(demo.folder / "books" / "田东街道.xlsx")["项目库"]
    header = [cell.value for cell in sheet[6]]
    ids = [row[0].value for row in sheet.iter_rows(min_row=7) if row[header.index("*项目名称")].value]
    checks = [row[1].value for row in sheet.iter_rows(min_row=7) if row[header.index("*项目名称")].value]
    assert set(ids) == {record.id for record in records if record.unit == "340403001"}
    assert all(text.startswith(("✓ 通过", "还有", "1处", "2处")) for text in checks)


def test_most_projects_are_fine_some_are_late_and_some_are_wrong(demo: Demo) -> None:
    """A district where everything is overdue teaches nothing."""
    store, rules = demo.office.store, demo.office.parts.evaluator.rules
    judged = merge(store.judgements("tianjiaan"))
    ids = [record.id for record in store.records("tianjiaan", tables=["project"])]
    classes = Counter(standing.class_of(standing.counting(rules, judged[i].statuses)) for i in ids)
    wrong = sum(any(f.severity is Severity.MUST for f in judged[i].findings) for i in ids)
    assert classes["正常"] > len(ids) / 2
    assert 0 < classes["逾期"] < len(ids) / 3
    assert 0 < wrong < len(ids) / 2


def test_the_consolidated_book_is_there(demo: Demo) -> None:
    assert load_workbook(demo.folder / "汇总.xlsx").sheetnames[:3] == ["总览", "总表", "分乡镇"]
