"""旬 as clerks write them; what is no 旬 is told or refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validators import rawcell
from validators.parsers.base import ParseContext
from validators.parsers.read import parse_cell
from validators.periods import period_of, try_period

TODAY = date(2025, 6, 15)


@pytest.mark.parametrize(
    ("text", "kind", "value", "code"),
    [
        ("2025-06上旬", "ok", "2025-06上旬", ""),
        ("2025年6月上旬", "ok", "2025-06上旬", ""),
        ("2025年06月中旬", "ok", "2025-06中旬", ""),
        ("2025.5下旬", "ok", "2025-05下旬", ""),
        ("2025/5/下旬", "error", "", "unclear"),
        ("6月上旬", "ok", "2025-06上旬", ""),
        ("六月中旬", "ok", "2025-06中旬", ""),
        ("二〇二五年六月上旬", "ok", "2025-06上旬", ""),
        ("6月下旬", "warn", "2025-06下旬", "ahead"),
        ("7月上旬", "warn", "2025-07上旬", "ahead"),
        ("6月第1旬", "ok", "2025-06上旬", ""),
        ("6月第二旬", "ok", "2025-06中旬", ""),
        ("2025年5月第三旬", "ok", "2025-05下旬", ""),
        ("5月上", "ok", "2025-05上旬", ""),
        ("5月下", "ok", "2025-05下旬", ""),
        ("2025年6月1日-10日", "ok", "2025-06上旬", ""),
        ("6月1日-10日", "ok", "2025-06上旬", ""),
        ("6.1-6.10", "ok", "2025-06上旬", ""),
        ("5月21日-31日", "ok", "2025-05下旬", ""),
        ("5月21日-30日", "error", "", "not_one"),
        ("6月5日-15日", "error", "", "not_one"),
        ("25年6月上旬", "warn", "2025-06上旬", "two_digit_year"),
        ("12月下旬", "warn", "2024-12下旬", "crossed"),
        ("12月21日-31日", "warn", "2024-12下旬", "crossed"),
        ("6月初", "warn", "2025-06上旬", "of_part"),
        ("6月中", "ok", "2025-06中旬", ""),
        ("5月底", "warn", "2025-05下旬", "of_part"),
        ("2025-06-09", "warn", "2025-06上旬", "of_day"),
        ("6月11日", "warn", "2025-06中旬", "of_day"),
        ("本旬", "warn", "2025-06中旬", "relative"),
        ("上一旬", "warn", "2025-06上旬", "relative"),
        ("上旬", "warn", "2025-06上旬", "relative"),
        ("中旬", "warn", "2025-06中旬", "relative"),
        ("下旬", "error", "", "unclear"),  # of the last month, or to come
        ("6月", "error", "", "unclear"),
        ("2025年", "error", "", "unclear"),
        ("6月上中旬", "error", "", "too_long"),
        ("6月上旬、中旬", "error", "", "too_long"),
        ("6月上旬至下旬", "error", "", "too_long"),
        ("13月上旬", "error", "", "bad_month"),
        ("2035年6月上旬", "error", "", "bad_year"),
        ("另行通知", "error", "", "unclear"),
    ],
)
def test_ten_days(text: str, kind: str, value: str, code: str) -> None:
    found = parse_cell("ten_days", text, ParseContext(today=TODAY))
    assert (found.kind, found.value, found.code.rpartition(".")[2]) == (kind, value, code)
    assert not value or try_period(found.value, "ten_days") is not None


@pytest.mark.parametrize(("today", "value"), [(date(2025, 6, 10), "2025-05下旬"), (date(2025, 1, 3), "2024-12下旬")])
def test_the_ten_days_before_are_those_that_end_just_before(today: date, value: str) -> None:
    found = parse_cell("ten_days", "上个旬", ParseContext(today=today))
    assert (found.kind, found.value) == ("warn", value)


def test_a_date_cell_names_the_ten_days_it_lies_in_and_a_month_number_none() -> None:
    found = parse_cell("ten_days", rawcell.from_date(date(2025, 6, 11)), ParseContext(today=TODAY))
    assert (found.kind, found.value) == ("warn", "2025-06中旬")
    assert parse_cell("ten_days", rawcell.number("45819"), ParseContext(today=TODAY)).value == "2025-06中旬"
    assert parse_cell("ten_days", rawcell.number("202506"), ParseContext(today=TODAY)).kind == "error"


@given(st.dates(date(2020, 1, 1), date(2025, 6, 15)))
def test_what_is_written_out_in_full_reads_as_itself(day: date) -> None:
    period = period_of(day, "ten_days")
    ctx = ParseContext(today=TODAY)
    for text in (period.text, period.label, f"{period.first:%Y年%m月%d日}-{period.last.day}日"):
        found = parse_cell("ten_days", text, ctx)
        assert (found.kind, found.value) == ("ok", period.text), text


@given(st.dates(date(2025, 6, 1), date(2026, 5, 31)), st.dates(date(2025, 1, 1), date(2025, 5, 31)))
def test_without_a_year_the_nearest_one_is_taken_and_told_where_it_is_another(today: date, before: date) -> None:
    period = period_of(today - timedelta(days=(before - date(2025, 1, 1)).days), "ten_days")
    found = parse_cell("ten_days", period.label.partition("年")[2], ParseContext(today=today))
    assert found.value == period.text
    assert (found.kind == "ok") == (period.first.year == today.year)
