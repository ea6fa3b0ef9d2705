"""Texts and measures of a scheme's workbook: how to use it, how high a row must be, what a rule comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.scheme_book.cells import Shown, shown
from app.scheme_book.layout import Column
from validators.rules.elapsed import limit_words

HOW = (
    "白色的格子都可以改；改完保存，交给管系统的人导入（tianbao scheme import）。导入时逐格检查，有错会说是哪个标签、哪一格、应该怎么写，什么也不会改。",
    "加一条：在空行里填，或插入一行。删一条：删掉那一行。先后：行的先后就是列、下拉、规则的先后，挪动行就是改先后。",
    "空着的格子就是“不写”，按第三行提示里“不写”的意思办；第三行写着“必填”的不能空。",
    "几个值写在一格里：用顿号隔开，或一行写一个。值里本来就有顿号的，一行写一个；只有一个的，前后加英文双引号。",
    "几样合成一组：写成“名称: 值”，一行一组时中间用分号“；”隔开，里面再套一层的放在 { } 里。照着别的行写就行。",
    "条件和算式写列名，文字加单引号：选址类型 = '独立选址' 且 总投资 >= 1亿元。只写到月的日期按月末。",
    "英文名、单位代码、规则编号是存下来的记号，用起来以后不要改。改列名、下拉的值时，把旧的写进“别的叫法”“别的写法”，发出去的表照旧认得。",
    "没有用到的列折叠起来了，点列标上方的“＋”展开；没有用到的规则种类，标签藏起来了。",
    "“备注”是方案文件里写在这一条上面的话（为什么这样定、出自哪里），可以改。批注是写在这一条里面的话，只给看，留在文件里。",
    "导入以前，先看 tianbao scheme diff：改了哪些，按今天的数据有多少项目、单位的状态会变。",
)


def height(texts: Sequence[Shown], widths: Sequence[int]) -> float:
    """How high a row must be, in points, to show wrapped texts in columns so many letters wide."""
    lines = 1
    for text, width in zip(texts, widths, strict=True):
        needed = sum(-(-max(1, _letters(line)) // max(1, width - 1)) for line in str(text).split("\n"))
        lines = max(lines, needed)
    return min(400.0, 14.5 * lines + 4)


def _letters(text: str) -> int:
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)


def filled(value: Any, column: Column, titles: Mapping[str, str]) -> Shown:
    """A value of 基本信息: defaults are shown, people want to see what holds."""
    if value is None or value == "":
        return ""
    return shown(value, replace(column, required=True), titles)


def key_figure(rule: Any) -> str:
    """The limit or goal of a rule in a few words."""
    n, unit, goal = getattr(rule, "n", None), getattr(rule, "unit", ""), getattr(rule, "goal", None)
    if isinstance(n, int) and unit:
        return limit_words(n, unit)
    if goal is not None and not isinstance(goal, str):
        return f"{goal:f}{getattr(rule, 'measure', '')}"
    return str(goal or "")
