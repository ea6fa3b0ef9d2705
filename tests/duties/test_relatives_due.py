"""A day makes single rows due: each is judged with the rows beside it that its rules look at, though nobody read them.

What stands in the store after a day's pass is what judging the whole book at once says of that day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.duties.families import MAY, START, judged_whole, opened, said, stored
from tests.duties.kit import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    found = opened(tmp_path, MAY)
    yield found
    found.close()


def test_a_project_falls_due_by_the_last_row_of_its_child_table(world: World) -> None:
    """Only the project is due; its visits were judged long ago and are due on no day."""
    assert said(world, "project") == [("ok", ())]
    world.round("2025-06-20 09:00")
    assert said(world, "project") == [("overdue", ())]
    assert stored(world) == judged_whole(world)


def test_a_child_falls_due_by_a_condition_on_its_parent(world: World) -> None:
    assert said(world, "problem") == [("ok", ())]
    world.round("2025-06-08 09:00")
    assert said(world, "problem") == [("overdue", ())]
    assert stored(world) == judged_whole(world)


def test_a_row_that_falls_due_is_still_compared_with_the_row_before_it(world: World) -> None:
    """The row of April is settled and due on no day; that of May fell below it and is late since today."""
    assert said(world, "payment") == [("done", ()), ("ok", ("rule.falls",))]
    world.round("2025-06-15 09:00")
    assert said(world, "payment") == [("done", ()), ("overdue", ("rule.falls",))]
    assert stored(world) == judged_whole(world)


days = st.dates(date(2025, 4, 20), START).map(date.isoformat)
maybe = st.one_of(st.just(""), days)
sites = st.sampled_from(("独立选址", "标准化厂房", ""))


@st.composite
def books(draw: Any) -> dict[str, list[list[str]]]:
    names = ("甲项目", "乙项目")
    named = st.sampled_from((*names, "没有的项目"))
    rows: dict[str, list[list[str]]] = {
        "project": [[name, f"c{n}", "100", draw(sites), "2025-01-03", draw(maybe)] for n, name in enumerate(names)]
    }
    rows["visit"] = [[draw(named), draw(days)] for _ in range(draw(st.integers(0, 4)))]
    rows["problem"] = [[draw(named), f"问题{n}", draw(days), ""] for n in range(draw(st.integers(0, 3)))]
    rows["payment"] = [
        [name, f"2025-0{month}", str(draw(st.integers(1, 3))), draw(days), draw(maybe), draw(st.sampled_from(("", "退款")))]
        for name in names
        for month in range(3, 3 + draw(st.integers(0, 3)))
    ]  # fmt: skip
    return rows


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=books())
def test_every_days_pass_says_what_judging_the_whole_says(
    rows: dict[str, list[list[str]]], tmp_path_factory: Any
) -> None:
    world = opened(tmp_path_factory.mktemp("due"), rows)
    try:
        day = START
        while day < START + timedelta(days=32):
            world.round(f"{day} 09:00")
            assert stored(world) == judged_whole(world), day
            day += timedelta(days=3)
    finally:
        world.close()
