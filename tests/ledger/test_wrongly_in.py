"""What must never get into a book wrongly without a word: plans as actual dates, rows of other places, amounts in other
units, figures of a table beside the ledger, index rows, forms. What cannot be decided is told."""

from __future__ import annotations

from typing import Any

import pytest
from openpyxl import Workbook

from app.ledger.study import NotImported, accept_sure
from sync.ledger.records import Entry
from tests.ledger import kit, paper
from tests.ledger.conftest import Place, names
from validators.rawcell import show

FIRM = "安徽甲科技有限公司"


def ledger(*rows: list[Any], merges: tuple[str, ...] = (), tab: str = "Sheet1") -> Workbook:
    book, sheet = paper.new(tab)
    paper.put(sheet, 1, rows, merges)
    return book


def taken(book: Workbook, **options: str) -> list[Entry]:
    """As with --yes: what is not sure is left out."""
    found = kit.studied(book, **options)
    found.mappings = [accept_sure(item) for item in found.mappings]
    return kit.entries(found)


def dates(entry: Entry) -> dict[str, str]:
    kept = ("start_plan", "start_actual", "finish_plan", "finish_actual", "sign_date")
    return {name: show(raw) for name, raw in entry.cells.items() if name in kept}


def told(entry: Entry, part: str) -> list[bool]:
    return [note.sure for note in entry.notes if part in note.message]


# units ---------------------------------------------------------------------------------------------------------------

HEAD = ["序号", "项目名称", "总投资", "签约日期"]
ROW = [1, "甲项目", 1.2, "2025-03-01"]


@pytest.mark.parametrize(
    ("rows", "tab"),
    [
        ([HEAD, ROW, ["单位：亿元"]], "Sheet1"), ([HEAD, ROW, ["注：表中投资单位为亿元"]], "Sheet1"),
        ([HEAD, ROW, ["说明：投资额均按亿元填报"]], "Sheet1"), ([HEAD, ROW, ["注：1.总投资单位：亿元；2.年度投资单位：万元"]], "Sheet1"),
        ([HEAD, ROW, ["备注：1.本表金额均以亿元为单位；2.每月报送。"]], "Sheet1"), ([HEAD, ROW, ["计量单位", "亿元"]], "Sheet1"),
        ([["计量单位", "亿元"], HEAD, ROW], "Sheet1"), ([HEAD, ROW], "项目（亿元）"), ([["重点项目（单位：亿元）"], HEAD, ROW], "Sheet1"),
        ([HEAD, [None, None, "亿元", None], ROW], "Sheet1"), ([HEAD, [None, None, "（亿元）", "（年月日）"], ROW], "Sheet1"),
    ],
)  # fmt: skip
def test_a_unit_counts_wherever_it_is_written(rows: list[list[Any]], tab: str) -> None:
    (entry,) = taken(ledger(*rows, tab=tab))
    assert (entry.name, entry.refused, entry.values["total_investment"]) == ("甲项目", "", "12000")


@pytest.mark.parametrize(
    "note", ["注：产值单位为亿元", "注：总投资1亿元以上的项目都要填报", "填报单位：安成镇", "说明：建设单位为亿元公司"]
)
def test_units_of_other_things_are_none_of_the_column(note: str) -> None:
    (entry,) = taken(ledger(HEAD, [1, "甲项目", 12000, "2025-03-01"], [note]))
    assert entry.values["total_investment"] == "12000"


def test_a_unit_of_one_column_is_not_that_of_another() -> None:
    book = ledger(["序号", "项目名称", "总投资", "融资需求"], [1, "甲项目", 12000, 0.5], ["注：融资需求单位为亿元"])
    (entry,) = taken(book)
    assert (entry.values["total_investment"], entry.values["loan_demand"]) == ("12000", "5000")


def test_a_column_of_units_says_it_row_by_row() -> None:
    book = ledger(
        ["序号", "项目名称", "单位", "总投资"],
        [1, "甲项目", "亿元", 12],
        [2, "乙项目", "万元", 12000],
        [3, "丙项目", "亿", 3],
    )
    assert [entry.values["total_investment"] for entry in taken(book)] == ["120000", "12000", "30000"]


