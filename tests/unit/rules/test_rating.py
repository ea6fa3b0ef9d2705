"""`rating`: results entered per subject and period — complete, by the right role, once."""

from __future__ import annotations

import pytest

from tests.unit.rules.kit import Judged, judge, scheme, table

RATED = table(
    "rated",
    "评价",
    """
    quarter 季度 quarter
    project 项目 text
    code 信用代码 text
    company 单位 text
    role 角色 text
    speed 进度 number
    safety 安全 number
    result 结果 text
    planned 计划合理 yesno
    followed 按计划实施 yesno
    timely 措施及时 yesno
    """,
    filler="commission",
)
RULES = """
- {id: V, kind: rating, table: rated, period: 季度, subject: [项目, 信用代码|单位, 角色], dimensions: [进度, 安全], result: 结果}
- {id: W, kind: rating, table: rated, role: 角色, criteria: {施工: [计划合理, 按计划实施], 监理: [措施及时]}}
"""


def seen(*rows: dict[str, str], rules: str = RULES) -> Judged:
    base = {"季度": "2025Q1", "项目": "P", "单位": "甲公司", "角色": "施工"}
    return judge(
        scheme([RATED], rules), "2025-06-01", {"评价": [{**base, "key": f"r{n}", **r} for n, r in enumerate(rows)]}
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"进度": "90", "安全": "80", "结果": "一般"}, "一般"),
        ({"进度": "90", "结果": "一般"}, "缺项:安全"),
        ({"结果": "一般"}, "缺项:进度、安全"),
        ({"进度": "90"}, "缺项:安全"),
        ({"进度": "0", "安全": "0", "结果": "落后"}, "落后"),  # nought is a score
        ({}, None),  # a row not begun
    ],
)
def test_all_dimensions_once_there_is_any(row: dict[str, str], said: str | None) -> None:
    assert seen(row).status("r0", "V") == said


@pytest.mark.parametrize(
    ("role", "row", "faulty"),
    [
        ("施工", {"计划合理": "是", "按计划实施": "否"}, ""),
        ("监理", {"措施及时": "是"}, ""),
        ("监理", {"计划合理": "是"}, "计划合理"),
        ("施工", {"措施及时": "否"}, "措施及时"),
        ("设计", {"措施及时": "否"}, ""),
    ],
)
def test_a_criterion_belongs_to_its_role(role: str, row: dict[str, str], faulty: str) -> None:
    found = [item for item in seen({"角色": role, **row}).record("r0")["findings"] if item["rule"] == "W"]
    assert [item["field"] for item in found] == ([faulty] if faulty else [])
    assert all(item["severity"] == "必改" and "校验错误" in item["message"] for item in found)


def test_a_role_can_be_asked_for_its_own_criteria() -> None:
    rule = "- {id: W, kind: rating, table: rated, role: 角色, criteria: {监理: [措施及时]}, criteria_required: true}"
    assert seen({"角色": "监理"}, rules=rule).status("r0", "W") == "缺项:措施及时"
    assert seen({"角色": "施工"}, rules=rule).status("r0", "W") is None


WHOLE = {"进度": "1", "安全": "1", "结果": "一般"}


@pytest.mark.parametrize(
    ("second", "faulty"),
    [
        ({}, True),
        ({"季度": "2025Q2"}, False),
        ({"角色": "监理"}, False),
        ({"项目": "Q"}, False),
        ({"单位": "乙公司", "信用代码": ""}, False),
        # the same company by its code, whatever name it carries; a name alone that goes with the code
        ({"信用代码": "91X", "单位": "甲公司（集团）"}, True),
        ({"信用代码": "92Y"}, False),
    ],
)
def test_a_subject_is_rated_once_in_a_period(second: dict[str, str], faulty: bool) -> None:
    found = seen({**WHOLE, "信用代码": "91X"}, {**WHOLE, "信用代码": "91X", **second})
    assert found.messages("r0") == []
    assert bool(found.messages("r1")) == faulty


def test_a_row_with_the_name_only_is_the_company_whose_code_another_row_knows() -> None:
    assert seen({**WHOLE, "信用代码": "91X"}, WHOLE).messages("r1")
    # but a name that goes with two codes is nobody in particular
    found = seen({**WHOLE, "信用代码": "91X"}, {**WHOLE, "信用代码": "92Y"}, WHOLE)
    assert not found.messages("r2")
