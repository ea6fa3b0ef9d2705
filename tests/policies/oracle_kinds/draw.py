"""Rules, rows and days of a contest, drawn: every parameter at random, figures that tie, blanks, rows of units that are gone."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from typing import Any

from tests.policies.oracle_kinds.figures import FORMULAS, UNITS, World
from tests.policies.oracle_kinds.kit import Rule, period, periods
from tests.policies.statutory import DAY

DAYS = [date.fromisoformat(word) for word in ["2025-01-01", "2025-01-31", "2025-03-31", "2025-04-01", "2025-04-20", "2025-05-31", "2025-06-01", "2025-06-30", "2025-07-01", "2025-08-15", "2025-12-31", "2026-01-01"]]  # fmt: skip
START = date(2024, 10, 1)
MONTHLY = {"table": "figures", "period": "月份"}
PROJECTS = {"table": "project", "date": "开工日期"}
GROUPS = {"第一组": ["甲镇", "b", "戊街道"], "第二组": ["丙镇", "f"]}


class Draw(random.Random):
    def maybe(self, chance: float) -> bool:
        return self.random() < chance

    def some(self, chance: float, **items: Any) -> Rule:
        return {key: value for key, value in items.items() if self.maybe(chance)}


def world(d: Draw, today: date, rules: list[Rule]) -> World:
    tables: dict[str, list[dict[str, Any]]] = {"figures": [], "project": [], "points": [], "jury": []}
    numbers = [
        Decimal(n)
        for n in d.choice([["100", "200", "300"], ["0", "1", "2.345", "-50"], ["80", "80", "90.005", "1000"]])
    ]
    some = lambda values: d.choice([*values, *values, None])  # noqa: E731
    for unit in d.sample(UNITS, d.choice([2, 5, 8])):
        for span in periods("month", START, today):
            if d.maybe(0.7):
                tables["figures"].append(
                    {"填报单位": unit, "月份": span.name, "完成投资": some(numbers), "系数": some([Decimal("0.5"), 1, 2]), "行业": some(["工业", "农业"])}
                )  # fmt: skip
            for _ in range(d.choice([0, 0, 1, 2])):
                tables["points"].append(
                    {"单位": d.choice(UNITS), "所属月份": span.name, "分值": d.choice([-5, -1, 0, 2, 5, None])}
                )
        for span in periods("quarter", START, today):
            for _ in range(d.choice([0, 1, 2, 3, 5])):
                tables["jury"].append({"单位": unit, "季度": span.name, "分数": d.choice([60, 80, 88, 90, 92])})
        for _ in range(d.choice([0, 1, 4])):
            day = START + d.randint(0, (today - START).days + 20) * DAY
            tables["project"].append(
                {"填报单位": unit, "类型": some(["工业", "农业"]), "总投资": some([1000, 5000, 8000]),
                 "开工日期": some([day, period("month", day).last]), "引荐单位": some(UNITS)}
            )  # fmt: skip
    for n, row in enumerate(tables["project"]):
        row["项目名称"] = f"P{n}"
    for n, row in enumerate([*tables["points"], *tables["jury"]]):
        row["事由" if "分值" in row else "评委"] = f"{n}"
    return World(tables, today, {rule["id"]: rule for rule in rules}, {})


def measure(d: Draw, kind: str, plain: bool = False) -> Rule:
    """One of the ways to come by a number."""
    spans = d.choice(["period", "period", "year", "all"])
    reach = {} if spans == "period" else {"span": spans}
    figures = {
        **MONTHLY,
        **reach,
        "value": d.choice(["完成投资", "完成投资 * 系数"]),
        "take": d.choice(["sum", "last", "mean", "max", "min", "trimmed"]),
    }
    found = d.choice([
        figures, figures,
        {**MONTHLY, **reach, "where": "行业 = '工业'"},
        {**PROJECTS, **reach, **d.some(0.3, by="引荐单位"), **d.some(0.3, where="类型 = '工业'")},
        {**PROJECTS, **reach, "value": "总投资", **d.some(0.3, by="引荐单位"), **d.some(0.3, where="总投资 >= 5000万元")},
        {"table": "points", "period": "所属月份", "value": "分值", "by": "单位", **reach},
        {"table": "jury", "period": "季度", "value": "分数", "by": "单位", "take": d.choice(["trimmed", "mean", "max"])},
        {"fixed": {"甲镇": 100, "b": 50, "丙镇": None, "丁镇": Decimal("0"), "戊街道": 200}},
    ])  # fmt: skip
    found = {key: str(value) if isinstance(value, Decimal) else value for key, value in found.items()}
    if "fixed" in found:
        found["fixed"] = {key: None if value is None else float(value) for key, value in found["fixed"].items()}
        return found
    if d.maybe(0.15):
        found["to"] = "above"
    if not plain and d.maybe(0.2):
        found["ago"] = d.choice(["previous", "year"])
    if not plain and d.maybe(0.35):
        found["of"] = {**found, "ago": "year"} if "ago" not in found and d.maybe(0.3) else measure(d, kind, plain=True)
    return found


def term(d: Draw, kind: str, number: int, others: list[str]) -> Rule:
    found = (
        {"rule": d.choice(others), "take": d.choice(["mean", "sum", "max", "min"])}
        if others and d.maybe(0.3)
        else measure(d, kind)
    )
    formulas = [
        text for text in FORMULAS if "全部" not in text or ("table" in found and "table" in found.get("of", found))
    ]
    return {
        "name": f"项{number}", "measure": found,
        **d.some(0.7, formula=d.choice(formulas)),
        **d.some(0.3, cap=d.choice([0, 5, 20])), **d.some(0.3, floor=d.choice([-10, 0])), **d.some(0.3, weight=d.choice([0.3, 2, -1])),
        **d.some(0.3, when=d.choice(["单位类型 = '镇'", "季度(期末) != 1", "单位类型 != '县'"])),
        **d.some(0.6, blank=d.choice(["ask", "zero", "zero", "skip"])),
    }  # fmt: skip


def score(d: Draw, name: str, kind: str, others: list[str]) -> Rule:
    rule: Rule = {
        "id": name, "kind": "score", "title": f"得分{name}", "period": kind,
        "terms": [term(d, kind, n, others) for n in range(d.choice([1, 2, 3]))],
        **d.some(0.5, base=d.choice([0, 40, 60.5, 100])), **d.some(0.3, cap=d.choice([100, 110])), **d.some(0.3, floor=0),
        **d.some(0.3, digits=d.choice([0, 1, 4])), **d.some(0.4, each="unit"), **d.some(0.4, closed=True),
        **d.some(0.3, when=d.choice(["单位类型 = '镇'", "单位 != '甲镇'", "月(期末) = 6 或 月(期末) = 12"])),
        **d.choice([{}, {}, {"group": "kind"}, {"group": "above"}, {"groups": GROUPS}]),
    }  # fmt: skip
    if d.maybe(0.6):
        rule["grades"] = [
            {"name": "优秀", "range": "90以上"},
            {"name": "合格", "range": "[60, 90)"},
            {"name": "差", "range": "不满60"},
        ]
        rule["flags"] = {"优秀": ["红旗"], "差": ["通报", "约谈"]}
        rule["vetoes"] = [
            {"name": "加减分", "measure": {"table": "points", "period": "所属月份", "by": "单位"}, **d.some(0.5, when="值 >= 2"),
             "becomes": d.choice([{"优秀": "合格"}, {"*": "差"}, {"优秀": "合格", "*": "差"}])}
            for _ in range(d.choice([0, 1, 2]))
        ]  # fmt: skip
    return rule


def prizes(d: Draw, names: list[str], conditions: list[str]) -> list[Rule]:
    return [
        {
            **({"n": d.choice([1, 1, 2, 3])} if d.maybe(0.6) else {"share": d.choice([0.25, 0.3, 0.5]), **d.some(0.7, rounding=d.choice(["down", "up", "half"]))}),
            "flag": name, **d.some(0.4, when=d.choice(conditions)), **d.some(0.5, ties=d.choice(["include", "exclude"])), **d.some(0.3, least=d.choice([2, 3, 5])),
        }
        for name in d.choice([names[:1], names])
    ]  # fmt: skip


def rank(d: Draw, name: str, kind: str, others: list[str]) -> Rule:
    conditions = ["值 >= 100", "值 < 80", "名次 <= 2", "个数 >= 4", "升降 >= 1"]
    rule: Rule = {
        "id": name, "kind": "rank", "title": f"排名{name}", "period": kind,
        "by": {"rule": d.choice(others)} if others and d.maybe(0.5) else measure(d, kind),
        **d.some(0.4, order=d.choice(["asc", "desc"])), **d.some(0.4, ties=d.choice(["share", "dense"])),
        **d.some(0.3, exempt=["乙镇", "f"][: d.choice([1, 2])]), **d.some(0.4, closed=True), **d.some(0.3, blank="zero"),
        **d.some(0.3, when=d.choice(["单位类型 = '镇'", "单位 != '甲镇'", "单位类型 != '县'"])),
        **d.choice([{}, {}, {"group": "kind"}, {"group": "above"}, {"groups": GROUPS}]),
    }  # fmt: skip
    if d.maybe(0.6):
        rule["also"] = {
            "开工": dict(PROJECTS),
            "加分": {"table": "points", "period": "所属月份", "value": "分值", "by": "单位"},
        }
        conditions += ["开工 > 0", "首个(开工, 0) = 0", "值 < 100 且 开工 >= 1"]
        rule |= d.some(0.5, then=d.choice([["开工"], ["加分"], ["加分", "开工"]]))
        rule |= d.some(0.4, exempt_when=d.choice(["首个(开工, 0) = 0", "值 >= 100", "开工 > 0"]))
    rule["top"], rule["bottom"] = prizes(d, ["红旗", "表扬"], conditions), prizes(d, ["黑旗", "约谈"], conditions)
    return rule


def rank_of_rows(d: Draw, name: str) -> Rule:
    conditions = ["值 >= 100", "值 < 80", "名次 <= 2", "个数 >= 4"]
    return {
        "id": name, "kind": "rank", "title": f"排名{name}", "table": "figures", "value": d.choice(["完成投资", "完成投资 * 系数"]),
        **d.some(0.7, group_by=d.choice(["月份", "行业"])), **d.some(0.4, order="asc"), **d.some(0.4, ties="dense"), **d.some(0.4, then=["系数"]),
        **d.some(0.3, when="行业 = '工业'"), **d.some(0.3, exempt_when=d.choice(["行业 = '工业'", "系数 >= 1"])), "won_into": "位次",
        "top": prizes(d, ["前列", "先进"], conditions), "bottom": prizes(d, ["后列", "末尾"], conditions),
    }  # fmt: skip
