"""田家庵区: the district's figures and the units that stay behind, counted by hand (T-1 to T-3, T-38, T-E3)."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from sheets_templates import catalog
from tests.policies.oracle import district, draw
from tests.policies.statutory import DAY
from validators.evaluate_json import evaluate_document

Rows = list[dict[str, Any]]
ENDS = {"T-1": date(2025, 12, 31), "T-2": date(2025, 6, 30), "T-3": date(2025, 11, 30)}
EDGES = [date.fromisoformat(w) for w in ["2024-12-31", "2025-01-01", "2025-05-31", "2025-06-29", "2025-06-30", "2025-07-01", "2025-11-01", "2025-11-29", "2025-11-30", "2025-12-01", "2025-12-31", "2026-01-01", "2026-01-02"]]  # fmt: skip


def _project(rng: random.Random) -> dict[str, Any]:
    produced = rng.choice(EDGES)
    row: dict[str, Any] = {
        "属地": rng.choice(["安成镇", "曹庵镇"]),
        "总投资(亿元)": rng.choice([Decimal(1), Decimal("1.2"), Decimal("1.2"), Decimal("0.9999")]),
        "行业": rng.choice([*sorted(district.MANUFACTURING), "批发业"]),
        "投产实际日期": produced,
        "联合验收日期": produced - rng.choice([0, 0, 1, -1]) * DAY,
        "联合验收结果": rng.choice(["合格", "合格", "合格", "容缺", "不合格"]),
    }
    extra = {
        "转正式日期": produced + rng.choice([-1, 0, 1]) * DAY, "实际升规日期": rng.choice(EDGES), "备案日期": date(2024, 12, 20),
        "投产计划日期": rng.choice(EDGES), "终止日期": rng.choice(EDGES),
    }  # fmt: skip
    chances = {"转正式日期": 0.3, "实际升规日期": 0.5, "备案日期": 0.9, "投产计划日期": 0.9, "终止日期": 0.1}
    return row | {title: day for title, day in extra.items() if rng.random() < chances[title]}


def _counts(row: dict[str, Any], today: date) -> bool:
    return bool(
        row["总投资(亿元)"] >= 1 and row["行业"] in district.MANUFACTURING and district.counts_as_production(row, today)
    )


def _filed(row: dict[str, Any], today: date) -> bool:
    """On the filed list of this year's production; one that was given up before production is not on it any more (B-12)."""
    ended = row.get("终止日期")
    return bool(
        row["总投资(亿元)"] >= 1
        and row["行业"] in district.MANUFACTURING
        and row.get("备案日期")
        and row["备案日期"] <= today
        and row.get("投产计划日期")
        and row["投产计划日期"].year == 2025
        and (not ended or ended > today or district.counts_as_production(row, today))
    )


def _standing(rule: str, done: int, whole: int, needed: Fraction, today: date) -> str:
    striven = "(力争)" if rule == "T-3" else ""
    if done >= needed:
        return "已达标"
    left = (ENDS[rule] - today).days
    return f"未达标{striven}" if left < 0 else f"临期{striven}" if left <= 30 else "进行中"


@pytest.mark.parametrize("seed", range(8))
def test_drawn_figures(seed: int) -> None:
    rng = random.Random(seed)
    today = rng.choice(EDGES)
    rows = [_project(rng) for _ in range(rng.choice([5, 40, 60]))]
    cells = [
        {"项目名称": f"P{n}", **{title: draw.typed(rng, value) for title, value in row.items()}}
        for n, row in enumerate(rows)
    ]
    found = evaluate_document(catalog.load("tianjiaan"), {"tables": {"项目库": cells}}, today)["targets"]
    told = {(item["rule"], item["unit"]): (item["status"], item["done"], item["target"]) for item in found}
    for rule, end in ENDS.items():
        done = sum(_counts(row, today) and date(2025, 1, 1) <= row["投产实际日期"] <= end for row in rows)
        whole = max(14, sum(_filed(row, today) for row in rows)) if rule == "T-3" else 14
        needed = Fraction(55, 100) * whole if rule == "T-2" else Fraction(whole)
        assert told[rule, ""] == (_standing(rule, done, whole, needed, today), done, whole), (rule, today, rows)
    for unit in ("安成镇", "曹庵镇"):
        made = [
            row for row in rows
            if row["属地"] == unit and row["行业"] in district.MANUFACTURING
            and district.counts_as_production(row, today) and row["投产实际日期"].year == 2025
        ]  # fmt: skip
        risen = [row for row in made if row.get("实际升规日期") and row["实际升规日期"].year == 2025]
        come = [row for row in risen if row["实际升规日期"] <= today]
        assert told["T-38", unit][1:] == (len(come), len(made)), (today, unit)


QUARTERS = [f"{year}Q{quarter}" for year in (2024, 2025) for quarter in (1, 2, 3, 4)]


def _watched(results: dict[str, list[str]]) -> bool:
    """B-25: 落后 on any project counts for the unit; two adjacent quarters raise the flag, a quarter without evaluation
    breaks the run, and the next one that is not 落后 takes the flag off."""
    flag, before = False, ""
    for quarter in QUARTERS:
        if quarter not in results:
            before = ""
            continue
        bad = "落后" in results[quarter]
        flag = (flag or before == "落后") if bad else False
        before = "落后" if bad else "其他"
    return flag


@pytest.mark.parametrize("seed", range(6))
def test_units_that_stay_behind(seed: int) -> None:
    rng = random.Random(seed)
    results: dict[str, dict[str, list[str]]] = {}
    rows = []
    for name in ("甲公司", "乙公司", "丙公司", "丁公司", "戊公司"):
        for quarter in QUARTERS:
            for project in rng.choice([[], ["P"], ["P"], ["P", "Q"]]):
                result = rng.choice(["落后", "落后", "一般", "优秀"])
                results.setdefault(name, {}).setdefault(quarter, []).append(result)
                rows.append({"季度": quarter, "项目": project, "参建单位": name, "角色": "施工", "结果": result})
    rng.shuffle(rows)
    told = evaluate_document(catalog.load("tianjiaan"), {"tables": {"五比评价": rows}}, date(2026, 1, 10))["units"]
    flagged = {item["unit"] for item in told if any(flag["flag"] == "重点监测" for flag in item["flags"])}
    assert flagged == {name for name, quarters in results.items() if _watched(quarters)}, results
