"""Limits of 田家庵区 on hundreds of drawn dates against arithmetic that is not the engine's: working days by the State
Council's notices of 2024 to 2026, months by article 202 of the Civil Code."""

from __future__ import annotations

import random
from datetime import date
from typing import Any, NamedTuple

import pytest

from tests.policies.partc import Case, _scheme
from tests.policies.statutory import DAY, days_in, plus_months, plus_workdays, workdays
from validators.evaluate_json import evaluate_document

_EDGES = """2024-01-31 2024-02-08 2024-02-17 2024-02-29 2024-08-31 2024-09-13 2024-09-14 2024-09-28 2024-10-31 2024-11-30
2025-01-24 2025-01-26 2025-01-30 2025-01-31 2025-02-07 2025-02-08 2025-02-28 2025-03-31 2025-04-25 2025-04-26 2025-04-27
2025-05-30 2025-05-31 2025-08-31 2025-09-26 2025-09-27 2025-09-28 2025-09-29 2025-09-30 2025-10-01 2025-10-08 2025-10-10
2025-10-11 2025-10-31 2025-11-29 2025-11-30 2025-12-30 2025-12-31 2026-01-01 2026-01-31 2026-02-12 2026-02-13 2026-02-14
2026-02-15 2026-02-23 2026-02-27 2026-05-08"""
_LEADS = {"日": 3, "月": 7, "工作日": 1, "同年": 30}


EDGES = list(days_in(_EDGES))


def due(start: date, n: int, unit: str) -> date:
    if unit == "同年":
        return date(start.year, 12, 31)
    if unit == "日":
        return start + n * DAY
    return plus_months(start, n) if unit == "月" else plus_workdays(start, n)


class Limit(NamedTuple):
    rule: str
    start: str
    end: str
    n: int
    unit: str
    beside: dict[str, str]
    suffix: str = ""


LIMITS = [
    Limit("T-9", "签约日期", "开工实际日期", 1, "月", {"选址类型": "标准化厂房"}, "(原则上)"),
    Limit("T-10", "签约日期", "开工实际日期", 3, "月", {"选址类型": "独立选址"}, "(原则上)"),
    Limit("T-33", "开工实际日期", "投产实际日期", 4, "月", {"选址类型": "标准化厂房"}, "(原则上)"),
    Limit("T-31", "消防验收受理日期", "消防现场验收日期", 3, "工作日", {"选址类型": "标准化厂房"}),
    Limit("T-7", "拿地日期", "开工实际日期", 30, "日", {}),
    Limit("T-25.b", "初审意见日期", "资料补齐日期", 60, "日", {}),
    Limit("T-37", "投产实际日期", "实际升规日期", 0, "同年", {}, "(力争)"),
    Limit("T-48", "联合验收日期", "投产实际日期", 1, "月", {"联合验收结果": "合格"}),
]
SET = {"T-7": {"n": 30}, "T-25.b": {"n": 60}, "T-48": {"n": 1, "unit": "月"}}  # limits the text does not name


def said(limit: Limit, start: date, end: date | None, today: date) -> tuple[str, str]:
    last = due(start, limit.n, limit.unit)
    if end is not None:
        return ("按期完成" if end <= last else f"逾期完成{_late(limit, last, end)}"), last.isoformat()
    if today > last:
        return f"逾期{_late(limit, last, today)}", last.isoformat()
    left = workdays(today, last) if limit.unit == "工作日" else (last - today).days
    soon = "临期" + ("(力争)" if limit.suffix == "(力争)" else "")
    return (soon if left <= _LEADS[limit.unit] else "正常"), last.isoformat()


def _late(limit: Limit, last: date, day: date) -> str:
    if limit.unit != "工作日":
        return f"{(day - last).days}天{limit.suffix}"
    count = workdays(last, day)
    return f"{count}个工作日" if count else "(不足1个工作日)"


def _draw(rng: random.Random, first: date, last: date) -> date:
    return rng.choice(EDGES) if rng.random() < 0.6 else first + rng.randrange((last - first).days) * DAY


@pytest.mark.parametrize("seed", range(6))
def test_limits_on_drawn_dates(seed: int) -> None:
    rng = random.Random(seed)
    today = _draw(rng, date(2024, 6, 1), date(2026, 6, 30))
    rows: list[dict[str, Any]] = []
    wanted: dict[str, tuple[str, tuple[str, str]]] = {}
    for number in range(150):
        limit, start = rng.choice(LIMITS), _draw(rng, date(2024, 1, 2), date(2026, 6, 30))
        shift = rng.choice([-40, -3, -1, 0, 0, 1, 2, 3, 8, 30]) * DAY
        end = None if rng.random() < 0.4 else max(start, due(start, limit.n, limit.unit) + shift)
        end = end if end is not None and end <= today else None
        if start <= today:
            row = {"项目名称": f"P{number}", limit.start: start.isoformat(), **limit.beside}
            rows.append({**row, limit.end: end.isoformat()} if end else row)
            wanted[f"P{number}"] = limit.rule, said(limit, start, end, today)
    scheme = _scheme(Case("tianjiaan", "clocks", changed=SET))
    told = evaluate_document(scheme, {"tables": {"项目库": rows}}, today)
    for record in told["records"]:
        rule, expected = wanted[record["key"]]
        found = [(item["status"], item["deadline"]) for item in record["statuses"] if item["rule"] == rule]
        assert found == [expected], (rule, today, next(row for row in rows if row["项目名称"] == record["key"]))
