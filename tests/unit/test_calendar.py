"""Counting days as the law counts: strictly after the start, months clamped, 调休 both ways, no year unknown."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from validators.calendar import Calendar, add_months

CALENDAR = Calendar()
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31))
NAMED = pytest.mark.parametrize


def day(text: str) -> date:
    return date.fromisoformat(text)


@NAMED(
    ("start", "n", "deadline"),
    [
        ("2026-02-13", 3, "2026-02-25"),
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-04-30", 3, "2026-05-08"),
        ("2026-06-18", 3, "2026-06-24"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-10-01", 1, "2026-10-08"),
        ("2026-10-03", 3, "2026-10-10"),
        ("2025-09-30", 3, "2025-10-11"),
        ("2025-01-24", 10, "2025-02-13"),
        ("2025-09-26", 3, "2025-09-30"),
        ("2025-09-29", 3, "2025-10-10"),
        ("2025-10-10", 3, "2025-10-14"),
        ("2025-04-25", 3, "2025-04-29"),
    ],
)
def test_working_days(start: str, n: int, deadline: str) -> None:
    """The vectors of field.md §4 and matrix B-5: holidays and make-up days both count."""
    assert CALENDAR.add(day(start), n, "工作日") == (day(deadline), False)


@NAMED(
    ("start", "n", "unit", "deadline"),
    [
        ("2025-06-20", 10, "日", "2025-06-30"),
        ("2025-07-01", 1, "周", "2025-07-08"),
        ("2025-01-31", 1, "月", "2025-02-28"),
        ("2025-01-31", 2, "月", "2025-03-31"),
        ("2025-11-30", 3, "月", "2026-02-28"),
        ("2025-05-31", 4, "月", "2025-09-30"),
        ("2025-03-01", 1, "月", "2025-04-01"),
        ("2025-03-31", 3, "月", "2025-06-30"),
        ("2024-02-29", 1, "年", "2025-02-28"),
        ("2025-12-20", 0, "同年", "2025-12-31"),
    ],
)
def test_calendar_units(start: str, n: int, unit: str, deadline: str) -> None:
    """The start day is not counted; months keep the day or end with the month (B-2, B-3, B-4, B-53)."""
    assert CALENDAR.add(day(start), n, unit) == (day(deadline), False)


@NAMED(
    ("start", "n", "deadline"),
    [("2025-10-10", -1, "2025-10-09"), ("2025-10-09", -1, "2025-09-30"), ("2026-01-04", -2, "2025-12-30")],
)
def test_counting_back(start: str, n: int, deadline: str) -> None:
    """N working days before a day."""
    assert CALENDAR.add(day(start), n, "工作日").day == day(deadline)


def test_overdue_in_working_days() -> None:
    """B-7: a deadline of 09-30 is overdue on 10-01 by no working day, on 10-09 by one."""
    assert CALENDAR.workdays_between(day("2025-09-30"), day("2025-10-01")) == 0
    assert CALENDAR.workdays_between(day("2025-09-30"), day("2025-10-09")) == 1
    assert CALENDAR.workdays_between(day("2025-10-09"), day("2025-09-30")) == -1
    assert CALENDAR.distance(day("2025-09-30"), day("2025-10-09"), "日") == 9


def test_unknown_year_is_provisional() -> None:
    """B-6: reaching into an unpublished year never crashes and never guesses in silence."""
    assert not CALENDAR.known(2027)
    assert CALENDAR.add(day("2026-12-25"), 10, "工作日") == (day("2027-01-08"), True)
    assert CALENDAR.add(day("2026-12-25"), 3, "工作日") == (day("2026-12-30"), False)
    assert CALENDAR.add(day("2026-12-25"), 3, "月") == (day("2027-03-25"), False)


def test_an_office_may_enter_a_year() -> None:
    """A table entered for a year makes it known, in the notice's words."""
    table = {day("2027-01-01"): "放假日", day("2027-01-02"): "休息日", day("2027-01-03"): "调休上班"}
    calendar = Calendar(table)
    assert calendar.known(2027)
    assert calendar.add(day("2026-12-31"), 2, "工作日") == (day("2027-01-04"), False)


def test_an_office_may_change_a_day() -> None:
    """The office's table wins over the published one."""
    assert Calendar({day("2025-06-10"): "holiday"}).add(day("2025-06-09"), 1, "工作日").day == day("2025-06-11")


