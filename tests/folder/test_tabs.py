"""Which tab is which table, which column which field, which row a record: in our books after people worked in them,
and in ledgers that offices made themselves (`field.md` §1)."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import openpyxl
import pytest
import xlsxwriter

from sync.backends.folder.reader import read_book, unit_named
from sync.book import BookShape, ColumnShape, Snapshot, TableShape, TabSnapshot
from tests import books
from tests.folder.handmade import repacked
from tests.paper import Paper
from validators.findings import Finding, Severity
from validators.messages import sentence

FIELDS = (
    "project",
    "kind",
    "raised_date",
    "content",
    "responsible_person",
    "measures",
    "done_date",
    "verifier",
    "verified_date",
)
TAB = "问题清单"


def ours(change: Callable[[Paper], None] = lambda paper: None, *contents: str) -> Snapshot:
    """Our book after a person's change."""
    paper = Paper(books.book(books.problems(*(contents or ("甲", "乙")))))
    change(paper)
    return read_book(paper.save(), books.shape(), name="安成镇.xlsx")


def problems(snapshot: Snapshot) -> TabSnapshot:
    tab = snapshot.tab("problem")
    assert tab is not None
    return tab


def contents(tab: TabSnapshot) -> list[str]:
    return [row.cells[3] for row in tab.rows]


