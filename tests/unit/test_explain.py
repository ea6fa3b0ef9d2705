"""explain: everything about one record, from a workspace that was really synced."""

from __future__ import annotations

import json
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from app.dossier import calendar_notes
from tests.small_scheme import judge, rule, small_scheme
from validators.calendar import Calendar

DAY = "2025-08-15"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("explain") / "office"
    arguments = ["--as-of", DAY, "demo", str(root), "--units", "1", "--projects", "6", "--seed", "3"]
    assert CliRunner().invoke(cli, arguments, obj={}).exit_code == 0
    return root


def explain(workspace: Path, *arguments: str, day: str = DAY) -> Result:
    return CliRunner().invoke(cli, ["-w", str(workspace), "--as-of", day, "explain", *arguments], obj={})


def document(workspace: Path, word: str, day: str = DAY) -> Any:
    found = explain(workspace, word, "--json", day=day)
    assert found.exit_code == 0, found.output
    return json.loads(found.output)


def a_project(workspace: Path) -> tuple[str, str]:
    """Id and name of a project of the workspace."""
    with sqlite3.connect(workspace / "tianbao.db") as store:
        return store.execute("SELECT id, name FROM record WHERE tbl = 'project' AND name > '' ORDER BY id").fetchone()


def test_by_number_and_by_name(workspace: Path) -> None:
    record_id, name = a_project(workspace)
    assert document(workspace, record_id)["id"] == record_id
    named = document(workspace, name)
    chosen = named if isinstance(named, dict) else next(item for item in named if item["id"] == record_id)
    assert chosen["name"] == name


def test_all_that_is_known(workspace: Path) -> None:
    record_id, name = a_project(workspace)
    found = document(workspace, record_id)
    assert found["table"] == "项目库" and name in found["name"] and found["state"] == "在册"
    assert "项目库 第" in found["place"]
    assert any(item["field"] == "项目名称" and item["value"] == name for item in found["values"])
    assert found["revisions"][-1]["kind"] == "新增"
    first = found["revisions"][-1]
    assert first["where"].startswith("项目库!") and any(c["new"] == name for c in first["changes"])
    for status in found["statuses"]:
        assert status["status"] and status["section"] and status["document"], status
    assert {item["rule"] for item in found["status_history"]} <= {item["rule"] for item in found["statuses"]}


def test_another_day_judges_what_is_known_now(workspace: Path) -> None:
    """--as-of: the same record, other days left; the answer of the books stays as it is."""
    record_id, _ = a_project(workspace)
    now, later = document(workspace, record_id), document(workspace, record_id, day="2026-08-15")
    assert (now["as_of"], later["as_of"]) == (DAY, "2026-08-15")
    before = {item["rule"]: item for item in now["statuses"] if item["days"] is not None}
    after = {item["rule"]: item for item in later["statuses"]}
    assert before, "the demo has running deadlines"
    for name, status in before.items():
        assert after[name]["deadline"] == status["deadline"] and after[name]["days"] < status["days"]


def test_people_read_it_too(workspace: Path) -> None:
    record_id, name = a_project(workspace)
    told = explain(workspace, record_id).output
    for word in (record_id, name, "节点状态", "依据", "改动记录", "新增"):
        assert word in told
    assert len(explain(workspace, record_id, "--all").output) > len(told)


def test_an_unknown_word_says_what_a_number_looks_like(workspace: Path) -> None:
    found = explain(workspace, "没有这个项目")
    assert found.exit_code == 2 and "P000012" in found.output


def test_working_days_off_are_named() -> None:
    """3 working days over the October holidays: what was left out, and the Sunday that counted."""
    scheme = small_scheme(rule("K-6"))
    status = judge(scheme, {"accepted": "2025-09-29"}, date(2025, 9, 30)).statuses[0]
    assert status.deadline == date(2025, 10, 10)
    [off] = calendar_notes(Calendar(), scheme.rules[0], status)
    assert off.startswith("放假不计：2025-10-01、") and "2025-10-08" in off
    earlier = judge(scheme, {"accepted": "2025-09-26"}, date(2025, 9, 29)).statuses[0]
    assert calendar_notes(Calendar(), scheme.rules[0], earlier) == ["调休上班计入：2025-09-28"]


def test_a_moved_deadline_is_told() -> None:
    scheme = small_scheme({**rule("K-5"), "roll": "next_workday"})
    status = judge(scheme, {"signed": "2025-02-10", "site": "自建"}, date(2025, 5, 1)).statuses[0]
    assert calendar_notes(Calendar(), scheme.rules[0], status) == ["期限末日2025-05-10逢休息日，顺延到2025-05-12"]
