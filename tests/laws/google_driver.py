"""A book of the laws in the emulator: made short once, read as the laws see it, and filled by hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from typing import Any, TypeVar

from sheets_templates.builder import build_book
from sheets_templates.gsheet import book_requests
from sync.backends.google.credentials import Account, account_of
from sync.backends.google.emulator import Emulator
from sync.backends.google.emulator import World as Service
from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.cells import Err, Json
from sync.backends.google.emulator.clock import EmulatorClock
from sync.backends.google.emulator.files import SPREADSHEET
from sync.backends.google.emulator.formats import number_format
from sync.backends.google.emulator.formula import Formula
from sync.backends.google.emulator.sheet import Row, Sheet
from sync.backends.google.emulator.worked_out import Values
from sync.backends.google.grid import class_of
from tests.laws.clerk import Grid, GridRow
from tests.laws.drivers import trimmed
from tests.laws.world import START
from validators import rawcell
from validators.rawcell import RawCell
from validators.scheme.models import Scheme

T = TypeVar("T")
OWNER, CLERK = "owner@example.cn", "clerk@example.cn"
WAITING = "待同步"
ROWS = 50  # of a tab; a clerk fills some ten of them


class SharedClock(EmulatorClock):
    """The office's own clock, for the service as well."""

    def __init__(self, clock: Any) -> None:
        super().__init__()
        self.clock = clock

    def now(self) -> float:
        return float(self.clock.at)

    def sleep(self, seconds: float) -> None:
        self.clock.at += seconds


@lru_cache(maxsize=1)
def server() -> Emulator:
    return Emulator().start()


@lru_cache(maxsize=1)
def account(email: str) -> Account:
    """Loading a key takes a tenth of a second."""
    return account_of(server().service_account(), email)


TEMPLATES: dict[str, Book] = {}


def template(scheme: Scheme, unit: str, service: str) -> Book:
    """An empty book of a unit, made once."""
    if unit not in TEMPLATES:
        from datetime import date

        plan = build_book(scheme, unit, "unit", built=date(2025, 6, 1))
        world = Service(EmulatorClock(START))
        made = world.create_file(unit, SPREADSHEET, OWNER)
        world.act(made.id, OWNER, *book_requests(plan, [service], [(0, "Sheet1")], [0]))
        world.act(made.id, OWNER, *_shorter(world.books[made.id]))
        TEMPLATES[unit] = world.books[made.id]
    return TEMPLATES[unit]


def _shorter(book: Book) -> list[Json]:
    """Blank rows that nobody here ever reaches are deleted: each of them is read with every reading."""
    return [
        {"deleteDimension": {"range": {"sheetId": sheet.id, "dimension": "ROWS", "startIndex": ROWS}}}
        for sheet in book.sheets
        if sheet.row_count > ROWS > sheet.used_rows()
    ]


# a book in people's hands -----------------------------------------------------------------------------------------