def test_two_units_are_none(place: Place) -> None:
    """Above stands 万元, below 亿元: a person decides; --yes leaves the column out and that is a problem."""
    book = ledger([None, None, "单位：万元"], HEAD, ROW, ["注：表中投资单位为亿元"])
    item = kit.studied(book).mappings[0].column_of("total_investment")
    assert item is not None and not item.sure and "万元、亿元" in item.reason
    document = place.imported(place.ledger(book), "--yes")
    assert document["problems"] == 1 and "总投资" in document["missed"][0]


# whose ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("below", [None, "〃", "同上", '"'])
def test_a_place_written_once_for_a_block_holds_for_its_rows(below: str | None) -> None:
    book = ledger(
        ["序号", "项目名称", "属地", "总投资（万元）"], [1, "甲项目", "安成镇", 1000], [2, "乙项目", below, 2000],
        [3, "丙项目", "曹庵镇", 3000], [4, "丁项目", below, 4000], [5, "戊项目", below, 5000], [6, "己项目", "安成镇", 5000],
    )  # fmt: skip
    found = taken(book)
    assert [entry.name for entry in found if not entry.refused] == ["甲项目", "乙项目", "己项目"]
    assert "第4行" in found[3].refused and "曹庵镇" in found[3].refused


def test_rows_above_the_first_place_are_told() -> None:
    book = ledger(
        ["序号", "项目名称", "属地", "总投资（万元）"],
        [1, "甲项目", None, 1000],
        [2, "乙项目", "曹庵镇", 2000],
        [3, "丙项目", "安成镇", 1000],
    )
    assert [told(entry, "“属地”没有写，是不是安成镇的项目") for entry in taken(book)] == [[False], [], []]


def test_a_section_begins_anew_whose_its_rows_are() -> None:
    book = ledger(
        ["序号", "项目名称", "属地", "总投资（万元）"], ["一、续建项目"], [1, "甲项目", "曹庵镇", 1000], ["二、安成镇项目"], [1, "乙项目", None, 2000],
    )  # fmt: skip
    assert [bool(entry.refused) for entry in taken(book)] == [True, False]


def test_places_beside_departments() -> None:
    """Few cells of 责任单位 are places: they count all the same, and a department leaves it open."""
    book = ledger(
        ["序号", "项目名称", "总投资（万元）", "责任单位"], [1, "甲项目", 1000, "安成镇"], [2, "丙项目", 2000, "曹庵镇"],
        [3, "丁项目", 3000, "区住建局"], [4, "戊项目", 4000, "安成镇、区住建局"], [5, "己项目", 4000, "区住建局"],
    )  # fmt: skip
    found = taken(book)
    assert [bool(entry.refused) for entry in found] == [False, True, False, False, False]
    assert [told(entry, "是不是安成镇的项目") for entry in found] == [[], [], [False], [], [False]]


def test_in_a_ledger_of_its_own_departments_are_no_question() -> None:
    book = ledger(
        ["序号", "项目名称", "总投资（万元）", "责任单位"], [1, "甲项目", 1000, "安成镇"], [2, "丁项目", 3000, "区住建局"], [3, "己项目", 4000, None],
    )  # fmt: skip
    assert [(entry.refused, entry.notes) for entry in taken(book)] == [("", [])] * 3


def test_the_district_of_us_all_says_nothing() -> None:
    book = ledger(
        ["序号", "项目名称", "属地", "总投资（万元）"],
        [1, "甲项目", "田家庵区", 1000],
        [2, "乙项目", "淮南市田家庵区", 2000],
    )
    assert [entry.refused for entry in taken(book)] == ["", ""]


# planned and actual --------------------------------------------------------------------------------------------------


