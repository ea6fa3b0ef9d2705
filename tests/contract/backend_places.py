"""Places where books live, each with a clerk who acts on them, so that one suite can ask every backend the same.

A place names a table's rows by their position below the header (0 is the first) and columns by field name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sync.backends.base import Backend
from sync.backends.folder.backend import FolderBackend
from sync.backends.folder.styles import format_class
from sync.backends.memory import MemoryBackend, MemoryBook, MemoryRow
from sync.book import BookAnswer, BookRef, BookShape, CellText, Outcome, Snapshot, TableShape, TodoLine
from sync.clock import FixedClock
from tests import books
from tests.paper import Paper, Value
from validators import rawcell

NOW = 4_000_000_000.0  # long after any file was written: all is quiet
TABLE = "problem"
FIELDS = {column.name: index for index, column in enumerate(books.shape().tables[-1].columns)}


class Clerk(ABC):
    """What a person does to a book between opening and saving it. `table` is always 问题清单."""

    @abstractmethod
    def type(self, row: int, field: str, value: Value) -> None: ...
    @abstractmethod
    def format(self, row: int, field: str, kind: str, code: str) -> None: ...
    @abstractmethod
    def type_ours(self, row: int, answer: str, text: str) -> None: ...
    @abstractmethod
    def insert(self, row: int, content: str = "") -> None: ...
    @abstractmethod
    def delete(self, row: int) -> None: ...
    @abstractmethod
    def arrange(self, order: Sequence[int], *, ours: bool = True) -> None: ...
    @abstractmethod
    def copy(self, source: int, target: int) -> None: ...
    @abstractmethod
    def insert_column(self, before: str, header: str) -> None: ...
    @abstractmethod
    def move_column(self, field: str, before: str) -> None: ...
    @abstractmethod
    def rename_column(self, field: str, header: str) -> None: ...
    @abstractmethod
    def delete_column(self, field: str) -> None: ...
    @abstractmethod
    def hide(self, row: int) -> None: ...


class Place(ABC):
    """A backend and the hands of people around it."""

    backend: Backend
    opens = True  # whether a person who has a book open keeps others out
    by_content = False  # whether answers are looked up by a row's content instead of standing in its cells
    steps: tuple[str, ...]  # of an answer, up to the instant it becomes visible
    on_step: Callable[[str], None]

    def __init__(self) -> None:
        self.shape: BookShape = books.shape()
        self.on_step = lambda name: None

    def _told(self, name: str) -> None:
        self.on_step(name)

    @property
    def table(self) -> TableShape:
        return next(table for table in self.shape.tables if table.name == TABLE)

    @abstractmethod
    def make(self, key: str, *contents: str) -> BookRef:
        """A book of 安成镇 with one problem for each content."""

    @abstractmethod
    def clerk(self, key: str) -> Any:
        """A context: a clerk who has the book in hand; at its end it is saved."""

    @abstractmethod
    def open(self, key: str, who: str) -> None: ...
    @abstractmethod
    def close(self, key: str) -> None: ...
    @abstractmethod
    def remove(self, key: str) -> None: ...
    @abstractmethod
    def clutter(self) -> None:
        """What programs leave lying about where books live."""

    @abstractmethod
    def rows(self, key: str) -> list[dict[str, str]]:
        """Every row that shows anything, top to bottom: field → text, @answer → text. Not by way of the backend."""

    @abstractmethod
    def foreign(self, key: str) -> Any:
        """Everything in the book that is not ours, to be compared."""

    @abstractmethod
    def saved(self, key: str) -> Any:
        """Changes with every save, ours or a person's."""

    @abstractmethod
    def todo(self, key: str) -> list[str]:
        """What our tab 待改清单 wants, line by line."""

    @abstractmethod
    def banner(self, key: str) -> str: ...

    def ref(self, key: str) -> BookRef:
        return next(ref for ref in self.backend.list() if ref.key == key)

    def read(self, key: str) -> Snapshot:
        return self.backend.read(self.ref(key), self.shape)

    def answer(self, key: str, answer: BookAnswer) -> Outcome:
        return self.backend.answer(self.ref(key), answer)


def verdict(content: str) -> str:
    """A text that says which content it was computed from."""
    return f"✓ 通过：{content}"


def answer_of(
    snapshot: Snapshot, banner: str = "上次同步：2025-06-30 02:00；没有要改的", todo: bool = True
) -> BookAnswer:
    """An answer for every row, each text naming the row's content."""
    tab = snapshot.tab(TABLE)
    assert tab is not None
    answer = BookAnswer(snapshot.fingerprint, banner=banner)
    for number, row in enumerate(tab.rows, 1):
        content = row.cells[FIELDS["content"]]
        texts = {"check": verdict(content), "id": f"P{number:04d}", "remaining": str(number)} if any(row.cells) else {}
        for name, column in tab.answer_columns.items():
            text = texts.get(name, "")
            answer.cells.append(
                CellText(tab.title, row.row, column, text, row.digest(), number=name == "remaining" and bool(text))
            )
        if todo and any(row.cells):
            where = f"{tab.title}!G{row.row}"
            answer.todo.append(TodoLine(where, content, "整改措施", "必改", "", f"请填写整改措施：{content}"))
    return answer


