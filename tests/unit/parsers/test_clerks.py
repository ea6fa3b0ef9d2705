"""Spellings a hostile but honest clerk came up with, by type: the value he meant, or a word of why it cannot be taken.

Most of them were once read as something else (12000① as 120001, 1亿5千 as 10000.5), or refused although everybody agrees.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.parsers.drawn import cases, check
from validators.parsers.base import ParseContext, Word, WordList
from validators.parsers.lines import told
from validators.parsers.read import parse_cell

TABLES = {
    "date": r"""
二0二五年三月八日    | ok    | 2025-03-08
二〇二五.三.八       | ok    | 2025-03-08
2025•3•8             | ok    | 2025-03-08
2025年\n3月\n8日     | ok    | 2025-03-08
2025/3/8/            | ok    | 2025-03-08
√2025.3.8           | ok    | 2025-03-08
批复日期：2025.3.8   | ok    | 2025-03-08
开工日期2025-3-8     | ok    | 2025-03-08
2025年3月8日 上午    | ok    | 2025-03-08
2025年3月月底        | ok    | 2025-03-31
2025 Mar             | ok    | 2025-03
年 月 日             | ok    |
已取得（2025.3.8）   | warn  | 2025-03-08
2025.3.8（星期天）   | warn  | 2025-03-08
2025.3.8（周六）     | ok    | 2025-03-08
本月10日             | warn  | 2025-06-10
8-Mar-25             | warn  | 2025-03-08
2025-0308            | warn  | 2025-03-08
2025-3-8①           | warn  | 2025-03-08
2025年3月中下旬      | warn  | 2025-03-31
2025年3月中上旬      | warn  | 2025-03-20
2025年3月三期        | warn  | 2025-03
2025.3.0             | error |
2025年 月 日         | error |
2025年1-3季度        | error |
2025年3月三季度      | error |
2025年春             | error |
三四月份             | error |
9:30                 | error |
″                    | error |
""",
    "money_wan": r"""
3千5百万                     | ok    | 3500
2仟万                        | ok    | 2000
1亿零500万                   | ok    | 10500
.5亿                         | ok    | 5000
零                           | ok    | 0
壹亿贰仟叁佰万元正           | ok    | 12300
1200万整                     | ok    | 1200
1.2亿（壹亿贰仟万元整）      | ok    | 12000
1.2亿（壹仟贰佰万元整）      | error |
3.5万元                      | ok    | 3.5
'12000                       | ok    | 12000
12000√                      | ok    | 12000
12000万元！                  | ok    | 12000
暂估12000                    | ok    | 12000
12（千万元）                 | ok    | 12000
1.2（单位：亿元）            | ok    | 12000
1.2亿（12000万）             | ok    | 12000
壹亿贰仟万元整（￥120,000,000.00） | ok | 12000
12000①                      | warn  | 12000
.5                           | warn  | 0.5
12000元                      | warn  | 1.2
20000元                      | warn  | 2
12000（待核实）              | warn  | 12000
12000约                      | warn  | 12000
5000w元                      | warn  | 5000
100亿                        | warn  | 1000000
12000²                       | error |
1亿5千                       | error |
1亿2000                      | error |
1.2亿2000万                  | error |
壹亿伍仟元整                 | error |
3000万（美元）               | error |
3000（万美元）               | error |
12000（亩）                  | error |
1.2亿（1200万）              | error |
(12000)万元                  | error |
1O000                        | error |
13855412345                  | error |
""",
    "number": r"""
120√        | ok    | 120
120①        | warn  | 120
120²        | error |
二三十人    | error |
10⁴         | error |
(5)         | error |
12O         | error |
2025-03-08  | error |
""",
    "pct_progress": r"""
+50%               | ok    | 50
50%.               | ok    | 50
50%①              | ok    | 50
“50%”              | ok    | 50
已完成总投资的50%  | ok    | 50
50②               | warn  | 50
四分之三           | error |
5O%                | error |
""",
    "uscc": r"""
'91340403MA2TB0015G   | ok    | 91340403MA2TB0015G
91340403МA2TВ0015G    | ok    | 91340403MA2TB0015G
91340403MA2TB0015G*   | ok    | 91340403MA2TB0015G
""",
    "projcode": r"""
“2404-340403-04-01-123456”                          | ok    | 2404-340403-04-01-123456
2404-340403-04-01-123456-                           | ok    | 2404-340403-04-01-123456
2404-340403-04-01-123456\n2405-340403-04-01-123457  | error |
2404-340403-04-01-******                            | error |
91340403MA2TB0015G                                  | error |
""",
    "phone": r"""
