"""Percents, numbers and counts."""

from __future__ import annotations

import pytest

from tests.unit.parsers.drawn import cases, check

PCT_INVEST = r"""
52               | ok    | 52
52.3%            | ok    | 52.3
52％             | ok    | 52
五成             | ok    | 50
52%（含设备）    | ok    | 52
完成52%          | ok    | 52
129%             | ok    | 129
百分之五十二点三 | ok    | 52.3
0                | ok    | 0
0%               | ok    | 0
五十             | ok    | 50
5.2‰            | ok    | 0.52
200              | ok    | 200
100%             | ok    | 100
52.              | ok    | 52
52%%             | ok    | 52
七成半           | ok    | 75
99.99%           | ok    | 99.99
0.52             | warn  | 52
一半             | warn  | 50
1                | warn  | 1
1.29             | warn  | 1.29
已完成           | warn  | 100
52个百分点       | warn  | 52
%52              | warn  | 52
三成五           | warn  | 35
约五成           | warn  | 50
超50%            | warn  | 50
52%左右          | warn  | 52
50%以上          | warn  | 50
不大于50%        | warn  | 50
待定             | warn  |
500              | warn  | 500
0.005            | warn  | 0.5
1.0              | warn  | 1
-5%              | error |
50-60%           | error |
5/10             | error |
过半             | error |
1/2              | error |
三成五六         | error |
52万元           | error |
按计划           | error |
"""
PCT_PROGRESS = r"""
100         | ok    | 100
100%        | ok    | 100
九成        | ok    | 90
已完成90%   | ok    | 90
形象进度52% | ok    | 52
0           | ok    | 0
完工        | warn  | 100
0.9         | warn  | 90
99%以上     | warn  | 99
未开工      | warn  | 0
1           | warn  | 1
120%        | error |
主体封顶    | error |
101         | error |
基础完成30% | error |
"""
NUMBER = r"""
12                    | ok    | 12
12.5亩                | ok    | 12.5
1.2万平方米           | ok    | 12000
二十                  | ok    | 20
-5                    | ok    | -5
12 人                 | ok    | 12
12,000                | ok    | 12000
１２                  | ok    | 12
十二                  | ok    | 12
0                     | ok    | 0
无                    | ok    |
3.14                  | ok    | 3.14
12.0                  | ok    | 12
五万                  | ok    | 50000
1.2万                 | ok    | 12000
12个                  | ok    | 12
约12                  | warn  | 12
12人左右              | warn  | 12
120亩（其中水面20亩） | warn  | 120
12%                   | error |
12-15                 | error |
12+3                  | error |
若干                  | error |
十几                  | error |
1,2                   | error |
1e3                   | error |
12台/套               | error |
"""
INTEGER = r"""
12      | ok    | 12
12.0    | ok    | 12
12人    | ok    | 12
二十人  | ok    | 20
十      | ok    | 10
1.2万人 | ok    | 12000
100名   | ok    | 100
１００  | ok    | 100
12.     | ok    | 12
12人次  | ok    | 12
-1      | warn  | -1
约20人  | warn  | 20
20余人  | warn  | 20
20多    | warn  | 20
12.5    | error |
20-30   | error |
"""


@pytest.mark.parametrize(("cell", "kind", "value"), cases(PCT_INVEST))
def test_pct_invest(cell: str, kind: str, value: str) -> None:
    check("pct_invest", cell, kind, value)


@pytest.mark.parametrize(("cell", "kind", "value"), cases(PCT_PROGRESS))
def test_pct_progress(cell: str, kind: str, value: str) -> None:
    check("pct_progress", cell, kind, value)


@pytest.mark.parametrize(("cell", "kind", "value"), cases(NUMBER))
def test_number(cell: str, kind: str, value: str) -> None:
    check("number", cell, kind, value)


@pytest.mark.parametrize(("cell", "kind", "value"), cases(INTEGER))
def test_integer(cell: str, kind: str, value: str) -> None:
    check("integer", cell, kind, value)
