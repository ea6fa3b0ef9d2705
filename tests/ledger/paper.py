"""Ledgers as offices keep them, put together cell by cell: titles, signatures, merges, sections, totals, ghosts.

Layouts follow real ones, the content is made up. Each function gives a workbook; `saved` its bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

Row = Sequence[Any]


def saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def new(title: str = "Sheet1") -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    return book, sheet


def put(sheet: Worksheet, first: int, rows: Iterable[Row], merges: Iterable[str] = ()) -> None:
    """Rows of cells from row `first` on; None leaves a cell blank."""
    for number, row in enumerate(rows, first):
        for column, value in enumerate(row, 1):
            if value is not None:
                sheet.cell(number, column, value)
    for place in merges:
        sheet.merge_cells(place)


def progress() -> Workbook:
    """建设进度表: title, 报送部门 and 单位 in one row, a pair of columns for each month, 合计 with a count at the end."""
    book, sheet = new("2025年")
    put(sheet, 2, [
        ["安成镇重点项目建设进度表"],
        ["报送部门：安成镇经发办", *[None] * 12, "单位：万元"],
        ["序号", "项目名称", "投资主体", "建设起止年限", "总投资", "年计划投资", "年计划形象进度", "4月形象进度", "4月实际完成投资",
         "5月形象进度", "5月实际完成投资", "自开始累积完成投资", "开工/计划开工时间", "备注"],
        [1, "智能装备项目", "安徽甲科技有限公司", "2025/2026", 12000, 5000, "主体封顶", "基础", 300, "二层", 500, 800, date(2025, 3, 20), None],
        [2, "轴承生产线项目", "安徽乙轴承有限公司", "2025/2027", 35000, 9000, "开工", "前期", 0, "前期", 0, 0, "计划2025年9月", "用地指标未落实"],
        [3, "预制菜项目", "安徽丙食品有限公司", "2025/2026", 10000, 6000, "投产", "装修", 900, "设备安装", 1100, 4000, "2025.1.8", None],
        ["合计：3 个", None, None, None, 57000, 20000, None, None, 1200, None, 1600, 4800],
    ], ["A2:N2", "A8:C8"])  # fmt: skip
    return book


def districts() -> Workbook:
    """重大项目表: signatures between title and header, three header rows, sections closed by a count and 合计, one tab a
    place with numbers that begin again."""
    book, sheet = new("总表")
    head = [
        ["区重大项目推进情况表"],
        [],
        [
            "填报单位（盖章）",
            None,
            "填报人：张三",
            None,
            "审核人：李四",
            None,
            "此表统计时间截止 2025年5月31日",
            None,
            None,
            "单位：万元、亩",
        ],
        ["序号", "所属区县", "项目名称", "总投资", "资金构成", None, "项目业主", None, "开工（计划开工）时间", "备注"],
        [None, None, None, None, "银行贷款", "企业自筹", "单位名称", "联系电话", None, None],
        [None] * 10,
    ]
    merges = [
        "A1:J2",
        "A4:A6",
        "B4:B6",
        "C4:C6",
        "D4:D6",
        "E4:F4",
        "E5:E6",
        "F5:F6",
        "G4:H4",
        "G5:G6",
        "H5:H6",
        "I4:I6",
        "J4:J6",
    ]
    body = [
        ["一、加快建设（项目共计：2个；总投资：30000万元；2025年计划投资：9000万元。）"],
        [1, "安成镇", "甲项目", 10000, 4000, 6000, "安徽甲公司有限公司", "13855412345", "2025年4月", "未办证"],
        [2, "曹庵镇", "乙项目", 20000, 8000, 12000, "安徽乙公司有限公司", "0554-2691234", "2025-05-06", None],
        [2, "合计", None, 30000, 12000, 18000],
        ["二、前期储备（项目共计：1个；总投资：15000万元）"],
        [1, "安成镇", "丙项目", 15000, 0, 15000, "安徽丙公司有限公司", "13855412346", "2026年3月", None],
        [1, "合计", None, 15000, 0, 15000],
        [3, "总合计", None, 45000, 12000, 33000],
    ]
    put(sheet, 1, [*head, *body], [*merges, "A7:J7", "A11:J11"])
    for place in ("安成镇", "曹庵镇"):
        part = book.create_sheet(place)
        own = [row for row in body if len(row) > 5 and row[1] == place]
        put(part, 1, [*head, *([at, *row[1:]] for at, row in enumerate(own, 1))], merges)
    return book


def permits() -> Workbook:
    """重点项目表 with the unit in every header, permits in a group, a rate above 100 %, √ for done."""
    book, sheet = new()
    put(sheet, 1, [
        ["2025年重点项目表"],
        ["序号", "项目名称", "总投资（万元）", "2025年计划投资（万元）", "项目建成后效益", "形象进度", None, None, "手续办理情况", None, None, None,
         "存在问题、解决方案及完成时限", None, "责任单位", "包保领导"],
        [None, None, None, None, None, "是否开工", "投资完成率", "是否纳统", "环评", "节能审查", "施工许可证日期", "能评是否适用", "具体问题",
         "完成时限", None, None],
        [1, "饲料加工项目", 54000, 20000, "产值25000万元；税收800万元", "是", "129%", "已纳统", "2025-02-03", "√", "2025-04-18", "是",
         "用电容量不足", "待定", "安成镇", "王强"],
        [2, "纺织技改项目", "1.2亿", 5000, None, "否", "0", "否", None, None, None, "否", None, None, "安成镇", "张 三"],
        ["合计", None, 66000, 25000],
    ], ["A1:P1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:E3", "F2:H2", "I2:L2", "M2:N2", "O2:O3", "P2:P3", "A6:B6"])  # fmt: skip
    return book


def months() -> Workbook:
    """包抓系统的导出: 24 columns of months without units, brackets half full-width, no title at all."""
    book, sheet = new("项目汇总")
    pairs = [word for month in range(1, 13) for word in (f"1-{month}月计划投资", f"1-{month}月完成投资")]
    pairs[0:2] = ["1月计划投资", "1月完成投资"]
    put(sheet, 1, [
        ["项目名称", "建设内容和规模", "总投资（万元）", "年度计划投资（万元)", "建设性质", "所属区域", "县级领导", *pairs, "项目进展情况", "责任单位"],
        ["光伏组件项目", "年产2GW", 88000, 30000, "新建", "安成镇", "刘洋", *[100 * at for at in range(24)], "试生产", "安成镇"],
        ["电子元件项目", "三条线", 15000, 8000, "扩建", "安成镇", "陈静", *[50 * at for at in range(24)], "在建", "安成镇"],
    ])  # fmt: skip
    return book


def instructions() -> Workbook:
    """Headers that carry filling instructions and enumerations; codes typed as text; two names for one project."""
    book, sheet = new("汇总")
    put(sheet, 1, [
        ["园区", "投资主体（企业名称）", "是否为亿元以上项目", "统一社会信用代码（18位）", "统计库中登记的项目名称", "项目名称（填备案全称）",
         "建设性质：新建、扩建、租赁、技改等", "实际开工时间（格式：YYYY-MM-DD）", "实际竣工时间（格式：YYYY-MM-DD）", "计划总投资（内资+外资）（亿元）",
         "项目代码（备案证号）"],
        ["工业园", "安徽丁科技有限公司", "是", "91340403MA2TB0015G", "丁项目一期", "丁项目", "新建", "2025-03-02", "未竣工", 2.5,
         "2404-340403-04-01-123456"],
        ["工业园", "安徽戊科技有限公司", "否", "91340403MA2TB0015G", "戊项目", "戊项目", "技改", "2025/5/8", None, "1.05", "2405-340403-04-01-223456"],
    ])  # fmt: skip
    return book


def grouped_sums() -> Workbook:
    """分级管理汇总: one row a place, the same header twice, no project anywhere."""
    book, sheet = new()
    put(sheet, 1, [
        ["2025年重点项目分级管理汇总"],
        ["地区", "项目数", "总投资(万元)", "年度计划投资(万元)", "1～5月完成投资(万元)", "占年度计划(%)", "1～5月到位资金(万元)", "占年度计划(%)"],
        ["安成镇", 3, 57000, 20000, 4800, 24, 3000, 15],
        ["曹庵镇", 2, 30000, 9000, 1800, 20, 900, 10],
        ["合计", 5, 87000, 29000, 6600, 22.8, 3900, 13.4],
    ], ["A1:H1"])  # fmt: skip
    return book


def problem_list() -> Workbook:
    """问题清单: a table of problems, the project's name merged over its problems."""
    book, sheet = new("问题清单")
    put(sheet, 1, [
        ["联合验收问题清单"],
        ["序号", "项目", "问题类别", "指出日期", "存在的问题", "整改责任人", "解决措施", "整改完成时间"],
        [1, "智能装备项目", "专班指出问题", "2025-05-20", "消防通道被占", "王五", "清理", "2025-05-25"],
        [2, None, "专班指出问题", "2025-05-20", "地坪开裂", "王五", "修补", None],
        [3, "预制菜项目", "专班指出问题", "5月22日", "排烟不足", "赵六", "加装风机", "待定"],
    ], ["A1:H1", "B3:B4"])  # fmt: skip
    return book


