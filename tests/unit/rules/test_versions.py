"""Rules that change on a day: which version judges which record, which period, and who says so."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.small_scheme import judge, rule, small_scheme
from validators.calendar import Calendar
from validators.evaluate import Evaluator, Related
from validators.evaluate_json import evaluate_document
from validators.facts import Facts
from validators.rows import Record
from validators.rules.versions import as_of
from validators.scheme.load import read_scheme
from validators.speak import speaker

TURN = date(2026, 1, 1)
OLD = rule("K-4") | {"when": ""}
NEW = OLD | {"n": 2, "section": "新(二)1", "effective_from": "2026-01-01"}
MONTHLY = {"id": "M", "kind": "cadence", "title": "月报", "period": "month", "due_day": 5, "due_offset": 1, "evidence": "monthly",
           "evidence_period": "month"}  # fmt: skip


def status_of(scheme: Any, values: dict[str, str], today: date, rule_id: str = "K-4") -> Any:
    return next(item for item in judge(scheme, values, today).statuses if item.rule == rule_id)


@pytest.mark.parametrize(
    ("signed", "deadline", "version"),
    [("2025-12-31", "2026-01-31", ""), ("2026-01-01", "2026-03-01", "2026-01-01"), ("2025-06-15", "2025-07-15", "")],
)
def test_a_record_is_judged_by_the_version_in_force_on_the_day_its_limit_runs_from(
    signed: str, deadline: str, version: str
) -> None:
    for rules in ((OLD, NEW), (NEW, OLD)):  # in whatever order they are written
        scheme = small_scheme(*rules)
        status = status_of(scheme, {"signed": signed}, date(2026, 6, 1))
        assert (str(status.deadline), status.inputs["version"]) == (deadline, version)
        reason = speaker(scheme).reason(status, date(2026, 6, 1))
        assert ("新(二)1（2026-01-01起执行的版本）" in reason) == bool(version)
        assert ("2个月内" if version else "1个月内") in reason


def test_another_day_may_choose_the_version() -> None:
    by_site = [item | {"version_by": "受理日期"} for item in (OLD, NEW)]
    status = status_of(small_scheme(*by_site), {"signed": "2025-06-01", "accepted": "2026-02-01"}, date(2026, 6, 1))
    assert str(status.deadline) == "2025-08-01"


def test_without_its_day_a_row_is_judged_by_todays_version_and_asked_again_when_the_next_begins() -> None:
    required = {"id": "R", "kind": "required", "title": "包保领导", "table": "project", "fields": ["包保领导"]}
    scheme = small_scheme(required, required | {"fields": ["包保领导", "行业"], "effective_from": "2026-01-01"})
    before = judge(scheme, {"name": "甲"}, date(2025, 12, 30))
    assert before.next_change == TURN
    after = judge(scheme, {"name": "甲"}, TURN)
    assert [item.findings[0].params["fields"] for item in (before, after)] == [["leader"], ["leader", "industry"]]


def test_a_rule_that_ended_judges_what_began_under_it_and_nothing_later() -> None:
    scheme = small_scheme(OLD | {"effective_to": "2025-12-31"})
    assert status_of(scheme, {"signed": "2025-12-31"}, date(2026, 3, 1)).code == "overdue"
    later = status_of(scheme, {"signed": "2026-01-01"}, date(2026, 3, 1))
    assert later.code == "not_applicable"
    assert "只管开始至2025-12-31" in speaker(scheme).reason(later, date(2026, 3, 1))


def duties(scheme: Any, today: date) -> dict[str, tuple[str, str]]:
    """Period → due day and version of 甲镇's monthly report."""
    verdicts = Evaluator(scheme, Calendar()).shared(Facts.of(scheme, ()), today)
    owed = [item for item in verdicts if item.kind == "obligation" and item.unit == "A"]
    assert len({item.period for item in owed}) == len(owed)
    return {item.period: (str(item.statuses[0].deadline), item.statuses[0].inputs["version"]) for item in owed}


def test_a_period_is_judged_by_the_version_of_its_last_day() -> None:
    scheme = small_scheme(MONTHLY, MONTHLY | {"due_day": 10, "effective_from": "2026-01-15"})
    found = duties(scheme, date(2026, 3, 1))
    assert found["2025-12"] == ("2026-01-05", "")
    assert found["2026-01"] == ("2026-02-10", "2026-01-15")
    assert duties(scheme, date(2026, 1, 14))["2026-01"] == ("2026-02-05", "")  # not in force yet, the month still runs


def test_a_target_that_changes_is_another_goal_from_its_day() -> None:
    goal = rule("K-21") | {"where": "", "since": "2026-01-01", "until": "2026-12-31"}
    scheme = small_scheme(goal, goal | {"goal": 5, "effective_from": "2026-07-01"})

    def wanted(today: date) -> str:
        verdicts = Evaluator(scheme, Calendar()).shared(Facts.of(scheme, ()), today)
        return next(item for item in verdicts if item.kind == "target").statuses[0].inputs["target"]

    assert [wanted(date(2026, 6, 30)), wanted(date(2026, 7, 1)), wanted(date(2027, 1, 5))] == ["3", "5", "5"]


def test_the_day_a_version_begins_is_a_day_of_change_for_shared_rules() -> None:
    scheme = small_scheme(MONTHLY | {"effective_from": "2026-01-01"})
    verdicts = Evaluator(scheme, Calendar()).shared(Facts.of(scheme, ()), date(2025, 12, 1))
    assert [(item.kind, item.statuses[0].next_change) for item in verdicts] == [("turn", TURN)]


