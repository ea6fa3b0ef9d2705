"""The office of the laws on spreadsheets that people edit at the same time: a clerk or the owner acts between any two
calls, calls fail in every way, Drive notices late. Law L2 is asked at every single commit, ours or a person's.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from typing import Any, TypeVar

from sheets_templates.builder import build_book
from sheets_templates.gsheet import book_requests
from sync.backends.base import Backend
from sync.backends.google.backend import GoogleBackend
from sync.backends.google.colours import Colours
from sync.backends.google.credentials import Account, account_of
from sync.backends.google.emulator import Emulator
from sync.backends.google.emulator import World as Service
from sync.backends.google.emulator.a1 import Box
from sync.backends.google.emulator.batch import Batch
from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.cells import Err, Json
from sync.backends.google.emulator.clock import EmulatorClock
from sync.backends.google.emulator.errors import ApiError
from sync.backends.google.emulator.files import SPREADSHEET
from sync.backends.google.emulator.formats import number_format
from sync.backends.google.emulator.formula import Formula
from sync.backends.google.emulator.requests_cells import arrange
from sync.backends.google.emulator.sheet import Row, Sheet
from sync.backends.google.emulator.values import entered
from sync.backends.google.emulator.worked_out import Values
from sync.backends.google.emulator.world import CallInfo
from sync.backends.google.grid import class_of
from sync.backends.google.patience import Backoff, Breaker
from sync.backends.google.transport import Transport
from sync.book import BookAnswer, BookRef, BookShape, Outcome, Snapshot
from sync.engine import sync_round
from sync.errors import BookUnavailable
from tests.laws.clerk import NAMES, VALUES, Grid, GridRow
from tests.laws.drivers import trimmed
from tests.laws.world import START, Kit, Mood, World, must
from validators import rawcell
from validators.rawcell import RawCell
from validators.rows import digest
from validators.scheme.models import Scheme
from validators.sheet_formulas import STATUS_TAB

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


_TEMPLATES: dict[str, Book] = {}


def template(scheme: Scheme, unit: str, service: str) -> Book:
    """An empty book of a unit, made once."""
    if unit not in _TEMPLATES:
        from datetime import date

        plan = build_book(scheme, unit, "unit", built=date(2025, 6, 1))
        world = Service(EmulatorClock(START))
        made = world.create_file(unit, SPREADSHEET, OWNER)
        world.act(made.id, OWNER, *book_requests(plan, [service], [(0, "Sheet1")], [0]))
        world.act(made.id, OWNER, *_shorter(world.books[made.id]))
        _TEMPLATES[unit] = world.books[made.id]
    return _TEMPLATES[unit]


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


# what people do ---------------------------------------------------------------------------------------------------


@dataclass
class Hands:
    """A person with a tab open: every act is one request that takes effect at once, or is refused and does nothing."""

    driver: GoogleDriver
    rng: random.Random
    who: str
    table: str

    def __post_init__(self) -> None:
        self.sheet, self.first, self.columns = self.driver.sheet(self.table)
        fields = self.driver.scheme.table(self.table).fields
        self.own = [item.name for item in fields if item.owner != "system"]
        self.places = [at for name, at in self.columns.items() if not name.startswith("@")]
        self.rows = len(self.driver._grid(self.table))

    def act(self, *requests: Json) -> None:
        self.driver.service.act(self.driver.key, self.who, *requests)

    def row(self, more: int = 0) -> int:
        return self.first + self.rng.randrange(max(self.rows + more, 1))

    def line(self, dimension: str, at: int) -> Json:
        return {"sheetId": self.sheet.id, "dimension": dimension, "startIndex": at, "endIndex": at + 1}

    def box(self, row: int, left: int, right: int, bottom: int = 0) -> Json:
        return {"sheetId": self.sheet.id, "startRowIndex": row, "endRowIndex": bottom or row + 1,
                "startColumnIndex": left, "endColumnIndex": right}  # fmt: skip

    def type(self) -> None:
        name = self.rng.choice(self.own)
        self.act(put(self.sheet, self.row(1), self.columns[name], self.rng.choice(VALUES[name])))

    def type_as_a_person(self) -> None:
        """Dates become dates, numbers numbers, according to the cell's format."""
        name, row = self.rng.choice(self.own), self.row(1)
        text = rawcell.show(self.rng.choice([*VALUES[name], "3/5", "1-2", "4月1日"]))

        def change(book: Book) -> tuple[Book, None]:
            made = book.copy()
            sheet, _, columns = self.driver.sheet(self.table, made)
            column = columns[name]
            sheet.set_cells(row, {column: entered(made, sheet.cell(row, column), text, "USER_ENTERED")})
            made.touch()
            return made, None

        self.driver.service.edit(self.driver.key, self.who, change)

    def rename(self) -> None:
        self.act(put(self.sheet, self.row(), self.columns[self.own[0]], self.rng.choice(NAMES)))

    def clear(self) -> None:
        self.act(
            {
                "updateCells": {
                    "range": self.box(self.row(), min(self.places), max(self.places) + 1),
                    "fields": "userEnteredValue",
                }
            }
        )

    def insert(self) -> None:
        self.act({"insertDimension": {"range": self.line("ROWS", self.row(1))}})

    def delete(self) -> None:
        self.act({"deleteDimension": {"range": self.line("ROWS", self.row())}})

    def move(self) -> None:
        self.act({"moveDimension": {"source": self.line("ROWS", self.row()), "destinationIndex": self.row(1)}})

    def sort(self) -> None:
        left, right = (
            (min(self.places), max(self.places) + 1) if self.rng.random() < 0.5 else (0, self.sheet.column_count)
        )
        at = self.columns[self.rng.choice(self.own)]
        order = self.rng.choice(["ASCENDING", "DESCENDING"])
        whole = self.box(self.first, left, right, self.first + max(self.rows, 1))
        self.act({"sortRange": {"range": whole, "sortSpecs": [{"dimensionIndex": at, "sortOrder": order}]}})

    def shuffle(self) -> None:
        """Rows in any order, as a filter view sorts them."""
        order = list(range(self.first, self.first + self.rows))
        self.rng.shuffle(order)

        def change(book: Book) -> tuple[Book, None]:
            made = book.copy()
            sheet, first, _ = self.driver.sheet(self.table, made)
            box = Box(first, min(self.places), first + len(order), max(self.places) + 1)
            arrange(Batch(made, self.who), sheet, box, order)
            made.touch()
            return made, None

        if order:
            self.driver.service.edit(self.driver.key, self.who, change)

    def copy_row(self) -> None:
        """A whole row with what our columns show: that becomes plain text and stands in the way."""
        source, target = self.row(), self.row(1)
        width = self.sheet.column_count
        self.act(
            {
                "copyPaste": {
                    "source": self.box(source, 0, width),
                    "destination": self.box(target, 0, width),
                    "pasteType": "PASTE_NORMAL",
                }
            }
        )

    def copy_cells(self) -> None:
        left, right = min(self.places), max(self.places) + 1
        kind = self.rng.choice(["PASTE_NORMAL", "PASTE_VALUES"])
        self.act(
            {
                "copyPaste": {
                    "source": self.box(self.row(), left, right),
                    "destination": self.box(self.row(1), left, right),
                    "pasteType": kind,
                }
            }
        )

    def type_over_ours(self) -> None:
        name = self.rng.choice([item for item in self.columns if item.startswith("@")])
        self.act(put(self.sheet, self.row(1), self.columns[name], self.rng.choice(["我写的", "正常", "P000001"])))

    def insert_column(self) -> None:
        """A column of their own, anywhere."""
        at = self.rng.randrange(self.sheet.column_count + 1)
        self.act({"insertDimension": {"range": self.line("COLUMNS", at), "inheritFromBefore": bool(at)}})
        self.driver.put_in[self.table] = self.driver.put_in.get(self.table, 0) + 1

    def delete_ours(self) -> None:
        """One of our columns goes; the last one stays, or nobody could name the tab any more."""
        ours = [name for name in self.columns if name.startswith("@")]
        if len(ours) > 1:
            self.act({"deleteDimension": {"range": self.line("COLUMNS", self.columns[self.rng.choice(ours)])}})

    def move_column(self) -> None:
        at = self.columns[self.rng.choice(list(self.columns))]
        self.act(
            {
                "moveDimension": {
                    "source": self.line("COLUMNS", at),
                    "destinationIndex": self.rng.randrange(self.sheet.column_count + 1),
                }
            }
        )

    def insert_above(self) -> None:
        """A line above the title."""
        self.act({"insertDimension": {"range": self.line("ROWS", 0)}})

    def rename_tab(self) -> None:
        title = f"{self.driver.scheme.table(self.table).title}{self.rng.choice(['', '（新）', '1'])}"
        self.act(
            {"updateSheetProperties": {"properties": {"sheetId": self.sheet.id, "title": title}, "fields": "title"}}
        )

    def format(self) -> None:
        """A number or date is shown otherwise; its value stays."""
        kind = self.rng.choice(
            [{"type": "DATE", "pattern": "yyyy/m/d"}, {"type": "NUMBER", "pattern": "#,##0.00"}, {"type": "TEXT"}]
        )
        at = self.columns[self.rng.choice(self.own)]
        self.act(
            {
                "repeatCell": {
                    "range": self.box(self.row(), at, at + 1),
                    "cell": {"userEnteredFormat": {"numberFormat": kind}},
                    "fields": "userEnteredFormat.numberFormat",
                }
            }
        )

    def replace(self) -> None:
        """Search and replace, in the data or on the whole tab, sometimes in formulas too."""
        find, new = self.rng.choice([("甲", "乙"), ("项目", "工程"), ("N-", ""), ("2025", "2026"), ("0", "3/5")])
        where: Json = {"sheetId": self.sheet.id}
        if self.rng.random() < 0.7:
            bottom = self.first + max(self.rows, 1)
            where = {"range": self.box(self.first, min(self.places), max(self.places) + 1, bottom)}
        formulas = self.rng.random() < 0.3
        self.act({"findReplace": {"find": find, "replacement": new, "includeFormulas": formulas, **where}})

    def fold(self) -> None:
        """Rows are grouped and folded away, or hidden."""
        lines = self.line("ROWS", self.row())
        if self.rng.random() < 0.5:
            hidden = {"hiddenByUser": True}
            self.act({"updateDimensionProperties": {"range": lines, "properties": hidden, "fields": "hiddenByUser"}})
            return
        folded = {"range": lines, "depth": 1, "collapsed": True}
        self.act({"addDimensionGroup": {"range": lines}})
        self.act({"updateDimensionGroup": {"dimensionGroup": folded, "fields": "collapsed"}})

    def filter(self) -> None:
        """The filter is taken off or laid anew, or a view of one's own made; one that orders the rows."""
        bottom = self.first + max(self.rows, 1)
        whole = self.box(self.first - 1, min(self.places), max(self.places) + 1, bottom)
        order = {"dimensionIndex": self.columns[self.rng.choice(self.own)], "sortOrder": "DESCENDING"}
        view = {"title": f"我的{self.rng.randrange(10**6)}", "range": whole, "sortSpecs": [order]}
        self.act(
            self.rng.choice(
                [{"clearBasicFilter": {"sheetId": self.sheet.id}}, {"setBasicFilter": {"filter": {"range": whole, "sortSpecs": [order]}}},
                 {"addFilterView": {"filter": view}}]
            )
        )  # fmt: skip

    def free(self) -> None:
        """The checks of a column are taken off."""
        at = self.columns[self.rng.choice(self.own)]
        self.act({"setDataValidation": {"range": self.box(self.first, at, at + 1, self.first + 20)}})

    def cut(self) -> None:
        """A row, or the clerk's part of it, is cut out and pasted elsewhere."""
        left, right = self.rng.choice([(0, self.sheet.column_count), (min(self.places), max(self.places) + 1)])
        place = {"sheetId": self.sheet.id, "rowIndex": self.row(1), "columnIndex": left}
        self.act({"cutPaste": {"source": self.box(self.row(), left, right), "destination": place}})

    def split(self) -> None:
        """A column is split into several: what stands right of it is written over."""
        at = self.columns[self.rng.choice(self.own)]
        source = self.box(self.first, at, at + 1, self.first + max(self.rows, 1))
        kind = {"delimiterType": "CUSTOM", "delimiter": self.rng.choice(["-", "项", "."])}
        self.act({"textToColumns": {"source": source, **kind}})

    def merge(self) -> None:
        """Cells of rows below each other are merged: all but the first are blank then. Or all merges are taken off."""
        if self.rng.random() < 0.5:
            self.act({"unmergeCells": {"range": self.box(self.first, 0, self.sheet.column_count, self.first + 20)}})
            return
        at, row = self.columns[self.rng.choice(self.own)], self.row()
        self.act({"mergeCells": {"range": self.box(row, at, at + 1, row + 2), "mergeType": "MERGE_ALL"}})

    def delete_answers(self) -> None:
        """The tab of answers goes; to a clerk it is refused."""
        status = self.driver.book.titled(STATUS_TAB)
        if status is not None:
            self.act({"deleteSheet": {"sheetId": status.id}})

    def restore(self) -> None:
        """An older version of the whole book, which brings back its marks as they were; each time one is kept."""
        if self.driver.versions and self.rng.random() < 0.7:
            old, put_in = self.rng.choice(self.driver.versions)

            def change(book: Book) -> tuple[Book, None]:
                made = old.copy()
                made.day = book.day
                made.touch()
                return made, None

            self.driver.service.edit(self.driver.key, self.who, change)
            self.driver.put_in = dict(put_in)
        self.driver.versions.append((self.driver.book, dict(self.driver.put_in)))