def test_a_row_of_plans_and_a_row_of_facts() -> None:
    book = ledger(
        ["序号", "项目名称", "总投资（万元）", "类别", "签约", "开工", "竣工"],
        [1, "甲项目", 1000, "计划", "2025-03-01", "2025-04-01", "2025-05-01"], [None, None, None, "实际", "2025-03-05", None, None],
        [2, "乙项目", 2000, "计划", "2025-03-01", "2025-05-01", "2026-03-01"], [None, None, None, "实际", "2025-03-01", "2025-05-08", None],
        merges=("A2:A3", "B2:B3", "C2:C3", "A4:A5", "B4:B5", "C4:C5"),
    )  # fmt: skip
    first, second = taken(book)
    assert dates(first) == {"sign_date": "2025-03-05", "start_plan": "2025-04-01", "finish_plan": "2025-05-01"}
    assert told(first, "“2025-03-01”写在“计划”这一行，不是“签约日期”，没有带入") == [False]
    assert dates(second) == {
        "sign_date": "2025-03-01", "start_plan": "2025-05-01", "start_actual": "2025-05-08", "finish_plan": "2026-03-01",
    }  # fmt: skip
    assert not told(second, "没有带入") and first.values["total_investment"] == "1000"


@pytest.mark.parametrize(
    ("section", "planned", "sure"),
    [
        ("二、计划开工项目（未开工）", True, [True]), ("（二）签约未开工项目", True, [True]), ("二、拟建项目", True, [True]), ("二、2025年计划开工项目", True, [False]),
        ("二、已开工项目", False, []), ("二、未竣工已开工项目", False, []), ("二、在建项目", False, []),
    ],
)  # fmt: skip
def test_a_section_of_projects_to_start(section: str, planned: bool, sure: list[bool]) -> None:
    book = ledger(
        ["序号", "项目名称", "总投资（万元）", "签约时间", "开工时间"], ["一、已开工项目"], [1, "甲项目", 1000, "2025-03-01", "2025-04-01"],
        [section], [2, "乙项目", 2000, "2025-03-01", "2025-05-30"],
    )  # fmt: skip
    first, second = taken(book)
    assert dates(first) == {"sign_date": "2025-03-01", "start_actual": "2025-04-01"}
    assert dates(second) == {"sign_date": "2025-03-01", "start_plan" if planned else "start_actual": "2025-05-30"}
    assert told(second, "带入“开工计划日期”") == sure


@pytest.mark.parametrize(("title", "sure"), [("表二 签约未开工项目", True), ("安成镇2025年计划开工项目表", False)])
def test_a_title_of_projects_to_start(title: str, sure: bool) -> None:
    head = ["序号", "项目名称", "总投资（万元）", "签约时间", "开工时间"]
    (entry,) = taken(ledger([title], head, [1, "甲项目", 1000, "2025-03-01", "2025-05-30"]))
    assert dates(entry) == {"sign_date": "2025-03-01", "start_plan": "2025-05-30"}
    assert told(entry, "带入“开工计划日期”") == [sure]


def test_days_to_come_are_plans() -> None:
    head = ["序号", "项目名称", "总投资（万元）", "签约时间", "开工时间", "竣工时间"]
    book = ledger(
        head, [1, "甲项目", 1000, "2025-03-01", "2025-04-01", "2026年底"], [2, "乙项目", 1000, "2025-08-01", "2025-08-01", "2026-06-01"],
        [3, "丙项目", 1000, "2025-03-01", "计划2025年5月", "2026.6"],
    )  # fmt: skip
    found = kit.studied(book)
    item = found.mappings[0].column_of("finish_plan")
    assert item is not None and item.letters == "F" and "日期都还没到" in item.reason
    assert found.mappings[0].column_of("finish_actual") is None
    first, second, third = kit.entries(found)
    assert dates(first) == {"sign_date": "2025-03-01", "start_actual": "2025-04-01", "finish_plan": "2026-12-31"}
    assert dates(second)["start_plan"] == "2025-08-01" and "start_actual" not in dates(second)
    assert told(second, "还没到，带入“开工计划日期”") == [True]
    assert told(second, "还没到，这一栏只填已经发生的日期") == [False], "nobody plans 签约 here: it is carried and told"
    assert dates(third)["start_plan"] == "2025-05" and told(third, "写的是计划")


def test_a_day_to_come_beside_a_column_of_plans_is_left_out() -> None:
    book = ledger(
        ["序号", "项目名称", "总投资（万元）", "计划开工时间", "开工时间"], [1, "甲项目", 1000, "2025-03", "2025-03-01"],
        [2, "乙项目", 1000, "2025-09", "2025-10-01"],
    )  # fmt: skip
    second = taken(book)[1]
    assert dates(second) == {"start_plan": "2025-09"} and told(second, "没有带入") == [False]


