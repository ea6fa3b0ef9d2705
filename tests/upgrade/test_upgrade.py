"""`tianbao books upgrade`: filled books follow the scheme, and nobody loses a cell over it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table as SpreadsheetTable

from app.upgrade.folder import exchange
from tests.office import Office
from tests.unit.scheme_book.books import Person
from tests.upgrade.conftest import (
    ADDED,
    ALL,
    BOOK,
    CHOICE,
    HINT,
    NEW_TABLE,
    REMOVED,
    REORDERED,
    TITLED,
    VERSION,
    Place,
)
from validators.rawcell import show

TAB = "项目库"
HEAD, FIRST = 5, 6
YELLOW = PatternFill("solid", fgColor="FFFF00")


def column(sheet: Any, title: str) -> int:
    return next(cell.column for cell in sheet[HEAD] if str(cell.value or "").lstrip("*").startswith(title))


def messy(place: Place) -> None:
    """What clerks do to a book: words for numbers, notes beside the table, colours, tabs and formulas of their own."""
    with place.clerk() as book:
        sheet = book[TAB]
        sheet.cell(FIRST, column(sheet, "总投资")).value = "1.2亿元"
        sheet.cell(FIRST + 1, column(sheet, "开工日期")).value = "2025-13-01"
        sheet.cell(FIRST + 1, column(sheet, "项目代码")).value = "2504-340403-04-01-123456"
        sheet.cell(FIRST + 2, column(sheet, "情况说明")).value = " 征地慢，\n已报县里 "
        name = sheet.cell(FIRST + 3, column(sheet, "项目名称"))
        name.fill, name.comment = YELLOW, Comment("上周刚改的名字", "小王")
        last = sheet.max_column
        sheet.cell(HEAD, last + 2).value = "我的备注"
        for row in (FIRST, FIRST + 9):  # the second stands in a row of its own
            sheet.cell(row, last + 2).value = f"第{row}行要催"
        sheet.merge_cells(start_row=FIRST + 3, end_row=FIRST + 4, start_column=last + 2, end_column=last + 3)
        sheet.conditional_formatting.add("D6:D20", CellIsRule("equal", ["'x'"], fill=YELLOW))
        sheet.row_dimensions[FIRST + 2].height = 77
        sheet.row_dimensions[FIRST + 4].hidden = True
        own = book.create_sheet("草稿", 1)
        own["A1"], own["A2"] = "小计", f"=SUM('{TAB}'!I{FIRST}:I{FIRST + 4})"


def everything(path: Path) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Each cell of a person's in the book: what stands there and how it looks."""
    book, found = load_workbook(path), {}
    for sheet in book:
        if sheet.title in ("填报说明", "待改清单", "字典", "_tianbao"):
            continue
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None or cell.comment:
                    note = cell.comment.text if cell.comment else ""
                    look = (cell.number_format, cell.fill.fgColor.rgb, cell.font.b, cell.border.left.style)
                    found[sheet.title, cell.coordinate] = (cell.value, *look, note)
    return found


def shapes(path: Path) -> dict[str, Any]:
    """What else a person can have done to the tabs."""
    book = load_workbook(path)
    return {
        sheet.title: (
            sorted(str(area) for area in sheet.merged_cells.ranges),
            {
                row: (item.height, item.hidden)
                for row, item in sheet.row_dimensions.items()
                if item.height or item.hidden
            },
            sheet.freeze_panes,
            sheet.sheet_state,
        )
        for sheet in book
        if sheet.title not in ("填报说明", "待改清单", "字典", "_tianbao")
    }


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


def test_an_open_book_is_left_alone(place: Place) -> None:
    place.sync()
    place.publish(*ALL)
    before = place.book.read_bytes()
    place.book.with_name(f".~lock.{BOOK}#").write_text("小王,pc,pc,29.06.2025 10:00,file:///x;")
    done = place.upgrade()
    assert done["东河镇"]["state"] == "refused" and "小王" in done["东河镇"]["told"]
    assert place.book.read_bytes() == before
    assert done["西山镇"]["state"] == "upgraded", "one open book stops no other"


def test_what_waits_for_a_decision_comes_first(place: Place) -> None:
    place.sync()
    shutil.copy(place.book, place.book.with_name("东河镇（副本）.xlsx"))
    place.publish(*ALL)
    before = place.book.read_bytes()
    done = place.upgrade()["东河镇"]
    assert done["state"] == "refused" and "decide list" in done["told"] and place.book.read_bytes() == before