ACTS: list[tuple[Callable[[Hands], None], int]] = [
    (Hands.type, 8), (Hands.type_as_a_person, 4), (Hands.rename, 1), (Hands.clear, 1), (Hands.insert, 2), (Hands.delete, 2),
    (Hands.move, 2), (Hands.sort, 3), (Hands.shuffle, 1), (Hands.copy_row, 1), (Hands.copy_cells, 2), (Hands.format, 1),
    (Hands.type_over_ours, 1), (Hands.insert_column, 1), (Hands.move_column, 1), (Hands.insert_above, 1), (Hands.rename_tab, 1),
    (Hands.delete_ours, 1), (Hands.replace, 1), (Hands.fold, 1), (Hands.filter, 1), (Hands.free, 1), (Hands.cut, 2),
    (Hands.split, 1), (Hands.merge, 1), (Hands.delete_answers, 1), (Hands.restore, 1),
]  # fmt: skip


# the office -------------------------------------------------------------------------------------------------------


@dataclass
class GoogleMood(Mood):
    """How often somebody acts before a call, and how often a call fails."""

    between: float = 0.3
    fault: float = 0.08


Note = Callable[[str, str, dict[str, str]], None]


class Watched:
    """A backend that tells every text it is asked to show, by the content it was computed from."""

    def __init__(self, backend: GoogleBackend, note: Note) -> None:
        self._inner, self._note = backend, note
        self.by_place = backend.by_place
        self._answers: dict[tuple[str, str], dict[int, str]] = {}

    def list(self) -> list[BookRef]:
        return self._inner.list()

    def busy(self, ref: BookRef) -> str:
        return self._inner.busy(ref)

    def use_colours(self, colours: Colours) -> None:
        self._inner.use_colours(colours)

    def read(self, ref: BookRef, shape: BookShape) -> Snapshot:
        snapshot = self._inner.read(ref, shape)
        for tab in snapshot.tabs:
            self._answers[ref.key, tab.title] = {at: name for name, at in tab.answer_columns.items()}
        return snapshot

    def answer(self, ref: BookRef, answer: BookAnswer) -> Outcome:
        rows: dict[tuple[str, int], tuple[str, dict[str, str]]] = {}
        for cell in answer.cells:
            name = self._answers.get((ref.key, cell.tab), {}).get(cell.column)
            if name:
                rows.setdefault((cell.tab, cell.row), (cell.content, {}))[1][name] = cell.text
        for content, texts in rows.values():
            self._note(ref.key, content, texts)
        return self._inner.answer(ref, answer)


