"""Books as Python rows: the same protocol without files, and a clerk who edits, sorts, copies and saves.

For tests and rehearsals of the whole pipeline. A book keeps its own promises: an answer is taken whole or not at
all, only for the fingerprint it was computed from, and never while somebody has the book open.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from sync.book import BookAnswer, BookRef, BookShape, CellText, Outcome, Snapshot, TableShape, TabSnapshot, TodoLine
from sync.errors import BookUnavailable
from sync.headers import column_findings, row_kind, takes_numbers
from validators import rawcell
from validators.headers import parse_header
from validators.rawcell import RawCell
from validators.rows import RawRow

HEADER_ROW = 1
TODO_TITLE = "待改清单"


@dataclass(slots=True)
class MemoryRow:
    """A row: the clerk's cells in the order of the table's fields, and what stands in our columns by answer name."""

    cells: list[RawCell]
    shown: dict[str, str] = field(default_factory=dict)

    def blank(self) -> bool:
        return not any(self.cells) and not any(self.shown.values())

    def copy(self) -> MemoryRow:
        return MemoryRow(list(self.cells), dict(self.shown))


@dataclass(slots=True)
class MemoryColumn:
    """A column as it stands: a field's or one of ours by `name`, "" for one that the clerk added."""

    name: str
    header: str
    ours: bool = False


class MemoryBook:
    """One unit's book. `tabs`: table → rows, each `{"cells": [...], "shown": {...}, "id": "..."}` or `MemoryRow`.

    The first row of a tab is number 2: the header stands above. `revision` grows with every save, ours or a person's.
    """

    def __init__(
        self,
        tabs: Mapping[str, Sequence[Mapping[str, Any] | MemoryRow]],
        *,
        scheme: str = "",
        version: str = "",
        unit: str = "",
        role: str = "unit",
        saved_at: float = 0.0,
    ) -> None:
        self.tabs: dict[str, list[MemoryRow]] = {table: [_row(row) for row in rows] for table, rows in tabs.items()}
        self.tables: dict[str, TableShape] = {}  # tab title → table, as last read
        self._columns: dict[str, list[MemoryColumn]] = {}  # only of tabs whose columns were touched
        self.scheme, self.version, self.unit, self.role = scheme, version, unit, role
        self.saved_at = saved_at
        self.todo: list[TodoLine] = []
        self.banner = ""
        self.revision = 1
        self.opened_by = ""

    def fingerprint(self) -> str:
        """Of the whole content, our own cells included; the banner and times take no part."""
        state = blake2b(digest_size=16)
        for table, rows in self.tabs.items():
            state.update(f"\x1d{table}".encode())
            for row in rows:
                texts = "\x1f".join(f"{name}\x1e{text}" for name, text in sorted(row.shown.items()) if text)
                state.update(("\x1d".join((*row.cells, texts)) + "\x1c").encode("utf-8", "surrogatepass"))
        state.update(repr(self._columns).encode("utf-8", "surrogatepass"))
        state.update(repr(self.todo).encode("utf-8", "surrogatepass"))
        return state.hexdigest()

    def touch(self) -> None:
        """Something was saved."""
        self.revision += 1

    # the clerk ----------------------------------------------------------------------------------------------------
    # Rows are counted from 0 here. Every act is saved at once; what our columns show moves with the row, unless
    # `ours=False`: then only the clerk's cells move, as when a range without our columns is sorted or copied.

    def clerk_edit(self, table: str, row: int, column: int, value: RawCell) -> None:
        """Type into one of the clerk's cells; rows beyond the last are made."""
        rows = self.tabs[table]
        while len(rows) <= row:
            rows.append(MemoryRow([""] * self._width(table, column)))
        cells = rows[row].cells
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = value
        self.touch()

    def clerk_insert(self, table: str, row: int, cells: Sequence[RawCell] = ()) -> None:
        """Insert a row above `row`."""
        values = list(cells) or [""] * self._width(table, 0)
        self.tabs[table].insert(row, MemoryRow(values))
        self.touch()

    def clerk_delete(self, table: str, row: int) -> None:
        del self.tabs[table][row]
        self.touch()

    def clerk_clear(self, table: str, row: int, *, ours: bool = False) -> None:
        """Blank the cells of a row; our columns too when `ours`."""
        found = self.tabs[table][row]
        found.cells = [""] * len(found.cells)
        if ours:
            found.shown = {}
        self.touch()

    def clerk_sort(self, table: str, column: int, *, reverse: bool = False, ours: bool = True) -> None:
        """Sort by one of the clerk's columns."""
        rows = self.tabs[table]
        order = sorted(rows, key=lambda row: row.cells[column] if column < len(row.cells) else "", reverse=reverse)
        self._reorder(table, order, ours)

    def clerk_arrange(self, table: str, order: Sequence[int], *, ours: bool = True) -> None:
        """Put the rows in any order: `order` names the present rows."""
        rows = self.tabs[table]
        self._reorder(table, [rows[index] for index in order], ours)

    def _reorder(self, table: str, order: list[MemoryRow], ours: bool) -> None:
        if not ours:
            shown = [row.shown for row in self.tabs[table]]
            order = [MemoryRow(row.cells, texts) for row, texts in zip(order, shown, strict=True)]
        self.tabs[table] = order
        self.touch()

    def clerk_copy(self, table: str, source: int, target: int, *, ours: bool = True, insert: bool = False) -> None:
        """Copy a row over another, or as a new row above it."""
        rows = self.tabs[table]
        copied = rows[source].copy()
        if not ours:
            copied.shown = {} if insert or target >= len(rows) else dict(rows[target].shown)
        if insert or target >= len(rows):
            rows.insert(target, copied)
        else:
            rows[target] = copied
        self.touch()

    def clerk_move(self, table: str, source: int, target: int) -> None:
        """Cut a row and put it in before `target`, counted after the cut."""
        rows = self.tabs[table]
        rows.insert(target, rows.pop(source))
        self.touch()

    def clerk_type_ours(self, table: str, row: int, name: str, text: str) -> None:
        """Type over, or clear, one of our cells."""
        self.tabs[table][row].shown[name] = text
        self.touch()

    def columns(self, table: TableShape) -> list[MemoryColumn]:
        """The columns of a tab from left to right; as made: ours first, then the fields."""
        made = [MemoryColumn(name, title, True) for name, title in table.answers]
        made += [MemoryColumn(column.name, column.titles[0]) for column in table.columns]
        return self._columns.get(table.name, made)

    def clerk_insert_column(self, table: TableShape, before: str, header: str) -> None:
        """A column of the clerk's own, left of a field."""
        columns = self._touched(table)
        columns.insert(_index(columns, before), MemoryColumn("", header))

    def clerk_move_column(self, table: TableShape, name: str, before: str) -> None:
        """Cut a field's column and put it in left of another."""
        columns = self._touched(table)
        moved = columns.pop(_index(columns, name))
        columns.insert(_index(columns, before), moved)

    def clerk_rename_column(self, table: TableShape, name: str, header: str) -> None:
        columns = self._touched(table)
        columns[_index(columns, name)].header = header

    def clerk_delete_column(self, table: TableShape, name: str) -> None:
        """Delete a field's column with all that stood in it."""
        columns = self._touched(table)
        del columns[_index(columns, name)]
        at = [column.name for column in table.columns].index(name)
        for row in self.tabs[table.name]:
            if at < len(row.cells):
                row.cells[at] = ""

    def _touched(self, table: TableShape) -> list[MemoryColumn]:
        self.touch()
        return self._columns.setdefault(table.name, self.columns(table))

    def clerk_open(self, who: str) -> None:
        """From here on a person has the book open; answers wait."""
        self.opened_by = who

    def clerk_close(self) -> None:
        self.opened_by = ""

    def _width(self, table: str, column: int) -> int:
        rows = self.tabs[table]
        return max([column + 1, *(len(row.cells) for row in rows[:1])])


