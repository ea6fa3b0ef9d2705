"""Spreadsheets of a service on this machine as one of the places: real gspread over HTTP, a clerk with real requests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from sheets_templates.gsheet import book_requests
from sync.backends.google.backend import GoogleBackend
from sync.backends.google.credentials import account_of
from sync.backends.google.emulator import Emulator, World
from sync.backends.google.emulator.a1 import Box
from sync.backends.google.emulator.batch import Batch
from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.cells import Err, Json
from sync.backends.google.emulator.clock import EmulatorClock
from sync.backends.google.emulator.files import FOLDER, SPREADSHEET
from sync.backends.google.emulator.functions import general
from sync.backends.google.emulator.requests_cells import arrange
from sync.backends.google.emulator.sheet import Sheet
from sync.backends.google.transport import Transport
from sync.book import BookRef
from tests import books
from tests.contract.backend_places import NOW, Clerk, Place
from tests.paper import Value

OWNER = "owner@example.cn"
ENTRY, TODO, STATUS = "问题清单", "待改清单", "_status"


@lru_cache(maxsize=1)
def server() -> Emulator:
    """One server for all places; each has a world of its own."""
    return Emulator().start()


class GooglePlace(Place):
    steps = ("plan", "write")
    opens = False
    by_content = True

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.clock = EmulatorClock(NOW)
        self.world: World = server().renew(World(self.clock))
        key = server().service_account()
        self.service = str(key["client_email"])
        self.folder = server().folder("填报", OWNER, self.service)
        transport = Transport(
            [account_of(key, "key.json")], clock=self.clock.now, sleep=self.clock.sleep, endpoint=server().url
        )
        self.backend: GoogleBackend = GoogleBackend(
            transport, clock=self.clock.now, folder=self.folder, step=self._told
        )

    def make(self, key: str, *contents: str) -> BookRef:
        self.world.create_file(key, SPREADSHEET, OWNER, [self.folder], file_id=key)
        plan = books.plan(books.problems(*contents))
        self.world.act(key, OWNER, *book_requests(plan, [self.service], [(0, "Sheet1")], [0]))
        self.clock.advance(1)
        return self.ref(key)

    @contextmanager
    def clerk(self, key: str) -> Iterator[GoogleClerk]:
        self.clock.advance(1)
        yield GoogleClerk(self.world, key)

    def open(self, key: str, who: str) -> None:
        """Everybody may have it open; nobody is kept out."""

    def close(self, key: str) -> None:
        """Nothing to close."""

    def remove(self, key: str) -> None:
        del self.world.files[key], self.world.books[key]

    def clutter(self) -> None:
        self.world.create_file("子文件夹", FOLDER, OWNER, [self.folder])
        self.backend.set_aside(self.world.create_file("汇总", SPREADSHEET, OWNER, [self.folder]).id)
        self.world.create_file("说明", "text/plain", OWNER, [self.folder])
        self.world.create_file("不在文件夹里", SPREADSHEET, OWNER)
        self.world.create_file("扔掉的", SPREADSHEET, OWNER, [self.folder]).trashed = True

    def rows(self, key: str) -> list[dict[str, str]]:
        return GoogleClerk(self.world, key).rows()

    def foreign(self, key: str) -> Any:
        """All that was entered anywhere but in the two tabs of ours."""
        return [
            (sheet.title, sheet.row_count, sheet.column_count, [dict(row) for row in sheet.rows])
            for sheet in self.world.books[key].sheets
            if sheet.title not in (TODO, STATUS)
        ]

    def saved(self, key: str) -> Any:
        return [(edit.version, edit.at) for edit in self.world.files[key].edits]

    def todo(self, key: str) -> list[str]:
        book = self.world.books[key]
        sheet = _sheet(book, TODO)
        lines = [(_text(book, sheet, row, 6), _text(book, sheet, row, 1)) for row in range(4, sheet.row_count)]
        return [wanted or place for wanted, place in lines if wanted or place]

    def banner(self, key: str) -> str:
        book = self.world.books[key]
        return _text(book, _sheet(book, ENTRY), 2, 0)


def _sheet(book: Book, title: str) -> Sheet:
    found = book.titled(title)
    assert found is not None
    return found


def _text(book: Book, sheet: Sheet, row: int, column: int) -> str:
    """What a cell shows, as plain text."""
    value = book.reader.value(sheet.id, row, column)
    if value is None:
        return ""
    if isinstance(value, Err):
        return value.shown
    return general(value) if isinstance(value, float) else str(value)


class GoogleClerk(Clerk):
    """A person who works in the browser: every act takes effect at once."""

    def __init__(self, world: World, key: str, who: str = OWNER) -> None:
        self.world, self.key, self.who = world, key, who

    @property
    def book(self) -> Book:
        return self.world.books[self.key]

    @property
    def sheet(self) -> Sheet:
        return _sheet(self.book, ENTRY)

    @property
    def first(self) -> int:
        """The first data row, counted from 0."""
        rows = enumerate(self.sheet.rows)
        mark = next(at for at, row in rows if any(str(cell.entered).startswith("tb:") for cell in row.values()))
        return mark + 2

    def columns(self) -> dict[str, int]:
        marks = self.sheet.rows[self.first - 2]
        return {str(cell.entered).partition(".")[2]: column for column, cell in sorted(marks.items()) if cell.entered}

    def rows(self) -> list[dict[str, str]]:
        book, sheet = self.book, self.sheet
        names = {column: name for name, column in self.columns().items() if name != "@echo"}
        found = []
        for row in range(self.first, len(sheet.rows)):
            texts = {name: text for column, name in names.items() if (text := _text(book, sheet, row, column))}
            if texts:
                found.append(texts)
        return found

    def act(self, *requests: Json) -> None:
        self.world.act(self.key, self.who, *requests)

    def put(self, row: int, column: int, *values: Value) -> None:
        cells = [{"values": [_cell(value)]} for value in values]
        start = {"sheetId": self.sheet.id, "rowIndex": row, "columnIndex": column}
        self.act({"updateCells": {"start": start, "rows": cells, "fields": "userEnteredValue"}})

    def type(self, row: int, field: str, value: Value) -> None:
        self.put(self.first + row, self.columns()[field], value)

    def format(self, row: int, field: str, kind: str, code: str) -> None:
        start = {"sheetId": self.sheet.id, "rowIndex": self.first + row, "columnIndex": self.columns()[field]}
        look = {"userEnteredFormat": {"numberFormat": {"type": kind, "pattern": code}}}
        fields = "userEnteredFormat.numberFormat"
        self.act({"updateCells": {"start": start, "rows": [{"values": [look]}], "fields": fields}})

    def type_ours(self, row: int, answer: str, text: str) -> None:
        self.type(row, f"@{answer}", text)

    def _line(self, dimension: str, at: int) -> Json:
        return {"sheetId": self.sheet.id, "dimension": dimension, "startIndex": at, "endIndex": at + 1}

    def insert(self, row: int, content: str = "") -> None:
        self.act({"insertDimension": {"range": self._line("ROWS", self.first + row)}})
        for name, text in (books.problem(content) if content else {}).items():
            self.type(row, name, text)

    def delete(self, row: int) -> None:
        self.act({"deleteDimension": {"range": self._line("ROWS", self.first + row)}})

    def arrange(self, order: Sequence[int], *, ours: bool = True) -> None:
        """Rows as wholes, or the clerk's cells alone: what a formula shows follows either way."""
        first, fields = self.first, [at for name, at in self.columns().items() if not name.startswith("@")]
        left, right = (0, self.sheet.column_count) if ours else (min(fields), max(fields) + 1)
        box = Box(first, left, first + len(order), right)

        def change(book: Book) -> tuple[Book, None]:
            copy = book.copy()
            arrange(Batch(copy, self.who), _sheet(copy, ENTRY), box, [first + row for row in order])
            copy.touch()
            return copy, None

        self.world.edit(self.key, self.who, change)

    def copy(self, source: int, target: int) -> None:
        """A whole row, the answers in it with it: they become plain values where they are put."""
        whole = {"sheetId": self.sheet.id, "startColumnIndex": 0, "endColumnIndex": self.sheet.column_count}
        row = {**whole, "startRowIndex": self.first + source, "endRowIndex": self.first + source + 1}
        over = {**whole, "startRowIndex": self.first + target, "endRowIndex": self.first + target + 1}
        self.act({"copyPaste": {"source": row, "destination": over, "pasteType": "PASTE_NORMAL"}})

    def insert_column(self, before: str, header: str) -> None:
        at = self.columns()[before]
        self.act({"insertDimension": {"range": self._line("COLUMNS", at)}})
        self.put(self.first - 1, at, header)

    def move_column(self, field: str, before: str) -> None:
        columns = self.columns()
        line = self._line("COLUMNS", columns[field])
        self.act({"moveDimension": {"source": line, "destinationIndex": columns[before]}})

    def rename_column(self, field: str, header: str) -> None:
        self.put(self.first - 1, self.columns()[field], header)

    def delete_column(self, field: str) -> None:
        self.act({"deleteDimension": {"range": self._line("COLUMNS", self.columns()[field])}})

    def hide(self, row: int) -> None:
        line = self._line("ROWS", self.first + row)
        body = {"range": line, "properties": {"hiddenByUser": True}, "fields": "hiddenByUser"}
        self.act({"updateDimensionProperties": body})


def _cell(value: Value) -> Json:
    if value is None or value == "":
        return {}
    if isinstance(value, str):
        return {"userEnteredValue": {"stringValue": value}}
    return {"userEnteredValue": {"numberValue": value}}
