"""慈湖高新区: drawn rows of every table with a dated duty, against the oracle (`zone.py`)."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from sheets_templates import catalog
from tests.policies.oracle import draw, zone
from tests.policies.oracle.compare import differences
from tests.policies.oracle_kinds.kit import seeds
from validators.evaluate_json import evaluate_document

Rows = dict[str, dict[str, Any]]
SMALL = {  # table: its name column, actual dates, planned dates
    "任务清单": ("任务", ("实际完成日期",), ("计划完成日期",)),
    "问题清单": ("问题", ("提出日期", "解决日期"), ("解决时限",)),
    "闲置低效用地": ("地块", ("列入日期", "处置日期"), ()),
    "环保交办问题": ("交办编号", ("交办日期", "整改完成日期", "销号日期"), ("整改时限", "序时日期")),
    "标准地承诺": ("承诺事项", (), ()),
    "月度计划": ("项目名称", ("节点实际日期",), ("节点计划日期",)),
}
FIGURES = {
    "环保交办问题": ("计划进度", "完成进度"),
    "标准地承诺": ("承诺值", "实际值"),
    "月度计划": ("计划投资", "完成投资"),
}
BESIDE = {
    "问题清单": {"问题类型": "用地"},
    "闲置低效用地": {"用地类型": "供而未用"},
    "标准地承诺": {"地块编号": "G1"},
    "月度计划": {"月份": "2021-05", "时间节点": "桩基"},
    "任务清单": {"责任部门": "经贸发展部"},
}


def _drawn(rng: random.Random, today: Any) -> dict[str, Rows]:
    tables: dict[str, Rows] = {"项目库": {f"P{n}": draw.zone_row(rng, today) for n in range(30)}}
    for name, (_, actual, plans) in SMALL.items():
        tables[name] = {f"{name}{n}": draw.small_row(rng, today, actual, plans) for n in range(12)}
        for row in tables[name].values():
            row.update({title: Decimal(rng.choice([10, 40, 50, 100])) for title in FIGURES.get(name, ())})
            row.update(BESIDE.get(name, {}))
    return tables


def _document(rng: random.Random, tables: dict[str, Rows]) -> dict[str, Any]:
    titles = {name: title for name, (title, _, _) in SMALL.items()} | {"项目库": "项目名称"}
    return {
        name: [
            {"key": key, titles[name]: key, **{title: draw.typed(rng, value) for title, value in row.items()}}
            for key, row in rows.items()
        ]
        for name, rows in tables.items()
    }


@pytest.mark.parametrize("seed", range(8))
def test_drawn_rows(seed: int) -> None:
    rng = random.Random(seed)
    today = draw.day(rng, draw.ZONE_DAYS)
    tables = _drawn(rng, today)
    grades = [
        {"年度": str(year), "企业名称": name, "等级": rng.choice("ABCD"), "公布日期": draw.near(rng, today)}
        for name in ("甲厂", "乙厂")
        for year in (2020, 2021)
    ]
    document = _document(rng, tables) | {
        "亩均等级": [{title: draw.typed(rng, value) for title, value in row.items()} for row in grades]
    }
    scheme, wrong = catalog.load("cihu"), []
    titles = {table.name: table.title for table in scheme.tables}
    for record in evaluate_document(scheme, {"tables": document}, today)["records"]:
        name = titles[record["table"]]
        if name == "亩均等级":
            continue
        row = tables[name][record["key"]]
        wrong += [(line, row) for line in differences(zone.told(name, row, today), record, row)]
        if name == "项目库":
            wrong += [(line, row) for line in _project(record, row, today, grades)]
    assert not wrong, (str(today), wrong[:3])


def _project(record: dict[str, Any], row: dict[str, Any], today: Any, grades: list[dict[str, Any]]) -> list[str]:
    stage, flags = zone.stage(row, min(today, zone.LAST_DAY)), [item["flag"] for item in record["flags"]]
    lines = [] if record["stage"] == stage else [f"stage {stage}, told {record['stage']}"]
    grade, wanted = zone.land_flag(row, grades, min(today, zone.LAST_DAY))
    told = [item["status"] for item in record["statuses"] if item["rule"] == "C-X1"]
    return lines + (
        [] if (told, flags) == ([grade] if grade else [], wanted) else [f"{grade} {wanted}: {told} {flags}"]
    )


@pytest.mark.parametrize("seed", seeds(6))
def test_phases_and_their_papers(seed: int) -> None:
    rng = random.Random(f"phases{seed}")
    today = draw.day(rng, draw.ZONE_DAYS)
    kinds = [kind for kind, _, _ in zone.PAPERS.values()]
    papers = [
        {"文件类别": rng.choice(kinds), "文件名称": f"F{n}", "印发日期": draw.day(rng, draw.ZONE_DAYS)}
        for n in range(6)
    ]
    rows = [{title: draw.typed(rng, value) for title, value in row.items()} for row in papers]
    found = evaluate_document(catalog.load("cihu"), {"tables": {"活动文件": rows}}, today)["units"]
    told = {status["rule"]: status["status"] for item in found for status in item["statuses"]}
    wanted = {rule: zone.filed(rule, papers, today) for rule in zone.PAPERS} | {"C-M4": zone.phase(today)}
    assert {rule: told.get(rule) for rule in wanted} == wanted, (today, papers)
