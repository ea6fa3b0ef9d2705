"""The .xlsx of a new book, taken apart by openpyxl: what a clerk may do, what is checked, what is ours."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.worksheet import Worksheet

from sheets_templates import catalog
from sheets_templates.builder import build_book
from sheets_templates.plan import BookPlan, Check, Column, EntryTab, Highlight, Paint, PlanError
from sheets_templates.xlsx import write_xlsx
from sync.backends.folder.reader import read_book
from sync.shapes import book_shape
from tests.golden.golden_kit import BUILT, opened
from validators import rawcell
from validators.scheme.models import Scheme

# the book as a whole ------------------------------------------------------------------------------------------


def test_tabs_stand_in_the_order_of_use(book: Workbook) -> None:
    """Guide first, entry tabs, what is to be mended; lists and marks out of sight."""
    assert book.sheetnames == ["填报说明", "项目库", "月度进展", "待改清单", "字典", "_tianbao"]
    assert [sheet.sheet_state for sheet in book] == ["visible"] * 4 + ["veryHidden"] * 2
    assert book.active.title == "填报说明"


def test_the_same_plan_always_gives_the_same_bytes(plan: BookPlan) -> None:
    """A second book from the same plan is the same file, so that it can be compared and signed."""
    assert write_xlsx(plan) == write_xlsx(plan)


def test_document_property_and_marks_tell_scheme_version_and_unit(book: Workbook) -> None:
    """A renamed file is known by what it carries."""
    assert book.custom_doc_props["tianbao_template"].value == "golden;3;a"
    marks = [[cell.value for cell in row if cell.value is not None] for row in book["_tianbao"].iter_rows()]
    assert marks[:5] == [["tianbao"], ["scheme", "golden"], ["version", "3"], ["unit", "a"], ["role", "unit"]]
    assert ["tab", "project", "项目库", "4", "6", "A3"] in marks


def test_our_reader_finds_every_column_and_nothing_to_complain_about(scheme: Scheme, plan: BookPlan) -> None:
    """What the builder writes and what the reader expects are one definition."""
    snapshot = read_book(write_xlsx(plan), book_shape(scheme), name="甲镇.xlsx")
    assert snapshot.findings == []
    assert [(tab.table, tab.rows, list(tab.findings)) for tab in snapshot.tabs] == [
        ("project", [], []),
        ("monthly", [], []),
    ]
    for tab in snapshot.tabs:
        assert list(tab.columns) == [field.name for field in scheme.table(tab.table).fields]


def test_the_commission_book_bears_the_name_of_its_department(scheme: Scheme) -> None:
    assert build_book(scheme, "commission", "commission", built=BUILT).title == "模板试验方案（区发改委）"


def test_an_unknown_owner_role_or_field_is_refused_with_a_sentence(scheme: Scheme) -> None:
    for asked, said in (
        ({"code": "nobody", "role": "unit"}, "没有代码为“nobody”的单位"),
        ({"code": "a", "role": "zjj"}, "没有由“zjj”填报的表"),
        ({"code": "a", "role": "unit", "rows": {"nothing": [{}]}}, "没有这些表：nothing"),
        ({"code": "a", "role": "unit", "rows": {"project": [{"nothing": "1"}]}}, "没有这些栏目：nothing"),
    ):
        with pytest.raises(PlanError, match=said):
            build_book(scheme, built=BUILT, **asked)  # type: ignore[arg-type]


# what a clerk may do ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["项目库", "月度进展", "待改清单"])
def test_nothing_is_locked_where_clerks_sort_and_delete(book: Workbook, title: str) -> None:
    """A locked cell forbids sorting and deleting in its whole table."""
    sheet = book[title]
    assert not sheet.protection.sheet
    assert all(not cell.protection.locked for row in sheet.iter_rows() for cell in row if cell.has_style)


def test_our_columns_refuse_typing_and_say_why(book: Workbook, plan: BookPlan) -> None:
    for tab in plan.tabs:
        for column, check in checks(book, tab).items():
            if column.tone == "ours":
                assert (check.type, check.formula1, check.errorStyle or "stop") == ("custom", "FALSE", "stop")
                assert check.error == "此列由系统回写，请勿填写"
            else:
                assert check is None or check.formula1 != "FALSE"


def test_our_columns_are_grey_and_the_clerks_white(book: Workbook, plan: BookPlan) -> None:
    fills = {"ours": "FFF2F2F2", "system": "FFE8F3EE", "clerk": "00000000"}
    for tab in plan.tabs:
        for index, column in enumerate(tab.columns, 1):
            cell = book[tab.title].cell(tab.first_row, index)
            assert cell.fill.fgColor.rgb == fills[column.tone], column.title


def test_only_our_mechanism_is_hidden(book: Workbook) -> None:
    sheet = book["项目库"]
    assert {sheet.cell(6, at).value for at, item in columns_of(sheet).items() if item.hidden} == {
        "问题字段",
        "内容标识",
    }
    assert sheet.row_dimensions[4].hidden


# what is checked while typing ---------------------------------------------------------------------------------


def test_checks_and_hints_reach_below_the_prepared_rows(book: Workbook, plan: BookPlan) -> None:
    for tab in plan.tabs:
        assert tab.reach - tab.first_row + 1 >= 1000 > tab.last_row
        for column, check in checks(book, tab).items():
            assert (check is None) == (column.check == Check()), column.title


CHECKS = """
place      list     tb_units   -           stop
trade      list     tb_trades  -           warning
site       list     tb_site    -           stop
agreed     list     tb_yesno   -           stop
total      decimal  0          -           warning
done       decimal  0          100         warning
share      decimal  0          -           warning
mark       decimal  0          100         warning
score      decimal  -1000000000000000  -   warning
jobs       whole    0          -           warning
begun_year whole    2000       2100        warning
listed     date     43831      73415       warning
sign       date     36526      73415       warning
uscc       textLength 18       18          warning
code       textLength 20       24          warning
remark     textLength -        60          warning
"""


@pytest.mark.parametrize("line", CHECKS.strip().splitlines())
def test_each_type_of_field_has_its_check(book: Workbook, plan: BookPlan, line: str) -> None:
    name, kind, low, high, style = line.split()
    column, check = next(item for item in checks(book, plan.tab("project")).items() if item[0].name == name)
    found = [check.type, *limits(check), check.errorStyle or "stop"]
    assert found == [kind, low, high, style], column.title
    assert check.allow_blank


def test_a_planned_date_may_be_text_but_not_a_bare_number(book: Workbook, plan: BookPlan) -> None:
    """2025年3月底 is a plan; the number 2025.3 would be a day in 1905."""
    check = next(check for column, check in checks(book, plan.tab("project")).items() if column.name == "start_plan")
    assert (check.type, check.errorStyle) == ("custom", "information")
    assert check.formula1 == "OR(ISTEXT(V7),AND(V7>=36526,V7<=73415))"


def test_hints_keep_the_limits_of_the_programs() -> None:
    """Excel repairs a book whose hint is too long: 32 characters of title, 255 of text, 255 of a formula."""
    for scheme_id in catalog.bundled():
        scheme = catalog.load(scheme_id)
        for role in catalog.roles(scheme):
            code = scheme.units[0].code if role == "unit" else role
            for tab in build_book(scheme, code, role, built=BUILT).tabs:
                for check in (column.check for column in tab.columns):
                    assert max(len(check.prompt_title), len(check.error_title)) <= 32
                    assert max(len(check.prompt), len(check.error), len(check.formula)) <= 255


def test_lists_are_ranges_and_hold_all_choices(book: Workbook, scheme: Scheme) -> None:
    """A list written into the check may hold 255 characters; a range holds any number."""
    wanted = {
        "tb_units": ["甲镇", "乙街道"],  # 旧乡 has ended
        "tb_site": ["标准化厂房", "独立选址"],
        "tb_trades": [choice.value for choice in scheme.choices["trades"]],
        "tb_yesno": ["是", "否"],
        "tb_month": ["2024-10", "2024-11", "2024-12"]
        + [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13)],
    }
    assert len("".join(wanted["tb_trades"])) + len(wanted["tb_trades"]) > 255 - 60
    assert {name: items(book, name) for name in wanted} == wanted


def test_the_units_own_projects_are_a_list_that_grows_with_the_tab(book: Workbook, plan: BookPlan) -> None:
    """Anchored on the header, so that deleting the first row breaks nothing; counted to the last filled cell."""
    formula = book.defined_names["tb_own_project"].attr_text
    assert formula.startswith("OFFSET('项目库'!$D$6,1,0,")
    assert f"'项目库'!$D$6:$D${plan.tab('project').reach}" in formula
    check = next(check for column, check in checks(book, plan.tab("monthly")).items() if column.name == "project")
    assert (check.type, check.formula1) == ("list", "tb_own_project")


def test_a_check_the_program_refuses_is_an_error_and_no_silence(plan: BookPlan) -> None:
    """XlsxWriter only answers a code or warns; a template must not lose a check unseen."""
    tab = plan.tabs[0]
    for wrong in (
        Check("custom", formula="=TRUE", prompt_title="题", prompt="长" * 256),
        Check("custom", formula="=TRUE", error_title="题", error="长" * 256),
    ):
        columns = (replace(tab.columns[0], check=wrong), *tab.columns[1:])
        with pytest.raises(PlanError):
            write_xlsx(replace(plan, tabs=(replace(tab, columns=columns), *plan.tabs[1:])))


# codes, dates, money ------------------------------------------------------------------------------------------


def test_codes_are_text_cells_and_dates_are_dates(book: Workbook, plan: BookPlan) -> None:
    """Typed into a text cell, an 18-digit code keeps all its digits; the column's own style says so too."""
    formats = {
        "uscc": "@",
        "code": "@",
        "tel": "@",
        "span": "@",
        "sign": "yyyy-mm-dd",
        "start_plan": "yyyy-mm-dd",
        "total": "General",
    }
    tab, sheet = plan.tab("project"), book["项目库"]
    for index, column in enumerate(tab.columns, 1):
        if column.name in formats and column.tone != "ours":
            assert sheet.cell(tab.first_row, index).number_format == formats[column.name]
            assert columns_of(sheet)[index].number_format == formats[column.name]


