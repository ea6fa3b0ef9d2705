"""A file of a scheme by a wrong name is told, not left out in silence; what is in it is not missed besides."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sheets_templates.catalog import SCHEMES
from validators.scheme.load import read_scheme

CASES = {
    "rule.yaml": "没有叫“rule.yaml”的方案文件；是不是“rules.yaml”？",
    "Rules.yaml": "是不是“rules.yaml”？",
    "rules.yml": "请改名为 rules.yaml",
    "extra.yaml": "方案的文件有 scheme.yaml、units.yaml",
    "more.yml": "没有叫“more.yml”的方案文件",
    "rules/more.yml": "rules 目录里的文件名要以 .yaml 结尾，请改名为 more.yaml",
    "rule/more.yaml": "方案不看“rule”这个目录；是不是“rules”？",
    "rules/old/more.yaml": "方案不看“rules/old”这个目录",
}


@pytest.mark.parametrize("name", CASES)
def test_the_file_is_named_and_nothing_in_it_is_missed_besides(tmp_path: Path, name: str) -> None:
    directory = _scheme(tmp_path)
    (directory / name).parent.mkdir(exist_ok=True, parents=True)
    (directory / "rules.yaml").rename(directory / name)
    _, errors = read_scheme(directory)
    assert [(item.file, item.line) for item in errors] == [(str(directory / name), 0)], errors
    assert CASES[name] in errors[0].message


def test_what_is_no_scheme_at_all_is_told_by_its_name_only(tmp_path: Path) -> None:
    directory = _scheme(tmp_path)
    (directory / "导入.yaml").write_text("columns: {甲: 乙}\n", "utf-8")
    (directory / "broken.yaml").write_text("rules: [\n", "utf-8")
    _, errors = read_scheme(directory)
    assert sorted(Path(item.file).name for item in errors) == ["broken.yaml", "导入.yaml"]


@pytest.mark.parametrize("name", ["README.md", "demo.yaml", "examples.yaml", ".github/ci.yml", ".notes.yaml", "注.txt"])
def test_other_files_may_lie_there(tmp_path: Path, name: str) -> None:
    directory = _scheme(tmp_path)
    (directory / name).parent.mkdir(exist_ok=True)
    (directory / name).write_text("columns: [", "utf-8")
    assert read_scheme(directory)[1] == []


def _scheme(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SCHEMES / "cihu", tmp_path / "cihu"))
