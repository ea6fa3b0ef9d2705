"""南陵县管行业必须管投资工作机制: what the text asks of one project, said anew. It names no number of days."""

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
from tests.policies.statutory import DAY

Row = dict[str, Any]
APPROVALS = ("审批核准备案", "用地", "规划许可", "环评", "水保", "节能评价", "施工许可")  # 一(二)
PRELIMINARY = ("征地拆迁", "市政配套")
NODES = {  # 一: node → column of the actual date
    "签约": "签约日期", "拿地": "拿地日期", "开工": "开工实际日期", "竣工验收": "竣工验收实际日期", "工程决算": "工程决算实际日期",
    "档案归档": "档案归档实际日期", "正式投产": "正式投产实际日期", "达产": "达产实际日期",
}  # fmt: skip
AFTER_BUILT = {"N-8": "竣工验收", "N-8.b": "工程决算", "N-8.c": "档案归档"}


class Project(OnADay):
    """A row of 项目库 on a day."""

    @property
    def ended(self) -> bool:
        """三(五): out from the day of consent; in again from a later day of entry."""
        left, back = self.did("同意出库日期"), self.did("入库日期")
        return left is not None and not (back is not None and back > left)

    @property
    def stage(self) -> str:
        if self.did("正式投产实际日期") or self.did("达产实际日期"):
            return "达产"
        steps = {"竣工": "竣工验收实际日期", "在建": "开工实际日期", "签约": "签约日期", "储备": "入库日期"}
        return next((stage for stage, title in steps.items() if self.did(title)), "谋划")

    @property
    def link(self) -> str:
        """一: 谋划、洽谈、落地、建设、竣工 — production lies after completion."""
        if any(map(self.did, ("建成日期", "竣工验收实际日期", "正式投产实际日期", "达产实际日期"))):
            return "竣工"
        if self.did("开工实际日期"):
            return "建设"
        return "落地" if self.did("签约日期") or self.did("拿地日期") else "洽谈" if self.did("洽谈日期") else "谋划"


def said_of_project(row: Row, today: date) -> dict[str, Said | None]:
    p = Project(row, today)
    found: dict[str, Said | None] = {"stage": Said(p.stage), "N-2": Said(p.link)}
    found["N-5"] = plans(p, [(f"{item}计划日期", f"{item}实际日期") for item in APPROVALS])
    found["N-7"] = plans(p, [(f"{item}计划日期", f"{item}实际日期") for item in PRELIMINARY])
    found["N-F9"] = plans(p, [(f"{node}计划日期", actual) for node, actual in NODES.items()])
    for rule, node in AFTER_BUILT.items():
        found[rule] = gap(p, "建成日期", f"{node}实际日期", "未完成{}天")
    found["N-8.d"] = _scheduled(p)
    found["N-6"] = gap(p, "拿地日期", "开工实际日期", "{}天", early=True)
    found["N-10"] = gap(p, "签约日期", "入库日期", "{}天", early=True)
    found["N-22"] = _counted(p)
    found["N-4"] = _loop(p)
    found["N-24"] = Said(_library(p))
    found["N-23"] = _statistics(p)
    return found


def plans(p: Project, pairs: list[tuple[str, str]]) -> Said:
    """Of several nodes the most pressing: the earliest plan that is open, else the one done latest after its plan."""
    if p.ended:
        return ENDED
    ahead = [plan for plan, actual in pairs if p.get(actual) and p.get(actual) > p.today]
    if ahead:
        return Said("数据异常", p.get(ahead[0]))
    waiting = [p.get(plan) for plan, actual in pairs if p.get(plan) and not p.get(actual)]
    done = [(p.get(plan), p.get(actual)) for plan, actual in pairs if p.get(plan) and p.get(actual)]
    if waiting:
        return running(min(waiting), p.today, 7)
    if done:
        return worst_done(done)
    return NOT_APPLICABLE if any(p.get(actual) for _, actual in pairs) else NOT_STARTED


