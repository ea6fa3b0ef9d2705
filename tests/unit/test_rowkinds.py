"""What kind of row stands in a sheet: every kind, and the projects that only look like one."""

from __future__ import annotations

import pytest

from sync.book import ColumnShape
from sync.headers import row_kind, surely_data, takes_numbers
from validators.rowkinds import ROW_KINDS, classify_row

ROWS = """
total    | 合计 | | | 120000
total    | 合  计 | 12个 | | 120000
total    | 总合计 | | |
total    | 12 | 合计 | | 120000
total    | 合计：12 个 | | |
total    | 总计 | 12 | 120000 |
total    | 共计12个项目 | | | 120000
total    | 全区合计 | 45 | |
total    | 累计 | | | 120000
total    | | 总计 | | 120000
subtotal | 小计 | | | 5000
subtotal | 小  计 | 3 | |
subtotal | 安成镇小计 | | 5000 |
subtotal | 总投资合计 | 120000 | |
subtotal | 其中：工业项目 | | 60000 |
subtotal | 占比 | | 50% |
subtotal | 同比增长 | | 5% |
subtotal | 去年同期 | | 400 |
note     | 以下空白 | | |
note     | —以下空白— | | |
note     | 第1页 共2页 | | |
note     | 续表 | | |
sign     | （盖章） | | |
data     | 1 | 上年结转项目 | 甲公司 | 500
data     | 去年 | 续建项目 | 甲公司 | 500
data     | 1 | 占比科技项目 | 甲公司 | 500
section  | 一、投产达产（项目共计：12个；总投资：120000万元；2025年计划投资：30000万元。） | | |
section  | （一）新开工项目 | | |
section  | 一 | 工业项目 | | |
section  | 一、 | 签约项目（2个） | | 3.2
section  | （一） | 新建项目 | | 12000
section  | 第一类 | 签约项目 | | 12000
section  | A | 工业 | | 12000
section  | II | 续建项目 | 5 | 12000
section  | 安成镇 | | |
section  | 第一部分 在建项目 | | |
section  | 新建项目 | | |
section  | 续建项目（5个） | | | 30000
section  | （二）续建项目 | 5 | | 30000
section  | 十二、储备项目 | | |
header   | 序号 | 项目名称 | 总投资（万元） | 备注
header   | 项目名称 | 总投资 | | |
header   | 甲 | 乙 | 1 | 2 | 3
sign     | 填报单位（盖章）：安成镇人民政府 | | | 单位：万元
sign     | 填报人：张三 | 审核人：李四 | 联系电话：13855412345 |
sign     | 负责人（签字）： | 填报人： | |
sign     | 数据截止日期：2025-06-30 | | |
sign     | 截至2025年6月底 | | |
sign     | 2025年6月30日 | | |
unit     | 单位：万元 | | |
unit     | | （亿元） | |
unit     | 单位 亿元 | | |
unit     | 金额单位：人民币亿元 | | |
unit     | | | | 单位：万元、亩
note     | 注：本表于每月25日前报送 | | |
note     | 备注：1.总投资单位万元 | | |
note     | 填表说明：1.总投资含税 | | |
note     | 示例 | 年产500套智能装备项目 | |
note     | 例 | 年产500套智能装备项目 | 安成镇 | 12000
title    | 2025年亿元以上制造业项目清单 | | |
title    | 安成镇2025年6月重点项目进度表 | | |
title    | 重点项目建设情况汇总表（2025年6月） | | |
title    | 附件1：项目清单 | | |
title    | 附件1 | | |
blank    | | | |
blank    | / | — | |
blank    | 3 | | |
data     | 45748 | | |
data     | 1 | 年产500套智能装备项目 | 安成镇 | 12000
data     | 1 | 合计路改造项目 | 安成镇 | 500
data     | 2 | 小计算机生产线项目 | 安成镇 | 500
data     | 3 | 总计划性储备粮库 | 安成镇 | 500
data     | 一、 | 签约项目 | 安成镇 | 12000
data     | A | 年产500套智能装备生产线 | | 12000
data     | ★ | 某某项目 | 安成镇 | 1000
data     | 1. | 某某项目 | |
data     | 年产500套智能装备项目 | | |
data     | 2 | 某某项目 | |
"""
CASES = [[cell.strip() for cell in line.split("|")] for line in ROWS.strip().splitlines()]


@pytest.mark.parametrize("row", CASES, ids=lambda row: "-".join(row)[:40])
def test_kind_of_row(row: list[str]) -> None:
    kind, *cells = row
    assert kind in ROW_KINDS
    assert classify_row(cells) == kind


@pytest.mark.parametrize(
    ("kind", "header", "numbers"),
    [
        ("projcode", "内部编码", True), ("text", "合同号", True), ("date", "签约日期", True), ("money_wan", "总投资（万元）", True),
        ("text", "序号", False), ("integer", "编号", False), ("project_name", "项目名称", False), ("choice", "类型", False),
        ("long_text", "主要内容", False),
    ],
)  # fmt: skip
def test_a_lone_number_in_the_first_column_is_content_only_where_numbers_are_meant(
    kind: str, header: str, numbers: bool
) -> None:
    assert takes_numbers(ColumnShape("first", (header,), type=kind), header) is numbers
    assert row_kind(["007"], [header], True, numbers) == ("data" if numbers else "blank")


@pytest.mark.parametrize("first", ["一、", "（一）", "第一类", "A", "一"])
def test_an_ordinal_under_the_serial_numbers_opens_a_section(first: str) -> None:
    assert row_kind([first, "工业项目", "12000"], ["序号", "项目名称", "总投资"], True) == "section"
    assert not surely_data([first, "工业项目", "\x01n3", "\x01n5", "\x01n7"], "序号")


def test_column_numbers_are_looked_at_closely() -> None:
    assert not surely_data([f"\x01n{number}" for number in range(1, 13)], "序号")
    assert row_kind([str(number) for number in range(1, 13)], ["序号", "项目名称", *"cdefghijkl"], True) == "header"
    assert surely_data(["\x01n1", "甲项目", "安成镇", "\x01n2"], "序号")


def test_a_lone_number_in_a_column_of_nobodys_numbers_a_line() -> None:
    assert not takes_numbers(None, "")
    assert row_kind(["4"], [""], True) == "blank"
    assert row_kind(["合计"], ["内部编码"], True, True) == "total"
