"""Layouts of real ledgers: two tables on a tab, a tab for each month, projects divided under 1.1, dates under a group."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.ledger import kit
from validators.rawcell import show


def _drawn(sheet: Worksheet, table: str) -> None:
    """Rows as drawn, cells divided by |; figures as numbers."""
    for line in table.strip("\n").splitlines():
        sheet.append([_typed(cell.strip()) for cell in line.split("|")])


def _typed(cell: str) -> object:
    try:
        return float(cell) if "." in cell and cell.count(".") == 1 and cell[0] != "1" else int(cell)
    except ValueError:
        return cell or None


def _book(*tables: tuple[str, str]) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, table in tables:
        _drawn(book.create_sheet(title), table)
    return book


TWO_TABLES = """
表一 在建项目
序号 | 项目名称 | 企业名称 | 总投资(万元) | 开工日期
1 | 智能装备项目 | 甲公司 | 12000 | 2023-03-15
2 | 电池壳体项目 | 乙公司 | 35000 | 2024-03-01
合计 | | | 47000

表二 签约未开工项目
序号 | 项目名称 | 总投资(亿元) | 签约日期 | 拟开工时间 | 包保领导
1 | 绿色食品项目 | 0.8 | 2025-01-08 | 2025-09 | 张三
合计 | | 0.8
"""


def test_two_tables_on_a_tab_are_two() -> None:
    """None of them is passed over in silence, each has its own columns and units, totals are held against its own rows."""
    book = _book(("台账", TWO_TABLES))
    one = kit.studied(book)
    assert sorted([one.mappings[0].tab, *one.others]) == ["台账", "台账（第7行起）"]
    both = kit.studied(book, "台账", "台账（第7行起）")
    found = {entry.name: entry.values["total_investment"] for entry in kit.entries(both)}
    assert found == {"智能装备项目": "12000", "电池壳体项目": "35000", "绿色食品项目": "8000"}
    assert [entry.where for entry in kit.entries(both)] == ["台账!第3行", "台账!第4行", "台账（第7行起）!第9行"]
    assert all(check.agrees for check in kit.totals(both))


def test_a_header_printed_again_begins_no_new_table() -> None:
    book = _book(
        (
            "台账",
            "序号|项目名称|总投资|开工日期\n1|甲项目|12000|2024-03-01\n序号|项目名称|总投资|开工日期\n2|乙项目|500|2024-05-01",
        )
    )
    found = kit.studied(book)
    assert (len(kit.entries(found)), found.others) == (2, [])


DIVIDED = """
序号 | 项目名称 | 总投资（万元） | 开工日期
1 | 智能装备项目 | 12000 | 2023-03-15
1.1 | 一号厂房 | 8000 |
1.2 | 二号厂房 | 4000 |
2 | 电池壳体项目 | 35000 | 2024-03-01
（1） | 一车间 | 20000 |
（2） | 二车间 | 15000 |
总计：2个 | | 47000
"""


def test_rows_that_divide_a_project_are_no_projects() -> None:
    found = kit.studied(_book(("台账", DIVIDED)))
    assert [entry.name for entry in kit.entries(found)] == ["智能装备项目", "电池壳体项目"]
    assert [line.of for line in kit.lines(found) if line.kind == "part"] == [2, 2, 5, 5]
    assert all(check.agrees for check in kit.totals(found))


def test_below_a_mere_heading_the_divided_rows_are_the_projects() -> None:
    book = _book(
        (
            "台账",
            "序号|项目名称|总投资（万元）|开工日期\n1|产业园片区||\n1.1|甲项目|12000|2024-03-01\n1.2|乙项目|500|2024-05-01",
        )
    )
    names = [entry.name for entry in kit.entries(kit.studied(book)) if not entry.refused]
    assert {"甲项目", "乙项目"} <= set(names)


def test_planned_and_actual_under_the_name_of_a_step() -> None:
    """开工时间 over 计划 and 实际, three rows deep, and a unit alone under its title."""
    book = _book(
        (
            "台账",
            "序号|项目名称|总投资|时间节点|||\n|||签约|开工||竣工\n||（亿元）|实际|计划|实际|计划\n1|甲项目|1.2|2023-01-08|2023-03|2023-03-15|2025-12",
        )
    )
    sheet = book["台账"]
    for box in ("D1:G1", "E2:F2", "A1:A3", "B1:B3", "C1:C2"):
        sheet.merge_cells(box)
    found = kit.studied(book)
    goes = kit.mapped(found)
    assert {at: goes.get(at) for at in "CDEFG"} == {
        "C": "总投资", "D": "签约日期", "E": "开工计划日期", "F": "开工实际日期", "G": "竣工计划日期",
    }  # fmt: skip
    assert kit.entries(found)[0].values["total_investment"] == "12000"


def test_of_a_tab_for_each_month_the_last_is_proposed_and_the_others_named() -> None:
    def month(number: int) -> tuple[str, str]:
        return (
            f"{number}月",
            f"序号|项目名称|本月完成投资|1-{number}月累计完成投资\n1|甲项目|500|{number * 500}\n2|乙项目|80|{number * 80}",
        )

    found = kit.studied(_book(month(4), month(5), month(6)), table="monthly_progress")
    assert ([item.tab for item in found.mappings], found.others) == (["6月"], ["4月", "5月"])
    assert set(map(show, found.mappings[0].fixed.values())) == {"2025-06"}


def test_a_unit_among_other_words_in_brackets() -> None:
    book = _book(
        ("台账", "序号|项目名称|计划总投资（亿元，含设备）|开工日期\n1|甲项目|3|2024-03-01\n2|乙项目|5|2024-05-01")
    )
    assert kit.entries(kit.studied(book))[0].values["total_investment"] == "30000"
