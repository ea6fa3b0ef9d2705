"""`tianbao books upgrade` through other programs and other processes, and the whole way of an officer."""

from __future__ import annotations

import shutil
from pathlib import Path

from openpyxl import load_workbook

from tests.office import Office
from tests.unit.scheme_book.books import Person
from tests.upgrade.conftest import (
    ALL,
    Place,
)
from tests.upgrade.filled import HEAD, TAB, everything, messy
from validators.rawcell import show


def test_an_office_program_opens_it_and_saves_it(place: Place, office: Office, tmp_path: Path) -> None:
    messy(place)
    place.publish(*ALL)
    place.upgrade()
    place.sync()
    before = place.read()
    with office.open(place.book) as book:
        grid = book.grid(TAB)
        book.save_as(tmp_path / "另存.xlsx")
    assert "联系人" in {text for cell in grid.values() for text in cell}
    shutil.copy(tmp_path / "另存.xlsx", place.book)
    after = place.read()
    for old in before.tabs:
        new = after.tab(old.table)
        assert new is not None and new.columns == old.columns
        assert [row.row for row in new.rows] == [row.row for row in old.rows]
        assert [[show(cell) for cell in row.cells] for row in new.rows] == [
            [show(cell) for cell in row.cells] for row in old.rows
        ]


def test_the_way_of_an_officer(place: Place, tmp_path: Path) -> None:
    """Export the scheme, change it in the workbook, import, see what it would do, upgrade the books, sync."""
    messy(place)
    place.sync()
    before = {key: item.values for key, item in place.records().items()}
    workbook = tmp_path / "方案.xlsx"
    assert place.run("scheme", "export", place.scheme, "--to", workbook).exit_code == 0
    person = Person(workbook)
    at = next(cell for row in person.book["下拉选项"].iter_rows() for cell in row if cell.value == "其他")
    at.value = "其他行业"
    person.book.save(workbook)
    imported = place.run("scheme", "import", workbook, "--to", place.scheme)
    assert imported.exit_code == 0, imported.output
    assert place.run("scheme", "diff", place.scheme).exit_code == 0
    done = place.upgrade()["东河镇"]
    assert done["state"] == "upgraded" and any("其他行业" in item["text"] for item in done["changes"])
    place.sync()
    assert {key: item.values for key, item in place.records().items()} == before


def test_a_book_that_an_office_program_saved_is_upgraded_too(place: Place, office: Office, tmp_path: Path) -> None:
    """It writes checks, highlights and looks in its own way; ours are known again, and none stays behind twice."""
    messy(place)
    place.sync()
    with office.open(place.book) as book:
        book.save_as(tmp_path / "另存.xlsx")
    shutil.copy(tmp_path / "另存.xlsx", place.book)
    place.publish(*ALL)
    place.sync()
    before, values = everything(place.book), {key: item.values for key, item in place.records().items()}
    assert place.upgrade()["东河镇"]["state"] == "upgraded"
    lost = {cell for (tab, cell), value in before.items() if everything(place.book).get((tab, cell)) != value}
    assert {int("".join(filter(str.isdigit, cell))) for cell in lost} <= {HEAD - 1, HEAD}
    sheet = load_workbook(place.book)[TAB]
    covered = [
        cell for check in sheet.data_validations.dataValidation for area in check.sqref.ranges for cell in area.top
    ]
    assert len(covered) == len(set(covered)), "two checks on one column would be a repair for Excel"
    formulas = [rule.formula[0] for item in sheet.conditional_formatting for rule in item.rules if rule.formula]
    assert sum('"|"' in text and "MID" in text for text in formulas) == 1, "the old highlight of faults is gone"
    place.sync()
    after = place.records()
    assert {key: item.values.get("name") for key, item in after.items()} == {
        key: item.get("name") for key, item in values.items()
    }


def test_a_reader_process_does_the_work(place: Place) -> None:
    """Strangers' bytes are looked into where they can do no harm."""
    config = place.workspace / "tianbao.toml"
    text = config.read_text(encoding="utf-8")
    assert "reader_processes = 0" in text
    config.write_text(text.replace("reader_processes = 0", "reader_processes = 1"), encoding="utf-8")
    place.publish(*ALL)
    assert place.upgrade("--unit", "东河镇")["东河镇"]["state"] == "upgraded"
    assert "contact" in (tab.columns if (tab := place.read().tab("project")) else {})
