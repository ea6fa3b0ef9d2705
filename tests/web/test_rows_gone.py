"""A row that is gone from its book counts until a person confirms that it has withdrawn (law L3), everywhere alike."""

from __future__ import annotations

from datetime import date
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient

from app.desk import Desk
from app.dossier import find_records
from app.queries.alerts import alerts
from app.queries.books import findings, records_of
from app.queries.overview import overview, unit_line
from app.queries.records import search
from app.scheduler import Scheduler
from app.service import write_consolidated
from app.sight import EVERYTHING
from sync.decide import decide, open_decisions
from tests.web.conftest import MINE, book_file, find_column, save_cell


@pytest.fixture
def late(desk: Desk, scheduler: Scheduler) -> str:
    """An overdue project of the unit."""
    file = book_file(desk)
    save_cell(file, "项目库", "签约日期", date(2024, 6, 3))
    for title in ("开工计划日期", "开工实际日期", "竣工实际日期", "投产实际日期"):
        save_cell(file, "项目库", title, None)
    scheduler.poll()
    found = [item for item in alerts(desk, EVERYTHING, unit=MINE, kind="overdue") if item.table == "project"]
    return found[0].record


def numbers(desk: Desk, late: str) -> dict[str, Any]:
    """Everything that counts the project."""
    line = unit_line(desk, EVERYTHING, MINE)
    assert line is not None
    whole = overview(desk, EVERYTHING)
    book = openpyxl.load_workbook(write_consolidated(desk.office), data_only=True)
    ranked = [[c.value for c in row] for row in book["排名"].iter_rows()]
    warned = [[c.value for c in row] for row in book["预警"].iter_rows()]
    (record,) = desk.office.store.records(desk.office.scheme.id, ids=[late], states=("live", "missing", "withdrawn"))
    return {
        "line": (line.rows, line.overdue, line.soon),
        "shares": [(item.code, item.number) for item in whole.shares],
        "totals": (whole.totals.rows, whole.totals.overdue),
        "page": len(alerts(desk, EVERYTHING)),
        "ranked": next(row[2:7] for row in ranked if line.name in row),  # what is to be mended follows 待改清单
        "warned": sum(record.name in row for row in warned),
        "search": late in [item.id for item in search(desk, EVERYTHING, record.name)],
        "explain": late in [item.id for item in find_records(desk.office, record.name)],
        "listed": late in [item.id for item in records_of(desk, EVERYTHING, MINE)],
    }


def without(desk: Desk, late: str) -> None:
    """The clerk deletes the row."""
    file = book_file(desk)
    place = desk.office.store.book(desk.book(MINE).id)
    assert place is not None
    row = next(r[0] for tab in place.layout["tabs"] for r in tab["rows"] if r[1] == late)
    workbook = openpyxl.load_workbook(file)
    head, _ = find_column(workbook["项目库"], "项目名称")
    assert row > head
    workbook["项目库"].delete_rows(row)
    workbook.save(file)


@pytest.mark.parametrize("refused", [False, True])
def test_a_row_gone_counts_until_its_withdrawal_is_confirmed(
    desk: Desk, scheduler: Scheduler, late: str, refused: bool
) -> None:
    scheduler.poll()
    before = numbers(desk, late)
    assert before["search"] and before["explain"] and before["listed"] and before["warned"]
    without(desk, late)
    scheduler.poll()
    assert [item.subject for item in open_decisions(desk.office.parts) if item.kind == "withdrawal"] == [late]
    assert numbers(desk, late) == before
    if refused:
        decide(desk.office.parts, f"gone:{late}", False, by="审核人")
        scheduler.poll()
        assert numbers(desk, late) == before


def test_nobody_is_asked_to_mend_a_row_that_is_gone(
    desk: Desk, scheduler: Scheduler, late: str, admin: FlaskClient
) -> None:
    """待改 stays the list of what stands in the book; where the record is shown it says that it is gone."""
    without(desk, late)
    scheduler.poll()
    assert late not in [item.record for item in findings(desk, EVERYTHING, MINE)]
    line = unit_line(desk, EVERYTHING, MINE)
    assert line is not None
    assert line.must == sum(item.severity == "必改" for item in findings(desk, EVERYTHING, MINE))
    (shown,) = [item for item in records_of(desk, EVERYTHING, MINE) if item.id == late]
    assert (shown.state, shown.where) == ("missing", "") and "不在表里" in shown.check
    assert "从表里消失，待确认" in admin.get(f"/records/{late}").text


def test_once_confirmed_it_counts_nowhere(desk: Desk, scheduler: Scheduler, late: str) -> None:
    scheduler.poll()
    before = numbers(desk, late)
    without(desk, late)
    scheduler.poll()
    decide(desk.office.parts, f"gone:{late}", True, by="审核人")
    scheduler.poll()
    after = numbers(desk, late)
    assert not (after["search"] or after["explain"] or after["listed"] or after["warned"])
    assert after["line"][1] < before["line"][1] and after["totals"][0] < before["totals"][0]
    assert after["page"] < before["page"]
