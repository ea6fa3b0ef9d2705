"""Shorter periods taken together for longer ones: each belongs to the one in which it ends, none is lost or doubled."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.rules.kit import judge, scheme, table
from validators.periods import PeriodKind, period_of
from validators.rules.taken import _holding

PROJECT = table("project", "项目库", "name 项目名称 text")
MISSING = "closed: true, each: unit, terms: [{name: 漏报, measure: {rule: G, codes: [missing]}, formula: -1 * 值, blank: zero}]"
MADE = scheme(
    [PROJECT],
    f"""
    - {{id: G, kind: cadence, title: 周报, period: week, due_day: 2, due_offset: 1}}
    - {{id: M, kind: score, period: month, {MISSING}}}
    - {{id: Q, kind: score, period: quarter, {MISSING}}}
    """,
    effective_from=date(2025, 1, 1),
)


@pytest.mark.parametrize(
    ("day", "month", "quarter"),
    [("2025-07-10", "-5分", "-13分"), ("2025-08-06", "-4分", "-13分"), ("2025-10-10", "-4分", "-13分")],
)
def test_a_week_belongs_to_the_month_and_the_quarter_in_which_it_ends(day: str, month: str, quarter: str) -> None:
    found = judge(MADE, day)
    assert found.unit("甲镇", "M") == month and found.unit("甲镇", "Q") == quarter


KINDS: list[PeriodKind] = ["day", "week", "ten_days", "half_month", "month", "quarter", "half", "year"]


@settings(max_examples=60)
@given(
    st.dates(date(2000, 1, 1), date(2050, 1, 1)),
    st.sampled_from([(a, b) for n, a in enumerate(KINDS) for b in KINDS[n:]]),
)
def test_each_belongs_to_exactly_one(day: date, kinds: tuple[PeriodKind, PeriodKind]) -> None:
    short, long = period_of(day, kinds[0]), period_of(day, kinds[1])
    found = _holding(short.text, [long.previous(), long, long.next()])
    assert found == [period_of(short.last, kinds[1]).text]
    if short.kind != long.kind:
        assert _holding(long.text, [short.previous(), short, short.next()]) == []
