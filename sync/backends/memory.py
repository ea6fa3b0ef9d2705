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
from validators import rawcell
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

    def __init__(
        self, books: Mapping[str, MemoryBook] | None = None, *, step: Callable[[str], None] = lambda name: None
    ) -> None:
        self.books: dict[str, MemoryBook] = dict(books or {})
        self._step = step
        self._tables: dict[str, dict[str, TableShape]] = {}  # key → tab title → table, as last read
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
            self._tables[ref.key] = {table.title: table for table in shape.tables}
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
            different = self._differences(ref, book, answer.cells)
            if not different and book.todo == answer.todo:
                return Outcome("nothing", token=str(book.revision), fingerprint=answer.fingerprint)
        self._step("commit")
        with self._lock:
            if reason := self.busy(ref):
                return Outcome("postponed", f"待回写：{reason}")
            if book.fingerprint() != answer.fingerprint:
                return Outcome("changed", "写回的同时表被保存，已保留对方的版本")
            self._write(ref, book, answer, different)
            written = Outcome("done", "", str(book.revision), book.fingerprint(), len(different))
        self._step("done")
        return written

    def _book(self, ref: BookRef) -> MemoryBook:
        try:
            return self.books[ref.key]
        except KeyError:
            raise BookUnavailable(f"{ref.name} 已不在") from None

    def _differences(self, ref: BookRef, book: MemoryBook, cells: Sequence[CellText]) -> Sequence[CellText]:
        tables = self._tables.get(ref.key, {})
        return [cell for cell in cells if cell.text != _standing(tables[cell.tab], book, cell)]

    def _write(self, ref: BookRef, book: MemoryBook, answer: BookAnswer, cells: Sequence[CellText]) -> None:
        for cell in cells:
            _put(self._tables[ref.key][cell.tab], book, cell)
        book.todo, book.banner = [*answer.todo], answer.banner
        book.touch()
        self.writes += 1


def _place(table: TableShape, column: int) -> tuple[str, int]:
    """Answer name, or "" and the index of the clerk's field. Our columns come first, as in a tab."""
    ours = len(table.answers)
    return (table.answers[column - 1][0], 0) if column <= ours else ("", column - ours - 1)


def _standing(table: TableShape, book: MemoryBook, cell: CellText) -> str:
    rows, index = book.tabs[table.name], cell.row - HEADER_ROW - 1
    if index >= len(rows):
        return ""
    name, column = _place(table, cell.column)
    if name:
        return rows[index].shown.get(name, "")
    return rawcell.show(rows[index].cells[column]) if column < len(rows[index].cells) else ""


def _put(table: TableShape, book: MemoryBook, cell: CellText) -> None:
    rows, index = book.tabs[table.name], cell.row - HEADER_ROW - 1
    while len(rows) <= index:
        rows.append(MemoryRow([""] * len(table.columns)))
    name, column = _place(table, cell.column)
    if name:
        rows[index].shown[name] = cell.text
        return
    cells = rows[index].cells
    cells.extend([""] * (column + 1 - len(cells)))
    cells[column] = rawcell.number(cell.text) if cell.number and cell.text else cell.text


def _snapshot(table: TableShape, book: MemoryBook) -> TabSnapshot:
    ours, width = len(table.answers), len(table.columns)
    tab = TabSnapshot(table.title, table.name, HEADER_ROW, banner=book.banner)
    tab.answer_columns = {name: index for index, (name, _) in enumerate(table.answers, 1)}
    tab.columns = {column.name: ours + index for index, column in enumerate(table.columns, 1)}
    tab.headers = {column.name: column.titles[0] for column in table.columns}
    for number, row in enumerate(book.tabs[table.name], HEADER_ROW + 1):
        if not row.blank():
            cells = tuple(row.cells[:width]) + ("",) * (width - len(row.cells))
            shown = {name: text for name, text in row.shown.items() if text}
            tab.rows.append(RawRow(table.title, number, cells, shown.get("id", "").strip(), shown))
    return tab
