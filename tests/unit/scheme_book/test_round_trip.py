"""Export and import lose nothing: not a value, not a byte of the files, also after another program saved the book."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from openpyxl import load_workbook
from pydantic import BaseModel

from app.scheme_book.book import write_book
from app.scheme_book.importing import load_files, read_import, store
from app.scheme_book.layout import IDENT, basics, tabs
from app.scheme_book.tree import Tree, files_of
from app.scheme_book.words import hint_of, title_of
from tests.unit.scheme_book.books import FAMILY, HEAD, SCHEMES, Person, export
from validators.rules import kinds
from validators.scheme.load import load_scheme
from validators.scheme.models import Scheme


@pytest.mark.parametrize("directory", SCHEMES, ids=lambda path: path.name)
def test_an_untouched_workbook_gives_back_every_file_byte_for_byte(directory: Path, tmp_path: Path) -> None:
    done = read_import(export(directory, tmp_path / "方案.xlsx"))
    assert done.mistakes == [] and done.remarks == []
    assert done.scheme == load_scheme(directory)
    assert done.files == files_of(directory)
    assert store(tmp_path / "新", done) and files_of(tmp_path / "新") == files_of(directory)
    assert store(tmp_path / "新", done) == [], "twice is the same as once"


@pytest.mark.parametrize("directory", FAMILY, ids=lambda path: path.name)
def test_a_scheme_written_anew_from_its_cells_alone_is_the_same_scheme(directory: Path, tmp_path: Path) -> None:
    """Every row loses its hidden mark and stands in a book of an empty scheme: all is typed in anew."""
    wanted = load_scheme(directory)
    person = Person.of(directory, tmp_path)
    bare = {**files_of(directory)}
    head = "\n".join(
        line
        for line in bare["scheme.yaml"].decode().splitlines()
        if line.split(":")[0] in ("id", "title", "version", "source", "year", "effective_from")
    )
    bare = {
        "scheme.yaml": (
            head
            + "\nunits: [{code: zz, name: 临时}]\ntables: [{name: tmp, title: 临时, fields: [{name: a, title: 甲}]}]\n"
        ).encode()
    }
    empty, errors = load_files(bare)
    assert empty is not None, errors
    other = tmp_path / "空.xlsx"
    other.write_bytes(write_book(empty, Tree.of(bare)))
    blank = Person(other)
    for tab in tabs():
        _copy(person, blank, tab.title, [column.title for column in tab.columns])
    for item in basics():
        path = ".".join(item.path)
        blank.set("基本信息", path, "内容", person.cell("基本信息", path, "内容").value)
    done = read_import(blank.save())
    assert done.mistakes == []
    assert done.scheme is not None
    for name in Scheme.model_fields:
        if name != "rules":
            assert getattr(done.scheme, name) == getattr(wanted, name), name
    assert {item.id: item for item in done.scheme.rules} == {item.id: item for item in wanted.rules}


def _copy(source: Person, target: Person, tab: str, titles: list[str]) -> None:
    """All rows of a tab typed into another book, the ones that stood there taken out."""
    sheet = target.book[tab]
    sheet.delete_rows(HEAD + 2, sheet.max_row)
    places = [(source.column(tab, title), target.column(tab, title)) for title in titles]
    for row in range(HEAD + 2, source.book[tab].max_row + 1):
        for a, b in places:
            sheet.cell(row, b).value = source.book[tab].cell(row, a).value


@pytest.fixture
def person(tmp_path: Path) -> Person:
    return Person.of(FAMILY[[path.name for path in FAMILY].index("ladder")], tmp_path)


def test_rows_in_between_columns_in_between_and_lost_marks_change_nothing(person: Person) -> None:
    for tab in tabs():
        sheet = person.book[tab.title]
        sheet.insert_rows(HEAD + 2, 2)
        sheet.insert_cols(3)
        sheet.insert_rows(1)
    mark = next(cell.column for cell in person.book["字段"][HEAD + 1] if cell.value == IDENT)
    person.book["字段"].delete_cols(mark)
    done = read_import(person.save())
    assert done.mistakes == [] and done.files == done.base_files


def test_a_column_of_ones_own_is_left_alone_and_told(person: Person) -> None:
    sheet = person.book["单位"]
    sheet.cell(HEAD, sheet.max_column + 1).value = "联系人"
    done = read_import(person.save())
    assert done.mistakes == [] and done.files == done.base_files
    assert any("联系人" in remark and "没有读" in remark for remark in done.remarks)


def test_numbers_as_texts_full_width_digits_and_spaces_change_nothing(person: Person) -> None:
    for row in person.book["规则·逐级上报"].iter_rows(min_row=HEAD + 2):
        for cell in row:
            if isinstance(cell.value, int | float):
                cell.value = f"　{cell.value}　".translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for row in person.book["字段"].iter_rows(min_row=HEAD + 2):
        for cell in row:
            if isinstance(cell.value, str) and cell.value.isdigit() and cell.column > 1:
                cell.value = int(cell.value)
    done = read_import(person.save())
    assert done.mistakes == [] and done.files == done.base_files


def test_sorted_rows_change_the_order_and_nothing_else(person: Person) -> None:
    sheet = person.book["单位"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEAD + 2)]
    for number, row in enumerate(sorted(rows, key=lambda row: str(row[2]), reverse=True), HEAD + 2):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column).value = value
    done = read_import(person.save())
    assert done.mistakes == [] and done.scheme is not None
    assert [item.code for item in done.scheme.units] == sorted((item.code for item in done.base.units), reverse=True)
    assert set(done.scheme.units) == set(done.base.units)
    assert [name for name in done.files if done.files[name] != done.base_files[name]] == ["scheme.yaml"]


def test_the_book_of_every_kind_of_rule_has_a_chinese_tab_title_column_and_hint() -> None:
    for tab in tabs():
        for column in tab.columns:
            assert not column.title.isascii(), f"{tab.title}：{column.key} 没有中文名，写进 words_rules.py"
        assert len({column.title for column in tab.columns}) == len(tab.columns), tab.title
    for kind, model in kinds().items():
        assert any(tab.kind == kind and not tab.title.isascii() for tab in tabs())
        for name in model.model_fields:
            if name != "kind":
                assert not hint_of(model, name).isascii(), f"{kind}.{name} 没有中文提示"
            assert title_of(model, name)
    for inner in {item for model in kinds().values() for item in nested(model)}:
        words = [title_of(inner, name) for name in inner.model_fields]
        assert not any(word.isascii() for word in words), (
            f"{inner.__name__}：{words} 有的没有中文名，写进 words_rules.py"
        )
        assert len(set(words)) == len(words), (inner.__name__, words)
    titles = [tab.title for tab in tabs()]
    assert len(set(titles)) == len(titles) and max(map(len, titles)) <= 31


def nested(model: Any) -> Iterator[type[BaseModel]]:
    """Models inside a model."""
    waiting = [info.annotation for info in model.model_fields.values()]
    seen: set[Any] = set()
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in seen:
            seen.add(kind)
            yield kind
            waiting += [info.annotation for info in kind.model_fields.values()]
        waiting += get_args(kind)


def test_every_part_of_a_scheme_has_its_place() -> None:
    places = {tab.section for tab in tabs()} | {item.path[0] for item in basics()}
    assert set(Scheme.model_fields) - places == set()


def test_values_chosen_from_lists_have_chinese_words_that_differ() -> None:
    from app.scheme_book.words import label_of

    for tab in tabs():
        for column in tab.columns:
            labels = [label_of(word, column.words) for word in column.words]
            assert len(set(labels)) == len(labels), (tab.title, column.key)
            assert all(label == "" or not label.isascii() for label in labels), (tab.title, column.key, labels)


def test_the_book_opens_with_its_hidden_parts_out_of_sight(tmp_path: Path) -> None:
    book = load_workbook(export(FAMILY[0], tmp_path / "方案.xlsx"))
    assert book.sheetnames[0] == "说明"
    assert {name for name in book.sheetnames if book[name].sheet_state == "veryHidden"} == {"_下拉", "_方案文件"}
    used = {rule.kind for rule in load_scheme(FAMILY[0]).rules}
    for tab in tabs():
        assert (book[tab.title].sheet_state == "visible") == (not tab.kind or tab.kind in used), tab.title
