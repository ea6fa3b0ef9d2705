"""田家庵区 on drawn rows and days: gates, problems of the joint acceptance, land plans, the library of signed projects, against
`gates.py`."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest

from sheets_templates import catalog
from tests.policies.oracle import draw, gates
from tests.policies.oracle.clocks import Said
from tests.policies.oracle.district import FACTORY, OWN_SITE
from tests.policies.oracle_east.kit import Said as Owed
from tests.policies.oracle_east.kit import periods
from tests.policies.oracle_kinds.kit import seeds
from tests.policies.statutory import DAY
from validators.evaluate_json import evaluate_document

TODAYS = [
    date(2025, 2, 28),
    date(2025, 4, 1),
    date(2025, 6, 28),
    date(2025, 12, 1),
    date(2025, 12, 31),
    date(2026, 1, 1),
]
YESNO = (True, True, False, None)


def _row(rng: random.Random, today: date) -> dict[str, Any]:
    days = ("预验收日期", *gates.EARLY)
    row: dict[str, Any] = {title: today - rng.randint(0, 3) * DAY for title in days if rng.random() < 0.5}
    row |= {title: today for title in ("初审意见日期", "转正式日期") if rng.random() < 0.15}
    return row | draw.chosen(rng, {
        "预验收结果": ("通过", "通过", "不通过", None), "联合验收结果": ("合格", "不合格", "容缺", None, None), "选址类型": (FACTORY, OWN_SITE, None),
        **dict.fromkeys(("企业承诺", "符合安全生产条件", "欠缺材料有无关键材料", "容缺承诺书"), YESNO),
    })  # fmt: skip


def _problem(rng: random.Random, today: date) -> dict[str, Any]:
    raised = today - rng.choice([0, 1, 6, 7, 9, 10, 11, 30]) * DAY
    row = draw.chosen(
        rng,
        {
            "问题类型": ("专班指出问题", "专班指出问题", "影响竣工验收", None),
            "提出日期": (raised, raised, raised, None),
        },
    )
    if rng.random() < 0.5:
        row["整改完成日期"] = min(raised + rng.choice([-1, 0, 9, 10, 11]) * DAY, today)
        row |= {"核验日期": today} if rng.random() < 0.5 else {}
    return row


def _told(document: dict[str, Any], today: date) -> dict[str, Any]:
    return evaluate_document(catalog.load("tianjiaan"), document, today)


@pytest.mark.parametrize("seed", seeds(4))
def test_gates_and_problems(seed: int) -> None:
    rng = random.Random(f"gates{seed}")
    today = rng.choice(TODAYS)
    rows = {f"P{n}": _row(rng, today) for n in range(40)}
    found = {f"Q{n}": _problem(rng, today) for n in range(40)}
    tables = {
        "项目库": [{"key": key, **draw.cells(rng, key, row)} for key, row in rows.items()],
        "问题清单": [
            {
                "key": key,
                "项目名称": "P0",
                "问题内容": key,
                **{title: draw.typed(rng, value) for title, value in row.items()},
            }
            for key, row in found.items()
        ],
    }
    for record in _told({"tables": tables}, today)["records"]:
        said = {item["rule"]: item for item in record["statuses"]}
        key = record["key"]
        if key in rows:
            wanted = {"T-22": gates.early_start(rows[key]), "T-25": gates.tolerated(rows[key])}
            assert {rule: said[rule]["status"] if rule in said else None for rule in wanted} == wanted, (
                today,
                rows[key],
            )
            continue
        for rule, clock in gates.problem(found[key], today).items():
            assert _said(said[rule]) == clock, (today, rule, found[key])


def _said(item: dict[str, Any]) -> Said:
    return Said(item["status"], date.fromisoformat(item["deadline"]) if item["deadline"] else None, item["days"])


@pytest.mark.parametrize("seed", seeds(6))
def test_duties_without_a_project(seed: int) -> None:
    rng = random.Random(f"duties{seed}")
    today = rng.choice(TODAYS)
    months, years = periods("month", date(2025, 1, 1), today), periods("year", date(2025, 1, 1), today)
    units = ("安成镇", "曹庵镇", "三和镇")
    plans = [
        {"填报单位": rng.choice(units), "年度": rng.choice(["2024", "2025", "2026"]), "类别": rng.choice(["年度计划", "储备"]), "地块": f"{n}"}
        for n in range(5)
    ]  # fmt: skip
    changes = [
        span.first + rng.choice([0, 5, (span.last - span.first).days]) * DAY for span in months if rng.random() < 0.5
    ]
    changes = [day for day in changes if day <= today]
    nothing = {span.name: span.last + rng.choice([-2, 0, 1, 9]) * DAY for span in months if rng.random() < 0.4}
    history = [
        {"table": "project", "key": "P", "field": "总投资", "old": str(n), "new": str(n + 1), "at": f"{day} 09:00"}
        for n, day in enumerate(changes)
    ]
    sent = [{"rule": "T-4", "unit": "区发改委", "period": name, "at": f"{day} 15:00", "nil": True} for name, day in nothing.items()]  # fmt: skip
    tables = {"项目库": [{"key": "P", "项目名称": "P", "填报单位": "安成镇"}], "用地年度计划": plans}
    told = {
        (item["rule"], item["unit"], item["period"]): Owed(*_said(item))
        for item in _told({"tables": tables, "history": history, "submissions": sent}, today)["obligations"]
    }
    for year in years:
        for unit in units:
            for rule, kind in (("T-8", "年度计划"), ("T-8.b", "储备")):
                assert told[rule, unit, year.name] == gates.land_plan(plans, unit, kind, year, today), (
                    today,
                    unit,
                    plans,
                )
    for month in months:
        wanted = gates.library(changes, nothing, month, today)
        assert told["T-4", "区发改委", month.name] == wanted, (today, month, changes, nothing)
