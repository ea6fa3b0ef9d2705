"""Rows drawn where policies turn: the day before, on and after each limit, month ends, leap days, 调休, year ends."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.policies.oracle import district, zone
from tests.policies.statutory import DAY, plus_months, plus_workdays

EDGES = """2024-01-31 2024-02-08 2024-02-17 2024-02-28 2024-02-29 2024-08-31 2024-09-13 2024-09-14 2024-09-29 2024-10-31
2024-11-30 2024-12-31 2025-01-01 2025-01-24 2025-01-26 2025-01-30 2025-01-31 2025-02-07 2025-02-08 2025-02-28 2025-03-31
2025-04-25 2025-04-26 2025-04-27 2025-04-30 2025-05-30 2025-05-31 2025-06-30 2025-08-31 2025-09-26 2025-09-28 2025-09-29
2025-09-30 2025-10-01 2025-10-08 2025-10-10 2025-10-11 2025-10-31 2025-11-29 2025-11-30 2025-12-30 2025-12-31 2026-01-01
2026-01-04 2026-01-31 2026-02-12 2026-02-13 2026-02-14 2026-02-15 2026-02-23 2026-02-27 2026-02-28 2026-05-08 2026-12-29
2026-12-31 2027-01-01 2027-02-28 2028-02-29"""
DAYS = [date.fromisoformat(word) for word in EDGES.split()]


def day(rng: random.Random, days: list[date] = DAYS) -> date:
    if rng.random() < 0.7:
        return rng.choice(days)
    return days[0] + timedelta(rng.randrange((days[-1] - days[0]).days))


def near(rng: random.Random, start: date) -> date:
    """A day at the edge of some limit counted from `start`."""
    base = rng.choice(
        [start, start, plus_months(start, rng.choice([1, 3, 4])), plus_workdays(start, 3), start + rng.choice([7, 10, 30]) * DAY,
         date(start.year, 12, 31), date(start.year, 6, 30)]
    )  # fmt: skip
    return base + rng.choice([-32, -8, -7, -3, -2, -1, 0, 0, 1, 2, 3, 7, 8]) * DAY


def typed(rng: random.Random, value: Any) -> Any:
    """A value as a clerk types it."""
    if isinstance(value, bool):
        return rng.choice(["是", "是", "√"] if value else ["否", "否", "×"])
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return rng.choice(
            [value.isoformat(), value.isoformat(), f"{value.year}.{value.month}.{value.day}",
             f"{value.year}年{value.month}月{value.day}日", f"{value.year}/{value.month}/{value.day}", value.strftime("%Y%m%d")]
        )  # fmt: skip
    return value


def district_row(rng: random.Random, today: date) -> dict[str, Any]:
    """A project of 田家庵区 with dates about one day, a few of them ahead of today, anything blank."""
    base, filled = rng.choice([day(rng), near(rng, today), near(rng, today)]), rng.choice([0.15, 0.4, 0.8])
    row = actual_days(rng, district.ACTUAL, base, today, filled)
    row.update({title: near(rng, today) for title in district.PLANNED if rng.random() < filled})
    choices: dict[str, tuple[Any, ...]] = {
        "选址类型": (district.FACTORY, district.FACTORY, district.OWN_SITE, None),
        "联合验收结果": ("合格", "合格", "不合格", "容缺", None, None),
        "列入升规培育库": (True, False, None),
        "总投资(亿元)": (Decimal(1), Decimal("0.9999"), Decimal("1.0001"), Decimal("0.99"), Decimal(14), None),
        "行业": (*sorted(district.MANUFACTURING), "批发业", None),
        "终止日期": (near(rng, today), *[None] * 15),
        **{f"{item}是否适用": (True, False, None, None) for item in district.ITEMS},
        **dict.fromkeys(("区包保领导", "联络员"), ("张三", None)),
        **dict.fromkeys(("工程进度甘特图", "用电需求", "用水需求", "用气需求"), ("有", None)),
    }
    return row | chosen(rng, choices)


def actual_days(rng: random.Random, titles: tuple[str, ...], base: date, today: date, filled: float) -> dict[str, Any]:
    """Days that have come, but for a few typed ahead of time by mistake."""
    row: dict[str, Any] = {}
    for title in titles:
        if rng.random() < filled:
            found = near(rng, base) if rng.random() < 0.8 else day(rng)
            row[title] = today - rng.choice([0, 0, 1, 3, 30]) * DAY if found > today and rng.random() < 0.93 else found
    return row


def chosen(rng: random.Random, choices: dict[str, tuple[Any, ...]]) -> dict[str, Any]:
    found = {title: rng.choice(values) for title, values in choices.items()}
    return {title: value for title, value in found.items() if value is not None}


def cells(rng: random.Random, name: str, row: dict[str, Any]) -> dict[str, Any]:
    """The row as it is typed."""
    return {"项目名称": name, **{title: typed(rng, value) for title, value in row.items()}}


ZONE_EDGES = """2021-01-01 2021-01-31 2021-02-07 2021-02-10 2021-02-17 2021-02-28 2021-03-01 2021-04-25 2021-04-30 2021-05-31
2021-06-10 2021-06-30 2021-09-18 2021-09-26 2021-09-30 2021-10-08 2021-10-31 2021-11-30 2021-12-31 2022-01-01
2022-01-29 2022-01-31 2022-02-01 2022-02-28"""
ZONE_DAYS = [date.fromisoformat(word) for word in ZONE_EDGES.split()]


def zone_row(rng: random.Random, today: date) -> dict[str, Any]:
    """A project of 慈湖高新区."""
    base, filled = rng.choice([day(rng, ZONE_DAYS), near(rng, today)]), rng.choice([0.15, 0.4, 0.8])
    row = actual_days(rng, zone.ACTUAL, base, today, filled)
    row.update({title: near(rng, today) for title in zone.PLANNED if rng.random() < filled})
    some: dict[str, tuple[Any, ...]] = {
        "不涉及的手续": (None, None, None, "环评", "审批核准备案、能评", "用地、规划选址"),
        "主导产业": (*zone.CLUSTERS, "其他", None),
        "拿地用途": ("工业", "工业", "商服", None),
        "规划或资金类型": ("专项债", None),
        "项目业主": ("甲厂", "乙厂", "丙厂"),
        "终止日期": (near(rng, today), *[None] * 15),
        **dict.fromkeys(("是否重点项目", "是否重大投资项目", "储备项目", "转型升级项目"), (True, False, None)),
        **dict.fromkeys(("包保领导", "领衔领导", "代办员"), ("张三", None)),
        "牵头部门": ("经贸发展部", None),
    }
    return row | chosen(rng, some)


def small_row(rng: random.Random, today: date, actual: tuple[str, ...], plans: tuple[str, ...]) -> dict[str, Any]:
    """A row of a smaller table: a few days, each blank now and then."""
    base = rng.choice([day(rng, ZONE_DAYS), near(rng, today)])
    row = actual_days(rng, actual, base, today, 0.7)
    row.update({title: near(rng, rng.choice([base, today])) for title in plans if rng.random() < 0.8})
    return row
