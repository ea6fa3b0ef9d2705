"""田家庵区: what must come before a step (T-22, T-25), problems of the joint acceptance (T-23), yearly and monthly duties of
townships and the commission without a project behind them (T-4, T-8).

A blank is not the lenient answer: beside a condition that plainly fails it is only asked for, alone it counts as failed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from tests.policies.oracle.clocks import Limit, Said, closure, elapsed
from tests.policies.oracle.district import FACTORY
from tests.policies.oracle_east.kit import Period, duty

Row = dict[str, Any]
EARLY = ("厂房装修开始日期", "设备安装完成日期", "试生产日期")


def _gate(conditions: Iterable[tuple[str, bool | None]]) -> str:
    """`conditions`: label → holds, None = blank."""
    found = list(conditions)
    failed = [label for label, holds in found if holds is False] or [label for label, holds in found if holds is None]
    return f"前置不满足:{'、'.join(failed)}" if failed else "正常"


def early_start(row: Row) -> str | None:
    """T-22: fit-out, installation or trial production ahead of the joint acceptance wants all three conditions; a finished
    factory hall that asked for none of them is not early, and after the acceptance nobody asks any more."""
    began = min((row[title] for title in EARLY if row.get(title)), default=None)
    if began is None:
        return None
    three = (row.get("预验收日期"), row.get("企业承诺"), row.get("符合安全生产条件"))
    hall = row.get("选址类型") == FACTORY and three == (None, None, None)
    if hall or row.get("联合验收结果") == "合格" or row.get("初审意见日期") or row.get("转正式日期"):
        return "不适用"
    passed = bool(three[0] and three[0] <= began) and row.get("预验收结果") in (None, "通过")
    return _gate([("预验收通过", passed), ("企业承诺", three[1]), ("符合安全生产条件", three[2])])


def tolerated(row: Row) -> str | None:
    """T-25: only what is not essential may be missing, and the promise is signed."""
    key, promise = row.get("欠缺材料有无关键材料"), row.get("容缺承诺书")
    if row.get("联合验收结果") != "容缺" and not row.get("初审意见日期") and key is None:
        return None
    return _gate([("关键材料", None if key is None else not key), ("容缺承诺书", promise)])


def problem(row: Row, today: date) -> dict[str, Said]:
    """T-23: ten calendar days from the day it was pointed out (B-74); closed once it was verified (B-56)."""
    named = row.get("问题类型") in (None, "专班指出问题")
    raised, done = row.get("提出日期"), row.get("整改完成日期")
    closed = closure(today, raised, None, done, row.get("核验日期"), verifies=True)
    if not named and closed.status not in ("数据异常", "未启动"):  # what is told first: DESIGN §9
        closed = Said("不适用")
    return {"T-23": elapsed(Limit(10, "日"), today, raised, done, applies=named), "T-23.b": closed}


def land_plan(rows: list[Row], unit: str, kind: str, year: Period, today: date) -> Said:
    """T-8: a row of the year is the report; when it came nobody asks."""
    there = any((row["填报单位"], row["类别"], row["年度"]) == (unit, kind, year.name) for row in rows)
    return duty(year.last, year.first if there else None, today, 30)


def library(changes: list[date], nothing: dict[str, date], month: Period, today: date) -> Said:
    """T-4: any change within the month, or 本月无变化, whenever it was declared."""
    came = [day for day in changes if month.first <= day <= month.last]
    came += [nothing[month.name]] if month.name in nothing else []
    return duty(month.last, min((day for day in came if day <= today), default=None), today, 3)