def told(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    return [(item.code, item.field) for item in findings]


# our books after people worked in them ----------------------------------------------------------------------------


def test_a_renamed_tab_is_known_by_its_marks() -> None:
    def change(paper: Paper) -> None:
        paper.rename_tab(TAB, "六月问题")

    tab = problems(ours(change))
    assert (tab.title, contents(tab), tab.findings) == ("六月问题", ["甲", "乙"], [])


def test_without_its_mark_row_a_tab_is_read_by_its_titles() -> None:
    def change(paper: Paper) -> None:
        paper.tab(TAB).delete_row(4)

    tab = problems(ours(change))
    assert (tab.mark_row, tab.header_row, contents(tab)) == (0, 4, ["甲", "乙"])
    assert set(tab.columns) == {column.name for column in books.shape().tables[-1].columns}
    assert set(tab.answer_columns) == {name for name, _ in books.shape().tables[-1].answers}


def test_a_mark_typed_over_is_found_by_the_title() -> None:
    """Somebody typed into the hidden row: the one column is taken by its header."""

    def change(paper: Paper) -> None:
        paper.tab(TAB).type(4, 7, "x")

    tab = problems(ours(change))
    assert contents(tab) == ["甲", "乙"] and tab.findings == []


def test_a_mark_and_its_title_gone_is_a_lost_column() -> None:
    def change(paper: Paper) -> None:
        paper.tab(TAB).type(4, 7, None)
        paper.tab(TAB).type(5, 7, "别的")

    tab = problems(ours(change))
    assert told(tab.findings) == [("sheet.column_lost", "content")] and contents(tab) == ["", ""]


def test_a_copied_column_is_told_and_the_first_is_read() -> None:
    """A copied column carries the same mark."""

    def change(paper: Paper) -> None:
        tab = paper.tab(TAB)
        tab.insert_column(8)
        for row in (4, 5):
            tab.type(row, 8, tab.text(row, 7))
        tab.type(6, 8, "不是这个")

    tab = problems(ours(change))
    (finding,) = tab.findings
    assert (finding.code, finding.field, finding.params["columns"], finding.params["used"]) == (
        "sheet.column_twice",
        "content",
        "G、H",
        "G",
    )
    assert contents(tab) == ["甲", "乙"]


def test_a_copied_tab_is_told_and_the_listed_one_is_read() -> None:
    def change(paper: Paper) -> None:
        old = paper._members[TAB]
        paper.parts["xl/worksheets/sheet99.xml"] = paper.parts[old].replace("甲".encode(), "丙".encode())
        for name, last, new in (
            ("xl/workbook.xml", b"</sheets>", '<sheet name="问题清单 (2)" sheetId="99" r:id="rId99"/>'.encode()),
            (
                "xl/_rels/workbook.xml.rels",
                b"</Relationships>",
                b'<Relationship Id="rId99" Type="http://x/worksheet" Target="worksheets/sheet99.xml"/>',
            ),
        ):
            paper.parts[name] = paper.parts[name].replace(last, new + last)

    tab = problems(ours(change))
    assert tab.title == TAB and contents(tab) == ["甲", "乙"]
    assert [(item.code, item.params["other"]) for item in tab.findings] == [("sheet.tab_twice", "问题清单 (2)")]


def test_a_deleted_tab_is_told() -> None:
    def change(paper: Paper) -> None:
        import re

        paper.parts["xl/workbook.xml"] = re.sub(
            rb'<sheet name="' + TAB.encode() + rb'"[^>]*/>', b"", paper.parts["xl/workbook.xml"]
        )

    snapshot = ours(change)
    assert snapshot.tab("problem") is None and snapshot.tab("project") is not None
    assert [(item.code, item.table) for tab in snapshot.tabs for item in tab.findings] == [
        ("sheet.tab_lost", "problem")
    ]


def test_rows_inserted_above_move_header_marks_and_banner() -> None:
    def change(paper: Paper) -> None:
        for _ in range(3):
            paper.tab(TAB).insert_row(1)

    tab = problems(ours(change))
    assert (tab.mark_row, tab.header_row, tab.banner_cell) == (7, 8, "A6")
    assert tab.banner.startswith("填好保存") and contents(tab) == ["甲", "乙"]


def test_a_row_between_marks_and_header() -> None:
    def change(paper: Paper) -> None:
        paper.tab(TAB).insert_row(5, {4: "请大家月底前填完"})

    tab = problems(ours(change))
    assert tab.header_row == 6 and contents(tab) == ["甲", "乙"] and tab.findings == []


def test_a_unit_written_into_the_header_is_taken() -> None:
    """The clerk changed 万元 to 亿元: the cells below mean something else."""

    def change(paper: Paper) -> None:
        tab = paper.tab("项目库")
        column = next(at for at, text in tab.row_texts(6).items() if text.startswith("*总投资"))
        tab.type(6, column, "总投资（亿元）")

    snapshot = ours(change)
    tab = snapshot.tab("project")
    assert tab is not None and tab.units["total_investment"] == "亿元" and tab.findings == []


def test_merged_data_cells_are_told() -> None:
    def change(paper: Paper) -> None:
        paper.tab(TAB).merge("D6:D7")

    (finding,) = problems(ours(change)).findings
    assert (finding.code, finding.severity, finding.params["ranges"]) == ("sheet.merged_cells", Severity.MUST, "D6:D7")


def test_the_unit_of_another_place_is_told() -> None:
    """A book made for 安成镇 in which somebody wrote 曹庵镇."""

    def change(paper: Paper) -> None:
        paper.tab("项目库").type(2, 1, "填报单位（盖章）：曹庵镇人民政府")

    snapshot = ours(change)
    assert snapshot.unit == "340403101"
    (finding,) = snapshot.findings
    assert (finding.code, finding.params["written"], finding.params["marked"]) == (
        "book.unit_differs",
        "曹庵镇",
        "安成镇",
    )


def test_a_book_of_another_version_is_read_and_told() -> None:
    snapshot = ours(lambda paper: paper.tab("_tianbao").type(3, 2, "2024.9"))
    assert snapshot.version == "2024.9" and [item.code for item in snapshot.findings] == ["book.old_version"]
    assert contents(problems(snapshot)) == ["甲", "乙"]
    (newer,) = ours(lambda paper: paper.tab("_tianbao").type(3, 2, "2099.10")).findings
    assert newer.code == "book.newer_version" and "旧版" not in sentence(newer.code, newer.params)


def test_a_book_of_another_scheme_is_not_read() -> None:
    snapshot = ours(lambda paper: paper.tab("_tianbao").type(2, 2, "别的方案"))
    assert snapshot.tabs == [] and [item.code for item in snapshot.findings] == ["book.other_scheme"]


def test_the_hidden_tab_gone_the_marks_in_rows_remain() -> None:
    """Somebody deleted every hidden sheet: the document property still says whose book it is."""
    data = repacked(books.book(books.problems("甲")), {})
    paper = Paper(data)
    paper.parts["xl/workbook.xml"] = paper.parts["xl/workbook.xml"].replace(b'name="_tianbao"', b'name="Sheet9"')
    paper.parts[paper._members["_tianbao"]] = paper.parts[paper._members["字典"]]
    snapshot = read_book(paper.save(), books.shape())
    assert (snapshot.scheme, snapshot.unit) == ("tianjiaan", "340403101") and contents(problems(snapshot)) == ["甲"]


def test_the_commissions_book_is_known_by_its_role() -> None:
    data = books.book(
        {"evaluation": [{"quarter": "2025Q1", "project": "甲", "participant": "某建设公司", "role": "施工"}]},
        unit="fgw",
        role="commission",
    )
    snapshot = read_book(data, [books.shape(), books.shape("commission")])
    assert snapshot.role == "commission"
    assert [tab.table for tab in snapshot.tabs] == [table.name for table in books.shape("commission").tables]


def test_a_clerks_own_tab_is_nobodys_concern() -> None:
    """With marks in the book, a tab that merely looks like a table is left alone."""

    def change(paper: Paper) -> None:
        old = paper.parts[paper._members[TAB]].replace(b">tb:", b">xx:")
        paper.parts[paper._members["字典"]] = old

    snapshot = ours(change)
    assert [tab.title for tab in snapshot.tabs] == ["项目库", "月度进展", "用地年度计划", TAB]


# ledgers offices made themselves ----------------------------------------------------------------------------------

LEDGER = BookShape(
    "台账",
    "1",
    (
        TableShape(
            "project",
            "项目库",
            (
                ColumnShape("name", ("项目名称",)),
                ColumnShape("scale", ("建设内容及规模", "总建设规模和建设内容")),
                ColumnShape("total", ("总投资",), "", "万元", "money_wan"),
                ColumnShape("central", ("中央资金",), "资金构成", "万元", "money_wan"),
                ColumnShape("loan", ("银行贷款",), "资金构成", "万元", "money_wan"),
                ColumnShape("plan", ("年度计划投资",), "", "万元", "money_wan"),
                ColumnShape("done", ("累计完成投资",), "", "万元", "money_wan"),
                ColumnShape("rate", ("投资完成率",), "", "%", "pct_invest"),
                ColumnShape("company", ("项目单位", "单位名称"), "项目业主"),
                ColumnShape("phone", ("联系电话",), "项目业主"),
                ColumnShape("start", ("开工时间",), "", "", "date"),
                ColumnShape("problem", ("存在问题", "需协调解决问题")),
                ColumnShape("note", ("备注",)),
            ),
            (("id", "编号"), ("check", "校验结果")),
        ),
    ),
    (("340403101", ("安成镇", "安成镇人民政府")), ("340403102", ("曹庵镇",))),
)  # fmt: skip


class Book:
    """A ledger made by XlsxWriter, cell by cell."""

    def __init__(self, title: str = "总表") -> None:
        self._buffer = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._buffer, {"in_memory": True})
        self.sheet = self._book.add_worksheet(title)

    def row(self, row: int, *cells: object, at: int = 0) -> Book:
        for column, cell in enumerate(cells, at):
            if cell is not None:
                self.sheet.write(row - 1, column, cell)
        return self

    def merge(self, area: str, text: str) -> Book:
        self.sheet.merge_range(area, text)
        return self

    def more(self, title: str) -> Book:
        self.sheet = self._book.add_worksheet(title)
        return self

    def read(self) -> Snapshot:
        self._book.close()
        return read_book(self._buffer.getvalue(), LEDGER, name="台账.xlsx")


