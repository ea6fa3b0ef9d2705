"""Answers in spreadsheets: looked up by content, mended when people break them, values read unconverted."""

from __future__ import annotations

import pytest

from sync.backends.google.emulator.cells import Err
from sync.engine import sync_round
from tests.google.kit import OTHER, OWNER, grid
from tests.google.office import Office
from validators.rawcell import decode

CODE = "110105194912310021"
ROWS = {
    "a": {
        "project": [
            {"name": "甲项目", "code": "N-1", "site": "独立选址", "sign": "2025-03-01"},
            {"name": "乙项目", "code": "N-2", "total": "待定"},
            {"name": "丙项目", "code": "N-3", "site": "标准化厂房", "sign": "2025-13-01"},
        ]
    }
}


@pytest.fixture
def office(server):
    found = Office(server, units=[("a", "甲镇")], rows=ROWS)
    rounds(found, 3)
    return found


def rounds(office, count=2):
    for _ in range(count):
        report = sync_round(office.parts)
        assert not report.failures, report.failures
        office.clock.advance(1)


def line(office, dimension, at, table="project"):
    return {"sheetId": office.place("a", table)[0], "dimension": dimension, "startIndex": at, "endIndex": at + 1}


def checks(office):
    return [text.partition("\n")[0] for text in office.column("a", "@check", count=5)]


# what a clerk sees ------------------------------------------------------------------------------------------------


def test_every_row_is_answered_and_the_list_says_what_is_wanted(office):
    assert checks(office) == ["✓ 通过", "✓ 通过", "还有1处要改", "", ""]
    todo = office.book().titled("待改清单")
    lines = [[office.book().reader.shown(todo.id, row, column) for column in range(5)] for row in (4, 5)]
    assert lines[0][:3] == ["1", "项目库第7行", "乙项目"]
    assert lines[1][1:4] == ["项目库第8行", "丙项目", "签约日期"]


def test_the_banner_says_when_and_how_much(office):
    sheet = office.book().titled("项目库")
    assert office.book().reader.shown(sheet.id, 2, 0).startswith("上次同步：2025-06-20 09:00；还有1处要改")


def test_a_faulty_cell_is_marked_by_the_templates_own_format(office):
    from sync.backends.google.emulator.evaluate import holds

    sheet_id, first, columns = office.place("a")
    sheet = office.book().sheet(sheet_id)

    def red(row, field):
        at = (first + row, columns[field])
        return any(
            holds(
                rule["_formula"], office.book().reader, sheet_id, (rule["_ranges"][0].top, rule["_ranges"][0].left), at
            )
            for rule in sheet.conditional
            if sheet.box(rule["_ranges"][0]).holds(*at)
        )

    assert red(2, "sign")
    assert not red(0, "sign")


def test_a_changed_row_waits_at_once_and_is_answered_in_the_next_round(office):
    office.type("a", 2, "sign", "2025-03-01")
    assert checks(office)[2] == "待同步"
    assert office.shown("a", 2, "@status") == ""
    rounds(office)
    assert checks(office)[2] == "✓ 通过"


def test_undoing_a_change_brings_the_answer_back_without_us(office):
    before = office.column("a", "@check")
    office.type("a", 0, "name", "改了")
    office.type("a", 0, "name", "甲项目")
    assert office.column("a", "@check") == before


@pytest.mark.parametrize("other", ["甲项目 ", "甲项目a", "甲项目A"])
def test_the_smallest_change_is_a_change(office, other):
    office.type("a", 0, "name", other)
    assert checks(office)[0] == "待同步"


def test_capitals_are_told_apart(office):
    """The service's own lookups do not."""
    office.type("a", 0, "code", "abC")
    rounds(office)
    assert checks(office)[0] == "✓ 通过"
    office.type("a", 0, "code", "aBc")
    assert checks(office)[0] == "待同步"


def test_a_number_and_the_text_that_looks_like_it_are_told_apart(office):
    office.type("a", 0, "code", 12)
    rounds(office)
    office.type("a", 0, "code", "12")
    assert checks(office)[0] == "待同步"


def test_cells_cannot_lend_each_other_their_text(office):
    """a|b beside c is another row than a beside b|c."""
    office.type("a", 0, "name", "甲")
    office.type("a", 0, "code", "1t乙")
    rounds(office)
    office.type("a", 0, "name", "甲1t1")
    office.type("a", 0, "code", "乙")
    assert checks(office)[0] == "待同步"


