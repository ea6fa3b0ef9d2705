"""What a heading says: field, unit, period; and which column is which field."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validators.headers import match_headers, parse_header
from validators.units import sheet_unit

TODAY = date(2025, 6, 30)
HEADINGS = """
总投资（万元）                       -> 总投资|万元|
总投资(万元)                         -> 总投资|万元|
总投资（万元)                        -> 总投资|万元|
总投资：万元                         -> 总投资|万元|
总投资（单位：万元）                 -> 总投资|万元|
总投资万元）                         -> 总投资|万元|
总投资【亿元】                       -> 总投资|亿元|
总投资额（亿元）                     -> 总投资|亿元|
总投资（亿）                         -> 总投资|亿元|
总投资（万）                         -> 总投资|万元|
总投资（万元人民币）                 -> 总投资|万元|
总投资（人民币万元）                 -> 总投资|万元|
总投资（RMB万元）                    -> 总投资|万元|
总投资（含税万元）                   -> 总投资(含税)|万元|
总投资单位：亿                       -> 总投资|亿元|
用工人数（万）                       -> 用工人数|万|
自开工累积完成投资                   -> 自开工累计完成投资||
2025年计划投资（万元）               -> 年度计划投资|万元|2025
25年计划投资                         -> 年度计划投资||2025
本年度投资计划（万元）               -> 年度计划投资|万元|
6月完成投资（万元）                  -> 本月完成投资|万元|2025-06
1-6月完成投资(万元)                  -> 累计完成投资|万元|2025-01~2025-06
2025年1～6月完成投资额（万元）       -> 累计完成投资|万元|2025-01~2025-06
上半年完成投资(万元)                 -> 累计完成投资|万元|2025-01~2025-06
截至6月底累计完成投资（万元）        -> 累计完成投资|万元|2025-06
至2024年底累计完成投资               -> 至上年底累计完成投资||2024
占年度计划(%)                        -> 投资完成率|%|
6月形象进度                          -> 形象进度||2025-06
*项目名称                            -> 项目名称||
★项目 名称                           -> 项目名称||
项目名称（必填）                     -> 项目名称||
统一社会信用代码（18位）             -> 统一社会信用代码||
实际开工时间（格式：YYYY-MM-DD）     -> 实际开工时间||
建设性质：新建、扩建、租赁、技改等   -> 建设性质||
是否纳统（是/否）                    -> 是否纳统||
建筑面积（万㎡）                     -> 建筑面积|万平方米|
用地面积（亩）                       -> 用地面积|亩|
"""


@pytest.mark.parametrize("line", HEADINGS.strip().splitlines(), ids=lambda line: line.split("->")[0].strip())
def test_heading(line: str) -> None:
    heading, parts = (text.strip() for text in line.split("->"))
    assert "|".join(parse_header(heading, TODAY)) == parts


def test_twelfth_month_in_january_is_last_years() -> None:
    assert parse_header("12月完成投资", date(2026, 1, 5)).period == "2025-12"


@given(st.text(max_size=30))
def test_no_heading_raises(text: str) -> None:
    assert len(parse_header(text, TODAY)) == 3


class Column(NamedTuple):
    name: str
    titles: tuple[str, ...]
    group: str = ""


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("单位：亿", "亿元"), ("金额单位：人民币亿元", "亿元"), ("计量单位：亿元，亩", "亿元"), ("（亿元）", "亿元"), ("单位  亿元", "亿元"),
        ("（单位：万元）", "万元"), ("单位：万元、亩", "万元"), ("2025年项目清单（亿元）", "亿元"), ("填报单位：安成镇 单位：万元 报送时间：6月", "万元"),
        ("填报单位：安成镇", ""), ("填报单位：亿达公司", ""), ("填报单位：元丰镇", ""), ("亿元以上项目", ""), ("投资情况（亿元）", ""), ("单位：亩", ""),
    ],
)  # fmt: skip
def test_the_unit_above_a_table(text: str, unit: str) -> None:
    """（亿元） under one group is that group's, not the table's."""
    assert sheet_unit([text]) == unit


def test_a_unit_beside_its_label() -> None:
    assert sheet_unit(["填报单位：", "安成镇", "单位：", "亿元"]) == "亿元"


def test_a_group_called_like_a_field_holds_its_name_and_neighbours() -> None:
    columns = [
        Column("company", ("项目单位", "项目业主"), "基本信息"),
        Column("code", ("统一社会信用代码",), "基本信息"),
        Column("liaison", ("联络员", "联系人"), "责任人"),
    ]
    headers = [
        (1, "项目业主", "单位名称"),
        (2, "项目业主", "信用代码"),
        (3, "项目业主", "联系人"),
        (4, "监理", "信用代码"),
    ]
    match = match_headers(headers, columns)
    assert match.columns == {"company": 1, "code": 2}
    assert match.missing == ["liaison"]


def test_columns_are_found_moved_renamed_and_in_their_groups() -> None:
    """Moved columns, aliases, units in the heading or its group, and equal titles in different groups."""
    columns = [
        Column("name", ("项目名称", "工程名称")),
        Column("total", ("总投资",)),
        Column("plan_done", ("占年度计划",), "投资"),
        Column("paid_done", ("占年度计划",), "资金"),
        Column("lost", ("拿地日期",)),
    ]
    headers = [
        (1, "", "备注"),
        (2, "", "总投资（亿元）"),
        (3, "", "工程名称"),
        (4, "资金（万元）", "占年度计划(%)"),
        (5, "投资", "占年度计划(%)"),
    ]
    match = match_headers(headers, columns)
    assert match.columns == {"name": 3, "total": 2, "plan_done": 5, "paid_done": 4}
    assert match.units["total"] == "亿元"
    assert match.units["plan_done"] == "%"
    assert (match.leftovers, match.missing) == ([1], ["lost"])