def tab_of(snapshot: Snapshot) -> TabSnapshot:
    assert snapshot.findings == []
    return snapshot.tabs[0]


def three_header_rows() -> Book:
    """L4: title over two rows, a signature row, three merged header rows, sections with sums, a total."""
    book = Book().merge("A1:M2", "重大项目推进情况表")
    book.row(3, "填报单位（盖章）：安成镇", None, "填报人：", None, "审核人：", at=0).row(3, "单位：万元、亩", at=11)
    for column, title in (
        (0, "序号"),
        (1, "项目名称"),
        (2, "建设内容及规模"),
        (3, "总投资"),
        (6, "2025年计划投资"),
        (7, "1-6月累计完成投资额"),
        (10, "开工（计划开工）时间"),
        (11, "需协调解决问题"),
        (12, "备注"),
    ):
        book.sheet.merge_range(3, column, 5, column, title)
    book.sheet.merge_range(3, 4, 4, 5, "资金构成")
    book.row(6, "中央资金", "银行贷款", at=4)
    book.sheet.merge_range(3, 8, 4, 9, "项目业主")
    book.row(6, "单位名称", "联系电话", at=8)
    book.merge("A7:M7", "一、投产达产（项目共计：2个；总投资：30000万元。）")
    book.row(8, 1, "甲项目", "厂房", 10000, 1000, 2000, 5000, 3000, "甲公司", "13800000000", "2025.3", "无", "")
    book.row(9, 2, "乙项目", "厂房", 20000, None, None, 6000, 3500, "乙公司")
    book.row(10, 2, "合计", None, 30000, None, None, 11000, 6500)
    book.merge("A11:M11", "二、前期储备")
    book.row(12, 1, "丙项目", None, 7000)
    book.row(13, None, "总合计", None, 37000)
    return book