def gap(p: Project, start: str, end: str, waiting: str, early: bool = False) -> Said:
    """Days between two nodes; the text gives no limit, so nothing is judged (B-50)."""
    first, last = p.get(start), p.get(end)
    if p.ended:
        return ENDED
    if first is None:
        return NOT_STARTED
    if first > p.today or (last and last > p.today):
        return BROKEN
    if last is None:
        return Said(waiting.format((p.today - first).days))
    if last < first:
        return Said("按期完成") if early else BROKEN
    return Said(f"{(last - first).days}天")


def _scheduled(p: Project) -> Said | None:
    if p.ended or not p.did("建成日期"):
        return None
    blank = [
        f"{node}计划日期"
        for node in AFTER_BUILT.values()
        if not p.get(f"{node}计划日期") and not p.did(f"{node}实际日期")
    ]
    return Said(f"缺项:{'、'.join(blank)}") if blank else None


def _counted(p: Project) -> Said:
    """三(三): started, then counted; 已入统 without its day is counted all the same."""
    if not p.ended and p.get("入统状态") == "已入统" and not p.get("入统日期") and p.get("开工实际日期"):
        return NOT_APPLICABLE
    return gap(p, "开工实际日期", "入统日期", "{}天")


def _loop(p: Project) -> Said | None:
    """一(一): production without a start; in the 5+X industries a start without a signing."""
    wrong = []
    if (p.get("正式投产实际日期") or p.get("达产实际日期")) and not p.get("开工实际日期"):
        wrong.append("缺开工")
    if p.get("是否“5+X”") == "是" and p.get("开工实际日期") and not p.get("签约日期"):
        wrong.append("缺签约")
    return Said(f"校验错误:{'、'.join(wrong)}") if wrong else None


def _library(p: Project) -> str:
    if p.ended:
        return "已出库"
    applied, entered = p.did("申请出库日期"), p.did("入库日期")
    if not entered:
        return "未入库"
    return "出库待批" if applied and applied >= entered else "在库"


def _statistics(p: Project) -> Said | None:
    """三(四): what has started must be counted."""
    if p.ended or not p.did("开工实际日期"):
        return None
    return Said("一致" if p.did("入统日期") or p.get("入统状态") == "已入统" else "应统未统")


def draw_project(d: Draw, name: str) -> Row:
    row: Row = {"项目名称": name, "填报单位": d.choice(["籍山镇", "弋江镇"]), "行业": "工业", "重点投资领域": "制造业"}
    busy, day = d.choice([0.2, 0.5, 0.8]), d.past()
    for title in ("入库日期", "洽谈日期", "签约日期", "拿地日期", "开工实际日期", "建成日期", "竣工验收实际日期", "工程决算实际日期",
                  "档案归档实际日期", "正式投产实际日期", "达产实际日期", "入统日期"):  # fmt: skip
        if d.maybe(busy):
            row[title] = d.about() if d.maybe(0.1) else min(day, d.today)
        day = d.after(day) if d.maybe(0.5) else day
    for title in (*APPROVALS, *PRELIMINARY):
        if d.maybe(busy / 2):
            row[f"{title}计划日期"] = d.about()
        if d.maybe(busy / 3):
            row[f"{title}实际日期"] = d.past()
    for node, actual in NODES.items():
        if d.maybe(busy):
            row[f"{node}计划日期"] = d.choice([row.get(actual, day), d.about()])
    if d.maybe(0.3):
        row["申请出库日期"] = d.past()
        if d.maybe(0.6):
            row["同意出库日期"] = d.after(row["申请出库日期"])
        row["入库日期"] = row["申请出库日期"] - d.choice([30, 400]) * DAY
        if "同意出库日期" in row and d.maybe(0.4):
            row["入库日期"] = d.after(row["同意出库日期"])
    for title, values in {
        "入统状态": ["未入统", "已报送", "已入统"],
        "是否“5+X”": ["是", "否"],
        "是否重点": ["是", "否"],
    }.items():
        if d.maybe(0.4):
            row[title] = d.choice(values)
    if d.maybe(0.7):
        row["总投资"] = Decimal(12000)
    return row
