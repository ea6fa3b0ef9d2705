"""`cadence`: reports that name their period and the day they came, and reports that come in parts."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.unit.rules.kit import judge, scheme, table
from validators.rules import parse_rule
from validators.scheme.tables import Choice

REPORTS = table(
    "report", "报送记录", "month 期次 month\nsent 报送日期 date_actual\nkinds 类别 choices\nnil 零报告 yesno"
)
RULE = """
- {id: R, kind: cadence, period: month, due_day: 28, start: 2025-06-01, evidence: report, evidence_period: 期次,
   evidence_date: 报送日期, evidence_part: 类别, evidence_parts: [谋划, 签约]}
- {id: S, kind: cadence, period: month, due_day: 28, start: 2025-06-01, evidence: report, evidence_period: 期次,
   evidence_date: 报送日期}
"""
MADE = scheme([REPORTS], RULE, choices={"kinds": tuple(Choice(value=word) for word in ("谋划", "签约"))})


def june(rule: str, day: str, *rows: dict[str, str]) -> dict[str, Any]:
    found = judge(MADE, day, {"报送记录": [{"unit": "甲镇", **row} for row in rows]}).found["obligations"]
    return next(i for i in found if i["rule"] == rule and i["period"] == "2025-06" and i["unit"] == "甲镇")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"期次": "2025-06", "报送日期": "2025-06-28"}, "已报"),
        ({"期次": "2025-06", "报送日期": "2025-07-02"}, "逾期补报4天"),
        ({"期次": "2025-05", "报送日期": "2025-06-10"}, "逾期未报"),
        ({"报送日期": "2025-06-10"}, "已报"),
        ({"期次": "2025-06"}, "已报"),
    ],
)
def test_the_period_is_named_and_the_day_is_when_it_came(row: dict[str, str], said: str) -> None:
    """A report of June that comes in July is late; it is no report of July. A blank period is told by the day."""
    assert june("S", "2025-07-05", row)["status"] == said


def part(kinds: str, sent: str) -> dict[str, str]:
    return {"期次": "2025-06", "类别": kinds, "报送日期": sent}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "逾期未报"),
        ([part("谋划", "2025-06-20")], "逾期未报"),
        ([part("谋划、签约", "2025-06-20")], "已报"),
        ([part("谋划", "2025-06-20"), part("签约", "2025-06-28")], "已报"),
        ([part("谋划", "2025-06-20"), part("签约", "2025-06-30")], "逾期补报2天"),
        ([part("谋划、签约", "2025-06-20"), part("签约", "2025-06-30")], "已报"),
    ],
)
def test_a_report_is_complete_with_its_last_part(rows: list[dict[str, str]], said: str) -> None:
    assert june("R", "2025-07-05", *rows)["status"] == said


def test_what_is_still_wanted_is_told() -> None:
    assert "还差签约" in june("R", "2025-07-05", part("谋划", "2025-06-20"))["reason"]
    assert "还差" not in june("R", "2025-07-05")["reason"]


def test_parts_and_their_field_go_together() -> None:
    with pytest.raises(ValidationError, match="evidence_parts"):
        parse_rule({"id": "R", "kind": "cadence", "title": "x", "period": "month", "evidence_part": "类别"})
