"""泉州, 南陵 and 常州 on drawn rows and days, against what the text says anew: dates at month, quarter and year ends, on leap
days, around the Spring Festival, before, on and after each limit; blanks; to-dates before from-dates; actual dates ahead;
amounts at the threshold; projects that leave and come back; reports early, late, in parts and twice.

The oracles beside this file are the reading of the text, duty by duty: look there to see what a rule ought to say.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from sheets_templates import catalog
from tests.policies.oracle_east import changzhou, coverage, duties, nanling, quanzhou
from tests.policies.oracle_east.kit import EDGES, Draw, Said, periods, typed
from tests.policies.statutory import DAY
from validators.evaluate_json import evaluate_document

Row = dict[str, Any]
Oracle = Callable[[Row, date], dict[str, Said | None]]
PROJECTS = 40


def _draw(seed: int, scheme: str) -> Draw:
    d = Draw(f"{scheme}:{seed}")
    d.today = d.choice([day for day in EDGES if day > date(2025, 2, 1)])
    return d


def _judged(scheme: str, tables: dict[str, list[Row]], today: date) -> dict[str, Any]:
    rows = {
        name: [{"key": f"{name}{n}", **typed(row)} for n, row in enumerate(found)] for name, found in tables.items()
    }
    return evaluate_document(catalog.load(scheme), {"tables": rows}, today)


def _said(record: dict[str, Any], rule: str) -> Said | None:
    if rule == "stage":
        return Said(record["stage"])
    found = [item for item in record["statuses"] if item["rule"] == rule]
    assert len(found) <= 1, found
    return _as_said(found[0]) if found else None


def _as_said(item: dict[str, Any]) -> Said:
    deadline = date.fromisoformat(item["deadline"]) if item["deadline"] else None
    return Said(item["status"], deadline, item["days"])


def _compare(scheme: str, table: str, tables: dict[str, list[Row]], oracle: Oracle, today: date) -> None:
    told = {item["key"]: item for item in _judged(scheme, tables, today)["records"]}
    for number, row in enumerate(tables[table]):
        record = told[f"{table}{number}"]
        for rule, wanted in oracle(row, today).items():
            assert _said(record, rule) == wanted, (rule, today, typed(row))


# single projects --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_projects_of_quanzhou(seed: int) -> None:
    d = _draw(seed, "quanzhou")
    projects = [quanzhou.draw_project(d, f"P{n}") for n in range(PROJECTS)]
    below = quanzhou.draw_below(d, projects)
    tables = {"项目库": projects, **below}
    _compare("quanzhou", "项目库", tables, lambda row, day: quanzhou.said_of_project(row, day, below), d.today)


@pytest.mark.parametrize("seed", range(3))
def test_projects_of_nanling(seed: int) -> None:
    d = _draw(seed, "nanling")
    tables = {"项目库": [nanling.draw_project(d, f"P{n}") for n in range(PROJECTS)]}
    _compare("nanling", "项目库", tables, nanling.said_of_project, d.today)


@pytest.mark.parametrize("seed", range(3))
def test_projects_of_changzhou(seed: int) -> None:
    d = _draw(seed, "changzhou")
    projects = [changzhou.draw_project(d, f"P{n}") for n in range(PROJECTS)]
    demands = changzhou.draw_demands(d, projects)
    tables = {"亿元项目库": projects, "要素需求": demands}
    _compare("changzhou", "亿元项目库", tables, lambda row, day: changzhou.said_of_project(row, day, demands), d.today)


# periodic duties --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("scheme", sorted(duties.DUTIES))
def test_reports_of_units_and_offices(scheme: str, seed: int) -> None:
    d = _draw(seed, scheme)
    tables = duties.draw(d, scheme)
    by_table = {item.table: item for item in duties.DUTIES[scheme]}
    filled = {name: [duties.typed(by_table[name], row) for row in rows] for name, rows in tables.items()}
    told = _obligations(scheme, filled, d.today)
    for item in duties.DUTIES[scheme]:
        for span in periods(item.kind, d.today - 330 * DAY, d.today):
            for unit in (item.unit,) if item.unit else duties.UNITS[scheme]:
                wanted = item.said(tables[item.table], unit, span, d.today) if span.last >= item.start else None
                assert told.get((item.rule, unit, span.name)) == wanted, (item.rule, d.today, unit, span)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("item", coverage.ALL, ids=lambda item: item.rule)
def test_one_report_for_each_project(item: coverage.Coverage, seed: int) -> None:
    d = _draw(seed, item.rule)
    projects, reports = coverage.draw(d, item)
    tables = {item.projects: projects, item.reports: [coverage.typed(item, report) for report in reports]}
    told = _obligations(item.scheme, tables, d.today)
    for span in coverage.spans(item, d.today):
        for unit in coverage.UNITS[item.scheme]:
            mine = [row for row in projects if row["填报单位"] == unit]
            wanted = item.said(mine, reports, span, d.today)
            assert told[item.rule, unit, span.name] == wanted, (d.today, unit, span, mine)


def _obligations(scheme: str, tables: dict[str, list[Row]], today: date) -> dict[tuple[str, str, str], Said]:
    found = _judged(scheme, tables, today)["obligations"]
    return {(item["rule"], item["unit"], item["period"]): _as_said(item) for item in found}
