"""What new books offer of values that come and go: those of today first, past ones where a row may be of a past day."""

from __future__ import annotations

from datetime import date

import pytest

from sheets_templates.builder import build_book
from sheets_templates.lists import list_items
from tests.unit.rules.test_in_force import small

BUILT = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("by", "built", "offered"),
    [
        ("", date(2025, 6, 1), ("甲类", "乙类", "丙类")),  # what is to come is offered: the book will be used for long
        ("", BUILT, ("甲类", "丙类")),
        ("签约日期", BUILT, ("甲类", "丙类", "乙类")),  # a row of 2025 may still be typed in
    ],
)
def test_values_of_today_stand_first_and_past_ones_only_where_a_row_may_be_of_their_day(
    by: str, built: date, offered: tuple[str, ...]
) -> None:
    assert list_items(small(by=by), "grades", built) == offered


def test_the_guide_tells_the_days_of_values_and_of_what_must_be_filled_in() -> None:
    which = small(by="签约日期", wanted={"required": True, "effective_from": date(2026, 1, 1)})
    fields = tuple(
        i.model_copy(update={"hint": "按认定填"} if i.name == "grade" else {}) for i in which.tables[0].fields
    )
    which = which.model_copy(update={"tables": (which.tables[0].model_copy(update={"fields": fields}),)})
    plan = build_book(which, "01", "unit", built=BUILT)
    cells = {line.cells[1]: line.cells for line in plan.guide.lines if line.kind == "row"}
    assert "可选：甲类、丙类（2026-01-01起）、乙类（至2025-12-31）" in cells["类别"][2]
    assert cells["包保领导"][4] == "必填（2026-01-01起）"
