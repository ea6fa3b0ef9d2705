"""田家庵区: drawn projects and what was reported of them, the duties of 区发改委 against the oracle (`duties.py`)."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest

from sheets_templates import catalog
from tests.policies.oracle import duties
from tests.policies.statutory import DAY
from validators.evaluate_json import evaluate_document

Rows = dict[str, dict[str, Any]]
EDGES = [date.fromisoformat(word) for word in ["2025-01-01", "2025-01-31", "2025-02-01", "2025-02-28", "2025-03-01", "2025-03-31", "2025-04-01", "2025-06-01", "2025-06-09", "2025-06-15", "2025-06-30", "2025-07-01", "2025-09-29", "2025-10-01", "2025-12-29", "2025-12-31", "2026-01-04"]]  # fmt: skip
TODAYS = [date.fromisoformat(word) for word in ["2025-03-31", "2025-04-01", "2025-06-15", "2025-06-27", "2025-06-28", "2025-06-30", "2025-07-01", "2025-10-08", "2025-12-31", "2026-01-01", "2026-01-05", "2026-02-23", "2026-02-28", "2026-03-01"]]  # fmt: skip


def _project(rng: random.Random, today: date) -> dict[str, Any]:

    def day() -> date:
        return rng.choice(EDGES) + rng.choice([-1, 0, 0, 1, 9]) * DAY

    row = {"签约日期": min(day(), today)}
    if rng.random() < 0.8:
        row["开工实际日期"] = min(row["签约日期"] + rng.choice([0, 1, 31]) * DAY, today)
    for title, chance in (("入库日期", 0.5), ("终止日期", 0.15)):
        if rng.random() < chance:
            row[title] = day()
    if "开工实际日期" in row and rng.random() < 0.3:
        row["投产实际日期"] = min(max(day(), row["开工实际日期"]), today)
    return row


def _reports(rng: random.Random, projects: Rows, periods: list[duties.Period], column: str, day: str) -> list[Any]:
    found = []
    for period in periods:
        for name in projects:
            if rng.random() < 0.85:
                row: dict[str, Any] = {column: period.name, "项目": name}
                when = rng.choice([period.first, period.last, period.last, period.last + DAY, period.last + 9 * DAY])
                found.append(row | ({day: when} if day else {}))
    return found


@pytest.mark.parametrize("seed", range(6))
def test_drawn_duties(seed: int) -> None:
    rng = random.Random(seed)
    today = rng.choice(TODAYS)
    projects = {f"P{n}": _project(rng, today) for n in range(rng.choice([1, 2, 4]))}
    months, weeks = list(duties.months(today)), list(duties.weeks(today, 4))
    quarters = list(duties.quarters(today))
    tables = {
        "现场核查": _reports(rng, projects, months, "月份", "核查日期"),
        "每周调度": _reports(rng, projects, weeks, "周次", "调度日期"),
        "五比评价": _reports(rng, projects, quarters, "季度", ""),
    }
    told = {
        (item["rule"], item["period"]): item["status"]
        for item in evaluate_document(catalog.load("tianjiaan"), _document(projects, tables), today)["obligations"]
        if item["unit"] == "区发改委"
    }
    wanted = {}
    for rule, kind, periods, name, column, day in (
        ("T-17", "month", months[-7:], "现场核查", "月份", "核查日期"),
        ("T-16", "week", weeks, "每周调度", "周次", "调度日期"),
        ("T-19", "quarter", quarters, "五比评价", "季度", ""),
    ):
        for period in periods:
            if period.last < duties.FIRST:
                continue
            owing = [key for key, row in projects.items() if _owes(rule, row, period)]
            reported = [duties.first_report(tables[name], key, period, column, day, today) for key in owing]
            wanted[rule, period.name] = duties.standing(kind, period, today, reported)
    wrong = {key: (word, told.get(key)) for key, word in wanted.items() if told.get(key) != word}
    assert not wrong, (str(today), wrong, projects)


def _owes(rule: str, row: dict[str, Any], period: duties.Period) -> bool:
    """T-16: every project of the library that is not in production; T-17, T-19: those under construction."""
    if rule == "T-16":
        since = next((row[title] for title in ("签约日期", "入库日期", "开工实际日期") if row.get(title)), None)
    else:
        since = row.get("开工实际日期")
        if since is None:
            return False
    return duties.owes(row, period, since, row.get("投产实际日期"))


def _document(projects: Rows, tables: dict[str, list[Any]]) -> dict[str, Any]:

    def plain(row: dict[str, Any]) -> dict[str, Any]:
        return {k: v.isoformat() if isinstance(v, date) else v for k, v in row.items()}

    rows = [{"项目名称": name, "属地": "安成镇", **plain(row)} for name, row in projects.items()]
    beside = {"五比评价": {"参建单位": "甲公司", "角色": "施工", "结果": "一般"}}
    return {
        "tables": {
            "项目库": rows,
            **{
                name: [{"属地": "安成镇", **plain(r), **beside.get(name, {})} for r in rs]
                for name, rs in tables.items()
            },
        }
    }
