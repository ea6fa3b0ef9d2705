"""What only the scheme tianjiaan says: unset limits, empty rows, projects that are over. See test_bundled.py."""

from __future__ import annotations

from datetime import date

from sheets_templates import catalog
from validators.calendar import default_calendar
from validators.evaluate import Evaluator, Related
from validators.rows import Record
from validators.rules import codes

SCHEME = catalog.load("tianjiaan")


def test_an_unset_limit_is_never_judged() -> None:
    """Rules whose number the policy does not give show days and nothing else, whatever the dates."""
    unset = {rule.id for rule in SCHEME.rules if rule.kind == "elapsed" and rule.n is None and rule.unit != "同年"}
    assert {"T-7", "T-48", "T-49", "T-25.b"} <= unset
    values = {"land_date": "2020-01-01", "fitout_done": "2020-01-01", "site_type": "标准化厂房"}
    values |= {"first_opinion_date": "2020-01-01", "joint_date": "2020-01-01", "joint_result": "合格"}
    said = {item.rule: item.code for item in _judge(values)}
    assert {said[name] for name in ("T-7", "T-48", "T-49", "T-25.b")} == {codes.SHOWN}


def test_an_empty_row_asks_for_little() -> None:
    """A row with nothing but a name runs no clock; what it lacks is said once for each rule."""
    said = _judge({"project_name": "年产500套智能装备项目"})
    quiet = {codes.NOT_STARTED, codes.WAITING, codes.INCOMPLETE, codes.VALUE, codes.STAGE}
    assert {item.code for item in said} <= quiet
    assert {item.rule for item in said if item.code == codes.INCOMPLETE} == {"T-13", "T-14"}


def test_a_terminated_project_runs_no_clock() -> None:
    values = {"sign_date": "2025-01-01", "site_type": "独立选址", "terminated_date": "2025-02-01"}
    said = {item.rule: item.code for item in _judge(values)}
    assert said["T-10"] == said["T-26"] == said["T-18"] == codes.TERMINATED
    assert "T-13" not in said


def _judge(values: dict[str, str]) -> list:
    evaluator = Evaluator(SCHEME, default_calendar())
    record = Record("P1", "project", "340403101", values)
    return evaluator.records("project", [record], date(2025, 6, 1), Related())[0].statuses
