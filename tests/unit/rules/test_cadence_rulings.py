"""What people rule on duties — extensions, exemptions, nil reports — and reports that were corrected after the last day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.rules.kit import scheme, table
from validators.calendar import default_calendar
from validators.evaluate import Evaluator
from validators.facts import SHANGHAI, Facts, Membership, Submission, Verdict
from validators.grants import Absence, Grant
from validators.rows import Record
from validators.rules.context import GONE
from validators.scheme.models import Scheme
from validators.speak import speaker

PROJECT = table("project", "项目", "name 项目名称 text\nstarted 开工日期 date_actual")
MONTHLY = table(
    "monthly", "月报", "project 项目 text\nmonth 月份 month\ndone 完成投资 money_wan\nnone 本月无变化 choice",
    name_field="", parent="project", parent_field="project", keys=(("project", "month"),),
)  # fmt: skip
UNIT = "{id: J, kind: cadence, title: 月报, period: month, start: 2025-01-01, lead: 3, nil: 本月无变化}"
COVER = (
    "{id: J, kind: cadence, title: 月报, table: project, period: month, start: 2025-01-01, coverage: all, "
    "evidence: monthly, evidence_period: month, uncovered: 未报}"
)
BY = Grant("张三", "全镇停电", date(2025, 7, 10))


def made(rule: str = UNIT) -> Scheme:
    return scheme([PROJECT, MONTHLY], f"- {rule}")


def judged(facts: Facts, day: str, which: Scheme) -> dict[tuple[str, str, str], Verdict]:
    """(unit, period, record) → what is said of the duty."""
    found = Evaluator(which, default_calendar()).shared(facts, date.fromisoformat(day))
    return {(v.unit, v.period, v.record): v for v in found if v.kind == "obligation"}


def said(
    facts: Facts, day: str, rule: str = UNIT, key: tuple[str, str, str] = ("01", "2025-06", "")
) -> tuple[str, str]:
    """Word and reason of one duty on a day."""
    which = made(rule)
    status = judged(facts, day, which)[key].statuses[0]
    say = speaker(which)
    on = date.fromisoformat(day)
    return say.word(status, on), say.reason(status, on)


def sent(day: str | None, **more: Any) -> Submission:
    at = datetime.fromisoformat(day).replace(tzinfo=SHANGHAI) if day else None
    return Submission("J", "01", "2025-06", at, **more)


def project(name: str = "甲", unit: str = "01") -> Record:
    return Record(name, "project", unit, {"name": name, "started": "2025-01-05"})


def month(name: str, facts: dict[str, Any], unit: str = "01", record: str = "") -> Record:
    return Record(record or f"m{name}", "monthly", unit, {"project": name, "month": "2025-06", "done": "5"}, (), facts)


@pytest.mark.parametrize(
    ("day", "came", "word"),
    [
        ("2025-07-05", "", "未到期"),  # without the extension: 逾期未报
        ("2025-07-07", "", "临期"),
        ("2025-07-10", "", "临期"),
        ("2025-07-11", "", "逾期未报"),
        ("2025-07-11", "2025-07-10", "已报"),
        ("2025-07-20", "2025-07-12", "逾期补报2天"),
    ],
)
def test_an_extension_moves_the_last_day(day: str, came: str, word: str) -> None:
    facts = Facts(submissions=[sent(came)] if came else [])
    facts.grants.extensions["J", "01", "2025-06"] = BY
    assert said(facts, day)[0] == word
    assert "延期至2025-07-10（张三批准：全镇停电），原应于2025-06-30前" in said(facts, day)[1]


def test_an_extension_is_of_one_unit_and_period() -> None:
    facts = Facts()
    facts.grants.extensions["J", "01", "2025-06"] = BY
    assert said(facts, "2025-07-05", key=("02", "2025-06", ""))[0] == "逾期未报"
    assert said(facts, "2025-07-05", key=("01", "2025-05", ""))[0] == "逾期未报"


def test_an_extension_never_shortens_the_time() -> None:
    """A day before the usual last one is no extension."""
    facts = Facts(submissions=[sent("2025-06-28")])
    facts.grants.extensions["J", "01", "2025-06"] = Grant("张三", "", date(2025, 6, 20))
    assert said(facts, "2025-07-05")[0] == "已报"


def test_one_row_can_have_more_time_than_its_unit() -> None:
    """The row's own extension counts before the unit's; the unit's duty waits for its latest row."""
    facts = Facts.of(made(COVER), [project("甲"), project("乙")])
    facts.grants.extensions["J", "甲", "2025-06"] = BY
    assert said(facts, "2025-07-05", COVER)[0] == "未到期"
    found = Evaluator(made(COVER), default_calendar()).shared(facts, date(2025, 7, 5))
    rows = {v.key: v.statuses[0].inputs["periods"] for v in found if v.kind == "record"}
    assert "2025-06" not in rows["甲"] and "2025-06" in rows["乙"]


@pytest.mark.parametrize("rule", [UNIT, COVER])
def test_an_exemption_says_by_whom_and_why(rule: str) -> None:
    facts = Facts.of(made(rule), [project()])
    facts.grants.exemptions["J", "01", "2025-06"] = Grant("李四", "汛期")
    word, reason = said(facts, "2025-07-05", rule)
    assert word == "免报"
    assert "免报（李四批准：汛期）" in reason
    assert said(facts, "2025-07-05", rule, ("01", "2025-05", ""))[0] == "逾期未报"


