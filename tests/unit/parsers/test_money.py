"""Amounts in columns of 万元 and of 亿元, always to 万元."""

from __future__ import annotations

import pytest

from tests.unit.parsers.drawn import cases, check

MONEY_WAN = r"""
RMB12000万              | ok    | 12000
120000000元             | ok    | 12000
1亿2千万                | ok    | 12000
0.00                    | ok    | 0
12000万元整             | ok    | 12000
一千二百万              | ok    | 1200
12000万 元              | ok    | 12000
12000(万元)             | ok    | 12000
12000（万元）           | ok    | 12000
1.2（亿元）             | ok    | 12000
5,000                   | ok    | 5000
5，000.50               | ok    | 5000.5
5000.00万元             | ok    | 5000
五百二十万元            | ok    | 520
伍佰贰拾万元整          | ok    | 520
520万                   | ok    | 520
３．５亿                | ok    | 35000
3.5亿                   | ok    | 35000
3.5 亿元                | ok    | 35000
35000.0                 | ok    | 35000
暂无                    | ok    |
5000￥                  | ok    | 5000
2025                    | ok    | 2025
12000,                  | ok    | 12000
,12000                  | ok    | 12000
1200万元（含税）        | ok    | 1200
百万                    | ok    | 100
0.12亿                  | ok    | 1200
壹仟万                  | ok    | 1000
一万                    | ok    | 1
3亿元人民币（叁亿元整） | ok    | 30000
12.000                  | warn  | 12
≈12000                 | warn  | 12000
12000多                 | warn  | 12000
投资约1.2亿元人民币     | warn  | 12000
不超过5000万            | warn  | 5000
5000万元左右（含设备）  | warn  | 5000
待定                    | warn  |
未统计                  | warn  |
12,000,000              | warn  | 12000000
1亿+                    | warn  | 10000
二万五千                | warn  | 2.5
二                      | warn  | 2
1.2.3                   | error |
万元12000               | error |
12000±                 | error |
一期5000万，二期7000万  | error |
5000万-6000万           | error |
按合同                  | error |
详见附件                | error |
1e4                     | error |
12000年                 | error |
2025年                  | error |
2025-03-15              | error |
12000、13000            | error |
12000;13000             | error |
100万/亩                | error |
三五千万                | error |
十几亿                  | error |
60%                     | error |
12000 ／ 5000           | error |
自筹5000                | error |
银行贷款3000万          | error |
1.2E+04                 | error |
12000 0                 | error |
1 2000                  | error |
万                      | error |
10亿日元                | error |
"""
MONEY_YI = r"""
1.2       | ok    | 12000
1.2亿     | ok    | 12000
12000万元 | ok    | 12000
0.5       | ok    | 5000
1.2亿元   | ok    | 12000
2.0       | ok    | 20000
5000万    | ok    | 5000
12000     | warn  | 120000000
约1.2     | warn  | 12000
100       | warn  | 1000000
1000      | warn  | 10000000
一点二    | warn  | 12000
12,000    | warn  | 120000000
1.2-1.5   | error |
"""


@pytest.mark.parametrize(("cell", "kind", "value"), cases(MONEY_WAN))
def test_money_wan(cell: str, kind: str, value: str) -> None:
    check("money_wan", cell, kind, value)


@pytest.mark.parametrize(("cell", "kind", "value"), cases(MONEY_YI))
def test_money_yi(cell: str, kind: str, value: str) -> None:
    check("money_yi", cell, kind, value)
