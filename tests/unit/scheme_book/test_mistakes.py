"""What is wrong in a workbook is told by tab and cell, all at once, with what is wanted; and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.scheme_book.importing import Imported, read_import
from app.scheme_book.sheet import BookError, open_book
from tests.unit.scheme_book.books import FAMILY, Person


@pytest.fixture
def person(tmp_path: Path) -> Person:
    return Person.of(next(path for path in FAMILY if path.name == "ladder"), tmp_path)


def told(done: Imported) -> dict[str, str]:
    """`tab!cell` → the whole sentence."""
    return {f"{item.tab}!{item.cell}": str(item) for item in done.mistakes}


def test_all_mistakes_are_told_at_once_each_in_its_cell(person: Person) -> None:
    wanted = {
        "规则·按期报送!"
        + person.set(
            "规则·按期报送", _first(person, "规则·按期报送"), "多久一次", "每旬"
        ): "只能写日、周、旬、半月、月",
        "字段!" + person.set("字段", "project.goal", "怎么读", "钱"): "只能写文字",
        "单位!" + person.set("单位", "a", "从哪天起报", "明年"): "要写日期，如 2025-06-30",
        "单位!" + person.set("单位", "b", "单位名称", None): "空着，不能空",
        "部门!" + person.set("部门", "fgw", "牵头", "主要"): "只能写“是”或“否”",
        "字段!" + person.set("字段", "visit.day", "列宽", "宽"): "要写一个整数",
    }
    done = read_import(person.save())
    assert done.scheme is None
    found = told(done)
    for place, words in wanted.items():
        assert words in found[place], place
    assert set(found) == set(wanted)


def _first(person: Person, tab: str) -> str:
    return str(person.book[tab].cell(4, 1).value)


def test_a_word_that_means_nothing_is_brought_back_to_the_cell_that_says_it(person: Person) -> None:
    place = person.set("字段", "project.done", "下拉", "没有的下拉")
    table = person.set("规则·按期报送", _first(person, "规则·按期报送"), "表", "没有的表")
    when = person.set("规则·逐级上报", _first(person, "规则·逐级上报"), "条件", "有(没这一列)")
    found = told(read_import(person.save()))
    assert "没有的下拉" in found[f"字段!{place}"]
    assert "没有的表" in found[f"规则·按期报送!{table}"]
    assert "没有叫“没这一列”的字段" in found[f"规则·逐级上报!{when}"]


def test_a_name_given_twice_is_told_where_it_stands(person: Person) -> None:
    place = person.set("单位", "b", "单位名称", "甲县")
    found = told(read_import(person.save()))
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert [cell.lstrip("单位!ABCDEFGHIJKLMNOPQRSTUVWXYZ") for cell in found] == [row]
    assert all("甲县" in text for text in found.values())


def test_pairs_of_no_lookup_and_keys_written_twice_are_told(tmp_path: Path) -> None:
    person = Person.of(next(path for path in FAMILY if path.name == "grid"), tmp_path)
    first, second = (str(person.book["对照表内容"].cell(row, 1).value) for row in (4, 5))
    strange = person.set("对照表内容", first, "对照表", "没有这张")
    last = person.add("对照表内容", 对照表=second.split("|")[0], 什么=second.split("|", 1)[1], 对什么="1")
    found = told(read_import(person.save()))
    assert "没有叫“没有这张”的对照表" in found[f"对照表内容!{strange}"]
    assert "和第5行重复" in found[f"对照表内容!C{last}"]


def test_an_example_from_the_same_column_shows_how_it_is_written(person: Person) -> None:
    done = read_import(_bad(person))
    assert "例如：" in str(done.mistakes[0])


def _bad(person: Person) -> Path:
    person.set("规则·逐级上报", _first(person, "规则·逐级上报"), "各级督办单", "黄单 三天")
    return person.save()


def test_a_lost_tab_and_a_lost_column_are_told_and_lose_no_definition(person: Person) -> None:
    del person.book["单位"]
    sheet = person.book["部门"]
    sheet.delete_cols(person.column("部门", "部门名称"))
    done = read_import(person.save())
    texts = [str(item) for item in done.mistakes]
    assert any(text.startswith("单位") and "不见了" in text for text in texts)
    assert any(text.startswith("部门") and "少了“部门名称”这一列" in text for text in texts)
    assert done.files == done.base_files


@pytest.mark.parametrize(("name", "words"), [("a.xlsx", "打不开"), ("b.xlsx", "另存一份"), ("c.xlsx", "先导出一份")])
def test_a_file_that_is_no_workbook_of_ours_is_refused_in_a_sentence(name: str, words: str, tmp_path: Path) -> None:
    from openpyxl import Workbook

    (tmp_path / "b.xlsx").write_text("文字")
    Workbook().save(tmp_path / "c.xlsx")
    with pytest.raises(BookError, match=words):
        open_book(tmp_path / name)


def test_hidden_files_that_were_changed_are_not_believed(person: Person) -> None:
    sheet = person.book["_方案文件"]
    sheet["C1"].value = "AAAA"
    with pytest.raises(BookError, match="改坏"):
        open_book(person.save())


@pytest.mark.parametrize("name", ["../../etc/x.yaml", "/tmp/x.yaml", "a/../b.yaml", "x.py"])
def test_no_file_outside_the_scheme_is_named_by_a_workbook(person: Person, name: str) -> None:
    sheet = person.book["_方案文件"]
    row = sheet.max_row + 1
    for column, value in enumerate((name, "0", sheet["C1"].value), 1):
        sheet.cell(row, column).value = value
    assert name not in open_book(person.save()).files
