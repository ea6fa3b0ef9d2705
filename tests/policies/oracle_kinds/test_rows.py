"""Rows of drawn figures, against `rows.py`: 序时进度 and the bands it falls into, points of rows and what others make of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.policies.oracle_kinds import rows as oracle
from tests.policies.oracle_kinds.draw import DAYS, START, Draw
from tests.policies.oracle_kinds.kit import Rule, periods, scheme_with, seeds, typed
from validators.evaluate_json import evaluate_document
from validators.scheme.models import Scheme

Row = dict[str, Any]
PLAIN = ["值", "值 * 40", "值 / 100", "-2 * 值", "最小(值, 1) * 30", "10 - 0.5 * 向上取整(值)", "1000 / 值"]
SPANS = [{"name": "绿灯", "range": ">= 0"}, {"name": "黄灯", "range": "[-10, 0)"}, {"name": "红灯", "range": "不满-10"}, {"name": "黑灯", "range": "(-∞, -20]"}]  # fmt: skip
GRADES = [{"name": "优秀", "range": "90以上"}, {"name": "合格", "range": "[60, 90)"}, {"name": "差", "range": "不满60"}]  # fmt: skip
CONDITIONS = ["行业 = '工业'", "有(系数)"]


def _variance(d: Draw) -> list[Rule]:
    """What was reached against what was due, and the light it makes."""
    due = d.choice([
        {"goal": "系数 * 400", "pace": {"by": d.choice(["month", "day"])}},
        {"goal": "系数 * 400", "pace": {"by": "curve", "curve": "curve"}},
        {"expected": "系数 * 100"}, {"expected": "系数 * 100", "goal": "系数 * 400"},
    ])  # fmt: skip
    rule: Rule = {
        "id": "V-1", "kind": "variance", "title": "进度", "table": "figures", "actual": "完成投资", **due, "points_into": "进度差",
        **d.some(0.7, at="月份"), **d.some(0.7, at_least=d.choice([1, 0.8])), **d.some(0.3, flag="产出不及预期"), **d.some(0.3, when=d.choice(CONDITIONS)),
    }  # fmt: skip
    if "pace" not in due:
        rule.pop("at", None)
    lights = d.choice([SPANS[:3], SPANS[:2], SPANS])
    return [rule, {"id": "B-1", "kind": "bands", "title": "灯", "table": "figures", "value": "进度差", "bands": lights, "flags": {lights[-1]["name"]: ["红牌"]}, **d.some(0.3, uncovered="不亮灯")}]  # fmt: skip


def _score(d: Draw) -> list[Rule]:
    """Points of a row, and the band they fall into."""
    terms = [
        {
            "name": f"项{number}", "value": d.choice(["完成投资", "系数", "完成投资 * 系数"]), **d.some(0.7, formula=d.choice(PLAIN)),
            **d.some(0.3, cap=d.choice([0, 5, 20])), **d.some(0.3, floor=d.choice([-10, 0])), **d.some(0.3, weight=d.choice([0.3, 2, -1])),
            **d.some(0.3, when=d.choice(CONDITIONS)), **d.some(0.6, blank=d.choice(["ask", "zero", "skip"])),
        }
        for number in range(d.choice([1, 2, 3]))
    ]  # fmt: skip
    grades = d.choice([[], GRADES, GRADES[::2]])
    rule: Rule = {
        "id": "S-1", "kind": "score", "title": "得分", "table": "figures", "terms": terms, "into": "得分",
        **d.some(0.5, base=d.choice([40, 60.5, 100])), **d.some(0.3, cap=100), **d.some(0.3, floor=0), **d.some(0.3, digits=d.choice([0, 1, 4])),
        **d.some(0.3, text="记{value}分"), **d.some(0.3, when=d.choice(CONDITIONS)),
    }  # fmt: skip
    if grades:
        vetoes = [{"name": "事故", "value": d.choice(["系数", "完成投资"]), "becomes": d.choice([{"优秀": "差"}, {"*": "差"}])}] * d.choice([0, 1])  # fmt: skip
        rule |= {"grades": grades, "flags": {"优秀": ["红旗"], "差": ["通报", "约谈"]}, "vetoes": vetoes}
    return [rule, {"id": "B-2", "kind": "bands", "title": "得分档", "table": "figures", "value": "得分", "bands": GRADES}]  # fmt: skip


def _rows(d: Draw, today: date) -> list[Row]:
    numbers = [
        Decimal(n) for n in d.choice([["100", "200", "300"], ["0", "1", "2.345", "-50"], ["80", "90.005", "50"]])
    ]
    return [
        {"填报单位": unit, "月份": span.name, "完成投资": d.choice([*numbers, *numbers, None]), "系数": d.choice([Decimal("0.5"), 1, 2, 0, None]), "行业": d.choice(["工业", "农业", None])}
        for span in periods("month", START, today)
        for unit in ("甲镇", "丙镇")
    ]  # fmt: skip


def _told(scheme: Scheme, rows: list[Row], today: date) -> dict[tuple[int, str], tuple[str, set[str]]]:
    """(row, rule) → status and flags."""
    cells = [{"key": f"{number}", **typed(row)} for number, row in enumerate(rows)]
    found: dict[tuple[int, str], tuple[str, set[str]]] = {}
    for item in evaluate_document(scheme, {"tables": {"figures": cells}}, today)["records"]:
        for status in item["statuses"]:
            flags = {flag["flag"] for flag in item["flags"] if flag["rule"] == status["rule"]}
            found[int(item["key"]), status["rule"]] = status["status"], flags
    return found


@pytest.mark.parametrize("seed", seeds(12))
def test_progress_and_lights(seed: int, tmp_path: Path) -> None:
    d = Draw(f"pace{seed}")
    rules = _variance(d)
    scheme = scheme_with(rules, "contest", tmp_path)
    for today in d.sample(DAYS, 2):
        rows = _rows(d, today)
        told = _told(scheme, rows, today)
        for number, row in enumerate(rows):
            wanted = oracle.progress(rules[0], row, today)
            assert told.get((number, "V-1"), ("", set())) == (wanted.status, wanted.flags), (today, row, rules[0])
            if wanted.value is not None:
                assert told[number, "B-1"] == oracle.band(rules[1], wanted.value), (today, row, rules)
            elif wanted.status != "映射未配置":
                assert told[number, "B-1"] == (
                    {"—": "不适用", "目标未设定": "待补条件", "": "待补条件"}.get(wanted.status, wanted.status),
                    set(),
                ), (today, row, rules)


@pytest.mark.parametrize("seed", seeds(12))
def test_points_of_rows(seed: int, tmp_path: Path) -> None:
    d = Draw(f"rows{seed}")
    rules = _score(d)
    scheme = scheme_with(rules, "contest", tmp_path)
    rows = _rows(d, date(2025, 6, 30))
    told = _told(scheme, rows, date(2025, 6, 30))
    for number, row in enumerate(rows):
        wanted = oracle.points(rules[0], row)
        assert told[number, "S-1"] == (wanted.status, wanted.flags), (row, rules[0])
        if wanted.value is not None:
            assert told[number, "B-2"] == oracle.band(rules[1], wanted.value), (row, rules)
        else:
            assert told[number, "B-2"] == (wanted.status, set()), (row, rules)
