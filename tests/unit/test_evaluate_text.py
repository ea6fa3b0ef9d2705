"""`tianbao evaluate` without --json: all that the JSON says, readable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli import cli
from app.cli.evaluate_text import show

STATUS = {"rule": "Z-1", "status": "逾期", "deadline": "2025-06-30", "days": -3, "reason": "逾期3天：应于2025-06-30前"}
FINDING = {"code": "rule.notice", "severity": "提示", "field": "项目名称", "message": "请核对名称", "rule": "Z-2"}
FLAG = {"rule": "Z-3", "flag": "黄牌", "reason": "连续两季落后"}
SUBJECT: dict[str, Any] = {"unit": "安成镇", "key": "01", "kind": "unit", "statuses": [STATUS], "findings": [FINDING],
                           "flags": [FLAG]}  # fmt: skip
EMPTY: dict[str, Any] = {"records": [], "units": [], "targets": [], "obligations": [], "reconciliations": []}
PARTS: dict[str, dict[str, Any]] = {
    "records": {"table": "project", "key": "甲项目", "unit": "安成镇", "stage": "在建", "statuses": [STATUS],
                "findings": [FINDING], "flags": [FLAG]},
    "units": SUBJECT,
    "targets": {"rule": "T-1", "unit": "", "period": "2025", "status": "未达标", "done": 11, "target": 14, "ratio": 78.6,
                "gap": 3, "deadline": "2025-12-31", "reason": ""},
    "obligations": {"rule": "T-4", "unit": "安成镇", "unit_code": "01", "period": "2025-06", "record": "乙项目",
                    "status": "未报", "deadline": "2025-07-05", "days": -2, "reason": "6月进展没有报"},
    "reconciliations": {**SUBJECT, "rule": "Z-19", "counts": {"应有": 8, "对上": 6},
                        "rows": [{"table": "project", "key": "丙项目", "status": "应统未统"}]},
}  # fmt: skip
SILENT = {"code", "severity", "unit_code", "table", "rule", "kind", "days", "ratio"}  # names for programs


def words(value: Any, name: str = "") -> list[str]:
    """All that a person should find."""
    if isinstance(value, dict):
        return [text for key, item in value.items() if key not in SILENT for text in words(item, key)]
    if isinstance(value, list):
        return [text for item in value for text in words(item, name)]
    return [str(value)] if value not in (None, "") and not (name == "key" and str(value).isdigit()) else []


@pytest.mark.parametrize("part", PARTS)
def test_nothing_of_a_part_is_kept_back(part: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Statuses, deadlines, reasons, flags, findings, figures, counts: each stands in the text."""
    show({**EMPTY, part: [PARTS[part]]})
    told = capsys.readouterr().out.replace("\n", " ")
    assert not [text for text in words(PARTS[part]) if text not in told]
    assert part != "targets" or "完成率78.6%" in told


def test_a_scheme_of_ours_reads_as_its_json_says(tmp_path: Path) -> None:
    """A real run: every status and target of the JSON in the text."""
    file = tmp_path / "records.json"
    row = {
        "项目名称": "甲项目",
        "总投资(亿元)": 1.5,
        "签约日期": "2025-01-10",
        "选址类型": "独立选址",
        "填报单位": "安成镇",
    }
    file.write_text(json.dumps({"tables": {"项目库": [row]}}, ensure_ascii=False), "utf-8")
    call = ["evaluate", "--scheme", "tianjiaan", "--records", str(file), "--as-of", "2025-07-16"]
    result = json.loads(CliRunner().invoke(cli, [*call, "--json"]).stdout)
    text = CliRunner().invoke(cli, call).stdout
    assert result["targets"] and result["units"] is not None
    for target in result["targets"]:
        assert target["rule"] in text and target["status"] in text
    assert "记录" in text and all(s["status"] in text for r in result["records"] for s in r["statuses"])


def test_excused_duties_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Units × months of which nothing is to be said would bury the rest."""
    duty = {**PARTS["obligations"], "status": "免报"}
    show({**EMPTY, "obligations": [duty, duty, PARTS["obligations"]]})
    told = capsys.readouterr().out
    assert "另有2项免报" in told and told.count("安成镇") == 1


def test_nothing_given_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    show(EMPTY)
    assert "没有可判断的内容" in capsys.readouterr().out
