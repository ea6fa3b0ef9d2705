"""`series`: a row beside the row before it — cumulative values do not fall, a month just like the last is explained."""

from __future__ import annotations

import random

import pytest

from tests.unit.rules.kit import judge, scheme, table

PROJECT = table("project", "项目", "name 项目名称 text")
MONTHLY = table(
    "monthly",
    "月度",
    """
    project 项目 text
    month 月份 month
    last 上月累计 money_wan
    unchanged 本月无变化 yesno
    done 本月完成 money_wan
    total 累计完成 money_wan
    progress 形象进度 text
    explanation 情况说明 long_text
    """,
    parent="project",
    parent_field="project",
)
MADE = scheme(
    [PROJECT, MONTHLY],
    """
    - id: M
      kind: series
      table: monthly
      period: 月份
      rising: [累计完成]
      prior: {累计完成: 上月累计}
      same: [本月完成, 累计完成, 形象进度]
      unchanged: 本月无变化
      severity: 须说明
    """,
)


def told(*rows: dict[str, str], project: str = "P", unit: str = "甲镇") -> dict[str, list[str]]:
    """Month → messages."""
    given = {
        "项目": [{"项目名称": project, "unit": unit}],
        "月度": [{"项目": project, "unit": unit, **r} for r in rows],
    }
    for number, row in enumerate(given["月度"]):
        row["key"] = f"{row['月份']}#{number}"
    found = judge(MADE, "2025-12-31", given).found["records"]
    return {item["key"][:7]: [f["message"] for f in item["findings"]] for item in found if item["table"] == "monthly"}


def row(month: str, total: str = "", done: str = "", progress: str = "", **more: str) -> dict[str, str]:
    return {"月份": month, "累计完成": total, "本月完成": done, "形象进度": progress, **more}


@pytest.mark.parametrize(
    ("totals", "faulty"),
    [
        (["100", "200", "200"], []),
        (["100", "99.99"], ["2025-02"]),
        (["100", "", "90"], ["2025-03"]),  # a blank month hides nothing
        (["100", "90", "95"], ["2025-02"]),  # told once, where it fell
        (["", "0", "-1"], ["2025-03"]),
    ],
)
def test_a_cumulative_value_does_not_fall(totals: list[str], faulty: list[str]) -> None:
    rows = [row(f"2025-{n:02d}", total, done=str(n), progress=str(n)) for n, total in enumerate(totals, 1)]
    assert [month for month, messages in told(*rows).items() if messages] == faulty


def test_the_message_says_both_figures_and_asks_for_a_word() -> None:
    found = told(row("2025-01", "100", "1"), row("2025-02", "90", "2"))
    assert found["2025-02"] == ["累计完成(90，上期100)比上期小"]


def test_a_word_in_the_explanation_answers() -> None:
    assert not told(row("2025-01", "100", "1"), row("2025-02", "90", "2", 情况说明="审计核减"))["2025-02"]


def test_the_first_month_is_compared_with_what_the_row_shows_of_the_month_before() -> None:
    assert told(row("2025-05", "90", "1", 上月累计="100"))["2025-05"]
    assert not told(row("2025-05", "110", "1", 上月累计="100"))["2025-05"]
    # where there is a row before, that row counts
    assert not told(row("2025-04", "80", "1"), row("2025-05", "90", "2", 上月累计="100"))["2025-05"]


@pytest.mark.parametrize(
    ("second", "asks"),
    [
        (row("2025-02", "100", "50", "主体施工"), True),
        (row("2025-02", "100", "50", "主体 施工"), True),  # blanks make no difference
        (row("2025-02", "100", "50", "封顶"), False),
        (row("2025-02", "150", "50", "主体施工"), False),
        (row("2025-02", "100", "50", "主体施工", 本月无变化="是"), False),
        (row("2025-02", "100", "50", "主体施工", 本月无变化="否"), True),
        (row("2025-02", "100", "50", "主体施工", 情况说明="等设备"), False),
        (row("2025-02", 本月无变化="是"), False),
        (row("2025-02"), False),
    ],
)
def test_a_month_just_like_the_last_asks_for_a_word(second: dict[str, str], asks: bool) -> None:
    found = told(row("2025-01", "100", "50", "主体施工"), second)["2025-02"]
    assert [text.startswith("与上期完全相同") for text in found] == ([True] if asks else [])


def test_a_month_declared_unchanged_does_not_hide_a_copied_one() -> None:
    rows = (row("2025-01", "100", "50", "甲"), row("2025-02", 本月无变化="是"), row("2025-03", "100", "50", "甲"))
    assert told(*rows)["2025-03"]


def test_across_the_year_end_and_in_whatever_order_the_rows_stand() -> None:
    rows = [row("2024-12", "100", "1"), row("2025-01", "90", "2"), row("2024-11", "80", "3")]
    for seed in range(6):
        random.Random(seed).shuffle(rows)
        assert [month for month, messages in told(*rows).items() if messages] == ["2025-01"]


def test_projects_of_the_same_name_in_two_units_are_two() -> None:
    given = {
        "项目": [{"key": "p", "项目名称": "P", "unit": "甲镇"}, {"key": "q", "项目名称": "P", "unit": "乙镇"}],
        "月度": [
            {"key": "a", "项目": "P", "unit": "甲镇", "月份": "2025-01", "累计完成": "100", "本月完成": "1"},
            {"key": "b", "项目": "P", "unit": "乙镇", "月份": "2025-02", "累计完成": "90", "本月完成": "2"},
        ],
    }
    assert judge(MADE, "2025-12-31", given).messages("b") == []


def test_it_is_a_matter_to_be_explained() -> None:
    given = {
        "项目": [{"项目名称": "P"}],
        "月度": [{"key": m, "项目": "P", "月份": m, "累计完成": t} for m, t in (("2025-01", "9"), ("2025-02", "8"))],
    }
    found = judge(MADE, "2025-12-31", given).record("2025-02")["findings"]
    assert [(item["severity"], item["field"]) for item in found] == [("须说明", "累计完成")]
