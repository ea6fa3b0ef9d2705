"""Types of the condition language, the errors it raises, and which names a table offers.

Five types reach the outside (text, number, date, bool, list). Inside, `money` and `percent` are numbers that know
how a literal with a unit is meant (1亿元 = 10000, 55% = 55 beside a percent field and 0.55 elsewhere), and `duration`
is what stands behind + and - of a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from validators.scheme.tables import Table
from validators.values import DATE_TYPES, LIST_TYPES

TODAY = "今天"  # row key under which the injected day stands
CALENDAR = "@calendar"  # row key of the calendar for working-day arithmetic; absent: the built-in one
UNREAD = "?"  # "signed?" in a row: what stands in that cell could not be read, so that it is not known, and not blank
PARENT = "@"  # "@project" in a row is the typed row of its parent record of table `project`

_BARE = re.compile(r"[^\W\d]\w*([.·][^\W\d]\w*)*")  # a name that needs no 「」

Names = Mapping[str, tuple[str, str]]


class Unknown:
    """The value of anything that depends on a blank cell. It has no truth: `if unknown` is a programming error."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("UNKNOWN has no truth value; compare with `is UNKNOWN` first")


UNKNOWN: Final = Unknown()


class Duration(NamedTuple):
    """3个月, 10日, 5个工作日, 一周 as (n, unit)."""

    length: int
    unit: str


class ExpressionError(ValueError):
    """A condition that cannot be read. `message` says in Chinese what to write instead; 1-based line and column."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(f"第{line}行第{column}字：{message}")
        self.message = message
        self.line = line
        self.column = column


NUMERIC = frozenset({"number", "money", "percent"})
ORDERED = NUMERIC | {"date", "text"}
TITLES: dict[str, str] = {
    "text": "文字",
    "number": "数字",
    "money": "金额",
    "percent": "百分比",
    "date": "日期",
    "bool": "是/否",
    "list": "多个值",
    "duration": "时长",
}
_FIELD_TYPES: dict[str, str] = (
    {
        "money_wan": "money",
        "money_yi": "money",
        "pct_invest": "percent",
        "pct_progress": "percent",
        "number": "number",
        "integer": "number",
        "year": "number",
        "yesno": "bool",
    }
    | dict.fromkeys(DATE_TYPES, "date")
    | dict.fromkeys(LIST_TYPES, "list")
)
MONEY_UNITS: dict[str, Decimal] = {
    "亿元": Decimal(10000),
    "亿": Decimal(10000),
    "万元": Decimal(1),
    "万": Decimal(1),
    "元": Decimal("0.0001"),
}
DURATION_UNITS: dict[str, str] = {
    "个工作日": "工作日",
    "工作日": "工作日",
    "个月": "月",
    "月": "月",
    "日": "日",
    "天": "日",
    "周": "周",
    "年": "年",
}


def expression_type(field_type: str) -> str:
    """The type a field has in expressions: date, money, percent, number, bool, list or text."""
    return _FIELD_TYPES.get(field_type, "text")


def same_kind(left: str, right: str) -> bool:
    """Whether two types may be compared or mixed."""
    return left == right or (left in NUMERIC and right in NUMERIC)


def names_for(table: Table, parent: Table | None = None) -> dict[str, tuple[str, str]]:
    """Every spelling a condition on `table` may use → (canonical name, type).

    English name, title and aliases of each field; for the parent also `表.字段` in all spellings, and its own fields'
    English names and titles without prefix where the table has no such name. A title that stands twice
    (in two groups) is offered as 组·标题 and 组标题 only, because the bare one would be a guess.
    """
    names: dict[str, tuple[str, str]] = {}
    if parent is not None:
        own = _spellings(parent)
        for spelled, (name, kind) in own.items():
            dotted = (f"{parent.name}.{name}", kind)
            names[spelled] = dotted
            names.update((above, dotted) for above in spelled_above(parent, spelled))
    names.update(_spellings(table))
    return names


def same_title(name: str, names: Iterable[str]) -> list[str]:
    """How the columns are called that share this title in different groups, as a condition has to write them."""
    found = [spelled for spelled in names if spelled.endswith(f"·{name}") and "." not in spelled]
    return [spelled if _BARE.fullmatch(spelled) else f"「{spelled}」" for spelled in found]


def spelled_above(parent: Table, name: str) -> list[str]:
    """How a row's condition may call something of its parent: 项目.总投资, 项目库.总投资, project.总投资."""
    prefixes = {parent.name, parent.title, parent.title.removesuffix("库"), parent.title.removesuffix("表")}
    return [f"{prefix}.{name}" for prefix in prefixes]


def _spellings(table: Table) -> dict[str, tuple[str, str]]:
    names: dict[str, tuple[str, str]] = {}
    counts: dict[str, int] = {}
    for field in table.fields:
        for spelled in {field.title, *field.aliases}:
            counts[spelled] = counts.get(spelled, 0) + 1
    for field in table.fields:
        target = (field.name, expression_type(field.type))
        for spelled in (field.title, *field.aliases):
            if counts[spelled] == 1:
                names[spelled] = target
            if field.group:
                names[f"{field.group}·{spelled}"] = target
                names[f"{field.group}{spelled}"] = target
    for field in table.fields:  # English names win over any title
        names[field.name] = (field.name, expression_type(field.type))
    return names


def constant_type(value: Any) -> str:
    """The type of a constant a scheme offers by name."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | Decimal):
        return "number"
    if isinstance(value, str):
        return "text"
    return "list" if isinstance(value, list | tuple | frozenset | set) else "date"
