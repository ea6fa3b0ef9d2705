"""A scheme gets a table and a column that the books out there do not have: told once, asked of nobody row by row."""

from __future__ import annotations

from datetime import date

import pytest

from app.wiring import make_parts
from sheets_templates.builder import build_book
from sheets_templates.xlsx import write_xlsx
from sync.engine import sync_round
from sync.parts import Parts
from tests.laws.clerk import GridRow
from tests.laws.drivers import FolderDriver
from tests.laws.four_projects import A, B, fill, rounds
from tests.laws.world import World
from validators.calendar import default_calendar
from validators.findings import Severity
from validators.messages import sentence
from validators.scheme.models import Scheme
from validators.scheme.tables import Field, Table

ISSUES = Table(name="issue", title="问题清单", fields=(Field(name="what", title="问题内容", type="text"),))
BOSS = Field(name="boss", title="责任人", type="person", required=True)


def grown(scheme: Scheme, version: str) -> Scheme:
    """The scheme with one more column in 项目库 and one more table."""
    project = scheme.table("project")
    tables = tuple(
        item.model_copy(update={"fields": (*item.fields, BOSS)}) if item is project else item for item in scheme.tables
    )
    return scheme.model_copy(update={"tables": (*tables, ISSUES), "version": version})


def with_scheme(world: World, scheme: Scheme) -> Parts:
    return make_parts(scheme, world.store, world.backend, world.clock, default_calendar())


def told(world: World) -> list[tuple[str, Severity]]:
    return [(item.code, item.severity) for item in world.store.book_findings("laws:a")]


@pytest.mark.parametrize("version", ["1", "2"])
def test_what_a_book_never_had_is_told_once(office: World, version: str) -> None:
    """Table and column in one sentence, whether or not the version was raised; rows are not asked for the column."""
    fill(office, [A, B])
    rounds(office)
    assert told(office) == []
    parts = with_scheme(office, grown(office.scheme, version))
    for _ in range(3):
        office.clock.at += 10
        assert not sync_round(parts).failures
        assert told(office) == [("book.lacks", Severity.HINT)]
    (finding,) = office.store.book_findings("laws:a")
    text = sentence(finding.code, finding.params)
    assert "“项目库”表里的“责任人”栏" in text and "“问题清单”表" in text and "tianbao books upgrade" in text
    judged = office.store.judgements("laws", book="laws:a")
    assert not [item for found in judged for item in found.findings if item.field == "boss"]


def test_a_column_taken_away_is_still_called_lost(office: World) -> None:
    """It can be restored; it is not mistaken for one that the book never had."""
    fill(office, [A, B])
    rounds(office)
    delete_column(office, "内部编码")
    rounds(office)
    assert told(office) == [("sheet.column_lost", Severity.MUST)]


def test_the_new_book_is_asked_for_everything(office: World) -> None:
    """The same rows in a book of the new scheme: nothing is lacking any more, and blanks of the column count."""
    fill(office, [A, B])
    rounds(office)
    scheme = grown(office.scheme, "2")
    parts = with_scheme(office, scheme)
    sync_round(parts)
    path = office.place / "books" / "甲镇.xlsx"
    ids = [row.shown for row in office.drivers["a"].load()["project"]]
    path.write_bytes(write_xlsx(build_book(scheme, "a", "unit", built=date(2025, 6, 1))))
    driver = FolderDriver(path, scheme)
    grids = driver.load()
    grids["project"] = [GridRow([*cells, ""], dict(own)) for cells, own in zip((A, B), ids, strict=True)]
    driver.save(grids)
    office.clock.at += 10
    office.drivers.clear()
    assert not sync_round(parts).failures
    assert told(office) == []
    judged = office.store.judgements("laws", book="laws:a")
    asked = [item.code for found in judged for item in found.findings if item.field == "boss"]
    assert asked == ["cell.required"] * 2


def delete_column(world: World, title: str) -> None:
    import openpyxl

    path = world.place / "books" / "甲镇.xlsx"
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["项目库"]
    (column,) = {c.column for row in sheet.iter_rows(max_row=8) for c in row if str(c.value or "").startswith(title)}
    sheet.delete_cols(column)
    workbook.save(path)
