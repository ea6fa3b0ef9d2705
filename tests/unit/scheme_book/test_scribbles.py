"""Whatever people do to the cells, the import ends with mistakes told or with a scheme; never with a crash."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from app.scheme_book.importing import load_files, read_import
from tests.unit.scheme_book.books import FAMILY, HEAD, Person

SCRIBBLES = ["", "无", "（空）", "甲、乙\n丙", "{", "a: b；c", '"', "2025-13-01", "１２", "-1", "是", "project", "·", "[", 45731, 3.5, True,
             "甲: 乙\n甲: 丙", "{最晚: }", "=1+1", "重大项目", "#REF!"]  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_scribbling_never_crashes_the_import_nor_changes_what_was_not_touched(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    person = Person.of(random.choice(FAMILY), tmp_path)
    tabs = [name for name in person.book.sheetnames[1:] if not name.startswith("_")]
    for _ in range(random.randint(1, 6)):
        sheet = person.book[random.choice(tabs)]
        row, column = random.randint(HEAD + 1, sheet.max_row + 2), random.randint(1, sheet.max_column)
        act = random.random()
        if act < 0.8:
            sheet.cell(row, column).value = random.choice(SCRIBBLES)
        elif act < 0.9:
            sheet.delete_rows(row)
        else:
            for place in range(1, sheet.max_column + 1):
                sheet.cell(sheet.max_row + 1 if place == 1 else sheet.max_row, place).value = sheet.cell(
                    row, place
                ).value
    done = read_import(person.save())
    assert (done.scheme is None) == bool(done.mistakes)
    assert all(str(item).strip() for item in done.mistakes)
    if done.scheme is not None:
        again, errors = load_files(done.files)
        assert errors == [] and again == done.scheme