def test_a_clerk_who_saves_meanwhile_wins(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.sync()
    place.publish(*ALL)
    keep = exchange.keep_before

    def saved_now(*words: Any) -> Path:
        with place.clerk() as book:
            book[TAB].cell(FIRST + 5, column(book[TAB], "项目名称")).value = "刚刚加的项目"
        return keep(*words)

    monkeypatch.setattr(exchange, "keep_before", saved_now)
    done = place.upgrade("--unit", "东河镇")["东河镇"]
    assert done["state"] == "refused" and "改动" in done["told"]
    assert load_workbook(place.book)[TAB].cell(FIRST + 5, 4).value == "刚刚加的项目"


@pytest.mark.parametrize("gone", ["marks", "tab"])
def test_a_damaged_book_is_not_touched(place: Place, gone: str) -> None:
    place.sync()
    with place.clerk() as book:
        if gone == "tab":
            del book[TAB]
        else:
            book[TAB].delete_rows(HEAD - 1)
    place.publish(*ALL)
    before = place.book.read_bytes()
    done = place.upgrade("--unit", "东河镇", "--dry-run")["东河镇"]
    assert done["state"] == "refused" and done["told"] and place.book.read_bytes() == before


def test_a_type_that_changes_gives_blank_rows_its_format(place: Place) -> None:
    """What is filled in keeps how it looks; a person's own choice of formats stays too."""
    place.sync()
    before = everything(place.book)
    with place.clerk() as book:
        book[TAB].cell(FIRST + 9, column(book[TAB], "项目代码")).number_format = "0.00"
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


def test_a_check_that_a_person_set_stays(place: Place) -> None:
    with place.clerk() as book:
        sheet = book[TAB]
        letter = sheet.cell(HEAD, column(sheet, "项目代码")).column_letter
        kept = [check for check in sheet.data_validations.dataValidation if letter not in str(check.sqref)]
        sheet.data_validations.dataValidation = kept
        own = DataValidation("textLength", operator="lessThan", formula1="30", sqref=f"{letter}6:{letter}40")
        sheet.add_data_validation(own)
    place.sync()
    place.publish(*ALL)
    done = place.upgrade()["东河镇"]
    checks = load_workbook(place.book)[TAB].data_validations.dataValidation
    mine = [check for check in checks if letter in str(check.sqref).split(":")[0].rstrip("0123456789").split()]
    assert [str(check.sqref) for check in mine] == [f"{letter}6:{letter}40"]
    assert any(item["kind"] == "kept" and f"{letter}列" in item["text"] for item in done["changes"])


def test_a_header_that_a_person_wrote_stays(place: Place) -> None:
    with place.clerk() as book:
        sheet = book[TAB]
        at = column(sheet, "项目单位")
        sheet.cell(HEAD, at).value = "业主（盖章单位）"
    place.sync()
    place.publish(VERSION, TITLED)
    done = place.upgrade()["东河镇"]
    assert load_workbook(place.book)[TAB].cell(HEAD, at).value == "业主（盖章单位）"
    assert any(item["kind"] == "kept" and "业主" in item["text"] for item in done["changes"])


def test_headers_inside_a_spreadsheet_table_keep_its_names(place: Place) -> None:
    """A program repairs (and drops) a table whose header cells are not its column names."""
    with place.clerk() as book:
        sheet = book[TAB]
        sheet.auto_filter.ref = None
        sheet.add_table(SpreadsheetTable(displayName="T1", ref=f"D{HEAD}:Q{FIRST + 11}"))
    place.sync()
    place.publish(*ALL)
    assert place.upgrade()["东河镇"]["state"] == "upgraded"
    sheet = load_workbook(place.book)[TAB]
    names = [item.name for item in sheet.tables["T1"].tableColumns]
    assert names == [sheet.cell(HEAD, at).value for at in range(4, 4 + len(names))]


def test_a_persons_tab_of_the_new_tables_name_is_not_taken(place: Place) -> None:
    with place.clerk() as book:
        book.create_sheet("问题清单")["A1"] = "我自己记的"
    place.sync()
    place.publish(*ALL)
    place.upgrade()
    book = load_workbook(place.book)
    assert book["问题清单"]["A1"].value == "我自己记的" and "问题清单（2）" in book.sheetnames
    tab = place.read().tab("issue")
    assert tab is not None and tab.title == "问题清单（2）"


def test_sorting_by_the_filter_takes_the_new_columns_along(place: Place) -> None:
    place.sync()
    place.publish(*ALL)
    place.upgrade()
    book = load_workbook(place.book)
    sheet = book[TAB]
    last = sheet.cell(HEAD, column(sheet, "联系人")).column_letter
    assert sheet.auto_filter.ref.split(":")[1].startswith(last)


def test_an_office_program_opens_it_and_saves_it(place: Place, office: Office, tmp_path: Path) -> None:
    messy(place)
    place.publish(*ALL)
    place.upgrade()
    place.sync()
    before = place.read()
    with office.open(place.book) as book:
        grid = book.grid(TAB)
        book.save_as(tmp_path / "另存.xlsx")
    assert "联系人" in {text for cell in grid.values() for text in cell}
    shutil.copy(tmp_path / "另存.xlsx", place.book)
    after = place.read()
    for old in before.tabs:
        new = after.tab(old.table)
        assert new is not None and new.columns == old.columns
        assert [row.row for row in new.rows] == [row.row for row in old.rows]
        assert [[show(cell) for cell in row.cells] for row in new.rows] == [
            [show(cell) for cell in row.cells] for row in old.rows
        ]


def test_the_way_of_an_officer(place: Place, tmp_path: Path) -> None:
    """Export the scheme, change it in the workbook, import, see what it would do, upgrade the books, sync."""
    messy(place)
    place.sync()
    before = {key: item.values for key, item in place.records().items()}
    workbook = tmp_path / "方案.xlsx"
    assert place.run("scheme", "export", place.scheme, "--to", workbook).exit_code == 0
    person = Person(workbook)
    at = next(cell for row in person.book["下拉选项"].iter_rows() for cell in row if cell.value == "其他")
    at.value = "其他行业"
    person.book.save(workbook)
    imported = place.run("scheme", "import", workbook, "--to", place.scheme)
    assert imported.exit_code == 0, imported.output
    assert place.run("scheme", "diff", place.scheme).exit_code == 0
    done = place.upgrade()["东河镇"]
    assert done["state"] == "upgraded" and any("其他行业" in item["text"] for item in done["changes"])
    place.sync()
    assert {key: item.values for key, item in place.records().items()} == before


def test_other_places_are_told_plainly(place: Place) -> None:
    """Sync folders: nothing is written into people's books."""
    config = place.workspace / "tianbao.toml"
    text = config.read_text(encoding="utf-8")
    assert "feedback = false" in text
    config.write_text(text.replace("feedback = false", "feedback = true"), encoding="utf-8")
    before = place.book.read_bytes()
    result = place.run("books", "upgrade")
    assert result.exit_code != 0 and place.book.read_bytes() == before
    assert "feedback" in str(result.exception) + result.output


def test_a_book_that_an_office_program_saved_is_upgraded_too(place: Place, office: Office, tmp_path: Path) -> None:
    """It writes checks, highlights and looks in its own way; ours are known again, and none stays behind twice."""
    messy(place)
    place.sync()
    with office.open(place.book) as book:
        book.save_as(tmp_path / "另存.xlsx")
    shutil.copy(tmp_path / "另存.xlsx", place.book)
    place.publish(*ALL)
    place.sync()
    before, values = everything(place.book), {key: item.values for key, item in place.records().items()}
    assert place.upgrade()["东河镇"]["state"] == "upgraded"
    lost = {cell for (tab, cell), value in before.items() if everything(place.book).get((tab, cell)) != value}
    assert {int("".join(filter(str.isdigit, cell))) for cell in lost} <= {HEAD - 1, HEAD}
    sheet = load_workbook(place.book)[TAB]
    covered = [
        cell for check in sheet.data_validations.dataValidation for area in check.sqref.ranges for cell in area.top
    ]
    assert len(covered) == len(set(covered)), "two checks on one column would be a repair for Excel"
    formulas = [rule.formula[0] for item in sheet.conditional_formatting for rule in item.rules if rule.formula]
    assert sum('"|"' in text and "MID" in text for text in formulas) == 1, "the old highlight of faults is gone"
    place.sync()
    after = place.records()
    assert {key: item.values.get("name") for key, item in after.items()} == {
        key: item.get("name") for key, item in values.items()
    }


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


def test_a_reader_process_does_the_work(place: Place) -> None:
    """Strangers' bytes are looked into where they can do no harm."""
    config = place.workspace / "tianbao.toml"
    text = config.read_text(encoding="utf-8")
    assert "reader_processes = 0" in text
    config.write_text(text.replace("reader_processes = 0", "reader_processes = 1"), encoding="utf-8")
    place.publish(*ALL)
    assert place.upgrade("--unit", "东河镇")["东河镇"]["state"] == "upgraded"
    assert "contact" in (tab.columns if (tab := place.read().tab("project")) else {})


def test_a_mistake_of_ours_with_one_book_stops_no_other(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.publish(*ALL)
    place.sync()
    plan = exchange.plan_upgrade

    def broken(*words: Any) -> Any:
        if words[4] == "101":
            raise RuntimeError("a bug")
        return plan(*words)

    monkeypatch.setattr(exchange, "plan_upgrade", broken)
    before = place.book.read_bytes()
    done = place.upgrade()
    assert done["东河镇"]["state"] == "refused" and "日志" in done["东河镇"]["told"]
    assert place.book.read_bytes() == before and done["西山镇"]["state"] == "upgraded"
