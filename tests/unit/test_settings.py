"""tianbao.toml as people leave it: mistakes are told with their place, each workspace reads its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import Settings, SettingsError, load_settings, write_settings


@pytest.fixture
def office(tmp_path: Path) -> Path:
    write_settings(tmp_path, {"scheme": "tianjiaan"})
    return tmp_path


def changed(office: Path, line: str) -> Path:
    """The file with one line more."""
    name = line.partition(" ")[0]
    file = office / "tianbao.toml"
    kept = [old for old in file.read_text("utf-8").splitlines() if not old.startswith(f"{name} =")]
    file.write_text("\n".join([*kept, line]), "utf-8")
    return office


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("port = 0", "port：应不小于1；现在写的是“0”"),
        ('port = "eight"', "port：这里要整数；现在写的是“eight”"),
        ("poll_seconds = []", "poll_seconds：这里要数字；现在写的是“一组内容”"),
        ('begun = "soon"', "begun：这里要日期，如2025-03-15；现在写的是“soon”"),
        ('bakend = "google"', "bakend：不认识“bakend”；是不是“backend”？"),
    ],
)
def test_a_setting_that_cannot_be_is_told_with_what_is_wanted(office: Path, line: str, told: str) -> None:
    with pytest.raises(SettingsError) as found:
        load_settings(changed(office, line))
    assert str(found.value).splitlines()[1:] == [f"  {told}"]


def test_several_mistakes_are_told_at_once(office: Path) -> None:
    changed(office, "port = 0")
    with pytest.raises(SettingsError) as found:
        load_settings(changed(office, "workers = 99"))
    assert len(str(found.value).splitlines()) == 3


def test_a_line_that_is_no_toml_is_named(office: Path) -> None:
    file = office / "tianbao.toml"
    file.write_text("scheme = tianjiaan\n" + file.read_text("utf-8").replace("scheme =", "# scheme ="), "utf-8")
    with pytest.raises(SettingsError, match="第1行读不懂：每行要写成 名称 = 值，文字加引号"):
        load_settings(office)


def test_a_name_that_stands_there_twice_is_told(office: Path) -> None:
    file = office / "tianbao.toml"
    file.write_text("workers = 2\nworkers = 3\n", "utf-8")
    with pytest.raises(SettingsError, match="第2行的名称前面已经写过一次"):
        load_settings(office)


def test_notepad_may_have_saved_it(office: Path) -> None:
    """With its mark in front it is read; in its old encoding it is told how to save."""
    file = office / "tianbao.toml"
    text = file.read_text("utf-8")
    file.write_text(text, "utf-8-sig")
    assert load_settings(office).scheme == "tianjiaan"
    file.write_text(text, "gb18030")
    with pytest.raises(SettingsError, match="存成 UTF-8 编码"):
        load_settings(office)


def test_each_workspace_reads_its_own_file(office: Path, tmp_path: Path) -> None:
    """Also after another one was read."""
    assert load_settings(office).scheme == "tianjiaan"
    assert Settings(workspace=tmp_path / "elsewhere").scheme == ""
    assert Settings(workspace=office).scheme == "tianjiaan"
