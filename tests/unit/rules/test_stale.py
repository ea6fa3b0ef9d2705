"""`stale`: days since something was touched, or since an event that nobody followed up."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from tests.unit.rules.kit import Judged, judge, scheme, table
from validators.calendar import default_calendar
from validators.evaluate import Evaluator, Related
from validators.rows import Record
from validators.rules import parse_rule

PROJECT = table(
    "project",
    "项目",
    """
    name 项目名称 text
    plan 采购计划 text
    note 采购问题 text
    other 其他 text
    needed 需求日期 date_actual
    pushed 推送日期 date_actual
    """,
)


def seen(rule: str, day: str, history: list[tuple[str, str]] = [], **row: str) -> Judged:  # noqa: B006
    made = scheme([PROJECT], f"- {{id: O, kind: stale, table: project, {rule}}}")
    changes = [
        {"table": "项目", "key": "P", "field": field, "old": "", "new": row[field], "at": at} for at, field in history
    ]
    return judge(made, day, {"项目": [{"项目名称": "P", **row}]}, history=changes)


@pytest.mark.parametrize(
    ("n", "day", "said"),
    [
        ("30", "2025-06-19", "30天"),
        ("30", "2025-06-20", "31天未更新"),
        ("0", "2025-05-20", "0天"),
        ("0", "2025-05-21", "1天未更新"),
        ("null", "2025-12-31", "225天"),
    ],
)
def test_the_last_change_of_the_row(n: str, day: str, said: str) -> None:
    found = seen(f'touched: ["*"], n: {n}', day, [("2025-05-20", "其他")], 其他="x")
    assert found.status("P", "O") == said


def test_only_changes_of_the_named_fields_count() -> None:
    history = [("2025-05-01", "采购计划"), ("2025-05-30", "其他")]
    found = seen("touched: [采购计划, 采购问题], n: 30", "2025-06-02", history, 采购计划="x", 其他="y")
    assert found.status("P", "O") == "32天未更新"


def test_a_later_change_of_another_named_field_counts() -> None:
    history = [("2025-05-01", "采购计划"), ("2025-05-30", "采购问题")]
    found = seen("touched: [采购计划, 采购问题], n: 30", "2025-06-02", history, 采购计划="x", 采购问题="y")
    assert found.status("P", "O") == "3天"


@pytest.mark.parametrize(
    ("needed", "pushed", "day", "said"),
    [
        ("2025-05-01", "", "2025-05-31", "30天"),
        ("2025-05-01", "", "2025-06-01", "31天未推送"),
        ("2025-05-01", "2025-05-31", "2025-06-01", None),
        ("", "", "2025-06-01", "未启动"),
        ("2025-06-02", "", "2025-06-01", "未启动"),
        ("2024-01-31", "", "2024-03-02", "31天未推送"),
    ],
)
def test_days_since_an_event_until_it_is_followed_up(needed: str, pushed: str, day: str, said: str | None) -> None:
    rule = 'since: 需求日期, until: 推送日期, n: 30, word: "{n}未推送"'
    assert seen(rule, day, 需求日期=needed, 推送日期=pushed).status("P", "O") == said


def test_a_rule_says_from_when_it_counts() -> None:
    with pytest.raises(ValidationError, match="since"):
        parse_rule({"id": "O", "kind": "stale", "title": "x", "table": "project"})


def test_a_word_of_the_scheme_until_too_many_days_have_passed() -> None:
    rule = 'since: 需求日期, n: 30, word: "{n}未推进", fresh_text: "停留{n}"'
    assert seen(rule, "2025-05-31", 需求日期="2025-05-01").status("P", "O") == "停留30天"
    assert seen(rule, "2025-06-01", 需求日期="2025-05-01").status("P", "O") == "31天未推进"


@pytest.mark.parametrize("n", ["0", "30", "null"])
def test_what_will_be_there_on_a_day_ahead_is_looked_at_again_then(n: str) -> None:
    """A result that is kept until its next change must not outlive the day on which what is waited for has come."""
    made = scheme([PROJECT], f"- {{id: O, kind: stale, table: project, since: 需求日期, until: 推送日期, n: {n}}}")
    evaluator = Evaluator(made, default_calendar())
    record = Record("P", "project", "01", {"name": "P", "needed": "2025-03-01", "pushed": "2025-06-01"})
    today = date(2025, 5, 1)
    said = evaluator.records("project", [record], today, Related())[0]
    assert said.next_change is not None and said.next_change <= date(2025, 6, 1)
    assert [s.code for s in evaluator.records("project", [record], date(2025, 6, 1), Related())[0].statuses] == []
