"""The evaluator: rule order, what stops clocks, families, shared rules, opening of periods, purity."""

from __future__ import annotations

import copy
import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.small_scheme import MONTHLY, PROJECT, RULES, judge, rule, small_scheme
from validators.calendar import Calendar
from validators.evaluate import Evaluator, Related
from validators.facts import Facts
from validators.rows import Record
from validators.rules import codes
from validators.scheme.models import Scheme

TODAY = date(2025, 7, 12)
SCHEME = small_scheme()
ENGINE = Evaluator(SCHEME, Calendar())


def codes_of(result: Any) -> dict[str, str]:
    return {status.rule: status.code for status in result.statuses}


def project(record_id: str = "P1", unit: str = "A", **values: str) -> Record:
    return Record(record_id, "project", unit, values)


# records ----------------------------------------------------------------------------------------------------------


def test_a_rule_may_name_what_another_derives() -> None:
    """规模档 is derived by a rule that stands after the one that asks for it."""
    asks = {**rule("K-10"), "id": "R", "fields": ["包保领导"], "when": "规模档 = '大'"}
    scheme = small_scheme(asks, rule("K-2"))
    assert codes_of(judge(scheme, {"money": "10000"}, TODAY))["R"] == codes.INCOMPLETE
    assert "R" not in codes_of(judge(scheme, {"money": "9999"}, TODAY))


def test_the_stage_can_be_asked_for() -> None:
    asks = {**rule("K-10"), "id": "R", "when": "当前阶段 = '开工'"}
    scheme = small_scheme(asks, rule("K-3"))
    late = judge(scheme, {"signed": "2025-01-01", "started": "2025-02-01"}, TODAY)
    assert late.stage == "开工" and codes_of(late)["R"] == codes.INCOMPLETE
    assert "R" not in codes_of(judge(scheme, {"signed": "2025-01-01"}, TODAY))


def test_findings_say_which_record_and_what_stands_there() -> None:
    values = {"signed": "2025-03-01", "started": "2025-02-01", "site": "厂房"}
    found = judge(small_scheme(rule("K-12")), values, TODAY).findings
    assert [(item.record, item.field, item.value) for item in found] == [("P1", "started", "2025-02-01")]


def test_termination_stops_every_clock_and_asks_for_nothing() -> None:
    """已终止 stands before everything a clocked rule could say; nothing need be filled in any more; all else goes on."""
    values = {"signed": "2025-03-31", "site": "自建", "ended_on": "2025-07-12"}
    result = codes_of(judge(SCHEME, values, TODAY))
    clocked = {item["id"] for item in RULES if item["kind"] in ("elapsed", "planned", "sync", "stale")}
    assert {name for name, code in result.items() if code == codes.TERMINATED} == clocked
    assert rule("K-10")["kind"] == "required" and "K-10" not in result
    assert codes_of(judge(SCHEME, {**values, "ended_on": ""}, TODAY))["K-10"] == codes.INCOMPLETE
    assert len(result) > len(clocked)


def test_termination_in_the_future_is_looked_at_on_its_day() -> None:
    values = {"signed": "2025-03-31", "site": "自建", "ended_on": "2025-07-13"}
    result = judge(small_scheme(rule("K-5")), values, TODAY)
    assert codes_of(result) == {"K-5": codes.OVERDUE}
    assert result.next_change == date(2025, 7, 13)


def test_children_of_a_terminated_parent_are_over_too() -> None:
    problem = Record("Q1", "problem", "A", {"project": "甲", "raised": "2025-06-01"})
    for ended, code in (("", codes.NOT_CLOSED), ("2025-06-30", codes.TERMINATED)):
        parent = project(name="甲", **({"ended_on": ended} if ended else {}))
        related = Related.of({"P1": parent, "Q1": problem}, {"Q1": "P1"})
        assert codes_of(ENGINE.records("problem", [problem], TODAY, related)[0]) == {"K-16": code}


def test_next_change_is_the_earliest_of_all_rules() -> None:
    values = {"signed": "2025-06-20", "site": "厂房", "finish_plan": "2025-07-30"}
    result = judge(small_scheme(rule("K-4"), rule("K-8")), values, date(2025, 7, 1))
    assert sorted(s.next_change for s in result.statuses if s.next_change) == [date(2025, 7, 13), date(2025, 7, 23)]
    assert result.next_change == date(2025, 7, 13)


