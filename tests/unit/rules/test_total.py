"""`total`: what the rows below a row come to, as a value of the row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.unit.rules.kit import Rows, judge, scheme, table
from tests.unit.test_evaluate_days import shared_difference
from validators.calendar import Calendar
from validators.document import read_document
from validators.evaluate import Evaluator
from validators.facts import Facts
from validators.rules import parse_rule
from validators.rules.context import Env
from validators.scheme.models import Scheme

PROJECT = table("project", "项目", "name 项目名称 project_name\nmoney 总投资 money_wan\nsigned 签约日期 date_actual")
PAID = table(
    "paid",
    "到资",
    """project 项目名称 project_name
    day 到资日期 date_actual
    month 月份 month
    sum 到资金额 number
    note 结论 text""",
    parent="project",
    parent_field="project",
)


def made(*rules: str) -> Scheme:
    return scheme([PROJECT, PAID], "[" + ", ".join(rules) + "]")


def total(more: str, into: str = "值") -> str:
    return f"{{id: A, kind: total, table: project, rows: paid, into: {into}, {more}}}"


def rows(*paid: dict[str, Any]) -> dict[str, Rows]:
    items = [{"key": f"c{n}", "unit": "甲镇", "项目名称": "P", **item} for n, item in enumerate(paid)]
    project = {"key": "p", "unit": "甲镇", "项目名称": "P", "总投资": 1000, "签约日期": "2025-02-01"}
    return {"项目": [project], "到资": items}


PAYMENTS = (
    {"到资日期": "2025-03-01", "到资金额": 300, "结论": "一般"},
    {"到资日期": "2025-05-31", "到资金额": -50, "结论": "好"},
    {"到资日期": "2025-01-15", "到资金额": 90},
    {"到资日期": "2025-12-01", "到资金额": 800, "结论": "差"},  # not yet on the day of the test
    {"到资金额": 7, "结论": "好"},  # no day
)


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ("value: 到资金额, day: 到资日期, measure: 万元", "340万元"),
        ("value: 到资金额, measure: 万元", "1147万元"),  # without a day all rows count
        ("day: 到资日期, measure: 笔", "3笔"),
        ("where: 到资金额 > 100, day: 到资日期", "1"),
        ("where: 到资日期 >= 项目.签约日期, value: 到资金额, day: 到资日期", "250"),
        ("value: 到资金额, day: 到资日期, take: mean", "113.33"),
        ("value: 到资金额, day: 到资日期, take: max", "300"),
        ("value: 到资金额, day: 到资日期, take: min", "-50"),
        ("value: 到资金额, day: 到资日期, take: last", "-50"),
        ("value: 到资金额, day: 到资日期, take: first", "90"),
        ("value: 结论, day: 到资日期, take: last, gives: text", "好"),
        ("value: 到资日期, take: max, gives: date, where: 到资日期 <= 今天", "2025-05-31"),
        ("value: 到资金额, day: 到资日期, where: 结论 = '没有'", "0"),
        ("value: 到资金额, day: 到资日期, take: max, where: 结论 = '没有'", "—"),
        ("value: 到资金额, day: 到资日期, when: 总投资 > 5000", None),
    ],
)
def test_one_value_is_made_of_many_rows(more: str, shown: str | None) -> None:
    assert judge(made(total(more)), "2025-06-30", rows(*PAYMENTS)).status("p", "A") == shown


def test_the_share_is_compared_exactly_and_stands_on_the_limit() -> None:
    band = "{id: B, kind: bands, table: project, value: 值 / 总投资, bands: [{name: 够, range: 25%以上}, {name: 不够, range: 不满25%}]}"
    made_of = made(total("value: 到资金额, day: 到资日期"), band)
    exact = judge(made_of, "2025-06-30", rows({"到资日期": "2025-03-01", "到资金额": 249.99}))
    assert exact.status("p", "B") == "不够"
    exact = judge(
        made_of,
        "2025-06-30",
        rows({"到资日期": "2025-03-01", "到资金额": 249.99}, {"到资日期": "2025-06-30", "到资金额": 0.01}),
    )
    assert exact.status("p", "B") == "够"


def test_a_number_of_granted_days_moves_a_limit() -> None:
    """申请延期的天数在下级表里，加起来顺延."""
    late = "{id: B, kind: reach, table: project, rows: paid, amount: 到资金额, day: 到资日期, goal: '1000', due: '加日(签约日期 + 1个月, 值)'}"
    found = judge(
        made(total("value: 到资金额, day: 到资日期"), late),
        "2025-03-05",
        rows({"到资日期": "2025-02-10", "到资金额": 5}),
    )
    assert found.entry("p", "B")["deadline"] == "2025-03-06"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"take": "last"}, "先后"),
        ({"take": "max"}, "要写 value"),
        ({"take": "sum", "value": "note", "gives": "text"}, "不能用于"),
        ({"take": "mean", "value": "day", "gives": "date"}, "不能用于"),
        ({"day": "day", "period": "month"}, "只写一个"),
    ],
)
def test_what_makes_no_sense_is_refused(more: dict[str, str], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        parse_rule({"id": "A", "kind": "total", "title": "", "table": "project", "rows": "paid", "into": "x", **more})


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("{id: A, kind: total, table: paid, rows: project, into: x}", "不是“paid”的下级表"),
        (total("value: 结论, gives: number"), "这里要的是数字"),
    ],
)
def test_what_does_not_fit_the_tables_is_told(rule: str, why: str) -> None:
    model = made(rule)
    with pytest.raises(ValueError, match=why):
        model.rules[0].compile(Env(model, Calendar()))


@given(st.lists(st.tuples(st.dates(date(2025, 1, 1), date(2025, 4, 30)), st.decimals(-500, 500, places=2)), max_size=5))
def test_the_nightly_pass_notices_rows_that_begin_to_count(paid: list[tuple[date, Decimal]]) -> None:
    target = "{id: T, kind: target, table: project, where: 值 >= 100, goal: 1, since: 2025-01-01, until: 2025-12-31}"
    model = made(target, total("value: 到资金额, day: 到资日期"))
    given_rows = rows(*({"到资日期": day.isoformat(), "到资金额": str(money)} for day, money in paid))
    engine, read = Evaluator(model, Calendar()), read_document(model, {"tables": given_rows}, date(2025, 12, 31))
    facts = Facts.of(model, read.records.values(), parents=read.parents, history=read.history)
    assert shared_difference(engine, facts, date(2025, 1, 1), date(2025, 5, 5)) is None