def ancestor() -> Workbook:
    """建设情况明细表模板: 填报单位 in row 2, ★ for provincial projects, phones with commas and spaces."""
    book, sheet = new("明细表")
    put(sheet, 1, [
        ["重点建设项目建设情况明细表"],
        ["填报单位（盖章）：安成镇人民政府", *[None] * 6, "填报日期：2025年6月25日"],
        ["序号", "项目名称", "建设内容及规模", "建设起止年限", "总投资（万元）", "到上年底累计完成投资（万元）", "本年度投资计划（万元）",
         "立项批复文号", "所属行业（国标文字或编码）", "项目（法人）单位", "项目联系人", "联系电话"],
        [1, "★高端阀门项目", "年产5万套", "2024-2026", "18,000", 6000, 5000, "田发改〔2024〕12号", "通用设备制造业", "安徽阀门有限公司", "张三 李四",
         "29196160,18925142590,13500003804"],
        [2, "■包装材料项目", "厂房3万平方米", "2025-2026", 10500.5, 0, 4000, None, "C29", "安徽包装有限公司", "王五", 18925142591],
        [3, None, None, None, None],
        [4, None, None, None, None],
        ["填表人：", None, "联系电话："],
    ], ["A1:L1", "A2:G2"])  # fmt: skip
    return book


