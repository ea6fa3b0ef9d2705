"""Units above units: numbers that count for the 县 of the 乡镇, and 乡镇 compared within their 县."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.rules.kit import Judged, Rows, judge, scheme, table
from validators.scheme.models import Unit

FIGURES = table("figures", "数据", "why 事由 text\nmonth 月份 month\npoints 得分 number")
UNITS = (
    Unit(code="e", name="东县", kind="县"),
    Unit(code="e1", name="东一镇", kind="镇", parent="e"),
    Unit(code="e2", name="东二镇", kind="镇", parent="东县"),  # by its name
    Unit(code="w1", name="西一镇", kind="镇", parent="西县"),  # which reports nothing itself
    Unit(code="w2", name="西二镇", kind="镇", parent="西县"),
    Unit(code="n", name="北镇", kind="镇"),
)
OF = "table: figures, value: 得分, period: 月份"


def made(measure: str, more: str = "") -> Judged:
    rules = f"""
- {{id: T, kind: score, period: month, closed: true, terms: [{{name: 得分, measure: {{{OF}}}}}]}}
- {{id: S, kind: score, period: month, closed: true, digits: 4, terms: [{{name: 数, measure: {measure}}}]}}
- {{id: R, kind: rank, period: month, closed: true, group: above, by: {{rule: T}}, top: [{{n: 1, flag: 第一}}]}}
- {{id: B, kind: score, period: month, closed: true, group: above, terms: [{{name: 比, measure: {{{OF}}}, formula: 值 / 最高}}]}}
{more}
"""
    points = {"东县": 7, "东一镇": 10, "东二镇": 20, "西一镇": 40, "西二镇": 30, "北镇": 5}
    rows: Rows = [{"事由": name, "填报单位": name, "月份": "2025-01", "得分": n} for name, n in points.items()]
    rows.append({"事由": "再", "填报单位": "东一镇", "月份": "2025-01", "得分": 2})
    found = scheme([FIGURES], rules, units=UNITS, effective_from=date(2025, 1, 1))
    return judge(found, "2025-02-01", {"数据": rows})


@pytest.mark.parametrize(
    ("measure", "east", "west", "north"),
    [
        (f"{{{OF}, to: above}}", "39分", "70分", "5分"),  # its own rows with those of its towns
        (f"{{{OF}, to: above, take: mean}}", "9.75分", "35分", "5分"),  # the mean of four rows
        ("{rule: T, to: above}", "39分", "70分", "5分"),
        ("{rule: T, to: above, take: mean}", "13分", "35分", "5分"),  # the mean of 7, 12 and 20
        ("{rule: T, to: above, take: max}", "20分", "40分", "5分"),
        (f"{{{OF}, to: above, of: {{{OF}, take: max, to: above}}}}", "1.95分", "1.75分", "1分"),
        ("{fixed: {东一镇: 1, 东二镇: 2, 西一镇: 3, 北镇: 4}, to: above}", "3分", "3分", "4分"),
    ],
)
def test_numbers_count_for_the_unit_above(measure: str, east: str, west: str, north: str) -> None:
    found = made(measure)
    assert [found.unit(name, "S") for name in ("东县", "西县", "北镇")] == [east, west, north]
    assert [found.unit(name, "S") for name in ("东一镇", "西二镇")] == [None, None]


def test_units_are_compared_with_those_of_the_same_unit_above() -> None:
    found = made(f"{{{OF}}}")
    assert [found.unit(name, "R") for name in ("东一镇", "东二镇", "西一镇", "西二镇")] == [
        "第2名",
        "第1名",
        "第1名",
        "第2名",
    ]
    assert [found.unit(name, "B") for name in ("东一镇", "东二镇", "西一镇", "西二镇")] == [
        "0.6分",
        "1分",
        "1分",
        "0.75分",
    ]
    assert found.unit("北镇", "R") == "第2名", "the counties and what has none above are ranked together"


def test_what_is_still_to_come_of_a_unit_is_still_to_come_of_the_one_above() -> None:
    more = """
- {id: M, kind: cadence, period: month, due_day: 5, due_offset: 1, units: [东一镇]}
- {id: O, kind: score, period: month, closed: true, terms: [{name: 漏, measure: {rule: M, codes: [missing], to: above}, blank: zero}, {name: 有, measure: {table: figures, period: 月份, to: above}}]}
"""
    found = made(f"{{{OF}}}", more)
    assert (found.unit("东县", "O"), found.unit("西县", "O")) == ("4分(暂计)", "2分")
