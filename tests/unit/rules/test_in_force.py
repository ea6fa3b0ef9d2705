"""What holds from a day on: drop-down values, wanted columns, lookups, leads. Old rows are judged by their own day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.rules.kit import scheme, table
from validators.calendar import Calendar
from validators.evaluate import Evaluator, RecordResult, Related
from validators.facts import Facts
from validators.messages import both
from validators.rows import Record
from validators.scheme.models import Conventions, LeadsChange
from validators.scheme.tables import Choice, Periodic
from validators.speak import speaker

TURN = date(2026, 1, 1)
LAST = date(2025, 12, 31)
GRADES = (
    Choice(value="甲类"),
    Choice(value="乙类", effective_to=LAST),
    Choice(value="丙类", effective_from=TURN),
)
FIELDS = "name 名称 text\nsigned 签约日期 date_actual\nstarted 开工日期 date_actual\ngrade 类别 choice\nleader 包保领导 person"
LIMIT = "- {id: L, kind: elapsed, table: project, from: 签约日期, to: 开工日期, limits: {by: [类别], lookup: months}, unit: 月}"
TEAM = "- {id: T, kind: lookup, table: project, lookup: teams, by: [类别], into: 专班%s}"
LOOKUPS = {
    "months": {
        "rows": {"甲类": "3", "乙类": "6"},
        "changes": [{"effective_from": "2026-01-01", "rows": {"甲类": "2"}}],
    },
    "teams": {
        "rows": {"甲类": "一班", "乙类": "二班"},
        "changes": [{"effective_from": "2026-01-01", "rows": {"甲类": "三班", "乙类": None, "丙类": "四班"}}],
    },
}


def small(rules: str = "[]", *, by: str = "", wanted: dict[str, Any] | None = None, **more: Any) -> Any:
    """A scheme whose 类别 has a value that goes and one that comes; `wanted`: what is said of 包保领导."""
    project = table("project", "项目库", FIELDS, version_by=by)
    changed = {"grade": {"choices": "grades"}, "leader": wanted or {}}
    fields = tuple(item.model_copy(update=changed.get(item.name, {})) for item in project.fields)
    more.setdefault("choices", {"grades": GRADES})
    more.setdefault("lookups", LOOKUPS)
    return scheme([project.model_copy(update={"fields": fields})], rules, **more)


def judged(which: Any, values: dict[str, str], today: date, of: str = "project") -> RecordResult:
    return Evaluator(which, Calendar()).records(of, [Record("1", of, "01", values)], today, Related())[0]


def said(which: Any, values: dict[str, str], today: date) -> list[str]:
    return [
        " ".join(both(item.code, {**item.params, "value": item.value}))
        for item in judged(which, values, today).findings
    ]


# drop-downs -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signed", "grade", "wrong"),
    [
        ("2025-12-31", "乙类", ""),  # abolished later: it was right on its day
        ("2026-01-01", "乙类", "“乙类”只用到2025-12-31，这一行按签约日期2026-01-01算不能再选 请改选：甲类、丙类"),
        ("2026-01-01", "丙类", ""),
        ("2025-12-31", "丙类", "“丙类”2026-01-01起才能选，这一行按签约日期2025-12-31算还不能选 请改选：甲类、乙类"),
        ("2025-12-31", "甲类", ""),
        ("2026-01-01", "甲类", ""),
    ],
)
def test_a_value_is_right_or_wrong_by_the_day_of_its_row_whatever_the_day_of_judging(
    signed: str, grade: str, wrong: str
) -> None:
    which = small(by="签约日期")
    for today in (date(2026, 1, 1), date(2027, 6, 1)):
        result = judged(which, {"signed": signed, "grade": grade}, today)
        assert said(which, {"signed": signed, "grade": grade}, today) == ([wrong] if wrong else [])
        assert result.next_change is None


def test_a_row_without_a_day_is_judged_by_today_and_asked_again_when_that_changes() -> None:
    before, after = (judged(small(), {"grade": "乙类"}, day) for day in (LAST, TURN))
    assert (before.findings, before.next_change) == ([], TURN)
    assert [item.code for item in after.findings] == ["cell.choice.retired"]
    assert after.next_change is None


def test_a_blank_day_leaves_today() -> None:
    which = small(by="签约日期")
    assert judged(which, {"grade": "乙类"}, LAST).next_change == TURN
    assert said(which, {"grade": "乙类"}, TURN) == ["“乙类”只用到2025-12-31，不能再选 请改选：甲类、丙类"]


def test_where_other_words_are_taken_too_it_is_a_hint() -> None:
    loose = small()
    fields = tuple(i.model_copy(update={"strict": i.name != "grade"}) for i in loose.tables[0].fields)
    loose = loose.model_copy(update={"tables": (loose.tables[0].model_copy(update={"fields": fields}),)})
    assert [judged(which, {"grade": "乙类"}, TURN).findings[0].severity.value for which in (small(), loose)] == [
        "必改",
        "提示",
    ]


def test_rows_of_periods_are_judged_by_the_end_of_their_period() -> None:
    monthly = table(
        "monthly", "月报", "month 月份 month\ngrade 类别 choice", periodic=Periodic(kind="month", field="month")
    )
    fields = tuple(i.model_copy(update={"choices": "grades" * (i.name == "grade")}) for i in monthly.fields)
    which = scheme([monthly.model_copy(update={"fields": fields})], "[]", choices={"grades": GRADES})
    found = {
        month: [
            item.code for item in judged(which, {"month": month, "grade": "乙类"}, date(2026, 1, 8), "monthly").findings
        ]
        for month in ("2025-12", "2026-01")
    }
    assert found == {"2025-12": [], "2026-01": ["cell.choice.retired"]}


def test_one_of_several_values_is_enough() -> None:
    which = small(by="签约日期")
    fields = tuple(i.model_copy(update={"type": "choices"}) if i.name == "grade" else i for i in which.tables[0].fields)
    which = which.model_copy(update={"tables": (which.tables[0].model_copy(update={"fields": fields}),)})
    assert said(which, {"signed": "2026-02-01", "grade": "甲类、乙类"}, TURN)[0].startswith("“乙类”只用到")
    assert said(which, {"signed": "2025-02-01", "grade": "甲类、乙类"}, TURN) == []


def test_a_row_for_each_value_is_wanted_of_the_values_of_the_day() -> None:
    child = table("step", "手续", "name 手续 text\nproject 项目名称 text", parent="project", parent_field="project")
    rule = "- {id: R, kind: required, table: project, fields: [{rows: step, field: 手续, each: grades, title: '{value}'}], version_by: 签约日期}"
    which = small(rule)
    which = which.model_copy(update={"tables": (*which.tables, child)})
    missing = {
        signed: judged(which, {"signed": signed}, date(2026, 6, 1)).findings[0].params["what"]
        for signed in ("2025-12-31", "2026-01-01")
    }
    assert missing == {"2025-12-31": ["甲类", "乙类"], "2026-01-01": ["甲类", "丙类"]}


# columns ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "before", "after"),
    [
        ({"required": True, "effective_from": TURN}, [], ["cell.required"]),
        ({"required": True, "effective_to": LAST}, ["cell.required"], []),
    ],
)
def test_a_column_is_wanted_of_rows_of_its_days(wanted: dict[str, Any], before: list[str], after: list[str]) -> None:
    by_day = small(by="签约日期", wanted=wanted)
    for signed, codes in (("2025-12-31", before), ("2026-01-01", after)):
        assert [item.code for item in judged(by_day, {"signed": signed}, date(2026, 6, 1)).findings] == codes
        assert judged(by_day, {"signed": signed, "leader": "张三"}, date(2026, 6, 1)).findings == []
    today = small(wanted=wanted)
    for day, codes in ((LAST, before), (TURN, after)):
        assert [item.code for item in judged(today, {}, day).findings] == codes
    assert judged(today, {}, LAST).next_change == TURN


# lookups and leads ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signed", "deadline", "version"),
    [("2025-12-31", "2026-03-31", ""), ("2026-01-01", "2026-03-01", "2026-01-01")],
)
def test_a_table_of_limits_is_that_of_the_day_the_limit_runs_from(signed: str, deadline: str, version: str) -> None:
    which = small(LIMIT)
    status = judged(which, {"signed": signed, "grade": "甲类"}, date(2026, 6, 1)).statuses[0]
    assert (str(status.deadline), status.inputs["version"]) == (deadline, version)
    told = speaker(which).reason(status, date(2026, 6, 1))
    assert ("（2026-01-01起执行的版本）" in told) == bool(version)
    assert ("2个月内" if version else "3个月内") in told


def test_keys_that_did_not_change_stay_and_a_key_that_went_is_found_no_more() -> None:
    by_sign = small(TEAM % ", version_by: 签约日期")
    found = {
        (grade, signed): judged(by_sign, {"signed": signed, "grade": grade}, date(2026, 6, 1)).derived.get("专班")
        for grade in ("甲类", "乙类", "丙类")
        for signed in ("2025-12-31", "2026-01-01")
    }
    assert list(found.values()) == ["一班", "三班", "二班", None, None, "四班"]


def test_without_a_day_the_lookup_of_today_counts_and_the_row_is_asked_again() -> None:
    before, after = (judged(small(TEAM % ""), {"grade": "甲类"}, day) for day in (LAST, TURN))
    assert (before.derived["专班"], before.next_change) == ("一班", TURN)
    assert after.derived["专班"] == "三班"


def test_rules_without_a_start_take_the_day_of_their_table() -> None:
    which = small(TEAM % "", by="签约日期")
    assert judged(which, {"grade": "甲类", "signed": "2025-06-01"}, date(2026, 6, 1)).derived["专班"] == "一班"


def test_leads_change_with_the_day_the_limit_runs_from() -> None:
    own = Conventions(changes=(LeadsChange(effective_from=TURN, leads={"月": 20}),))
    which = small(LIMIT, conventions=own)
    soon = {
        signed: [judged(which, {"signed": signed, "grade": "甲类"}, day).statuses[0].code for day in days]
        for signed, days in {
            "2025-12-31": (date(2026, 3, 23), date(2026, 3, 24)),
            "2026-01-01": (date(2026, 2, 8), date(2026, 2, 9)),
        }.items()
    }
    assert list(soon.values()) == [["ok", "soon"], ["ok", "soon"]]


def test_duties_take_the_leads_in_force_at_the_end_of_their_period() -> None:
    own = Conventions(changes=(LeadsChange(effective_from=TURN, leads={"month": 9}),))
    which = small("- {id: M, kind: cadence, period: month, due_day: 20, due_offset: 1}", conventions=own)
    seen = {}
    for day in (date(2026, 1, 12), date(2026, 2, 12)):
        for item in Evaluator(which, Calendar()).shared(Facts.of(which, ()), day):
            if item.unit == "01" and item.period == f"{(day.replace(day=1) - (TURN - LAST)):%Y-%m}":
                seen[item.period] = item.statuses[0].code
    assert seen == {"2025-12": "not_due", "2026-01": "soon"}


# the day moves on -------------------------------------------------------------------------------------------------

_DAYS = st.dates(date(2025, 11, 1), date(2026, 3, 31))
_VALUES = st.fixed_dictionaries(
    {},
    optional={
        "signed": _DAYS.map(str),
        "grade": st.sampled_from(["甲类", "乙类", "丙类"]),
        "leader": st.just("张三"),
    },
)


@given(_VALUES, st.sampled_from(["", "签约日期"]), _DAYS)
@settings(deadline=None, max_examples=150)
def test_nothing_changes_before_the_day_that_was_announced(values: dict[str, str], by: str, start: date) -> None:
    """Judged again only when it says so, a row reads the same as judged every day, across every day of change."""
    own = Conventions(changes=(LeadsChange(effective_from=TURN, leads={"月": 20}),))
    which = small(
        "\n".join((LIMIT, TEAM % "")), by=by, conventions=own, wanted={"required": True, "effective_from": TURN}
    )
    evaluator = Evaluator(which, Calendar())

    def ask(day: date) -> RecordResult:
        return evaluator.records("project", [Record("1", "project", "01", values)], day, Related())[0]

    def seen(result: RecordResult) -> Any:
        statuses = [(i.rule, i.code, i.deadline, i.inputs) for i in result.statuses]
        return (
            statuses,
            [(i.code, i.params) for i in result.findings],
            result.derived,
        )

    kept = ask(start)
    for offset in range(1, 120):
        day = date.fromordinal(start.toordinal() + offset)
        fresh = ask(day)
        if kept.next_change is not None and kept.next_change <= day:
            kept = fresh
        assert seen(kept) == seen(fresh), day