def tall_rows() -> Workbook:
    """One project over several rows: name and amount merged, what differs in rows of its own; a place over projects."""
    book, sheet = new("台账")
    put(sheet, 1, [
        ["单位：万元"],
        ["序号", "属地", "项目名称", "总投资", "项目联系人", "联系电话", "存在问题", "签约日期"],
        [1, "安成镇", "机床项目", 20000, "张三", "13855412345", "用地", "2025-02-01"],
        [None, None, None, None, "李四", "13855412346", "用电", None],
        [None, None, None, None, None, None, "招工", None],
        [2, None, "模具项目", 12000, "王五", "13855412347", None, "2025-02-09"],
        [3, "安成镇", "铸造项目", None, "赵六", "13855412348", None, "2025-02-10"],
        ["小计", None, None, 32000],
    ], ["A3:A5", "B3:B6", "C3:C5", "D3:D5", "H3:H5", "D6:D7"])  # fmt: skip
    return book


def hidden_and_ghosts() -> Workbook:
    """合计 first, ghost numbers below, a hidden row and a hidden column, a note at the end, a blank row in between."""
    book, sheet = new("6月")
    put(sheet, 1, [
        ["2025年6月招商项目台账"],
        ["序号", "项目名称", "总投资(亿元)", "签约日期", "信用代码", "备注"],
        ["合计", None, 4.75, None, None, None],
        [1, "甲项目", 1.5, "2025-01-05", "91340403MA2TB0015G", None],
        [],
        [2, "乙项目", 2, "2025年二月六日", None, "隐藏的行"],
        [3, "丙项目", "12500万元", 45717, None, "=1+1"],
        [4], [5], [6],
        ["注：本表每月25日前报送。"],
    ], ["A1:F1"])  # fmt: skip
    sheet["D7"].number_format = "yyyy-mm-dd"
    sheet.row_dimensions[6].hidden = True
    sheet.column_dimensions["E"].hidden = True
    return book


