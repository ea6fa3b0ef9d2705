"""田家庵区, one project row: what each duty says, read from the matrix (T.1, T.2, Part B, Part C), not from the engine.

`told(row, today)` gives, for every rule id here, what must stand in `statuses`: `Said`, a text whose deadline and days
are not looked at, or None where the rule must be silent. A row maps column titles to dates, Decimals (亿元), texts,
True/False, or has no such key where the cell is blank.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from tests.policies.oracle.clocks import Limit, Said, elapsed, planned, sync
from tests.policies.oracle.compare import ANY

Row = dict[str, Any]
Told = Said | str | None
FACTORY, OWN_SITE = "标准化厂房", "独立选址"
ITEMS = ("能评", "环评", "安评", "规划设计", "土地报批", "施工图审", "施工许可")  # T-F11, the order of the text
SEGMENTS = ("桩基先行许可日期", "基坑支护和土方开挖许可日期", "地下室和基础工程许可日期", "正负零以上许可日期")  # T-M5
ACTUAL = (
    "签约日期", "拿地日期", "开工实际日期", "竣工实际日期", "投产实际日期", "要素会商日期", *(f"{item}实际日期" for item in ITEMS), *SEGMENTS,
    "采购计划编制日期", "合同签订日期", "设备进场日期", "基本具备竣工验收条件日期", "预验收日期", "环评办结日期", "能评办结日期",
    "职业卫生办结日期", "特种设备登记办结日期", "厂房装修开始日期", "厂房装修完成日期", "消防验收申请日期", "消防验收受理日期",
    "消防现场验收日期", "设备安装完成日期", "试生产日期", "联合验收条件满足日期", "联合验收日期", "初审意见日期", "资料补齐日期",
    "转正式日期", "实际升规日期",
)  # fmt: skip
PLANNED = ("开工计划日期", "竣工计划日期", "投产计划日期", "计划升规时间", *(f"{item}计划日期" for item in ITEMS))
IN_PRINCIPLE, STRIVEN = "(原则上)", "(力争)"
MANUFACTURING = frozenset({"装备制造", "食品制造业", "汽车制造业", "专用设备制造业"})


def _ended(row: Row, today: date) -> bool:
    return bool(row.get("终止日期")) and row["终止日期"] <= today


def _had(row: Row, title: str, today: date) -> date | None:
    """An actual date that has come; one that lies ahead has not happened (B-58)."""
    day = row.get(title)
    return day if day and day <= today else None


# T-7 to T-10, T-23, T-25, T-31 to T-33, T-37, T-48, T-49: limits between two nodes ---------------------------------------


def _site(row: Row, wanted: str) -> bool | None:
    return None if row.get("选址类型") is None else row["选址类型"] == wanted


def _limit(limit: Limit, start: str, end: str, site: str = "", **more: Any) -> Callable[[Row, date], Told]:
    def told(row: Row, today: date) -> Told:
        applies = _site(row, site) if site else True
        return elapsed(limit, today, row.get(start), row.get(end), applies=applies, ended=row.get("终止日期"), **more)

    return told


def _fit_out(row: Row, today: date) -> Told:
    """T-32: installed and in trial production, the later of the two; one of them alone is not done."""
    both = [row.get("设备安装完成日期"), row.get("试生产日期")]
    done = [day for day in both if day is not None]
    end = max(done) if len(done) == len(both) else None
    return elapsed(
        Limit(1, "周"), today, row.get("厂房装修完成日期"), end, applies=_site(row, FACTORY), ended=row.get("终止日期"),
        orphan=True, others=tuple(both),
    )  # fmt: skip


def _production(row: Row, today: date) -> Told:
    """T-48: from the day the acceptance counts: 合格 the day itself, 容缺 the day it was made formal (B-16)."""
    joint, formal, result = row.get("联合验收日期"), row.get("转正式日期"), row.get("联合验收结果")
    start = max((day for day in (joint, formal) if day), default=None)
    applies = True if formal or result == "合格" else None if result is None else False
    return elapsed(
        Limit(None, "日"), today, start, row.get("投产实际日期"), applies=applies, ended=row.get("终止日期"), orphan=True,
        others=(joint, formal),
    )  # fmt: skip


# T-5, T-18, T-35: planned days ------------------------------------------------------------------------------------------


def most_urgent(told: list[Said]) -> Said:
    """One of several nodes stands for the row: what is wrong, then what is late longest, then what is due first, then
    what was done late, then what was done in time (「几个节点里最急的一个」)."""

    def rank(said: Said) -> tuple[int, int, date]:
        last = said.deadline or date.max
        if said.status in ("已终止", "数据异常"):
            return 0, 0, last
        if said.days is not None:
            return 1, said.days, last
        done = ("逾期完成", "按期完成", "不适用", "未启动")
        return 2, next(n for n, word in enumerate(done) if said.status.startswith(word)), last

    return min(told, key=rank)


def _nodes(row: Row, today: date) -> Told:
    names = ("开工", "竣工", "投产")
    each = [
        planned(today, row.get(f"{name}计划日期"), row.get(f"{name}实际日期"), ended=row.get("终止日期"))
        for name in names
    ]
    return most_urgent(each)


# what a row must have, and what must come before what -------------------------------------------------------------------


def missing(*fields: str) -> str | None:
    return f"缺项:{'、'.join(fields)}" if fields else None


def _lacking(row: Row, *fields: str) -> str | None:
    return missing(*(name for name in fields if row.get(name) is None))


def _come(row: Row, title: str, today: date) -> bool:
    """A date that lies ahead has not happened: what asks for something after it waits (B-58)."""
    day = row.get(title)
    return day is not None and day <= today


def _pre_work_plans(row: Row, today: date) -> Told:
    """T-5: after signing, until the start, every item that applies has a planned day, and the consultation was held.

    An item that says nothing about applying is asked once some item has a plan (the example of Part C: only 施工许可计划
    is missing)."""
    if not _come(row, "签约日期", today) or _come(row, "开工实际日期", today) or _ended(row, today):
        return None
    begun = any(row.get(f"{item}计划日期") for item in ITEMS)
    asked = [
        f"{item}计划日期"
        for item in ITEMS
        if (row.get(f"{item}是否适用") is True or (row.get(f"{item}是否适用") is None and begun))
        and not _come(row, f"{item}实际日期", today)
        and row.get(f"{item}计划日期") is None
    ]
    return missing(*asked, *(() if row.get("要素会商日期") else ("要素会商日期",)))


def _pre_work_done(row: Row, today: date) -> Told:
    """T-6: at the start every item that applies is done."""
    start = row.get("开工实际日期")
    if not start:
        return None
    if start > today or _ended(row, today):
        return None  # T-F14 tells of a day that lies ahead
    lacking = []
    for item in ITEMS:
        applies = row.get(f"{item}是否适用")
        asked = applies is True or (applies is None and row.get(f"{item}计划日期"))
        done = row.get(f"{item}实际日期")
        if asked and (not done or done > start):
            lacking.append(item)
    return _unmet(lacking)


def _unmet(labels: list[str]) -> str:
    return f"前置不满足:{'、'.join(labels)}" if labels else "正常"


def _gate(action: str, before: dict[str, str]) -> Callable[[Row, date], Told]:
    def told(row: Row, today: date) -> Told:
        day = row.get(action)
        if not day:
            return None
        if day > today or _ended(row, today):
            return None
        return _unmet([label for label, name in before.items() if not row.get(name) or row[name] > day])

    return told


def _joint_acceptance(row: Row, today: date) -> Told:
    """T-S7: after 竣工 and once the conditions are met; nobody need fill in the day of the latter beside a gap that is told."""
    day, ready = row.get("联合验收日期"), row.get("联合验收条件满足日期")
    if not day or day > today or _ended(row, today):
        return None
    finished = row.get("竣工实际日期")
    lacking = ["竣工"] if not finished or finished > day else []
    if ready is None and not lacking:
        return ANY
    return _unmet([*lacking, *(["满足联合验收条件"] if ready and ready > day else [])])


def _procedures(row: Row, today: date) -> Told:
    """T-21: four procedures before the joint acceptance; 环评 and 能评 that do not apply to the project are not asked."""
    day = row.get("联合验收日期")
    if not day:
        return None
    if day > today or _ended(row, today):
        return None
    before = {
        "环评": "环评办结日期",
        "能评": "能评办结日期",
        "职业卫生": "职业卫生办结日期",
        "特种设备登记": "特种设备登记办结日期",
    }
    asked = {label: name for label, name in before.items() if row.get(f"{label}是否适用") is not False}
    return _unmet([label for label, name in asked.items() if not row.get(name) or row[name] > day])


def counts_as_production(row: Row, today: date) -> bool:
    """T-24: 正式投产 stands on an acceptance 合格 that day or before, or on a 容缺 made formal by then."""
    day = _had(row, "投产实际日期", today)
    if not day:
        return False
    joint, formal = _had(row, "联合验收日期", today), _had(row, "转正式日期", today)
    return bool(row.get("联合验收结果") == "合格" and joint and joint <= day) or bool(formal and formal <= day)


def _formal(row: Row, today: date) -> Told:
    day = row.get("投产实际日期")
    if not day:
        return None
    if day > today or _ended(row, today):
        return None
    return "正常" if counts_as_production(row, today) else "前置不满足:联合验收合格"


def stage(row: Row, today: date) -> str:
    """T-S1 to T-S10: the last step that has happened (order of A.2)."""

    def had(*titles: str) -> bool:
        return any(_had(row, title, today) for title in titles)

    tolerated = row.get("联合验收结果") == "容缺" and had("初审意见日期") and not had("转正式日期")
    steps = [
        ("升规", had("实际升规日期")),
        ("投产", counts_as_production(row, today)),
        ("容缺试产", tolerated),
        ("联合验收", had("联合验收日期", "转正式日期")),
        ("竣工", had("竣工实际日期")),
        ("试生产", had("试生产日期")),
        ("装修安装", had("厂房装修开始日期", "厂房装修完成日期", "设备进场日期", "设备安装完成日期")),
        ("预验收", had("预验收日期")),
        ("开工", had("开工实际日期")),
        ("前期", had("拿地日期", *(f"{item}实际日期" for item in ITEMS))),
        ("签约", had("签约日期")),
    ]
    return next((name for name, reached in steps if reached), "")


def _threshold(row: Row, today: date) -> Told:
    money = row.get("总投资(亿元)")
    return "校验错误:不足1亿元" if money is not None and money < Decimal(1) else None


def _manufacturing(row: Row, today: date) -> Told:
    industry = row.get("行业")
    return "校验错误:非制造业" if industry and industry not in MANUFACTURING else None


def _while_alive(
    *fields: str, when: Callable[[Row, date], bool] = lambda row, today: True
) -> Callable[[Row, date], Told]:
    def told(row: Row, today: date) -> Told:
        return None if _ended(row, today) or not when(row, today) else _lacking(row, *fields)

    return told


def ordered(titles: tuple[str, ...], text: str) -> Callable[[Row, date], Told]:
    def told(row: Row, today: date) -> Told:
        days = [row[title] for title in titles if row.get(title)]
        return None if days == sorted(days) else text

    return told


RULES: dict[str, Callable[[Row, date], Told]] = {
    "T-S4": _threshold,
    "T-S4.b": _manufacturing,
    "T-5": _pre_work_plans,
    "T-6": _pre_work_done,
    "T-7": _limit(Limit(None, "日"), "拿地日期", "开工实际日期", orphan=True),
    "T-9": _limit(Limit(1, "月", IN_PRINCIPLE), "签约日期", "开工实际日期", FACTORY),
    "T-10": _limit(Limit(3, "月", IN_PRINCIPLE), "签约日期", "开工实际日期", OWN_SITE),
    "T-13": _while_alive("区包保领导", "联络员"),
    "T-14": _while_alive("竣工计划日期", "投产计划日期", "工程进度甘特图"),
    "T-14.b": ordered(("开工计划日期", "竣工计划日期", "投产计划日期"), "校验错误:节点顺序"),
    "T-18": _nodes,
    "T-20": ordered(SEGMENTS, "分段顺序"),
    "T-S5": _gate("预验收日期", {"基本具备竣工验收条件": "基本具备竣工验收条件日期"}),
    "T-S7": _joint_acceptance,
    "T-21": _procedures,
    "T-24": _formal,
    "T-25.b": _limit(Limit(None, "日", open_text="待补齐{n}"), "初审意见日期", "资料补齐日期", orphan=True),
    "T-26": lambda row, today: sync(
        30, today, row.get("签约日期"), row.get("采购计划编制日期"), row.get("开工实际日期"), row.get("终止日期")
    ),
    "T-27": lambda row, today: sync(
        30, today, row.get("开工实际日期"), row.get("合同签订日期"), row.get("竣工实际日期"), row.get("终止日期")
    ),
    "T-28": lambda row, today: sync(
        7, today, row.get("厂房装修完成日期"), row.get("设备进场日期"), row.get("投产实际日期"), row.get("终止日期")
    ),
    "T-31": _limit(Limit(3, "工作日"), "消防验收受理日期", "消防现场验收日期", FACTORY),
    "T-31.b": _limit(
        Limit(None, "日", open_text="已申请{n}未受理"), "消防验收申请日期", "消防验收受理日期", FACTORY, orphan=True
    ),
    "T-32": _fit_out,
    "T-33": _limit(Limit(4, "月", IN_PRINCIPLE), "开工实际日期", "投产实际日期", FACTORY),
    "T-35": lambda row, today: planned(today, row.get("计划升规时间"), row.get("实际升规日期"), ended=row.get("终止日期")),
    "T-35.b": _while_alive("计划升规时间", when=lambda row, today: row.get("列入升规培育库") is True),
    "T-37": _limit(Limit(0, "同年", STRIVEN), "投产实际日期", "实际升规日期", orphan=True, early=True),
    "T-40": _while_alive(
        "用电需求", "用水需求", "用气需求", when=lambda row, today: _come(row, "开工实际日期", today)
    ),
    "T-48": _production,
    "T-49": _limit(
        Limit(None, "日", open_text="{n}未申请消防验收备案"), "厂房装修完成日期", "消防验收申请日期", FACTORY, orphan=True,
        early=True,
    ),
}  # fmt: skip


def told(row: Row, today: date) -> dict[str, Told]:
    return {rule: say(row, today) for rule, say in RULES.items()}
