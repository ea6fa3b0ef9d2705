"""Demo rows that are written down, made for each of some values, opened week by week; and schemes that end next year."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from app.cli.setup import init
from app.demo.generate import Generator
from app.demo.workspace import redate
from sheets_templates import catalog

DAY = date(2021, 10, 18)


def made(role: str, day: date = DAY) -> dict[str, list[dict[str, Any]]]:
    generator = Generator(catalog.load("cihu"), catalog.find("cihu") / "demo.yaml", day, 1)
    generator.book("ch_xcjt", 40)
    return generator.commission(role)


def test_rows_that_are_written_down_come_as_they_are_and_not_before_their_day() -> None:
    assert len(made("zgk")["parcel"]) == 10
    assert len(made("zgk", date(2021, 4, 1))["parcel"]) == 4
    assert all(row["company"] for row in made("zgk")["parcel"])


def test_rows_by_period_for_each_of_some_values() -> None:
    rows = made("kwzt")["patrol"]
    days = {name: [row["day"] for row in rows if row["carrier"] == name] for name in ("花山创业园", "阳晨工业园")}
    assert all(40 <= len(found) <= 45 for found in days.values())


def test_rows_open_week_by_week_for_the_projects_that_are_asked() -> None:
    generator = Generator(catalog.load("cihu"), catalog.find("cihu") / "demo.yaml", DAY, 1)
    book = generator.book("ch_xcjt", 40)
    keys = {row["project_name"] for row in book["project"] if row.get("is_key") in ("是", "√", "Y", "对")}
    rows = book["weekly"]
    assert rows
    assert {row["week"] for row in rows} <= {f"2021-W{n}" for n in range(29, 42)}
    assert max(row["week"] for row in rows) == "2021-W41"
    assert len({row["project"] for row in rows}) <= len(book["project"]) // 2
    assert {row["project"] for row in rows} & keys


def _copy(folder: Path) -> Path:
    for file in catalog.find("cihu").glob("*.yaml"):
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


def test_a_scheme_that_ends_in_the_next_year_moves_as_a_whole(tmp_path: Path) -> None:
    redate(_copy(tmp_path), date(2026, 5, 1))
    moved = catalog.load(tmp_path)
    assert (moved.year, moved.effective_from, moved.effective_to) == (2026, date(2026, 1, 1), date(2027, 1, 31))
    phases = next(rule for rule in moved.rules if rule.id == "C-M4").phases
    assert [(item.first, item.last) for item in phases][-1] == (date(2027, 1, 1), date(2027, 1, 31))


def test_a_scheme_in_force_is_not_moved(tmp_path: Path) -> None:
    redate(_copy(tmp_path), date(2022, 1, 15))
    assert catalog.load(tmp_path).effective_to == date(2022, 1, 31)


def test_who_sets_up_a_scheme_that_is_over_is_told(tmp_path: Path) -> None:
    """慈湖's activity ended in January 2022: whatever is filled in later would not be taken."""
    told = {}
    for day in ("2021-03-01", "2022-02-01"):
        found = CliRunner().invoke(
            init, [str(tmp_path / day), "--scheme", "cihu"], obj={"as_of": date.fromisoformat(day)}
        )
        assert found.exit_code == 0, found.output
        told[day] = "已于2022-01-31到期" in "".join(found.output.split())
    assert told == {"2021-03-01": False, "2022-02-01": True}
