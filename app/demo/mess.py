"""The ways clerks really write things: harmless spellings, spellings that must be asked about, and plain mistakes."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from typing import Any

Spelling = Callable[[random.Random, Any], Any]

_DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")


def _dates() -> list[Spelling]:
    return [
        lambda r, d: d.isoformat(),
        lambda r, d: f"{d.year}.{d.month}.{d.day}",
        lambda r, d: f"{d.year}年{d.month}月{d.day}日",
        lambda r, d: f"{d.year}/{d.month}/{d.day}",
        lambda r, d: d.strftime("%Y%m%d"),
        lambda r, d: f"{d.year}年{d.month}月{d.day}日".translate(_DIGITS),
        lambda r, d: f" {d.year}-{d.month:02d}-{d.day:02d}　",
    ]


_WRONG_DATES: list[Spelling] = [
    lambda r, d: f"{d.year}-13-{d.day:02d}",
    lambda r, d: "春节后",
    lambda r, d: "待定",
    lambda r, d: "同上",
    lambda r, d: f"{d.year}年2月30日",
    lambda r, d: f"0{d.year % 1000}-{d.month:02d}-{d.day:02d}",
]

_MONEY: list[Spelling] = [
    lambda r, v: f"{v / 10000:g}亿元",
    lambda r, v: f"{v:,}",
    lambda r, v: f"{v}万元",
    lambda r, v: f"{v}.00",
    lambda r, v: f"约{v / 10000:g}亿",
    lambda r, v: f"{v}".translate(_DIGITS),
]
_WRONG_MONEY: list[Spelling] = [
    lambda r, v: f"{v // 7}万美元",
    lambda r, v: "见附件",
    lambda r, v: "#REF!",
]


def spelled(rng: random.Random, type_: str, value: Any, mess: float) -> Any:
    """A value as a clerk might have put it: mostly plain, sometimes messy, now and then wrong."""
    if value in ("", None) or rng.random() > mess:
        return value
    wrong = rng.random() < 0.2
    if type_.startswith("date") and isinstance(value, date):
        return rng.choice(_WRONG_DATES if wrong else _dates())(rng, value)
    if type_ == "money_wan" and isinstance(value, int):
        return rng.choice(_WRONG_MONEY if wrong else _MONEY)(rng, value)
    if type_ == "phone":
        return value[:-1] if wrong else rng.choice((f"{value[:3]} {value[3:7]} {value[7:]}", f"手机：{value}"))
    if type_ == "uscc":
        return value[:-1] if wrong else rng.choice((value.lower(), f"{value} "))
    if type_ == "yesno":
        return rng.choice(("√", "有", "Y")) if value == "是" else rng.choice(("×", "无", "N"))
    if type_ == "person":
        return f"{value}/{rng.choice('王李张')}明" if wrong else f"{value} "
    if type_ == "project_name":
        return rng.choice((f"★{value}", f"{rng.randint(1, 9)}、{value}"))
    return value