def test_headers_carry_units_and_stars(book: Workbook) -> None:
    titles = {cell.value for cell in book["项目库"][6]}
    assert {"*项目名称", "*总投资（万元）", "总投资额（亿元）", "形象进度（%）", "用工人数（人）", "情况说明"} <= titles


PREFILLED = {
    "name": "=HYPERLINK(\"http://example.com\",\"点我\")",
    "owner_company": "+1+1",
    "uscc": "91340403MA2TB0015G",
    "total": Decimal("12000.5"),
    "sign": date(2025, 3, 1),
    "start": rawcell.number("2025.3"),
    "start_plan": "2025年3月底",
    "share": rawcell.number("0.55", "%"),
    "jobs": 20,
    "agreed": rawcell.boolean(True),
    "remark": "#REF!",
    "story": "@SUM(1)",
    "tel": "13855412345",
}  # fmt: skip


def test_prefilled_rows_come_back_as_they_were_given(scheme: Scheme) -> None:
    """Text stays text, whatever it begins with; a bare number in a date column stays a bare number."""
    data = write_xlsx(build_book(scheme, "a", "unit", rows={"project": [PREFILLED]}, built=BUILT))
    assert not formulas(data)
    row = read_book(data, book_shape(scheme)).tab("project").rows[0]  # type: ignore[union-attr]
    cells = dict(zip((field.name for field in scheme.table("project").fields), row.cells, strict=True))
    assert {name: cells[name] for name in PREFILLED} == {
        **PREFILLED,
        "total": rawcell.number("12000.5"),
        "sign": rawcell.from_date(date(2025, 3, 1)),
        "jobs": rawcell.number("20"),
    }