def by_place() -> Workbook:
    """Sections are places: of one unit only its own rows are its own."""
    book, sheet = new("全区")
    put(sheet, 1, [
        ["全区亿元以上项目清单（截至2025年6月）"],
        ["编号", "项目名称", "项目业主", "计划总投资（万元）", "签约时间", "拟开工时间"],
        ["一、安成镇（2个）"],
        [1, "一号项目", "安徽一公司有限公司", 11000, "2025-03", "2025年8月"],
        [2, "二号项目", "安徽二公司有限公司", 12000, "2025-03-02", "年底"],
        ["二、曹庵镇（1个）"],
        [1, "三号项目", "安徽三公司有限公司", 13000, "2025-03-03", "2025年10月"],
        ["合计", None, None, 36000],
    ], ["A1:F1", "A3:F3", "A6:F6"])  # fmt: skip
    return book


def monthly() -> Workbook:
    """One month's report: the month stands in the headers only."""
    book, sheet = new("5月")
    put(sheet, 1, [
        ["项目月报"],
        ["序号", "项目名称", "2025年5月完成投资（万元）", "自开工累计完成投资（万元）", "2025年5月形象进度", "需协调解决问题", "下一步计划"],
        [1, "智能装备项目", 500, 800, "二层", None, "封顶"],
        [2, "预制菜项目", "1100万", 4000, "设备安装", "缺工", "试生产"],
    ], ["A1:G1"])  # fmt: skip
    return book


def evaluation() -> Workbook:
    """五比评价: the commission's own table, groups nobody merged."""
    book, sheet = new("评价")
    put(sheet, 1, [
        ["2025年第一季度五比评价"],
        ["评价季度", "项目名称", "参建单位名称", "单位类型", "信用代码", "五比得分", None, None, None, None, "评价结果"],
        [None, None, None, None, None, "进度", "效益", "安全", "质量", "环保", None],
        ["2025年一季度", "智能装备项目", "安徽施工有限公司", "施工", "91340403MA2TB0015G", 90, 88, 92, 91, 90, "优秀"],
        ["2025Q1", "智能装备项目", "安徽监理有限公司", "监理", None, 80, 81, 82, 83, "8O", "一般"],
    ], ["A1:K1"])  # fmt: skip
    return book


def nameless() -> Workbook:
    """Titles that say nothing; the codes and words below them do."""
    book, sheet = new()
    put(
        sheet,
        1,
        [
            ["项目名称", "总投资", "证照号", "平台赋码", "方式", "说明一"],
            ["甲项目", 11000, "91340403MA2TB0015G", "2404-340403-04-01-123456", "独立选址", "x"],
            ["乙项目", 12000, "91340403MA2TB0015G", "2404-340403-04-01-223456", "标准化厂房", "y"],
            ["丙项目", 13000, None, "2404-340403-04-01-323456", "独立选址", "z"],
        ],
    )
    return book