def test_a_wrong_kind_is_told() -> None:
    """A word the table does not know is refused with the day and the words to use."""
    with pytest.raises(ValueError, match="2027-01-01：不认识“假”"):
        Calendar({day("2027-01-01"): "假"})


@NAMED(
    ("due", "rule", "rolled"),
    [
        ("2025-05-10", "none", "2025-05-10"),
        ("2025-05-10", "next_workday", "2025-05-12"),
        ("2025-05-10", "previous_workday", "2025-05-09"),
        ("2025-09-28", "next_workday", "2025-09-28"),
        ("2025-10-01", "next_workday", "2025-10-09"),
        ("2025-10-08", "previous_workday", "2025-09-30"),
    ],
)
def test_roll(due: str, rule: str, rolled: str) -> None:
    """B-9: no rolling unless asked; a make-up Sunday is a day of work; 遇休息日提前 goes back."""
    assert CALENDAR.roll(day(due), rule) == (day(rolled), False)


def test_unknown_words_are_refused() -> None:
    """Units and roll rules outside the list are mistakes of a scheme."""
    with pytest.raises(ValueError, match="不认识的期限单位"):
        CALENDAR.add(day("2025-01-01"), 1, "季")
    with pytest.raises(ValueError, match="不认识的顺延规则"):
        CALENDAR.roll(day("2025-01-01"), "later")


KNOWN_GAPS = ["2005-12-31", "2019-04-28", "2019-05-02", "2019-05-03", "2019-05-05"]  # 劳动节 2019: mended there in 0.92


def test_agrees_with_a_second_source() -> None:
    """Every day of 2004 to 2026 as another library has it, but for what that library is known to lack."""
    other = holidays.country_holidays("CN", years=range(2004, 2027))
    first, last = day("2004-01-01"), day("2026-12-31")
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    differing = {d for d in every if CALENDAR.is_workday(d) != other.is_working_day(d)}
    assert differing <= {day(text) for text in KNOWN_GAPS}


def test_week_without_work() -> None:
    """B-51: nobody works from 2026-02-16 to 22."""
    assert not CALENDAR.has_workday(day("2026-02-16"), day("2026-02-22"))
    assert CALENDAR.has_workday(day("2026-02-09"), day("2026-02-15"))


@given(DAYS, st.integers(0, 400))
def test_nth_working_day_is_the_nth(start: date, n: int) -> None:
    """Between start and the n-th working day stand exactly n working days, and it is one itself."""
    found = CALENDAR.add(start, n, "工作日").day
    assert CALENDAR.workdays_between(start, found) == n
    assert n == 0 or CALENDAR.is_workday(found)


@given(DAYS, DAYS, st.integers(-60, 60), st.sampled_from(["日", "工作日", "周", "月", "年", "同年"]))
def test_adding_is_monotone(a: date, b: date, n: int, unit: str) -> None:
    """A later start never has an earlier deadline."""
    early, late = min(a, b), max(a, b)
    assert CALENDAR.add(early, n, unit).day <= CALENDAR.add(late, n, unit).day


@given(DAYS, st.integers(0, 600))
def test_months_are_clamped_from_the_anchor(start: date, n: int) -> None:
    """Same day of the month, or the month's end when there is no such day."""
    found = add_months(start, n)
    assert (found.year * 12 + found.month) - (start.year * 12 + start.month) == n
    assert found.day == start.day or (found.day < start.day and (found + timedelta(days=1)).day == 1)


@given(st.dates(), st.integers(-20000, 20000), st.sampled_from(["日", "工作日", "周", "月", "年", "同年"]))
def test_no_day_crashes(start: date, n: int, unit: str) -> None:
    """Any day the language can write is answered, the far ends of time by clamping."""
    assert CALENDAR.add(start, n if unit != "工作日" else n % 3000, unit).day


@given(DAYS, st.sampled_from(["next_workday", "previous_workday"]))
def test_rolling_lands_on_work(due: date, rule: str) -> None:
    """A rolled day is a working day, and rolling twice changes nothing."""
    rolled = CALENDAR.roll(due, rule).day
    assert CALENDAR.is_workday(rolled)
    assert CALENDAR.roll(rolled, rule).day == rolled
