"""A scheme file that is no YAML: that alone is said, with its line and what to do, not what follows from it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli.scheme import scheme
from sheets_templates.catalog import SCHEMES
from validators.scheme.load import read_scheme

BROKEN = {
    "a tabulator": ("rules:\n\t- id: A\n", 2, "制表符"),
    "a colon too many": ("rules:\n  - id: A-1\n    title: a: b\n", 3, "冒号"),
    "a quotation mark without its end": ('rules:\n  - id: "A-1\n    title: b\n', 2, "引号没有收尾"),
    "words behind a quotation": ('rules:\n  - id: "A" 甲\n', 2, "引号"),
    "a bracket without its end": ("rules:\n  - {id: A-1, title: [a, b}\n", 2, "括号"),
    "another indentation": ("rules:\n  - id: A\n   title: b\n", 3, "缩进"),
    "an @ in front": ("rules:\n  - id: @x\n", 2, "引号"),
    "two documents": ("rules: []\n---\nrules: []\n", 2, "---"),
    "a control character": ("rules:\n  - id: \x01\n", 2, "控制字符"),
    "a full-width colon": ("rules：\n", 1, "英文冒号"),
    "no UTF-8": ("rules:\n  - id: 规则\n".encode("gbk"), 0, "UTF-8"),
}


@pytest.mark.parametrize(("text", "line", "said"), BROKEN.values(), ids=BROKEN)
def test_only_what_cannot_be_read_is_said(tmp_path: Path, text: str | bytes, line: int, said: str) -> None:
    _, errors = read_scheme(_broken(tmp_path, text))
    assert [(Path(item.file).name, item.line) for item in errors] == [("rules.yaml", line)]
    assert said in errors[0].message


def test_each_of_several_unreadable_files_is_named_and_the_command_says_so(tmp_path: Path) -> None:
    directory = _broken(tmp_path, BROKEN["a tabulator"][0])
    (directory / "units.yaml").write_text("units: [\n", "utf-8")
    done = CliRunner().invoke(scheme, ["check", str(directory)])
    assert done.exit_code == 1
    assert "一共2处要改" in done.output and "rules.yaml:2" in done.output and "units.yaml:" in done.output


def _broken(tmp_path: Path, text: str | bytes) -> Path:
    """A bundled scheme of many rules, one file of which was spoilt: without it much else would be missing."""
    directory = tmp_path / "cihu"
    shutil.copytree(SCHEMES / "cihu", directory)
    (directory / "rules.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return directory