def test_sorting_takes_every_answer_along(office):
    sheet, first, columns = office.place("a")
    before = dict(zip(office.column("a", "name"), office.column("a", "@check"), strict=True))
    where = grid(sheet, first, columns["name"], first + 3, columns["explanation"] + 1)
    office.act(
        "a",
        {"sortRange": {"range": where, "sortSpecs": [{"dimensionIndex": columns["code"], "sortOrder": "DESCENDING"}]}},
    )
    assert office.column("a", "name")[:3] == ["丙项目", "乙项目", "甲项目"]
    assert dict(zip(office.column("a", "name"), office.column("a", "@check"), strict=True)) == before


def test_a_row_put_in_directly_below_the_header_is_covered(office):
    office.act("a", {"insertDimension": {"range": line(office, "ROWS", office.place("a")[1])}})
    assert checks(office) == ["", "✓ 通过", "✓ 通过", "还有1处要改", ""]
    office.type("a", 0, "name", "新项目")
    assert checks(office)[0] == "待同步"
    rounds(office)
    assert checks(office)[0] == "✓ 通过"


def test_a_line_above_the_title_moves_everything(office):
    office.act("a", {"insertDimension": {"range": line(office, "ROWS", 0)}})
    office.type("a", 0, "total", 500)
    rounds(office)
    assert checks(office) == ["✓ 通过", "✓ 通过", "还有1处要改", "", ""]


def test_two_rows_of_one_content_show_the_same(office):
    sheet, first, columns = office.place("a")
    taken = grid(sheet, first, columns["name"], first + 1, columns["explanation"] + 1)
    there = grid(sheet, first + 3, columns["name"], first + 4, columns["explanation"] + 1)
    office.act("a", {"copyPaste": {"source": taken, "destination": there, "pasteType": "PASTE_NORMAL"}})
    assert checks(office)[3] == "✓ 通过"
    rounds(office)
    office.world.account.reset()
    rounds(office)
    assert office.world.account.count(kind="write") == 0


def test_a_total_row_is_no_record_and_shows_nothing(office):
    office.type("a", 3, "name", "合计")
    office.type("a", 3, "total", 99)
    assert checks(office)[3] == "待同步"
    rounds(office)
    assert checks(office)[3] == ""
    office.world.account.reset()
    rounds(office)
    assert office.world.account.count(kind="write") == 0


