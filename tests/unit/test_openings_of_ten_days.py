"""A table that opens every ten days: 下旬 comes after 中旬, though as texts it would not."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.wiring import make_parts
from sync.backends.memory import MemoryBackend, MemoryBook
from sync.clock import ZONE, FixedClock
from sync.engine import sync_round
from sync.nightly import new_day
from sync.parts import Parts
from sync.standing import current_duties
from sync.store import open_store
from tests.unit.one_book import UNIT, project_table
from validators import rawcell
from validators.calendar import default_calendar
from validators.rules import parse_rule
from validators.scheme.models import Scheme, Source
from validators.scheme.tables import Field, Periodic, Table

STEPS = Table(
    name="steps", title="旬进度", parent="project", parent_field="project", keys=(("project", "tenth"),),
    periodic=Periodic(kind="ten_days", field="tenth"),
    fields=(
        Field(name="project", title="项目名称", type="project_name", owner="system", choices="@own:project"),
        Field(name="tenth", title="旬", type="ten_days", owner="system"),
        Field(name="last_done", title="上旬累计", type="money_wan", owner="system"),
        Field(name="done", title="本旬累计", type="money_wan"),
    ),
)  # fmt: skip
DUTY = {"id": "T-1", "kind": "cadence", "title": "旬报", "table": "project", "period": "ten_days", "due_days": [10, 20, 31],
        "evidence": "steps", "evidence_period": "tenth", "subject": "record", "start": "2025-06-01"}  # fmt: skip


def office(day: datetime, **more: str) -> tuple[Parts, MemoryBook]:
    scheme = Scheme(
        id="tenths", title="旬", version="1", source=Source(document="文件"), units=(UNIT,),
        tables=(project_table(), STEPS), rules=(parse_rule({**DUTY, **more}),),
    )  # fmt: skip
    book = MemoryBook(
        {"project": [{"cells": ["甲厂"]}], "steps": []}, scheme=scheme.id, version=scheme.version, unit=UNIT.code
    )
    clock, store = FixedClock(at=day.timestamp()), open_store("sqlite://")
    return make_parts(scheme, store, MemoryBackend({UNIT.code: book}), clock, default_calendar()), book


def on(parts: Parts, day: int, month: int = 6) -> None:
    parts.clock.at = datetime(2025, month, day, 9, tzinfo=ZONE).timestamp()  # type: ignore[attr-defined]
    new_day(parts)
    for _ in range(3):
        sync_round(parts)
        parts.clock.at += 30  # type: ignore[attr-defined]


def rows(book: MemoryBook) -> list[list[str]]:
    return [[rawcell.show(cell) for cell in row.cells] for row in book.tabs["steps"]]


def test_each_ten_days_show_what_the_ten_days_before_said() -> None:
    parts, book = office(datetime(2025, 6, 5, 9, tzinfo=ZONE))
    on(parts, 5)
    assert rows(book) == [["甲厂", "2025-06上旬", "", ""]]
    book.clerk_edit("steps", 0, STEPS.index("done"), rawcell.number("100"))
    on(parts, 15)
    assert rows(book)[1:] == [["甲厂", "2025-06中旬", "100", ""]]
    book.clerk_edit("steps", 1, STEPS.index("done"), rawcell.number("250"))
    on(parts, 25)
    assert rows(book)[2:] == [["甲厂", "2025-06下旬", "250", ""]]
    assert current_duties(parts.store.judgements(parts.scheme.id))[UNIT.code].periods == ("2025年6月下旬",)
    book.clerk_edit("steps", 2, STEPS.index("done"), rawcell.number("400"))
    on(parts, 5, 7)
    assert rows(book)[3:] == [["甲厂", "2025-07上旬", "400", ""]]
    parts.store.close()


@pytest.mark.parametrize(("when", "opened"), [("填报单位 = '甲镇'", 1), ("填报单位 = '乙镇'", 0)])
def test_a_row_is_opened_for_those_units_that_owe_it(when: str, opened: int) -> None:
    parts, book = office(datetime(2025, 6, 5, 9, tzinfo=ZONE), when=when)
    on(parts, 5)
    assert len(rows(book)) == opened
    parts.store.close()
