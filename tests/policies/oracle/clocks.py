"""What a dated rule says of one row on one day: limits between two nodes, planned dates, things done in step.

Each function gives `Said(status, deadline, days)`; `days` is what is left in the rule's own unit, None where nothing
runs. Sources: matrix 0.5 to 0.7, B-1 to B-10, B-18, B-58; the order of what is told, DESIGN §9: 已终止, 数据异常, 未启动,
待补条件, 不适用, then the dated ones.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from tests.policies.statutory import DAY, plus_months, plus_workdays, workdays

LEADS = {"月": 7, "日": 3, "周": 2, "工作日": 1, "同年": 30, "计划": 7}  # 0.6; planned 7, a year's end 30 (DESIGN §9)


class Said(NamedTuple):
    status: str
    deadline: date | None = None
    days: int | None = None


class Limit(NamedTuple):
    """`n` of `unit` after the from-date; `n` None: the text gives no number, the gap is shown and nothing judged."""

    n: int | None
    unit: str
    suffix: str = ""  # (原则上) on adverse texts, (力争) on 临期 too
    open_text: str = "{n}"


def due(start: date, limit: Limit) -> date:
    assert limit.n is not None
    if limit.unit == "同年":
        return date(start.year, 12, 31)
    if limit.unit == "工作日":
        return plus_workdays(start, limit.n)
    if limit.unit == "月":
        return plus_months(start, limit.n)
    return start + limit.n * (7 if limit.unit == "周" else 1) * DAY


def elapsed(
    limit: Limit, today: date, start: date | None, end: date | None, *, applies: bool | None = True,
    ended: date | None = None, orphan: bool = False, early: bool = False, others: tuple[date | None, ...] = (),
) -> Said:  # fmt: skip
    """`applies` None: its condition is blank. `orphan`: an end without a start is no fault here. `early`: nor one before it."""
    if ended and ended <= today:
        return Said("已终止")
    if not start and orphan:
        return Said("未启动")
    if any(day and day > today for day in (start, end, *others)):
        return Said("数据异常")
    if end and start and end < start and not early:
        return Said("数据异常")
    if end and not start and not orphan:
        return Said("数据异常")
    if not start:
        return Said("未启动")
    if applies is None:
        return Said("待补条件")
    if not applies:
        return Said("不适用")
    if end and end < start:
        return Said("按期完成")
    if limit.n is None:
        return Said(f"{(end - start).days}天" if end else limit.open_text.format(n=f"{(today - start).days}天"))
    return dated(limit, today, due(start, limit), end)


def dated(limit: Limit, today: date, last: date, end: date | None) -> Said:
    if end:
        return Said("按期完成" if end <= last else f"逾期完成{_late(limit, last, end)}", last)
    if today > last:
        return Said(f"逾期{_late(limit, last, today)}", last, -_count(limit, last, today))
    left = _count(limit, today, last)
    soon = "临期" + ("(力争)" if limit.suffix == "(力争)" else "")
    return Said(soon if left <= LEADS[limit.unit] else "正常", last, left)


def _count(limit: Limit, after: date, until: date) -> int:
    return workdays(after, until) if limit.unit == "工作日" else (until - after).days


def _late(limit: Limit, last: date, day: date) -> str:
    count = _count(limit, last, day)
    if limit.unit == "工作日":
        return (f"{count}个工作日" if count else "(不足1个工作日)") + limit.suffix
    return f"{count}天{limit.suffix}"


def planned(today: date, plan: date | None, actual: date | None, *, ended: date | None = None) -> Said:
    """A planned day against the actual one: 计划日期 is the deadline."""
    if ended and ended <= today:
        return Said("已终止")
    if actual and actual > today:
        return Said("数据异常", plan)
    if not plan:
        return Said("不适用" if actual else "未启动")
    return dated(Limit(0, "计划"), today, plan, actual)


def sync(
    n: int, today: date, trigger: date | None, companion: date | None, stop: date | None, ended: date | None
) -> Said:
    """Done within `n` days of the trigger and no later than the next main node; earlier is in step (B-18)."""
    if ended and ended <= today:
        return Said("已终止")
    if not trigger:
        return Said("待触发")
    if any(day and day > today for day in (trigger, companion)):
        return Said("数据异常")
    last = trigger + n * DAY
    if stop and stop <= today:
        if stop < trigger:
            return Said("同步", last) if companion and companion <= stop else Said("数据异常")
        last = min(last, stop)
    if companion:
        return Said("同步" if companion <= last else "未同步(原则上)", last)
    at_once = bool(stop and stop <= today)
    if at_once or today > last:
        return Said("未同步(原则上)", last, (last - today).days)
    return Said("待同步", last, (last - today).days)


def closure(
    today: date, raised: date | None, due: date | None, done: date | None, verified: date | None = None,
    *, verifies: bool = False,
) -> Said:  # fmt: skip
    """A matter: 办理中, 逾期未销号, 待核验, 已销号. Late by the day it was done; verifying it may come later (B-56)."""
    if not raised and not done:
        return Said("未启动")
    if any(day and day > today for day in (raised, done, verified)) or not raised or (done and done < raised):
        return Said("数据异常")
    if not done:
        if verified:
            return Said("数据异常")
        if due and today > due:
            return Said("逾期未销号", due, (due - today).days)
        return Said("办理中", due, (due - today).days if due else None)
    return Said("待核验" if verifies and not verified else "已销号", due)
