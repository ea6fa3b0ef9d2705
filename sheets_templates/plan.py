"""A book as values: everything a spreadsheet program must be told, before any program is chosen.

`builder.py` makes a `BookPlan` from a scheme; `xlsx.py` turns it into a workbook. Rows and columns are 1-based, as
people count them; formulas are written for the first data row and are to be applied relative to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

CellValue = str | int | float | Decimal | bool | date | None  # a str is a RawCell: text, or typed behind its mark

Tone = Literal["clerk", "system", "ours"]  # who fills a column: the clerk; the system first; the system alone
CheckKind = Literal["any", "list", "date", "decimal", "integer", "length", "custom"]
CheckStyle = Literal["stop", "warning", "information"]


Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class DropList:
    """A list of a drop-down on the hidden tab 字典, known by a defined name. `title` stands above the items."""

    name: str
    title: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NamedFormula:
    """A defined name that is not a list on 字典: the unit's own records' names."""

    name: str
    formula: str


@dataclass(frozen=True, slots=True)
class Check:
    """What a program checks while typing, and the hint it shows. kind "any" checks nothing and only hints.

    list, custom: `formula`. date, decimal, integer, length: `minimum` and `maximum`, "" = open at that end.
    """

    kind: CheckKind = "any"
    formula: str = ""
    minimum: str = ""
    maximum: str = ""
    style: CheckStyle = "stop"
    error_title: str = ""
    error: str = ""
    prompt_title: str = ""
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an entry tab. `name` is a field's name, or an answer column's when `tone` is "ours"."""

    name: str
    mark: str  # stands in the hidden mark row and moves with the column
    title: str  # header text with its unit, without the star
    required: bool
    group: str
    tone: Tone
    width: float
    align: Align
    number_format: str  # "General", "@", "yyyy-mm-dd" …
    wrap: bool
    hidden: bool
    check: Check
    level: int = 0  # outline: 1 folds away with its group, 2 is also left out when printing; 0 always shows
    tint: int = 0  # which of the header colours; neighbouring groups differ


@dataclass(frozen=True, slots=True)
class Paint:
    """A look of a conditional format; colours as "#RRGGBB", "" = unchanged."""

    fill: str = ""
    font: str = ""
    bold: bool = False
    strike: bool = False


@dataclass(frozen=True, slots=True)
class Highlight:
    """A conditional format. Several of the same area are in order of precedence; a met one ends the search."""

    area: str  # A1 range
    formula: str
    paint: Paint
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class SignCell:
    """A piece of the row between title and header: 填报单位（盖章）：…"""

    first: int
    last: int
    text: str
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class EntryTab:
    """One entry tab. Rows from `first_row` to `last_row` are prepared; checks and marks reach down to `reach`."""

    table: str
    title: str  # of the tab
    heading: str  # of the page
    columns: tuple[Column, ...]
    sign: tuple[SignCell, ...]
    banner: str
    mark_row: int
    group_row: int  # 0 = no groups
    header_row: int
    first_row: int
    last_row: int
    reach: int
    freeze_column: int  # last frozen column
    rows: tuple[tuple[CellValue, ...], ...]  # prefilled, one value per column
    highlights: tuple[Highlight, ...]
    paper: Literal["A3", "A4"]
    pages_wide: int  # 1, unless letters would become too small to read
    name_column: int  # repeated on every page when there are several
    heading_last: int  # heading, sign row and banner end with this column, on the first page
    footer: str
    note: str = ""
    zoom: int = 100

    @property
    def last_column(self) -> int:
        """Last column a person sees."""
        return max(index for index, column in enumerate(self.columns, 1) if not column.hidden)


GuideKind = Literal[
    "title", "subtitle", "section", "paragraph", "step", "legend", "link", "head", "row", "table", "gap"
]


@dataclass(frozen=True, slots=True)
class GuideLine:
    """A line of the guide tab. `cells` by kind: one text; legend: (sample, meaning); head, row: one per column.

    `target` is where a link or a table's line leads: 'tab'!A1; `paint` is the look of a legend's sample.
    """

    kind: GuideKind
    cells: tuple[str, ...] = ()
    target: str = ""
    paint: Paint = Paint()


@dataclass(frozen=True, slots=True)
class GuideTab:
    title: str
    widths: tuple[float, ...]
    lines: tuple[GuideLine, ...]


@dataclass(frozen=True, slots=True)
class TodoTab:
    """Our tab 待改清单. The service replaces its rows below `header_row` (in effect the whole sheet data)."""

    title: str
    heading: str
    notes: tuple[str, ...]
    header: tuple[str, ...]
    widths: tuple[float, ...]
    header_row: int
    highlights: tuple[Highlight, ...]


@dataclass(frozen=True, slots=True)
class BookPlan:
    """A whole book. `marks` are the rows of the hidden tab `_tianbao`; `template` is the document property."""

    scheme: str
    version: str
    unit: str
    role: str
    built: date
    title: str
    author: str
    template: str
    guide: GuideTab
    tabs: tuple[EntryTab, ...]
    todo: TodoTab
    lists: tuple[DropList, ...]
    names: tuple[NamedFormula, ...]
    marks: tuple[tuple[str, ...], ...] = field(default=())

    def tab(self, table: str) -> EntryTab:
        """The entry tab of a table. KeyError when the book has none."""
        for item in self.tabs:
            if item.table == table:
                return item
        raise KeyError(table)


class PlanError(ValueError):
    """A book that spreadsheet programs would not take; the text says which limit and where."""
