"""The workbook in a real spreadsheet program: opened, typed into, sorted out of shape, saved; then imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.scheme_book.importing import read_import
from sheets_templates import catalog
from tests.office import Office
from tests.unit.scheme_book.books import Person, export

pytestmark = pytest.mark.office


def test_a_book_saved_by_another_program_gives_back_every_byte(office: Office, tmp_path: Path) -> None:
    source = catalog.find("nanling")
    saved = office.convert(export(source, tmp_path / "方案.xlsx"), tmp_path / "存过.xlsx")
    done = read_import(saved)
    assert done.mistakes == [] and done.remarks == []
    assert done.files == done.base_files


def test_what_an_officer_types_there_arrives(office: Office, tmp_path: Path) -> None:
    path = export(catalog.find("tianjiaan"), tmp_path / "方案.xlsx")
    person = Person(path)
    limit = person.cell("规则·期限", "T-9", "期限").coordinate
    goal = person.cell("规则·目标", "T-1", "目标数").coordinate
    day = person.cell("基本信息", "effective_to", "内容").coordinate
    value = person.cell("下拉选项", "pass_fail.合格", "值").coordinate
    group = person.cell("部门", "zjj", "共用的词").coordinate
    with office.open(path) as book:
        book.set("规则·期限", limit, "4")
        book.set("规则·目标", goal, "15")
        book.set("基本信息", day, "2026-12-31")
        book.set("下拉选项", value, "已通过验收")
        book.set("部门", group, "行业部门")
        book.save()
    done = read_import(path)
    assert done.mistakes == [] and done.scheme is not None
    rules = {item.id: item for item in done.scheme.rules}
    assert (rules["T-9"].n, rules["T-1"].goal) == (4, 15)
    assert str(done.scheme.effective_to) == "2026-12-31"
    assert done.scheme.choices["pass_fail"][0].value == "已通过验收"
    assert next(item.group for item in done.scheme.departments if item.code == "zjj") == "行业部门"
    changed = {name for name in done.files if done.files[name] != done.base_files[name]}
    assert changed == {"rules.yaml", "scheme.yaml", "choices.yaml", "units.yaml"}
