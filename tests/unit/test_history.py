"""History facts: what is kept, what is not, and that revisions rebuild them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.small_scheme import MONTHLY, PROJECT, rule, small_scheme
from validators.facts import Facts
from validators.history import fold, watched_fields
from validators.periods import period_of
from validators.rows import Record
from validators.rules.planned import plan_changes
from validators.rules.stale import last_touched
from validators.values import first_day

WATCHING = {**rule("K-14"), "since": "", "touched": ["采购合同日期", "*"]}
UPDATED = {**rule("K-20"), "id": "K-22", "subject": "unit", "when": "", "since": "", "updates": True,
           "evidence": "", "evidence_period": ""}  # fmt: skip
SCHEME = small_scheme(rule("K-8"), WATCHING, UPDATED)
DAY = date(2025, 3, 3)

Step = tuple[str, dict[str, str]]


def folded(*steps: Step) -> dict[str, Any]:
    """Facts after a row was accepted with these values on these days."""
    facts: dict[str, Any] = {}
    before: dict[str, str] = {}
    for day, values in steps:
        facts = fold(SCHEME, PROJECT, facts, before, values, first_day(day))
        before = values
    return facts


def test_a_row_that_never_changed_carries_next_to_nothing() -> None:
    facts = fold(small_scheme(rule("K-8")), PROJECT, {}, {}, {"name": "甲", "finish_plan": "2025-08-31"}, DAY)
    assert facts == {"first": "2025-03-03", "changed": "2025-03-03"}


def test_the_same_again_changes_nothing() -> None:
    facts = folded(("2025-03-03", {"site": "厂房"}), ("2025-04-10", {"site": "自建"}))
    again = fold(SCHEME, PROJECT, facts, {"site": "自建"}, {"site": "自建"}, date(2025, 9, 1))
    assert again == facts


def test_nothing_given_is_written_into() -> None:
    facts = folded(("2025-03-03", {"finish_plan": "2025-08-31"}), ("2025-04-10", {"finish_plan": "2025-09-30"}))
    kept = {**facts, "plans": {"finish_plan": dict(facts["plans"]["finish_plan"])}}
    fold(SCHEME, PROJECT, facts, {"finish_plan": "2025-09-30"}, {"finish_plan": "2025-10-31"}, DAY)
    assert facts == kept


@pytest.mark.parametrize(
    ("plans", "first", "changes"),
    [
        (["2025-08-31"], "", 0),
        (["2025-08-31", "2025-09-30"], "2025-08-31", 1),
        (["2025-08-31", "2025-09-30", "2025-08-31"], "2025-08-31", 2),  # moved back is moved twice
        (["", "2025-08-31"], "", 0),  # set later is no move
        (["2025-08-31", "", "2025-08-31"], "", 0),  # taken out and put back
        (["2025-08-31", "", "2025-12-31"], "2025-08-31", 1),  # emptying hides nothing
        (["", "2025-08-31", "2025-09-30"], "2025-08-31", 1),
    ],
)
def test_moving_a_plan(plans: list[str], first: str, changes: int) -> None:
    steps = [(f"2025-0{n + 3}-01", {"finish_plan": plan} if plan else {"name": "甲"}) for n, plan in enumerate(plans)]
    facts = folded(*steps)
    row = type("Row", (), {"facts": facts})()
    told = plan_changes(row, "finish_plan")
    assert told == ({"changes": changes, "first": first} if changes else {})


def test_days_of_moves_are_kept() -> None:
    facts = folded(("2025-03-01", {"finish_plan": "2025-08-31"}), ("2025-09-02", {"finish_plan": "2025-09-30"}))
    assert facts["plans"]["finish_plan"] == {
        "first": "2025-08-31", "last": "2025-09-30", "changes": 1, "days": ["2025-09-02"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "log"),
    [
        ([("2025-03-03", "厂房")], None),
        ([("2025-03-03", "厂房"), ("2025-04-10", "自建")], [["", "厂房"], ["2025-04-10", "自建"]]),
        ([("2025-03-03", ""), ("2025-04-10", "自建")], [["2025-04-10", "自建"]]),
        ([("2025-03-03", "厂房"), ("2025-04-10", "自建"), ("2025-04-10", "厂房")], [["", "厂房"]]),
        (
            [("2025-03-03", "厂房"), ("2025-04-10", "自建"), ("2025-05-01", "")],
            [["", "厂房"], ["2025-04-10", "自建"], ["2025-05-01", ""]],
        ),
    ],
)
def test_dated_values(steps: list[tuple[str, str]], log: Any) -> None:
    facts = folded(*((day, {"name": "甲", **({"site": site} if site else {})}) for day, site in steps))
    assert facts.get("dated", {}).get("site") == log


def test_only_fields_that_are_dated_leave_dates() -> None:
    facts = folded(("2025-03-03", {"industry": "机械"}), ("2025-04-10", {"industry": "批发"}))
    assert "dated" not in facts and watched_fields(SCHEME, PROJECT).dated == {"site"}


def test_last_change_of_a_watched_field() -> None:
    facts = folded(
        ("2025-03-03", {"contract": "2025-03-01"}),
        ("2025-04-10", {"contract": "2025-04-01"}),
        ("2025-05-20", {"contract": "2025-04-01", "name": "甲"}),
    )
    row = type("Row", (), {"facts": facts})()
    assert last_touched(row, ["contract"]) == date(2025, 4, 10)
    assert last_touched(row, ["*"]) == date(2025, 5, 20)
    assert last_touched(row, ["started"]) is None


def test_updates_count_for_every_period_they_fall_into() -> None:
    """A row changed in May and again in July: June has no update, and May keeps its own."""
    steps = [(day, {"name": day}) for day in ("2025-04-20", "2025-05-30", "2025-07-02", "2025-07-03")]
    record = Record("P1", "project", "A", {"name": "x"}, facts=folded(*steps))
    updates = Facts.of(SCHEME, [record]).updates["project"]
    assert {period_of(day, "month").text for _, day, _ in updates} == {"2025-04", "2025-05", "2025-07"}


def test_an_outage_of_ours_makes_nobody_late() -> None:
    """A change made between the last reading in June and the first in July counts for June too."""
    facts = fold(SCHEME, PROJECT, {}, {}, {"name": "甲"}, date(2025, 7, 2), since=date(2025, 6, 29))
    assert facts["updates"] == ["2025-06-29", "2025-07-02"]


def test_tables_without_a_duty_keep_no_updates() -> None:
    facts = fold(SCHEME, MONTHLY, {}, {}, {"project": "甲"}, DAY)
    assert "updates" not in facts


values = st.fixed_dictionaries(
    {},
    optional={
        "finish_plan": st.sampled_from(("2025-08-31", "2025-09-30", "2025-12")),
        "site": st.sampled_from(("厂房", "自建")),
        "contract": st.sampled_from(("2025-03-01", "2025-04-01")),
        "name": st.sampled_from(("甲", "乙")),
    },
)
histories = st.lists(st.tuples(st.integers(0, 40), values), min_size=1, max_size=12)


@settings(deadline=None)
@given(histories)
def test_revisions_rebuild_the_facts(history: list[tuple[int, dict[str, str]]]) -> None:
    """From the audit alone – created with all values, then what changed and when – the same facts come out."""
    steps: list[Step] = []
    day = DAY
    for gap, new in history:
        day = date.fromordinal(day.toordinal() + gap)
        steps.append((day.isoformat(), new))
    changes, state = [], {}
    for on, new in steps:
        names = {n for n in {*state, *new} if state.get(n, "") != new.get(n, "")}
        if not changes or names:
            changes.append((on, {n: new.get(n, "") for n in names}))
        state = new
    rebuilt: list[Step] = []
    values_then: dict[str, str] = {}
    for on, changed in changes:
        values_then = {n: v for n, v in {**values_then, **changed}.items() if v}
        rebuilt.append((on, dict(values_then)))
    assert folded(*rebuilt) == folded(*steps)