def _row(row: Mapping[str, Any] | MemoryRow) -> MemoryRow:
    if isinstance(row, MemoryRow):
        return row
    shown = dict(row.get("shown", {}))
    if row.get("id"):
        shown["id"] = row["id"]
    return MemoryRow(list(row["cells"]), shown)


class MemoryBackend:
    """Books by key. `step` is told the name of every step of an answer; tests act between them."""

    by_place = True

    def __init__(
        self, books: Mapping[str, MemoryBook] | None = None, *, step: Callable[[str], None] = lambda name: None
    ) -> None:
        self.books: dict[str, MemoryBook] = dict(books or {})
        self._step = step
        self._lock = threading.RLock()
        self.reads = self.writes = 0

    def list(self) -> list[BookRef]:
        """All books by key; their contents are not looked at."""
        return [BookRef(key, key, str(book.revision), book.saved_at) for key, book in sorted(self.books.items())]

    def read(self, ref: BookRef, shape: BookShape) -> Snapshot:
        """Read one book whole. `BookUnavailable` when it is gone."""
        with self._lock:
            book = self._book(ref)
            self.reads += 1
            book.tables = {table.title: table for table in shape.tables}
            snapshot = Snapshot(
                ref.key, str(book.revision), book.fingerprint(), book.scheme, book.version, book.unit, role=book.role
            )
            snapshot.tabs = [_snapshot(table, book) for table in shape.tables if table.name in book.tabs]
            snapshot.file_time = book.saved_at
            snapshot.own_tabs = {"todo": TODO_TITLE}
            return snapshot

    def busy(self, ref: BookRef) -> str:
        """Who has the book open."""
        book = self.books.get(ref.key)
        return f"{book.opened_by} 正在打开" if book and book.opened_by else ""

    def answer(self, ref: BookRef, answer: BookAnswer) -> Outcome:
        """Bring our texts into the book if it still is `answer.fingerprint`. All or nothing."""
        book = self._book(ref)
        if reason := self.busy(ref):
            return Outcome("postponed", f"待回写：{reason}")
        self._step("compare")
        with self._lock:
            if book.fingerprint() != answer.fingerprint:
                return Outcome("changed", "表已被改动")
            different = [cell for cell in answer.cells if cell.text != _standing(book.tables[cell.tab], book, cell)]
            if not different and book.todo == answer.todo:
                return Outcome("nothing", token=str(book.revision), fingerprint=answer.fingerprint)
        self._step("commit")
        with self._lock:
            if reason := self.busy(ref):
                return Outcome("postponed", f"待回写：{reason}")
            if book.fingerprint() != answer.fingerprint:
                return Outcome("changed", "写回的同时表被保存，已保留对方的版本")
            self._write(book, answer, different)
            written = Outcome("done", "", str(book.revision), book.fingerprint(), len(different))
        self._step("done")
        return written

    def _book(self, ref: BookRef) -> MemoryBook:
        try:
            return self.books[ref.key]
        except KeyError:
            raise BookUnavailable(f"{ref.name} 已不在") from None

    def _write(self, book: MemoryBook, answer: BookAnswer, cells: Sequence[CellText]) -> None:
        for cell in cells:
            _put(book.tables[cell.tab], book, cell)
        book.todo, book.banner = [*answer.todo], answer.banner
        book.touch()
        self.writes += 1