@pytest.mark.parametrize(
    ("since", "until", "free"),
    [
        ("2025-03-01", "2025-04-30", {"2025-03", "2025-04"}),
        ("2025-03-02", "2025-04-30", {"2025-04"}),  # a month of which a part is not covered is owed
        (None, "2025-02-28", {"2025-01", "2025-02"}),
        ("2025-05-01", None, {"2025-05", "2025-06", "2025-07"}),
    ],
)
def test_a_unit_that_is_away_owes_nothing_meanwhile(since: str | None, until: str | None, free: set[str]) -> None:
    days = (date.fromisoformat(day) if day else None for day in (since, until))
    facts = Facts()
    facts.grants.absences["01"] = [Absence("01", Grant("李四", "撤并"), "", *days)]
    found = judged(facts, "2025-07-05", made())
    assert {
        period for unit, period, _ in found if unit == "01" and found[unit, period, ""].statuses[0].code == "exempt"
    } == free
    assert all(v.statuses[0].code != "exempt" for (unit, _, _), v in found.items() if unit != "01")


def test_what_came_all_the_same_is_a_report() -> None:
    """An exempted unit that reports has reported."""
    facts = Facts(submissions=[sent("2025-06-20")])
    facts.grants.exemptions["J", "01", "2025-06"] = BY
    assert said(facts, "2025-07-05")[0] == "已报"


def test_a_nil_report_is_a_report_and_says_so() -> None:
    word, reason = said(Facts(submissions=[sent("2025-06-30", nil=True)]), "2025-07-05")
    assert word == "已报"
    assert "报的是“本月无变化”" in reason


def test_a_report_of_which_nobody_knows_the_time_is_in_time() -> None:
    assert said(Facts(submissions=[sent(None)]), "2025-07-05")[0] == "已报"


def test_nil_needs_a_duty_of_the_unit() -> None:
    """Where every row is reported, the row says 本月无变化, not the unit."""
    with pytest.raises(ValueError, match="零报告"):
        made(COVER.replace("uncovered", "nil: 无, uncovered"))


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"filled": "2025-06-28", "read": "2025-06-28", "changed": "2025-07-09"}, "2025-07-09更正"),
        (
            {"filled": "2025-06-28", "read": "2025-06-28", "changed": "2025-06-29"},
            "",
        ),  # before the last day: its affair
        ({"filled": "2025-06-28", "read": "2025-07-09", "changed": "2025-07-09"}, ""),  # read late, never corrected
        ({"filled": "", "read": "2025-07-09", "changed": "2025-07-20"}, ""),  # after today
    ],
)
def test_on_time_first_and_corrected_later_keeps_both(facts: dict[str, Any], told: str) -> None:
    found = Facts.of(made(COVER), [project(), month("甲", facts)])
    word, reason = said(found, "2025-07-12", COVER)
    assert word == "已报"
    assert ("更正" in reason) == bool(told) and told in reason


def test_a_report_whose_row_vanished_was_still_made() -> None:
    """Until a person confirms that it is withdrawn: then it is not there, and neither is the report. Nobody else has to
    make good for what is gone: it counts like the rows that stand in the book."""
    which = made(COVER)
    facts = Facts.of(which, [project()])
    assert said(facts, "2025-07-05", COVER)[0] == "逾期未报"
    facts = Facts.of(which, [project(), month("甲", {"filled": "2025-06-28", GONE: True})])
    assert said(facts, "2025-07-05", COVER)[0] == "已报"


DAYS = st.dates(date(2025, 1, 1), date(2025, 12, 31))
ROWS = st.lists(st.tuples(st.sampled_from(["甲", "乙", "丙"]), st.sampled_from(["01", "02"]), DAYS), max_size=8)


@given(rows=ROWS, roster=st.lists(st.tuples(st.sampled_from(["01", "02"]), DAYS, DAYS), max_size=4), day=DAYS)
def test_rates_are_within_nought_and_a_hundred(
    rows: list[tuple[str, str, date]], roster: list[tuple[str, date, date]], day: date
) -> None:
    """Whoever joins, leaves, is exempted and reports whatever: what is covered is never more than what is due."""
    which = made(COVER)
    projects = {(name, unit): project(f"{name}{unit}", unit) for name, unit, _ in rows}
    reports = [
        Record(f"m{n}", "monthly", unit, {"project": f"{name}{unit}", "month": f"{at:%Y-%m}", "done": "1"}, (), {"filled": str(at)})
        for n, (name, unit, at) in enumerate(rows)
    ]  # fmt: skip
    facts = Facts.of(which, [*projects.values(), *reports])
    facts.roster = [Membership(unit, since, until) for unit, since, until in roster]
    facts.grants.absences = {"02": [Absence("02", Grant(), "", date(2025, 3, 1), date(2025, 5, 31))]}
    for verdict in judged(facts, day.isoformat(), which).values():
        inputs = verdict.statuses[0].inputs
        if "covered" in inputs:
            assert 0 <= inputs["covered"] <= inputs["due"]
            assert 0 <= float(inputs["ratio"]) <= 100
