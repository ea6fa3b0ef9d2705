"""What the results of these kinds read like in a row's own cells."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.unit.rules.test_lights import MADE
from tests.unit.rules.test_score import ROWS
from validators.calendar import Calendar
from validators.evaluate import Evaluator, Related
from validators.render import row_answer
from validators.rows import Record
from validators.scheme.models import Scheme


def answer(made: Scheme, day: str, **values: Any) -> dict[str, str]:
    record = Record("P1", "project", "01", {"name": "甲", **values})
    today = date.fromisoformat(day)
    result = Evaluator(made, Calendar()).records("project", [record], today, Related())[0]
    table = made.table("project")
    return row_answer(made, table, result.stage, result.statuses, result.flags, result.findings, record.values, today)


def test_lights_are_read_in_the_status_with_their_names_and_the_flag_stands_apart() -> None:
    found = answer(MADE, "2025-06-30", gap="-25", papers="绿灯", done="1", plan="1", total="20000", kind="内资")
    assert found["status"].splitlines() == ["B1：红灯", "B3：快", "B4：小", "L1：红灯"]
    assert found["flag"] == "红牌"
    assert found["check"].startswith("还有1处要改")


def test_what_is_not_settled_comes_first() -> None:
    found = answer(MADE, "2025-06-30", gap="-5", papers="绿灯", done="1", plan="1", total="20000", kind="内资")
    assert found["status"].splitlines()[0] == "未规定：B1，-5，不在任何一档里"


def test_an_excuse_takes_the_flag_away_and_is_read() -> None:
    excused = {"why": "洪水", "ok": "是", "agreed": "2025-06-01"}
    found = answer(MADE, "2025-06-30", gap="-25", done="1", plan="1", total="20000", kind="内资", **excused)
    assert found["flag"] == ""
    assert found["status"].splitlines()[-2:] == ["L1：红灯(已说明)", "E1：已说明"]


def test_a_score_is_read_in_the_status() -> None:
    found = answer(ROWS, "2025-06-30", done="50", goal="100", major="否")
    assert found["status"] == "S：75分"


def test_a_blank_that_is_no_limit_asks_for_itself_in_words_that_fit() -> None:
    assert "填了才能判断" in answer(ROWS, "2025-06-30", done="50", major="否")["status"]
