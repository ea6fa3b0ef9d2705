"""When a report was first made: what the duty asks for, not the first thing that stood in the row (law L6)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from tests.unit.rules.kit import scheme, table
from validators.history import fold

TOWN = table(
    "monthly", "月报", "month 月份 month\nnote 备注 text\ndone 完成投资 money_wan", keys=(("month",),), name_field=""
)
BASE = "id: J, kind: cadence, title: 月报, period: month, evidence: monthly, evidence_period: month"
CONTENT = scheme([TOWN], f"- {{{BASE}, evidence_when: 有(完成投资)}}")
HOUR = scheme([TOWN], f"- {{{BASE}, due_hour: '15:00'}}")
PLAIN = scheme([TOWN], f"- {{{BASE}}}")
BEFORE = datetime(2025, 6, 28, 14, 58)


def folded(which: Any, *steps: tuple[dict[str, str], str, Any]) -> dict[str, Any]:
    """Facts after values were accepted on a day; third: the last time the row was seen without them."""
    facts: dict[str, Any] = {}
    old: dict[str, str] = {}
    for values, day, since in steps:
        facts = fold(which, TOWN, facts, old, values, date.fromisoformat(day), since)
        old = values
    return facts


NOTE = ({"month": "2025-06", "note": "正在统计"}, "2025-06-28", BEFORE)
DONE = ({"month": "2025-06", "note": "正在统计", "done": "5"}, "2025-07-03", datetime(2025, 7, 2, 9, 0))


def test_a_note_is_not_yet_the_report_that_is_asked_for() -> None:
    """Something stood in the row in time; what the duty asks for came later."""
    facts = folded(CONTENT, NOTE, DONE)
    assert facts["filled"] == "2025-06-28"
    assert facts["sent"] == {"J": ["2025-07-02", "2025-07-03"]}


def test_what_was_sent_stays_sent() -> None:
    """Emptied and filled again, it was first sent when it was."""
    emptied = (NOTE[0], "2025-07-05", datetime(2025, 7, 4))
    again = (DONE[0], "2025-07-09", datetime(2025, 7, 8))
    assert folded(CONTENT, DONE, emptied, again)["sent"] == {"J": ["2025-07-02", "2025-07-03"]}


def test_the_earliest_end_of_the_time_counts() -> None:
    """Read on the 9th after an outage since the 28th: it may have been there on the 28th."""
    late_reading = (DONE[0], "2025-07-09", BEFORE)
    assert folded(CONTENT, late_reading)["sent"] == {"J": ["2025-06-28", "2025-07-09"]}
    assert folded(PLAIN, late_reading)["filled"] == "2025-06-28"
    assert folded(PLAIN, late_reading)["read"] == "2025-07-09"


def test_before_the_first_reading_nobody_knows() -> None:
    assert folded(CONTENT, (DONE[0], "2025-07-09", None))["sent"] == {"J": ["", "2025-07-09"]}


def test_the_hour_is_kept_where_the_duty_names_one() -> None:
    assert folded(HOUR, (DONE[0], "2025-06-28", BEFORE))["sent"] == {"J": ["2025-06-28T14:58", "2025-06-28"]}


@pytest.mark.parametrize(("which", "kept"), [(PLAIN, False), (CONTENT, True), (HOUR, True)])
def test_only_duties_that_ask_for_more_leave_a_trace(which: Any, kept: bool) -> None:
    assert ("sent" in folded(which, DONE)) == kept
