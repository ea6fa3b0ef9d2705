"""Targets with every parameter drawn: windows and periods, shares, upper limits, units that come and go, frozen figures,
against `goals.py`."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.policies.oracle_kinds import goals
from tests.policies.oracle_kinds.draw import DAYS, START, Draw
from tests.policies.oracle_kinds.figures import UNITS
from tests.policies.oracle_kinds.goals import Goal, Known
from tests.policies.oracle_kinds.kit import Rule, exact, period, scheme_with, seeds, typed
from tests.policies.statutory import DAY
from validators.evaluate_json import evaluate_document
from validators.scheme.models import Scheme

CONDITIONS = ["类型 = '工业'", "总投资 >= 5000万元"]


def draw_target(d: Draw, name: str) -> Rule:
    """One way to say what is counted, until when, of what, and how much is wanted."""
    rule: Rule = {
        "id": name, "kind": "target", "title": f"目标{name}", "table": "project",
        **d.some(0.7, date_field=d.choice(["开工日期", "开工日期", "计划开工"])), **d.some(0.4, where=d.choice(CONDITIONS)),
        **d.some(0.2, modality=d.choice(["原则上", "力争"])), **d.some(0.3, lead=d.choice([0, 10, 61])),
        **d.some(0.3, at_most=True), **d.some(0.2, freeze=False), **d.some(0.25, open_where="为空(代码)"),
    }  # fmt: skip
    if d.maybe(0.5):
        rule |= {"period": d.choice(["month", "quarter", "half", "year"]), **d.some(0.3, keep=d.choice([1, 2, 20]))}
    else:
        ends = d.choice(
            [
                (date(2025, 1, 1), date(2025, 6, 30)),
                (date(2024, 12, 1), date(2025, 11, 30)),
                (date(2025, 4, 1), date(2025, 4, 20)),
            ]
        )
        rule |= d.choice([{}, {"since": ends[0], "until": ends[1]}, {"until": ends[1]}])
    rule |= _wanted(d)
    if d.maybe(0.5):
        rule |= {
            "by": "unit",
            **d.some(0.6, unit_goals={"a": None, "丙镇": rule["goal"] and rule["goal"] * 2, "己街道": 0}),
        }
    return rule


def _wanted(d: Draw) -> Rule:
    """A number, or a share of something; null for what nobody has set."""
    if d.maybe(0.3):
        return {"value": "总投资", "goal": d.choice([0, 6000, 13000, 50000, None])}
    once = d.some(0.3, distinct="代码")
    if d.maybe(0.4):
        return {"goal": d.choice([0, 1, 2, 5, None]), **once}
    whole = d.choice([
        {"of": d.choice([3, 10, 14])},
        {"of_where": d.choice(CONDITIONS), **d.some(0.5, of=d.choice([2, 6])), **d.some(0.5, of_date=d.choice(["开工日期", "计划开工"]))},
    ])  # fmt: skip
    return {"goal": d.choice([0.55, 0.3, 1, 0.5, None]), **whole, **once}


def draw_tables(d: Draw, today: date) -> dict[str, list[dict[str, Any]]]:
    rows = []
    for number in range(d.choice([3, 12, 30])):
        day = START + d.randint(0, (today - START).days + 40) * DAY
        near = d.choice([day, period("month", day).last, period("quarter", day).first, today, today + DAY])
        row = {
            "项目名称": f"P{number}", "填报单位": d.choice(UNITS), "类型": d.choice(["工业", "工业", "农业", None]), "代码": d.choice(["A1", "A2", "A3", None]),
            "总投资": d.choice([1000, 5000, 8000, None]), "开工日期": d.choice([near, near, near, None]), "计划开工": d.choice([near, near + 40 * DAY, None]),
        }  # fmt: skip
        rows.append(row)
    return {"project": rows}


def _frozen(d: Draw, rules: list[Rule], today: date) -> dict[tuple[str, str, str], Fraction]:
    return {
        (rule["id"], unit, span.name): Fraction(d.choice([0, 2, 7]))
        for rule in rules
        for span in goals.spans(rule, today)
        for unit in (UNITS if rule.get("by") == "unit" else [""])
        if d.maybe(0.15)
    }


def _told(scheme: Scheme, known: Known, today: date) -> dict[Any, Goal]:
    frozen = [{"rule": r, "unit": u, "period": p, "value": str(v)} for (r, u, p), v in known.frozen.items()]
    tables = {name: [typed(row) for row in rows] for name, rows in known.tables.items()}
    return {
        (item["rule"], item["unit"], item["period"]): Goal(
            item["status"], exact(item["done"]), _number(item["target"]), _ratio(item["ratio"]), _number(item["gap"]),
            date.fromisoformat(item["deadline"]),
        )
        for item in evaluate_document(scheme, {"tables": tables, "frozen": frozen}, today)["targets"]
    }  # fmt: skip


def _number(value: Any) -> Fraction | None:
    return None if value is None else exact(value)


def _ratio(value: Any) -> str | None:
    return None if value is None else str(value).removesuffix(".0")


@pytest.mark.parametrize("seed", seeds(15))
def test_targets(seed: int, tmp_path: Path) -> None:
    d = Draw(f"goal{seed}")
    rules = [draw_target(d, f"G-{number}") for number in range(4)]
    scheme = scheme_with(rules, "contest", tmp_path)
    for today in d.sample(DAYS, 2):
        known = Known(draw_tables(d, today), _frozen(d, rules, today))
        told = _told(scheme, known, today)
        for rule in rules:
            wanted = {(rule["id"], *key): said for key, said in goals.told(known, rule, today).items()}
            found = {key: said for key, said in told.items() if key[0] == rule["id"]}
            for key in {*wanted, *found}:
                assert found.get(key) == wanted.get(key), (today, key, rule)
