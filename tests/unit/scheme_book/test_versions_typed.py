"""An officer writes a new version of a rule into the workbook: a second row with the same 编号 and its first day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from app.scheme_book.importing import read_import, store
from app.scheme_book.tree import files_of
from tests.unit.rules.test_versions import ENTRY, HEAD
from tests.unit.scheme_book.books import Person
from validators.scheme.load import load_scheme


def person_of(tmp_path: Path, *entries: str) -> tuple[Path, Person]:
    source = tmp_path / "small"
    source.mkdir()
    (source / "scheme.yaml").write_text(HEAD + "".join(ENTRY % more for more in entries), "utf-8")
    return source, Person.of(source, tmp_path)


def versions(scheme: Any) -> list[tuple[Any, ...]]:
    return [(rule.id, rule.n, rule.effective_from) for rule in scheme.rules]


def test_a_new_version_is_a_row_with_the_same_number_and_its_first_day(tmp_path: Path) -> None:
    source, person = person_of(tmp_path, "")
    person.add("规则·期限", **{"编号": "A-1", "名称": "开工", "表": "项目库", "从哪一天起": "签约日期", "到哪一天止": "开工日期",
                         "期限": 2, "时间单位": "月", "从哪天执行": "2026-01-01"})  # fmt: skip
    done = read_import(person.save())
    assert done.mistakes == []
    assert store(source, done)
    assert versions(load_scheme(source)) == [("A-1", 1, None), ("A-1", 2, date(2026, 1, 1))]


def test_two_versions_come_back_byte_for_byte_and_each_keeps_its_edit(tmp_path: Path) -> None:
    source, person = person_of(tmp_path, "", ", effective_from: 2026-01-01")
    done = read_import(person.save())
    assert done.mistakes == [] and done.files == files_of(source)
    person.set("规则·期限", "A-1@2026-01-01", "期限", 4)
    done = read_import(person.save())
    assert done.mistakes == []
    assert versions(done.scheme) == [("A-1", 1, None), ("A-1", 4, date(2026, 1, 1))]


def test_a_second_row_without_a_first_day_is_told(tmp_path: Path) -> None:
    _, person = person_of(tmp_path, "", ", effective_from: 2026-01-01")
    person.set("规则·期限", "A-1@2026-01-01", "从哪天执行", None)
    assert any("是同一条的新版本" in str(item) for item in read_import(person.save()).mistakes)
