"""The ways clerks really write things: harmless spellings, spellings that must be asked about, and plain mistakes."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from validators import rawcell

Spelling = Callable[[random.Random, Any], Any]
WRONG = 0.2  # of the messy ones

_WIDE = str.maketrans("0123456789.-", "０１２３４５６７８９．－")
_NUMERALS = "〇一二三四五六七八九"


def _chinese(number: int) -> str:
    """1 … 31 as 一 … 三十一."""
    tens, ones = divmod(number, 10)
    return ("" if not tens else "十" if tens == 1 else _NUMERALS[tens] + "十") + (_NUMERALS[ones] if ones else "")


_DATES: tuple[Spelling, ...] = (
    lambda r, d: d.isoformat(),
    lambda r, d: f"{d.year}.{d.month}.{d.day}",
    lambda r, d: f"{d.year}年{d.month}月{d.day}日",
    lambda r, d: f"{d.year}/{d.month}/{d.day}",
    lambda r, d: d.strftime("%Y%m%d"),
    lambda r, d: rawcell.number(d.strftime("%Y%m%d")),
    lambda r, d: f"{d.year}年{d.month}月{d.day}日".translate(_WIDE),
    lambda r, d: f" {d.year}-{d.month:02d}-{d.day:02d}　",
    lambda r, d: f"{''.join(_NUMERALS[int(c)] for c in str(d.year))}年{_chinese(d.month)}月{_chinese(d.day)}日",
    lambda r, d: f"{d.year % 100}.{d.month}.{d.day}",
)
_WRONG_DATES: tuple[Spelling, ...] = (
    lambda r, d: f"{d.year}-13-{d.day:02d}",
    lambda r, d: "春节后",
    lambda r, d: "待定",
    lambda r, d: "同上",
    lambda r, d: f"{d.year}年2月30日",
    lambda r, d: f"0{d.year % 1000}-{d.month:02d}-{d.day:02d}",
    lambda r, d: rawcell.number(f"{d.year}.{d.month}"),
)
_MONEY: tuple[Spelling, ...] = (
    lambda r, v: f"{v / 10000:g}亿元",
    lambda r, v: f"{v:,}",
    lambda r, v: f"{v}万元",
    lambda r, v: f"{v}.00",
    lambda r, v: f"约{v / 10000:g}亿",
    lambda r, v: f"{v}".translate(_WIDE),
)
_WRONG_MONEY: tuple[Spelling, ...] = (
    lambda r, v: f"{v // 7}万美元",
    lambda r, v: "见附件",
    lambda r, v: rawcell.error("#REF!"),
    lambda r, v: "待核",
)
_NUMBERS: tuple[Spelling, ...] = (lambda r, v: f"{v}", lambda r, v: f"{v}".translate(_WIDE), lambda r, v: f"{v}.0")
_YES: tuple[Any, ...] = ("√", "有", "Y", "是的", rawcell.boolean(True))
_NO: tuple[Any, ...] = ("×", "无", "N", rawcell.boolean(False))


def spelled(rng: random.Random, type_: str, value: Any, mess: float, aliases: Sequence[str] = ()) -> Any:
    """A value as a clerk might have put it: mostly plain, sometimes messy, now and then wrong.

    `aliases`: other words for a chosen value, as people write them.
    """
    if value in ("", None) or rng.random() > mess:
        return value
    wrong = rng.random() < WRONG
    if isinstance(value, date):
        return rng.choice(_WRONG_DATES if wrong else _DATES)(rng, value)
    if type_.startswith("money") and isinstance(value, int):
        return rng.choice(_WRONG_MONEY if wrong else _MONEY)(rng, value)
    if type_.startswith("pct") and isinstance(value, int):
        return rng.choice((f"{value}%", rawcell.number(f"{value / 100:g}", "%"), f"百分之{value}"))
    if isinstance(value, int):
        return rng.choice(_NUMBERS)(rng, value)
    return _text(rng, type_, str(value), wrong, aliases)


def _text(rng: random.Random, type_: str, value: str, wrong: bool, aliases: Sequence[str]) -> Any:
    if type_ == "phone":
        masked = f"{value[:3]}****{value[7:]}"
        plain = (f"{value[:3]} {value[3:7]} {value[7:]}", f"手机：{value}", f"{value[:3]}-{value[3:7]}-{value[7:]}")
        return rng.choice((value[:-1], masked)) if wrong else rng.choice(plain)
    if type_ == "uscc":
        return value[:-1] if wrong else rng.choice((value.lower(), f"{value} ", value.translate(_WIDE)))
    if type_ == "projcode":
        return value[:-2] if wrong else rng.choice((value.replace("-", ""), value.replace("-", "－")))
    if type_ == "yesno":
        return rng.choice(_YES if value == "是" else _NO)
    if type_ == "person":
        return (
            f"{value}/{rng.choice('王李张')}明"
            if wrong
            else f"{value[0]}　{value[1:]}"
            if len(value) == 2
            else f"{value} "
        )
    if type_ == "project_name":
        return rng.choice((f"★{value}", f"{rng.randint(1, 9)}、{value}", f"{value} "))
    if aliases:
        return rng.choice(aliases)
    return f"{value} " if type_ in ("company", "text", "choice") else value