def test_three_header_rows_with_groups_sections_and_totals() -> None:
    tab = tab_of(three_header_rows().read())
    assert tab.header_row == 6
    assert tab.columns == {
        "name": 2, "scale": 3, "total": 4, "central": 5, "loan": 6, "plan": 7, "done": 8, "company": 9, "phone": 10, "start": 11, "problem": 12, "note": 13,
    }  # fmt: skip
    assert [row.cells[0] for row in tab.rows] == ["甲项目", "乙项目", "丙项目"]
    assert [row.row for row in tab.totals] == [10, 13], "a section's words stand in a column of nobody's"
    assert tab.units == {"total": "万元", "central": "万元", "loan": "万元", "plan": "万元", "done": "万元"}
    assert told(tab.findings) == [("sheet.column_lost", "rate")]


def test_the_unit_is_named_in_the_signature_row() -> None:
    assert three_header_rows().read().unit == "340403101"


def test_total_first_and_units_in_the_headers() -> None:
    """L5, L8: the total above the rows, a full-width bracket closed by a half-width one, units of two sizes."""
    book = Book().merge("A1:G1", "2025年重点项目表")
    book.row(
        2, "项目名称", "总建设规模和建设内容", "总投资（亿元）", "年度计划投资（万元)", "投资完成率", "存在问题", "备注"
    )
    book.row(3, "合计：2个", None, 3, 11000)
    book.row(4, "甲项目", "厂房", 1, 5000, "129%").row(5, "乙项目", "厂房", 2, 6000, "√")
    tab = tab_of(book.read())
    assert tab.units == {"total": "亿元", "plan": "万元"}
    assert [row.cells[0] for row in tab.rows] == ["甲项目", "乙项目"] and [row.row for row in tab.totals] == [3]


def test_columns_that_grow_every_month() -> None:
    """L3: the header of the year and the months changes; what is not ours is left aside."""
    book = Book().merge("A1:N1", "重点项目建设进度表")
    book.row(2, "报送部门：安成镇").row(2, "单位：万元", at=9)
    book.row(
        3,
        "序号",
        "项目名称",
        "建设内容及规模",
        "总投资",
        "2025年计划投资",
        "5月形象进度",
        "5月实际完成投资",
        "6月形象进度",
        "6月实际完成投资",
        "存在问题",
        "备注",
    )
    book.row(4, 1, "甲项目", "厂房", 10000, 5000, "主体", 300, "封顶", 400, "无", "")
    tab = tab_of(book.read())
    assert (tab.columns["plan"], tab.columns["problem"]) == (5, 10) and "done" not in tab.columns


def test_the_same_title_twice_in_different_groups() -> None:
    shape = BookShape("x", "1", (TableShape("t", "表", tuple(
        ColumnShape(*item) for item in (
            ("name", ("地区",)), ("invest", ("完成投资",)), ("invest_rate", ("占年度计划",), "投资"), ("fund", ("到位资金",)), ("fund_rate", ("占年度计划",), "资金"),
        )
    ), ()),), ())  # fmt: skip
    book = Book("表").row(1, "地区", "投资", None, "资金", None)
    book.sheet.merge_range("B1:C1", "投资")
    book.sheet.merge_range("D1:E1", "资金")
    book.row(2, None, "完成投资", "占年度计划(%)", "到位资金", "占年度计划(%)").row(3, "安成镇", 100, 50, 80, 40)
    book._book.close()
    (tab,) = read_book(book._buffer.getvalue(), shape).tabs
    assert tab.columns == {"name": 1, "invest": 2, "invest_rate": 3, "fund": 4, "fund_rate": 5}


def test_a_header_printed_again_and_a_signature_below() -> None:
    book = Book().row(1, "项目名称", "总投资", "备注", "存在问题", "联系电话")
    book.row(2, "甲项目", 100, "", "", "1").row(3, "项目名称", "总投资", "备注", "存在问题", "联系电话").row(
        4, "乙项目", 200, "", "", "2"
    )
    book.row(5, "填报人：张三", None, "审核人：李四", None, "联系电话：6412345").row(6, "注：本表由各乡镇填写。")
    tab = tab_of(book.read())
    assert [row.cells[0] for row in tab.rows] == ["甲项目", "乙项目"]


