"""合计, 小计 and section figures of a ledger against its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from sync.ledger.totals import Check
from tests.ledger import kit, paper

HEADER = ["序号", "项目名称", "总投资（万元）", "用工需求（人）", "签约日期"]


def checks(rows: Sequence[Sequence[Any]], header: Sequence[Any] = HEADER, merges: Sequence[str] = ()) -> list[Check]:
    book, sheet = paper.new()
    paper.put(sheet, 1, [header, *rows], merges)
    return kit.totals(kit.studied(book))


def project(at: int, amount: Any, people: Any = None) -> list[Any]:
    return [at, f"项目{at}号", amount, people, "2025-03-01"]


@pytest.mark.parametrize(
    ("make", "tabs", "agree"),
    [
        (paper.progress, (), 1), (paper.districts, ("总表",), 5), (paper.permits, (), 1), (paper.tall_rows, (), 1),
        (paper.hidden_and_ghosts, (), 1), (paper.by_place, (), 3), (paper.ancestor, (), 0), (paper.monthly, (), 0),
    ],
)  # fmt: skip
def test_honest_totals_agree(make: Callable[[], Workbook], tabs: tuple[str, ...], agree: int) -> None:
    """Totals first or last, in section texts, over sections, in 亿元 over rows in 万元."""
    assert [check.agrees for check in kit.totals(kit.studied(make(), *tabs))] == [True] * agree


@pytest.mark.parametrize(
    ("total", "differences"),
    [
        (["合计：2个", None, 23000, 30], []),
        (["合计：3个", None, 23000, 30], [("个数", "3", "2")]),
        (["合计", None, 23500, 30], [("总投资", "23500", "23000")]),
        (["合计", None, "2.3亿", 31], [("用工需求", "31", "30")]),
        ([2, "合计", 20000, None], [("总投资", "20000", "23000")]),
        ([3, "总合计", 23000, None], [("个数", "3", "2")]),
        (["总计（2个项目，总投资：2.4亿元）", None, None, None], [("总投资", "24000", "23000")]),
    ],
)
def test_what_differs_is_told(total: list[Any], differences: list[tuple[str, str, str]]) -> None:
    """The count in the label or beside it, each column by itself; amounts in 万元 whatever they are written in."""
    (check,) = checks([project(1, 11000, 10), project(2, 12000, 20), total])
    assert [(item.figure, item.said, item.found) for item in check.differences] == differences
    assert check.agrees == (not differences) and check.where == "Sheet1!第4行"


def test_a_rounded_total_is_no_difference_to_worry_about() -> None:
    header = ["序号", "项目名称", "总投资（亿元）", "签约日期"]
    (check,) = checks([[1, "甲项目", 1.234, None], [2, "乙项目", 2.345, None], ["合计", None, 3.58, None]], header)
    assert check.agrees and [item.rounding for item in check.differences] == [True]


def test_cells_that_are_no_number_are_counted() -> None:
    (check,) = checks([project(1, 11000), project(2, "12000或13000"), ["合计", None, 23000]])
    assert (check.unread, check.agrees) == (1, False)


def test_subtotals_before_and_after_their_rows() -> None:
    after = [
        project(1, 11000),
        project(2, 12000),
        ["小计", None, 23000],
        project(3, 30000),
        ["小计", None, 30000],
        ["合计", None, 53000],
    ]
    before = [
        ["合计", None, 53000],
        ["小计", None, 23000],
        project(1, 11000),
        project(2, 12000),
        ["小计", None, 30000],
        project(3, 30000),
    ]
    for rows in (after, before):
        assert [check.agrees for check in checks(rows)] == [True, True, True]


def test_a_wrong_subtotal_is_held_against_its_own_section() -> None:
    rows = [project(1, 11000), ["小计", None, 12000], project(2, 13000), ["小计", None, 13000], ["合计", None, 24000]]
    wrong, right, whole = checks(rows)
    assert (wrong.scope, [item.found for item in wrong.differences]) == ("上面这一节的各行", ["11000"])
    assert right.agrees and whole.agrees


def test_a_row_of_parts_is_not_held_against_anything() -> None:
    """其中 counts some of the rows, nobody knows which."""
    assert checks([project(1, 11000), project(2, 12000), ["其中：工业", None, 11000]]) == []


@given(st.lists(st.decimals(Decimal("2.01"), 99999, places=2), min_size=1, max_size=8), st.sampled_from([-1, 0, 1]))
def test_exactly_the_right_total_agrees(amounts: list[Decimal], off: int) -> None:
    """Whole 万元 too much or too little are always seen."""
    rows = [project(at, float(amount)) for at, amount in enumerate(amounts, 1)]
    said = sum(amounts) + off
    (check,) = checks([*rows, ["合计", None, float(said)]])
    assert check.agrees == (off == 0)


def test_what_is_compared_with_last_year_is_no_total() -> None:
    """去年同期, 同比增长 and 平均 below a table sum up nothing and are not held against its rows."""
    rows = [
        project(1, 500),
        project(2, 700),
        ["合计", None, 1200],
        ["去年同期", None, 400],
        ["同比增长", None, "200%"],
        ["平均", None, 600],
    ]
    found = checks(rows)
    assert [(check.label, check.agrees) for check in found] == [("合计", True)]


def test_sections_numbered_in_a_cell_of_their_own_are_no_projects() -> None:
    """一、 under 序号, the name beside it, its sum further right: counted once, told with its whole name."""
    found = checks(
        [
            ["合计", None, 23000, None],
            ["一、", "签约项目（1个）", 11000, None],
            project(1, 11000),
            ["第二类", "开工项目", 12000, None],
            project(2, 12000),
        ]
    )
    assert [(check.label, check.agrees) for check in found] == [
        ("合计", True), ("一、签约项目（1个）", True), ("第二类开工项目", True),
    ]  # fmt: skip


def test_a_row_without_a_name_is_no_part_of_a_sum() -> None:
    (check,) = checks([project(1, 11000), ["", "", 12000, None], project(2, 12000), ["合计", None, 23000, None]])
    assert check.agrees
