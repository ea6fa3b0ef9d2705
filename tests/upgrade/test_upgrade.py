"""`tianbao books upgrade`: filled books follow the scheme, and nobody loses a cell over it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from tests.upgrade.conftest import (
    ADDED,
    ALL,
    CHOICE,
    HINT,
    NEW_TABLE,
    REMOVED,
    REORDERED,
    TITLED,
    VERSION,
    Place,
)
from tests.upgrade.filled import FIRST, HEAD, TAB, YELLOW, column, everything, messy, shapes
from validators.rawcell import show


def test_what_people_have_in_the_book_stays_cell_for_cell(place: Place) -> None:
    messy(place)
    place.publish(*ALL)
    place.sync()
    before, looks = everything(place.book), shapes(place.book)
    assert place.upgrade()["东河镇"]["state"] == "upgraded"
    after = everything(place.book)
    lost = {key: value for key, value in before.items() if after.get(key) != value}
    heads_and_marks = {cell for _, cell in lost if int("".join(filter(str.isdigit, cell))) in (HEAD - 1, HEAD)}
    assert {cell for _, cell in lost} == heads_and_marks, "only marks and headers of ours are others"
    assert looks.items() <= shapes(place.book).items()
    sheet = load_workbook(place.book)[TAB]
    assert "D6:D20" in {str(item.sqref) for item in sheet.conditional_formatting}, "a person's own highlight"


def test_the_next_sync_reads_the_same_values(place: Place) -> None:
    messy(place)
    place.sync()
    before, history = place.records(), len(place.revisions())
    statuses = judgements(place)
    place.publish(VERSION, ADDED, TITLED, REORDERED, CHOICE, HINT, NEW_TABLE)
    assert place.upgrade()["东河镇"]["state"] == "upgraded"
    place.sync()
    after = place.records()
    assert {key: item.values for key, item in after.items()} == {key: item.values for key, item in before.items()}
    assert {key: item.cells for key, item in after.items()} == {key: item.cells for key, item in before.items()}
    assert len(place.revisions()) == history, "no value has changed, so there is nothing to record"
    assert judgements(place) == statuses


def judgements(place: Place) -> dict[str, Any]:
    with place.office() as office:
        found = office.store.judgements("qingxi", kind="record")
    return {item.key: [(s.rule, s.code, s.deadline) for s in item.statuses] for item in found}


def test_a_renamed_field_keeps_its_values_and_a_removed_one_stays_to_be_read(place: Place) -> None:
    place.sync()
    before = place.records()
    place.publish(*ALL)
    told = place.upgrade()["东河镇"]["changes"]
    place.sync()
    after = place.records()
    assert after.keys() == before.keys()
    for key, item in before.items():
        old = dict(item.values)
        old.pop("phone", None)
        assert after[key].values == {**{"builder" if name == "company" else name: old[name] for name in old}}
    changed = {name for item in place.revisions() if item["kind"] == "changed" for name in item["changes"]}
    assert changed <= {"company", "builder", "phone"}
    sheet = load_workbook(place.book)[TAB]
    at = column(sheet, "旧栏目·联系电话")
    assert [sheet.cell(row, at).value for row in range(FIRST, FIRST + 5)] == ["13855412345"] * 5
    assert any(item["kind"] == "dropped" and "联系电话" in item["text"] and "5格" in item["text"] for item in told)


def test_the_new_columns_take_what_is_typed(place: Place) -> None:
    place.sync()
    place.publish(*ALL)
    place.upgrade()
    with place.clerk() as book:
        sheet = book[TAB]
        sheet.cell(FIRST, column(sheet, "联系人")).value = "张三"
        sheet.cell(FIRST, column(sheet, "行业")).value = "新能源"
        book["问题清单"].cell(FIRST, column(book["问题清单"], "问题")).value = "缺用地指标"
        book["问题清单"].cell(FIRST, column(book["问题清单"], "类别")).value = "新能源"
    place.sync()
    values = [item.values for item in place.records().values()]
    assert any(item.get("contact") == "张三" and item["industry"] == "新能源" for item in values)
    assert any(item.get("what") == "缺用地指标" and item["kind"] == "新能源" for item in values)


def test_the_drop_downs_and_hints_are_the_new_ones(place: Place) -> None:
    place.sync()
    place.publish(VERSION, CHOICE, HINT, NEW_TABLE)
    place.upgrade()
    book = load_workbook(place.book)
    where = book.defined_names["tb_industries"].attr_text
    sheet, cells = where.replace("'", "").split("!")
    assert "新能源" in [cell.value for row in book[sheet][cells.replace("$", "")] for cell in row]
    hints = {check.promptTitle: check.prompt for check in book[TAB].data_validations.dataValidation}
    assert hints["签约日期"].startswith("正式协议签字的那一天")
    assert len({str(check.sqref) for check in book[TAB].data_validations.dataValidation}) == len(
        book[TAB].data_validations.dataValidation
    ), "one check for each column"
    assert "正式协议签字的那一天。" in [cell.value for row in book["填报说明"].iter_rows() for cell in row]


def test_the_unit_is_no_longer_told_to_get_another_book(place: Place) -> None:
    place.sync()
    place.publish(*ALL)
    place.sync()
    assert "book.lacks" in book_findings(place)
    place.upgrade()
    place.sync()
    assert not {"book.lacks", "book.old_version", "sheet.column_lost"} & book_findings(place)


def book_findings(place: Place) -> set[str]:
    with place.office() as office:
        return {item.code for item in office.store.book_findings("qingxi:101")}


def test_twice_is_once(place: Place) -> None:
    messy(place)
    place.publish(*ALL)
    place.upgrade()
    place.sync()
    after = place.book.read_bytes()
    again = place.upgrade()
    assert {item["state"] for item in again.values()} == {"current"}
    assert place.book.read_bytes() == after


def test_a_rehearsal_tells_all_and_writes_nothing(place: Place) -> None:
    messy(place)
    place.sync()
    before = place.book.read_bytes()
    place.publish(*ALL)
    rehearsed = place.upgrade("--dry-run")["东河镇"]
    assert rehearsed["state"] == "rehearsed" and place.book.read_bytes() == before
    assert not (place.workspace / "backups" / "升级前").exists()
    assert place.upgrade()["东河镇"]["changes"] == rehearsed["changes"]


def test_the_words_a_person_reads(place: Place) -> None:
    place.publish(*ALL)
    result = place.run("books", "upgrade", "--unit", "东河镇")
    assert result.exit_code == 0, (result.output, result.exception)
    for words in ("东河镇　已升级：2025.1 → 2025.2", "新增“联系人”", "“联系电话”不再使用，已填的5格原样留在那里",
                  "“行业”增加 新能源", "新增工作表“问题清单”", "升级前的内容留在", "tianbao sync"):  # fmt: skip
        assert words in result.output, words


def test_it_is_undone_with_the_backup(place: Place) -> None:
    messy(place)
    place.publish(VERSION, ADDED)
    place.sync()
    before, values = place.book.read_bytes(), {key: item.values for key, item in place.records().items()}
    backup = Path(place.upgrade()["东河镇"]["backup"])
    assert backup.read_bytes() == before and backup.parent.name == "升级前"
    shutil.copy(backup, place.book)
    place.sync()
    assert {key: item.values for key, item in place.records().items()} == values


def test_the_commissions_book_is_upgraded_too(place: Place) -> None:
    place.publish(
        VERSION,
        ("tables.yaml", "{name: site, title: 现场,", "{name: who, title: 核查人}\n      - {name: site, title: 现场,"),
    )
    done = place.upgrade("--unit", "县发改委")
    assert list(done) == ["县发改委"] and done["县发改委"]["state"] == "upgraded"
    tab = place.read("县发改委.xlsx", "commission").tab("check")
    assert tab is not None and "who" in tab.columns
    assert [show(row.cells[0]) for row in tab.rows] == ["到现场看开工"]


def test_blank_rows_that_a_person_coloured_stay_so_after_another_program_saved_the_book(place: Place) -> None:
    """Programs write the format @ by its own number; that is no other format."""
    with place.clerk() as book:
        at = column(book[TAB], "项目代码")
        for row in range(FIRST, book[TAB].max_row + 1):
            book[TAB].cell(row, at).fill = YELLOW
    place.publish(VERSION, ADDED)
    done = place.upgrade()["东河镇"]
    assert [item["text"] for item in done["changes"] if item["kind"] == "format"] == []
    sheet = load_workbook(place.book)[TAB]
    assert sheet.cell(sheet.max_row, at).fill.fgColor.rgb == YELLOW.fgColor.rgb


def test_a_type_that_changes_gives_blank_rows_its_format(place: Place) -> None:
    """What is filled in keeps how it looks; a person's own choice of formats stays too."""
    place.sync()
    with place.clerk() as book:
        sheet = book[TAB]
        sheet.cell(FIRST + 9, column(sheet, "项目代码")).number_format = "0.00"
        for row in range(FIRST, FIRST + 12):  # as a clerk marks a column, or the part of it that he sees
            sheet.cell(row, column(sheet, "联系电话")).fill = YELLOW
    before = everything(place.book)
    code, phone = "{name: code, title: 项目代码, type: projcode", "{name: phone, title: 联系电话, type: phone"
    place.publish(
        VERSION, ("tables.yaml", code, code.replace("projcode", "number")),
        ("tables.yaml", phone, phone.replace("type: phone", "type: number")),
    )  # fmt: skip
    done = place.upgrade()["东河镇"]
    assert [item["text"][:6] for item in done["changes"] if item["kind"] == "format"] == ["“联系电话”"]
    sheet = load_workbook(place.book)[TAB]
    at = column(sheet, "联系电话")
    assert (sheet.cell(FIRST, at).number_format, sheet.cell(FIRST + 9, at).number_format) == ("@", "General")
    assert sheet.cell(FIRST + 9, at).fill.fgColor.rgb == "00FFFF00", "a colour that a clerk gave blank rows"
    assert sheet.cell(FIRST + 12, at).number_format == "General", "rows without it as well"
    assert sheet.cell(FIRST + 9, column(sheet, "项目代码")).number_format == "0.00"
    after = everything(place.book)
    assert all(
        after[cell] == value
        for cell, value in before.items()
        if int(cell[1].strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) > HEAD
    )
    assert place.upgrade()["东河镇"]["state"] == "current"


