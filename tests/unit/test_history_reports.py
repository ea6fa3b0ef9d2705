"""When a report was first made: what the duty asks for, not the first thing that stood in the row (law L6)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from tests.unit.rules.kit import scheme, table
from validators.calendar import Calendar
from validators.evaluate import Evaluator
from validators.facts import Facts
from validators.history import fold
from validators.rows import Record
from validators.speak import speaker

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


LATER = "effective_from: 2025-07-01"
FOUND_OUT = ({"month": "2025-07", "note": "正在统计"}, "2025-08-03", datetime(2025, 8, 2))
COMPLETE = ({"month": "2025-07", "note": "正在统计", "done": "5"}, "2025-08-20", datetime(2025, 8, 19))


def test_versions_that_ask_for_different_things_remember_each_when_it_was_met() -> None:
    """Until June a note was enough, from July on the figure is wanted: a note in time does not excuse the figure."""
    which = scheme([TOWN], f"""
- {{{BASE}, due_day: 5, due_offset: 1, evidence_when: 有(备注)}}
- {{{BASE}, due_day: 5, due_offset: 1, evidence_when: 有(完成投资), {LATER}}}
""")  # fmt: skip
    facts = folded(which, FOUND_OUT, COMPLETE)
    assert facts["sent"] == {"J": ["2025-08-02", "2025-08-03"], "J@2025-07-01": ["2025-08-19", "2025-08-20"]}
    assert reported(which, facts, COMPLETE[0]) == {"2025-07": "逾期补报14天"}
    june = {"month": "2025-06", "note": "正在统计"}
    told = folded(which, (june, "2025-07-03", datetime(2025, 7, 2)))
    assert reported(which, told, june) == {"2025-06": "已报"}


def test_versions_that_ask_for_the_same_share_what_is_known() -> None:
    """Only the due day changed: a report of which it is known when it was made is not asked for anew."""
    which = scheme([TOWN], f"""
- {{{BASE}, evidence_when: 有(完成投资)}}
- {{{BASE}, evidence_when: 有(完成投资), due_day: 5, due_offset: 1, {LATER}}}
""")  # fmt: skip
    assert set(folded(which, COMPLETE)["sent"]) == {"J"}


def reported(which: Any, facts: dict[str, Any], values: dict[str, str]) -> dict[str, str]:
    """What is said of the period a row of 甲镇 is about."""
    today = date(2025, 9, 1)
    rows = Facts.of(which, [Record("1", "monthly", "01", values, facts=facts)])
    say = speaker(which)
    return {
        item.period: say.word(item.statuses[0], today)
        for item in Evaluator(which, Calendar()).shared(rows, today)
        if item.kind == "obligation" and item.unit == "01" and item.period == values["month"]
    }
