"""Rhythms: every n-th period is one span, with its neighbours, wherever one starts to count."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validators.periods import PeriodKind, period_of
from validators.rhythm import Rhythm, span_of

KINDS: tuple[PeriodKind, ...] = ("day", "week", "ten_days", "half_month", "month", "quarter", "half", "year")
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("kind", "every", "anchor", "day", "first", "last", "label"),
    [
        ("day", 3, "2025-06-01", "2025-06-05", "2025-06-04", "2025-06-06", "2025年6月4日至2025年6月6日"),
        ("week", 2, "2025-06-02", "2025-06-10", "2025-06-02", "2025-06-15", "2025年第23周至2025年第24周"),
        ("week", 2, "2025-06-09", "2025-06-10", "2025-06-09", "2025-06-22", "2025年第24周至2025年第25周"),
        ("month", 2, "2025-01-01", "2025-12-31", "2025-11-01", "2025-12-31", "2025年11月至2025年12月"),
    ],
)
def test_a_span_holds_whole_periods_from_its_anchor_on(
    kind: PeriodKind, every: int, anchor: str, day: str, first: str, last: str, label: str
) -> None:
    span = span_of(date.fromisoformat(day), kind, every, date.fromisoformat(anchor))
    assert (span.first.isoformat(), span.last.isoformat(), span.label) == (first, last, label)


@given(st.sampled_from(KINDS), st.integers(2, 7), DAYS, DAYS)
def test_spans_follow_each_other_without_gaps(kind: PeriodKind, every: int, anchor: date, day: date) -> None:
    span = span_of(day, kind, every, anchor)
    assert day in span
    assert span.next().first == span.last + timedelta(days=1)
    assert span.next().previous() == span
    assert span.shift(3).shift(-3) == span
    assert span_of(anchor, kind, every, anchor).first == period_of(anchor, kind).first


@given(st.sampled_from(KINDS), st.integers(1, 4), DAYS)
def test_any_period_of_a_span_names_it(kind: PeriodKind, every: int, day: date) -> None:
    rhythm = Rhythm(kind, every)
    span = rhythm.of(day)
    for inside in (span.first, day, span.last):
        assert rhythm.named(period_of(inside, kind).text) == span
    assert rhythm.named("不是周期") is None


@given(st.sampled_from(KINDS), st.integers(1, 4), st.dates(date(2025, 1, 1), date(2060, 12, 31)), st.integers(1, 5))
def test_listed_spans_are_adjacent_and_end_with_the_current_one(
    kind: PeriodKind, every: int, today: date, keep: int
) -> None:
    rhythm = Rhythm(kind, every)
    found = rhythm.listed(None, None, today, keep)
    assert today in found[-1]
    assert len(found) == keep + 1
    assert all(later.first == earlier.last + timedelta(days=1) for earlier, later in pairwise(found))
