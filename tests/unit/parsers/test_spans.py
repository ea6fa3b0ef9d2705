"""Periods, months, quarters, weeks and years; the day of filling is 2025-06-30."""

from __future__ import annotations

import pytest

from tests.unit.parsers.drawn import cases, check

PERIOD = r"""
2025-2026                   | ok    | 2025~2026
2025年-2026年               | ok    | 2025~2026
2025—2026年                | ok    | 2025~2026
2025.3-2026.6               | ok    | 2025-03~2026-06
2025年3月-2026年6月         | ok    | 2025-03~2026-06
2025.03-2026.06             | ok    | 2025-03~2026-06
2025/3-2026/6               | ok    | 2025-03~2026-06
2025-03至2026-06            | ok    | 2025-03~2026-06
2025年                      | ok    | 2025~2025
2025-2025                   | ok    | 2025~2025
2025.3.1-2026.6.30          | ok    | 2025-03-01~2026-06-30
2025年3月1日至2026年6月30日 | ok    | 2025-03-01~2026-06-30
2025年3月至6月              | ok    | 2025-03~2025-06
2025年3-6月                 | ok    | 2025-03~2025-06
2025年底至2026年底          | ok    | 2025-12~2026-12
2025年上半年-2026年下半年   | ok    | 2025-01~2026-12
2025到2026                  | ok    | 2025~2026
2025年3月—2026             | ok    | 2025-03~2026
20250301-20260630           | ok    | 2025-03-01~2026-06-30
2025年3月开工-2026年6月竣工 | ok    | 2025-03~2026-06
预计2025-2026年             | ok    | 2025~2026
2024－2026                  | ok    | 2024~2026
2024～2026                  | ok    | 2024~2026
2025.3-2025.3               | ok    | 2025-03~2025-03
2025年1月-12月              | ok    | 2025-01~2025-12
2年（2025-2026）            | ok    | 2025~2026
2025-2026年（一期）         | ok    | 2025~2026
25-26                       | warn  | 2025~2026
25.3-26.6                   | warn  | 2025-03~2026-06
十四五                      | warn  | 2021~2025
3月-6月                     | warn  | 2025-03~2025-06
3月至6月                    | warn  | 2025-03~2025-06
待定                        | warn  |
2024.10-25.6                | warn  | 2024-10~2025-06
2025年3月                   | error |
10月-3月                    | error |
3月5日-6月                  | error |
3年                         | error |
36个月                      | error |
2025年起                    | error |
2025-                       | error |
-2026                       | error |
2025、2026                  | error |
2025.13-2026.6              | error |
2026.6-2025.3               | error |
2023-2025-2026              | error |
一年                        | error |
2025.6-2026.6-2027.6        | error |
"""
MONTH = r"""
2025-06        | ok    | 2025-06
2025年6月      | ok    | 2025-06
2025.6         | ok    | 2025-06
202506         | ok    | 2025-06
6月            | ok    | 2025-06
6              | ok    | 2025-06
06             | ok    | 2025-06
六月           | ok    | 2025-06
6月份          | ok    | 2025-06
1-6月          | ok    | 2025-01~2025-06
2025年1-6月    | ok    | 2025-01~2025-06
1—6月         | ok    | 2025-01~2025-06
1~6月          | ok    | 2025-01~2025-06
1至6月         | ok    | 2025-01~2025-06
上半年         | ok    | 2025-01~2025-06
一季度         | ok    | 2025-01~2025-03
第二季度       | ok    | 2025-04~2025-06
全年           | ok    | 2025-01~2025-12
2025年         | ok    | 2025-01~2025-12
2025/6/1       | ok    | 2025-06
2025-06-30     | ok    | 2025-06
6月底          | ok    | 2025-06
2025年06月     | ok    | 2025-06
2025-6-1       | ok    | 2025-06
2025年6        | ok    | 2025-06
二〇二五年六月 | ok    | 2025-06
2024年12月     | ok    | 2024-12
1月            | ok    | 2025-01
五、六月       | ok    | 2025-05~2025-06
5、6月         | ok    | 2025-05~2025-06
6月（补报）    | ok    | 2025-06
下半年         | warn  | 2025-07~2025-12
本月           | warn  | 2025-06
上月           | warn  | 2025-05
上个月         | warn  | 2025-05
当月           | warn  | 2025-06
12月           | warn  | 2025-12
7月            | warn  | 2025-07
6月25日        | warn  | 2025-06
截至6月        | warn  | 2025-06
6月上旬        | warn  | 2025-06
25年6月        | warn  | 2025-06
25.6           | warn  | 2025-06
10-12月        | warn  | 2025-10~2025-12
去年12月       | warn  | 2024-12
待定           | warn  |
2025           | error |
13月           | error |
0月            | error |
Jun-25         | error |
6-1月          | error |
5-6            | error |
六             | error |
每月           | error |
"""
QUARTER = r"""
2025Q1        | ok    | 2025Q1
2025年一季度  | ok    | 2025Q1
一季度        | ok    | 2025Q1
1季度         | ok    | 2025Q1
Q1            | ok    | 2025Q1
第1季度       | ok    | 2025Q1
2025-Q1       | ok    | 2025Q1
2025.Q1       | ok    | 2025Q1
2025年第1季度 | ok    | 2025Q1
2025一季度    | ok    | 2025Q1
1-3月         | ok    | 2025Q1
2025年1-3月   | ok    | 2025Q1
1             | ok    | 2025Q1
2025年Q1      | ok    | 2025Q1
2025q1        | ok    | 2025Q1
2024年四季度  | ok    | 2024Q4
2025年四季度  | ok    | 2025Q4
25Q1          | warn  | 2025Q1
2025年3月     | warn  | 2025Q1
2025-03-31    | warn  | 2025Q1
5             | warn  | 2025Q2
本季度        | warn  | 2025Q2
上季度        | warn  | 2025Q1
待定          | warn  |
四季度        | warn  | 2025Q4
3季           | warn  | 2025Q3
三季          | warn  | 2025Q3
上半年        | error |
全年          | error |
一二季度      | error |
Q12025        | error |
"""
WEEK = r"""
第1周           | ok    | 2025-W01
2025年第1周     | ok    | 2025-W01
2025-W01        | ok    | 2025-W01
W1              | ok    | 2025-W01
1               | ok    | 2025-W01
2026年第53周    | ok    | 2026-W53
2025.6.23-6.29  | ok    | 2025-W26
第二十四周      | ok    | 2025-W24
24周            | ok    | 2025-W24
6月23日-6月29日 | warn  | 2025-W26
6.23-29         | warn  | 2025-W26
2025-06-25      | warn  | 2025-W26
本周            | warn  | 2025-W27
上周            | warn  | 2025-W26
下周            | warn  | 2025-W28
第53周          | error |
2025年第53周    | error |
6月第1周        | error |
周一            | error |
6月             | error |
"""
YEAR = r"""
2025           | ok    | 2025
2025年         | ok    | 2025
2025年度       | ok    | 2025
二〇二五年     | ok    | 2025
两千零二十五年 | ok    | 2025
25年           | warn  | 2025
25             | warn  | 2025
今年           | warn  | 2025
去年           | warn  | 2024
2025年3月      | warn  | 2025
待定           | warn  |
2025-2026      | error |
20255          | error |
225            | error |
99             | error |
1900           | error |
2100           | error |
十四五         | error |
num            | error |
"""


@pytest.mark.parametrize(("cell", "kind", "value"), cases(PERIOD))
def test_period(cell: str, kind: str, value: str) -> None:
    check("period", cell, kind, value)


@pytest.mark.parametrize(("cell", "kind", "value"), cases(MONTH))
def test_month(cell: str, kind: str, value: str) -> None:
    check("month", cell, kind, value)


@pytest.mark.parametrize(("cell", "kind", "value"), cases(QUARTER))
def test_quarter(cell: str, kind: str, value: str) -> None:
    check("quarter", cell, kind, value)


@pytest.mark.parametrize(("cell", "kind", "value"), cases(WEEK))
def test_week(cell: str, kind: str, value: str) -> None:
    check("week", cell, kind, value)


@pytest.mark.parametrize(("cell", "kind", "value"), cases(YEAR))
def test_year(cell: str, kind: str, value: str) -> None:
    check("year", cell, kind, value)