@dataclass
class GoogleWorld(World):
    mood: GoogleMood = field(default_factory=GoogleMood)

    def _backend(self) -> Backend:
        self.service = server().renew(Service(SharedClock(self.clock), self.seed))
        self.service.quota.limits.reads_user = self.service.quota.limits.writes_user = None
        self.service.quota.limits.reads_project = self.service.quota.limits.writes_project = None
        self.service.lag = self.rng.choice([0.0, 14.0])
        self.key = server().service_account()
        account = str(self.key["client_email"])
        self.folder = server().folder("填报", OWNER, account, CLERK)
        self.allowed: dict[str, dict[str, list[dict[str, str]]]] = {}
        for unit in self.scheme.units:
            file = self.service.create_file(unit.code, SPREADSHEET, OWNER, [self.folder], file_id=f"book{unit.code}")
            made = template(self.scheme, unit.code, account).copy()
            made.id, made.owner, made.day = file.id, OWNER, self.service.books[file.id].day
            made.touch()
            self.service.books[file.id] = made
            self.drivers[unit.code] = GoogleDriver(self.service, file.id, self.scheme)
        self.service.after_commit = self._committed
        self.service.before = self._before_call
        self.acting = False
        return self._new_backend()

    def _new_backend(self) -> Backend:
        sleep = SharedClock(self.clock).sleep
        transport = Transport(
            [account(str(self.key["client_email"]))], clock=self.clock.now, sleep=sleep, endpoint=server().url,
            backoff=Backoff(tries=3, chance=random.Random(self.seed)), timeouts=(10.0, 60.0),
            breaker=Breaker(self.clock.now, first=1.0, longest=10.0),
        )  # fmt: skip
        backend = GoogleBackend(
            transport, clock=self.clock.now, folder=self.folder, step=self.at, round_minutes=1e9,
        )  # fmt: skip
        return Watched(backend, self._note)  # type: ignore[return-value]

    def guarded(self, action: Callable[[], object]) -> None:
        def patient() -> None:
            try:
                action()
            except BookUnavailable as error:  # not even the listing came through: the next poll tries again
                self.trace.append(str(error))

        super().guarded(patient)
        if self.trace and self.trace[-1] == "killed":
            self.backend = self._new_backend()
            self.parts = self._parts(f"after-{self.clock.at}")

    def _other_worker(self) -> None:
        """Another machine, with a memory of its own."""
        self.trace.append("other worker")
        self.inside = True
        sync_round(replace(self.parts, owner="other", backend=self._new_backend()))
        self.inside = False

    # people -------------------------------------------------------------------------------------------------------

    def person(self) -> None:
        unit = self.rng.choice(list(self.drivers))
        table = self.rng.choice(["project", "project", "monthly"])
        who = self.rng.choice([CLERK, CLERK, OWNER])
        act = self.rng.choices([a for a, _ in ACTS], [w for _, w in ACTS])[0]
        self.acting = True
        with self.service.lock:
            try:
                act(Hands(self.drivers[unit], self.rng, who, table))
                self.trace.append(f"{unit} {table}: {act.__name__} by {who[:5]}")
            except ApiError as error:
                must(error.code == 400, error)  # refused: protected, merged, nothing to move
            finally:
                self.acting = False
            self.clock.at += 1
            self.shadow[unit] = self._own(self.drivers[unit].load())
            self.seen[unit] = self.drivers[unit].content()
            self.saved[unit] = {self.seen[unit]}

    def _before_call(self, call: CallInfo) -> None:
        """Between any two calls somebody may do something, and any call may fail in any way."""
        if self.calm:
            return
        if self.rng.random() < self.mood.between:
            self.person()
        if self.rng.random() < self.mood.fault:
            fault = self.rng.choice(
                [{"code": 503}, {"code": 503, "commit": True}, {"code": 500, "html": True}, {"code": 429},
                 {"action": "drop"}, {"action": "drop", "commit": True}, {"action": "half"}]
            )  # fmt: skip
            self.trace.append(f"{call.method}: {fault}")
            self.service.faults.add(**fault)

    def settle(self) -> None:
        """At rest every column of ours is there, once, and no other has come in than people's own."""
        super().settle()
        for unit, driver in self.drivers.items():
            for table in self.scheme.tables:
                sheet, first, columns = driver.sheet(table.name)
                before, _, wanted = driver.sheet(table.name, _TEMPLATES[unit])
                marks = [str(cell.entered) for cell in sheet.rows[first - 2].values() if is_mark(cell.entered)]
                must(len(marks) == len(set(marks)) and columns.keys() == wanted.keys(), f"{unit} {table.name}: {marks}")
                width = before.column_count + driver.put_in.get(table.name, 0)
                must(sheet.column_count == width, f"{unit} {table.name}: {sheet.column_count} columns, not {width}")

    # law L2, at every commit --------------------------------------------------------------------------------------

    def _note(self, key: str, content: str, texts: dict[str, str]) -> None:
        self.allowed.setdefault(key, {}).setdefault(content, []).append(texts)

    def _committed(self, key: str) -> None:
        driver = next((item for item in self.drivers.values() if item.key == key), None)
        if driver is None or not hasattr(self, "parts"):
            return
        for table in self.scheme.tables:
            for row in driver._grid(table.name):
                self._check_beside(key, table.name, row)

    def _check_beside(self, key: str, table: str, row: GridRow) -> None:
        """Every text of ours stands beside a content it was computed from, or says that it waits."""
        told = {name: text for name, text in row.shown.items() if text}
        if not told or told == {"check": WAITING}:
            return
        system = [i for i, f in enumerate(self.scheme.table(table).fields) if f.owner == "system"]
        known = self.allowed.get(key, {}).get(digest(tuple(row.cells)), [])
        if not any(cell for i, cell in enumerate(row.cells) if i not in system):
            known = [*known, {"check": "待填报"}]
        for name, text in told.items():
            fits = any(item.get(name, "") == text for item in known) or (name == "check" and text == WAITING)
            if not fits and not self._typed_over(key, table, name):
                self.broken = f"{key} {table}: {name} says {text!r} beside {row.cells}"
                must(False, self.broken)

    def _typed_over(self, key: str, table: str, name: str) -> bool:
        """A person's own text stands in our column; then the column shows nothing of ours at all."""
        driver = next(item for item in self.drivers.values() if item.key == key)
        sheet, first, columns = driver.sheet(table)
        return isinstance(driver.book.reader.value(sheet.id, first - 1, columns[f"@{name}"]), Err)


__all__ = ["GoogleWorld", "Kit"]