def test_a_rule_that_looks_at_today_is_judged_again_tomorrow() -> None:
    result = judge(small_scheme(rule("K-15")), {"finish_plan": "2027-01-31"}, TODAY)
    assert codes_of(result) == {"K-15": codes.NOTICE}
    assert result.next_change == date(2025, 7, 13)


def test_office_calendar_decides_working_days() -> None:
    values = {"accepted": "2025-09-26"}
    record = project(**values)
    off = Calendar({date(2025, 9, 28): "放假日", date(2025, 10, 1): "放假日", date(2025, 10, 9): "上班日"})
    scheme = small_scheme(rule("K-6"))
    day = date(2025, 9, 29)
    usual = Evaluator(scheme, Calendar()).records("project", [record], day, Related())[0]
    other = Evaluator(scheme, off).records("project", [record], day, Related())[0]
    assert usual.statuses[0].deadline == date(2025, 9, 30)  # Sunday the 28th is a make-up workday
    assert other.statuses[0].deadline == date(2025, 10, 9)


# families ---------------------------------------------------------------------------------------------------------

SERIES = {
    "id": "K-30",
    "kind": "series",
    "title": "累计只增",
    "table": "monthly",
    "period": "month",
    "rising": ["done"],
}


def month(record_id: str, text: str, done: str, name: str = "甲") -> Record:
    return Record(record_id, "monthly", "A", {"project": name, "month": text, "done": done})


@pytest.mark.parametrize("parents", [{}, {"M5": "P1", "M6": "P1"}])
def test_a_row_is_compared_with_its_family(parents: dict[str, str]) -> None:
    """Only the rows asked for are told, whether their project is known or only named; another project's month and a
    row of another name take no part."""
    engine = Evaluator(small_scheme(SERIES), Calendar())
    may, june, other = month("M5", "2025-05", "500"), month("M6", "2025-06", "400"), month("M7", "2025-06", "1", "乙")
    related = Related.of({r.id: r for r in (project(name="甲"), may, june, other)}, parents)
    [result] = engine.records("monthly", [june], TODAY, related)
    assert [(item.code, item.record, item.field) for item in result.findings] == [("rule.falls", "M6", "done")]
    assert [item.findings for item in engine.records("monthly", [may, other], TODAY, related)] == [[], []]


# 曾逾期 -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("started", "changed", "ever"),
    [
        ("", "2025-04-10", {"until": "2025-04-09", "deadline": "2025-04-01", "fields": {"site": "厂房"}}),
        ("", "2025-04-02", None),  # changed on the first day of being late: never seen overdue
        ("2025-03-20", "2025-04-10", None),  # started in time
        ("2025-04-20", "2025-04-10", {"until": "2025-04-09", "deadline": "2025-04-01", "fields": {"site": "厂房"}}),
    ],
)
def test_what_was_overdue_before_a_change_stays_known(started: str, changed: str, ever: Any) -> None:
    """A change of 选址类型 gives another limit from the same signing; it does not wash the past (B-21)."""
    values = {"signed": "2025-03-01", "site": "自建", **({"started": started} if started else {})}
    facts = {"dated": {"site": [["", "厂房"], [changed, "自建"]]}}
    result = judge(small_scheme(rule("K-4"), rule("K-5")), values, date(2025, 5, 2), facts=facts)
    by_rule = {status.rule: status for status in result.statuses}
    assert by_rule["K-5"].deadline == date(2025, 6, 1)
    assert by_rule["K-4"].inputs.get("ever") == ever
    assert "ever" not in by_rule["K-5"].inputs


def test_as_of_before_the_change_knows_nothing_of_it() -> None:
    facts = {"dated": {"site": [["", "厂房"], ["2025-04-10", "自建"]]}}
    values = {"signed": "2025-03-01", "site": "自建"}
    result = judge(small_scheme(rule("K-4")), values, date(2025, 4, 9), facts=facts)
    assert "ever" not in result.statuses[0].inputs


# shared -----------------------------------------------------------------------------------------------------------


def test_shared_rules_see_derived_values() -> None:
    """K-21 counts by 规模档, which no cell holds."""
    rows = [project(f"P{n}", produced="2025-05-01", money=money) for n, money in enumerate(("10000", "9999", "20000"))]
    verdicts = ENGINE.shared(Facts.of(SCHEME, rows), TODAY, ["K-21"])
    assert [(v.kind, v.statuses[0].inputs["done"]) for v in verdicts] == [("target", "2")]