@pytest.mark.parametrize("cell", ["2025年6月底前", "2025-05-10前", "5月底前（力争）"])
def test_before_a_day_is_a_plan(cell: str) -> None:
    book = ledger(["序号", "项目名称", "总投资（万元）", "开工（计划开工）时间"], [1, "甲项目", 1000, cell])
    assert list(dates(taken(book)[0])) == ["start_plan"]


# what is no part of the ledger ---------------------------------------------------------------------------------------


def test_a_small_table_beside_the_ledger_fills_nothing() -> None:
    book = ledger(
        ["序号", "项目名称", "总投资（万元）", None, "阶段", "个数", "总投资", "签约日期"],
        [1, "甲项目", 1000, None, "在建", 2, 3000, "2025-03-01"], [2, "乙项目", 2000, None, "合计", 2, 3000, "2025-03-01"],
    )  # fmt: skip
    found = kit.studied(book)
    item = found.mappings[0].column_of("sign_date")
    assert item is not None and not item.sure and "隔着空列" in item.reason
    assert [entry.values["total_investment"] for entry in kit.entries(found)] == ["1000", "2000"]


def test_empty_columns_between_all_columns_are_only_drawn() -> None:
    rows = [
        ["序号", None, "项目名称", None, "总投资（万元）", None, "签约日期"],
        [1, None, "甲项目", None, 1000, None, "2025-03-01"],
    ]
    (entry,) = taken(ledger(*rows))
    assert entry.values == {"project_name": "甲项目", "total_investment": "1000", "sign_date": "2025-03-01"}


@pytest.mark.parametrize("title", ["总投资（万元）", "总投资"])
def test_a_hidden_double_comes_last(title: str) -> None:
    book = ledger(["序号", "项目名称", title, "总投资（万元）"], [1, "甲项目", 9999, 12000], [2, "乙项目", 9999, 8000])
    book["Sheet1"].column_dimensions["C"].hidden = True
    assert [entry.values["total_investment"] for entry in taken(book)] == ["12000", "8000"]


@pytest.mark.parametrize("gap", [[None], []])
def test_a_table_in_two_halves_is_read_whole(place: Place, gap: list[Any]) -> None:
    head = ["序号", "项目名称", "总投资（万元）", "项目单位"]
    book = ledger(
        ["安成镇项目一览"], [*head, *gap, *head], [1, "甲项目", 1000, FIRM, *gap, 3, "丙项目", 3000, FIRM], [2, "乙项目", 2000, FIRM],
        merges=("A1:H1",),
    )  # fmt: skip
    document = place.imported(place.ledger(book), "--yes")
    assert names(place) == ["甲项目", "乙项目", "丙项目"]
    assert (document["counts"]["taken"], document["other_tabs"]) == (3, [])


def test_two_names_of_one_project_are_no_halves() -> None:
    book = ledger(
        ["序号", "备案情况", None, "入库情况", None], [None, "项目名称", "总投资（万元）", "项目名称", "总投资（万元）"],
        [1, "甲项目", 1000, "甲厂房", 900], [2, "乙项目", 2000, "乙厂房", 1900], merges=("A1:A2", "B1:C1", "D1:E1"),
    )  # fmt: skip
    assert len(kit.studied(book).mappings) == 1


def test_stages_in_the_first_column_make_no_form() -> None:
    book = ledger(
        ["阶段", "项目名称", "总投资（万元）"],
        ["签约", "甲项目", 1000],
        ["开工", "乙项目", 2000],
        ["竣工", "丙项目", 3000],
    )
    assert len(kit.entries(kit.studied(book))) == 3


