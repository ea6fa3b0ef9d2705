"""One number for one thing: the banner in a book, its list, and the page; 应报/已报 on the page and in the consolidated book."""

from __future__ import annotations

import re
from collections import Counter

import openpyxl
import pytest
from flask.testing import FlaskClient

from app.desk import Desk
from app.queries.alerts import alerts
from app.queries.overview import overview, unit_line, unit_lines
from app.scheduler import Scheduler
from app.service import write_consolidated
from app.sight import EVERYTHING
from sync.answers import render_book
from tests.web.conftest import MINE, OTHER, book_file, save_cell


@pytest.mark.parametrize("code", [MINE, OTHER, "commission"])
def test_the_banner_counts_the_lines_of_the_list(desk: Desk, scheduler: Scheduler, code: str) -> None:
    """A finding about several columns is a line for each of them, in the list, in the banner and on the page."""
    for title in ("竣工计划日期", "投产计划日期", "区包保领导", "联络员"):
        save_cell(book_file(desk), "项目库", title, None)
    scheduler.poll()
    rendered = render_book(desk.office.parts, desk.book(code))
    lines = Counter(line.severity for line in rendered.answer.todo)
    told, asked = (re.search(p, rendered.answer.banner) for p in (r"还有(\d+)处要改", r"(\d+)处须说明"))
    assert int(told[1] if told else 0) == lines["必改"] == rendered.counts.get("必改", 0)
    assert int(asked[1] if asked else 0) == lines["须说明"]
    line = unit_line(desk, EVERYTHING, code)
    assert lines["必改"] >= 4 or code != MINE
    assert line is not None and (line.must, line.explain) == (lines["必改"], lines["须说明"])


def test_reports_owed_now_are_the_same_on_the_page_and_in_the_consolidated_book(
    desk: Desk, scheduler: Scheduler, admin: FlaskClient
) -> None:
    """本期应报 and 已报, unit by unit; both say which periods they mean."""
    scheduler.poll()
    path = write_consolidated(desk.office)
    sheet = openpyxl.load_workbook(path, data_only=True)["填报情况"]
    rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    head = next(number for number, row in enumerate(rows) if "填报单位" in row)
    assert rows[head - 1][2] == "本期报送" and rows[head - 1][4] == "至今各期合计"
    assert rows[head][2:6] == ["本期应报", "本期已报", "至今应报", "至今已报"]
    told = {row[1]: (row[2], row[3]) for row in rows[head + 1 :]}
    lines = [line for line in unit_lines(desk, EVERYTHING) if desk.office.scheme.unit(line.code)]
    assert any(line.owed for line in lines)
    for line in lines:
        assert told[line.name] == (str(line.owed), str(line.reported)), line.name
        assert (line.owed > 0) == bool(line.periods)
    periods = {name for line in lines for name in line.periods}
    note = next(text for row in rows for text in row if text.startswith("本期＝"))
    page = admin.get("/").text
    assert periods and all(name in note and name in page for name in periods)


def test_the_overview_of_the_consolidated_book_counts_what_the_page_counts(desk: Desk, scheduler: Scheduler) -> None:
    """Of everybody, departments too; how much of it is theirs is said."""
    scheduler.poll()
    sheet = openpyxl.load_workbook(write_consolidated(desk.office), data_only=True)["总览"]
    cells = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
    totals = overview(desk, EVERYTHING).totals

    def card(title: str) -> tuple[str, str]:
        at, column = next((n, row.index(title)) for n, row in enumerate(cells) if title in row)
        return cells[at - 1][column] or cells[at + 1][column], " ".join(row[column] for row in cells[at - 2 : at + 3])

    assert str(totals.must) in card("待改（处）")[1].split() and "其中部门" in card("待改（处）")[1]
    assert f"{totals.owed}/{totals.reported}" in card("本期应报/已报（项）")[1].split()


def test_what_the_consolidated_book_warns_of_names_the_period(desk: Desk, scheduler: Scheduler) -> None:
    """A duty that was missed in ten months is ten lines that can be told apart, as on the page."""
    scheduler.poll()
    sheet = openpyxl.load_workbook(write_consolidated(desk.office), data_only=True)["预警"]
    rows = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
    head = next(row for row in rows if "项目（问题、月份）" in row)
    at = head.index("项目（问题、月份）")
    told = [row[at] for row in rows[rows.index(head) + 1 :] if row[0].isdigit()]
    assert told and all(told)
    assert {a.name for a in alerts(desk, EVERYTHING) if not a.record} <= set(told)