def test_a_field_that_comes_back_finds_its_column_again(place: Place) -> None:
    place.sync()
    text = (place.scheme / "tables.yaml").read_text(encoding="utf-8")
    sheet = load_workbook(place.book)[TAB]
    at = column(sheet, "联系电话")
    before = [sheet.cell(row, at).value for row in range(FIRST, FIRST + 5)]
    place.publish(VERSION, REMOVED)
    place.upgrade()
    (place.scheme / "tables.yaml").write_text(text, encoding="utf-8")
    place.publish(("scheme.yaml", "2025.2", "2025.3"))
    assert place.upgrade()["东河镇"]["state"] == "upgraded"
    sheet = load_workbook(place.book)[TAB]
    assert column(sheet, "联系电话") == at and [sheet.cell(row, at).value for row in range(FIRST, FIRST + 5)] == before
    tab = place.read().tab("project")
    assert tab is not None and tab.columns["phone"] == at


def test_sorting_by_the_filter_takes_the_new_columns_along(place: Place) -> None:
    place.sync()
    place.publish(*ALL)
    place.upgrade()
    book = load_workbook(place.book)
    sheet = book[TAB]
    last = sheet.cell(HEAD, column(sheet, "联系人")).column_letter
    assert sheet.auto_filter.ref.split(":")[1].startswith(last)


def test_a_table_that_is_no_more_stays_to_be_read(place: Place) -> None:
    place.sync()
    place.publish(VERSION, NEW_TABLE)
    place.upgrade()
    place.publish(
        ("scheme.yaml", "2025.2", "2025.3"), ("tables.yaml", NEW_TABLE[2], NEW_TABLE[1]), ("tables.yaml", *ADDED[1:])
    )
    done = place.upgrade()["东河镇"]
    assert done["state"] == "upgraded" and any("“问题清单”不再使用" in item["text"] for item in done["changes"])
    assert "问题清单" in load_workbook(place.book).sheetnames
