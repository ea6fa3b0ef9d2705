"""常州市亿元项目“招推服”: what the text asks of one project, said anew."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tests.policies.oracle_east.kit import (
    BROKEN,
    ENDED,
    NOT_APPLICABLE,
    NOT_STARTED,
    Draw,
    OnADay,
    Said,
    running,
    worst_done,
)

Row = dict[str, Any]
NODES = ("签约", "立项", "开工", "竣工", "投产")  # 一(二): the five nodes
ACTUAL = dict(
    zip(NODES, ("签约实际日期", "立项实际日期", "开工实际日期", "竣工验收通过日期", "投产实际日期"), strict=True)
)
PLAN = {node: f"{node}计划日期" for node in NODES}
DATES = ("入库日期", *ACTUAL.values(), "拿地日期", "施工许可日期", "提前服务日期", "达到验收条件日期", "终止日期")
MAJOR = ("省重大", "市重大", "区重大")
TIERS = (
    (100, "100亿元档"),
    (50, "50亿元档"),
    (30, "30亿元档"),
    (10, "10亿元档"),
    (1, "1亿元档"),
)  # B-34: lower bound included


class Project(OnADay):
    """A row of 亿元项目库 on a day."""

    actual = ACTUAL

    @property
    def ended(self) -> bool:
        return self.did("终止日期") is not None

    @property
    def stage(self) -> str:
        """Production counts only after passing completion acceptance (二(三)1)."""
        if self.did("竣工"):
            return "投产" if self.did("投产") else "竣工"
        return next((node for node in ("开工", "立项", "签约") if self.did(node)), "储备")

    @property
    def phase(self) -> str:
        """二, B-39: by actual dates only; whoever starts or is approved is in the hands of 市发改委."""
        if self.did("竣工"):
            return "投产达效"
        if self.did("立项") or self.did("开工"):
            return "项目建设"
        return "招引签约" if self.did("签约") else ""


def said_of_project(row: Row, today: date, demands: list[Row]) -> dict[str, Said | None]:
    p = Project(row, today)
    lead = {"招引签约": "市商务局", "项目建设": "市发改委", "投产达效": "市工信局", "": None}[p.phase]
    found: dict[str, Said | None] = {"stage": Said(p.stage)}
    found["Z-M1"] = Said(lead) if lead else None
    found["Z-4"] = _tier(p)
    found["Z-4.b"] = Said("校验错误:不足1亿元") if not p.ended and found["Z-4"] == Said("不足1亿元") else None
    found["Z-7.b"] = _waiting(p, "签约", ("立项", "开工", "竣工"), "签约未立项{}天")
    found["Z-8.b"] = _waiting(p, "立项", ("竣工",), "立项未竣工{}天")
    found["Z-9.b"] = _waiting(p, "竣工", ("投产",), "竣工未投产{}天")
    found["Z-1"] = _gap(p, p.get("签约实际日期") or p.get("立项实际日期"), p.get("入库日期"), "未入库{}天", early=True)
    found["Z-18.b"] = _gap(p, p.get("拿地日期"), p.get("开工实际日期"), "拿地未开工{}天", early=True)
    found["Z-2"] = _wanted(p, p.did("立项") or p.did("开工"), ["投资项目统一代码"])
    found["Z-2.b"] = _wanted(p, p.did("开工"), ["统一社会信用代码"])
    found["Z-8.c"] = _wanted(p, p.did("开工") or p.did("竣工"), ["立项实际日期"])
    found["Z-18.c"] = _wanted(p, p.get("拿地即开工") == "是", ["拿地日期", "施工许可日期", "开工实际日期"])
    found["Z-16"] = {"省重大": Said("免申即享"), "市重大": Said("分级保障"), "区重大": Said("分级保障")}.get(
        p.get("项目层级")
    )
    found["Z-21"] = _ready(p)
    found["Z-22"] = Said("已终止" if p.ended else "在培育库" if p.did("竣工") else "未列入")
    found["Z-17"] = _demands(p, demands)
    found["Z-3"] = _order(p)
    found["Z-3.b"] = _plans(p)
    return found


def _tier(p: Project) -> Said | None:
    amount = p.get("总投资")
    if amount is None:
        return None
    return Said(next((name for low, name in TIERS if Decimal(amount) >= low * 10000), "不足1亿元"))


def _waiting(p: Project, start: str, ends: tuple[str, ...], text: str) -> Said | None:
    if p.ended:
        return ENDED
    day = p.did(start)
    if not day:
        return NOT_STARTED
    return None if any(p.did(end) for end in ends) else Said(text.format((p.today - day).days))


def _gap(p: Project, start: date | None, end: date | None, text: str, early: bool) -> Said:
    """A span without a limit: days only (B-50)."""
    if p.ended:
        return ENDED
    if start and (start > p.today or (end and end > p.today)):
        return BROKEN
    if start is None:
        return NOT_STARTED  # no land was taken, nothing was signed: there is nothing to count from
    if end is None:
        return Said(text.format((p.today - start).days))
    if end < start:
        return Said("按期完成") if early else BROKEN
    return Said(f"{(end - start).days}天")


def _wanted(p: Project, asked: Any, titles: list[str]) -> Said | None:
    blank = [title for title in titles if not p.get(title)]
    return Said(f"缺项:{'、'.join(blank)}") if asked and blank and not p.ended else None


def _ready(p: Project) -> Said | None:
    """二(二)5: joint acceptance not before the conditions are met."""
    done, ready = p.did("竣工"), p.get("达到验收条件日期")
    if p.ended or not done:
        return None
    return Said("正常") if ready and ready <= done else Said("前置不满足:达到验收条件")


def _demands(p: Project, demands: list[Row]) -> Said | None:
    if p.ended or p.get("项目层级") not in ("省重大", "市重大") or not p.did("开工"):
        return None
    have = {row["要素"] for row in demands if row["项目名称"] == p.get("项目名称")}
    blank = [
        text
        for factor, text in (("电力", "用电需求"), ("用能", "用能需求"), ("环境容量", "环境容量需求"))
        if factor not in have
    ]
    return Said(f"缺项:{'、'.join(blank)}") if blank else None


def _order(p: Project) -> Said | None:
    """一(二): the five dates one after the other, skipped ones left out; actual dates not after today."""
    sorts = [[day for node in NODES if (day := p.get(titles[node])) is not None] for titles in (PLAN, ACTUAL)]
    wrong = ["节点顺序"] if any(days != sorted(days) for days in sorts) else []
    wrong += [f"{title}晚于今天" for title in DATES if title in p.row and p.row[title] > p.today]
    return Said(f"校验错误:{'、'.join(wrong)}") if wrong else None


def _plans(p: Project) -> Said | None:
    """Of the nodes with a plan the most pressing: the one longest overdue, else the next to come, else the latest done."""
    if p.ended:
        return ENDED
    open_, done = [], []
    for node in NODES:
        plan, actual = p.get(PLAN[node]), p.get(ACTUAL[node])
        if actual and actual > p.today:
            return Said("数据异常", plan)
        if plan and not actual:
            open_.append(plan)
        elif plan:
            done.append((plan, actual))
    if open_:
        return running(min(open_), p.today, 7)
    if done:
        return worst_done(done)
    return NOT_STARTED if not any(p.get(ACTUAL[node]) for node in NODES) else NOT_APPLICABLE


def draw_project(d: Draw, name: str) -> Row:
    row: Row = {"项目名称": name, "填报单位": d.choice(["新北区", "武进区"]), "项目类型": d.choice(["新招引", "技改"])}
    busy = d.choice([0.2, 0.5, 0.8])
    day = d.past()
    for node in NODES:
        if d.maybe(busy):
            row[ACTUAL[node]] = d.about() if d.maybe(0.1) else min(day, d.today)
        if d.maybe(busy):
            row[PLAN[node]] = d.choice([day, d.about()])
        day = d.after(day)
    for title in ("入库日期", "拿地日期", "施工许可日期", "达到验收条件日期", "提前服务日期"):
        if d.maybe(0.5):
            row[title] = d.choice([d.past(), day, min(row.get("开工实际日期", day), d.today)])
    if d.maybe(0.15):
        row["终止日期"] = max([d.about(), *(row[title] for title in DATES if title in row)])
    if d.maybe(0.9):
        row["总投资"] = d.choice(
            [
                Decimal(n)
                for n in (
                    "0",
                    "9999.9999",
                    "10000",
                    "99999.99",
                    "100000",
                    "299999",
                    "300000",
                    "499999.99",
                    "500000",
                    "999999.9999",
                    "1000000",
                )
            ]
        )
    for title, values in {
        "项目层级": ["省重大", "市重大", "区重大", "一般"],
        "拿地即开工": ["是", "否"],
        "投资项目统一代码": [f"2404-320411-89-01-{d.randint(0, 999999):06d}"],
        "统一社会信用代码": ["91340403MA00AB124C"],
    }.items():
        if d.maybe(0.6):
            row[title] = d.choice(values)
    return row


def draw_demands(d: Draw, projects: list[Row]) -> list[Row]:
    """None, some or all of the three that a major project must name."""
    return [
        {"项目名称": row["项目名称"], "填报单位": row["填报单位"], "要素": factor, "落实情况": "无需新增"}
        for row in projects
        for factor in d.sample(["电力", "用能", "环境容量", "用地"], d.choice([0, 2, 3]))
    ]
