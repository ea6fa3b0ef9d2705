"""What a tab of the consolidated book is, as values: blocks of rows under titles, with totals and looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from validators.scheme.colours import Look


class Marked(NamedTuple):
    """A text with a look: a status word in its colour."""

    text: str
    look: Look


Cell = str | int | float | Decimal | date | Marked | None
Kind = Literal["text", "long", "centre", "int", "signed", "wan", "yi", "percent", "number", "date"]


@dataclass(frozen=True, slots=True)
class Col:
    """A column. `level` as in the books: 1 folds away with its group, 2 is seldom looked at."""

    title: str
    kind: Kind = "text"
    width: float = 12
    group: str = ""
    level: int = 0
    tint: int = 0


@dataclass(slots=True)
class Section:
    """A row across the table that opens a part of it: 一、投产（项目12个，总投资38.50亿元）"""

    text: str


Row = Sequence[Cell] | Section


@dataclass(slots=True)
class Chart:
    """A native chart over columns of a block. `series`: column positions; `labels`: position of the categories."""

    kind: Literal["column", "bar", "stacked"]
    title: str
    block: str
    labels: int
    series: tuple[int, ...]
    colours: tuple[str, ...] = ()
    percent: bool = False


@dataclass(slots=True)
class Block:
    """A table. `name` lets charts find it; `totals` is its last row; `note` stands above it."""

    columns: tuple[Col, ...]
    rows: list[Row]
    name: str = ""
    heading: str = ""
    note: str = ""
    totals: Sequence[Cell] | None = None
    empty: str = "没有"  # what is said where there are no rows


@dataclass(slots=True)
class Card:
    """A number to be seen from afar, and what it counts."""

    value: Cell
    kind: Kind
    label: str
    hint: str = ""
    look: Look | None = None


@dataclass(slots=True)
class Tab:
    """One tab. `filter`: its only block gets a filter and frozen heads, `frozen` columns stay in sight."""

    title: str
    heading: str
    blocks: list[Block]
    notes: tuple[str, ...] = ()
    filter: bool = False
    frozen: int = 0
    paper: Literal["A3", "A4"] = "A4"
    upright: bool = False
    cards: tuple[Card, ...] = ()
    charts: list[Chart] = field(default_factory=list)
    unit: str = ""  # 单位：万元
    sums: dict[int, str] = field(default_factory=dict)  # column → what is shown of filtered rows: "count" or "sum"


class Book(NamedTuple):
    """All tabs and what every one of them says of its data."""

    tabs: list[Tab]
    stamp: str


def grouped(block: Block) -> bool:
    """Whether titles of groups stand above the header."""
    return any(column.group for column in block.columns)


def widths(tab: Tab) -> list[float]:
    """Widths of the columns of the tab's first table."""
    return [column.width for column in tab.blocks[0].columns] if tab.blocks else []
