"""Rows as townships type them: nine shapes of dates, eight of money, full-width digits; three cells in a hundred wrong.

Same seed, same rows. The wrong cells are known, so that a peer can be asked whether it saw them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from bench import names
from validators import rawcell

AS_OF = date(2025, 6, 20)
BAD = 0.03  # share of filled cells nobody can read, or that break a limit
Row = dict[str, Any]
_WIDE = str.maketrans("0123456789.-", "０１２３４５６７８９．－")

DATES: tuple[Callable[[date], Any], ...] = (
    lambda d: d,  # a real date
    lambda d: d,
    lambda d: d.isoformat(),
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d.year}.{d.month}.{d.day}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: d.strftime("%Y%m%d"),
    lambda d: f"{d.year}年{d.month}月{d.day}日".translate(_WIDE),
    lambda d: f" {d.year}-{d.month:02d}-{d.day:02d} ",
)
MONEY: tuple[Callable[[int], Any], ...] = (
    lambda v: v,  # a real number
    lambda v: v,
    str,
    lambda v: f"{v:,}",
    lambda v: f"{v}万元",
    lambda v: f"{v}.00",
    lambda v: f"{v / 10000:g}亿元",
    lambda v: str(v).translate(_WIDE),
)
BAD_DATES = ("春节后", "待定", "2025-13-05", "2025年2月30日", "下月", "尽快")
BAD_MONEY = ("见附件", "待核", "一大笔", rawcell.error("#REF!"), "若干")
CONTENT = ("新建厂房及配套设施，购置生产线", "改建车间，购置设备", "建设生产基地、研发中心及仓储", "扩建二期厂房")
STATE = ("主体施工", "设备安装调试", "基础施工", "前期手续办理", "装修", "试生产")
PROBLEM = ("", "", "", "用电增容未批复", "土地指标未落实", "融资未到位")


class Maker:
    """Rows of one unit's book."""

    def __init__(self, seed: str, town: str, bad: float = BAD) -> None:
        self.rng = random.Random(seed)
        self.town, self.bad = town, bad
        self.serial = 0
        self.people = [names.person(self.rng) for _ in range(20)]

    def rows(self, count: int) -> list[Row]:
        return [self.row() for _ in range(count)]

    def row(self) -> Row:
        """One project; the cells as typed."""
        rng = self.rng
        self.serial += 1
        plain = self._plain()
        row: Row = {}
        for name, value in plain.items():
            if value in ("", None):
                continue
            row[name] = self._wrong(name, value) if rng.random() < self.bad else self._typed(name, value)
        return row

    def _plain(self) -> Row:
        rng = self.rng
        made = names.enterprise(rng)
        total = rng.randrange(5000, 90000, 100)
        row: Row = {
            "name": f"{made.project}{self.serial}",
            "code": names.project_code(rng, "340403", 2024 + rng.randint(0, 1), rng.randint(1, 12)),
            "company": made.company,
            "uscc": names.uscc(rng, "340403"),
            "town": self.town,
            "industry": rng.choice(("专用设备制造业", "通用设备制造业", "汽车制造业", "金属制品业", "医药制造业")),
            "site": rng.choice(("标准化厂房", "独立选址")),
            "nature": rng.choice(("新建", "扩建", "技改")),
            "level": rng.choice(("省级", "市级", "县级")),
            "fund": rng.choice(("自筹", "银行贷款")),
            "total": total,
            "fixed": round(total * rng.randint(60, 95) // 100, -2),
            "equipment": round(total * rng.randint(20, 50) // 100, -2),
            "year_plan": round(total * rng.randint(20, 60) // 100, -2),
            "year_done": total * rng.randint(1, 30) // 100,
            "total_done": total * rng.randint(30, 90) // 100,
            "loan": rng.choice(("", rng.randrange(500, 8000, 100))),
            "output": rng.randrange(2000, 60000, 100),
            "area": rng.randint(10, 300),
            "staff": rng.randint(20, 900),
            "progress": rng.randint(1, 100),
            **self._days(),
            "leader": rng.choice(self.people),
            "contact": rng.choice(self.people),
            "phone": names.phone(rng),
            "in_pool": rng.choice(("是", "否")),
            "key": rng.choice(("是", "否")),
            "content": f"{rng.choice(CONTENT)}，年产{rng.randint(1, 99)}万件",
            "state": rng.choice(STATE),
            "problem": rng.choice(PROBLEM),
            "explanation": "",
        }
        return row

    def _days(self) -> Row:
        """Nodes one after the other; what lies behind today has not happened."""
        rng = self.rng
        day = AS_OF - timedelta(days=rng.randint(5, 700))
        row: Row = {"sign": day}
        for name, low, high in (("filed", 5, 30), ("land", 10, 60), ("permit", 10, 60)):
            day += timedelta(days=rng.randint(low, high))
            row[name] = day if day <= AS_OF and rng.random() < 0.93 else ""
        for name, low, high in (("start", 5, 60), ("finish", 90, 300), ("production", 20, 80)):
            day += timedelta(days=rng.randint(low, high))
            row[f"{name}_plan"] = day + timedelta(days=rng.randint(-15, 20))
            row[name] = day if day <= AS_OF else ""
        return row

    def _typed(self, name: str, value: Any) -> Any:
        rng = self.rng
        if isinstance(value, date):
            return rng.choice(DATES)(value)
        if isinstance(value, int) and name not in ("staff", "progress", "area"):
            return rng.choice(MONEY)(value)
        if isinstance(value, int):
            return rng.choice((value, value, str(value), str(value).translate(_WIDE)))
        if name in ("uscc", "code", "company") and rng.random() < 0.1:
            return value.translate(_WIDE) if name != "company" else f"{value} "
        return value

    def _wrong(self, name: str, value: Any) -> Any:
        rng = self.rng
        if isinstance(value, date):
            return rng.choice(BAD_DATES)
        if isinstance(value, int):
            return rng.choice(BAD_MONEY)
        if name == "uscc":
            return value[:-1] + ("0" if value[-1] != "0" else "1")  # the check digit
        if name in ("phone", "code"):
            return str(value)[:-2]
        if name in ("industry", "site", "nature", "level", "fund", "town", "in_pool", "key"):
            return "其它情况另行说明"
        return value


def table_rows(seed: int, unit: str, town: str, count: int, bad: float = BAD) -> list[Row]:
    """Rows of one unit."""
    return Maker(f"{seed}:{unit}", town, bad).rows(count)


def raw_cell(value: Any) -> rawcell.RawCell:
    """A typed value as the reader would give it."""
    if value is None or value == "":
        return ""
    if isinstance(value, date):
        return rawcell.from_date(value)
    if isinstance(value, int):
        return rawcell.number(str(value))
    return str(value)


def raw_rows(fields: list[str], rows: list[Row]) -> Iterator[tuple[rawcell.RawCell, ...]]:
    """Rows as the reader would give them, without a book in between."""
    for row in rows:
        yield tuple(map(raw_cell, map(partial(_get, row), fields)))


def _get(row: Row, name: str) -> Any:
    return row.get(name)
