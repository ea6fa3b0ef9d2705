"""What officers do without thinking of it: sorting what they see, commas, Chinese numbers, copied tabs, merged cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.scheme_book.compare import compare
from app.scheme_book.importing import Imported, read_import
from app.scheme_book.layout import OVERVIEW_TAB, tabs
from app.scheme_book.office_words import office_words
from app.scheme_book.pairing import pair_up
from app.scheme_book.tree import Tree
from sheets_templates import catalog
from tests.unit.scheme_book.books import FAMILY, HEAD, SCHEMES, Person, export

LIMITS = "规则·期限"


def told(done: Imported) -> str:
    return "\n".join(map(str, done.mistakes))


def changes(done: Imported) -> list[str]:
    assert done.scheme is not None, told(done)
    return [str(c).strip() for c in compare(done.base, Tree.of(done.base_files), done.scheme, Tree.of(done.files))]


def sort_what_is_seen(person: Person, tab: str) -> None:
    """The rows below the titles, the other way round; the hidden marks in the first column stay where they are."""
    sheet = person.book[tab]
    rows = [[cell.value for cell in row][1:] for row in sheet.iter_rows(min_row=HEAD + 2)]
    for number, row in enumerate(reversed(rows), HEAD + 2):
        for column, value in enumerate(row, 2):
            sheet.cell(number, column).value = value


def rule_texts(data: bytes) -> list[str]:
    """Each rule as it stands in the file, comments and all."""
    parts = data.decode().split("\n  - id: ")[1:]
    return sorted("\n".join(line for line in part.splitlines() if line.strip()) for part in parts)


@pytest.mark.parametrize(
    ("rows", "lines", "wanted"),
    [
        ([("a", ("甲",)), ("b", ("乙",))], [("a", ("乙",)), ("b", ("甲",))], [1, 0]),  # sorted without marks
        ([("a", ("甲",)), ("b", ("乙",))], [("a", ("丙",)), ("b", ("乙",))], [0, 1]),  # renamed
        ([("a", ("甲",))], [("a", ("丙",)), ("a", ("甲",))], [None, 0]),  # a copy above, renamed
        ([("a", ("甲",))], [("", ("甲",)), ("", ("丁",))], [0, None]),  # marks lost
        ([("a", ("甲",)), ("b", ("乙",))], [("b", ("",))], [1]),  # emptied
    ],
)
def test_a_row_is_what_it_says_then_what_its_mark_says(rows: list, lines: list, wanted: list) -> None:  # type: ignore[type-arg]
    assert pair_up(rows, lines) == wanted


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("不能写 minimum", "不能写“最小值”"),
        ("text 类型的列没有大小", "“文字”类型的列没有大小"),
        ("要用 choices 写明", "要用“下拉”写明"),
        ("“minimum”不认识", "“minimum”不认识"),  # the officer's own word
        ("只能有一列写 required: true", "只能有一列“必填”写“是”"),
        ("半年写成 width: 15", "半年写成“列宽”写15"),
        ("请写 units、departments 里的名称", "请写“单位”、“部门”里的名称"),
        ("rule:编号、field:表.列 或 registry 等", "rule:编号、field:表.列 或 registry 等"),
    ],
)
def test_keys_of_files_become_titles_of_columns(message: str, words: str) -> None:
    tab = next(item for item in tabs() if item.section == "fields")
    assert office_words(message, tab) == words


def test_mistakes_are_told_where_they_stand_in_the_words_of_the_workbook(tmp_path: Path) -> None:
    person = Person.of(catalog.find("tianjiaan"), tmp_path)
    at = person.add("字段", before="project.industry", 表="项目表", 英文名="area", 列名="用地面积", 怎么读="数")
    for tab, ident, title, typed in (
        ("部门", "gxj", "别的叫法", "工信局,经信局"),
        ("部门", "yjj", "牵头", "是"),
        ("部门", "zjj", "部门名称", "区住房城建局"),
        (LIMITS, "T-9", "期限", "四"),
        (LIMITS, "T-10", "期限", 4.5),
        (LIMITS, "T-7", "填报人读到的话", "拿地｛from｝后即开工"),
        ("基本信息", "year", "内容", "2026年"),
        ("字段", "project.township", "表", None),
        ("下拉选项", "site_type.标准化厂房", "值", "租赁厂房"),
        ("下拉选项", "site_type.独立选址", "值", "自行选址"),
    ):
        person.set(tab, ident, title, typed)
    done = read_import(person.save())
    said = told(done)
    for words in (
        f"字段!B{at}（表）：现在是“项目表”，没有这张表；是不是“项目库”？",
        "几个叫法用顿号“、”隔开，或一行一个，不用“,”",
        "只能有一个部门“牵头”写“是”",
        "写阿拉伯数字，如 3",
        "半个月写成“期限”写15、“时间单位”写日",
        "花括号要用英文的",
        "要写一个整数；例如：2025",
        "空着，不能空，原来是“项目库”；合并了的格子请取消合并",
    ):
        assert words in said, words
    seen = [item for item in done.mistakes if item.tab == "部门看什么"]
    assert seen and all("区住建局" in item.value for item in seen), "the row that names the department"
    remarks = "\n".join(done.remarks)
    assert "查找 '标准化厂房'、替换成 '租赁厂房'" in remarks
    assert "“区住建局”改成了“区住房城建局”" in remarks and "规则、报表里的" in remarks


def test_a_mistake_of_the_first_page_is_told_in_its_cell(tmp_path: Path) -> None:
    person = Person.of(FAMILY[0], tmp_path)
    place = person.set("基本信息", "id", "内容", "田家庵")
    assert f"基本信息!{place}（方案编号）：现在是“田家庵”" in told(read_import(person.save()))


def test_what_a_paragraph_and_a_column_point_at_is_missed_by_its_name(tmp_path: Path) -> None:
    person = Person.of(FAMILY[0], tmp_path)
    person.add("条目落实", 条目="九", 由什么来管="rule:T-999")
    ident = str(person.book["字段"].cell(HEAD + 3, 1).value)
    person.set("字段", ident, "怎么读", "单选")
    said = told(read_import(person.save()))
    assert "没有叫“T-999”的规则" in said and "是下拉列，要用“下拉”写明用哪个下拉" in said


def test_what_was_sorted_copied_and_taken_out(tmp_path: Path) -> None:
    person = Person.of(catalog.find("tianjiaan"), tmp_path)
    assert person.book[LIMITS].auto_filter.ref.startswith("A2:"), "sorting by the filter takes the marks along"
    person.set(LIMITS, "T-9", "期限", None)
    person.set("规则·目标", "T-1", "目标数", None)
    leads = str(person.cell("基本信息", "conventions.leads", "内容").value)
    person.set("基本信息", "conventions.leads", "内容", leads.replace("月: 7", "月: 10"))
    person.set("单位", "340403201", "单位代码", "340403105")
    person.drop("单位", "340403103")
    person.drop("下拉选项", "industries.烟草制品业")
    person.book.copy_worksheet(person.book["单位"]).title = "单位 (2)"
    person.book["部门"].title = "部门 "
    sort_what_is_seen(person, LIMITS)
    done = read_import(person.save())
    found = changes(done)
    for words in (
        "约定：提前几天显示临期·月 7 → 10",
        "规则 T-9（标准化厂房签约到开工）：期限 1个月 → 不写数（只显示天数，不判断）",
        "规则 T-1（全年投产个数）：目标数 14 → 没有设定（只统计，不判断）",
        "↕ 规则的先后变了（规则·期限）",
    ):
        assert words in found, words
    old, new = rule_texts(done.base_files["rules.yaml"]), rule_texts(done.files["rules.yaml"])
    land, start = (next(part for part in new if part.startswith(f"{rule}\n")) for rule in ("T-7", "T-9"))
    assert land in old and "# 原文“拿地即开工”没有给天数" in land, "comments stay with their rule"
    assert "拿地即开工" not in start
    remarks = "\n".join(done.remarks)
    assert "“单位 (2)”不是导出时的标签，没有读它" in remarks
    assert "删掉了“三和镇”" in remarks and "“报到哪天”" in remarks
    assert "删掉了“烟草制品业”" in remarks and "“能选到哪天”" in remarks
    assert "340403201改成了340403105" in remarks


def test_what_is_changed_in_the_overview_is_not_taken_and_told(tmp_path: Path) -> None:
    person = Person.of(catalog.find("tianjiaan"), tmp_path)
    sort_what_is_seen(person, OVERVIEW_TAB)
    sheet = person.book[OVERVIEW_TAB]
    cells = {row[1].value: row for row in sheet.iter_rows()}
    cells["T-10"][5].value, cells["T-E8"][3].value = "5个月", "别的名称"
    done = read_import(person.save())
    assert not done.mistakes and not changes(done)
    limit = f"规则总表!{cells['T-10'][5].coordinate}：“3个月”改成了“5个月”，没有采用。总表只看不改，请到“规则·期限”里改"
    assert limit in done.remarks and len(done.remarks) == 2 and "别的名称" in "".join(done.remarks)


@pytest.mark.parametrize("directory", SCHEMES, ids=lambda path: path.name)
def test_an_overview_left_alone_says_nothing(directory: Path, tmp_path: Path) -> None:
    assert not [item for item in read_import(export(directory, tmp_path / "方案.xlsx")).remarks if OVERVIEW_TAB in item]
