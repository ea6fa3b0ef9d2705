"""填报单位 and 单位类型 in conditions on rows: limits and thresholds that hang on who reports."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.rules.kit import judge, scheme, table
from validators.calendar import Calendar
from validators.evaluate import Evaluator
from validators.scheme.models import Department, Unit
from validators.scheme.tables import Periodic

PROJECT = table(
    "project", "项目库", "name 项目名称 project_name\nsigned 签约日期 date_actual\nstarted 开工日期 date_actual"
)
UNITS = (
    Unit(code="01", name="甲镇", kind="镇"),
    Unit(code="02", name="经开区", kind="园区"),
    Unit(code="03", name="丙街道"),
)
LIMITS = """
- {id: E-1, kind: elapsed, table: project, from: 签约日期, to: 开工日期, unit: 月,
    limits: {by: [单位类型], rows: {园区: 2, 镇: 3}}}
- {id: E-2, kind: bands, table: project, when: 填报单位 = '甲镇', value: "天数(签约日期, 今天)",
    bands: [{name: 慢, range: 30以上}]}
"""


@pytest.mark.parametrize(
    ("unit", "said", "of_one"),
    [("甲镇", "正常", "慢"), ("经开区", "逾期1天", "不适用"), ("丙街道", "待补条件", "不适用")],
)
def test_a_limit_by_the_kind_of_the_unit(unit: str, said: str, of_one: str) -> None:
    rows = [{"unit": unit, "项目名称": "厂", "签约日期": "2025-03-10"}]
    found = judge(scheme([PROJECT], LIMITS, units=UNITS), "2025-05-11", {"项目库": rows})
    assert (found.status("厂", "E-1"), found.status("厂", "E-2")) == (said, of_one)


def test_rows_of_a_department_and_a_column_of_the_same_title() -> None:
    listed = table("listed", "名单", "name 项目名称 text\nwho 填报单位 text", filler="fgw")
    plain = table("plain", "清单", "name 项目名称 text", filler="fgw")
    rules = """
- {id: A, kind: stage_entry, table: listed, stages: [{name: 中, when: 填报单位 = '丁'}]}
- {id: B, kind: stage_entry, table: plain, stages: [{name: 中, when: 填报单位 = '县发改委'}]}
"""
    made = scheme([listed, plain], rules, units=UNITS, departments=(Department(code="fgw", name="县发改委"),))
    rows = {
        "名单": [{"unit": "县发改委", "项目名称": "甲厂", "填报单位": "丁"}],
        "清单": [{"unit": "县发改委", "项目名称": "乙厂"}],
    }
    found = judge(made, "2025-05-11", rows)
    assert (found.status("甲厂", "A"), found.status("乙厂", "B")) == ("中", "中")


def test_measures_count_by_the_unit_that_reports() -> None:
    rule = """
- {id: S, kind: score, terms: [{name: 园区, measure: {table: project, where: 单位类型 = '园区'}, blank: zero}], each: unit}
"""
    rows = [{"unit": "甲镇", "项目名称": "a"}, {"unit": "经开区", "项目名称": "b"}]
    found = judge(scheme([PROJECT], rule, units=UNITS), "2025-05-11", {"项目库": rows})
    assert [found.unit(name, "S") for name in ("甲镇", "经开区", "丙街道")] == ["0分", "1分", "0分"]


def test_a_changed_condition_is_looked_back_at_with_the_unit() -> None:
    """曾逾期 by what the unit's rows were before a dated value changed."""
    model = table(
        "project",
        "项目库",
        "name 项目名称 project_name\nsite 选址 text dated\nsigned 签约日期 date_actual\nstarted 开工日期 date_actual",
    )
    rule = """
- {id: E, kind: elapsed, table: project, when: 填报单位 = '甲镇', from: 签约日期, to: 开工日期, unit: 月,
    limits: {by: [选址], rows: {厂房: 1, 自建: 6}}}
"""
    rows = [{"编号": "p1", "unit": "甲镇", "项目名称": "厂", "选址": "自建", "签约日期": "2025-01-10"}]
    history = [{"table": "project", "key": "p1", "field": "选址", "old": "厂房", "new": "自建", "at": "2025-03-01"}]
    found = judge(scheme([model], rule, units=UNITS), date(2025, 4, 1).isoformat(), {"项目库": rows}, history=history)
    assert "曾逾期" in found.entry("p1", "E")["reason"]


@pytest.mark.parametrize(("unit", "owes"), [("02", True), ("01", False)])
def test_a_month_is_opened_for_those_units_whose_projects_owe_it(unit: str, owes: bool) -> None:
    fields = "project 项目 text\nmonth 月份 month"
    opened = Periodic(kind="month", field="month")
    monthly = table("monthly", "月报", fields, parent="project", parent_field="project", periodic=opened)
    rule = """
- {id: C, kind: cadence, table: project, subject: record, period: month, when: 单位类型 = '园区', evidence: monthly,
    evidence_period: 月份}
"""
    engine = Evaluator(scheme([PROJECT, monthly], rule, units=UNITS), Calendar())
    assert engine.in_scope("monthly", "project", {"name": "厂"}, date(2025, 5, 11), unit) is owes
