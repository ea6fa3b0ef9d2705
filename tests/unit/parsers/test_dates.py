"""Days and months in every shape that clerks type, by kind of column; the day of filling is 2025-06-30."""

from __future__ import annotations

import pytest

from tests.unit.parsers.drawn import cases, check

DATE = r"""
2025-3-5                      | ok    | 2025-03-05
２０２５－０３－１５          | ok    | 2025-03-15
贰零贰伍年叁月壹拾伍日        | ok    | 2025-03-15
公元2025年3月15日             | ok    | 2025-03-15
2025年3月15日上午9:00         | ok    | 2025-03-15
2025年年底                    | ok    | 2025-12-31
二零二五年三月                | ok    | 2025-03
2025年10月1日（暂定）         | ok    | 2025-10-01
2025年3月15日（星期六）       | ok    | 2025-03-15
2025-3-15;                    | ok    | 2025-03-15
2025..3.15                    | ok    | 2025-03-15
2025年3月份底                 | ok    | 2025-03-31
'2025-03-15                   | ok    | 2025-03-15
2025-3月                      | ok    | 2025-03
2025年-3月-15日               | ok    | 2025-03-15
2025.03.                      | ok    | 2025-03
2025年3月15日下午3点半        | ok    | 2025-03-15
截止2025年3月15日             | ok    | 2025-03-15
2025年12月31号                | ok    | 2025-12-31
2025年三季度末                | ok    | 2025-09-30
2025\3\15                     | ok    | 2025-03-15
2025_03_15                    | ok    | 2025-03-15
2025，03，15                  | ok    | 2025-03-15
2025年3月5 日                 | ok    | 2025-03-05
2025 年3 月                   | ok    | 2025-03
2025-12-31T00:00:00Z          | ok    | 2025-12-31
2025-12-31T00:00:00.000+08:00 | ok    | 2025-12-31
2024年2月29日                 | ok    | 2024-02-29
2025年5月1日（五一）          | ok    | 2025-05-01
2025年3月（已办）             | ok    | 2025-03
(2025-03-15)                  | ok    | 2025-03-15
[2025-03-15]                  | ok    | 2025-03-15
2025年3月15日。               | ok    | 2025-03-15
2025年3月l5日                 | warn  | 2025-03-15
2025年3月15日晚               | warn  | 2025-03-15
3/15/2025                     | warn  | 2025-03-15
2025年3月15日前               | warn  | 2025-03-15
十月底                        | warn  | 2025-10-31
2025年3月下旬                 | warn  | 2025-03-31
2025年3月初                   | warn  | 2025-03-10
3月15号左右                   | warn  | 2025-03-15
25年底                        | warn  | 2025-12-31
2025年3月15日签               | warn  | 2025-03-15
约2025年底                    | warn  | 2025-12-31
2025年度                      | warn  | 2025-12-31
2025年3月15曰                 | warn  | 2025-03-15
31/12/2025                    | warn  | 2025-12-31
12月                          | warn  | 2025-12
七月一日                      | warn  | 2025-07-01
2025年3月已办                 | warn  | 2025-03
at 2025-03-15                 | warn  | 2025-03-15
Mar-25                        | error |
2025-W10                      | error |
2025-00-15                    | error |
2025/13/01                    | error |
1899/12/30                    | error |
2125-03-15                    | error |
2025年3月15日、4月20日        | error |
廿五日                        | error |
2025年初                      | error |
20253                         | error |
202513                        | error |
2月29日                       | error |
2023-2-29                     | error |
20250230                      | error |
国庆节前                      | error |
2025年国庆                    | error |
五一前                        | error |
3个月                         | error |
开工后3个月内                 | error |
同                            | error |
见批复                        | error |
2025-03-15~                   | error |
"""
DATE_PLAN = r"""
2025年9月30日前       | ok    | 2025-09-30
2025年9月底前         | ok    | 2025-09-30
2025-09（暂定）       | ok    | 2025-09
力争2025年9月         | ok    | 2025-09
2025年10月份          | ok    | 2025-10
2028年6月             | ok    | 2028-06
不晚于2025年9月       | ok    | 2025-09
2025年9月30日之前完成 | ok    | 2025-09-30
拟2025年9月开工       | warn  | 2025-09
9月底前               | warn  | 2025-09-30
年内                  | warn  | 2025-12-31
2025年内              | warn  | 2025-12-31
明年6月               | warn  | 2026-06
下半年                | warn  | 2025-12-31
计划于2025年10月竣工  | warn  | 2025-10
2025年9月上旬前       | warn  | 2025-09-10
12月                  | warn  | 2025-12
1月                   | warn  | 2025-01
2月底                 | warn  | 2025-02-28
2025年中              | warn  | 2025-06-30
争取年底              | warn  | 2025-12-31
待审批后              | warn  |
2027年                | warn  | 2027-12-31
2025年8月左右         | warn  | 2025-08
2026年春节前          | error |
尽快                  | error |
2025.9.31             | error |
已开工                | error |
2025年四季度前        | error |
2025年8-9月           | error |
2025年9月以后         | error |
"""
DATE_ACTUAL = r"""
2025年3月15日（已开工） | ok    | 2025-03-15
无                      | ok    |
未开工                  | warn  |
12月31日                | warn  | 2024-12-31
3月15日                 | warn  | 2025-03-15
尚未签订                | warn  |
待开工                  | warn  |
2025.3.15已签           | warn  | 2025-03-15
已于2025年3月15日开工   | warn  | 2025-03-15
2025年3月15日左右       | warn  | 2025-03-15
未                      | warn  |
不需要                  | warn  |
2025-07-15              | error |
2025年3月               | error |
预计2025年8月           | error |
已开工                  | error |
√                      | error |
是                      | error |
2025年                  | error |
2025年第一季度          | error |
2025年3月上旬           | error |
2025年12月底            | error |
计划9月                 | error |
2025年3月15日（计划）   | error |
"""


@pytest.mark.parametrize(("cell", "kind", "value"), cases(DATE))
def test_date(cell: str, kind: str, value: str) -> None:
    check("date", cell, kind, value)


@pytest.mark.parametrize(("cell", "kind", "value"), cases(DATE_PLAN))
def test_date_plan(cell: str, kind: str, value: str) -> None:
    check("date_plan", cell, kind, value)


@pytest.mark.parametrize(("cell", "kind", "value"), cases(DATE_ACTUAL))
def test_date_actual(cell: str, kind: str, value: str) -> None:
    check("date_actual", cell, kind, value)