def test_a_row_that_only_looks_like_something_else_is_data() -> None:
    """A lost row is worse than a message too many."""
    book = Book().row(1, "项目名称", "建设内容及规模", "总投资", "备注", "存在问题")
    names = [
        "汇总处理中心项目",
        "一品香食品厂",
        "合计划纸业有限公司项目",
        "备注说明书印刷项目",
        "三、四期厂房",
        "第一纺织厂",
    ]
    for row, name in enumerate(names, 2):
        book.row(row, name, "建设厂房及配套设施", 10000, "无", "负责人：张三去向不明")
    tab = tab_of(book.read())
    assert [row.cells[0] for row in tab.rows] == names and tab.totals == []


@pytest.mark.parametrize("wide", [True, False])
def test_a_lone_text_is_a_section_only_when_it_is_merged(wide: bool) -> None:
    book = Book().row(1, "项目名称", "建设内容及规模", "总投资", "备注").row(2, "甲项目", "厂房", 1, "无")
    if wide:
        book.sheet.merge_range("A3:D3", "安成镇")
    else:
        book.row(3, "安成镇")
    book.row(4, "乙项目", "厂房", 2, "无")
    tab = tab_of(book.read())
    assert [row.cells[0] for row in tab.rows] == (["甲项目", "乙项目"] if wide else ["甲项目", "安成镇", "乙项目"])


@pytest.mark.parametrize("marked", [True, False])
def test_without_its_header_row_a_tab_is_not_read(marked: bool) -> None:
    """The first record has moved up into the header's place; it is neither a header nor gone. The same when the hidden
    row of marks went with it: the tab itself is there for everybody to see."""
    workbook = openpyxl.load_workbook(io.BytesIO(books.book(books.problems("甲", "乙"))))
    for sign in ("问题内容", *(() if marked else ("tb:problem",))):
        cells = (cell for row in workbook[TAB].iter_rows() for cell in row)
        workbook[TAB].delete_rows(next(cell.row for cell in cells if sign in str(cell.value)))
    out = io.BytesIO()
    workbook.save(out)
    snapshot = read_book(out.getvalue(), books.shape(), name="安成镇.xlsx")
    assert snapshot.tab("problem") is None and len(snapshot.tabs) == 3
    assert ("sheet.header_lost", "") in told(snapshot.tabs[0].findings)


@pytest.mark.parametrize(
    ("name", "aside"),
    [("一、二期厂房项目", True), ("第一批设备更新项目", True), ("二期厂房项目", False), ("合计", False)],
)
def test_a_row_of_our_book_taken_for_a_label_is_told(name: str, aside: bool) -> None:
    """Nothing is guessed silently: a project that begins like a heading may be meant."""
    rows = {"project": [{"project_name": "甲项目"}, {"project_name": name, "total_investment": "20000"}]}
    tab = read_book(books.book(rows), books.shape()).tab("project")
    assert tab is not None
    found = [item for item in tab.findings if item.code == "sheet.rows_aside"]
    assert [name in sentence(item.code, item.params) for item in found] == ([True] if aside else [])
    assert (name in [row.cells[0] for row in tab.rows]) == (not aside and name != "合计")


def test_one_sheet_for_each_unit_is_told() -> None:
    """Several tabs of one table: only the first is read, and people are told."""
    book = Book("安成镇").row(1, "项目名称", "总投资", "备注", "存在问题").row(2, "甲项目", 1)
    book.more("曹庵镇").row(1, "项目名称", "总投资", "备注", "存在问题").row(2, "乙项目", 2)
    snapshot = book.read()
    assert [row.cells[0] for row in snapshot.tabs[0].rows] == ["甲项目"]
    assert ("sheet.tab_twice", "") in told(snapshot.tabs[0].findings)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("安成镇", "340403101"),
        ("安成镇人民政府", "340403101"),
        ("田家庵区安成镇（盖章）", "340403101"),
        ("安成镇、曹庵镇", ""),
        ("区发改委", ""),
        ("", ""),
        ("安 成 镇", "340403101"),
    ],
)
def test_a_unit_by_what_is_written(text: str, code: str) -> None:
    assert unit_named(text, LEDGER) == code
