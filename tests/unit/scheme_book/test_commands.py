"""`tianbao scheme export|import|new` as people run them: what is said, what is written, how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from app.scheme_book.tree import files_of
from tests.unit.scheme_book.books import FAMILY, Person
from validators.scheme.load import load_scheme

LADDER = next(path for path in FAMILY if path.name == "ladder")


def scheme(*words: object) -> Result:
    return CliRunner().invoke(cli, ["--as-of", "2025-07-12", "scheme", *map(str, words)], catch_exceptions=False)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A scheme directory of one's own."""
    place = tmp_path / "ladder"
    for name, data in files_of(LADDER).items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(data)
    return place


def edited(source: Path, place: Path, value: object = "甲县（试点）") -> Path:
    person = Person.of(source, place)
    person.set("单位", "a", "单位名称", value)
    return person.save()


def test_export_says_where_and_what_next_and_keeps_a_file_that_is_there(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "方案.xlsx"
    done = scheme("export", source, "--to", target)
    assert done.exit_code == 0 and "tianbao scheme import" in done.output and target.stat().st_size > 10_000
    before = target.read_bytes()
    again = scheme("export", source, "--to", target)
    assert again.exit_code == 2 and "--force" in again.output and target.read_bytes() == before
    assert scheme("export", source, "--to", target, "--force").exit_code == 0
    assert scheme("export", "没有这个方案", "--to", tmp_path / "b.xlsx").exit_code == 2
    assert scheme("export", source, "--to", tmp_path / "b.txt").exit_code == 2


def test_import_writes_the_changed_file_only_and_tells_the_change(source: Path, tmp_path: Path) -> None:
    before = files_of(source)
    done = scheme("import", edited(source, tmp_path), "--to", source)
    assert done.exit_code == 0
    assert "单位 甲县（试点）：单位名称 甲县 → 甲县（试点）" in done.output
    assert "发出去的表里还写着“甲县”" in done.output, "the old name ought to become an alias"
    after = files_of(source)
    assert [name for name in after if after[name] != before[name]] == ["scheme.yaml"]
    assert load_scheme(source).units[0].name == "甲县（试点）"
    assert "什么也没有写" in scheme("import", tmp_path / "方案.xlsx", "--to", source).output


def test_import_with_a_mistake_ends_with_1_and_writes_nothing(source: Path, tmp_path: Path) -> None:
    before = files_of(source)
    book = edited(source, tmp_path, None)
    done = scheme("import", book, "--to", source)
    assert done.exit_code == 1 and "单位!B4（单位名称）：空着，不能空" in done.output
    document = json.loads(scheme("import", book, "--to", source, "--json").output)
    assert [(item["tab"], item["cell"]) for item in document["mistakes"]] == [("单位", "B4")]
    assert files_of(source) == before
    assert not (tmp_path / "新").exists() and scheme("import", book, "--to", tmp_path / "新").exit_code == 1
    assert not (tmp_path / "新").exists()


def test_import_does_not_overwrite_what_was_changed_since_the_export(source: Path, tmp_path: Path) -> None:
    book = edited(source, tmp_path)
    rules = source / "rules.yaml"
    rules.write_text(rules.read_text("utf-8") + "# 另一个人加的\n", "utf-8")
    before = files_of(source)
    done = scheme("import", book, "--to", source)
    assert done.exit_code == 1 and "rules.yaml" in done.output and files_of(source) == before
    assert scheme("import", book, "--to", source, "--replace").exit_code == 0
    assert "另一个人加的" not in rules.read_text("utf-8")


def test_import_of_a_strange_file_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04")
    done = scheme("import", tmp_path / "a.xlsx", "--to", tmp_path / "b")
    assert done.exit_code == 2 and "另存" in done.output


@pytest.mark.parametrize(
    ("name", "wanted"), [("清溪县", "qingxixian"), ("project-2025", "project_2025"), ("2025", "s_2025")]
)
def test_a_new_scheme_checks_clean_and_makes_its_id_from_the_directory(name: str, wanted: str, tmp_path: Path) -> None:
    done = scheme("new", tmp_path / name, "--name", "某县: 重点项目 #1")
    assert done.exit_code == 0, done.output
    made = load_scheme(tmp_path / name)
    assert (made.id, made.title, made.year) == (wanted, "某县: 重点项目 #1", 2025)
    assert scheme("check", tmp_path / name).exit_code == 0


def test_a_new_scheme_is_not_put_over_something(source: Path) -> None:
    before = files_of(source)
    done = scheme("new", source, "--name", "甲")
    assert done.exit_code == 2 and files_of(source) == before


def test_a_new_scheme_goes_through_the_workbook_unchanged(tmp_path: Path) -> None:
    assert scheme("new", tmp_path / "a", "--name", "甲").exit_code == 0
    assert scheme("export", tmp_path / "a", "--to", tmp_path / "a.xlsx").exit_code == 0
    assert scheme("import", tmp_path / "a.xlsx", "--to", tmp_path / "b").exit_code == 0
    assert files_of(tmp_path / "b") == files_of(tmp_path / "a")