class GoogleDriver:
    """One unit's spreadsheet as a person sees and edits it, without the backend."""

    def __init__(self, service: Service, key: str, scheme: Scheme) -> None:
        self.service, self.key, self.scheme = service, key, scheme
        self._looks: dict[str, tuple[Any, Any]] = {}  # what was read last, and of which version of the book
        self.put_in: dict[str, int] = {}  # columns that people have put into a table's tab
        self.versions: list[tuple[Book, dict[str, int]]] = []  # older states, and the columns put in until then

    @property
    def book(self) -> Book:
        return self.service.books[self.key]

    def _of_version(self, what: str, look: Callable[[], T]) -> T:
        """Every edit makes another book: the same one on the same day need not be read twice."""
        version = (self.book, self.book.reader)
        known = self._looks.get(what)
        if known is None or known[0] != version:
            known = self._looks[what] = (version, look())
        found: T = known[1]
        return found

    def sheet(self, table: str, book: Book | None = None) -> tuple[Sheet, int, dict[str, int]]:
        """The tab of a table, its first data row, its columns by name; found by the hidden marks."""
        if book is None:
            return self._of_version(f"tab of {table}", lambda: self.sheet(table, self.book))
        for sheet in book.sheets:
            for at, row in enumerate(sheet.rows[:8]):
                columns: dict[str, int] = {}
                for column in sorted(row.filled):
                    entered = row[column].entered
                    if isinstance(entered, str) and entered.startswith(f"tb:{table}."):
                        columns.setdefault(entered.partition(".")[2], column)
                if columns:
                    return sheet, at + 2, columns
        raise AssertionError(f"no tab of {table}")

    def load(self) -> dict[str, Grid]:
        with self.service.lock:
            return {table.name: self._grid(table.name) for table in self.scheme.tables}

    def _grid(self, table: str) -> Grid:
        return [row.copy() for row in self._of_version(table, lambda: self._read(table))]

    def _read(self, table: str) -> Grid:
        sheet, first, columns = self.sheet(table)
        names = [item.name for item in self.scheme.table(table).fields]
        ours = {name[1:]: at for name, at in columns.items() if name.startswith("@") and name != "@echo"}
        rows, reader = [], self.book.reader
        for row in range(first, reader.used(sheet.id)):
            cells = [_raw(reader, sheet, row, columns[name]) for name in names]
            shown = {name: rawcell.show(text) for name, at in ours.items() if (text := _raw(reader, sheet, row, at))}
            rows.append(GridRow(cells, shown))
        return trimmed(rows)

    def save(self, grids: dict[str, Grid]) -> None:
        """Type a whole grid, as it is pasted over what stands there."""
        with self.service.lock:
            for table, grid in grids.items():
                sheet, first, columns = self.sheet(table)
                names = [item.name for item in self.scheme.table(table).fields]
                requests = []
                for row in range(max(len(grid), len(self._grid(table)))):
                    cells = grid[row].cells if row < len(grid) else [""] * len(names)
                    requests += [put(sheet, first + row, columns[n], c) for n, c in zip(names, cells, strict=True)]
                if requests:
                    self.service.act(self.key, OWNER, *requests)

    def open(self) -> None: ...

    def close(self) -> None: ...

    def content(self) -> str:
        """Everything entered anywhere; what formulas show follows from it."""
        with self.service.lock:
            return self._of_version("content", self._content)

    def _content(self) -> str:
        state = [(sheet.title, [_entered(self.book, row) for row in sheet.rows]) for sheet in self.book.sheets]
        return sha256(repr(state).encode()).hexdigest()


def _raw(reader: Values, sheet: Sheet, row: int, column: int) -> RawCell:
    value = reader.value(sheet.id, row, column)
    if value is None:
        return ""
    if isinstance(value, bool):
        return rawcell.boolean(value)
    if isinstance(value, Err):
        return rawcell.error(value.shown)
    if isinstance(value, float):
        look = number_format(sheet.cell(row, column).look)
        return rawcell.number(f"{value:.15g}", class_of(look.get("type", ""), look.get("pattern", "")))
    return value


def _entered(book: Book, row: Row) -> list[tuple[int, Any]]:
    cells = [(column, row[column].entered) for column in sorted(row.filled)]
    return [(column, book.formula_text(e) if isinstance(e, Formula) else e) for column, e in cells]


def put(sheet: Sheet, row: int, column: int, raw: RawCell) -> Json:
    kind, body, _ = rawcell.decode(raw)
    if kind == "number":
        value: Json = {"numberValue": float(body)}
    elif kind == "boolean":
        value = {"boolValue": body == "TRUE"}
    elif kind == "error":
        value = {"formulaValue": "=" + body}
    else:
        value = {"stringValue": body} if body else {}
    start = {"sheetId": sheet.id, "rowIndex": row, "columnIndex": column}
    return {
        "updateCells": {
            "start": start,
            "rows": [{"values": [{"userEnteredValue": value} if value else {}]}],
            "fields": "userEnteredValue",
        }
    }


def is_mark(value: Any) -> bool:
    """Whether that is a text of the hidden row."""
    return isinstance(value, str) and value.startswith("tb:")
