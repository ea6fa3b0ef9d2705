"""`reconcile` with `many`: several rows of a list mean one of the other, some by their code and some by their name."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from tests.unit.rules.kit import Judged, judge, scheme, table

PROJECT = table("project", "项目库", "name 项目名称 project_name\ncode 代码 text\nday 签约日期 date")
YEARS = table(
    "plan", "计划", "name 项目名称 project_name\ncode 代码 text\nday 签约日期 date\nyear 年度 text", filler="fgw"
)
MADE = scheme(
    [PROJECT, YEARS],
    """
    - id: M
      kind: reconcile
      table: project
      right: plan
      keys: [[代码], {left: [项目名称], sure: true}]
      many: right
      compare: [{left: 签约日期, each: true, blank: ignore}]
      missing: 漏
      extra: 多出
      keyless: false
    - {id: O, kind: reconcile, table: project, right: plan, keys: [[代码], {left: [项目名称], sure: true}], missing: 漏, extra: 多出, keyless: false}
    """,
)


def year(key: str, **cells: Any) -> dict[str, Any]:
    return {"key": key, "项目名称": "甲", "年度": key, **cells}


def run(rows: Any, **cells: Any) -> Judged:
    return judge(
        MADE, "2025-06-01", {"项目库": [{"key": "P", "项目名称": "甲", "代码": "1", **cells}], "计划": list(rows)}
    )


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_row_without_a_code_means_the_project_its_fellow_was_found_by(order: tuple[int, ...]) -> None:
    rows = [year("2024"), year("2025", 代码="1"), year("2026", 代码="1")]
    found = run(rows[at] for at in order)
    assert [found.status(key, "M") for key in ("P", "2024", "2025", "2026")] == ["一致"] * 4
    assert found.reconciled("M")["counts"] == {"应有": 1, "对上": 1}


def test_a_row_with_a_code_of_its_own_means_something_else() -> None:
    found = run([year("2025", 代码="1"), year("2026", 代码="9")])
    assert (found.status("2025", "M"), found.status("2026", "M")) == ("一致", "多出")


def test_a_name_of_two_projects_means_neither() -> None:
    projects = [
        {"key": "P", "项目名称": "甲", "代码": "1", "unit": "甲镇"},
        {"key": "Q", "项目名称": "甲", "代码": "2", "unit": "乙镇"},
    ]
    rows = [year("2024"), year("2025", 代码="1"), year("2026", 代码="2")]
    found = judge(MADE, "2025-06-01", {"项目库": projects, "计划": rows})
    assert found.status("2024", "M") == "多出"


def test_where_one_row_means_one_nothing_is_joined() -> None:
    assert run([year("2024"), year("2025", 代码="1")]).status("2024", "O") == "多出"


def test_a_row_is_not_told_what_its_fellow_says() -> None:
    rows = [year("2024", 代码="1", 签约日期="2025-03-01"), year("2025", 代码="1", 签约日期="2025-03-09")]
    found = run(rows, 签约日期="2025-03-01")
    assert [found.status(key, "M") for key in ("P", "2024", "2025")] == ["字段不一致", "一致", "字段不一致"]
    assert "这里是2025-03-09" in found.messages("2025")[0]