def test_a_number_too_long_for_a_spreadsheet_stays_a_text(scheme: Scheme) -> None:
    rows = {"project": [{"name": "甲", "code": Decimal("20253404030401123456")}]}
    row = (
        read_book(write_xlsx(build_book(scheme, "a", "unit", rows=rows, built=BUILT)), book_shape(scheme))
        .tab("project")
        .rows[0]
    )  # type: ignore[union-attr]
    assert "20253404030401123456" in row.cells


# marks --------------------------------------------------------------------------------------------------------


def test_faulty_cells_are_marked_by_what_the_hidden_column_says(book: Workbook, plan: BookPlan) -> None:
    """|name| is red, ?name? is yellow; the name is read off the hidden mark row, which moves with the column."""
    rules = marks(book["项目库"])
    red, yellow = rules["D7:AE1006"]
    assert red.formula == ['ISNUMBER(FIND("|"&MID(D$4,FIND(".",D$4)+1,99)&"|",$AK7))']
    assert yellow.formula == ['ISNUMBER(FIND("?"&MID(D$4,FIND(".",D$4)+1,99)&"?",$AK7))']
    assert (red.priority, red.stopIfTrue) < (yellow.priority, True)
    assert red.dxf.fill.bgColor.rgb == "FFFFC7CE"