def test_shared_rules_are_found_by_the_tables_they_read() -> None:
    assert ENGINE.shared_rules() == {"K-20", "K-21"}
    assert ENGINE.shared_rules_reading("monthly") == {"K-20"}
    assert ENGINE.shared_rules_reading("project") == {"K-20", "K-21"}
    assert ENGINE.shared_rules_reading("problem") == set()
    assert ENGINE.shared_tables() == {"project", "monthly"}
    assert ENGINE.shared_tables(["K-21"]) == {"project"}


@pytest.mark.parametrize(
    ("since", "today", "turned"),
    [
        (date(2025, 6, 30), date(2025, 7, 1), {"K-20"}),
        (date(2025, 7, 1), date(2025, 7, 31), set()),
        (date(2025, 5, 31), date(2025, 7, 12), {"K-20"}),  # a service that was down catches up
        (None, date(2025, 7, 12), {"K-20", "K-21"}),
    ],
)
def test_a_new_period_turns_its_duties(since: date | None, today: date, turned: set[str]) -> None:
    assert ENGINE.shared_turns(since, today) == turned


# opening ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "owes"),
    [
        ({"started": "2025-05-01"}, True),
        ({"started": "2025-07-20"}, True),  # starts within the month
        ({}, False),
        ({"started": "2025-05-01", "produced": "2025-06-30"}, False),
        ({"started": "2025-05-01", "ended_on": "2025-07-01"}, False),
        ({"started": "2025-05-01", "ended_on": "2025-08-01"}, True),
    ],
)
def test_a_month_is_opened_for_projects_that_owe_it(values: dict[str, str], owes: bool) -> None:
    assert ENGINE.in_scope("monthly", "project", values, TODAY) is owes


def test_without_a_duty_every_parent_gets_its_row() -> None:
    engine = Evaluator(small_scheme(rule("K-4")), Calendar())
    assert engine.in_scope("monthly", "project", {}, TODAY)


# purity -----------------------------------------------------------------------------------------------------------

days = st.dates(date(2024, 10, 1), date(2026, 3, 31)).map(date.isoformat)
blank_or_day = st.one_of(st.just(""), days)


def a_project(draw: Any) -> dict[str, str]:
    values = {
        item.name: draw(blank_or_day) for item in PROJECT.fields if item.type in ("date_actual", "date_plan", "date")
    }
    values |= {
        "site": draw(st.sampled_from(("", "厂房", "自建"))),
        "money": draw(st.sampled_from(("", "9999", "10000", "50000"))),
        "industry": draw(st.sampled_from(("", "机械", "批发"))),
        "leader": draw(st.sampled_from(("", "张三"))),
    }
    return {name: text for name, text in values.items() if text}


@st.composite
def projects(draw: Any) -> list[Record]:
    count = draw(st.integers(1, 6))
    return [Record(f"P{n}", "project", "A", a_project(draw)) for n in range(count)]


@settings(max_examples=60, deadline=None)
@given(projects(), st.dates(date(2025, 1, 1), date(2026, 1, 31)), st.randoms(use_true_random=False))
def test_order_and_company_do_not_matter(records: list[Record], today: date, rng: random.Random) -> None:
    """A record is judged the same alone, among others, in any order, and twice; and nothing is written into it."""
    before = copy.deepcopy(records)
    first = ENGINE.records("project", records, today, Related())
    shuffled = list(records)
    rng.shuffle(shuffled)
    again = ENGINE.records("project", shuffled, today, Related())
    by_id = {record.id: result for record, result in zip(shuffled, again, strict=True)}
    fresh = Evaluator(SCHEME, Calendar())
    for record, result in zip(records, first, strict=True):
        assert by_id[record.id] == result
        assert fresh.records("project", [record], today, Related())[0] == result
    assert records == before


def test_monthly_rows_are_no_projects() -> None:
    """Rules of one table do not touch rows of another."""
    row = Record("M1", "monthly", "A", {"project": "甲", "month": "2025-06"})
    assert ENGINE.records("monthly", [row], TODAY, Related())[0].statuses == []
    assert MONTHLY.name == "monthly"


def test_a_mistake_in_a_rule_is_told_when_compiling() -> None:
    scheme: Scheme = small_scheme({**rule("K-4"), "when": "选址方式 = '厂房'"})
    with pytest.raises(ValueError, match="没有叫“选址方式”的字段"):
        Evaluator(scheme, Calendar())
