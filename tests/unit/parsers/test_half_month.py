"""Half months as clerks write them; what is no half month is told or refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validators import rawcell
from validators.parsers.base import ParseContext
from validators.parsers.read import parse_cell
from validators.periods import parse_period, period_of, try_period

TODAY = date(2025, 6, 20)


@pytest.mark.parametrize(
    ("text", "kind", "value", "code"),
    [
        ("2025-06上半月", "ok", "2025-06上半月", ""),
        ("2025年6月上半月", "ok", "2025-06上半月", ""),
        ("2025年06月下半月", "ok", "2025-06下半月", ""),
        ("2025.5下半月", "ok", "2025-05下半月", ""),
        ("2025年5月份下半月", "ok", "2025-05下半月", ""),
        ("6月上半月", "ok", "2025-06上半月", ""),
        ("6月上半个月", "ok", "2025-06上半月", ""),
        ("五月后半月", "ok", "2025-05下半月", ""),
        ("二〇二五年六月上半月", "ok", "2025-06上半月", ""),
        ("6月第一个半月", "ok", "2025-06上半月", ""),
        ("6月第2半月", "ok", "2025-06下半月", ""),
        ("5月上", "ok", "2025-05上半月", ""),
        ("5月下", "ok", "2025-05下半月", ""),
        ("7月上半月", "warn", "2025-07上半月", "ahead"),
        ("12月下半月", "warn", "2025-12下半月", "ahead"),
        ("25年6月上半月", "warn", "2025-06上半月", "two_digit_year"),
        ("2025年6月1日-15日", "ok", "2025-06上半月", ""),
        ("6.1-6.15", "ok", "2025-06上半月", ""),
        ("5月16日-31日", "ok", "2025-05下半月", ""),
        ("5月16日-30日", "error", "", "not_one"),
        ("6月5日-15日", "error", "", "not_one"),
        ("2025-06-15", "warn", "2025-06上半月", "of_day"),
        ("6月16日", "warn", "2025-06下半月", "of_day"),
        ("6月初", "warn", "2025-06上半月", "of_part"),
        ("5月底", "warn", "2025-05下半月", "of_part"),
        ("6月上旬", "warn", "2025-06上半月", "of_part"),
        ("5月下旬", "warn", "2025-05下半月", "of_part"),
        ("6月中旬", "error", "", "unclear"),  # the 11th to the 20th lie in both
        ("6月中", "error", "", "unclear"),
        ("本半月", "warn", "2025-06下半月", "relative"),
        ("上个半月", "warn", "2025-06上半月", "relative"),
        ("上半月", "warn", "2025-06上半月", "relative"),
        ("下半月", "warn", "2025-06下半月", "relative"),
        ("6月", "error", "", "unclear"),
        ("2025年", "error", "", "unclear"),
        ("上半年", "error", "", "unclear"),
        ("6月上、下半月", "error", "", "too_long"),
        ("6月全月", "error", "", "too_long"),
        ("13月上半月", "error", "", "bad_month"),
        ("2035年6月上半月", "error", "", "bad_year"),
        ("另行通知", "error", "", "unclear"),
    ],
)
def test_half_months(text: str, kind: str, value: str, code: str) -> None:
    found = parse_cell("half_month", text, ParseContext(today=TODAY))
    assert (found.kind, found.value, found.code.rpartition(".")[2]) == (kind, value, code)
    assert not value or try_period(found.value, "half_month") is not None


def test_in_january_december_is_that_of_the_year_before() -> None:
    found = parse_cell("half_month", "12月下半月", ParseContext(today=date(2025, 1, 3)))
    assert (found.kind, found.value, found.code) == ("warn", "2024-12下半月", "cell.half_month.crossed")


def test_the_second_half_alone_is_unclear_while_it_has_not_begun() -> None:
    assert parse_cell("half_month", "下半月", ParseContext(today=date(2025, 6, 10))).code.endswith("unclear")


def test_a_date_cell_names_the_half_month_it_lies_in() -> None:
    found = parse_cell("half_month", rawcell.from_date(date(2025, 6, 11)), ParseContext(today=TODAY))
    assert (found.kind, found.value) == ("warn", "2025-06上半月")
    assert parse_cell("half_month", rawcell.number("202506"), ParseContext(today=TODAY)).kind == "error"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-06上半月", "2025-06-01", "2025-06-15"),
        ("2024-02下半月", "2024-02-16", "2024-02-29"),
        ("2025-02下半月", "2025-02-16", "2025-02-28"),
        ("2025-12下半月", "2025-12-16", "2025-12-31"),
    ],
)
def test_the_second_half_ends_with_the_month(text: str, first: str, last: str) -> None:
    found = parse_period(text)
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


@given(st.dates(date(2000, 1, 1), date(2060, 12, 30)))
def test_half_months_follow_each_other_without_gaps(day: date) -> None:
    found = period_of(day, "half_month")
    assert day in found
    assert found.next().first == found.last + timedelta(days=1)
    assert found.next().previous() == found == parse_period(found.text)


@given(st.dates(date(2020, 1, 1), date(2025, 6, 15)))
def test_what_is_written_out_in_full_reads_as_itself(day: date) -> None:
    period = period_of(day, "half_month")
    for text in (period.text, period.label, f"{period.first:%Y年%m月%d日}-{period.last.day}日"):
        found = parse_cell("half_month", text, ParseContext(today=TODAY))
        assert (found.kind, found.value) == ("ok", period.text), text