def test_a_form_is_no_ledger() -> None:
    book, sheet = paper.new("甲项目")
    form = [["项目基本情况表"], ["项目名称", "甲项目", "项目单位", FIRM], ["总投资（万元）", 12000, "签约日期", "2025.3.1"],
            ["行业", "专用设备制造业", "属地", "安成镇"], ["建设内容", "建设厂房3栋"], ["备注", "无"]]  # fmt: skip
    paper.put(sheet, 1, form, ["A1:D1"])
    with pytest.raises(NotImported, match="甲项目是竖着排的登记表"):
        kit.studied(book)
    paper.put(
        book.create_sheet("台账"), 1, [HEAD, [1, "乙项目", 1000, "2025-03-01"], [2, "丙项目", 2000, "2025-03-01"]]
    )
    found = kit.studied(book)
    assert ([item.tab for item in found.mappings], found.others) == (["台账"], ["甲项目（登记表，不能导入）"])


@pytest.mark.parametrize(
    "index", [["甲", "乙", "丙", "丁", "戊"], [1, 2, 3, 4, 5], ["栏次", 1, 2, 3, 4], ["甲", "乙", 1, "2=1", 3]]
)
def test_the_numbers_of_columns_are_no_project(index: list[Any]) -> None:
    head = ["序号", "项目名称", "总投资（万元）", "项目单位", "签约日期"]
    found = kit.studied(ledger(head, index, [1, "甲项目", 1000, FIRM, "2025-03-01"]))
    assert [entry.name for entry in kit.entries(found)] == ["甲项目"]
    assert [line.kind for line in kit.lines(found)] == ["header", "data"]


# months, formulas, titles --------------------------------------------------------------------------------------------


def monthly(*months: int) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    for month in months:
        sheet = book.create_sheet(f"{month}月")
        rows = [[f"安成镇{month}月项目进展"], ["序号", "项目名称", "总投资（万元）", "本月完成投资", "累计完成投资"]]
        rows += [[at, f"项目{at}号", 1000 + month, 10 * month, 100 * month] for at in range(1, 4 - (month > 5))]
        paper.put(sheet, 1, rows)
    return book


def test_of_tabs_named_after_months_the_latest_that_has_begun_is_taken() -> None:
    """Though an earlier one has more rows; 7月 is made already and is to come."""
    found = kit.studied(monthly(4, 5, 6, 7))
    assert ([item.tab for item in found.mappings], found.others) == (["6月"], ["4月", "5月", "7月"])


def test_the_month_comes_from_the_tab_or_the_title() -> None:
    """Where nothing says it, or two things are said, nobody guesses, and that is a problem."""
    found = kit.studied(monthly(4, 5, 6), table="monthly_progress")
    assert [kit.shown(entry)["month"] for entry in kit.entries(found)] == ["2025-06", "2025-06"]
    book = monthly(5)
    book["5月"].title = "进展"
    assert kit.studied(book, table="monthly_progress").mappings[0].fixed == {"month": "2025-05"}
    book["进展"].title = "4月"
    assert kit.studied(book, table="monthly_progress").mappings[0].fixed == {}, (
        "the tab says another month than the title"
    )


def test_formulas_without_a_result_are_told_as_such(place: Place) -> None:
    book = ledger(
        ["序号", "项目名称", "总投资（万元）", "签约日期"], [1, "甲项目", "=C9+D9", "2025-03-01"], [2, "乙项目", "=C8+D8", "2025-03-01"],
    )  # fmt: skip
    document = place.imported(place.ledger(book), "--yes")
    assert document["problems"] == 2 and all("还没有算出结果" in note["message"] for note in document["notes"])


def test_a_required_column_that_was_left_out_is_a_problem(place: Place) -> None:
    book = ledger(HEAD, [1, "甲项目", "见附件", "2025-03-01"], [2, "乙项目", "待核实内容", "2025-03-01"])
    document = place.imported(place.ledger(book), "--yes")
    assert document["problems"] == 1 and "内容多数不像金额" in document["missed"][0]


def test_titles_that_are_clear() -> None:
    book = ledger(
        ["序号", "备案项目名称", "统计库项目名称", "时间节点", None], [None, None, None, "签约", "开工"], [None, None, None, "日期", "日期"],
        [1, "甲项目", "甲厂房", "2025-03-01", "2025-04-01"], merges=("A1:A3", "B1:B3", "C1:C3", "D1:E1"),
    )  # fmt: skip
    (entry,) = taken(book)
    assert entry.name == "甲项目" and dates(entry) == {"sign_date": "2025-03-01", "start_actual": "2025-04-01"}