@settings(max_examples=60, deadline=None)
@given(
    signed=st.none() | st.dates(date(2025, 9, 1), date(2026, 3, 1)),
    turn=st.dates(date(2025, 10, 1), date(2026, 2, 1)),
    start=st.dates(date(2025, 9, 1), date(2026, 2, 1)),
)
def test_nothing_changes_between_the_days_named_as_next_change(signed: date | None, turn: date, start: date) -> None:
    """The incremental pass equals the full one, also across the day on which a version begins."""
    required = {"id": "R", "kind": "required", "title": "领导", "table": "project", "fields": ["包保领导"]}
    more = {"effective_from": turn.isoformat()}
    scheme = small_scheme(OLD, OLD | more | {"n": 2}, required, required | more | {"fields": ["行业"]})
    evaluator, values = Evaluator(scheme, Calendar()), {"name": "甲"} | ({"signed": str(signed)} if signed else {})

    def full(day: date) -> Any:
        return evaluator.records("project", [Record("P1", "project", "A", values)], day, Related())[0]

    def told(result: Any) -> Any:
        return [(s.rule, s.code, s.deadline, s.inputs) for s in result.statuses], result.findings

    known, day = full(start), start
    for _ in range(120):
        day += timedelta(days=1)
        now = full(day)
        if known.next_change is not None and known.next_change <= day:
            known = now
        assert told(known) == told(now), day


def test_evaluate_honours_versions() -> None:
    scheme = small_scheme(OLD, NEW)
    rows = [
        {"项目名称": "甲", "属地": "甲镇", "签约": "2025-12-31"},
        {"项目名称": "乙", "属地": "甲镇", "签约": "2026-01-01"},
    ]
    found = evaluate_document(scheme, {"tables": {"project": rows}}, date(2026, 2, 15))
    assert [item["statuses"][0]["deadline"] for item in found["records"]] == ["2026-01-31", "2026-03-01"]


def test_the_scheme_as_of_a_day_has_the_rules_of_that_day() -> None:
    scheme = small_scheme(OLD, NEW, MONTHLY | {"effective_to": "2025-06-30"})
    assert [(r.id, getattr(r, "n", 0)) for r in as_of(scheme, date(2025, 3, 1)).rules] == [("K-4", 1), ("M", 0)]
    assert [(r.id, r.n) for r in as_of(scheme, date(2026, 3, 1)).rules] == [("K-4", 2)]


HEAD = """id: small
title: 小
version: "1"
source: {document: 文}
units: [{code: A, name: 甲镇}]
tables: [{name: project, title: 项目库, name_field: name, keys: [[name]], fields: [
  {name: name, title: 项目名称, type: project_name}, {name: signed, title: 签约日期, type: date_actual},
  {name: started, title: 开工日期, type: date_actual}]}]
rules:
"""
ENTRY = "  - {id: A-1, kind: elapsed, title: 开工, table: project, from: 签约日期, to: 开工日期, n: 1, unit: 月%s}\n"


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("", "", "重复；是同一条的新版本，就写上 effective_from"),
        (", effective_to: 2026-01-01", ", effective_from: 2026-01-01", "重叠"),
        (", effective_to: 2025-12-30", ", effective_from: 2026-01-01", "从 2025-12-31 到 2025-12-31 没有版本"),
        (", effective_from: 2026-01-01", ", effective_from: 2026-01-01", "都从 2026-01-01 起执行"),
        (", effective_from: 2026-01-02, effective_to: 2026-01-01", "", "早于开始执行"),
        ("", ", effective_from: 2026-01-01", ""),
        (", effective_to: 2025-12-31", ", effective_from: 2026-01-01", ""),
    ],
)
def test_the_check_finds_overlaps_and_gaps_with_their_line(tmp_path: Path, first: str, second: str, said: str) -> None:
    (tmp_path / "scheme.yaml").write_text(HEAD + ENTRY % first + ENTRY % second, "utf-8")
    _, errors = read_scheme(tmp_path)
    assert [said in item.message for item in errors] == ([True] if said else []), errors
    assert all(item.line in (10, 11) for item in errors)


def test_a_version_that_begins_where_none_was_says_nothing_before(tmp_path: Path) -> None:
    scheme = small_scheme(MONTHLY | {"effective_from": "2026-02-01", "effective_to": "2026-03-31"})
    assert set(duties(scheme, date(2026, 6, 1))) == {"2026-02", "2026-03"}


def test_show_lists_the_versions_and_those_of_a_day(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from app.cli.scheme import scheme

    (tmp_path / "scheme.yaml").write_text(HEAD + ENTRY % "" + ENTRY % ", effective_from: 2026-01-01", "utf-8")
    whole = CliRunner().invoke(scheme, ["show", str(tmp_path), "--part", "rules"]).output
    assert whole.count("A-1") == 2 and "2026-01-01起" in whole
    for day, begins in (("2025-06-01", None), ("2026-06-01", "2026-01-01")):
        found = CliRunner().invoke(scheme, ["show", str(tmp_path), "--as-of", day, "--json"])
        assert [item["effective_from"] for item in json.loads(found.output)["rules"]] == [begins]


def test_rows_are_opened_for_the_duty_in_force() -> None:
    """月度进展 of 自建 is owed from 2026 on, before that of 厂房."""
    own = rule("K-20") | {"since": ""}
    scheme = small_scheme(
        own | {"when": "选址类型 = '厂房'"}, own | {"when": "选址类型 = '自建'", "effective_from": "2026-01-01"}
    )
    evaluator = Evaluator(scheme, Calendar())
    owed = {
        (site, day): evaluator.in_scope("monthly", "project", {"site": site}, day)
        for site in ("厂房", "自建")
        for day in (date(2025, 12, 31), TURN)
    }
    assert [key for key, owes in owed.items() if owes] == [("厂房", date(2025, 12, 31)), ("自建", TURN)]
