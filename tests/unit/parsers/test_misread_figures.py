"""Figures, codes and telephone numbers that were once read as something else, and
what is said about those that cannot be taken."""

from __future__ import annotations

import pytest

from tests.unit.parsers.drawn import TODAY, cases, check, context
from tests.unit.rules.kit import scheme
from validators.fieldreader import FieldReader, column_contexts
from validators.parsers.base import ParseContext, ok
from validators.parsers.lines import parse_line_json
from validators.parsers.read import parse_cell
from validators.scheme.tables import Field, Table

TABLES = {
    "money_wan": r"""
5000（计划）             | ok    | 5000
12000万元（1.2亿元）     | ok    | 12000
5000(不含税)             | ok    | 5000
12000（1.2亿）           | ok    | 12000
5000（未落实）           | warn  | 5000
5000（其中设备3000万元） | warn  | 5000
5000（暂估）             | ok    | 5000
5000万元（未到位）       | warn  | 5000
5000（到位3000万元）     | warn  | 5000
5000（含设备3000万元）   | warn  | 5000
5000(负)                 | error |
12000万元（1.5亿元）     | error |
1.2e4                    | error |
1.2E+5                   | error |
1.2亿元（12034万元）     | error |
""",
    "pct_invest": r"""
五成        | ok    | 50
十成        | ok    | 100
二成半      | ok    | 25
50%（计划） | warn  | 50
六成五      | warn  | 65
％65        | warn  | 65
%65         | warn  | 65
65个百分点  | warn  | 65
50（万元）  | error |
""",
    "pct_progress": r"""
完成90%         | ok    | 90
总体90%         | ok    | 90
50%（未完成）   | warn  | 50
主体完成90%     | error |
设备安装完成50% | error |
""",
    "integer": r"""
3期        | ok    | 3
20（待定） | warn  | 20
-1         | warn  | -1
20%        | error |
3月        | error |
""",
    "number": r"""
5个月   | ok    | 5
1.5万㎡ | ok    | 15000
-5      | ok    | -5
120%    | error |
５％    | error |
3月     | error |
2025年  | error |
1年     | error |
1.2e4   | error |
1e3     | error |
""",
    "date": r"""
2025-06-05（作废） | warn  | 2025-06-05
""",
    "projcode": r"""
2404-000000-04-01-123456 | ok    | 2404-000000-04-01-123456
2509-320193-89-01-544060 | ok    | 2509-320193-89-01-544060
2606-340403-04-01-123456 | ok    | 2606-340403-04-01-123456
9912-340403-04-01-123456 | error |
5012-340403-04-01-123456 | error |
2612-340403-04-01-123456 | error |
""",
    "phone": r"""
13855412345 转                    | ok    | 13855412345
0554-2672041转8001                | ok    | 0554-2672041-8001
13855412345（微信同号）           | ok    | 13855412345
021-12345678转12                  | ok    | 021-12345678-12
手机13855412345；座机0554-2672041 | ok    | 13855412345、0554-2672041
0086-13855412345                  | ok    | 13855412345
008613855412345                   | ok    | 13855412345
0554-26720411                     | ok    | 0554-26720411
05542672041                       | ok    | 0554-2672041
13855412345 13955412345           | ok    | 13855412345、13955412345
0554-2672041-801                  | ok    | 0554-2672041-801
QQ:123456 13855412345             | ok    | 13855412345
wx13855412345                     | ok    | 13855412345
021-1234567                       | warn  | 021-1234567
13855412345转1                    | warn  | 13855412345
010-8888888                       | warn  | 010-8888888
13855412345->13955412345          | error |
00000000000                       | error |
0                                 | error |
1385541234O                       | error |
13x55412345                       | error |
0554-267204l                      | error |
055-2672041                       | error |
+852 2345 6789                    | error |
00852-23456789                    | error |
原13855412345，现13955412345      | error |
""",
    "uscc": r"""
913404О3MA2TB0015G | error |
91340403           | error |
12345678           | error |
123456789          | error |
9134040            | error |
""",
}
CASES = [(field_type, *case) for field_type, table in TABLES.items() for case in cases(table)]


@pytest.mark.parametrize(("field_type", "cell", "kind", "value"), CASES)
def test_cells_once_misread(field_type: str, cell: str, kind: str, value: str) -> None:
    check(field_type, cell, kind, value)


SAID = """
phone        | 1385541234O        | “O”
phone        | 13x55412345        | “x”
phone        | 0554-267204l       | “l”
phone        | 055-2672041        | “055”不是区号
phone        | 0                  | 有1位
phone        | 00000000000        | 有11位
phone        | +852 2345 6789     | 不是内地
phone        | 13855412345转1     | “转1”没有收
uscc         | 913404О3MA2TB0015G | 第7位是字母O
uscc         | 91340403           | 这里有8位
number       | 1.2e4              | 科学计数
money_wan    | 1.2E+5             | 科学计数
pct_progress | 主体完成90%        | 其中一部分
projcode     | 5012-340403-04-01-123456 | 2050年12月
"""


@pytest.mark.parametrize("line", SAID.strip().splitlines())
def test_what_is_wrong_is_named(line: str) -> None:
    field_type, cell, said = (part.strip() for part in line.split("|"))
    assert said in parse_line_json(field_type, cell, context())["message"]


def test_a_count_below_nought_is_told_unless_its_field_lets_it_be() -> None:
    for minimum, kind in (("", "warn"), ("-10", "ok")):
        field = Field(name="m", title="净增", type="integer", minimum=minimum)
        table = Table(name="t", title="T", fields=(field,), name_field="m")
        made = scheme([table], "[]")
        reader = FieldReader(made, table, field)
        found = reader.read("-3", reader.context(column_contexts(made, TODAY), ""))
        assert (found.kind, found.value) == (kind, "-3")


def test_a_share_stays_a_share_in_a_column_of_percents() -> None:
    assert parse_cell("number", "120%", ParseContext(TODAY, base_unit="%")) == ok("120")
    assert parse_cell("integer", "3月", ParseContext(TODAY, unit="月", base_unit="月")) == ok("3")