def _index(columns: Sequence[MemoryColumn], name: str) -> int:
    return next(at for at, column in enumerate(columns) if column.name == name and not column.ours)


def _field(table: TableShape, name: str) -> int:
    return next(at for at, column in enumerate(table.columns) if column.name == name)


def _standing(table: TableShape, book: MemoryBook, cell: CellText) -> str:
    rows, index = book.tabs[table.name], cell.row - HEADER_ROW - 1
    if index >= len(rows):
        return ""
    column = book.columns(table)[cell.column - 1]
    if column.ours:
        return rows[index].shown.get(column.name, "")
    at, cells = _field(table, column.name), rows[index].cells
    return rawcell.show(cells[at]) if at < len(cells) else ""


def _put(table: TableShape, book: MemoryBook, cell: CellText) -> None:
    rows, index = book.tabs[table.name], cell.row - HEADER_ROW - 1
    while len(rows) <= index:
        rows.append(MemoryRow([""] * len(table.columns)))
    column = book.columns(table)[cell.column - 1]
    if column.ours:
        rows[index].shown[column.name] = cell.text
        return
    at, cells = _field(table, column.name), rows[index].cells
    cells.extend([""] * (at + 1 - len(cells)))
    if not cells[at]:  # a clerk's cell is opened where it is blank, never replaced (law L1)
        cells[at] = rawcell.number(cell.text) if cell.number and cell.text else cell.text


def _snapshot(table: TableShape, book: MemoryBook) -> TabSnapshot:
    tab = TabSnapshot(table.title, table.name, HEADER_ROW, banner=book.banner)
    columns = list(enumerate(book.columns(table), 1))
    tab.answer_columns = {column.name: at for at, column in columns if column.ours}
    tab.columns = {column.name: at for at, column in columns if column.name and not column.ours}
    tab.headers = {column.name: column.header for _, column in columns if column.name and not column.ours}
    tab.units = {name: unit for name, header in tab.headers.items() if (unit := parse_header(header).unit)}
    titles = [column.titles[0] for column in table.columns]
    for number, row in enumerate(book.tabs[table.name], HEADER_ROW + 1):
        if row.blank():
            continue
        cells = tuple(row.cells[: len(titles)]) + ("",) * (len(titles) - len(row.cells))
        shown = {name: text for name, text in row.shown.items() if text}
        raw = RawRow(table.title, number, cells, shown.get("id", "").strip(), shown)
        filled = [at for at, cell in enumerate(cells) if cell]
        above = [titles[at] for at in filled]
        numbers = takes_numbers(table.columns[0], titles[0])
        texts = [rawcell.show(cells[at]) for at in filled]
        kind = row_kind(texts, above, filled[0] == 0, numbers and filled[0] == 0) if filled else "blank"
        if kind in ("data", "blank", "maybe"):
            if kind != "blank" or shown:
                tab.rows.append(raw)
        elif kind in ("total", "subtotal", "section") or shown:
            tab.totals.append(raw)
    tab.findings = column_findings(table.title, table, tab.columns, tab.headers, True, {})
    return tab
