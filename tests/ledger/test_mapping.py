"""Ledgers of many layouts: the header is found, each column goes where it belongs and says why."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from openpyxl import Workbook

from app.ledger.study import NotImported, accept_sure, keep_rest, redirected, study
from sheets_templates import catalog
from sync.ledger.mapping import Proposal
from tests.ledger import kit, paper

BOTH = "开工计划日期/开工实际日期"
# workbook, tab, owner → table, header rows, unit of the sheet, column → field
LAYOUTS = [
    (paper.progress, "2025年", kit.UNIT, "项目库", "4", "万元",
     {"B": "项目名称", "C": "项目单位", "E": "总投资", "M": BOTH, "N": "情况说明"}),
    (paper.districts, "总表", kit.UNIT, "项目库", "4至6", "万元",
     {"B": "属地", "C": "项目名称", "D": "总投资", "G": "项目单位", "H": "联络员电话", "I": BOTH, "J": "情况说明"}),
    (paper.permits, "Sheet1", kit.UNIT, "项目库", "2至3", "",
     {"B": "项目名称", "C": "总投资", "I": "环评实际日期", "J": "能评实际日期", "K": "施工许可实际日期", "L": "能评是否适用", "O": "属地",
      "P": "区包保领导"}),
    (paper.months, "项目汇总", kit.UNIT, "项目库", "1", "", {"A": "项目名称", "C": "总投资", "F": "属地", "G": "区包保领导"}),
    (paper.instructions, "汇总", kit.UNIT, "项目库", "1", "",
     {"B": "项目单位", "D": "统一社会信用代码", "F": "项目名称", "H": "开工实际日期", "I": "竣工实际日期", "J": "总投资",
      "K": "投资项目统一代码"}),
    (paper.problem_list, "问题清单", kit.UNIT, "问题清单", "2", "",
     {"B": "项目名称", "C": "问题类型", "D": "提出日期", "E": "问题内容", "F": "责任人", "G": "整改措施", "H": "整改完成日期"}),
    (paper.ancestor, "明细表", kit.UNIT, "项目库", "3", "",
     {"B": "项目名称", "E": "总投资", "I": "行业", "J": "项目单位", "K": "联络员", "L": "联络员电话"}),
    (paper.tall_rows, "台账", kit.UNIT, "项目库", "2", "万元",
     {"B": "属地", "C": "项目名称", "D": "总投资", "E": "联络员", "F": "联络员电话", "G": "采购存在问题", "H": "签约日期"}),
    (paper.hidden_and_ghosts, "6月", kit.UNIT, "项目库", "2", "",
     {"B": "项目名称", "C": "总投资", "D": "签约日期", "E": "统一社会信用代码", "F": "情况说明"}),
    (paper.by_place, "全区", kit.UNIT, "项目库", "2", "",
     {"B": "项目名称", "C": "项目单位", "D": "总投资", "E": "签约日期", "F": "开工计划日期"}),
    (paper.monthly, "5月", kit.UNIT, "月度进展", "2", "",
     {"B": "项目名称", "C": "本月完成投资", "D": "累计完成投资", "E": "形象进度", "F": "存在问题", "G": "下步措施"}),
    (paper.evaluation, "评价", "commission", "五比评价", "2至3", "",
     {"A": "季度", "B": "项目", "C": "参建单位", "D": "角色", "E": "信用代码", "F": "进度", "G": "效益", "H": "安全", "I": "质量", "J": "环保",
      "K": "结果"}),
    (paper.nameless, "Sheet1", kit.UNIT, "项目库", "1", "", {"A": "项目名称", "B": "总投资", "D": "投资项目统一代码", "E": "选址类型"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("make", "tab", "owner", "table", "rows", "unit", "expected"), LAYOUTS, ids=[item[0].__name__ for item in LAYOUTS]
)
def test_columns_go_where_they_belong(
    make: Callable[[], Workbook], tab: str, owner: str, table: str, rows: str, unit: str, expected: dict[str, str]
) -> None:
    found = kit.studied(make(), tab, owner=owner)
    (mapping,) = found.mappings
    assert (found.table.title, mapping.header.rows, mapping.header.unit) == (table, rows, unit)
    assert kit.mapped(found) == expected
    assert all(item.reason for item in mapping.columns), "every column says why it goes there, or why nowhere"


def column(found: kit.Study, letters: str) -> Proposal:
    return next(item for item in found.mappings[0].columns if item.letters == letters)


@pytest.mark.parametrize(
    ("make", "letters", "sure", "reason"),
    [
        (paper.progress, "B", True, "列名相同"),
        (paper.progress, "C", True, "别名“投资主体”"),
        (paper.progress, "M", True, "计划和实际写在一列"),
        (paper.permits, "C", True, "去掉单位、年月和填写说明后列名相同"),
        (paper.permits, "I", True, "别名“环评”"),
        (paper.permits, "J", False, "内容多数不像日期"),
        (paper.permits, "O", False, "内容像单位名称"),
        (paper.instructions, "B", True, "去掉括号后列名相同"),
        (paper.instructions, "J", True, "去掉括号后列名相同"),
        (paper.nameless, "B", True, "没有写单位，按万元"),
        (paper.nameless, "D", False, "内容像项目代码"),
        (paper.nameless, "E", False, "内容像下拉里的词"),
        (paper.tall_rows, "G", False, "列名和“采购存在问题”相近"),
    ],
)
def test_how_sure_it_is_and_why(make: Callable[[], Workbook], letters: str, sure: bool, reason: str) -> None:
    item = column(kit.studied(make()), letters)
    assert item.sure is sure and reason in item.reason


@pytest.mark.parametrize(
    ("words", "goes"), [(("张三", "李四"), ""), (("电子通信", "智能制造"), "主导产业")], ids=["names", "its own words"]
)
def test_an_open_drop_down_is_told_by_its_own_words_only(words: tuple[str, str], goes: str) -> None:
    """It takes other words too: so any column without a place would look like it."""
    scheme = catalog.load("cihu")
    assert not scheme.table("project").field("cluster").strict
    book, sheet = paper.new()
    paper.put(
        sheet, 1, [["项目名称", "栏目甲", "总投资（万元）"], ["甲项目", words[0], 12000], ["乙项目", words[1], 9000]]
    )
    found = study(scheme, [scheme.table("project")], kit.ledger_of(book), kit.DAY, owner=scheme.units[0].code)
    assert kit.mapped(found).get("B", "") == goes


def test_under_a_group_called_like_a_field_stand_its_name_and_what_belongs_beside_it() -> None:
    """项目业主{单位名称, 信用代码} are the company and its code; 累积 is another spelling of 累计."""
    book, sheet = paper.new()
    paper.put(sheet, 1, [
        ["项目名称", "项目业主", None, "监理", None, "总投资（亿）"],
        [None, "单位名称", "信用代码", "名称", "信用代码", None],
        ["甲项目", "安徽甲公司有限公司", "91340403MA2TB0015G", "安徽乙公司有限公司", "91110000600037341L", 1.2],
        ["乙项目", "安徽丙公司有限公司", "91110000600037341L", "安徽乙公司有限公司", "91340403MA2TB0015G", 2],
    ], ["A1:A2", "B1:C1", "D1:E1", "F1:F2"])  # fmt: skip
    sure = {item.letters: item.targets for item in kit.studied(book).mappings[0].columns if item.sure}
    assert sure == {"A": ("project_name",), "B": ("company",), "C": ("uscc",), "F": ("total_investment",)}


def test_another_owners_telephone_is_not_surely_the_liaisons() -> None:
    """项目业主/联系电话 reads like an alias, but stands in a group about somebody else."""
    item = column(kit.studied(paper.districts(), "总表"), "H")
    assert not item.sure and "组名不同（项目业主）" in item.reason


@pytest.mark.parametrize(
    ("make", "letters", "unit"),
    [
        (paper.progress, "E", "万元"), (paper.progress, "B", ""), (paper.permits, "C", "万元"), (paper.instructions, "J", "亿元"),
        (paper.hidden_and_ghosts, "C", "亿元"), (paper.nameless, "B", ""), (paper.evaluation, "F", ""),
    ],
)  # fmt: skip
def test_the_unit_comes_from_the_column_or_the_sheet(make: Callable[[], Workbook], letters: str, unit: str) -> None:
    owner = "commission" if make is paper.evaluation else kit.UNIT
    assert column(kit.studied(make(), owner=owner), letters).unit == unit


@pytest.mark.parametrize(
    ("title", "field", "sure"),
    [
        ("竣工验收时间", "", False), ("项目备案时间", "", False), ("设备进场时间", "设备进场日期", True), ("预验收日期", "预验收日期", True),
        ("采购计划时间", "采购计划编制日期", True), ("联系人姓名", "联络员", False), ("统一社会信用代玛", "统一社会信用代码", False),
    ],
)  # fmt: skip
def test_titles_that_are_nearly_the_same(title: str, field: str, sure: bool) -> None:
    """时间 and 日期 are one to people; what is only near needs a person."""
    book, sheet = paper.new()
    paper.put(sheet, 1, [["项目名称", "总投资（万元）", title], ["甲项目", 12000, None], ["乙项目", 13000, None]])
    found = kit.studied(book)
    item = column(found, "C")
    assert (kit.mapped(found).get("C", ""), item.sure) == (field, sure), item.reason


@pytest.mark.parametrize(
    ("sheet_says", "group", "title", "cell", "unit", "typed"),
    [
        ("单位：亿元", "投资情况", "总投资", 1.2, "亿元", "12000"), ("单位：亿元", "投资情况（万元）", "总投资", 12000, "万元", "12000"),
        ("单位：亿元", "投资情况（万元）", "总投资（元）", 120000000, "元", "12000"), ("单位：亿元", "投资情况", "总投资", "12000万元", "亿元", "12000"),
        ("", "投资情况", "总投资", 12000, "", "12000"), ("单位：元、亩", "投资情况", "总投资", 120000000, "元", "12000"),
    ],
)  # fmt: skip
def test_cell_before_column_before_group_before_sheet(
    sheet_says: str, group: str, title: str, cell: object, unit: str, typed: str
) -> None:
    book, sheet = paper.new()
    rows = [[sheet_says or None], ["项目名称", group, None], [None, title, "签约日期"], ["甲项目", cell, "2025-03-01"]]
    paper.put(sheet, 1, rows, ["A2:A3", "B2:C2"])
    found = kit.studied(book)
    assert column(found, "B").unit == unit
    assert kit.shown(kit.entries(found)[0])["total_investment"] == typed


@pytest.mark.parametrize(
    ("make", "letters", "reason"),
    [
        (paper.nameless, "C", "没有对应的栏目，内容像统一社会信用代码"), (paper.progress, "F", "没有对应的栏目，内容像数字"),
        (paper.progress, "G", "没有对应的栏目"), (paper.progress, "D", "没有对应的栏目"), (paper.progress, "A", "序号不导入"),
    ],
)  # fmt: skip
def test_why_a_column_goes_nowhere(make: Callable[[], Workbook], letters: str, reason: str) -> None:
    assert column(kit.studied(make()), letters).reason == reason


def test_the_tab_of_the_units_name_is_meant_and_the_others_are_told() -> None:
    found = kit.studied(paper.districts())
    assert [item.tab for item in found.mappings] == ["安成镇"]
    assert found.others == ["总表", "曹庵镇"]
    assert [item.tab for item in kit.studied(paper.districts(), "总表", "曹庵镇").mappings] == ["总表", "曹庵镇"]


def test_the_month_of_a_monthly_table_is_taken_from_the_headers() -> None:
    assert kit.studied(paper.monthly()).mappings[0].fixed == {"month": "2025-05"}


def test_of_several_months_the_latest_is_taken() -> None:
    """5月 and 4月 stand side by side: one column for the field, the other one is told."""
    found = kit.studied(paper.progress(), table="monthly_progress")
    assert found.mappings[0].column_of("month_done") == column(found, "K")
    assert "已由K列" in column(found, "I").reason
    assert found.mappings[0].fixed == {"month": "2025-05"}


@pytest.mark.parametrize(
    ("filled", "letters", "month"), [(12, "S", "2025-06"), (4, "O", "2025-04"), (1, "K", "2025-02")]
)
def test_months_to_come_and_months_not_filled_in_come_last(filled: int, letters: str, month: str) -> None:
    """1-12月完成投资 stands there all year; at the end of June 1-6月 is meant, or the last one that is filled in."""
    book = paper.months()
    sheet = book["项目汇总"]
    for column in range(8, 32):
        for row in (2, 3) if (column - 8) // 2 >= max(filled, 2) else ():
            sheet.cell(row, column).value = None
    found = kit.studied(book, table="monthly_progress")
    item = found.mappings[0].column_of("total_done")
    assert item is not None and item.letters == letters
    assert found.mappings[0].fixed == {"month": month}


def test_the_same_header_twice_goes_to_one_field_only() -> None:
    found = kit.studied(paper.grouped_sums())
    targets = [name for item in found.mappings[0].columns for name in item.targets]
    assert len(targets) == len(set(targets))


def test_a_tab_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(NotImported, match=r"没有工作表“6月”；有：总表、安成镇、曹庵镇"):
        kit.studied(paper.districts(), "6月")


def test_a_letter_to_nobody_is_no_ledger() -> None:
    book, sheet = paper.new()
    paper.put(sheet, 1, [["关于报送材料的通知"], ["各乡镇："], ["请于25日前报送。"]])
    with pytest.raises(NotImported, match="没有认出表头"):
        kit.studied(book)


def test_what_is_not_sure_needs_a_person() -> None:
    """--yes takes what is sure; --keep then keeps what goes nowhere, serial numbers left out."""
    found = kit.studied(paper.districts(), "总表")
    sure = accept_sure(found.mappings[0])
    assert {item.letters for item in sure.columns if item.targets} == {"C", "D", "G", "I", "J"}
    assert {item.letters for item in sure.lost} == {"B", "E", "F", "H"}
    assert {item.letters for item in keep_rest(sure).columns if item.keep} == {"B", "E", "F", "H"}


def test_a_person_sends_a_column_elsewhere() -> None:
    """The field leaves the column that had it; its amounts get the sheet's unit."""
    found = kit.studied(paper.progress())
    changed = redirected(found.table, found.mappings[0], "F", ("total_investment",), keep=False)
    item = changed.column_of("total_investment")
    assert item is not None and (item.letters, item.unit, item.reason) == ("F", "万元", "人工指定")
    assert [other.targets for other in changed.columns if other.letters == "E"] == [()]