# a folder ---------------------------------------------------------------------------------------------------------


class FolderPlace(Place):
    steps = ("temp", "look", "exchange")

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.root = root / "books"
        self.root.mkdir()
        self.clock = FixedClock(at=NOW)
        self.backend = FolderBackend(
            self.root,
            backups=root / "backups",
            clock=self.clock.now,
            sleep=self.clock.sleep,
            step=self._told,
        )

    def make(self, key: str, *contents: str) -> BookRef:
        (self.root / key).write_bytes(books.book(books.problems(*contents)))
        return self.ref(key)

    @contextmanager
    def clerk(self, key: str) -> Iterator[PaperClerk]:
        paper = Paper.of(self.root / key)
        yield PaperClerk(paper)
        paper.saved(self.root / key)

    def open(self, key: str, who: str) -> None:
        (self.root / f".~lock.{key}#").write_text(f",{who},vm,22.11.2026 03:31,file:///tmp;", encoding="utf-8")

    def close(self, key: str) -> None:
        (self.root / f".~lock.{key}#").unlink()

    def remove(self, key: str) -> None:
        (self.root / key).unlink()

    def clutter(self) -> None:
        for name in (
            "~$甲.xlsx",
            ".~lock.甲.xlsx#",
            "lu1234abcd.tmp",
            "A1B2C3D4",
            "~WRL0001.tmp",
            "读我.txt",
            "反馈_甲.xlsx",
            ".~tb.x.tmp",
        ):
            (self.root / name).write_bytes(b"x")
        (self.root / "子目录.xlsx").mkdir()

    def rows(self, key: str) -> list[dict[str, str]]:
        return PaperClerk(Paper.of(self.root / key)).rows()

    def foreign(self, key: str) -> Any:
        paper = Paper.of(self.root / key)
        ours = PaperClerk(paper)
        tabs = {title: paper.tab(title).grid() for title in paper.titles if title not in ("问题清单", "待改清单")}
        clerk = {place: text for place, text in ours.tab.grid().items() if not ours.is_ours(*place)}
        rest = {name: part for name, part in paper.parts.items() if not name.startswith("xl/worksheets/")}
        return tabs, clerk, rest

    def saved(self, key: str) -> Any:
        return (self.root / key).read_bytes(), (self.root / key).stat().st_mtime_ns

    def todo(self, key: str) -> list[str]:
        tab = Paper.of(self.root / key).tab("待改清单")
        return [tab.text(row, 7) or tab.text(row, 2) for row in range(5, tab.last_row() + 1)]

    def banner(self, key: str) -> str:
        return PaperClerk(Paper.of(self.root / key)).tab.text(3, 1)