def test_answers_that_no_longer_belong_to_their_row_are_struck_out(book: Workbook, plan: BookPlan) -> None:
    """Each of our texts compares 内容标识 with the row as it reads now; long texts and pictures are left out."""
    rules = marks(book["项目库"])
    for letter in ("B", "C", "AF", "AG", "AH", "AI"):
        first = rules[f"{letter}7:{letter}1006"][0]
        assert first.formula[0].startswith('AND($AL7<>"",$AL7<>$D7&"|"&$E7&"|"&')
        assert first.dxf.font.strike
        assert "$Q7" not in first.formula[0]  # 建设内容
        assert len(first.formula[0]) < 8192


def test_status_colours_go_with_words_and_the_longer_word_wins(book: Workbook) -> None:
    """逾期完成 is no 逾期: the shorter word counts only where it is not part of the longer."""
    formulas = [rule.formula[0] for rule in marks(book["项目库"])["C7:C1006"]]
    overdue = next(text for text in formulas if 'FIND("逾期",' in text)
    assert '"逾期完成","")' in overdue
    assert any('FIND("按期完成",' in text for text in formulas)


def test_a_mark_the_program_refuses_is_an_error(plan: BookPlan) -> None:
    tab = replace(plan.tabs[0], highlights=(Highlight("XFE1:XFE5", "=TRUE", Paint(fill="#FFFFFF"), "没有这一列"),))
    with pytest.raises(PlanError):
        write_xlsx(replace(plan, tabs=(tab, *plan.tabs[1:])))


# on screen and on paper ---------------------------------------------------------------------------------------


def test_panes_are_frozen_at_the_name(book: Workbook) -> None:
    assert (book["项目库"].freeze_panes, book["月度进展"].freeze_panes) == ("E7", "E6")
    assert book["项目库"].auto_filter.ref == "A6:AL18"


@pytest.mark.parametrize(
    ("title", "paper", "pages", "rows", "columns"),
    [("项目库", 8, 2, "$5:$6", "$D:$D"), ("月度进展", 9, 1, "$5:$5", None)],
)
def test_entry_tabs_print_landscape_one_page_wide_with_repeated_heads(
    book: Workbook, title: str, paper: int, pages: int, rows: str, columns: str | None
) -> None:
    """Only where letters would become too small there are more pages side by side, each with the name again."""
    sheet = book[title]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", paper)
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (pages, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.print_title_rows, sheet.print_title_cols) == (rows, columns)
    assert "填报单位（盖章）：甲镇" in sheet.oddFooter.left.text
    assert "填报人：" in sheet.oddFooter.right.text and "审核人：" in sheet.oddFooter.right.text


def test_the_head_has_a_place_for_stamp_and_signatures(book: Workbook) -> None:
    assert book["项目库"]["A1"].value == "模板试验方案项目库"
    signs = [cell.value for cell in book["项目库"][2] if cell.value]
    assert signs == ["填报单位（盖章）：甲镇", "填报人：", "审核人：", "联系电话：", "填报日期：", "单位：万元"]


