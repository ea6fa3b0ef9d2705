"""`streak`: the same bad result in adjacent periods flags whoever was rated, until it is released."""

from __future__ import annotations

import random

import pytest

from tests.unit.rules.kit import Judged, judge, scheme, table

PROJECT = table("project", "项目", "name 项目名称 text\nbuilder 施工单位 text\nbuilder_code 施工代码 text")
RATED = table(
    "rated",
    "评价",
    """
    quarter 季度 quarter
    project 项目 text
    town 属地 text
    code 信用代码 text
    company 单位 text
    result 结果 text
    """,
    filler="commission",
    name_field="company",
)


def seen(results: str, more: str = "", projects: list[dict[str, str]] | None = None) -> Judged:
    """`results`: lines of quarter, project, company, code or -, result."""
    rule = (
        "- {id: K, kind: streak, table: rated, period: 季度, subject: [信用代码, 单位], result: 结果, bad: [落后], "
        f"flag: 重点监测, tag_table: project, tag_field: 项目, tag_unit: 属地, tag_by: [[施工代码, 施工单位]]{more}}}"
    )
    rows = []
    for number, line in enumerate(results.strip().splitlines()):
        quarter, project, company, code, result = line.split()
        rows.append(
            {
                "key": f"r{number}",
                "季度": quarter,
                "项目": project,
                "单位": company,
                "信用代码": code.strip("-"),
                "结果": result,
            }
        )
    given = {"评价": rows, "项目": projects or []}
    return judge(scheme([PROJECT, RATED], rule), "2027-01-01", given)


@pytest.mark.parametrize(
    ("results", "flagged", "status"),
    [
        ("落后", False, "落后"),
        ("落后 落后", True, "重点监测"),
        ("落后 一般", False, "一般"),
        ("落后 一般 落后", False, "落后"),
        ("一般 落后 落后", True, "重点监测"),
        ("落后 落后 一般", False, "一般"),  # released by the next evaluated quarter that is not behind
        ("落后 落后 优秀 落后", False, "落后"),
        ("落后 落后 落后", True, "重点监测"),
        # a quarter without evaluation breaks the streak and is told; it releases nobody
        ("落后 - 落后", False, "缺评"),
        ("落后 落后 - 落后", True, "缺评、重点监测"),
        ("落后 落后 - 一般", False, "缺评"),
        ("一般 - 落后", False, "落后"),
        ("落后 - 落后 落后", True, "重点监测"),
    ],
)
def test_two_adjacent_quarters(results: str, flagged: bool, status: str) -> None:
    quarters = ("2025Q3", "2025Q4", "2026Q1", "2026Q2")  # across the year's end
    lines = [f"{q} P 甲公司 91X {r}" for q, r in zip(quarters, results.split(), strict=False) if r != "-"]
    found = seen("\n".join(lines))
    assert found.unit_flags("甲公司") == (["重点监测"] if flagged else [])
    assert found.unit("甲公司", "K") == status


def test_the_order_of_the_rows_makes_no_difference() -> None:
    lines = ["2025Q4 P 甲公司 91X 落后", "2026Q1 P 甲公司 91X 落后", "2025Q3 P 甲公司 91X 优秀"]
    for seed in range(6):
        random.Random(seed).shuffle(lines)
        assert seen("\n".join(lines)).unit_flags("甲公司") == ["重点监测"]


def test_any_project_that_is_behind_counts_for_the_company() -> None:
    found = seen(
        "2025Q4 P 甲公司 91X 落后\n2025Q4 Q 甲公司 91X 优秀\n2026Q1 Q 甲公司 91X 落后\n2026Q1 P 甲公司 91X 优秀"
    )
    assert found.unit_flags("甲公司") == ["重点监测"]


def test_companies_are_told_apart_by_code_not_by_name() -> None:
    """One code under two names is one company; one name under two codes is two."""
    assert seen("2025Q4 P 甲公司 91X 落后\n2026Q1 P 甲集团 91X 落后").unit_flags("甲公司") == ["重点监测"]
    assert seen("2025Q4 P 甲公司 91X 落后\n2026Q1 P 甲公司 92Y 落后").unit_flags("甲公司") == []
    assert seen("2025Q4 P 甲公司 - 落后\n2026Q1 P 甲公司 91X 落后").unit_flags("甲公司") == ["重点监测"]
    assert seen("2025Q4 P 甲公司 - 落后\n2026Q1 P 甲公司 - 落后").unit_flags("甲公司") == ["重点监测"]


def test_the_rows_of_the_latest_quarter_show_the_flag_and_earlier_ones_do_not() -> None:
    found = seen(
        "2025Q4 P 甲公司 91X 落后\n2026Q1 P 甲公司 91X 落后\n2026Q1 Q 甲公司 91X 一般\n2026Q1 P 乙公司 92Y 落后"
    )
    assert [found.flags(f"r{n}") for n in range(4)] == [[], ["重点监测"], ["重点监测"], []]


def test_all_projects_of_a_flagged_company_carry_a_tag_that_is_not_the_flag() -> None:
    projects = [
        {"key": "rated", "项目名称": "P", "unit": "甲镇"},
        {"key": "by code", "项目名称": "R", "unit": "乙镇", "施工代码": "91X"},
        {"key": "by name", "项目名称": "S", "unit": "乙镇", "施工单位": "甲公司"},
        {"key": "other", "项目名称": "T", "unit": "乙镇", "施工单位": "乙公司"},
    ]
    found = seen("2025Q4 P 甲公司 91X 落后\n2026Q1 P 甲公司 91X 落后", projects=projects)
    assert [found.flags(p["key"]) for p in projects] == [["参建单位重点监测"]] * 3 + [[]]
    assert "甲公司" in found.record("rated")["flags"][0]["reason"]


def test_what_was_released_is_remembered() -> None:
    made = "2025Q3 P 甲公司 91X 落后\n2025Q4 P 甲公司 91X 落后\n2026Q1 P 甲公司 91X 一般"
    assert seen(made).unit_flags("甲公司") == []
    never = seen(made, ", release: never")
    assert never.unit_flags("甲公司") == ["重点监测"]


def test_the_number_and_the_gap_are_parameters() -> None:
    three = "2025Q4 P 甲公司 91X 落后\n2026Q1 P 甲公司 91X 落后\n2026Q2 P 甲公司 91X 落后"
    assert seen(three, ", n: 3").unit_flags("甲公司") == ["重点监测"]
    assert seen(three.rsplit("\n", 1)[0], ", n: 3").unit_flags("甲公司") == []
    gap = "2025Q4 P 甲公司 91X 落后\n2026Q2 P 甲公司 91X 落后"
    assert seen(gap, ", gap: skip").unit_flags("甲公司") == ["重点监测"]


def test_the_reason_names_the_quarters() -> None:
    found = seen("2025Q4 P 甲公司 91X 落后\n2026Q1 P 甲公司 91X 落后")
    assert found.record("r1")["flags"][0]["reason"] == "2025年第四季度、2026年第一季度连续落后"