013855412345                | ok    | 13855412345
0554-2672041-2              | ok    | 0554-2672041-2
13855412345.0               | ok    | 13855412345
①13855412345 ②13955412345 | ok    | 13855412345、13955412345
2672041-8001                | warn  | 2672041-8001
1O855412345                 | error |
2025-03-08                  | error |
2672041@qq.com              | error |
QQ2672041                   | error |
1.38554E+10                 | error |
""",
    "person": r"""
“张三”               | ok    | 张三
①张三②李四         | ok    | 张三、李四
牵头:张三 配合:李四  | ok    | 张三、李四
A角：张三，B角：李四 | ok    | 张三、李四
张三（主）李四（副） | ok    | 张三、李四
张三，区发改委主任   | warn  | 张三
李晓 飞              | ok    | 李晓飞
张三（李四）         | warn  | 张三
发改委               | warn  | 发改委
书记                 | error |
原张三，现李四       | error |
""",
    "company": r"""
安徽甲科技有限公司（暂定名）          | ok    | 安徽甲科技有限公司（暂定名）
安徽甲科技有限公司\n淮南乙有限公司    | warn  | 安徽甲科技有限公司、淮南乙有限公司
★安徽甲科技有限公司                  | warn  | 安徽甲科技有限公司
拟注册                                | warn  |
""",
    "yesno": r"""
未批复        | ok    | 否
✖             | ok    | 否
否，未开工    | warn  | 否
不是，正在办  | warn  | 否
未定          | warn  |
O             | error |
○             | error |
是×           | error |
已停工        | error |
""",
    "stage": r"""
前期工作中           | ok    | 前期
施工许可证办理中     | warn  | 前期
计划2025年9月开工    | warn  | 前期
开工（计划9月）      | error |
""",
    "month": r"""
1-6月累计   | ok    | 2025-01~2025-06
2025.1-6    | ok    | 2025-01~2025-06
前三季度    | ok    | 2025-01~2025-09
6月累计     | warn  | 2025-06
2052年6月   | error |
""",
    "quarter": r"""
第Ⅱ季度  | ok | 2025Q2
""",
    "period": r"""
2025年3月\n2026年6月       | ok    | 2025-03~2026-06
2025年3月开工2026年6月建成 | ok    | 2025-03~2026-06
2025.13-2026.6             | error |
""",
    "year": r"""
二0二五    | ok    | 2025
2025年3月  | warn  | 2025
""",
    "industry": r"""
专业设备制造业 | warn  | 专业设备制造业
35.11          | error |
""",
}
CASES = [(field_type, *case) for field_type, table in TABLES.items() for case in cases(table)]


@pytest.mark.parametrize(("field_type", "cell", "kind", "value"), CASES)
def test_clerks_spellings(field_type: str, cell: str, kind: str, value: str) -> None:
    check(field_type, cell, kind, value)


WORDS = WordList((Word("新建"), Word("改建"), Word("扩建"), Word("市级"), Word("省级")))
CHOICES = r"""
choice  | ☑新建□扩建        | ok    | 新建
choice  | 新建☑ 改建□       | ok    | 新建
choice  | □新建□扩建        | error |
choice  | ☑新建☑扩建        | error |
choice  | 不是新建           | error |
choice  | 省、市级           | error |
choice  | 市级以上           | error |
choices | 新建和扩建         | ok    | 新建、扩建
choices | ①新建②扩建       | ok    | 新建、扩建
choices | ☑新建□扩建☑改建  | ok    | 新建、改建
choices | □新建□扩建        | error |
"""


@pytest.mark.parametrize("line", CHOICES.strip().splitlines())
def test_words_of_a_list(line: str) -> None:
    field_type, cell, kind, value = (part.strip() for part in line.split("|"))
    parsed = parse_cell(field_type, cell, ParseContext(date(2025, 6, 30), choices=WORDS))
    assert (parsed.kind, parsed.value) == (kind, value)
    assert bool(told(parsed, cell, field_type)) == (kind != "ok")
    assert parsed.params.get("suggest") != "新建", "what is denied is no slip"


def test_a_number_too_long_for_a_sheet_is_no_text() -> None:
    """18 digits in a number cell have lost their last three."""
    check("text", 123456789012345678, "error", "")