def test_the_guide_explains_every_field_and_leads_to_every_group(book: Workbook, scheme: Scheme) -> None:
    sheet = book["填报说明"]
    texts = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value}
    for table in scheme.tables_of("unit"):
        assert {field.title for field in table.fields} <= {re.sub("（.*）$", "", text) for text in texts}
    links = {cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert {"'项目库'!A1", "'月度进展'!A1", "'项目库'!$D$6", "'项目库'!$R$6"} <= links
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (
        "portrait",
        1,
        0,
    )


def test_groups_of_a_very_wide_tab_fold_down_to_their_first_column(scheme: Scheme) -> None:
    """Level 2 is what need not be printed; nothing is folded at the start, or a paste would fill what nobody sees."""
    plan = build_book(widened(scheme), "a", "unit", built=BUILT)
    sheet = opened(write_xlsx(plan))["项目库"]
    assert not sheet.sheet_properties.outlinePr.summaryRight
    levels: dict[str, list[int]] = {}
    for index, column in enumerate(plan.tab("project").columns, 1):
        found = columns_of(sheet)[index]
        assert found.hidden == column.hidden
        levels.setdefault(column.group, []).append(found.outlineLevel)
    assert levels["责任"] == [0, 1, 1, 1, 2]
    assert levels["基本"] == [0, 1, 1, 1, 1, 1, 1, 2, 1]
    assert set(levels[""]) == {0}
    assert any("收起的栏目不打印" in line.cells[0] for line in plan.guide.lines if line.cells)


def test_neighbouring_groups_differ_in_colour(book: Workbook) -> None:
    fills = {book["项目库"][place].fill.fgColor.rgb for place in ("D5", "M5", "R5", "Z5")}
    assert len(fills) == 4


@pytest.mark.parametrize("scheme_id", sorted(catalog.bundled()))
def test_every_bundled_scheme_makes_books_for_all_who_fill(scheme_id: str) -> None:
    """No warning of the writer, no limit passed, and the reader finds every column again."""
    scheme = catalog.load(scheme_id)
    for role in catalog.roles(scheme):
        code = scheme.units[0].code if role == "unit" else role
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            data = write_xlsx(build_book(scheme, code, role, built=BUILT))
        snapshot = read_book(data, book_shape(scheme, role))
        assert snapshot.findings == []
        assert all(list(tab.columns) == [f.name for f in scheme.table(tab.table).fields] for tab in snapshot.tabs)
        assert [tab.table for tab in snapshot.tabs] == [table.name for table in scheme.tables_of(role)]


# helpers ------------------------------------------------------------------------------------------------------


def checks(book: Workbook, tab: EntryTab) -> dict[Column, DataValidation]:
    """Column → the check that covers its whole reach, None where there is none."""
    sheet = book[tab.title]
    found: dict[Column, DataValidation | None] = {}
    for index, column in enumerate(tab.columns, 1):
        letter = get_column_letter(index)
        spot = f"{letter}{tab.first_row}:{letter}{tab.reach}"
        found[column] = next((item for item in sheet.data_validations.dataValidation if str(item.sqref) == spot), None)
    return found  # type: ignore[return-value]


def columns_of(sheet: Worksheet) -> dict[int, ColumnDimension]:
    """Column → its entry; the file groups equal neighbours into one."""
    found = {}
    for dimension in sheet.column_dimensions.values():
        dimension.reindex()
        found |= dict.fromkeys(range(dimension.min, dimension.max + 1), dimension)
    return found


def limits(check: DataValidation) -> tuple[str, str]:
    first, second = check.formula1 or "", check.formula2 or ""
    if check.operator == "lessThanOrEqual":
        return "-", first
    return first, second or "-"


def items(book: Workbook, name: str) -> list[str]:
    (title, spot) = next(iter(book.defined_names[name].destinations))
    return [row[0].value for row in book[title][spot]]


def marks(sheet: Worksheet) -> dict[str, list]:  # type: ignore[type-arg]
    return {str(item.sqref): list(item.rules) for item in sheet.conditional_formatting}


def formulas(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        parts = [file.read(name).decode() for name in file.namelist() if name.startswith("xl/worksheets/sheet")]
    return [text for part in parts for text in re.findall(r"<c [^>]*><f", part)]


def widened(scheme: Scheme) -> Scheme:
    """The same with a dozen more columns in a group of their own."""
    table = scheme.table("project")
    model = table.field("remark")
    more = tuple(model.model_copy(update={"name": f"more{n}", "title": f"更多{n}", "group": "更多"}) for n in range(14))
    wide = table.model_copy(update={"fields": (*table.fields[:-1], *more, table.fields[-1])})
    return scheme.model_copy(update={"tables": (wide, *scheme.tables[1:])})
