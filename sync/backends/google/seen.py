"""What is remembered of a spreadsheet between its reading and its answer: keys by row, places of our columns and tabs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sync.backends.google.grid import FENCE_MARK, Tab, quoted
from sync.backends.google.guards import unfloored
from validators.sheet_formulas import KEY, letters


@dataclass(frozen=True, slots=True)
class Repair:
    """One of our columns to be laid down anew: its formula in the header row, nothing below. `number`: id of the mark
    that it carries as metadata, 0 = it carries none.

    The formula is gone or looks at the wrong columns, or something stands where its answers should spill.
    """

    title: str  # of the tab
    sheet: int
    column: int
    number: int
    row: int
    formula: str
    below: int  # rows of the sheet below the header


@dataclass(frozen=True, slots=True)
class Lost:
    """Columns of ours that are gone from an entry tab. `answers`: (name, title); `key`: the key column, 0 = gone too;
    `blank`: those of them for which there is a column that bears their mark and holds nothing: name → (column, id of the
    mark). Earlier versions left such columns when they were interrupted."""

    title: str
    sheet: int
    table: str
    mark_row: int
    header_row: int
    row_count: int
    column_count: int
    answers: tuple[tuple[str, str], ...]
    key: int
    fields: tuple[int, ...]  # columns that the key joins
    blank: Mapping[str, tuple[int, int]]


@dataclass(slots=True)
class SeenTab:
    """An entry tab as it was read: where our columns are, the key of each row, what our columns show."""

    title: str
    sheet: int
    table: str
    header_row: int
    mark_row: int
    columns: dict[str, int]
    answers: dict[str, int]
    keys: dict[int, str] = field(default_factory=dict)  # every row with a key, whether a record or not
    records: set[int] = field(default_factory=set)
    shown: dict[int, dict[str, str]] = field(default_factory=dict)

    heads: dict[int, str] = field(default_factory=dict)  # what stands at the head of our columns
    guards: dict[int, int] = field(default_factory=dict)  # column that carries its mark as metadata → id of that
    strays: list[int] = field(default_factory=list)  # ids of such marks on other columns
    marks: list[tuple[int, int, str, str]] = field(default_factory=list)  # (column, id, key, value), all there are
    row_marks: list[tuple[int, int, str, str]] = field(default_factory=list)  # the same of rows
    column_count: int = 0
    row_count: int = 0
    anchor: int = 0  # id of the mark that the header row carries as metadata, 0 = it carries none

    def mark(self, column: int) -> str:
        """What a field's column is called in its metadata, as in the hidden row of marks."""
        name = next(name for name, at in self.columns.items() if at == column)
        return f"tb:{self.table}.{name}"

    @property
    def unfenced(self) -> list[int]:
        """Columns right of all of ours that bear no mark. Was the last of ours deleted, one of them stands in its place."""
        ours = {at for at, _, key, _ in self.marks if key != FENCE_MARK}
        last = max({*ours, *self.columns.values(), *self.answers.values()}, default=0)
        marked = {at for at, _, _, _ in self.marks}
        return [at for at in range(last + 1, self.column_count + 1) if at not in marked]

    @property
    def unfloored(self) -> list[int]:
        """Rows below the header that still need a mark, so that the header cannot go unnoticed."""
        return unfloored(self.row_marks, self.header_row, self.row_count)

    @property
    def header_mark(self) -> str:
        """What the header row is called in its metadata."""
        return f"tb:{self.table}"

    @property
    def looks(self) -> list[str]:
        """What tells after a write whether anybody worked meanwhile: the keys, and the heads of our columns."""
        column, row = letters(self.answers[KEY]), self.header_row
        return [quoted(self.title, f"{column}{row}:{column}"), quoted(self.title, f"{row}:{row}")]


@dataclass(slots=True)
class Seen:
    """What a backend remembers of its last read of a book."""

    fingerprint: str
    tabs: list[SeenTab] = field(default_factory=list)
    generation: int = 0  # how many answers this book has had, by its own account
    status: Tab | None = None  # the tab of answers; its cells are not kept
    todo: Tab | None = None
    todo_header: int = 0
    repairs: list[Repair] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    ours: bool = False  # made from our template, for the scheme that is asked about
    key_lost: bool = False  # some keys do not stand for what was read: nothing may be answered before the repair
    titles: list[str] = field(default_factory=list)  # tabs worth reading the next time
    locale: str = ""
    zone: str = ""

    def tab(self, title: str) -> SeenTab | None:
        return next((tab for tab in self.tabs if tab.title == title), None)