def test_an_error_in_a_cell_costs_that_cell(office):
    sheet, first, columns = office.place("a")
    cell = {"userEnteredValue": {"formulaValue": "=1/0"}}
    start = {"sheetId": sheet, "rowIndex": first, "columnIndex": columns["total"]}
    office.act("a", {"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}})
    rounds(office)
    assert checks(office)[0] == "还有1处要改"
    assert "#DIV/0!" in office.shown("a", 0, "@check")


def test_a_row_too_long_for_a_key_says_so(office):
    office.type("a", 0, "explanation", "长" * 49_990)
    office.type("a", 0, "name", "名" * 200)
    assert office.shown("a", 0, "@check").startswith("本行文字过长")
    rounds(office)
    assert checks(office)[1] == "✓ 通过"


# what people break and we mend ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["check", "status", "echo", "updated"])
def test_a_text_typed_into_our_column_is_taken_away(office, name):
    """It stands in the way of the whole column; only our own cells are touched."""
    before = office.column("a", "@check")
    sheet, first, columns = office.place("a")
    office.type("a", 1, f"@{name}", "我写的")
    assert isinstance(office.book().reader.value(sheet, first - 1, columns[f"@{name}"]), Err)
    rounds(office, 3)
    assert office.column("a", "@check") == before
    assert office.column("a", "name")[:3] == ["甲项目", "乙项目", "丙项目"]


def test_a_whole_row_pasted_with_our_texts_is_mended(office):
    sheet, first, _ = office.place("a")
    width = office.book().sheet(sheet).column_count
    office.act(
        "a",
        {
            "copyPaste": {
                "source": grid(sheet, first, 0, first + 1, width),
                "destination": grid(sheet, first + 3, 0, first + 4, width),
                "pasteType": "PASTE_NORMAL",
            }
        },
    )
    rounds(office, 3)
    assert checks(office) == ["✓ 通过", "✓ 通过", "还有1处要改", "✓ 通过", ""]


def test_a_key_pasted_as_text_names_no_other_content(office):
    """It blocks all keys and would itself still be looked up: a row edited beside it must not show another's answer."""
    sheet, first, columns = office.place("a")
    key = columns["@echo"]
    source, target = (grid(sheet, first + row, key, first + row + 1, key + 1) for row in (0, 1))
    office.act("a", {"copyPaste": {"source": source, "destination": target, "pasteType": "PASTE_VALUES"}})
    assert office.column("a", "@echo")[1].startswith("project:")
    for name in ("@id", "@check", "@status", "@stage", "@updated", "@problems"):
        assert set(office.column("a", name)) == {""}
    todo = office.book().titled("待改清单")
    places = {office.book().reader.shown(todo.id, row, 1) for row in (4, 5)}
    assert places == {"该行已改动，待同步"}
    rounds(office, 3)
    assert checks(office) == ["✓ 通过", "✓ 通过", "还有1处要改", "", ""]


@pytest.mark.parametrize("name", ["check", "echo"])
def test_a_lost_formula_is_laid_down_again_wherever_its_column_is(office, name):
    sheet, first, columns = office.place("a")
    start = {"sheetId": sheet, "rowIndex": first - 1, "columnIndex": columns[f"@{name}"]}
    office.act("a", {"updateCells": {"start": start, "rows": [{"values": [{}]}], "fields": "userEnteredValue"}})
    office.act("a", {"insertDimension": {"range": line(office, "COLUMNS", 0)}})
    rounds(office, 3)
    assert checks(office) == ["✓ 通过", "✓ 通过", "还有1处要改", "", ""]


def test_a_deleted_column_costs_that_column_and_the_keys_are_made_anew(office):
    """No answer stands beside a row before they are."""
    office.act("a", {"deleteDimension": {"range": line(office, "COLUMNS", office.place("a")[2]["site"])}})
    assert set(checks(office)[:3]) == {"待同步"}
    rounds(office, 3)
    assert checks(office)[0] == "✓ 通过"
    office.type("a", 0, "total", 77)
    assert checks(office)[0] == "待同步"


def test_columns_moved_and_put_in_are_followed(office):
    columns = office.place("a")[2]
    office.act(
        "a",
        {"moveDimension": {"source": line(office, "COLUMNS", columns["sign"]), "destinationIndex": columns["name"]}},
    )
    office.act("a", {"insertDimension": {"range": line(office, "COLUMNS", columns["name"] + 2)}})
    assert checks(office) == ["✓ 通过", "✓ 通过", "还有1处要改", "", ""]
    office.type("a", 0, "sign", "2025-03-02")
    assert checks(office)[0] == "待同步"
    rounds(office)
    assert checks(office)[0] == "✓ 通过"


def test_renamed_tabs_are_followed(office):
    sheet = office.place("a")[0]
    office.act(
        "a", {"updateSheetProperties": {"properties": {"sheetId": sheet, "title": "我的项目"}, "fields": "title"}}
    )
    office.type("a", 0, "name", "改名项目")
    rounds(office)
    assert checks(office)[0] == "✓ 通过"


def test_the_list_is_made_whole_again(office):
    todo = office.book().titled("待改清单")
    office.act("a", {"updateCells": {"range": grid(todo.id, 2, 0, 9, 10), "rows": [], "fields": "userEnteredValue"}})
    office.act(
        "a",
        {
            "updateCells": {
                "start": {"sheetId": todo.id, "rowIndex": 3},
                "rows": [{"values": [{"userEnteredValue": {"stringValue": "序号"}}]}],
                "fields": "userEnteredValue",
            }
        },
    )
    rounds(office)
    assert office.book().reader.shown(todo.id, 4, 1) == "项目库第7行"


# what is protected ------------------------------------------------------------------------------------------------


def test_only_the_answers_and_the_frozen_header_are_protected(office):
    found = {
        (office.book().title_of(item["sheet"]), item["rect"].top, item["rect"].bottom)
        for item in office.book().protected.values()
    }
    assert found == {("_status", 0, None), ("项目库", 2, 5), ("月度进展", 2, 5)}


def test_a_clerk_may_sort_insert_delete_and_add_a_column_behind(office):
    office.world.share("book-a", OTHER)
    sheet, first, columns = office.place("a")
    width = office.book().sheet(sheet).column_count
    office.act(
        "a",
        {"insertDimension": {"range": line(office, "ROWS", first)}},
        {"deleteDimension": {"range": line(office, "ROWS", first)}},
        {
            "sortRange": {
                "range": grid(sheet, first, columns["name"], first + 3, columns["start"]),
                "sortSpecs": [{"dimensionIndex": columns["name"]}],
            }
        },
        {"insertDimension": {"range": line(office, "COLUMNS", width), "inheritFromBefore": True}},
        who=OTHER,
    )


def test_texts_of_clerks_never_become_formulas(office):
    """=HYPERLINK(…) typed as text is a text in all that we write."""
    office.type("a", 2, "name", '=HYPERLINK("http://boese.example")')
    rounds(office)
    status, todo = office.book().titled("_status"), office.book().titled("待改清单")
    from sync.backends.google.emulator.formula import Formula

    assert not any(isinstance(cell.entered, Formula) for row in status.rows for cell in row.values())
    formulas = [cell.entered for row in todo.rows for cell in row.values() if isinstance(cell.entered, Formula)]
    assert len(formulas) == 1  # our own, in the header
    texts = [cell.entered for row in status.rows for cell in row.values()]
    assert any("=HYPERLINK" in str(text).replace("^", "") for text in texts)


# reading unconverted ----------------------------------------------------------------------------------------------


def read_cell(office, field, row=0):
    ref = office.backend.list()[0]
    tab = office.backend.read(ref, office.parts.shapes["unit"]).tab("project")
    at = [item.name for item in office.scheme.table("project").fields].index(field)
    return decode(tab.rows[row].cells[at])


@pytest.mark.parametrize("text", ["007", CODE, "2025.10", "1e5", "TRUE", "１２３", " x "])
def test_texts_arrive_as_they_stand(office, text):
    office.type("a", 0, "code", text)
    assert read_cell(office, "code") == ("text", text, "")


@pytest.mark.parametrize(
    ("form", "value", "found"),
    [
        (None, 45731, ("number", "45731", "")),
        ({"type": "DATE", "pattern": "yyyy-mm-dd"}, 45731, ("number", "45731", "d")),
        ({"type": "DATE", "pattern": 'yyyy"年"m"月"'}, 45901, ("number", "45901", "m")),
        ({"type": "DATE"}, 45901, ("number", "45901", "d")),
        ({"type": "DATE_TIME"}, 45731.5, ("number", "45731.5", "d")),
        ({"type": "PERCENT"}, 0.5, ("number", "0.5", "%")),
        ({"type": "NUMBER", "pattern": "#,##0"}, 1234.5, ("number", "1234.5", "")),
        (None, 0.1 + 0.2, ("number", "0.3", "")),
        (None, float(CODE), ("number", "1.1010519491231e+17", "")),
    ],
)
def test_numbers_arrive_with_the_class_of_their_format(office, form, value, found):
    """An 18-digit code that was typed as a number has lost digits and is known for a number."""
    sheet, first, columns = office.place("a")
    cell = {"userEnteredValue": {"numberValue": value}, "userEnteredFormat": {"numberFormat": form} if form else {}}
    start = {"sheetId": sheet, "rowIndex": first, "columnIndex": columns["code"]}
    office.act(
        "a",
        {"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue,userEnteredFormat"}},
    )
    assert read_cell(office, "code") == found


def test_code_columns_of_the_template_keep_what_is_typed(server):
    """TEXT format, in zh_CN, Asia/Shanghai."""
    from sheets_templates import catalog
    from sheets_templates.builder import build_book
    from sheets_templates.gsheet import book_requests
    from sync.backends.google.emulator.values import entered
    from tests.books import BUILT

    world = server.renew()
    plan = build_book(catalog.load("tianjiaan"), "340403101", "unit", built=BUILT)
    file = world.create_file("x", "application/vnd.google-apps.spreadsheet", OWNER)
    world.act(file.id, OWNER, *book_requests(plan, [], [(0, "Sheet1")], [0]))
    book = world.books[file.id]
    assert (book.locale, book.properties["timeZone"]) == ("zh_CN", "Asia/Shanghai")
    tab = plan.tab("project")
    at = next(index for index, column in enumerate(tab.columns) if column.name == "uscc" or "信用代码" in column.title)
    cell = book.titled("项目库").cell(tab.first_row - 1, at)
    assert entered(book, cell, CODE, "USER_ENTERED").entered == CODE


# opening a month --------------------------------------------------------------------------------------------------


def test_a_month_is_opened_once_whatever_happens_to_the_call(server):
    """The connection breaks off after the rows were appended: they are not appended again."""
    office = Office(server, units=[("a", "甲镇")], rows={"a": {"project": [{"name": "甲项目", "sign": "2025-03-01"}]}})
    office.world.faults.add(action="drop", commit=True, kind="write")
    for _ in range(4):
        sync_round(office.parts)
        office.clock.advance(5)
    names = [name for name in office.column("a", "project", "monthly") if name]
    assert names == ["甲项目"]
    assert office.shown("a", 0, "@check", "monthly") == "待填报"
    office.type("a", 0, "done", 300, "monthly")
    rounds(office)
    assert office.shown("a", 0, "@check", "monthly").startswith("✓")


# adoption ---------------------------------------------------------------------------------------------------------


def delete(office, *names, table="project"):
    """Delete columns of ours, the last first."""
    _, _, columns = office.place("a", table)
    for at in sorted((columns[name] for name in names), reverse=True):
        office.act("a", {"deleteDimension": {"range": line(office, "COLUMNS", at, table)}})


def clerks(office):
    """All cells of the clerk's, by field."""
    _, _, columns = office.place("a")
    return {name: office.column("a", name) for name in columns if not name.startswith("@")}


def test_a_deleted_tab_of_answers_is_told_and_rebuilt(office):
    """Hidden, protected, and every row answered again; nothing of the clerk's moves."""
    before = clerks(office)
    office.act("a", {"deleteSheet": {"sheetId": office.book().titled("_status").id}})
    office.type("a", 1, "total", 12)
    told = [sync_round(office.parts).outcomes["laws:a"] for _ in range(3)]
    assert [item.reason for item in told if "答复页被删去了，已补建" in item.reason]
    rounds(office, 3)
    assert checks(office)[:3] == ["✓ 通过", "✓ 通过", "还有1处要改"]
    status = office.book().titled("_status")
    assert status.properties["hidden"]
    guard = next(item for item in office.book().protected.values() if item["sheet"] == status.id)
    assert office.accounts[0].name in guard["editors"]
    assert {**clerks(office), "total": before["total"]} == before


@pytest.mark.parametrize("names", [("@check",), ("@echo",), ("@status", "@check", "@echo"), ("@problems", "@id")])
def test_deleted_columns_are_told_and_rebuilt_at_the_far_right(office, names):
    """Whichever of ours: named to people, marked again, answered again; the clerk's cells stay."""
    before = clerks(office)
    shown = {name: office.column("a", name) for name in names if name != "@echo"}
    width = office.book().titled("项目库").column_count
    delete(office, *names)
    outcome = sync_round(office.parts).outcomes["laws:a"]
    assert outcome.kind == "changed"
    assert "被删去了，已补建在最右边" in outcome.reason
    rounds(office, 3)
    assert {name: office.column("a", name) for name in shown} == shown
    assert checks(office)[:3] == ["✓ 通过", "✓ 通过", "还有1处要改"]
    assert clerks(office) == before
    assert office.book().titled("项目库").column_count == width
    settled = sync_round(office.parts)
    assert settled.skipped == 1


def looks(office):
    """Columns by name: hidden or not, the colour below the header."""
    sheet, first, columns = office.place("a")
    tab = office.book().sheet(sheet)
    return {
        name: (
            bool(tab.column_meta.get(at, {}).get("hiddenByUser")),
            bool((tab.cell(first, at).look or {}).get("backgroundColor")),
        )
        for name, at in columns.items()
    }


def test_rebuilt_columns_look_like_ours_and_what_nobody_reads_is_hidden(office):
    before = looks(office)
    delete(office, "@check", "@echo", "@problems", "@status")
    rounds(office, 3)
    after = looks(office)
    assert {name: after[name] for name in ("@check", "@status")} == {"@check": (False, True), "@status": (False, True)}
    assert after["@echo"][0] and after["@problems"][0]
    assert {name: look for name, look in after.items() if not name.startswith("@")} == {
        name: look for name, look in before.items() if not name.startswith("@")
    }


def test_no_column_of_a_person_is_painted_or_hidden(office):
    """Somebody moves a column to the far right just before ours come: they come all the same, and theirs stays as it was."""
    delete(office, "@echo", "@check")
    sheet, _, columns = office.place("a")
    before = looks(office)
    writes = []

    def between(call):
        if call.kind == "write":
            writes.append(call.method)
            if len(writes) == 1:
                lines = {
                    "sheetId": sheet,
                    "dimension": "COLUMNS",
                    "startIndex": columns["site"],
                    "endIndex": columns["site"] + 1,
                }
                last = office.book().sheet(sheet).column_count
                office.world.act("book-a", OWNER, {"moveDimension": {"source": lines, "destinationIndex": last}})

    office.world.before = between
    outcome = sync_round(office.parts).outcomes["laws:a"]
    office.world.before = None
    assert writes == ["spreadsheets.batchUpdate"] and "已补建" in outcome.reason
    after = looks(office)
    assert "@echo" in after
    assert {name: look for name, look in after.items() if not name.startswith("@")} == {
        name: look for name, look in before.items() if not name.startswith("@")
    }
    rounds(office, 3)
    assert checks(office)[:3] == ["✓ 通过", "✓ 通过", "还有1处要改"]


def test_a_column_put_in_while_ours_comes_back_is_left_alone(office):
    """Somebody adds a column of his own between our reading and our writing: it stays as he made it."""
    delete(office, "@check")
    sheet, first, _ = office.place("a")
    acted = []

    def between(call):
        if call.method == "spreadsheets.batchUpdate" and not acted:
            acted.append(call)
            last = office.book().sheet(sheet).column_count
            office.world.act("book-a", OWNER,
                {"appendDimension": {"sheetId": sheet, "dimension": "COLUMNS", "length": 1}},
                {"updateCells": {"range": grid(sheet, first, last, first + 1, last + 1), "fields": "userEnteredValue",
                                 "rows": [{"values": [{"userEnteredValue": {"stringValue": "我的备注"}}]}]}})  # fmt: skip

    office.world.before = between
    outcome = sync_round(office.parts).outcomes["laws:a"]
    assert acted and "已补建" in outcome.reason
    office.world.before = None
    rounds(office, 3)
    mine = [
        [cell.entered for row in office.book().sheet(sheet).rows if (cell := row.get(at)) and cell.entered is not None]
        for at in range(office.book().sheet(sheet).column_count)
    ]
    assert ["我的备注"] in mine
    assert checks(office)[:3] == ["✓ 通过", "✓ 通过", "还有1处要改"]


def test_a_rebuild_whose_answer_is_lost_is_done_again(office):
    """The connection breaks off after the columns were put in: the repetition is refused, and nothing is there twice."""
    width = office.book().titled("项目库").column_count
    delete(office, "@check", "@echo")
    office.world.faults.add(action="drop", commit=True, kind="write")
    rounds(office, 5)
    assert checks(office)[:3] == ["✓ 通过", "✓ 通过", "还有1处要改"]
    marks = [item["value"] for item in office.book().metadata.values() if item["key"] == "tianbao.column"]
    assert len(marks) == len(set(marks)) and office.book().titled("项目库").column_count == width


def test_a_book_that_is_not_ours_is_read_and_not_answered(server):
    """Without our marks nothing of ours is put in."""
    office = Office(server, units=[("a", "甲镇")], rows=ROWS)
    office.act("a", {"deleteSheet": {"sheetId": office.book().titled("_status").id}},
               {"deleteSheet": {"sheetId": office.book().titled("_tianbao").id}})  # fmt: skip
    report = sync_round(office.parts)
    outcome = report.outcomes.get("laws:a")
    assert outcome is None or (outcome.kind == "refused" and "不是系统建的" in outcome.reason)
    assert office.book().titled("_status") is None


def test_a_unit_that_only_the_format_shows_is_another_content(office):
    """1.2 shown as 1.20亿元 is 12000万元; the same number shown bare is another content, and so has its own answer."""
    sheet, first, columns = office.place("a")
    look = {"userEnteredFormat": {"numberFormat": {"type": "NUMBER", "pattern": '0.00"亿元"'}}}

    def shown_in_yi(row):
        start = {"sheetId": sheet, "rowIndex": first + row, "columnIndex": columns["total"]}
        body = {"start": start, "rows": [{"values": [look]}], "fields": "userEnteredFormat.numberFormat"}
        office.act("a", {"updateCells": body})

    for row in (3, 4):
        office.type("a", row, "name", "同名项目")
        office.type("a", row, "total", 1.2)
    shown_in_yi(3)
    rounds(office, 2)
    assert {item.values.get("total") for item in office.parts.store.records("laws")} >= {"12000", "1.2"}
    texts = office.column("a", "@check", count=5)
    assert "1.2万元" in texts[4] and "1.2" not in texts[3]
    shown_in_yi(4)
    assert checks(office)[4] != "待同步" and "1.2" not in office.shown("a", 4, "@check"), "it is now what row 3 is"
