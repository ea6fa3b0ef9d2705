"""`tianbao evaluate`: what the parts beside the rows name is known and can be read, or it is said in Chinese."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli import cli
from tests.small_scheme import small_scheme
from validators.document_parts import unknown_units
from validators.evaluate_json import DocumentError, evaluate_document

SCHEME = small_scheme()
RULE = next(rule.id for rule in SCHEME.rules)
SENT: dict[str, Any] = {"rule": RULE, "unit": SCHEME.units[0].name, "period": "2025-06", "at": "2025-07-01"}
FROZEN: dict[str, Any] = {"rule": RULE, "unit": "", "period": "2025-12-31", "value": "3/10"}

WRONG = {
    "a rule that is not there": ("submissions", {**SENT, "rule": f"{RULE}x"}, f"submissions 第1项：方案里没有规则“{RULE}x”；是不是“{RULE}”？"),
    "no rule": ("submissions", {"at": "2025-07-01"}, "submissions 第1项少了 rule"),
    "no time": ("submissions", {**SENT, "at": "x"}, "submissions 第1项的 at：“x”不是时间，写成 2025-06-05"),
    "no period": ("submissions", {**SENT, "period": "六月"}, "的 period：“六月”不是一期"),
    "no object": ("submissions", "甲", "submissions 第1项要是一个对象，要有 rule、at"),
    "a frozen rule": ("frozen", {**FROZEN, "rule": "Q"}, "frozen 第1项：方案里没有规则“Q”"),
    "a frozen word": ("frozen", {**FROZEN, "value": "三"}, "frozen 第1项的 value：“三”不是数，写成 12 或 3/10"),
    "a frozen nothing": ("frozen", {**FROZEN, "value": None}, "frozen 第1项少了 value"),
    "a member since": ("roster", {"unit": "甲镇", "from": "去年"}, "roster 第1项的 from：“去年”不是日期"),
}  # fmt: skip


@pytest.mark.parametrize(("part", "item", "told"), WRONG.values(), ids=WRONG)
def test_what_would_be_left_out_in_silence_is_said(part: str, item: Any, told: str) -> None:
    with pytest.raises(DocumentError) as problem:
        evaluate_document(SCHEME, {"tables": {}, part: [item]}, date(2026, 1, 5))
    assert told in str(problem.value)
    assert "Invalid" not in str(problem.value)


def test_everything_wrong_is_said_at_once() -> None:
    parts = {"submissions": [SENT, {**SENT, "at": "x", "rule": "Q"}], "frozen": [{**FROZEN, "value": "三"}]}
    with pytest.raises(DocumentError) as problem:
        evaluate_document(SCHEME, {"tables": {}, **parts}, date(2026, 1, 5))
    assert [line.partition("项")[0] for line in str(problem.value).splitlines()] == [
        "submissions 第2", "submissions 第2", "frozen 第1",
    ]  # fmt: skip


def test_what_is_in_order_passes() -> None:
    document = {
        "tables": {},
        "submissions": [SENT],
        "frozen": [FROZEN],
        "roster": [{"unit": "甲镇", "from": "2025-01"}],
    }
    assert evaluate_document(SCHEME, document, date(2026, 1, 5))["records"] == []


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ({"history": [{"table": "project", "key": "甲", "field": "签约", "at": "x"}]}, "at“x”不是时间"),
        ({"history": [{"table": "project", "key": "甲"}]}, "少了 at"),
        ({"calendar": {"国庆": "放假日"}}, "“国庆”不是日期"),
        ({"calendar": ["国庆"]}, "calendar 要写成"),
    ],
)
def test_history_and_calendar_speak_chinese_too(part: dict[str, Any], told: str) -> None:
    with pytest.raises(DocumentError) as problem:
        evaluate_document(SCHEME, {"tables": {"项目库": [{"项目名称": "甲"}]}, **part}, date(2026, 1, 5))
    assert told in str(problem.value) and "Invalid" not in str(problem.value)


def test_a_unit_nobody_knows_is_noted_beside_the_answer(tmp_path: Path) -> None:
    rows = [{"编号": "1", "填报单位": "北陵县"}, {"编号": "2", "填报单位": "南陵县"}]
    document = {"tables": {"项目库": rows}, "submissions": [{"rule": "N-2", "unit": "何处", "at": "2025-06-05"}]}
    assert unknown_units(SCHEME, document) == [
        "表“项目库”里的单位“北陵县”不在方案里", "表“项目库”里的单位“南陵县”不在方案里", "submissions 里的单位“何处”不在方案里",
    ]  # fmt: skip
    (tmp_path / "r.json").write_text(json.dumps({"tables": {"项目库": [{"unit": "何处", "项目名称": "甲"}]}}), "utf-8")
    call = [
        "evaluate",
        "--scheme",
        "tianjiaan",
        "--records",
        str(tmp_path / "r.json"),
        "--as-of",
        "2025-07-12",
        "--json",
    ]
    done = CliRunner().invoke(cli, call)
    assert done.exit_code == 0
    assert done.stderr == "注意：表“项目库”里的单位“何处”不在方案里\n"
    assert json.loads(done.stdout)["records"][0]["unit"] == "何处"