class PaperClerk(Clerk):
    """A clerk before 问题清单 of an opened workbook."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.tab = paper.tab("问题清单")
        self.mark_row = next(row for (row, _), text in self.tab.grid().items() if text.startswith("tb:"))
        self.first = self.mark_row + 2

    def _columns(self) -> dict[str, int]:
        return {text.partition(".")[2]: column for column, text in self.tab.row_texts(self.mark_row).items()}

    def is_ours(self, row: int, column: int) -> bool:
        ours = {at for name, at in self._columns().items() if name.startswith("@")}
        return (row == 3 and column == 1) or (row >= self.first and column in ours)

    def rows(self) -> list[dict[str, str]]:
        names = {column: name for name, column in self._columns().items()}
        found = []
        for row in range(self.first, self.tab.last_row() + 1):
            texts = {names[column]: text for column, text in self.tab.row_texts(row).items() if column in names}
            if texts:
                found.append(texts)
        return found

    def type(self, row: int, field: str, value: Value) -> None:
        self.tab.type(self.first + row, self._columns()[field], value)

    def format(self, row: int, field: str, kind: str, code: str) -> None:
        self.tab.format(self.first + row, self._columns()[field], code)

    def type_ours(self, row: int, answer: str, text: str) -> None:
        self.type(row, f"@{answer}", text)

    def insert(self, row: int, content: str = "") -> None:
        columns = self._columns()
        values = books.problem(content) if content else {}
        self.tab.insert_row(self.first + row, {columns[name]: text for name, text in values.items()})

    def delete(self, row: int) -> None:
        self.tab.delete_row(self.first + row)

    def arrange(self, order: Sequence[int], *, ours: bool = True) -> None:
        columns = None if ours else [at for name, at in self._columns().items() if not name.startswith("@")]
        self.tab.arrange(self.first, [self.first + row for row in order], columns)

    def copy(self, source: int, target: int) -> None:
        self.tab.copy_row(self.first + source, self.first + target)

    def insert_column(self, before: str, header: str) -> None:
        at = self._columns()[before]
        self.tab.insert_column(at)
        self.tab.type(self.first - 1, at, header)

    def move_column(self, field: str, before: str) -> None:
        columns = self._columns()
        self.tab.move_column(columns[field], columns[before])

    def rename_column(self, field: str, header: str) -> None:
        self.tab.type(self.first - 1, self._columns()[field], header)

    def delete_column(self, field: str) -> None:
        self.tab.delete_column(self._columns()[field])

    def hide(self, row: int) -> None:
        self.tab.hide_row(self.first + row)


# memory -----------------------------------------------------------------------------------------------------------


class MemoryPlace(Place):
    steps = ("compare", "commit")

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.backend: MemoryBackend = MemoryBackend(step=self._told)

    def make(self, key: str, *contents: str) -> BookRef:
        rows = [MemoryRow(_cells(books.problem(content))) for content in contents]
        self.backend.books[key] = MemoryBook(
            {TABLE: rows, "project": [], "monthly_progress": []},
            scheme=self.shape.scheme,
            version=self.shape.version,
            unit=books.UNIT,
            saved_at=1.0,
        )
        return self.ref(key)

    @contextmanager
    def clerk(self, key: str) -> Iterator[MemoryClerk]:
        yield MemoryClerk(self.backend.books[key], self.table)

    def open(self, key: str, who: str) -> None:
        self.backend.books[key].clerk_open(who)

    def close(self, key: str) -> None:
        self.backend.books[key].clerk_close()

    def remove(self, key: str) -> None:
        del self.backend.books[key]

    def clutter(self) -> None:
        """Nothing lies about in memory."""

    def rows(self, key: str) -> list[dict[str, str]]:
        names = list(FIELDS)
        return [
            {n: rawcell.show(c) for n, c in zip(names, row.cells, strict=False) if c}
            | {f"@{name}": text for name, text in row.shown.items() if text}
            for row in self.backend.books[key].tabs[TABLE]
            if not row.blank()
        ]

    def foreign(self, key: str) -> Any:
        book = self.backend.books[key]
        cells = {table: [row.cells for row in rows if any(row.cells)] for table, rows in book.tabs.items()}
        return repr(cells), repr(book.columns(self.table))

    def saved(self, key: str) -> Any:
        return self.backend.books[key].revision

    def todo(self, key: str) -> list[str]:
        return [line.wanted for line in self.backend.books[key].todo] or ["✓ 目前没有要改的地方"]

    def banner(self, key: str) -> str:
        return self.backend.books[key].banner


class MemoryClerk(Clerk):
    def __init__(self, book: MemoryBook, table: TableShape) -> None:
        self.book, self.table = book, table

    def type(self, row: int, field: str, value: Value) -> None:
        raw = rawcell.number(repr(value)) if isinstance(value, int | float) else value or ""
        self.book.clerk_edit(TABLE, row, FIELDS[field], raw)

    def format(self, row: int, field: str, kind: str, code: str) -> None:
        digits = rawcell.decode(self.book.tabs[TABLE][row].cells[FIELDS[field]]).text
        self.book.clerk_edit(TABLE, row, FIELDS[field], rawcell.number(digits, format_class(code)))

    def type_ours(self, row: int, answer: str, text: str) -> None:
        self.book.clerk_type_ours(TABLE, row, answer, text)

    def insert(self, row: int, content: str = "") -> None:
        self.book.clerk_insert(TABLE, row, _cells(books.problem(content)) if content else ())

    def delete(self, row: int) -> None:
        self.book.clerk_delete(TABLE, row)

    def arrange(self, order: Sequence[int], *, ours: bool = True) -> None:
        self.book.clerk_arrange(TABLE, order, ours=ours)

    def copy(self, source: int, target: int) -> None:
        self.book.clerk_copy(TABLE, source, target)

    def insert_column(self, before: str, header: str) -> None:
        self.book.clerk_insert_column(self.table, before, header)

    def move_column(self, field: str, before: str) -> None:
        self.book.clerk_move_column(self.table, field, before)

    def rename_column(self, field: str, header: str) -> None:
        self.book.clerk_rename_column(self.table, field, header)

    def delete_column(self, field: str) -> None:
        self.book.clerk_delete_column(self.table, field)

    def hide(self, row: int) -> None:
        """A hidden row is a row: there is nothing to remember."""


def _cells(values: Mapping[str, str]) -> list[str]:
    return [values.get(name, "") for name in FIELDS]


PLACES: dict[str, type[Place]] = {"folder": FolderPlace, "memory": MemoryPlace}
