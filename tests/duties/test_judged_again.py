"""Under another scheme, or by a program whose rules say something else, everything is judged again at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.wiring import make_parts
from sync.engine import sync_round
from tests.duties.kit import SCHEME, World
from validators.calendar import default_calendar
from validators.rules import parse_rule
from validators.scheme.models import Scheme

UNSENT: dict[str, Any] = {
    "id": "E-1", "kind": "cadence", "title": "月报", "table": "monthly", "period": "month", "subject": "unit", "due_offset": 1,
}  # fmt: skip


def scheme(due_day: int) -> Scheme:
    return SCHEME.model_copy(update={"rules": (parse_rule({**UNSENT, "due_day": due_day}),), "reports": ()})


def work_by(world: World, fresh: Scheme) -> None:
    world.parts = make_parts(fresh, world.store, world.backend, world.clock, default_calendar())


@pytest.fixture
def world(tmp_path: Path) -> Any:
    found = World(f"sqlite:///{tmp_path / 'store.db'}", "2025-06-02 09:00", scheme(5))
    found.round()
    yield found
    found.close()


@pytest.fixture
def nobody(tmp_path: Path) -> Any:
    """Not a row in any book."""
    found = World(f"sqlite:///{tmp_path / 'store.db'}", "2025-06-02 09:00", scheme(5))
    for book in found.books.values():
        book.tabs["project"].clear()
    found.round()
    yield found
    found.close()


def test_reports_nobody_sent_have_the_new_day_in_the_next_round(nobody: World) -> None:
    world = nobody
    assert world.status("E-1", "a", "2025-05").deadline == date(2025, 6, 5)
    work_by(world, scheme(10))
    world.round()
    assert world.status("E-1", "a", "2025-05").deadline == date(2025, 6, 10)


def test_nothing_is_marked_twice_for_one_change(nobody: World) -> None:
    world = nobody
    work_by(world, scheme(10))
    world.round()
    steps: list[str] = []
    world.parts.step = steps.append
    world.round()
    assert "shared" not in steps


@pytest.mark.parametrize("known", [True, False])
def test_what_a_rule_said_goes_with_it(nobody: World, known: bool) -> None:
    """Also where an older program did not write down which rules there were."""
    world = nobody
    if not known:
        world.store.save_setting(f"judged_under:{SCHEME.id}", "")
    for name, left in (("E-2", {"E-2"}), ("", set())):
        rules = (parse_rule({**UNSENT, "id": name, "due_day": 5}),) if name else ()
        work_by(world, SCHEME.model_copy(update={"rules": rules, "reports": ()}))
        world.round()
        judged = world.store.judgements(SCHEME.id)
        assert {item.rule for one in judged for item in one.statuses} == left
        assert len(world.store.spoken_of(SCHEME.id, {"E-1", "E-2"})) == (12 if left else 0)


def test_a_program_with_other_rules_judges_every_row_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once: the next round leaves the books alone."""
    work_by(world, scheme(5))
    assert sync_round(world.parts).skipped == 2
    monkeypatch.setattr("sync.parts.RULES_VERSION", "of tomorrow")
    work_by(world, scheme(5))
    report = sync_round(world.parts)
    assert sorted(run.counts["validated"] for run in report.runs) == [1, 1]
    assert sync_round(world.parts).skipped == 2
